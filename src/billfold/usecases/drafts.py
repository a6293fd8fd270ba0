"""Drafts that nobody came back to: carts without a customer, cleared away after a time."""

from __future__ import annotations

from datetime import timedelta

import structlog

from billfold.domain.caller import Caller
from billfold.domain.errors import BillfoldError
from billfold.usecases.requests import delete
from billfold.usecases.work import Tools

log = structlog.get_logger("billfold.drafts")

AT_ONCE = 50


async def purge(tools: Tools, caller: Caller) -> int:
    """Delete the organization's drafts without a customer that were not changed for `tools.draft_days`, some at a time.
    Returns how many went."""
    until = tools.clock() - timedelta(days=tools.draft_days)
    rows = await tools.db.fetch(
        "SELECT id FROM orders WHERE organization_id = $1 AND status = 'draft' AND customer_id IS NULL"
        " AND created_at < $2 AND updated_at < $2 ORDER BY created_at LIMIT $3",
        caller.organization_id,
        until,
        AT_ONCE,
    )
    gone = 0
    for row in rows:
        try:
            await delete(tools, caller, tools.registry["orders"], row["id"])
            gone += 1
        except BillfoldError as trouble:
            log.warning("a draft could not be cleared away", order=row["id"], reason=trouble.message)
    return gone
