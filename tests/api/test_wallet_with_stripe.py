"""The main job with Stripe, over HTTP: pay once, save the card, pay again without typing it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.store import Contents, Store, open_store

from billfold.client import Client


@pytest.fixture
async def store(filled_database: tuple[str, Contents]) -> AsyncIterator[Store]:
    async with open_store(*filled_database) as opened:
        yield opened


async def paid_order(store: Store, client: Client) -> str:
    order = await store.order(client)
    source = await client.create("stripe_payments", {}, order=("orders", order.id))
    await store.confirm_in_browser(source)
    placed = await client.update("orders", order.id, {"_place": True})
    assert placed["status"] == "placed"
    return order.id


async def test_a_saved_card_pays_the_next_order_without_a_form(store: Store) -> None:
    ada = await store.customer()
    first = await paid_order(store, ada)
    listed = "available_customer_payment_sources"
    saved = await ada.update("orders", first, {"_save_payment_source_to_customer_wallet": True}, include=listed)
    (entry,) = saved.included("customer_payment_sources")
    assert saved.related(listed) == [{"type": "customer_payment_sources", "id": entry["id"]}]
    assert entry["attributes"]["name"] == "XXXX-XXXX-XXXX-4242"

    second = await store.order(ada)
    reused = await ada.update(
        "orders", second.id, {"_customer_payment_source_id": entry["id"]}, include="payment_source"
    )
    (source,) = reused.included("stripe_payments")
    assert source["attributes"]["payment_instrument"]["card_type"] == "visa"
    placed = await ada.update("orders", second.id, {"_place": True})
    assert (placed["status"], placed["payment_status"]) == ("placed", "authorized")

    captured = await store.back_office.update("orders", second.id, {"_capture": True})
    assert captured["payment_status"] == "paid"
    refunded = await store.back_office.update("orders", second.id, {"_refund": True})
    assert (refunded["status"], refunded["payment_status"]) == ("cancelled", "refunded")
    kinds = [e["kind"] for e in await store.ledger()]
    assert kinds == ["authorization", "authorization", "capture", "refund"]
