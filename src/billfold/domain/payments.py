"""What has happened to the money of one order, and what may happen next.

A payment is not a status; it is the list of its transactions. What is captured, what can still be
refunded and the order's payment status are worked out from that list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from billfold.domain.errors import NotCapturable, NotRefundable, NotVoidable, Refused
from billfold.domain.money import Money


class Kind(StrEnum):
    """The values are the resource types of the contract."""

    AUTHORIZATION = "authorizations"
    CAPTURE = "captures"
    VOID = "voids"
    REFUND = "refunds"


class Outcome(StrEnum):
    SUCCEEDED = "succeeded"
    PENDING = "pending"  # the PSP took it and will tell us later
    UNKNOWN = "unknown"  # we cannot tell whether the PSP acted
    DECLINED = "declined"
    FAILED = "failed"  # refused for a technical reason; no money moved


SURELY = frozenset({Outcome.SUCCEEDED})
PERHAPS = frozenset({Outcome.SUCCEEDED, Outcome.PENDING, Outcome.UNKNOWN})
OPEN = frozenset({Outcome.PENDING, Outcome.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Transaction:
    kind: Kind
    amount: Money
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Position:
    """Where the money of one order, or of one authorization or capture, stands, seen with caution.

    Room to act is what surely came in, less what may already have gone out.

    secured  what is held or taken for good: neither let go nor given back, nor perhaps either
    """

    authorized: Money
    captured: Money
    voided: Money
    refunded: Money
    capturable: Money
    refundable: Money
    secured: Money

    @property
    def came_to_nothing(self) -> bool:
        """Whether all that was ever held is let go or given back, surely."""
        return not self.authorized - self.voided - self.refunded


def position(transactions: Iterable[Transaction], currency: str) -> Position:
    """Add up transactions, all of which must be in `currency`."""
    history = list(transactions)

    def total(kind: Kind, outcomes: frozenset[Outcome]) -> Money:
        return Money(sum(t.amount.minor for t in history if t.kind is kind and t.outcome in outcomes), currency)

    # Below zero where a PSP let go of more than was asked for while another capture, bound to fail, is under way.
    capturable = total(Kind.AUTHORIZATION, SURELY) - total(Kind.CAPTURE, PERHAPS) - total(Kind.VOID, PERHAPS)
    return Position(
        authorized=total(Kind.AUTHORIZATION, SURELY),
        captured=total(Kind.CAPTURE, SURELY),
        voided=total(Kind.VOID, SURELY),
        refunded=total(Kind.REFUND, SURELY),
        capturable=max(capturable, Money(0, currency)),
        refundable=total(Kind.CAPTURE, SURELY) - total(Kind.REFUND, PERHAPS),
        secured=total(Kind.AUTHORIZATION, SURELY) - total(Kind.VOID, PERHAPS) - total(Kind.REFUND, PERHAPS),
    )


def standing(payments: Iterable[Iterable[Transaction]], currency: str) -> Position:
    """Where the money stands that an order is paid with now.

    A payment that came to nothing is history once there is another one, so that an order which was paid, given its
    money back and paid again is paid and not partially refunded. While there is no other the last one counts.

    payments  each authorization with all that refers to it, oldest first
    """
    held = [list(p) for p in payments]
    held = [p for p in held if position(p, currency).authorized]
    live = [p for p in held if not position(p, currency).came_to_nothing]
    return position((t for p in live or held[-1:] for t in p), currency)


def check(kind: Kind, amount: Money, now: Position) -> None:
    """Raise NotCapturable, NotVoidable or NotRefundable unless `amount` still fits."""
    verb, room, refusal = _ROOM[kind](now)
    if not Money(0, amount.currency) < amount <= room:
        gone = f", {now.voided} was let go" if kind is not Kind.REFUND and now.voided else ""
        raise refusal(f"cannot {verb} {amount}: {room} is left to {verb}{gone}", meta={"balance_cents": room.minor})


_ROOM: dict[Kind, Callable[[Position], tuple[str, Money, type[Refused]]]] = {
    Kind.CAPTURE: lambda now: ("capture", now.capturable, NotCapturable),
    Kind.VOID: lambda now: ("void", now.capturable, NotVoidable),
    Kind.REFUND: lambda now: ("refund", now.refundable, NotRefundable),
}


def payment_status(now: Position, due: Money, *, placed: bool = True) -> str:
    """The order's payment status that follows from its money. Source: the contract's transition table.

    due     what the order costs, taxes included
    placed  an order that nobody placed yet is left unpaid when its money is let go or given back: it can be paid anew
    """
    held = now.authorized - now.voided - now.captured  # by an authorization that nobody has captured or let go
    nothing = Money(0, due.currency)
    if nothing < now.captured - now.refunded:
        if now.refunded:
            return "partially_refunded"
        # A partial capture whose remainder was let go is all that will ever be paid.
        return "paid" if due <= now.captured or held <= nothing else "partially_paid"
    if nothing < held and due <= held:
        return "authorized"
    if now.refunded and placed:
        return "refunded"
    if nothing < held:
        return "partially_voided" if now.voided else "partially_authorized"
    if now.voided and placed:
        return "voided"
    return "unpaid" if due else "free"
