"""Prices that the merchant's own service names: when it is asked, what it is told, and what becomes of its answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from tests.api.merchant import Merchant, asks, merchant, no
from tests.api.shop import of, refused
from tests.articles import SHIRT
from tests.store import Contents, Store, open_store

from billfold.client import Answer, Client
from billfold.db import organizations
from billfold.resources import registry

FLAG = "_external_price"
AT = [f"/data/attributes/{FLAG}"]
PRICE = ("unit_amount_cents", "total_amount_cents", FLAG)
CIRCUIT = ("circuit_failure_count", "circuit_state")


def costs(cents: Any, **more: Any) -> Mapping[str, Any]:
    return {"success": True, "data": {"unit_amount_cents": cents, **more}}


NO_PRICES: tuple[Mapping[str, Any] | bytes, ...] = (
    b"4900",
    {"success": True},
    {"success": True, "data": []},
    costs(None),
    costs("4900"),
    costs(49.0),
    costs(True),
    costs(-1),
    costs(10_000_000_001),
    costs(4900, sku_code="ANOTHER"),
    costs(4900, metadata="cheap"),
    costs(4900, metadata={"nul": "\x00"}),
    costs(4900, metadata={"card": "4242424242424242"}),
)


@pytest.fixture
async def service(store: Store) -> AsyncIterator[Merchant]:
    async with merchant() as services:
        services.answer = costs(4900)
        await asks(store, services, external_prices_url="/prices")
        yield services


async def add(client: Client, order: Answer, **attributes: Any) -> Answer:
    return await client.create(
        "line_items", {"sku_code": SHIRT, "quantity": 2, FLAG: True, **attributes}, order=("orders", order.id)
    )


async def ordered(client: Client) -> Answer:
    return await client.create("orders", {"customer_email": "ada@example.com"})


async def test_a_line_item_costs_what_the_service_says(store: Store, service: Merchant) -> None:
    guest = await store.guest()
    order = await ordered(guest)
    service.answer = costs(4900, sku_code=SHIRT, metadata={"tier": "gold"})
    item = await add(guest, order, metadata={"colour": "red"})
    assert of(item, *PRICE, *CIRCUIT) == (4900, 9800, True, 0, "closed")
    assert item["metadata"] == {"colour": "red", "tier": "gold"}
    assert (await guest.get(f"orders/{order.id}"))["subtotal_amount_cents"] == 9800


async def test_the_service_gets_the_line_item_with_all_around_it_signed_with_the_secret_of_the_market(
    store: Store, service: Merchant
) -> None:
    ada = await store.customer()
    await asks(store, service, external_includes=["order.payment_method", "item.shipping_category"])
    order = await store.order(ada)
    item = await add(ada, order, quantity=3)
    (told,) = service.asked
    assert service.forged == 0
    assert (told["data"]["type"], told["data"]["id"]) == ("line_items", item.id)
    shown = told["data"]["attributes"]
    assert (shown["sku_code"], shown["quantity"], shown[FLAG]) == (SHIRT, 3, True)
    assert [r["id"] for r in service.included("orders")] == [order.id]
    assert service.included("customers")[0]["attributes"]["email"] == store.made["customer"]["email"]
    assert [r["attributes"]["code"] for r in service.included("skus")] == [SHIRT]
    assert {r["type"] for r in told["included"]} >= {"markets", "payment_methods", "shipping_categories"}


async def test_another_quantity_is_priced_anew_until_the_price_list_is_wanted_again(
    store: Store, service: Merchant
) -> None:
    guest = await store.guest()
    item = await add(guest, await ordered(guest))
    service.answer = costs(4500)
    assert of(await guest.update("line_items", item.id, {"quantity": 10}), *PRICE) == (4500, 45000, True)
    assert service.asked[-1]["data"]["attributes"]["quantity"] == 10
    await guest.update("line_items", item.id, {"metadata": {"note": "a gift"}})
    await guest.update("line_items", item.id, {FLAG: False})
    assert of(await guest.update("line_items", item.id, {"quantity": 1}), *PRICE) == (4500, 4500, False)
    assert len(service.asked) == 2
    service.answer = costs(4000)
    assert of(await guest.update("line_items", item.id, {FLAG: True}), *PRICE) == (4000, 4000, True)


async def test_a_quantity_that_is_raised_by_adding_the_same_again_is_priced_anew(
    store: Store, service: Merchant
) -> None:
    guest = await store.guest()
    order = await ordered(guest)
    first = await add(guest, order, **{FLAG: False})
    merged = await add(guest, order, _update_quantity=True)
    assert merged.id == first.id
    assert of(merged, *PRICE) == (4900, 4 * 4900, True)
    assert service.asked[-1]["data"]["attributes"]["quantity"] == 4


async def test_present_prices_of_all_are_asked_of_whoever_names_them(store: Store, service: Merchant) -> None:
    guest = await store.guest()
    order = await ordered(guest)
    item = await add(guest, order)
    listed = await guest.create("line_items", {"sku_code": store.made["skus"][1], "quantity": 1}, order=order_of(order))
    service.answer = costs(5000)
    await store.back_office.update("orders", order.id, {"_refresh_prices": True})
    assert (await guest.get(f"line_items/{item.id}"))["unit_amount_cents"] == 5000
    before = listed["unit_amount_cents"]
    assert (await guest.get(f"line_items/{listed.id}"))["unit_amount_cents"] == before
    assert len(service.asked) == 2


def order_of(order: Answer) -> tuple[str, str]:
    return ("orders", order.id)


async def test_a_sku_without_a_listed_price_can_be_sold_at_an_external_one(store: Store, service: Merchant) -> None:
    found = await store.back_office.get("skus", include="shipping_category", **{"filter[q][code_eq]": SHIRT})
    category = found.included("shipping_categories")[0]["id"]
    unlisted = {"code": "UNLISTED", "name": "By appointment"}
    await store.back_office.create("skus", unlisted, shipping_category=("shipping_categories", category))
    guest = await store.guest()
    order = await ordered(guest)
    assert of(await add(guest, order, sku_code="UNLISTED"), *PRICE) == (4900, 9800, True)
    async with refused(error="no_price"):
        await add(guest, order, sku_code="UNLISTED", **{FLAG: False})


async def test_a_service_that_refuses_keeps_the_article_out_in_its_own_words(store: Store, service: Merchant) -> None:
    guest = await store.guest()
    order = await ordered(guest)
    service.answer = no("NOT_FOR_YOU", "is sold to members only")
    async with refused(error="NOT_FOR_YOU", pointers=AT) as caught:
        await add(guest, order)
    assert caught[0].errors[0]["title"] == "is sold to members only"
    assert (await guest.get(f"orders/{order.id}/line_items")).data == []


async def test_a_market_without_a_service_has_nobody_to_ask(store: Store) -> None:
    guest = await store.guest()
    async with refused(error="not_configured", pointers=AT):
        await add(guest, await ordered(guest))


async def test_gift_cards_cost_their_balance_whatever_a_service_says(store: Store, service: Merchant) -> None:
    office = store.back_office
    card = await office.create("gift_cards", {"currency_code": "EUR", "balance_cents": 5000})
    order = await office.create("orders", market=("markets", store.made["market"]["id"]))
    async with refused(error="unsupported", pointers=AT):
        given = {"quantity": 1, FLAG: True}
        await office.create("line_items", given, order=order_of(order), item=("gift_cards", card.id))
    assert service.asked == []


async def test_what_is_no_price_is_an_error_and_changes_nothing(store: Store, service: Merchant) -> None:
    guest = await store.guest()
    order = await ordered(guest)
    item = await add(guest, order)
    for service.answer in NO_PRICES:
        async with refused(error="external_service_failed", pointers=AT):
            await add(guest, order)
        async with refused(error="external_service_failed", pointers=AT):
            await guest.update("line_items", item.id, {"quantity": 5})
    assert [i["id"] for i in (await guest.get(f"orders/{order.id}/line_items")).data] == [item.id]
    now = await guest.get(f"line_items/{item.id}")
    assert of(now, *PRICE, "quantity", *CIRCUIT) == (4900, 9800, True, 2, len(NO_PRICES), "closed")
    assert (await guest.get(f"orders/{order.id}"))["subtotal_amount_cents"] == 9800
    service.answer = costs(4900)
    assert of(await guest.update("line_items", item.id, {"quantity": 5}), *CIRCUIT) == (0, "closed")


async def test_a_service_that_gives_no_answer_is_an_error(filled_database: tuple[str, Contents]) -> None:
    async with open_store(*filled_database, external_timeout=1) as store, merchant() as service:
        await asks(store, service, external_prices_url="/prices")
        guest = await store.guest()
        order = await ordered(guest)
        service.hold = asyncio.Event()
        async with refused(error="external_service_failed", pointers=AT):
            await add(guest, order)
        assert (await guest.get(f"orders/{order.id}/line_items")).data == []


async def test_a_service_that_fails_is_an_error(store: Store, service: Merchant) -> None:
    guest = await store.guest()
    order = await ordered(guest)
    service.status = 502
    async with refused(error="external_service_failed", pointers=AT):
        await add(guest, order)
    service.status = 200
    assert (await add(guest, order))["unit_amount_cents"] == 4900


async def test_an_organization_that_wants_no_errors_sells_at_the_listed_price_when_the_service_fails(
    store: Store, service: Merchant
) -> None:
    await organizations.update(store.tools.db, registry(), "acme", {"external_prices_errors": False})
    guest = await store.guest()
    order = await ordered(guest)
    service.status = 500
    item = await add(guest, order)
    assert of(item, *PRICE, *CIRCUIT) == (2900, 5800, True, 1, "closed")
    service.status = 200
    assert of(await guest.update("line_items", item.id, {"quantity": 3}), *PRICE, *CIRCUIT) == (
        *(4900, 14700, True),
        *(0, "closed"),
    )
    service.answer = no("NOT_FOR_YOU")
    async with refused(error="NOT_FOR_YOU"):  # for it has not failed
        await add(guest, order)


async def test_a_circuit_that_is_open_is_an_error_until_a_back_office_resets_it(
    store: Store, service: Merchant
) -> None:
    guest = await store.guest()
    item = await add(guest, await ordered(guest))
    service.status = 500
    for _ in range(31):
        async with refused(error="external_service_failed"):
            await guest.update("line_items", item.id, {FLAG: True})
    service.status = 200
    async with refused(error="circuit_open", pointers=AT):
        await guest.update("line_items", item.id, {FLAG: True})
    assert len(service.asked) == 1 + 31
    async with refused(status=401, pointers=["/data/attributes/_reset_circuit"]):
        await guest.update("line_items", item.id, {"_reset_circuit": True})
    reset = await store.back_office.update("line_items", item.id, {"_reset_circuit": True})
    assert of(reset, *CIRCUIT) == (0, "closed")
    assert of(await guest.update("line_items", item.id, {FLAG: True}), *PRICE) == (4900, 9800, True)


async def test_a_price_is_named_for_the_order_as_it_then_is(store: Store, service: Merchant) -> None:
    """Two line items at once: the one that came second is priced anew, beside the first."""
    guest = await store.guest()
    order = await ordered(guest)
    await asyncio.gather(*(add(guest, order, sku_code=code) for code in store.made["skus"][:2]))
    assert (await guest.get(f"orders/{order.id}"))["subtotal_amount_cents"] == 4 * 4900
    last = service.asked[-1]["data"]["id"]
    assert [i["id"] for i in service.included("line_items") if i["id"] != last]
