"""Order validation by a service of the merchant's: what it is told, what its answers mean, and what placing makes of
them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from tests.api.merchant import YES, Merchant, asks, merchant, no
from tests.api.shipping import in_stock, ready
from tests.api.shop import money, moved, of, ready_to_place, refused
from tests.api.till import cart, gift_card
from tests.articles import EBOOK, SHIRT
from tests.store import Contents, Store, open_store

URL = "external_order_validation_url"
COUNTS = ("validations_count", "circuit_failure_count", "circuit_state")
TRIGGER = ["/data/attributes/_validate"]
NONSENSE: tuple[Mapping[str, Any] | bytes, ...] = (
    b"",
    b"<html>It works!</html>",
    b"[true]",
    b"\xff\xfe",
    {},
    {"success": None},
    {"success": "perhaps"},
    {"valid": True},
)


@pytest.fixture
async def service(store: Store) -> AsyncIterator[Merchant]:
    async with merchant() as services:
        await asks(store, services, external_order_validation_url="/validate")
        yield services


# --- what the service is told, and what it may say ------------------------------------------------------------------


async def test_the_service_gets_the_order_with_all_around_it_signed_with_the_secret_of_the_market(
    store: Store, service: Merchant
) -> None:
    guest = await store.guest()
    id = await ready(store, guest)
    answered = await guest.update("orders", id, {"_validate": True})
    assert of(answered, *COUNTS) == (1, 0, "closed")
    (told,) = service.asked
    assert service.forged == 0
    assert (told["data"]["type"], told["data"]["id"]) == ("orders", id)
    assert told["data"]["attributes"]["total_amount_cents"] == answered["total_amount_cents"]
    assert told["data"]["meta"]["mode"] == "test"
    along = {r["type"] for r in told["included"]}
    assert along >= {"addresses", "line_items", "skus", "markets", "customers", "shipments", "shipping_methods"}
    assert {r["attributes"]["sku_code"] for r in service.included("line_items")} >= {SHIRT}
    assert "secret" not in str(told)


async def test_what_the_market_wants_beside_it_goes_along(store: Store, service: Merchant) -> None:
    guest = await store.guest()
    order = await store.order(guest)
    wanted = ["order.payment_method", "line_items.item.prices", "no_such_thing", "line_items.order." * 9 + "market", 7]
    await asks(store, service, external_includes=wanted)
    await guest.update("orders", order.id, {"_validate": True})
    assert [r["id"] for r in service.included("payment_methods")] == [store.method("stripe_payments")[1]]
    assert service.included("prices")


async def test_the_service_judges_the_order_as_the_request_leaves_it(store: Store, service: Merchant) -> None:
    guest = await store.guest()
    order = await store.order(guest)
    await guest.update("orders", order.id, {"customer_email": "new@example.com", "_validate": True})
    assert service.asked[-1]["data"]["attributes"]["customer_email"] == "new@example.com"
    assert service.included("customers")[0]["attributes"]["email"] == "new@example.com"


async def test_an_objection_is_told_with_the_services_own_words_and_counted(store: Store, service: Merchant) -> None:
    guest = await store.guest()
    order = await store.order(guest)
    service.answer = no("TOO_MANY", "At most one of these per household")
    async with refused(error="TOO_MANY", pointers=TRIGGER) as caught:
        await guest.update("orders", order.id, {"customer_email": "new@example.com", "_validate": True})
    (problem,) = caught[0].errors
    assert problem["code"] == "VALIDATION_ERROR"
    assert problem["title"] == "At most one of these per household"
    after = await guest.get(f"orders/{order.id}")
    assert of(after, *COUNTS, "customer_email") == (1, 0, "closed", None)


async def test_objections_to_single_members_point_at_them(store: Store, service: Merchant) -> None:
    guest = await store.guest()
    order = await store.order(guest)
    service.answer = {
        "success": "false",
        "data": {"customer_email": ["is known to us", "is not yours"], "shipping_address": "is a post box"},
    }
    pointers = [f"/data/{p}" for p in ("attributes/customer_email",) * 2 + ("relationships/shipping_address",)]
    async with refused(error="invalid", pointers=pointers):
        await guest.update("orders", order.id, {"_validate": True})


async def test_a_service_that_refuses_without_a_word_refuses(store: Store, service: Merchant) -> None:
    guest = await store.guest()
    order = await store.order(guest)
    service.answer = {"success": False}
    async with refused(error="invalid", pointers=TRIGGER):
        await guest.update("orders", order.id, {"_validate": True})


async def test_a_market_without_a_service_has_nobody_to_ask(store: Store) -> None:
    guest = await store.guest()
    order = await store.order(guest)
    async with refused(error="not_configured", pointers=["/data/relationships/market"]):
        await guest.update("orders", order.id, {"_validate": True})


async def test_trouble_with_the_service_is_no_objection_and_is_counted(store: Store, service: Merchant) -> None:
    guest = await store.guest()
    order = await store.order(guest)
    service.status = 500
    await guest.update("orders", order.id, {"_validate": True})
    service.status = 200
    for service.answer in NONSENSE:
        await guest.update("orders", order.id, {"_validate": True})
    failures = 1 + len(NONSENSE)
    assert of(await guest.get(f"orders/{order.id}"), *COUNTS) == (failures, failures, "closed")
    service.answer = YES
    assert of(await guest.update("orders", order.id, {"_validate": True}), *COUNTS) == (failures + 1, 0, "closed")


async def test_a_secret_that_was_replaced_signs_from_then_on(store: Store, service: Merchant) -> None:
    guest = await store.guest()
    order = await store.order(guest)
    await store.back_office.update("markets", store.made["market"]["id"], {"_regenerate_shared_secret": True})
    async with refused(pointers=TRIGGER):  # the service believes nobody who signs with another secret
        await guest.update("orders", order.id, {"_validate": True})
    assert (service.forged, service.asked) == (1, [])
    await asks(store, service)
    await guest.update("orders", order.id, {"_validate": True})
    assert (service.forged, len(service.asked)) == (1, 1)


# --- the circuit ----------------------------------------------------------------------------------------------------


async def test_after_thirty_failures_in_a_row_and_one_more_the_service_is_left_alone_until_somebody_resets_it(
    store: Store, service: Merchant
) -> None:
    guest = await store.guest()
    order = await store.order(guest)
    service.status = 503
    for _ in range(30):
        await guest.update("orders", order.id, {"_validate": True})
    assert of(await guest.get(f"orders/{order.id}"), *COUNTS) == (30, 30, "closed")
    assert of(await guest.update("orders", order.id, {"_validate": True}), *COUNTS) == (31, 31, "open")
    service.status = 200
    assert of(await guest.update("orders", order.id, {"_validate": True}), *COUNTS) == (32, 31, "open")
    assert len(service.asked) == 31
    async with refused(pointers=["/data/attributes/_reset_circuit"], status=401):
        await guest.update("orders", order.id, {"_reset_circuit": True})
    reset = await store.back_office.update("orders", order.id, {"_reset_circuit": True})
    assert of(reset, *COUNTS) == (32, 0, "closed")
    assert of(await guest.update("orders", order.id, {"_validate": True}), *COUNTS) == (33, 0, "closed")
    assert len(service.asked) == 32


# --- placing --------------------------------------------------------------------------------------------------------


async def test_an_order_that_the_service_agrees_to_is_placed_and_charged_once(store: Store, service: Merchant) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    placed = await ada.update("orders", order.id, {"_place": True})
    assert of(placed, "status", "payment_status", "validations_count") == ("placed", "authorized", 1)
    assert await moved(store) == [("authorization", 2900)]
    await ada.update("orders", order.id, {"_place": True})
    assert len(service.asked) == 1


async def test_an_order_that_lacks_something_is_refused_before_the_service_is_asked(
    store: Store, service: Merchant
) -> None:
    guest = await store.guest()
    order = await store.order(guest)
    async with refused():
        await guest.update("orders", order.id, {"_place": True})
    assert service.asked == []


async def test_an_order_that_the_service_objects_to_stays_pending_and_takes_no_stock_and_no_money(
    store: Store, service: Merchant
) -> None:
    ada = await store.customer()
    before = await in_stock(store, SHIRT)
    id = await ready(store, ada, way="stripe_payments")
    service.answer = no()
    for count in (1, 2):
        async with refused(error="BLOCKED", pointers=["/data/attributes/_place"]):
            await ada.update("orders", id, {"_place": True})
        assert of(await ada.get(f"orders/{id}"), "status", "payment_status", "validations_count") == (
            "pending",
            "unpaid",
            count,
        )
    assert await in_stock(store, SHIRT) == before
    assert await money(store, id) == []
    service.answer = YES
    assert (await ada.update("orders", id, {"_place": True}))["status"] == "placed"
    assert await in_stock(store, SHIRT) == before - 1


async def test_a_gift_card_keeps_its_balance_when_the_service_objects(store: Store, service: Merchant) -> None:
    card, guest = await gift_card(store), await store.guest()
    order = await cart(guest, EBOOK)
    await guest.update("orders", order.id, {"customer_email": "g@example.com", "gift_card_code": card["code"]})
    service.answer = no()
    async with refused(error="BLOCKED"):
        await guest.update("orders", order.id, {"_place": True})
    assert of(await store.back_office.get(f"gift_cards/{card.id}"), "balance_cents", "usage_log") == (5000, {})


async def test_a_service_that_fails_keeps_the_order_from_being_placed_and_loses_nothing(
    store: Store, service: Merchant
) -> None:
    ada = await store.customer()
    before = await in_stock(store, SHIRT)
    id = await ready(store, ada, way="stripe_payments")
    service.status = 500
    for _ in range(2):
        async with refused(error="external_service_failed", pointers=["/data/attributes/_place"]):
            await ada.update("orders", id, {"_place": True})
    assert of(await ada.get(f"orders/{id}"), "status", *COUNTS) == ("pending", 2, 2, "closed")
    assert await in_stock(store, SHIRT) == before
    assert await money(store, id) == []
    service.status = 200
    assert of(await ada.update("orders", id, {"_place": True}), "status", *COUNTS) == ("placed", 3, 0, "closed")
    assert [kind for kind, _, succeeded in await money(store, id) if succeeded] == ["authorizations"]
    assert len(await moved(store)) == 1


async def test_a_service_that_gives_no_answer_is_waited_for_no_longer_than_is_set(
    filled_database: tuple[str, Contents],
) -> None:
    async with open_store(*filled_database, external_timeout=1) as store, merchant() as service:
        await asks(store, service, external_order_validation_url="/validate")
        ada = await store.customer()
        id = await ready(store, ada)
        service.hold = asyncio.Event()
        async with refused(error="external_service_failed", pointers=["/data/attributes/_place"]) as caught:
            await ada.update("orders", id, {"_place": True})
        assert "did not answer within 1 seconds" in caught[0].errors[0]["title"]
        answered = await ada.update("orders", id, {"_validate": True})
        assert of(answered, "status", *COUNTS) == ("pending", 2, 2, "closed")


async def test_a_service_that_cannot_be_reached_is_named_and_its_url_is_not(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    for url in ("http://127.0.0.1:1/?token=confidential", "confidential"):  # set before it had to be a URL
        await store.tools.db.execute(f"UPDATE markets SET {URL} = $1", url)
        async with refused(error="external_service_failed") as caught:
            await ada.update("orders", order.id, {"_place": True})
        assert "confidential" not in str(caught[0].errors)


async def test_no_database_connection_waits_for_the_service(filled_database: tuple[str, Contents]) -> None:
    async with open_store(*filled_database, pool_size=1) as store, merchant() as service:
        await asks(store, service, external_order_validation_url="/validate")
        ada = await store.customer()
        order = await ready_to_place(store, ada)
        service.hold = asyncio.Event()
        placing = asyncio.create_task(ada.update("orders", order.id, {"_place": True}))
        await service.came.wait()
        assert (await ada.get(f"orders/{order.id}"))["status"] == "pending"  # with the only connection there is
        service.hold.set()
        assert (await placing)["status"] == "placed"


async def test_an_order_that_changes_while_the_service_thinks_is_judged_anew(store: Store, service: Merchant) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    service.hold = asyncio.Event()
    placing = asyncio.create_task(ada.update("orders", order.id, {"_place": True}))
    await service.came.wait()
    await store.back_office.update("orders", order.id, {"reference": "seen meanwhile"})
    service.hold.set()
    assert of(await placing, "status", "reference", "validations_count") == ("placed", "seen meanwhile", 1)
    assert [told["data"]["attributes"]["reference"] for told in service.asked] == [None, "seen meanwhile"]
    assert await moved(store) == [("authorization", 2900)]


# --- placing later --------------------------------------------------------------------------------------------------


async def test_an_order_placed_later_is_validated_by_the_worker(store: Store, service: Merchant) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    await ada.update("orders", order.id, {"place_async": True, "_place": True})
    assert service.asked == []
    await store.worker().once()
    assert of(await ada.get(f"orders/{order.id}"), "status", "validations_count") == ("placed", 1)


@pytest.mark.parametrize(("status", "answer", "code"), [(200, no(), "BLOCKED"), (500, YES, "external_service_failed")])
async def test_what_the_service_says_to_an_order_placed_later_stands_on_it(
    store: Store, service: Merchant, status: int, answer: Mapping[str, Any], code: str
) -> None:
    ada = await store.customer()
    before = await in_stock(store, SHIRT)
    id = await ready(store, ada, way="stripe_payments")
    service.status, service.answer = status, answer
    await ada.update("orders", id, {"place_async": True, "_place": True})
    await store.worker().once()
    seen = await store.back_office.get(f"orders/{id}", include="resource_errors")
    assert of(seen, "status", "errors_count", "validations_count") == ("placing", 1, 1)
    (problem,) = seen.included("resource_errors")
    assert problem["attributes"]["code"] == code
    assert await in_stock(store, SHIRT) == before
    assert await money(store, id) == []
    service.status, service.answer = 200, YES
    await store.back_office.update("orders", id, {"_pending": True})
    await ada.update("orders", id, {"_place": True})
    await store.worker().once()
    assert (await ada.get(f"orders/{id}"))["status"] == "placed"
