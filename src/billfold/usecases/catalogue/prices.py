"""Prices: what an article costs in the currency of a price list."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.jsonapi.record import Record
from billfold.usecases.catalogue import skus
from billfold.usecases.work import Work, reads


@reads("price_list sku")
async def create(work: Work, price: Record, value: object = True) -> None:
    """For an article named by relationship or by code; in the currency of its price list."""
    await _settle(work, price)


@reads("price_list sku")
async def update(work: Work, price: Record, value: object = True) -> None:
    await _settle(work, price)


async def _settle(work: Work, price: Record) -> None:
    """Bring code, article and currency into line."""
    await skus.name(work, price)
    prices = price.one("price_list")
    assert prices is not None
    work.set(price, currency_code=prices["currency_code"])
    _check(price)


def _check(price: Record) -> None:
    for name in ("amount_cents", "compare_at_amount_cents"):
        if (price[name] or 0) < 0:
            raise Refused("must not be negative", at=name, error="out_of_range")
