"""What a PSP is told of an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from billfold.domain.money import Money
from billfold.gateways.protocol import Address, Line, Purchase, Shopper
from billfold.jsonapi.record import Record

# What an order says of the buyer's country before it has an address: Klarna cannot open a session without one.
COUNTRY_OF_CURRENCY = {
    "AUD": "AU", "CAD": "CA", "CHF": "CH", "CZK": "CZ", "DKK": "DK", "EUR": "DE", "GBP": "GB", "NOK": "NO",
    "NZD": "NZ", "PLN": "PL", "SEK": "SE", "USD": "US",
}  # fmt: skip

# What `purchase` looks at, as include paths from the order.
FOR_PURCHASE = "line_items customer payment_method billing_address shipping_address"

LINE_TYPES = {"skus": "physical", "bundles": "physical", "gift_cards": "gift_card", "shipments": "shipping_fee"}


def purchase(order: Record, customer_token: str | None = None, parameters: Mapping[str, Any] | None = None) -> Purchase:
    """The order as a Purchase. Needs FOR_PURCHASE read.

    customer_token  the customer's id at the PSP in question, once there is one
    parameters      what the merchant adds for that PSP: see `added_for`
    """
    billing, shipping = order.one("billing_address"), order.one("shipping_address")
    method = order.one("payment_method")
    currency = order["currency_code"]
    country = billing["country_code"] if billing else None
    amount = order["total_amount_with_taxes_cents"]
    return Purchase(
        order_id=order.id,
        number=order["number"],
        amount=Money(amount, currency),
        tax=order["total_tax_amount_cents"] or 0,
        lines=tuple(_line(item) for item in order.many("line_items")),
        country_code=country or order["country_code"] or COUNTRY_OF_CURRENCY.get(currency, "US"),
        language_code=order["language_code"] or "en",
        email=order["customer_email"],
        shopper=shopper(order, customer_token),
        billing_address=address(billing),
        shipping_address=address(shipping),
        auto_capture=method is not None and captures_at_once(method, amount),
        parameters=parameters or {},
    )


def added_for(order: Record, source_type: str) -> Mapping[str, Any]:
    """What the order's payment options say for payment sources of that type. Needs payment_options read."""
    options = (o["data"] for o in order.many("payment_options") if o["payment_source_type"] == source_type)
    return next(options, None) or {}


def captures_at_once(method: Record, amount: int) -> bool:
    """Whether the payment method takes the money of such an order together with the authorization."""
    most = method["auto_capture_max_amount_cents"]
    return bool(method["auto_capture"]) and (most is None or amount <= most)


def shopper(order: Record, customer_token: str | None = None) -> Shopper | None:
    """The registered customer who pays; None for a guest."""
    customer = order.one("customer")
    if customer is None or order["guest"]:
        return None
    return Shopper(customer.id, customer["email"], customer_token)


def shopper_id(order: Record) -> str | None:
    """Whose what is paid with may be kept: the registered customer's who pays; None for a guest."""
    found: str | None = None if order["guest"] else order["customer_id"]
    return found


def address(record: Record | None) -> Address | None:
    if record is None:
        return None
    return Address(**{name: record[name] or "" for name in Address.__slots__})


def _line(item: Record) -> Line:
    return Line(
        reference=item["sku_code"] or item["item_type"] or item.id,
        name=item["name"] or item["sku_code"] or "Item",
        quantity=item["quantity"],
        unit=item["unit_amount_cents"] or 0,
        total=item["total_amount_cents"],
        type=LINE_TYPES.get(item["item_type"], "surcharge"),
    )
