"""Money that comes when nobody waits for it any more is given back: nobody pays twice, or for nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.api.shop import moved, of
from tests.api.steps import placed
from tests.store import Store, open_store

from billfold.client import Answer


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    """The sandbox's reports come to this one."""
    async with open_store(database, reports=True) as opened:
        yield opened


async def prepared(store: Store) -> tuple[Answer, Answer]:
    """An order whose customer has the payment page open."""
    ada = await store.customer()
    order = await store.order(ada)
    return order, await ada.create("stripe_payments", {}, order=("orders", order.id))


async def until(store: Store, kind: str) -> None:
    """The worker goes on until the PSP has done that."""
    worker = store.worker()
    async with asyncio.timeout(20):
        while kind not in [k for k, _ in await moved(store)]:
            await worker.once()


async def paid_otherwise(store: Store) -> tuple[Answer, Answer]:
    """An order that was placed with a bank transfer while the window for its card is still open, which nobody gets to
    close."""
    method = store.made["payment_methods"]["stripe_payments"]
    await store.back_office.update("payment_methods", method, {"auto_capture": True})
    order, source = await prepared(store)
    await store.fault("refuse", psp="stripe", method="POST", path="/cancel$", times=None)
    ada = await store.customer()
    await ada.update("orders", order.id, payment_method=store.method("wire_transfers"))
    await ada.create("wire_transfers", {}, order=("orders", order.id))
    await placed(ada, order.id)
    return order, source


async def test_money_that_was_taken_for_an_order_that_was_then_paid_otherwise_is_refunded(store: Store) -> None:
    order, source = await paid_otherwise(store)
    await store.confirm_in_browser(source)  # in the window that was still open
    await until(store, "refund")
    assert await moved(store) == [("authorization", 2900), ("capture", 2900), ("refund", 2900)]
    shown = await (await store.office()).get(f"orders/{order.id}")
    assert of(shown, "status", "payment_status") == ("placed", "authorized")
    done = await store.back_office.update("orders", order.id, {"_capture": True})
    assert of(done, "status", "payment_status") == ("approved", "paid")


async def test_it_is_refunded_although_its_report_was_lost(store: Store) -> None:
    order, source = await paid_otherwise(store)
    await store.fault("deliver_never", event=".", times=None)
    await store.confirm_in_browser(source)
    store.clock.advance(minutes=16)
    await until(store, "refund")
    assert of(await (await store.office()).get(f"orders/{order.id}"), "status", "payment_status") == (
        "placed",
        "authorized",
    )
