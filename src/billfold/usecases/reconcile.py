"""Find out what became of transactions that a crash, a time-out or a slow PSP left open."""

from __future__ import annotations

from datetime import timedelta

import structlog

from billfold.domain.errors import GatewayTrouble
from billfold.domain.payments import OPEN, Outcome
from billfold.usecases.payments import FOR_TRANSACTION, attempt_of, settle
from billfold.usecases.work import Work

log = structlog.get_logger("billfold.reconcile")

PATIENCE = timedelta(seconds=60)  # a request that is still at work gets its own answer
AT_ONCE = 50


async def reconcile(work: Work, *, patience: timedelta = PATIENCE) -> int:
    """Settle the organization's transactions that have been open for longer than `patience`. Returns how many were."""
    rows = await work.db.fetch(
        "SELECT id FROM transactions WHERE organization_id = $1 AND outcome IN ('unknown', 'pending')"
        " AND asked_at < $2 ORDER BY asked_at LIMIT $3",
        work.organization_id,
        work.now - patience,
        AT_ONCE,
    )
    settled = 0
    for row in rows:
        settled += await _one(work, row["id"])
    return settled


async def _one(work: Work, id: str) -> bool:
    transaction = await work.read("transactions", id, f"{FOR_TRANSACTION} payment_source.payment_gateway")
    order = transaction.one("order") if transaction is not None else None
    source = transaction.one("payment_source") if transaction is not None else None
    record = source.one("payment_gateway") if source is not None else None
    if transaction is None or order is None or source is None or record is None:
        return False
    ours = next(t for t in order.many("transactions") if t.id == id)
    ours.related["payment_source"] = source
    gateway = await work.accounts.gateway(record)
    try:
        verdict = await gateway.look_up(attempt_of(order, ours))
    except GatewayTrouble as trouble:
        log.warning("still unknown", transaction=id, reason=trouble.message)
        return False
    if verdict.outcome is Outcome.PENDING and ours["outcome"] == Outcome.PENDING:
        return False
    await settle(work, order, ours, verdict)
    return ours["outcome"] not in OPEN
