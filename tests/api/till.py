"""What stories about taxes and gift cards have in common: a market that is taxed, addresses, a few amounts."""

from __future__ import annotations

from typing import Any

from tests.store import Store

from billfold.client import Answer, Client

GERMANY = {"country_code": "DE", "zip_code": "10115", "city": "Berlin"}
ITALY = {"country_code": "IT", "zip_code": "20121", "city": "Milan", "state_code": "MI"}


async def taxed(store: Store, *rules: dict[str, Any], included: bool = False) -> str:
    """Have the store's market taxed by these rules; returns the calculator's id.

    included  whether its prices contain the taxes
    """
    office = store.back_office
    calculator = await office.create("manual_tax_calculators", {"name": "By hand"})
    for rule in rules:
        store.clock.advance(milliseconds=1)  # rules hold in the order they were made, which must be known
        named = {"name": "A rate", **rule}
        await office.create("tax_rules", named, manual_tax_calculator=("manual_tax_calculators", calculator.id))
    market = store.made["market"]["id"]
    prices = (await office.get(f"markets/{market}/price_list")).id
    await office.update("price_lists", prices, {"tax_included": included})
    await office.update("markets", market, tax_calculator=("manual_tax_calculators", calculator.id))
    return calculator.id


async def address(client: Client, **place: str) -> tuple[str, str]:
    given = {
        "first_name": "Somebody",
        "last_name": "Else",
        "line_1": "Second street 2",
        "phone": "+49 30 654321",
        **GERMANY,
        **place,
    }
    return ("addresses", (await client.create("addresses", given)).id)


async def cart(client: Client, *codes: str, **place: str) -> Answer:
    """An order of one piece of each, for an address in Germany unless `place` says otherwise."""
    order = await client.create("orders", {})
    for code in codes:
        await client.create("line_items", {"sku_code": code, "quantity": 1}, order=("orders", order.id))
    there = await address(client, **place)
    return await client.update("orders", order.id, billing_address=there, shipping_address=there)


async def gift_card(store: Store, cents: int = 5000, **more: Any) -> Answer:
    """An active one, made by the back office."""
    office = store.back_office
    card = await office.create("gift_cards", {"currency_code": "EUR", "balance_cents": cents, **more})
    return await office.update("gift_cards", card.id, {"_activate": True})


async def amounts(client: Client, order_id: str, *names: str) -> tuple[int, ...]:
    """Amounts of the order in minor units, by the names of their families: "subtotal", "total_amount_with_taxes"."""
    attributes = (await client.get(f"orders/{order_id}")).data["attributes"]
    return tuple(attributes[f"{n}_cents" if n.endswith("taxes") else f"{n}_amount_cents"] for n in names)
