"""Subscriptions: asked for by hand or converted, led through their life, told when to come and which card to use."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.api.shop import of, placed, refused, topics
from tests.api.steps import kept
from tests.api.subscribed import offer, recurring, started, subscribe
from tests.store import Store

from billfold.client import Answer, ApiError

LATER: dict[str, Any] = {"activate_by_source_order": False, "starts_at": "2031-01-01T00:00:00.000Z"}
CARDLESS: dict[str, Any] = {"error": "blank", "pointers": ["/data/relationships/customer_payment_source"]}


async def subscribed(store: Store, order: str, **more: Any) -> Answer:
    attributes = {"frequency": "monthly", **more}
    return await store.back_office.create("order_subscriptions", attributes, source_order=("orders", order))


async def item(store: Store, subscription: str, **more: Any) -> Answer:
    attributes = {"sku_code": store.made["skus"][0], "quantity": 2, **more}
    return await store.back_office.create(
        "order_subscription_items", attributes, "item,sku", order_subscription=("order_subscriptions", subscription)
    )


async def test_the_account_page_shows_them_with_all_that_belongs_to_them(store: Store) -> None:
    ada = await store.customer()
    card = await kept(store, ada)
    order = (await ada.get("orders")).data[0]["id"]
    subscription = await subscribed(store, order, **LATER)
    assert subscription["customer_email"] == store.made["customer"]["email"]
    assert (subscription["status"], subscription["occurrencies"]) == ("draft", 0)
    assert subscription["next_run_at"] == subscription["starts_at"]
    made = await item(store, subscription.id)
    assert made["unit_amount_cents"] * 2 == made["total_amount_cents"] > 0
    assert made["formatted_total_amount"].startswith("€")
    assert made.related("item") == made.related("sku")
    # The checkout ties the saved card to it, and the account page reads it.
    card_of = ("customer_payment_sources", card["id"])
    await ada.update("order_subscriptions", subscription.id, customer_payment_source=card_of)
    customer = store.made["customer"]["id"]
    listed = await ada.get(f"customers/{customer}/order_subscriptions", sort="-starts_at")
    assert [s["id"] for s in listed.data] == [subscription.id]
    fields = "id,number,status,frequency,starts_at,last_run_at,next_run_at,expires_at"
    include = (
        "order_subscription_items,order_subscription_items.item,customer_payment_source"
        ",customer_payment_source.payment_method,customer_payment_source.payment_source"
    )
    query = {"fields[order_subscriptions]": f"{fields},order_subscription_items,customer_payment_source"}
    page = await ada.get(f"order_subscriptions/{subscription.id}", include=include, **query)
    types = {r["type"] for r in page.document["included"]}
    assert types == {
        "order_subscription_items", "skus", "customer_payment_sources", "payment_methods", "stripe_payments"
    }  # fmt: skip
    runs = {"filter[q][order_subscription_id_eq]": subscription.id, "include": "authorizations"}
    assert (await ada.get(f"customers/{customer}/orders", **runs)).data == []
    beside = await ada.get(f"orders/{order}", include="order_subscriptions,order_subscription")
    assert [s["id"] for s in beside.related("order_subscriptions")] == [subscription.id]
    # A card that goes leaves the subscription without one.
    await ada.delete("customer_payment_sources", card["id"])
    left = await ada.get(f"order_subscriptions/{subscription.id}", include="customer_payment_source")
    assert left.related("customer_payment_source") is None


async def test_a_guest_s_order_cannot_come_again(store: Store) -> None:
    order = await (await store.guest()).create("orders", {"customer_email": "eve@example.com"})
    async with refused(error="guest", pointers=["/data/relationships/source_order"]):
        await subscribed(store, order.id)


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"frequency": "sometimes"}, "frequency"),
        ({"renewal_alert_period": 721}, "renewal_alert_period"),
        ({"activate_by_source_order": False}, "starts_at"),
        ({"starts_at": "2027-01-02T00:00:00Z", "expires_at": "2027-01-01T00:00:00Z"}, "expires_at"),
    ],
)
async def test_what_could_never_run_is_refused(store: Store, attributes: dict[str, Any], pointer: str) -> None:
    order = await (await store.customer()).create("orders", {})
    async with refused(pointers=[f"/data/attributes/{pointer}"]):
        await subscribed(store, order.id, **attributes)


async def test_a_customer_changes_when_and_with_what_but_no_more(store: Store) -> None:
    ada = await store.customer()
    subscription = await subscribed(store, (await placed(store, ada, "wire_transfers")).id)
    for number in (1, 720):
        alert = await store.back_office.update("order_subscriptions", subscription.id, {"renewal_alert_period": number})
        assert alert["renewal_alert_period"] == number
    changed = await ada.update("order_subscriptions", subscription.id, {"frequency": "0 8 * * 1"})
    assert changed["frequency"] == "0 8 * * 1"
    async with refused(status=401):
        await ada.update("order_subscriptions", subscription.id, {"place_target_order": False})
    async with refused(pointers=["/data/attributes/next_run_at"]):
        await ada.update("order_subscriptions", subscription.id, {"next_run_at": "2020-01-01T00:00:00Z"})
    grace = await store.customer("second_customer")
    for client in (grace, await store.guest()):
        async with refused(status=401):
            await client.get(f"order_subscriptions/{subscription.id}")
    card = await kept(store, grace)
    async with refused(error="not_found", pointers=["/data/relationships/customer_payment_source"]):
        source = ("customer_payment_sources", card["id"])
        await store.back_office.update("order_subscriptions", subscription.id, customer_payment_source=source)


async def test_an_order_that_counts_as_the_first_run_must_be_placed(store: Store) -> None:
    ada = await store.customer()
    order = await recurring(store, ada, None, way="wire_transfers")
    async with refused(error="not_placed", pointers=["/data/relationships/source_order"]):
        await subscribed(store, order)
    assert (await subscribed(store, order, **LATER))["status"] == "draft"
    await ada.update("orders", order, {"_place": True})
    subscription = await subscribed(store, order)
    assert subscription["status"] == "active"
    starts, following = (datetime.fromisoformat(subscription[n]) for n in ("starts_at", "next_run_at"))
    assert timedelta(days=28) <= following - starts <= timedelta(days=31)


async def test_it_takes_an_entry_of_its_customer_s_wallet_to_be_activated(store: Store) -> None:
    await offer(store, auto_activate=False)
    ada, office = await store.customer(), store.back_office
    subscription = await subscribe(store, ada)
    planned = subscription["next_run_at"]
    async with refused(**CARDLESS):
        await ada.update("order_subscriptions", subscription.id, {"_activate": True})
    card = ("customer_payment_sources", (await kept(store, ada))["id"])
    active = await ada.update("order_subscriptions", subscription.id, {"_activate": True}, customer_payment_source=card)
    assert of(active, "status", "next_run_at") == ("active", planned)
    for _ in range(2):
        paused = await ada.update("order_subscriptions", subscription.id, {"_deactivate": True})
        assert of(paused, "status", "next_run_at") == ("inactive", planned)
    # The card goes, and with it what a pause could end in.
    await ada.delete("customer_payment_sources", card[1])
    async with refused(**CARDLESS):
        await ada.update("order_subscriptions", subscription.id, {"_activate": True})
    for _ in range(2):
        assert (await office.update("order_subscriptions", subscription.id, {"_cancel": True}))["status"] == "cancelled"
    for verb in ("_activate", "_deactivate"):
        async with refused(error="invalid_transition", pointers=["/data/attributes/status"]):
            await ada.update("order_subscriptions", subscription.id, {verb: True})
    happened = [topic.rpartition(".")[2] for topic in await topics(store, subscription.id)]
    assert happened == ["create", "activate", "deactivate", "cancel"]


async def test_a_run_that_was_missed_in_a_pause_is_not_made_up_for(store: Store) -> None:
    await offer(store, "weekly")
    ada = await store.customer()
    subscription = await subscribe(store, ada, "weekly", way="wire_transfers")
    await ada.update("order_subscriptions", subscription.id, {"_deactivate": True})
    store.clock.advance(days=17)
    office = await store.office()
    active = await office.update("order_subscriptions", subscription.id, {"_activate": True})
    starts, following = (datetime.fromisoformat(active[n]) for n in ("starts_at", "next_run_at"))
    assert following - starts == timedelta(weeks=3)


async def test_what_is_over_is_not_activated(store: Store) -> None:
    await offer(store)
    ada = await store.customer()
    subscription = await subscribe(store, ada, way="wire_transfers")
    await ada.update(
        "order_subscriptions", subscription.id, {"expires_at": "2031-01-01T00:00:00Z", "_deactivate": True}
    )
    await store.tools.db.execute("UPDATE order_subscriptions SET expires_at = starts_at + interval '1 millisecond'")
    store.clock.advance(seconds=1)
    async with refused(error="expired", pointers=["/data/attributes/expires_at"]):
        await ada.update("order_subscriptions", subscription.id, {"_activate": True})


async def test_a_day_that_no_month_has_is_refused(store: Store) -> None:
    order = (await placed(store, await store.customer(), "wire_transfers")).id
    async with refused(error="invalid", pointers=["/data/attributes/frequency"]):
        await subscribed(store, order, frequency="0 8 30 2 *")


async def test_it_comes_only_as_often_as_its_market_offers(store: Store) -> None:
    await offer(store, "weekly", "monthly")
    ada = await store.customer()
    subscription = await subscribe(store, ada)
    refusal: dict[str, Any] = {"error": "not_available", "pointers": ["/data/attributes/frequency"]}
    async with refused(**refusal):
        await ada.update("order_subscriptions", subscription.id, {"frequency": "yearly"})
    changed = await ada.update("order_subscriptions", subscription.id, {"frequency": "weekly"})
    assert of(changed, "frequency", "next_run_at") == ("weekly", subscription["next_run_at"])
    order = (await ada.get(f"order_subscriptions/{subscription.id}/source_order")).id
    async with refused(**refusal):
        await subscribed(store, order, frequency="yearly")


async def test_the_next_run_is_moved_within_the_future(store: Store) -> None:
    await offer(store)
    ada = await store.customer()
    subscription = await subscribe(store, ada)
    soon = (store.clock() + timedelta(days=2)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert (await ada.update("order_subscriptions", subscription.id, {"next_run_at": soon}))["next_run_at"] == soon
    past = (store.clock() - timedelta(minutes=1)).isoformat()
    async with refused(error="out_of_range", pointers=["/data/attributes/next_run_at"]) as caught:
        await ada.update("order_subscriptions", subscription.id, {"next_run_at": past})
    assert caught[0].errors[0]["detail"] == "next_run_at - must start in the future or current time"


async def test_a_manual_one_is_converted_to_items_of_its_own(store: Store) -> None:
    ada, office = await store.customer(), store.back_office
    order = await recurring(store, ada, None, None, way="wire_transfers")
    await ada.update("orders", order, {"_place": True})
    subscription = await subscribed(store, order, frequency="yearly")
    async with refused(error="model_missing", pointers=["/data/attributes/_convert"]):
        await office.update("order_subscriptions", subscription.id, {"_convert": True})
    model = await offer(store, "weekly", auto_cancel=True)
    async with refused(error="not_available", pointers=["/data/attributes/frequency"]):
        await office.update("order_subscriptions", subscription.id, {"_convert": True})
    await office.update("subscription_models", model, {"frequencies": ["yearly"]})
    for _ in range(2):
        converted = await office.update(
            "order_subscriptions", subscription.id, {"_convert": True}, include="order_subscription_items.item"
        )
        items = {i["attributes"]["sku_code"]: i for i in converted.included("order_subscription_items")}
        assert {code: i["attributes"]["quantity"] for code, i in items.items()} == dict.fromkeys(
            store.made["skus"][:2], 2
        )
    await office.update("orders", order, {"_cancel": True})
    assert (await started(store, order))[0]["status"] == "cancelled"


async def test_the_model_in_a_subscription_is_that_of_its_market(store: Store) -> None:
    office = store.back_office
    model = await offer(store)
    subscription = await subscribe(store, await store.customer())
    found = {
        "filter[q][subscription_model_id_eq]": model,
        "sort": "subscription_model",
        "include": "subscription_model",
    }
    listed = await office.get("order_subscriptions", **found)
    assert [s["id"] for s in listed.data] == [subscription.id]
    assert [m["id"] for m in listed.included("subscription_models")] == [model]
    assert [s["id"] for s in (await office.get(f"subscription_models/{model}/order_subscriptions")).data] == [
        subscription.id
    ]
    await offer(store, "weekly")
    assert (await office.get("order_subscriptions", **found)).data == []


async def test_a_back_office_may_delete_one_with_its_items(store: Store) -> None:
    await offer(store)
    subscription = await subscribe(store, await store.customer())
    await store.back_office.delete("order_subscriptions", subscription.id)
    assert (await store.back_office.get("order_subscription_items")).data == []


async def test_of_those_who_change_it_at_once_nobody_revives_what_was_cancelled(store: Store) -> None:
    await offer(store)
    ada = await store.customer()
    subscription = await subscribe(store, ada, way="wire_transfers")

    async def send(verb: str) -> None:
        try:
            await ada.update("order_subscriptions", subscription.id, {verb: True})
        except ApiError as refusal:
            assert refusal.error == "invalid_transition"

    await asyncio.gather(*(send(verb) for verb in ("_deactivate", "_activate", "_cancel") * 3))
    assert (await ada.get(f"order_subscriptions/{subscription.id}"))["status"] == "cancelled"


async def test_an_item_must_be_something_of_the_shop(store: Store) -> None:
    order = await (await store.customer()).create("orders", {})
    subscription = await subscribed(store, order.id, **LATER)
    async with refused(error="not_found", pointers=["/data/attributes/sku_code"]):
        await item(store, subscription.id, sku_code="NOTHING")
    async with refused(error="out_of_range", pointers=["/data/attributes/quantity"]):
        await item(store, subscription.id, quantity=0)
    async with refused(error="blank", pointers=["/data/relationships/item"]):
        await item(store, subscription.id, sku_code=None)


async def test_subscriptions_are_found_by_whether_they_run_are_over_or_are_due(store: Store) -> None:
    ada, office, db = await store.customer(), store.back_office, store.tools.db
    order = (await placed(store, ada)).id
    now = "now() - interval '1 minute'"
    states = {
        "draft": "status = 'draft'",
        "waiting": "status = 'active', next_run_at = now() + interval '1 day'",
        "due": f"status = 'active', next_run_at = {now}",
        "running": f"status = 'running', next_run_at = {now}",
        "over": f"status = 'active', next_run_at = {now}, expires_at = {now}",
    }
    names = {}
    for name, values in states.items():
        subscription = await subscribed(store, order, starts_at="2027-01-01T00:00:00.000Z")
        await db.execute(f"UPDATE order_subscriptions SET {values} WHERE id = $1", subscription.id)
        names[subscription.id] = name

    async def found(scope: str) -> set[str]:
        return {
            names[s["id"]] for s in (await office.get("order_subscriptions", **{f"filter[q][{scope}]": "true"})).data
        }

    assert await found("active") == {"waiting", "due", "running", "over"}
    assert await found("expired") == {"over"}
    assert await found("runnable") == {"due"}
