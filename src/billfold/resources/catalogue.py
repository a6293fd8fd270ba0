"""What is sold, and for how much: SKUs, price lists and the prices that join them."""

from __future__ import annotations

from billfold.db import assortment, chosen, offers
from billfold.db.inventory import levels_of_sku
from billfold.domain import derived
from billfold.domain.inventory import to_be_had
from billfold.jsonapi.members import Amount, Choice, Flag, Float, Integer, Items, Many, Object, One, Text, Timestamp
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.catalogue import currencies, prices


class PriceList(
    Resource,
    called="price_lists",
    can="list retrieve create update delete",
    create=currencies.verify,
    update=currencies.verify,
):
    """Prices in one currency, all with or all without taxes."""

    name = Text(
        doc="What the price list is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="EU Price list",
    )
    code = Text(
        doc="Your own name for the price list; no two share one.",
        write="both",
        filter=True,
        sort=True,
        unique=True,
        example="europe1",
    )
    currency_code = Text(
        doc="The currency of all its prices, as three letters of ISO 4217.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="EUR",
    )
    tax_included = Flag(
        doc="Whether taxes are part of the prices already.",
        write="both",
        filter=True,
        sort=True,
        default=True,
        example=True,
    )
    rule_outcomes = shared.rule_outcomes()
    rules = shared.rules()
    resource_payload = shared.resource_payload()

    prices = Many(doc="The prices on the list.", to="prices", by="price_list", filter=True)
    price_list_schedulers = Many(
        doc="When the list takes a market's base list's place.",
        to="price_list_schedulers",
        by="price_list",
        filter=True,
    )
    attachments = shared.attachments()
    versions = shared.versions()
    event_stores = shared.event_stores()


class Price(
    Resource,
    called="prices",
    can="list retrieve create update delete",
    guest="list retrieve",
    customer="list retrieve",
    named_filters={
        "sku_codes": "sku_code_in",
        "sku_ids": "sku_id_in",
        "processed_at_from": "processed_at_gteq",
        "processed_at_to": "processed_at_lteq",
    },
    create=prices.create,
    update=prices.update,
):
    """What one piece of a SKU costs by one price list."""

    currency_code = Text(doc="The currency of the price list, as three letters of ISO 4217.", example="EUR")
    sku_code = Text(
        doc="The code of the SKU; it may be sent instead of the relationship.",
        write="both",
        example="TSHIRTMM000000FFFFFFXLXX",
    )
    amount = Amount(
        doc="What one piece costs, in minor units of the price list's currency.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example=10000,
    )
    original_amount = Amount(
        doc="What one piece costs before anything is taken off for the reader of the price.",
        derived=derived.original_amount,
        example=10000,
    )
    compare_at_amount = Amount(
        doc="What storefronts show struck through beside the amount, as in a sale.",
        write="both",
        filter=True,
        sort=True,
        example=13000,
    )
    rule_outcomes = shared.rule_outcomes()
    processed_at = Timestamp(
        doc="When your own process last dealt with the price.", write="update", example="2018-01-01T12:00:00.000Z"
    )
    rules = shared.rules()
    resource_payload = shared.resource_payload()
    jwt_custom_claim = shared.jwt_custom_claim()

    price_list = One(
        doc="The list the price stands on.", to="price_lists", write="both", required=True, filter=True, sort=True
    )
    sku = One(
        doc="What the price is for; needed unless `sku_code` is sent.", to="skus", write="both", filter=True, sort=True
    )
    price_tiers = Many(
        doc="Other amounts for larger or recurring quantities.", to="price_tiers", by="price", write="both", filter=True
    )
    price_volume_tiers = Many(doc="The tiers that depend on the quantity.", to="price_volume_tiers", by="price")
    price_frequency_tiers = Many(
        doc="The tiers that depend on how often an order recurs.", to="price_frequency_tiers", by="price"
    )
    attachments = shared.attachments()
    versions = shared.versions()
    jwt_customer = shared.jwt_customer()
    jwt_markets = shared.jwt_markets()
    jwt_stock_locations = shared.jwt_stock_locations()
    event_stores = shared.event_stores()


class Sku(
    Resource,
    called="skus",
    can="list retrieve create update delete",
    guest="list retrieve",
    customer="list retrieve",
    named_filters={"codes": "code_in"},
):
    """One variant of a product as it lies in the warehouse: this shirt, in black, in XL."""

    code = Text(
        doc="Your own name for the SKU, by which line items and prices find it; no two share one.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        unique=True,
        example="TSHIRTMM000000FFFFFFXLXX",
    )
    name = Text(
        doc="What the SKU is called in the back office; line items start with it as their name.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="Black T-shirt (XL)",
    )
    description = Text(
        doc="A longer text for the back office.", write="both", filter=True, example="Heavy cotton, screen printed."
    )
    image_url = Text(
        doc="A picture of the SKU; line items start with it as theirs.",
        write="both",
        filter=True,
        example="https://img.example.com/skus/xYZkjABcde.png",
    )
    pieces_per_pack = Integer(doc="How many pieces come in one SKU that is a pack.", write="both", example=6)
    weight = Float(doc="What one piece weighs, in `unit_of_weight`.", write="both", example=300.0)
    unit_of_weight = Choice(
        doc="What `weight` is measured in: grams, ounces or pounds.", of=("gr", "oz", "lb"), write="both", example="gr"
    )
    hs_tariff_number = Text(
        doc="The goods' number in the Harmonized System, for customs.", write="both", example="4901.91.0020"
    )
    do_not_ship = Flag(
        doc="Whether the SKU is delivered without a shipment, as downloads are.",
        write="both",
        filter=True,
        sort=True,
        default=False,
        example=False,
    )
    do_not_track = Flag(
        doc="Whether the SKU is sold without counting its stock.",
        write="both",
        filter=True,
        sort=True,
        default=False,
        example=False,
    )
    inventory = Object(
        doc="How many pieces can be had and how soon, by stock location; null in lists and where it is included.",
        derived=to_be_had,
        example={
            "available": True,
            "quantity": 10,
            "levels": [
                {
                    "quantity": 10,
                    "delivery_lead_times": [
                        {
                            "shipping_method": {
                                "name": "Standard Shipping",
                                "reference": None,
                                "price_amount_cents": 700,
                                "free_over_amount_cents": 9900,
                                "formatted_price_amount": "€7,00",
                                "formatted_free_over_amount": "€99,00",
                            },
                            "min": {"hours": 72, "days": 3},
                            "max": {"hours": 120, "days": 5},
                        }
                    ],
                }
            ],
        },
    )
    stock_levels = Items(doc="What lies where, and how long it takes from there.", alone=levels_of_sku, shown=False)
    _add_tags = shared.add_tags()
    _remove_tags = shared.remove_tags()
    jwt_custom_claim = shared.jwt_custom_claim()

    shipping_category = One(
        doc="What the SKU can be shipped together with.",
        to="shipping_categories",
        write="both",
        required=True,
        filter=True,
        sort=True,
    )
    prices = Many(doc="What the SKU costs, by price list.", to="prices", by="sku", filter=True)
    stock_items = Many(doc="How many pieces lie where.", to="stock_items", by="sku", filter=True)
    stock_reservations = Many(
        doc="Pieces that are set aside for a while.", to="stock_reservations", by="sku", filter=True
    )
    delivery_lead_times = Many(
        doc="How long deliveries take.",
        to="delivery_lead_times",
        filter=True,
        chosen=chosen.delivery_lead_times_of_sku,
    )
    sku_options = Many(
        doc="What a customer may have added to the SKU, as an engraving.",
        to="sku_options",
        chosen=assortment.options_of_sku,
    )
    sku_list_items = Many(doc="The places of the SKU on lists.", to="sku_list_items", by="sku", filter=True)
    sku_lists = Many(
        doc="The lists that the SKU stands on.", to="sku_lists", filter=True, chosen=assortment.lists_of_sku
    )
    promoted_places = Many(
        doc="Its places on lists made by hand that promotions are about.",
        to="sku_list_items",
        chosen=offers.promoted_places,
        shown=False,
    )
    promoted_lists = Many(
        doc="The lists that promotions are about and that its code stands on.",
        to="sku_lists",
        chosen=offers.promoted_lists,
        shown=False,
    )
    attachments = shared.attachments()
    links = shared.links()
    events = shared.events()
    tags = shared.tags()
    versions = shared.versions()
    jwt_customer = shared.jwt_customer()
    jwt_markets = shared.jwt_markets()
    jwt_stock_locations = shared.jwt_stock_locations()
    event_stores = shared.event_stores()
