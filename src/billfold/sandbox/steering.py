"""`/_sandbox/…`: what no PSP offers. Read the ledger, steer faults, move the clock, start afresh."""

from __future__ import annotations

import json
import math
from collections.abc import Awaitable, Callable
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


def routes(world: World) -> list[Route]:
    async def ledger(request: Request) -> Response:
        return JSONResponse(world.ledger.report(request.query_params.get("reference")))

    async def list_faults(_: Request) -> Response:
        return JSONResponse({"faults": world.faults.report()})

    async def add_fault(request: Request) -> Response:
        try:
            fault = world.faults.add(read_fault(await read_json(request)))
        except UnreadableFault as wrong:
            return refuse(str(wrong))
        except ValueError:
            return refuse("The body is not JSON.")
        return JSONResponse({"id": fault.id, "do": fault.do}, status_code=201)

    async def clear_faults(_: Request) -> Response:
        world.faults.clear()
        return Response(status_code=204)

    async def reset(_: Request) -> Response:
        await world.reset()
        return Response(status_code=204)

    async def read_clock(_: Request) -> Response:
        return JSONResponse({"now": world.now()})

    async def move_clock(request: Request) -> Response:
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
