"""How the sandbox reaches the shop: names under `.localhost` lead to this machine, and certificates are not
questioned.
"""

from __future__ import annotations

import socket

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver


class _HereFirst(AbstractResolver):
    """Most systems do not resolve `acme.billfold.localhost`, although RFC 6761 says where it leads."""

    def __init__(self) -> None:
        self._others = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host.removesuffix(".").endswith(".localhost"):
            host = "127.0.0.1"
        return await self._others.resolve(host, port, family)

    async def close(self) -> None:
        await self._others.close()


def open_client() -> aiohttp.ClientSession:
    """To be closed by the caller. A shop under development has a certificate of its own making, so none is checked:
    never send it anything that is worth stealing."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=_HereFirst(), ssl=False))
