"""What promotions take something off: an order's goods and freight, with what is left to take off each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from billfold.domain.shares import shares

DISCOUNTED = frozenset({"skus", "bundles"})  # not gift cards: they are money


@dataclass(frozen=True, slots=True)
class Place:
    """The place of an article on a list: how many pieces stand there, and at which position."""

    quantity: int = 1
    position: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line item that something may be taken off, in minor units.

    article  the id of what is bought, so that lines of the same article are known
    options  what the options of one piece cost, which is part of the total
    places   by the lists it stands on, of those that promotions name
    """

    id: str
    item_type: str
    article: str
    quantity: int
    total: int
    options: int = 0
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass
class Basket:
    """The lines, in their order.

    rest   what the order costs beside them: fees and adjustments
    taken  line id → what was taken off it so far, zero or more
    fixed  lines whose price a promotion has set: no other one sets it again
    """

    lines: list[Line]
    rest: int = 0
    taken: dict[str, int] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)

    @property
    def subtotal(self) -> int:
        """What all goods cost without discounts."""
        return sum(line.total for line in self.lines if line.item_type in DISCOUNTED)

    @property
    def total(self) -> int:
        """What the order costs with the discounts so far; taxes, gift cards and freight aside, for what freight costs
        may depend on the discounts in turn."""
        return self.rest + sum(self.left(line) for line in self.goods(None))

    def left(self, line: Line) -> int:
        return max(0, line.total - self.taken.get(line.id, 0))

    def goods(self, sku_list_id: str | None) -> list[Line]:
        """The goods of a list, or all."""
        goods = [line for line in self.lines if line.item_type in DISCOUNTED]
        return goods if sku_list_id is None else [line for line in goods if sku_list_id in line.places]

    def freight(self) -> list[Line]:
        return [line for line in self.lines if line.item_type == "shipments"]

    def spread(self, amount: int, lines: Iterable[Line]) -> dict[str, int]:
        """Line id → its part of an amount, by what is left of each; never more than is left."""
        weights = {line.id: self.left(line) for line in lines}
        parts = shares(min(amount, sum(weights.values())), weights)
        return {id: part for id, part in parts.items() if part}

    def take(self, parts: Mapping[str, int]) -> None:
        for id, part in parts.items():
            self.taken[id] = self.taken.get(id, 0) + part
