"""Shared secrets, for whoever operates the server: a service of the merchant's needs one to tell who calls it."""

from __future__ import annotations

from billfold.db.database import Database
from billfold.db.select import Reader, Wanted
from billfold.db.vault import Vault
from billfold.domain.caller import Caller
from billfold.domain.errors import Refused
from billfold.jsonapi.members import Secret
from billfold.jsonapi.resource import Registry
from billfold.usecases.payments.accounts import SEALED

NAME = "shared_secret"


async def tell(db: Database, registry: Registry, vault: Vault, slug: str, called: str, id: str) -> str:
    """What the record's calls are signed with. Raises Refused when there is no such record or none that has one;
    ValueError when it was sealed with another secret of the server."""
    having = [r.called for r in registry if isinstance(r.members.get(NAME), Secret)]
    if called not in having:
        raise Refused(f"must be one of {', '.join(having)}, not “{called}”", at="type", error="invalid")
    organization = await db.fetchval("SELECT id FROM organizations WHERE slug = $1", slug)
    if organization is None:
        raise Refused(f"“{slug}” names no organization", at="slug", error="not_found")
    reader = Reader(db, registry)
    (found,) = await reader.read(Caller(organization, slug, "", "integration"), Wanted(registry[called], id))
    if found is None or not found[NAME]:
        raise Refused(f"“{id}” is none of the organization's {called}", at="id", error="not_found")
    return vault.open(found[NAME].removeprefix(SEALED))
