"""What follows when an authorization succeeds that no request is waiting for: a report told of it, `reconcile` or a
back office."""

from __future__ import annotations

import structlog

from billfold.domain.errors import BillfoldError, Conflict
from billfold.domain.orders import EDITABLE
from billfold.domain.payments import Kind
from billfold.gateways.protocol import Verdict
from billfold.jsonapi.record import Record
from billfold.usecases.orders.placing import FOR_PLACING, place
from billfold.usecases.orders.totals import supersede
from billfold.usecases.payments.payments import act_on_rest
from billfold.usecases.payments.positions import room
from billfold.usecases.payments.purchases import shopper_id
from billfold.usecases.payments.verdicts import note_status, settle
from billfold.usecases.work import Work

log = structlog.get_logger("billfold.late_money")


async def conclude(work: Work, order: Record, transaction: Record, source: Record, verdict: Verdict) -> None:
    """Write down what became of a transaction that was open, and let follow what follows."""
    await settle(work, order, transaction, verdict)
    if transaction.type == Kind.AUTHORIZATION:
        await arrived(work, order, source, transaction)


async def arrived(work: Work, order: Record, source: Record, authorization: Record) -> None:
    """Use the money for the order, or give it back: when the order is closed or paid for already, and when the customer
    turned away from this source and the order costs something else, or is somebody else's, by now. Commits."""
    if not authorization["succeeded"]:
        return
    if order["payment_source_id"] != source.id:
        fits = authorization["amount_cents"] == order["total_amount_with_taxes_cents"]
        theirs = source["shopper_id"] == shopper_id(order)
        if order["status"] not in EDITABLE or _paid_otherwise(order, authorization) or not (fits and theirs):
            await give_back(work, order, authorization)
            return
        take_source_back(work, order, source)
        note_status(work, order)
        await work.commit()
    await place_by_itself(work, order)


async def give_back(work: Work, order: Record, authorization: Record) -> None:
    """Let go of what is held, and refund what was taken at once."""
    await act_on_rest(work, order, Kind.VOID, authorization.id)
    made = [t for t in order.many("transactions") if t["reference_transaction_id"] == authorization.id]
    for taken in [t.id for t in made if t.type == Kind.CAPTURE]:
        await act_on_rest(work, order, Kind.REFUND, taken)


def take_source_back(work: Work, order: Record, source: Record) -> None:
    """Money was held with a source that the order had turned away from: that is what it is paid with now."""
    if order["payment_source_id"] == source.id:
        return
    other = order.one("payment_source")
    if other is not None:
        supersede(work, other)
    work.guard(order)
    work.relate(order, "payment_source", source)
    work.set(source, superseded=False)


async def place_by_itself(work: Work, order: Record) -> None:
    """Place a pending order whose payment method says so. What keeps it from being placed is the next one's problem.
    Commits; what was changed before must be written already."""
    method = order.one("payment_method")
    if method is None or not method["auto_place"] or order["status"] != "pending":
        return
    await work.read_again(order, FOR_PLACING)
    try:
        await place(work, order)
        await work.commit()
    except Conflict as busy:
        if busy.error == Conflict.error:
            raise
        work.forget()
        log.info("an order is being placed already", order=order.id, reason=busy.message)
    except BillfoldError as reason:
        work.forget()  # nothing of what placing had begun
        log.info("an order was not placed by itself", order=order.id, reason=reason.message)


def _paid_otherwise(order: Record, authorization: Record) -> bool:
    """Whether other money of the order is held or taken, so that this would be paying twice."""
    others = [
        t
        for t in order.many("transactions")
        if t["succeeded"] and authorization.id not in (t.id, t["reference_transaction_id"])
    ]
    return any(room(order, t) for t in others if t.type in (Kind.AUTHORIZATION, Kind.CAPTURE))
