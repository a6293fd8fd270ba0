"""Placing: check that nothing is missing, take what the order needs, have its payment authorized, make it binding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from billfold.domain.errors import BillfoldError, Conflict, Refused
from billfold.domain.orders import BOUGHT, PLACED, after
from billfold.jsonapi.record import Record
from billfold.usecases.customers.customers import type_of
from billfold.usecases.orders import drafts, holdings
from billfold.usecases.orders.whereabouts import locked_out, wrong_country
from billfold.usecases.payments import payments, verdicts
from billfold.usecases.services import validation
from billfold.usecases.shipping import shipments
from billfold.usecases.subscriptions import frequencies, subscribing
from billfold.usecases.work import Work, reads

FOR_PLACING = f"{verdicts.FOR_PAYING} {shipments.READS} {validation.INCLUDES}"
# What a problem found later is remembered by, when the client does not wait for the answer.
LATER = "place_order"


@reads(FOR_PLACING)
async def place(work: Work, order: Record, value: object = True) -> None:
    """Authorize the payment source and place the order. Placing a placed order again does nothing; one that was to be
    placed later, and could not be, is tried again."""
    later = order["place_async"] or order["status"] == "placing"
    if order["status"] in PLACED or (order["status"] == "placing" and not order["errors_count"]):
        return
    after(order["status"], "place")
    subscribing.check_may_start(work, order)
    if later:
        await _settle_problems(work, order)
        _place_later(work, order)
        return
    await check_complete(work, order)
    await _place_now(work, order)


async def _place_now(work: Work, order: Record) -> None:
    await validation.check(work, order)
    holdings.take(work, order)
    if order["total_amount_with_taxes_cents"]:
        await payments.authorize(work, order, at="_place", on_success=put_placed, reads=FOR_PLACING)
    else:
        put_placed(work, order)


def put_placed(work: Work, order: Record) -> None:
    """Everything that placing means besides the money; nothing when a report of the PSP placed it meanwhile."""
    if order["status"] not in ("pending", "placing"):
        return
    work.guard(order)
    holdings.take(work, order)
    free = not order["total_amount_with_taxes_cents"]
    work.set(
        order,
        status=after(order["status"], "place"),
        placed_at=work.now,
        place_total_amount_cents=order["total_amount_with_taxes_cents"],
        payment_status="free" if free else order["payment_status"],
    )
    customer = order.one("customer")
    if customer is not None:
        work.set(order, customer_type=type_of(customer))
        count = (customer["total_orders_count"] or 0) + 1
        work.set(customer, total_orders_count=count, status="acquired" if count == 1 else "repeat")
    shipments.on_placed(work, order)
    work.event("orders.place", order)


def _place_later(work: Work, order: Record) -> None:
    """Answer at once; the worker looks for what is missing and goes on, with subscriptions too if asked for."""
    work.set(order, status=after(order["status"], "place_later"))
    work.job(LATER, work.now, {"order_id": order.id, "subscribe": bool(work.asked(subscribing.START))})


async def place_order(work: Work, payload: Mapping[str, Any]) -> None:
    """The worker's part of placing later. What keeps the order from being placed becomes a resource error of it."""
    order = await work.read("orders", payload["order_id"], f"{FOR_PLACING} resource_errors")
    if order is None or order["status"] != "placing":
        return
    try:
        await check_complete(work, order)
        await _place_now(work, order)
        if payload.get("subscribe"):
            await subscribing.create_subscriptions(work, order)
        await work.commit()
    except Conflict:
        raise
    except BillfoldError as trouble:
        await _note_problem(Work(work.tools, work.caller), order.id, trouble)


async def _note_problem(work: Work, order_id: str, trouble: BillfoldError) -> None:
    order = await work.read("orders", order_id)
    if order is None or order["status"] != "placing":
        return
    problems = [trouble, *trouble.others] if isinstance(trouble, Refused) else [trouble]
    work.guard(order)
    for problem in problems:
        values = {"name": (problem.at or "base").rpartition("/")[2], "code": problem.error, "message": problem.message}
        work.insert("resource_errors", values, {"resource": order})
    work.set(order, errors_count=(order["errors_count"] or 0) + len(problems))
    await work.commit()


async def pending(work: Work, order: Record, value: object = True) -> None:
    """Back to pending, to be mended and placed again; problems that were noted are settled by that."""
    if order["status"] == "pending":
        return
    work.set(order, status=after(order["status"], "pend"))
    drafts.settle_term(work, order)
    await _settle_problems(work, order)
    work.event("orders.pending", order)


async def _settle_problems(work: Work, order: Record) -> None:
    """Few orders have any, so they are read only where there are some."""
    if not order["errors_count"]:
        return
    noted = await work.read("orders", order.id, "resource_errors")
    for problem in noted.many("resource_errors") if noted else ():
        work.delete(problem)
    work.set(order, errors_count=0)


async def check_complete(work: Work, order: Record) -> None:
    """Raise Refused with one problem per missing piece, each with its pointer. Source: contract, orders.md §5."""
    missing = [*_who_and_what(order), *_where(order), *shipments.missing(order), *_payment(order)]
    missing += holdings.missing(work, order)
    missing += await frequencies.missing(work, order)
    if missing:
        raise Refused.all(missing)


def _who_and_what(order: Record) -> list[Refused]:
    missing = []
    if _is_disabled(order.one("market")):
        missing.append(Refused("is disabled", at="relationships/market", error="not_available"))
    if order["total_amount_with_taxes_cents"] < 0:
        problem, at = "must not be negative: nobody is paid for buying", "total_amount_with_taxes_cents"
        missing.append(Refused(problem, at=at, error="negative"))
    if order.one("customer") is None:
        missing.append(_blank("customer"))
    if not any(i["item_type"] in BOUGHT for i in order.many("line_items")):
        missing.append(_blank("line_items"))
    return missing


def _where(order: Record) -> list[Refused]:
    """Goods that are not shipped need no address, unless the bill needs one."""
    missing = []
    ships = any(shipments.is_shipped(i) for i in order.many("line_items"))
    billing = order.one("billing_address")
    if billing is None and (ships or order["requires_billing_info"]):
        missing.append(_blank("billing_address"))
    elif billing is not None and order["requires_billing_info"] and not billing["billing_info"]:
        problem = "has no billing_info, which this order requires"
        missing.append(Refused(problem, at="relationships/billing_address", error="billing_info_blank"))
    if ships and order.one("shipping_address") is None:
        missing.append(_blank("shipping_address"))
    if ships and locked_out(order):
        missing.append(wrong_country(order))
    return missing


def _payment(order: Record) -> list[Refused]:
    if order["total_amount_with_taxes_cents"] <= 0:
        return []
    missing, source, method = [], order.one("payment_source"), order.one("payment_method")
    if method is None:
        missing.append(_blank("payment_method"))
    elif order["payment_status"] == "unpaid" and (_is_disabled(method) or _is_disabled(method.one("payment_gateway"))):
        missing.append(Refused("is disabled", at="relationships/payment_method", error="not_available"))
    if source is None:
        missing.append(_blank("payment_source"))
    elif source["mismatched_amounts"]:
        problem = "was prepared for another amount: send it _update"
        missing.append(Refused(problem, at="relationships/payment_source", error="mismatched_amounts"))
    return missing


def _is_disabled(record: Record | None) -> bool:
    return record is not None and record["disabled_at"] is not None


def _blank(name: str) -> Refused:
    return Refused("can't be blank", at=f"relationships/{name}", error="blank")
