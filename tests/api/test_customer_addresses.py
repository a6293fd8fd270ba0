"""The address book: whose an entry is, and what becomes of it."""

from __future__ import annotations

from tests.api.places import ROME, address, book, entry
from tests.api.shop import refused, topics
from tests.store import Store


async def test_an_entry_is_the_signed_in_customer_s_whatever_is_sent(store: Store) -> None:
    ada, grace = await store.customer(), store.made["second_customer"]
    kept = ("addresses", await address(ada))
    mine = await ada.create("customer_addresses", {"customer_email": grace["email"]}, "customer", address=kept)
    assert mine["customer_email"] == store.made["customer"]["email"]
    assert mine.related("customer")["id"] == store.made["customer"]["id"]
    assert mine["name"] == (await ada.get(f"addresses/{kept[1]}"))["name"]
    assert await topics(store, mine.id) == ["customer_addresses.create"]
    async with refused(error="not_found", pointers=["/data/relationships/customer"]):
        await ada.update("customer_addresses", mine.id, customer=("customers", grace["id"]))


async def test_a_back_office_names_the_customer_by_relationship_or_by_e_mail(store: Store) -> None:
    office, ada = store.back_office, store.made["customer"]
    kept = ("addresses", await address(office))
    by_record = await office.create("customer_addresses", {}, address=kept, customer=("customers", ada["id"]))
    by_email = await office.create(
        "customer_addresses", {"customer_email": "NEW@example.com"}, "customer", address=kept
    )
    assert (by_record["customer_email"], by_email["customer_email"]) == (ada["email"], "new@example.com")
    assert by_email.included("customers")[0]["attributes"]["status"] == "prospect"
    async with refused(error="blank", pointers=["/data/relationships/customer"]):
        await office.create("customer_addresses", {}, address=kept)
    async with refused(error="blank", pointers=["/data/relationships/address"]):
        await office.create("customer_addresses", {"customer_email": "new@example.com"})


async def test_an_address_outlives_its_entry(store: Store) -> None:
    ada = await store.customer()
    kept = await entry(ada)
    at = kept.related("address")["id"]
    assert (await ada.delete("customer_addresses", kept.id)).status == 204
    assert await book(store, ada) == []
    assert (await ada.get(f"addresses/{at}")).id == at
    assert await topics(store, kept.id) == ["customer_addresses.create", "customer_addresses.destroy"]


async def test_what_is_in_an_address_book_is_its_owner_s_alone(store: Store) -> None:
    ada, guest = await store.customer(), await store.guest()
    kept = (await entry(ada)).related("address")["id"]
    loose = await address(guest)
    assert (await guest.update("addresses", loose, {"line_2": "c/o Ada"}))["line_2"] == "c/o Ada"
    for other in (guest, await store.customer("second_customer")):
        order = await other.create("orders", {})
        for attempt in (
            other.get(f"addresses/{kept}"),
            other.update("addresses", kept, {"line_1": "Elsewhere 1"}),
            other.delete("addresses", kept),
        ):
            async with refused(status=401):
                await attempt
        async with refused(error="not_found", pointers=["/data/relationships/shipping_address"]):
            await other.update("orders", order.id, shipping_address=("addresses", kept))
        async with refused(error="not_found", pointers=["/data/attributes/_shipping_address_clone_id"]):
            await other.update("orders", order.id, {"_shipping_address_clone_id": kept})
    hers = await ada.create("orders", {})
    await ada.update("orders", hers.id, {"_shipping_address_clone_id": kept})
    await ada.update("orders", hers.id, shipping_address=("addresses", kept))
    assert (await ada.update("addresses", kept, {"line_1": "Neue Str. 1"}))["line_1"] == "Neue Str. 1"


async def test_an_entry_is_called_as_its_address_is(store: Store) -> None:
    ada = await store.customer()
    kept = await entry(ada)
    moved = await ada.update("customer_addresses", kept.id, address=("addresses", await address(ada, ROME)))
    assert moved["name"].endswith("00178 Roma (IT) +49 30 1234567")
    await ada.update("addresses", (await ada.get(f"customer_addresses/{kept.id}/address")).id, {"city": "Milano"})
    assert "Milano" in (await ada.get(f"customer_addresses/{kept.id}"))["name"]


async def test_what_a_customer_noted_for_themselves_follows_their_e_mail_address_and_goes_with_them(
    store: Store,
) -> None:
    guest, office = await store.guest(), store.back_office
    wish = await guest.create("customer_subscriptions", {"customer_email": "eve@example.com", "reference": "NEWS"})
    eve = (await office.get(f"customer_subscriptions/{wish.id}/customer")).id
    kept = ("addresses", await address(office))
    book_entry = await office.create("customer_addresses", {"customer_email": "eve@example.com"}, address=kept)
    reset = await guest.create("customer_password_resets", {"customer_email": "eve@example.com"})
    await office.update("customers", eve, {"email": "Eve@Example.org"})
    for called, id in (("customer_addresses", book_entry.id), ("customer_subscriptions", wish.id)):
        assert (await office.get(f"{called}/{id}"))["customer_email"] == "eve@example.org"
    assert (await office.delete("customers", eve)).status == 204
    for called, id in (("customer_addresses", book_entry.id), ("customer_subscriptions", wish.id)):
        async with refused(status=404):
            await office.get(f"{called}/{id}")
    left = await office.get(f"customer_password_resets/{reset.id}", include="customer")
    assert left.related("customer") is None


async def test_somebody_who_bought_cannot_be_deleted(store: Store) -> None:
    ada = await store.customer()
    await ada.create("orders", {})
    async with refused(status=423):
        await store.back_office.delete("customers", store.made["customer"]["id"])
