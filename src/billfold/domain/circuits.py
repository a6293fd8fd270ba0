"""When a service of the merchant's that keeps failing is left alone: a circuit that opens after too many failures.

Source: https://docs.commercelayer.io/core/external-resources, "Circuit breaker".
"""

from __future__ import annotations

from typing import Final

MOST_FAILURES: Final = 30  # in a row; one more opens the circuit
CLOSED, OPEN = "closed", "open"


def state(failures: int) -> str:
    """The circuit's state after so many failures in a row."""
    return OPEN if failures > MOST_FAILURES else CLOSED
