"""A customer is forgotten when a back office asks for it: after a time in which it can be withdrawn, for good, and with
no cent of their orders changed."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.shop import money, of, ready_to_place, refused
from tests.api.steps import kept, paid, save, wallet
from tests.store import Contents, Store, open_store

from billfold.client import Answer, ApiError, Client

PERSON = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "line_1": "St James's Square 12",
    "city": "London",
    "zip_code": "SW1Y 4JH",
    "country_code": "GB",
    "phone": "+44 20 7946 0000",
}
REQUEST, CANCEL = {"_request_anonymization": True}, {"_cancel_anonymization": True}


async def asked(store: Store, body: dict[str, Any] = REQUEST) -> Answer:
    """The first customer, after a back office asked for something."""
    return await (await store.office()).update("customers", store.made["customer"]["id"], body)


async def later(store: Store, hours: float) -> Client:
    """The worker has done what is due after so many hours; a back office to look at it."""
    store.clock.advance(hours=hours)
    while await store.worker().once():
        pass
    return await store.office()


async def test_a_request_says_who_made_it_and_when_and_is_made_once(store: Store) -> None:
    first = await asked(store)
    assert first["anonymization_status"] == "requested"
    info = first["anonymization_info"]
    assert (info["status"], info["requester"]) == ("requested", {"id": store.integration["id"]})
    again = await asked(store)
    assert again["anonymization_info"]["requested_at"] == info["requested_at"]
    found = await store.back_office.get("customers", **{"filter[q][anonymization_status_eq]": "requested"})
    assert [c["id"] for c in found.data] == [first.id]


async def test_until_the_time_is_over_nothing_is_erased_and_the_request_can_be_withdrawn(store: Store) -> None:
    await asked(store)
    office = await later(store, 23)
    shown = await office.get(f"customers/{store.made['customer']['id']}")
    assert of(shown, "email", "anonymization_status") == (store.made["customer"]["email"], "requested")
    for _ in range(2):
        withdrawn = await asked(store, CANCEL)
        assert withdrawn["anonymization_status"] == withdrawn["anonymization_info"]["status"] == "cancelled"
    assert withdrawn["anonymization_info"]["cancellation_requester"] == {"id": store.integration["id"]}
    await asked(store)
    office = await later(store, 2)  # when the first request would have been due
    shown = await office.get(f"customers/{store.made['customer']['id']}")
    assert of(shown, "email", "anonymization_status") == (store.made["customer"]["email"], "requested")
    assert "cancelled_at" not in shown["anonymization_info"]


async def test_what_nobody_asked_for_cannot_be_withdrawn(store: Store) -> None:
    async with refused(error="invalid_transition", pointers=["/data/attributes/_cancel_anonymization"]):
        await asked(store, CANCEL)


async def test_who_the_customer_was_is_erased_and_what_they_bought_is_not(store: Store) -> None:
    ada, office = await store.customer(), store.back_office
    id, email = store.made["customer"]["id"], store.made["customer"]["email"]
    book = await ada.create("addresses", PERSON)
    await ada.create("customer_addresses", {}, address=("addresses", book.id))
    unused = await ada.create("addresses", PERSON)
    used = await ada.create("addresses", PERSON)
    await ada.create("customer_addresses", {}, address=("addresses", used.id))
    await ada.create("customer_subscriptions", {"customer_email": email, "reference": "news"})
    await ada.create("customer_password_resets", {"customer_email": email})
    await office.update("customers", id, {"metadata": {"born": "1815"}, "reference": "crm-1"})
    order = await paid(store, ada)
    await office.update("orders", order.id, {"_capture": True})
    card = (await save(ada, order.id))[0]
    cart = await ready_to_place(store, ada)
    await ada.update("orders", cart.id, billing_address=("addresses", used.id))
    recipient = await office.create(
        "coupon_recipients", {"email": email, "first_name": "Ada"}, customer=("customers", id)
    )
    before = await money(store, order.id)

    await asked(store)
    office = await later(store, 25)
    shown = await office.get(f"customers/{id}", include="customer_addresses,customer_subscriptions")
    assert str(shown["email"]).endswith("@anonymized.invalid")
    assert of(shown, "anonymization_status", "has_password", "metadata", "reference", "total_orders_count") == (
        "completed", False, {}, None, 1,
    )  # fmt: skip
    assert set(shown["anonymization_info"]) == {"status", "requested_at", "requester", "started_at", "completed_at"}
    assert shown.related("customer_addresses") == shown.related("customer_subscriptions") == []
    for gone in (book, unused):
        async with refused(status=404):
            await office.get(f"addresses/{gone.id}")
    assert (await office.get(f"orders/{cart.id}/billing_address")).id == used.id
    assert await wallet(store) == []
    assert (await store.at_stripe(f"payment_methods/{card['attributes']['payment_source_token']}"))["customer"] is None
    assert (await office.get("customer_password_resets")).data == []
    assert of(await office.get(f"coupon_recipients/{recipient.id}"), "email", "first_name") == (shown["email"], None)

    bought = await office.get(f"orders/{order.id}")
    assert of(bought, "customer_email", "payment_status", "total_amount_cents") == (shown["email"], "paid", 2900)
    rows = await office.get(f"orders/{order.id}/transactions", sort="number")
    assert [(r["type"], r["attributes"]["amount_cents"], r["attributes"]["succeeded"]) for r in rows.data] == before
    await office.update("orders", order.id, {"_refund": True})


async def test_nobody_signs_in_as_somebody_who_was_erased(store: Store) -> None:
    ada = await store.customer()
    await asked(store)
    await later(store, 25)
    with pytest.raises(ApiError):
        await ada.get("orders")
    with pytest.raises(ApiError):
        await store.customer()


async def test_erasing_again_or_withdrawing_it_then_changes_nothing(store: Store) -> None:
    await asked(store)
    await later(store, 25)
    done = await asked(store)
    assert done["anonymization_status"] == "completed"
    async with refused(error="invalid_transition") as caught:
        await asked(store, CANCEL)
    assert "is completed: what was erased cannot be brought back" in caught[0].errors[0]["detail"]


async def test_a_provider_that_is_away_forgets_the_card_when_it_is_back(store: Store) -> None:
    card = await kept(store, await store.customer())
    token = card["attributes"]["payment_source_token"]
    await asked(store)
    await store.fault("refuse", psp="stripe", times=None)
    office = await later(store, 25)
    assert (await office.get(f"customers/{store.made['customer']['id']}"))["anonymization_status"] == "completed"
    await store.clear_faults()
    assert (await store.at_stripe(f"payment_methods/{token}"))["customer"]
    await later(store, 1)
    assert (await store.at_stripe(f"payment_methods/{token}"))["customer"] is None


async def test_the_time_is_a_setting(filled_database: tuple[str, Contents]) -> None:
    async with open_store(*filled_database, anonymization_hours=2) as store:
        await asked(store)
        office = await later(store, 3)
        shown = await office.get(f"customers/{store.made['customer']['id']}")
        assert shown["anonymization_status"] == "completed"


@pytest.mark.parametrize("body", [REQUEST, CANCEL])
async def test_a_storefront_erases_nobody(store: Store, body: dict[str, Any]) -> None:
    async with refused(status=401):
        await (await store.customer()).update("customers", store.made["customer"]["id"], body)
