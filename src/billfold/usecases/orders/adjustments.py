"""Adjustments: kept within what an order can add up."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.jsonapi.record import Record
from billfold.usecases.catalogue import currencies
from billfold.usecases.work import Work

DEAREST = 10_000_000_000  # minor units, either way


async def create(work: Work, adjustment: Record, value: object = True) -> None:
    currencies.check(adjustment)
    if not -DEAREST <= adjustment["amount_cents"] <= DEAREST:
        raise Refused(f"must be between {-DEAREST} and {DEAREST}", at="amount_cents", error="out_of_range")


async def update(work: Work, adjustment: Record, value: object = True) -> None:
    await create(work, adjustment)
