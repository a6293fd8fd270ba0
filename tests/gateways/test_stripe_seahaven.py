"""Stripe against a Stripe of other people's making: seahaven-stripe-world, which learnt from recorded sessions.

It knows API version 2026-08-26 and less of Stripe than the sandbox does; what it lacks is said at each law it cannot
show.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientHandlerType, ClientRequest, ClientResponse
from tests.gateways.contract import KeepsToTheLimits, MovesMoney
from tests.gateways.listening import Ear, Judge
from tests.gateways.rigs import DECLINED, GOOD, Moved, Payment, Rig, WalletRig
from tests.gateways.seahaven import NoSeahaven, running
from tests.gateways.wallet_contract import KeepsASource

from billfold.gateways.protocol import Details, NextAction, Shopper
from billfold.gateways.stripe.gateway import StripeGateway

NUMBERS = {GOOD: "4242424242424242", DECLINED: "4000000000000002"}
ACCOUNT = {"login": "sk_test_seahaven", "publishable_key": "pk_test_seahaven"}


async def as_before_endive(request: ClientRequest, send: ClientHandlerType) -> ClientResponse:
    """It does not know `allowed_payment_method_types`, which has taken the place of `payment_method_types`."""
    body = request.body if isinstance(request.body, bytes) else await request.body.as_bytes()
    if b"allowed_payment_method_types" in body:
        await request.update_body(body.replace(b"allowed_payment_method_types", b"payment_method_types"))
    return await send(request)


class SeahavenRig:
    """One world, which is one account; its secret key plays the customer's browser too."""

    def __init__(self, url: str, http: aiohttp.ClientSession, browser: aiohttp.ClientSession) -> None:
        self.url, self.http, self.browser = f"{url}/worlds/{uuid.uuid4()}", http, browser
        self.gateway = self.gateway_at(self.url)

    def gateway_at(self, url: str) -> StripeGateway:
        return StripeGateway(ACCOUNT, self.http, url)

    def gateway_with_wrong_credentials(self) -> StripeGateway:
        return StripeGateway({"login": "nonsense"}, self.http, self.url)

    def options(self, shopper: Shopper | None) -> Details:
        """It refuses an announcement for one payment method type, so the client makes it for all of them."""
        return {"options": {"setup_future_usage": "off_session"}} if shopper else {}

    async def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> dict[str, Any]:
        headers = {"Authorization": "Bearer sk_test_seahaven"}
        async with self.browser.request(method, f"{self.url}{path}", data=form, headers=headers) as answer:
            body: dict[str, Any] = await answer.json()
            return body

    async def customer_pays(self, payment: Payment, how: str = GOOD) -> None:
        path = f"/v1/payment_intents/{payment.source['stripe_id']}/confirm"
        card = {"type": "card", "card[number]": NUMBERS[how], "card[exp_month]": "12", "card[exp_year]": "2040"}
        method = await self.ask("POST", "/v1/payment_methods", card)
        await self.ask("POST", path, {"payment_method": method["id"]})

    async def moved(self, reference: str) -> Moved:
        intent = await self.ask("GET", f"/v1/payment_intents/{reference}?expand[]=latest_charge")
        charge, amount, taken = intent["latest_charge"], intent["amount"], intent["amount_received"]
        held = amount if charge and charge["status"] == "succeeded" else 0
        refunds = await self.ask("GET", f"/v1/refunds?payment_intent={reference}")
        given = sum(one["amount"] for one in refunds["data"] if taken)
        return Moved(held, taken, held - taken if intent["status"] in ("canceled", "succeeded") else 0, given)

    async def answer(self, action: NextAction | None, *, yes: bool) -> None:
        raise AssertionError("Here no challenge can be answered.")

    async def kept(self) -> list[str]:
        customers = await self.ask("GET", "/v1/customers")
        found = [await self.ask("GET", f"/v1/customers/{one['id']}/payment_methods") for one in customers["data"]]
        return [method["id"] for page in found for method in page["data"]]


@pytest.fixture(scope="session")
def seahaven() -> Iterator[str]:
    try:
        with running() as url:
            yield url
    except NoSeahaven as missing:
        pytest.skip(str(missing))


@pytest.fixture
async def rig(seahaven: str, judges: dict[str, Judge], browser: aiohttp.ClientSession) -> AsyncIterator[SeahavenRig]:
    ear = Ear(judges)
    async with aiohttp.ClientSession(trace_configs=[ear.trace()], middlewares=[as_before_endive]) as http:
        rig = SeahavenRig(seahaven, http, browser)
        yield rig
    await browser.delete(rig.url)
    assert not ear.violations, "\n".join(ear.violations)


class TestContract(MovesMoney, KeepsToTheLimits, KeepsASource):
    @pytest.mark.skip(reason="seahaven-stripe-world lets anybody in, whatever the key")
    async def test_wrong_credentials_are_the_operators_to_mend(self, rig: Rig) -> None:
        raise NotImplementedError

    @pytest.mark.skip(reason="seahaven-stripe-world does not attach what was announced for later use")
    async def test_what_was_prepared_for_keeping_is_named_until_somebody_keeps_or_drops_it(
        self, rig: WalletRig
    ) -> None:
        raise NotImplementedError
