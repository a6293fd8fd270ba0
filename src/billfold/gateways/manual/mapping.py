"""What the order's public digest says of money that moves outside of any PSP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from billfold.gateways.protocol import Details


def digest(source: Details) -> Mapping[str, Any]:
    return {"type": "wire_transfer"}
