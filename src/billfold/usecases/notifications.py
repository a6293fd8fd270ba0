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
from billfold.gateways.protocol import Notification, Reference, Verdict
from billfold.jsonapi.record import Record
from billfold.usecases.orders import put_placed
from billfold.usecases.payments import FOR_TRANSACTION, note_details, note_status, open_attempt, settle
from billfold.usecases.totals import supersede
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
        "body": msgspec.json.decode(body) if body.strip() else {},
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
    if report.source is None:
        return
    psp = work.accounts.psp(gateway_record)
    source = await work.read(psp.source.called, report.source[1], FOR_SOURCE, by="gateway_reference")
    if source is not None and (order := source.one("order")) is not None:
        await take_in(work, order, source, gateway_record)
        for kind, verdict in report.transactions:
            if kind in (Kind.CAPTURE, Kind.REFUND, Kind.VOID):
                await _take_in_transaction(work, order, kind, verdict)
        await work.commit()


async def take_in(work: Work, order: Record, source: Record, gateway_record: Record) -> None:
    """Ask the PSP about a source and write down what it says. Commits what it finds about money."""
    gateway = await work.accounts.gateway(gateway_record)
    details, verdict = await gateway.refresh(source.values)
    work.guard(order)
    work.set(source, **details)
    if verdict is None or verdict.outcome not in (Outcome.SUCCEEDED, Outcome.DECLINED):
        work.touch(order)
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
        _take_source_back(work, order, source)
        amount = verdict.amount or Money(source["amount_cents"], order["currency_code"])
        held = open_attempt(work, order, Kind.AUTHORIZATION, amount, None)
        await work.commit()
    if held["outcome"] in OPEN:
        await settle(work, order, held, verdict)
    else:
        note_details(work, order, source, verdict)
        note_status(work, order)
    method = order.one("payment_method")
    if method is not None and method["auto_place"] and held["succeeded"]:
        put_placed(work, order)


def _take_source_back(work: Work, order: Record, source: Record) -> None:
    """Money was held with a source that the order had turned away from: that is what it is paid with now."""
    if order["payment_source_id"] == source.id:
        return
    other = order.one("payment_source")
    if other is not None:
        supersede(work, other)
    work.relate(order, "payment_source", source)
    work.set(source, superseded=False)


async def _take_in_transaction(work: Work, order: Record, kind: Kind, verdict: Verdict) -> None:
    """A capture, void or refund: one of ours that was still open, or one made at the PSP's own dashboard."""
    known = [t for t in order.many("transactions") if t.type == kind]
    if any(t["token"] == verdict.reference and t["outcome"] not in OPEN for t in known):
        return
    mine = next((t for t in known if t["outcome"] in OPEN and t["token"] in (None, verdict.reference)), None)
    if mine is None:
        on = _acted_on(order, kind)
        if on is None or verdict.amount is None:
            return
        mine = open_attempt(work, order, kind, verdict.amount, on)
        work.set(mine, token=Reference(verdict.reference or ""))
        await work.commit()
    await settle(work, order, mine, verdict)


def _acted_on(order: Record, kind: Kind) -> Record | None:
    wanted = Kind.CAPTURE if kind is Kind.REFUND else Kind.AUTHORIZATION
    found = [t for t in order.many("transactions") if t.type == wanted and t["succeeded"]]
    return found[-1] if found else None


async def _forget_detached(work: Work, gateway_record: Record, token: str) -> None:
    """An instrument that was removed at the PSP is no use in a wallet."""
    await work.db.execute(
        "DELETE FROM customer_payment_sources"
        " WHERE organization_id = $1 AND payment_gateway_id = $2 AND payment_source_token = $3",
        work.organization_id,
        gateway_record.id,
        token,
    )
