"""The triggers of transactions: capture or void an authorization, refund a capture, all of it or a part."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.domain.money import Money
from billfold.domain.payments import OPEN, Kind, Outcome
from billfold.gateways.protocol import Verdict
from billfold.jsonapi.record import Record
from billfold.usecases.payments import FOR_TRANSACTION, VERBS, act, room, settle
from billfold.usecases.work import Work, reads


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
    asked = Money(amount, order["currency_code"]) if isinstance(amount, int) else room(order, on)
    try:
        await act(work, order, kind, on, asked)
    except Refused as refusal:
        refusal.at = refusal.at or f"_{VERBS[kind]}{'_amount_cents' if isinstance(amount, int) else ''}"
        raise
    record.values = on.values
    record.related = {"order": order}
