"""Take a record out of use, and back."""

from __future__ import annotations

from billfold.jsonapi.record import Record
from billfold.usecases.work import Work


async def disable(work: Work, record: Record, value: object = True) -> None:
    """Repeating it keeps the first moment."""
    if not record["disabled_at"]:
        work.set(record, disabled_at=work.now)


async def enable(work: Work, record: Record, value: object = True) -> None:
    work.set(record, disabled_at=None)
