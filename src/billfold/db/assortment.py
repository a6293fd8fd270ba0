"""Which SKUs a list, a bundle or an option is about, as SQL: one rule for all who ask.

A list made by hand has the SKUs of its items; any other has those whose codes match its regular expression.
"""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from billfold.db.chosen import Chosen
from billfold.db.database import Database


def skus_of_list(sku: str, sku_list: str) -> Chosen:
    """In the order of their positions."""
    return Chosen(_stands_on(sku, sku_list), order=f"{_position(sku, f'{sku_list}.id')}, {sku}.code")


def lists_of_sku(sku_list: str, sku: str) -> Chosen:
    return Chosen(_stands_on(sku, sku_list))


def skus_of_bundle(sku: str, bundle: str) -> Chosen:
    return Chosen(_is_in(sku, bundle), order=f"{_position(sku, f'{bundle}.sku_list_id')}, {sku}.code")


def options_of_sku(option: str, sku: str) -> Chosen:
    """What is offered for every SKU, or for those with such a code."""
    return Chosen(
        f"{option}.organization_id = {sku}.organization_id"
        f" AND (coalesce({option}.sku_code_regex, '') = '' OR {sku}.code ~ {option}.sku_code_regex)"
    )


def skus_count(bundle: str) -> str:
    """How many pieces are in one bundle."""
    sku = f"{bundle}s"
    pieces = f"coalesce({_quantity(sku, f'{bundle}.sku_list_id')}, 1)"
    return f"(SELECT coalesce(sum({pieces}), 0)::bigint FROM skus {sku} WHERE {_is_in(sku, bundle)})"


def do_not_ship(bundle: str) -> str:
    """Whether nothing in a bundle is shipped; an empty one is taken for goods."""
    return _all_of(bundle, "do_not_ship")


def do_not_track(bundle: str) -> str:
    """Whether everything in a bundle is sold without counting."""
    return _all_of(bundle, "do_not_track")


def _all_of(bundle: str, flag: str) -> str:
    sku = f"{bundle}s"
    return f"(SELECT coalesce(bool_and({sku}.{flag}), false) FROM skus {sku} WHERE {_is_in(sku, bundle)})"


def _is_in(sku: str, bundle: str) -> str:
    return is_on(sku, bundle, f"{bundle}.sku_list_id")


def is_on(sku: str, row: str, list_id: str) -> str:
    """Whether a SKU stands on the list that has this id in the organization of `row`."""
    sku_list = f"{row}l"
    return (
        f"EXISTS (SELECT 1 FROM sku_lists {sku_list} WHERE {sku_list}.organization_id = {row}.organization_id"
        f" AND {sku_list}.id = {list_id} AND {_stands_on(sku, sku_list)})"
    )


def _stands_on(sku: str, sku_list: str) -> str:
    item = f"{sku_list}i"
    return (
        f"{sku}.organization_id = {sku_list}.organization_id AND CASE WHEN {sku_list}.manual"
        f" THEN EXISTS (SELECT 1 FROM sku_list_items {item} WHERE {item}.organization_id = {sku}.organization_id"
        f" AND {item}.sku_list_id = {sku_list}.id AND {item}.sku_id = {sku}.id)"
        f" ELSE {sku}.code ~ {sku_list}.sku_code_regex END"
    )


def _quantity(sku: str, list_id: str) -> str:
    """The pieces of the SKU on a list; null where no item says so."""
    return _of_items("sum({}.quantity)::bigint", sku, list_id)


def _position(sku: str, list_id: str) -> str:
    return _of_items("min({}.position)", sku, list_id)


def _of_items(aggregate: str, sku: str, list_id: str) -> str:
    item = f"{sku}n"
    return (
        f"(SELECT {aggregate.format(item)} FROM sku_list_items {item} WHERE {item}.organization_id"
        f" = {sku}.organization_id AND {item}.sku_list_id = {list_id} AND {item}.sku_id = {sku}.id)"
    )


@dataclass(frozen=True, slots=True)
class Worth:
    """What the SKUs of a list cost one by one, in minor units; `unpriced` of them have no price at all."""

    cents: int
    unpriced: int


async def worth(db: Database, organization_id: str, sku_list_id: str, price_list_id: str) -> Worth:
    """What the SKUs of a list cost by a price list."""
    row = await db.fetchrow(
        "SELECT coalesce(sum(p.amount_cents * coalesce("
        + _quantity("s", "l.id")
        + ", 1)), 0)::bigint AS cents, count(*) FILTER (WHERE p.id IS NULL) AS unpriced"
        + " FROM sku_lists l JOIN skus s ON "
        + _stands_on("s", "l")
        + " LEFT JOIN LATERAL (SELECT id, amount_cents FROM prices WHERE organization_id = s.organization_id"
        + " AND sku_id = s.id AND price_list_id = $3 ORDER BY created_at, id LIMIT 1) p ON true"
        + " WHERE l.organization_id = $1 AND l.id = $2",
        organization_id,
        sku_list_id,
        price_list_id,
    )
    assert row is not None
    return Worth(row["cents"], row["unpriced"])


async def most_on_list(db: Database, organization_id: str, sku_list_id: str) -> int | None:
    """How many SKUs the organization lets stand on a list that a bundle consists of; None for any other list."""
    most: int | None = await db.fetchval(
        "SELECT coalesce(bundles_max_items_count, 10) FROM organizations WHERE organization_id = $1"
        " AND EXISTS (SELECT 1 FROM bundles WHERE organization_id = $1 AND sku_list_id = $2)",
        organization_id,
        sku_list_id,
    )
    return most


async def length(db: Database, organization_id: str, sku_list_id: str) -> int:
    """How many SKUs stand on a list."""
    found: int = await db.fetchval(
        f"SELECT count(*) FROM sku_lists l JOIN skus s ON {_stands_on('s', 'l')}"
        " WHERE l.organization_id = $1 AND l.id = $2",
        organization_id,
        sku_list_id,
    )
    return found


async def length_by_pattern(db: Database, organization_id: str, pattern: str) -> int:
    """How many SKUs a regular expression would put on a list."""
    found: int = await db.fetchval(
        "SELECT count(*) FROM skus WHERE organization_id = $1 AND code ~ $2", organization_id, pattern
    )
    return found


async def is_pattern(db: Database, text: str) -> bool:
    """Whether PostgreSQL, which matches the codes, takes a text for a regular expression."""
    try:
        await db.fetchval("SELECT '' ~ $1::text", text)
    except asyncpg.InvalidRegularExpressionError:
        return False
    return True


async def matches(db: Database, code: str, pattern: str) -> bool:
    """Whether a code matches a regular expression, as PostgreSQL has it in all the rules above."""
    return bool(await db.fetchval("SELECT $1::text ~ $2::text", code, pattern))
