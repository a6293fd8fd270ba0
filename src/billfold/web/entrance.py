"""The way in: one layer before everything else, which lets a request pass or answers it by itself.

One, and not one per rule: every layer costs a request a coroutine more on its way in, on its way out and at each wait.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from billfold.settings import Settings
from billfold.web import cors
from billfold.web.hosts import HostGate, Hosts
from billfold.web.limits import BodyLimit, RateLimits, adding

API = "/api/"


class Entrance:
    """Answers browsers that ask before they send, judges hosts and sizes, counts requests to the API.

    app  gets what passes and is not for the API
    api  gets what passes and is; left out, that is the application's too
    """

    def __init__(self, app: ASGIApp, *, settings: Settings, hosts: Hosts, api: ASGIApp | None = None) -> None:
        self.app = app
        self.api = api or app
        self.gate = HostGate(hosts)
        self.bodies = BodyLimit(settings.body_limit)
        self.rates = RateLimits(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        path: str = scope["path"]
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if b"origin" in headers:
            if cors.is_preflight(scope["method"], headers):
                return await cors.answer_preflight(headers, send)
            send = adding(cors.ANSWER, send)  # before anything is refused, so that browsers can read why
        refusal = self.gate.refusal(headers.get(b"host", b"").decode("latin-1"), path)
        if refusal is None:
            receive, refusal = await self.bodies.checked(headers, receive)
        for_api = path.startswith(API)
        if refusal is None and for_api and self.rates.any:
            counts, refusal = self.rates.take(scope)
            send = adding(counts, send)
        if refusal is not None:
            return await refusal(scope, receive, send)
        await (self.api if for_api else self.app)(scope, receive, send)
