"""The merchant's own services, as a real HTTP server that judges every signature before it answers."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from tests.store import Store

from billfold.domain.caller import Caller
from billfold.usecases.work import Work

YES: Mapping[str, Any] = {"success": True, "data": {}}


def no(code: str = "BLOCKED", message: str = "We do not sell to you", **data: Any) -> Mapping[str, Any]:
    return {"success": False, "error": {"code": code, "message": message}, "data": data}


@dataclass
class Merchant:
    """What the services answer from now on, and what they were asked.

    answer    the body: an object for JSON, bytes as they are
    hold      do not answer before this is set
    came      set once something was asked
    asked     every document that came with a good signature
    forged    how many came with a bad one or none; they are answered with 401
    """

    url: str = ""
    secret: str = ""
    answer: Mapping[str, Any] | bytes = field(default_factory=lambda: YES)
    status: int = 200
    hold: asyncio.Event | None = None
    came: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[dict[str, Any]] = field(default_factory=list)
    forged: int = 0

    async def serve(self, request: web.Request) -> web.Response:
        body = await request.read()
        wanted = b64encode(hmac.new(self.secret.encode(), body, hashlib.sha256).digest()).decode()
        if not hmac.compare_digest(request.headers.get("X-CommerceLayer-Signature", ""), wanted):
            self.forged += 1
            return web.json_response({"success": False, "error": {"message": "Unauthorized"}}, status=401)
        self.asked.append(json.loads(body))
        self.came.set()
        if self.hold is not None:
            await self.hold.wait()
        told = self.answer if isinstance(self.answer, bytes) else json.dumps(self.answer).encode()
        return web.Response(body=told, status=self.status, content_type="application/json")

    def included(self, type: str) -> list[dict[str, Any]]:
        """The records of a type that came along with the last document."""
        return [r for r in self.asked[-1].get("included", []) if r["type"] == type]


@asynccontextmanager
async def merchant() -> AsyncIterator[Merchant]:
    services = Merchant()
    app = web.Application()
    app.router.add_post("/{anything:.*}", services.serve)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        services.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield services
    finally:
        if services.hold is not None:
            services.hold.set()
        await runner.cleanup()


async def secret_of(store: Store, called: str, id: str) -> str:
    """The secret that a market or a shipping method shares with the merchant, which the API shows to nobody."""
    caller = Caller(store.organization["id"], store.organization["slug"], "", "integration")
    record = await Work(store.tools, caller).read(called, id)
    assert record is not None
    return store.tools.accounts.secret(record, "shared_secret")


async def asks(store: Store, services: Merchant, **attributes: Any) -> None:
    """Have the store's market call the services.

    attributes  of the market: external_prices_url="/prices"
    """
    market: str = store.made["market"]["id"]
    urls = {n: services.url + v if n.endswith("_url") else v for n, v in attributes.items()}
    await store.back_office.update("markets", market, urls)
    services.secret = await secret_of(store, "markets", market)
