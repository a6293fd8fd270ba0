"""Writing: the changes of one request, put down as one guarded statement.

A use-case changes records in memory; `commit` writes everything at once and only if nobody changed the guarding record
since it was read. All changes around an order are guarded by that order, so what was decided from a read still holds
when it is written. The statement carries the events and jobs too: they exist exactly if their cause does.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from billfold.db.columns import columns
from billfold.db.database import Database
from billfold.db.relations import kept_by
from billfold.domain.errors import Conflict, Locked, NotFound
from billfold.domain.ids import new_id
from billfold.jsonapi.members import Attribute, Many, One
from billfold.jsonapi.record import Key, Record
from billfold.jsonapi.resource import Registry, Resource


@dataclass
class _Statement:
    """CTEs and their values; `text` is the same for every write of the same shape, so PostgreSQL plans it once."""

    ctes: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def bind(self, value: Any, kind: str) -> str:
        if kind == "jsonb" and value is not None:
            value = msgspec.json.encode(value).decode()
        elif kind == "timestamptz" and isinstance(value, str):
            value = datetime.fromisoformat(value)
        self.values.append(value)
        return f"${len(self.values)}::{kind}"


@dataclass
class Written:
    """What a request has written so far, by the records' keys.

    changed   the copy in memory that was changed last, and the names of all columns that were
    inserted  whether or not they were changed again since
    """

    changed: dict[Key, tuple[Record, set[str]]] = field(default_factory=dict)
    inserted: dict[Key, Record] = field(default_factory=dict)
    deleted: set[Key] = field(default_factory=set)

    @property
    def anything(self) -> bool:
        return bool(self.changed or self.inserted or self.deleted)


class Changes:
    """The unit of work of one request.

    now      the moment that everything written in it bears
    written  by its commits so far
    """

    def __init__(self, db: Database, registry: Registry, organization_id: str, now: datetime) -> None:
        self.db = db
        self.registry = registry
        self.organization_id = organization_id
        self.now = now.replace(microsecond=now.microsecond // 1000 * 1000)  # as documents show it, so filters find it
        self.written = Written()
        self._guard: Record | None = None
        self._watched: dict[Key, Record] = {}
        self._inserted: dict[Key, Record] = {}
        self._changed: dict[Key, tuple[Record, set[str]]] = {}
        self._deleted: list[Record] = []
        self._former: dict[Key, dict[str, Any]] = {}
        self._added: dict[Key, dict[str, Any]] = {}
        self._extended: dict[Key, dict[str, Any]] = {}
        self._rows: list[tuple[str, dict[str, Any]]] = []
        self._joined: dict[tuple[str, str, str], tuple[Record, Many]] = {}

    def inserts(self, record: Record) -> bool:
        """Whether the record is new and not written yet."""
        return record.key in self._inserted

    def guard(self, record: Record) -> None:
        """Write only if `record` is as it was read. Without a word the first record changed or deleted is it."""
        if record.key not in self._inserted:
            self._guard = record

    def watch(self, record: Record) -> None:
        """Write only if `record` is as it was read, too, and have others who watch it see that something was decided
        from it. For what several guards have in common, such as a shelf; never the guard itself."""
        if record.key not in self._inserted:
            self._watched[record.key] = record
            self.touch(record)

    def set(self, record: Record, **values: Any) -> None:
        """Change values; those that are equal already are no change."""
        key, kept = record.key, record.values
        changed = {n for n, v in values.items() if kept.get(n) != v}
        if not changed:
            return
        former = self._former.setdefault(key, {})
        for name in changed:
            former.setdefault(name, kept.get(name))
        for relative in (self._added, self._extended):
            for name in changed if key in relative else ():
                relative[key].pop(name, None)
        kept.update(values)
        if key not in self._inserted:
            self._changed.setdefault(key, (record, set()))[1].update(changed)
        self._touch(record)

    def add(self, record: Record, **much: int) -> None:
        """Change numbers by so much, from whatever they are when it is written: rivals neither lose nor overwrite it.

        The limits declared for them (`at_least`, `at_most`) hold; where one would be broken `commit` raises Conflict,
        so that the request is decided anew. No number of a kind that is kept in `details`.
        """
        for name, delta in much.items():
            before = self._added.get(record.key, {}).get(name, 0)
            self.set(record, **{name: (record[name] or 0) + delta})
            if record.key not in self._inserted:
                self._added.setdefault(record.key, {})[name] = before + delta

    def extend(self, record: Record, **more: Any) -> None:
        """Put more at the end of arrays and into objects, whatever rivals put there at the same moment."""
        for name, value in more.items():
            before = self._extended.get(record.key, {}).get(name)
            self.set(record, **{name: _put_together(record[name], value)})
            if record.key not in self._inserted:
                self._extended.setdefault(record.key, {})[name] = _put_together(before, value)

    def former(self, record: Record, name: str) -> Any:
        """The value before this unit of work changed it."""
        return self._former.get(record.key, record.values).get(name, record.values.get(name))

    def relate(self, record: Record, name: str, other: Record | None) -> None:
        """Point a to-one relationship at a record (or at nothing), in memory too."""
        member = record.resource.members[name]
        assert isinstance(member, One)
        id_column, *type_column = kept_by(record.resource, member).columns
        self.set(record, **{id_column: other.id if other else None})
        if type_column:
            self.set(record, **{type_column[0]: other.type if other else None})
        record.related[name] = other

    def list_up(self, record: Record, name: str, others: list[Record]) -> None:
        """Have a to-many relationship consist of these; where it is kept at the other end, of these too."""
        member = record.resource.members[name]
        assert isinstance(member, Many)
        if member.through:
            record.related[name] = others
            self._joined[(*record.key, name)] = record, member
        else:
            for other in others:
                self.relate(other, member.by, record)
            if name in record.related:
                listed = {other.key for other in others}
                record.related[name] = [*(r for r in record.many(name) if r.key not in listed), *others]
        self.touch(record)

    def touch(self, record: Record) -> None:
        """Have `updated_at` and `lock_version` move although no value changed."""
        if record.key not in self._inserted:
            self._changed.setdefault(record.key, (record, set()))
        self._touch(record)

    def _touch(self, record: Record) -> None:
        record.values["updated_at"] = self.now

    def insert(
        self, called: str, values: Mapping[str, Any], related: Mapping[str, Record | None] | None = None
    ) -> Record:
        """A new record: declared defaults, then `values`, then the columns of `related`."""
        resource = self.registry[called]
        fresh = _blank(resource)
        fresh |= {"id": new_id(), "lock_version": 0, "created_at": self.now, "updated_at": self.now}
        if resource.base:
            fresh["type"] = called
        fresh |= values
        record = Record(resource, fresh)
        self._inserted[record.key] = record
        for name, other in (related or {}).items():
            self.relate(record, name, other)
        return record

    def delete(self, record: Record) -> None:
        """Remove a record, or take back its insertion."""
        if self._inserted.pop(record.key, None) is None:
            self._changed.pop(record.key, None)
            self._deleted.append(record)

    def row(self, table: str, values: Mapping[str, Any]) -> None:
        """A row of one of the server's own tables."""
        self._rows.append((table, {"organization_id": self.organization_id, **values}))

    def event(self, topic: str, record: Record, payload: Mapping[str, Any] | None = None) -> None:
        """Say what happened, as in "orders.place", for whoever listens."""
        self.row(
            "outbox",
            {"topic": topic, "resource_id": record.id, "payload": dict(payload or {}), "created_at": self.now},
        )

    def job(self, kind: str, run_at: datetime, payload: Mapping[str, Any]) -> str:
        """Have the worker do something, not before `run_at`. Returns the job's id."""
        id = new_id()
        self.row(
            "jobs",
            {
                "id": id,
                "kind": kind,
                "payload": dict(payload),
                "run_at": run_at,
                "attempts": 0,
                "created_at": self.now,
            },
        )
        return id

    @property
    def pending(self) -> bool:
        return bool(self._inserted or self._changed or self._deleted or self._rows)

    async def commit(self) -> None:
        """Write everything in one round trip, or raise and write nothing.

        Conflict  the guard or what is watched was changed meanwhile, or somebody else just wrote what must be unique or
                  took what there was left: read again
        Locked    a record to delete is still needed by others
        NotFound  a record to point at is gone
        """
        if not self.pending:
            return
        st = _Statement()
        guard = self._guard or next((r for r, _ in self._changed.values()), None) or next(iter(self._deleted), None)
        if guard is not None:
            self._write_guard(st, guard)
        for record in self._inserted.values():
            self._write_insert(st, record, guarded=guard is not None)
        for record, names in self._changed.values():
            if record is not guard:
                self._write_update(st, record, names, " AND EXISTS (SELECT 1 FROM guard)")
        for record in self._deleted:
            if record is not guard:
                self._write_delete(st, record, " AND EXISTS (SELECT 1 FROM guard)")
        for record, member in self._joined.values():
            self._write_joined(
                st, record, member, [other.id for other in record.many(member.name)], guarded=bool(guard)
            )
        for (table, shape), rows in self._rows_by_shape().items():
            self._write_rows(st, table, shape, rows, guarded=guard is not None)
        wrote = "(SELECT count(*) FROM guard)" if guard is not None else "1"
        try:
            written = await self.db.fetchval(f"WITH {', '.join(st.ctes)} SELECT {wrote}", *st.values)
        except (
            asyncpg.UniqueViolationError,
            asyncpg.CheckViolationError,
            asyncpg.DeadlockDetectedError,
        ) as trouble:
            raise Conflict(
                "was changed by somebody else meanwhile", meta={"constraint": _constraint(trouble)}
            ) from trouble
        except asyncpg.ForeignKeyViolationError as trouble:
            if self._deleted:
                raise Locked("cannot be deleted: other records still refer to it.") from trouble
            raise NotFound("refers to a record that is gone.") from trouble
        if written == 0:
            raise Conflict("was changed by somebody else meanwhile")
        for record in (r for r, _ in self._changed.values()):
            record.values["lock_version"] += 1
        if guard is not None and guard.key not in self._changed and guard not in self._deleted:
            guard.values["lock_version"] += 1
        self._note()
        self.forget()

    def _note(self) -> None:
        for key, (record, names) in self._changed.items():
            _, before = self.written.changed.get(key, (record, set()))
            self.written.changed[key] = record, before | names
        self.written.inserted |= self._inserted
        self.written.deleted |= {record.key for record in self._deleted}

    def forget(self) -> None:
        """Drop everything that was not written yet."""
        self._guard, self._watched = None, {}
        self._inserted, self._changed, self._deleted, self._rows, self._former = {}, {}, [], [], {}
        self._added, self._extended, self._joined = {}, {}, {}

    def _write_guard(self, st: _Statement, guard: Record) -> None:
        unchanged = self._unchanged(st, guard)
        for at, record in enumerate(self._watched.values()):
            st.ctes.append(
                f"watched{at} AS (SELECT 1 FROM {record.resource.table}"
                f" WHERE {self._identity(st, record)}{self._unchanged(st, record)} FOR UPDATE)"
            )
            unchanged += f" AND EXISTS (SELECT 1 FROM watched{at})"
        if guard in self._deleted:
            self._write_delete(st, guard, unchanged, name="guard")
        else:
            _, names = self._changed.get(guard.key, (guard, set()))
            self._write_update(st, guard, names, unchanged, name="guard")

    def _write_update(self, st: _Statement, record: Record, names: Iterable[str], where: str, name: str = "") -> None:
        kept, details = self._split(record.resource, names)
        sets = ["lock_version = lock_version + 1"]
        if record.key in self._changed:
            sets.append(f"updated_at = {st.bind(self.now, 'timestamptz')}")
        added, extended = self._added.get(record.key, {}), self._extended.get(record.key, {})
        for c, kind in kept:
            if c in added:
                sets.append(f"{c} = coalesce({c}, 0) + {st.bind(added[c], kind)}")
            elif c in extended:
                empty = st.bind(type(extended[c])(), kind)
                sets.append(f"{c} = coalesce({c}, {empty}) || {st.bind(extended[c], kind)}")
            else:
                sets.append(f"{c} = {st.bind(record[c], kind)}")
        if details:
            sets.append(f"details = details || {st.bind({d: record[d] for d in details}, 'jsonb')}")
        st.ctes.append(
            f"{name or f'w{len(st.ctes)}'} AS (UPDATE {record.resource.table} SET {', '.join(sets)}"
            f" WHERE {self._identity(st, record)}{where} RETURNING 1)"
        )

    def _write_delete(self, st: _Statement, record: Record, where: str, name: str = "") -> None:
        st.ctes.append(
            f"{name or f'w{len(st.ctes)}'} AS (DELETE FROM {record.resource.table}"
            f" WHERE {self._identity(st, record)}{where} RETURNING 1)"
        )
        for member in record.resource.of(Many):
            if member.through:
                self._write_joined(st, record, member, [], guarded=True)

    def _write_joined(self, st: _Statement, record: Record, member: Many, ids: list[str], *, guarded: bool) -> None:
        """Make `ids` all that the joining table says of the record."""
        others = st.bind(ids, "text[]")
        row = ", ".join(st.bind(v, "text") for v in (self.organization_id, record.resource.table, record.id))
        condition = " AND EXISTS (SELECT 1 FROM guard)" if guarded else ""
        st.ctes.append(
            f"w{len(st.ctes)} AS (DELETE FROM {member.through}"
            f" WHERE (organization_id, record_type, record_id) = ({row}) AND {member.by} <> ALL ({others}){condition})"
        )
        st.ctes.append(
            f"w{len(st.ctes)} AS (INSERT INTO {member.through} (organization_id, record_type, record_id, {member.by})"
            f" SELECT {row}, o FROM unnest({others}) o WHERE true{condition} ON CONFLICT DO NOTHING)"
        )

    def _write_insert(self, st: _Statement, record: Record, *, guarded: bool) -> None:
        kept, details = self._split(record.resource, record.values)
        row = {c: record[c] for c, _ in kept} | {"organization_id": self.organization_id}
        if record.resource.base:
            row["details"] = {d: record[d] for d in details}
        self._insert(st, record.resource.table, row, guarded)

    def _rows_by_shape(self) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
        """By (table, columns), in the order they were made: events are numbered in the order they happened."""
        found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for table, values in self._rows:
            found.setdefault((table, ", ".join(values)), []).append(values)
        return found

    def _write_rows(
        self, st: _Statement, table: str, names: str, rows: list[Mapping[str, Any]], *, guarded: bool
    ) -> None:
        st.ctes.append(
            f"w{len(st.ctes)} AS (INSERT INTO {table} ({names}) SELECT {names}"
            f" FROM jsonb_populate_recordset(NULL::{table}, {st.bind(rows, 'jsonb')})"
            f"{' WHERE EXISTS (SELECT 1 FROM guard)' if guarded else ''})"
        )

    def _insert(self, st: _Statement, table: str, row: Mapping[str, Any], guarded: bool) -> None:
        st.ctes.append(
            f"w{len(st.ctes)} AS (INSERT INTO {table} SELECT r.*"
            f" FROM jsonb_populate_record(NULL::{table}, {st.bind(row, 'jsonb')}) r"
            f"{' WHERE EXISTS (SELECT 1 FROM guard)' if guarded else ''})"
        )

    def _unchanged(self, st: _Statement, record: Record) -> str:
        return f" AND lock_version = {st.bind(record['lock_version'], 'bigint')}"

    def _identity(self, st: _Statement, record: Record) -> str:
        return f"organization_id = {st.bind(self.organization_id, 'text')} AND id = {st.bind(record.id, 'text')}"

    def _split(self, resource: type[Resource], names: Iterable[str]) -> tuple[list[tuple[str, str]], list[str]]:
        """(columns with their types, names kept in `details`) of those names, in a stable order."""
        kinds, inside = _layout(self.registry, resource)
        wanted = sorted(names)
        return [(c, kinds[c]) for c in wanted if c in kinds], [d for d in wanted if d in inside]


_BLANKS: dict[type[Resource], tuple[dict[str, Any], dict[str, Any]]] = {}


def _blank(resource: type[Resource]) -> dict[str, Any]:
    """What a record has to begin with, by column. Defaults that could be changed in place are its own."""
    if resource not in _BLANKS:
        always: dict[str, Any] = {c: None for m in resource.of(One) for c in m.columns}
        always |= {column: a.default for a in resource.attributes() for column in a.columns}
        _BLANKS[resource] = always, {c: v for c, v in always.items() if isinstance(v, dict | list)}
    always, own = _BLANKS[resource]
    return always | copy.deepcopy(own)


Layout = tuple[dict[str, str], frozenset[str]]
_LAYOUTS: dict[tuple[Registry, type[Resource]], Layout] = {}


def _layout(registry: Registry, resource: type[Resource]) -> Layout:
    """(columns with types, details) of a resource, worked out once."""
    key = (registry, resource)
    if key not in _LAYOUTS:
        _LAYOUTS[key] = _lay_out(registry, resource)
    return _LAYOUTS[key]


def _lay_out(registry: Registry, resource: type[Resource]) -> Layout:
    inside = frozenset(
        c for m in resource.members.values() if isinstance(m, Attribute) and resource.in_details(m) for c in m.columns
    )
    kinds = columns(registry, resource)
    return {c: k for c, k in kinds.items() if c not in ("organization_id", "details")}, inside


def _put_together(before: Any, more: Any) -> Any:
    if before is None:
        return more
    return {**before, **more} if isinstance(more, dict) else [*before, *more]


def _constraint(trouble: asyncpg.PostgresError) -> str:
    return str(getattr(trouble, "constraint_name", "") or "")
