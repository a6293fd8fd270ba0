"""Where the money of an order stands, read off its transactions, and what that stands in the way of."""

from __future__ import annotations

from billfold.domain.errors import NotCapturable, NotRefundable, Refused
from billfold.domain.money import Money
from billfold.domain.payments import Kind, Outcome, Position, Transaction, payment_status, position, standing
from billfold.jsonapi.record import Record


def position_of(order: Record) -> Position:
    """Where the money of the order stands."""
    return position(map(_transaction, order.many("transactions")), order["currency_code"])


def standing_of(order: Record) -> Position:
    """Where the money stands that the order is paid with now, without payments of before that came to nothing."""
    known = order.many("transactions")
    payments: dict[str, list[Transaction]] = {t.id: [] for t in known if t.type == Kind.AUTHORIZATION}
    under = {t.id: t["reference_transaction_id"] or t.id for t in known}
    for t in known:
        held = under.get(under[t.id], under[t.id])  # a refund's capture is one step from its authorization, too
        payments[held].append(_transaction(t))
    return standing(payments.values(), order["currency_code"])


def payment_status_of(order: Record) -> str:
    """What follows from the order's transactions."""
    due = Money(order["total_amount_with_taxes_cents"], order["currency_code"])
    return payment_status(standing_of(order), due, placed=order["placed_at"] is not None)


def position_around(order: Record, on: Record) -> Position:
    """Where the money of one authorization or capture stands: itself and what refers to it."""
    around = [t for t in order.many("transactions") if t.id == on.id or t["reference_transaction_id"] == on.id]
    return position(map(_transaction, around), order["currency_code"])


def room(order: Record, on: Record) -> Money:
    """What is left to capture or void of an authorization, or to refund of a capture."""
    now = position_around(order, on)
    return now.capturable if on.type == Kind.AUTHORIZATION else now.refundable


def last_with_room(order: Record, kind: Kind, *, at: str) -> Record:
    """The latest authorization (capture) of which something is left to capture (refund)."""
    found = [t for t in order.many("transactions") if t.type == kind and room(order, t)]
    if not found:
        if kind is Kind.AUTHORIZATION:
            raise NotCapturable("there is nothing left to capture", at=at)
        raise NotRefundable("there is nothing left to refund", at=at)
    return found[-1]


def is_held(order: Record) -> bool:
    """Whether money of the order is held or taken, or may be, with its present payment source.

    What a PSP has yet to decide on is let go when it arrives late, so it stands in nobody's way.
    """
    now = position_of(order)
    unknown = any(t["outcome"] == Outcome.UNKNOWN for t in order.many("transactions"))
    return bool(now.capturable or now.refundable or unknown)


def check_nothing_held(order: Record) -> None:
    """Raise Refused while the order's money is held."""
    if is_held(order):
        raise Refused(
            "cannot change while the order's money is held: void the authorization first",
            at="relationships/payment_source",
            error="authorized",
        )


def check_amounts_may_change(order: Record) -> None:
    """Raise Refused while the order's money is held, unless a placed order was opened for editing."""
    if order["status"] != "editing":
        check_nothing_held(order)


def check_source_may_change(order: Record) -> None:
    """Raise Refused while a placed order is open for editing: what it was paid with stays."""
    if order["status"] == "editing":
        problem = "cannot change while a placed order is edited"
        raise Refused(problem, at="relationships/payment_source", error="not_changeable")


def _transaction(record: Record) -> Transaction:
    amount = Money(record["amount_cents"], record["currency_code"])
    return Transaction(Kind(record.type), amount, Outcome(record["outcome"]))
