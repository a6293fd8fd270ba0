"""Payment sources that nobody reports anything of: the customer may have paid in the browser and left, and the report
was lost. The PSP is asked about each, once soon and once after a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from billfold.domain.errors import Refused
from billfold.domain.orders import EDITABLE
from billfold.jsonapi.record import Record
from billfold.usecases.payments.taking_in import FOR_TAKING_IN, take_in
from billfold.usecases.work import Work

LOOK = "look"
SOON, AFTER_A_DAY = timedelta(minutes=15), timedelta(hours=24)


def look_later(work: Work, source: Record) -> None:
    """Have a source that was prepared just now looked at, where anything was opened for it at a PSP."""
    if source["gateway_reference"]:
        work.job(LOOK, work.now + SOON, {"source_id": source.id, "again": True})


async def look(work: Work, payload: Mapping[str, Any]) -> None:
    """Ask the PSP about a source, unless its order was placed with it or some of its money is known of: `reconcile`
    sees to that. One that the order has turned away from may have been paid with all the same."""
    source = await work.read("payment_sources", payload["source_id"], FOR_TAKING_IN)
    order = source.one("order") if source is not None else None
    if source is None or order is None or _is_known(order, source):
        return
    if order["status"] not in EDITABLE and order["payment_source_id"] == source.id:
        return
    try:
        await take_in(work, order, source)
    except Refused:
        return  # the PSP knows nothing of it any more
    if payload["again"] and not _is_known(order, source):
        work.job(LOOK, work.now + AFTER_A_DAY, {"source_id": source.id, "again": False})
    await work.commit()


def _is_known(order: Record, source: Record) -> bool:
    return any(t["payment_source_id"] == source.id for t in order.many("transactions"))
