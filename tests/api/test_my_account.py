"""The account page, with the calls of the official one in their order: orders, addresses, wallet, log-out."""

from __future__ import annotations

from typing import Any

from tests.api.places import BERLIN, ROME, address
from tests.api.shop import placed, refused
from tests.api.steps import MASTERCARD, VISA, kept
from tests.store import Store

from billfold.client import Client

ORGANIZATION = "id,logo_url,name,primary_color,favicon_url,gtm_id,gtm_id_test,support_email,support_phone,config"


def owner(store: Store) -> str:
    return str(store.made["customer"]["id"])


async def test_the_page_opens_with_the_shop_and_the_customer(store: Store) -> None:
    ada = await store.customer()
    shop = await ada.get("organization", **{"fields[organizations]": ORGANIZATION})
    assert set(shop.data["attributes"]) == set(ORGANIZATION.split(",")) - {"id"}
    who = await ada.get(f"customers/{owner(store)}", **{"fields[customers]": "email,has_password"})
    assert who.data["attributes"] == {"email": store.made["customer"]["email"], "has_password": True}


async def test_orders_are_listed_newest_first_without_open_ones_a_page_at_a_time(store: Store) -> None:
    ada = await store.customer()
    numbers = [(await placed(store, ada, "wire_transfers"))["number"] for _ in range(3)]
    await store.order(ada)
    query = {"filter[q][status_not_in]": "draft,pending", "sort": "-number", "page[number]": "1", "page[size]": "2"}
    page = await ada.get(f"customers/{owner(store)}/orders", **query)
    assert [o["attributes"]["number"] for o in page.data] == numbers[:0:-1]
    assert page.document["meta"] == {"record_count": 3, "page_count": 2}
    last = await ada.get(f"customers/{owner(store)}/orders", **{**query, "page[number]": "2"})
    assert [o["attributes"]["number"] for o in last.data] == numbers[:1]
    fields = {"fields[orders]": "id,status,placed_at,number,guest,customer", "include": "customer"}
    order = await ada.get(f"orders/{page.data[0]['id']}", **fields)
    assert set(order.data["attributes"]) == {"status", "placed_at", "number", "guest"}
    grace = await store.customer("second_customer")
    async with refused(status=401):
        await grace.get(f"customers/{owner(store)}/orders")


async def test_addresses_are_added_edited_and_deleted(store: Store) -> None:
    ada = await store.customer()
    for where in (BERLIN, ROME):
        made = ("addresses", await address(ada, where))
        await ada.create("customer_addresses", {}, customer=("customers", owner(store)), address=made)
    query = {"include": "address", "page[number]": "1", "page[size]": "10"}
    page = await ada.get("customer_addresses", **query)
    assert page.document["meta"]["record_count"] == 2
    assert {a["attributes"]["city"] for a in page.document["included"]} == {"Berlin", "Roma"}
    kept_at = page.data[0]["relationships"]["address"]["data"]["id"]
    await ada.update("addresses", kept_at, {"phone": "+49 30 7654321"})
    assert (await ada.delete("customer_addresses", page.data[0]["id"])).status == 204
    assert (await ada.get("customer_addresses", **query)).document["meta"]["record_count"] == 1
    order = await ada.create("orders", {})
    book = "customer,customer.customer_addresses,customer.customer_addresses.address"
    beside = await ada.get(f"orders/{order.id}", include=book)
    assert len(beside.included("customer_addresses")) == len(beside.included("addresses")) == 1


async def test_the_wallet_is_listed_thinned_out_and_listed_again(store: Store) -> None:
    ada = await store.customer()
    await kept(store, ada, VISA)
    await kept(store, ada, MASTERCARD)
    query = {"include": "payment_source", "sort": "-updated_at", "page[number]": "1", "page[size]": "10"}
    page = await ada.get("customer_payment_sources", **query)
    sources = {s["id"]: s["attributes"]["payment_instrument"] for s in page.included("stripe_payments")}
    shown = [sources[e["relationships"]["payment_source"]["data"]["id"]] for e in page.data]
    assert [s["card_type"] for s in shown] == ["mastercard", "visa"]
    for instrument in shown:
        for name in ("issuer_type", "card_last_digits", "card_expiry_month", "card_expiry_year"):
            assert isinstance(instrument[name], str)
    assert (await ada.delete("customer_payment_sources", page.data[0]["id"])).status == 204
    again = await ada.get("customer_payment_sources", **query)
    assert [e["id"] for e in again.data] == [page.data[1]["id"]]


async def log_out(store: Store, client: Client, **body: Any) -> int:
    async with store.http.post(f"{store.url}/oauth/revoke", json={**body, "token": client.token}) as answer:
        return answer.status


async def test_logging_out_takes_the_public_client_id_alone(store: Store) -> None:
    ada, guest = await store.customer(), await store.guest()
    client_id = store.sales_channel["client_id"]
    assert await log_out(store, guest, client_id=client_id) == 403  # it is everybody's
    assert await log_out(store, ada, client_id=client_id) == 200
    async with refused(status=401) as caught:
        await ada.get("customer_payment_sources")
    assert caught[0].errors[0]["code"] == "INVALID_TOKEN"
    await guest.get("organization")
