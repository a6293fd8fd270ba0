"""Buying a gift card: it is worth nothing until the order that buys it is placed, and sold once."""

from __future__ import annotations

from typing import Any

from tests.api.shop import of, pay_for, refused
from tests.api.till import amounts, cart, taxed
from tests.articles import EBOOK
from tests.store import Store

from billfold.client import Answer, Client


async def draft(client: Client, cents: int = 5000, **more: Any) -> Answer:
    return await client.create("gift_cards", {"currency_code": "EUR", "balance_cents": cents, **more})


async def with_card(store: Store, client: Client, card: Answer) -> str:
    """An order that buys the card, ready to be placed."""
    order = await client.create("orders", {"customer_email": "g@example.com"})
    await client.create("line_items", {"quantity": 1}, order=("orders", order.id), item=("gift_cards", card.id))
    await client.update("orders", order.id, payment_method=store.method("wire_transfers"))
    await pay_for(store, client, order.id, "wire_transfers")
    return order.id


async def status(store: Store, card: Answer) -> str:
    return str((await store.back_office.get(f"gift_cards/{card.id}"))["status"])


async def test_a_card_is_good_once_the_order_that_buys_it_is_placed(store: Store) -> None:
    guest = await store.guest()
    card = await draft(guest)
    order = await with_card(store, guest, card)
    found = await guest.get(f"orders/{order}", include="line_items.item")
    (line,) = [i["attributes"] for i in found.included("line_items")]
    assert (line["item_type"], line["unit_amount_cents"], line["name"]) == ("gift_cards", 5000, "Gift card")
    assert found["status"] == "pending"
    assert await status(store, card) == "draft"
    await guest.update("orders", order, {"_place": True})
    assert await status(store, card) == "active"
    other = await cart(guest, EBOOK)
    await guest.update("orders", other.id, {"gift_card_code": card["code"]})
    assert await amounts(guest, other.id, "gift_card", "total") == (-2900, 0)


async def test_a_card_of_an_order_that_is_cancelled_is_worthless(store: Store) -> None:
    guest = await store.guest()
    card = await draft(guest)
    order = await with_card(store, guest, card)
    await guest.update("orders", order, {"_place": True})
    await store.back_office.update("orders", order, {"_cancel": True})
    assert await status(store, card) == "inactive"


async def test_a_card_is_sold_once(store: Store) -> None:
    guest = await store.guest()
    card = await draft(guest)
    await guest.update("gift_cards", card.id, {"_purchase": True})
    first, second = await with_card(store, guest, card), await with_card(store, guest, card)
    await guest.update("orders", first, {"_place": True})
    async with refused(error="sold", pointers=["/data/relationships/line_items"]):
        await guest.update("orders", second, {"_place": True})
    third = await guest.create("orders", {})
    for client, error in ((guest, "not_found"), (store.back_office, "not_for_sale")):
        async with refused(error=error, pointers=["/data/relationships/item"]):
            await client.create("line_items", {"quantity": 1}, order=("orders", third.id), item=("gift_cards", card.id))


async def test_a_card_that_is_money_is_shown_to_storefronts_beside_its_order_alone(store: Store) -> None:
    guest = await store.guest()
    card = await draft(guest)
    order = await with_card(store, guest, card)
    assert (await guest.get(f"gift_cards/{card.id}"))["status"] == "draft"
    await guest.update("orders", order, {"_place": True})
    async with refused(status=401):
        await guest.get(f"gift_cards/{card.id}")
    (shown,) = (await guest.get(f"orders/{order}", include="line_items.item")).included("gift_cards")
    assert shown["attributes"]["code"] == card["code"]


async def test_one_line_item_buys_one_card(store: Store) -> None:
    guest = await store.guest()
    card = await draft(guest)
    order = await guest.create("orders", {})
    at: dict[str, Any] = {"order": ("orders", order.id), "item": ("gift_cards", card.id)}
    async with refused(error="single", pointers=["/data/attributes/quantity"]):
        await guest.create("line_items", {"quantity": 2}, **at)
    line = await guest.create("line_items", {"quantity": 1}, **at)
    async with refused(error="single", pointers=["/data/attributes/quantity"]):
        await guest.update("line_items", line.id, {"quantity": 2})


async def test_a_card_that_is_bought_is_taxed_only_where_the_rule_says_so(store: Store) -> None:
    await taxed(store, {"tax_rate": 0.2})
    guest = await store.guest()
    order = await cart(guest, EBOOK)
    card = await draft(guest, 1000)
    await guest.create("line_items", {"quantity": 1}, order=("orders", order.id), item=("gift_cards", card.id))
    assert await amounts(guest, order.id, "subtotal", "subtotal_tax") == (3900, 580)
    sent = await guest.update("orders", order.id, {"gift_card_taxable": True})
    assert of(sent, "subtotal_tax_amount_cents", "gift_card_taxable") == (780, True)


async def test_what_a_card_pays_is_no_position_that_anybody_may_touch(store: Store) -> None:
    guest = await store.guest()
    order = await cart(guest, EBOOK)
    card = await store.back_office.create("gift_cards", {"currency_code": "EUR", "balance_cents": 1000})
    await store.back_office.update("gift_cards", card.id, {"_activate": True})
    paid = await guest.update("orders", order.id, {"gift_card_code": card["code"]}, include="line_items")
    (line,) = [i for i in paid.included("line_items") if i["attributes"]["item_type"] == "gift_cards"]
    for by in (guest, store.back_office):
        async with refused(error="generated", pointers=["/data/attributes/item_type"]):
            await by.delete("line_items", line["id"])
        async with refused(error="generated", pointers=["/data/attributes/item_type"]):
            await by.update("line_items", line["id"], {"quantity": 2})
    assert await amounts(guest, order.id, "gift_card", "total") == (-1000, 1900)
