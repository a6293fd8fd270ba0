"""How shipments can be sent, and for how much."""

from __future__ import annotations

from billfold.db import chosen
from billfold.domain import shipping_methods
from billfold.jsonapi.members import Amount, Choice, Flag, Float, Items, Many, One, Secret, Text, Trigger, Url
from billfold.jsonapi.resource import Resource
from billfold.resources import shared, stock_members
from billfold.usecases.shipping import shipping_setup


class ShippingMethod(
    Resource,
    called="shipping_methods",
    can="list retrieve create update delete",
    guest="list retrieve",
    customer="list retrieve",
    named_filters={"shipment_id": "shipment_id_in"},
    create=shipping_setup.create_method,
    update=shipping_setup.update_method,
):
    """A way of shipping that customers choose from, as standard or express."""

    name = Text(
        doc="What customers read when they choose.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="Standard shipping",
    )
    scheme = Choice(
        doc="How the price is found: always the same, by weight, or asked of an external service.",
        of=("flat", "weight_tiered", "external"),
        write="both",
        filter=True,
        sort=True,
        default="flat",
        example="flat",
    )
    currency_code = Text(
        doc="The currency of its prices, as three letters of ISO 4217; the market's unless another is sent.",
        write="both",
        filter=True,
        sort=True,
        example="EUR",
    )
    external_prices_url = Url(
        doc="The service to ask for the price when the method is chosen, if its scheme is “external”.",
        write="both",
        example="https://prices.example.com",
    )
    price_amount = Amount(
        doc="What one shipment costs, in minor units; with the scheme “external”, while its service fails.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example=1000,
    )
    free_over_amount = Amount(
        doc="From which amount of the order on shipping is free, in minor units; null for never.",
        write="both",
        filter=True,
        sort=True,
        example=9900,
    )
    use_subtotal = Flag(
        doc="Whether discounts are left out when `free_over_amount_cents` is compared with.",
        write="both",
        default=False,
        example=True,
    )
    price_amount_for_shipment = Amount(
        doc="What the shipment that the method is read for would cost, in minor units.",
        derived=shipping_methods.price_for_shipment,
        needs="shipping_weight_tiers",
        example=0,
    )
    min_weight = Float(doc="From which weight of a shipment on the method is offered.", write="both", example=3.0)
    max_weight = Float(doc="Up to which weight of a shipment the method is offered.", write="both", example=300.0)
    unit_of_weight = stock_members.unit_of_weight("What weights are measured in: grams, ounces or pounds.")
    tax_code = Text(doc="What a tax calculator knows this kind of freight by.", write="both", example="FR010000")
    _disable = shared.disable()
    _enable = shared.enable()
    disabled_at = shared.disabled_at()
    circuit_state = shared.circuit_state()
    circuit_failure_count = shared.circuit_failure_count()
    _reset_circuit = shared.reset_circuit()
    shared_secret = Secret(
        doc="What calls to the external service are signed with; kept encrypted and never shown.",
        example="1c0994cc4e996e8c6ee56a2198f66f3c",
    )
    _regenerate_shared_secret = Trigger(
        doc="Replaces the shared secret by a new one.", run=shipping_setup.regenerate_shared_secret
    )
    external_includes = Items(
        doc="Relationships whose records go along in calls to the external service.",
        write="both",
        example=["order.line_item_options"],
    )
    _add_tags = shared.add_tags()
    _remove_tags = shared.remove_tags()

    market = One(
        doc="The market it is offered in; every market when there is none.",
        to="markets",
        write="both",
        filter=True,
        sort=True,
    )
    shipping_zone = One(
        doc="Where it reaches; everywhere when there is none.",
        to="shipping_zones",
        write="both",
        filter=True,
        sort=True,
    )
    shipping_category = One(
        doc="What it can carry; everything when there is none.",
        to="shipping_categories",
        write="both",
        filter=True,
        sort=True,
    )
    stock_location = One(
        doc="From where it is offered; from everywhere when there is none.",
        to="stock_locations",
        write="both",
        filter=True,
        sort=True,
    )
    delivery_lead_time_for_shipment = One(
        doc="How long the shipment that the method is read for would take.",
        to="delivery_lead_times",
        chosen=chosen.lead_time_of_method,
    )
    shipment = Many(
        doc="The shipments it is offered for, by which methods are found.",
        to="shipments",
        shown=False,
        filter=True,
        chosen=chosen.shipments_offered,
    )
    shipping_method_tiers = Many(
        doc="Prices for one kind of shipment or another, unless the price is flat.",
        to="shipping_method_tiers",
        by="shipping_method",
        write="both",
        filter=True,
    )
    shipping_weight_tiers = Many(
        doc="The tiers that depend on the weight.", to="shipping_weight_tiers", by="shipping_method"
    )
    attachments = shared.attachments()
    notifications = shared.notifications()
    events = shared.events()
    tags = shared.tags()
    versions = shared.versions()
    event_stores = shared.event_stores()


class ShippingMethodTier(
    Resource, called="shipping_method_tiers", can="list retrieve", guest="retrieve", customer="retrieve"
):
    """A price for shipments up to a limit; `type` says of what."""

    name = Text(
        doc="What the tier is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="Light shipping under 3kg",
    )
    type = Choice(
        doc="What the limit is one of: a weight.",
        of=("shipping_weight_tiers",),
        filter=True,
        sort=True,
        example="shipping_weight_tiers",
    )
    up_to = Float(
        doc="The limit, which is part of the tier; null for none.", write="both", filter=True, sort=True, example=20.5
    )
    price_amount = Amount(
        doc="What a shipment within the limit costs, in minor units.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example=1000,
    )

    shipping_method = One(
        doc="The method whose price it is.", to="shipping_methods", write="both", required=True, filter=True
    )
    attachments = shared.attachments()
    versions = shared.versions()
    event_stores = shared.event_stores()


class ShippingWeightTier(
    ShippingMethodTier,
    called="shipping_weight_tiers",
    can="list retrieve create update delete",
    guest="retrieve",
    customer="retrieve",
    create=shipping_setup.check_tier,
    update=shipping_setup.check_tier,
):
    """A price for shipments up to a weight, in the method's `unit_of_weight`."""
