"""Every way a call can fail ends in the one error that says whether the request was sent."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest

from billfold.domain.errors import GatewayMisconfigured, GatewayTrouble, GatewayUnreachable, OutcomeUnknown, Refused
from billfold.gateways.wire import Answer, Patience, call, path_of

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
SHORT = Patience(connect=0.3, total=0.3)


@pytest.fixture
async def listen() -> AsyncIterator[Callable[[Serve], Awaitable[str]]]:
    """Start a server that treats every connection as it is told to."""
    servers: list[asyncio.Server] = []

    async def start(serve: Serve) -> str:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    yield start
    for server in servers:
        server.close()


async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.close()


async def stops_half_way(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()
    writer.close()


async def speaks_gibberish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"no HTTP at all\r\n\r\n")
    await writer.drain()
    writer.close()


async def redirects(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()


async def ask(
    session: aiohttp.ClientSession, url: str, patience: Patience = SHORT, *, moves_money: bool = True
) -> Answer:
    return await call(
        session, "POST", url, psp="Acme", headers={}, body=b"{}", moves_money=moves_money, patience=patience
    )


@pytest.mark.parametrize("behaviour", [says_nothing, hangs_up, stops_half_way, speaks_gibberish])
@pytest.mark.parametrize(("moves_money", "trouble"), [(True, OutcomeUnknown), (False, GatewayUnreachable)])
async def test_a_sent_request_without_an_answer_is_unknown_where_it_may_have_moved_money(
    listen: Callable[[Serve], Awaitable[str]],
    browser: aiohttp.ClientSession,
    behaviour: Serve,
    moves_money: bool,
    trouble: type[GatewayTrouble],
) -> None:
    with pytest.raises(trouble, match="Acme"):
        await ask(browser, await listen(behaviour), moves_money=moves_money)


async def test_a_closed_port_was_never_sent_anything(browser: aiohttp.ClientSession) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(GatewayUnreachable):
        await ask(browser, f"http://127.0.0.1:{port}/")


async def test_a_name_that_nobody_has_was_never_sent_anything(browser: aiohttp.ClientSession) -> None:
    with pytest.raises(GatewayUnreachable):
        await ask(browser, "http://psp.invalid/", Patience(connect=5, total=5))


async def test_a_server_without_tls_was_never_sent_anything(
    listen: Callable[[Serve], Awaitable[str]], browser: aiohttp.ClientSession
) -> None:
    url = (await listen(speaks_plainly)).replace("http://", "https://")
    with pytest.raises(GatewayUnreachable):
        await ask(browser, url)


async def speaks_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await writer.drain()
    writer.close()


async def test_waiting_in_vain_for_a_free_connection_is_never_having_sent(
    listen: Callable[[Serve], Awaitable[str]],
) -> None:
    reached = asyncio.Event()

    async def takes_its_time(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.set()
        await reader.read()

    url = await listen(takes_its_time)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as session:
        busy = asyncio.create_task(ask(session, url, Patience(connect=2, total=2)))
        await reached.wait()
        with pytest.raises(GatewayUnreachable):
            await ask(session, url, Patience(connect=0.1, total=5))
        busy.cancel()
        await asyncio.gather(busy, return_exceptions=True)


async def test_something_that_is_no_url_is_the_operators_to_mend(browser: aiohttp.ClientSession) -> None:
    with pytest.raises(GatewayMisconfigured):
        await ask(browser, "not a url")


@pytest.mark.parametrize("key", ["sk_\r\nX-More: yes", "sk_\x00", "sk_\x7f"])
async def test_a_credential_that_no_header_can_have_is_the_operators_to_mend(
    browser: aiohttp.ClientSession, key: str
) -> None:
    with pytest.raises(GatewayMisconfigured) as caught:
        await call(
            browser, "POST", "http://127.0.0.1:1/", psp="Acme", headers={"Authorization": f"Bearer {key}"},
            moves_money=True, patience=SHORT,
        )  # fmt: skip
    assert "sk_" not in caught.value.message


async def test_a_redirect_is_an_answer_and_is_not_followed(
    listen: Callable[[Serve], Awaitable[str]], browser: aiohttp.ClientSession
) -> None:
    assert (await ask(browser, await listen(redirects))).status == 302


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"\xff", b'{"a":'])
def test_an_unreadable_answer_is_an_unknown_outcome(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown):
        Answer(200, {}, body).json("Acme", moves_money=True)
    with pytest.raises(GatewayUnreachable):
        Answer(200, {}, body).json("Acme", moves_money=False)


def test_an_empty_answer_is_an_empty_object() -> None:
    assert Answer(204, {}, b"").json("Acme", moves_money=True) == {}


@pytest.mark.parametrize("piece", ["", ".", "..", "../../orders"])
def test_an_id_that_a_client_made_up_leads_nowhere_else(piece: str) -> None:
    try:
        path = path_of("authorizations", piece, "order")
    except Refused as no:
        assert no.error == "resource_missing"
    else:
        assert path.count("/") == 2
