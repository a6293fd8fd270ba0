"""What one request asks for at once is done at once: relationships, attributes and triggers do not get in each other's
way."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.offers import CODE, coupon, promote
from tests.api.shop import pay_for, placed, ready_to_place, refused
from tests.api.till import address, gift_card
from tests.articles import EBOOK
from tests.store import Store

from billfold.client import Answer

SAVE = "_save_payment_source_to_customer_wallet"
WALLET = "available_customer_payment_sources"


async def placed_by_a_guest(store: Store) -> Answer:
    guest = await store.guest()
    order = await ready_to_place(store, guest)
    return await guest.update("orders", order.id, {"customer_email": "eve@example.com", "_place": True})


@pytest.mark.parametrize("trigger", ["_update", "_refresh"])
@pytest.mark.parametrize("agreed", [True, False])
async def test_a_source_says_whose_it_is_and_is_looked_at_anew(store: Store, trigger: str, agreed: bool) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    source = await ada.create("stripe_payments", {}, order=("orders", order.id))
    if agreed and trigger == "_refresh":
        await store.confirm_in_browser(source)
    done = await ada.update("stripe_payments", source.id, {trigger: True}, order=("orders", order.id))
    assert done["stripe_id"] == source["stripe_id"]


async def test_a_klarna_session_says_whose_it_is_and_follows_the_amount(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada, "klarna_payments")
    source = await ada.create("klarna_payments", {}, order=("orders", order.id))
    done = await ada.update("klarna_payments", source.id, {"_update": True}, order=("orders", order.id))
    assert done["session_id"] == source["session_id"]


@pytest.mark.parametrize("by", ["ada", "office"])
@pytest.mark.parametrize("how", ["customer_email", "customer", "nobody", "twice"])
async def test_who_buys_is_said_and_the_card_is_kept(store: Store, by: str, how: str) -> None:
    ada, her = await store.customer(), store.made["customer"]
    order = await ready_to_place(store, ada)
    client = ada if by == "ada" else store.back_office
    related: dict[str, Any] = {}
    values: dict[str, Any] = {SAVE: True}
    if how in ("customer_email", "twice"):
        values["customer_email"] = her["email"]
    if how in ("customer", "twice"):
        related["customer"] = ("customers", her["id"])
    if how == "nobody":
        related["customer"] = None
    if how == "nobody" and by == "office":
        async with refused(error="customer_missing"):
            await client.update("orders", order.id, values, **related)
        return
    kept = await client.update("orders", order.id, values, WALLET, **related)
    assert len(kept.related(WALLET)) == 1
    assert len((await ada.get("customer_payment_sources")).data) == 1


async def test_the_source_that_paid_is_found_again_and_kept(store: Store) -> None:
    ada, office = await store.customer(), store.back_office
    order = await placed(store, ada)
    done = await office.update("orders", order.id, {"_fix_payment_source": True, SAVE: True})
    assert done["status"] == "placed"
    assert len((await ada.get("customer_payment_sources")).data) == 1
    guests = await placed_by_a_guest(store)
    async with refused(error="guest_order"):
        await office.update("orders", guests.id, {"_fix_payment_source": True, SAVE: True})


@pytest.mark.parametrize("trigger", ["_refresh", "_refresh_prices"])
@pytest.mark.parametrize("what", ["coupon", "gift card", "either", "fee"])
async def test_what_makes_a_line_item_comes_with_present_prices(store: Store, trigger: str, what: str) -> None:
    guest, office = await store.guest(), store.back_office
    order = await guest.create("orders", {})
    await guest.create("line_items", {"sku_code": EBOOK, "quantity": 1}, order=("orders", order.id))
    card = await gift_card(store, 500)
    await coupon(store, await promote(store, "percentage_discount", percentage=10))
    wire = store.method("wire_transfers")
    await office.update(*wire, {"price_amount_cents": 250})
    values: dict[str, Any] = {
        "coupon": {"coupon_code": CODE},
        "gift card": {"gift_card_code": card["code"]},
        "either": {"gift_card_or_coupon_code": CODE},
        "fee": {},
    }[what]
    related: dict[str, Any] = {"payment_method": wire} if what == "fee" else {}
    client = guest if trigger == "_refresh" else office
    done = await client.update("orders", order.id, {**values, trigger: True}, **related)
    due = {"coupon": 2610, "gift card": 2400, "either": 2610, "fee": 3150}[what]
    assert done["total_amount_with_taxes_cents"] == due


async def test_notes_for_the_provider_are_an_object(store: Store) -> None:
    guest, office = await store.guest(), store.back_office
    order = await store.order(guest)
    async with refused(error="invalid", pointers=["/data/attributes/options"]):
        await guest.create("stripe_payments", {"options": {"metadata": "x"}}, order=("orders", order.id))
    wish = {"payment_source_type": "stripe_payments", "data": {"metadata": "x"}}
    async with refused(error="invalid", pointers=["/data/attributes/data"]):
        await office.create("payment_options", wish, order=("orders", order.id))


async def test_a_session_that_says_nothing_of_use_is_klarna_s_trouble_and_not_ours(store: Store) -> None:
    guest = await store.guest()
    order = await store.order(guest, "klarna_payments")
    await store.fault("status", psp="klarna", path="/sessions$", status=200, body={})
    async with refused(error="gateway_unreachable"):
        await guest.create("klarna_payments", {}, order=("orders", order.id))
    assert (await guest.create("klarna_payments", {}, order=("orders", order.id)))["session_id"]


async def test_a_capture_that_stripe_says_nothing_of_is_unknown_until_it_is_asked_for_again(store: Store) -> None:
    paid = await placed_by_a_guest(store)
    await store.fault("status", psp="stripe", path="/capture$", status=200, body={})
    async with refused(error="outcome_unknown"):
        await store.back_office.update("orders", paid.id, {"_capture": True})
    again = await store.back_office.update("orders", paid.id, {"_capture": True})
    assert again["payment_status"] == "paid"


async def test_somebody_new_is_named_and_their_address_is_kept(store: Store) -> None:
    office = store.back_office
    order = await office.create("orders", {}, market=("markets", store.made["market"]["id"]))
    there = await address(office)
    values = {"customer_email": "new@example.com", "_save_shipping_address_to_customer_address_book": True}
    done = await office.update("orders", order.id, values, "customer", shipping_address=there)
    kept = (await office.get(f"customers/{done.related('customer')['id']}/customer_addresses")).data
    assert [entry["attributes"]["customer_email"] for entry in kept] == ["new@example.com"]


async def test_an_unusable_intent_places_nothing(store: Store) -> None:
    guest = await store.guest()
    order = await store.order(guest)
    await pay_for(store, guest, order.id)
    await store.fault("status", psp="stripe", path="/payment_intents/", status=200, body={})
    async with refused(error="gateway_unreachable"):
        await guest.update("orders", order.id, {"customer_email": "eve@example.com", "_place": True})
    placed_then = await guest.update("orders", order.id, {"customer_email": "eve@example.com", "_place": True})
    assert placed_then["status"] == "placed"
