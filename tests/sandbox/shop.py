"""What a shop and its customer do with a sandbox: the official SDK on the server's side, raw forms on the browser's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import stripe
from starlette.types import ASGIApp
from tests.servers import serve

Form = dict[str, str]


class Shop:
    """One sandbox with somebody at work in it. `stripe` is the SDK's client, `url` the sandbox's root."""

    def __init__(self, url: str, http: aiohttp.ClientSession, client: stripe.StripeClient) -> None:
        self.url = url
        self.http = http
        self.client = client
        self.stripe = client.v1

    async def browser(self, method: str, path: str, form: Form | None = None) -> tuple[int, dict[str, Any]]:
        """As Stripe.js would: a publishable key in the form or query, and the Origin of the shop's pages."""
        values = {"key": "pk_test_sandbox", **(form or {})}
        query, body = (values, None) if method == "GET" else (None, values)
        headers = {"Origin": "https://shop.example"}
        url = f"{self.url}/stripe{path}"
        async with self.http.request(method, url, params=query, data=body, headers=headers) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            return answer.status, await answer.json()

    async def raw(
        self, method: str, path: str, body: str = "", key: str = "sk_test_sandbox", **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """A request as it is, with a secret key."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        if key:
            headers["Authorization"] = f"Bearer {key}"
        url = f"{self.url}/stripe{path}"
        async with self.http.request(method, url, data=body.encode() if body else None, headers=headers) as answer:
            return answer.status, await answer.json()

    async def pay_in_browser(
        self, intent: stripe.PaymentIntent, number: str, **form: str
    ) -> tuple[int, dict[str, Any]]:
        """Confirm as the payment form does, with what the customer typed."""
        assert intent.client_secret is not None
        card = {
            "client_secret": intent.client_secret,
            "payment_method_data[type]": "card",
            "payment_method_data[card][number]": number,
            "payment_method_data[card][exp_month]": "12",
            "payment_method_data[card][exp_year]": "2040",
            "payment_method_data[card][cvc]": "1234" if number.startswith("37") else "123",
        }
        return await self.browser("POST", f"/v1/payment_intents/{intent.id}/confirm", {**card, **form})

    async def answer_challenge(self, url: str, answer: str) -> str:
        """Press *Complete* (`complete`) or *Fail* (`fail`); the status the payment has then."""
        async with self.http.post(f"{url}/{answer}", headers={"Accept": "application/json"}) as response:
            assert response.status == 200
            return str((await response.json())["status"])

    async def steer(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        async with self.http.request(method, f"{self.url}/_sandbox{path}", json=body) as answer:
            return answer.status, await answer.json() if answer.status != 204 else None

    async def ledger(self, reference: str) -> dict[str, int]:
        """What really happened to one payment, in minor units per kind."""
        _, report = await self.steer("GET", f"/ledger?reference={reference}")
        totals = report["references"].get(reference, {})
        return {kind: totals[kind] for kind in ("authorization", "capture", "void", "refund") if totals.get(kind)}


@asynccontextmanager
async def open_shop(app: ASGIApp) -> AsyncIterator[Shop]:
    async with serve(app) as url, aiohttp.ClientSession() as http:
        calls = stripe.AIOHTTPClient()
        client = stripe.StripeClient(
            "sk_test_sandbox", base_addresses={"api": f"{url}/stripe"}, http_client=calls, max_network_retries=0
        )
        try:
            yield Shop(url, http, client)
        finally:
            await calls.close_async()  # type: ignore[no-untyped-call]  # the SDK left it without annotations
