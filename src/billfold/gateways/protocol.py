"""What a payment service provider must be able to do for us.

An adapter is a stateless translation for one merchant account: it never touches the database, and whoever calls it
records what came of the call. It gives a verdict or raises one of `domain.errors`: GatewayUnreachable (never sent),
OutcomeUnknown (sent, no verdict), GatewayMisconfigured (an operator must act), Declined or Refused (the PSP said no to
something that moves no money). A declined *payment* is not an exception but a Verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NewType, Protocol, runtime_checkable

import aiohttp

from billfold.domain.money import Money
from billfold.domain.payments import Kind, Outcome
from billfold.jsonapi.members import Member

Reference = NewType("Reference", str)  # the PSP's id of a transaction, e.g. "pi_3N…"
Key = NewType("Key", str)  # the id of our own row: same key + same verb = same money, moved once
Details = Mapping[str, Any]  # values of the members a payment source's kind declares itself


@dataclass(frozen=True, slots=True)
class Address:
    first_name: str
    last_name: str
    company: str
    line_1: str
    line_2: str
    city: str
    zip_code: str
    state_code: str
    country_code: str
    phone: str


@dataclass(frozen=True, slots=True)
class Shopper:
    """The registered customer who pays. A guest is None wherever a Shopper is asked for.

    customer_token  the customer's id at this PSP; None until `KeepsSources.enroll` gave one
    """

    id: str
    email: str
    customer_token: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """unit and total: minor units of the purchase's currency, taxes included."""

    reference: str
    name: str
    quantity: int
    unit: int
    total: int
    type: str = "physical"  # physical, digital, shipping_fee, surcharge, discount, gift_card


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is being paid for, as far as a PSP may know.

    amount    what to authorize: the order's total with taxes
    tax       the part of it that is tax, minor units
    shopper   None for a guest
    auto_capture  take the money at once instead of holding it
    parameters    what the merchant adds for this PSP, in its own words; adapters pass on what they know to be harmless
    """

    order_id: str
    number: str
    amount: Money
    tax: int
    lines: tuple[Line, ...]
    country_code: str
    language_code: str
    email: str | None = None
    shopper: Shopper | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    auto_capture: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NextAction:
    """What the customer must do now. At least one of the two is set."""

    url: str | None = None
    client_secret: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The PSP's answer to one request that moves money, or what it says of one when looked up.

    outcome      SUCCEEDED, PENDING, DECLINED or FAILED (UNKNOWN is never an answer: it is raised as OutcomeUnknown)
    reference    the PSP's id, to be quoted in every later request about this transaction
    amount       what was really authorized, captured or refunded, where the PSP says; None means what was asked
    captured     True when an authorization was captured at once (auto capture); then `capture_reference` may be set
    released     what was let go together with a capture, because this PSP keeps nothing held for a second one
    decline      the PSP's own code when declined or failed, e.g. "insufficient_funds"
    message      the PSP's sentence for the merchant; no secrets, no card data
    details      what to store on the payment source (see Details)
    next_action  set while the outcome is PENDING because of the customer
    """

    outcome: Outcome
    reference: Reference | None = None
    amount: Money | None = None
    captured: bool = False
    capture_reference: Reference | None = None
    released: Money | None = None
    decline: str | None = None
    message: str | None = None
    details: Details = field(default_factory=dict)
    next_action: NextAction | None = None

    def knowing(self, more: Details) -> Verdict:
        """The same, with more to store on the payment source."""
        return replace(self, details={**self.details, **more})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One of our own transaction rows whose outcome is open.

    reference  the PSP's id of what it acts on: the authorization for captures and voids, the capture for refunds;
               None for authorizations
    source     the payment source's details
    """

    kind: Kind
    key: Key
    amount: Money
    reference: Reference | None
    source: Details


Movements = tuple[tuple[Kind, Verdict], ...]  # what happened to money, each with its kind, in the order it happened


@dataclass(frozen=True, slots=True)
class Notification:
    """What a PSP reported by itself, verified.

    id             the PSP's id of the report; the same report twice has the same id
    topic          the PSP's name for it, e.g. "payment_intent.amount_capturable_updated"
    source         finds the payment source: the name of one of its details and the value it must have, or None
    transactions   what happened to money, each with its kind
    details        fresh details of the payment source
    detached       the instrument (payment_source_token) that is no longer usable, if that is what was reported
    renewed        an instrument that customers may keep, as it looks now (a card with a new expiry date)
    """

    id: str
    topic: str
    source: tuple[str, str] | None = None
    transactions: Movements = ()
    details: Details = field(default_factory=dict)
    detached: str | None = None
    renewed: Kept | None = None


class Gateway(Protocol):
    """One merchant account at one PSP."""

    async def prepare(self, purchase: Purchase, source: Details, *, key: Key) -> Details:
        """Open what the customer's browser needs (an intent, a session) and return what to store on the source.

        source  what the client sent when it created the payment source, or what `reuse` returned
        """
        ...

    async def update(self, purchase: Purchase, source: Details) -> Details:
        """Tell the PSP the purchase's present amount and lines; returns what to store."""
        ...

    async def refresh(self, source: Details) -> tuple[Details, Movements]:
        """Read what the PSP knows of this source now: what to store, and what has become of its money, whoever moved
        it: no authorization while nobody has tried to pay, nor once what was held is let go."""
        ...

    async def discard(self, source: Details) -> None:
        """Cancel an intent or session that will never be paid with. Does nothing where that is no more possible."""
        ...

    async def authorize(self, purchase: Purchase, source: Details, *, key: Key) -> Verdict:
        """Have the purchase's amount held (or taken, with auto_capture). Safe to call when the browser already did
        its part: then the verdict says what the PSP holds. Confirms a reused instrument by itself.

        Refused when the source is not ready, e.g. the browser has not confirmed it.
        """
        ...

    async def capture(self, attempt: Attempt) -> Verdict: ...
    async def void(self, attempt: Attempt) -> Verdict: ...
    async def refund(self, attempt: Attempt, *, captured: Money, authorization: Reference) -> Verdict:
        """captured  the capture's whole amount. authorization  the PSP's id of the authorization it was taken from."""
        ...

    async def look_up(self, attempt: Attempt) -> Verdict:
        """What became of an attempt whose outcome is unknown or pending. FAILED when the PSP never acted on it,
        PENDING when it cannot say yet. Must not move money by itself."""
        ...

    async def connect(self, notify_url: str, *, key: Key) -> Details:
        """Register for notifications where the PSP lets us; returns what to store on the gateway."""
        ...

    async def disconnect(self) -> None:
        """Undo `connect`. Does nothing where there was none."""
        ...

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """Verify and read a report. Raises Refused when it is not the PSP's."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """An instrument that a customer keeps, as a wallet entry stores it.

    fingerprint  equal for the same card at the same gateway, however often it was typed; None where a PSP has none
    instrument   the contract's `payment_instrument`: strings only, e.g. {"issuer_type": "link"}
    details      what to store on the payment source it was kept from
    """

    name: str
    customer_token: str | None
    payment_source_token: str
    fingerprint: str | None
    instrument: Mapping[str, str]
    details: Details = field(default_factory=dict)


@runtime_checkable
class KeepsSources(Protocol):
    """What only some PSPs can do: keep an instrument for a customer and use it again."""

    async def enroll(self, shopper: Shopper, *, key: Key) -> str | None:
        """The customer's id at the PSP, made if need be; None where the PSP has no such thing (Klarna)."""
        ...

    async def keep(self, purchase: Purchase, source: Details, *, key: Key) -> Kept:
        """Make the source's instrument reusable for `purchase.shopper` (whose customer_token is set where `enroll`
        gives one). Safe to repeat. Refused when the source cannot be kept: not authorizable yet, failed
        authentication, a method that cannot be reused."""
        ...

    async def recognise(self, customer_token: str | None, payment_source_token: str) -> Kept:
        """Read an instrument known only by raw tokens. Refused when the PSP does not know it."""
        ...

    def unsaved(self, source: Details) -> tuple[str | None, str] | None:
        """(customer_token, payment_source_token) of what was prepared for keeping at the PSP, if anything."""
        ...

    def reuse(self, kept: Kept) -> Details:
        """What a new payment source for another order starts with; `prepare` then gets it as `source`."""
        ...

    async def forget(self, customer_token: str | None, payment_source_token: str, *, key: Key) -> None:
        """Detach the instrument at the PSP. Does nothing when the PSP does not know it any more."""
        ...


@dataclass(frozen=True)
class Kindred:
    """The members a PSP's own resource type has beyond those of its family, declared as data.

    called  the resource type, e.g. "stripe_payments"
    verbs   the triggers of the family it offers: words of "_update _refresh"
    """

    called: str
    doc: str
    members: Mapping[str, Member]
    verbs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Psp:
    """One payment service provider, as its folder presents it: the one line in `gateways/__init__.py`.

    open             (the gateway record's details, secrets decrypted; HTTP session; the PSP's base URL or None for the
                     live one) → its adapter
    instrument_name  what `payment_methods.name` defaults to, e.g. "Stripe Payment"
    identity         the source's detail that holds the PSP's id of the intent or session, e.g. "stripe_id"
    synchronous      a changed amount makes the payment source void (Klarna) instead of mismatched (Stripe)
    digest           what the order's public digest `payment_source_details` says of a source
    """

    name: str
    gateway: Kindred
    source: Kindred
    instrument_name: str
    open: Callable[[Details, aiohttp.ClientSession, str | None], Gateway]
    digest: Callable[[Details], Mapping[str, Any]]
    identity: str = ""
    synchronous: bool = False
