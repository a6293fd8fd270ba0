"""What of an order goes out together and from where: a plan that depends on nothing but what it is given."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field

STRATEGIES = (
    "no_split",
    "split_shipments",
    "split_by_line_items",
    "ship_from_primary",
    "ship_from_first_available_or_primary",
)

Stock = Mapping[tuple[str, str], int]  # (stock location, SKU) → pieces that can be had there


@dataclass(frozen=True, slots=True)
class Need:
    """Some pieces of one SKU that a line item needs.

    category  what they may be shipped together with
    tracked   False for what is never short
    """

    line_item: str
    sku: str
    quantity: int
    category: str | None = None
    tracked: bool = True


@dataclass(frozen=True, slots=True)
class Draw:
    """Pieces for a line item, taken from a stock location."""

    line_item: str
    sku: str
    location: str
    quantity: int


@dataclass(slots=True)
class Planned:
    """What leaves one stock location in one shipment.

    pieces     what lies there
    transfers  what comes there from other stock locations first
    """

    location: str
    category: str | None
    pieces: list[Draw] = field(default_factory=list)
    transfers: list[Draw] = field(default_factory=list)


def plan(needs: Sequence[Need], locations: Sequence[str], stock: Stock, strategy: str) -> list[Planned]:
    """Every needed piece in exactly one shipment; those of one shipping category after those of another.

    locations  from the first priority on; none has no plan

    No location is asked for more than it has, unless all together have too little: what nobody has is asked of the
    first. Whoever places the order finds out then.
    """
    left = dict(stock)
    planned: list[Planned] = []
    for category in sorted({n.category for n in needs}, key=lambda c: c or ""):
        planned += _plan_one([n for n in needs if n.category == category], category, locations, left, strategy)
    return planned


def draw(needs: Sequence[Need], locations: Sequence[str], stock: Stock) -> list[Draw]:
    """From where pieces are taken that need no shipment: from as few places as there are pieces in."""
    left = dict(stock)
    return [d for need in needs for d in _shares(need, locations, left)] if locations else []


def _plan_one(
    needs: Sequence[Need],
    category: str | None,
    locations: Sequence[str],
    left: MutableMapping[tuple[str, str], int],
    strategy: str,
) -> list[Planned]:
    if not locations:
        return []
    found = {location: Planned(location, category) for location in locations}
    if strategy in ("split_shipments", "split_by_line_items"):
        for need in needs:
            for d in _shares(need, locations, left, whole=strategy == "split_by_line_items"):
                found[d.location].pieces.append(d)
        return [p for p in found.values() if p.pieces]
    chosen = locations[0]
    if strategy != "ship_from_primary":
        chosen = next((place for place in locations if _has_all(place, needs, left)), chosen)
    shipment = found[chosen]
    others = [place for place in locations if place != chosen] if strategy != "no_split" else []
    for need in needs:
        for d in _shares(need, [chosen, *others], left):
            (shipment.pieces if d.location == chosen else shipment.transfers).append(d)
    return [shipment]


def _has_all(place: str, needs: Sequence[Need], left: Mapping[tuple[str, str], int]) -> bool:
    wanted: dict[str, int] = {}
    for need in needs:
        if need.tracked:
            wanted[need.sku] = wanted.get(need.sku, 0) + need.quantity
    return all(left.get((place, sku), 0) >= quantity for sku, quantity in wanted.items())


def _shares(
    need: Need, locations: Sequence[str], left: MutableMapping[tuple[str, str], int], *, whole: bool = False
) -> list[Draw]:
    """Who gives how many of the pieces, in the order of the locations; what nobody has is asked of the first.

    whole  all from one location, if one has them
    """
    if not need.tracked:
        return [Draw(need.line_item, need.sku, locations[0], need.quantity)]
    if whole:
        able = next((place for place in locations if left.get((place, need.sku), 0) >= need.quantity), None)
        locations = [able or locations[0]]
    shares, missing = dict.fromkeys(locations, 0), need.quantity
    for place in locations:
        shares[place] = min(missing, max(left.get((place, need.sku), 0), 0))
        missing -= shares[place]
    shares[locations[0]] += missing
    for place, quantity in shares.items():
        left[place, need.sku] = left.get((place, need.sku), 0) - quantity
    return [Draw(need.line_item, need.sku, place, quantity) for place, quantity in shares.items() if quantity]
