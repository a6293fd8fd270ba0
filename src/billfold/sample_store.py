"""A small store to try things in, made through the API alone: a market, articles, customers, three ways to pay."""

from __future__ import annotations

from typing import Any

from billfold.client import Client

CUSTOMER = ("ada@example.com", "a-password-for-ada")
SECOND_CUSTOMER = ("grace@example.com", "a-password-for-grace")

# code → (name, price in cents). Those that are delivered by themselves come first: they need no address.
DOWNLOADS = {
    "EBOOKXX000000FFFFFFXXXXX": ("An e-book", 2900),
    "ALBUMXX000000FFFFFFXXXXX": ("An album", 1250),
    "TICKETX000000FFFFFFXXXXX": ("A ticket", 990),
}
PARCELS = {
    "TSHIRTMS000000FFFFFFLXXX": ("A black T-shirt, L", 2900),
    "MUGXX000FFFFFF000000XXXX": ("A white mug", 1250),
}
ARTICLES = DOWNLOADS | PARCELS
PIECES = 100  # of each parcel in the warehouse

# name → (price in cents, hours until it arrives, least and most)
SHIPPING = {"Standard": (500, 48, 96), "Express": (1200, 12, 36)}
SHIPPED_TO = "AT|BE|CH|DE|DK|ES|FR|IE|IT|NL|PL|SE"


async def fill(back_office: Client, *, currency: str = "EUR") -> dict[str, Any]:
    """Make the store; returns the ids of what was made, by what it is.

    back_office  a client with an integration's token
    """
    create = back_office.create
    address = await create(
        "addresses",
        {
            "first_name": "Ada", "last_name": "Store", "company": "Acme", "business": True, "line_1": "Main street 1",
            "city": "Berlin", "zip_code": "10115", "country_code": "DE", "phone": "+49 30 123456",
        },
    )  # fmt: skip
    merchant = await create("merchants", {"name": "Acme"}, address=("addresses", address.id))
    prices = await create("price_lists", {"name": f"{currency} prices", "currency_code": currency})
    warehouse = await create("stock_locations", {"name": "Warehouse"}, address=("addresses", address.id))
    inventory = await create("inventory_models", {"name": "From the warehouse", "strategy": "no_split"})
    await create(
        "inventory_stock_locations",
        {"priority": 1},
        stock_location=("stock_locations", warehouse.id),
        inventory_model=("inventory_models", inventory.id),
    )
    market = await create(
        "markets",
        {"name": "Europe", "code": "europe"},
        merchant=("merchants", merchant.id),
        price_list=("price_lists", prices.id),
        inventory_model=("inventory_models", inventory.id),
    )
    category = await create("shipping_categories", {"name": "Merchandise"})
    await _articles(back_office, prices.id, category.id, warehouse.id)
    ways = await _ways_to_ship(back_office, market.id, warehouse.id, currency)
    customers = await _customers(back_office)
    gateways, methods = await _payment_methods(back_office, market.id, currency)
    return {
        "market": {"id": market.id, "code": market["code"], "number": market["number"]},
        "customer": customers[0],
        "second_customer": customers[1],
        "skus": list(ARTICLES),
        "parcels": list(PARCELS),
        "stock_location": warehouse.id,
        "inventory_model": inventory.id,
        "shipping_category": category.id,
        "shipping_methods": ways,
        "payment_methods": methods,
        "gateways": gateways,
    }


async def _articles(back_office: Client, price_list_id: str, category_id: str, warehouse_id: str) -> None:
    create = back_office.create
    for code, (name, cents) in ARTICLES.items():
        alone = code in DOWNLOADS
        sku = await create(
            "skus",
            {"code": code, "name": name, "do_not_ship": alone, "do_not_track": alone},
            shipping_category=("shipping_categories", category_id),
        )
        await create("prices", {"amount_cents": cents}, sku=("skus", sku.id), price_list=("price_lists", price_list_id))
        if not alone:
            await create(
                "stock_items",
                {"quantity": PIECES},
                sku=("skus", sku.id),
                stock_location=("stock_locations", warehouse_id),
            )


async def _customers(back_office: Client) -> list[dict[str, str]]:
    customers = []
    for email, password in (CUSTOMER, SECOND_CUSTOMER):
        made = await back_office.create("customers", {"email": email, "password": password})
        customers.append({"id": made.id, "email": email, "password": password})
    return customers


async def _payment_methods(back_office: Client, market_id: str, currency: str) -> tuple[dict[str, str], dict[str, str]]:
    """(ids of the gateways by PSP, ids of the methods by what pays)"""
    create = back_office.create
    stripe = await create(
        "stripe_gateways",
        {"name": "Stripe", "login": "sk_test_sandbox", "publishable_key": "pk_test_sandbox"},
    )
    klarna = await create(
        "klarna_gateways",
        {"name": "Klarna", "country_code": "EU", "api_key": "K_sandbox", "api_secret": "sandbox"},
    )
    manual = await create("manual_gateways", {"name": "Bank transfer"})
    methods = {}
    for gateway_type, id, source_type in (
        ("stripe_gateways", stripe.id, "stripe_payments"),
        ("klarna_gateways", klarna.id, "klarna_payments"),
        ("manual_gateways", manual.id, "wire_transfers"),
    ):
        made = await create(
            "payment_methods",
            {"payment_source_type": source_type, "price_amount_cents": 0, "currency_code": currency},
            market=("markets", market_id),
            payment_gateway=(gateway_type, id),
        )
        methods[source_type] = made.id
    return {"stripe": stripe.id, "klarna": klarna.id, "manual": manual.id}, methods


async def _ways_to_ship(back_office: Client, market_id: str, warehouse_id: str, currency: str) -> dict[str, str]:
    """The shipping methods, by name, with how long they take."""
    create = back_office.create
    zone = await create("shipping_zones", {"name": "Europe", "country_code_regex": SHIPPED_TO})
    made = {}
    for name, (cents, least, most) in SHIPPING.items():
        method = await create(
            "shipping_methods",
            {"name": name, "price_amount_cents": cents, "currency_code": currency},
            market=("markets", market_id),
            shipping_zone=("shipping_zones", zone.id),
        )
        await create(
            "delivery_lead_times",
            {"min_hours": least, "max_hours": most},
            stock_location=("stock_locations", warehouse_id),
            shipping_method=("shipping_methods", method.id),
        )
        made[name] = method.id
    return made
