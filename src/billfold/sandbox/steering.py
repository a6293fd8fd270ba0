"""`/_sandbox/…`: what no PSP offers. Read the ledger, steer faults, move the clock, start afresh."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from billfold.sandbox.faults import UnreadableFault, read_fault
from billfold.sandbox.world import World


def refuse(sentence: str, status: int = 400) -> JSONResponse:
    """The sandbox's own error, told apart from any PSP's: one sentence under `sandbox_error`."""
    return JSONResponse({"sandbox_error": sentence}, status_code=status)


async def read_json(request: Request) -> Any:
    """The body's JSON; an empty body is an empty object. Raises ValueError."""
    raw = await request.body()
    return json.loads(raw) if raw.strip() else {}


def index(steering: Sequence[Route]) -> Route:
    """`GET /_sandbox/`: what can be steered, each with the sentence that its endpoint has in this source."""
    listed = {
        f"{method} /_sandbox{route.path}": inspect.cleandoc(route.endpoint.__doc__ or "").replace("\n", " ")
        for route in steering
        for method in sorted((route.methods or set()) - {"HEAD"})
    }

    async def show(_: Request) -> Response:
        return JSONResponse(listed)

    return Route("/", show, methods=["GET"])


def routes(world: World) -> list[Route]:
    async def ledger(request: Request) -> Response:
        """Every amount that was authorized, captured, voided and refunded: one by one, and what they add up to for each
        payment and each PSP. `?reference=pi_…` asks about one payment."""
        return JSONResponse(world.ledger.report(request.query_params.get("reference")))

    async def list_faults(_: Request) -> Response:
        """The faults that were asked for, and how often each has struck."""
        return JSONResponse({"faults": world.faults.report()})

    async def add_fault(request: Request) -> Response:
        """Ask for trouble: {"do": "error", "psp": "stripe", "method": "POST", "path": "capture", "times": 1}. `do` is
        one of delay, hold, refuse, error, drop, status, deliver_twice, deliver_late, deliver_never."""
        try:
            fault = world.faults.add(read_fault(await read_json(request)))
        except UnreadableFault as wrong:
            return refuse(str(wrong))
        except ValueError:
            return refuse("The body is not JSON.")
        return JSONResponse({"id": fault.id, "do": fault.do}, status_code=201)

    async def clear_faults(_: Request) -> Response:
        """Let everything work again."""
        world.faults.clear()
        return Response(status_code=204)

    async def reset(_: Request) -> Response:
        """Forget everything: payments, customers, what is on file, faults and ledger."""
        await world.reset()
        return Response(status_code=204)

    async def read_clock(_: Request) -> Response:
        """What time it is in the sandbox, in seconds since the epoch."""
        return JSONResponse({"now": world.now()})

    async def move_clock(request: Request) -> Response:
        """Let time pass: {"advance": 3600}, in seconds."""
        try:
            body = await read_json(request)
        except ValueError:
            return refuse("The body is not JSON.")
        seconds = body.get("advance") if isinstance(body, dict) else None
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
            return refuse('Say how far to move the clock, in seconds: {"advance": 3600}.')
        if seconds < 0:
            return refuse("The clock of the sandbox only goes forward.")
        world.advance(seconds)
        return JSONResponse({"now": world.now()})

    def endpoint(path: str, method: str, act: Callable[[Request], Awaitable[Response]]) -> Route:
        return Route(path, act, methods=[method])

    return [
        endpoint("/ledger", "GET", ledger),
        endpoint("/faults", "GET", list_faults),
        endpoint("/faults", "POST", add_fault),
        endpoint("/faults", "DELETE", clear_faults),
        endpoint("/reset", "POST", reset),
        endpoint("/clock", "GET", read_clock),
        endpoint("/clock", "POST", move_clock),
    ]
