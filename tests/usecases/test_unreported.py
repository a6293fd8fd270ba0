"""A customer pays in the browser and leaves, and the report of it never comes: the worker looks by itself, seldom."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.shop import money, moved, of, pay_for, ready_to_place
from tests.api.steps import paid
from tests.store import Store

from billfold.usecases.payments.unreported import LOOK


async def jobs(store: Store, kind: str = LOOK) -> list[bool]:
    """Of each job of that kind, oldest first, whether it is done."""
    query = "SELECT finished_at FROM jobs WHERE kind = $1 ORDER BY run_at"
    return [row["finished_at"] is not None for row in await store.tools.db.fetch(query, kind)]


async def later(store: Store, **much: float) -> None:
    store.clock.advance(**much)
    worker = store.worker()
    while await worker.once():
        pass


async def instrument(store: Store, order: str) -> Any:
    return (await (await store.office()).get(f"orders/{order}/payment_source"))["payment_instrument"]


async def test_what_an_abandoned_checkout_confirmed_is_recorded_and_its_card_let_go(store: Store) -> None:
    order = await ready_to_place(store, await store.customer())
    await later(store, minutes=14)
    assert await money(store, order.id) == []
    await later(store, minutes=2)
    assert await money(store, order.id) == [("authorizations", 2900, True)]
    assert (await jobs(store), await jobs(store, "let_go")) == ([True], [False])
    shown = await store.back_office.get(f"orders/{order.id}")
    assert of(shown, "status", "payment_status") == ("pending", "authorized")
    card = shown["payment_source_details"]["payment_method_id"]
    assert (await store.at_stripe(f"payment_methods/{card}"))["customer"]
    await later(store, hours=25)
    assert (await store.at_stripe(f"payment_methods/{card}"))["customer"] is None


async def test_what_is_confirmed_after_the_first_look_is_found_by_the_second(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    source = await ada.create("stripe_payments", {}, order=("orders", order.id))
    await later(store, minutes=16)
    assert await jobs(store) == [True, False]
    await store.confirm_in_browser(source)
    await later(store, hours=25)
    held = "SELECT amount_cents FROM transactions WHERE outcome = 'succeeded'"
    assert [row["amount_cents"] for row in await store.tools.db.fetch(held)] == [2900]
    assert await jobs(store) == [True, True]


async def test_a_checkout_that_nobody_came_back_to_is_looked_at_twice_and_left_as_it_was(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    await ada.create("stripe_payments", {}, order=("orders", order.id))
    before = (await ada.get(f"orders/{order.id}"))["updated_at"]
    await later(store, minutes=16)
    assert (await ada.get(f"orders/{order.id}"))["updated_at"] == before
    await later(store, hours=25)
    await later(store, hours=48)
    assert await jobs(store) == [True, True]


@pytest.mark.parametrize("way", ["stripe_payments", "klarna_payments"])
async def test_a_method_that_places_by_itself_places_what_nobody_reported(store: Store, way: str) -> None:
    method = store.made["payment_methods"][way]
    await store.back_office.update("payment_methods", method, {"auto_place": True})
    ada = await store.customer()
    order = await store.order(ada, way)
    source = await ada.create(way, {}, order=("orders", order.id))
    if way == "stripe_payments":
        await store.confirm_in_browser(source)
    else:
        await store.authorize_in_browser(source)
    await later(store, minutes=16)
    assert of(await ada.get(f"orders/{order.id}"), "status", "payment_status") == ("placed", "authorized")
    assert await moved(store) == [("authorization", 2900)]


async def test_money_taken_with_a_source_that_was_turned_away_from_is_not_lost(store: Store) -> None:
    method = store.made["payment_methods"]["stripe_payments"]
    await store.back_office.update("payment_methods", method, {"auto_capture": True})
    ada = await store.customer()
    order = await store.order(ada)
    first = await pay_for(store, ada, order.id)
    await ada.create("stripe_payments", {}, order=("orders", order.id))
    await later(store, minutes=16)
    shown = await ada.get(f"orders/{order.id}", include="payment_source")
    assert (shown["payment_status"], shown.related("payment_source")["id"]) == ("paid", first.id)
    assert await money(store, order.id) == [("authorizations", 2900, True), ("captures", 2900, True)]


async def test_nobody_is_asked_about_an_order_that_is_paid_for_or_gone_or_paid_by_hand(store: Store) -> None:
    ada = await store.customer()
    await paid(store, ada)
    await ready_to_place(store, ada, "wire_transfers")
    gone = await store.order(ada)
    await ada.create("stripe_payments", {}, order=("orders", gone.id))
    await store.back_office.delete("orders", gone.id)
    await later(store)
    await store.fault("refuse", times=None)
    await later(store, minutes=16)
    assert await jobs(store) == [True, True]


async def test_a_provider_that_is_down_is_asked_again_and_one_that_knows_nothing_of_it_is_not(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    await store.fault("refuse", times=None)
    await later(store, minutes=16)
    assert await jobs(store) == [False]
    await store.clear_faults()
    await later(store, minutes=1)
    assert await money(store, order.id) == [("authorizations", 2900, True)]
    await ready_to_place(store, ada)
    body = {"error": {"type": "invalid_request_error", "code": "resource_missing", "message": "No such intent."}}
    await store.fault("status", status=404, body=body, times=None)
    await later(store, minutes=16)
    assert await jobs(store) == [True, True]
