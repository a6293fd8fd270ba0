"""A new password for who forgot theirs, and nothing to learn for anybody else."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.shop import refused
from tests.store import Store

from billfold.client import Answer, ApiError, Client

NEW = "a brand-new password"
TOKEN = "/data/attributes/_reset_password_token"


async def sign_in(store: Store, password: str) -> Client:
    return await Client.sign_in(
        store.http,
        store.api,
        grant_type="password",
        client_id=store.sales_channel["client_id"],
        scope=store.scope,
        username=store.made["customer"]["email"],
        password=password,
    )


async def forgotten(store: Store, email: str | None = None) -> tuple[str, str | None]:
    """A storefront asks; (the request's id, the token that whoever sends the mail reads)."""
    guest = await store.guest()
    asked = {"customer_email": email or store.made["customer"]["email"]}
    id = (await guest.create("customer_password_resets", asked)).id
    return id, (await (await store.office()).get(f"customer_password_resets/{id}"))["reset_password_token"]


async def answered(store: Store, id: str, token: str | None, password: str = NEW) -> Answer:
    given = {"customer_password": password, "_reset_password_token": token}
    return await (await store.guest()).update("customer_password_resets", id, given)


async def test_a_customer_gets_back_in_with_the_token_from_their_mail(store: Store) -> None:
    ada = await store.customer()
    id, token = await forgotten(store)
    assert token is not None
    assert len(token) >= 20
    done = await answered(store, id, token)
    assert done["reset_password_at"]
    assert "reset_password_token" not in done.data["attributes"]
    with pytest.raises(ApiError):
        await sign_in(store, store.made["customer"]["password"])
    await (await sign_in(store, NEW)).get("orders")
    row = await store.tools.db.fetchval(
        "SELECT password_digest FROM customers WHERE id = $1", store.made["customer"]["id"]
    )
    assert row.startswith("$argon2id$")
    # Whoever was signed in with the old password is so no longer.
    revoked = await store.tools.db.fetchval("SELECT count(*) FROM refresh_tokens WHERE revoked_at IS NOT NULL")
    assert revoked == 1
    assert ada.token


async def test_a_token_works_once(store: Store) -> None:
    id, token = await forgotten(store)
    await answered(store, id, token)
    async with refused(error="invalid", pointers=[TOKEN]):
        await answered(store, id, token, "yet another password")
    await sign_in(store, NEW)


async def test_a_token_works_for_a_day(store: Store) -> None:
    id, token = await forgotten(store)
    store.clock.advance(hours=25)
    async with refused(error="invalid", pointers=[TOKEN]):
        await answered(store, id, token)


@pytest.mark.parametrize("wrong", ["", "xhFfkmfybsLxzaAP6xcs", "ünïcode", "other"])
async def test_a_wrong_token_opens_nothing(store: Store, wrong: str) -> None:
    id, _ = await forgotten(store)
    _, hers = await forgotten(store, store.made["second_customer"]["email"])
    async with refused(pointers=[TOKEN]):
        await answered(store, id, hers if wrong == "other" else wrong)
    await sign_in(store, store.made["customer"]["password"])


async def test_both_halves_are_needed_and_a_short_password_is_no_password(store: Store) -> None:
    id, token = await forgotten(store)
    guest = await store.guest()
    async with refused(error="blank", pointers=[TOKEN]):
        await guest.update("customer_password_resets", id, {"customer_password": NEW})
    async with refused(error="blank", pointers=["/data/attributes/customer_password"]):
        await guest.update("customer_password_resets", id, {"_reset_password_token": token})
    async with refused(error="too_short", pointers=["/data/attributes/customer_password"]):
        await answered(store, id, token, "abc")
    await answered(store, id, token)


async def test_a_storefront_cannot_tell_a_customer_s_e_mail_address_from_any_other(store: Store) -> None:
    guest = await store.guest()
    shapes: list[Any] = []
    for email in (store.made["customer"]["email"], "nobody@example.com"):
        made = await guest.create("customer_password_resets", {"customer_email": email}, include="customer")
        shapes.append(
            (made.status, sorted(made.data["attributes"]), made.related("customer"), made["customer_email"] == email)
        )
        assert made.document["included"] == []
        async with refused(error="invalid", pointers=[TOKEN]):
            await answered(store, made.id, "xhFfkmfybsLxzaAP6xcs")
        touched = await guest.update("customer_password_resets", made.id, {"reference": "R"}, include="customer")
        shapes[-1] += (touched.related("customer"),)
        async with refused(status=401):
            await guest.get(f"customer_password_resets/{made.id}")
        async with refused(status=401):
            await guest.get(f"customer_password_resets/{made.id}/customer")
    assert shapes[0] == shapes[1]
    assert "reset_password_token" not in shapes[0][1]


async def test_a_back_office_is_told_that_nobody_has_the_address(store: Store) -> None:
    async with refused(error="not_found", pointers=["/data/attributes/customer_email"]):
        await store.back_office.create("customer_password_resets", {"customer_email": "nobody@example.com"})


async def test_a_request_is_found_by_its_token_which_only_a_back_office_may_look_for(store: Store) -> None:
    id, token = await forgotten(store)
    await forgotten(store)
    found = await store.back_office.get(
        "customer_password_resets", **{"filter[q][reset_password_token_eq]": str(token)}
    )
    assert [r["id"] for r in found.data] == [id]
    for client in (await store.guest(), await store.customer()):
        with pytest.raises(ApiError) as refusal:
            await client.get("customer_password_resets", **{"filter[q][reset_password_token_start]": str(token)[:1]})
        assert refusal.value.status == 401
