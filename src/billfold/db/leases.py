"""Connections borrowed from asyncpg's pool for good, so that a statement costs nothing but itself.

The pool makes a task and several turns of the event loop of every return; that is right for a connection whose state
is unknown. One that has just answered is ready for the next statement, and is handed on as it is. After anything else
(a cancelled request, a broken line) it goes back to the pool, which tidies it up or replaces it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import asyncpg


class Leases:
    """Stands in for the pool. Whoever finds no free connection waits; the one who has waited longest is next."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._free: list[Any] = []
        self._left = int(pool.get_max_size())
        self._waiting: deque[asyncio.Future[Any]] = deque()

    def fetch(self, sql: str, *values: Any) -> Coroutine[Any, Any, Any]:
        return self._ask("fetch", sql, *values)

    def fetchrow(self, sql: str, *values: Any) -> Coroutine[Any, Any, Any]:
        return self._ask("fetchrow", sql, *values)

    def fetchval(self, sql: str, *values: Any) -> Coroutine[Any, Any, Any]:
        return self._ask("fetchval", sql, *values)

    def execute(self, sql: str, *values: Any) -> Coroutine[Any, Any, Any]:
        return self._ask("execute", sql, *values)

    def executemany(self, sql: str, values: Any) -> Coroutine[Any, Any, Any]:
        return self._ask("executemany", sql, values)

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Any]:
        """A connection for the time of the block."""
        connection = self._at_hand() or await self._take()
        try:
            yield connection
        except BaseException as trouble:
            await self._return_after(trouble, connection)
            raise
        self._hand_on(connection)

    async def _ask(self, verb: str, *given: Any) -> Any:
        """What `acquire` and one call would do, without the price of a context manager."""
        connection = self._at_hand() or await self._take()
        try:
            found = await getattr(connection, verb)(*given)
        except BaseException as trouble:
            await self._return_after(trouble, connection)
            raise
        self._hand_on(connection)
        return found

    async def _return_after(self, trouble: BaseException, connection: Any) -> None:
        if isinstance(trouble, asyncpg.PostgresError):
            self._hand_on(connection)  # PostgreSQL said no and is ready for the next one
        else:
            await self._drop(connection)

    async def close(self) -> None:
        while self._free:
            await self._drop(self._free.pop())
        await self._pool.close()

    def _at_hand(self) -> Any:
        """A free connection; None when that takes waiting."""
        if self._free and _is_open(self._free[-1]):
            return self._free.pop()
        return None

    async def _take(self) -> Any:
        while True:
            while self._free:
                connection = self._free.pop()
                if _is_open(connection):
                    return connection
                await self._drop(connection)
            if self._left:
                return await self._borrow()
            connection = await self._wait()
            if connection is not None:
                self._free.append(connection)

    async def _borrow(self) -> Any:
        self._left -= 1
        try:
            return await self._pool.acquire()
        except BaseException:
            self._left += 1
            self._wake(None)
            raise

    async def _wait(self) -> Any:
        """A connection that was handed on, or None when there is room for another one."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # Its turn came in the same moment: somebody else's now.
                if turn.result() is None:
                    self._wake(None)
                else:
                    self._hand_on(turn.result())
            raise

    def _hand_on(self, connection: Any) -> None:
        if not self._wake(connection):
            self._free.append(connection)

    def _wake(self, found: Any) -> bool:
        """Whether somebody was waiting."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(found)
                return True
        return False

    async def _drop(self, connection: Any) -> None:
        try:
            await self._pool.release(connection)
        finally:
            self._left += 1
            self._wake(None)


def _is_open(connection: Any) -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:
        return False  # the server ended it, and the pool has taken it back already
