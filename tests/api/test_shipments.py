"""Shipments as customers and back offices see them: planned, sent by a method, billed, and taken to the door."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.shipping import NEW_YORK, address, choose, in_stock, order_of, ready, shipments
from tests.api.shop import of, refused
from tests.articles import EBOOK, MUG, SHIRT
from tests.store import Store

from billfold.client import Client


async def test_a_shipment_appears_once_the_order_has_goods_and_a_shipping_address(store: Store) -> None:
    guest = await store.guest()
    id = await order_of(guest, SHIRT, to=None)
    assert await shipments(guest, id) == []
    await address(guest, id)
    (shipment,) = await shipments(guest, id)
    order = await guest.get(f"orders/{id}")
    assert shipment["attributes"]["number"] == f"#{order['number']}/S/001"
    assert shipment["attributes"]["status"] == "draft"
    assert shipment["attributes"]["skus_count"] == 1
    assert shipment["attributes"]["currency_code"] == "EUR"
    assert order["shipments_count"] == 1


async def test_downloads_are_not_shipped(store: Store) -> None:
    guest = await store.guest()
    id = await order_of(guest, EBOOK)
    assert await shipments(guest, id) == []


async def test_the_chosen_method_is_billed_as_a_line_item_and_changing_it_bills_the_other(store: Store) -> None:
    guest = await store.guest()
    id = await order_of(guest, SHIRT)
    await choose(store, guest, id, "Standard")
    order = await guest.get(f"orders/{id}", include="line_items")
    assert of(order, "shipping_amount_cents", "total_amount_with_taxes_cents") == (500, 3400)
    billed = [i["attributes"] for i in order.included("line_items") if i["attributes"]["item_type"] == "shipments"]
    assert [(b["name"], b["quantity"], b["total_amount_cents"]) for b in billed] == [("Standard", 1, 500)]

    await choose(store, guest, id, "Express")
    order = await guest.get(f"orders/{id}")
    assert of(order, "shipping_amount_cents", "total_amount_with_taxes_cents") == (1200, 4100)


async def test_adding_goods_keeps_the_shipment_its_number_and_its_method(store: Store) -> None:
    guest = await store.guest()
    id = await order_of(guest, SHIRT)
    await choose(store, guest, id)
    (before,) = await shipments(guest, id)
    await guest.create("line_items", {"sku_code": MUG, "quantity": 2}, order=("orders", id))
    (after,) = await shipments(guest, id)
    assert after["id"] == before["id"]
    assert after["attributes"]["skus_count"] == 3
    assert (await guest.get(f"orders/{id}"))["shipping_amount_cents"] == 500


async def test_taking_the_last_parcel_out_takes_the_shipment_and_its_costs_along(store: Store) -> None:
    guest = await store.guest()
    id = await order_of(guest, SHIRT)
    await choose(store, guest, id)
    items = (await guest.get(f"orders/{id}", include="line_items")).included("line_items")
    await guest.delete("line_items", next(i["id"] for i in items if i["attributes"]["sku_code"] == SHIRT))
    order = await guest.get(f"orders/{id}", include="line_items,shipments")
    assert order.related("shipments") == []
    assert order.related("line_items") == []
    assert of(order, "shipping_amount_cents", "total_amount_with_taxes_cents") == (0, 0)


async def test_methods_are_offered_in_their_zone_only_and_let_go_when_the_address_leaves_it(store: Store) -> None:
    guest = await store.guest()
    id = await order_of(guest, SHIRT)
    offered = await guest.get(f"orders/{id}", include="shipments.available_shipping_methods")
    assert {m["attributes"]["name"] for m in offered.included("shipping_methods")} == {"Standard", "Express"}
    await choose(store, guest, id)
    await address(guest, id, NEW_YORK)
    moved = await guest.get(f"orders/{id}", include="shipments.available_shipping_methods,shipments.shipping_method")
    assert moved.included("shipping_methods") == []
    assert moved["shipping_amount_cents"] == 0
    (shipment,) = await shipments(guest, id)
    async with refused(error="not_available", pointers=["/data/relationships/shipping_method"]):
        standard = ("shipping_methods", store.made["shipping_methods"]["Standard"])
        await guest.update("shipments", shipment["id"], shipping_method=standard)


async def test_an_order_with_a_shipment_that_has_no_method_is_not_placed(store: Store) -> None:
    guest = await store.guest()
    id = await order_of(guest, SHIRT)
    await guest.update("orders", id, payment_method=store.method("wire_transfers"))
    await guest.create("wire_transfers", {}, order=("orders", id))
    async with refused(error="shipping_method_blank", pointers=["/data/relationships/shipments"]):
        await guest.update("orders", id, {"_place": True})


async def test_only_the_order_s_own_people_and_only_while_it_is_open_choose_a_method(store: Store) -> None:
    guest, ada = await store.guest(), await store.customer()
    id = await ready(store, ada)
    (shipment,) = await shipments(ada, id)
    express = ("shipping_methods", store.made["shipping_methods"]["Express"])
    async with refused(status=401):
        await guest.update("shipments", shipment["id"], shipping_method=express)
    await ada.update("orders", id, {"_place": True})
    async with refused(status=401):
        await ada.update("shipments", shipment["id"], shipping_method=express)
    async with refused(error="not_editable"):
        await store.back_office.update("shipments", shipment["id"], shipping_method=express)


async def test_shipping_is_free_over_an_amount_and_says_so_before_it_is_chosen(store: Store) -> None:
    office, guest = store.back_office, await store.guest()
    standard = store.made["shipping_methods"]["Standard"]
    await office.update("shipping_methods", standard, {"free_over_amount_cents": 5000})
    id = await order_of(guest, SHIRT)

    async def told() -> int:
        order = await guest.get(f"orders/{id}", include="shipments.available_shipping_methods")
        found = [m for m in order.included("shipping_methods") if m["id"] == standard]
        return int(found[0]["attributes"]["price_amount_for_shipment_cents"])

    await choose(store, guest, id)
    assert await told() == 500
    assert (await guest.get(f"orders/{id}"))["shipping_amount_cents"] == 500
    await guest.create("line_items", {"sku_code": SHIRT, "quantity": 1, "_update_quantity": True}, order=("orders", id))
    assert await told() == 0
    assert (await guest.get(f"orders/{id}"))["shipping_amount_cents"] == 0


async def test_the_market_s_default_method_is_chosen_by_itself_and_no_other_is(store: Store) -> None:
    office, guest = store.back_office, await store.guest()
    express = ("shipping_methods", store.made["shipping_methods"]["Express"])
    await office.update("markets", store.made["market"]["id"], default_shipping_method=express)
    id = await order_of(guest, SHIRT)
    assert (await guest.get(f"orders/{id}"))["shipping_amount_cents"] == 1200


async def test_tiers_price_a_shipment_by_its_weight(store: Store) -> None:
    office, guest = store.back_office, await store.guest()
    for sku in (await office.get("skus", **{"filter[q][code_eq]": SHIRT})).data:
        await office.update("skus", sku["id"], {"weight": 400.0, "unit_of_weight": "gr"})
    method = await office.create(
        "shipping_methods",
        {"name": "By weight", "scheme": "weight_tiered", "price_amount_cents": 9000, "unit_of_weight": "gr",
         "currency_code": "EUR", "max_weight": 5000.0},
    )  # fmt: skip
    for name, up_to, cents in (("light", 500.0, 300), ("medium", 1000.0, 600)):
        tier = {"name": name, "up_to": up_to, "price_amount_cents": cents}
        await office.create("shipping_weight_tiers", tier, shipping_method=("shipping_methods", method.id))
    id = await order_of(guest, SHIRT)
    (shipment,) = await shipments(guest, id)
    await guest.update("shipments", shipment["id"], shipping_method=("shipping_methods", method.id))
    more = {"sku_code": SHIRT, "quantity": 1, "_update_quantity": True}
    costs = []
    for _ in range(3):
        costs.append((await guest.get(f"orders/{id}"))["shipping_amount_cents"])
        await guest.create("line_items", more, order=("orders", id))
    assert costs == [300, 600, 9000]
    await guest.create("line_items", {**more, "quantity": 20}, order=("orders", id))
    assert (await guest.get(f"orders/{id}"))["shipping_amount_cents"] == 0, "it is too heavy for the method now"


async def approved(store: Store, client: Client, *codes: str, quantity: int = 1) -> str:
    id = await ready(store, client, *codes, quantity=quantity)
    await client.update("orders", id, {"_place": True})
    await store.back_office.update("orders", id, {"_approve_and_capture": True})
    return id


async def test_a_shipment_goes_from_placing_to_the_customer_s_door_and_fulfils_the_order(store: Store) -> None:
    ada, office = await store.customer(), store.back_office
    id = await approved(store, ada, SHIRT, MUG)
    (shipment,) = await shipments(office, id)
    assert shipment["attributes"]["status"] == "upcoming"
    assert (await office.get(f"orders/{id}"))["fulfillment_status"] == "in_progress"
    seen = []
    for trigger in ("_picking", "_packing", "_ready_to_ship", "_ship", "_deliver"):
        done = await office.update("shipments", shipment["id"], {trigger: True})
        seen.append((done["status"], (await office.get(f"orders/{id}"))["fulfillment_status"]))
    assert seen == [
        ("picking", "in_progress"),
        ("packing", "in_progress"),
        ("ready_to_ship", "in_progress"),
        ("shipped", "fulfilled"),
        ("delivered", "fulfilled"),
    ]
    shown = await office.get(f"shipments/{shipment['id']}")
    assert all(of(shown, "picking_at", "packing_at", "ready_to_ship_at", "shipped_at", "delivered_at"))
    async with refused(error="invalid_transition", pointers=["/data/attributes/status"]):
        await office.update("shipments", shipment["id"], {"_cancel": True})


async def test_nothing_is_picked_before_the_order_is_paid_for(store: Store) -> None:
    ada, office = await store.customer(), store.back_office
    id = await ready(store, ada)
    await ada.update("orders", id, {"_place": True})
    (shipment,) = await shipments(office, id)
    async with refused(error="not_in_progress", pointers=["/data/attributes/status"]):
        await office.update("shipments", shipment["id"], {"_picking": True})
    await office.update("shipments", shipment["id"], {"_on_hold": True})
    done = await office.update("shipments", shipment["id"], {"_upcoming": True})
    assert done["status"] == "upcoming"


async def test_a_cancelled_shipment_puts_its_pieces_back(store: Store) -> None:
    ada, office = await store.customer(), store.back_office
    before = await in_stock(store, SHIRT)
    id = await approved(store, ada, SHIRT, quantity=2)
    assert await in_stock(store, SHIRT) == before - 2
    (shipment,) = await shipments(office, id)
    await office.update("shipments", shipment["id"], {"_cancel": True})
    assert await in_stock(store, SHIRT) == before
    await office.update("orders", id, {"_refund": True})
    assert await in_stock(store, SHIRT) == before


async def test_carriers_cannot_be_asked_yet_and_say_so(store: Store) -> None:
    ada, office = await store.customer(), store.back_office
    id = await approved(store, ada)
    (shipment,) = await shipments(office, id)
    for trigger in ("_get_rates", "_purchase"):
        async with refused(pointers=[f"/data/attributes/{trigger}"]):
            await office.update("shipments", shipment["id"], {trigger: True})


async def test_an_approved_order_can_be_called_fulfilled(store: Store) -> None:
    ada, office = await store.customer(), store.back_office
    id = await ready(store, ada)
    await ada.update("orders", id, {"_place": True})
    async with refused(error="invalid_transition"):
        await office.update("orders", id, {"_fulfill": True})
    await office.update("orders", id, {"_approve": True})
    assert (await office.update("orders", id, {"_fulfill": True}))["fulfillment_status"] == "fulfilled"


async def test_parcels_take_no_more_than_the_shipment_has(store: Store) -> None:
    ada, office = await store.customer(), store.back_office
    id = await approved(store, ada, SHIRT, quantity=3)
    (shipment,) = await shipments(office, id)
    box = await office.create(
        "packages",
        {"name": "Box", "length": 40.0, "width": 30.0, "height": 20.0, "unit_of_length": "cm"},
        stock_location=("stock_locations", store.made["stock_location"]),
    )
    parcels = [
        await office.create(
            "parcels",
            {"weight": 900.0, "unit_of_weight": "gr"},
            shipment=("shipments", shipment["id"]),
            package=("packages", box.id),
        )
        for _ in range(2)
    ]
    assert [p["number"] for p in parcels] == [f"{shipment['attributes']['number']}/P/00{n}" for n in (1, 2)]
    piece = (await office.get(f"shipments/{shipment['id']}/stock_line_items")).data[0]["id"]

    async def pack(parcel: Any, quantity: int) -> Any:
        return await office.create(
            "parcel_line_items",
            {"quantity": quantity},
            parcel=("parcels", parcel.id),
            stock_line_item=("stock_line_items", piece),
        )

    packed = await pack(parcels[0], 2)
    assert of(packed, "sku_code", "name") == (SHIRT, "A black T-shirt, L")
    async with refused(error="out_of_range", pointers=["/data/attributes/quantity"]):
        await pack(parcels[1], 2)
    await pack(parcels[1], 1)
    seen = await ada.get(f"orders/{id}", include="shipments.parcels.parcel_line_items")
    assert len(seen.included("parcel_line_items")) == 2


@pytest.mark.parametrize("pattern", ["(", "(a+)+$", "(a)\\1", "x" * 5001])
async def test_a_zone_s_patterns_are_checked_when_they_are_sent(store: Store, pattern: str) -> None:
    async with refused(error="invalid", pointers=["/data/attributes/zip_code_regex"]):
        await store.back_office.create("shipping_zones", {"name": "Nowhere", "zip_code_regex": pattern})
