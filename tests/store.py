"""A whole store for a test: API, worker, sandbox and database, over real HTTP."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from tests.servers import address, reserve, serve

from billfold import sample_store
from billfold.app import create_app
from billfold.client import Answer, Client
from billfold.db import identity
from billfold.db.database import Database
from billfold.jobs.worker import Worker
from billfold.resources import registry
from billfold.sandbox.app import create_app as create_sandbox
from billfold.settings import Rate, Secret, Settings
from billfold.usecases.work import Tools

CARD = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2034", "cvc": "123"}


class Clock:
    """The time of day, which a test may let pass quicker. Access tokens of before may have expired by then."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def advance(self, **much: float) -> None:
        """much  as for a timedelta: hours=25"""
        self._ahead += timedelta(**much)


@dataclass
class Store:
    """Everything a story needs.

    url      the API's plain address, without "/api"
    made     what `sample_store.fill` returned
    clock    that of the API and the worker; the sandbox has its own
    """

    http: aiohttp.ClientSession
    url: str
    sandbox: str
    tools: Tools
    organization: dict[str, Any]
    sales_channel: dict[str, Any]
    integration: dict[str, Any]
    made: dict[str, Any]
    back_office: Client
    clock: Clock = field(default_factory=Clock)

    @property
    def api(self) -> str:
        return f"{self.url}/api"

    @property
    def scope(self) -> str:
        return f"market:id:{self.made['market']['id']}"

    async def guest(self) -> Client:
        return await Client.sign_in(
            self.http,
            self.api,
            grant_type="client_credentials",
            client_id=self.sales_channel["client_id"],
            scope=self.scope,
        )

    async def office(self) -> Client:
        """A back office that signs in now, for when the token of `back_office` has expired."""
        return await Client.sign_in(
            self.http,
            self.api,
            grant_type="client_credentials",
            client_id=self.integration["client_id"],
            client_secret=self.integration["client_secret"],
        )

    async def customer(self, which: str = "customer") -> Client:
        return await Client.sign_in(
            self.http,
            self.api,
            grant_type="password",
            client_id=self.sales_channel["client_id"],
            scope=self.scope,
            username=self.made[which]["email"],
            password=self.made[which]["password"],
        )

    def worker(self) -> Worker:
        return Worker(self.tools)

    async def order(self, client: Client, method: str = "stripe_payments", *, quantity: int = 1) -> Answer:
        """An order with one article and a payment method, ready for a payment source."""
        order = await client.create("orders", {})
        item = {"sku_code": self.made["skus"][0], "quantity": quantity}
        await client.create("line_items", item, order=("orders", order.id))
        return await client.update("orders", order.id, payment_method=self.method(method))

    def method(self, source_type: str) -> tuple[str, str]:
        return ("payment_methods", self.made["payment_methods"][source_type])

    async def confirm_in_browser(self, source: Answer, card: str = CARD["number"], **more: str) -> dict[str, Any]:
        """What Stripe.js does with a card form: confirm the intent with the publishable key.

        more  other values of the form: exp_year="2035"
        """
        form = {f"payment_method_data[card][{n}]": v for n, v in {**CARD, "number": card, **more}.items()}
        form |= {
            "key": source["publishable_key"],
            "client_secret": source["client_secret"],
            "payment_method_data[type]": "card",
        }
        url = f"{self.sandbox}/stripe/v1/payment_intents/{source['stripe_id']}/confirm"
        async with self.http.post(url, data=form) as answer:
            body: dict[str, Any] = await answer.json()
            return body

    async def authorize_in_browser(self, source: Answer, **choices: str) -> str:
        """What Klarna.js does when the customer agrees: returns the authorization token.

        choices  instrument="direct_debit", outcome="pending"
        """
        url = f"{self.sandbox}/_sandbox/authorize"
        async with self.http.post(url, json={"client_token": source["client_token"], **choices}) as answer:
            body = await answer.json()
            assert body["approved"], body
            return str(body["authorization_token"])

    async def answer_challenge(self, stripe_id: str, *, passed: bool = True) -> str:
        """What the customer does on their bank's page; returns the intent's status then."""
        url = f"{self.sandbox}/_sandbox/challenge/{stripe_id}/{'complete' if passed else 'fail'}"
        async with self.http.post(url, headers={"Accept": "application/json"}) as answer:
            return str((await answer.json())["status"])

    async def at_stripe(self, path: str) -> dict[str, Any]:
        """An object as Stripe has it, as in "payment_methods/pm_…"."""
        headers = {"Authorization": "Bearer sk_test_sandbox"}
        async with self.http.get(f"{self.sandbox}/stripe/v1/{path}", headers=headers) as answer:
            body: dict[str, Any] = await answer.json()
            assert answer.status == 200, body
            return body

    async def ask_stripe(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        """What somebody else of the merchant's does at Stripe, as in their dashboard."""
        headers = {"Authorization": "Bearer sk_test_sandbox"}
        async with self.http.post(f"{self.sandbox}/stripe/v1/{path}", headers=headers, data=form) as answer:
            body: dict[str, Any] = await answer.json()
            assert answer.status == 200, body
            return body

    async def at_klarna(self, path: str) -> dict[str, Any]:
        """An object as Klarna has it, as in "customer-token/v1/tokens/…"."""
        headers = {"Authorization": "Basic " + b64encode(b"K_sandbox:sandbox").decode()}
        async with self.http.get(f"{self.sandbox}/klarna/{path}", headers=headers) as answer:
            body: dict[str, Any] = await answer.json()
            assert answer.status == 200, body
            return body

    async def ask_klarna(self, path: str, body: dict[str, Any] | None = None) -> None:
        """What somebody else of the merchant's does at Klarna, as in their portal."""
        headers = {"Authorization": "Basic " + b64encode(b"K_sandbox:sandbox").decode()}
        async with self.http.post(f"{self.sandbox}/klarna/{path}", headers=headers, json=body) as answer:
            assert answer.status in (201, 204), await answer.text()

    async def fault(self, do: str, **where: Any) -> None:
        """Have the sandbox fail: see `billfold.sandbox.faults.Fault`."""
        async with self.http.post(f"{self.sandbox}/_sandbox/faults", json={"do": do, **where}) as answer:
            assert answer.status == 201, await answer.text()

    async def struck(self) -> None:
        """The fault that was asked for last is at work."""
        async with asyncio.timeout(20):
            while True:
                async with self.http.get(f"{self.sandbox}/_sandbox/faults") as answer:
                    if (await answer.json())["faults"][-1]["struck"]:
                        return

    async def clear_faults(self) -> None:
        async with self.http.delete(f"{self.sandbox}/_sandbox/faults") as answer:
            assert answer.status == 204

    async def ledger(self) -> list[dict[str, Any]]:
        """What the sandbox's PSPs did with money."""
        async with self.http.get(f"{self.sandbox}/_sandbox/ledger") as answer:
            entries: list[dict[str, Any]] = (await answer.json())["entries"]
            return entries


@dataclass(frozen=True)
class Contents:
    """What filling a store left to know: see `Store`."""

    organization: dict[str, Any]
    sales_channel: dict[str, Any]
    integration: dict[str, Any]
    made: dict[str, Any]


@asynccontextmanager
async def open_store(
    dsn: str, contents: Contents | None = None, *, reports: bool = False, **settings: Any
) -> AsyncIterator[Store]:
    """A store on a migrated database.

    contents  what is in it already; else it must be empty and is filled
    reports   whether what the sandbox's PSPs report by themselves reaches the store; else nothing does
    """
    listening = reserve()
    if reports:
        settings = {"notify_url": address(listening), **settings}
    clock = Clock()
    async with serve(create_sandbox()) as sandbox, aiohttp.ClientSession() as http:
        chosen = Settings(
            database_url=Secret(dsn),
            secret_key=Secret("a secret for tests only"),
            token_rate=Rate(100_000, 60),
            stripe_url=f"{sandbox}/stripe",
            klarna_url=f"{sandbox}/klarna",
            **{"public_scheme": "http", **settings},
        )
        app = create_app(chosen, clock)
        found = contents or await _founded(dsn)
        async with serve(app, listening) as url:
            integration = found.integration
            back_office = await Client.sign_in(
                http,
                f"{url}/api",
                grant_type="client_credentials",
                client_id=integration["client_id"],
                client_secret=integration["client_secret"],
            )
            made = found.made or await sample_store.fill(back_office)
            yield Store(
                http, url, sandbox, app.state.tools, found.organization, found.sales_channel, integration, made,
                back_office, clock,
            )  # fmt: skip


async def fill(dsn: str) -> Contents:
    """Fill a store for others to copy."""
    async with open_store(dsn) as store:
        return Contents(store.organization, store.sales_channel, store.integration, store.made)


async def _founded(dsn: str) -> Contents:
    """An organization with its credentials, and nothing in it yet."""
    db = await Database.connect(dsn, size=2)
    organization = await identity.create_organization(db, registry(), name="Acme", slug="acme")
    sales_channel, integration = [
        await identity.create_application(db, registry(), organization_slug="acme", kind=kind, name=kind)
        for kind in ("sales_channel", "integration")
    ]
    await db.close()
    return Contents(organization, sales_channel, integration, {})
