"""What a change answers is what a read right after it would: nothing included is older than the change."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.shop import placed, ready_to_place, transaction
from tests.store import Store

from billfold.client import Answer

LISTED = "available_customer_payment_sources"


def content(answer: Answer) -> tuple[Any, list[Any]]:
    included = answer.document.get("included", [])
    return answer.data, sorted(included, key=lambda r: (r["type"], r["id"]))


async def same(store: Store, type: str, id: str, attributes: dict[str, Any], include: str) -> Answer:
    """The answer to a change of the back office, having compared it with a read."""
    changed = await store.back_office.update(type, id, attributes, include=include)
    assert content(changed) == content(await store.back_office.get(f"{type}/{id}", include=include))
    return changed


@pytest.mark.parametrize("way", ["stripe_payments", "klarna_payments", "wire_transfers"])
@pytest.mark.parametrize("include", ["authorizations,captures,voids,refunds", "transactions"])
async def test_an_order_lists_the_transactions_its_verb_made(store: Store, way: str, include: str) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada, way)
    await same(store, "orders", order.id, {"_place": True}, include)
    await same(store, "orders", order.id, {"_capture": True}, include)
    await same(store, "orders", order.id, {"_refund": True}, include)
    order = await placed(store, ada, way)
    await same(store, "orders", order.id, {"_cancel": True}, include)


async def test_a_transaction_lists_the_transactions_its_verb_made(store: Store) -> None:
    order = await placed(store, await store.customer(), "klarna_payments")
    authorization = await transaction(store, order.id, "authorizations")
    around = "captures,voids,order,order.transactions"
    await same(store, "authorizations", authorization.id, {"_capture_amount_cents": 1000}, around)
    await same(store, "authorizations", authorization.id, {"_void": True}, around)
    capture = await transaction(store, order.id, "captures")
    await same(store, "captures", capture.id, {"_refund_amount_cents": 400}, "refunds,order,order.refunds")


async def test_the_wallet_is_as_full_as_saving_made_it_from_wherever_it_is_looked_at(store: Store) -> None:
    ada = await store.customer()
    order = await placed(store, ada)
    include = f"{LISTED},customer.customer_payment_sources"
    saved = await same(store, "orders", order.id, {"_save_payment_source_to_customer_wallet": True}, include)
    assert len(saved.related(LISTED)) == 1


async def test_a_guests_order_shows_the_wallet_of_the_customer_it_becomes_the_order_of(store: Store) -> None:
    ada = await store.customer()
    first = await placed(store, ada)
    await ada.update("orders", first.id, {"_save_payment_source_to_customer_wallet": True})
    guests = await store.order(await store.guest())
    claimed = await ada.update("orders", guests.id, {}, include=LISTED)
    assert len(claimed.related(LISTED)) == 1


async def test_an_order_lists_the_line_items_that_are_left_beside_the_one_that_was_made(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    item = {"sku_code": store.made["skus"][1], "quantity": 1}
    made = await ada.create("line_items", item, "order.line_items", order=("orders", order.id))
    (shown,) = made.included("orders")
    assert len(shown["relationships"]["line_items"]["data"]) == 2
