"""Subscriptions to an order: asked for, changed, and led through their life; what renews them is not here."""

from __future__ import annotations

from datetime import datetime

from billfold.domain.errors import NOT_ALLOWED, NotAllowed, Refused
from billfold.domain.moments import moment
from billfold.domain.orders import PLACED
from billfold.domain.recurrence import following, is_frequency
from billfold.domain.subscriptions import MAY_RECUR, after, offers
from billfold.gateways.protocol import KeepsSources
from billfold.jsonapi.record import Record
from billfold.usecases.subscriptions import order_subscription_items
from billfold.usecases.work import OWN_NOTES, Work, reads

LONGEST_ALERT = 720  # hours before a run
# What a customer may change of a subscription of theirs.
CUSTOMER_S = OWN_NOTES | {"frequency", "next_run_at", "expires_at"}
# What activation looks at, as include paths from the subscription, and from the order it starts from.
FOR_ACTIVATING = "customer_payment_source source_order.payment_source.payment_gateway"
OF_ORDER = "customer.customer_payment_sources payment_source.payment_gateway"


@reads(
    " ".join(
        ("market.subscription_model", *(f"source_order.{p}" for p in (*OF_ORDER.split(), "market.subscription_model")))
    )
)
async def create(work: Work, subscription: Record, value: object = True) -> None:
    """Take customer, market and number over from the order it starts from; a guest cannot be asked for money again.

    Where that order counts as the first run it must be placed, and the subscription is active at once if what the order
    was paid with is in the wallet.
    """
    order = subscription.one("source_order")
    assert order is not None
    check_registered(order, at="relationships/source_order")
    if subscription.related.get("market") is None:
        work.relate(subscription, "market", order.one("market"))
    _check(work, subscription)
    if subscription["activate_by_source_order"] and order["status"] not in PLACED:
        problem = f"is {order['status']}, and only what is placed is a first run: send activate_by_source_order false"
        raise Refused(problem, at="relationships/source_order", error="not_placed")
    if not subscription["activate_by_source_order"] and subscription["starts_at"] is None:
        raise Refused("can't be blank", at="starts_at", error="blank")
    (number,) = await numbers(work, 1)
    await begin(work, subscription, order, number)


async def numbers(work: Work, count: int) -> list[str]:
    rows = await work.db.fetch("SELECT nextval('order_subscription_numbers') FROM generate_series(1, $1)", count)
    return [str(row[0]) for row in rows]


def check_registered(order: Record, *, at: str) -> None:
    if order["guest"] or order.one("customer") is None:
        raise Refused("is no registered customer's", at=at, error="guest")


async def begin(work: Work, subscription: Record, order: Record, number: str) -> None:
    """Have a new subscription start from the order: be its customer's, paid as that was, and active if it may be.

    order  with OF_ORDER read
    """
    customer = order.one("customer")
    assert customer is not None
    work.relate(subscription, "customer", customer)
    work.set(subscription, number=number, customer_email=customer["email"])
    work.relate(subscription, "customer_payment_source", _entry(order, customer))
    work.event("order_subscriptions.create", subscription)
    work.set(subscription, starts_at=subscription["starts_at"] or work.now)
    work.set(subscription, next_run_at=_next_run(work, subscription))
    if subscription["activate_by_source_order"] and await _is_payable(work, subscription, order):
        start(work, subscription)


def _entry(order: Record, customer: Record) -> Record | None:
    """The entry of the customer's wallet that keeps what the order was paid with."""
    source = order.one("payment_source")
    token = (order["payment_source_details"] or {}).get("payment_method_id")
    if source is None or token is None:
        return None
    kept = (e for e in customer.many("customer_payment_sources") if e["payment_source_token"] == token)
    return next((e for e in kept if e["payment_gateway_id"] == source["payment_gateway_id"]), None)


@reads("customer_payment_source", frequency="market.subscription_model")
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
    if work.sent("frequency"):
        _check_offered(subscription)
    if not 1 <= (subscription["renewal_alert_period"] or 0) <= LONGEST_ALERT:
        raise Refused(f"must be between 1 and {LONGEST_ALERT}", at="renewal_alert_period", error="out_of_range")
    starts, ends = subscription["starts_at"], subscription["expires_at"]
    if starts is not None and ends is not None and moment(ends) <= moment(starts):
        raise Refused("must be after it starts", at="expires_at", error="out_of_range")
    next_run = work.sent("next_run_at")
    if next_run is not None and next_run < work.now:
        raise Refused("must start in the future or current time", at="next_run_at", error="out_of_range")


def _check_offered(subscription: Record) -> None:
    """A market that says how often things may come again is not asked for anything else."""
    market = subscription.one("market")
    model = market.one("subscription_model") if market is not None else None
    if model is not None and not offers(model, subscription["frequency"]):
        problem, meta = "is not associated to a subscription model", {"value": subscription["frequency"]}
        raise Refused(problem, at="frequency", error="not_available", meta=meta)


@reads("order_subscription_items")
async def delete(work: Work, subscription: Record, value: object = True) -> None:
    """Its items go with it, the orders it has made keep it from going."""
    work.guard(subscription)
    for item in subscription.many("order_subscription_items"):
        work.delete(item)
    work.delete(subscription)
    work.event("order_subscriptions.destroy", subscription)


# --- its life ---------------------------------------------------------------------------------------------------------


@reads(FOR_ACTIVATING)
async def activate(work: Work, subscription: Record, value: object = True) -> None:
    """Let it make orders, the next at the time that was set or else at the next that its frequency gives.

    Raises Refused when it is over, when it cannot go there from where it is, and when its orders could not be paid.
    That takes an entry of its customer's wallet, save where the gateway of the order it started from keeps nothing.
    """
    if after(subscription["status"], "activate") == subscription["status"]:
        return
    order = subscription.one("source_order")
    if is_over(work, subscription):
        raise Refused("is over: it cannot be activated any more", at="expires_at", error="expired")
    assert order is not None
    if not await _is_payable(work, subscription, order):
        problem = "can't be blank: save a payment source to the customer's wallet first, and name it"
        raise Refused(problem, at="relationships/customer_payment_source", error="blank")
    start(work, subscription)


def is_over(work: Work, subscription: Record) -> bool:
    return subscription["expires_at"] is not None and moment(subscription["expires_at"]) <= work.now


async def _is_payable(work: Work, subscription: Record, order: Record) -> bool:
    entry, source = subscription.one("customer_payment_source"), order.one("payment_source")
    if entry is not None:
        return bool(entry["customer_id"] == subscription["customer_id"])
    account = source.one("payment_gateway") if source is not None else None
    return account is not None and not isinstance(await work.accounts.gateway(account), KeepsSources)


def start(work: Work, subscription: Record) -> None:
    """Make it active. A next run that lies ahead stays where it is; one that was missed is not made up for."""
    planned = subscription["next_run_at"]
    if planned is None or moment(planned) <= work.now:
        planned = _next_run(work, subscription)
    work.set(subscription, status=after(subscription["status"], "activate"), next_run_at=planned)
    work.event("order_subscriptions.activate", subscription)


def _next_run(work: Work, subscription: Record) -> datetime:
    starts = moment(subscription["starts_at"] or work.now)
    if starts > work.now:
        return starts
    found = following(subscription["frequency"], starts, work.now)
    if found is None:
        raise Refused("never comes: no month has that day", at="frequency", error="invalid")
    return found


async def deactivate(work: Work, subscription: Record, value: object = True) -> None:
    """Pause it: the time of its next run stays, for when it is activated again before that."""
    _go(work, subscription, "deactivate")


async def cancel(work: Work, subscription: Record, value: object = True) -> None:
    """End it for good."""
    _go(work, subscription, "cancel")


def _go(work: Work, subscription: Record, event: str) -> None:
    status = after(subscription["status"], event)
    if status != subscription["status"]:
        work.guard(subscription)
        work.set(subscription, status=status)
        work.event(f"order_subscriptions.{event}", subscription)


def cancel_with(work: Work, order: Record) -> None:
    """The order was cancelled, and with it the subscriptions that its market's model said so of when they began."""
    for subscription in order.many("order_subscriptions"):
        if subscription["ends_with_order"] and subscription["status"] != "cancelled":
            work.set(subscription, status="cancelled")
            work.event("order_subscriptions.cancel", subscription)


@reads("market.subscription_model source_order.line_items.item order_subscription_items")
async def convert(work: Work, subscription: Record, value: object = True) -> None:
    """Have a manual subscription, which repeats its order as a whole, go by items of its own and its market's model."""
    if subscription["automatic"]:
        return
    if subscription["status"] == "cancelled":
        raise Refused("is cancelled: it cannot be converted", at="status", error="invalid_transition")
    market, order = subscription.one("market"), subscription.one("source_order")
    model = market.one("subscription_model") if market is not None else None
    if model is None:
        problem = "needs a subscription model, and the subscription's market has none"
        raise Refused(problem, at="_convert", error="model_missing")
    _check_offered(subscription)
    assert order is not None
    work.guard(subscription)
    work.set(subscription, automatic=True, ends_with_order=model["auto_cancel"])
    if not subscription.many("order_subscription_items"):
        for line in order.many("line_items"):
            if line["item_type"] in MAY_RECUR and line.one("item") is not None:
                order_subscription_items.take_over(work, subscription, line)
    work.event("order_subscriptions.convert", subscription)
