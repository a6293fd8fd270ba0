"""What is in the orders that a subscription makes: named by a back office, or taken over from line items."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work, reads


@reads("order_subscription.source_order.market item")
async def create(work: Work, item: Record, value: object = True) -> None:
    """Something to buy with every run, named by relationship or by code, at the market's price unless one is sent."""
    subscription = item.one("order_subscription")
    order = subscription.one("source_order") if subscription is not None else None
    assert order is not None
    work.relate(item, "item", await _thing(work, item))
    work.set(item, currency_code=order["currency_code"])
    if item["unit_amount_cents"] is None:
        work.set(item, unit_amount_cents=await _price(work, order, item))
    _check(item)


async def update(work: Work, item: Record, value: object = True) -> None:
    if work.incoming.values.keys() & {"sku_code", "bundle_code"}:
        raise Refused("cannot be exchanged: make another item instead", at="sku_code", error="not_changeable")
    _check(item)


def take_over(work: Work, subscription: Record, line: Record) -> None:
    """As many pieces of the same, at the same price, in every order of the subscription."""
    values = {
        name: line[name] for name in ("sku_code", "bundle_code", "quantity", "unit_amount_cents", "currency_code")
    }
    related = {"order_subscription": subscription, "item": line.one("item"), "source_line_item": line}
    work.insert("order_subscription_items", values, related)


def _check(item: Record) -> None:
    if not 1 <= (item["quantity"] or 0) <= 1_000_000:
        raise Refused("must be between 1 and 1000000", at="quantity", error="out_of_range")
    if (item["unit_amount_cents"] or 0) < 0:
        raise Refused("must not be negative", at="unit_amount_cents", error="out_of_range")


async def _thing(work: Work, item: Record) -> Record:
    for name in ("item", "sku", "bundle", "adjustment"):
        named = item.related.get(name)
        if isinstance(named, Record):
            code = f"{named.type.removesuffix('s')}_code"
            if code in ("sku_code", "bundle_code"):
                work.set(item, **{code: named["code"]})
            return named
    for name, called in (("sku_code", "skus"), ("bundle_code", "bundles")):
        if item[name]:
            found = await work.read(called, item[name], by="code")
            if found is None:
                raise Refused("is nothing of this shop", at=name, error="not_found", meta={"value": item[name]})
            return found
    raise Refused("can't be blank", at="relationships/item", error="blank")


async def _price(work: Work, order: Record, item: Record) -> int:
    """What the market asks for one piece today, in minor units."""
    thing, market = item.one("item"), order.one("market")
    assert thing is not None
    if thing.type == "skus":
        sku = await work.read("skus", thing.id, "prices")
        listed = (
            [p for p in sku.many("prices") if market and p["price_list_id"] == market["price_list_id"]] if sku else []
        )
        if not listed:
            raise Refused("has no price in this market", at="unit_amount_cents", error="no_price")
        return int(listed[0]["amount_cents"])
    amount = thing["price_amount_cents"] if thing.type == "bundles" else thing["amount_cents"]
    if amount is None:
        raise Refused("can't be blank", at="unit_amount_cents", error="blank")
    return int(amount)
