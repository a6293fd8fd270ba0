"""Subscriptions that a placed order starts: how many, of what, paid how, and once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.api.shop import of, refused, topics
from tests.api.steps import SAVE, kept, reuse
from tests.api.subscribed import START, offer, recurring, started, subscribe
from tests.store import Store

from billfold.client import ApiError

ITEMS = "order_subscription_items,order_subscription_items.item,customer,market,source_order,customer_payment_source"


async def test_line_items_that_come_equally_often_share_a_subscription(store: Store) -> None:
    await offer(store, "weekly", "monthly", auto_activate=False)
    ada = await store.customer()
    order = await recurring(store, ada, "monthly", "weekly", "monthly")
    placed = await ada.update("orders", order, {"_place": True, START: True}, include="order_subscriptions")
    assert placed["status"] == "placed"
    assert placed["subscription_created_at"] is not None
    assert len(placed.included("order_subscriptions")) == 2
    first, second = store.made["skus"][0], store.made["skus"][1]
    monthly, weekly = await started(store, order)
    assert (monthly["frequency"], weekly["frequency"]) == ("monthly", "weekly")
    codes = {}
    for subscription in (monthly, weekly):
        assert of(subscription, "status", "occurrencies", "activate_by_source_order") == ("draft", 0, False)
        assert subscription["customer_email"] == store.made["customer"]["email"]
        full = await ada.get(f"order_subscriptions/{subscription.id}", include=ITEMS)
        assert full.related("customer")["id"] == store.made["customer"]["id"]
        assert full.related("market")["id"] == store.made["market"]["id"]
        assert full.related("source_order")["id"] == order
        codes[subscription["frequency"]] = {
            i["attributes"]["sku_code"]: i["attributes"]["quantity"] for i in full.included("order_subscription_items")
        }
        assert len(full.included("skus")) == len(codes[subscription["frequency"]])
    assert codes == {"monthly": {first: 2, store.made["skus"][2]: 2}, "weekly": {second: 2}}
    item = (await store.back_office.get(f"order_subscriptions/{weekly.id}/order_subscription_items")).data[0]
    line = (await store.back_office.get(f"order_subscription_items/{item['id']}/source_line_item")).data["attributes"]
    assert line["sku_code"] == second
    for name in ("unit_amount_cents", "total_amount_cents", "formatted_total_amount"):
        assert item["attributes"][name] == line[name]
    assert await topics(store, weekly.id) == ["order_subscriptions.create"]


async def test_by_line_items_each_has_a_subscription_of_its_own(store: Store) -> None:
    await offer(store, "monthly", strategy="by_line_items")
    ada = await store.customer()
    order = await recurring(store, ada, "monthly", None, "monthly")
    await ada.update("orders", order, {"_place": True, START: True})
    found = await started(store, order)
    assert len(found) == len({s["number"] for s in found}) == 2
    bought = set()
    for subscription in found:
        (item,) = (await ada.get(f"order_subscriptions/{subscription.id}/order_subscription_items")).data
        bought.add(item["attributes"]["sku_code"])
    assert bought == {store.made["skus"][0], store.made["skus"][2]}


async def test_the_order_counts_as_the_first_run(store: Store) -> None:
    await offer(store, "weekly")
    before = store.clock()
    subscription = await subscribe(store, await store.customer(), "weekly", way="wire_transfers")
    starts, following = (datetime.fromisoformat(subscription[n]) for n in ("starts_at", "next_run_at"))
    assert before - timedelta(seconds=1) <= starts <= store.clock()
    assert following - starts == timedelta(weeks=1)
    assert of(subscription, "activate_by_source_order", "last_run_at") == (True, None)


async def test_a_bank_transfer_is_asked_for_again_without_a_wallet(store: Store) -> None:
    await offer(store)
    subscription = await subscribe(store, await store.customer(), way="wire_transfers")
    assert subscription["status"] == "active"
    assert await topics(store, subscription.id) == ["order_subscriptions.create", "order_subscriptions.activate"]


@pytest.mark.parametrize("auto", [True, False])
async def test_what_was_paid_from_the_wallet_is_paid_from_it_again(store: Store, auto: bool) -> None:
    await offer(store, "monthly", auto_activate=auto)
    ada = await store.customer()
    entry = await kept(store, ada)
    order = await recurring(store, ada, "monthly", pay=False)
    await reuse(ada, order, entry["id"])
    await ada.update("orders", order, {"_place": True, START: True})
    (subscription,) = await started(store, order, "customer_payment_source")
    assert subscription.related("customer_payment_source")["id"] == entry["id"]
    assert subscription["status"] == ("active" if auto else "draft")


async def test_a_card_that_is_saved_later_starts_what_waited_for_it(store: Store) -> None:
    await offer(store, "weekly", "monthly")
    ada = await store.customer()
    waiting = await subscribe(store, ada, "weekly", "monthly")
    order = (await store.back_office.get(f"order_subscriptions/{waiting.id}/source_order")).id
    assert [s["status"] for s in await started(store, order)] == ["draft", "draft"]
    await store.back_office.update("order_subscriptions", (await started(store, order))[1].id, {"_cancel": True})
    saved = await ada.update("orders", order, {SAVE: True}, include="order_subscriptions")
    assert sorted(s["attributes"]["status"] for s in saved.included("order_subscriptions")) == ["active", "cancelled"]
    (entry,) = (await ada.get("customer_payment_sources")).data
    weekly, monthly = await started(store, order, "customer_payment_source")
    assert weekly.related("customer_payment_source")["id"] == entry["id"]
    assert monthly.related("customer_payment_source") is None
    await ada.update("orders", order, {SAVE: True})  # once more changes nothing
    assert await topics(store, weekly.id) == ["order_subscriptions.create", "order_subscriptions.activate"]


async def test_placing_starting_and_saving_may_be_one_request(store: Store) -> None:
    await offer(store)
    ada = await store.customer()
    order = await recurring(store, ada, "monthly")
    done = await ada.update("orders", order, {"_place": True, START: True, SAVE: True}, include="order_subscriptions")
    (subscription,) = done.included("order_subscriptions")
    assert (done["status"], subscription["attributes"]["status"]) == ("placed", "active")


async def test_saving_the_card_of_a_renewal_points_its_subscription_at_it(store: Store) -> None:
    await offer(store)
    ada = await store.customer()
    subscription = await subscribe(store, ada)
    renewal = await recurring(store, ada, None)
    await store.tools.db.execute("UPDATE orders SET order_subscription_id = $1 WHERE id = $2", subscription.id, renewal)
    await ada.update("orders", renewal, {"_place": True, SAVE: True})
    (entry,) = (await ada.get("customer_payment_sources")).data
    card = await ada.get(f"order_subscriptions/{subscription.id}/customer_payment_source")
    assert card.id == entry["id"]


async def test_asking_again_starts_nothing_more(store: Store) -> None:
    await offer(store)
    ada = await store.customer()
    order = await recurring(store, ada, "monthly")
    await ada.update("orders", order, {"_place": True})
    assert await started(store, order) == []
    first = await ada.update("orders", order, {START: True}, include="order_subscriptions")
    again = await ada.update("orders", order, {"_place": True, START: True}, include="order_subscriptions")
    assert again["subscription_created_at"] == first["subscription_created_at"] is not None
    assert again.related("order_subscriptions") == first.related("order_subscriptions")


@pytest.mark.parametrize("together", [False, True], ids=["after placing", "with placing"])
async def test_eight_requests_at_once_start_each_subscription_once(store: Store, together: bool) -> None:
    await offer(store, "weekly", "monthly")
    ada = await store.customer()
    order = await recurring(store, ada, "weekly", "monthly")
    if not together:
        await ada.update("orders", order, {"_place": True})
    verbs = {"_place": True, START: True} if together else {START: True}

    async def ask() -> bool:
        try:
            return bool((await ada.update("orders", order, verbs))["subscription_created_at"])
        except ApiError as refusal:
            assert refusal.error == "in_progress"  # another of the eight is paying at this moment
            return False

    assert any(await asyncio.gather(*(ask() for _ in range(8))))
    assert [s["frequency"] for s in await started(store, order)] == ["weekly", "monthly"]


async def test_nothing_recurs_so_nothing_is_started(store: Store) -> None:
    ada = await store.customer()
    order = await recurring(store, ada, None)
    placed = await ada.update("orders", order, {"_place": True, START: True})
    assert of(placed, "status", "subscription_created_at") == ("placed", None)


async def test_what_is_not_placed_starts_nothing(store: Store) -> None:
    await offer(store)
    ada = await store.customer()
    order = await recurring(store, ada, "monthly")
    async with refused(error="invalid_transition", pointers=[f"/data/attributes/{START}"]):
        await ada.update("orders", order, {START: True})
    assert await started(store, order) == []


async def test_what_the_market_has_stopped_offering_starts_nothing(store: Store) -> None:
    await offer(store)
    ada = await store.customer()
    order = await recurring(store, ada, "monthly")
    await ada.update("orders", order, {"_place": True})
    await store.back_office.update("markets", store.made["market"]["id"], subscription_model=None)
    async with refused(error="not_available", pointers=["/data/relationships/line_items"]):
        await ada.update("orders", order, {START: True})


async def test_a_declined_card_starts_nothing(store: Store) -> None:
    await offer(store)
    ada = await store.customer()
    order = await recurring(store, ada, "monthly", pay=False)
    source = await ada.create("stripe_payments", {}, order=("orders", order))
    await store.confirm_in_browser(source, "4000000000000002")
    async with refused():
        await ada.update("orders", order, {"_place": True, START: True})
    assert (await ada.get(f"orders/{order}"))["subscription_created_at"] is None
    assert await started(store, order) == []


async def test_a_worker_that_places_starts_subscriptions_too(store: Store) -> None:
    await offer(store)
    ada = await store.customer()
    order = await recurring(store, ada, "monthly")
    await ada.update("orders", order, {"place_async": True})
    answer = await ada.update("orders", order, {"_place": True, START: True})
    assert of(answer, "status", "subscription_created_at") == ("placing", None)
    await store.worker().once()
    done = await ada.get(f"orders/{order}")
    assert done["status"] == "placed"
    assert done["subscription_created_at"] is not None
    assert len(await started(store, order)) == 1


@pytest.mark.parametrize("auto_cancel", [True, False])
@pytest.mark.parametrize(
    "verbs", [({"_cancel": True},), ({"_capture": True}, {"_refund": True})], ids=["cancel", "refund"]
)
async def test_subscriptions_end_with_their_order_where_the_model_said_so(
    store: Store, verbs: tuple[dict[str, Any], ...], auto_cancel: bool
) -> None:
    model = await offer(store, auto_cancel=auto_cancel)
    subscription = await subscribe(store, await store.customer())
    # What the model says later is for subscriptions that start later.
    await store.back_office.update("subscription_models", model, {"auto_cancel": not auto_cancel})
    order = (await store.back_office.get(f"order_subscriptions/{subscription.id}/source_order")).id
    for verb in verbs:
        done = await store.back_office.update("orders", order, verb)
    assert done["status"] == "cancelled"
    (left,) = await started(store, order)
    assert left["status"] == ("cancelled" if auto_cancel else "draft")
    assert ("order_subscriptions.cancel" in await topics(store, left.id)) == auto_cancel
