"""Over HTTP too: whatever is done to an order, its line items rebuild its amounts, to the cent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random

import pytest
from tests.api.till import ITALY, address, gift_card, taxed
from tests.articles import ALBUM, EBOOK, SHIRT
from tests.store import Store

from billfold.client import Client

FAMILIES = ("subtotal", "shipping", "payment_method", "discount", "adjustment", "gift_card")
TAXED = ("subtotal", "shipping", "payment_method", "adjustment")
EDITS = 16


@pytest.mark.parametrize("included", [True, False])
async def test_the_parts_of_an_order_add_up_after_every_edit(store: Store, included: bool) -> None:
    chance = Random(3 + included)
    rules = ({"country_code_regex": "IT", "tax_rate": 0.22, "freight_taxable": True}, {"tax_rate": 0.0775})
    await taxed(store, *rules, included=included)
    office, guest = store.back_office, await store.guest()
    method = store.made["payment_methods"]["wire_transfers"]
    await office.update("payment_methods", method, {"price_amount_cents": 333})
    window = {"starts_at": "2020-01-01T00:00:00Z", "expires_at": "2999-01-01T00:00:00Z"}
    await office.create("percentage_discount_promotions", {"name": "Sale", "percentage": 7, **window})
    cards = [await gift_card(store, 3333), await gift_card(store, 77_777, distribute_discount=False)]
    homes = [await address(guest), await address(guest, **ITALY)]
    id = (await guest.create("orders", {})).id
    order = ("orders", id)

    async def buy() -> None:
        item = {"sku_code": chance.choice([EBOOK, ALBUM, SHIRT]), "quantity": chance.randint(1, 7)}
        await guest.create("line_items", item, order=order)

    async def take_out() -> None:
        bought = [i for i in (await guest.get(f"orders/{id}/line_items")).data if i["attributes"]["sku_code"]]
        if bought:
            await guest.delete("line_items", chance.choice(bought)["id"])

    async def adjust() -> None:
        cents = chance.randint(-2000, 2000)
        item = {"item_type": "adjustments", "name": "Adjusted", "quantity": 1, "unit_amount_cents": cents}
        await office.create("line_items", item, order=order)

    async def move() -> None:
        there = chance.choice(homes)
        await guest.update(*order, shipping_address=there, billing_address=there)

    async def choose() -> None:
        await guest.update(*order, payment_method=chance.choice([("payment_methods", method), None]))

    async def enter() -> None:
        await guest.update(*order, {"gift_card_code": chance.choice([*(c["code"] for c in cards), ""])})

    async def tax() -> None:
        await guest.update(*order, {"adjustment_taxable": chance.choice([True, False, None])})

    async def ship() -> None:
        found = await guest.get(f"orders/{id}/shipments", include="available_shipping_methods")
        for parcel in found.data:
            offered = parcel["relationships"]["available_shipping_methods"]["data"]
            way = chance.choice([*((m["type"], m["id"]) for m in offered), None])
            await guest.update("shipments", parcel["id"], shipping_method=way)

    edits: list[Callable[[], Awaitable[None]]] = [buy, take_out, adjust, move, choose, enter, tax, ship]
    for edit in [buy, move, enter, adjust, ship, *chance.choices(edits, k=EDITS)]:
        await edit()
        await adds_up(guest, id)


async def adds_up(client: Client, id: str) -> None:
    answer = await client.get(f"orders/{id}", include="line_items")
    order, lines = answer.data["attributes"], [i["attributes"] for i in answer.included("line_items")]
    total, due = order["total_amount_cents"], order["total_amount_with_taxes_cents"]
    assert total == sum(i["total_amount_cents"] for i in lines)
    assert total == sum(order[f"{f}_amount_cents"] for f in FAMILIES)
    levied = sum(i["tax_amount_cents"] for i in lines)
    assert order["total_tax_amount_cents"] == levied == sum(order[f"{f}_tax_amount_cents"] for f in TAXED)
    assert due == total + (0 if order["tax_included"] else levied)
    assert order["discount_amount_cents"] == sum(i["discount_cents"] for i in lines)
    assert all(0 <= -i["discount_cents"] <= i["total_amount_cents"] for i in lines if i["discount_cents"])
    pays = order["gift_card_amount_cents"]
    assert pays == sum(i["total_amount_cents"] for i in lines if i["item_type"] == "gift_cards")
    assert due >= 0 or pays == 0
