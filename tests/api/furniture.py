"""One record of every type that no story made, put straight into the database.

The walks over all resources look at records without minding how they came about, and a record here needs neither the
use-cases of its type nor any that is written later.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from billfold.db.database import Database
from billfold.db.work import Changes
from billfold.domain.ids import new_id
from billfold.jsonapi.members import Amount, Attribute, One
from billfold.jsonapi.resource import Registry, Resource

# Pointing these at what the shop sells with would change its prices, or send goods to where they are.
APART = {"price", "shipping_method", "origin_stock_location"}
OUT_OF_USE = datetime(2020, 1, 1, tzinfo=UTC)


async def furnish_the_rest(
    db: Database, registry: Registry, organization_id: str, ids: Mapping[str, str]
) -> dict[str, str]:
    """Type → id of a record, for all types that `ids` lacks. What can belong to somebody belongs to whom `ids` names;
    what belongs to nobody may be something that the shop has anyway."""
    rest = dict(ids)
    fresh = []
    for resource in registry:
        if resource.called in rest or not resource.can or resource.kinds:
            continue
        found = None if _belongs(resource) else await _any(db, organization_id, resource)
        if found is None:
            fresh.append(resource)
        rest[resource.called] = found or new_id()
    for resource in registry:
        if resource.kinds:
            rest.setdefault(resource.called, rest[resource.kinds[0]])
    changes = Changes(db, registry, organization_id, datetime.now(UTC))
    # Beside the one that `rest` names: a promotion has one rule of a kind.
    last = {r.called: rest[r.kinds[-1]] for r in registry if r.kinds}
    for resource in fresh:
        related = _related(resource, {**rest, **last})
        changes.insert(resource.called, {"id": rest[resource.called], **_values(resource), **related})
    await changes.commit()
    return {called: id for called, id in rest.items() if called not in ids}


def _belongs(resource: type[Resource]) -> bool:
    return bool(resource.owner) or any(m.name in ("order", "customer") for m in resource.of(One))


async def _any(db: Database, organization_id: str, resource: type[Resource]) -> str | None:
    kind = f" AND type = '{resource.called}'" if resource.base else ""
    found: str | None = await db.fetchval(
        f"SELECT id FROM {resource.table} WHERE organization_id = $1{kind} ORDER BY created_at, id LIMIT 1",
        organization_id,
    )
    return found


def _values(resource: type[Resource]) -> dict[str, Any]:
    """What a record cannot be without, as documented by example; out of use, where that can be."""
    values: dict[str, Any] = {}
    for a in resource.of(Attribute):
        if a.required:
            values |= dict.fromkeys(a.columns, a.read(a.example))
        elif a.name in ("currency_code", "item_type") or (isinstance(a, Amount) and a.default is None):
            values |= dict.fromkeys(a.columns, a.example)
        elif a.name == "disabled_at":
            values |= dict.fromkeys(a.columns, OUT_OF_USE)
    return values


def _related(resource: type[Resource], ids: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for m in resource.of(One):
        target = next((t for t in m.targets if t in ids and t != resource.called), None)
        if m.columns and target is not None and m.name not in APART:
            values |= dict(zip(m.columns, (ids[target], target), strict=False))
    return values
