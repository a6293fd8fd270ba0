"""What the PSP says of a payment source, written down: money that others moved there, and what was asked for here and
was done there already."""

from __future__ import annotations

import structlog

from billfold.domain.errors import BillfoldError, Conflict, Declined
from billfold.domain.money import Money
from billfold.domain.orders import EDITABLE
from billfold.domain.payments import OPEN, PERHAPS, Kind, Outcome
from billfold.gateways.protocol import Details, Movements, Verdict
from billfold.jsonapi.record import Record
from billfold.usecases.payments import payments
from billfold.usecases.payments.attempts import attempt_of, gateway_of, open_attempt, source_of
from billfold.usecases.payments.late_money import arrived, conclude, give_back, place_by_itself
from billfold.usecases.payments.positions import position_around, room
from billfold.usecases.payments.verdicts import (
    FOR_PAYING,
    FOR_TRANSACTION,
    MISSES,
    OnSuccess,
    note_details,
    note_status,
    settle,
    settle_at_once,
)
from billfold.usecases.work import Work

FOR_TAKING_IN = f"{FOR_TRANSACTION} payment_gateway"  # what `take_in` looks at, as include paths from the source

log = structlog.get_logger("billfold.taking_in")


async def act(
    work: Work, order: Record, kind: Kind, on: Record, amount: Money, *, on_success: OnSuccess | None = None
) -> None:
    """As `payments.act`; and where the PSP refuses, find out what others did with that money. That so much of it was
    moved the same way already is no refusal."""
    before = _moved(order, kind, on)
    try:
        await payments.act(work, order, kind, on, amount, on_success=on_success)
    except Declined as no:
        await catch_up(work, order, on)
        if _moved(order, kind, on) - before < amount:
            raise no


def _moved(order: Record, kind: Kind, on: Record) -> Money:
    """How much of an authorization was captured or voided, or of a capture refunded."""
    now = position_around(order, on)
    return {Kind.CAPTURE: now.captured, Kind.VOID: now.voided, Kind.REFUND: now.refunded}[kind]


async def catch_up(work: Work, order: Record, on: Record) -> None:
    """Take in what the PSP knows of what `on` was paid with, as well as may be: whatever keeps it from that is for
    another time. Commits, and first what was changed before."""
    await work.commit()
    try:
        for _ in range(MISSES):
            source = await source_of(work, order, on)
            try:
                await take_in(work, order, source)
                return await work.commit()
            except Conflict as lost:
                if lost.error != Conflict.error:
                    raise
                await work.read_again(order, FOR_PAYING)
    except BillfoldError as trouble:
        work.forget()
        log.warning("what the provider knows was not taken in", order=order.id, reason=trouble.message)


async def take_in(work: Work, order: Record, source: Record, reported: Movements = ()) -> None:
    """Ask the PSP about a source and write down what it says. Commits what it finds about money. Needs FOR_TAKING_IN
    read.

    reported  what was said before of captures, voids and refunds
    """
    if order["payment_source_id"] == source.id:
        order.related["payment_source"] = source  # one record for one row, or a change of it would get lost
    details, found = await (await gateway_of(work, source)).refresh(source.values)
    held = next((verdict for kind, verdict in found if kind is Kind.AUTHORIZATION), None)
    await _take_in_authorization(work, order, source, details, held)
    for kind, verdict in (*found, *reported):
        if kind is not Kind.AUTHORIZATION:
            await _take_in_transaction(work, order, source, kind, verdict)


async def _take_in_authorization(
    work: Work, order: Record, source: Record, details: Details, verdict: Verdict | None
) -> None:
    gateway_record = source.one("payment_gateway")
    assert gateway_record is not None
    work.guard(order)
    work.set(source, **details)
    if verdict is None or verdict.outcome not in (Outcome.SUCCEEDED, Outcome.DECLINED):
        if details:
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
    unwanted = elsewhere and not (gateway_record["force_payments"] and order["status"] in EDITABLE)
    if held is None and unwanted and not verdict.captured:
        return  # the job that discards the source lets go of what is only held
    if held is None:
        amount = verdict.amount or Money(source["amount_cents"], order["currency_code"])
        held = open_attempt(work, order, Kind.AUTHORIZATION, amount, None, source)
        await settle_at_once(work, order, held, verdict)
        await (give_back(work, order, held) if unwanted else arrived(work, order, source, held))
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
        if on is None or verdict.outcome is not Outcome.SUCCEEDED:
            return  # what the PSP still thinks about, nobody here could look up: it is taken in once it is done
        mine = open_attempt(work, order, kind, verdict.amount or room(order, on), on, source)
        await settle_at_once(work, order, mine, verdict)
    else:
        mine.related["payment_source"] = source
        await settle(work, order, mine, verdict)


async def _asked_by_us(
    work: Work, order: Record, source: Record, known: list[Record], verdict: Verdict
) -> Record | None:
    """The attempt of ours that it is about, where we do not know the PSP's id of that: the PSP tells ours from a
    colleague's by our key."""
    gateway = await gateway_of(work, source)
    for attempt in [t for t in known if t["outcome"] in PERHAPS and not t["token"]]:
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
