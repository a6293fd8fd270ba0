"""A subscription from the cart to the account page, by the calls of the official checkout and account page.

Source: the calls of mfe-checkout 6.5.2, react-components 4.29.6 and mfe-my-account as the contract lists them.
"""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.api.shop import refused
from tests.api.steps import SAVE
from tests.api.subscribed import START, offer, recurring
from tests.store import Store

from billfold.client import Answer, Client

FIELDS = (
    "id,number,status,frequency,starts_at,last_run_at,next_run_at,expires_at,order_subscription_items,"
    "customer_payment_source"
)
ON_THE_PAGE = (
    "order_subscription_items,order_subscription_items.item,customer_payment_source,"
    "customer_payment_source.payment_method,customer_payment_source.payment_source"
)


async def bought(store: Store, ada: Client, *frequencies: str) -> Answer:
    """An order that recurs, placed by its customer, whose card is then saved as the checkout does it."""
    order = await recurring(store, ada, *frequencies)
    placed = await ada.update("orders", order, {"_place": True, START: True})
    assert placed["status"] == "placed"
    assert placed["subscription_created_at"] is not None
    await ada.update("orders", order, {SAVE: True})
    return await ada.get(f"orders/{order}", include="order_subscription,payment_source")


async def saved_card(ada: Client, order: Answer) -> str:
    """The wallet's entry for what the order was paid with, found as the checkout finds it."""
    token = order["payment_source_details"]["payment_method_id"]
    (entry,) = (await ada.get("customer_payment_sources", **{"filter[q][payment_source_token_eq]": token})).data
    return str(entry["id"])


async def test_a_customer_subscribes_and_looks_after_it(store: Store) -> None:
    await offer(store, "weekly", "monthly", auto_activate=False)
    ada, customer = await store.customer(), store.made["customer"]["id"]
    order = await bought(store, ada, "weekly", "monthly")
    assert order.related("payment_source")["type"] == "stripe_payments"
    assert order.related("order_subscription") is None  # nobody's subscription made this order: it starts some
    entry = ("customer_payment_sources", await saved_card(ada, order))
    beside = await ada.get(f"orders/{order.id}", include="order_subscriptions")
    for subscription in beside.included("order_subscriptions"):
        assert subscription["attributes"]["status"] == "draft"
        await ada.update("order_subscriptions", subscription["id"], customer_payment_source=entry)
        active = await ada.update("order_subscriptions", subscription["id"], {"_activate": True})
        assert active["status"] == "active"
        assert datetime.fromisoformat(active["next_run_at"]) > datetime.fromisoformat(active["starts_at"])

    listed = await ada.get(f"customers/{customer}/order_subscriptions", sort="-starts_at")
    assert {s["attributes"]["frequency"] for s in listed.data} == {"weekly", "monthly"}
    assert listed.document["meta"]["record_count"] == 2
    for row in listed.data:
        page = await ada.get(
            f"order_subscriptions/{row['id']}", include=ON_THE_PAGE, **{"fields[order_subscriptions]": FIELDS}
        )
        (item,) = page.included("order_subscription_items")
        (sku,) = page.included("skus")
        assert item["attributes"]["sku_code"] == sku["attributes"]["code"]
        assert page.related("customer_payment_source")["id"] == entry[1]
        (source,) = page.included("stripe_payments")
        assert source["attributes"]["payment_instrument"]["card_last_digits"] == "4242"
        runs = {"filter[q][order_subscription_id_eq]": row["id"], "include": "authorizations"}
        assert (await ada.get(f"customers/{customer}/orders", **runs)).data == []
        for verb, status in (("_deactivate", "inactive"), ("_activate", "active"), ("_cancel", "cancelled")):
            assert (await ada.update("order_subscriptions", row["id"], {verb: True}))["status"] == status


async def test_by_the_market_s_default_saving_the_card_is_all_it_takes(store: Store) -> None:
    await offer(store)
    ada = await store.customer()
    order = await bought(store, ada, "monthly")
    entry = await saved_card(ada, order)
    beside = await ada.get(f"orders/{order.id}", include="order_subscriptions.customer_payment_source")
    (subscription,) = beside.included("order_subscriptions")
    assert subscription["attributes"]["status"] == "active"
    assert subscription["relationships"]["customer_payment_source"]["data"]["id"] == entry
    # The checkout's own steps change nothing then.
    card = ("customer_payment_sources", entry)
    again = await ada.update(
        "order_subscriptions", subscription["id"], {"_activate": True}, customer_payment_source=card
    )
    assert again["next_run_at"] == subscription["attributes"]["next_run_at"]
    await ada.delete("customer_payment_sources", entry)
    left = await ada.get(f"order_subscriptions/{subscription['id']}", include="customer_payment_source")
    assert (left["status"], left.related("customer_payment_source")) == ("active", None)


@pytest.mark.parametrize("verb", ["_activate", "_deactivate", "_cancel", "_convert"])
async def test_nobody_else_leads_a_customer_s_subscription(store: Store, verb: str) -> None:
    await offer(store)
    order = await bought(store, await store.customer(), "monthly")
    (subscription,) = (await store.back_office.get(f"orders/{order.id}/order_subscriptions")).data
    for stranger in (await store.customer("second_customer"), await store.guest()):
        async with refused(status=401):
            await stranger.update("order_subscriptions", subscription["id"], {verb: True})
