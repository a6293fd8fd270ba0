"""Captures, voids and refunds whose requests ended without a verdict: whoever asks for one again learns what became of
it, and nothing is done twice."""

from __future__ import annotations

from billfold.domain.errors import BillfoldError, Conflict
from billfold.domain.moments import moment
from billfold.domain.payments import OPEN, Kind, Outcome
from billfold.jsonapi.record import Record
from billfold.usecases.payments.attempts import ask, attempt_of, gateway_of, source_of
from billfold.usecases.payments.payments import REPEATABLE
from billfold.usecases.payments.verdicts import settle
from billfold.usecases.work import Work


async def find_out(work: Work, order: Record, *, at: str) -> None:
    """Learn what became of the captures, voids and refunds that ended without a verdict. Raise Conflict while nobody
    can say of some request about the order's money."""
    for former in order.many("transactions"):
        if former.type != Kind.AUTHORIZATION and ended_unanswered(former):
            await ask_again(work, order, former, at=at)
    if any(t["outcome"] in OPEN for t in order.many("transactions")):
        problem = "must wait: the outcome of another payment request of this order is not known yet"
        raise Conflict(problem, at=at, error="in_progress")


def ended_unanswered(transaction: Record) -> bool:
    """Whether no request is at work on it any more and none brought a verdict; the last one left its trouble behind."""
    return transaction["outcome"] == Outcome.UNKNOWN and transaction["error_code"] is not None


async def ask_again(work: Work, order: Record, former: Record, *, at: str) -> None:
    """Settle a capture, void or refund whose first request ended without a verdict.

    Where the PSP knows nothing of it, the same request is sent again under its old key: the first one may still be
    under way, and then the PSP tells the two apart from one. Raises GatewayTrouble when there is no answer again.
    """
    on = next(t for t in order.many("transactions") if t.id == former["reference_transaction_id"])
    source = await source_of(work, order, on)
    former.related["payment_source"] = source
    gateway = await gateway_of(work, source)
    try:
        verdict = await gateway.look_up(attempt_of(order, former))
        if verdict.outcome is Outcome.FAILED and work.now - moment(former["asked_at"]) < REPEATABLE:
            verdict = await ask(gateway, Kind(former.type), order, former, on)
    except BillfoldError as trouble:
        trouble.at = trouble.at or at
        raise
    await settle(work, order, former, verdict)
