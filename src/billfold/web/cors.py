"""Browsers of any origin may call: who may do what is a matter of the token, which no browser sends by itself."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import Send

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


def is_preflight(method: str, headers: Mapping[bytes, bytes]) -> bool:
    """Whether a browser asks what it may send."""
    return method == "OPTIONS" and b"access-control-request-method" in headers


async def answer_preflight(headers: Mapping[bytes, bytes], send: Send) -> None:
    allowed = (b"access-control-allow-headers", headers.get(b"access-control-request-headers", USUAL_HEADERS))
    await send({"type": "http.response.start", "status": 204, "headers": [*PREFLIGHT, allowed]})
    await send({"type": "http.response.body"})
