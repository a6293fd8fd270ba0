"""Subscriptions: there to be read by whose they are, and to be told which card to use; nothing runs them yet."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.shop import placed, refused
from tests.api.steps import kept
from tests.store import Store

from billfold.client import Answer


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
    subscription = await subscribed(store, order, starts_at="2027-01-01T00:00:00.000Z")
    assert subscription["customer_email"] == store.made["customer"]["email"]
    assert (subscription["status"], subscription["occurrencies"]) == ("draft", 0)
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
    changed = await ada.update("order_subscriptions", subscription.id, {"frequency": "0 8 * * 1"})
    assert changed["frequency"] == "0 8 * * 1"
    async with refused(status=401):
        await ada.update("order_subscriptions", subscription.id, {"place_target_order": False})
    async with refused(pointers=["/data/attributes/next_run_at"]):
        await ada.update("order_subscriptions", subscription.id, {"next_run_at": "2020-01-01T00:00:00Z"})
    async with refused(error="unsupported", pointers=["/data/attributes/_activate"]):
        await ada.update("order_subscriptions", subscription.id, {"_activate": True})
    grace = await store.customer("second_customer")
    for client in (grace, await store.guest()):
        async with refused(status=401):
            await client.get(f"order_subscriptions/{subscription.id}")
    card = await kept(store, grace)
    async with refused(error="not_found", pointers=["/data/relationships/customer_payment_source"]):
        source = ("customer_payment_sources", card["id"])
        await store.back_office.update("order_subscriptions", subscription.id, customer_payment_source=source)


async def test_an_item_must_be_something_of_the_shop(store: Store) -> None:
    order = await (await store.customer()).create("orders", {})
    subscription = await subscribed(store, order.id)
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
