"""How often line items may recur in a market, and what subscriptions become of them."""

from __future__ import annotations

from billfold.db import chosen
from billfold.jsonapi.members import Flag, Items, Many, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.subscriptions import subscription_models


class SubscriptionModel(
    Resource,
    called="subscription_models",
    can="list retrieve create update delete",
    guest="retrieve",
    customer="retrieve",
    create=subscription_models.check,
    update=subscription_models.check,
):
    """The frequencies that a market offers, and how an order's line items are turned into subscriptions."""

    name = Text(
        doc="What the subscription model is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="EU Subscription Model",
    )
    strategy = Text(
        doc="Which line items share a subscription: by_frequency those that come equally often, by_line_items none.",
        write="both",
        filter=True,
        sort=True,
        default="by_frequency",
        example="by_frequency",
    )
    frequencies = Items(
        doc="How often line items may recur: words as “monthly”, or crontab lines of a single minute.",
        write="both",
        required=True,
        example=["hourly", "10 * * * *", "weekly", "monthly", "two-month"],
    )
    auto_activate = Flag(
        doc="Whether subscriptions are active as soon as they are made, with the order they start from as first run.",
        write="both",
        filter=True,
        default=True,
        example=True,
    )
    auto_cancel = Flag(
        doc="Whether subscriptions are cancelled together with the order they start from.",
        write="both",
        filter=True,
        default=False,
        example=False,
    )

    markets = Many(doc="The markets it holds in.", to="markets", by="subscription_model")
    order_subscriptions = Many(
        doc="The subscriptions in its markets.",
        to="order_subscriptions",
        chosen=chosen.through("markets", "market_id", "subscription_model_id"),
    )
    attachments = shared.attachments()
    event_stores = shared.event_stores()
