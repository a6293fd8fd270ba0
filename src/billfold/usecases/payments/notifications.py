"""What PSPs report by themselves: stored once, then taken in by asking the PSP how things stand.

A report only says that something happened. Reports come late, twice and out of order, so what is written down is what
the PSP answers when asked now; the report itself is kept for the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from billfold.domain.errors import Conflict
from billfold.gateways.protocol import Notification
from billfold.gateways.scrub import scrub
from billfold.jsonapi.record import Record
from billfold.usecases.payments.taking_in import FOR_TAKING_IN, take_in
from billfold.usecases.payments.verdicts import MISSES
from billfold.usecases.work import Work


async def receive(work: Work, gateway_record: Record, headers: Mapping[str, str], body: bytes) -> None:
    """Verify a report, write it down once, and have the worker take it in. Raises Refused when it is not the PSP's."""
    gateway = await work.accounts.gateway(gateway_record)
    report = gateway.read_notification(headers, body)
    row = {
        "id": report.id,
        "payment_gateway_id": gateway_record.id,
        "topic": report.topic,
        "body": scrub(msgspec.json.decode(body)) if body.strip() else {},
        "received_at": work.now,
    }
    work.row("inbox", row)
    work.job("take_in_report", work.now, {"gateway_id": gateway_record.id, "report": msgspec.to_builtins(report)})
    try:
        await work.commit()
    except Conflict:
        return  # we have it already


async def take_in_report(work: Work, payload: Mapping[str, Any]) -> None:
    """Bring the payment source that a report is about up to date."""
    gateway_record = await work.read("payment_gateways", payload["gateway_id"])
    report = msgspec.convert(payload["report"], Notification)
    if gateway_record is None:
        return
    if report.detached:
        await _forget_detached(work, gateway_record, report.detached)
    if report.source is not None:
        await _until_written(work, gateway_record, report)
    await work.db.execute(
        "UPDATE inbox SET applied_at = $4 WHERE organization_id = $1 AND payment_gateway_id = $2 AND id = $3",
        work.organization_id,
        gateway_record.id,
        report.id,
        work.now,
    )


async def _until_written(work: Work, gateway_record: Record, report: Notification) -> None:
    """Take it in, again whenever a request was faster: what is written down already is not written twice."""
    for _ in range(MISSES):
        source = await _reported_source(work, gateway_record, report)
        order = source.one("order") if source is not None else None
        if source is None or order is None:
            return
        try:
            await take_in(work, order, source, report.transactions)
            return await work.commit()
        except Conflict as lost:
            if lost.error != Conflict.error:
                raise
            work.forget()
    raise Conflict("is being changed by many others at this moment", error="busy")


async def _reported_source(work: Work, gateway_record: Record, report: Notification) -> Record | None:
    """By the PSP's id of what was opened for the source, or of what was authorized with it. None where it is another
    gateway's, on the same account: that one is told, too."""
    assert report.source is not None
    psp, (name, value) = work.accounts.psp(gateway_record), report.source
    if name == psp.identity:
        source = await work.read(psp.source.called, value, FOR_TAKING_IN, by="gateway_reference")
        return source if source is not None and source["payment_gateway_id"] == gateway_record.id else None
    found = await work.db.fetchval(
        "SELECT payment_source_id FROM transactions"
        " WHERE organization_id = $1 AND payment_gateway_id = $2 AND type = 'authorizations' AND token = $3 LIMIT 1",
        work.organization_id,
        gateway_record.id,
        value,
    )
    return await work.read(psp.source.called, found, FOR_TAKING_IN) if found else None


async def _forget_detached(work: Work, gateway_record: Record, token: str) -> None:
    """An instrument that was removed at the PSP is no use in a wallet, whichever gateway of that PSP it came by."""
    rows = await work.db.fetch(
        "SELECT e.id FROM customer_payment_sources e, payment_gateways g"
        " WHERE (e.organization_id, e.payment_source_token) = ($1, $3)"
        " AND (g.organization_id, g.id, g.type) = ($1, e.payment_gateway_id, $2)",
        work.organization_id,
        gateway_record.type,
        token,
    )
    for row in rows:
        if (entry := await work.read("customer_payment_sources", row["id"])) is not None:
            work.delete(entry)
            work.event("customer_payment_sources.destroy", entry)
    await work.commit()
