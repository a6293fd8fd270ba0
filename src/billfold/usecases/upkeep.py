"""What is done later: instruments let go at the PSP, orphaned intents discarded. The worker runs these jobs by name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from billfold.domain.errors import BillfoldError, Refused
from billfold.gateways.protocol import Details, Gateway, KeepsSources, Key
from billfold.usecases.payments.verdicts import let_go_later
from billfold.usecases.shipping import reservations
from billfold.usecases.work import Work

log = structlog.get_logger("billfold.upkeep")

TRY_SECONDS = 3  # whoever waits for an answer is not kept waiting for longer by what can be done without them


async def let_go(work: Work, payload: Mapping[str, Any]) -> None:
    """Have the PSP forget an instrument, unless a wallet entry holds it: under whichever gateway of that PSP, for the
    PSP knows it once."""
    gateway_id, token = payload["gateway_id"], payload["token"]
    if await work.db.fetchval(
        "SELECT EXISTS (SELECT 1 FROM customer_payment_sources e, payment_gateways kept, payment_gateways asked"
        " WHERE (e.organization_id, e.payment_source_token) = ($1, $3)"
        " AND (kept.organization_id, kept.id) = ($1, e.payment_gateway_id)"
        " AND (asked.organization_id, asked.id, asked.type) = ($1, $2, kept.type))",
        work.organization_id,
        gateway_id,
        token,
    ):
        return
    gateway = await _gateway(work, gateway_id)
    if isinstance(gateway, KeepsSources):
        await gateway.forget(payload["customer_token"], token, key=Key(f"forget-{token}"))


async def discard(work: Work, payload: Mapping[str, Any]) -> None:
    """Cancel an intent or session that no order will be paid with, and what the browser prepared in it for keeping.
    Nothing of one that an order is paid with again by now."""
    if await work.db.fetchval(
        "SELECT NOT superseded FROM payment_sources WHERE organization_id = $1 AND id = $2",
        work.organization_id,
        payload["source_id"],
    ):
        return
    gateway, source = await _gateway(work, payload["gateway_id"]), payload["source"]
    if gateway is None:
        return
    if isinstance(gateway, KeepsSources) and (prepared := gateway.unsaved({**source, **await _seen(gateway, source)})):
        let_go_later(work, payload["gateway_id"], *prepared)
        await work.commit()
    await gateway.discard(source)


async def _seen(gateway: Gateway, source: Details) -> Details:
    """What the PSP knows of a source that is given up; nothing when it has forgotten it."""
    try:
        details, _ = await gateway.refresh(source)
    except Refused:
        return {}
    return details


async def _gateway(work: Work, id: str) -> Gateway | None:
    record = await work.read("payment_gateways", id)
    return await work.accounts.gateway(record) if record is not None else None


JOBS: dict[str, Callable[[Work, Mapping[str, Any]], Awaitable[None]]] = {
    "let_go": let_go,
    "discard": discard,
    reservations.LAPSE: reservations.lapse,
}


async def try_now(work: Work, job: str, kind: str, payload: Mapping[str, Any]) -> None:
    """Do a job that was just written down without waiting for the worker; if it fails, or takes long, the worker tries
    again."""
    try:
        async with asyncio.timeout(TRY_SECONDS):
            await JOBS[kind](work, payload)
    except (BillfoldError, TimeoutError) as trouble:
        log.warning("left to the worker", kind=kind, job=job, reason=str(trouble) or "took too long")
        return
    await work.db.execute(
        "UPDATE jobs SET finished_at = $3, attempts = attempts + 1 WHERE organization_id = $1 AND id = $2",
        work.organization_id,
        job,
        work.now,
    )
