"""Looking at the wallet and managing it: what an order may use, the customer's own list, raw tokens, deletion."""

from __future__ import annotations

import asyncio
import time

import pytest
from tests.api.steps import (
    LISTED,
    MASTERCARD,
    VISA,
    brought_along,
    kept,
    kept_at_klarna,
    paid,
    placed,
    raw_tokens,
    reuse,
    save,
    wallet,
)
from tests.store import Store

from billfold.client import Answer, ApiError

ENTRIES = "customer_payment_sources"


async def test_an_order_lists_what_it_may_use_newest_first_of_every_gateway(store: Store) -> None:
    ada = await store.customer()
    made = [await kept(store, ada), await kept_at_klarna(store, ada), await kept(store, ada, MASTERCARD)]
    order = await store.order(ada)
    answer = await ada.get(f"orders/{order.id}", include=f"{LISTED}.payment_source,{LISTED}.payment_method")
    assert [e["id"] for e in answer.related(LISTED)] == [e["id"] for e in reversed(made)]
    types = {e["type"] for e in answer.document["included"]}
    assert types == {ENTRIES, "stripe_payments", "klarna_payments", "payment_methods"}


async def test_a_placed_order_lists_it_too_and_so_does_the_related_endpoint(store: Store) -> None:
    ada = await store.customer()
    first = await paid(store, ada)
    await save(ada, first.id)
    newest = await kept(store, ada, MASTERCARD)
    answer = await ada.get(f"orders/{first.id}", include=LISTED)
    page = await ada.get(f"orders/{first.id}/{LISTED}")
    assert [e["id"] for e in page.data] == [e["id"] for e in answer.related(LISTED)]
    assert page.data[0]["id"] == newest["id"]
    assert page.document["meta"]["record_count"] == 2


async def test_a_guest_sees_no_wallet(store: Store) -> None:
    await kept(store, await store.customer())
    guest = await store.guest()
    order = await store.order(guest)
    await guest.update("orders", order.id, {"customer_email": store.made["customer"]["email"]})
    assert (await guest.get(f"orders/{order.id}", include=LISTED)).related(LISTED) == []
    assert (await guest.get(f"orders/{order.id}/{LISTED}")).data == []
    back_office = await store.back_office.get(f"orders/{order.id}", include=LISTED)
    assert back_office.related(LISTED) == []


async def test_another_account_at_the_same_psp_cannot_charge_the_card(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada)
    create, update = store.back_office.create, store.back_office.update
    credentials = {"name": "Second", "login": "sk_test_another", "publishable_key": "pk_test_another"}
    second = await create("stripe_gateways", credentials)
    await create(
        "payment_methods",
        {"payment_source_type": "stripe_payments", "price_amount_cents": 0, "currency_code": "EUR"},
        market=("markets", store.made["market"]["id"]),
        payment_gateway=("stripe_gateways", second.id),
    )
    await update("payment_methods", store.method("stripe_payments")[1], {"_disable": True})
    order = await ada.create("orders", {})
    assert (await ada.get(f"orders/{order.id}", include=LISTED)).related(LISTED) == []
    assert [e["id"] for e in (await ada.get(ENTRIES)).data] == [entry["id"]]


async def test_an_order_in_another_currency_or_market_cannot_use_the_method(store: Store) -> None:
    ada = await store.customer()
    await kept(store, ada)
    create = store.back_office.create
    prices = await create("price_lists", {"name": "Dollars", "currency_code": "USD"})
    merchant = (await store.back_office.get("merchants")).data[0]["id"]
    inventory = store.made["inventory_model"]
    market = await create(
        "markets",
        {"name": "America"},
        merchant=("merchants", merchant),
        price_list=("price_lists", prices.id),
        inventory_model=("inventory_models", inventory),
    )
    order = await create(
        "orders", {}, market=("markets", market.id), customer=("customers", store.made["customer"]["id"])
    )
    assert order["guest"] is False
    assert (await store.back_office.get(f"orders/{order.id}", include=LISTED)).related(LISTED) == []


async def test_the_owner_lists_sorts_pages_and_filters(store: Store) -> None:
    ada, grace = await store.customer(), await store.customer("second_customer")
    made = [await kept(store, ada), await kept(store, ada, MASTERCARD)]
    await kept(store, grace)
    listed = await ada.get(ENTRIES, include="payment_source", sort="-updated_at", **{"page[size]": "1"})
    assert [e["id"] for e in listed.data] == [made[1]["id"]]
    assert (listed.document["meta"]["record_count"], listed.document["meta"]["page_count"]) == (2, 2)
    (source,) = listed.included("stripe_payments")
    assert source["attributes"]["payment_instrument"]["card_last_digits"] == "4444"
    token = made[0]["attributes"]["payment_source_token"]
    found = await ada.get(ENTRIES, **{"filter[q][payment_source_token_eq]": token})
    assert [e["id"] for e in found.data] == [made[0]["id"]]
    assert (await grace.get(ENTRIES, **{"filter[q][payment_source_token_eq]": token})).data == []


async def test_nobody_else_reaches_an_entry(store: Store) -> None:
    entry = await kept(store, await store.customer())
    grace, guest = await store.customer("second_customer"), await store.guest()
    path = f"{ENTRIES}/{entry['id']}"
    for client in (grace, guest):
        for call in (
            client.get(path),
            client.update(ENTRIES, entry["id"], {"reference": "x"}),
            client.delete(ENTRIES, entry["id"]),
        ):
            with pytest.raises(ApiError) as refusal:
                await call
            assert refusal.value.status in (401, 404)
    assert len(await wallet(store)) == 1
    with pytest.raises(ApiError) as refusal:
        await guest.get(ENTRIES)
    assert refusal.value.status == 401


async def test_the_owner_may_note_something_and_may_not_exchange_the_card(store: Store) -> None:
    ada, grace = await store.customer(), await store.customer("second_customer")
    entry, hers = await kept(store, ada), await kept(store, grace)
    noted = await ada.update(ENTRIES, entry["id"], {"metadata": {"nickname": "blue"}, "reference": "home"})
    assert (noted["metadata"], noted["reference"]) == ({"nickname": "blue"}, "home")
    stolen = {name: hers["attributes"][name] for name in ("payment_source_token", "customer_token")}
    for attributes in (stolen, {"payment_source_token": None}):
        with pytest.raises(ApiError) as refusal:
            await ada.update(ENTRIES, entry["id"], attributes)
        assert refusal.value.status == 401
    with pytest.raises(ApiError) as refusal:
        await ada.update(ENTRIES, entry["id"], payment_method=store.method("klarna_payments"))
    assert refusal.value.status == 401
    (unchanged,) = await wallet(store)
    assert unchanged["attributes"]["payment_source_token"] == entry["attributes"]["payment_source_token"]


async def test_a_customer_cannot_create_entries(store: Store) -> None:
    ada = await store.customer()
    with pytest.raises(ApiError) as refusal:
        await ada.create(
            ENTRIES, {"payment_source_token": "pm_x"}, customer=("customers", store.made["customer"]["id"])
        )
    assert refusal.value.status == 401


async def test_a_back_office_brings_a_card_along_by_its_raw_tokens(store: Store) -> None:
    tokens = await raw_tokens(store)
    created = await brought_along(store, tokens)
    assert created["name"] == "XXXX-XXXX-XXXX-4242"
    assert {name: created[name] for name in tokens} == tokens
    ada = await store.customer()
    order = await store.order(ada)
    _, source = await reuse(ada, order.id, created.id)
    assert source["attributes"]["payment_instrument"]["card_type"] == "visa"
    await placed(ada, order.id)
    # From now on the customer is at Stripe who they were before.
    entry = await kept(store, ada, MASTERCARD)
    assert entry["attributes"]["customer_token"] == tokens["customer_token"]


async def test_raw_tokens_are_checked_against_the_psp_and_the_wallet(store: Store) -> None:
    tokens = await raw_tokens(store)
    await brought_along(store, tokens)
    unknown = {**tokens, "payment_source_token": "pm_unknown"}
    another = {**await raw_tokens(store, "tok_mastercard"), "customer_token": tokens["customer_token"]}
    cases = [(tokens, "taken"), (unknown, "resource_missing"), (another, "owned_by_another"), ({}, "blank")]
    for attributes, error in cases:
        with pytest.raises(ApiError) as refusal:
            await brought_along(store, attributes)
        assert (refusal.value.status, refusal.value.error) == (422, error)
        assert refusal.value.pointers == ["/data/attributes/payment_source_token"]
    with pytest.raises(ApiError) as refusal:
        await store.back_office.create(ENTRIES, tokens, customer=("customers", store.made["second_customer"]["id"]))
    assert refusal.value.pointers == ["/data/relationships/payment_method"]
    with pytest.raises(ApiError) as refusal:
        await store.back_office.create(ENTRIES, tokens, payment_method=store.method("stripe_payments"))
    assert refusal.value.pointers == ["/data/relationships/customer"]
    assert len(await wallet(store)) == 1


async def test_a_back_office_exchanges_the_tokens_of_an_entry_and_the_digest_follows(store: Store) -> None:
    entry = await brought_along(store, await raw_tokens(store))
    changed = await store.back_office.update(ENTRIES, entry.id, await raw_tokens(store, "tok_mastercard"))
    assert changed["name"] == "XXXX-XXXX-XXXX-4444"


async def test_deleting_detaches_the_card_at_once_and_it_does_not_come_back(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada)
    token = entry["attributes"]["payment_source_token"]
    answer = await ada.delete(ENTRIES, entry["id"])
    assert (answer.status, answer.document) == (204, {})
    assert (await store.at_stripe(f"payment_methods/{token}"))["customer"] is None
    with pytest.raises(ApiError) as refusal:
        await ada.delete(ENTRIES, entry["id"])
    assert refusal.value.status == 404
    order = await store.order(ada)
    assert (await ada.get(f"orders/{order.id}", include=LISTED)).related(LISTED) == []
    await placed(ada, (await paid(store, ada, place=False)).id)
    assert await wallet(store) == []


async def test_a_slow_provider_keeps_nobody_waiting_who_deletes_a_card(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada)
    token = entry["attributes"]["payment_source_token"]
    await store.fault("delay", psp="stripe", path="/detach$", seconds=60)
    began = time.monotonic()
    assert (await ada.delete(ENTRIES, entry["id"])).status == 204
    assert time.monotonic() - began < 15
    assert (await store.at_stripe(f"payment_methods/{token}"))["customer"]
    await store.clear_faults()
    await store.worker().once()
    assert (await store.at_stripe(f"payment_methods/{token}"))["customer"] is None


async def test_eight_who_delete_at_once_delete_once_and_the_others_are_told_that_it_is_gone(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada)
    deletions = (ada.delete(ENTRIES, entry["id"]) for _ in range(8))
    answers = await asyncio.gather(*deletions, return_exceptions=True)
    assert sorted(a.status for a in answers if isinstance(a, Answer | ApiError)) == [204, *[404] * 7]
    assert await wallet(store) == []


async def test_deleting_cancels_the_token_at_klarna(store: Store) -> None:
    ada = await store.customer()
    entry = await kept_at_klarna(store, ada)
    await ada.delete(ENTRIES, entry["id"])
    token = await store.at_klarna(f"customer-token/v1/tokens/{entry['attributes']['payment_source_token']}")
    assert token["status"] == "CANCELLED"


async def test_an_entry_that_paid_other_orders_can_be_deleted_and_their_sources_stay(store: Store) -> None:
    ada = await store.customer()
    first = await paid(store, ada)
    (entry,) = await save(ada, first.id)
    second = await store.order(ada)
    await reuse(ada, second.id, entry["id"])
    await placed(ada, second.id)
    before = [(await ada.get(f"orders/{o}", include="payment_source")).document for o in (first.id, second.id)]
    await ada.delete(ENTRIES, entry["id"])
    after = [(await ada.get(f"orders/{o}", include="payment_source")).document for o in (first.id, second.id)]
    assert after == before
    captured = await store.back_office.update("orders", second.id, {"_capture": True})
    assert captured["payment_status"] == "paid"


async def test_a_token_that_another_entry_holds_is_not_detached(store: Store) -> None:
    tokens = await raw_tokens(store)
    entry = await brought_along(store, tokens)
    other = await store.back_office.create(
        ENTRIES,
        tokens,
        customer=("customers", store.made["second_customer"]["id"]),
        payment_method=store.method("stripe_payments"),
    )
    await store.back_office.delete(ENTRIES, entry.id)
    method = await store.at_stripe(f"payment_methods/{tokens['payment_source_token']}")
    assert method["customer"] == tokens["customer_token"]
    await store.back_office.delete(ENTRIES, other.id)
    assert (await store.at_stripe(f"payment_methods/{tokens['payment_source_token']}"))["customer"] is None


async def test_when_the_psp_is_down_the_worker_detaches_later(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada)
    token = entry["attributes"]["payment_source_token"]
    await store.fault("refuse", psp="stripe", times=None)
    assert (await ada.delete(ENTRIES, entry["id"])).status == 204
    assert await wallet(store) == []
    await store.worker().once()
    await store.clear_faults()
    assert (await store.at_stripe(f"payment_methods/{token}"))["customer"] is not None
    store.clock.advance(minutes=1)
    await store.worker().once()
    assert (await store.at_stripe(f"payment_methods/{token}"))["customer"] is None


async def test_a_card_typed_again_after_it_was_deleted_is_a_new_entry(store: Store) -> None:
    ada = await store.customer()
    first = await kept(store, ada)
    await ada.delete(ENTRIES, first["id"])
    again = await kept(store, ada, VISA)
    assert again["id"] != first["id"]
    order = await store.order(ada)
    await reuse(ada, order.id, again["id"])
    await placed(ada, order.id)
