"""Whose an address is: its customer's, the shop's, or anybody's who knows its id."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.places import BERLIN, ROME, address
from tests.api.shop import ready_to_place, refused
from tests.store import Store

from billfold.client import Client

ADDRESSES = ("billing_address", "shipping_address")


async def on_an_order_of(client: Client, **attributes: Any) -> tuple[str, str]:
    """(address, order): typed in and put on an order with a second request, as checkouts do it."""
    at, order = await address(client), await client.create("orders", attributes)
    both: dict[str, Any] = dict.fromkeys(ADDRESSES, ("addresses", at))
    await client.update("orders", order.id, **both)
    return at, order.id


async def others(store: Store) -> list[Client]:
    return [await store.guest(), await store.customer("second_customer")]


async def is_closed_to(client: Client, at: str) -> None:
    """Whatever they try, it is as if there were no such address, or as with any other that is somebody else's."""
    for attempt in (
        client.get(f"addresses/{at}"),
        client.update("addresses", at, {"line_1": "Elsewhere 1"}),
        client.delete("addresses", at),
    ):
        async with refused(status=401):
            await attempt
    order = await client.create("orders", {})
    for name in ADDRESSES:
        related: dict[str, Any] = {name: ("addresses", at)}
        async with refused(error="not_found", pointers=[f"/data/relationships/{name}"]):
            await client.update("orders", order.id, **related)
        async with refused(error="not_found", pointers=[f"/data/relationships/{name}"]):
            await client.create("orders", {}, **related)
        async with refused(error="not_found", pointers=[f"/data/attributes/_{name}_clone_id"]):
            await client.update("orders", order.id, {f"_{name}_clone_id": at})


async def is_open_to(client: Client, at: str) -> None:
    assert (await client.get(f"addresses/{at}")).id == at
    assert (await client.update("addresses", at, {"line_2": "Left"}))["line_2"] == "Left"
    await client.update("orders", (await client.create("orders", {})).id, {"_billing_address_clone_id": at})


async def test_an_address_on_a_registered_customer_s_order_is_that_customer_s(store: Store) -> None:
    ada = await store.customer()
    at, order = await on_an_order_of(ada)
    for other in await others(store):
        await is_closed_to(other, at)
    async with refused(error="not_found", pointers=["/data/relationships/address"]):
        grace = await store.customer("second_customer")
        await grace.create("customer_addresses", {}, address=("addresses", at))
    await is_open_to(ada, at)
    kept = await ada.get(f"orders/{order}", include="billing_address")
    assert kept.included("addresses")[0]["attributes"]["line_1"] == BERLIN["line_1"]


async def test_what_an_order_was_placed_with_stays_its_customer_s(store: Store) -> None:
    ada = await store.customer()
    at, order = await address(store.back_office), await ready_to_place(store, ada)
    done = await ada.update("orders", order.id, {"_place": True}, billing_address=("addresses", at))
    assert done["status"] == "placed"
    for other in await others(store):
        await is_closed_to(other, at)
    assert (await ada.get(f"addresses/{at}")).id == at


async def test_what_a_customer_typed_in_is_theirs_before_it_is_on_an_order_and_afterwards(store: Store) -> None:
    ada = await store.customer()
    at = await address(ada)
    for other in await others(store):
        await is_closed_to(other, at)
    order = await ada.create("orders", {}, billing_address=("addresses", at))
    await ada.update("orders", order.id, billing_address=("addresses", await address(ada, ROME)))
    for other in await others(store):
        await is_closed_to(other, at)
    await is_open_to(ada, at)
    assert (await ada.delete("addresses", at)).status == 204


async def test_what_a_guest_typed_in_is_open_by_its_id_until_a_customer_takes_the_order(store: Store) -> None:
    guest, ada, grace = await store.guest(), await store.customer(), await store.customer("second_customer")
    loose = await address(guest)
    at, order = await on_an_order_of(guest, customer_email="eve@example.com")
    for client in (guest, ada, grace):
        for open_one in (loose, at):
            await is_open_to(client, open_one)
    await ada.update("orders", order, {})
    await is_open_to(ada, at)
    for other in (guest, grace):
        await is_closed_to(other, at)
        await is_open_to(other, loose)


async def test_a_copy_that_is_kept_in_the_book_stays_its_customer_s_when_the_entry_goes(store: Store) -> None:
    ada = await store.customer()
    _, order = await on_an_order_of(ada)
    await ada.update("orders", order, {"_save_billing_address_to_customer_address_book": True})
    (entry,) = (await ada.get("customer_addresses", include="address")).data
    at = entry["relationships"]["address"]["data"]["id"]
    assert (await ada.delete("customer_addresses", entry["id"])).status == 204
    for other in await others(store):
        await is_closed_to(other, at)
    await is_open_to(ada, at)


async def test_whoever_may_go_on_with_a_customer_s_order_may_mend_its_address(store: Store) -> None:
    await store.tools.db.execute("UPDATE organizations SET orders_sales_channel_guest_only = false")
    at, _ = await on_an_order_of(await store.customer())
    await is_open_to(await store.guest(), at)
    await is_closed_to(await store.customer("second_customer"), at)


async def test_a_back_office_sees_to_every_address(store: Store) -> None:
    at, order = await on_an_order_of(await store.customer())
    assert (await store.back_office.update("addresses", at, {"city": "Potsdam"}))["city"] == "Potsdam"
    elsewhere = await address(store.back_office)
    await store.back_office.update("orders", order, billing_address=("addresses", elsewhere))
    await is_closed_to(await store.guest(), elsewhere)


@pytest.mark.parametrize("called", ["merchants", "stock_locations"])
async def test_where_the_shop_itself_is_storefronts_do_not_change(store: Store, called: str) -> None:
    office, guest = store.back_office, await store.guest()
    at = await address(office, ROME)
    await office.update(called, (await office.get(called)).data[0]["id"], address=("addresses", at))
    for client in (guest, await store.customer()):
        await is_closed_to(client, at)
    if called == "stock_locations":  # where storefronts read it, they still do
        listed = await guest.get(called, include="address")
        assert at in [a["id"] for a in listed.included("addresses")]
