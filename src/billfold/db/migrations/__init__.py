"""Bring a database to the schema that the declarations describe, and tell whether it is there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

ONE_AT_A_TIME = 7_203_551  # any number: the advisory lock that keeps two servers from migrating at once


def configuration(connection: Connection | None = None, metadata: MetaData | None = None) -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, metadata=metadata)
    return config


def upgrade(dsn: str) -> None:
    """Apply every migration that the database lacks. Several servers may do so at once.

    dsn  a PostgreSQL URL
    """
    _run(dsn, lambda connection: command.upgrade(configuration(connection), "head"))


def differences(dsn: str, metadata: MetaData) -> list[str]:
    """What the database's schema and the declarations disagree in, one line each."""
    found: list[str] = []
    _run(dsn, lambda c: found.extend(map(repr, compare_metadata(MigrationContext.configure(c), metadata))))
    return found


def revision(dsn: str, metadata: MetaData, message: str) -> None:
    """Write a migration file for what the declarations have and the database has not."""
    _run(dsn, lambda c: command.revision(configuration(c, metadata), message, autogenerate=True))


def _run(dsn: str, work: Callable[[Connection], object]) -> None:
    async def run() -> None:
        engine = create_async_engine(_sqlalchemy_url(dsn), poolclass=pool.NullPool)
        async with engine.begin() as connection:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
            await connection.run_sync(work)
        await engine.dispose()

    asyncio.run(run())


def _sqlalchemy_url(dsn: str) -> str:
    """The same address for SQLAlchemy's asyncpg dialect, which takes fewer parameters."""
    address = urlsplit(dsn)
    query = {n: v for n, v in parse_qsl(address.query) if n in ("host", "port")}
    return urlunsplit(address._replace(scheme="postgresql+asyncpg", query=urlencode(query)))
