"""What taxes come to: whole minor units for each line item that add up to the taxes of the order, to the cent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from billfold.domain.facts import Facts
from billfold.domain.orders import Part
from billfold.domain.shares import apportion, shares

HIGHEST_RATE = 1.0  # a rate of 22 is a mistaken 0.22

# The amount a line item belongs to → the flag that says whether it is taxed; goods always are.
FLAGS = {
    "shipping": "freight_taxable",
    "payment_method": "payment_method_taxable",
    "adjustment": "adjustment_taxable",
}
BOUGHT_CARDS = "gift_card_taxable"
ALL_FLAGS = (*FLAGS.values(), BOUGHT_CARDS)


def is_taxed(part: Part, flags: Facts | dict[str, bool]) -> bool:
    """Whether a line item is taxed. Discounts and gift cards that pay are not, they lower what others are taxed on;
    neither is an adjustment that takes something off."""
    if part.total <= 0:
        return False
    if part.item_type == "gift_cards":
        return bool(flags[BOUGHT_CARDS])
    if part.family == "subtotal":
        return True
    return part.family in FLAGS and bool(flags[FLAGS[part.family]])


def base(part: Part) -> int:
    """What a line item is taxed on, in minor units: its total less its part of what was taken off the order."""
    return max(part.total + part.discount + part.relief, 0)


def reliefs(parts: Sequence[Part], taken_off: int) -> list[int]:
    """Each line item's part, zero or less, of an amount that lowers what the goods are taxed on.

    taken_off  in minor units, zero or more; what exceeds the goods lowers nothing
    """
    return [-share for share in spread(taken_off, [base(p) if p.family == "subtotal" else 0 for p in parts])]


def taxes(bases: Sequence[int], rate: float, *, included: bool) -> list[int]:
    """The tax on each amount, in minor units.

    Their sum is the exact tax on all of them, rounded half up once; none is off by as much as a whole unit.

    rate      as a fraction: 0.22
    included  whether the amounts contain the tax already
    """
    share = Fraction(Decimal(repr(rate)))  # what was written, not the binary number nearest to it
    if included:
        share /= 1 + share
    exact = [base * share for base in bases]
    return apportion(exact, math.floor(sum(exact, Fraction()) + Fraction(1, 2)))


def spread(amount: int, over: Sequence[int]) -> list[int]:
    """An amount in parts proportional to others, none greater than what it is spread over."""
    return list(shares(min(amount, sum(over)), dict(enumerate(over))).values())


def breakdown(rule: Facts) -> dict[str, dict[str, float]]:
    """A tax rule's rate under its id."""
    return {rule["id"]: {"tax_rate": rule["tax_rate"] or 0.0}}
