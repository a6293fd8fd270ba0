"""The triggers of transactions: capture or void an authorization, refund a capture, all of it or a part."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.domain.money import Money
from billfold.domain.payments import OPEN, Kind, Outcome
from billfold.gateways.protocol import Verdict
from billfold.jsonapi.record import Record
from billfold.usecases.payments import FOR_TRANSACTION, act, settle
from billfold.usecases.positions import room
from billfold.usecases.unanswered import ask_again, ended_unanswered
from billfold.usecases.work import Work, reads

VERBS = {Kind.CAPTURE: "_capture", Kind.VOID: "_void", Kind.REFUND: "_refund"}


@reads(succeeded=FOR_TRANSACTION)
async def update(work: Work, transaction: Record, value: object = True) -> None:
    """A back office may say that a transaction succeeded whose outcome is open, when it knows so from elsewhere."""
    if "succeeded" not in work.incoming.values or transaction["succeeded"] == work.former(transaction, "succeeded"):
        return
    if transaction["outcome"] not in OPEN:
        raise Refused("is settled: the provider's answer stands", at="succeeded", error="settled")
    order = transaction.one("order")
    assert order is not None
    known = order.many("transactions")
    known[[t.id for t in known].index(transaction.id)] = transaction
    await settle(work, order, transaction, Verdict(Outcome.SUCCEEDED, message="Settled by hand."))


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


async def _act_on(work: Work, record: Record, kind: Kind, amount: object) -> None:
    order = record.one("order")
    assert order is not None
    on = next(t for t in order.many("transactions") if t.id == record.id)
    at = VERBS[kind] + ("_amount_cents" if isinstance(amount, int) else "")
    try:
        if not await _was_asked_before(work, order, kind, on, amount, at=at):
            asked = Money(amount, order["currency_code"]) if isinstance(amount, int) else room(order, on)
            await act(work, order, kind, on, asked)
    except Refused as refusal:
        refusal.at = refusal.at or at
        raise
    record.values = on.values
    record.related = {"order": order}


async def _was_asked_before(work: Work, order: Record, kind: Kind, on: Record, amount: object, *, at: str) -> bool:
    """Whether this repeats a request that ended without a verdict; then it is asked again, and is no second one."""
    around = [t for t in order.many("transactions") if t.type == kind and t["reference_transaction_id"] == on.id]
    former = next((t for t in around if ended_unanswered(t) and amount in (None, t["amount_cents"])), None)
    if former is None:
        return False
    await ask_again(work, order, former, at=at)
    return bool(former["outcome"] != Outcome.FAILED)
