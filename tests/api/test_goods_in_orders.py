"""Bundles, gift cards, adjustments, options and tiers of quantity: how they come into orders and what they cost."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.goods import a_bundle, an_option, cart, price, put
from tests.api.shop import of, placed, ready_to_place, refused, settings
from tests.articles import ALBUM, EBOOK, MUG, SHIRT
from tests.store import Store

from billfold.client import Client


async def amounts(client: Client, order: str) -> tuple[Any, ...]:
    shown = await client.get(f"orders/{order}")
    return of(shown, "subtotal_amount_cents", "total_amount_cents", "skus_count", "line_item_options_count")


async def test_amounts_follow_every_change_even_when_a_client_asks_for_less(store: Store) -> None:
    guest = await store.guest()
    order = await cart(guest)
    assert (await guest.update("orders", order, {"autorefresh": False}))["autorefresh"] is False
    item = await put(guest, order, 2, sku_code=EBOOK)
    assert await amounts(guest, order) == (2 * item["unit_amount_cents"], 2 * item["unit_amount_cents"], 2, 0)
    await guest.update("line_items", item.id, {"quantity": 1})
    assert await amounts(guest, order) == (item["unit_amount_cents"], item["unit_amount_cents"], 1, 0)


# --- bundles ----------------------------------------------------------------------------------------------------


async def test_a_bundle_comes_into_an_order_by_its_code_or_by_name(store: Store) -> None:
    box = await a_bundle(store, {EBOOK: 2, ALBUM: 1}, compare_at_amount_cents=7050)
    guest = await store.guest()
    order = await cart(guest)
    item = await put(guest, order, 2, bundle_code="BOX")
    assert of(item, "item_type", "name", "bundle_code", "sku_code", "unit_amount_cents", "compare_at_amount_cents") == (
        "bundles",
        "A box",
        "BOX",
        None,
        5000,
        7050,
    )
    assert await amounts(guest, order) == (10000, 10000, 6, 0)
    again = await put(guest, order, item=("bundles", box.id), _update_quantity=True)
    assert (again.id, again["quantity"], again["total_amount_cents"]) == (item.id, 3, 15000)
    shown = await guest.get(f"orders/{order}", include="line_items.item,line_items.bundle")
    assert shown.included("bundles")[0]["attributes"]["do_not_ship"] is True
    assert await amounts(guest, order) == (15000, 15000, 9, 0)
    with_email = await guest.update("orders", order, {"customer_email": "box@example.com"})
    assert with_email["status"] == "pending"


async def test_a_market_knows_its_own_bundle_before_the_one_of_all(store: Store) -> None:
    own = await a_bundle(store, {EBOOK: 1})
    everywhere = {"code": "BOX", "name": "Elsewhere", "price_amount_cents": 1, "currency_code": "EUR"}
    contents = ("sku_lists", (await store.back_office.get(f"bundles/{own.id}/sku_list")).id)
    await store.back_office.create("bundles", everywhere, sku_list=contents)
    await store.back_office.create(
        "bundles", {**everywhere, "code": "DOLLARS", "currency_code": "USD"}, sku_list=contents
    )
    guest = await store.guest()
    order = await cart(guest)
    assert (await put(guest, order, bundle_code="BOX"))["unit_amount_cents"] == 5000
    async with refused(error="not_found", pointers=["/data/attributes/bundle_code"]):
        await put(guest, order, bundle_code="DOLLARS")


async def test_a_bundle_gives_way_to_another_article(store: Store) -> None:
    await a_bundle(store, {EBOOK: 2, ALBUM: 1})
    guest = await store.guest()
    order = await cart(guest)
    item = await put(guest, order, 2, bundle_code="BOX")
    single = await guest.update("line_items", item.id, {"sku_code": ALBUM})
    assert of(single, "item_type", "bundle_code", "name", "unit_amount_cents") == ("skus", None, "An album", 1250)
    assert await amounts(guest, order) == (2500, 2500, 2, 0)
    await guest.update("line_items", item.id, {"bundle_code": "BOX"})
    assert await amounts(guest, order) == (10000, 10000, 6, 0)


# --- gift cards and adjustments ---------------------------------------------------------------------------------


async def test_a_gift_card_is_bought_for_what_is_on_it(store: Store) -> None:
    office = store.back_office
    card = await office.create("gift_cards", {"currency_code": "EUR", "balance_cents": 5000})
    guest = await store.guest()
    order = await cart(guest, customer_email="giver@example.com")
    item = await put(guest, order, item=("gift_cards", card.id))
    assert of(item, "item_type", "unit_amount_cents", "name") == ("gift_cards", 5000, "Gift card")
    shown = await guest.get(f"orders/{order}")
    assert of(shown, "status", "subtotal_amount_cents", "skus_count") == ("pending", 5000, 0)
    dollars = await office.create("gift_cards", {"currency_code": "USD", "balance_cents": 5000})
    async with refused(error="other_currency", pointers=["/data/relationships/item"]):
        await put(guest, order, item=("gift_cards", dollars.id))


async def test_only_a_back_office_adjusts_what_an_order_costs(store: Store) -> None:
    office = store.back_office
    less = await office.create("adjustments", {"name": "Sorry", "currency_code": "EUR", "amount_cents": -400})
    guest = await store.guest()
    order = await cart(guest)
    await put(guest, order, sku_code=EBOOK)
    async with refused(status=401):
        await put(guest, order, item=("adjustments", less.id))
    item = await put(office, order, item=("adjustments", less.id))
    assert of(item, "item_type", "name", "total_amount_cents") == ("adjustments", "Sorry", -400)
    shown = await guest.get(f"orders/{order}")
    assert of(shown, "subtotal_amount_cents", "adjustment_amount_cents", "total_amount_cents") == (2900, -400, 2500)


# --- tiers ------------------------------------------------------------------------------------------------------


async def tiers(store: Store) -> None:
    """Up to five pieces at 29 euros, up to ten at 25, beyond at 20."""
    of_price = await price(store)
    for name, up_to, cents in (("five", 5, 2900), ("ten", 10, 2500), ("more", None, 2000)):
        values = {"name": name, "up_to": up_to, "price_amount_cents": cents}
        await store.back_office.create("price_volume_tiers", values, price=of_price)


async def test_the_quantity_decides_what_one_piece_costs(store: Store) -> None:
    await tiers(store)
    guest = await store.guest()
    order = await cart(guest)
    item = await put(guest, order, 6, sku_code=EBOOK)
    assert of(item, "unit_amount_cents", "total_amount_cents") == (2500, 15000)
    item = await put(guest, order, 5, sku_code=EBOOK, _update_quantity=True)
    assert of(item, "quantity", "unit_amount_cents", "total_amount_cents") == (11, 2000, 22000)
    item = await guest.update("line_items", item.id, {"quantity": 5})
    assert of(item, "unit_amount_cents", "total_amount_cents") == (2900, 14500)
    assert await amounts(guest, order) == (14500, 14500, 5, 0)


async def test_a_price_that_was_agreed_on_stays_whatever_the_quantity(store: Store) -> None:
    await tiers(store)
    order = await cart(await store.guest())
    item = await put(store.back_office, order, 6, sku_code=EBOOK, unit_amount_cents=100)
    item = await store.back_office.update("line_items", item.id, {"quantity": 50})
    assert of(item, "unit_amount_cents", "total_amount_cents") == (100, 5000)


@pytest.mark.parametrize("trigger", ["_refresh", "_refresh_prices"])
async def test_prices_stay_as_they_were_until_they_are_taken_again(store: Store, trigger: str) -> None:
    office, guest = store.back_office, await store.guest()
    box = await a_bundle(store, {EBOOK: 1})
    order = await cart(guest)
    await put(guest, order, sku_code=EBOOK)
    agreed = await put(office, order, sku_code=ALBUM, unit_amount_cents=1000)
    await put(guest, order, bundle_code="BOX")
    await office.update(*(await price(store)), {"amount_cents": 3000})
    await office.update(*(await price(store, ALBUM)), {"amount_cents": 9999})
    await office.update("bundles", box.id, {"price_amount_cents": 6000})
    await guest.update("orders", order, {"language_code": "it"})
    assert (await amounts(guest, order))[0] == 2900 + 1000 + 5000
    await office.update("orders", order, {trigger: True})
    assert (await amounts(guest, order))[0] == 3000 + 1000 + 6000
    assert (await office.get(f"line_items/{agreed.id}"))["unit_amount_cents"] == 1000


async def test_whoever_may_change_a_cart_may_refresh_it_and_a_back_office_alone_its_prices_by_themselves(
    store: Store,
) -> None:
    guest = await store.guest()
    order = await cart(guest)
    await put(guest, order, sku_code=EBOOK)
    await store.back_office.update(*(await price(store)), {"amount_cents": 3000})
    async with refused(status=401):
        await guest.update("orders", order, {"_refresh_prices": True})
    assert (await guest.update("orders", order, {"_refresh": True}))["total_amount_cents"] == 3000


async def test_an_order_that_was_refreshed_a_moment_ago_keeps_its_prices(store: Store) -> None:
    await settings(store, orders_min_refresh_lapse=60)
    guest = await store.guest()
    order = await cart(guest)
    await put(guest, order, sku_code=EBOOK)
    await guest.update("orders", order, {"_refresh": True})
    await store.back_office.update(*(await price(store)), {"amount_cents": 3000})
    assert (await guest.update("orders", order, {"_refresh": True}))["total_amount_cents"] == 2900
    store.clock.advance(seconds=61)
    assert (await guest.update("orders", order, {"_refresh": True}))["total_amount_cents"] == 3000


async def test_refreshing_raises_no_price_of_what_money_is_held_for(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    before = await ada.update("orders", order.id, {"_authorize": True})
    (item,) = (await ada.get(f"orders/{order.id}/line_items")).data
    await store.back_office.update(*(await price(store, item["attributes"]["sku_code"])), {"amount_cents": 99900})
    after = await ada.update("orders", order.id, {"_refresh": True})
    assert after["total_amount_cents"] == before["total_amount_cents"]
    assert (await ada.update("orders", order.id, {"_place": True}))["status"] == "placed"


async def test_prices_of_an_order_that_is_edited_are_the_back_offices_to_refresh(store: Store) -> None:
    ada, office = await store.customer(), store.back_office
    order = await placed(store, ada)
    then = order["total_amount_cents"]
    await office.update("orders", order.id, {"_start_editing": True})
    (item,) = (await ada.get(f"orders/{order.id}/line_items")).data
    await office.update(*(await price(store, item["attributes"]["sku_code"])), {"amount_cents": 1})
    async with refused(status=401):
        await ada.update("orders", order.id, {"_refresh": True})
    assert (await ada.get(f"orders/{order.id}"))["total_amount_cents"] == then
    assert (await office.update("orders", order.id, {"_refresh": True}))["total_amount_cents"] == 1


# --- options ----------------------------------------------------------------------------------------------------


async def choose(client: Client, item: str, option: tuple[str, str], quantity: int = 1, **more: Any) -> Any:
    values = {"quantity": quantity, "options": {"text": "Happy birthday"}, **more}
    return await client.create("line_item_options", values, line_item=("line_items", item), sku_option=option)


async def test_options_are_part_of_what_a_position_costs(store: Store) -> None:
    engraving, guest = await an_option(store), await store.guest()
    order = await cart(guest)
    item = await put(guest, order, 2, sku_code=EBOOK)
    chosen = await choose(guest, item.id, engraving, 3)
    assert of(
        chosen, "name", "currency_code", "unit_amount_cents", "total_amount_cents", "delay_hours", "delay_days"
    ) == (
        "Engraving",
        "EUR",
        500,
        1500,
        48,
        2,
    )
    shown = await guest.get(f"line_items/{item.id}", include="line_item_options.sku_option")
    assert of(shown, "options_amount_cents", "total_amount_cents") == (1500, 7300)
    assert shown.included("sku_options")[0]["id"] == engraving[1]
    assert await amounts(guest, order) == (7300, 7300, 2, 1)
    await guest.update("line_items", item.id, {"quantity": 1})
    assert await amounts(guest, order) == (4400, 4400, 1, 1)
    changed = await guest.update("line_item_options", chosen.id, {"quantity": 1, "options": {"text": "Bye"}})
    assert of(changed, "total_amount_cents", "options") == (500, {"text": "Bye"})
    assert await amounts(guest, order) == (3400, 3400, 1, 1)
    await guest.delete("line_item_options", chosen.id)
    assert await amounts(guest, order) == (2900, 2900, 1, 0)


async def test_another_option_comes_at_its_own_price(store: Store) -> None:
    engraving, wrap = await an_option(store), await an_option(store, 200, name="Gift wrap", delay_hours=0)
    guest = await store.guest()
    order = await cart(guest)
    item = await put(guest, order, sku_code=EBOOK)
    chosen = await choose(guest, item.id, engraving)
    chosen = await guest.update("line_item_options", chosen.id, sku_option=wrap)
    assert of(chosen, "name", "unit_amount_cents", "delay_days") == ("Gift wrap", 200, 0)
    assert await amounts(guest, order) == (3100, 3100, 1, 1)
    async with refused(status=401):
        await guest.update("line_item_options", chosen.id, {"unit_amount_cents": 1})
    await store.back_office.update("line_item_options", chosen.id, {"unit_amount_cents": 1})
    assert await amounts(guest, order) == (2901, 2901, 1, 1)


async def test_options_go_with_their_position_and_with_the_order(store: Store) -> None:
    engraving, guest, office = await an_option(store), await store.guest(), store.back_office
    order = await cart(guest)
    first, second = await put(guest, order, sku_code=EBOOK), await put(guest, order, sku_code=ALBUM)
    for item in (first, first, second):
        await choose(guest, item.id, engraving)
    assert await amounts(guest, order) == (5650, 5650, 2, 3)
    await guest.delete("line_items", first.id)
    assert await amounts(guest, order) == (1750, 1750, 1, 1)
    await office.delete("orders", order)
    assert (await office.get("line_item_options")).data == []


@pytest.mark.parametrize(
    ("offer", "values", "pointer"),
    [
        ({"sku_code_regex": "^MUG"}, {}, "relationships/sku_option"),
        ({}, {"quantity": 0}, "attributes/quantity"),
        ({}, {"quantity": None}, "attributes/quantity"),
        ({}, {"options": None}, "attributes/options"),
    ],
)
async def test_an_option_that_cannot_be_had_is_refused(
    store: Store, offer: dict[str, Any], values: dict[str, Any], pointer: str
) -> None:
    option, guest = await an_option(store, **offer), await store.guest()
    order = await cart(guest)
    item = await put(guest, order, sku_code=EBOOK)
    async with refused(pointers=[f"/data/{pointer}"]):
        await choose(guest, item.id, option, **values)
    assert await amounts(guest, order) == (2900, 2900, 1, 0)


async def test_options_are_chosen_by_whose_order_it_is_and_until_it_is_placed(store: Store) -> None:
    engraving, ada, grace = await an_option(store), await store.customer(), await store.customer("second_customer")
    order = await cart(ada)
    item = await put(ada, order, sku_code=EBOOK)
    async with refused(pointers=["/data/relationships/line_item"]):
        await choose(grace, item.id, engraving)
    chosen = await choose(ada, item.id, engraving)
    assert [o["id"] for o in (await ada.get("line_item_options")).data] == [chosen.id]
    assert (await grace.get("line_item_options")).data == []
    async with refused(status=401):
        await grace.get(f"line_item_options/{chosen.id}")
    done = await placed(store, ada)
    bought = (await ada.get(f"orders/{done.id}/line_items")).data[0]["id"]
    async with refused(status=401):
        await choose(ada, bought, engraving)
    async with refused(error="not_editable"):
        await choose(store.back_office, bought, engraving)


async def test_a_bundle_and_its_options_are_paid_to_the_cent(store: Store) -> None:
    await a_bundle(store, {EBOOK: 1, ALBUM: 2}, cents=4567)
    wrap, ada = await an_option(store, 333), await store.customer()
    order = await store.order(ada)
    item = await put(ada, order.id, 3, bundle_code="BOX")
    await choose(ada, item.id, wrap, 2)
    shown = await ada.get(f"orders/{order.id}", include="line_items")
    assert shown["total_amount_cents"] == 2900 + 3 * 4567 + 2 * 333
    assert shown["total_amount_cents"] == sum(
        i["attributes"]["total_amount_cents"] for i in shown.included("line_items")
    )
    source = await ada.create("stripe_payments", {}, order=("orders", order.id))
    await store.confirm_in_browser(source)
    done = await ada.update("orders", order.id, {"_place": True})
    assert of(done, "status", "payment_status", "skus_count") == ("placed", "authorized", 10)
    (entry,) = await store.ledger()
    assert entry["amount"] == shown["total_amount_cents"]


async def test_goods_in_a_bundle_are_goods_that_are_shipped(store: Store) -> None:
    await a_bundle(store, {SHIRT: 1, MUG: 1})
    guest = await store.guest()
    order = await cart(guest, customer_email="box@example.com")
    await put(guest, order, bundle_code="BOX")
    async with refused() as problems:
        await guest.update("orders", order, {"_place": True})
    assert "/data/relationships/shipping_address" in problems[0].pointers
