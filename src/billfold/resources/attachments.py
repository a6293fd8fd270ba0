"""Files and notes that a back office keeps beside its records."""

from __future__ import annotations

from billfold.jsonapi.members import One, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared

ATTACHABLE_TYPES = (
    "geocoders",
    "price_lists",
    "payment_methods",
    "markets",
    "customer_groups",
    "promotions",
    "orders",
    "transactions",
    "tax_calculators",
    "tax_categories",
    "skus",
    "shipping_categories",
    "order_validation_rules",
    "bundles",
    "sku_lists",
    "stock_items",
    "stock_locations",
    "returns",
    "carrier_accounts",
    "coupon_recipients",
    "customers",
    "delivery_lead_times",
    "shipping_methods",
    "shipments",
    "discount_engines",
    "parcels",
    "gift_card_recipients",
    "gift_cards",
    "inventory_models",
    "stock_transfers",
    "sku_options",
    "merchants",
    "subscription_models",
    "payment_options",
    "packages",
    "prices",
    "price_tiers",
    "shipping_method_tiers",
    "shipping_zones",
)


class Attachment(Resource, called="attachments", can="list retrieve create update delete"):
    """The address of a file, or a note, that belongs to another record."""

    name = Text(
        doc="What the attachment is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="DDT transport document",
    )
    description = Text(
        doc="A longer text for the back office.", write="both", filter=True, example="Signed by the carrier."
    )
    url = Text(doc="Where the file is kept.", write="both", example="https://files.example.com/attachment.pdf")

    attachable = One(doc="The record that it belongs to.", to=ATTACHABLE_TYPES, write="both", required=True)
    event_stores = shared.event_stores()
