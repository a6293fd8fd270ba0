"""The way in: one layer before everything else, which lets a request pass or answers it by itself.

One, and not one per rule: every layer costs a request a coroutine more on its way in, on its way out and at each wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from billfold.jsonapi import errors
from billfold.jsonapi.errors import ErrorObject
from billfold.settings import Settings
from billfold.web import cors
from billfold.web.failures import cut_off, failure
from billfold.web.hosts import HostGate, Hosts
from billfold.web.limits import BodyLimit, RateLimits, adding
from billfold.web.refusals import refusal

API = "/api/"


class Entrance:
    """Answers browsers that ask before they send, judges hosts and sizes, counts requests to the API, and tells what
    does not exist or has failed.

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
        host = headers.get(b"host", b"").decode("latin-1")
        more: Mapping[str, str] | None = None
        answered = False

        def answering(message: Message) -> Awaitable[None]:
            nonlocal answered
            answered = True
            return send(message)

        if b"origin" in headers:
            if cors.is_preflight(scope["method"], headers):
                return await cors.answer_preflight(headers, send)
            send = adding(cors.ANSWER, send)  # before anything is refused, so that browsers can read why
        wrong = self.gate.objection(host, path)
        try:
            if wrong is None:
                receive, wrong = await self.bodies.checked(headers, receive)
            for_api = path.startswith(API)
            if wrong is None and for_api and self.rates.any:
                counts, wrong = self.rates.take(scope)
                send = adding(counts, send)
            if wrong is None:
                return await (self.api if for_api else self.app)(scope, receive, answering)
        except ClientDisconnect:
            return None  # nobody is there to be told
        except HTTPException as unknown:
            wrong, more = _nothing_here(unknown, scope["method"]), unknown.headers
        except Exception as trouble:
            wrong, more = failure(trouble, scope["method"], path)
        except asyncio.CancelledError:
            wrong = cut_off(scope["method"], path)
        if answered:
            return None  # too late to say anything else: the server breaks off what was begun
        await refusal(wrong, self.gate.hosts.form(host, path), more)(scope, receive, send)


def _nothing_here(unknown: HTTPException, method: str) -> ErrorObject:
    """Starlette knows no such path, or not the method."""
    if unknown.status_code == 405:
        return errors.method_not_allowed(method, (unknown.headers or {}).get("Allow", "").split(", "))
    return errors.record_not_found()
