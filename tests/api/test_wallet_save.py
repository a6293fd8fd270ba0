"""Saving an order's payment source: when, what the answer looks like, and that twice is once."""

from __future__ import annotations

import asyncio

from tests.api.steps import (
    LISTED,
    MASTERCARD,
    SAVE,
    VISA,
    kept,
    paid,
    paid_with_klarna,
    placed,
    refused,
    reuse,
    save,
    wallet,
)
from tests.store import Store

from billfold.client import Answer


async def test_a_card_is_saved_before_placing_and_the_order_still_pays(store: Store) -> None:
    ada = await store.customer()
    order = await paid(store, ada, place=False)
    (entry,) = await save(ada, order.id)
    assert entry["attributes"]["name"] == "XXXX-XXXX-XXXX-4242"
    await placed(ada, order.id)
    assert [e["kind"] for e in await store.ledger()] == ["authorization"]


async def test_a_card_is_saved_after_placing_and_after_approval(store: Store) -> None:
    ada = await store.customer()
    first, second = await paid(store, ada), await paid(store, ada, MASTERCARD)
    await save(ada, first.id)
    approved = await store.back_office.update("orders", second.id, {"_approve_and_capture": True})
    assert (approved["status"], approved["payment_status"]) == ("approved", "paid")
    entries = await save(ada, second.id)
    assert [e["attributes"]["name"] for e in entries] == ["XXXX-XXXX-XXXX-4444", "XXXX-XXXX-XXXX-4242"]


async def test_the_answer_has_the_documented_shape(store: Store) -> None:
    ada = await store.customer()
    order = await paid(store, ada)
    answer = await ada.update("orders", order.id, {SAVE: True}, include=LISTED)
    base = f"{store.api}/orders/{order.id}"
    assert answer.data.keys() == {"id", "type", "links", "attributes", "relationships", "meta"}
    assert answer.data["links"] == {"self": base}
    assert answer.data["meta"]["mode"] == "test"
    for name in ("market", "customer", "billing_address", "available_payment_methods", "payment_source", "line_items"):
        # Only what was included says who stands at the other end.
        assert answer.data["relationships"][name].keys() == {"links"}
    (entry,) = answer.document["included"]
    assert answer.data["relationships"][LISTED] == {
        "links": {"self": f"{base}/relationships/{LISTED}", "related": f"{base}/{LISTED}"},
        "data": [{"type": "customer_payment_sources", "id": entry["id"]}],
    }
    assert entry["type"] == "customer_payment_sources"
    assert entry["links"] == {"self": f"{store.api}/customer_payment_sources/{entry['id']}"}
    assert entry["meta"]["mode"] == "test"
    attributes = entry["attributes"]
    assert attributes["name"] == "XXXX-XXXX-XXXX-4242"
    assert attributes["customer_token"].startswith("cus_")
    assert attributes["payment_source_token"].startswith("pm_")
    assert (attributes["reference"], attributes["metadata"]) == (None, {})
    assert attributes["created_at"] == attributes["updated_at"]
    assert attributes["created_at"].endswith("Z")
    assert attributes.keys() == {
        "name", "customer_token", "payment_source_token", "created_at", "updated_at", "reference", "reference_origin",
        "metadata",
    }  # fmt: skip
    for name in ("customer", "payment_source", "payment_method"):
        assert entry["relationships"][name].keys() == {"links"}


async def test_without_the_include_the_answer_lists_nothing(store: Store) -> None:
    ada = await store.customer()
    order = await paid(store, ada)
    answer = await ada.update("orders", order.id, {SAVE: True})
    assert answer.data["relationships"][LISTED].keys() == {"links"}
    assert "included" not in answer.document


async def test_an_entry_leads_to_its_customer_its_method_and_its_source(store: Store) -> None:
    ada = await store.customer()
    order = await paid(store, ada)
    (entry,) = await save(ada, order.id)
    shown = await ada.get(f"customer_payment_sources/{entry['id']}", include="customer,payment_method,payment_source")
    source = (await ada.get(f"orders/{order.id}", include="payment_source")).related("payment_source")
    assert shown.related("customer")["id"] == store.made["customer"]["id"]
    assert shown.related("payment_method")["id"] == store.made["payment_methods"]["stripe_payments"]
    assert shown.related("payment_source") == source


async def test_the_saved_card_belongs_to_the_customer_at_stripe(store: Store) -> None:
    ada = await store.customer()
    entry = (await kept(store, ada))["attributes"]
    method = await store.at_stripe(f"payment_methods/{entry['payment_source_token']}")
    assert method["customer"] == entry["customer_token"]
    assert (await store.at_stripe(f"customers/{entry['customer_token']}"))["email"] == store.made["customer"]["email"]


async def test_the_orders_digest_names_the_token_of_the_wallet(store: Store) -> None:
    ada = await store.customer()
    for pay in (paid, paid_with_klarna):
        order = await pay(store, ada)
        newest = (await save(ada, order.id))[0]["attributes"]
        digest = (await ada.get(f"orders/{order.id}"))["payment_source_details"]
        assert digest["payment_method_id"] == newest["payment_source_token"]


async def test_saving_twice_is_saving_once(store: Store) -> None:
    ada = await store.customer()
    for pay in (paid, paid_with_klarna):
        order = await pay(store, ada)
        first = await save(ada, order.id)
        assert await save(ada, order.id) == first
    assert len(await wallet(store)) == 2


async def test_the_same_card_typed_again_is_one_entry_with_the_newest_token(store: Store) -> None:
    ada = await store.customer()
    first = await kept(store, ada)
    order = await paid(store, ada)
    (again,) = await save(ada, order.id)
    assert again["id"] == first["id"]
    token = again["attributes"]["payment_source_token"]
    assert token != first["attributes"]["payment_source_token"]
    assert (await ada.get(f"orders/{order.id}"))["payment_source_details"]["payment_method_id"] == token
    shown = await ada.get(f"customer_payment_sources/{again['id']}", include="payment_source.order")
    assert [o["id"] for o in shown.included("orders")] == [order.id]


async def test_saving_an_order_that_was_paid_from_the_wallet_adds_nothing(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada)
    second = await store.order(ada)
    await reuse(ada, second.id, entry["id"])
    assert await save(ada, second.id) == [entry]
    await placed(ada, second.id)
    assert await save(ada, second.id) == [entry]


async def test_two_customers_may_keep_the_same_card(store: Store) -> None:
    ada, grace = await store.customer(), await store.customer("second_customer")
    entries = [await kept(store, ada), await kept(store, grace)]
    assert len({e["id"] for e in entries}) == len({e["attributes"]["customer_token"] for e in entries}) == 2


async def test_sixteen_saves_of_one_order_at_once_make_one_entry(store: Store) -> None:
    ada = await store.customer()
    for pay in (paid, paid_with_klarna):
        order = await pay(store, ada, place=False)
        answers = await asyncio.gather(*(save(ada, order.id) for _ in range(16)))
        assert len({answer[0]["id"] for answer in answers}) == 1
    assert len(await wallet(store)) == 2


async def test_sixteen_saves_of_two_orders_with_the_same_card_make_one_entry(store: Store) -> None:
    ada = await store.customer()
    orders = [await paid(store, ada), await paid(store, ada)]
    answers = await asyncio.gather(*(save(ada, orders[i % 2].id) for i in range(16)))
    assert len({e["id"] for answer in answers for e in answer}) == 1
    (entry,) = await wallet(store)
    digests = [(await ada.get(f"orders/{o.id}"))["payment_source_details"]["payment_method_id"] for o in orders]
    assert entry["attributes"]["payment_source_token"] in digests


async def test_a_customer_is_one_customer_at_stripe_however_many_orders_begin_at_once(store: Store) -> None:
    ada = await store.customer()
    orders = [await store.order(ada) for _ in range(6)]
    sources = await asyncio.gather(*(ada.create("stripe_payments", {}, order=("orders", o.id)) for o in orders))
    intents = [await store.at_stripe(f"payment_intents/{s['stripe_id']}") for s in sources]
    assert len({i["customer"] for i in intents}) == 1
    customers = (await store.at_stripe("customers"))["data"]
    assert [c["email"] for c in customers] == [store.made["customer"]["email"]]


async def test_a_guest_never_becomes_a_customer_at_stripe(store: Store) -> None:
    guest = await store.guest()
    order = await store.order(guest)
    await guest.update("orders", order.id, {"customer_email": "guest@example.com"})
    source = await guest.create("stripe_payments", {}, order=("orders", order.id))
    intent = await store.at_stripe(f"payment_intents/{source['stripe_id']}")
    assert (intent["customer"], intent["setup_future_usage"]) == (None, None)
    await store.confirm_in_browser(source)
    await placed(guest, order.id)
    assert (await store.at_stripe("customers"))["data"] == []


async def test_a_renewed_card_takes_the_place_of_the_old_one(store: Store) -> None:
    ada = await store.customer()
    old = await kept(store, ada)
    order = await store.order(ada)
    source = await ada.create("stripe_payments", {}, order=("orders", order.id))
    await store.confirm_in_browser(source, VISA, exp_year="2035")
    (entry,) = await save(ada, order.id)
    assert entry["id"] == old["id"]
    assert entry["attributes"]["payment_source_token"] != old["attributes"]["payment_source_token"]
    shown = await ada.get(f"customer_payment_sources/{entry['id']}", include="payment_source")
    assert shown.included("stripe_payments")[0]["attributes"]["payment_instrument"]["card_expiry_year"] == "2035"


async def test_a_card_that_was_saved_with_two_orders_can_be_saved_again_with_each_of_them(store: Store) -> None:
    ada = await store.customer()
    first, second = await paid(store, ada), await paid(store, ada)
    await save(ada, first.id)
    (entry,) = await save(ada, second.id)
    store.clock.advance(hours=25)
    await store.worker().once()  # lets go of the first order's token for the same card
    ada = await store.customer()
    assert await save(ada, first.id) == [entry]
    assert await save(ada, second.id) == [entry]


async def test_another_card_typed_instead_of_the_one_from_the_wallet_is_not_taken_for_that(store: Store) -> None:
    """Stripe does not keep it: nobody announced that when the payment was prepared for the one from the wallet."""
    ada = await store.customer()
    entry = await kept(store, ada)
    order = await store.order(ada)
    _, source = await reuse(ada, order.id, entry["id"])
    await store.confirm_in_browser(Answer(200, {"data": source}), MASTERCARD)
    await placed(ada, order.id)
    assert "may not be used again" in (await refused(ada, order.id, SAVE)).errors[0]["detail"]
    assert [e["id"] for e in await wallet(store)] == [entry["id"]]
