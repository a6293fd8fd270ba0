"""What the sandbox's Klarna remembers: sessions, authorizations, customer tokens, orders, answers already given."""

from __future__ import annotations

import secrets
import string
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from billfold.sandbox.idempotency import Answer

HOUR = 3600.0
DAY = 24 * HOUR

Json = dict[str, Any]


def new_uuid() -> str:
    return str(uuid.uuid4())


def short_reference() -> str:
    """What Klarna calls an order when it speaks to the customer, such as K4MADNY."""
    return "K" + "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(7))


def instant(at: float) -> str:
    """ISO 8601 in UTC, to the second, as Klarna writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class Session:
    """One payment session. `data` is what the shop has sent so far; `latest` is the newest authorization token."""

    id: str
    merchant: str
    client_token: str
    expires_at: float
    data: Json
    complete: bool = False
    latest: str | None = None


@dataclass(slots=True)
class Authorization:
    """The customer said yes: to `terms`, the session's data at that moment, paying with `instrument`.

    `outcome` is what happens once the order is placed: accepted, pending, rejected. `placed` is the body it
    was placed with and the answer given then.
    """

    token: str
    session: Session
    expires_at: float
    terms: Json
    instrument: str
    outcome: str
    placed: tuple[Json, Json] | None = None


@dataclass(slots=True)
class CustomerToken:
    """A payment instrument that the customer lets the shop use again. `outcome` is steered: what becomes of the
    next orders."""

    id: str
    merchant: str
    instrument: str
    currency: str
    country: str
    made_at: float
    billing_address: Json
    status: str = "ACTIVE"
    outcome: str = "accepted"


@dataclass(slots=True)
class Capture:
    id: str
    amount: int
    at: float
    reference: str
    data: Json
    refunded: int = 0


@dataclass(slots=True)
class Refund:
    id: str
    amount: int
    at: float
    data: Json


@dataclass(slots=True)
class Order:
    """An order at Klarna. Amounts are minor units; `remaining` is what may still be captured."""

    id: str
    merchant: str
    data: Json
    instrument: str
    country: str
    currency: str
    created_at: float
    expires_at: float
    amount: int
    original: int
    remaining: int
    fraud_status: str
    notification_url: str | None = None
    reference: str = field(default_factory=short_reference)
    captures: list[Capture] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    shipping_info: list[Json] = field(default_factory=list)
    cancelled: bool = False
    expired: bool = False
    capture_when_accepted: bool = False

    @property
    def captured(self) -> int:
        return sum(capture.amount for capture in self.captures)

    @property
    def refunded(self) -> int:
        return sum(refund.amount for refund in self.refunds)

    def status(self, now: float) -> str:
        """AUTHORIZED, PART_CAPTURED, CAPTURED, CANCELLED, EXPIRED or CLOSED.

        Once nothing is left to capture the order is done, be the rest captured or released; an expired one
        closes after seven days: https://docs.klarna.com/klarna-network-distribution/after-payments/
        manage-payment-transactions/payment-transaction-state-definitions/
        """
        if self.cancelled:
            return "CANCELLED"
        if self.expired:
            return "CLOSED" if now >= self.expires_at + 7 * DAY else "EXPIRED"
        if not self.captures:
            return "AUTHORIZED"
        return "PART_CAPTURED" if self.remaining else "CAPTURED"


class Book:
    """Everything, by id. Ids are looked up together with the merchant whose credentials ask."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}
        self.authorizations: dict[str, Authorization] = {}
        self.tokens: dict[str, CustomerToken] = {}
        self.orders: dict[str, Order] = {}
        # By merchant, method, path and Klarna-Idempotency-Key; None while the first request is under way.
        self.answers: dict[tuple[str, str, str, str], tuple[float, Answer | None]] = {}

    def session_of(self, client_token: str) -> Session | None:
        """The session a browser holds the client token of."""
        for session in self.sessions.values():
            if session.client_token == client_token:
                return session
        return None
