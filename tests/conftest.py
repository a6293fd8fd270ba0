"""What every test may ask for: one PostgreSQL for the whole run, and in it a database of its own."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest
import pytest_asyncio
from tests.commands import Played, run
from tests.places import in_memory

from billfold.db.bundled import BundledPostgres

if TYPE_CHECKING:
    from tests.store import Contents

FILLED = "filled_for_tests"

# What is lost when the power fails is of no interest to a test.
HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


@pytest.fixture(scope="session")
def postgres() -> Iterator[BundledPostgres]:
    """A server that runs as long as the tests do; not in pytest's folder, which is closed to ``nobody``."""
    folder = Path(tempfile.mkdtemp(prefix="billfold-tests-", dir=in_memory()))
    server = BundledPostgres(folder, settings=HASTE)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def template(postgres: BundledPostgres) -> str:
    """The name of a database that has gone through every migration and that nobody writes to."""
    from billfold.db.migrations import upgrade  # tests that need no database must not need the tables either

    upgrade(postgres.database("template_of_tests"))
    return "template_of_tests"


@pytest.fixture(scope="session")
def filled(postgres: BundledPostgres, template: str) -> tuple[str, Contents]:
    """The name of a database with the sample store in it, that nobody writes to, and what is in it."""

    from tests.store import fill  # it takes the whole server along, which most tests need not load

    async def fill_copy() -> Contents:
        await _copy(postgres, template, FILLED)
        return await fill(postgres.dsn(FILLED))

    return FILLED, asyncio.run(fill_copy())


@pytest.fixture(scope="session")
def _database_name() -> Callable[[], str]:
    counter = itertools.count(1)
    return lambda: f"test_{next(counter)}"


@asynccontextmanager
async def _copied(postgres: BundledPostgres, template: str, name: str) -> AsyncIterator[str]:
    await _copy(postgres, template, name)
    yield postgres.dsn(name)
    await _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


async def _copy(postgres: BundledPostgres, template: str, name: str) -> None:
    # Copying the files is quicker here than logging every block of a small database.
    await _execute(postgres, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")


async def _execute(postgres: BundledPostgres, statement: str) -> None:
    owner = await asyncpg.connect(postgres.database("postgres"))
    try:
        await owner.execute(statement)
    finally:
        await owner.close()


@pytest.fixture
async def database(postgres: BundledPostgres, template: str, _database_name: Callable[[], str]) -> AsyncIterator[str]:
    """The DSN of a migrated, empty database that no other test sees; about 20 ms."""
    async with _copied(postgres, template, _database_name()) as dsn:
        yield dsn


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_database(
    postgres: BundledPostgres, template: str, _database_name: Callable[[], str]
) -> AsyncIterator[str]:
    """The DSN of a database that the tests of one file have in common."""
    async with _copied(postgres, template, _database_name()) as dsn:
        yield dsn


@pytest.fixture
async def filled_database(
    postgres: BundledPostgres, filled: tuple[str, Contents], _database_name: Callable[[], str]
) -> AsyncIterator[tuple[str, Contents]]:
    """The DSN of a database with the sample store in it that no other test sees, and what is in it."""
    name, contents = filled
    async with _copied(postgres, name, _database_name()) as dsn:
        yield dsn, contents


@pytest.fixture(scope="session")
def played() -> Iterator[Played]:
    """The demo, played once for the whole run."""
    folder = Path(tempfile.mkdtemp(prefix="billfold-tests-", dir=in_memory()))
    folder.chmod(0o755)  # PostgreSQL may have to run as another user
    status, printed = asyncio.run(run("demo", "--data-dir", str(folder / "store")))
    yield Played(folder / "store", status, printed)
    shutil.rmtree(folder)
