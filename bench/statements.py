"""The statements the application sends for one request, and the script that has pgbench send the same.

Values that differ from request to request become pgbench's variables: the ids of the order and of what belongs to it,
and fresh ids for what is inserted. One thing differs: pgbench cannot know which `lock_version` it has just read, so its
guard compares the column with itself, which costs PostgreSQL the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

import msgspec

from bench.operations import Request
from bench.seeding import CUSTOMERS, ENTRIES, KEPT_EACH, ORDERS, SOURCES, Seeded
from billfold.app import create_app
from billfold.db.database import Database
from billfold.db.leases import Leases
from billfold.settings import Settings

Statement = tuple[str, tuple[Any, ...]]

# No two rows may have the same of these, so every execution needs others.
UNIQUE = ("id", "gateway_reference", "payment_source_token", "fingerprint")
INSERTED = re.compile(r"jsonb_populate_record(?:set)?\(NULL::\w+, \$(\d+)")
GUARD = re.compile(r"lock_version = \$\d+::bigint")
PLACEHOLDER = re.compile(r"\$(\d+)")


class _Watched:
    """A pool that notes what it is asked to do."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self.noted: list[Statement] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._pool, name)
        if name not in ("fetch", "fetchrow", "fetchval", "execute"):
            return found

        def noting(sql: str, *values: Any) -> Any:
            self.noted.append((sql, values))
            return found(sql, *values)

        return noting


@contextmanager
def _watching(db: Database) -> Iterator[list[Statement]]:
    pool = db.pool
    watched = _Watched(pool)
    db.pool = cast(Leases, watched)  # it answers to whatever the leases answer to
    try:
        yield watched.noted
    finally:
        db.pool = pool


async def statements_of(environ: Mapping[str, str], request: Request) -> list[Statement]:
    """What one request makes the application send to PostgreSQL, once its caller is known and the plans are made."""
    app = create_app(Settings.from_environment(environ))
    async with app.router.lifespan_context(app):
        await _call(app, Request("GET", request.path, "", request.token))
        with _watching(app.state.tools.db) as noted:
            await _call(app, request)
            return list(noted)


class Refused(Exception):
    """The application did not do what is to be measured."""


async def _call(app: Any, request: Request) -> None:
    sent: list[Any] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.path,
        "query_string": request.query.encode(),
        "root_path": "",
        "headers": [(n.encode(), v.encode()) for n, v in request.headers()],
        "client": ("127.0.0.1", 1),
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    if sent[0]["status"] != 200:
        raise Refused(f"{request.method} {request.path} was answered {sent[0]['status']}: {sent[1]['body']!r}")


def script(statements: Sequence[Statement], request: Request, seeded: Seeded, orders: range) -> str:
    """What pgbench runs: the statements, for a random one of the orders each time."""
    names = {id: name for name, id in request.ids.items()}
    fresh = {value: f"fresh{i}" for i, value in enumerate(_unique(statements, names))}
    lines = [
        f"\\set n random({orders[0]}, {orders[-1]})",
        f"\\set order {ORDERS} + :n",
        f"\\set source {SOURCES} + :n",
        f"\\set customer {CUSTOMERS} + :n % {seeded.customers}",
        f"\\set entry {ENTRIES} + {KEPT_EACH} * (:n % {seeded.customers})",
        *(f"\\set {name} random({10**17}, {10**18 - 1})" for name in fresh.values()),
        *(_inlined(statement, names | fresh) for statement in statements),
    ]
    return "\n".join(lines) + "\n"


def _unique(statements: Sequence[Statement], names: Mapping[str, str]) -> list[str]:
    """The values that are new with every request, as far as uniqueness demands."""
    found: dict[str, None] = {}
    for sql, values in statements:
        for position in INSERTED.findall(sql):
            given = msgspec.json.decode(values[int(position) - 1])
            for row in given if isinstance(given, list) else [given]:
                found |= {row[c]: None for c in UNIQUE if isinstance(row.get(c), str) and row[c] not in names}
    return list(found)


def _inlined(statement: Statement, names: Mapping[str, str]) -> str:
    sql, values = statement
    sql = GUARD.sub("lock_version = lock_version", sql)
    assert "\n" not in sql
    return PLACEHOLDER.sub(lambda found: _value(values[int(found[1]) - 1], names), sql) + ";"


def _value(value: Any, names: Mapping[str, str]) -> str:
    """The value as SQL, with variables in place of the names it contains."""
    match value:
        case None:
            return "NULL"
        case bool() | int() | float():
            return str(value).lower()
        case datetime():
            return _quoted(value.isoformat())
        case list():
            return f"ARRAY[{', '.join(_value(v, names) for v in value)}]"
        case str() if value in names:
            return f":{names[value]}"
        case str():
            parts = re.split("|".join(f"({re.escape(name)})" for name in names), value)
            pieces = [f":{names[p]}::text" if p in names else _quoted(p) for p in parts if p]
            return f"({' || '.join(pieces)})" if len(pieces) > 1 else _quoted(value)
    raise TypeError(f"A statement has a value of type {type(value).__name__}, which no script can name yet.")


def _quoted(text: str) -> str:
    """A literal in which pgbench sees no variable of its own."""
    inner = text.replace("\\", "\\\\").replace("'", "\\'").replace(":", "\\x3a")
    return f"E'{inner}'"
