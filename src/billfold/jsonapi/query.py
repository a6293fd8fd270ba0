"""The query string of a request → one Query: what to include, show, filter, sort by, and which page.

Whatever it holds comes from strangers: every name is looked up among the declared members, every value is turned into
the attribute's type, and what a request may ask for is bounded. Nothing here knows SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import parse_qsl

from billfold.jsonapi import errors
from billfold.jsonapi.errors import DocumentError, ErrorObject
from billfold.jsonapi.filter_names import FilterNames, NoSuchFilter
from billfold.jsonapi.matchers import MATCHERS
from billfold.jsonapi.members import Relationship
from billfold.jsonapi.resource import Registry, Resource

DEFAULT_SIZE = 10
MOST_PER_PAGE = 25
MOST_PAGES = 10**17  # with MOST_PER_PAGE rows each, the last one's offset still is a bigint
DEEPEST_INCLUDE = 6  # official clients go three levels deep
MOST_INCLUDES = 100
MOST_FILTERS = 30
MOST_SORT_KEYS = 5
MOST_PARAMETERS = 200
MOST_PROBLEMS = 20  # then no more are looked for
LONGEST_KEPT = 2048  # characters of a query string that is worth remembering

_FIELDS = re.compile(r"fields\[([^\[\]]+)\]")
_FILTER = re.compile(r"filter\[(q\]\[)?([^\[\]]+)\]")

Path = tuple[str, ...]
Tree = tuple[tuple[str, "Tree"], ...]  # sorted by name; intermediate levels are included too


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter.

    members  paths of member names (not wire names: `total_amount`, not `total_amount_cents`) over relationships to an
             attribute; `id` counts as one. All of them have the same column type
    value    of the attribute's type; a tuple of such for matchers that take several; a bool; or JSON as text
    """

    members: tuple[Path, ...]
    combine: Literal["or", "and"]
    matcher: str
    value: object


NONE_MEETS = Condition((("id",),), "or", "in", ())


@dataclass(frozen=True, slots=True)
class Query:
    """What a request asks for beyond its path. Hashable.

    fields  type name → attributes and relationships to show, as pairs; a type that is missing shows everything
    sort    (path of member names, whether descending)
    size    records per page
    """

    include: Tree = ()
    fields: tuple[tuple[str, frozenset[str]], ...] = ()
    filters: tuple[Condition, ...] = ()
    sort: tuple[tuple[Path, bool], ...] = ()
    number: int = 1
    size: int = DEFAULT_SIZE


NOTHING_ASKED = Query()


def parse(registry: Registry, resource: type[Resource], params: Sequence[tuple[str, str]], *, listing: bool) -> Query:
    """Read decoded parameters for a path that answers with `resource`.

    listing  whether the path answers with many; filters and sorting are refused elsewhere, and pages ignored there,
             since official clients ask for page 1 of anything
    Raises DocumentError with every problem that was found.
    """
    if not params:
        return NOTHING_ASKED
    parser, given = _parser(registry), tuple(params)
    if sum(len(name) + len(value) for name, value in given) > LONGEST_KEPT:
        return parser.parse(resource.called, given, listing)
    return parser.parse_remembered(resource.called, given, listing)


def parse_string(registry: Registry, resource: type[Resource], query_string: str, *, listing: bool) -> Query:
    """The same from the raw query string: one that was read before costs a look-up."""
    if not query_string:
        return NOTHING_ASKED
    parser = _parser(registry)
    if len(query_string) > LONGEST_KEPT:
        return parser.parse_string(resource.called, query_string, listing)
    return parser.parse_string_remembered(resource.called, query_string, listing)


@lru_cache(maxsize=8)
def _parser(registry: Registry) -> _Parser:
    return _Parser(registry)


class _Parser:
    """Reads queries against one registry. What depends on declarations alone is worked out once per resource."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.names = FilterNames(registry)
        self.parse_remembered = lru_cache(maxsize=1024)(self.parse)
        self.parse_string_remembered = lru_cache(maxsize=1024)(self.parse_string)
        self._fields: dict[str, frozenset[str]] = {}

    def parse_string(self, called: str, query_string: str, listing: bool) -> Query:
        try:
            params = parse_qsl(query_string, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
        except ValueError:
            raise DocumentError(_too_many()) from None
        return self.parse(called, tuple(params), listing)

    def parse(self, called: str, params: tuple[tuple[str, str], ...], listing: bool) -> Query:
        if len(params) > MOST_PARAMETERS:
            raise DocumentError(_too_many())
        reading = _Reading(self, self.registry[called], listing)
        for name, given in params:
            reading.parameter(name, given)
        return reading.query()

    def fields_of(self, type_name: str) -> frozenset[str]:
        """Every name `fields[type_name]` may list."""
        if type_name not in self._fields:
            self._fields[type_name] = frozenset(
                name for r in family(self.registry, self.registry[type_name]) for name in shown_names(r)
            )
        return self._fields[type_name]


class _Reading:
    """One query in the making."""

    def __init__(self, parser: _Parser, resource: type[Resource], listing: bool) -> None:
        self.parser = parser
        self.registry = parser.registry
        self.resource = resource
        self.listing = listing
        self.problems: list[ErrorObject] = []
        self.tree: dict[str, Any] = {}
        self.included = 0
        self.fields: dict[str, frozenset[str]] = {}
        self.filters: list[Condition] = []
        self.sort: list[tuple[Path, bool]] = []
        self.page = {"page[number]": 1, "page[size]": DEFAULT_SIZE}

    def _refuse(self, problem: ErrorObject) -> None:
        self.problems.append(problem)
        if len(self.problems) == MOST_PROBLEMS:
            raise DocumentError(*self.problems)

    def query(self) -> Query:
        if self.problems:
            raise DocumentError(*self.problems)
        return Query(
            _frozen(self.tree),
            tuple(sorted(self.fields.items(), key=lambda f: f[0])),
            tuple(self.filters),
            tuple(self.sort),
            self.page["page[number]"],
            self.page["page[size]"],
        )

    def parameter(self, name: str, given: str) -> None:
        """Parameters that come again go on where they ended; of a page's, the last counts."""
        family_name = name.partition("[")[0]
        if name == "include":
            self._include_all(given.split(",") if given else [])
        elif family_name == "fields":
            self._show(name, given)
        elif family_name == "page":
            if self.listing:
                self._turn(name, given)
        elif family_name == "filter" and self.listing:
            self._filter(name, given)
        elif name == "sort" and self.listing:
            for criterion in given.split(",") if given else ():
                self._sort(criterion)
        else:
            self._refuse(errors.param_not_allowed(name))

    def _include_all(self, paths: list[str]) -> None:
        for path in paths[: MOST_INCLUDES + 1]:
            self._include(path)
        if len(paths) > MOST_INCLUDES or self.included > MOST_INCLUDES:
            self._refuse_include(paths[-1], f"a request may include {MOST_INCLUDES} relationships")

    def _include(self, path: str) -> None:
        names = path.split(".")
        if len(names) > DEEPEST_INCLUDE:
            self._refuse_include(path, f"it is deeper than {DEEPEST_INCLUDE} relationships")
            return
        level, here, to_come = self.tree, family(self.registry, self.resource), False
        for name in names:
            found = [m for r in here if isinstance(m := r.members.get(name), Relationship) and m.shown]
            if not found and to_come:
                return  # nothing is known of a type that is not declared yet, except that there are no records of it
            if not found:
                types = ", ".join(sorted({r.called for r in here}))
                self._refuse_include(path, f"“{name[:60]}” is no relationship of {types}")
                return
            if not any(m.includable for m in found):
                self._refuse_include(path, f"“{name}” is never included")
                return
            if name not in level:
                level[name] = {}
                self.included += 1
            level = level[name]
            targets = sorted({t for m in found for t in m.targets})
            to_come = any(t not in self.registry for t in targets)
            here = [r for t in targets if t in self.registry for r in family(self.registry, self.registry[t])]

    def _refuse_include(self, path: str, problem: str) -> None:
        self._refuse(errors.invalid_include(path, problem))

    def _show(self, parameter: str, given: str) -> None:
        form = _FIELDS.fullmatch(parameter)
        if not form:
            self._refuse(errors.invalid_field_format(parameter))
            return
        type_name = form.group(1)
        listed = frozenset(given.split(",")) - {""}
        if type_name in self.registry:
            for name in sorted(listed - self.parser.fields_of(type_name)):
                self._refuse(errors.unknown_field(name, type_name, parameter=parameter))
        self.fields[type_name] = self.fields.get(type_name, frozenset()) | listed

    def _turn(self, parameter: str, given: str) -> None:
        most = {"page[number]": MOST_PAGES, "page[size]": MOST_PER_PAGE}.get(parameter)
        if most is None:
            self._refuse(errors.invalid_page_object(parameter))
        elif not (given.isascii() and given.isdigit() and len(given) < 20 and 1 <= int(given) <= most):
            self._refuse(errors.invalid_page_value(parameter, given, most=most))
        else:
            self.page[parameter] = int(given)

    def _filter(self, parameter: str, given: str) -> None:
        """`filter[q][code_start]=A` has a matcher in its name; `filter[code]=A,B` does without."""
        form = _FILTER.fullmatch(parameter)
        if not form or parameter == "filter[q]":
            self._refuse(errors.invalid_filters_syntax(parameter))
            return
        asked, name = form.groups()
        try:
            found = (self.parser.names.find if asked else self.parser.names.plain)(self.resource, name)
        except NoSuchFilter as why:
            self._refuse(errors.filter_not_allowed(name, self.resource.called, str(why), parameter=parameter))
            return
        if len(self.filters) == MOST_FILTERS:
            problem = f"more than {MOST_FILTERS} are not read"
            self._refuse(errors.filter_not_allowed(name, self.resource.called, problem, parameter=parameter))
            return
        if found is None:
            self.filters.append(NONE_MEETS)
            return
        try:
            value = MATCHERS[found.matcher].read(found.attribute, given)
        except ValueError as why:
            self._refuse(errors.invalid_filter_value(name, given, str(why), parameter=parameter))
            return
        self.filters.append(Condition(found.members, found.combine, found.matcher, value))

    def _sort(self, criterion: str) -> None:
        name = criterion.removeprefix("-")
        path = self.parser.names.sortable(self.resource, name)
        if path is None or len(self.sort) == MOST_SORT_KEYS:
            self._refuse(errors.invalid_sort_criteria(name, self.resource.called))
        elif path:
            self.sort.append((path, criterion != name))


def family(registry: Registry, resource: type[Resource]) -> list[type[Resource]]:
    """The resource and, when it is the base of a family, its declared kinds."""
    return [resource, *(registry[k] for k in resource.kinds if k in registry)]


def shown_names(resource: type[Resource]) -> Iterable[str]:
    """The names under which documents show what the resource has."""
    yield from ("id", "type")
    for a in resource.attributes():
        yield from a.wire_names
    yield from (m.name for m in resource.of(Relationship) if m.shown)


def _too_many() -> ErrorObject:
    return errors.invalid_data_format(f"A query string may have {MOST_PARAMETERS} parameters at most.")


def _frozen(tree: dict[str, Any]) -> Tree:
    return tuple(sorted((name, _frozen(below)) for name, below in tree.items()))
