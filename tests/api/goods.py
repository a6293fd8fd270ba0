"""What stories about the catalogue have in common: lists, bundles, options and prices of the sample store's SKUs."""

from __future__ import annotations

from typing import Any

from tests.articles import EBOOK
from tests.store import Store

from billfold.client import Answer, Client


def market(store: Store) -> tuple[str, str]:
    return ("markets", store.made["market"]["id"])


async def sku(store: Store, code: str = EBOOK) -> tuple[str, str]:
    return ("skus", (await store.back_office.get("skus", **{"filter[q][code_eq]": code})).data[0]["id"])


async def price(store: Store, code: str = EBOOK) -> tuple[str, str]:
    return ("prices", (await store.back_office.get("prices", **{"filter[q][sku_code_eq]": code})).data[0]["id"])


async def a_list(store: Store, pieces: dict[str, int], name: str = "A summer box") -> tuple[str, str]:
    """A list made by hand: SKU code → pieces."""
    made = ("sku_lists", (await store.back_office.create("sku_lists", {"name": name})).id)
    for code, quantity in pieces.items():
        await store.back_office.create("sku_list_items", {"sku_code": code, "quantity": quantity}, sku_list=made)
    return made


async def a_bundle(store: Store, pieces: dict[str, int], code: str = "BOX", cents: int = 5000, **more: Any) -> Answer:
    attributes = {"code": code, "name": "A box", "price_amount_cents": cents, **more}
    contents = await a_list(store, pieces)
    return await store.back_office.create("bundles", attributes, market=market(store), sku_list=contents)


async def an_option(store: Store, cents: int = 500, **more: Any) -> tuple[str, str]:
    attributes = {"name": "Engraving", "price_amount_cents": cents, "delay_hours": 48, **more}
    return ("sku_options", (await store.back_office.create("sku_options", attributes, market=market(store))).id)


async def cart(client: Client, **more: Any) -> str:
    return (await client.create("orders", more)).id


async def put(client: Client, order: str, quantity: int = 1, **more: Any) -> Answer:
    """A line item: by sku_code="…", bundle_code="…" or item=(type, id)."""
    related = {"item": more.pop("item")} if "item" in more else {}
    return await client.create("line_items", {"quantity": quantity, **more}, order=("orders", order), **related)


async def one_of_each(store: Store, item: str) -> dict[str, str]:
    """type → id of a record of the catalogue.

    item  the line item that the option is chosen for
    """
    office, of_price = store.back_office, await price(store)
    box = await a_bundle(store, {EBOOK: 1}, "ONE-OF-EACH")
    volume = await office.create(
        "price_volume_tiers", {"name": "v", "up_to": 99, "price_amount_cents": 2900}, price=of_price
    )
    frequency = await office.create("price_frequency_tiers", {"name": "f", "price_amount_cents": 2900}, price=of_price)
    link = {"name": "A link", "client_id": "x", "scope": "market:all"}
    return {
        "bundles": box.id,
        "sku_lists": (await office.get(f"bundles/{box.id}/sku_list")).id,
        "sku_list_items": (await office.get("sku_list_items")).data[0]["id"],
        "sku_options": (await an_option(store))[1],
        "line_item_options": await an_option_of(store, office, item),
        "price_tiers": volume.id,
        "price_volume_tiers": volume.id,
        "price_frequency_tiers": frequency.id,
        "tags": (await office.create("tags", {"name": "one_of_each"})).id,
        "attachments": (await office.create("attachments", {"name": "A note"}, attachable=await sku(store))).id,
        "links": (await office.create("links", link, item=await sku(store))).id,
    }


async def an_option_of(store: Store, client: Client, item: str) -> str:
    """An option that is chosen for a line item."""
    values = {"quantity": 1, "options": {"text": "Hello"}}
    related = {"line_item": ("line_items", item), "sku_option": await an_option(store)}
    return (await client.create("line_item_options", values, "", **related)).id
