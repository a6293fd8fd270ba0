"""Stripe in the sandbox: one account, its customers' browsers, its merchant's back office."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import aiohttp
from tests.gateways.rigs import (
    CHALLENGED,
    DECLINED,
    GOOD,
    Payment,
    Sandbox,
    a_purchase,
    a_shopper,
    authorized,
    new_key,
)

from billfold.gateways.protocol import Details, Kept, NextAction, Shopper
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

    async def stripe_js(self, payment: Payment, form: dict[str, str]) -> dict[str, Any]:
        """Confirm as Stripe.js does, with the publishable key."""
        path = f"/v1/payment_intents/{payment.source['stripe_id']}/confirm"
        form = {"key": "pk_test_sandbox", "client_secret": payment.source["client_secret"], **form}
        async with self.browser.post(f"{self.url}/stripe{path}", data=form) as answer:
            body: dict[str, Any] = await answer.json()
            return body

    async def pay_with(self, payment: Payment, how: str) -> dict[str, Any]:
        """how  a word of NUMBERS, or a card number"""
        return await self.stripe_js(
            payment,
            {
                "payment_method_data[type]": "card",
                "payment_method_data[card][number]": NUMBERS.get(how, how),
                "payment_method_data[card][exp_month]": "12",
                "payment_method_data[card][exp_year]": "2040",
                "payment_method_data[card][cvc]": "123",
            },
        )

    async def pay_by_ideal(self, payment: Payment) -> None:
        intent = await self.stripe_js(
            payment, {"payment_method_data[type]": "ideal", "return_url": "https://shop.example/done"}
        )
        await self.press(intent["next_action"]["redirect_to_url"]["url"], "complete")

    async def customer_pays(self, payment: Payment, how: str = GOOD) -> None:
        intent = await self.pay_with(payment, how)
        if how == CHALLENGED:
            await self.press(intent["next_action"]["use_stripe_sdk"]["stripe_js"], "complete")

    async def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> dict[str, Any]:
        """As the merchant's back office would: with the secret key."""
        headers = {"Authorization": "Bearer sk_test_sandbox"}
        async with self.browser.request(method, f"{self.url}/stripe{path}", data=form, headers=headers) as answer:
            body: dict[str, Any] = await answer.json()
            return body

    async def intent(self, payment: Payment) -> dict[str, Any]:
        return await self.ask("GET", f"/v1/payment_intents/{payment.source['stripe_id']}")

    async def press(self, page: str, button: str) -> None:
        async with self.browser.post(f"{page}/{button}", headers={"Accept": "application/json"}) as answer:
            assert answer.status == 200

    async def answer(self, action: NextAction | None, *, yes: bool) -> None:
        assert action is not None
        assert action.url
        await self.press(action.url, "complete" if yes else "fail")

    async def kept(self) -> list[str]:
        return [method["id"] for method in (await self.ask("GET", "/v1/payment_methods"))["data"]]


async def kept_card(rig: StripeRig, how: str = GOOD) -> tuple[Payment, Kept]:
    payment = await authorized(rig, a_purchase(shopper=a_shopper()), how)
    return payment, await rig.gateway.keep(payment.purchase, payment.source, key=new_key())


async def reused(rig: StripeRig, kept: Kept, former: Payment, **source: Any) -> Payment:
    purchase = replace(a_purchase(777), shopper=former.purchase.shopper)
    start = {**rig.gateway.reuse(kept), **source}
    return Payment(purchase, {**start, **await rig.gateway.prepare(purchase, start, key=new_key())})
