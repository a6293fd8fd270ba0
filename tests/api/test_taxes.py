"""Taxes: by the market's rules, for the order's address, to the cent."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.shop import of, refused
from tests.api.till import ITALY, address, amounts, cart, gift_card, taxed
from tests.articles import ALBUM, EBOOK, SHIRT
from tests.store import Store

from billfold.client import Client

GERMAN = {"country_code_regex": "DE", "tax_rate": 0.19}
ITALIAN = {"country_code_regex": "IT", "tax_rate": 0.22, "freight_taxable": True}
FAMILIES = ("subtotal_tax", "total_tax", "subtotal_taxable", "total", "total_amount_with_taxes")


async def items(client: Client, order_id: str) -> list[dict[str, Any]]:
    order = await client.get(f"orders/{order_id}", include="line_items")
    return [i["attributes"] for i in order.included("line_items")]


async def test_taxes_are_added_to_prices_that_do_not_include_them(store: Store) -> None:
    await taxed(store, GERMAN)
    guest = await store.guest()
    order = await cart(guest, EBOOK, ALBUM)
    assert order["tax_rate"] == 0.19
    assert await amounts(guest, order.id, *FAMILIES) == (789, 789, 4150, 4150, 4939)  # 19 % of 41.50 is 7.885
    assert [(i["tax_amount_cents"], i["tax_rate"]) for i in await items(guest, order.id)] == [(551, 0.19), (238, 0.19)]


async def test_taxes_are_inside_prices_that_include_them(store: Store) -> None:
    await taxed(store, GERMAN, included=True)
    guest = await store.guest()
    order = await cart(guest, EBOOK, ALBUM)
    assert order["tax_included"] is True
    assert await amounts(guest, order.id, *FAMILIES) == (663, 663, 3487, 4150, 4150)


async def test_the_first_rule_that_fits_the_address_holds(store: Store) -> None:
    await taxed(store, {"not_country_code_regex": "DE|IT", "tax_rate": 0.5}, GERMAN, ITALIAN, {"tax_rate": 0.9})
    guest = await store.guest()
    order = await cart(guest, EBOOK)
    assert order["tax_rate"] == 0.19
    there = await address(guest, **ITALY)
    moved = await guest.update("orders", order.id, billing_address=there, shipping_address=there)
    assert of(moved, "tax_rate", "total_tax_amount_cents", "freight_taxable") == (0.22, 638, True)
    (line,) = await items(guest, order.id)
    (levied,) = line["tax_breakdown"].values()
    assert levied == {"tax_rate": 0.22}


async def test_an_order_follows_its_address_when_that_is_corrected(store: Store) -> None:
    await taxed(store, GERMAN, ITALIAN)
    guest = await store.guest()
    order = await cart(guest, EBOOK)
    where = (await guest.get(f"orders/{order.id}/billing_address")).id
    await guest.update("addresses", where, {**ITALY})
    moved = await guest.get(f"orders/{order.id}")
    assert of(moved, "country_code", "tax_rate", "total_tax_amount_cents") == ("IT", 0.22, 638)
    await guest.update("addresses", where, {"line_2": "At the back"})
    assert (await guest.get(f"orders/{order.id}"))["updated_at"] == moved["updated_at"]


async def test_without_an_address_or_a_calculator_taxes_are_not_known(store: Store) -> None:
    guest = await store.guest()
    untaxed = await cart(guest, EBOOK)
    assert of(untaxed, "tax_rate", "total_tax_amount_cents", "freight_taxable") == (None, 0, None)
    async with refused(error="no_tax_calculator", pointers=["/data/attributes/_update_taxes"]):
        await guest.update("orders", untaxed.id, {"_update_taxes": True})
    await taxed(store, GERMAN)
    order = await guest.create("orders", {})
    await guest.create("line_items", {"sku_code": EBOOK, "quantity": 1}, order=("orders", order.id))
    assert of(await guest.get(f"orders/{order.id}"), "tax_rate", "total_tax_amount_cents") == (None, 0)


async def test_where_no_rule_fits_nothing_is_levied(store: Store) -> None:
    await taxed(store, ITALIAN)
    guest = await store.guest()
    order = await cart(guest, EBOOK)
    assert of(order, "tax_rate", "total_tax_amount_cents", "freight_taxable") == (0.0, 0, False)


async def test_goods_that_are_shipped_are_taxed_where_they_go(store: Store) -> None:
    await taxed(store, GERMAN, ITALIAN)
    guest = await store.guest()
    order = await cart(guest, EBOOK)
    abroad = await address(guest, **ITALY)
    assert (await guest.update("orders", order.id, shipping_address=abroad))["tax_rate"] == 0.19  # nothing is shipped
    await guest.create("line_items", {"sku_code": SHIRT, "quantity": 1}, order=("orders", order.id))
    assert (await guest.get(f"orders/{order.id}"))["tax_rate"] == 0.22


async def test_what_is_sent_for_the_order_overrides_the_rule_wherever_it_goes(store: Store) -> None:
    await taxed(store, GERMAN, {**ITALIAN, "payment_method_taxable": True})
    office = store.back_office
    method = store.made["payment_methods"]["wire_transfers"]
    await office.update("payment_methods", method, {"price_amount_cents": 1000})
    guest = await store.guest()
    order = await cart(guest, EBOOK)
    await guest.update("orders", order.id, payment_method=("payment_methods", method))
    names = ("payment_method_tax", "total_tax")
    assert await amounts(guest, order.id, *names) == (0, 551)
    sent = await guest.update("orders", order.id, {"payment_method_taxable": True})
    assert sent["payment_method_taxable"] is True
    assert await amounts(guest, order.id, *names) == (190, 741)
    await guest.update("orders", order.id, {"payment_method_taxable": False})
    there = await address(guest, **ITALY)
    moved = await guest.update("orders", order.id, billing_address=there, shipping_address=there)
    assert of(moved, "payment_method_taxable", "freight_taxable") == (False, True)
    assert await amounts(guest, order.id, *names) == (0, 638)
    back = await guest.update("orders", order.id, {"payment_method_taxable": None})
    assert back["payment_method_taxable"] is True
    assert await amounts(guest, order.id, *names) == (220, 858)


async def test_a_surcharge_is_taxed_only_where_the_rule_says_so(store: Store) -> None:
    await taxed(store, GERMAN, {**ITALIAN, "adjustment_taxable": True})
    office, guest = store.back_office, await store.guest()
    order = await cart(guest, EBOOK)
    surcharge = {"item_type": "adjustments", "name": "Wrapping", "quantity": 1, "unit_amount_cents": 500}
    await office.create("line_items", surcharge, order=("orders", order.id))
    names = ("adjustment", "adjustment_tax", "adjustment_taxable", "total_tax")
    assert await amounts(guest, order.id, *names) == (500, 0, 500, 551)
    there = await address(guest, **ITALY)
    await guest.update("orders", order.id, billing_address=there, shipping_address=there)
    assert await amounts(guest, order.id, *names) == (500, 110, 500, 748)


async def test_a_reduction_lowers_what_goods_are_taxed_on(store: Store) -> None:
    await taxed(store, {"tax_rate": 0.2})
    office, guest = store.back_office, await store.guest()
    order = await cart(guest, EBOOK)
    reduction = {"item_type": "adjustments", "name": "Sorry", "quantity": 1, "unit_amount_cents": -900}
    await office.create("line_items", reduction, order=("orders", order.id))
    names = ("adjustment", "subtotal_tax", "subtotal_taxable", "total", "total_amount_with_taxes")
    assert await amounts(guest, order.id, *names) == (-900, 400, 2900, 2000, 2400)


async def test_forcing_the_taxes_counts_and_takes_over_a_changed_rate(store: Store) -> None:
    calculator = await taxed(store, GERMAN)
    guest = await store.guest()
    order = await cart(guest, EBOOK)
    assert order["tax_calculations_count"] == 1
    rule = (await store.back_office.get(f"manual_tax_calculators/{calculator}/tax_rules")).data[0]["id"]
    await store.back_office.update("tax_rules", rule, {"tax_rate": 0.07})
    forced = await guest.update("orders", order.id, {"_update_taxes": True})
    assert of(forced, "tax_rate", "total_tax_amount_cents", "tax_calculations_count") == (0.07, 203, 2)
    again = await guest.update("orders", order.id, {"_update_taxes": True})
    assert of(again, "total_tax_amount_cents", "tax_calculations_count") == (203, 3)


async def test_what_is_paid_is_the_amount_with_taxes(store: Store) -> None:
    await taxed(store, GERMAN)
    guest = await store.guest()
    order = await cart(guest, EBOOK)
    await guest.update(
        "orders", order.id, {"customer_email": "g@example.com"}, payment_method=store.method("stripe_payments")
    )
    source = await guest.create("stripe_payments", {}, order=("orders", order.id))
    assert (await store.at_stripe(f"payment_intents/{source['stripe_id']}"))["amount"] == 3451
    there = await address(guest, country_code="FR")
    moved = await guest.update("orders", order.id, billing_address=there, include="payment_source")
    assert moved["total_amount_with_taxes_cents"] == 2900
    assert moved.included("stripe_payments")[0]["attributes"]["mismatched_amounts"] is True
    back = await address(guest)
    again = await guest.update("orders", order.id, billing_address=back, include="payment_source")
    assert again.included("stripe_payments")[0]["attributes"]["mismatched_amounts"] is False
    await store.confirm_in_browser(source)
    placed = await guest.update("orders", order.id, {"_place": True})
    assert of(placed, "status", "payment_status", "place_total_amount_cents") == ("placed", "authorized", 3451)


@pytest.mark.parametrize(
    ("rule", "pointer"),
    [
        ({"tax_rate": 22}, "tax_rate"),
        ({"tax_rate": -0.1}, "tax_rate"),
        ({"zip_code_regex": "("}, "zip_code_regex"),
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused(store: Store, rule: dict[str, Any], pointer: str) -> None:
    calculator = await store.back_office.create("manual_tax_calculators", {"name": "By hand"})
    async with refused(pointers=[f"/data/attributes/{pointer}"]):
        await store.back_office.create(
            "tax_rules", {"name": "Wrong", **rule}, manual_tax_calculator=("manual_tax_calculators", calculator.id)
        )


async def test_a_rule_shows_what_it_levies_and_its_calculator_the_rule(store: Store) -> None:
    calculator = await taxed(store, GERMAN)
    found = await store.back_office.get(f"tax_calculators/{calculator}", include="tax_rules,markets")
    assert found.data["type"] == "manual_tax_calculators"
    (rule,) = found.included("tax_rules")
    assert rule["attributes"]["breakdown"] == {rule["id"]: {"tax_rate": 0.19}}
    assert [m["id"] for m in found.included("markets")] == [store.made["market"]["id"]]


@pytest.mark.parametrize(("distributed", "levied"), [(True, 400), (False, 580)])
async def test_an_adjustment_lowers_what_goods_are_taxed_on_where_it_is_distributed(
    store: Store, distributed: bool, levied: int
) -> None:
    await taxed(store, {"tax_rate": 0.2})
    office, guest = store.back_office, await store.guest()
    order = await cart(guest, EBOOK)
    sorry = {"name": "Sorry", "currency_code": "EUR", "amount_cents": -900, "distribute_discount": distributed}
    adjustment = await office.create("adjustments", sorry)
    at = ("adjustments", adjustment.id)
    line = await office.create("line_items", {"quantity": 1}, order=("orders", order.id), item=at)
    assert of(line, "item_type", "total_amount_cents", "name") == ("adjustments", -900, "Sorry")
    names = ("adjustment", "total_tax", "total", "total_amount_with_taxes")
    assert await amounts(guest, order.id, *names) == (-900, levied, 2000, 2000 + levied)


async def test_a_discount_lowers_what_goods_are_taxed_on(store: Store) -> None:
    await taxed(store, {"tax_rate": 0.2})
    office, guest = store.back_office, await store.guest()
    window = {"starts_at": "2020-01-01T00:00:00Z", "expires_at": "2999-01-01T00:00:00Z"}
    await office.create("percentage_discount_promotions", {"name": "Sale", "percentage": 10, **window})
    order = await cart(guest, EBOOK, ALBUM)
    names = ("subtotal", "discount", "subtotal_taxable", "total_tax", "total_amount_with_taxes")
    assert await amounts(guest, order.id, *names) == (4150, -415, 4150, 747, 4482)
    assert [i["tax_amount_cents"] for i in await items(guest, order.id) if i["sku_code"]] == [522, 225]


async def test_klarna_is_told_what_is_due_after_taxes_and_gift_card(store: Store) -> None:
    await taxed(store, {"tax_rate": 0.19})
    guest = await store.guest()
    card = await gift_card(store, 1000, distribute_discount=False)
    order = await cart(guest, EBOOK, ALBUM)
    sent = {"customer_email": "g@example.com", "gift_card_code": card["code"]}
    await guest.update("orders", order.id, sent, payment_method=store.method("klarna_payments"))
    source = await guest.create("klarna_payments", {}, order=("orders", order.id))
    token = await store.authorize_in_browser(source)
    await guest.update("klarna_payments", source.id, {"auth_token": token})
    placed = await guest.update("orders", order.id, {"_place": True})
    assert of(placed, "status", "total_amount_with_taxes_cents") == ("placed", 3939)
    assert [(e["kind"], e["amount"]) for e in await store.ledger()] == [("authorization", 3939)]
