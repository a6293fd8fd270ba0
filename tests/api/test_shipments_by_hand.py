"""Shipments off the beaten track: bundles, places on hold, deleted orders, and what back offices do by hand."""

from __future__ import annotations

import pytest
from tests.api.goods import a_bundle
from tests.api.offers import promote
from tests.api.shipping import address, choose, in_stock, order_of, ready, shipments, stock_item
from tests.api.shop import of, pay_for, refused
from tests.articles import MUG, SHIRT
from tests.store import Store

from billfold.client import ApiError, Client


async def approved(store: Store, client: Client, quantity: int = 1) -> str:
    """An order whose goods are to be sent; returns its id."""
    id = await ready(store, client, quantity=quantity)
    await client.update("orders", id, {"_place": True})
    await store.back_office.update("orders", id, {"_approve_and_capture": True})
    return id


async def the_place(store: Store) -> tuple[str, str]:
    """Where the inventory model ships from."""
    return ("inventory_stock_locations", (await store.back_office.get("inventory_stock_locations")).data[0]["id"])


async def test_deleting_an_order_takes_its_shipments_along_and_lets_go_of_what_was_set_aside(store: Store) -> None:
    office, guest = store.back_office, await store.guest()
    id, before = await order_of(guest, SHIRT, MUG, quantity=2), await in_stock(store, SHIRT)
    await choose(store, guest, id)
    shown = await office.get(f"orders/{id}", include="line_items,shipments,stock_line_items")
    gone = [(r["type"], r["id"]) for r in shown.document["included"]]
    assert {type for type, _ in gone} == {"line_items", "shipments", "stock_line_items"}
    line = next(i for i in shown.included("line_items") if i["attributes"]["sku_code"] == SHIRT)
    await office.update("line_items", line["id"], {"_reserve_stock": True})
    item = await stock_item(store, SHIRT)
    assert (await office.get(f"stock_items/{item}/reserved_stock"))["quantity"] == 2
    await office.delete("orders", id)
    for type, record in gone:
        with pytest.raises(ApiError) as refusal:
            await office.get(f"{type}/{record}")
        assert refusal.value.status == 404, type
    assert (await office.get(f"stock_items/{item}/reserved_stock"))["quantity"] == 0
    assert await in_stock(store, SHIRT) == before


async def test_an_order_that_was_placed_cannot_be_deleted_while_it_is_edited(store: Store) -> None:
    office, guest = store.back_office, await store.guest()
    await promote(store, "percentage_discount", percentage=100)
    await promote(store, "free_shipping")
    id = await order_of(guest, SHIRT)
    await choose(store, guest, id)
    assert (await guest.update("orders", id, {"_place": True}))["payment_status"] == "free"
    await office.update("orders", id, {"_start_editing": True})
    async with refused(error="not_deletable"):
        await office.delete("orders", id)
    assert (await office.get(f"orders/{id}"))["status"] == "editing"


async def test_shipments_from_a_place_on_hold_wait_when_their_order_is_placed(store: Store) -> None:
    office, guest = store.back_office, await store.guest()
    await office.update("inventory_stock_locations", (await the_place(store))[1], {"on_hold": True})
    id = await ready(store, guest)
    assert [s["attributes"]["status"] for s in await shipments(guest, id)] == ["draft"]
    await guest.update("orders", id, {"_place": True})
    (shipment,) = await shipments(office, id)
    assert shipment["attributes"]["status"] == "on_hold"
    assert shipment["attributes"]["on_hold_at"]
    await office.update("orders", id, {"_approve_and_capture": True})
    assert (await office.update("shipments", shipment["id"], {"_upcoming": True}))["status"] == "upcoming"
    assert (await office.update("shipments", shipment["id"], {"_picking": True}))["status"] == "picking"


async def test_a_bundle_ships_its_contents_and_takes_them_out_of_stock(store: Store) -> None:
    office, guest = store.back_office, await store.guest()
    await a_bundle(store, {SHIRT: 2, MUG: 1})
    before = await in_stock(store, SHIRT), await in_stock(store, MUG)
    order = await guest.create("orders", {"customer_email": "box@example.com"})
    await guest.create("line_items", {"bundle_code": "BOX", "quantity": 2}, order=("orders", order.id))
    await address(guest, order.id)
    await choose(store, guest, order.id)
    await guest.update("orders", order.id, payment_method=store.method("wire_transfers"))
    await pay_for(store, guest, order.id, "wire_transfers")
    (shipment,) = await shipments(guest, order.id)
    assert shipment["attributes"]["skus_count"] == 6
    shown = await office.get(f"shipments/{shipment['id']}", include="stock_line_items")
    pieces = {p["attributes"]["sku_code"]: p["attributes"] for p in shown.included("stock_line_items")}
    assert {code: (p["quantity"], p["bundle_code"]) for code, p in pieces.items()} == {
        SHIRT: (4, "BOX"),
        MUG: (2, "BOX"),
    }
    await guest.update("orders", order.id, {"_place": True})
    assert (await in_stock(store, SHIRT), await in_stock(store, MUG)) == (before[0] - 4, before[1] - 2)
    await office.update("orders", order.id, {"_cancel": True})
    assert (await in_stock(store, SHIRT), await in_stock(store, MUG)) == before


async def test_a_bundle_of_which_something_is_missing_is_not_sold(store: Store) -> None:
    guest = await store.guest()
    await a_bundle(store, {SHIRT: 2, MUG: 1})
    await store.back_office.update("stock_items", await stock_item(store, SHIRT), {"quantity": 3})
    order = await guest.create("orders", {"customer_email": "box@example.com"})
    await guest.create("line_items", {"bundle_code": "BOX", "quantity": 2}, order=("orders", order.id))
    await address(guest, order.id)
    await choose(store, guest, order.id)
    await guest.update("orders", order.id, payment_method=store.method("wire_transfers"))
    await pay_for(store, guest, order.id, "wire_transfers")
    async with refused(error="out_of_stock") as caught:
        await guest.update("orders", order.id, {"_place": True})
    assert caught[0].errors[0]["meta"]["sku_code"] == SHIRT


async def test_what_is_free_over_an_amount_depends_on_what_promotions_leave_of_it(store: Store) -> None:
    office, guest = store.back_office, await store.guest()
    standard = store.made["shipping_methods"]["Standard"]
    await office.update("shipping_methods", standard, {"free_over_amount_cents": 5000, "use_subtotal": False})
    id = await order_of(guest, SHIRT, quantity=2)
    await choose(store, guest, id)
    subtotal = (await guest.get(f"orders/{id}"))["subtotal_amount_cents"]
    assert of(await guest.get(f"orders/{id}"), "shipping_amount_cents", "total_amount_cents") == (0, subtotal)
    half = await promote(store, "percentage_discount", percentage=50)
    shown = await guest.update("orders", id, {"_refresh": True})
    off = subtotal // 2
    assert of(shown, "discount_amount_cents", "shipping_amount_cents", "total_amount_cents") == (
        -off,
        500,
        subtotal - off + 500,
    )
    await office.update("shipping_methods", standard, {"use_subtotal": True})
    shown = await guest.update("orders", id, {"_refresh": True})
    assert of(shown, "shipping_amount_cents", "total_amount_cents") == (0, subtotal - off)
    await office.update("shipping_methods", standard, {"use_subtotal": False})
    await office.update("percentage_discount_promotions", half.id, {"_disable": True})
    await promote(store, "free_shipping")
    shown = await guest.update("orders", id, {"_refresh": True})
    assert of(shown, "discount_amount_cents", "shipping_amount_cents", "total_amount_cents") == (0, 0, subtotal)


async def test_a_back_office_sends_something_more_and_takes_it_back(store: Store) -> None:
    office, ada = store.back_office, await store.customer()
    place, item = await the_place(store), ("stock_items", await stock_item(store, SHIRT))
    id = await approved(store, ada)
    order = ("orders", id)
    before, category = await in_stock(store, SHIRT), ("shipping_categories", store.made["shipping_category"])
    more = await office.create("shipments", {}, order=order, inventory_stock_location=place, shipping_category=category)
    (first, second) = await shipments(office, id)
    number = str(first["attributes"]["number"])
    assert (second["id"], second["attributes"]["number"]) == (more.id, number.replace("/S/001", "/S/002"))
    assert (await office.get(f"orders/{id}"))["shipments_count"] == 2
    piece = await office.create("stock_line_items", {"quantity": 3}, shipment=("shipments", more.id), stock_item=item)
    assert (await office.get(f"shipments/{more.id}"))["skus_count"] == 3
    await office.update("stock_line_items", piece.id, {"_decrement_stock": True})
    assert await in_stock(store, SHIRT) == before - 3
    await office.delete("shipments", more.id)
    assert await in_stock(store, SHIRT) == before
    assert [s["id"] for s in await shipments(office, id)] == [first["id"]]
    assert (await office.get(f"orders/{id}"))["shipments_count"] == 1


async def test_what_is_set_aside_for_a_shipment_is_let_go_with_it(store: Store) -> None:
    office, ada = store.back_office, await store.customer()
    place, item = await the_place(store), await stock_item(store, SHIRT)
    id = await approved(store, ada)
    more = await office.create("shipments", {}, order=("orders", id), inventory_stock_location=place)
    piece = await office.create(
        "stock_line_items", {"quantity": 3}, shipment=("shipments", more.id), stock_item=("stock_items", item)
    )
    await office.update("stock_line_items", piece.id, {"_reserve_stock": True})
    assert (await office.get(f"stock_items/{item}/reserved_stock"))["quantity"] == 3
    await office.delete("shipments", more.id)
    assert (await office.get(f"stock_items/{item}/reserved_stock"))["quantity"] == 0
    assert (await office.get("stock_reservations")).data == []


async def test_shipments_are_made_and_deleted_only_while_their_order_is_being_sent(store: Store) -> None:
    office, ada = store.back_office, await store.customer()
    place = await the_place(store)
    draft = await order_of(ada, SHIRT)
    async with refused(pointers=["/data/relationships/order"]):
        await office.create("shipments", {}, order=("orders", draft), inventory_stock_location=place)
    async with refused():
        await office.delete("shipments", (await shipments(office, draft))[0]["id"])
    id = await approved(store, ada)
    (shipment,) = await shipments(office, id)
    for client in (ada, await store.guest()):
        with pytest.raises(ApiError) as refusal:
            await client.create("shipments", {}, order=("orders", id), inventory_stock_location=place)
        assert refusal.value.status == 401
        with pytest.raises(ApiError) as refusal:
            await client.delete("shipments", shipment["id"])
        assert refusal.value.status == 401
    await office.update("shipments", shipment["id"], {"_picking": True})
    async with refused(error="not_deletable"):
        await office.delete("shipments", shipment["id"])


async def test_a_shipment_that_has_parcels_or_transfers_is_not_deleted(store: Store) -> None:
    office, ada = store.back_office, await store.customer()
    id = await approved(store, ada)
    more = await office.create("shipments", {}, order=("orders", id), inventory_stock_location=await the_place(store))
    branch = await office.create(
        "stock_locations",
        {"name": "Branch"},
        address=("addresses", (await office.get(f"stock_locations/{store.made['stock_location']}/address")).id),
    )
    transfer = await office.create(
        "stock_transfers",
        {"sku_code": SHIRT, "quantity": 1},
        origin_stock_location=("stock_locations", store.made["stock_location"]),
        destination_stock_location=("stock_locations", branch.id),
        shipment=("shipments", more.id),
    )
    with pytest.raises(ApiError) as refusal:
        await office.delete("shipments", more.id)
    assert refusal.value.status == 423
    await office.delete("stock_transfers", transfer.id)
    await office.delete("shipments", more.id)
    assert len(await shipments(office, id)) == 1
