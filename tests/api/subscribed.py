"""What stories about subscriptions have in common: a market that offers them, orders that recur, what came of them."""

from __future__ import annotations

from typing import Any

from tests.api.shop import pay_for
from tests.store import Store

from billfold.client import Answer, Client

START = "_create_subscriptions"


async def offer(store: Store, *frequencies: str, **more: Any) -> str:
    """Have the store's market offer these frequencies; returns the subscription model's id."""
    given = {"name": "Come again", "frequencies": list(frequencies or ("weekly", "monthly")), **more}
    model = await store.back_office.create("subscription_models", given)
    market = store.made["market"]["id"]
    await store.back_office.update("markets", market, subscription_model=("subscription_models", model.id))
    return model.id


async def recurring(
    store: Store, client: Client, *frequencies: str | None, way: str = "stripe_payments", pay: bool = True
) -> str:
    """The id of an order of one piece for each frequency, each of another article; only `_place` is missing."""
    order = await client.create("orders", {})
    for code, frequency in zip(store.made["skus"], frequencies, strict=False):
        piece = {"sku_code": code, "quantity": 2, "frequency": frequency}
        await client.create("line_items", piece, order=("orders", order.id))
    await client.update("orders", order.id, payment_method=store.method(way))
    if pay:
        await pay_for(store, client, order.id, way)
    return order.id


async def started(store: Store, order: str, include: str = "") -> list[Answer]:
    """The subscriptions that an order started, by number, as a back office sees them."""
    query = {"filter[q][source_order_id_eq]": order, "sort": "number", **({"include": include} if include else {})}
    listed = await store.back_office.get("order_subscriptions", **query)
    return [Answer(200, {**listed.document, "data": row}) for row in listed.data]


async def subscribe(store: Store, client: Client, *frequencies: str, way: str = "stripe_payments") -> Answer:
    """The first of the subscriptions that a new order starts; nothing of it is in the wallet."""
    order = await recurring(store, client, *(frequencies or ("monthly",)), way=way)
    placed = await client.update("orders", order, {"_place": True, START: True})
    assert placed["status"] == "placed"
    return (await started(store, order))[0]
