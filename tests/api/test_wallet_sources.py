"""The payment source of one order: nobody moves it to another, and a change of the order finds its way to the PSP."""

from __future__ import annotations

import pytest
from tests.api.steps import SAVE, kept, paid, placed, refused, reuse, save, wallet
from tests.store import Store

from billfold.client import ApiError


async def test_a_source_cannot_be_moved_to_another_order(store: Store) -> None:
    guest = await store.guest()
    first, second = await store.order(guest), await store.order(guest)
    source = await guest.create("stripe_payments", {}, order=("orders", first.id))
    with pytest.raises(ApiError) as refusal:
        await guest.update("stripe_payments", source.id, order=("orders", second.id))
    assert (refusal.value.status, refusal.value.pointers) == (422, ["/data/relationships/order"])
    await guest.update("stripe_payments", source.id, order=("orders", first.id))
    shown = await guest.get(f"stripe_payments/{source.id}", include="order")
    assert shown.related("order")["id"] == first.id


async def test_a_chosen_card_pays_what_the_order_costs_by_now(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada)
    order = await store.order(ada)
    _, source = await reuse(ada, order.id, entry["id"])
    item = {"sku_code": store.made["skus"][1], "quantity": 1}
    await ada.create("line_items", item, order=("orders", order.id))
    with pytest.raises(ApiError) as refusal:
        await ada.update("orders", order.id, {"_place": True})
    assert refusal.value.error == "mismatched_amounts"
    await ada.update("stripe_payments", source["id"], {"_update": True})
    answer = await placed(ada, order.id)
    assert (await store.ledger())[-1]["amount"] == answer["total_amount_with_taxes_cents"]


async def test_the_source_an_entry_was_saved_from_stays_when_the_order_is_paid_otherwise(store: Store) -> None:
    ada = await store.customer()
    order = await paid(store, ada, place=False)
    (entry,) = await save(ada, order.id)
    source = (await ada.get(f"orders/{order.id}", include="payment_source")).related("payment_source")
    with pytest.raises(ApiError) as refusal:
        await ada.delete("stripe_payments", source["id"])
    assert refusal.value.status == 423
    await ada.update("orders", order.id, {"_nullify_payment_source": True})
    await store.worker().once()  # cancels the intent
    shown = await ada.get(f"customer_payment_sources/{entry['id']}", include="payment_source")
    assert (shown.data["attributes"], shown.related("payment_source")) == (entry["attributes"], source)
    await reuse(ada, order.id, entry["id"])
    await placed(ada, order.id)


async def test_an_imported_entry_gets_a_source_once_an_order_paid_with_it_is_saved(store: Store) -> None:
    """Storefronts hide entries without a source, which is what an import leaves."""
    ada = await store.customer()
    entry = await kept(store, ada)
    await store.tools.db.execute("UPDATE customer_payment_sources SET payment_source_id = NULL")
    order = await store.order(ada)
    _, source = await reuse(ada, order.id, entry["id"])
    await placed(ada, order.id)
    await save(ada, order.id)
    shown = await ada.get(f"customer_payment_sources/{entry['id']}", include="payment_source")
    assert shown.related("payment_source")["id"] == source["id"]


async def test_a_card_that_only_the_options_name_cannot_be_somebody_elses(store: Store) -> None:
    ada, grace = await store.customer(), await store.customer("second_customer")
    hers = (await kept(store, grace))["attributes"]["payment_source_token"]
    order = await store.order(ada)
    with pytest.raises(ApiError) as refusal:
        await ada.create("stripe_payments", {"options": {"payment_method": hers}}, order=("orders", order.id))
    assert refusal.value.status == 422
    source = await ada.create("stripe_payments", {}, order=("orders", order.id))
    await ada.update("stripe_payments", source.id, {"options": {"payment_method": hers}})
    assert (await refused(ada, order.id, SAVE)).error == "not_authorized"
    with pytest.raises(ApiError) as refusal:
        await ada.update("orders", order.id, {"_place": True})
    assert refusal.value.status == 422
    assert await wallet(store) == []
    assert [e["kind"] for e in await store.ledger()] == ["authorization"]  # hers, which made the entry
