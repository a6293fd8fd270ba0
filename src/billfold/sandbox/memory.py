"""What a sandbox remembers from one run to the next: a saved card is still on file tomorrow, as it is at a real PSP."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import pickle
import tempfile
import time
from pathlib import Path
from typing import Any

from billfold.sandbox.world import World

log = logging.getLogger("billfold.sandbox")

# Seconds between a change and its writing; and how much longer than the writing itself took, so that a sandbox under
# load spends a twentieth of its time on it at most.
PAUSE = 0.5
RESPITE = 20

# What standard classes the PSPs' memories are made of.
ALLOWED = frozenset({("builtins", "set"), ("builtins", "frozenset"), ("datetime", "datetime")})


class _OwnKinds(pickle.Unpickler):
    """Reads what a sandbox wrote and nothing that could run another program."""

    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name) if module.startswith("billfold.sandbox.") else None
        if isinstance(found, type) and found.__module__ == module:
            return found
        if (module, name) in ALLOWED:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is nothing that a sandbox remembers.")


class Memory:
    """Keeps one world in one file. Faults and deliveries under way are not kept; they are of the moment."""

    def __init__(self, world: World, file: Path) -> None:
        self._world, self._file = world, file
        self._writing: asyncio.Task[None] | None = None
        self._took = 0.0

    def recall(self) -> None:
        """Restore what was kept. A file that cannot be read is as good as none."""
        if not self._file.exists():
            return
        try:
            self._world.restore(_OwnKinds(io.BytesIO(self._file.read_bytes())).load())
        except Exception:
            # Whatever an older version or a full disk left there raises whatever it likes.
            log.exception("%s cannot be read; the sandbox starts with nothing", self._file)

    def stir(self) -> None:
        """Something may have changed: write it down soon."""
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._later())

    async def _later(self) -> None:
        await asyncio.sleep(max(PAUSE, RESPITE * self._took))
        self.keep()

    async def close(self) -> None:
        """Write down everything, now."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.wait({self._writing})
        self.keep()

    def keep(self) -> None:
        began = time.perf_counter()
        handle, name = tempfile.mkstemp(prefix=f".{self._file.name}.", dir=self._file.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(pickle.dumps(self._world.snapshot()))
        os.replace(name, self._file)
        self._took = time.perf_counter() - began
