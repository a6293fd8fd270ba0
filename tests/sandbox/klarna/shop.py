"""A shop that talks to the sandbox's Klarna, and the customer's browser beside it."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from starlette.types import ASGIApp
from tests.servers import serve

Json = dict[str, Any]

LINE: Json = {
    "name": "Shirt",
    "reference": "SHIRT-M",
    "quantity": 2,
    "unit_price": 5000,
    "total_amount": 10000,
    "tax_rate": 2500,
    "total_tax_amount": 2000,
}
PURCHASE: Json = {
    "purchase_country": "DE",
    "purchase_currency": "EUR",
    "locale": "de-DE",
    "order_amount": 10000,
    "order_tax_amount": 2000,
    "order_lines": [LINE],
}
TOKEN_ORDER: Json = {name: PURCHASE[name] for name in PURCHASE if name not in ("purchase_country", "locale")}
TOKEN_REQUEST: Json = {
    "purchase_country": "DE",
    "purchase_currency": "EUR",
    "locale": "de-DE",
    "description": "Pay faster next time",
    "intended_use": "SUBSCRIPTION",
}
ADDRESS: Json = {
    "given_name": "Mock",
    "family_name": "Mock",
    "email": "customer@email.de",
    "street_address": "Neue Schönhauser Str. 2",
    "postal_code": "10178",
    "city": "Berlin",
    "country": "DE",
}


def costing(amount: int, **more: Any) -> Json:
    """The purchase, at another price and free of tax."""
    line = {"name": "Thing", "quantity": 1, "unit_price": amount, "total_amount": amount}
    return {**PURCHASE, "order_amount": amount, "order_tax_amount": 0, "order_lines": [line], **more}


@dataclass(frozen=True, slots=True)
class Said:
    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def refusal(self) -> tuple[int, str, list[str]]:
        """Status, code and messages."""
        return self.status, self.body["error_code"], self.body["error_messages"]


class Shop:
    def __init__(self, base: str, http: aiohttp.ClientSession) -> None:
        self.base = base
        self._http = http

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        user: str | None = "PK00001_shop",
        headers: Mapping[str, str] | None = None,
    ) -> Said:
        """One request with Basic credentials; none at all for the user None. `path` is below `/klarna`, unless it
        is the sandbox's own."""
        sent = dict(headers or {})
        if user is not None and not path.startswith("/_sandbox"):
            sent["Authorization"] = "Basic " + base64.b64encode(f"{user}:secret".encode()).decode()
        if key is not None:
            sent["Klarna-Idempotency-Key"] = key
        if body is not None:
            sent["Content-Type"] = "application/json"
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        url = self.base + (path if path.startswith("/_sandbox") else f"/klarna{path}")
        async with self._http.request(method, url, data=data, headers=sent, allow_redirects=False) as answer:
            read = await answer.json() if answer.content_type == "application/json" else None
            return Said(answer.status, read, answer.headers)

    async def done(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """The body of an answer that must be a success."""
        said = await self.ask(method, path, body, key=key)
        assert said.status < 300, (method, path, said.status, said.body)
        return said.body

    async def session(self, **more: Any) -> Json:
        made: Json = await self.done("POST", "/payments/v1/sessions", {**PURCHASE, **more})
        return made

    async def authorize(self, client_token: str, **more: Any) -> Json:
        """The customer in Klarna's window."""
        said: Json = await self.done("POST", "/_sandbox/authorize", {"client_token": client_token, **more})
        return said

    async def authorization(self, intent: str = "buy", *, how: Json | None = None, **more: Any) -> str:
        """A fresh authorization token; `how` is what the customer does."""
        session = await self.session(intent=intent, **more)
        token: str = (await self.authorize(session["client_token"], **(how or {})))["authorization_token"]
        return token

    async def order(self, *, how: Json | None = None, purchase: Json | None = None) -> str:
        """The id of a fresh order."""
        token = await self.authorization(how=how, **(purchase or {}))
        order = await self.done("POST", f"/payments/v1/authorizations/{token}/order", {**PURCHASE, **(purchase or {})})
        id: str = order["order_id"]
        return id

    async def customer_token(self, **how: Any) -> str:
        """A fresh customer token, from a tokenizing session."""
        token = await self.authorization("tokenize", how=how)
        made = await self.done("POST", f"/payments/v1/authorizations/{token}/customer-token", TOKEN_REQUEST)
        id: str = made["token_id"]
        return id

    async def read(self, order_id: str) -> Json:
        order: Json = await self.done("GET", f"/ordermanagement/v1/orders/{order_id}")
        return order

    async def manage(
        self, order_id: str, path: str, body: Any = None, *, method: str = "POST", key: str | None = None
    ) -> Said:
        return await self.ask(method, f"/ordermanagement/v1/orders/{order_id}/{path}", body, key=key)

    async def capture(self, order_id: str, amount: int, *, key: str | None = None) -> Said:
        return await self.manage(order_id, "captures", {"captured_amount": amount}, key=key)

    async def refund(self, order_id: str, amount: int, *, key: str | None = None) -> Said:
        return await self.manage(order_id, "refunds", {"refunded_amount": amount}, key=key)

    async def money(self, order_id: str) -> tuple[int, int, int, int]:
        """Authorized, captured, voided and refunded, as the ledger has it."""
        report = await self.done("GET", f"/_sandbox/ledger?reference={order_id}")
        totals = report["references"][order_id]
        return totals["authorization"], totals["capture"], totals["void"], totals["refund"]

    async def wait(self, **time: float) -> None:
        """Let time pass on the sandbox's clock."""
        units = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
        await self.done("POST", "/_sandbox/clock", {"advance": sum(units[name] * n for name, n in time.items())})


@asynccontextmanager
async def open_shop(app: ASGIApp) -> AsyncIterator[Shop]:
    async with serve(app) as base, aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http:
        yield Shop(base, http)
