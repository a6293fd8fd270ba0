"""Hears what a client sends, as it goes onto the wire, and has it judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp


@dataclass
class Asked:
    """One request; `path` is below the PSP's base URL."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""

    def form(self) -> str:
        return self.body.decode() if self.method == "POST" else self.query


Judge = Callable[[Asked], list[str]]


class Ear:
    """judges  by the first part of the path: "stripe" for /stripe/v1/…, "worlds" for /worlds/one/v1/…"""

    def __init__(self, judges: Mapping[str, Judge]) -> None:
        self.judges = judges
        self.violations: list[str] = []
        self.heard: list[Asked] = []

    def trace(self) -> aiohttp.TraceConfig:
        config = aiohttp.TraceConfig()
        config.on_request_start.append(self._start)
        config.on_request_chunk_sent.append(self._chunk)
        config.on_request_end.append(self._end)
        config.on_request_exception.append(self._broken)
        return config

    async def _start(
        self, session: aiohttp.ClientSession, about: SimpleNamespace, said: aiohttp.TraceRequestStartParams
    ) -> None:
        first, _, rest = said.url.raw_path.removeprefix("/").partition("/")
        if first == "worlds":
            _, _, rest = rest.partition("/")
        about.judge = self.judges.get(first)
        about.asked = Asked(
            said.method,
            f"/{rest}",
            said.url.raw_query_string,
            {name.title(): value for name, value in said.headers.items()},
        )

    async def _chunk(
        self, session: aiohttp.ClientSession, about: SimpleNamespace, said: aiohttp.TraceRequestChunkSentParams
    ) -> None:
        about.asked.body += said.chunk

    async def _end(
        self, session: aiohttp.ClientSession, about: SimpleNamespace, said: aiohttp.TraceRequestEndParams
    ) -> None:
        self._judge(about)

    async def _broken(
        self, session: aiohttp.ClientSession, about: SimpleNamespace, said: aiohttp.TraceRequestExceptionParams
    ) -> None:
        if about.asked.body or about.asked.method == "GET":
            self._judge(about)

    def _judge(self, about: SimpleNamespace) -> None:
        self.heard.append(about.asked)
        if about.judge is not None:
            self.violations += about.judge(about.asked)
