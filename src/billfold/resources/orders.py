"""The order: what a customer wants, what it costs, how it is paid, and how far it has come."""

from __future__ import annotations

from billfold.db import chosen, offers
from billfold.domain import derived
from billfold.jsonapi.members import (
    Choice,
    Flag,
    Float,
    Integer,
    Many,
    Object,
    One,
    Text,
    Timestamp,
)
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.resources.order_amounts import OrderAmounts
from billfold.resources.order_bookkeeping import OrderBookkeeping
from billfold.resources.order_verbs import OrderVerbs
from billfold.usecases.orders import orders

STATUSES = ("draft", "pending", "editing", "placing", "placed", "approved", "cancelled")
PAYMENT_STATUSES = (
    "unpaid",
    "authorized",
    "partially_authorized",
    "paid",
    "partially_paid",
    "voided",
    "partially_voided",
    "refunded",
    "partially_refunded",
    "free",
)
FULFILLMENT_STATUSES = ("unfulfilled", "in_progress", "fulfilled", "not_required")


class Order(
    OrderAmounts,
    OrderBookkeeping,
    OrderVerbs,
    Resource,
    called="orders",
    can="list retrieve create update delete",
    guest="retrieve create update",
    customer="list retrieve create update",
    owner="customer",
    create=orders.create,
    update=orders.update,
    delete=orders.delete,
):
    """A cart until it is placed, and a contract from then on.

    Its amounts follow from the line items and are worked out by the server.
    """

    number = Text(
        doc="The order's number, counted up by the server; a back office may send its own where the organization has "
        "orders numbered by the merchant (`orders_number_editable_test`, `orders_number_editable_live`), and is not "
        "heard elsewhere. No two orders share one.",
        write="both",
        restricted=True,
        filter=True,
        sort=True,
        unique=True,
        example="1234",
    )
    affiliate_code = Text(
        doc="Who sent the customer, for paying commissions.",
        write="both",
        filter=True,
        sort=True,
        example="xxxx-yyyy-zzzz",
    )
    autorefresh = Flag(
        doc="Whether a client wants the order worked out anew at every change; it is, either way.",
        write="both",
        default=True,
        example=True,
    )
    place_async = Flag(
        doc="Whether placing answers at once and reports problems with the payment later.",
        write="both",
        filter=True,
        sort=True,
        default=False,
        example=False,
    )
    status = Choice(
        doc="How far the order has come: pending once a draft has a customer and an item, then placed and approved.",
        of=STATUSES,
        filter=True,
        sort=True,
        default="draft",
        example="draft",
    )
    payment_status = Choice(
        doc="Where the order's money stands, as its transactions add up.",
        of=PAYMENT_STATUSES,
        filter=True,
        sort=True,
        default="unpaid",
        example="unpaid",
    )
    fulfillment_status = Choice(
        doc="How far the delivery has come; “not_required” when nothing has to be shipped.",
        of=FULFILLMENT_STATUSES,
        filter=True,
        sort=True,
        default="unfulfilled",
        example="unfulfilled",
    )
    guest = Flag(
        doc="Whether the order is of somebody who did not sign in, so that whoever knows its id may go on with it.",
        write="both",
        filter=True,
        sort=True,
        example=True,
    )
    editable = Flag(doc="Whether line items, addresses and payment may still change.", derived=derived.editable)
    customer_email = Text(
        doc="The customer's address; sending one finds the customer it belongs to, or makes a new one.",
        write="both",
        filter=True,
        example="john@example.com",
    )
    customer_password = Text(
        doc="Signs the order's customer up with this password.",
        write="both",
        shown=False,
        transient=True,
        example="correct horse battery staple",
    )
    customer_type = Choice(
        doc="Whether the customer had bought before: “returning” or “new”; null for guests until they place the order.",
        of=("new", "returning"),
        example="returning",
    )
    language_code = Text(
        doc="The language to talk to the customer in, as two letters of ISO 639-1.",
        write="both",
        filter=True,
        sort=True,
        default="en",
        example="it",
    )
    currency_code = Text(
        doc="The currency of all its amounts, as three letters of ISO 4217; that of the market's price list.",
        filter=True,
        sort=True,
        example="EUR",
    )
    tax_included = Flag(
        doc="Whether taxes are part of the amounts already; as in the market's price list.", filter=True, sort=True
    )
    tax_rate = Float(
        doc="The tax rate of the whole order as a fraction, 0.22 for 22 %; null while no taxes were worked out.",
        filter=True,
        sort=True,
        example=0.22,
    )
    freight_taxable = Flag(doc="Whether shipping is taxed; null until it is known.", write="both", example=True)
    payment_method_taxable = Flag(
        doc="Whether the payment method's fee is taxed; null until it is known.", write="both", example=True
    )
    adjustment_taxable = Flag(
        doc="Whether positive adjustments are taxed; null until it is known.", write="both", example=True
    )
    gift_card_taxable = Flag(
        doc="Whether gift cards that are bought are taxed; null until it is known.", write="both", example=False
    )
    requires_billing_info = Flag(
        doc="Whether the bill needs a tax number; false as long as this server knows no rule that asks for one.",
        default=False,
    )
    country_code = Text(
        doc="The country the order goes to, or is billed to when nothing is shipped; two letters of ISO 3166-1.",
        filter=True,
        sort=True,
        example="IT",
    )
    shipping_country_code_lock = Text(
        doc="The only country the shipping address may be in; two letters of ISO 3166-1.", write="both", example="IT"
    )
    coupon_code = Text(
        doc="The coupon to take a discount by; an empty text takes it off again.",
        write="both",
        filter=True,
        sort=True,
        example="SUMMERDISCOUNT",
    )
    gift_card_code = Text(
        doc="The gift card to pay with, by its first eight characters at least; an empty text takes it off again.",
        write="both",
        filter=True,
        sort=True,
        example="cc92c23e-967e-48b2-a323-59add603301f",
    )
    gift_card_or_coupon_code = Text(
        doc="A code that may be a gift card's or a coupon's; always null when read, and better sent as what it is.",
        write="both",
        transient=True,
        example="cc92c23e-967e-48b2-a323-59add603301f",
    )

    skus_count = Integer(doc="How many pieces of SKUs are in the order.", default=0, example=2)
    line_item_options_count = Integer(doc="How many options the line items have.", default=0, example=1)
    shipments_count = Integer(doc="How many shipments the order is delivered in.", default=0, example=1)
    tax_calculations_count = Integer(doc="How often a tax service was asked about the order.", default=0, example=1)
    validations_count = Integer(doc="How often an external service validated the order.", default=0, example=1)
    errors_count = Integer(doc="How many problems are waiting in `resource_errors`.", default=0, example=0)
    payment_source_details = Object(
        doc="What everybody who sees the order may know of the payment source; it stays when the source is gone.",
        filter=True,
        default={},
        example={"type": "stripe_payment", "payment_method_id": "pm_123", "payment_method_type": "card"},
    )
    token = Text(
        doc="Thirty-two random hexadecimal digits to name the order by where its id would tell too much.",
        filter=True,
        example="1c0994cc4e996e8c6ee56a2198f66f3c",
    )
    cart_url = Text(
        doc="Where the checkout sends customers back to their cart.", write="both", example="https://example.com/cart"
    )
    return_url = Text(
        doc="Where the checkout sends customers who have paid, or who come back from their bank.",
        write="both",
        example="https://example.com/",
    )
    terms_url = Text(
        doc="The terms that customers agree to in the checkout.", write="both", example="https://example.com/terms"
    )
    privacy_url = Text(
        doc="The privacy policy that customers agree to in the checkout.",
        write="both",
        example="https://example.com/privacy",
    )
    checkout_url = Text(
        doc="Where the customer pays for the order, by the market's `checkout_url`; null when it has none.",
        derived=derived.checkout_url,
        example="https://checkout.example.com/XAyRWNUzyN",
    )

    # Verbs sent together act in this order, so where an order goes and what it is paid with come before placing it.

    placed_at = Timestamp(doc="When the order was placed.", filter=True, sort=True)
    approved_at = Timestamp(doc="When the order was approved.", filter=True, sort=True)
    cancelled_at = Timestamp(doc="When the order was cancelled.", filter=True, sort=True)
    payment_updated_at = Timestamp(doc="When `payment_status` last changed.", filter=True, sort=True)
    fulfillment_updated_at = Timestamp(doc="When `fulfillment_status` last changed.", filter=True, sort=True)
    refreshed_at = Timestamp(doc="When prices and amounts were last worked out anew.", filter=True, sort=True)
    archived_at = Timestamp(doc="When the order was archived; null while it is in sight.", filter=True, sort=True)
    subscription_created_at = Timestamp(
        doc="When subscriptions were asked for from this order.", filter=True, sort=True
    )
    expires_at = Timestamp(
        doc="When the order stops being good, as reserved tickets do; set by the server for drafts without a customer, "
        "which are cleared away some time after their last change.",
        write="both",
        restricted=True,
        filter=True,
        sort=True,
        example="2018-01-02T12:00:00.000Z",
    )
    expiration_info = Object(
        doc="What the checkout tells customers about `expires_at`.",
        write="both",
        restricted=True,
        default={},
        example={"summary_message": "Your seats are held for ten minutes.", "redirect_url": "https://example.com/"},
    )
    circuit_state = shared.circuit_state()
    circuit_failure_count = shared.circuit_failure_count()

    market = One(
        doc="Where the order is made; taken from the token's scope when none is sent.",
        to="markets",
        write="both",
        filter=True,
        sort=True,
    )
    customer = One(
        doc="Who buys; always the one who signed in, when somebody did.",
        to="customers",
        write="both",
        filter=True,
        sort=True,
    )
    shipping_address = One(doc="Where the goods go.", to="addresses", write="both", filter=True)
    billing_address = One(doc="Whom the bill is made out to.", to="addresses", write="both", filter=True)
    store = One(doc="The physical shop the order was made in.", to="stores", write="both", filter=True, sort=True)
    default_shipping_method = One(
        doc="The shipping method that shipments start with.",
        to="shipping_methods",
        chosen=chosen.default_shipping_method,
    )
    default_payment_method = One(
        doc="The payment method that orders of the market start with.",
        to="payment_methods",
        chosen=chosen.default_payment_method,
    )
    available_payment_methods = Many(
        doc="The enabled ways to pay in the order's market and currency.",
        to="payment_methods",
        chosen=chosen.available_payment_methods,
    )
    available_customer_payment_sources = Many(
        doc="The entries of the customer's wallet that this order can be paid with, newest first; none for guests.",
        to="customer_payment_sources",
        chosen=chosen.available_customer_payment_sources,
    )
    available_free_skus = Many(doc="The SKUs of which one may be had as a gift.", to="skus", chosen=offers.gifts)
    available_free_bundles = Many(
        doc="The bundles of which one may be had as a gift.", to="bundles", chosen=offers.gift_bundles
    )
    payment_method = One(doc="How the customer wants to pay.", to="payment_methods", write="both", filter=True)
    payment_source = One(
        doc="What the order is paid with; replaced whenever another one is made or reused for the order.",
        to="payment_sources",
        write="both",
        filter=True,
    )
    discount_engine_item = One(
        doc="The discount that an external engine gave.",
        to="discount_engine_items",
        filter=True,
        chosen=chosen.nothing,
    )
    line_items = Many(
        doc="What is bought, and what else makes up the amounts.", to="line_items", by="order", filter=True
    )
    line_item_options = Many(
        doc="The options of all line items.",
        to="line_item_options",
        filter=True,
        chosen=chosen.through("line_items", "line_item_id", "order_id"),
    )
    stock_reservations = Many(
        doc="Pieces that are set aside for the order.", to="stock_reservations", by="order", filter=True
    )
    stock_line_items = Many(
        doc="Which pieces are shipped from where.",
        to="stock_line_items",
        by="order",
        filter=True,
    )
    stock_transfers = Many(
        doc="Pieces that go from one stock location to another first.",
        to="stock_transfers",
        by="order",
        filter=True,
    )
    shipments = Many(doc="The parcels the order is delivered in.", to="shipments", by="order", filter=True)
    payment_options = Many(
        doc="What payment providers are told beside the usual.", to="payment_options", by="order", filter=True
    )
    transactions = Many(
        doc="Everything that happened to the order's money, oldest first.", to="transactions", by="order", filter=True
    )
    authorizations = Many(doc="The holds on the customer's money.", to="authorizations", by="order", filter=True)
    captures = Many(doc="The money that was taken.", to="captures", by="order", filter=True)
    voids = Many(doc="The holds that were let go.", to="voids", by="order", filter=True)
    refunds = Many(doc="The money that was given back.", to="refunds", by="order", filter=True)
    returns = Many(doc="The goods that come back.", to="returns", by="order", filter=True)
    order_subscription = One(doc="The subscription that made this order.", to="order_subscriptions", filter=True)
    order_subscriptions = Many(
        doc="The subscriptions this order started.", to="order_subscriptions", by="source_order", filter=True
    )
    order_factories = Many(doc="All copies of the order, of whatever kind.", to="order_factories", by="source_order")
    order_copies = Many(doc="The copies that were made by hand.", to="order_copies", by="source_order", filter=True)
    recurring_order_copies = Many(
        doc="The copies that subscriptions made.", to="recurring_order_copies", by="source_order", filter=True
    )
    attachments = shared.attachments()
    notifications = shared.notifications()
    links = shared.links()
    resource_errors = Many(
        doc="Problems that turned up after a request was answered.", to="resource_errors", by="resource", filter=True
    )
    events = shared.events()
    tags = shared.tags()
    versions = shared.versions()
    event_stores = shared.event_stores()
