"""Declarations → the columns that keep them, as PostgreSQL knows them.

A server needs to know no more of its tables; SQLAlchemy, which describes them for the migrations, takes long to load.
"""

from __future__ import annotations

from collections.abc import Iterator

from billfold.jsonapi.members import Attribute, One
from billfold.jsonapi.resource import Registry, Resource


def roots(registry: Registry) -> Iterator[type[Resource]]:
    """The resources that own a table: all but the kinds of a family."""
    return (r for r in registry if r.base is None)


def columns(registry: Registry, resource: type[Resource]) -> dict[str, str]:
    """The columns of the resource's table with their PostgreSQL types.

    A relationship to types that are not declared yet has no column until one of them is.
    """
    found = {"organization_id": "text", "id": "text", "lock_version": "bigint"}
    if resource.kinds or resource.base:
        found |= {"type": "text", "details": "jsonb"}
    for m in (resource.base or resource).members.values():
        if isinstance(m, Attribute):
            found |= {c: m.column for c in m.columns}
        elif isinstance(m, One) and any(t in registry for t in m.targets):
            found |= {c: "text" for c in m.columns}
    return found
