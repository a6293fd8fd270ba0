"""What is in an order, and the amounts that follow from it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.shop import of, ready_to_place, refused
from tests.articles import ALBUM, EBOOK
from tests.store import Store

from billfold.client import Client


async def cart(client: Client, **more: Any) -> str:
    return (await client.create("orders", more)).id


async def put(client: Client, order: str, code: str = EBOOK, quantity: int = 1, **more: Any) -> Any:
    return await client.create("line_items", {"sku_code": code, "quantity": quantity, **more}, order=("orders", order))


async def totals(client: Client, order: str) -> tuple[Any, ...]:
    names = ("subtotal", "payment_method", "total", "total_amount_with_taxes")
    answer = await client.get(f"orders/{order}")
    return of(answer, *(f"{n}{'' if n.endswith('taxes') else '_amount'}_cents" for n in names), "skus_count")


async def test_an_article_comes_at_the_price_of_the_market_whatever_a_storefront_says(store: Store) -> None:
    guest = await store.guest()
    order = await cart(guest)
    item = await put(guest, order, quantity=2)
    assert of(item, "unit_amount_cents", "total_amount_cents", "item_type", "name", "currency_code") == (
        2900,
        5800,
        "skus",
        "An e-book",
        "EUR",
    )
    assert await totals(guest, order) == (5800, 0, 5800, 5800, 2)
    async with refused(status=401):
        await put(guest, order, unit_amount_cents=1)
    async with refused(status=401):
        await guest.update("line_items", item.id, {"unit_amount_cents": 1})


async def test_a_back_office_names_its_own_price_even_without_an_article(store: Store) -> None:
    guest = await store.guest()
    order = await cart(guest)
    await put(store.back_office, order, unit_amount_cents=100)
    await store.back_office.create(
        "line_items", {"name": "Engraving", "quantity": 1, "unit_amount_cents": 50}, order=("orders", order)
    )
    assert await totals(guest, order) == (150, 0, 150, 150, 2)


async def test_the_amounts_follow_every_change(store: Store) -> None:
    guest = await store.guest()
    order = await cart(guest)
    ebook, mug = await put(guest, order), await put(guest, order, ALBUM, 3)
    assert await totals(guest, order) == (6650, 0, 6650, 6650, 4)
    await guest.update("line_items", ebook.id, {"quantity": 10})
    assert await totals(guest, order) == (32750, 0, 32750, 32750, 13)
    await guest.delete("line_items", mug.id)
    assert await totals(guest, order) == (29000, 0, 29000, 29000, 10)
    await guest.delete("line_items", ebook.id)
    assert await totals(guest, order) == (0, 0, 0, 0, 0)


async def test_the_same_article_again_makes_a_second_position_or_raises_the_first(store: Store) -> None:
    guest = await store.guest()
    order = await cart(guest)
    first = await put(guest, order)
    raised = await put(guest, order, quantity=2, _update_quantity=True)
    assert (raised.id, raised["quantity"], raised["total_amount_cents"]) == (first.id, 3, 8700)
    another = await put(guest, order)
    assert another.id != first.id
    assert await totals(guest, order) == (11600, 0, 11600, 11600, 4)


async def test_another_article_in_the_same_position_comes_at_its_own_price(store: Store) -> None:
    guest = await store.guest()
    order = await cart(guest)
    mug = await put(guest, order, ALBUM, 2)
    ebook = await guest.update("line_items", mug.id, {"sku_code": EBOOK}, include="item")
    assert of(ebook, "name", "unit_amount_cents", "total_amount_cents") == ("An e-book", 2900, 5800)
    assert ebook.included("skus")[0]["attributes"]["code"] == EBOOK
    assert await totals(guest, order) == (5800, 0, 5800, 5800, 2)


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"sku_code": "NO-SUCH-CODE", "quantity": 1}, "sku_code"),
        ({"quantity": 1}, "sku_code"),
        ({"bundle_code": "NO-SUCH-BUNDLE", "quantity": 1}, "bundle_code"),
        ({"sku_code": EBOOK}, "quantity"),
        ({"sku_code": EBOOK, "quantity": None}, "quantity"),
        ({"sku_code": EBOOK, "quantity": 0}, "quantity"),
        ({"sku_code": EBOOK, "quantity": -1}, "quantity"),
        ({"sku_code": EBOOK, "quantity": 1_000_001}, "quantity"),
        ({"sku_code": EBOOK, "quantity": 10**30}, "quantity"),
        ({"sku_code": EBOOK, "quantity": 1, "unit_amount_cents": -1}, "unit_amount_cents"),
        ({"sku_code": EBOOK, "quantity": 1, "unit_amount_cents": 10**15}, "unit_amount_cents"),
        ({"name": "Nothing", "quantity": 1, "unit_amount_cents": None}, "sku_code"),
    ],
)
async def test_what_cannot_be_bought_is_refused_with_its_pointer(
    store: Store, attributes: dict[str, Any], pointer: str
) -> None:
    order = await cart(await store.guest())
    async with refused(pointers=[f"/data/attributes/{pointer}"]):
        await store.back_office.create("line_items", attributes, order=("orders", order))
    assert await totals(store.back_office, order) == (0, 0, 0, 0, 0)


async def test_an_article_without_a_price_in_the_market_cannot_be_bought(store: Store) -> None:
    category = ("shipping_categories", (await store.back_office.get("shipping_categories")).data[0]["id"])
    await store.back_office.create("skus", {"code": "UNPRICED", "name": "A promise"}, shipping_category=category)
    guest = await store.guest()
    async with refused(error="no_price", pointers=["/data/attributes/sku_code"]):
        await put(guest, await cart(guest), "UNPRICED")


@pytest.mark.parametrize(
    ("attributes", "named", "pointer"),
    [
        ({"sku_code": EBOOK, "item_type": "gift_cards"}, None, "item_type"),
        ({"sku_code": EBOOK, "item_type": "bundles"}, None, "item_type"),
        ({"sku_code": EBOOK, "bundle_code": "NO-SUCH-BUNDLE"}, None, "bundle_code"),
        ({"sku_code": ALBUM}, EBOOK, "sku_code"),
        ({"bundle_code": "NO-SUCH-BUNDLE"}, EBOOK, "bundle_code"),
        ({"item_type": "bundles"}, EBOOK, "item_type"),
    ],
)
async def test_a_line_item_that_is_said_to_be_of_two_things_is_refused(
    store: Store, attributes: dict[str, Any], named: str | None, pointer: str
) -> None:
    guest = await store.guest()
    order = await cart(guest)
    related: dict[str, Any] = {"order": ("orders", order)}
    if named is not None:
        related["item"] = ("skus", (await guest.get("skus", **{"filter[q][code_eq]": named})).data[0]["id"])
    async with refused(error="mismatch", pointers=[f"/data/attributes/{pointer}"]):
        await guest.create("line_items", {"quantity": 1, **attributes}, **related)
    assert await totals(guest, order) == (0, 0, 0, 0, 0)


async def test_a_line_item_may_be_said_twice_to_be_of_the_same_thing(store: Store) -> None:
    guest = await store.guest()
    order = await cart(guest)
    ebook = ("skus", (await guest.get("skus", **{"filter[q][code_eq]": EBOOK})).data[0]["id"])
    twice = {"sku_code": EBOOK, "item_type": "skus", "bundle_code": None, "quantity": 1}
    item = await guest.create("line_items", twice, order=("orders", order), item=ebook)
    assert of(item, "sku_code", "item_type") == (EBOOK, "skus")
    for both, pointer in (
        ({"sku_code": ALBUM, "bundle_code": "ANY"}, "bundle_code"),
        ({"sku_code": EBOOK, "bundle_code": "ANY"}, "bundle_code"),
    ):
        async with refused(pointers=[f"/data/attributes/{pointer}"]):
            await guest.update("line_items", item.id, both)
    assert (await guest.get(f"line_items/{item.id}"))["sku_code"] == EBOOK


async def test_only_articles_are_put_into_orders_by_name(store: Store) -> None:
    guest = await store.guest()
    order = await cart(guest)
    async with refused(pointers=["/data/relationships/item"]):
        await guest.create("line_items", {"quantity": 1}, order=("orders", order), item=store.method("stripe_payments"))


@pytest.mark.parametrize("bad", [{"quantity": None}, {"quantity": 0}, {"unit_amount_cents": None}, {"sku_code": None}])
async def test_a_change_that_makes_no_sense_changes_nothing(store: Store, bad: dict[str, Any]) -> None:
    guest = await store.guest()
    order = await cart(guest)
    item = await put(guest, order)
    async with refused(pointers=[f"/data/attributes/{next(iter(bad))}"]):
        await store.back_office.update("line_items", item.id, bad)
    assert await totals(guest, order) == (2900, 0, 2900, 2900, 1)


async def test_the_payment_methods_fee_is_a_line_item_that_comes_and_goes_with_it(store: Store) -> None:
    ada = await store.customer()
    fee = store.made["payment_methods"]["wire_transfers"]
    await store.back_office.update("payment_methods", fee, {"price_amount_cents": 250})
    order = await store.order(ada, "wire_transfers")
    shown = await ada.get(f"orders/{order.id}", include="line_items.item")
    (item,) = [i for i in shown.included("line_items") if i["attributes"]["item_type"] == "payment_methods"]
    assert (item["attributes"]["total_amount_cents"], item["relationships"]["item"]["data"]["id"]) == (250, fee)
    assert await totals(ada, order.id) == (2900, 250, 3150, 3150, 1)
    async with refused(error="generated"):
        await ada.delete("line_items", item["id"])
    async with refused(status=401):
        await ada.update("line_items", item["id"], {"quantity": 2})

    await ada.update("orders", order.id, payment_method=store.method("stripe_payments"))
    assert await totals(ada, order.id) == (2900, 0, 2900, 2900, 1)
    await ada.update("orders", order.id, payment_method=store.method("wire_transfers"))
    await ada.update("orders", order.id, payment_method=None)
    assert await totals(ada, order.id) == (2900, 0, 2900, 2900, 1)


async def test_amounts_of_a_currency_without_cents_stay_whole(store: Store) -> None:
    back_office = store.back_office
    prices = await back_office.create("price_lists", {"name": "Yen", "currency_code": "JPY"})
    merchant = (await back_office.get("merchants")).data[0]["id"]
    inventory = (await back_office.get("inventory_models")).data[0]["id"]
    market = await back_office.create(
        "markets",
        {"name": "Japan"},
        merchant=("merchants", merchant),
        price_list=("price_lists", prices.id),
        inventory_model=("inventory_models", inventory),
    )
    sku = (await back_office.get("skus", **{"filter[q][code_eq]": EBOOK})).data[0]["id"]
    price = {"amount_cents": 4500}
    await back_office.create("prices", price, sku=("skus", sku), price_list=("price_lists", prices.id))
    method = await back_office.create(
        "payment_methods",
        {"payment_source_type": "stripe_payments", "price_amount_cents": 0},
        market=("markets", market.id),
        payment_gateway=("stripe_gateways", store.made["gateways"]["stripe"]),
    )
    email = {"customer_email": "aiko@example.com"}
    order = await back_office.create("orders", email, market=("markets", market.id))
    await put(back_office, order.id, quantity=2)
    order = await back_office.update("orders", order.id, payment_method=("payment_methods", method.id))
    assert of(order, "currency_code", "total_amount_cents", "formatted_total_amount", "total_amount_float") == (
        "JPY",
        9000,
        "¥9,000",
        9000.0,
    )
    source = await back_office.create("stripe_payments", {}, order=("orders", order.id))
    await store.confirm_in_browser(source)
    placed = await back_office.update("orders", order.id, {"_place": True})
    assert placed["payment_status"] == "authorized"
    (entry,) = await store.ledger()
    assert (entry["amount"], entry["currency"]) == (9000, "jpy")
    async with refused(error="not_available", pointers=["/data/relationships/payment_method"]):
        await back_office.update(
            "orders", (await cart_in(back_office, market.id)), payment_method=store.method("stripe_payments")
        )


async def cart_in(client: Client, market: str) -> str:
    return (await client.create("orders", {}, market=("markets", market))).id


async def test_what_is_in_a_placed_order_stays_as_it_is(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    (item,) = (await ada.get(f"orders/{order.id}", include="line_items")).included("line_items")
    await ada.update("orders", order.id, {"_place": True})
    for call in (
        ada.update("line_items", item["id"], {"quantity": 2}),
        ada.delete("line_items", item["id"]),
        put(ada, order.id),
    ):
        async with refused(status=401):
            await call
    async with refused(error="not_editable"):
        await store.back_office.update("line_items", item["id"], {"quantity": 2})
    noted = await store.back_office.update("line_items", item["id"], {"metadata": {"shelf": 7}})
    assert noted["metadata"] == {"shelf": 7}


async def test_no_pieces_are_counted_as_come_back_so_there_is_nothing_to_reset(store: Store) -> None:
    item = await put(store.back_office, await cart(await store.guest()))
    async with refused(error="unsupported", pointers=["/data/attributes/_reset_restocked_quantity"]) as caught:
        await store.back_office.update("line_items", item.id, {"_reset_restocked_quantity": True})
    assert "has nothing to forget" in caught[0].errors[0]["detail"]
