"""Where is sold, and who sells: markets with their price list, and the merchants behind them."""

from __future__ import annotations

from billfold.domain import derived
from billfold.jsonapi.members import Flag, Integer, Items, Many, One, Secret, Text, Trigger, Url
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.catalogue import markets


class Market(
    Resource,
    called="markets",
    can="list retrieve create update delete",
    guest="retrieve",
    customer="retrieve",
    create=markets.create,
):
    """A part of the business with one merchant, one price list and one currency, as a country or a brand."""

    number = Integer(doc="The market's number, counted up by the server.", example=1234)
    name = Text(
        doc="What the market is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="EU Market",
    )
    code = Text(
        doc="Your own name for the market, for scopes and filters; no two markets share one.",
        write="both",
        filter=True,
        sort=True,
        unique=True,
        example="europe1",
    )
    facebook_pixel_id = Text(doc="The Meta pixel that storefronts report to.", write="both", example="1234567890")
    checkout_url = Text(
        doc="Where customers of this market pay; “:order_id” stands for the order's id.",
        write="both",
        example="https://checkout.example.com/:order_id",
    )
    external_prices_url = Url(
        doc="The service to ask for prices instead of the price list, for line items with `_external_price`.",
        write="both",
        example="https://prices.example.com",
    )
    external_order_validation_url = Url(
        doc="The service that may object to an order before it is placed.",
        write="both",
        example="https://validation.example.com",
    )
    private = Flag(doc="Whether only the market's customer group may buy here.", derived=derived.is_private)
    shipping_cost_cutoff = Integer(
        doc="How many shipping line items of an order cost something at most; null for no limit.",
        write="both",
        example=3,
    )
    _disable = shared.disable()
    _enable = shared.enable()
    disabled_at = shared.disabled_at()
    shared_secret = Secret(
        doc="What calls to the market's external services are signed with; kept encrypted and never shown.",
        example="1c0994cc4e996e8c6ee56a2198f66f3c",
    )
    _regenerate_shared_secret = Trigger(
        doc="Replaces the shared secret by a new one.", run=markets.regenerate_shared_secret
    )
    external_includes = Items(
        doc="Relationships whose records go along in calls to external services.",
        write="both",
        example=["order.line_item_options"],
    )

    merchant = One(doc="Who sells in this market.", to="merchants", write="both", required=True, filter=True)
    price_list = One(
        doc="The prices and the currency that hold now.",
        to="price_lists",
        write="both",
        required=True,
        filter=True,
        sort=True,
    )
    base_price_list = One(
        doc="The prices that hold while no schedule says otherwise.", to="price_lists", of="price_list"
    )
    inventory_model = One(
        doc="From which stock locations is shipped, and in which order.",
        to="inventory_models",
        write="both",
        required=True,
        filter=True,
        sort=True,
    )
    subscription_model = One(
        doc="How often line items may recur.", to="subscription_models", write="both", filter=True, sort=True
    )
    discount_engine = One(
        doc="The external service that works out discounts.",
        to="discount_engines",
        write="both",
        filter=True,
        sort=True,
    )
    tax_calculator = One(
        doc="The service or table that works out taxes.", to="tax_calculators", write="both", filter=True, sort=True
    )
    customer_group = One(
        doc="The customers to whom a private market is open.",
        to="customer_groups",
        write="both",
        filter=True,
        sort=True,
    )
    geocoder = One(
        doc="The service that finds the coordinates of addresses.", to="geocoders", write="both", filter=True, sort=True
    )
    default_shipping_method = One(
        doc="The shipping method that shipments start with.",
        to="shipping_methods",
        write="both",
        filter=True,
        sort=True,
    )
    default_payment_method = One(
        doc="The payment method that orders start with.", to="payment_methods", write="both", filter=True, sort=True
    )
    stores = Many(doc="The physical shops of the market.", to="stores", by="market", filter=True)
    price_list_schedulers = Many(
        doc="When other price lists take the base one's place.", to="price_list_schedulers", by="market", filter=True
    )
    order_validation_rules = Many(
        doc="What orders must fulfil to be placed.", to="order_validation_rules", by="market", filter=True
    )
    attachments = shared.attachments()
    versions = shared.versions()
    event_stores = shared.event_stores()


class Merchant(Resource, called="merchants", can="list retrieve create update delete"):
    """The company that sells, with the address on its invoices."""

    name = Text(
        doc="What the merchant is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="The Brand Inc.",
    )
    address = One(doc="Where the merchant resides.", to="addresses", write="both", required=True, filter=True)
    attachments = shared.attachments()
    versions = shared.versions()
    event_stores = shared.event_stores()
