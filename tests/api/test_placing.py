"""Placing: what must be there first, each piece with its pointer; and placing that keeps nobody waiting."""

from __future__ import annotations

import asyncio

import pytest
from tests.api.shipping import choose, in_stock, order_of, ready, stock_item
from tests.api.shop import money, moved, of, ready_to_place, refused
from tests.api.till import gift_card
from tests.articles import EBOOK, SHIRT
from tests.store import Store


async def test_every_missing_piece_is_a_problem_of_its_own(store: Store) -> None:
    guest = await store.guest()
    order = await guest.create("orders", {"customer_email": "eve@example.com"})
    await guest.create("line_items", {"sku_code": EBOOK, "quantity": 1}, order=("orders", order.id))
    pointers = [f"/data/relationships/{n}" for n in ("payment_method", "payment_source")]
    async with refused(pointers=pointers):
        await guest.update("orders", order.id, {"_place": True})


async def test_goods_that_are_shipped_need_both_addresses(store: Store) -> None:
    guest = await store.guest()
    order = await guest.create("orders", {"customer_email": "eve@example.com"})
    await guest.create("line_items", {"sku_code": SHIRT, "quantity": 1}, order=("orders", order.id))
    async with refused() as problems:
        await guest.update("orders", order.id, {"_place": True})
    missing = {p.removeprefix("/data/relationships/") for p in problems[0].pointers if p}
    assert {"billing_address", "shipping_address", "payment_method", "payment_source"} <= missing


@pytest.mark.parametrize("gone", ["payment_methods", "stripe_gateways", "shipping_methods", "markets"])
async def test_what_was_taken_out_of_use_since_it_was_chosen_places_no_order(store: Store, gone: str) -> None:
    office, guest = store.back_office, await store.guest()
    order = await ready(store, guest, SHIRT, way="stripe_payments")
    shown = await office.get(
        f"orders/{order}", include="payment_method.payment_gateway,shipments.shipping_method,market"
    )
    (id,) = {thing["id"] for thing in shown.document["included"] if thing["type"] == gone}
    await office.update(gone, id, {"_disable": True})
    at = {"shipping_methods": "shipments", "markets": "market"}.get(gone, "payment_method")
    async with refused(pointers=[f"/data/relationships/{at}"]):
        await guest.update("orders", order, {"_place": True})
    assert await money(store, order) == []
    if gone == "markets":
        async with refused(error="not_available", pointers=["/data/relationships/market"]):
            await guest.create("orders", {})
    await office.update(gone, id, {"_enable": True})
    assert (await guest.update("orders", order, {"_place": True}))["status"] == "placed"


async def test_an_order_placed_later_is_placed_by_the_worker(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    await ada.update("orders", order.id, {"place_async": True})
    answered = await ada.update("orders", order.id, {"_place": True})
    assert of(answered, "status", "payment_status") == ("placing", "unpaid")
    assert await money(store, order.id) == []
    assert (await ada.update("orders", order.id, {"_place": True}))["status"] == "placing"
    assert await store.worker().once() == 1
    assert of(await ada.get(f"orders/{order.id}"), "status", "payment_status") == ("placed", "authorized")
    assert await moved(store) == [("authorization", 2900)]


async def test_what_keeps_an_order_from_being_placed_later_stands_on_it_until_it_is_mended(store: Store) -> None:
    ada, office = await store.customer(), store.back_office
    order = await store.order(ada)
    await ada.create("stripe_payments", {}, order=("orders", order.id))  # which nobody confirms
    await ada.update("orders", order.id, {"place_async": True, "_place": True})
    await store.worker().once()
    seen = await office.get(f"orders/{order.id}", include="resource_errors")
    assert seen["status"] == "placing"
    assert seen["errors_count"] == 1
    (problem,) = seen.included("resource_errors")
    assert problem["attributes"]["message"]
    back = await office.update("orders", order.id, {"_pending": True}, include="resource_errors")
    assert of(back, "status", "errors_count") == ("pending", 0)
    assert back.related("resource_errors") == []


async def test_whoever_places_later_hears_later_what_is_missing(store: Store) -> None:
    """Nobody waits, so nobody is refused: each missing piece becomes an error of its own, with its name."""
    guest, office = await store.guest(), store.back_office
    order = await guest.create("orders", {"customer_email": "eve@example.com", "place_async": True})
    await guest.create("line_items", {"sku_code": EBOOK, "quantity": 1}, order=("orders", order.id))
    answered = await guest.update("orders", order.id, {"_place": True})
    assert of(answered, "status", "payment_status", "errors_count") == ("placing", "unpaid", 0)
    await store.worker().once()
    seen = await office.get(f"orders/{order.id}", include="resource_errors")
    assert of(seen, "status", "payment_status", "errors_count") == ("placing", "unpaid", 2)
    found = [p["attributes"] for p in seen.included("resource_errors")]
    noted = [(p["name"], p["code"], p["message"]) for p in found]
    assert len((await guest.get(f"orders/{order.id}/resource_errors")).data) == 2
    assert sorted(noted) == [(n, "blank", "can't be blank") for n in ("payment_method", "payment_source")]


async def test_an_order_that_could_not_be_placed_later_can_be_tried_again(store: Store) -> None:
    office, guest = store.back_office, await store.guest()
    order = await ready(store, guest, SHIRT)
    await office.update("orders", order, {"place_async": True})
    shelf = await stock_item(store, SHIRT)
    await office.update("stock_items", shelf, {"quantity": 0})
    await guest.update("orders", order, {"_place": True})
    for _ in range(2):
        await store.worker().once()
        seen = await office.get(f"orders/{order}", include="resource_errors")
        assert of(seen, "status", "errors_count") == ("placing", 1)
        (problem,) = seen.included("resource_errors")
        assert problem["attributes"]["code"] == "out_of_stock"
        again = await guest.update("orders", order, {"_place": True})
        assert of(again, "status", "errors_count") == ("placing", 0)
    await office.update("stock_items", shelf, {"quantity": 3})
    await store.worker().once()
    seen = await office.get(f"orders/{order}", include="resource_errors")
    assert of(seen, "status", "errors_count") == ("placed", 0)
    assert seen.related("resource_errors") == []
    assert await in_stock(store, SHIRT) == 2


async def test_only_a_pending_order_can_be_placed_later(store: Store) -> None:
    guest = await store.guest()
    order = await guest.create("orders", {"place_async": True})
    async with refused(error="invalid_transition", pointers=["/data/attributes/status"]):
        await guest.update("orders", order.id, {"_place": True})


async def test_an_order_that_is_placed_later_is_charged_once_however_often_it_is_tried(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    await ada.update("orders", order.id, {"place_async": True, "_place": True})
    await store.worker().once()
    await store.worker().once()
    assert await money(store, order.id) == [("authorizations", 2900, True)]


@pytest.mark.parametrize("way", ["stripe_payments", "klarna_payments"])
async def test_notes_written_while_the_provider_is_asked_are_in_nobody_s_way(store: Store, way: str) -> None:
    office = store.back_office
    order = await ready(store, await store.customer(), SHIRT, way=way)
    for verb, status, payment_status in (
        ("_place", "placed", "authorized"),
        ("_approve_and_capture", "approved", "paid"),
        ("_refund", "cancelled", "refunded"),
    ):
        await store.fault("delay", seconds=0.5, psp=way.partition("_")[0])
        acting = asyncio.create_task(office.update("orders", order, {verb: True}))
        await store.struck()
        await office.update("orders", order, {"metadata": {"noted during": verb}})
        assert of(await acting, "status", "payment_status") == (status, payment_status)
        assert (await office.get(f"orders/{order}"))["metadata"] == {"noted during": verb}
    assert [kind for kind, _ in await moved(store)] == ["authorization", "capture", "refund"]


@pytest.mark.parametrize("back", [True, False])
async def test_an_order_whose_payment_fails_later_keeps_nothing_that_others_want(store: Store, back: bool) -> None:
    office, guest = store.back_office, await store.guest()
    card, before = await gift_card(store, cents=500), await in_stock(store, SHIRT)
    order = await order_of(guest, SHIRT)
    await choose(store, guest, order)
    values = {"gift_card_code": card["code"], "place_async": True}
    await guest.update("orders", order, values, payment_method=store.method("klarna_payments"))
    await guest.create("klarna_payments", {}, order=("orders", order))  # nobody agrees to it
    await guest.update("orders", order, {"_place": True})
    await store.worker().once()
    assert of(await office.get(f"orders/{order}"), "status", "errors_count") == ("placing", 1)
    if back:
        await office.update("orders", order, {"_pending": True})
    assert await in_stock(store, SHIRT) == before
    assert (await office.get(f"gift_cards/{card.id}"))["balance_cents"] == 500
