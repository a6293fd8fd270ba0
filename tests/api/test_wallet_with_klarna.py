"""The main job with Klarna, over HTTP: pay once, keep the agreement, pay again without Klarna's window."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.store import Store, open_store


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    async with open_store(database) as opened:
        yield opened


async def test_an_agreement_saved_after_placing_pays_the_next_order(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada, "klarna_payments")
    source = await ada.create("klarna_payments", {}, order=("orders", order.id))
    await ada.update("klarna_payments", source.id, {"auth_token": await store.authorize_in_browser(source)})
    placed = await ada.update("orders", order.id, {"_place": True})
    assert (placed["status"], placed["payment_status"]) == ("placed", "authorized")
    listed = "available_customer_payment_sources"
    saved = await ada.update("orders", order.id, {"_save_payment_source_to_customer_wallet": True}, include=listed)
    (entry,) = saved.included("customer_payment_sources")

    second = await store.order(ada, "klarna_payments")
    await ada.update("orders", second.id, {"_customer_payment_source_id": entry["id"]})
    again = await ada.update("orders", second.id, {"_place": True})
    assert (again["status"], again["payment_status"]) == ("placed", "authorized")
    captured = await store.back_office.update("orders", second.id, {"_capture": True})
    assert captured["payment_status"] == "paid"
