"""How the rows of one resource find those of another."""

from __future__ import annotations

from billfold.jsonapi.members import Many, One, Relationship
from billfold.jsonapi.resource import Registry, Resource


def join(
    registry: Registry, resource: type[Resource], relationship: Relationship, target: str, parent: str, child: str
) -> tuple[str, str]:
    """The table of `target` and the SQL condition that ties its rows, called `child`, to the row called `parent`.

    relationship  a member of `resource`
    target        one of the relationship's types, declared
    """
    other = registry[target]
    assert isinstance(relationship, One | Many)
    if relationship.chosen:
        return other.table, relationship.chosen(child, parent).condition
    tied = f"{child}.organization_id = {parent}.organization_id AND "
    if isinstance(relationship, Many) and relationship.through:
        tied += (
            f"EXISTS (SELECT 1 FROM {relationship.through} {child}x"
            f" WHERE {child}x.organization_id = {parent}.organization_id"
            f" AND {child}x.record_type = '{resource.table}' AND {child}x.record_id = {parent}.id"
            f" AND {child}x.{relationship.by} = {child}.id)"
        )
    elif isinstance(relationship, Many) or relationship.by:
        by = other.members[relationship.by]
        assert isinstance(by, One)
        tied += f"{child}.{id_column(other, by)} = {parent}.id"
        if not isinstance(by.to, str):
            tied += f" AND {child}.{by.columns[1]} IN ({names(resource)})"
    else:
        kept = kept_by(resource, relationship)
        tied += f"{child}.id = {parent}.{kept.columns[0]}"
        if not isinstance(kept.to, str):
            tied += f" AND {parent}.{kept.columns[1]} IN ({names(other)})"
    if other.base:
        tied += f" AND {child}.type = '{target}'"
    return other.table, tied


def names(resource: type[Resource]) -> str:
    """What `<name>_type` may say of one of the resource's records, as SQL: its type or, of a family, any kind's."""
    return ", ".join(f"'{called}'" for called in (resource.called, *resource.kinds))


def kept_by(resource: type[Resource], relationship: One) -> One:
    """The relationship whose columns keep it: itself, or the one it is `of`."""
    if not relationship.of:
        return relationship
    other = resource.members[relationship.of]
    assert isinstance(other, One)
    return other


def id_column(resource: type[Resource], relationship: One) -> str:
    return kept_by(resource, relationship).columns[0]
