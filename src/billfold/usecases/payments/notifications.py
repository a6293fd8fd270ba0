"""What PSPs report by themselves: stored once, then taken in by asking the PSP how things stand.

A report only says that something happened. Reports come late, twice and out of order, so what is written down is what
the PSP answers when asked now; the report itself is kept for the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from billfold.domain.errors import Conflict
from billfold.domain.money import Money
from billfold.domain.orders import EDITABLE
from billfold.domain.payments import OPEN, Kind, Outcome
from billfold.gateways.protocol import Notification, Verdict
from billfold.gateways.scrub import scrub
from billfold.jsonapi.record import Record
from billfold.usecases.payments.attempts import attempt_of, gateway_of, open_attempt
from billfold.usecases.payments.late_money import arrived, conclude, place_by_itself
from billfold.usecases.payments.positions import room
from billfold.usecases.payments.verdicts import (
    FOR_TRANSACTION,
    MISSES,
    note_details,
    note_status,
    settle,
    settle_at_once,
)
from billfold.usecases.work import Work

FOR_SOURCE = FOR_TRANSACTION + " payment_gateway"


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
            await take_in(work, order, source)
            for kind, verdict in report.transactions:
                if kind is not Kind.AUTHORIZATION:
                    await _take_in_transaction(work, order, source, kind, verdict)
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
        source = await work.read(psp.source.called, value, FOR_SOURCE, by="gateway_reference")
        return source if source is not None and source["payment_gateway_id"] == gateway_record.id else None
    found = await work.db.fetchval(
        "SELECT payment_source_id FROM transactions"
        " WHERE organization_id = $1 AND payment_gateway_id = $2 AND type = 'authorizations' AND token = $3 LIMIT 1",
        work.organization_id,
        gateway_record.id,
        value,
    )
    return await work.read(psp.source.called, found, FOR_SOURCE) if found else None


async def take_in(work: Work, order: Record, source: Record) -> None:
    """Ask the PSP about a source and write down what it says. Commits what it finds about money. Needs the source's
    payment_gateway read."""
    gateway_record = source.one("payment_gateway")
    assert gateway_record is not None
    if order["payment_source_id"] == source.id:
        order.related["payment_source"] = source  # one record for one row, or a change of it would get lost
    gateway = await work.accounts.gateway(gateway_record)
    details, verdict = await gateway.refresh(source.values)
    work.guard(order)
    work.set(source, **details)
    if verdict is None or verdict.outcome not in (Outcome.SUCCEEDED, Outcome.DECLINED):
        work.touch(order)
        if details and order["payment_source_id"] == source.id:
            await work.commit()
            await place_by_itself(work, order)
        return
    ours = [
        t for t in order.many("transactions") if t.type == Kind.AUTHORIZATION and t["payment_source_id"] == source.id
    ]
    if verdict.outcome is Outcome.DECLINED and not any(t["outcome"] in OPEN for t in ours):
        return
    held = next((t for t in ours if t["outcome"] in OPEN or t["outcome"] == Outcome.SUCCEEDED), None)
    elsewhere = order["payment_source_id"] != source.id
    if elsewhere and held is None and not (gateway_record["force_payments"] and order["status"] in EDITABLE):
        return
    if held is None:
        amount = verdict.amount or Money(source["amount_cents"], order["currency_code"])
        held = open_attempt(work, order, Kind.AUTHORIZATION, amount, None, source)
        await settle_at_once(work, order, held, verdict)
        await arrived(work, order, source, held)
    elif held["outcome"] in OPEN:
        await conclude(work, order, held, source, verdict)
    else:
        if not elsewhere:
            note_details(work, order, source, verdict)
        note_status(work, order)


async def _take_in_transaction(work: Work, order: Record, source: Record, kind: Kind, verdict: Verdict) -> None:
    """A capture, void or refund: one of ours, or one made at the PSP's own dashboard."""
    known = [t for t in order.many("transactions") if t.type == kind and t["payment_source_id"] == source.id]
    mine = next((t for t in known if t["token"] and t["token"] == verdict.reference), None)
    if mine is None:
        mine = await _asked_by_us(work, order, source, known, verdict)
    if mine is not None and mine["outcome"] not in OPEN:
        if kind is Kind.REFUND and verdict.outcome is Outcome.FAILED and mine["succeeded"]:
            _note_failed_refund(work, order, mine, verdict)
        return
    if mine is None:
        on = _acted_on(order, source, kind)
        if on is None or verdict.outcome in (Outcome.FAILED, Outcome.DECLINED):
            return
        mine = open_attempt(work, order, kind, verdict.amount or room(order, on), on, source)
        await settle_at_once(work, order, mine, verdict)
    else:
        mine.related["payment_source"] = source
        await settle(work, order, mine, verdict)


async def _asked_by_us(
    work: Work, order: Record, source: Record, known: list[Record], verdict: Verdict
) -> Record | None:
    """The open attempt of ours that the report is about. The PSP tells ours from a colleague's by our key."""
    gateway = await gateway_of(work, source)
    for attempt in [t for t in known if t["outcome"] in OPEN and not t["token"]]:
        attempt.related["payment_source"] = source
        found = await gateway.look_up(attempt_of(order, attempt))
        if found.outcome in (Outcome.SUCCEEDED, Outcome.PENDING) and found.reference == verdict.reference:
            return attempt
    return None


def _note_failed_refund(work: Work, order: Record, refund: Record, verdict: Verdict) -> None:
    """The customer's bank sent the money back, days after it was accepted: https://docs.stripe.com/refunds"""
    work.guard(order)
    work.set(
        refund,
        outcome=Outcome.FAILED.value,
        succeeded=False,
        message=verdict.message,
        error_code=verdict.decline,
        settled_at=work.now,
    )
    note_status(work, order)


def _acted_on(order: Record, source: Record, kind: Kind) -> Record | None:
    """What was captured, voided or refunded: the latest with something left, or else the latest."""
    wanted = Kind.CAPTURE if kind is Kind.REFUND else Kind.AUTHORIZATION
    found = [
        t
        for t in order.many("transactions")
        if t.type == wanted and t["succeeded"] and t["payment_source_id"] == source.id
    ]
    with_room = [t for t in found if room(order, t)]
    return next(reversed(with_room or found), None)


async def _forget_detached(work: Work, gateway_record: Record, token: str) -> None:
    """An instrument that was removed at the PSP is no use in a wallet, whichever gateway of that PSP it came by."""
    await work.db.execute(
        "DELETE FROM customer_payment_sources e USING payment_gateways g"
        " WHERE (e.organization_id, e.payment_source_token) = ($1, $3)"
        " AND (g.organization_id, g.id, g.type) = ($1, e.payment_gateway_id, $2)",
        work.organization_id,
        gateway_record.type,
        token,
    )
