"""What the official checkout does, call by call, with its include lists and sparse fieldsets.

Source: the calls of mfe-checkout 6.5.2 and react-components 4.29.6 as the contract lists them (clients.md §2).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.store import Store

from billfold.client import Answer, Client

ORGANIZATION = "id,logo_url,name,primary_color,favicon_url,gtm_id,gtm_id_test,support_email,support_phone,config"
FIRST_LOOK = {
    "include": "line_items,line_items.item,customer",
    "fields[orders]": "id,autorefresh,status,number,guest,token,language_code,terms_url,privacy_url,line_items,"
    "expires_at,expiration_info,customer,payment_status",
    "fields[line_items]": "item_type,item",
}
FETCH = {
    "include": "shipping_address,billing_address,shipments,shipments.shipping_method,"
    "shipments.available_shipping_methods,payment_method,payment_source,customer,customer.customer_addresses,"
    "customer.customer_addresses.address,line_items",
    "fields[orders]": "id,number,coupon_code,currency_code,shipping_amount_float,total_tax_amount_float,guest,"
    "shipping_country_code_lock,customer_email,status,return_url,cart_url,tax_included,requires_billing_info,"
    "total_amount_with_taxes_float,language_code,subscription_created_at,shipping_address,billing_address,shipments,"
    "payment_method,payment_source,customer,line_items,payment_status",
    "fields[shipments]": "shipping_method,available_shipping_methods",
    "fields[customers]": "customer_addresses",
    "fields[customer_addresses]": "address",
    "fields[line_items]": "frequency",
}
EVERYTHING = (
    "billing_address,shipping_address,line_items.line_item_options.sku_option,line_items.item,available_payment_methods,"
    "payment_source,payment_method,shipments.available_shipping_methods,shipments.stock_line_items.line_item,"
    "shipments.shipping_method,shipments.stock_transfers.line_item,shipments.stock_location,"
    "shipments.parcels.parcel_line_items"
)
OF_A_CUSTOMER = ",available_customer_payment_sources.payment_source,available_customer_payment_sources.payment_method"
HOME = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "line_1": "Via Garibaldi 12",
    "city": "Genova",
    "zip_code": "16124",
    "state_code": "GE",
    "country_code": "IT",
    "phone": "+39 010 123456",
}
GOES_ON = {"draft", "pending"}
SAVE = "_save_payment_source_to_customer_wallet"


@dataclass
class Checkout:
    """One order in the checkout of one customer or guest.

    methods  the ids of the payment methods by the type of their sources
    """

    store: Store
    client: Client
    order: str
    methods: dict[str, str]
    registered: bool
    ships: bool
    seen: list[Answer] = field(default_factory=list)

    @property
    def everything(self) -> str:
        return EVERYTHING + (OF_A_CUSTOMER if self.registered else "")

    async def open(self) -> None:
        """Calls 1 to 8: the page is opened."""
        await self.client.get("organization", **{"fields[organizations]": ORGANIZATION})
        order = await self.client.get(f"orders/{self.order}", **FIRST_LOOK)
        assert {i["attributes"]["item_type"] for i in order.included("line_items")} & {"skus", "bundles", "gift_cards"}
        assert set(order.data["attributes"]) <= set(FIRST_LOOK["fields[orders]"].split(","))
        if order["status"] in GOES_ON and (not order["autorefresh"] or (self.registered and order["guest"])):
            again = {} if order["autorefresh"] else {"autorefresh": True}
            refreshed = await self.client.update("orders", self.order, {"_refresh": True, **again}, payment_method=None)
            assert refreshed["guest"] is not self.registered
        await self.fetch()
        await self.look()
        if self.registered:
            owner = (await self.client.get(f"orders/{self.order}", include="customer")).related("customer")["id"]
            await self.client.get(f"customers/{owner}")
            await self.client.get("customer_addresses", include="address", **{"page[size]": "10", "page[number]": "1"})
        await self.client.get("organization", **{"fields[organizations]": "id,config"})

    async def fetch(self) -> Answer:
        """Call 4, which comes after each step."""
        order = await self.client.get(f"orders/{self.order}", **FETCH)
        self.seen.append(order)
        return order

    async def look(self) -> Answer:
        """Call 6."""
        return await self.client.get(f"orders/{self.order}", include=self.everything)

    async def say_who(self, email: str) -> None:
        """Call 9, of guests."""
        named = await self.client.update("orders", self.order, {"customer_email": email})
        assert named["customer_email"] == email

    async def say_where(self, address: dict[str, Any] = HOME) -> None:
        """Call 10: one address, which goods are shipped to too."""
        made = await self.client.create("addresses", {**address, "business": False})
        same = {"_shipping_address_same_as_billing": True} if self.ships else {}
        await self.client.update("orders", self.order, same, billing_address=("addresses", made.id))
        order = await self.fetch()
        (billing,) = [a for a in order.included("addresses") if a["id"] == order.related("billing_address")["id"]]
        assert billing["attributes"]["name"]

    async def say_how(self) -> list[dict[str, Any]]:
        """Calls 11 and 12: a shipping method for each shipment; returns those that could be chosen."""
        await self.client.get("delivery_lead_times", include="shipping_method,stock_location")
        order = await self.look()
        offered: dict[str, dict[str, Any]] = {m["id"]: m for m in order.included("shipping_methods")}
        for shipment in order.included("shipments"):
            choices = [c["id"] for c in shipment["relationships"]["available_shipping_methods"]["data"]]
            assert choices, "nothing can be shipped there"
            await self.client.update("shipments", shipment["id"], shipping_method=("shipping_methods", choices[0]))
            await self.look()
        assert bool(order.included("shipments")) == self.ships
        return list(offered.values())

    async def enter(self, **code: str) -> Answer:
        """Call 13: a coupon or a gift card."""
        return await self.client.update("orders", self.order, code)

    async def choose(self, way: str) -> Answer:
        """Call 14, and 15a for what is typed or agreed to anew: returns the new payment source."""
        method = ("payment_methods", self.methods[way])
        await self.client.update("orders", self.order, include=self.everything, payment_method=method)
        await self.look()
        back = {"return_url": "https://shop.example.com/thanks"} if way == "stripe_payments" else {}
        source = await self.client.create(way, back, order=("orders", self.order))
        await self.look()
        return source

    async def choose_saved(self, entry: str) -> Answer:
        """Call 15b: returns the order, whose source can be shown at once."""
        order = await self.client.update(
            "orders", self.order, {"_customer_payment_source_id": entry}, include=self.everything
        )
        source = order.related("payment_source")
        (shown,) = [s for s in order.included(source["type"]) if s["id"] == source["id"]]
        assert shown["attributes"]["payment_instrument"]["card_last_digits"]
        await self.look()
        return order

    async def place(self, *, save: bool = False) -> Answer:
        """Calls 16 to 25, once the browser has done its part: the thank-you page."""
        assert (await self.client.get(f"orders/{self.order}", **{"fields[orders]": "status"}))["status"] != "draft"
        order = await self.client.get(f"orders/{self.order}")
        assert order["status"] == "pending"
        source = await self.client.get(f"orders/{self.order}", include="payment_source")
        named = source.related("payment_source")
        if named and named["type"] == "stripe_payments":
            (stripe,) = source.included("stripe_payments")
            options = {**stripe["attributes"]["options"], "return_url": "https://shop.example.com/checkout"}
            await self.client.update("stripe_payments", stripe["id"], {"options": options})
        if self.registered and self.ships:
            await self.client.update("orders", self.order, {"_save_shipping_address_to_customer_address_book": True})
        placed = await self.client.update("orders", self.order, {"_place": True}, include=self.everything)
        assert placed["status"] in ("placed", "approved")
        if save:
            await self.client.update("orders", self.order, {SAVE: True})
        done = await self.fetch()
        assert done["status"] in ("placed", "approved")
        assert done["payment_status"] in ("authorized", "paid", "free")
        return done
