"""Tiers of a price: limits and amounts that make sense."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work


async def check(work: Work, tier: Record, value: object = True) -> None:
    if tier["up_to"] is not None and tier["up_to"] < 1:
        raise Refused("must be at least 1, or null for no limit", at="up_to", error="out_of_range")
    if tier["price_amount_cents"] < 0:
        raise Refused("must not be negative", at="price_amount_cents", error="out_of_range")
