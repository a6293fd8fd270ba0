"""Stripe against the sandbox: the contract, and what only Stripe has."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from tests.gateways.contract import AsksTheCustomer, KeepsASource, KeepsToTheLimits, MovesMoney, SurvivesTrouble
from tests.gateways.rigs import CHALLENGED, DECLINED, GOOD, Payment, Sandbox

from billfold.gateways.protocol import Details, NextAction, Shopper
from billfold.gateways.stripe.gateway import StripeGateway

NUMBERS = {GOOD: "4242424242424242", DECLINED: "4000000000000002", CHALLENGED: "4000002760003184"}
ACCOUNT = {"login": "sk_test_sandbox", "publishable_key": "pk_test_sandbox", "connected_account": None}


class StripeRig(Sandbox):
    psp = "stripe"

    def __init__(self, url: str, http: aiohttp.ClientSession, browser: aiohttp.ClientSession) -> None:
        super().__init__(url, http, browser)
        self.gateway = self.account()

    def account(self, **settings: Any) -> StripeGateway:
        return StripeGateway({**ACCOUNT, **settings}, self.http, f"{self.url}/stripe")

    def gateway_at(self, url: str) -> StripeGateway:
        return StripeGateway(ACCOUNT, self.http, url)

    def gateway_with_wrong_credentials(self) -> StripeGateway:
        return self.account(login="pk_test_sandbox")

    def options(self, shopper: Shopper | None) -> Details:
        return {}

    async def stripe_js(self, method: str, path: str, form: dict[str, str]) -> dict[str, Any]:
        """As Stripe.js asks: with the publishable key."""
        values = {"key": "pk_test_sandbox", **form}
        where = {"params": values} if method == "GET" else {"data": values}
        async with self.browser.request(method, f"{self.url}/stripe{path}", **where) as answer:  # type: ignore[arg-type]  # one of the two
            body: dict[str, Any] = await answer.json()
            return body

    async def customer_pays(self, payment: Payment, how: str = GOOD) -> None:
        intent = await self.stripe_js(
            "POST",
            f"/v1/payment_intents/{payment.source['stripe_id']}/confirm",
            {
                "client_secret": payment.source["client_secret"],
                "payment_method_data[type]": "card",
                "payment_method_data[card][number]": NUMBERS[how],
                "payment_method_data[card][exp_month]": "12",
                "payment_method_data[card][exp_year]": "2040",
                "payment_method_data[card][cvc]": "123",
            },
        )
        if how == CHALLENGED:
            await self.press(intent["next_action"]["use_stripe_sdk"]["stripe_js"], "complete")

    async def press(self, page: str, button: str) -> None:
        async with self.browser.post(f"{page}/{button}", headers={"Accept": "application/json"}) as answer:
            assert answer.status == 200

    async def answer(self, action: NextAction | None, *, yes: bool) -> None:
        assert action is not None
        assert action.url
        await self.press(action.url, "complete" if yes else "fail")

    async def kept(self) -> list[str]:
        headers = {"Authorization": "Bearer sk_test_sandbox"}
        async with self.browser.get(f"{self.url}/stripe/v1/payment_methods", headers=headers) as answer:
            return [method["id"] for method in (await answer.json())["data"]]


@pytest.fixture
async def rig(sandbox: str, http: aiohttp.ClientSession, browser: aiohttp.ClientSession) -> AsyncIterator[StripeRig]:
    rig = StripeRig(sandbox, http, browser)
    yield rig
    await rig.gateway.close()


class TestContract(MovesMoney, KeepsToTheLimits, SurvivesTrouble, KeepsASource, AsksTheCustomer):
    pass
