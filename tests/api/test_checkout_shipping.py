"""The delivery step of the official checkout page, call by call: 4 to 6, 11, 12 of the contract's clients.md §2."""

from __future__ import annotations

import pytest
from tests.api.shipping import BERLIN, order_of, shipments
from tests.api.shop import refused
from tests.api.test_round_trips import CHECKOUT, WALLET
from tests.articles import SHIRT
from tests.store import Store

from billfold.client import Client

FETCH = (
    "shipping_address,billing_address,shipments,shipments.shipping_method,shipments.available_shipping_methods,"
    "payment_method,payment_source,customer,customer.customer_addresses,customer.customer_addresses.address,line_items"
)
FIELDS = {
    "fields[orders]": "id,number,coupon_code,currency_code,shipping_amount_float,total_tax_amount_float,guest,"
    "shipping_country_code_lock,customer_email,status,return_url,cart_url,tax_included,requires_billing_info,"
    "total_amount_with_taxes_float,language_code,subscription_created_at,shipping_address,billing_address,shipments,"
    "payment_method,payment_source,customer,line_items,payment_status",
    "fields[shipments]": "shipping_method,available_shipping_methods",
    "fields[customers]": "customer_addresses",
    "fields[customer_addresses]": "address",
    "fields[line_items]": "frequency",
}


@pytest.mark.parametrize("who", ["guest", "customer"])
async def test_the_delivery_step_of_the_checkout_page(store: Store, who: str) -> None:
    client: Client = await (store.guest() if who == "guest" else store.customer())
    id = await order_of(client, SHIRT, to=None)
    include = CHECKOUT if who == "customer" else CHECKOUT.partition(f",{WALLET}")[0]

    before = await client.get(f"orders/{id}", include=FETCH, **FIELDS)
    assert before.related("shipments") == []
    assert before.related("shipping_address") is None

    address = ("addresses", (await client.create("addresses", BERLIN)).id)
    same = {"_shipping_address_same_as_billing": True}
    await client.update("orders", id, same, billing_address=address)
    shown = await client.get(f"orders/{id}", include=FETCH, **FIELDS)
    (shipment,) = shown.included("shipments")
    assert shipment["relationships"]["shipping_method"]["data"] is None
    assert len(shipment["relationships"]["available_shipping_methods"]["data"]) == 2

    leads = await client.get("delivery_lead_times", include="shipping_method,stock_location")
    assert {(t["attributes"]["min_days"], t["attributes"]["max_days"]) for t in leads.data} == {(2, 4), (1, 2)}

    whole = await client.get(f"orders/{id}", include=include)
    offered = sorted(whole.included("shipping_methods"), key=lambda m: int(m["attributes"]["price_amount_cents"]))
    assert [m["attributes"]["price_amount_for_shipment_cents"] for m in offered] == [500, 1200]
    (piece,) = whole.included("stock_line_items")
    assert piece["relationships"]["line_item"]["data"]["type"] == "line_items"

    chosen = ("shipping_methods", offered[0]["id"])
    await client.update("shipments", shipment["id"], shipping_method=chosen)
    after = await client.get(f"orders/{id}", include=include)
    assert after["shipping_amount_cents"] == 500
    assert after.included("shipments")[0]["relationships"]["shipping_method"]["data"]["id"] == chosen[1]
    (lead,) = (await client.get(f"shipments/{shipment['id']}", include="delivery_lead_time")).included(
        "delivery_lead_times"
    )
    assert lead["attributes"]["max_hours"] == 96


async def test_what_is_offered_can_be_chosen_and_what_is_not_cannot(store: Store) -> None:
    """The list is made by the database and the choice judged by the server; they are of one mind."""
    office, guest = store.back_office, await store.guest()
    zones = [
        {"country_code_regex": "AT|DE"},
        {"country_code_regex": "^US$"},
        {"zip_code_regex": "^1\\d{4}$", "not_zip_code_regex": "^10"},
        {"not_country_code_regex": "DE", "state_code_regex": ""},
        {"state_code_regex": "N[YJ]"},
        {"not_state_code_regex": "NY", "zip_code_regex": "(?i)(101|je1)"},
    ]
    made = set()
    for i, patterns in enumerate(zones):
        zone = ("shipping_zones", (await office.create("shipping_zones", {"name": f"Zone {i}", **patterns})).id)
        method = {"name": f"Method {i}", "price_amount_cents": 100, "currency_code": "EUR"}
        made.add((await office.create("shipping_methods", method, shipping_zone=zone)).id)
    for extra in (
        {"currency_code": "USD"},
        {"min_weight": 1.0, "unit_of_weight": "lb"},
        {"max_weight": 0.0, "unit_of_weight": "gr"},
        {"_disable": True},
    ):
        method = {"name": "Another", "price_amount_cents": 100, "currency_code": "EUR", **extra}
        made.add((await office.create("shipping_methods", method)).id)
    id = await order_of(guest, SHIRT)
    (shipment,) = await shipments(guest, id)
    shown = await guest.get(f"shipments/{shipment['id']}", include="available_shipping_methods")
    offered = {m["id"] for m in shown.included("shipping_methods")} & made
    assert len(offered) == 3
    for method_id in made:
        chosen = ("shipping_methods", method_id)
        if method_id in offered:
            await office.update("shipments", shipment["id"], shipping_method=chosen)
        else:
            async with refused(error="not_available"):
                await office.update("shipments", shipment["id"], shipping_method=chosen)
