"""Circuits: how calls to a service of the merchant's went for a record; one that keeps failing is left alone."""

from __future__ import annotations

from collections.abc import Callable

from billfold.domain.circuits import CLOSED, OPEN, state
from billfold.domain.errors import Conflict
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work

MISSES = 5


async def reset(work: Work, record: Record, value: object = True) -> None:
    """Have the service called again."""
    work.set(record, circuit_state=CLOSED, circuit_failure_count=0)


def note(work: Work, record: Record, *, failed: bool) -> None:
    """Write down how a call went. An open circuit stays as it is: no call is made, so none fails."""
    if record["circuit_state"] == OPEN:
        return
    failures = (record["circuit_failure_count"] or 0) + 1 if failed else 0
    work.set(record, circuit_state=state(failures), circuit_failure_count=failures)


async def beside(work: Work, record: Record, noted: Callable[[Work, Record], None]) -> None:
    """Write down what must stay though the request it belongs to is refused; nothing else of that request is written.

    A record that others keep changing at this very moment goes without: a count is not worth the wait.
    """
    for _ in range(MISSES):
        aside = Work(work.tools, work.caller)
        fresh = await aside.read(record.type, record.id)
        if fresh is None:
            return
        noted(aside, fresh)
        try:
            await aside.commit()
        except Conflict:
            continue
        return
