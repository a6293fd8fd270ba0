"""The line to PostgreSQL, which tests may cut, hold and mend."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote, unquote


class Wire:
    """Stands between a server and PostgreSQL's socket.

    dsn  how to reach the database through it
    """

    def __init__(self, dsn: str, folder: Path) -> None:
        found = re.search(r"host=([^&]+)&port=(\d+)", dsn)
        assert found
        name = f".s.PGSQL.{found[2]}"
        self.dsn = dsn.replace(found[1], quote(str(folder)))
        self._theirs, self._ours = Path(unquote(found[1])) / name, folder / name
        self._listening: asyncio.Server | None = None
        self._lines: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()

    async def mend(self) -> None:
        self._listening = await asyncio.start_unix_server(self._connect, self._ours)
        self._flows.set()

    async def cut(self) -> None:
        """As if PostgreSQL had been stopped: nothing listens, and what was connected is not."""
        assert self._listening
        self._listening.close()
        self._ours.unlink(missing_ok=True)
        for line in self._lines:
            line.transport.abort()
        self._listening = None

    def hold(self) -> None:
        """As if its machine had been frozen: nothing comes through any more."""
        self._flows.clear()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        their_reader, their_writer = await asyncio.open_unix_connection(self._theirs)
        self._lines |= {writer, their_writer}
        try:
            with contextlib.suppress(OSError):
                await asyncio.gather(self._pass_on(reader, their_writer), self._pass_on(their_reader, writer))
        finally:
            for line in (writer, their_writer):
                line.close()
            self._lines -= {writer, their_writer}

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self._flows.wait()
            writer.write(data)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def wired(dsn: str) -> AsyncIterator[Wire]:
    folder = Path(tempfile.mkdtemp(prefix="wire-"))  # pytest's own would be too long for a socket
    wire = Wire(dsn, folder)
    await wire.mend()
    yield wire
    if wire._listening:
        await wire.cut()
    shutil.rmtree(folder)
