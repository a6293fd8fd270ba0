"""Move the money of an order.

Every verb has the same three steps: write down what we are about to do and commit; ask the PSP with no database
transaction open; write down what came of it. A transaction is born `unknown`, so a crash at any point leaves a true
record, and `reconcile` finds out the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from billfold.domain.errors import (
    ActionRequired,
    BillfoldError,
    Conflict,
    Declined,
    GatewayMisconfigured,
    GatewayTrouble,
    GatewayUnreachable,
    OutcomeUnknown,
    Refused,
)
from billfold.domain.moments import moment
from billfold.domain.money import Money
from billfold.domain.orders import after, fulfillment
from billfold.domain.payments import (
    OPEN,
    Kind,
    Outcome,
    check,
)
from billfold.gateways.protocol import Attempt, Gateway, KeepsSources, Key, Reference, Verdict
from billfold.jsonapi.record import Record
from billfold.usecases import holdings, order_subscriptions, shipments
from billfold.usecases.positions import (
    check_nothing_held,
    check_source_may_change,
    payment_status_of,
    position_around,
    position_of,
    room,
)
from billfold.usecases.purchases import purchase
from billfold.usecases.work import Work

FOR_PAYING = (
    "customer payment_method.payment_gateway payment_source.payment_gateway"
    f" line_items transactions billing_address shipping_address shipments order_subscriptions {holdings.READS}"
)
FOR_TRANSACTION = " ".join(f"order.{path}" for path in FOR_PAYING.split())
IN_FLIGHT = timedelta(seconds=60)  # how long an unknown attempt is taken to be another request still at work
REPEATABLE = timedelta(hours=23)  # PSPs know a repeated request by its key for 24 hours
MISSES = 25

EVENTS = {
    "authorized": "orders.authorize",
    "paid": "orders.pay",
    "voided": "orders.void",
    "refunded": "orders.refund",
}

OnSuccess = Callable[[Work, Record], None]


async def turn_away(work: Work, order: Record) -> None:
    """Let an order that can still be edited be paid otherwise: void what is held for it.

    Raises Conflict after that, so that the request is carried out anew on the order as it is then; Refused when money
    was taken or nobody knows whether it was.
    """
    check_source_may_change(order)
    if position_of(order).capturable:
        aside = Work(work.tools, work.caller)
        fresh = await aside.read(order.type, order.id, FOR_PAYING)
        assert fresh is not None
        await let_go(aside, fresh)
        raise Conflict("was read before its money was let go")
    check_nothing_held(order)


async def authorize(
    work: Work, order: Record, *, at: str, on_success: OnSuccess | None = None, reads: str = FOR_PAYING
) -> None:
    """Have the order's total held (or taken) with its payment source. Does nothing when that is so already.

    on_success  what else to write in the very commit that records the success
    reads       what that looks at, as include paths from the order, FOR_PAYING among them
    Raises Declined, ActionRequired, Refused or GatewayTrouble, each after the record was written.
    """
    due = Money(order["total_amount_with_taxes_cents"], order["currency_code"])
    source = order.one("payment_source")
    assert source is not None
    secured = position_of(order).secured
    if due <= secured:
        if on_success:
            on_success(work, order)
        return
    if secured:
        problem = f"holds {secured}, but the order costs {due}: let go of the payment source first"
        raise Refused(problem, at="relationships/payment_source", error="mismatched_amounts")
    _check_unspent(order, source, at=at)
    gateway = await gateway_of(work, source)
    attempt = await _former_authorization(work, order, source, gateway, at=at)
    repeated = attempt is not None
    if attempt is None:
        attempt = open_attempt(work, order, Kind.AUTHORIZATION, due, None)
        await work.commit()
    elif attempt["outcome"] == Outcome.SUCCEEDED:
        if on_success:
            on_success(work, order)
        return
    verdict, trouble = None, None
    try:
        verdict = await gateway.authorize(
            purchase(order, source["instrument_customer_token"]), source.values, key=Key(attempt.id)
        )
    except BillfoldError as raised:
        trouble = raised
    if trouble is None or not repeated:  # trouble with asking again says nothing of what came of the first request
        await _settle(work, order, attempt, verdict, trouble, on_success, reads)
    _raise_unless_done(verdict, trouble, at=at)


def _check_unspent(order: Record, source: Record, *, at: str) -> None:
    """Raise unless the source may still be paid with. Nothing of its money is held any more; a PSP that is asked how it
    stands may say all the same that it was authorized, even taken, because it once was."""
    made = [t for t in order.many("transactions") if t["payment_source_id"] == source.id]
    if any(t["outcome"] in OPEN for t in made if t.type in (Kind.VOID, Kind.REFUND)):
        raise Conflict("must wait: the order's money is being let go", at=at, error="in_progress")
    if any(t["succeeded"] for t in made if t.type == Kind.AUTHORIZATION):
        problem = "was paid with before, and the money let go or given back: a new payment source is needed"
        raise Refused(problem, at="relationships/payment_source", error="expired")


async def _former_authorization(
    work: Work, order: Record, source: Record, gateway: Gateway, *, at: str
) -> Record | None:
    """The attempt to go on with, under its old key: the customer has answered a challenge meanwhile, or nobody knows
    yet what came of it. None when there is none, or it came to nothing."""
    for former in [t for t in order.many("transactions") if t.type == Kind.AUTHORIZATION and t["outcome"] in OPEN]:
        if former["payment_source_id"] != source.id:
            continue
        age = work.now - moment(former["asked_at"])
        if former["outcome"] == Outcome.PENDING and age < REPEATABLE:
            return former
        if is_in_flight(former, work.now):
            raise Conflict("is being paid by another request right now", at=at, error="in_progress")
        verdict = await gateway.look_up(attempt_of(order, former))
        await _settle(work, order, former, verdict, None, None)
        if former["outcome"] == Outcome.SUCCEEDED or verdict.next_action:
            return former
        if former["outcome"] in OPEN:
            if age >= REPEATABLE:
                problem = "was asked for a day ago and the PSP cannot say what came of it: a back office must settle it"
                raise Conflict(problem, at=at, error=OutcomeUnknown.error)
            return former
    return None


def is_in_flight(transaction: Record, now: datetime) -> bool:
    """Whether a request may be at work on it. One that came to an end without a verdict has left its trouble behind."""
    if transaction["outcome"] != Outcome.UNKNOWN or transaction["error_code"] is not None:
        return False
    return now - moment(transaction["asked_at"]) < IN_FLIGHT


async def act(work: Work, order: Record, kind: Kind, on: Record, amount: Money) -> Record:
    """Capture or void an authorization, or refund a capture. Returns the transaction.

    Raises NotCapturable, NotVoidable or NotRefundable before anything is written; Declined or GatewayTrouble after
    the record was.
    """
    check(kind, amount, position_around(order, on))
    source = await source_of(work, order, on)
    attempt = open_attempt(work, order, kind, amount, on, source)
    await work.commit()
    verdict, trouble = None, None
    try:
        verdict = await ask(await gateway_of(work, source), kind, order, attempt, on)
    except BillfoldError as raised:
        trouble = raised
    await _settle(work, order, attempt, verdict, trouble, None)
    _raise_unless_done(verdict, trouble)
    return attempt


async def act_on_rest(work: Work, order: Record, kind: Kind, id: str) -> None:
    """Capture, void or refund what is left of a transaction, if anything is."""
    on = next(t for t in order.many("transactions") if t.id == id)
    left = room(order, on)
    if left:
        await act(work, order, kind, on, left)


async def let_go(work: Work, order: Record) -> None:
    """Void everything that is held for the order."""
    for id in [t.id for t in order.many("transactions") if t.type == Kind.AUTHORIZATION]:
        await act_on_rest(work, order, Kind.VOID, id)


async def source_of(work: Work, order: Record, on: Record) -> Record:
    """What was paid with then, which need not be what the order is paid with now."""
    source = order.one("payment_source")
    if source is None or source.id != on["payment_source_id"]:
        source = await work.read("payment_sources", on["payment_source_id"], "payment_gateway")
    assert source is not None
    return source


async def ask(gateway: Gateway, kind: Kind, order: Record, transaction: Record, on: Record) -> Verdict:
    attempt = attempt_of(order, transaction)
    if kind is Kind.CAPTURE:
        return await gateway.capture(attempt)
    if kind is Kind.VOID:
        return await gateway.void(attempt)
    held = next(t for t in order.many("transactions") if t.id == on["reference_transaction_id"])
    captured = Money(on["amount_cents"], order["currency_code"])
    return await gateway.refund(attempt, captured=captured, authorization=Reference(held["token"]))


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


async def _settle(
    work: Work,
    order: Record,
    transaction: Record,
    verdict: Verdict | None,
    trouble: BillfoldError | None,
    on_success: OnSuccess | None,
    reads: str = FOR_PAYING,
) -> None:
    """Write the verdict down, whoever else changes the order meanwhile: the PSP has acted, so it must not be lost, not
    even when what was to follow from its success is refused by now."""
    gateway = await gateway_of(work, source) if (source := order.one("payment_source")) is not None else None
    refusal: Refused | None = None
    for _ in range(MISSES):
        _note(work, order, transaction, verdict, trouble, gateway)
        try:
            if on_success and refusal is None and transaction["outcome"] == Outcome.SUCCEEDED:
                on_success(work, order)
            await work.commit()
        except (Conflict, Refused) as no:
            refusal = no if isinstance(no, Refused) else refusal
            await work.read_again(order, reads)
            fresh = next((t for t in order.many("transactions") if t.id == transaction.id), None)
            if fresh is None:
                return
            transaction.values = fresh.values
            order.many("transactions")[order.many("transactions").index(fresh)] = transaction
            continue
        if refusal is not None:
            raise refusal
        return
    raise OutcomeUnknown("the PSP answered, but the order is too busy to write it down; it will be reconciled")


async def settle_at_once(work: Work, order: Record, opened: Record, verdict: Verdict) -> None:
    """Write down an attempt that was opened just now together with its verdict, because the PSP has acted already:
    nobody may take it for one that is under way. Raises Conflict, and then nothing is written."""
    source = order.one("payment_source")
    _note(work, order, opened, verdict, None, await gateway_of(work, source) if source is not None else None)
    await work.commit()


async def settle(work: Work, order: Record, transaction: Record, verdict: Verdict) -> None:
    """Write down what became of an attempt, as `reconcile` or a report of the PSP found out."""
    await _settle(work, order, transaction, verdict, None, None)


def _note(
    work: Work,
    order: Record,
    transaction: Record,
    verdict: Verdict | None,
    trouble: BillfoldError | None,
    gateway: Gateway | None,
) -> None:
    if transaction["outcome"] not in OPEN:
        return  # a report of the PSP was faster
    work.guard(order)
    if verdict is None:
        assert trouble is not None
        _note_trouble(work, order, transaction, trouble, gateway)
        return
    settled = verdict.outcome is not Outcome.PENDING
    work.set(
        transaction,
        outcome=verdict.outcome.value,
        succeeded=verdict.outcome is Outcome.SUCCEEDED,
        token=verdict.reference or transaction["token"],
        gateway_transaction_id=verdict.reference or transaction["token"],
        amount_cents=verdict.amount.minor if verdict.amount else transaction["amount_cents"],
        message=verdict.message,
        error_code=verdict.decline,
        settled_at=work.now if settled else None,
    )
    source = order.one("payment_source")
    if source is not None and source.id == transaction["payment_source_id"]:
        note_details(work, order, source, verdict)
        if transaction.type == Kind.AUTHORIZATION:
            _let_go_unless_saved(work, source, gateway)
    if verdict.outcome is Outcome.SUCCEEDED:
        work.event(f"{transaction.type}.create", transaction)
        if verdict.captured:
            _note_capture(work, order, transaction, verdict)
        if verdict.released:
            _note_release(work, order, transaction, verdict.released)
    note_status(work, order)
    holdings.give_back_unless_held(work, order)


def _note_trouble(
    work: Work, order: Record, transaction: Record, trouble: BillfoldError, gateway: Gateway | None
) -> None:
    if isinstance(trouble, Refused):  # the PSP was not asked to move anything
        work.delete(transaction)
        order.many("transactions").remove(transaction)
        holdings.give_back_unless_held(work, order)
        return
    source = order.one("payment_source")
    if isinstance(trouble, GatewayTrouble) and trouble.learned and source is not None:
        work.set(source, **trouble.learned)
        _let_go_unless_saved(work, source, gateway)
    never_sent = isinstance(trouble, GatewayUnreachable | GatewayMisconfigured)
    outcome = Outcome.FAILED if never_sent else Outcome.UNKNOWN
    work.set(
        transaction,
        outcome=outcome.value,
        message=trouble.message,
        error_code=trouble.error,
        settled_at=work.now if never_sent else None,
    )
    work.touch(order)
    holdings.give_back_unless_held(work, order)


def note_details(work: Work, order: Record, source: Record, verdict: Verdict) -> None:
    """Keep on the payment source, and in the order's public digest, what the PSP says of the instrument."""
    if verdict.details:
        work.set(source, **verdict.details)
    work.set(order, payment_source_details=dict(work.accounts.psp(source).digest(source.values)))


def _note_capture(work: Work, order: Record, authorization: Record, verdict: Verdict) -> None:
    """The PSP took the money together with the authorization."""
    amount = Money(authorization["amount_cents"], authorization["currency_code"])
    reference = verdict.capture_reference or verdict.reference
    _note_along(work, order, authorization, Kind.CAPTURE, amount, authorization, reference)


def _note_release(work: Work, order: Record, capture: Record, released: Money) -> None:
    """The PSP let go of the rest with a capture. A void that was asked for meanwhile is about the same money, and its
    own verdict says so; a rival capture that is still under way can only fail, and takes nothing off the rest."""
    held = next(t for t in order.many("transactions") if t.id == capture["reference_transaction_id"])
    if any(t["outcome"] in OPEN for t in order.many("transactions") if _is_void_of(t, held)):
        return
    rest = released - position_around(order, held).voided
    if rest > Money(0, rest.currency):
        _note_along(work, order, capture, Kind.VOID, rest, held, held["token"])


def _is_void_of(transaction: Record, authorization: Record) -> bool:
    return transaction.type == Kind.VOID and transaction["reference_transaction_id"] == authorization.id


def _note_along(
    work: Work, order: Record, asked: Record, kind: Kind, amount: Money, on: Record, reference: Reference | None
) -> None:
    """One more transaction, which the PSP carried out along with the one it was asked for."""
    source = asked.related.get("payment_source")
    done = open_attempt(work, order, kind, amount, on, source if isinstance(source, Record) else None)
    work.set(
        done,
        outcome=Outcome.SUCCEEDED.value,
        succeeded=True,
        token=reference,
        gateway_transaction_id=reference,
        settled_at=work.now,
    )
    work.event(f"{kind.value}.create", done)


def note_status(work: Work, order: Record) -> None:
    """The order's payment status, and what follows from it, after its transactions changed."""
    status = payment_status_of(order)
    work.touch(order)
    if status == order["payment_status"]:
        return
    work.set(order, payment_status=status, payment_updated_at=work.now)
    if status in EVENTS:
        work.event(EVENTS[status], order)
    note_fulfillment(work, order)
    if status == "refunded" and order["status"] in ("placed", "approved"):
        note_cancelled(work, order)


def note_cancelled(work: Work, order: Record) -> None:
    """The order is cancelled: by its merchant or customer, or because all its money was given back."""
    delivered = order["fulfillment_status"] == "fulfilled"
    in_progress = order["fulfillment_status"] == "in_progress"
    work.set(
        order,
        status=after(order["status"], "cancel"),
        cancelled_at=work.now,
        fulfillment_status="unfulfilled" if in_progress else order["fulfillment_status"],
    )
    holdings.give_back(work, order, goods=not delivered)
    if not delivered:
        shipments.on_cancelled(work, order)
    order_subscriptions.cancel_with(work, order)
    work.event("orders.cancel", order)


def note_fulfillment(work: Work, order: Record) -> None:
    """Whether the goods may go out, after the order's status or its payment status changed."""
    method = order.one("payment_method")
    require_capture = method is None or method["require_capture"] is not False
    status, paid, now = order["status"], order["payment_status"], order["fulfillment_status"]
    following = fulfillment(status, paid, now, require_capture=require_capture)
    if following != now:
        work.set(order, fulfillment_status=following, fulfillment_updated_at=work.now)


def _let_go_unless_saved(work: Work, source: Record, gateway: Gateway | None) -> None:
    """Nobody's card stays on file because they did not tick a box, whatever became of the payment."""
    if not isinstance(gateway, KeepsSources):
        return
    prepared = gateway.unsaved(source.values)
    if prepared is None:
        return
    customer_token, token = prepared
    work.set(source, instrument_customer_token=customer_token, instrument_token=token)
    let_go_later(work, source["payment_gateway_id"], customer_token, token)


def let_go_later(work: Work, gateway_id: str, customer_token: str | None, token: str) -> None:
    """After the configured time, have the PSP forget an instrument that no wallet entry holds by then."""
    due = work.now + timedelta(hours=work.tools.unsaved_hours)
    work.job("let_go", due, {"gateway_id": gateway_id, "customer_token": customer_token, "token": token})


def _raise_unless_done(verdict: Verdict | None, trouble: BillfoldError | None, *, at: str | None = None) -> None:
    if trouble is not None:
        trouble.at = trouble.at or at
        raise trouble
    assert verdict is not None
    if verdict.outcome in (Outcome.DECLINED, Outcome.FAILED):
        message = verdict.message or "was declined by the PSP"
        raise Declined(message, at=at, meta={"decline_code": verdict.decline} if verdict.decline else None)
    if verdict.outcome is Outcome.PENDING and verdict.next_action:
        action = verdict.next_action
        meta = {"client_secret": action.client_secret, "redirect_url": action.url}
        raise ActionRequired(
            "needs the customer: they must confirm the payment with their bank first",
            at=at,
            meta={n: v for n, v in meta.items() if v},
        )
    if verdict.outcome is Outcome.PENDING and at in ("_place", "_authorize"):
        raise ActionRequired("is still being decided by the PSP; try again later", at=at, error="payment_pending")


async def gateway_of(work: Work, source: Record) -> Gateway:
    record = source.one("payment_gateway")
    assert record is not None
    return await work.accounts.gateway(record)
