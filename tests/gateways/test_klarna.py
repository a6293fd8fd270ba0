"""Klarna against the sandbox: the contract, and what only Klarna has."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from tests.gateways.contract import KeepsASource, KeepsToTheLimits, MovesMoney, SurvivesTrouble
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
        outcome = "rejected" if how == DECLINED else "accepted"
        said = await self.steer(
            "POST", "/authorize", {"client_token": payment.source["client_token"], "outcome": outcome, **more}
        )
        payment.source["auth_token"] = said["authorization_token"]

    async def answer(self, action: NextAction | None, *, yes: bool) -> None:
        raise AssertionError("Klarna asks its customers in its own window.")

    async def kept(self) -> list[str]:
        """The tokens that can still be charged."""
        found = await self.steer("GET", "/klarna/tokens")
        return [token["token_id"] for token in found["tokens"] if token["status"] == "ACTIVE"]


@pytest.fixture
async def rig(sandbox: str, http: aiohttp.ClientSession, browser: aiohttp.ClientSession) -> AsyncIterator[KlarnaRig]:
    rig = KlarnaRig(sandbox, http, browser)
    yield rig
    await rig.gateway.close()


class TestContract(MovesMoney, KeepsToTheLimits, SurvivesTrouble, KeepsASource):
    pass
