"""Subscriptions to an order, kept as they are asked for; nothing renews them on this server yet."""

from __future__ import annotations

from billfold.domain.errors import NOT_ALLOWED, NotAllowed, Refused
from billfold.domain.moments import moment
from billfold.domain.recurrence import is_frequency
from billfold.jsonapi.record import Record
from billfold.usecases.work import OWN_NOTES, Work, reads

LONGEST_ALERT = 720  # hours before a run
# What a customer may change of a subscription of theirs.
CUSTOMER_S = OWN_NOTES | {"frequency", "next_run_at", "expires_at"}


@reads("source_order.customer source_order.market")
async def create(work: Work, subscription: Record, value: object = True) -> None:
    """Take customer, market and number over from the order it starts from; a guest cannot be asked for money again."""
    order = subscription.one("source_order")
    assert order is not None
    customer = order.one("customer")
    if order["guest"] or customer is None:
        raise Refused("is no registered customer's", at="relationships/source_order", error="guest")
    if not subscription["activate_by_source_order"] and subscription["starts_at"] is None:
        raise Refused("can't be blank", at="starts_at", error="blank")
    work.relate(subscription, "customer", customer)
    if subscription["market_id"] is None:
        work.relate(subscription, "market", order.one("market"))
    number = await work.db.fetchval("SELECT nextval('order_subscription_numbers')")
    work.set(subscription, number=str(number), customer_email=customer["email"])
    _check(work, subscription)
    work.event("order_subscriptions.create", subscription)


@reads("customer_payment_source")
async def update(work: Work, subscription: Record, value: object = True) -> None:
    if work.caller.is_sales_channel and work.incoming.values.keys() - CUSTOMER_S:
        raise NotAllowed(NOT_ALLOWED)
    entry = subscription.one("customer_payment_source")
    if entry is not None and entry["customer_id"] != subscription["customer_id"]:
        raise Refused("is another customer's", at="relationships/customer_payment_source", error="not_found")
    _check(work, subscription)


def _check(work: Work, subscription: Record) -> None:
    if not is_frequency(subscription["frequency"] or ""):
        raise Refused("is neither a known word nor a crontab line of whole hours", at="frequency", error="invalid")
    if not 1 <= (subscription["renewal_alert_period"] or 0) <= LONGEST_ALERT:
        raise Refused(f"must be between 1 and {LONGEST_ALERT}", at="renewal_alert_period", error="out_of_range")
    starts, ends = subscription["starts_at"], subscription["expires_at"]
    if starts is not None and ends is not None and moment(ends) <= moment(starts):
        raise Refused("must be after it starts", at="expires_at", error="out_of_range")
    next_run = work.sent("next_run_at")
    if next_run is not None and next_run <= work.now:
        raise Refused("must be in the future", at="next_run_at", error="out_of_range")


@reads("order_subscription.source_order.market item")
async def create_item(work: Work, item: Record, value: object = True) -> None:
    """Something to buy with every run, named by relationship or by code, at the market's price unless one is sent."""
    subscription = item.one("order_subscription")
    order = subscription.one("source_order") if subscription is not None else None
    assert order is not None
    work.relate(item, "item", await _thing(work, item))
    work.set(item, currency_code=order["currency_code"])
    if item["unit_amount_cents"] is None:
        work.set(item, unit_amount_cents=await _price(work, order, item))
    _check_item(item)


async def update_item(work: Work, item: Record, value: object = True) -> None:
    if work.incoming.values.keys() & {"sku_code", "bundle_code"}:
        raise Refused("cannot be exchanged: make another item instead", at="sku_code", error="not_changeable")
    _check_item(item)


def _check_item(item: Record) -> None:
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
