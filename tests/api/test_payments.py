"""Payment sources and methods as the order changes around them: amounts, automatic capture, sources out of use."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.shipping import ready
from tests.api.shop import money, moved, of, pay_for, placed, ready_to_place, refused
from tests.articles import ALBUM
from tests.store import Store

from billfold.client import Answer


async def set_method(store: Store, way: str, **attributes: Any) -> None:
    await store.back_office.update("payment_methods", store.made["payment_methods"][way], attributes)


async def test_a_stripe_payment_for_another_amount_says_so_until_it_is_updated(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    source = await ada.create("stripe_payments", {}, order=("orders", order.id))
    assert source["mismatched_amounts"] is False
    await ada.create("line_items", {"sku_code": ALBUM, "quantity": 1}, order=("orders", order.id))
    assert (await ada.get(f"stripe_payments/{source.id}"))["mismatched_amounts"] is True
    async with refused(error="mismatched_amounts", pointers=["/data/relationships/payment_source"]):
        await ada.update("orders", order.id, {"_place": True})
    updated = await ada.update("stripe_payments", source.id, {"_update": True})
    assert updated["mismatched_amounts"] is False
    assert (await store.confirm_in_browser(source))["amount"] == 4150
    done = await ada.update("orders", order.id, {"_place": True})
    assert done["payment_status"] == "authorized"
    assert await moved(store) == [("authorization", 4150)]


async def test_a_klarna_payment_for_another_amount_is_gone_and_must_be_made_anew(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada, "klarna_payments")
    await ada.create("line_items", {"sku_code": ALBUM, "quantity": 1}, order=("orders", order.id))
    shown = await ada.get(f"orders/{order.id}", include="payment_source")
    assert shown.related("payment_source") is None
    async with refused(error="blank", pointers=["/data/relationships/payment_source"]):
        await ada.update("orders", order.id, {"_place": True})
    await pay_for(store, ada, order.id, "klarna_payments")
    await ada.update("orders", order.id, {"_place": True})
    assert await moved(store) == [("authorization", 4150)]


async def test_a_change_that_leaves_the_amount_alone_keeps_the_source(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada, "klarna_payments")
    await ada.update("orders", order.id, {"metadata": {"note": "ring twice"}, "_refresh": True})
    done = await ada.update("orders", order.id, {"_place": True})
    assert done["status"] == "placed"


async def test_another_way_to_pay_makes_the_former_source_useless(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    source = await ada.create("stripe_payments", {}, order=("orders", order.id))
    changed = await ada.update(
        "orders", order.id, include="payment_source", payment_method=store.method("klarna_payments")
    )
    assert changed.related("payment_source") is None
    while await store.worker().once():
        pass
    assert (await store.confirm_in_browser(source))["error"]["code"] == "payment_intent_unexpected_state"


async def test_a_source_must_be_of_the_kind_the_order_is_paid_with(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    async with refused(error="payment_method_mismatch", pointers=["/data/relationships/order"]):
        await ada.create("klarna_payments", {}, order=("orders", order.id))
    without = await ada.create("orders", {})
    async with refused(error="payment_method_missing"):
        await ada.create("stripe_payments", {}, order=("orders", without.id))


async def test_a_former_source_of_the_same_order_can_be_taken_back(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    first = await ada.create("stripe_payments", {}, order=("orders", order.id))
    second = await ada.create("stripe_payments", {}, order=("orders", order.id))
    chosen = await ada.update(
        "orders", order.id, include="payment_source", payment_source=("stripe_payments", first.id)
    )
    assert chosen.related("payment_source")["id"] == first.id != second.id
    other = await store.order(ada)
    async with refused(pointers=["/data/relationships/payment_source"]):
        await ada.update("orders", other.id, payment_source=("stripe_payments", first.id))


async def test_automatic_capture_takes_the_money_with_the_authorization(store: Store) -> None:
    for way in ("stripe_payments", "klarna_payments", "wire_transfers"):
        await set_method(store, way, auto_capture=True)
        ada = await store.customer()
        order = await ready_to_place(store, ada, way)
        done = await ada.update("orders", order.id, {"_place": True})
        assert of(done, "status", "payment_status") == ("placed", "paid")
        assert await money(store, order.id) == [("authorizations", 2900, True), ("captures", 2900, True)]
        approved = await store.back_office.update("orders", order.id, {"_approve": True})
        assert approved["fulfillment_status"] == "not_required"
    assert await moved(store) == [("authorization", 2900), ("capture", 2900)] * 2


@pytest.mark.parametrize(("limit", "expected"), [(2899, "authorized"), (2900, "paid"), (None, "paid")])
async def test_automatic_capture_stops_above_its_limit(store: Store, limit: int | None, expected: str) -> None:
    await set_method(store, "stripe_payments", auto_capture=True, auto_capture_max_amount_cents=limit)
    order = await placed(store, await store.customer())
    assert order["payment_status"] == expected


async def test_goods_go_out_before_the_capture_where_nobody_waits_for_it(store: Store) -> None:
    await set_method(store, "stripe_payments", require_capture=False)
    ada = await store.customer()
    id = await ready(store, ada, way="stripe_payments")
    await ada.update("orders", id, {"_place": True})
    approved = await store.back_office.update("orders", id, {"_approve": True})
    assert of(approved, "payment_status", "fulfillment_status") == ("authorized", "in_progress")


async def test_a_disabled_method_is_not_offered_until_it_is_enabled_again(store: Store) -> None:
    ada, method = await store.customer(), store.made["payment_methods"]["stripe_payments"]

    async def offered() -> bool:
        order = await ada.create("orders", {}, include="available_payment_methods")
        return method in [m["id"] for m in order.related("available_payment_methods")]

    assert await offered()
    disabled = await store.back_office.update("payment_methods", method, {"_disable": True})
    again = await store.back_office.update("payment_methods", method, {"_disable": True})
    assert disabled["disabled_at"] == again["disabled_at"] is not None
    assert not await offered()
    order = await ada.create("orders", {})
    for client in (ada, store.back_office):
        async with refused(pointers=["/data/relationships/payment_method"]):
            await client.update("orders", order.id, payment_method=("payment_methods", method))
    enabled = await store.back_office.update("payment_methods", method, {"_enable": True})
    assert enabled["disabled_at"] is None
    assert await offered()


async def test_a_disabled_gateway_opens_no_new_payments_but_captures_what_it_holds(store: Store) -> None:
    ada, gateway = await store.customer(), store.made["gateways"]["stripe"]
    held = await placed(store, ada)
    order = await store.order(ada)
    await store.back_office.update("stripe_gateways", gateway, {"_disable": True})
    async with refused(error="not_available"):
        await ada.create("stripe_payments", {}, order=("orders", order.id))
    captured = await store.back_office.update("orders", held.id, {"_capture": True})
    assert captured["payment_status"] == "paid"


async def test_a_declined_card_leaves_the_order_pending_and_the_attempt_on_record(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    source = await ada.create("stripe_payments", {}, order=("orders", order.id))
    await store.confirm_in_browser(source, "4000000000009995")
    async with refused(error="declined", pointers=["/data/attributes/_place"]) as caught:
        await ada.update("orders", order.id, {"_place": True})
    assert caught[0].errors[0]["meta"]["decline_code"] == "insufficient_funds"
    assert of(await ada.get(f"orders/{order.id}"), "status", "payment_status") == ("pending", "unpaid")
    assert await money(store, order.id) == [("authorizations", 2900, False)]

    await store.confirm_in_browser(source)
    done = await ada.update("orders", order.id, {"_place": True})
    assert done["status"] == "placed"
    assert await money(store, order.id) == [("authorizations", 2900, False), ("authorizations", 2900, True)]


async def test_an_unconfirmed_payment_is_refused_and_leaves_no_trace(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    await ada.create("stripe_payments", {}, order=("orders", order.id))
    async with refused(error="not_confirmed", pointers=["/data/attributes/_place"]):
        await ada.update("orders", order.id, {"_place": True})
    assert await money(store, order.id) == []


async def test_refreshing_a_payment_learns_what_the_browser_did(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    source: Answer = await ada.get(f"orders/{order.id}/payment_source")
    await ada.update("stripe_payments", source.id, {"_refresh": True})
    assert of(await ada.get(f"orders/{order.id}"), "status", "payment_status") == ("pending", "authorized")
    done = await ada.update("orders", order.id, {"_place": True})
    assert done["status"] == "placed"
    assert await money(store, order.id) == [("authorizations", 2900, True)]
