"""Markets that are open to one group of customers and to nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.shop import refused
from tests.articles import EBOOK
from tests.store import Store

from billfold.client import ApiError, Client


async def made_private(store: Store) -> str:
    """A private market with Ada in its group; returns its id."""
    office = store.back_office
    group = ("customer_groups", (await office.create("customer_groups", {"name": "VIP", "code": "vip"})).id)
    await office.update("customers", store.made["customer"]["id"], customer_group=group)
    names = {"merchant": "merchants", "price_list": "price_lists", "inventory_model": "inventory_models"}
    related: dict[str, Any] = {
        name: (called, (await office.get(called)).data[0]["id"]) for name, called in names.items()
    }
    market = await office.create("markets", {"name": "VIP", "code": "vip"}, customer_group=group, **related)
    assert market["private"] is True
    return market.id


async def token(store: Store, scope: str, which: str | None = None, **more: str) -> Client:
    grant = {"grant_type": "client_credentials", "client_id": store.sales_channel["client_id"], "scope": scope}
    if which:
        customer = store.made[which]
        grant |= {"grant_type": "password", "username": customer["email"], "password": customer["password"]}
    return await Client.sign_in(store.http, store.api, **grant, **more)


async def refresh(store: Store, refresh_token: str) -> tuple[int, Any]:
    body = {
        "grant_type": "refresh_token",
        "client_id": store.sales_channel["client_id"],
        "refresh_token": refresh_token,
    }
    async with store.http.post(f"{store.url}/oauth/token", json=body) as answer:
        return answer.status, await answer.json()


async def test_a_private_market_is_for_the_customers_of_its_group(store: Store) -> None:
    market = await made_private(store)
    for scope in ("market:code:vip", f"market:id:{market}", f"market:code:vip {store.scope}"):
        ada = await token(store, scope, "customer")
        order = await ada.create("orders", {}, include="market", market=("markets", market))
        assert order.related("market")["id"] == market
        for which in (None, "second_customer"):
            with pytest.raises(ApiError) as refusal:
                await token(store, scope, which)
            assert (refusal.value.status, refusal.value.errors[0]["title"]) == (400, "invalid_scope")
    assert (await ada.get(f"markets/{market}")).id == market


async def test_a_token_for_all_markets_is_none_for_a_private_one(store: Store) -> None:
    market = await made_private(store)
    for which in (None, "second_customer"):
        client = await token(store, "market:all", which)
        async with refused(error="not_found", pointers=["/data/relationships/market"]):
            await client.create("orders", {}, market=("markets", market))
        async with refused(status=401):
            await client.get(f"markets/{market}")
    ada = await token(store, "market:all", "customer")
    await ada.create("orders", {}, market=("markets", market))


async def test_what_a_private_market_asks_is_told_to_its_customers_alone(store: Store) -> None:
    office = store.back_office
    market = await made_private(store)
    secret = await office.create("price_lists", {"name": "VIP", "currency_code": "EUR"})
    await office.update("markets", market, price_list=("price_lists", secret.id))
    values = {"sku_code": EBOOK, "amount_cents": 100}
    price = await office.create("prices", values, price_list=("price_lists", secret.id))
    beside = {"name": "VIP", "starts_at": "2020-01-01", "expires_at": "2099-01-01", "currency_code": "EUR"}
    theirs = ("markets", market)
    promotion = await office.create("percentage_discount_promotions", {**beside, "percentage": 10}, market=theirs)
    option = await office.create("sku_options", {"name": "VIP", "price_amount_cents": 1}, market=theirs)
    only = {
        f"prices/{price.id}": "prices",
        f"percentage_discount_promotions/{promotion.id}": "promotions",
        f"sku_options/{option.id}": "sku_options",
    }
    sku = price.data["attributes"]["sku_code"]
    for client, welcome in (
        (await store.guest(), False),
        (await token(store, "market:all", "second_customer"), False),
        (await token(store, "market:code:vip", "customer"), True),
        (await token(store, "market:all", "customer"), True),
    ):
        for path, listed in only.items():
            found = {thing["id"] for thing in (await client.get(listed, **{"page[size]": "25"})).data}
            assert (path.rpartition("/")[2] in found) == welcome, path
            if welcome:
                assert (await client.get(path)).id == path.rpartition("/")[2]
            else:
                async with refused(status=401):
                    await client.get(path)
        beside_sku = await client.get("skus", include="prices,sku_options", **{"filter[q][code_eq]": sku})
        assert (price.id in {p["id"] for p in beside_sku.included("prices")}) == welcome
        assert (option.id in {o["id"] for o in beside_sku.included("sku_options")}) == welcome
    for path in only:
        assert (await office.get(path)).id == path.rpartition("/")[2]


async def test_who_leaves_the_group_gets_no_new_token(store: Store) -> None:
    await made_private(store)
    body = {
        "grant_type": "password",
        "client_id": store.sales_channel["client_id"],
        "scope": "market:code:vip",
        "username": store.made["customer"]["email"],
        "password": store.made["customer"]["password"],
    }
    async with store.http.post(f"{store.url}/oauth/token", json=body) as answer:
        first = (await answer.json())["refresh_token"]
    status, renewed = await refresh(store, first)
    assert status == 200
    await store.back_office.update("customers", store.made["customer"]["id"], customer_group=None)
    status, refusal = await refresh(store, renewed["refresh_token"])
    assert (status, refusal["errors"][0]["title"]) == (400, "invalid_scope")


async def test_nobody_lets_themselves_into_a_group(store: Store) -> None:
    await made_private(store)
    group = ("customer_groups", (await store.back_office.get("customer_groups")).data[0]["id"])
    grace, guest = await store.customer("second_customer"), await store.guest()
    async with refused(status=401, pointers=["/data/relationships/customer_group"]):
        await grace.update("customers", store.made["second_customer"]["id"], customer_group=group)
    async with refused(status=401, pointers=["/data/relationships/customer_group"]):
        await guest.create("customers", {"email": "eve@example.com"}, customer_group=group)
    async with refused(status=401):
        await grace.get(f"customer_groups/{group[1]}")


async def test_two_groups_have_two_codes(store: Store) -> None:
    office = store.back_office
    await office.create("customer_groups", {"name": "VIP", "code": "vip"})
    async with refused(error="taken", pointers=["/data/attributes/code"]):
        await office.create("customer_groups", {"name": "Also VIP", "code": "vip"})
