"""How much one client may ask for: the size of a body, and requests per time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from billfold.jsonapi import errors
from billfold.settings import Rate, Settings

Headers = list[tuple[bytes, bytes]]

# What changes rarely enough for clients to read it often.
CACHEABLE = frozenset(
    {
        "bundles",
        "imports",
        "markets",
        "price_lists",
        "prices",
        "promotions",
        "sku_options",
        "skus",
        "stock_items",
        "stock_locations",
    }
)


class BodyLimit:
    """Refuses bodies larger than `limit` bytes with 413, before anything else looks at them."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    async def checked(self, headers: Mapping[bytes, bytes], receive: Receive) -> tuple[Receive, Response | None]:
        """Where to receive the body from, and the answer to one that is too large."""
        said = headers.get(b"content-length", b"")
        length = int(said) if said.isdigit() else 0  # the server cuts the body off there
        if length <= self.limit and b"transfer-encoding" in headers:
            messages, length = await self._read(receive)
            receive = _replay(messages, receive)
        if length <= self.limit:
            return receive, None
        body = errors.render([errors.body_too_large(self.limit)])
        return receive, Response(body, 413, media_type=errors.MEDIA_TYPE)

    async def _read(self, receive: Receive) -> tuple[list[Message], int]:
        """A body of unknown length, up to the limit and a little more."""
        messages: list[Message] = []
        length = 0
        while length <= self.limit:
            message = await receive()
            messages.append(message)
            length += len(message.get("body", b""))
            if not message.get("more_body"):
                break
        return messages, length


def _replay(messages: list[Message], receive: Receive) -> Receive:
    waiting = iter(messages)

    async def replayed() -> Message:
        return next(waiting, None) or await receive()

    return replayed


class SlidingWindow:
    """Counts requests per client over the last `rate.seconds`, from two counters each.

    The requests of the previous window count in proportion to how much of it the sliding one still covers.

    clock  seconds, from any origin
    most   clients that are counted at the same time; beyond that the one not seen for longest is forgotten
    """

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic, most: int = 20_000) -> None:
        self.rate = rate
        self._clock = clock
        self._most = most
        self._counts: OrderedDict[str, tuple[int, int, int]] = OrderedDict()

    def take(self, client: str) -> int:
        """Count one request. Returns how many are left after it; -1 when it is one too many (and is not counted)."""
        window, into = divmod(self._clock(), self.rate.seconds)
        last, before, here = self._counts.pop(client, (int(window), 0, 0))
        if last != int(window):
            before, here = (here if last == int(window) - 1 else 0), 0
        used = int(before * (1 - into / self.rate.seconds)) + here
        allowed = used < self.rate.requests
        self._counts[client] = (int(window), before, here + allowed)
        if len(self._counts) > self._most:
            self._counts.popitem(last=False)
        return self.rate.requests - used - 1 if allowed else -1

    def headers(self, left: int) -> dict[str, str]:
        return {
            "X-Ratelimit-Limit": str(self.rate.requests),
            "X-Ratelimit-Interval": str(self.rate.seconds),
            "X-Ratelimit-Remaining": str(max(left, 0)),
        }


class RateLimits:
    """Limits on the API, per address and worker, in two classes: reads of what rarely changes, and everything else.

    Each class has an average over all its types and a burst per type. What is unset in the settings is no limit.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        def windows(average: Rate | None, burst: Rate | None) -> list[tuple[bool, SlidingWindow]]:
            limits = [(False, average), (True, burst)]
            return [(per_type, SlidingWindow(rate, clock)) for per_type, rate in limits if rate]

        self._reads = windows(settings.read_rate, settings.read_burst_rate)
        self._others = windows(settings.write_rate, settings.write_burst_rate)
        self.any = bool(self._reads or self._others)

    def take(self, scope: Scope) -> tuple[Headers, Response | None]:
        """Count a request to the API. Returns what its answer says of the limits, and the answer to one too many."""
        type_name = scope["path"].split("/", 3)[2]
        reading = scope["method"] in ("GET", "HEAD") and type_name in CACHEABLE
        client = (scope.get("client") or ("", 0))[0]
        headers: dict[str, str] = {}
        tightest = None
        for per_type, window in self._reads if reading else self._others:
            left = window.take(f"{client} {type_name}" if per_type else client)
            if tightest is None or left < tightest:
                tightest, headers = left, window.headers(left)
        counts = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        if tightest is None or tightest >= 0:
            return counts, None
        detail = f"At most {headers['X-Ratelimit-Limit']} of these in {headers['X-Ratelimit-Interval']} seconds."
        body = errors.render([errors.too_many_requests(detail)])
        return counts, Response(body, 429, media_type=errors.MEDIA_TYPE)


def adding(headers: Headers, send: Send) -> Send:
    """A `send` whose answers have these headers too."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *headers]
        await send(message)

    return send_with_headers
