"""An organization with applications and a sample store, made at the first start and found again at every other."""

from __future__ import annotations

from typing import Any

import aiohttp

from billfold import sample_store
from billfold.client import Client
from billfold.db import identity, organizations
from billfold.db.database import Database
from billfold.dev.home import Home
from billfold.domain.errors import Refused
from billfold.resources import registry
from billfold.settings import BadSetting

SANDBOX_KEY = "sk_test_sandbox"


def must_be_slug(slug: str) -> None:
    """Before there is a database. Raises BadSetting."""
    try:
        identity.check_slug(slug)
    except Refused as no:
        raise BadSetting(f"--slug {no.message}.") from no


async def credentials(home: Home, dsn: str, slug: str, domain: str) -> dict[str, Any]:
    """The store of that slug as far as it is there: {organization, sales_channel, integration}, and what
    `with_samples` added.

    What an interrupted first start left behind is removed. Raises BadSetting for a slug that somebody else has made.
    """
    db = await Database.connect(dsn, size=2)
    try:
        id = await db.fetchval("SELECT id FROM organizations WHERE slug = $1", slug)
        known = home.store(slug)
        if known and id and known.get("samples") and known["organization"]["id"] == id:
            # This start may have another domain than the one before.
            await organizations.update(db, registry(), slug, {"domain": f"{slug}.{domain}"})
            return known
        if id and not known:
            raise BadSetting(
                f"There is an organization “{slug}” in the database, but {home.folder} does not have its credentials; "
                f"choose another --slug."
            )
        if id:
            await _remove(db, id)
        home.keep(slug, {"samples": None})
        return await _make(db, slug, domain)
    finally:
        await db.close()


async def _make(db: Database, slug: str, domain: str) -> dict[str, Any]:
    declared = registry()
    made = {
        "organization": await identity.create_organization(
            db, declared, name=slug.title(), slug=slug, domain=f"{slug}.{domain}"
        )
    }
    for kind, name in (("sales_channel", "Storefront"), ("integration", "Back office")):
        application = await identity.create_application(db, declared, organization_slug=slug, kind=kind, name=name)
        made[kind] = {name: application[name] for name in ("client_id", "client_secret")}
    return made


async def _remove(db: Database, organization_id: str) -> None:
    tables = await db.fetch(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'organization_id'"
    )
    async with db.transaction() as connection:
        # Rows point at each other in circles; all of them go.
        await connection.execute("SET LOCAL session_replication_role = replica")
        for table in tables:
            await connection.execute(f'DELETE FROM "{table["table_name"]}" WHERE organization_id = $1', organization_id)


async def with_samples(home: Home, store: dict[str, Any], http: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    """The store with its sample records, which are made through the API at `url` if they are not there yet."""
    if store.get("samples"):
        return store
    back_office = await Client.sign_in(http, f"{url}/api", grant_type="client_credentials", **store["integration"])
    store = {**store, "samples": await sample_store.fill(back_office)}
    home.keep(store["organization"]["slug"], store)
    return store


def described(store: dict[str, Any]) -> dict[str, Any]:
    """What a ready file says of a store with samples."""
    samples = store["samples"]
    return {
        "sales_channel": store["sales_channel"],
        "integration": store["integration"],
        **{name: samples[name] for name in ("market", "customer", "second_customer", "skus", "payment_methods")},
        "gateways": {name: samples["gateways"][name] for name in ("stripe", "klarna")},
    }


async def report_to(callback_url: str, home: Home, dsn: str, stripe_url: str) -> None:
    """Have the PSPs of the sandbox report to this address, in case they were told another one at the last start."""
    before = home.last("callback_url")
    if before and before != callback_url:
        db = await Database.connect(dsn, size=2)
        try:
            await db.execute(
                "UPDATE payment_gateways SET details = replace(details::text, $1, $2)::jsonb", before, callback_url
            )
        finally:
            await db.close()
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {SANDBOX_KEY}"}) as stripe:
            await _move_endpoints(stripe, f"{stripe_url}/v1/webhook_endpoints", before, callback_url)
    home.note("callback_url", callback_url)


async def _move_endpoints(stripe: aiohttp.ClientSession, endpoints: str, before: str, after: str) -> None:
    async with stripe.get(endpoints, params={"limit": "100"}) as answer:
        answer.raise_for_status()
        listed = (await answer.json())["data"]
    for endpoint in listed:
        if endpoint["url"].startswith(before):
            moved = {"url": after + endpoint["url"].removeprefix(before)}
            async with stripe.post(f"{endpoints}/{endpoint['id']}", data=moved) as answer:
                answer.raise_for_status()
