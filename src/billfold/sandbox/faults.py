"""Trouble on demand: faults steered through `/_sandbox/faults`, and the ASGI layer that lets them strike."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Deed = Literal["delay", "hold", "refuse", "error", "drop", "status", "deliver_twice", "deliver_late", "deliver_never"]
DEEDS: tuple[Deed, ...] = get_args(Deed)
REQUEST_DEEDS = frozenset({"delay", "hold", "refuse", "error", "drop", "status"})
EVENT_DEEDS = frozenset({"deliver_twice", "deliver_late", "deliver_never"})


@dataclass(slots=True)
class Fault:
    """One steered fault.

    `do`: what happens. To requests: `delay` (wait `seconds`, then serve, whether the
    caller is still there or not), `hold` (take the request in, wait
    `seconds`, then act: meanwhile its idempotency key is in use), `refuse` (close the connection without
    acting and without an answer), `error` (500 without acting), `drop` (act, then close the connection
    instead of answering), `status` (answer `status` and `body`, without acting unless `acts`). To events:
    `deliver_twice`, `deliver_late` (after `seconds`), `deliver_never`. Seconds pass on the sandbox's clock,
    so moving it on ends the waiting.

    `psp`, `method`, `path` and `event` narrow it down; `path` and `event` are regular expressions searched in
    the path below the PSP's base URL and in the event's type. `times` is how often it strikes; None means
    until it is cleared.
    """

    do: Deed
    psp: str | None = None
    method: str | None = None
    path: str | None = None
    event: str | None = None
    times: int | None = 1
    seconds: float = 0.0
    status: int = 500
    body: Any = None
    acts: bool = False
    struck: int = 0
    id: str = ""

    def spent(self) -> bool:
        return self.times is not None and self.struck >= self.times


class UnreadableFault(ValueError):
    """The description of a fault makes no sense; the text says which member is wrong and what is possible."""


# The least and the most that a number may be.
_RANGES: dict[str, tuple[int, float]] = {"times": (1, math.inf), "seconds": (0, 10**9), "status": (200, 599)}
_MEMBERS: dict[str, tuple[type, ...]] = {
    "do": (str,),
    "psp": (str, type(None)),
    "method": (str, type(None)),
    "path": (str, type(None)),
    "event": (str, type(None)),
    "times": (int, type(None)),
    "seconds": (int, float),
    "status": (int,),
    "body": (object,),
    "acts": (bool,),
}


def read_fault(data: object) -> Fault:
    """A fault from the JSON sent to `/_sandbox/faults`; raises UnreadableFault."""
    if not isinstance(data, dict):
        raise UnreadableFault('A fault is a JSON object such as {"do": "error", "psp": "stripe"}.')
    for name, value in data.items():
        if name not in _MEMBERS:
            raise UnreadableFault(f"A fault has no member {name!r}; it may have {', '.join(_MEMBERS)}.")
        if not isinstance(value, _MEMBERS[name]):
            raise UnreadableFault(f"The member {name!r} of a fault cannot be {value!r}.")
        if name in _RANGES and value is not None:
            _check_range(name, value)
    if data.get("do") not in DEEDS:
        raise UnreadableFault(f"A fault's 'do' must be one of {', '.join(DEEDS)}; got {data.get('do')!r}.")
    for name in ("path", "event"):
        try:
            re.compile(data.get(name) or "")
        except re.error as wrong:
            raise UnreadableFault(f"The member {name!r} of a fault is no regular expression: {wrong}.") from wrong
    return Fault(**data)


def _check_range(name: str, value: Any) -> None:
    least, most = _RANGES[name]
    if isinstance(value, bool) or not least <= value <= most:
        upto = f" to {most}" if most < math.inf else " up, or null for as often as it can"
        raise UnreadableFault(f"The member {name!r} of a fault must be a number from {least}{upto}; got {value!r}.")


@dataclass(slots=True)
class Faults:
    """The queue of steered faults; the oldest that fits strikes first."""

    queue: list[Fault] = field(default_factory=list)
    _added: int = 0

    def add(self, fault: Fault) -> Fault:
        self._added += 1
        fault.id = f"fault_{self._added}"
        self.queue.append(fault)
        return fault

    def clear(self) -> None:
        self.queue.clear()

    def report(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self.queue]

    def for_request(self, psp: str, method: str, path: str) -> Fault | None:
        """The fault that strikes this request, counted as struck."""
        for fault in self.queue:
            if (
                fault.do in REQUEST_DEEDS
                and not fault.spent()
                and fault.psp in (None, psp)
                and (fault.method is None or fault.method.upper() == method)
                and (fault.path is None or re.search(fault.path, path))
            ):
                fault.struck += 1
                return fault
        return None

    def for_event(self, psp: str, event: str) -> Fault | None:
        """The fault that strikes the delivery of this event, counted as struck."""
        for fault in self.queue:
            if (
                fault.do in EVENT_DEEDS
                and not fault.spent()
                and fault.psp in (None, psp)
                and (fault.event is None or re.search(fault.event, event))
            ):
                fault.struck += 1
                return fault
        return None


async def hang_up(receive: Receive, send: Send) -> None:
    """Close the connection without an answer, so that the client sees it break off.

    ASGI has no such message. uvicorn's `send` is a bound method of the request's cycle, which holds the
    transport; on another server there is nothing to abort, and the ConnectionAbortedError makes that server
    drop the request its way.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionAbortedError("A steered fault wants this connection closed without an answer.")
    transport.abort()
    # Returning before the server has noticed would make it answer 500 on a closed connection.
    while (await receive())["type"] != "http.disconnect":
        pass


class FaultLayer:
    """ASGI layer around the whole sandbox. It is the outermost one, because breaking a connection needs the
    server's own `send`. Only `/{psp}/…` is ever struck: steering itself stays reliable.
    """

    def __init__(
        self, app: ASGIApp, faults: Faults, psps: tuple[str, ...], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self.app = app
        self.faults = faults
        self.psps = psps
        self.sleep = sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "OPTIONS" or not self.faults.queue:
            await self.app(scope, receive, send)
            return
        _, psp, *rest = scope["path"].split("/", 2)
        path = "/" + "/".join(rest)
        of_a_psp = psp in self.psps and not path.startswith("/_sandbox/")
        fault = self.faults.for_request(psp, scope["method"], path) if of_a_psp else None
        if fault is None:
            await self.app(scope, receive, send)
            return
        if fault.do == "hold":
            # For the PSP to honour: only it knows when the request has been taken in.
            scope["sandbox.hold"] = fault.seconds
            await self.app(scope, receive, send)
            return
        if fault.seconds:
            receive = await _taken_in(receive)
            await self.sleep(fault.seconds)
        if fault.do == "delay":
            await self.app(scope, receive, send)
        elif fault.do == "refuse":
            await hang_up(receive, send)
        elif fault.do == "drop":
            await self.app(scope, receive, _swallow)
            await hang_up(receive, send)
        else:
            if fault.acts:
                await self.app(scope, receive, _swallow)
            await _answer(send, fault)


async def _taken_in(receive: Receive) -> Receive:
    """Read the whole request now, for whoever wants it later: the caller may have gone by then."""
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    waiting = iter(messages)

    async def again() -> Message:
        return next(waiting, None) or await receive()

    return again


async def _swallow(message: Message) -> None:
    """A `send` that says nothing to nobody."""


async def _answer(send: Send, fault: Fault) -> None:
    words = "The sandbox was asked to fail here."
    body = fault.body
    if body is None:
        # Readable by clients of both PSPs: Stripe's members next to Klarna's.
        body = {
            "error": {"type": "api_error", "message": words},
            "error_code": "INTERNAL_SERVER_ERROR",
            "error_messages": [words],
            "correlation_id": fault.id,
        }
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    await send(
        {
            "type": "http.response.start",
            "status": fault.status,
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(data)).encode()),
                (b"access-control-allow-origin", b"*"),
            ],
        }
    )
    await send({"type": "http.response.body", "body": data})
