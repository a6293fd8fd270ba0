"""A store with one record of every type, with somebody else's beside it, and requests as plain as they can be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from multidict import CIMultiDictProxy
from tests.api import offers
from tests.api.furniture import furnish_the_rest
from tests.api.goods import an_option_of, one_of_each
from tests.api.shipped import goods_on_their_way
from tests.api.shop import settings
from tests.api.subscribed import offer
from tests.store import Store
from yarl import URL

from billfold.client import MEDIA_TYPE, Answer, Client
from billfold.db import identity
from billfold.resources import registry

REGISTRY = registry()
NOBODY = "AaaaAaaaAa"  # an id that no record has


@dataclass(frozen=True)
class Reply:
    """body  decoded JSON; None when there was none"""

    status: int
    headers: CIMultiDictProxy[str]
    body: Any

    @property
    def errors(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.body["errors"]
        return found

    @property
    def codes(self) -> set[str]:
        return {e["code"] for e in self.errors}

    @property
    def sources(self) -> set[str]:
        """What the errors point at, in the document or in the query string."""
        return {value for e in self.errors for value in e.get("source", {}).values()}


@dataclass
class World:
    """ids  type → a record of it; those that belong to somebody belong to Ada, who is registered
    guest_ids  the same for what belongs to the order of a guest
    ada, grace, guest  storefronts; Grace is registered too and owns nothing of this
    stranger  a back office of another organization
    """

    store: Store
    ids: dict[str, str]
    guest_ids: dict[str, str]
    ada: Client
    grace: Client
    guest: Client
    stranger: Client

    @property
    def back_office(self) -> Client:
        return self.store.back_office

    async def send(
        self,
        method: str,
        path: str,
        *,
        by: Client | None = None,
        body: Any = None,
        query: Mapping[str, str] | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """body  bytes as they are, anything else as JSON. query  a text is sent as it stands"""
        sent = {"Accept": MEDIA_TYPE}
        if by is not None:
            sent["Authorization"] = f"Bearer {by.token}"
        if body is not None:
            sent["Content-Type"] = MEDIA_TYPE
            body = body if isinstance(body, bytes) else msgspec.json.encode(body)
        sent |= headers or {}
        url = URL(f"{self.store.api}/{path}", encoded=True)
        if isinstance(query, str):
            url = URL(f"{url}?{query}", encoded=True)
        elif query:
            url = url.with_query(query)
        async with self.store.http.request(method, url, data=body, headers=sent) as answer:
            content = await answer.read()
            return Reply(answer.status, answer.headers, msgspec.json.decode(content) if content else None)


async def furnish(store: Store) -> World:
    """Fill the store until there is something of everything, and everything that can be written counts."""
    await settings(store, orders_number_editable_test=True)
    ada, guest = await store.customer(), await store.guest()
    office = store.back_office
    made = store.made
    ids: dict[str, str] = {
        "organizations": store.organization["id"],
        "applications": store.integration["id"],
        "markets": made["market"]["id"],
        "customers": made["customer"]["id"],
        "stripe_gateways": made["gateways"]["stripe"],
        "klarna_gateways": made["gateways"]["klarna"],
        "manual_gateways": made["gateways"]["manual"],
        "payment_gateways": made["gateways"]["stripe"],
        "payment_methods": made["payment_methods"]["stripe_payments"],
    }
    for called in ("merchants", "price_lists", "prices", "skus"):
        ids[called] = (await office.get(called)).data[0]["id"]

    ids |= await offers.one_of_each(store)
    ids["subscription_models"] = await offer(store)
    bought = await _paid_by_card(store, ada)
    ids |= bought
    await ada.update("orders", bought["orders"], {"_save_payment_source_to_customer_wallet": True})
    await office.update("orders", bought["orders"], {"_capture": True})
    taken = (await office.get(f"orders/{bought['orders']}/captures")).data[0]["id"]
    await office.update("captures", taken, {"_refund_amount_cents": 100})
    for called in ("authorizations", "captures", "refunds", "transactions"):
        ids[called] = (await office.get(f"orders/{bought['orders']}/{called}")).data[0]["id"]
    ids["customer_payment_sources"] = (await ada.get("customer_payment_sources")).data[0]["id"]

    ids |= await goods_on_their_way(store, ada)
    let_go = await _paid_by_card(store, ada)
    await office.update("orders", let_go["orders"], {"_cancel": True})
    ids["voids"] = (await office.get(f"orders/{let_go['orders']}/voids")).data[0]["id"]
    for way in ("klarna_payments", "wire_transfers"):
        order = await store.order(ada, way)
        ids[way] = (await ada.create(way, {}, order=("orders", order.id))).id

    open_shipment = await _address(store, ada, await store.order(ada))
    parcel = {"sku_code": made["parcels"][0], "quantity": 1}
    await ada.create("line_items", parcel, order=("orders", open_shipment.id))
    for called in ("shipments", "stock_line_items"):
        ids[called] = (await office.get(f"orders/{open_shipment.id}/{called}")).data[0]["id"]

    adas = (await ada.get(f"orders/{(await store.order(ada)).id}/line_items")).data[0]["id"]
    ids |= await one_of_each(store, adas)

    open_order = await _address(store, guest, await store.order(guest))
    guests = (await guest.get(f"orders/{open_order.id}/line_items")).data[0]["id"]
    option = await an_option_of(store, guest, guests)
    source = await guest.create("stripe_payments", {}, order=("orders", open_order.id))
    await guest.update("orders", open_order.id, {"customer_email": "guest@example.com"})
    guest_ids = {
        "orders": open_order.id,
        "line_items": guests,
        "line_item_options": option,
        "stripe_payments": source.id,
        "addresses": (await guest.get(f"orders/{open_order.id}/billing_address")).id,
    }
    wired = {"payment_source_type": "wire_transfers", "data": {"note": "Thank you."}}
    extra = await office.create("payment_options", wired, order=("orders", open_order.id))
    ids["payment_options"] = extra.id
    ids["addresses"] = (await ada.get(f"orders/{ids['orders']}/billing_address")).id
    ids |= await _taxes_and_gift_cards(office)
    ids |= await furnish_the_rest(store.tools.db, REGISTRY, store.organization["id"], ids)
    return World(
        store, ids, guest_ids, ada, await store.customer("second_customer"), guest, await _another_organization(store)
    )


async def _taxes_and_gift_cards(office: Client) -> dict[str, str]:
    calculator = await office.create("manual_tax_calculators", {"name": "By hand"})
    by_hand = ("manual_tax_calculators", calculator.id)
    rule = await office.create("tax_rules", {"name": "VAT", "tax_rate": 0.19}, manual_tax_calculator=by_hand)
    adjustment = await office.create("adjustments", {"name": "Sorry", "currency_code": "EUR", "amount_cents": -100})
    given = {"currency_code": "EUR", "balance_cents": 5000, "recipient_email": "bea@example.com"}
    card = await office.create("gift_cards", given, include="gift_card_recipient")
    return {
        "tax_calculators": calculator.id,
        "manual_tax_calculators": calculator.id,
        "tax_rules": rule.id,
        "adjustments": adjustment.id,
        "gift_cards": card.id,
        "gift_card_recipients": card.related("gift_card_recipient")["id"],
    }


async def _paid_by_card(store: Store, client: Client) -> dict[str, str]:
    order = await _address(store, client, await store.order(client))
    source = await client.create("stripe_payments", {}, order=("orders", order.id))
    await store.confirm_in_browser(source)
    placed = await client.update("orders", order.id, {"_place": True}, include="line_items")
    assert placed["status"] == "placed"
    item = placed.included("line_items")[0]["id"]
    return {"orders": order.id, "line_items": item, "stripe_payments": source.id}


async def _address(store: Store, client: Client, order: Answer) -> Answer:
    given = {
        "first_name": "Somebody",
        "last_name": "Else",
        "line_1": "Second street 2",
        "city": "Berlin",
        "zip_code": "10115",
        "country_code": "DE",
        "phone": "+49 30 654321",
    }
    address = ("addresses", (await client.create("addresses", given)).id)
    return await client.update("orders", order.id, billing_address=address, shipping_address=address)


async def _another_organization(store: Store) -> Client:
    db = store.tools.db
    await identity.create_organization(db, REGISTRY, name="Rival", slug="rival")
    application = await identity.create_application(
        db, REGISTRY, organization_slug="rival", kind="integration", name="Rival"
    )
    return await Client.sign_in(
        store.http,
        store.api,
        grant_type="client_credentials",
        client_id=application["client_id"],
        client_secret=application["client_secret"],
    )
