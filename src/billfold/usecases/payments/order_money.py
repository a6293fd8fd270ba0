"""What back offices and customers have done with the money of an order: held, taken, given back, let go."""

from __future__ import annotations

from billfold.domain.errors import NOT_ALLOWED, Declined, NotAllowed, Refused
from billfold.domain.money import Money
from billfold.domain.orders import OPEN_TO_STOREFRONTS, PLACED, after
from billfold.domain.payments import Kind
from billfold.jsonapi.record import Record
from billfold.usecases.orders.orders import check_editable
from billfold.usecases.orders.totals import drop_source, supersede
from billfold.usecases.payments import payments
from billfold.usecases.payments.positions import (
    check_nothing_held,
    check_source_may_change,
    last_with_room,
    position_of,
    room,
    standing_of,
)
from billfold.usecases.payments.taking_in import act, catch_up
from billfold.usecases.payments.unanswered import find_out
from billfold.usecases.payments.verdicts import FOR_PAYING, note_cancelled, note_fulfillment
from billfold.usecases.work import Work, reads


@reads(FOR_PAYING)
async def authorize(work: Work, order: Record, value: object = True) -> None:
    """Authorize the payment source without placing the order."""
    check_editable(work, order)
    if order.one("payment_source") is None:
        raise Refused("can't be blank", at="relationships/payment_source", error="blank")
    await payments.authorize(work, order, at="_authorize")


@reads(FOR_PAYING)
async def authorize_amount(work: Work, order: Record, value: object = True) -> None:
    """Authorize the payment source for so many minor units: the whole amount, for it is held all at once."""
    if value != order["total_amount_with_taxes_cents"]:
        problem = "must be the order's whole amount: a part of it cannot be held by itself"
        meta = {"count": order["total_amount_with_taxes_cents"]}
        raise Refused(problem, at="_authorization_amount_cents", error="unsupported", meta=meta)
    if not work.asked("_authorize"):
        await authorize(work, order)


@reads(FOR_PAYING)
async def approve(work: Work, order: Record, value: object = True) -> None:
    """The merchant accepts the order. Repeating it does nothing."""
    _check_approvable(order)
    _put_approved(work, order)


def _check_approvable(order: Record) -> None:
    if order["status"] == "approved":
        return
    after(order["status"], "approve")
    if order["payment_status"] not in ("authorized", "paid", "free", "partially_refunded"):
        problem = f"is {order['payment_status']}: only a paid or authorized order can be approved"
        raise Refused(problem, at="payment_status", error="invalid_transition")


def _put_approved(work: Work, order: Record) -> None:
    if order["status"] == "approved":
        return
    work.set(order, status=after(order["status"], "approve"), approved_at=work.now)
    note_fulfillment(work, order)
    work.event("orders.approve", order)


@reads(FOR_PAYING)
async def approve_and_capture(work: Work, order: Record, value: object = True) -> None:
    _check_approvable(order)
    await capture(work, order)
    _put_approved(work, order)  # where there was nothing to take


@reads(FOR_PAYING)
async def capture(work: Work, order: Record, value: object = True) -> None:
    """Take what is left of the last authorization, and approve the order with that. Capturing a paid order takes
    nothing."""
    if order["payment_status"] in ("free", "refunded", "partially_refunded"):
        return
    if order["payment_status"] != "paid":
        if order["status"] not in PLACED:
            problem = f"is {order['status']}: only what was placed can be captured"
            raise Refused(problem, at="_capture", error="invalid_transition")
        await find_out(work, order, at="_capture")
    if order["payment_status"] != "paid":
        authorization = last_with_room(order, Kind.AUTHORIZATION, at="_capture")
        _check_approvable(order)
        # An order that got cheaper since it was placed takes no more than it costs.
        unpaid = Money(order["total_amount_with_taxes_cents"], order["currency_code"]) - standing_of(order).captured
        asked = min(room(order, authorization), unpaid)
        await _captured(work, order, authorization, asked)
    if order["status"] == "placed":
        _put_approved(work, order)  # it was paid already, or will be: the provider takes its time


async def _captured(work: Work, order: Record, authorization: Record, amount: Money) -> None:
    """Have the amount captured, unless the order turns out to be paid, with whatever a colleague took at the PSP."""
    try:
        await act(work, order, Kind.CAPTURE, authorization, amount, on_success=_put_approved)
    except Declined:
        if order["payment_status"] != "paid":
            raise


@reads(FOR_PAYING)
async def refund(work: Work, order: Record, value: object = True) -> None:
    """Give everything back, let go of what is still held, and cancel the order. Refunding a refunded order does
    nothing."""
    if order["payment_status"] == "refunded" and not position_of(order).capturable:
        return
    await find_out(work, order, at="_refund")
    if order["payment_status"] != "refunded":
        await _know_of_a_capture(work, order)
        last_with_room(order, Kind.CAPTURE, at="_refund")
    for kind, of in ((Kind.REFUND, Kind.CAPTURE), (Kind.VOID, Kind.AUTHORIZATION)):
        for id in [t.id for t in order.many("transactions") if t.type == of]:
            await payments.act_on_rest(work, order, kind, id, by=act)


async def _know_of_a_capture(work: Work, order: Record) -> None:
    """Nothing was captured that we know of: a colleague may have done it at the PSP."""
    held = [t for t in order.many("transactions") if t.type == Kind.AUTHORIZATION and t["succeeded"]]
    if held and not position_of(order).captured:
        await catch_up(work, order, held[-1])


@reads(FOR_PAYING)
async def cancel(work: Work, order: Record, value: object = True) -> None:
    """Let go of what is held and cancel the order. What was taken must be refunded instead."""
    if order["status"] == "cancelled":
        return
    if work.caller.is_sales_channel and order["status"] not in OPEN_TO_STOREFRONTS:
        raise NotAllowed(NOT_ALLOWED)
    after(order["status"], "cancel")
    await find_out(work, order, at="_cancel")
    if position_of(order).refundable:
        raise Refused("cannot cancel what was captured: refund it instead", at="_cancel", error="captured")
    await payments.let_go(work, order, by=act)
    if order["status"] == "cancelled":
        return  # somebody else was faster
    work.guard(order)
    note_cancelled(work, order)


@reads(FOR_PAYING)
async def nullify_payment_source(work: Work, order: Record, value: object = True) -> None:
    """Pay with nothing for now. What is held is let go first; what was taken stays and keeps the source."""
    check_editable(work, order)
    check_source_may_change(order)
    await find_out(work, order, at="_nullify_payment_source")
    await payments.let_go(work, order, by=act)
    if order.one("payment_source") is not None:
        check_nothing_held(order)
        drop_source(work, order)


@reads("transactions.payment_source.payment_gateway payment_source")
async def fix_payment_source(work: Work, order: Record, value: object = True) -> None:
    """Point the order at the payment source that its last successful authorization was made with."""
    good = [t for t in order.many("transactions") if t.type == Kind.AUTHORIZATION and t["succeeded"]]
    source = good[-1].one("payment_source") if good else None
    if source is None:
        raise Refused("there is no successful authorization to go by", at="_fix_payment_source", error="not_found")
    former = order.one("payment_source")
    used = {paid.id for t in order.many("transactions") if (paid := t.one("payment_source")) is not None}
    if former is not None and former.id not in used:
        supersede(work, former)
    work.set(source, superseded=False)
    work.relate(order, "payment_source", source)
