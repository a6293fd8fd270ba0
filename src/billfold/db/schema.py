"""Declarations → tables, keys and indexes, as SQLAlchemy metadata for the migrations to be checked against.

One rule from the first day: every table has `organization_id`, its primary key starts with it, and so do all its
unique and foreign keys. It keeps tenants apart, and it is what sharding by tenant would need.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, JSONB, TIMESTAMP
from sqlalchemy.types import Boolean, TypeEngine

from billfold.db.columns import columns, roots
from billfold.db.internal_tables import internal_tables
from billfold.jsonapi.members import Attribute, Member, One
from billfold.jsonapi.resource import Registry, Resource

TYPES: dict[str, TypeEngine[Any]] = {
    "text": Text(),
    "bigint": BigInteger(),
    "boolean": Boolean(),
    "double precision": DOUBLE_PRECISION(),
    "timestamptz": TIMESTAMP(timezone=True),
    "jsonb": JSONB(),
}

# Numbers that people read.
SEQUENCES = (
    "market_numbers",
    "order_numbers",
    "order_subscription_numbers",
    "stock_location_numbers",
    "stock_transfer_numbers",
)

# The names PostgreSQL and Alembic know constraints by; without them a migration could not drop one.
NAMES = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_1_name)s_fkey",
    "uq": "%(table_name)s_%(column_1_name)s_key",
}


def build(registry: Registry) -> MetaData:
    """Every table of the system, those of resources and those of the server's own."""
    metadata = MetaData(naming_convention=NAMES)
    for resource in roots(registry):
        _table(metadata, registry, resource)
    internal_tables(metadata)
    for name in SEQUENCES:
        Sequence(name, metadata=metadata)
    return metadata


def _table(metadata: MetaData, registry: Registry, resource: type[Resource]) -> None:
    required = {"id", "lock_version", "created_at", "updated_at", "metadata", "type", "details"}
    table = Table(
        resource.table,
        metadata,
        *(
            Column(
                name,
                TYPES[kind],
                primary_key=name in ("organization_id", "id"),
                nullable=not (name in required or name == "organization_id"),
            )
            for name, kind in columns(registry, resource).items()
        ),
    )
    for m in resource.of(One):
        if not m.columns or not any(t in registry for t in m.targets):
            continue
        id_column = m.columns[0]
        if isinstance(m.to, str):
            # Both tables of a pair may point at each other, hence the constraint that is added after the tables are.
            table.append_constraint(
                ForeignKeyConstraint(
                    ["organization_id", id_column],
                    [f"{registry[m.to].table}.organization_id", f"{registry[m.to].table}.id"],
                    name=f"{resource.table}_{id_column}_fkey",
                    use_alter=True,
                    # Only this column: the organization, which is part of the key, must stay.
                    ondelete=f"SET NULL ({id_column})" if m.loose else None,
                )
            )
        Index(f"{resource.table}_{id_column}_idx", table.c.organization_id, table.c[id_column])
    for a in resource.attributes():
        if a.unique:
            for column in a.columns:
                table.append_constraint(
                    UniqueConstraint("organization_id", column, name=f"{resource.table}_{column}_key")
                )
        for column in a.columns:
            if limits := _limits(a, column, resource):
                table.append_constraint(CheckConstraint(limits, name=f"{resource.table}_{column}_check"))
    for group in (*resource.unique, *resource.unique_or_none):
        names = [c for m in group.split() for c in _columns_of(resource.members[m])]
        # Named after its last member alone: PostgreSQL's names end at 63 bytes.
        table.append_constraint(
            UniqueConstraint(
                "organization_id",
                *names,
                name=f"{resource.table}_{group.split()[-1]}_key",
                postgresql_nulls_not_distinct=group in resource.unique_or_none,
            )
        )
    Index(f"{resource.table}_created_at_idx", table.c.organization_id, table.c.created_at, table.c.id)


def _limits(a: Attribute, column: str, resource: type[Resource]) -> str:
    """The condition that keeps a number within what was declared; "" when nothing was."""
    conditions = [] if a.at_least is None else [f"{column} >= {a.at_least}"]
    if a.at_most:
        conditions.append(f"{column} <= {_columns_of(resource.members[a.at_most])[0]}")
    return " AND ".join(conditions)


def _columns_of(member: Member) -> tuple[str, ...]:
    assert isinstance(member, Attribute | One)
    return member.columns
