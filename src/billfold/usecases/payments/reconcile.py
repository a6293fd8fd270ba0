"""Find out what became of transactions that a crash, a time-out or a slow PSP left open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog

from billfold.domain.caller import Caller
from billfold.domain.errors import BillfoldError
from billfold.domain.moments import moment
from billfold.domain.payments import OPEN, Kind, Outcome
from billfold.gateways.protocol import Key, Verdict
from billfold.jsonapi.record import Record
from billfold.usecases.payments.attempts import attempt_of
from billfold.usecases.payments.late_money import conclude
from billfold.usecases.payments.payments import REPEATABLE
from billfold.usecases.payments.purchases import FOR_PURCHASE, purchase
from billfold.usecases.payments.verdicts import FOR_TRANSACTION
from billfold.usecases.work import Tools, Work

log = structlog.get_logger("billfold.reconcile")

PATIENCE = timedelta(seconds=60)  # a request that is still at work gets its own answer
AT_ONCE = 50
READS = " ".join(
    ("payment_source.payment_gateway", FOR_TRANSACTION, *(f"order.{path}" for path in FOR_PURCHASE.split()))
)


async def reconcile(tools: Tools, caller: Caller, *, patience: timedelta = PATIENCE) -> int:
    """Settle the organization's transactions that have been open for longer than `patience`. Returns how many were."""
    until = tools.clock() - patience
    settled, last = 0, (datetime.min.replace(tzinfo=UTC), "")
    while rows := await tools.db.fetch(
        "SELECT asked_at, id FROM transactions WHERE organization_id = $1 AND outcome IN ('unknown', 'pending')"
        " AND asked_at < $2 AND (asked_at, id) > ($3, $4) ORDER BY asked_at, id LIMIT $5",
        caller.organization_id,
        until,
        *last,
        AT_ONCE,
    ):
        for row in rows:
            settled += await _settled(Work(tools, caller), row["id"])
        last = (rows[-1]["asked_at"], rows[-1]["id"])
    return settled


def _may_ask_again(work: Work, order: Record, ours: Record, verdict: Verdict) -> bool:
    """Whether nobody but the PSP can say, and it only to who asks for the very same authorization under its key, which
    moves no money twice."""
    return (
        ours.type == Kind.AUTHORIZATION
        and ours["outcome"] == Outcome.UNKNOWN
        and verdict.outcome is Outcome.PENDING
        and verdict.next_action is None
        and order["payment_source_id"] == ours["payment_source_id"]
        and work.now - moment(ours["asked_at"]) < REPEATABLE
    )


async def _settled(work: Work, id: str) -> bool:
    """Whether this one is open no more. One that cannot be settled must not keep the others waiting."""
    try:
        return await _one(work, id)
    except BillfoldError as trouble:
        log.warning("still unknown", transaction=id, reason=trouble.message)
        return False


async def _one(work: Work, id: str) -> bool:
    transaction = await work.read("transactions", id, READS)
    order = transaction.one("order") if transaction is not None else None
    source = transaction.one("payment_source") if transaction is not None else None
    record = source.one("payment_gateway") if source is not None else None
    if transaction is None or order is None or source is None or record is None:
        return False
    ours = next(t for t in order.many("transactions") if t.id == id)
    ours.related["payment_source"] = source
    if order["payment_source_id"] == source.id:
        order.related["payment_source"] = source
    gateway = await work.accounts.gateway(record)
    verdict = await gateway.look_up(attempt_of(order, ours))
    if _may_ask_again(work, order, ours, verdict):
        bought = purchase(order, source["instrument_customer_token"])
        verdict = await gateway.authorize(bought, source.values, key=Key(ours.id))
    if verdict.outcome is Outcome.PENDING and ours["outcome"] == Outcome.PENDING:
        return False
    await conclude(work, order, ours, source, verdict)
    return ours["outcome"] not in OPEN
