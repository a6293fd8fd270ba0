"""The worker: claims due jobs per organization, does them, and reconciles what is open, and clears
away drafts that nobody came back to.

A job that fails is tried again with growing pauses. Several workers may run: a claim skips what another one holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec
import structlog

from billfold.db import outages
from billfold.db.database import Database
from billfold.domain.caller import Caller
from billfold.domain.errors import BillfoldError
from billfold.usecases.customers.anonymizations import ANONYMIZE, anonymize
from billfold.usecases.orders.drafts import purge
from billfold.usecases.orders.placing import LATER, place_order
from billfold.usecases.payments.notifications import take_in_report
from billfold.usecases.payments.reconcile import reconcile
from billfold.usecases.payments.unreported import LOOK, look
from billfold.usecases.upkeep import JOBS as UPKEEP
from billfold.usecases.work import Tools, Work

log = structlog.get_logger("billfold.worker")

JOBS: Mapping[str, Callable[[Work, Mapping[str, Any]], Awaitable[None]]] = {
    **UPKEEP,
    "take_in_report": take_in_report,
    LOOK: look,
    LATER: place_order,
    ANONYMIZE: anonymize,
}

PAUSE = 0.5  # seconds between looks for due jobs
RECONCILE_EVERY = timedelta(seconds=30)
LEASE = timedelta(minutes=5)  # a claimed job that is not finished by then is due again: its worker died
FIRST_RETRY, LAST_RETRY = timedelta(seconds=10), timedelta(hours=6)
AT_ONCE = 20
REMEMBERED = timedelta(days=7)  # how long it can be seen that a job was done

CLAIM = """
WITH due AS (
    SELECT organization_id, id FROM jobs
    WHERE organization_id = $1 AND finished_at IS NULL AND run_at <= $2
    ORDER BY run_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
UPDATE jobs j SET attempts = attempts + 1, run_at = $4
FROM due WHERE j.organization_id = due.organization_id AND j.id = due.id
RETURNING j.id, j.kind, j.payload, j.attempts
"""


class Worker:
    """Runs until it is stopped; `once` does what is due now and returns."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.db: Database = tools.db
        self._stopping = asyncio.Event()
        self._reconciled = tools.clock() - RECONCILE_EVERY

    def stop(self) -> None:
        """Finish the job at hand and return from `run`."""
        self._stopping.set()

    async def run(self) -> None:
        outage = False
        while not self._stopping.is_set():
            done = 0
            try:
                done = await self.once()
                outage = False
            except Exception as trouble:
                if outages.is_outage(trouble):
                    if not outage:  # said once, and not twice a second
                        log.error("no database: the worker waits for it", reason=outages.reason(trouble))
                    outage = True
                elif isinstance(trouble, OSError | BillfoldError):
                    log.exception("the worker could not look for jobs; it tries again")
                else:
                    raise
            if not done:
                await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(PAUSE):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def once(self) -> int:
        """Do every organization's due jobs, and reconcile if it is time. Returns how many jobs were done."""
        done = 0
        again = self.tools.clock() - self._reconciled >= RECONCILE_EVERY
        for row in await self.db.fetch("SELECT id, slug FROM organizations ORDER BY id"):
            caller = Caller(row["id"], row["slug"], "", "integration")
            done += await self._jobs_of(caller)
            if again:
                await reconcile(self.tools, caller)
                await purge(self.tools, caller)
                await self._forget_finished(caller)
        if again:
            self._reconciled = self.tools.clock()
        return done

    async def _forget_finished(self, caller: Caller) -> None:
        await self.db.execute(
            "DELETE FROM jobs WHERE organization_id = $1 AND finished_at < $2",
            caller.organization_id,
            self.tools.clock() - REMEMBERED,
        )

    async def _jobs_of(self, caller: Caller) -> int:
        now = self.tools.clock()
        claimed = await self.db.fetch(CLAIM, caller.organization_id, now, AT_ONCE, now + LEASE)
        for job in claimed:
            if self._stopping.is_set():
                await self._give_back(caller, job)
            else:
                await self._do(caller, job)
        return len(claimed)

    async def _give_back(self, caller: Caller, job: Mapping[str, Any]) -> None:
        """Claimed and not begun: another worker need not wait for the lease to end."""
        await self.db.execute(
            "UPDATE jobs SET run_at = $3, attempts = attempts - 1 WHERE organization_id = $1 AND id = $2",
            caller.organization_id,
            job["id"],
            self.tools.clock(),
        )

    async def _do(self, caller: Caller, job: Mapping[str, Any]) -> None:
        payload = msgspec.json.decode(job["payload"])
        try:
            await JOBS[job["kind"]](Work(self.tools, caller), payload)
        except Exception as trouble:
            await self._try_again(caller, job, trouble)
            return
        await self.db.execute(
            "UPDATE jobs SET finished_at = $3, last_error = NULL WHERE organization_id = $1 AND id = $2",
            caller.organization_id,
            job["id"],
            self.tools.clock(),
        )

    async def _try_again(self, caller: Caller, job: Mapping[str, Any], trouble: Exception) -> None:
        pause = min(FIRST_RETRY * 2 ** min(job["attempts"] - 1, 12), LAST_RETRY)
        foreseen = isinstance(trouble, BillfoldError)
        reason = trouble.message if isinstance(trouble, BillfoldError) else type(trouble).__name__
        log.warning(
            "a job failed and will be tried again",
            job=job["id"],
            kind=job["kind"],
            reason=reason,
            exc_info=None if foreseen else trouble,
        )
        await self.db.execute(
            "UPDATE jobs SET run_at = $3, last_error = $4 WHERE organization_id = $1 AND id = $2",
            caller.organization_id,
            job["id"],
            self.tools.clock() + pause,
            reason,
        )
