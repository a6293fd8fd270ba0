"""The first organization and its credentials, and the server's keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.web.house import SECRET

from billfold.db import identity
from billfold.db.database import Database
from billfold.db.vault import Vault
from billfold.domain.errors import Refused
from billfold.resources import registry
from billfold.web.keys import SigningKeys


@pytest.fixture
async def db(database: str) -> AsyncIterator[Database]:
    opened = await Database.connect(database)
    yield opened
    await opened.close()


async def test_an_organization_starts_with_the_declared_defaults(db: Database) -> None:
    made = await identity.create_organization(db, registry(), name="Acme", slug="acme", domain="acme.shop.test")
    row = await db.fetchrow("SELECT * FROM organizations WHERE organization_id = $1 AND id = $1", made["id"])
    assert row is not None
    assert (row["name"], row["slug"], row["domain"]) == ("Acme", "acme", "acme.shop.test")
    assert row["orders_sales_channel_guest_only"] is True


@pytest.mark.parametrize("slug", ["", "Acme", "a.b", "-acme", "acme-", "a_b", "é", "x" * 64, "acme\n"])
async def test_a_slug_must_be_a_label_of_a_host_name(db: Database, slug: str) -> None:
    with pytest.raises(Refused, match="1 to 63 of a-z"):
        await identity.create_organization(db, registry(), name="Acme", slug=slug)


async def test_the_servers_own_hosts_are_no_organizations(db: Database) -> None:
    with pytest.raises(Refused, match="reserved"):
        await identity.create_organization(db, registry(), name="Auth", slug="auth")


async def test_of_many_that_want_the_same_slug_one_gets_it(db: Database) -> None:
    wanted = (identity.create_organization(db, registry(), name="Acme", slug="acme") for _ in range(4))
    made = await asyncio.gather(*wanted, return_exceptions=True)
    assert sum(isinstance(m, dict) for m in made) == 1
    assert {m.error for m in made if isinstance(m, Refused)} == {"taken"}


async def test_a_client_id_starts_with_its_organizations_id(db: Database) -> None:
    organization = await identity.create_organization(db, registry(), name="Acme", slug="acme")
    made = await identity.create_application(
        db, registry(), organization_slug="acme", kind="sales_channel", name="Shop"
    )
    assert made["client_id"].startswith(organization["id"]) and len(made["client_id"]) == 43
    assert len(made["client_secret"]) == 43
    found = await identity.application(db, made["client_id"])
    assert found == identity.Application(
        organization_id=organization["id"],
        slug="acme",
        id=made["id"],
        kind="sales_channel",
        client_id=made["client_id"],
        secret_digest=identity.digest(made["client_secret"]),
        public=True,
    )


async def test_an_integration_is_not_public(db: Database) -> None:
    await identity.create_organization(db, registry(), name="Acme", slug="acme")
    made = await identity.create_application(db, registry(), organization_slug="acme", kind="integration", name="ERP")
    found = await identity.application(db, made["client_id"])
    assert found is not None and found.public is False


async def test_an_application_needs_an_organization_and_a_kind(db: Database) -> None:
    with pytest.raises(Refused, match="names no organization"):
        await identity.create_application(db, registry(), organization_slug="nobody", kind="integration", name="ERP")
    with pytest.raises(Refused, match="must be one of sales_channel, integration"):
        await identity.create_application(db, registry(), organization_slug="nobody", kind="webapp", name="ERP")


async def test_workers_that_start_at_once_agree_on_one_key(db: Database) -> None:
    vault = Vault(SECRET)
    started = await asyncio.gather(*(SigningKeys.load(db, vault) for _ in range(3)))
    assert await db.fetchval("SELECT count(*) FROM signing_keys WHERE organization_id = 'server'") == 1
    token = started[0].sign({"says": "hello"})
    assert all(keys.read(token) == {"says": "hello"} for keys in started)
