"""A store built through the API alone: from nothing to everything a checkout needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tests.store import Store

from billfold.client import Client
from billfold.db import identity
from billfold.resources import registry

SHIRT, BOOK, SET = "SHIRT", "BOOK", "SET"  # 25.00 and shipped; 12.00 and not; 40.00 for two shirts


@dataclass(frozen=True)
class Built:
    """What was made, by what it is.

    store  as it was given, with the new organization's credentials
    """

    store: Store
    office: Client
    market: str
    methods: dict[str, str]
    customer: dict[str, str]
    stock_item: str

    async def guest(self) -> Client:
        return await self._sign_in(grant_type="client_credentials")

    async def mario(self) -> Client:
        who = {"username": self.customer["email"], "password": self.customer["password"]}
        return await self._sign_in(grant_type="password", **who)

    async def _sign_in(self, **grant: str) -> Client:
        client_id = self.store.sales_channel["client_id"]
        return await Client.sign_in(
            self.store.http, self.store.api, client_id=client_id, scope="market:code:italy", **grant
        )


async def build(store: Store) -> Built:
    """Make an organization beside the store's own and fill it as a merchant would, with an integration's token."""
    applications = await _found(store)
    store = replace(store, **applications)
    office = await store.office()
    create = office.create
    address = {
        "business": True,
        "company": "Bare",
        "line_1": "Via Roma 1",
        "city": "Torino",
        "zip_code": "10121",
        "country_code": "IT",
        "phone": "+39 011 1",
    }
    home = ("addresses", (await create("addresses", address)).id)
    merchant = await create("merchants", {"name": "Bare"}, address=home)
    prices = await create("price_lists", {"name": "Euro", "currency_code": "EUR", "tax_included": True})
    warehouse = await create("stock_locations", {"name": "Torino"}, address=home)
    model = await create("inventory_models", {"name": "Torino", "strategy": "no_split"})
    await create(
        "inventory_stock_locations",
        {"priority": 1},
        stock_location=("stock_locations", warehouse.id),
        inventory_model=("inventory_models", model.id),
    )
    calculator = await create("manual_tax_calculators", {"name": "Italy"})
    rule = {"name": "VAT", "tax_rate": 0.22, "country_code_regex": "IT", "freight_taxable": True}
    await create("tax_rules", rule, manual_tax_calculator=("manual_tax_calculators", calculator.id))
    market = await create(
        "markets",
        {"name": "Italy", "code": "italy"},
        merchant=("merchants", merchant.id),
        price_list=("price_lists", prices.id),
        inventory_model=("inventory_models", model.id),
        tax_calculator=("manual_tax_calculators", calculator.id),
    )
    within: dict[str, Any] = {"market": ("markets", market.id)}
    category = await create("shipping_categories", {"name": "Parcels"})
    zone = await create("shipping_zones", {"name": "Italy", "country_code_regex": "IT"})
    shipping: dict[str, Any] = {
        **within,
        "shipping_zone": ("shipping_zones", zone.id),
        "shipping_category": ("shipping_categories", category.id),
    }
    await create(
        "shipping_methods",
        {"name": "Express", "price_amount_cents": 700, "free_over_amount_cents": 9900, "currency_code": "EUR"},
        **shipping,
    )
    skus = {}
    for code, cents, ships in ((SHIRT, 2500, True), (BOOK, 1200, False)):
        sku = await create(
            "skus",
            {"code": code, "name": code.title(), "do_not_ship": not ships, "do_not_track": not ships},
            shipping_category=("shipping_categories", category.id),
        )
        await create("prices", {"amount_cents": cents}, sku=("skus", sku.id), price_list=("price_lists", prices.id))
        skus[code] = ("skus", sku.id)
    stock = await create(
        "stock_items", {"quantity": 20}, sku=skus[SHIRT], stock_location=("stock_locations", warehouse.id)
    )
    pair = await create("sku_lists", {"name": "Two shirts", "manual": True})
    await create("sku_list_items", {"quantity": 2}, sku_list=("sku_lists", pair.id), sku=skus[SHIRT])
    await create(
        "bundles",
        {
            "code": SET,
            "name": "A set",
            "price_amount_cents": 4000,
            "compare_at_amount_cents": 5000,
            "currency_code": "EUR",
        },
        sku_list=("sku_lists", pair.id),
        **within,
    )
    await _promote(office, within)
    person = {"email": "mario@example.com", "password": "a password of Mario's"}
    customer = await create("customers", person)
    return Built(
        store, office, market.id, await _take_money(store, office, within), {"id": customer.id, **person}, stock.id
    )


async def _found(store: Store) -> dict[str, Any]:
    db = store.tools.db
    organization = await identity.create_organization(db, registry(), name="Bare", slug="bare")
    kinds = ("sales_channel", "integration")
    made = {
        kind: await identity.create_application(db, registry(), organization_slug="bare", kind=kind, name=kind)
        for kind in kinds
    }
    return {"organization": organization, **made}


async def _promote(office: Client, within: dict[str, Any]) -> None:
    """Ten percent off with a coupon, and a gift card of twenty euros."""
    days = {"starts_at": "2020-01-01T00:00:00.000Z", "expires_at": "2999-01-01T00:00:00.000Z"}
    promotion = await office.create(
        "percentage_discount_promotions",
        {"name": "Ten off", "percentage": 10, "currency_code": "EUR", **days},
        **within,
    )
    rule = await office.create(
        "coupon_codes_promotion_rules", {}, promotion=("percentage_discount_promotions", promotion.id)
    )
    await office.create(
        "coupons", {"code": "TENPERCENT", "usage_limit": 100}, promotion_rule=("coupon_codes_promotion_rules", rule.id)
    )
    card = await office.create(
        "gift_cards", {"code": "GIFT-CARD-0001", "currency_code": "EUR", "balance_cents": 2000}, **within
    )
    await office.update("gift_cards", card.id, {"_purchase": True})
    await office.update("gift_cards", card.id, {"_activate": True})


async def _take_money(store: Store, office: Client, within: dict[str, Any]) -> dict[str, str]:
    stripe = {"name": "Stripe", "login": "sk_test_sandbox", "publishable_key": "pk_test_sandbox"}
    klarna = {"name": "Klarna", "country_code": "EU", "api_key": "K_sandbox", "api_secret": "sandbox"}
    methods = {}
    for gateway_type, gateway, source_type in (
        ("stripe_gateways", stripe, "stripe_payments"),
        ("klarna_gateways", klarna, "klarna_payments"),
        ("manual_gateways", {"name": "Bank transfer"}, "wire_transfers"),
    ):
        made = await office.create(gateway_type, gateway)
        method = await office.create(
            "payment_methods",
            {"payment_source_type": source_type, "price_amount_cents": 0, "currency_code": "EUR"},
            payment_gateway=(gateway_type, made.id),
            **within,
        )
        methods[source_type] = method.id
    return methods
