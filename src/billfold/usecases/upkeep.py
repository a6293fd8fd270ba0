"""What is done later: instruments let go at the PSP, orphaned intents discarded. The worker runs these jobs by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from billfold.domain.errors import BillfoldError
from billfold.gateways.protocol import KeepsSources, Key
from billfold.usecases.work import Work

log = structlog.get_logger("billfold.upkeep")


async def let_go(work: Work, payload: Mapping[str, Any]) -> None:
    """Have the PSP forget an instrument, unless a wallet entry holds it."""
    gateway_id, token = payload["gateway_id"], payload["token"]
    if await work.db.fetchval(
        "SELECT EXISTS (SELECT 1 FROM customer_payment_sources"
        " WHERE organization_id = $1 AND payment_gateway_id = $2 AND payment_source_token = $3)",
        work.organization_id,
        gateway_id,
        token,
    ):
        return
    gateway = await _gateway(work, gateway_id)
    if isinstance(gateway, KeepsSources):
        await gateway.forget(payload["customer_token"], token, key=Key(f"forget-{token}"))


async def discard(work: Work, payload: Mapping[str, Any]) -> None:
    """Cancel an intent or session that no order will be paid with."""
    gateway = await _gateway(work, payload["gateway_id"])
    if gateway is not None:
        await gateway.discard(payload["source"])


async def _gateway(work: Work, id: str) -> Any:
    record = await work.read("payment_gateways", id)
    return await work.accounts.gateway(record) if record is not None else None


JOBS: dict[str, Callable[[Work, Mapping[str, Any]], Awaitable[None]]] = {"let_go": let_go, "discard": discard}


async def try_now(work: Work, job: str, kind: str, payload: Mapping[str, Any]) -> None:
    """Do a job that was just written down without waiting for the worker; if it fails the worker tries again."""
    try:
        await JOBS[kind](work, payload)
    except BillfoldError as trouble:
        log.warning("left to the worker", kind=kind, job=job, reason=trouble.message)
        return
    await work.db.execute(
        "UPDATE jobs SET finished_at = $3, attempts = attempts + 1 WHERE organization_id = $1 AND id = $2",
        work.organization_id,
        job,
        work.now,
    )
