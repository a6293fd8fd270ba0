"""Shipping costs that a service of the merchant's names: asked when the method is chosen, for that shipment alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from tests.api.merchant import Merchant, merchant, no, secret_of
from tests.api.shipping import BERLIN, NEW_YORK, address, order_of, shipments
from tests.api.shop import of, pay_for, refused
from tests.articles import MUG, SHIRT
from tests.store import Contents, Store, open_store

from billfold.client import Answer, Client

AT = ["/data/relationships/shipping_method"]
CIRCUIT = ("circuit_failure_count", "circuit_state")
FALLBACK = 1500
Course = tuple[int, Mapping[str, Any] | bytes]  # status and body of an answer


def costs(cents: Any) -> Mapping[str, Any]:
    return {"success": True, "data": {"price_amount_cents": cents}}


@pytest.fixture
async def service(store: Store) -> AsyncIterator[Merchant]:
    async with merchant() as services:
        services.answer = costs(700)
        yield services


@pytest.fixture
async def courier(store: Store, service: Merchant) -> Answer:
    return await courier_of(store, service)


async def courier_of(store: Store, service: Merchant) -> Answer:
    """A method whose price the service names; 15 EUR while it cannot."""
    given = {
        "name": "Courier",
        "scheme": "external",
        "price_amount_cents": FALLBACK,
        "external_prices_url": f"{service.url}/shipping",
        "currency_code": "EUR",
        "external_includes": ["stock_line_items", "shipping_address"],
    }
    method = await store.back_office.create("shipping_methods", given)
    service.secret = await secret_of(store, "shipping_methods", method.id)
    return method


async def choose(client: Client, order_id: str, method: Answer) -> Answer:
    (shipment,) = await shipments(client, order_id)
    chosen = ("shipping_methods", method.id)
    return await client.update("shipments", shipment["id"], include="shipping_method", shipping_method=chosen)


async def shipping(client: Client, order_id: str) -> tuple[int, str | None]:
    """What the order's shipping costs, and the method of its one shipment."""
    order = await client.get(f"orders/{order_id}", include="shipments.shipping_method")
    names = [m["attributes"]["name"] for m in order.included("shipping_methods")]
    return order["shipping_amount_cents"], names[0] if names else None


async def test_the_shipment_costs_what_the_service_says_when_the_method_is_chosen(
    store: Store, service: Merchant, courier: Answer
) -> None:
    guest = await store.guest()
    id = await order_of(guest, SHIRT)
    (shipment,) = await shipments(guest, id)
    offered = await guest.get(f"shipments/{shipment['id']}", include="available_shipping_methods")
    prices = {m["id"]: m["attributes"]["price_amount_for_shipment_cents"] for m in offered.included("shipping_methods")}
    assert prices[courier.id] == FALLBACK
    assert service.asked == []
    await choose(guest, id, courier)
    assert await shipping(guest, id) == (700, "Courier")
    chosen = await guest.get(f"shipments/{shipment['id']}", include="available_shipping_methods")
    prices = {m["id"]: m["attributes"]["price_amount_for_shipment_cents"] for m in chosen.included("shipping_methods")}
    assert prices[courier.id] == 700


async def test_the_service_gets_the_shipment_signed_with_the_secret_of_the_method(
    store: Store, service: Merchant, courier: Answer
) -> None:
    guest = await store.guest()
    id = await order_of(guest, SHIRT, quantity=2)
    await choose(guest, id, courier)
    (told,) = service.asked
    assert service.forged == 0
    assert (told["data"]["type"], told["data"]["attributes"]["skus_count"]) == ("shipments", 2)
    assert [r["id"] for r in service.included("orders")] == [id]
    assert [r["id"] for r in service.included("shipping_methods")] == [courier.id]
    assert [r["attributes"]["sku_code"] for r in service.included("stock_line_items")] == [SHIRT]
    assert service.included("addresses")[0]["attributes"]["city"] == BERLIN["city"]


async def test_what_leaves_the_shipment_as_it_is_leaves_its_price(
    store: Store, service: Merchant, courier: Answer
) -> None:
    guest = await store.guest()
    id = await order_of(guest, SHIRT)
    await choose(guest, id, courier)
    service.answer = costs(9900)
    await guest.update("orders", id, payment_method=store.method("wire_transfers"))
    await guest.update("orders", id, {"_refresh": True})
    assert await shipping(guest, id) == (700, "Courier")
    await pay_for(store, guest, id, "wire_transfers")
    assert (await guest.update("orders", id, {"_place": True}))["status"] == "placed"
    assert await shipping(guest, id) == (700, "Courier")
    assert len(service.asked) == 1


@pytest.mark.parametrize("change", ["more", "another", "elsewhere"])
async def test_another_shipment_needs_the_method_chosen_anew(
    store: Store, service: Merchant, courier: Answer, change: str
) -> None:
    guest = await store.guest()
    id = await order_of(guest, SHIRT)
    await choose(guest, id, courier)
    if change == "more":
        (item,) = [i for i in (await guest.get(f"orders/{id}/line_items")).data if i["attributes"]["sku_code"] == SHIRT]
        await guest.update("line_items", item["id"], {"quantity": 20})
    elif change == "another":
        await guest.create("line_items", {"sku_code": MUG, "quantity": 1}, order=("orders", id))
    else:
        await address(guest, id, NEW_YORK)
    assert await shipping(guest, id) == (0, None)
    await guest.update("orders", id, payment_method=store.method("wire_transfers"))
    await pay_for(store, guest, id, "wire_transfers")
    async with refused(error="shipping_method_blank"):
        await guest.update("orders", id, {"_place": True})
    service.answer = costs(2200)
    await choose(guest, id, courier)
    assert await shipping(guest, id) == (2200, "Courier")


async def test_choosing_it_again_asks_again(store: Store, service: Merchant, courier: Answer) -> None:
    guest = await store.guest()
    id = await order_of(guest, SHIRT)
    await choose(guest, id, courier)
    service.answer = costs(0)
    await choose(guest, id, courier)
    assert await shipping(guest, id) == (0, "Courier")


async def test_while_the_service_fails_the_methods_own_price_stands_in(
    store: Store, service: Merchant, courier: Answer
) -> None:
    guest = await store.guest()
    id = await order_of(guest, SHIRT)
    failures: list[Course] = [
        (500, costs(700)),
        (200, b"?"),
        (200, costs("700")),
        (200, costs(-1)),
        (200, {"success": True}),
    ]
    for count, (service.status, service.answer) in enumerate(failures, 1):
        await choose(guest, id, courier)
        assert await shipping(guest, id) == (FALLBACK, "Courier")
        assert of(await store.back_office.get(f"shipping_methods/{courier.id}"), *CIRCUIT) == (count, "closed")
    service.answer = costs(700)
    await choose(guest, id, courier)
    assert await shipping(guest, id) == (700, "Courier")
    assert of(await store.back_office.get(f"shipping_methods/{courier.id}"), *CIRCUIT) == (0, "closed")


async def test_a_service_that_gives_no_answer_has_failed(filled_database: tuple[str, Contents]) -> None:
    async with open_store(*filled_database, external_timeout=1) as store, merchant() as service:
        courier = await courier_of(store, service)
        guest = await store.guest()
        id = await order_of(guest, SHIRT)
        service.hold = asyncio.Event()
        await choose(guest, id, courier)
        assert await shipping(guest, id) == (FALLBACK, "Courier")


async def test_a_service_that_refuses_keeps_the_method_from_being_chosen(
    store: Store, service: Merchant, courier: Answer
) -> None:
    guest = await store.guest()
    id = await order_of(guest, SHIRT)
    service.answer = no("TOO_FAR", "does not go there")
    async with refused(error="TOO_FAR", pointers=AT) as caught:
        await choose(guest, id, courier)
    assert caught[0].errors[0]["title"] == "does not go there"
    assert await shipping(guest, id) == (0, None)


async def test_an_open_circuit_spares_the_service_until_a_back_office_resets_it(
    store: Store, service: Merchant, courier: Answer
) -> None:
    guest = await store.guest()
    id = await order_of(guest, SHIRT)
    service.status = 500
    for _ in range(31):
        await choose(guest, id, courier)
    service.status = 200
    await choose(guest, id, courier)
    assert len(service.asked) == 31
    assert await shipping(guest, id) == (FALLBACK, "Courier")
    method = await store.back_office.get(f"shipping_methods/{courier.id}")
    assert of(method, *CIRCUIT) == (31, "open")
    async with refused(status=401):
        await guest.update("shipping_methods", courier.id, {"_reset_circuit": True})
    reset = await store.back_office.update("shipping_methods", courier.id, {"_reset_circuit": True})
    assert of(reset, *CIRCUIT) == (0, "closed")
    await choose(guest, id, courier)
    assert await shipping(guest, id) == (700, "Courier")


async def test_nobody_starts_with_a_method_whose_price_nobody_asked_for(
    store: Store, service: Merchant, courier: Answer
) -> None:
    default = ("shipping_methods", courier.id)
    await store.back_office.update("markets", store.made["market"]["id"], default_shipping_method=default)
    guest = await store.guest()
    id = await order_of(guest, SHIRT)
    assert await shipping(guest, id) == (0, None)
    assert service.asked == []
