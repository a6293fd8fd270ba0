"""What commands have in common: a database to work on, something to show, and a way to fail."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from rich.console import Console
from rich.table import Table

from billfold import settings
from billfold.settings import BadSetting

if TYPE_CHECKING:
    from billfold.db.database import Database

T = TypeVar("T")


class CommandFailed(Exception):
    """The message is all that the user needs to see."""


def with_database(database_url: str | None, work: Callable[[Database], Awaitable[T]]) -> T:
    import asyncpg

    from billfold.db.database import Database

    dsn = dsn_of(database_url)

    async def run() -> T:
        try:
            db = await Database.connect(dsn, size=2)
        except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as trouble:
            raise CommandFailed(f"The database cannot be reached: {trouble}") from trouble
        try:
            return await work(db)
        except asyncpg.UndefinedTableError as trouble:
            raise CommandFailed("The database has no tables yet; run: billfold migrate") from trouble
        finally:
            await db.close()

    return asyncio.run(run())


def dsn_of(given: str | None) -> str:
    found = given or os.environ.get(settings.variable("database_url"))
    if not found:
        raise BadSetting(f"Say where the database is, with --database-url or {settings.variable('database_url')}.")
    return found


def show(made: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(made))
        return
    table = Table(show_header=False, box=None)
    for name, value in made.items():
        table.add_row(f"[bold]{name}", str(value))
    Console(soft_wrap=True).print(table)
