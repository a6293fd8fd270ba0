"""Whoever typed a card keeps it: an order that becomes somebody else's parts with it, and nobody else saves it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.api.shop import money, moved, of, pay_for, ready_to_place
from tests.api.shop import refused as refused_to
from tests.api.steps import SAVE, paid, paid_with_klarna, placed, refused, save, wallet
from tests.store import Store, open_store

from billfold.client import Answer

KEPT = ("stripe_payments", "klarna_payments")


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    """The sandbox's reports come to this one."""
    async with open_store(database, reports=True) as opened:
        yield opened


def named(store: Store, which: str) -> list[dict[str, Any]]:
    """The ways in which a back office says whose order it is."""
    made = store.made[which]
    return [{"attributes": {"customer_email": made["email"]}}, {"customer": ("customers", made["id"])}]


async def source_of(store: Store, order: Answer) -> Any:
    return (await store.back_office.get(f"orders/{order.id}", include="payment_source")).related("payment_source")


@pytest.mark.parametrize("how", [0, 1])
@pytest.mark.parametrize("way", KEPT)
async def test_an_order_given_to_another_customer_parts_with_the_card_of_the_first(
    store: Store, way: str, how: int
) -> None:
    ada, grace = await store.customer(), await store.customer("second_customer")
    order = await ready_to_place(store, ada, way)
    await store.back_office.update("orders", order.id, **named(store, "second_customer")[how])
    assert await source_of(store, order) is None
    assert (await refused(grace, order.id, SAVE)).error == "payment_source_missing"
    await pay_for(store, grace, order.id, way)
    (kept,) = await save(grace, order.id)
    await placed(grace, order.id)
    assert [e["id"] for e in await wallet(store, "second_customer")] == [kept["id"]]
    assert await wallet(store) == []


async def test_the_same_customer_named_again_keeps_what_the_order_is_paid_with(store: Store) -> None:
    order = await ready_to_place(store, await store.customer())
    for again in named(store, "customer"):
        await store.back_office.update("orders", order.id, **again)
    assert await source_of(store, order)


async def test_what_was_paid_already_stays_paid_and_is_kept_by_nobody_else(store: Store) -> None:
    method = store.made["payment_methods"]["stripe_payments"]
    await store.back_office.update("payment_methods", method, {"auto_capture": True})
    grace = await store.customer("second_customer")
    order = await ready_to_place(store, await store.customer())
    source = await source_of(store, order)
    await store.back_office.update("stripe_payments", source["id"], {"_refresh": True})
    await store.back_office.update("orders", order.id, {"customer_email": store.made["second_customer"]["email"]})
    assert await source_of(store, order) == source
    assert of(await grace.update("orders", order.id, {"_place": True}), "status", "payment_status") == (
        "placed",
        "paid",
    )
    assert (await refused(grace, order.id, SAVE)).error == "owned_by_another"
    assert await moved(store) == [("authorization", 2900), ("capture", 2900)]


async def test_what_the_first_customer_confirmed_is_let_go_and_never_taken_back(store: Store) -> None:
    ada, grace = await store.customer(), await store.customer("second_customer")
    await store.fault("deliver_late", event="amount_capturable_updated", seconds=3600)
    await store.fault("refuse", method="POST", path="/cancel$", times=4)
    order = await ready_to_place(store, ada)
    await store.back_office.update("orders", order.id, {"customer_email": store.made["second_customer"]["email"]})
    await store.worker().once()  # the intent cannot be cancelled yet, and its report comes before that is tried again
    await store.clear_faults()
    async with store.http.post(f"{store.sandbox}/_sandbox/clock", json={"advance": 3700}) as answer:
        assert answer.status == 200
    worker = store.worker()
    async with asyncio.timeout(20):
        while ("void", 2900) not in await moved(store):
            await worker.once()
    assert await source_of(store, order) is None
    assert await money(store, order.id) == [("authorizations", 2900, True), ("voids", 2900, True)]
    await pay_for(store, grace, order.id)
    assert of(await grace.update("orders", order.id, {"_place": True}), "status", "payment_status") == (
        "placed",
        "authorized",
    )
    assert await moved(store) == [("authorization", 2900), ("void", 2900), ("authorization", 2900)]


async def test_money_that_is_held_with_the_first_customers_card_is_let_go(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    await ada.update("orders", order.id, {"_authorize": True})
    given = await store.back_office.update(
        "orders", order.id, {"customer_email": store.made["second_customer"]["email"]}, include="payment_source"
    )
    assert (given["payment_status"], given.related("payment_source")) == ("unpaid", None)
    assert await money(store, order.id) == [("authorizations", 2900, True), ("voids", 2900, True)]


async def test_a_former_customers_source_is_not_chosen_again(store: Store) -> None:
    ada, grace = await store.customer(), await store.customer("second_customer")
    order = await store.order(ada)
    source = await ada.create("stripe_payments", {}, order=("orders", order.id))
    await store.back_office.update("orders", order.id, {"customer_email": store.made["second_customer"]["email"]})
    await grace.create("stripe_payments", {}, order=("orders", order.id))
    async with refused_to(error="owned_by_another", pointers=["/data/relationships/payment_source"]):
        await grace.update("orders", order.id, payment_source=("stripe_payments", source.id))


@pytest.mark.parametrize("pay", [paid, paid_with_klarna])
async def test_a_card_of_a_placed_order_that_is_somebody_elses_by_now_is_not_theirs_to_save(
    store: Store, pay: Any
) -> None:
    ada, grace = await store.customer(), await store.customer("second_customer")
    order = await pay(store, ada)
    for change in (
        {"_start_editing": True},
        {"customer_email": store.made["second_customer"]["email"]},
        {"_stop_editing": True},
    ):
        await store.back_office.update("orders", order.id, change)
    assert (await refused(grace, order.id, SAVE)).error == "owned_by_another"
    assert await wallet(store) == await wallet(store, "second_customer") == []
    assert (await store.back_office.update("orders", order.id, {"_capture": True}))["payment_status"] == "paid"


@pytest.mark.parametrize("way", KEPT)
async def test_a_guest_who_signs_in_after_paying_pays_anew_and_may_save_that(store: Store, way: str) -> None:
    guest, ada = await store.guest(), await store.customer()
    order = await ready_to_place(store, guest, way)
    taken = await ada.update("orders", order.id, {}, include="payment_source")
    assert (taken["guest"], taken.related("payment_source")) == (False, None)
    await pay_for(store, ada, order.id, way)
    assert len(await save(ada, order.id)) == 1
    await placed(ada, order.id)


async def test_a_guest_who_corrects_their_address_goes_on_paying(store: Store) -> None:
    guest = await store.guest()
    order = await ready_to_place(store, guest)
    for email in ("eve@example.org", "eve@example.com"):
        await guest.update("orders", order.id, {"customer_email": email})
    await placed(guest, order.id)
    assert await moved(store) == [("authorization", 2900)]
