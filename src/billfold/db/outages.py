"""How it shows that PostgreSQL cannot be talked to: stopped, starting, full, or its line cut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from traceback import walk_tb

import asyncpg


class NoAnswer(Exception):
    """The database was asked and has not answered in time."""


# https://www.postgresql.org/docs/18/errcodes-appendix.html, classes 08, 53 and 57.
GONE = (
    NoAnswer,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
)
# What asyncpg says, in classes of errors that have programmers' mistakes in them as well. The last is what becomes of a
# statement that is sent when PostgreSQL has said that it ends the connection and has not ended it yet.
CLOSED = re.compile("connection is closed|connection has been released|pool is clos|cannot switch to state")


def is_outage(trouble: BaseException) -> bool:
    """Whether an exception, or one that led to it, means that there is no talking to the database."""
    return any(
        isinstance(one, GONE)
        or (isinstance(one, asyncpg.InterfaceError | asyncpg.InternalClientError) and bool(CLOSED.search(str(one))))
        # Others lose connections, too: whose it was is told by where it was raised.
        or (isinstance(one, OSError) and _came_out_of_asyncpg(one))
        for one in _led_to(trouble)
    )


def reason(trouble: BaseException) -> str:
    """One line for the log, which needs no traceback to tell what is the matter."""
    return " ".join(f"{type(trouble).__name__}: {trouble}".split())


def _led_to(trouble: BaseException | None) -> Iterator[BaseException]:
    while trouble is not None:
        yield trouble
        trouble = trouble.__cause__ or trouble.__context__


def _came_out_of_asyncpg(trouble: OSError) -> bool:
    frames = (frame for frame, _ in walk_tb(trouble.__traceback__))
    return any(frame.f_globals.get("__name__", "").startswith("asyncpg.") for frame in frames)
