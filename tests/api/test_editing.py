"""Editing: a placed order changed for less money than it was placed for, and nothing charged for it twice."""

from __future__ import annotations

import pytest
from tests.api import offers
from tests.api.shipping import choose, in_stock, order_of, ready, shipments, stock_item
from tests.api.shop import WAYS, money, of, pay_for, placed, refused
from tests.api.till import gift_card
from tests.articles import SHIRT
from tests.store import Store

from billfold.client import ApiError


async def only_item(store: Store, order_id: str) -> str:
    return str((await store.back_office.get(f"orders/{order_id}/line_items")).data[0]["id"])


@pytest.mark.parametrize("way", WAYS)
async def test_an_order_that_got_cheaper_takes_no_more_than_it_costs(store: Store, way: str) -> None:
    office = store.back_office
    order = await placed(store, await store.customer(), way, quantity=2)
    opened = await office.update("orders", order.id, {"_start_editing": True})
    assert of(opened, "status", "editable") == ("editing", True)
    await office.update("line_items", await only_item(store, order.id), {"quantity": 1})
    closed = await office.update("orders", order.id, {"_stop_editing": True})
    assert of(closed, "status", "total_amount_with_taxes_cents") == ("placed", 2900)
    assert of(closed, "payment_status", "place_total_amount_cents") == ("authorized", 5800)
    taken = await office.update("orders", order.id, {"_capture": True})
    assert of(taken, "status", "payment_status") == ("approved", "paid")
    let_go = [("voids", 2900, True)] if way == "stripe_payments" else []  # Stripe holds nothing for a second capture
    assert await money(store, order.id) == [("authorizations", 5800, True), ("captures", 2900, True), *let_go]


async def test_an_order_that_got_dearer_cannot_be_closed(store: Store) -> None:
    office = store.back_office
    order = await placed(store, await store.customer())
    await office.update("orders", order.id, {"_start_editing": True})
    item = await only_item(store, order.id)
    await office.update("line_items", item, {"quantity": 3})
    async with refused(error="less_than_or_equal_to", pointers=["/data/attributes/total_amount_with_taxes_cents"]):
        await office.update("orders", order.id, {"_stop_editing": True})
    await office.update("line_items", item, {"quantity": 1})
    assert (await office.update("orders", order.id, {"_stop_editing": True}))["status"] == "placed"


async def test_only_a_back_office_opens_an_order_and_changes_an_open_one(store: Store) -> None:
    ada = await store.customer()
    order = await placed(store, ada)
    with pytest.raises(ApiError) as refusal:
        await ada.update("orders", order.id, {"_start_editing": True})
    assert refusal.value.status == 401
    await store.back_office.update("orders", order.id, {"_start_editing": True})
    with pytest.raises(ApiError) as refusal:
        await ada.update("line_items", await only_item(store, order.id), {"quantity": 1, "name": "Mine"})
    assert refusal.value.status == 401


async def test_an_open_order_keeps_its_payment_source(store: Store) -> None:
    office = store.back_office
    order = await placed(store, await store.customer())
    await office.update("orders", order.id, {"_start_editing": True})
    async with refused():
        await office.update("orders", order.id, payment_method=store.method("klarna_payments"))


async def test_a_draft_cannot_be_opened(store: Store) -> None:
    order = await store.back_office.create("orders", {}, market=("markets", store.made["market"]["id"]))
    async with refused(error="invalid_transition", pointers=["/data/attributes/status"]):
        await store.back_office.update("orders", order.id, {"_start_editing": True})


async def test_the_pieces_of_an_open_order_are_nobody_else_s_and_follow_what_is_edited(store: Store) -> None:
    office = store.back_office
    await office.update("stock_items", await stock_item(store, SHIRT), {"quantity": 2})
    order, other = [await ready(store, await store.guest(), quantity=n) for n in (2, 1)]
    await office.update("orders", order, {"_place": True})
    await office.update("orders", order, {"_start_editing": True})
    async with refused(error="out_of_stock"):
        await office.update("orders", other, {"_place": True})
    goods = await the_goods(store, order)
    async with refused(error="out_of_stock"):
        await office.update("line_items", goods, {"quantity": 3})
    await office.update("line_items", goods, {"quantity": 1})
    assert await in_stock(store, SHIRT) == 1
    await office.update("orders", other, {"_place": True})
    async with refused(error="out_of_stock"):
        await office.update("line_items", goods, {"quantity": 2})
    assert (await office.update("orders", order, {"_stop_editing": True}))["status"] == "placed"
    assert await in_stock(store, SHIRT) == 0
    await office.update("orders", order, {"_cancel": True})
    assert await in_stock(store, SHIRT) == 1


async def test_the_gift_card_of_an_open_order_keeps_what_the_order_took_from_it(store: Store) -> None:
    office = store.back_office
    card = await gift_card(store, cents=1000)
    order = await ready(store, await store.guest(), quantity=2)
    await office.update("orders", order, {"gift_card_code": card["code"]})
    await pay_for(store, office, order, "wire_transfers")
    await office.update("orders", order, {"_place": True})
    await office.update("orders", order, {"_start_editing": True})
    assert (await office.get(f"gift_cards/{card.id}"))["balance_cents"] == 0
    other = await order_of(await store.guest(), SHIRT)
    async with refused(error="empty"):
        await office.update("orders", other, {"gift_card_code": card["code"]})
    await office.update("line_items", await the_goods(store, order), {"quantity": 1})
    closed = await office.update("orders", order, {"_stop_editing": True})
    assert of(closed, "status", "gift_card_amount_cents") == ("placed", -1000)
    assert (await office.get(f"gift_cards/{card.id}"))["balance_cents"] == 0


async def test_the_only_use_of_a_coupon_is_an_open_order_s(store: Store) -> None:
    office = store.back_office
    ten = await offers.promote(store, "percentage_discount", percentage=10)
    once = await offers.coupon(store, ten, usage_limit=1)
    order = await ready(store, await store.guest())
    await office.update("orders", order, {"coupon_code": once["code"]})
    await pay_for(store, office, order, "wire_transfers")
    await office.update("orders", order, {"_place": True})
    await office.update("orders", order, {"_start_editing": True})
    other = await order_of(await store.guest(), SHIRT)
    async with refused(error="used_up"):
        await office.update("orders", other, {"coupon_code": once["code"]})
    async with refused(error="not_changeable", pointers=["/data/attributes/coupon_code"]):
        await office.update("orders", order, {"coupon_code": None})
    await office.update("orders", order, {"_stop_editing": True})
    assert (await office.get(f"coupons/{once.id}"))["usage_count"] == 1


async def the_goods(store: Store, order_id: str) -> str:
    found = await store.back_office.get(f"orders/{order_id}/line_items", **{"filter[q][item_type_eq]": "skus"})
    return str(found.data[0]["id"])


async def test_an_open_order_that_lost_its_shipping_method_is_given_one_and_closed(store: Store) -> None:
    office = store.back_office
    order = await ready(store, await store.guest(), way="stripe_payments")
    await office.update("orders", order, {"_place": True})
    await office.update("orders", order, {"_start_editing": True})
    (shipment,) = await shipments(office, order)
    await office.update("shipments", shipment["id"], shipping_method=None)
    async with refused(error="shipping_method_blank"):
        await office.update("orders", order, {"_stop_editing": True})
    await choose(store, office, order)
    assert (await office.update("orders", order, {"_stop_editing": True}))["status"] == "placed"


async def test_an_open_order_is_cancelled_with_all_that_it_holds(store: Store) -> None:
    office, guest, before = store.back_office, await store.guest(), await in_stock(store, SHIRT)
    order = await ready(store, guest, way="stripe_payments")
    await office.update("orders", order, {"_place": True})
    await office.update("orders", order, {"_start_editing": True})
    with pytest.raises(ApiError) as refusal:
        await guest.update("orders", order, {"_cancel": True})
    assert refusal.value.status == 401
    done = await office.update("orders", order, {"_cancel": True})
    assert of(done, "status", "payment_status") == ("cancelled", "voided")
    assert await in_stock(store, SHIRT) == before


async def test_an_open_order_whose_money_is_given_back_is_cancelled(store: Store) -> None:
    office, before = store.back_office, await in_stock(store, SHIRT)
    order = await ready(store, await store.guest(), way="stripe_payments")
    await office.update("orders", order, {"_place": True})
    held = (await office.get(f"orders/{order}/authorizations")).data[0]["id"]
    await office.update("authorizations", held, {"_capture": True})
    await office.update("orders", order, {"_start_editing": True})
    done = await office.update("orders", order, {"_refund": True})
    assert of(done, "status", "payment_status") == ("cancelled", "refunded")
    assert await in_stock(store, SHIRT) == before
