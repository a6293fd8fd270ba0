"""Several servers in one process: sockets that are ours before anything starts, and uvicorn on each of them."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from billfold.dev.certificates import Certificates
from billfold.settings import BadSetting

# Requests that are under way when the server is stopped have this many seconds to end.
GRACE = 5

# One that is cut off then is gone in less.
END_SECONDS = 1


class DidNotStart(Exception):
    """A server ended before it served anything; why stands in the log."""


def listen(port: int, option: str, *, instead: bool = False) -> list[socket.socket]:
    """Sockets for the port of this machine, which nobody else can have from now on.

    port     0 for any that is free
    option   what the user would change, for the message
    instead  take any free port if this one is taken
    Raises BadSetting if the port is taken or not ours to use.
    """
    try:
        first = _bound(socket.AF_INET, "127.0.0.1", port)
    except OSError as trouble:
        if instead:
            return listen(0, option)
        why = "not allowed to you" if isinstance(trouble, PermissionError) else "taken by another program"
        raise BadSetting(f"Port {port} is {why}; choose another one with {option}.") from trouble
    except OverflowError:
        raise BadSetting(f"{option} must be a port, from 0 to 65535, not {port}.") from None
    sockets = [first]
    try:
        # Some clients take “localhost” for this address.
        sockets.append(_bound(socket.AF_INET6, "::1", number(sockets)))
    except OSError as trouble:
        if port and trouble.errno == errno.EADDRINUSE:
            first.close()
            raise BadSetting(f"Port {port} is taken by another program; choose another one with {option}.") from trouble
    return sockets


def number(sockets: Sequence[socket.socket]) -> int:
    """The port that the sockets share."""
    found: int = sockets[0].getsockname()[1]
    return found


def _bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    # asyncio switches Nagle's algorithm off only where the socket says that it is TCP; without that, every answer of
    # two writes waits 40 ms for an acknowledgement.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((address, port))
        # Two programs may bind a port at once on Linux; only one of them gets to listen.
        made.listen(2048)
    except BaseException:
        made.close()
        raise
    return made


class _Server(uvicorn.Server):
    """uvicorn that leaves the process's signal handlers alone and says when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        self.serving.set()
        await super().main_loop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        if self.server_state.tasks:
            await asyncio.wait(set(self.server_state.tasks), timeout=END_SECONDS)


@dataclass(frozen=True)
class Door:
    """Where an application is served; over HTTPS if there are certificates."""

    app: ASGIApp
    sockets: Sequence[socket.socket]
    certificates: Certificates | None = None


@asynccontextmanager
async def serving(
    app: Starlette, *doors: Door, grace: int = GRACE, trusted_proxies: str = "127.0.0.1"
) -> AsyncIterator[None]:
    """Start the application, serve it in this event loop meanwhile, and end it. All doors close at once, and the
    application ends when what came in by any of them has been answered or, after `grace` seconds, cut off.
    """
    servers = [_Server(_config(door, grace, trusted_proxies)) for door in doors]
    async with app.router.lifespan_context(app):
        running = [asyncio.ensure_future(s.serve(list(door.sockets))) for s, door in zip(servers, doors, strict=True)]
        opened = asyncio.ensure_future(_all_serve(servers))
        try:
            await asyncio.wait({*running, opened}, return_when=asyncio.FIRST_COMPLETED)
            if not opened.done():
                raise DidNotStart
            yield
        finally:
            opened.cancel()
            for server in servers:
                server.should_exit = True
            await asyncio.gather(*running)


async def _all_serve(servers: Sequence[_Server]) -> None:
    for server in servers:
        await server.serving.wait()


def _config(door: Door, grace: int, trusted_proxies: str) -> uvicorn.Config:
    return uvicorn.Config(
        door.app,
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        forwarded_allow_ips=trusted_proxies,
        timeout_graceful_shutdown=grace,
        ssl_certfile=door.certificates.chain if door.certificates else None,
        ssl_keyfile=door.certificates.key if door.certificates else None,
    )
