"""Shipments: what of an order goes out together, from where and how; planned anew whenever the order changes."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work

READS = "market shipping_address"  # include paths from the order, that `rebuild` looks at


def rebuild(work: Work, order: Record) -> None:
    """Plan the order's shipments from its line items, and keep their line items (the costs) in step with them."""


def missing(order: Record) -> list[Refused]:
    """What the shipments lack for the order to be placed, one problem each."""
    return []


def on_placed(work: Work, order: Record) -> None:
    """The order was placed: its shipments are to come."""


def on_cancelled(work: Work, order: Record) -> None:
    """The order was cancelled: nothing will be shipped."""
