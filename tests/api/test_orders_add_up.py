"""Over HTTP too: whatever is done to an order, in whichever order, its line items rebuild its amounts, to the cent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.api.goods import a_bundle
from tests.api.offers import CODE, coupon, promote
from tests.api.till import ITALY, address, gift_card, taxed
from tests.articles import ALBUM, EBOOK, SHIRT
from tests.store import Store

from billfold.client import Client

FAMILIES = ("subtotal", "shipping", "payment_method", "discount", "adjustment", "gift_card")
TAXED = ("subtotal", "shipping", "payment_method", "adjustment")


class Shop:
    """A store with everything that changes what an order costs, and the means to change an order in it."""

    def __init__(self, store: Store, homes: list[tuple[str, str]], cards: list[str]) -> None:
        self.store, self.homes, self.cards = store, homes, cards
        self.office = store.back_office

    @classmethod
    async def open(cls, store: Store, *, included: bool) -> Shop:
        rules = ({"country_code_regex": "IT", "tax_rate": 0.22, "freight_taxable": True}, {"tax_rate": 0.0775})
        await taxed(store, *rules, included=included)
        office = store.back_office
        method = store.made["payment_methods"]["wire_transfers"]
        await office.update("payment_methods", method, {"price_amount_cents": 333})
        await promote(store, "percentage_discount", percentage=7)
        await coupon(store, await promote(store, "fixed_amount", fixed_amount_cents=1999))
        await a_bundle(store, {EBOOK: 2, ALBUM: 1})
        cards = [await gift_card(store, 3333), await gift_card(store, 77_777, distribute_discount=False)]
        homes = [await address(office), await address(office, **ITALY)]
        return cls(store, homes, [card["code"] for card in cards])

    async def buy(self, client: Client, id: str, chance: Random) -> None:
        what = chance.choice([{"sku_code": code} for code in (EBOOK, ALBUM, SHIRT)] + [{"bundle_code": "BOX"}])
        await client.create("line_items", {**what, "quantity": chance.randint(1, 7)}, order=("orders", id))

    async def change(self, client: Client, id: str, chance: Random) -> None:
        for item in await self._one_bought(client, id, chance):
            await client.update("line_items", item, {"quantity": chance.randint(1, 5)})

    async def take_out(self, client: Client, id: str, chance: Random) -> None:
        for item in await self._one_bought(client, id, chance):
            await client.delete("line_items", item)

    async def adjust(self, client: Client, id: str, chance: Random) -> None:
        cents = chance.randint(-2000, 2000)
        item = {"item_type": "adjustments", "name": "Adjusted", "quantity": 1, "unit_amount_cents": cents}
        await self.office.create("line_items", item, order=("orders", id))

    async def move(self, client: Client, id: str, chance: Random) -> None:
        there = chance.choice(self.homes)
        await client.update("orders", id, shipping_address=there, billing_address=there)

    async def choose(self, client: Client, id: str, chance: Random) -> None:
        way = chance.choice([("payment_methods", self.store.made["payment_methods"]["wire_transfers"]), None])
        await client.update("orders", id, payment_method=way)

    async def enter_card(self, client: Client, id: str, chance: Random) -> None:
        await client.update("orders", id, {"gift_card_code": chance.choice([*self.cards, ""])})

    async def enter_coupon(self, client: Client, id: str, chance: Random) -> None:
        await client.update("orders", id, {"coupon_code": chance.choice([CODE, ""])})

    async def tax(self, client: Client, id: str, chance: Random) -> None:
        await client.update("orders", id, {"adjustment_taxable": chance.choice([True, False, None])})

    async def ship(self, client: Client, id: str, chance: Random) -> None:
        found = await client.get(f"orders/{id}/shipments", include="available_shipping_methods")
        for parcel in found.data:
            offered = parcel["relationships"]["available_shipping_methods"]["data"]
            way = chance.choice([*((m["type"], m["id"]) for m in offered), None])
            await client.update("shipments", parcel["id"], shipping_method=way)

    async def _one_bought(self, client: Client, id: str, chance: Random) -> list[str]:
        lines = (await client.get(f"orders/{id}/line_items")).data
        bought = [i["id"] for i in lines if i["attributes"]["item_type"] in ("skus", "bundles")]
        return [chance.choice(bought)] if bought else []


EDITS: tuple[Callable[[Shop, Client, str, Random], Awaitable[None]], ...] = (
    Shop.buy,
    Shop.change,
    Shop.take_out,
    Shop.adjust,
    Shop.move,
    Shop.choose,
    Shop.enter_card,
    Shop.enter_coupon,
    Shop.tax,
    Shop.ship,
)


@pytest_asyncio.fixture(params=[True, False], ids=["taxes included", "taxes added"])
async def shop(store: Store, request: pytest.FixtureRequest) -> Shop:
    return await Shop.open(store, included=request.param)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.sampled_from(EDITS), min_size=6, max_size=20), chance=st.randoms(use_true_random=False))
async def test_the_parts_of_an_order_add_up_after_every_edit(
    shop: Shop, edits: list[Callable[[Shop, Client, str, Random], Awaitable[None]]], chance: Random
) -> None:
    guest = await shop.store.guest()
    id = (await guest.create("orders", {})).id
    for edit in (Shop.buy, *edits):
        await edit(shop, guest, id, chance)
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
