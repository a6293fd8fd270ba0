"""What a measurement needs, running: PostgreSQL as delivered, sandbox, application, and a store full of orders."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench import processes
from bench.pretend_psp import COUNTS
from bench.seeding import Seeded, seed
from billfold.db.binaries import postgres_binaries
from billfold.db.bundled import BundledPostgres
from billfold.db.migrations import upgrade
from billfold.settings import variable

SECRET_KEY = "a key for benchmarks only"


@dataclass(frozen=True)
class Stage:
    """environ  the application's settings; pids: the application's processes"""

    dsn: str
    programs: Path
    environ: dict[str, str]
    api_port: int
    sandbox_port: int
    pids: list[int]
    seeded: Seeded


@contextmanager
def stage(*, orders: int, customers: int, workers: int) -> Iterator[Stage]:
    """Set up in a temporary folder, of which nothing stays."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="billfold-bench-")))
        os.chmod(folder, 0o755)  # as root, PostgreSQL runs as another user
        postgres = stack.enter_context(BundledPostgres(folder / "data"))
        dsn = postgres.dsn()
        upgrade(dsn)
        port, sandbox_port = processes.free_port(), processes.free_port()
        pretend = f"http://127.0.0.1:{sandbox_port}"
        environ = {
            variable("database_url"): dsn,
            variable("secret_key"): SECRET_KEY,
            variable("public_scheme"): "http",
            variable("stripe_url"): f"{pretend}/stripe",
            variable("klarna_url"): f"{pretend}/klarna",
            variable("token_rate"): "100000/60",
        }
        uvicorn = ["-m", "uvicorn", "bench.pretend_psp:sandbox", "--factory", "--loop", "uvloop", "--http", "httptools"]
        quietly = ["--port", str(sandbox_port), "--no-access-log", "--log-level", "warning"]
        stack.enter_context(processes.server([*uvicorn, *quietly], sandbox_port, {}, folder / "sandbox.log"))
        serve = ["-c", "from billfold.cli import main; main()", "serve", "--port", str(port), "--workers", str(workers)]
        pid = stack.enter_context(processes.server(serve, port, environ, folder / "api.log"))
        seeded = processes.finished(seed(dsn, SECRET_KEY, f"http://127.0.0.1:{port}", pretend, orders, customers))
        yield Stage(dsn, postgres_binaries(), environ, port, sandbox_port, processes.family(pid), seeded)


async def _psp_counts(port: int) -> tuple[int, float]:
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}{COUNTS}") as answer:
        counts = await answer.json()
        return counts["calls"], counts["seconds"]


def psp_counts(port: int) -> tuple[int, float]:
    """(calls, seconds) that the sandbox has spent on answering the application so far."""
    return processes.finished(_psp_counts(port))
