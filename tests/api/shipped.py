"""One record of every type of stock and shipping, as an order of parcels leaves them behind."""

from __future__ import annotations

from tests.api.shipping import ready, stock_item
from tests.articles import MUG, SHIRT
from tests.store import Store

from billfold.client import Client


async def goods_on_their_way(store: Store, client: Client) -> dict[str, str]:
    """type → id; the order is the client's, and half packed."""
    office, made = store.back_office, store.made
    order = await ready(store, client, SHIRT, quantity=2)
    await client.update("orders", order, {"_place": True})
    await office.update("orders", order, {"_approve_and_capture": True})
    ids = {
        "stock_locations": made["stock_location"],
        "inventory_models": made["inventory_model"],
        "shipping_categories": made["shipping_category"],
        "shipping_methods": made["shipping_methods"]["Standard"],
        "stock_items": await stock_item(store, SHIRT),
        "shipments": (await office.get(f"orders/{order}/shipments")).data[0]["id"],
        "stock_line_items": (await office.get(f"orders/{order}/stock_line_items")).data[0]["id"],
    }
    for called in ("inventory_stock_locations", "shipping_zones", "delivery_lead_times"):
        ids[called] = (await office.get(called)).data[0]["id"]
    ids["reserved_stocks"] = (await office.get(f"stock_items/{ids['stock_items']}/reserved_stock")).id
    ids |= await _more_of_the_shop(store, ids)
    ids |= await _packed(store, ids)
    return ids


async def _more_of_the_shop(store: Store, ids: dict[str, str]) -> dict[str, str]:
    office = store.back_office
    warehouse = ("stock_locations", ids["stock_locations"])
    address = ("addresses", (await office.get(f"stock_locations/{ids['stock_locations']}/address")).id)
    branch = ("stock_locations", (await office.create("stock_locations", {"name": "Branch"}, address=address)).id)
    returns = await office.create(
        "inventory_return_locations",
        {"priority": 1},
        stock_location=branch,
        inventory_model=("inventory_models", ids["inventory_models"]),
    )
    transfer = await office.create(
        "stock_transfers",
        {"sku_code": SHIRT, "quantity": 1},
        origin_stock_location=warehouse,
        destination_stock_location=branch,
        shipment=("shipments", ids["shipments"]),
    )
    reservation = await office.create(
        "stock_reservations", {"quantity": 1}, stock_item=("stock_items", await stock_item(store, MUG))
    )
    tiered = {"name": "By weight", "scheme": "weight_tiered", "price_amount_cents": 900, "currency_code": "EUR"}
    method = ("shipping_methods", (await office.create("shipping_methods", tiered)).id)
    light = {"name": "Light", "up_to": 500.0, "price_amount_cents": 300}
    tier = (await office.create("shipping_weight_tiers", light, shipping_method=method)).id
    await office.update("shipping_methods", method[1], {"_disable": True})  # no story of another file shall meet it
    return {
        "inventory_return_locations": returns.id,
        "stock_transfers": transfer.id,
        "stock_reservations": reservation.id,
        "shipping_method_tiers": tier,
        "shipping_weight_tiers": tier,
    }


async def _packed(store: Store, ids: dict[str, str]) -> dict[str, str]:
    office = store.back_office
    box = await office.create(
        "packages",
        {"name": "Box", "length": 40.0, "width": 30.0, "height": 20.0, "unit_of_length": "cm"},
        stock_location=("stock_locations", ids["stock_locations"]),
    )
    parcel = await office.create(
        "parcels",
        {"weight": 900.0, "unit_of_weight": "gr"},
        shipment=("shipments", ids["shipments"]),
        package=("packages", box.id),
    )
    packed = await office.create(
        "parcel_line_items",
        {"quantity": 1},
        parcel=("parcels", parcel.id),
        stock_line_item=("stock_line_items", ids["stock_line_items"]),
    )
    return {"packages": box.id, "parcels": parcel.id, "parcel_line_items": packed.id}
