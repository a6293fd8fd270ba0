"""Klarna in the sandbox: one merchant, and the customers in Klarna's window."""

from __future__ import annotations

from typing import Any

import aiohttp
from tests.gateways.rigs import DECLINED, GOOD, Payment, Sandbox

from billfold.gateways.klarna.gateway import KlarnaGateway
from billfold.gateways.protocol import Details, NextAction, Shopper

ACCOUNT = {"country_code": "EU", "api_key": "PK_sandbox", "api_secret": "secret"}


class KlarnaRig(Sandbox):
    psp = "klarna"

    def __init__(self, url: str, http: aiohttp.ClientSession, browser: aiohttp.ClientSession) -> None:
        super().__init__(url, http, browser)
        self.gateway = self.account()

    def account(self, **settings: Any) -> KlarnaGateway:
        return KlarnaGateway({**ACCOUNT, **settings}, self.http, f"{self.url}/klarna")

    def gateway_at(self, url: str) -> KlarnaGateway:
        return KlarnaGateway(ACCOUNT, self.http, url)

    def gateway_with_wrong_credentials(self) -> KlarnaGateway:
        return self.account(api_key="wrong")

    def options(self, shopper: Shopper | None) -> Details:
        return {}

    async def customer_pays(self, payment: Payment, how: str = GOOD, **more: Any) -> None:
        """more  what else the page tells Klarna.js, or the sandbox's customer does"""
        outcome = "rejected" if how == DECLINED else "accepted"
        body = {"client_token": payment.source["client_token"], "outcome": outcome, **more}
        said = await self.steer("POST", "/authorize", body)
        payment.source["auth_token"] = said["authorization_token"]

    async def answer(self, action: NextAction | None, *, yes: bool) -> None:
        raise AssertionError("Klarna asks its customers in its own window.")

    async def kept(self) -> list[str]:
        """The tokens that can still be charged."""
        found = await self.steer("GET", "/klarna/tokens")
        return [token["token_id"] for token in found["tokens"] if token["status"] == "ACTIVE"]

    async def ask(self, path: str) -> dict[str, Any]:
        """Read as the merchant's back office would."""
        auth = {"Authorization": "Basic UEtfc2FuZGJveDpzZWNyZXQ="}
        async with self.browser.get(f"{self.url}/klarna{path}", headers=auth) as answer:
            assert answer.status == 200
            body: dict[str, Any] = await answer.json()
            return body
