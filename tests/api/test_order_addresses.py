"""Where an order goes and whom it is billed to: copied, taken over, locked, kept for the next time."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.places import BERLIN, ROME, address, book, entry
from tests.api.shop import placed, ready_to_place, refused
from tests.store import Store

from billfold.client import Answer, Client

BOTH = "billing_address,shipping_address"
SAVE_SHIPPING, SAVE_BILLING = (f"_save_{x}_address_to_customer_address_book" for x in ("shipping", "billing"))


def beside(order: Answer, name: str) -> dict[str, Any]:
    """The included address at that relationship of the order."""
    id = order.related(name)["id"]
    found: dict[str, Any] = next(a for a in order.included("addresses") if a["id"] == id)
    return found


async def test_a_copy_is_the_order_s_own_and_bears_the_reference_of_its_original(store: Store) -> None:
    ada = await store.customer()
    original = await address(ada, reference="from-the-book", metadata={"floor": 3})
    order = await ada.create("orders", {})
    clones = {"_billing_address_clone_id": original, "_shipping_address_clone_id": original}
    done = await ada.update("orders", order.id, clones, BOTH)
    billing, shipping = beside(done, "billing_address"), beside(done, "shipping_address")
    assert len({original, billing["id"], shipping["id"]}) == 3
    for copy in (billing, shipping):
        assert copy["attributes"]["reference"] == "from-the-book"
        assert copy["attributes"]["metadata"] == {"floor": 3}
        assert copy["attributes"]["name"] == (await ada.get(f"addresses/{original}"))["name"]
    await ada.update("addresses", original, {"city": "Bonn"})
    assert (await ada.get(f"addresses/{billing['id']}"))["city"] == "Berlin"
    assert done["country_code"] == "DE"


async def test_an_address_that_is_not_there_cannot_be_copied(store: Store) -> None:
    guest = await store.guest()
    order = await guest.create("orders", {})
    async with refused(error="not_found", pointers=["/data/attributes/_billing_address_clone_id"]):
        await guest.update("orders", order.id, {"_billing_address_clone_id": "AaaaAaaaAa"})
    for trigger in ("_shipping_address_same_as_billing", "_billing_address_same_as_shipping"):
        async with refused(error="blank", pointers=[f"/data/attributes/{trigger}"]):
            await guest.update("orders", order.id, {trigger: True})


async def test_one_address_can_be_used_for_both_however_often_that_is_said(store: Store) -> None:
    guest = await store.guest()
    order = await guest.create("orders", {})
    billing = ("addresses", await address(guest))
    ask = {"_shipping_address_same_as_billing": True, "customer_email": "eve@example.com"}
    done = await guest.update("orders", order.id, ask, BOTH, billing_address=billing)
    shipping = beside(done, "shipping_address")
    assert shipping["id"] != billing[1]
    again = await guest.update("orders", order.id, {"_shipping_address_same_as_billing": True}, BOTH)
    assert beside(again, "shipping_address")["id"] == shipping["id"]
    await guest.update("addresses", billing[1], {"line_1": "Lindenstr. 99"})
    changed = await guest.update("orders", order.id, {"_shipping_address_same_as_billing": True}, BOTH)
    assert beside(changed, "shipping_address")["attributes"]["line_1"] == "Lindenstr. 99"
    back = await guest.create("orders", {}, shipping_address=("addresses", await address(guest, ROME)))
    done = await guest.update("orders", back.id, {"_billing_address_same_as_shipping": True}, BOTH)
    assert beside(done, "billing_address")["attributes"]["city"] == "Roma"


async def test_the_order_is_in_the_country_it_goes_to(store: Store) -> None:
    guest = await store.guest()
    order = await guest.create("orders", {}, billing_address=("addresses", await address(guest)))
    assert order["country_code"] == "DE"
    rome = await address(guest, ROME)
    done = await guest.update("orders", order.id, shipping_address=("addresses", rome))
    assert done["country_code"] == "IT"
    await guest.update("addresses", rome, {"country_code": "FR"})
    assert (await guest.update("orders", order.id, {"_refresh": True}))["country_code"] == "FR"
    assert (await guest.update("orders", order.id, shipping_address=None))["country_code"] == "DE"


async def test_an_order_that_is_locked_to_a_country_goes_to_no_other(store: Store) -> None:
    guest = await store.guest()
    berlin, rome = await address(guest), await address(guest, ROME)
    order = await guest.create("orders", {"shipping_country_code_lock": "IT"})
    pointer = "/data/relationships/shipping_address"
    async with refused(error="country_locked", pointers=[pointer]):
        await guest.update("orders", order.id, shipping_address=("addresses", berlin))
    async with refused(error="country_locked", pointers=[pointer]):
        await guest.update("orders", order.id, {"_shipping_address_clone_id": berlin})
    await guest.update("orders", order.id, billing_address=("addresses", berlin))  # bills may go anywhere
    done = await guest.update("orders", order.id, {"_shipping_address_clone_id": rome})
    assert done["country_code"] == "IT"
    async with refused(error="country_locked", pointers=[pointer]):
        await guest.update("orders", order.id, {"shipping_country_code_lock": "DE"})
    async with refused(error="country_locked", pointers=[pointer]):
        lock = {"shipping_country_code_lock": "FR"}
        await guest.create("orders", lock, shipping_address=("addresses", rome))


@pytest.mark.parametrize("nowhere", ["XX", "USA", "Italy", "I"])
async def test_a_country_is_one_that_there_is(store: Store, nowhere: str) -> None:
    guest = await store.guest()
    async with refused(error="invalid", pointers=["/data/attributes/country_code"]):
        await address(guest, {**ROME, "country_code": nowhere})
    async with refused(error="invalid", pointers=["/data/attributes/shipping_country_code_lock"]):
        await guest.create("orders", {"shipping_country_code_lock": nowhere})


async def test_an_order_that_was_placed_goes_where_it_went(store: Store) -> None:
    ada = await store.customer()
    there = await address(ada)
    order = await placed(store, ada)
    async with refused(status=401):
        await ada.update("orders", order.id, {"_shipping_address_clone_id": there})
    async with refused(error="not_editable"):
        await store.back_office.update("orders", order.id, {"_billing_address_clone_id": there})


# --- the address book -------------------------------------------------------------------------------------------------


async def with_addresses(client: Client, shipping: dict[str, Any], billing: dict[str, Any]) -> str:
    related: dict[str, Any] = {
        "shipping_address": ("addresses", await address(client, shipping)),
        "billing_address": ("addresses", await address(client, billing)),
    }
    return (await client.create("orders", {}, **related)).id


async def test_what_was_typed_in_is_kept_once_as_a_copy(store: Store) -> None:
    ada = await store.customer()
    order = await with_addresses(ada, BERLIN, ROME)
    for trigger in (SAVE_BILLING, SAVE_SHIPPING, SAVE_SHIPPING, SAVE_BILLING):
        await ada.update("orders", order, {trigger: True})
    kept = await book(store, ada)
    assert [e["name"].split(", ")[1] for e in kept] == ["Via Appia 2", "Lindenstr. 1"]
    own = {(await ada.get(f"orders/{order}/{name}")).id for name in ("billing_address", "shipping_address")}
    for e in kept:
        assert e.related("address")["id"] not in own
        at = next(a for a in e.included("addresses") if a["id"] == e.related("address")["id"])
        assert at["attributes"]["reference"] == e.id
    await ada.update("addresses", kept[0].related("address")["id"], {"line_1": "Via Appia 3"})
    assert (await ada.get(f"orders/{order}/billing_address"))["line_1"] == "Via Appia 2"


async def test_one_address_for_both_is_kept_once(store: Store) -> None:
    ada = await store.customer()
    order = await with_addresses(ada, BERLIN, {**BERLIN, "city": " BERLIN"})
    await ada.update("orders", order, {SAVE_BILLING: True, SAVE_SHIPPING: True})
    assert len(await book(store, ada)) == 1


async def test_a_copy_from_the_book_is_not_kept_again_even_when_it_was_edited(store: Store) -> None:
    ada = await store.customer()
    kept = await entry(ada)
    at = kept.related("address")["id"]
    await ada.update("addresses", at, {"reference": kept.id})  # as checkouts do it
    order = await ada.create("orders", {})
    done = await ada.update("orders", order.id, {"_shipping_address_clone_id": at}, "shipping_address")
    await ada.update("addresses", done.related("shipping_address")["id"], {"notes": "Ring twice.", "line_2": "Left"})
    await ada.update("orders", order.id, {SAVE_SHIPPING: True})
    assert [e.id for e in await book(store, ada)] == [kept.id]


async def test_an_address_may_be_kept_after_placing_and_while_claiming_a_guest_s_order(store: Store) -> None:
    ada, guest = await store.customer(), await store.guest()
    order = await placed(store, ada)
    async with refused(error="blank", pointers=[f"/data/attributes/{SAVE_BILLING}"]):
        await ada.update("orders", order.id, {SAVE_BILLING: True})
    open_order = await with_addresses(guest, BERLIN, ROME)
    async with refused(error="guest", pointers=[f"/data/attributes/{SAVE_BILLING}"]):
        await guest.update("orders", open_order, {SAVE_BILLING: True})
    await ada.update("orders", open_order, {SAVE_BILLING: True})
    assert len(await book(store, ada)) == 1


async def test_a_placed_order_keeps_the_address_it_was_placed_with(store: Store) -> None:
    ada, office = await store.customer(), store.back_office
    where = ("addresses", await address(ada))
    open_order = await ada.create("orders", {}, shipping_address=where, billing_address=where)
    before = await ready_to_place(store, ada)
    await ada.update("orders", before.id, shipping_address=where, billing_address=where)
    await ada.update("orders", before.id, {"_place": True})
    await ada.update("addresses", where[1], {"city": "Bonn", "line_2": "Second door"})
    kept = await ada.get(f"orders/{before.id}", include=BOTH)
    assert {beside(kept, n)["attributes"]["city"] for n in BOTH.split(",")} == {"Berlin"}
    assert kept.related("billing_address")["id"] == kept.related("shipping_address")["id"] != where[1]
    assert (
        beside(await ada.get(f"orders/{open_order.id}", include=BOTH), "billing_address")["attributes"]["city"]
        == "Bonn"
    )
    await office.update("addresses", kept.related("shipping_address")["id"], {"city": "Potsdam"})
    mended = await ada.get(f"orders/{before.id}", include=BOTH)
    assert beside(mended, "shipping_address")["attributes"]["city"] == "Potsdam"
