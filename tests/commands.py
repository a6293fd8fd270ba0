"""Real `billfold` processes for tests: started, awaited, ended as an operator would, and looked for afterwards."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from billfold import settings

COMMAND = [sys.executable, "-c", "from billfold.cli import main; main()"]
START_SECONDS = 120.0
FREE_PORTS = ("--port", "0", "--tls-port", "0")


def environment(**variables: str) -> dict[str, str]:
    """That of the tests without any setting of Billfold's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(settings.PREFIX)}
    return kept | {"NO_COLOR": "1", "COLUMNS": "200"} | variables


@dataclass
class Running:
    """A `billfold dev` that serves. `store` is what its ready file says, `printed` what it said until then."""

    process: Process
    store: dict[str, Any]
    printed: str

    async def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """(exit status, everything it printed)"""
        self.process.send_signal(number)
        out, _ = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, self.printed + out.decode()


@dataclass(frozen=True)
class Played:
    """What `billfold demo` left. Tests that change anything take a copy."""

    folder: Path
    status: int
    printed: str

    def copy(self) -> Path:
        """Owners included: PostgreSQL may run as another user."""
        copy = Path(tempfile.mkdtemp(dir=self.folder.parent)) / "store"
        copy.parent.chmod(0o755)
        subprocess.run(["cp", "-a", str(self.folder), str(copy)], check=True)
        return copy


def read(file: Path) -> Any:
    """The value in a JSON file."""
    return json.loads(file.read_text(encoding="utf-8"))


@asynccontextmanager
async def dev(folder: Path, *options: str, **variables: str) -> AsyncIterator[Running]:
    """`billfold dev` on free ports, its data in `folder`; ended if the test has not ended it."""
    ready = folder.with_suffix(".ready.json")
    arguments = [*COMMAND, "dev", "--data-dir", str(folder), "--ready-file", str(ready), *FREE_PORTS, *options]
    process = await asyncio.create_subprocess_exec(*arguments, stdout=PIPE, stderr=STDOUT, env=environment(**variables))
    assert process.stdout is not None
    printed = b""
    try:
        async with asyncio.timeout(START_SECONDS):
            while not printed.startswith(b"Ready.") and b"\nReady." not in printed:
                line = await process.stdout.readline()
                assert line, f"It ended early:\n{printed.decode()}"
                printed += line
        yield Running(process, read(ready), printed.decode())
    finally:
        if process.returncode is None:
            process.terminate()
            await process.communicate()


async def run(*arguments: str, cwd: Path | None = None) -> tuple[int, str]:
    """Any `billfold` command: (exit status, everything it printed)."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, *arguments, stdout=PIPE, stderr=STDOUT, env=environment(), cwd=cwd
    )
    try:
        async with asyncio.timeout(START_SECONDS):
            out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


def family(pid: int) -> set[int]:
    """A process and all below it."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [(int(child), int(parent)) for child, parent in map(str.split, listed.splitlines())]
    found = [pid]
    for parent in found:
        found += [child for child, above in pairs if above == parent]
    return set(found)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
