"""Several SKUs that are bought as one, for one price."""

from __future__ import annotations

from billfold.db import assortment
from billfold.jsonapi.members import Amount, Flag, Integer, Many, One, Text, Trigger
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.catalogue import bundles


class Bundle(
    Resource,
    called="bundles",
    can="list retrieve create update delete",
    guest="list retrieve",
    customer="list retrieve",
    unique_or_none=("market code",),
    create=bundles.create,
    update=bundles.update,
):
    """The SKUs of a list, sold together under a code and a price of their own."""

    code = Text(
        doc="Your own name for the bundle, by which line items find it; no two of a market share one.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="BUNDMM000000FFFFFFXLXX",
    )
    name = Text(
        doc="What the bundle is called in the back office; line items start with it as their name.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="Black T-shirt (XL) with cap and socks",
    )
    currency_code = Text(
        doc="The currency of the price, as three letters of ISO 4217; the market's when it has one.",
        write="both",
        filter=True,
        sort=True,
        example="EUR",
    )
    description = Text(
        doc="A longer text for the back office.", write="both", filter=True, example="All that a summer's day takes."
    )
    image_url = Text(
        doc="A picture of the bundle; line items start with it as theirs.",
        write="both",
        filter=True,
        example="https://img.example.com/bundles/xYZkjABcde.png",
    )
    do_not_ship = Flag(
        doc="Whether nothing in the bundle is delivered in a shipment.",
        chosen=assortment.do_not_ship,
        filter=True,
        example=False,
    )
    do_not_track = Flag(
        doc="Whether everything in the bundle is sold without counting its stock.",
        chosen=assortment.do_not_track,
        filter=True,
        example=False,
    )
    price_amount = Amount(
        doc="What one bundle costs, in minor units; needed unless `_compute_price_amount` is sent.",
        write="both",
        filter=True,
        sort=True,
        example=10000,
    )
    compare_at_amount = Amount(
        doc="What storefronts show struck through beside the price, in minor units.",
        write="both",
        filter=True,
        sort=True,
        example=13000,
    )
    _compute_price_amount = Trigger(
        doc="Makes the price what the SKUs cost one by one in the bundle's market.",
        write="both",
        run=bundles.compute_price,
    )
    _compute_compare_at_amount = Trigger(
        doc="Makes the struck-through price what the SKUs cost one by one in the bundle's market.",
        write="both",
        run=bundles.compute_compare_at,
    )
    skus_count = Integer(doc="How many pieces are in one bundle.", chosen=assortment.skus_count, example=2)
    _add_tags = shared.add_tags()
    _remove_tags = shared.remove_tags()

    market = One(
        doc="The market it is sold in; none means every market of its currency.",
        to="markets",
        write="create",
        filter=True,
        sort=True,
    )
    sku_list = One(
        doc="The list that says what is in it.",
        to="sku_lists",
        write="create",
        required=True,
        filter=True,
        sort=True,
    )
    skus = Many(doc="What is in the bundle.", to="skus", chosen=assortment.skus_of_bundle)
    attachments = shared.attachments()
    events = shared.events()
    tags = shared.tags()
    versions = shared.versions()
    event_stores = shared.event_stores()
