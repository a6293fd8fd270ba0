"""Subscriptions that an order starts: made of its line items that recur, and paid with what its customer saves."""

from __future__ import annotations

from billfold.domain.errors import Conflict, Refused
from billfold.domain.orders import PLACED
from billfold.domain.subscriptions import divide
from billfold.jsonapi.record import Record
from billfold.usecases.subscriptions.frequencies import model_of, objections, recurring
from billfold.usecases.subscriptions.order_subscription_items import take_over
from billfold.usecases.subscriptions.order_subscriptions import (
    FOR_ACTIVATING,
    OF_ORDER,
    begin,
    check_registered,
    is_over,
    numbers,
    start,
)
from billfold.usecases.work import Work, reads

START = "_create_subscriptions"
MISSES = 25


@reads("line_items order_subscriptions")
async def create_subscriptions(work: Work, order: Record, value: object = True) -> None:
    """Start a subscription per frequency, or one per line item, as the market's model says, from a placed order.

    Asking again does nothing, and nothing is done for an order of which no line item recurs. Raises Refused for an
    order that is not placed, for a guest's, and for a frequency that the market does not have any more.
    """
    if order["subscription_created_at"] or not recurring(order):
        return
    if order["status"] == "placing" and work.asked("_place"):
        return  # the worker goes on with both
    if order["status"] not in PLACED:
        problem = f"is for placed orders: this one is {order['status']}"
        raise Refused(problem, at=START, error="invalid_transition")
    found = await work.read("orders", order.id, f"{OF_ORDER} market.subscription_model line_items.item")
    if found is None:
        raise Conflict("was deleted meanwhile", error="gone")
    check_registered(found, at=START)
    problems = objections(found)
    if problems:
        raise Refused.all(problems)
    model = model_of(found)
    assert model is not None
    # Guarded by the order, so of any number of requests at once one makes them.
    work.guard(order)
    work.set(order, subscription_created_at=work.now)
    groups = divide(model["strategy"], found.many("line_items"))
    for number, lines in zip(await numbers(work, len(groups)), groups, strict=True):
        subscription = await _start(work, found, model, number, lines)
        order.many("order_subscriptions").append(subscription)


async def _start(work: Work, order: Record, model: Record, number: str, lines: list[Record]) -> Record:
    values = {
        "frequency": lines[0]["frequency"],
        "activate_by_source_order": model["auto_activate"],
        "ends_with_order": model["auto_cancel"],
        "automatic": True,
        "starts_at": work.now,
    }
    subscription = work.insert("order_subscriptions", values, {"source_order": order, "market": order.one("market")})
    await begin(work, subscription, order, number)
    for line in lines:
        take_over(work, subscription, line)
    return subscription


def check_may_start(work: Work, order: Record) -> None:
    """Placing and starting may be asked for together: what would refuse the second must come before money moves."""
    if work.asked(START) and recurring(order):
        check_registered(order, at=START)


async def pay_from_wallet(work: Work, order: Record, entry: Record) -> None:
    """What the order was paid with has been saved: the subscriptions it started that lack a payment source take it, and
    become active if that is what they waited for. The one that made the order takes it whatever it had.

    Each is written by itself, guarded by itself: its customer may be ending it at this moment.
    """
    waiting = [s.id for s in order.many("order_subscriptions") if s["customer_payment_source_id"] is None]
    made_by = order["order_subscription_id"]
    if not waiting and made_by is None:
        return
    await work.commit()
    for id in [*waiting, *([made_by] if made_by else [])]:
        await _pay_from_wallet(work, id, entry)
    order.related.pop("order_subscriptions")


async def _pay_from_wallet(work: Work, id: str, entry: Record) -> None:
    for _ in range(MISSES):
        aside = Work(work.tools, work.caller)
        subscription = await aside.read("order_subscriptions", id, FOR_ACTIVATING)
        if subscription is None or subscription["status"] == "cancelled":
            return
        if subscription["customer_id"] != entry["customer_id"]:
            return
        aside.guard(subscription)
        aside.relate(subscription, "customer_payment_source", entry)
        waits = subscription["status"] == "draft" and subscription["activate_by_source_order"]
        if waits and not is_over(aside, subscription):
            start(aside, subscription)
        try:
            await aside.commit()
        except Conflict:
            continue
        return
