"""What the operator sets for a whole organization; the API shows it and lets no client change it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import asyncpg
import msgspec

from billfold.db.database import Database
from billfold.domain.errors import Refused
from billfold.jsonapi.members import Attribute, Flag, Text
from billfold.jsonapi.resource import Registry

# Links and tokens that are out in the world already name the slug.
FIXED = frozenset({"id", "slug", "created_at", "updated_at"})


def settings(registry: Registry) -> dict[str, Attribute]:
    """The attributes of an organization that can be set, by name."""
    found = registry["organizations"].attributes()
    return {a.name: a for a in found if a.shown and a.columns and a.name not in FIXED}


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """Settings as they are typed, NAME=VALUE, by name. Raises Refused."""
    typed = [text.partition("=") for text in texts]
    if wrong := [name for name, equals, _ in typed if not equals]:
        raise Refused(f"takes NAME=VALUE, not “{wrong[0]}”", at="--set")
    return {name.strip(): value for name, _, value in typed}


def read(registry: Registry, given: Mapping[str, str]) -> dict[str, Any]:
    """The values of settings as the command line has them: words as they are, everything else as JSON.

    An empty text puts a setting back to what a new organization has. Raises Refused, one for each that is wrong.
    """
    known, shown = settings(registry), registry["organizations"].members
    values, problems = {}, []
    for name, text in given.items():
        try:
            if name not in known:
                raise ValueError("cannot be set" if name in shown else "is no setting of an organization")
            values[name] = _value(known[name], text)
        except ValueError as wrong:
            problems.append(Refused(str(wrong), at=name, error="invalid"))
    if problems:
        raise Refused.all(problems)
    return values


def _value(setting: Attribute, text: str) -> Any:
    if text == "":
        if setting.name == "name":
            raise ValueError("can't be blank")
        return setting.default
    if isinstance(setting, Text | Flag):
        return setting.read(text)
    try:
        return setting.read(json.loads(text))
    except json.JSONDecodeError:
        raise ValueError(f"must be JSON, not “{text[:40]}”") from None


async def update(db: Database, registry: Registry, slug: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Change these settings, all or none, and return every one as it then is. Raises Refused for an unknown slug."""
    known = settings(registry)
    kinds = [f"{name} = ${number}::{known[name].column}" for number, name in enumerate(values, 2)]
    row = await db.fetchrow(
        f"UPDATE organizations SET {', '.join(kinds)}, updated_at = now(), lock_version = lock_version + 1"
        " WHERE slug = $1 RETURNING *",
        slug,
        *(_stored(known[name], value) for name, value in values.items()),
    )
    return _shown(known, slug, row)


async def show(db: Database, registry: Registry, slug: str) -> dict[str, Any]:
    """Every setting of the organization. Raises Refused for an unknown slug."""
    return _shown(settings(registry), slug, await db.fetchrow("SELECT * FROM organizations WHERE slug = $1", slug))


def _stored(setting: Attribute, value: Any) -> Any:
    return msgspec.json.encode(value).decode() if setting.column == "jsonb" and value is not None else value


def _shown(known: Mapping[str, Attribute], slug: str, row: asyncpg.Record | None) -> dict[str, Any]:
    if row is None:
        raise Refused(f"“{slug}” names no organization", at="slug", error="not_found")
    values = {n: json.loads(row[n]) if a.column == "jsonb" and row[n] else row[n] for n, a in known.items()}
    return {"id": row["id"], "slug": slug, **values}
