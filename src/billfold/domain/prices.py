"""Which amount of a price holds for how many pieces."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from billfold.domain.facts import Facts

DEAREST: Final = 10_000_000_000  # minor units of one piece; more would not add up in 64 bits


def unit_amount(base: int, tiers: Iterable[Facts], quantity: int) -> int:
    """What one of `quantity` pieces costs, in minor units.

    base   the price's own amount, for quantities beyond every tier
    tiers  each holds up to and with its limit; the lowest limit that is high enough decides, and none is the highest
    """
    fitting = [t for t in tiers if t["up_to"] is None or quantity <= t["up_to"]]
    if not fitting:
        return base
    lowest = min(fitting, key=lambda t: (t["up_to"] is None, t["up_to"] or 0, t["price_amount_cents"]))
    cents: int = lowest["price_amount_cents"]
    return cents
