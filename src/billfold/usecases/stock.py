"""Stock: pieces taken when an order is placed, and given back when it comes to nothing."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work

READS = "line_items"  # include paths from the order


def missing(order: Record) -> list[Refused]:
    """One problem for each line item of which there is not enough."""
    return []


def take(work: Work, order: Record) -> None:
    """Take the order's pieces out of stock, once; nothing when they were taken before."""


def give_back(work: Work, order: Record) -> None:
    """Put back what was taken for the order, once."""
