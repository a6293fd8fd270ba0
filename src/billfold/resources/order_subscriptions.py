"""Orders that come again at intervals, and what is in them; nothing makes those orders on this server yet."""

from __future__ import annotations

from billfold.db import chosen
from billfold.domain import derived
from billfold.jsonapi.members import Amount, Choice, Flag, Integer, Many, Object, One, Text, Timestamp, Trigger
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.subscriptions import order_subscription_items, order_subscriptions


class OrderSubscription(
    Resource,
    called="order_subscriptions",
    can="list retrieve create update delete",
    customer="retrieve update",
    owner="customer",
    named_filters={"active": "active_true", "expired": "expired_true", "runnable": "runnable_true"},
    create=order_subscriptions.create,
    update=order_subscriptions.update,
    delete=order_subscriptions.delete,
):
    """The wish of a registered customer to have an order made again at intervals."""

    number = Text(doc="The subscription's number, counted up by the server.", filter=True, sort=True, example="1234")
    status = Choice(
        doc="Where in its life the subscription is: a draft until it was active for the first time.",
        of=("draft", "inactive", "active", "running", "cancelled"),
        filter=True,
        sort=True,
        default="draft",
        example="draft",
    )
    frequency = Text(
        doc="How often the order comes again: a word as “monthly” or a crontab line that names no minutes.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="monthly",
    )
    activate_by_source_order = Flag(
        doc="Whether the order that it started from counts as its first run.",
        write="both",
        default=True,
        example=True,
    )
    place_target_order = Flag(
        doc="Whether the orders it makes are placed at once.", write="both", default=True, example=True
    )
    renewal_alert_period = Integer(
        doc="How many hours before each run the customer is told of it: from 1 to 720.",
        write="both",
        default=1,
        example=1,
    )
    customer_email = Text(
        doc="The e-mail address of the customer of the order it started from.", filter=True, example="john@example.com"
    )
    starts_at = Timestamp(
        doc="When it becomes active, if that is not with the order it started from.",
        write="create",
        filter=True,
        sort=True,
        example="2018-01-01T12:00:00.000Z",
    )
    expires_at = Timestamp(
        doc="When it ends, after it has started; null for no end.",
        write="both",
        filter=True,
        sort=True,
        example="2018-01-02T12:00:00.000Z",
    )
    last_run_at = Timestamp(
        doc="When it last made an order.", filter=True, sort=True, example="2018-01-01T12:00:00.000Z"
    )
    next_run_at = Timestamp(
        doc="When it makes the next order; it can be moved within the future.",
        write="update",
        filter=True,
        sort=True,
        example="2018-01-01T12:00:00.000Z",
    )
    occurrencies = Integer(doc="How many orders it has made.", filter=True, sort=True, default=0, example=2)
    errors_count = Integer(doc="How many of its runs went wrong.", filter=True, sort=True, default=0, example=3)
    succeeded_on_last_run = Flag(doc="Whether its last run went well.", filter=True, sort=True, example=True)
    options = Object(
        doc="What the orders it makes are made with; `place_target_order` has replaced it.",
        write="both",
        default={},
        example={"place_target_order": False},
    )
    active = Flag(doc="Whether it makes orders.", chosen=chosen.subscription_is_active, shown=False)
    expired = Flag(doc="Whether it is over at this moment.", chosen=chosen.subscription_is_over, shown=False)
    runnable = Flag(doc="Whether its next order is due.", chosen=chosen.subscription_is_due, shown=False)
    automatic = Flag(
        doc="Whether its orders are made of its items; a manual one repeats the order it started from as a whole.",
        shown=False,
        default=False,
    )
    ends_with_order = Flag(
        doc="Whether it is cancelled together with the order it started from.", shown=False, default=False
    )
    _activate = Trigger(
        doc="Lets it make orders, paid with its entry of the customer's wallet.", run=order_subscriptions.activate
    )
    _deactivate = Trigger(
        doc="Has it make no more orders until it is activated again.", run=order_subscriptions.deactivate
    )
    _cancel = Trigger(doc="Ends the subscription for good.", run=order_subscriptions.cancel)
    _convert = Trigger(
        doc="Gives a manual subscription items of its own, so that it follows the market's subscription model.",
        run=order_subscriptions.convert,
    )
    _add_tags = shared.add_tags()
    _remove_tags = shared.remove_tags()

    market = One(
        doc="Where its orders are made: the market of the order it started from when none is sent.",
        to="markets",
        write="create",
        filter=True,
        sort=True,
    )
    subscription_model = One(
        doc="The market's rules for how often orders may come again.",
        to="subscription_models",
        filter=True,
        sort=True,
        chosen=chosen.subscription_model,
    )
    source_order = One(
        doc="The order it started from and repeats.", to="orders", write="create", required=True, filter=True
    )
    customer = One(doc="Who wants the order again.", to="customers", filter=True, sort=True)
    customer_payment_source = One(
        doc="The entry of the customer's wallet that its orders are paid with, as long as the customer keeps that.",
        to="customer_payment_sources",
        write="update",
        filter=True,
        sort=True,
        loose=True,
    )
    order_subscription_items = Many(
        doc="What is in the orders it makes.", to="order_subscription_items", by="order_subscription"
    )
    order_factories = Many(doc="All copies it has made, of whatever kind.", to="order_factories", chosen=chosen.nothing)
    order_copies = Many(doc="The copies of another kind that it has made.", to="order_copies", by="order_subscription")
    recurring_order_copies = Many(
        doc="The copies it has made at intervals.", to="recurring_order_copies", by="order_subscription"
    )
    orders = Many(doc="The orders it has made.", to="orders", by="order_subscription")
    events = shared.events()
    tags = shared.tags()
    versions = shared.versions()
    event_stores = shared.event_stores()


class OrderSubscriptionItem(
    Resource,
    called="order_subscription_items",
    can="list retrieve create update delete",
    customer="retrieve",
    owner="order_subscription",
    create=order_subscription_items.create,
    update=order_subscription_items.update,
):
    """Some pieces of one thing in every order that a subscription makes."""

    sku_code = Text(
        doc="The code of the SKU; it may be sent instead of `item`.",
        write="both",
        example="TSHIRTMM000000FFFFFFXLXX",
    )
    bundle_code = Text(
        doc="The code of the bundle; it may be sent instead of `item`.",
        write="both",
        example="BUNDLEMM000000FFFFFFXLXX",
    )
    quantity = Integer(
        doc="How many pieces each order has.", write="both", required=True, filter=True, sort=True, example=4
    )
    currency_code = Text(doc="The currency of the order that the subscription started from.", shown=False)
    unit_amount = Amount(
        doc="What one piece costs, in minor units; the item's price when none is sent.",
        write="both",
        filter=True,
        sort=True,
        example=9900,
    )
    total_amount = Amount(
        doc="What the pieces cost together, in minor units.", derived=derived.unit_amount_by_quantity, example=18800
    )

    order_subscription = One(
        doc="The subscription whose orders it is in.",
        to="order_subscriptions",
        write="create",
        required=True,
        filter=True,
        sort=True,
    )
    item = One(doc="What is bought.", to=("skus", "bundles", "adjustments"), write="create")
    sku = One(doc="The item, when it is a SKU.", to="skus", of="item", write="create", filter=True)
    bundle = One(doc="The item, when it is a bundle.", to="bundles", of="item", write="create", filter=True)
    adjustment = One(
        doc="The item, when it is an adjustment.", to="adjustments", of="item", write="create", filter=True
    )
    source_line_item = One(
        doc="The line item it was made from, as long as that is there.",
        to="line_items",
        filter=True,
        loose=True,
    )
    event_stores = shared.event_stores()
