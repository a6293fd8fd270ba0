"""Every filter and every sort key that the public contract declares is one that PostgreSQL can answer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TypeVar

import pytest

from billfold.db.database import Database
from billfold.db.select import Reader
from billfold.domain.caller import Caller
from billfold.jsonapi.filter_names import FilterNames, filter_targets, filterable, shorthands
from billfold.jsonapi.matchers import MATCHERS
from billfold.jsonapi.members import One, Relationship
from billfold.jsonapi.query import MOST_FILTERS, MOST_SORT_KEYS, parse
from billfold.jsonapi.resource import Resource
from billfold.resources import registry

CONTRACT = registry()
T = TypeVar("T")
MERCHANT = Caller("ours", "acme", "app", "integration")
SOME_VALUE = {
    "bigint": "1",
    "double precision": "0.5",
    "boolean": "true",
    "timestamptz": "2020-01-01",
    "jsonb": "{}",
}


def groups(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while group := list(islice(items, size)):
        yield group


def filters(resource: type[Resource]) -> Iterator[tuple[str, str]]:
    """Every attribute with every matcher that fits, every attribute one relationship further with two of them, and
    every filter without a matcher."""
    for name, attribute in ((a.sent_as, a) for a in resource.attributes() if filterable(resource, a)):
        for matcher in MATCHERS.values():
            if attribute.column in matcher.fits:
                fixed = {"flag": "true", "json": "{}"}.get(matcher.takes)
                yield f"filter[q][{name}_{matcher.name}]", fixed or SOME_VALUE.get(attribute.column, "x")
    for relationship in resource.of(Relationship):
        for target in filter_targets(CONTRACT, relationship):
            for name, attribute in ((a.sent_as, a) for a in target.attributes() if filterable(target, a)):
                yield f"filter[q][{relationship.name}_{name}_null]", "true"
                if attribute.column != "jsonb":
                    yield f"filter[q][{relationship.name}_{name}_in]", SOME_VALUE.get(attribute.column, "x")
    names = FilterNames(CONTRACT)
    for name in shorthands(CONTRACT, resource):
        found = names.plain(resource, name)
        yield f"filter[{name}]", SOME_VALUE.get(found.attribute.column, "x") if found else "x"


def sort_keys(resource: type[Resource]) -> Iterator[str]:
    yield from (f"-{a.sent_as}" for a in resource.attributes() if a.sort)
    for m in resource.of(One):
        if m.sort:
            yield m.name
            yield f"-{m.name}.created_at"


@pytest.mark.parametrize("resource", [r for r in CONTRACT if "list" in r.can], ids=lambda r: r.called)
async def test_every_declared_filter_and_sort_key_runs(database: str, resource: type[Resource]) -> None:
    db = await Database.connect(database, size=1)
    try:
        reader = Reader(db, CONTRACT)
        for group in groups(filters(resource), MOST_FILTERS):
            query = parse(CONTRACT, resource, group, listing=True)
            assert await reader.page(MERCHANT, resource, query) == ([], 0)
        for keys in groups(sort_keys(resource), MOST_SORT_KEYS):
            query = parse(CONTRACT, resource, [("sort", ",".join(keys))], listing=True)
            assert await reader.page(MERCHANT, resource, query) == ([], 0)
    finally:
        await db.close()
