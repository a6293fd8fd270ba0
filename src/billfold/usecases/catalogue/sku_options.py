"""SKU options: what they cost, how long they take and which SKUs they are for."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.domain.options import days
from billfold.jsonapi.record import Record
from billfold.usecases.catalogue import currencies, patterns
from billfold.usecases.work import Work, reads


@reads("market.price_list")
async def create(work: Work, option: Record, value: object = True) -> None:
    option.related.setdefault("market", None)
    await _settle(work, option)


@reads("market.price_list")
async def update(work: Work, option: Record, value: object = True) -> None:
    await _settle(work, option)


async def _settle(work: Work, option: Record) -> None:
    for name in ("price_amount_cents", "delay_hours"):
        if option[name] < 0:
            raise Refused("must not be negative", at=name, error="out_of_range")
    currencies.inherit(work, option)
    await patterns.check(work, work.sent("sku_code_regex"), at="sku_code_regex")
    work.set(option, delay_days=days(option["delay_hours"]))
