"""Promotions: what they take off an order, as generated line items and as parts of the positions they are for."""

from __future__ import annotations

from billfold.jsonapi.record import Record
from billfold.usecases.work import Work

READS = "market coupon"  # include paths from the order


def apply(work: Work, order: Record) -> None:
    """Settle the order's discounts. Doing it twice changes nothing."""


def use(work: Work, order: Record) -> None:
    """The order is being placed: count the uses of its promotions and of its coupon."""


def give_back(work: Work, order: Record) -> None:
    """The order came to nothing: its uses do not count."""
