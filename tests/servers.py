"""Real servers for tests: an ASGI application behind uvicorn, on a free port, gone when the test ends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp


class ServerDidNotStart(Exception):
    """The application's start-up failed; its traceback stands in the captured log."""


class _Server(uvicorn.Server):
    """uvicorn that leaves the process's signal handlers alone, and ends when told rather than at its next tick."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving = asyncio.Event()
        self.stopping = asyncio.Event()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        self.serving.set()
        await self.stopping.wait()


def reserve() -> socket.socket:
    """A free port of 127.0.0.1, for an application that must know its address before it is made."""
    # asyncio switches Nagle's algorithm off only where the socket says that it is TCP; without that, every answer of
    # two writes waits 40 ms for an acknowledgement.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", 0))
    return listening


def address(listening: socket.socket) -> str:
    """The base URL of what will be served there, without a slash at the end."""
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


@asynccontextmanager
async def serve(app: ASGIApp, listening: socket.socket | None = None, *, http: Any = "auto") -> AsyncIterator[str]:
    """Serve in this event loop, on 127.0.0.1; yields the base URL without a slash at the end.

    http  how uvicorn speaks HTTP, as its setting of that name
    """
    listening = listening or reserve()
    config = uvicorn.Config(
        app,
        http=http,
        lifespan="on",
        log_level="warning",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
        # Longer than the 15 s for which aiohttp takes up an idle connection again: on a busy machine a request would
        # else meet the server that is just closing it.
        timeout_keep_alive=60,
    )
    server = _Server(config)
    # `serve` would install signal handlers; `_serve` is the same without them.
    running = asyncio.create_task(server._serve([listening]))
    started = asyncio.create_task(server.serving.wait())
    try:
        await asyncio.wait({running, started}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            raise ServerDidNotStart
        yield address(listening)
    finally:
        started.cancel()
        server.should_exit = True
        server.stopping.set()
        await running
        listening.close()
