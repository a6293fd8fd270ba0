"""A small server for tests: tokens as the real one gives them out, and one path that says who is calling."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import aiohttp
import msgspec
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.servers import serve

from billfold.db import identity
from billfold.db.database import Database
from billfold.db.vault import Vault
from billfold.db.work import Changes
from billfold.resources import registry
from billfold.settings import Rate, Secret, Settings
from billfold.usecases.customers import passwords
from billfold.web import oauth
from billfold.web.api import InvalidToken
from billfold.web.auth import Authenticator
from billfold.web.entrance import Entrance
from billfold.web.hosts import Hosts
from billfold.web.keys import SigningKeys

DOMAIN = "billfold.localhost"
SECRET = Secret("a secret of tests only")
PASSWORD = "correct horse battery staple"

Body = dict[str, Any]


@cache
def signing_key() -> tuple[str, str]:
    """Made once for all tests: looking for primes takes longer than most of them."""
    key = RSAKey.generate_key(2048, auto_kid=True)
    return key.thumbprint(), key.as_pem(private=True).decode()


@cache
def password_digest() -> str:
    return asyncio.run(passwords.hashed(PASSWORD))


class Clock:
    """The real time, and as much later as a test says."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def forward(self, seconds: float) -> None:
        self.ahead += seconds

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    def seconds(self) -> float:
        return time.time() + self.ahead


def settings(dsn: str, **changed: Any) -> Settings:
    return replace(Settings(database_url=Secret(dsn), secret_key=SECRET, token_rate=Rate(10_000, 60)), **changed)


@dataclass
class House:
    """One running worker."""

    url: str
    db: Database
    clock: Clock
    authenticator: Authenticator
    keys: SigningKeys
    http: aiohttp.ClientSession

    async def post(self, path: str, body: Any, *, host: str = f"auth.{DOMAIN}", **options: Any) -> tuple[int, Body]:
        async with self.http.post(f"{self.url}{path}", json=body, headers={"Host": host}, **options) as answer:
            return answer.status, await answer.json()

    async def token(self, *, host: str = f"auth.{DOMAIN}", **params: Any) -> Body:
        """What the token endpoint answers to a request that must succeed."""
        status, body = await self.post("/oauth/token", params, host=host)
        assert status == 200, body
        return body

    async def refused(self, *, host: str = f"auth.{DOMAIN}", **params: Any) -> Body:
        """The one error the token endpoint answers with."""
        status, body = await self.post("/oauth/token", params, host=host)
        (error,) = body["errors"]
        assert isinstance(error, dict) and error["status"] == status
        return error

    async def revoke(self, **params: Any) -> tuple[int, Body]:
        return await self.post("/oauth/revoke", params)

    async def whoami(self, token: str | None, *, host: str = f"acme.{DOMAIN}") -> tuple[int, Body]:
        headers = {"Host": host} | ({"Authorization": f"Bearer {token}"} if token is not None else {})
        async with self.http.get(f"{self.url}/api/whoami", headers=headers) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def house(configured: Settings, clock: Clock) -> AsyncIterator[House]:
    """A worker of its own: pool, memory of tokens and all. Several may share a database."""
    db = await Database.connect(configured.database_url)
    hosts = Hosts(configured.domain)
    await identity.signing_keys(db, Vault(configured.secret_key), signing_key)
    keys = await SigningKeys.load(db, Vault(configured.secret_key))
    authenticator = Authenticator(db, keys, hosts, issuer=configured.issuer, clock=clock.seconds)

    async def whoami(request: Request) -> Response:
        caller = await authenticator.caller(request.headers.get("authorization"), request.headers["host"])
        body = msgspec.to_builtins(caller) | {"received": len(await request.body())}
        return JSONResponse(body)

    async def invalid_token(_: Request, __: Exception) -> Response:
        return JSONResponse({"errors": "INVALID_TOKEN"}, 401)

    app = Starlette(
        routes=[
            Route("/api/{type}", whoami, methods=["GET", "POST"]),
            *oauth.routes(configured, db, keys, authenticator, clock),
        ],
        exception_handlers={InvalidToken: invalid_token},
        middleware=[Middleware(Entrance, settings=configured, hosts=hosts)],
    )
    async with serve(app) as url, aiohttp.ClientSession() as http:
        yield House(url, db, clock, authenticator, keys, http)
    await db.close()


@dataclass
class Shop:
    """An organization as the tests need it."""

    id: str
    slug: str
    market_id: str
    second_market_id: str
    customer_id: str
    email: str
    sales_channel: Body
    integration: Body

    @property
    def guest(self) -> Body:
        return {
            "grant_type": "client_credentials",
            "client_id": self.sales_channel["client_id"],
            "scope": "market:code:europe",
        }

    @property
    def back_office(self) -> Body:
        return {
            "grant_type": "client_credentials",
            "client_id": self.integration["client_id"],
            "client_secret": self.integration["client_secret"],
        }

    @property
    def customer(self) -> Body:
        return self.guest | {"grant_type": "password", "username": self.email, "password": PASSWORD}


async def open_shop(db: Database, slug: str) -> Shop:
    declared = registry()
    organization = await identity.create_organization(db, declared, name=slug.title(), slug=slug)
    applications = [
        await identity.create_application(db, declared, organization_slug=slug, kind=kind, name=kind)
        for kind in ("sales_channel", "integration")
    ]
    email = f"maria@{slug}.example.com"
    changes = Changes(db, declared, organization["id"], datetime.now(UTC))
    market = changes.insert("markets", {"name": "Europe", "code": "europe", "number": 101})
    second = changes.insert(
        "markets",
        {"name": "America", "code": "america", "number": 102, "external_prices_url": "https://prices.example.com"},
    )
    changes.insert("markets", {"name": "Closed", "code": "closed", "number": 103, "disabled_at": changes.now})
    customer = changes.insert(
        "customers", {"email": email, "password_digest": await asyncio.to_thread(password_digest)}
    )
    await changes.commit()
    return Shop(organization["id"], slug, market.id, second.id, customer.id, email, *applications)
