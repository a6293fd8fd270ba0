"""Prices: what an article costs in the currency of a price list."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work, reads


@reads("price_list sku")
async def create(work: Work, price: Record, value: object = True) -> None:
    """For an article named by relationship or by code; in the currency of its price list."""
    await _settle(work, price, price.related.get("sku"))


@reads("price_list sku")
async def update(work: Work, price: Record, value: object = True) -> None:
    sku = None if work.sent("sku_code") and "sku" not in work.incoming.relationships else price.one("sku")
    await _settle(work, price, sku)


async def _settle(work: Work, price: Record, sku: Record | None) -> None:
    """Bring code, article and currency into line."""
    prices = price.one("price_list")
    if sku is None and price["sku_code"]:
        sku = await work.read("skus", price["sku_code"], by="code")
        if sku is None:
            problem = "is no article of this shop"
            raise Refused(problem, at="sku_code", error="not_found", meta={"value": price["sku_code"]})
    if sku is None:
        raise Refused("can't be blank", at="relationships/sku", error="blank")
    assert prices is not None
    work.relate(price, "sku", sku)
    work.set(price, sku_code=sku["code"], currency_code=prices["currency_code"])
    _check(price)


def _check(price: Record) -> None:
    for name in ("amount_cents", "compare_at_amount_cents"):
        if (price[name] or 0) < 0:
            raise Refused("must not be negative", at=name, error="out_of_range")
