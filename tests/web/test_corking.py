"""What is written in one turn of the event loop leaves in one piece, and nothing is held back or lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import aiohttp
from starlette.applications import Starlette
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from tests.servers import serve

from billfold.web.corking import Corked, CorkedHttp


class Line:
    """A transport that notes what goes over it."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def corked(line: Line) -> Corked:
    return Corked(cast(asyncio.Transport, line), asyncio.get_running_loop())


async def test_head_and_body_leave_together() -> None:
    line = Line()
    transport = corked(line)
    transport.write(b"head ")
    transport.write(b"")
    transport.write(bytearray(b"body"))
    assert line.sent == []
    await asyncio.sleep(0)
    assert line.sent == [b"head body"]


async def test_closing_sends_what_was_written_before() -> None:
    line = Line()
    transport = corked(line)
    transport.write(b"the last words")
    transport.close()
    await asyncio.sleep(0)
    assert (line.sent, line.closed) == ([b"the last words"], True)


async def test_a_closed_connection_gets_nothing_more() -> None:
    line = Line()
    transport = corked(line)
    transport.write(b"too late")
    line.close()
    await asyncio.sleep(0)
    assert line.sent == []


async def test_everything_else_is_the_transports_own() -> None:
    line = Line()
    line.closed = True
    assert corked(line).is_closing()


async def test_every_kind_of_answer_arrives_whole_over_a_kept_connection() -> None:
    parts = [b"x" * 100_000, b"y", b"z" * 3]

    async def whole(_: object) -> Response:
        return Response(b"".join(parts))

    async def streamed(_: object) -> Response:
        async def body() -> AsyncIterator[bytes]:
            for part in parts:
                yield part
                await asyncio.sleep(0)

        return StreamingResponse(body())

    async def empty(_: object) -> Response:
        return Response(status_code=204)

    app = Starlette(routes=[Route("/whole", whole), Route("/streamed", streamed), Route("/empty", empty)])
    async with serve(app, http=CorkedHttp) as url, aiohttp.ClientSession() as http:
        for path in ("whole", "empty", "streamed", "whole"):
            async with http.get(f"{url}/{path}") as answer:
                assert await answer.read() == (b"" if path == "empty" else b"".join(parts))
        async with http.head(f"{url}/whole") as answer:
            assert answer.headers["content-length"] == str(sum(map(len, parts)))
        async with http.get(f"{url}/whole", headers={"connection": "close"}) as answer:
            assert len(await answer.read()) == sum(map(len, parts))
