"""How much one client may ask for: the size of a body, and requests per time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from starlette.types import Message, Receive, Scope, Send

from billfold.jsonapi import errors
from billfold.jsonapi.errors import ErrorObject
from billfold.settings import Rate, Settings

Headers = list[tuple[bytes, bytes]]

# What changes rarely enough for clients to read it often.
CACHEABLE = frozenset(
    {
        "bundles",
        "buy_x_pay_y_promotions",
        "external_promotions",
        "fixed_amount_promotions",
        "fixed_price_promotions",
        "flex_promotions",
        "free_gift_promotions",
        "free_shipping_promotions",
        "imports",
        "inventory_models",
        "markets",
        "percentage_discount_promotions",
        "price_lists",
        "prices",
        "promotions",
        "sku_lists",
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

    async def checked(self, headers: Mapping[bytes, bytes], receive: Receive) -> tuple[Receive, ErrorObject | None]:
        """Where to receive the body from, and what is wrong with one that is too large."""
        said = headers.get(b"content-length", b"")
        length = int(said) if said.isdigit() else 0  # the server cuts the body off there
        if length <= self.limit and b"transfer-encoding" in headers:
            messages, length = await self._read(receive)
            receive = _replay(messages, receive)
        if length <= self.limit:
            return receive, None
        return receive, errors.body_too_large(self.limit)

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

    def left(self, client: str) -> int:
        """How many requests the client has left at this moment."""
        return self._state(client)[3]

    def take(self, client: str) -> int:
        """Count one request. Returns how many are left after it; -1 when it is one too many (and is not counted)."""
        window, before, here, left = self._state(client)
        allowed = left > 0
        self._counts.pop(client, None)
        self._counts[client] = (window, before, here + allowed)
        if len(self._counts) > self._most:
            self._counts.popitem(last=False)
        return left - 1 if allowed else -1

    def _state(self, client: str) -> tuple[int, int, int, int]:
        """(number of the present window, requests in the one before, requests in this one, how many are left)"""
        window, into = divmod(self._clock(), self.rate.seconds)
        last, before, here = self._counts.get(client, (int(window), 0, 0))
        if last != int(window):
            before, here = (here if last == int(window) - 1 else 0), 0
        used = int(before * (1 - into / self.rate.seconds)) + here
        return int(window), before, here, max(self.rate.requests - used, 0)

    def headers(self, left: int) -> dict[str, str]:
        return {
            "X-Ratelimit-Limit": str(self.rate.requests),
            "X-Ratelimit-Interval": str(self.rate.seconds),
            "X-Ratelimit-Remaining": str(max(left, 0)),
        }


class RateLimits:
    """Limits on the API, per address and worker, in two classes: reads of what rarely changes, and everything else.

    Each class has an average over all its types and a burst per type. What is unset in the settings is no limit.

    any  whether there is anything to limit
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        def windows(*limits: tuple[bool, str]) -> list[tuple[bool, SlidingWindow]]:
            rates = [(per_type, settings.rate(name)) for per_type, name in limits]
            return [(per_type, SlidingWindow(rate, clock)) for per_type, rate in rates if rate]

        self._reads = windows((False, "read_rate"), (True, "read_burst_rate"))
        self._others = windows((False, "write_rate"), (True, "write_burst_rate"))
        self.any = bool(self._reads or self._others)

    def take(self, scope: Scope) -> tuple[Headers, ErrorObject | None]:
        """Count a request to the API. Returns what its answer says of the limits, and why it is one too many."""
        type_name = scope["path"].split("/", 3)[2]
        reading = scope["method"] in ("GET", "HEAD") and type_name in CACHEABLE
        address = (scope.get("client") or ("", 0))[0]
        windows = [
            (window, f"{address} {type_name}" if per_type else address)
            for per_type, window in (self._reads if reading else self._others)
        ]
        if not windows:
            return [], None
        # What one window refuses is no request for the others.
        spent = [(-1, window) for window, client in windows if not window.left(client)]
        left, tightest = min(
            spent or [(window.take(client), window) for window, client in windows], key=lambda counted: counted[0]
        )
        counts = [(name.lower().encode(), value.encode()) for name, value in tightest.headers(left).items()]
        if not spent:
            return counts, None
        detail = f"At most {tightest.rate.requests} of these in {tightest.rate.seconds} seconds."
        return counts, errors.too_many_requests(detail)


def adding(headers: Headers, send: Send) -> Send:
    """A `send` whose answers have these headers too."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *headers]
        await send(message)

    return send_with_headers
