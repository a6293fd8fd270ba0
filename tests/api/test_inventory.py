"""`skus.inventory`: what a product page says of a SKU before anybody puts it into a cart."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any

from tests.api.shipping import BERLIN, stock_item
from tests.api.shop import refused
from tests.articles import SHIRT
from tests.store import Store

from billfold.client import Client


async def inventory(client: Client, id: str, **params: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"skus/{id}", **params))["inventory"]
    return found


async def the_sku(store: Store, code: str = SHIRT) -> str:
    return str((await store.back_office.get("skus", **{"filter[q][code_eq]": code})).data[0]["id"])


async def another_place(store: Store, sku: str, quantity: int) -> str:
    """A stock location outside every inventory model that has so many pieces."""
    office = store.back_office
    address = ("addresses", (await office.create("addresses", BERLIN)).id)
    place = await office.create("stock_locations", {"name": "Attic"}, address=address)
    await office.create(
        "stock_items", {"quantity": quantity}, stock_location=("stock_locations", place.id), sku=("skus", sku)
    )
    return place.id


async def test_a_single_sku_says_how_many_pieces_can_be_had_and_how_soon(store: Store) -> None:
    office, guest = store.back_office, await store.guest()
    id, item = await the_sku(store), await stock_item(store, SHIRT)
    await office.update("stock_items", item, {"quantity": 7})
    found = await inventory(guest, id)
    assert (found["available"], found["quantity"]) == (True, 7)
    assert [level["quantity"] for level in found["levels"]] == [7]
    prices = [t["shipping_method"]["price_amount_cents"] for t in found["levels"][0]["delivery_lead_times"]]
    assert prices == sorted(prices)
    await office.create("stock_reservations", {"quantity": 7}, stock_item=("stock_items", item))
    found = await inventory(guest, id)
    assert (found["available"], found["quantity"]) == (False, 0)


async def test_lead_times_stand_at_the_place_they_are_for(store: Store) -> None:
    office, guest = store.back_office, await store.guest()
    id, item = await the_sku(store), await stock_item(store, SHIRT)
    place = ("stock_locations", (await office.get(f"stock_items/{item}/stock_location")).id)
    for time in (await office.get("delivery_lead_times")).data:
        await office.delete("delivery_lead_times", time["id"])
    standard = ("shipping_methods", store.made["shipping_methods"]["Standard"])
    await office.create(
        "delivery_lead_times", {"min_hours": 72, "max_hours": 120}, stock_location=place, shipping_method=standard
    )
    ((time,),) = [level["delivery_lead_times"] for level in (await inventory(guest, id))["levels"]]
    method = await office.get(f"shipping_methods/{standard[1]}")
    assert (time["min"], time["max"]) == ({"hours": 72, "days": 3}, {"hours": 120, "days": 5})
    assert time["shipping_method"]["name"] == method["name"]
    for amount in ("price_amount", "free_over_amount"):
        assert time["shipping_method"][f"{amount}_cents"] == method[f"{amount}_cents"]
        assert time["shipping_method"][f"formatted_{amount}"] == method[f"formatted_{amount}"]
    await office.update("shipping_methods", standard[1], {"_disable": True})
    assert (await inventory(guest, id))["levels"][0]["delivery_lead_times"] == []


async def test_the_market_of_the_token_says_which_stock_locations_count(store: Store) -> None:
    office, guest = store.back_office, await store.guest()
    id = await the_sku(store)
    here = (await inventory(guest, id))["quantity"]
    place = await another_place(store, id, 5)
    assert (await inventory(guest, id))["quantity"] == here
    assert (await inventory(office, id))["quantity"] == here + 5
    model = ("inventory_models", (await office.get(f"markets/{store.made['market']['id']}/inventory_model")).id)
    await office.create(
        "inventory_stock_locations", {"priority": 0}, stock_location=("stock_locations", place), inventory_model=model
    )
    assert (await inventory(guest, id))["levels"][0]["quantity"] == 5
    await office.update("inventory_models", model[1], {"stock_locations_cutoff": 1})
    assert (await inventory(guest, id))["quantity"] == 5


async def test_what_is_not_counted_is_always_available(store: Store) -> None:
    id = await the_sku(store)
    await store.back_office.update("skus", id, {"do_not_track": True})
    found = await inventory(await store.guest(), id, **{"fields[skus]": "inventory"})
    assert found == {"available": True, "quantity": None, "levels": []}


async def test_lists_and_includes_do_without(store: Store) -> None:
    guest, id = await store.guest(), await the_sku(store)
    listed = (await guest.get("skus")).data
    assert {s["attributes"]["inventory"] for s in listed} == {None}
    priced = await guest.get("prices", include="sku")
    assert {s["attributes"]["inventory"] for s in priced.included("skus")} == {None}
    assert await inventory(guest, id, include="prices,stock_items") is not None


# --- stock locations in the scope of a token --------------------------------------------------------------------


async def scoped(store: Store, *words: str) -> Client:
    return await Client.sign_in(
        store.http,
        store.api,
        grant_type="client_credentials",
        client_id=store.sales_channel["client_id"],
        scope=" ".join((store.scope, *words)),
    )


async def the_place(store: Store) -> tuple[str, str]:
    """(id, code) of the warehouse that the market sells from."""
    office = store.back_office
    place = await office.get(f"stock_items/{await stock_item(store, SHIRT)}/stock_location")
    return place.id, (await office.update("stock_locations", place.id, {"code": "berlin"}))["code"]


async def sells_from(store: Store, place: str) -> None:
    office = store.back_office
    model = ("inventory_models", (await office.get(f"markets/{store.made['market']['id']}/inventory_model")).id)
    await office.create(
        "inventory_stock_locations", {"priority": 9}, stock_location=("stock_locations", place), inventory_model=model
    )


async def test_a_stock_location_in_the_scope_of_a_token_is_the_only_one_whose_stock_it_shows(store: Store) -> None:
    id, (here, code) = await the_sku(store), await the_place(store)
    await store.back_office.update("stock_items", await stock_item(store, SHIRT), {"quantity": 7})
    attic = await another_place(store, id, 5)
    await sells_from(store, attic)
    everywhere, upstairs = await scoped(store), await scoped(store, f"stock_location:id:{attic}")
    assert (await inventory(everywhere, id))["quantity"] == 12
    assert (await inventory(upstairs, id))["quantity"] == 5
    items = (await upstairs.get(f"skus/{id}/stock_items")).data
    assert [item["attributes"]["quantity"] for item in items] == [5]
    assert len((await everywhere.get(f"skus/{id}/stock_items")).data) == 2
    both = await scoped(store, f"stock_location:code:{code}", f"stock_location:id:{attic}")
    assert (await inventory(both, id))["quantity"] == 12
    assert claimed(both) == [here, attic]
    assert claimed(everywhere) == []
    shown = await both.get(f"skus/{id}", include="jwt_stock_locations")
    assert {place["id"] for place in shown.related("jwt_stock_locations")} == {here, attic}


async def test_a_stock_location_needs_its_market_beside_it_in_the_scope(store: Store) -> None:
    here, code = await the_place(store)
    attic = await another_place(store, await the_sku(store), 5)
    number = (await store.back_office.get(f"stock_locations/{here}"))["number"]
    assert claimed(await scoped(store, f"stock_location:{number}")) == [here]
    for words in (f"stock_location:id:{attic}", "stock_location:code:nowhere", "stock_location:"):
        async with refused(status=400) as caught:
            await scoped(store, words)
        assert "names no stock location of the markets in the scope" in caught[0].errors[0]["detail"]
    for alone in (f"stock_location:id:{here}", f"market:all stock_location:code:{code}"):
        async with refused(status=400) as caught:
            await Client.sign_in(
                store.http,
                store.api,
                grant_type="client_credentials",
                client_id=store.sales_channel["client_id"],
                scope=alone,
            )
        assert "needs its market in the scope" in caught[0].errors[0]["detail"]


def claimed(client: Client) -> list[str]:
    """The stock locations that a client's token says it is for."""
    payload = client.token.split(".")[1]
    claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    found: list[str] = claims["market"]["stock_location_ids"]
    return found
