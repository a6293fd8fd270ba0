"""Browsers of any origin may call: who may do what is a matter of the token, which no browser sends by itself."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Nothing here depends on the origin, so shared caches need no Vary header.
ANSWER = [
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"X-Ratelimit-Limit, X-Ratelimit-Interval, X-Ratelimit-Remaining",
    ),
]
USUAL_HEADERS = b"Accept, Authorization, Content-Type, User-Agent"
PREFLIGHT = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, POST, PATCH, DELETE, OPTIONS"),
    (b"access-control-max-age", b"7200"),  # no browser remembers it for longer than two hours
]


class Cors:
    """Answers preflights itself; put it outside everything else, so that errors can be read by browsers too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        origin, method, wanted = b"", b"", USUAL_HEADERS
        for name, value in scope["headers"]:
            if name == b"origin":
                origin = value
            elif name == b"access-control-request-method":
                method = value
            elif name == b"access-control-request-headers":
                wanted = value
        if not origin:
            return await self.app(scope, receive, send)
        if scope["method"] == "OPTIONS" and method:
            headers = [*PREFLIGHT, (b"access-control-allow-headers", wanted)]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            return await send({"type": "http.response.body"})

        async def send_readable(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *ANSWER]
            await send(message)

        return await self.app(scope, receive, send_readable)
