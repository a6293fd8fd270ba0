"""Subscription models: what they may say, who reads them, and what line items may recur."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.shop import money, placed, refused
from tests.api.subscribed import offer, recurring
from tests.store import Store

NOT_OFFERED: dict[str, Any] = {"error": "not_available", "pointers": ["/data/attributes/frequency"]}


async def test_a_model_offers_frequencies_to_the_storefronts_of_its_markets(store: Store) -> None:
    id = await offer(store, "weekly", "30 10 * * *")
    market = store.made["market"]["id"]
    for client in (await store.guest(), await store.customer()):
        model = await client.get(f"markets/{market}/subscription_model")
        assert (model.id, model["frequencies"]) == (id, ["weekly", "30 10 * * *"])
        assert (model["strategy"], model["auto_activate"], model["auto_cancel"]) == ("by_frequency", True, False)
        # Which markets share it, and who has subscribed, is the back office's business.
        beside = await client.get(f"subscription_models/{id}", include="markets,order_subscriptions")
        assert beside.document["included"] == []
        assert (await client.get(f"subscription_models/{id}/markets")).data == []
    office = store.back_office
    assert [m["id"] for m in (await office.get(f"subscription_models/{id}/markets")).data] == [market]
    async with refused(status=423):
        await office.delete("subscription_models", id)


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"frequencies": []}, "frequencies"),
        ({"frequencies": ["monthly", "often"]}, "frequencies"),
        ({"frequencies": ["* * 1 * *"]}, "frequencies"),
        ({"frequencies": [30]}, "frequencies"),
        ({"strategy": "by_customer"}, "strategy"),
    ],
)
async def test_a_model_that_could_not_be_followed_is_refused(
    store: Store, attributes: dict[str, Any], pointer: str
) -> None:
    async with refused(pointers=[f"/data/attributes/{pointer}"]):
        await offer(store, **attributes) if "strategy" in attributes else await store.back_office.create(
            "subscription_models", {"name": "Wrong", **attributes}
        )


async def test_a_line_item_recurs_as_its_market_offers_and_not_otherwise(store: Store) -> None:
    ada = await store.customer()
    order = ("orders", (await ada.create("orders", {})).id)
    piece = {"sku_code": store.made["skus"][0], "quantity": 1}
    async with refused(**NOT_OFFERED) as caught:
        await ada.create("line_items", {**piece, "frequency": "monthly"}, order=order)
    assert caught[0].errors[0]["detail"] == "frequency - is not associated to a subscription model"
    await offer(store, "weekly")
    async with refused(**NOT_OFFERED):
        await ada.create("line_items", {**piece, "frequency": "monthly"}, order=order)
    item = await ada.create("line_items", {**piece, "frequency": "weekly"}, order=order)
    async with refused(**NOT_OFFERED):
        await ada.update("line_items", item.id, {"frequency": "yearly"})
    for nothing in ("", None):
        assert (await ada.update("line_items", item.id, {"frequency": "weekly"}))["frequency"] == "weekly"
        assert (await ada.update("line_items", item.id, {"frequency": nothing}))["frequency"] is None


async def test_pieces_that_come_as_often_are_one_position(store: Store) -> None:
    await offer(store, "weekly", "monthly")
    ada = await store.customer()
    order = ("orders", (await ada.create("orders", {})).id)
    again = {"sku_code": store.made["skus"][0], "quantity": 1, "_update_quantity": True}
    for frequency in ("weekly", "monthly", "weekly", None):
        await ada.create("line_items", {**again, "frequency": frequency}, order=order)
    items = (await ada.get(f"orders/{order[1]}/line_items", sort="created_at")).data
    shown = [(i["attributes"]["frequency"], i["attributes"]["quantity"]) for i in items]
    assert shown == [("weekly", 2), ("monthly", 1), (None, 1)]


async def test_only_what_can_be_bought_again_recurs(store: Store) -> None:
    await offer(store, "monthly")
    ada, office = await store.customer(), store.back_office
    order = ("orders", (await ada.create("orders", {})).id)
    card = await office.create("gift_cards", {"currency_code": "EUR", "balance_cents": 1000})
    async with refused(error="unsupported", pointers=["/data/attributes/frequency"]):
        await ada.create(
            "line_items", {"frequency": "monthly", "quantity": 1}, order=order, item=("gift_cards", card.id)
        )
    described = {"name": "Something", "quantity": 1, "unit_amount_cents": 500, "frequency": "monthly"}
    async with refused(error="unsupported", pointers=["/data/attributes/frequency"]):
        await office.create("line_items", described, order=order)
    adjustment = await office.create("adjustments", {"name": "Care", "currency_code": "EUR", "amount_cents": 300})
    recurs = {"frequency": "monthly", "quantity": 1}
    item = await office.create("line_items", recurs, order=order, item=("adjustments", adjustment.id))
    assert item["frequency"] == "monthly"


async def test_placing_asks_again_whether_the_market_still_offers_it(store: Store) -> None:
    model = await offer(store, "weekly", "monthly")
    ada = await store.customer()
    order = await recurring(store, ada, "weekly", None, "monthly")
    await store.back_office.update("subscription_models", model, {"frequencies": ["yearly"]})
    async with refused(error="not_available", pointers=["/data/relationships/line_items"] * 2) as caught:
        await ada.update("orders", order, {"_place": True})
    items = (await ada.get(f"orders/{order}/line_items", sort="created_at")).data
    recurs = [i["id"] for i in items if i["attributes"]["frequency"]]
    assert [e["meta"]["line_item_id"] for e in caught[0].errors] == recurs
    assert "frequency weekly is not associated to a subscription model" in caught[0].errors[0]["detail"]
    assert await money(store, order) == []
    await store.back_office.update("subscription_models", model, {"frequencies": ["weekly", "monthly"]})
    assert (await ada.update("orders", order, {"_place": True}))["status"] == "placed"


async def test_a_guest_may_buy_what_recurs_once(store: Store) -> None:
    """The official checkout lets guests do so, and warns them that nothing will come again."""
    await offer(store)
    guest = await store.guest()
    order = await recurring(store, guest, "monthly")
    await guest.update("orders", order, {"customer_email": "eve@example.com"})
    async with refused(error="guest", pointers=["/data/attributes/_create_subscriptions"]):
        await guest.update("orders", order, {"_place": True, "_create_subscriptions": True})
    assert await money(store, order) == []  # refused before anything was asked of the provider
    assert (await guest.update("orders", order, {"_place": True}))["status"] == "placed"


async def test_an_order_in_which_nothing_recurs_is_placed_as_ever(store: Store) -> None:
    order = await placed(store, await store.customer())
    assert order["subscription_created_at"] is None
