"""Filters → SQL conditions with bound values; a relationship on the way becomes a subquery.

What each matcher means for null is SQL's answer, with the exceptions their names say:

* `_eq`, `_in`, comparisons, patterns and their negations (`_not_eq`, `_not_in`, `_does_not_match`, `_not_cont` …) never
  match null; `_eq_or_null`, `_not_eq_or_null`, `_in_or_null` and `_not_in_or_null` always do.
* `_true` and `_false` never match null, whichever value they are sent with.
* `_blank` matches null and what is empty: "", {} and []. `_present` is its opposite, as `_not_null` is that of `_null`.
* Beyond a relationship, a record without a related one has null there, as in an outer join. Beyond a to-many
  relationship it is enough that one related record matches, for negations too.

`_any` matches when one of the values does, `_all` when each does. `_matches` takes % and _ as SQL has them; in
`_start`, `_end` and `_cont` they stand for themselves. Those, `_matches` and their negations ignore case, as Ransack
does on PostgreSQL (https://github.com/activerecord-hackery/ransack/issues/1421); all else heeds it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from billfold.db.relations import join, kept_by
from billfold.jsonapi.filter_names import attribute_at, filter_targets
from billfold.jsonapi.members import Attribute, One, Relationship
from billfold.jsonapi.query import Condition, Path
from billfold.jsonapi.resource import Registry, Resource

Bind = Callable[[object, str], str]
# (resource, what stands beside it, alias of that row) → the condition under which the caller may see that row.
Seen = Callable[[type[Resource], type[Resource], str], str]

_COMPARISONS: Final[Mapping[str, str]] = MappingProxyType({"lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="})
_EQUALITIES: Final[Mapping[str, str]] = MappingProxyType(
    {"eq": "= {}", "not_eq": "<> {}", "in": "= ANY ({})", "not_in": "<> ALL ({})", "not_eq_all": "<> ALL ({})"}
)
# What stands before and after the escaped value; None where the value is a pattern of the client's own.
_PATTERNS: Final[Mapping[str, tuple[str, str] | None]] = MappingProxyType(
    {"matches": None, "start": ("", "%"), "end": ("%", ""), "cont": ("%", "%")}
)
_EMPTY: Final[Mapping[str, str]] = MappingProxyType({"text": " OR {0} = ''", "jsonb": " OR {0} IN ('{{}}', '[]')"})


def everything(resource: type[Resource], beside: type[Resource], alias: str) -> str:
    return "true"


def where(
    conditions: tuple[Condition, ...],
    resource: type[Resource],
    registry: Registry,
    alias: str,
    bind: Bind,
    seen: Seen = everything,
) -> str:
    """The SQL condition that rows of `resource`'s table, called `alias`, meet when they meet all of `conditions`.

    bind  registers a value for a PostgreSQL type and gives its placeholder, such as "$3::text[]"; values of arrays are
          lists, of jsonb JSON texts
    seen  what a caller may not see they may not filter by either: else answers could be guessed letter by letter
    Every name in the text comes from a declaration; every value is bound.
    """
    return " AND ".join(_condition(c, resource, registry, alias, bind, seen) for c in conditions) or "true"


def column(resource: type[Resource], attribute: Attribute, alias: str) -> str:
    """The SQL expression for an attribute, in its own type also where `details` keeps it."""
    if attribute.chosen:
        return attribute.chosen(alias)
    name = attribute.columns[0]
    if not resource.in_details(attribute):
        return f"{alias}.{name}"
    if attribute.column == "jsonb":
        return f"NULLIF({alias}.details->'{name}', 'null')"
    kept = f"({alias}.details->>'{name}')"
    return kept if attribute.column == "text" else f"{kept}::{attribute.column}"


def _condition(
    condition: Condition, resource: type[Resource], registry: Registry, alias: str, bind: Bind, seen: Seen
) -> str:
    predicate = _Predicate(condition, registry, bind, seen)
    found = [predicate.along(path, resource, alias) for path in condition.members]
    return found[0] if len(found) == 1 else f"({f' {condition.combine.upper()} '.join(found)})"


class _Predicate:
    """One condition, asked of the attribute at the end of each of its paths."""

    def __init__(self, condition: Condition, registry: Registry, bind: Bind, seen: Seen) -> None:
        self.matcher = condition.matcher
        self.value = condition.value
        self.registry = registry
        self._bind = bind
        self._seen = seen
        self._bound = ""

    def along(self, path: Path, resource: type[Resource], alias: str) -> str:
        name, *rest = path
        member = resource.members.get(name)
        if isinstance(member, Attribute) and not rest:
            return self.on(column(resource, member, alias), member.column)
        attribute = attribute_at(self.registry, resource, path)
        if not isinstance(member, Relationship) or attribute is None:
            raise LookupError(f"{resource.called} cannot be filtered by {'.'.join(path)}.")
        if rest == ["id"] and isinstance(member, One) and member.columns:
            return self.on(f"{alias}.{member.columns[0]}", attribute.column)
        return self._beyond(member, tuple(rest), attribute.column, resource, alias)

    def _beyond(self, relationship: Relationship, rest: Path, kind: str, resource: type[Resource], alias: str) -> str:
        child = f"{alias}f"  # differs from the names of all queries around it, which is what matters
        found, related = [], []
        for target, table, tied in _ways(self.registry, resource, relationship, alias, child):
            attribute = attribute_at(self.registry, target, rest)
            if attribute is None or attribute.column != kind:
                continue  # of several types that may stand there, not all have it
            condition = self.along(rest, target, child)
            tied += f" AND {self._seen(resource, target, child)}"
            found.append(f"EXISTS (SELECT 1 FROM {table} {child} WHERE {tied} AND {condition})")
            related.append(f"EXISTS (SELECT 1 FROM {table} {child} WHERE {tied})")
        if self.matches_null:
            found.append(f"NOT ({' OR '.join(related)})")
        return f"({' OR '.join(found)})"

    @property
    def matches_null(self) -> bool:
        if self.matcher in ("null", "blank", "not_null", "present"):
            return self.value is (self.matcher in ("null", "blank"))
        return self.matcher.endswith("_or_null")

    def bound(self, kind: str) -> str:
        """The placeholder of the value, the same for all members and tables: they share it."""
        if not self._bound:
            value = self._pattern(self.value) if kind.startswith("text") else self.value
            self._bound = self._bind(list(value) if isinstance(value, tuple) else value, kind)
        return self._bound

    def _pattern(self, value: object) -> object:
        around = _PATTERNS.get(self._parts()[1])
        if around is None:
            return value
        if isinstance(value, tuple):
            return tuple(self._pattern(v) for v in value)
        escaped = str(value).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return around[0] + escaped + around[1]

    def _parts(self) -> tuple[bool, str, str]:
        """Whether it negates, its word, and "ANY", "ALL" or "": `not_cont_all` is (True, "cont", "ALL")."""
        word, _, each = self.matcher.replace("does_not_match", "not_matches").rpartition("_")
        if each not in ("any", "all"):
            word, each = self.matcher.replace("does_not_match", "not_matches"), ""
        return word.startswith("not_"), word.removeprefix("not_"), each.upper()

    def on(self, col: str, kind: str) -> str:
        """The condition on one expression of type `kind`."""
        matcher, value = self.matcher, self.value
        if matcher in ("null", "not_null"):
            return f"{col} IS {'' if self.matches_null else 'NOT '}NULL"
        if matcher in ("blank", "present"):
            blank = f"({col} IS NULL{_EMPTY.get(kind, '').format(col)})"
            return blank if self.matches_null else f"NOT {blank}"
        if matcher in ("true", "false"):
            return f"{col} IS {'TRUE' if value is (matcher == 'true') else 'FALSE'}"
        if matcher == "jcont":
            return f"{col} @> {self.bound('jsonb')}"
        strict = matcher.removesuffix("_or_null")
        condition = f"{col} {self._operation(strict, kind)}"
        return condition if strict == matcher else f"({condition} OR {col} IS NULL)"

    def _operation(self, matcher: str, kind: str) -> str:
        if matcher in _EQUALITIES:
            template = _EQUALITIES[matcher]
            return template.format(self.bound(f"{kind}[]" if "(" in template else kind))
        negates, word, each = self._parts()
        operator = _COMPARISONS.get(word) or ("NOT ILIKE" if negates else "ILIKE")
        return f"{operator} {each} ({self.bound(f'{kind}[]')})" if each else f"{operator} {self.bound(kind)}"


def _ways(
    registry: Registry, resource: type[Resource], relationship: Relationship, parent: str, child: str
) -> list[tuple[type[Resource], str, str]]:
    """Each resource that may stand behind the relationship, its table, and what ties rows there to the parent."""
    if isinstance(relationship, One) and not isinstance(relationship.to, str):
        kept = kept_by(resource, relationship)
        id_column, type_column = kept.columns
        ways = []
        for target in filter_targets(registry, relationship):
            kinds = [t for t in relationship.targets if t == target.called or t in target.kinds]
            tied = (
                f"{child}.organization_id = {parent}.organization_id AND {child}.id = {parent}.{id_column}"
                f" AND {parent}.{type_column} IN ({', '.join(repr(k) for k in kinds)})"
            )
            ways.append((target, target.table, tied))
        return ways
    return [
        (registry[t], *join(registry, resource, relationship, t, parent, child))
        for t in relationship.targets
        if t in registry
    ]
