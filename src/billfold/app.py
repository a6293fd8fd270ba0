"""The composition root: settings → pool, gateways, use-cases, routes → one ASGI application. It knows everybody."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from billfold import logs
from billfold.db.database import Database
from billfold.db.outages import NoAnswer
from billfold.db.select import Reader
from billfold.db.vault import Vault
from billfold.domain import money
from billfold.domain.caller import Caller
from billfold.gateways import GATEWAYS
from billfold.jsonapi.render import MoneyFormat, Renderer
from billfold.resources import registry
from billfold.settings import Settings
from billfold.usecases.payments.accounts import Accounts
from billfold.usecases.services.callouts import Callouts
from billfold.usecases.work import Tools
from billfold.web import notifications, oauth
from billfold.web.api import Api
from billfold.web.auth import Authenticator
from billfold.web.entrance import Entrance
from billfold.web.hosts import Hosts
from billfold.web.keys import SigningKeys

Clock = Callable[[], datetime]

HEALTH_SECONDS = 3


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Engine:
    """What the API and the worker have in common."""

    tools: Tools
    vault: Vault
    renderer: Renderer


@asynccontextmanager
async def engine(settings: Settings, clock: Clock = now) -> AsyncIterator[Engine]:
    """Open the pool and the means to call PSPs, and close them at the end."""
    declared = registry()
    vault = Vault(settings.secret_key)
    db = await Database.connect(settings.database_url, size=settings.pool_size)
    # A PSP may take its time; what it must not do is keep a request for ever.
    timeout = aiohttp.ClientTimeout(total=20, sock_connect=5)
    async with (
        aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=200)) as http,
        # Of their own, so that a service of the merchant's that hangs takes no connection from PSPs.
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as services,
    ):
        urls = {name: url for name, url in (("stripe", settings.stripe_url), ("klarna", settings.klarna_url)) if url}
        accounts = Accounts(GATEWAYS, vault, http, urls)
        renderer = Renderer(MoneyFormat(money.formatted, money.as_float))
        try:
            yield Engine(
                Tools(
                    db=db,
                    registry=declared,
                    reader=Reader(db, declared),
                    accounts=accounts,
                    callouts=Callouts(services, renderer, settings.api_url, settings.external_timeout),
                    clock=clock,
                    unsaved_hours=settings.unsaved_instrument_hours,
                    draft_days=settings.draft_days,
                    anonymization_hours=settings.anonymization_hours,
                    notify_url=settings.callback_url,
                ),
                vault,
                renderer,
            )
        finally:
            await accounts.close()
            await db.close()


def create_app(settings: Settings, clock: Clock = now) -> Starlette:
    """The API of every organization in one database."""
    hosts = Hosts(settings.domain)
    api = _Later()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with engine(settings, clock) as e:
            keys = await SigningKeys.load(e.tools.db, e.vault)
            guard = Authenticator(e.tools.db, keys, hosts, issuer=settings.issuer, clock=lambda: clock().timestamp())
            api.app = Api(e.tools.registry, e.tools, guard, e.renderer, _base_url(settings, hosts))
            app.state.tools = e.tools
            app.router.routes += [
                *oauth.routes(settings, e.tools.db, keys, guard, clock),
                *notifications.routes(e.tools),
            ]
            async with guard.watching():
                yield

    app = _Application(
        lambda app: Entrance(app, settings=settings, hosts=hosts, api=api),
        routes=[Mount("/api", api), Route("/health", _health)],
        lifespan=lifespan,
    )
    # It would send clients to where it believes to be itself, which behind a proxy is wrong.
    app.router.redirect_slashes = False
    return app


def from_environment() -> Starlette:
    """For `uvicorn billfold.app:from_environment --factory`."""
    settings = Settings.from_environment()
    logs.configure(settings.log_format)
    app = create_app(settings)
    _tell_garbage_from_furniture()
    return app


def _tell_garbage_from_furniture() -> None:
    """Keep the collector from looking at everything again and again: what stands there by now stays for good, and what
    a request leaves behind goes by reference counts."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class _Later:
    """An ASGI application that is there once the server has started."""

    app: ASGIApp

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        return self.app(scope, receive, send)


class _Application(Starlette):
    """Starlette behind our entrance, so that calls of the API, which nearly all are, never come into it; and without
    layers of its own, so that whatever goes wrong is told at the entrance."""

    def __init__(self, entrance: Callable[[ASGIApp], ASGIApp], **options: Any) -> None:
        super().__init__(**options)
        self.entrance = entrance

    def build_middleware_stack(self) -> ASGIApp:
        return self.entrance(self.router)


def _base_url(settings: Settings, hosts: Hosts) -> Callable[[str, str, Caller], str]:
    """Links lead where the client came from: to this machine itself, or to the organization's public host."""

    def base(scheme: str, host: str, caller: Caller) -> str:
        if hosts.place(host).kind == "local":
            return f"{scheme}://{host}/api"
        return settings.api_url(caller.organization_slug)

    return base


async def _health(request: Request) -> Response:
    # A database that does not answer would be waited for longer than whoever asks waits for us.
    try:
        async with asyncio.timeout(HEALTH_SECONDS):
            await request.app.state.tools.db.fetchval("SELECT 1")
    except TimeoutError as trouble:
        raise NoAnswer(f"no answer within {HEALTH_SECONDS} s") from trouble
    return JSONResponse({"status": "ok"})
