"""The table of contents of the public contract, in the order of the documentation."""

from __future__ import annotations

from billfold.jsonapi.resource import Registry
from billfold.resources import payment_gateways, payment_sources
from billfold.resources.addresses import Address
from billfold.resources.adjustments import Adjustment
from billfold.resources.attachments import Attachment
from billfold.resources.bundles import Bundle
from billfold.resources.catalogue import Price, PriceList, Sku
from billfold.resources.coupons import Coupon, CouponRecipient, CouponUse
from billfold.resources.customer_addresses import CustomerAddress
from billfold.resources.customer_groups import CustomerGroup
from billfold.resources.customer_password_resets import CustomerPasswordReset
from billfold.resources.customer_payment_sources import CustomerPaymentSource
from billfold.resources.customer_subscriptions import CustomerSubscription
from billfold.resources.customers import Customer
from billfold.resources.delivery_lead_times import DeliveryLeadTime
from billfold.resources.gift_cards import GiftCard, GiftCardRecipient
from billfold.resources.inventory_models import InventoryModel, InventoryReturnLocation, InventoryStockLocation
from billfold.resources.line_item_options import LineItemOption
from billfold.resources.line_items import LineItem
from billfold.resources.links import Link
from billfold.resources.markets import Market, Merchant
from billfold.resources.order_subscriptions import OrderSubscription, OrderSubscriptionItem
from billfold.resources.orders import Order
from billfold.resources.organizations import Application, Organization
from billfold.resources.packages import Package
from billfold.resources.parcels import Parcel, ParcelLineItem
from billfold.resources.payment_gateways import PaymentGateway
from billfold.resources.payment_methods import PaymentMethod
from billfold.resources.payment_options import PaymentOption
from billfold.resources.payment_sources import PaymentSource
from billfold.resources.price_tiers import PriceFrequencyTier, PriceTier, PriceVolumeTier
from billfold.resources.promotion_rules import (
    CouponCodesPromotionRule,
    OrderAmountPromotionRule,
    PromotionRule,
    SkuListPromotionRule,
)
from billfold.resources.promotions import (
    BuyXPayYPromotion,
    FixedAmountPromotion,
    FixedPricePromotion,
    FreeGiftPromotion,
    FreeShippingPromotion,
    PercentageDiscountPromotion,
    Promotion,
)
from billfold.resources.resource_errors import ResourceError
from billfold.resources.shipments import Shipment
from billfold.resources.shipping_categories import ShippingCategory
from billfold.resources.shipping_methods import ShippingMethod, ShippingMethodTier, ShippingWeightTier
from billfold.resources.shipping_zones import ShippingZone
from billfold.resources.sku_lists import SkuList, SkuListItem
from billfold.resources.sku_options import SkuOption
from billfold.resources.stock_items import ReservedStock, StockItem
from billfold.resources.stock_line_items import StockLineItem
from billfold.resources.stock_locations import StockLocation
from billfold.resources.stock_reservations import StockReservation
from billfold.resources.stock_transfers import StockTransfer
from billfold.resources.subscription_models import SubscriptionModel
from billfold.resources.tags import Tag
from billfold.resources.tax_calculators import ManualTaxCalculator, TaxCalculator, TaxRule
from billfold.resources.transactions import Authorization, Capture, Refund, Transaction, Void

# Types that relationships point to and that are not declared yet: such a relationship has its links and is empty.
COMING = frozenset(
    {
        "carrier_accounts",
        "custom_promotion_rules",
        "discount_engine_items",
        "discount_engines",
        "event_stores",
        "events",
        "external_promotions",
        "flex_promotions",
        "geocoders",
        "notifications",
        "order_copies",
        "order_factories",
        "order_validation_rules",
        "pickups",
        "price_list_schedulers",
        "recurring_order_copies",
        "return_line_items",
        "returns",
        "shipment_line_items",
        "stores",
        "tax_categories",
        "versions",
    }
)


def registry() -> Registry:
    return Registry(
        [
            # The organization and where it sells
            Organization,
            Application,
            Market,
            Merchant,
            Tag,
            Attachment,
            Link,
            # What is sold, and for how much
            PriceList,
            Price,
            PriceTier,
            PriceVolumeTier,
            PriceFrequencyTier,
            Sku,
            SkuOption,
            SkuList,
            SkuListItem,
            Bundle,
            GiftCard,
            GiftCardRecipient,
            # What takes something off, and what comes on top
            Promotion,
            PercentageDiscountPromotion,
            FixedAmountPromotion,
            FixedPricePromotion,
            FreeShippingPromotion,
            BuyXPayYPromotion,
            FreeGiftPromotion,
            PromotionRule,
            OrderAmountPromotionRule,
            SkuListPromotionRule,
            CouponCodesPromotionRule,
            Coupon,
            CouponRecipient,
            CouponUse,
            Adjustment,
            TaxCalculator,
            ManualTaxCalculator,
            TaxRule,
            # Where it lies, and how it gets to people
            StockLocation,
            InventoryModel,
            InventoryStockLocation,
            InventoryReturnLocation,
            StockItem,
            ReservedStock,
            StockReservation,
            StockTransfer,
            ShippingCategory,
            ShippingZone,
            ShippingMethod,
            ShippingMethodTier,
            ShippingWeightTier,
            DeliveryLeadTime,
            Shipment,
            StockLineItem,
            Package,
            Parcel,
            ParcelLineItem,
            # Who buys
            Customer,
            CustomerGroup,
            CustomerAddress,
            CustomerSubscription,
            CustomerPasswordReset,
            Address,
            # What they buy
            Order,
            LineItem,
            LineItemOption,
            SubscriptionModel,
            OrderSubscription,
            OrderSubscriptionItem,
            ResourceError,
            # How they pay
            PaymentMethod,
            PaymentOption,
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
