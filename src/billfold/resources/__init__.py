"""The table of contents of the public contract, in the order of the documentation."""

from __future__ import annotations

from billfold.jsonapi.resource import Registry
from billfold.resources import payment_gateways, payment_sources
from billfold.resources.addresses import Address
from billfold.resources.catalogue import Price, PriceList, Sku
from billfold.resources.customer_payment_sources import CustomerPaymentSource
from billfold.resources.customers import Customer
from billfold.resources.line_items import LineItem
from billfold.resources.markets import Market, Merchant
from billfold.resources.orders import Order
from billfold.resources.organizations import Application, Organization
from billfold.resources.payment_gateways import PaymentGateway
from billfold.resources.payment_methods import PaymentMethod
from billfold.resources.payment_sources import PaymentSource
from billfold.resources.transactions import Authorization, Capture, Refund, Transaction, Void

# Types that relationships point to and that are not declared yet: such a relationship has its links and is empty.
COMING = frozenset(
    {
        "adjustments",
        "attachments",
        "bundles",
        "buy_x_pay_y_promotions",
        "customer_addresses",
        "customer_groups",
        "customer_subscriptions",
        "delivery_lead_times",
        "discount_engine_items",
        "discount_engines",
        "event_stores",
        "events",
        "external_promotions",
        "fixed_amount_promotions",
        "fixed_price_promotions",
        "flex_promotions",
        "free_gift_promotions",
        "free_shipping_promotions",
        "geocoders",
        "gift_cards",
        "inventory_models",
        "line_item_options",
        "links",
        "notifications",
        "order_copies",
        "order_factories",
        "order_subscriptions",
        "order_validation_rules",
        "payment_options",
        "percentage_discount_promotions",
        "price_frequency_tiers",
        "price_list_schedulers",
        "price_tiers",
        "price_volume_tiers",
        "recurring_order_copies",
        "resource_errors",
        "return_line_items",
        "returns",
        "shipment_line_items",
        "shipments",
        "shipping_categories",
        "shipping_methods",
        "sku_list_items",
        "sku_lists",
        "sku_options",
        "stock_items",
        "stock_line_items",
        "stock_locations",
        "stock_reservations",
        "stock_transfers",
        "stores",
        "subscription_models",
        "tags",
        "tax_calculators",
        "versions",
    }
)


def registry() -> Registry:
    return Registry(
        [
            Organization,
            Application,
            Market,
            Merchant,
            PriceList,
            Price,
            Sku,
            Customer,
            Address,
            Order,
            LineItem,
            PaymentMethod,
            PaymentGateway,
            *payment_gateways.KINDS,
            PaymentSource,
            *payment_sources.KINDS,
            CustomerPaymentSource,
            Transaction,
            Authorization,
            Capture,
            Void,
            Refund,
        ],
        coming=COMING,
    )
