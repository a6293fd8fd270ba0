"""What merchants tell payment providers about single orders."""

from __future__ import annotations

from typing import Any

from tests.api.shop import placed, refused
from tests.store import Store

from billfold.client import Answer


async def option(store: Store, order: str, data: dict[str, Any], kind: str = "stripe_payments") -> Answer:
    attributes = {"payment_source_type": kind, "data": data}
    return await store.back_office.create("payment_options", attributes, order=("orders", order))


async def test_what_the_merchant_adds_reaches_the_provider_and_never_changes_the_amount(store: Store) -> None:
    guest = await store.guest()
    order = await store.order(guest)
    added = {"statement_descriptor_suffix": "SUMMER", "metadata": {"campaign": "7"}, "amount": 1, "confirm": True}
    made = await option(store, order.id, added)
    assert made["name"] == "Stripe payment"
    sent = {"options": {"statement_descriptor_suffix": "BROWSER"}}
    source = await guest.create("stripe_payments", sent, order=("orders", order.id))
    intent = await store.at_stripe(f"payment_intents/{source['stripe_id']}")
    assert intent["statement_descriptor_suffix"] == "SUMMER"
    assert intent["metadata"] == {"campaign": "7", "order_id": order.id, "number": order["number"]}
    assert intent["amount"] == order["total_amount_with_taxes_cents"] > 1
    assert intent["status"] == "requires_payment_method"


async def test_there_is_one_for_each_order_and_kind_of_source_while_the_order_is_open(store: Store) -> None:
    guest = await store.guest()
    order = await guest.create("orders", {})
    await option(store, order.id, {"statement_descriptor_suffix": "ONE"})
    await option(store, order.id, {"merchant_data": "TWO"}, "klarna_payments")
    async with refused(error="taken", pointers=["/data/attributes/payment_source_type"]):
        await option(store, order.id, {"statement_descriptor_suffix": "THREE"})
    done = await placed(store, await store.customer(), "wire_transfers")
    async with refused(error="not_editable"):
        await option(store, done.id, {"statement_descriptor_suffix": "LATE"})
    async with refused(status=401):
        await guest.get("payment_options")
