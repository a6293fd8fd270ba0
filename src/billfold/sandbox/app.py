"""The sandbox as one ASGI application: `/stripe`, `/klarna`, and `/_sandbox` to steer and to look behind the
curtain.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from billfold.sandbox import klarna, steering, stripe
from billfold.sandbox.faults import FaultLayer
from billfold.sandbox.memory import Memory
from billfold.sandbox.world import World

PSPS = ("stripe", "klarna")
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Sandbox(Starlette):
    """Starlette with the faults around it: they must sit outside of everything that could turn them into an
    answer.
    """

    def __init__(self, world: World, routes: list[BaseRoute], memory: Memory | None) -> None:
        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            try:
                yield
            finally:
                await world.close()
                if memory is not None:
                    await memory.close()

        super().__init__(
            routes=routes,
            lifespan=lifespan,
            middleware=[
                Middleware(
                    CORSMiddleware,
                    allow_origins=["*"],
                    allow_methods=["*"],
                    allow_headers=["*"],
                    expose_headers=[
                        "Request-Id",
                        "Idempotent-Replayed",
                        "Location",
                        "Capture-Id",
                        "Refund-Id",
                    ],
                )
            ],
        )
        self.state.world = world
        self._memory = memory
        self._struck: ASGIApp = FaultLayer(super().__call__, world.faults, PSPS, world.sleep)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._struck(scope, receive, send)
        except (ClientDisconnect, asyncio.CancelledError):
            return  # who asked has gone, or the sandbox is about to: nobody is there to be answered
        finally:
            if self._memory is not None and scope["type"] == "http" and scope["method"] not in READING:
                self._memory.stir()


def create_app(
    *, clock: Callable[[], float] = time.time, public_url: str | None = None, memory: Path | None = None
) -> Starlette:
    """A sandbox with a world of its own.

    `clock` gives seconds since the epoch; `public_url` is where browsers reach the sandbox (challenge pages),
    by default wherever the request came in; `memory` is a file in which it remembers everything until the next
    run. Routes of a PSP stand below `/{psp}`; all steering stands below `/_sandbox`, there and at the top.
    """
    world = World(clock=clock, public_url=public_url)
    kept = None
    if memory is not None:
        kept = Memory(world, memory)
        kept.recall()
    steer: list[Route] = [*steering.routes(world), *stripe.steering(world), *klarna.steering(world)]
    steer.append(steering.index(steer))
    return Sandbox(
        world,
        [
            Mount("/_sandbox", routes=steer),
            Mount("/stripe", routes=[Mount("/_sandbox", routes=steer), *stripe.routes(world)]),
            Mount("/klarna", routes=[Mount("/_sandbox", routes=steer), *klarna.routes(world)]),
        ],
        kept,
    )
