"""Taxes: what the market's tax calculator makes of an order's line items."""

from __future__ import annotations

from billfold.jsonapi.record import Record
from billfold.usecases.work import Work

READS = "market shipping_address billing_address"  # include paths from the order


def apply(work: Work, order: Record) -> None:
    """Set each line item's taxes, discounts being settled already."""
