"""A whole store for a test: API, worker, sandbox and database, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from starlette.applications import Starlette
from tests.servers import serve

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


@dataclass
class Store:
    """Everything a story needs.

    url      the API's plain address, without "/api"
    made     what `sample_store.fill` returned
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

    async def confirm_in_browser(self, source: Answer, card: str = CARD["number"]) -> dict[str, Any]:
        """What Stripe.js does with a card form: confirm the intent with the publishable key."""
        form = {f"payment_method_data[card][{n}]": v for n, v in {**CARD, "number": card}.items()}
        form |= {
            "key": source["publishable_key"],
            "client_secret": source["client_secret"],
            "payment_method_data[type]": "card",
        }
        url = f"{self.sandbox}/stripe/v1/payment_intents/{source['stripe_id']}/confirm"
        async with self.http.post(url, data=form) as answer:
            body: dict[str, Any] = await answer.json()
            return body

    async def authorize_in_browser(self, source: Answer) -> str:
        """What Klarna.js does when the customer agrees: returns the authorization token."""
        url = f"{self.sandbox}/_sandbox/authorize"
        async with self.http.post(url, json={"client_token": source["client_token"]}) as answer:
            body = await answer.json()
            assert body["approved"], body
            return str(body["authorization_token"])

    async def ledger(self) -> list[dict[str, Any]]:
        """What the sandbox's PSPs did with money."""
        async with self.http.get(f"{self.sandbox}/_sandbox/ledger") as answer:
            entries: list[dict[str, Any]] = (await answer.json())["entries"]
            return entries


@asynccontextmanager
async def open_store(dsn: str, **settings: Any) -> AsyncIterator[Store]:
    """A store on an empty, migrated database."""
    async with serve(create_sandbox()) as sandbox, aiohttp.ClientSession() as http:
        chosen = Settings(
            database_url=Secret(dsn),
            secret_key=Secret("a secret for tests only"),
            token_rate=Rate(100_000, 60),
            stripe_url=f"{sandbox}/stripe",
            klarna_url=f"{sandbox}/klarna",
            **{"public_scheme": "http", **settings},
        )
        app = create_app(chosen)
        db = await Database.connect(dsn, size=2)
        organization = await identity.create_organization(db, registry(), name="Acme", slug="acme")
        applications = [
            await identity.create_application(db, registry(), organization_slug="acme", kind=kind, name=kind)
            for kind in ("sales_channel", "integration")
        ]
        await db.close()
        async with serve(app) as url:
            yield await _filled(app, http, url, sandbox, organization, *applications)


async def _filled(
    app: Starlette,
    http: aiohttp.ClientSession,
    url: str,
    sandbox: str,
    organization: dict[str, Any],
    sales_channel: dict[str, Any],
    integration: dict[str, Any],
) -> Store:
    back_office = await Client.sign_in(
        http,
        f"{url}/api",
        grant_type="client_credentials",
        client_id=integration["client_id"],
        client_secret=integration["client_secret"],
    )
    made = await sample_store.fill(back_office)
    return Store(http, url, sandbox, app.state.tools, organization, sales_channel, integration, made, back_office)
