"""A PSP to test an adapter against: how the customer behaves in the browser, what really happened to the money, and
what goes wrong on the way."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any, Protocol

import aiohttp

from billfold.domain.money import Money
from billfold.domain.payments import Kind
from billfold.gateways.protocol import (
    Attempt,
    Details,
    Gateway,
    KeepsSources,
    Key,
    Line,
    NextAction,
    Purchase,
    Reference,
    Shopper,
    Verdict,
)

_numbers = itertools.count(1)

GOOD, DECLINED, CHALLENGED = "good", "declined", "challenged"


def new_key() -> Key:
    return Key(f"row{next(_numbers):07d}")


def a_purchase(
    minor: int = 1234,
    currency: str = "EUR",
    *,
    shopper: Shopper | None = None,
    auto_capture: bool = False,
    country: str = "DE",
    tax: int = 0,
) -> Purchase:
    number = next(_numbers)
    return Purchase(
        order_id=f"order{number:05d}",
        number=f"{1000 + number}",
        amount=Money(minor, currency),
        tax=tax,
        lines=(Line(reference="SHIRT", name="Shirt", quantity=1, unit=minor, total=minor),),
        country_code=country,
        language_code="en",
        email="jenny@example.com",
        shopper=shopper,
        auto_capture=auto_capture,
    )


def a_shopper() -> Shopper:
    return Shopper(id=f"buyer{next(_numbers):05d}", email="jenny@example.com")


@dataclass
class Payment:
    """What our database would hold of one payment: the purchase and the payment source's details."""

    purchase: Purchase
    source: dict[str, Any]
    reference: Reference | None = None

    def attempt(self, kind: Kind, minor: int | None = None, *, key: Key | None = None) -> Attempt:
        currency = self.purchase.amount.currency
        amount = self.purchase.amount if minor is None else Money(minor, currency)
        reference = None if kind is Kind.AUTHORIZATION else self.reference
        return Attempt(kind, key or new_key(), amount, reference, self.source)

    def learn(self, verdict: Verdict) -> Verdict:
        """Store what a verdict brought."""
        self.source.update(verdict.details)
        if verdict.reference:
            self.reference = verdict.reference
        return verdict


@dataclass(frozen=True)
class Moved:
    """What really happened to one payment's money, in the PSP's own units."""

    authorized: int = 0
    captured: int = 0
    voided: int = 0
    refunded: int = 0


class Rig(Protocol):
    """One PSP with one merchant account in it."""

    @property
    def gateway(self) -> Gateway: ...

    async def customer_pays(self, payment: Payment, how: str = GOOD) -> None:
        """Do in the browser what the customer does there; `how` is GOOD, DECLINED or CHALLENGED (and answered)."""
        ...

    async def moved(self, reference: str) -> Moved: ...

    def gateway_at(self, url: str) -> Gateway:
        """The same account at a PSP that is somewhere else."""
        ...

    def gateway_with_wrong_credentials(self) -> Gateway: ...

    def options(self, shopper: Shopper | None) -> Details:
        """What the client sends along when it creates a payment source."""
        ...


class TroubledRig(Rig, Protocol):
    """A PSP that can be made to fail."""

    async def strike(self, do: str, path: str) -> None:
        """Let every request whose path fits fail: "error" answers 500 and does nothing, "drop" acts and hangs up."""
        ...

    async def babble(self, status: int, body: Any) -> None:
        """Let every request get this answer, whatever it asks for."""
        ...

    async def heal(self) -> None: ...


class WalletRig(Rig, Protocol):
    async def answer(self, action: NextAction | None, *, yes: bool) -> None:
        """Complete the bank's challenge, or fail it."""
        ...

    async def kept(self) -> list[str]:
        """The tokens of the instruments that the PSP keeps for anybody."""
        ...


class Sandbox:
    """What the rigs on `billfold.sandbox` have in common.

    url      its root
    http     what the adapter calls it with
    browser  what everybody else does
    """

    psp = ""

    def __init__(self, url: str, http: aiohttp.ClientSession, browser: aiohttp.ClientSession) -> None:
        self.url, self.http, self.browser = url, http, browser

    async def steer(self, method: str, path: str, body: Any = None) -> Any:
        async with self.browser.request(method, f"{self.url}/_sandbox{path}", json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json() if answer.status != 204 else None

    async def strike(self, do: str, path: str) -> None:
        await self.steer("POST", "/faults", {"do": do, "psp": self.psp, "method": "POST", "path": path, "times": None})

    async def babble(self, status: int, body: Any) -> None:
        fault = {"do": "status", "psp": self.psp, "path": ".", "status": status, "body": body, "times": None}
        await self.steer("POST", "/faults", fault)

    async def heal(self) -> None:
        await self.steer("DELETE", "/faults")

    async def moved(self, reference: str) -> Moved:
        report = await self.steer("GET", f"/ledger?reference={reference}")
        totals = report["references"].get(reference, {})
        return Moved(*(totals.get(kind, 0) for kind in ("authorization", "capture", "void", "refund")))


async def opened(rig: Rig, purchase: Purchase, **more: Any) -> Payment:
    """A payment source as it is after the client created it, for a customer who was enrolled first.

    more  what else the client sends
    """
    gateway = rig.gateway
    if purchase.shopper and isinstance(gateway, KeepsSources):
        token = await gateway.enroll(purchase.shopper, key=new_key())
        purchase = replace(purchase, shopper=replace(purchase.shopper, customer_token=token))
    sent = {**rig.options(purchase.shopper), **more}
    return Payment(purchase, {**sent, **await gateway.prepare(purchase, sent, key=new_key())})


async def authorized(rig: Rig, purchase: Purchase, how: str = GOOD) -> Payment:
    payment = await opened(rig, purchase)
    await rig.customer_pays(payment, how)
    payment.learn(await rig.gateway.authorize(payment.purchase, payment.source, key=new_key()))
    return payment
