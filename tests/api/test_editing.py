"""Editing: a placed order changed for less money than it was placed for, and nothing charged for it twice."""

from __future__ import annotations

import pytest
from tests.api.shop import WAYS, money, of, placed, refused
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
