"""The pool of connections to PostgreSQL, and the count of its round trips."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg

from billfold.db.leases import Leases


class Database:
    """All SQL of the process goes through one of these.

    round_trips  statements sent so far; tests hold requests to their budget with it
    """

    def __init__(self, pool: Leases) -> None:
        self.pool = pool
        self.round_trips = 0

    @classmethod
    async def connect(cls, dsn: str, *, size: int = 10) -> Database:
        """Open the pool.

        dsn   a PostgreSQL URL; `?statement_cache_size=0` is honoured, which PgBouncer's transaction mode needs
        size  connections at most
        """
        address, query = urlsplit(dsn), dict(parse_qsl(urlsplit(dsn).query))
        cache = int(query.pop("statement_cache_size", 1024))
        pool = await asyncpg.create_pool(
            urlunsplit(address._replace(query=urlencode(query))),
            min_size=1,
            max_size=size,
            statement_cache_size=cache,
            max_cacheable_statement_size=0,  # no limit: what reads a whole order is long, and planned once all the same
            # A plan per statement, made once: planning these statements costs more than a better plan would save.
            server_settings={"timezone": "UTC", "plan_cache_mode": "force_generic_plan", "jit": "off"},
            max_inactive_connection_lifetime=0,
            command_timeout=30,
            reset=_keep_session,
        )
        return cls(Leases(pool))

    async def close(self) -> None:
        await self.pool.close()

    # These pass on what the pool answers without waiting for it: a coroutine between would do nothing but cost time.

    def fetch(self, sql: str, *values: Any) -> Coroutine[Any, Any, list[asyncpg.Record]]:
        self.round_trips += 1
        return self.pool.fetch(sql, *values)

    def fetchrow(self, sql: str, *values: Any) -> Coroutine[Any, Any, asyncpg.Record | None]:
        self.round_trips += 1
        return self.pool.fetchrow(sql, *values)

    def fetchval(self, sql: str, *values: Any) -> Coroutine[Any, Any, Any]:
        self.round_trips += 1
        return self.pool.fetchval(sql, *values)

    def execute(self, sql: str, *values: Any) -> Coroutine[Any, Any, str]:
        self.round_trips += 1
        return self.pool.execute(sql, *values)

    def executemany(self, sql: str, values: Sequence[Sequence[Any]]) -> Coroutine[Any, Any, None]:
        self.round_trips += 1
        return self.pool.executemany(sql, values)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[asyncpg.Connection]:
        """One connection inside one transaction. Never hold it open across a call to a PSP."""
        async with self.pool.acquire() as connection, connection.transaction():
            self.round_trips += 2
            yield connection


async def _keep_session(connection: asyncpg.Connection) -> None:
    """Sessions carry no state of ours, so returning one to the pool costs no round trip."""
