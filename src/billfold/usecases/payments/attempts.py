"""Attempts to move money, as transactions that are written down before a PSP is asked: opened, and found again."""

from __future__ import annotations

from datetime import datetime, timedelta

from billfold.domain.moments import moment
from billfold.domain.money import Money
from billfold.domain.payments import Kind, Outcome
from billfold.gateways.protocol import Attempt, Gateway, Key, Reference, Verdict
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work

IN_FLIGHT = timedelta(seconds=60)  # how long an unknown attempt is taken to be another request still at work


def open_attempt(
    work: Work, order: Record, kind: Kind, amount: Money, on: Record | None, source: Record | None = None
) -> Record:
    """A new transaction whose outcome is unknown. Commit it before asking the PSP.

    source  what is paid with, where that is not the order's present payment source
    """
    source = source or order.one("payment_source")
    assert source is not None
    work.guard(order)
    known = order.many("transactions")
    values = {
        "number": f"{order['number']}/T/{len(known) + 1:03d}",
        "currency_code": amount.currency,
        "amount_cents": amount.minor,
        "payment_method_type": source.type,
        "outcome": Outcome.UNKNOWN.value,
        "succeeded": False,
        "asked_at": work.now,
    }
    related = {
        "order": order,
        "payment_source": source,
        "payment_gateway": source.one("payment_gateway"),
        "reference_transaction": on,
    }
    attempt = work.insert(kind.value, values, related)
    known.append(attempt)
    work.touch(order)
    return attempt


def attempt_of(order: Record, transaction: Record) -> Attempt:
    """The transaction as its gateway knows it: with the source it was made with, where that was read, for the order may
    be paid with another one by now."""
    on = transaction["reference_transaction_id"]
    acted_on = next((t for t in order.many("transactions") if t.id == on), None)
    source = transaction.related.get("payment_source") or order.one("payment_source")
    assert source is None or isinstance(source, Record)
    return Attempt(
        kind=Kind(transaction.type),
        key=Key(transaction.id),
        amount=Money(transaction["amount_cents"], transaction["currency_code"]),
        reference=Reference(acted_on["token"]) if acted_on is not None else None,
        source=source.values if source is not None else {},
    )


def is_in_flight(transaction: Record, now: datetime) -> bool:
    """Whether a request may be at work on it. One that came to an end without a verdict has left its trouble behind."""
    if transaction["outcome"] != Outcome.UNKNOWN or transaction["error_code"] is not None:
        return False
    return now - moment(transaction["asked_at"]) < IN_FLIGHT


async def ask(gateway: Gateway, kind: Kind, order: Record, transaction: Record, on: Record) -> Verdict:
    attempt = attempt_of(order, transaction)
    if kind is Kind.CAPTURE:
        return await gateway.capture(attempt)
    if kind is Kind.VOID:
        return await gateway.void(attempt)
    held = next(t for t in order.many("transactions") if t.id == on["reference_transaction_id"])
    captured = Money(on["amount_cents"], order["currency_code"])
    return await gateway.refund(attempt, captured=captured, authorization=Reference(held["token"]))


async def source_of(work: Work, order: Record, on: Record) -> Record:
    """What was paid with then, which need not be what the order is paid with now."""
    source = order.one("payment_source")
    if source is None or source.id != on["payment_source_id"]:
        source = await work.read("payment_sources", on["payment_source_id"], "payment_gateway")
    assert source is not None
    return source


async def gateway_of(work: Work, source: Record) -> Gateway:
    record = source.one("payment_gateway")
    assert record is not None
    return await work.accounts.gateway(record)
