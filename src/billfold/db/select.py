"""Reading: include trees and queries → one SQL statement → Records. One compiler for all resources.

However many records a request names and however deep it includes, it is one round trip: PostgreSQL nests the included
rows as JSON. Statements are compiled once per shape (types, include trees, role) and cached as text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec

from billfold.db.database import Database
from billfold.db.filters import Seen, column, where
from billfold.db.relations import join, kept_by
from billfold.db.visibility import EVERYTHING, NOTHING, Bind, may_include, visible
from billfold.domain.caller import Caller
from billfold.domain.errors import NOT_ALLOWED, NOT_FOUND, NotAllowed, NotFound
from billfold.jsonapi.members import Attribute, Many, One, Relationship
from billfold.jsonapi.query import Query, Tree
from billfold.jsonapi.record import Record
from billfold.jsonapi.resource import Registry, Resource

NEWEST_LAST = "{0}.created_at, {0}.id"
LISTS = ("markets", "stock_locations")  # what a caller has any number of


@dataclass(frozen=True, slots=True)
class Wanted:
    """One record to read, by its id or by the value of a unique column, with what to read along."""

    resource: type[Resource]
    key: str
    tree: Tree = ()
    by: str = "id"


@dataclass
class _Statement:
    """SQL in the making. Placeholders are numbered in the order in which their values were first asked for."""

    values: list[Any] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    aliases: int = 0
    for_server: bool = False

    def bind(self, value: Any, kind: str) -> str:
        self.values.append(value)
        return f"${len(self.values)}::{kind}"

    def bind_name(self, name: str) -> str:
        """A value that is known by name when the statement runs: "organization", "customer", "key0", one of LISTS…"""
        if name not in self.names:
            self.names[name] = self.bind(name, "text[]" if name in LISTS else "text")
        return self.names[name]

    def alias(self) -> str:
        self.aliases += 1
        return f"t{self.aliases}"


class Reader:
    """Reads records of one database in the shape of the registry's declarations."""

    def __init__(self, db: Database, registry: Registry) -> None:
        self.db = db
        self.registry = registry
        self._statements: dict[Any, tuple[str, list[str]]] = {}
        self._needs: dict[str, Tree] = {}
        self._known_ends: dict[tuple[type[Resource], str], tuple[Any, type[Resource] | None]] = {}

    async def read(
        self, caller: Caller, *wanted: Wanted, for_server: bool = False, alone: bool = False
    ) -> list[Record | None]:
        """Each wanted record, or None when the caller's organization has no such. One round trip.

        A record that exists but is not this caller's to see has `allowed` False; what to make of it is decided by who
        asked. What is included below a record is only what the caller may see, unless it is read

        for_server  for the server to decide by: then everything is included, each record with its own `allowed`
        alone       for a client who asked for this record by its id: with what is worked out for no other
        """
        shape = (caller.role, for_server, alone, *((w.resource.called, w.tree, w.by) for w in wanted))
        if shape not in self._statements:
            self._statements[shape] = self._compile_read(caller.role, wanted, for_server, alone)
        sql, names = self._statements[shape]
        known = _known(caller) | {f"key{i}": _key(w.key) for i, w in enumerate(wanted)}
        row = await self.db.fetchrow(sql, *(known[n] for n in names))
        assert row is not None
        return [
            self._record(w.resource, msgspec.json.decode(text)) if text else None
            for w, text in zip(wanted, row, strict=True)
        ]

    def _compile_read(
        self, role: str, wanted: Sequence[Wanted], for_server: bool, alone: bool
    ) -> tuple[str, list[str]]:
        st, parts = _Statement(for_server=for_server), []
        for i, w in enumerate(wanted):
            a = st.alias()
            node = self._node(st, w.resource, a, self._tree(w.resource, w.tree), role, alone=alone)
            allowed = visible(self.registry, w.resource, a, role, st.bind_name, way="named")
            parts.append(
                f"(SELECT json_build_object('n', {node}, 'ok', {allowed}) FROM {w.resource.table} {a}"
                f" WHERE {a}.organization_id = {st.bind_name('organization')}"
                f" AND {a}.{w.by} = {st.bind_name(f'key{i}')}"
                f"{self._kind(w.resource, a)})"
            )
        return "SELECT " + ", ".join(parts), st.values

    async def page(
        self,
        caller: Caller,
        resource: type[Resource],
        query: Query,
        *,
        within: tuple[type[Resource], str, str] | None = None,
    ) -> tuple[list[Record], int]:
        """One page of a list and the number of all records that match. One round trip.

        within  (resource, id, relationship): only what stands at that record's relationship. NotFound when there is no
                such record, NotAllowed when it is not the caller's to see
        """
        st = _Statement()
        a, role = "t0", caller.role

        def bind(value: object, kind: str) -> str:
            return st.bind((value,), kind)

        conditions = [f"{a}.organization_id = {st.bind_name('organization')}{self._kind(resource, a)}"]
        source, parent_check = f"{resource.table} {a}", "true"
        order = ""
        if within:
            parent, _, name = within
            relationship = parent.members[name]
            assert isinstance(relationship, Many)
            tied, order = self._tie(st, parent, relationship, resource.called, "p", a)
            named = f"p.organization_id = {st.bind_name('organization')} AND p.id = {st.bind_name('key0')}"
            conditions += [named, tied]
            source += f", {parent.table} p"
            seen = visible(self.registry, parent, "p", role, st.bind_name, way="named")
            parent_check = f"(SELECT {seen} FROM {parent.table} p WHERE {named}{self._kind(parent, 'p')})"
            conditions.append(self._seen_beside(role, st.bind_name, parent, resource, a))
        else:
            conditions.append(visible(self.registry, resource, a, role, st.bind_name, way="listed"))
        beside = partial(self._seen_beside, role, st.bind_name)
        if query.filters:
            conditions.append(where(query.filters, resource, self.registry, a, bind, beside))
        condition = " AND ".join(c for c in conditions if c != EVERYTHING)
        order = self._order(resource, query, a, beside) or order or NEWEST_LAST.format(a)
        st.aliases = 1
        node = self._node(st, resource, a, self._tree(resource, query.include), role)
        sql = (
            f"SELECT {parent_check}, (SELECT count(*) FROM {source} WHERE {condition}),"
            f" (SELECT json_agg(n) FROM (SELECT json_build_object('n', {node}) AS n FROM {source} WHERE {condition}"
            f" ORDER BY {order} LIMIT {query.size} OFFSET {query.size * (query.number - 1)}) page)"
        )
        known = _known(caller) | {"key0": _key(within[1]) if within else None}
        values = [v[0] if isinstance(v, tuple) else known[v] for v in st.values]
        row = await self.db.fetchrow(sql, *values)
        assert row is not None
        if not row[0]:
            raise NotFound(NOT_FOUND) if row[0] is None else NotAllowed(NOT_ALLOWED)
        found = msgspec.json.decode(row[2]) if row[2] else []
        return [self._record(resource, node) for node in found], row[1]

    def _seen_beside(self, role: str, bind: Bind, parent: type[Resource], resource: type[Resource], alias: str) -> str:
        """The condition under which a row beside one of `parent` is this caller's to see."""
        if not may_include(parent, resource, role):
            return NOTHING
        # What anybody may see says nothing of whose business it is what stands beside it.
        return visible(self.registry, resource, alias, role, bind, way="included" if parent.owner else "listed")

    def _order(self, resource: type[Resource], query: Query, alias: str, seen: Seen) -> str:
        """ORDER BY from the query; related values are looked up beside each row. Ties are broken by id."""
        keys = []
        for path, descending in query.sort:
            direction = "DESC NULLS LAST" if descending else "ASC NULLS FIRST"
            keys.append(f"{self._sort_key(resource, path, alias, seen)} {direction}")
        return ", ".join([*keys, f"{alias}.id"]) if keys else ""

    def _sort_key(self, resource: type[Resource], path: tuple[str, ...], alias: str, seen: Seen) -> str:
        name, *rest = path
        member = self.member(resource, name)
        if not rest:
            if isinstance(member, Attribute):
                return column(resource, member, alias)
            assert isinstance(member, One)
            if member.columns:
                return f"{alias}.{member.columns[0]}"
        assert isinstance(member, One)
        target, child = member.targets[0], f"{alias}s"
        table, tied = join(self.registry, resource, member, target, alias, child)
        key = self._sort_key(self.registry[target], tuple(rest), child, seen) if rest else f"{child}.id"
        return f"(SELECT {key} FROM {table} {child} WHERE {tied} AND {seen(resource, self.registry[target], child)})"

    # From here on: include trees.

    def member(self, resource: type[Resource], name: str) -> Any:
        """The member of that name: of the resource or, for the base of a family, of any of its kinds."""
        if name in resource.members:
            return resource.members[name]
        kinds = (self.registry[k] for k in resource.kinds if k in self.registry)
        return next((k.members[name] for k in kinds if name in k.members), None)

    def owner_of(self, resource: type[Resource], name: str) -> type[Resource]:
        """The resource that declares the member: itself, or a kind of its family."""
        if name in resource.members:
            return resource
        return next(self.registry[k] for k in resource.kinds if name in self.registry[k].members)

    def _tree(self, resource: type[Resource], tree: Tree) -> Tree:
        """What was asked for, and what the derived attributes of everything shown need beside it."""
        merged = merge(tree, self._needed(resource))
        grown = []
        for name, below in merged:
            member = self.member(resource, name)
            if not isinstance(member, Relationship):
                continue  # a polymorphic path: another type has this relationship
            grown_below = below
            for target in member.targets:
                if target in self.registry:
                    grown_below = merge(grown_below, self._tree(self.registry[target], below))
            grown.append((name, grown_below))
        return tuple(grown)

    def _needed(self, resource: type[Resource]) -> Tree:
        if resource.called not in self._needs:
            kinds = [self.registry[k] for k in resource.kinds if k in self.registry]
            texts = {a.needs for r in (resource, *kinds) for a in r.attributes() if a.needs}
            self._needs[resource.called] = tree_of(" ".join(sorted(texts)))
        return self._needs[resource.called]

    def _node(
        self,
        st: _Statement,
        resource: type[Resource],
        alias: str,
        tree: Tree,
        role: str,
        seen: str = EVERYTHING,
        *,
        alone: bool = False,
    ) -> str:
        """A JSON expression for one row: {"v": its columns, "c": {what was chosen for it}, "r": {relationship: what was
        included}, "ok": may see it}.

        seen   the condition to report as "ok"; left out when it is always true
        alone  whether it is what a client asked for by its id
        """
        ok = "" if seen == EVERYTHING else f", 'ok', {seen}"
        own = f"'v', {alias}"
        chosen = {name: rule(alias) for name, rule in self._chosen(resource).items()}
        if alone:
            chosen |= {a.name: a.alone(alias, st.bind_name) for a in resource.attributes() if a.alone}
        if chosen:
            pairs = ", ".join(f"'{name}', {expression}" for name, expression in chosen.items())
            own += f", 'c', json_build_object({pairs})"
        if not tree:
            return f"json_build_object({own}{ok})"
        parts = []
        for name, below in tree:
            member = self.member(resource, name)
            if isinstance(member, Relationship):
                declared_on = self.owner_of(resource, name)
                parts.append(f"'{name}', {self._related(st, declared_on, member, alias, below, role)}")
        return f"json_build_object({own}, 'r', json_build_object({', '.join(parts)}){ok})"

    def _chosen(self, resource: type[Resource]) -> dict[str, Callable[[str], str]]:
        """The attributes that the database works out for a row, of whichever kind of the family it is."""
        kinds = [self.registry[k] for k in resource.kinds if k in self.registry]
        return {a.read_as: a.chosen for r in (*kinds, resource) for a in r.attributes() if a.chosen}

    def _related(
        self, st: _Statement, resource: type[Resource], member: Relationship, parent: str, below: Tree, role: str
    ) -> str:
        selects = {}
        for target in self._ends(member):
            other, child = self.registry[target], st.alias()
            seen = self._seen_beside(role, st.bind_name, resource, other, child)
            if seen == NOTHING and not st.for_server:
                continue  # before anything is bound: a value that stands nowhere in the SQL has no type
            tied, order = self._tie(st, resource, member, target, parent, child)
            condition = tied if seen == EVERYTHING or st.for_server else f"{tied} AND {seen}"
            reported = seen if st.for_server else EVERYTHING
            node = self._node(st, other, child, self._fitting(other, below), role, reported)
            if isinstance(member, Many):
                aggregated = f"json_agg({node} ORDER BY {order or NEWEST_LAST.format(child)})"
                selects[target] = (
                    f"(SELECT coalesce({aggregated}, '[]'::json) FROM {other.table} {child} WHERE {condition})"
                )
            else:
                selects[target] = f"(SELECT {node} FROM {other.table} {child} WHERE {condition})"
        if not selects:
            return "'[]'::json" if isinstance(member, Many) else "NULL::json"
        if len(member.targets) == 1 or isinstance(member, Many):
            return next(iter(selects.values()))
        assert isinstance(member, One)
        by_type = f"{parent}.{kept_by(resource, member).columns[1]}"
        cases = []
        for target, select in selects.items():
            kinds = (k for k in self.registry[target].kinds if k not in selects)
            called = ", ".join(f"'{name}'" for name in (target, *kinds))
            cases.append(f"WHEN {by_type} IN ({called}) THEN {select}")
        return f"CASE {' '.join(cases)} END"

    def _ends(self, member: Relationship) -> Iterable[str]:
        """The declared types at the other end. Several kinds of one family are read as what they are kept as: once."""
        declared = [self.registry[t] for t in member.targets if t in self.registry]
        families = Counter(r.base for r in declared if r.base)
        return dict.fromkeys(r.base.called if r.base and families[r.base] > 1 else r.called for r in declared)

    def _tie(
        self, st: _Statement, resource: type[Resource], member: Relationship, target: str, parent: str, child: str
    ) -> tuple[str, str]:
        """(condition, order) that tie rows called `child` to the row called `parent`."""
        assert isinstance(member, One | Many)
        if member.told:
            ids = st.bind_name(member.told)
            named = f"{child}.id = ANY ({ids})" if isinstance(member, Many) else f"{child}.id = {ids}"
            return f"{child}.organization_id = {parent}.organization_id AND {named}", ""
        if member.chosen:
            chosen = member.chosen(child, parent)
            return chosen.condition, chosen.order
        return join(self.registry, resource, member, target, parent, child)[1], ""

    def _fitting(self, resource: type[Resource], tree: Tree) -> Tree:
        return tuple((name, below) for name, below in tree if isinstance(self.member(resource, name), Relationship))

    def _kind(self, resource: type[Resource], alias: str) -> str:
        return f" AND {alias}.type = '{resource.called}'" if resource.base else ""

    def _record(self, resource: type[Resource], given: dict[str, Any]) -> Record:
        node = given["n"]
        record = self._build(resource, node)
        record.allowed = given.get("ok", True)
        return record

    def _build(self, resource: type[Resource], node: dict[str, Any]) -> Record:
        values = node["v"]
        if "c" in node:
            values |= node["c"]
        if resource.kinds or resource.base:
            values |= values.pop("details")
            resource = self.registry[values["type"]]
        record = Record(resource, values, allowed=node.get("ok", True))
        for name, found in (node.get("r") or {}).items():
            member, target = self._end(resource, name)
            if member is None:
                continue  # a relationship of another kind of the family
            related: Record | list[Record] | None = None
            if isinstance(found, dict):
                related = self._build(target or self.registry[values[kept_by(resource, member).columns[1]]], found)
            elif found is not None:
                related = [self._build(target, n) for n in found] if target else []
            if member.chosen and related:
                for other in related if isinstance(related, list) else [related]:
                    other.beside = record
            record.related[name] = related
        return record

    def _end(self, resource: type[Resource], name: str) -> tuple[Any, type[Resource] | None]:
        """The member of that name and what stands at its other end, where each record of it does not say so itself."""
        key = resource, name
        if key not in self._known_ends:
            member = self.member(resource, name)
            targets = member.targets if member and (isinstance(member, Many) or isinstance(member.to, str)) else ()
            self._known_ends[key] = member, next((self.registry[t] for t in targets if t in self.registry), None)
        return self._known_ends[key]


def _known(caller: Caller) -> dict[str, Any]:
    """What every statement may ask for by name."""
    return {
        "organization": caller.organization_id,
        "customer": caller.customer_id,
        "markets": list(caller.market_ids),
        "stock_locations": list(caller.stock_location_ids),
    }


def _key(sent: str) -> str:
    """PostgreSQL's texts hold no NUL, so no record has a key with one."""
    return "" if "\x00" in sent else sent


def tree_of(paths: str | Iterable[str]) -> Tree:
    """Include paths, as in "customer payment_method.payment_gateway", → their tree."""
    tree: dict[str, Any] = {}
    for path in paths.split() if isinstance(paths, str) else paths:
        level = tree
        for name in path.split("."):
            level = level.setdefault(name, {})
    return _frozen(tree)


def merge(one: Tree, other: Tree) -> Tree:
    if not other or one == other:
        return one
    if not one:
        return other
    merged: dict[str, Tree] = dict(one)
    for name, below in other:
        merged[name] = merge(merged.get(name, ()), below)
    return tuple(sorted(merged.items()))


def _frozen(tree: dict[str, Any]) -> Tree:
    return tuple(sorted((name, _frozen(below)) for name, below in tree.items()))
