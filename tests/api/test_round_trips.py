"""How often a request goes to the database. The figures are budgets: whoever needs more says so here, and why.

Every way to the database and back costs a request more than its SQL does. Only what a worker remembers may make it
less: the first request of a token also asks whether the token was revoked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from tests.api.shipping import choose, order_of
from tests.articles import MUG, SHIRT
from tests.store import Store

from billfold.client import Client
from billfold.sample_store import DOWNLOADS

WALLET = "available_customer_payment_sources"
SAVE = {"_save_payment_source_to_customer_wallet": True}


class Counter:
    """`await counter(call)` → round trips of the call."""

    def __init__(self, store: Store) -> None:
        self.db = store.tools.db

    async def __call__(self, call: Awaitable[object]) -> int:
        before = self.db.round_trips
        await call
        return self.db.round_trips - before


@pytest.fixture
async def trips(store: Store) -> Counter:
    await store.back_office.get("organization")  # its token has been seen before
    return Counter(store)


async def ready(store: Store, client: Client, *, card: str = "4242424242424242") -> str:
    order = await store.order(client)
    source = await client.create("stripe_payments", {}, order=("orders", order.id))
    await store.confirm_in_browser(source, card)
    return order.id


async def test_whatever_is_read_is_read_at_once(store: Store, trips: Counter) -> None:
    ada = await store.customer()
    id = await ready(store, ada)
    await ada.update("orders", id, SAVE)
    deep = (
        f"{WALLET}.payment_source,line_items.item,customer.customer_payment_sources,payment_method,market,transactions"
    )
    assert await trips(ada.get(f"orders/{id}")) == 1
    assert await trips(ada.get(f"orders/{id}", include=deep)) == 1
    assert (
        await trips(ada.get("orders", include=deep, sort="-number", **{"filter[q][customer_email_cont]": "ada"})) == 1
    )
    assert await trips(ada.get(f"orders/{id}/{WALLET}")) == 1
    assert await trips(ada.get(f"orders/{id}/payment_source")) == 1
    assert await trips(ada.get("organization")) == 1


async def test_a_change_is_one_read_and_one_write(store: Store, trips: Counter) -> None:
    ada, office = await store.customer(), store.back_office
    id = await ready(store, ada)
    note = {"metadata": {"note": "x"}}
    assert await trips(ada.update("orders", id, note)) == 2
    assert await trips(ada.update("orders", id, {"metadata": {"note": "y"}}, include=f"{WALLET},line_items")) == 2
    assert await trips(office.update("skus", (await office.get("skus")).data[0]["id"], note)) == 2
    assert await trips(ada.update("orders", id, SAVE, include=WALLET)) == 2
    other = await store.order(ada)
    (entry,) = (await ada.get("customer_payment_sources")).data
    reuse = {"_customer_payment_source_id": entry["id"]}
    assert await trips(ada.update("orders", other.id, reuse, include="payment_source")) == 2
    assert await trips(ada.update("customer_payment_sources", entry["id"], note)) == 2


async def test_what_moves_money_writes_before_and_after_it_asks_the_psp(store: Store, trips: Counter) -> None:
    ada, office = await store.customer(), store.back_office
    id = await ready(store, ada)
    read, attempt, verdict = 1, 1, 1
    left = 1  # what is left of a capture is worked out from its refunds, which are read again
    assert await trips(ada.update("orders", id, {"_place": True})) == read + attempt + verdict
    assert await trips(office.update("orders", id, {"_capture": True})) == read + attempt + verdict
    captured = (await office.get(f"orders/{id}/captures")).data[0]["id"]
    part = {"_refund_amount_cents": 100}
    assert await trips(office.update("captures", captured, part)) == read + attempt + verdict + left
    other = await ready(store, ada)
    await ada.update("orders", other, {"_place": True})
    cancelled = 1  # only once all that was held is let go
    assert await trips(office.update("orders", other, {"_cancel": True})) == read + attempt + verdict + cancelled


async def test_making_things_costs_a_read_for_what_they_belong_to(store: Store, trips: Counter) -> None:
    ada, office = await store.customer(), store.back_office
    await ada.get("organization")
    market, number, customer, write = 1, 1, 1, 1
    assert await trips(ada.create("orders", {})) == market + number + customer + write
    order = await store.order(ada)
    item = {"sku_code": store.made["skus"][0], "quantity": 1}
    related, sku = 1, 1
    assert await trips(ada.create("line_items", item, order=("orders", order.id))) == related + sku + write
    known_to_the_psp = 1
    source = ada.create("stripe_payments", {}, order=("orders", order.id))
    assert await trips(source) == related + known_to_the_psp + write
    address = {
        "first_name": "Ada",
        "last_name": "Lovelace",
        "line_1": "St James's Square 12",
        "city": "London",
        "zip_code": "SW1Y 4JH",
        "country_code": "GB",
        "phone": "+44 20 7946 0000",
    }
    assert await trips(office.create("addresses", address)) == write


async def test_what_is_refused_writes_nothing(store: Store, trips: Counter) -> None:
    ada = await store.customer()
    order = await ada.create("orders", {})
    await ada.get("organization")

    async def refused(call: Callable[[], Awaitable[object]]) -> None:
        with pytest.raises(Exception, match=r"."):
            await call()

    assert await trips(refused(lambda: ada.update("orders", order.id, {"no_such_attribute": 1}))) == 0
    assert await trips(refused(lambda: ada.get("orders", sort="no_such_attribute"))) == 0
    assert await trips(refused(lambda: ada.get("orders/AaaaAaaaAa"))) == 1
    assert await trips(refused(lambda: ada.update("orders", order.id, {"_place": True}))) == 1
    assert await trips(refused(lambda: ada.update("orders", order.id, SAVE))) == 1


# What the checkout page asks for again and again, with a customer's token. Source: contract, clients.md §2, call 6.
CHECKOUT = ",".join(
    (
        "billing_address",
        "shipping_address",
        "line_items.line_item_options.sku_option",
        "line_items.item",
        "available_payment_methods",
        "payment_source",
        "payment_method",
        "shipments.available_shipping_methods",
        "shipments.stock_line_items.line_item",
        "shipments.shipping_method",
        "shipments.stock_transfers.line_item",
        "shipments.stock_location",
        "shipments.parcels.parcel_line_items",
        f"{WALLET}.payment_source",
        f"{WALLET}.payment_method",
    )
)


async def test_the_checkout_page_is_answered_at_once_however_much_there_is_of_everything(
    store: Store, trips: Counter
) -> None:
    ada = await store.customer()
    seen = []
    cards, articles = (["4242424242424242"], ["5555555555554444", "378282246310005"]), ([SHIRT], [MUG, *DOWNLOADS])
    codes: list[str] = []
    for more_cards, more_articles in zip(cards, articles, strict=True):
        for card in more_cards:
            await ada.update("orders", await ready(store, ada, card=card), SAVE)
        codes += more_articles
        id = await order_of(ada, *codes)
        await choose(store, ada, id)
        await ada.update("orders", id, payment_method=store.method("stripe_payments"))
        assert await trips(ada.get(f"orders/{id}", include=CHECKOUT)) == 1
        shown = await ada.get(f"orders/{id}", include=CHECKOUT)
        seen.append([len(shown.related(name)) for name in ("line_items", WALLET, "shipments")])
        for called in ("shipments", "shipping_methods", "stock_line_items", "stock_locations", "addresses"):
            assert shown.included(called), called
    assert seen == [[2, 1, 1], [6, 3, 1]]
    leads = "shipping_method,stock_location"
    assert await trips(ada.get("delivery_lead_times", include=leads)) == 1
    assert await trips(ada.get(f"orders/{id}/shipments", include="available_shipping_methods")) == 1
