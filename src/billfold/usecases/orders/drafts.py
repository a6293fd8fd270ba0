"""Drafts that nobody came back to: carts without a customer, cleared away after a time."""

from __future__ import annotations

from datetime import timedelta

import structlog

from billfold.domain.caller import Caller
from billfold.domain.errors import BillfoldError
from billfold.jsonapi.record import Record
from billfold.usecases.requests import delete
from billfold.usecases.work import Tools, Work

log = structlog.get_logger("billfold.drafts")

AT_ONCE = 50


def note_term(work: Work, order: Record) -> None:
    """Whether a back office says itself when the order expires."""
    if "expires_at" in work.incoming.values:
        work.set(order, expires_by_hand=order["expires_at"] is not None)


def settle_term(work: Work, order: Record) -> None:
    """Have a draft that nobody is named on expire, and no other order, unless a back office has said when."""
    if order["expires_by_hand"]:
        return
    forgettable = order["status"] == "draft" and order["customer_id"] is None
    if not forgettable:
        work.set(order, expires_at=None)
    elif not order["expires_at"]:
        work.set(order, expires_at=work.now + timedelta(days=work.tools.draft_days))


async def purge(tools: Tools, caller: Caller) -> int:
    """Delete the organization's drafts without a customer that have expired and were not changed for
    `tools.draft_days`, some at a time. Returns how many went."""
    now = tools.clock()
    until = now - timedelta(days=tools.draft_days)
    rows = await tools.db.fetch(
        "SELECT id FROM orders WHERE organization_id = $1 AND status = 'draft' AND customer_id IS NULL"
        " AND created_at < $2 AND updated_at < $2 AND coalesce(expires_at < $4, true) ORDER BY created_at LIMIT $3",
        caller.organization_id,
        until,
        AT_ONCE,
        now,
    )
    gone = 0
    for row in rows:
        try:
            await delete(tools, caller, tools.registry["orders"], row["id"])
            gone += 1
        except BillfoldError as trouble:
            log.warning("a draft could not be cleared away", order=row["id"], reason=trouble.message)
    return gone
