"""The triggers of transactions: capture or void an authorization, refund a capture, all of it or a part; undo what paid
for an order that nobody placed; take for done what nobody can tell of."""

from __future__ import annotations

from billfold.domain.errors import BillfoldError, Conflict, NotRefundable, NotVoidable, Refused
from billfold.domain.money import Money
from billfold.domain.payments import OPEN, Kind, Outcome
from billfold.gateways.protocol import Verdict
from billfold.jsonapi.record import Record
from billfold.usecases.orders.totals import drop_source
from billfold.usecases.payments.attempts import attempt_of, gateway_of, is_in_flight
from billfold.usecases.payments.late_money import conclude
from billfold.usecases.payments.positions import position_around, position_of, room
from billfold.usecases.payments.taking_in import act
from billfold.usecases.payments.unanswered import ask_again, ended_unanswered
from billfold.usecases.payments.verdicts import FOR_TRANSACTION
from billfold.usecases.work import Work, reads

VERBS = {Kind.CAPTURE: "_capture", Kind.VOID: "_void", Kind.REFUND: "_refund"}
FOR_FORWARDING = f"{FOR_TRANSACTION} payment_source.payment_gateway"


@reads(succeeded=FOR_FORWARDING)
async def update(work: Work, transaction: Record, value: object = True) -> None:
    """Saying that a transaction succeeded is forwarding it; nothing is ever said not to have succeeded."""
    if "succeeded" not in work.incoming.values or transaction["succeeded"] == work.former(transaction, "succeeded"):
        return
    if not transaction["succeeded"]:
        raise _settled(at="succeeded")
    await _settle_by_hand(work, transaction, at="succeeded")


@reads(FOR_FORWARDING)
async def forward(work: Work, transaction: Record, value: object = True) -> None:
    """Take a transaction that is stuck for one that succeeded, as a back office knows from elsewhere that it did. What
    succeeded already stays as it is."""
    await _settle_by_hand(work, transaction, at="_forward")


async def _settle_by_hand(work: Work, transaction: Record, *, at: str) -> None:
    """Write down that it succeeded, with all that follows when a provider says so. Refused when the provider said
    no, Conflict while its request may still be at work."""
    if transaction["outcome"] == Outcome.SUCCEEDED:
        return
    if transaction["outcome"] not in OPEN:
        raise _settled(at=at)
    if is_in_flight(transaction, work.now):
        raise Conflict("must wait: the request is still at work", at=at, error="in_progress")
    order, source = transaction.one("order"), transaction.one("payment_source")
    assert order is not None
    assert source is not None
    known = order.many("transactions")
    known[[t.id for t in known].index(transaction.id)] = transaction  # one record for one row
    if order["payment_source_id"] == source.id:
        order.related["payment_source"] = source
    await conclude(work, order, transaction, source, await _by_hand(work, order, transaction, source))
    if not transaction["succeeded"]:
        raise Refused("did not come about, says its provider: ask for it again", at=at, error="settled")


async def _by_hand(work: Work, order: Record, transaction: Record, source: Record) -> Verdict:
    """That it succeeded, with what its provider knows of it: later requests refer to it by the provider's id. What the
    provider says never came about is not taken for done: there would be no money behind it."""
    try:
        seen = await (await gateway_of(work, source)).look_up(attempt_of(order, transaction))
    except BillfoldError:
        seen = Verdict(Outcome.PENDING)
    if seen.outcome is not Outcome.PENDING:
        return seen
    return Verdict(Outcome.SUCCEEDED, seen.reference, message="Settled by hand.", details=seen.details)


def _settled(*, at: str) -> Refused:
    return Refused("is settled: the provider's answer stands", at=at, error="settled")


@reads(FOR_TRANSACTION)
async def capture(work: Work, authorization: Record, value: object = True) -> None:
    """Take what is left of this authorization, or `_capture_amount_cents` of it."""
    await _act_on(work, authorization, Kind.CAPTURE, work.asked("_capture_amount_cents"))


@reads(FOR_TRANSACTION)
async def capture_amount(work: Work, authorization: Record, value: object = True) -> None:
    """Take so many minor units; sent along with `_capture` it only says how much that takes."""
    if not work.asked("_capture"):
        await _act_on(work, authorization, Kind.CAPTURE, value)


@reads(FOR_TRANSACTION)
async def void(work: Work, authorization: Record, value: object = True) -> None:
    """Let go of what is left of this authorization."""
    await _act_on(work, authorization, Kind.VOID, None)


@reads(FOR_TRANSACTION)
async def refund(work: Work, capture: Record, value: object = True) -> None:
    """Give back what is left of this capture, or `_refund_amount_cents` of it."""
    await _act_on(work, capture, Kind.REFUND, work.asked("_refund_amount_cents"))


@reads(FOR_TRANSACTION)
async def refund_amount(work: Work, capture: Record, value: object = True) -> None:
    """Give back so many minor units; sent along with `_refund` it only says how much that gives back."""
    if not work.asked("_refund"):
        await _act_on(work, capture, Kind.REFUND, value)


@reads(FOR_TRANSACTION)
async def cancel(work: Work, transaction: Record, value: object = True) -> None:
    """Undo the payment of an order that nobody placed: let go of what is left of an authorization, give back what is
    left of a capture. The order is unpaid then and can be paid anew, with another payment source. Repeating it does
    nothing.
    """
    order, on = _found(transaction)
    kind, by = (Kind.VOID, "_void") if on.type == Kind.AUTHORIZATION else (Kind.REFUND, "_refund")
    if order["status"] != "pending":
        problem = f"is for pending orders, and this one is {order['status']}: use {by} instead"
        raise Refused(problem, at="_cancel", error="invalid_transition", meta={"value": order["status"]})
    if not await _was_asked_before(work, order, kind, on, None, at="_cancel") and _is_left(order, on, kind):
        await act(work, order, kind, on, room(order, on))
    source = order.one("payment_source")
    if source is not None and source.id == on["payment_source_id"] and position_of(order).came_to_nothing:
        work.guard(order)
        drop_source(work, order)  # a PSP takes nothing with it again
    _take_over(transaction, *_found(transaction))


def _is_left(order: Record, on: Record, kind: Kind) -> bool:
    """Whether there is something to undo; False when that was done, or asked for, already."""
    if room(order, on):
        return True
    around = [t for t in order.many("transactions") if t["reference_transaction_id"] == on.id]
    if any(t["outcome"] == Outcome.UNKNOWN for t in around):
        raise Conflict("must wait: another request about this money is at work", at="_cancel", error="in_progress")
    if not on["succeeded"]:
        refusal = NotVoidable if kind is Kind.VOID else NotRefundable
        raise refusal("did not succeed: there is nothing to undo", at="_cancel")
    if kind is Kind.VOID and position_around(order, on).captured:
        raise NotVoidable("was captured: cancel the capture instead", at="_cancel")
    return False


def _found(record: Record) -> tuple[Record, Record]:
    """The transaction's order, and the transaction as it stands among the order's."""
    order = record.one("order")
    assert order is not None
    return order, next(t for t in order.many("transactions") if t.id == record.id)


def _take_over(record: Record, order: Record, on: Record) -> None:
    """Show in the answer what became of it."""
    record.become(on)
    record.related = {"order": order}


async def _act_on(work: Work, record: Record, kind: Kind, amount: object) -> None:
    order, on = _found(record)
    at = VERBS[kind] + ("_amount_cents" if isinstance(amount, int) else "")
    try:
        if not await _was_asked_before(work, order, kind, on, amount, at=at):
            asked = Money(amount, order["currency_code"]) if isinstance(amount, int) else room(order, on)
            await act(work, order, kind, on, asked)
    except Refused as refusal:
        refusal.at = refusal.at or at
        raise
    _take_over(record, *_found(record))


async def _was_asked_before(work: Work, order: Record, kind: Kind, on: Record, amount: object, *, at: str) -> bool:
    """Whether this repeats a request that ended without a verdict; then it is asked again, and is no second one."""
    around = [t for t in order.many("transactions") if t.type == kind and t["reference_transaction_id"] == on.id]
    former = next((t for t in around if ended_unanswered(t) and amount in (None, t["amount_cents"])), None)
    if former is None:
        return False
    await ask_again(work, order, former, at=at)
    return bool(former["outcome"] != Outcome.FAILED)
