"""Connections are shared out fairly, and one in doubt never reaches the next request as it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import pytest

from billfold.db.database import Database


@pytest.fixture
async def db(database: str) -> AsyncIterator[Database]:
    opened = await Database.connect(database, size=2)
    yield opened
    await opened.close()


async def backend(db: Database) -> int:
    pid: int = await db.fetchval("SELECT pg_backend_pid()")
    return pid


async def test_one_after_the_other_uses_one_connection(db: Database) -> None:
    assert len({await backend(db) for _ in range(5)}) == 1


async def test_many_at_once_share_what_there_is(db: Database) -> None:
    used = await asyncio.gather(*(db.fetchval("SELECT pg_backend_pid() FROM pg_sleep(0.01)") for _ in range(20)))
    assert len(set(used)) == 2


async def test_an_error_of_postgresql_costs_no_connection(db: Database) -> None:
    before = await backend(db)
    for _ in range(5):
        with pytest.raises(asyncpg.DivisionByZeroError):
            await db.fetchval("SELECT 1/0")
    assert await backend(db) == before


async def test_a_cancelled_statement_leaves_the_connection_fit_for_the_next(db: Database) -> None:
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(db.fetchval("SELECT 1 FROM pg_sleep(60)"), 0.05)
    assert await asyncio.gather(*(db.fetchval("SELECT $1::int", n) for n in range(10))) == list(range(10))


async def test_who_gives_up_waiting_takes_no_connection_along(db: Database) -> None:
    async with db.transaction(), db.transaction():
        waiting = [asyncio.create_task(backend(db)) for _ in range(3)]
        await asyncio.wait(waiting, timeout=0.01)
        for task in waiting:
            task.cancel()
        last = asyncio.create_task(backend(db))
        await asyncio.wait([last], timeout=0.01)
        assert not last.done()
    assert await last
    assert len(await asyncio.gather(*(backend(db) for _ in range(4)))) == 4


async def test_whose_turn_comes_while_they_give_up_passes_it_on(db: Database) -> None:
    async with db.transaction():
        async with db.transaction():
            giving_up, next_one = asyncio.create_task(backend(db)), asyncio.create_task(backend(db))
            await asyncio.wait([giving_up, next_one], timeout=0.01)
        giving_up.cancel()
        assert await asyncio.wait_for(next_one, 5)


async def test_a_connection_that_the_server_ended_is_replaced(db: Database, database: str) -> None:
    pid = await backend(db)
    other = await asyncpg.connect(database)
    await other.fetchval("SELECT pg_terminate_backend($1, 5000)", pid)
    await other.close()
    # The news of its end may have arrived before the next statement, or arrive with it.
    with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        await backend(db)
    assert await backend(db) != pid


async def test_closing_closes_every_connection(database: str) -> None:
    db = await Database.connect(database, size=2)
    await asyncio.gather(*(backend(db) for _ in range(4)))
    await db.close()
    with pytest.raises(asyncpg.InterfaceError):
        await backend(db)
