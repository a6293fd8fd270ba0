"""What PSPs say of attempts, written down with all that follows from it, whoever else changes the order meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from billfold.domain.errors import (
    BillfoldError,
    Conflict,
    GatewayMisconfigured,
    GatewayUnreachable,
    OutcomeUnknown,
    Refused,
)
from billfold.domain.money import Money
from billfold.domain.orders import after, fulfillment
from billfold.domain.payments import OPEN, Kind, Outcome
from billfold.gateways.protocol import Gateway, KeepsSources, Reference, Verdict
from billfold.jsonapi.record import Record
from billfold.usecases.orders import holdings
from billfold.usecases.payments.attempts import gateway_of, open_attempt
from billfold.usecases.payments.positions import payment_status_of, position_around
from billfold.usecases.shipping import shipments
from billfold.usecases.subscriptions import order_subscriptions
from billfold.usecases.work import Work

FOR_PAYING = (
    "customer payment_method.payment_gateway payment_source.payment_gateway"
    f" line_items transactions billing_address shipping_address shipments order_subscriptions {holdings.READS}"
)
FOR_TRANSACTION = " ".join(f"order.{path}" for path in FOR_PAYING.split())
MISSES = 25

EVENTS = {
    "authorized": "orders.authorize",
    "paid": "orders.pay",
    "voided": "orders.void",
    "refunded": "orders.refund",
}

OnSuccess = Callable[[Work, Record], None]


async def settle(work: Work, order: Record, transaction: Record, verdict: Verdict) -> None:
    """Write down what became of an attempt, as `reconcile` or a report of the PSP found out."""
    await write_down(work, order, transaction, verdict, None, None)


async def settle_at_once(work: Work, order: Record, opened: Record, verdict: Verdict) -> None:
    """Write down an attempt that was opened just now together with its verdict, because the PSP has acted already:
    nobody may take it for one that is under way. Raises Conflict, and then nothing is written."""
    source = order.one("payment_source")
    _note(work, order, opened, verdict, None, await gateway_of(work, source) if source is not None else None)
    await work.commit()


async def write_down(
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
    if (source := order.one("payment_source")) is not None:
        note_learned(work, source, trouble, gateway)
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


def note_learned(work: Work, source: Record, trouble: BillfoldError, gateway: Gateway | None) -> None:
    """Keep on the payment source what was known before the trouble came."""
    if trouble.learned:
        work.set(source, **trouble.learned)
        _let_go_unless_saved(work, source, gateway)


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
    if status == "refunded" and order["status"] in ("placed", "approved", "editing"):
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
