"""Who may ask for what: applications, markets, customers, signing keys and tokens, as the database knows them.

A client id starts with the id of its organization, so a token request finds its tenant without a statement that spans
tenants. Only the command line looks across them, by slug.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypedDict, Unpack

import msgspec

from billfold.db.database import Database
from billfold.db.vault import Vault
from billfold.db.work import Changes
from billfold.domain.errors import Refused
from billfold.domain.ids import new_id
from billfold.jsonapi.resource import Registry

ORGANIZATION_ID_LENGTH = 10
KINDS = ("sales_channel", "integration")
RESERVED_SLUGS = frozenset({"api", "auth", "core", "dashboard", "localhost", "provisioning", "www"})

# Rows of the server itself need an organization_id too; no organization's id has six letters.
SERVER = "server"

# Arbitrary numbers that tell advisory locks apart.
_KEYS_LOCK = 7_301_001
_SLUGS_LOCK = 7_301_002


def digest(token: str) -> str:
    """What is stored of a random secret or token, which has too much entropy to need a slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Application:
    """An API client. `public` ones need no secret to ask for a guest's token."""

    organization_id: str
    slug: str
    id: str
    kind: str
    client_id: str
    secret_digest: str | None
    public: bool


@dataclass(frozen=True, slots=True)
class Market:
    id: str
    code: str | None
    number: int | None
    external_prices: bool
    customer_group_id: str | None


@dataclass(frozen=True, slots=True)
class StockLocation:
    id: str
    code: str | None
    number: int | None


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """digest and access_digest are SHA-256, hexadecimal; the access token is the one given out along with it."""

    organization_id: str
    digest: str
    family: str
    application_id: str
    customer_id: str | None
    scope: str
    custom_claim: dict[str, Any] | None
    confidential: bool
    access_digest: str
    access_expires_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


# --- who is there -----------------------------------------------------------------------------------------------


async def application(db: Database, client_id: str) -> Application | None:
    """The application with that client id, which may be any text without NUL."""
    row = await db.fetchrow(
        "SELECT a.organization_id, o.slug, a.id, a.kind, a.client_id, a.secret_digest, a.public_access"
        " FROM applications a JOIN organizations o ON o.organization_id = a.organization_id AND o.id = $1"
        " WHERE a.organization_id = $1 AND a.client_id = $2",
        client_id[:ORGANIZATION_ID_LENGTH],
        client_id,
    )
    return Application(*row.values()) if row else None


class Names(TypedDict):
    """How records are looked for, in any of three ways."""

    ids: Sequence[str]
    codes: Sequence[str]
    numbers: Sequence[int]


async def markets(db: Database, organization_id: str, **names: Unpack[Names]) -> list[Market]:
    """Those of the named markets that exist and are in use."""
    rows = await db.fetch(
        "SELECT id, code, number, external_prices_url IS NOT NULL, customer_group_id FROM markets"
        " WHERE organization_id = $1 AND disabled_at IS NULL"
        " AND (id = ANY($2::text[]) OR code = ANY($3::text[]) OR number = ANY($4::bigint[]))",
        organization_id,
        names["ids"],
        names["codes"],
        names["numbers"],
    )
    return [Market(*row.values()) for row in rows]


async def stock_locations(
    db: Database, organization_id: str, market_ids: Sequence[str], **names: Unpack[Names]
) -> list[StockLocation]:
    """Those of the named stock locations that any of the markets sells from: by its inventory model, or from wherever
    there is something where it has none."""
    rows = await db.fetch(
        "SELECT l.id, l.code, l.number FROM stock_locations l WHERE l.organization_id = $1"
        " AND (l.id = ANY($2::text[]) OR l.code = ANY($3::text[]) OR l.number = ANY($4::bigint[]))"
        " AND EXISTS (SELECT 1 FROM markets m WHERE m.organization_id = $1 AND m.id = ANY($5::text[])"
        " AND (m.inventory_model_id IS NULL OR EXISTS (SELECT 1 FROM inventory_stock_locations s"
        " WHERE s.organization_id = $1 AND s.inventory_model_id = m.inventory_model_id"
        " AND s.stock_location_id = l.id)))",
        organization_id,
        names["ids"],
        names["codes"],
        names["numbers"],
        market_ids,
    )
    return [StockLocation(*row.values()) for row in rows]


async def password_digest(db: Database, organization_id: str, email: str) -> tuple[str | None, str | None]:
    """(id, argon2 digest) of the customer with that e-mail address; (None, None) if there is none."""
    row = await db.fetchrow(
        "SELECT id, password_digest FROM customers WHERE organization_id = $1 AND email = $2",
        organization_id,
        email.strip().lower(),
    )
    return (row["id"], row["password_digest"]) if row else (None, None)


async def customer_exists(db: Database, organization_id: str, id: str) -> bool:
    return bool(
        await db.fetchval("SELECT true FROM customers WHERE organization_id = $1 AND id = $2", organization_id, id)
    )


async def customer_group(db: Database, organization_id: str, id: str) -> str | None:
    """The group that the customer belongs to; None for a customer without one, and when there is no such customer."""
    found: str | None = await db.fetchval(
        "SELECT customer_group_id FROM customers WHERE organization_id = $1 AND id = $2", organization_id, id
    )
    return found


# --- tokens -----------------------------------------------------------------------------------------------------

_COLUMNS = (
    "organization_id, digest, family, application_id, customer_id, scope, custom_claim, confidential,"
    " access_digest, access_expires_at, expires_at"
)

# Each new token sweeps out a few old ones, so the tables stay small without anybody looking after them. A used token
# is kept until it would have expired: until then it must be recognised if somebody presents it again.
_SWEEP = (
    "swept AS (DELETE FROM {0} WHERE organization_id = $1 AND digest IN (SELECT digest FROM {0}"
    " WHERE organization_id = $1 AND expires_at < now() LIMIT 10 FOR UPDATE SKIP LOCKED))"
)


async def refresh_token(db: Database, organization_id: str, token_digest: str) -> RefreshToken | None:
    """The token, used and revoked ones too; a token whose family was revoked counts as revoked."""
    row = await db.fetchrow(
        f"SELECT {_COLUMNS}, used_at, (SELECT min(f.revoked_at) FROM refresh_tokens f"
        " WHERE f.organization_id = t.organization_id AND f.family = t.family) AS revoked_at"
        " FROM refresh_tokens t WHERE t.organization_id = $1 AND t.digest = $2",
        organization_id,
        token_digest,
    )
    if row is None:
        return None
    claim = row["custom_claim"]
    return RefreshToken(**{**row, "custom_claim": None if claim is None else msgspec.json.decode(claim)})


async def keep_refresh_token(db: Database, token: RefreshToken, *, instead_of: str | None = None) -> bool:
    """Store a token; `instead_of` (a digest) is used up by it, in the same statement.

    False: the one to be used up had been used or revoked meanwhile, and nothing was stored.
    """
    claim = None if token.custom_claim is None else msgspec.json.encode(token.custom_claim).decode()
    values = (
        token.organization_id,
        token.digest,
        token.family,
        token.application_id,
        token.customer_id,
        token.scope,
        claim,
        token.confidential,
        token.access_digest,
        token.access_expires_at,
        token.expires_at,
    )
    sweep = _SWEEP.format("refresh_tokens")
    row = (
        "$1, $2::text, $3::text, $4::text, $5::text, $6::text, $7::jsonb, $8::boolean,"
        " $9::text, $10::timestamptz, $11::timestamptz"
    )
    if instead_of is None:
        stored = await db.fetchval(
            f"WITH {sweep} INSERT INTO refresh_tokens ({_COLUMNS}) VALUES ({row}) RETURNING true", *values
        )
    else:
        stored = await db.fetchval(
            f"WITH {sweep}, used AS (UPDATE refresh_tokens SET used_at = now() WHERE organization_id = $1"
            " AND digest = $12 AND used_at IS NULL AND revoked_at IS NULL RETURNING 1)"
            f" INSERT INTO refresh_tokens ({_COLUMNS}) SELECT {row} FROM used RETURNING true",
            *values,
            instead_of,
        )
    return bool(stored)


async def family_of(db: Database, organization_id: str, access_digest: str) -> str | None:
    """The family of refresh tokens an access token came with."""
    family: str | None = await db.fetchval(
        "SELECT family FROM refresh_tokens WHERE organization_id = $1 AND access_digest = $2",
        organization_id,
        access_digest,
    )
    return family


async def revoke_family(db: Database, organization_id: str, family: str) -> list[str]:
    """End a sign-in: all its refresh tokens, and the access tokens given out with them. Returns those's digests."""
    async with db.transaction() as connection:
        # A rotation that is under way holds its row; the statement after this one sees what it wrote.
        await connection.execute(
            "SELECT 1 FROM refresh_tokens WHERE organization_id = $1 AND family = $2 ORDER BY digest FOR UPDATE",
            organization_id,
            family,
        )
        db.round_trips += 2
        rows = await connection.fetch(
            "WITH family AS (UPDATE refresh_tokens SET revoked_at = coalesce(revoked_at, now())"
            " WHERE organization_id = $1 AND family = $2 RETURNING access_digest, access_expires_at),"
            " revoked AS (INSERT INTO revoked_tokens (organization_id, digest, expires_at, revoked_at)"
            " SELECT $1, access_digest, access_expires_at, clock_timestamp() FROM family"
            " WHERE access_expires_at > now() ON CONFLICT DO NOTHING)"
            " SELECT access_digest FROM family",
            organization_id,
            family,
        )
    return [row["access_digest"] for row in rows]


async def revoke_customer(db: Database, organization_id: str, customer_id: str) -> None:
    """End all sign-ins of a customer."""
    await db.execute(
        "WITH ended AS (UPDATE refresh_tokens SET revoked_at = coalesce(revoked_at, now())"
        " WHERE organization_id = $1 AND customer_id = $2 RETURNING access_digest, access_expires_at)"
        " INSERT INTO revoked_tokens (organization_id, digest, expires_at, revoked_at)"
        " SELECT $1, access_digest, access_expires_at, clock_timestamp() FROM ended"
        " WHERE access_expires_at > now() ON CONFLICT DO NOTHING",
        organization_id,
        customer_id,
    )


async def revoke_access_token(db: Database, organization_id: str, token_digest: str, expires_at: datetime) -> None:
    await db.execute(
        f"WITH {_SWEEP.format('revoked_tokens')} INSERT INTO revoked_tokens"
        " (organization_id, digest, expires_at, revoked_at) VALUES ($1, $2, $3, clock_timestamp())"
        " ON CONFLICT DO NOTHING",
        organization_id,
        token_digest,
        expires_at,
    )


async def is_revoked(db: Database, organization_id: str, token_digest: str) -> bool:
    return bool(
        await db.fetchval(
            "SELECT true FROM revoked_tokens WHERE organization_id = $1 AND digest = $2",
            organization_id,
            token_digest,
        )
    )


async def news_of_revocations(
    db: Database, organization_ids: Iterable[str], since: datetime | None
) -> tuple[datetime, list[str]]:
    """(the database's time, digests revoked since): what other workers revoked. since=None: all that is known.

    Looks back five seconds more than asked, for transactions that were under way. It is no part of a request, so it
    does not count among the round trips that requests are held to.
    """
    row = await db.pool.fetchrow(
        "SELECT now() AS at, ARRAY(SELECT digest FROM revoked_tokens WHERE organization_id = ANY($1::text[])"
        " AND revoked_at > coalesce($2::timestamptz - interval '5 seconds', '-infinity')) AS digests",
        list(organization_ids),
        since,
    )
    return row["at"], row["digests"]


# --- the server's own keys --------------------------------------------------------------------------------------


async def signing_keys(db: Database, vault: Vault, make: Callable[[], tuple[str, str]]) -> list[tuple[str, str]]:
    """(id, private key) of all signing keys, newest first.

    If there is none yet, the one that `make` returns (it runs in a thread) is stored. Workers that start at the same
    time agree on one.
    Raises ValueError when the server's secret is not the one the keys were sealed with.
    """
    async with db.transaction() as connection:
        db.round_trips += 2
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _KEYS_LOCK)
        rows = await connection.fetch(
            "SELECT id, sealed FROM signing_keys WHERE organization_id = $1 ORDER BY created_at DESC, id", SERVER
        )
        if rows:
            return [(row["id"], vault.open(row["sealed"])) for row in rows]
        id, private = await asyncio.to_thread(make)
        await connection.execute(
            "INSERT INTO signing_keys (organization_id, id, sealed, created_at) VALUES ($1, $2, $3, now())",
            SERVER,
            id,
            vault.seal(private),
        )
        return [(id, private)]


# --- the first tenant and its credentials -----------------------------------------------------------------------


def check_slug(slug: str) -> None:
    """Raise Refused unless an organization may be called that."""
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", slug):
        raise Refused("must be 1 to 63 of a-z, 0-9 and -, not starting or ending with -", at="slug")
    if slug in RESERVED_SLUGS:
        raise Refused("is reserved for the server itself", at="slug", error="reserved")


async def create_organization(
    db: Database, registry: Registry, *, name: str, slug: str, domain: str | None = None
) -> dict[str, Any]:
    """{id, slug, name} of a new organization. `domain` is the whole host name its API answers on.

    Raises Refused for a slug that is no host name label, is reserved, or is taken.
    """
    check_slug(slug)
    id = new_id()
    async with db.transaction() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _SLUGS_LOCK)
        if await connection.fetchval("SELECT true FROM organizations WHERE slug = $1", slug):
            raise Refused("has already been taken", at="slug", error="taken", meta={"value": slug})
        changes = Changes(db, registry, id, datetime.now(UTC))
        changes.insert("organizations", {"id": id, "name": name, "slug": slug, "domain": domain})
        await changes.commit()
    return {"id": id, "slug": slug, "name": name}


async def create_application(
    db: Database, registry: Registry, *, organization_slug: str, kind: str, name: str
) -> dict[str, Any]:
    """{id, kind, name, client_id, client_secret} of a new application. The secret is kept nowhere: note it now."""
    if kind not in KINDS:
        raise Refused(f"must be one of {', '.join(KINDS)}", at="kind")
    organization_id = await db.fetchval("SELECT id FROM organizations WHERE slug = $1", organization_slug)
    if organization_id is None:
        raise Refused(f"“{organization_slug}” names no organization", at="organization", error="not_found")
    id = new_id()
    # 33 characters: the 24 bytes are 32, and one letter more keeps the whole at the length that clients are used to.
    client_id = organization_id + new_id()[0] + secrets.token_urlsafe(24)
    client_secret = secrets.token_urlsafe(32)
    changes = Changes(db, registry, organization_id, datetime.now(UTC))
    changes.insert(
        "applications",
        {
            "id": id,
            "kind": kind,
            "name": name,
            "public_access": kind == "sales_channel",
            "client_id": client_id,
            "secret_digest": digest(client_secret),
        },
    )
    await changes.commit()
    return {"id": id, "kind": kind, "name": name, "client_id": client_id, "client_secret": client_secret}
