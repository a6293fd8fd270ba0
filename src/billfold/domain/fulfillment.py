"""The lives of a shipment and of a stock transfer, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from billfold.domain.transitions import no_way

Steps = Mapping[str, frozenset[str]]  # status → the statuses from which it is reached

ON_THE_WAY: Final = frozenset({"upcoming", "on_hold", "picking", "packing", "ready_to_ship"})
GONE: Final = frozenset({"shipped", "delivered"})

# Work goes forward, may leave steps out, may be put on hold and taken up again.
SHIPMENT: Final[Steps] = {
    "upcoming": frozenset({"draft", "on_hold"}),
    "on_hold": frozenset({"upcoming", "picking", "packing", "ready_to_ship"}),
    "picking": frozenset({"upcoming", "on_hold"}),
    "packing": frozenset({"upcoming", "on_hold", "picking"}),
    "ready_to_ship": frozenset({"upcoming", "on_hold", "picking", "packing"}),
    "shipped": frozenset({"packing", "ready_to_ship"}),
    "delivered": frozenset({"shipped"}),
    "cancelled": frozenset({"draft", *ON_THE_WAY}),
}

# These wait until the order may be fulfilled: its money is there, or nobody waits for it.
NEEDS_PROGRESS: Final = frozenset({"picking", "packing", "ready_to_ship", "shipped"})

TRANSFER: Final[Steps] = {
    "upcoming": frozenset({"draft", "on_hold"}),
    "on_hold": frozenset({"upcoming", "picking"}),
    "picking": frozenset({"upcoming", "on_hold"}),
    "in_transit": frozenset({"upcoming", "on_hold", "picking"}),
    "completed": frozenset({"in_transit"}),
    "cancelled": frozenset({"draft", "upcoming", "on_hold", "picking", "in_transit"}),
}


def check_step(steps: Steps, now: str, to: str) -> bool:
    """Whether there is a step to take: False when it was taken already. Refused when it leads nowhere."""
    if now == to:
        return False
    if now not in steps[to]:
        raise no_way(now, to)
    return True


def is_fulfilled(shipments: Iterable[str]) -> bool:
    """Whether everything that was to be shipped has left, told by the shipments' statuses."""
    statuses = [s for s in shipments if s != "cancelled"]
    return bool(statuses) and all(s in GONE for s in statuses)
