"""What stories about shipping have in common: addresses, orders of parcels, shops with more than one warehouse."""

from __future__ import annotations

from typing import Any

from tests.api.shop import pay_for
from tests.articles import SHIRT
from tests.store import Store

from billfold.client import Answer, Client

BERLIN = {
    "first_name": "Ada",
    "last_name": "Byron",
    "line_1": "Second street 2",
    "city": "Berlin",
    "zip_code": "10115",
    "country_code": "DE",
    "phone": "+49 30 654321",
}
NEW_YORK = {**BERLIN, "city": "New York", "zip_code": "10013", "country_code": "US", "state_code": "NY"}


async def address(client: Client, order_id: str, given: dict[str, Any] = BERLIN) -> Answer:
    """Have the order sent and billed there."""
    made = ("addresses", (await client.create("addresses", given)).id)
    return await client.update("orders", order_id, billing_address=made, shipping_address=made)


async def order_of(client: Client, *codes: str, quantity: int = 1, to: dict[str, Any] | None = BERLIN) -> str:
    """An order of so many pieces of each article, with an address unless `to` is None; returns its id."""
    order = await client.create("orders", {"customer_email": "ada@example.com"})
    for code in codes:
        await client.create("line_items", {"sku_code": code, "quantity": quantity}, order=("orders", order.id))
    if to is not None:
        await address(client, order.id, to)
    return order.id


async def shipments(client: Client, order_id: str) -> list[dict[str, Any]]:
    """The order's shipments by their numbers."""
    found = await client.get(f"orders/{order_id}/shipments")
    return sorted(found.data, key=lambda s: str(s["attributes"]["number"]))


async def choose(store: Store, client: Client, order_id: str, name: str = "Standard") -> None:
    """The same method for all the order's shipments."""
    method = ("shipping_methods", store.made["shipping_methods"][name])
    for shipment in await shipments(client, order_id):
        await client.update("shipments", shipment["id"], shipping_method=method)


async def ready(store: Store, client: Client, *codes: str, quantity: int = 1, way: str = "wire_transfers") -> str:
    """An order of parcels to which nothing but `_place` is missing; returns its id."""
    id = await order_of(client, *(codes or (SHIRT,)), quantity=quantity)
    await choose(store, client, id)
    await client.update("orders", id, payment_method=store.method(way))
    await pay_for(store, client, id, way)
    return id


async def in_stock(store: Store, code: str) -> int:
    found = await store.back_office.get("stock_items", **{"filter[q][sku_code_in]": code})
    return sum(item["attributes"]["quantity"] for item in found.data)


async def stock_item(store: Store, code: str) -> str:
    """The id of the article's stock item in the first warehouse."""
    sku = (await store.back_office.get("skus", **{"filter[q][code_eq]": code})).data[0]["id"]
    return str((await store.back_office.get(f"skus/{sku}/stock_items")).data[0]["id"])
