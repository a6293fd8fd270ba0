"""What a shop offers to do to its goods before they go out."""

from __future__ import annotations

from billfold.jsonapi.members import Amount, Integer, One, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.catalogue import sku_options


class SkuOption(
    Resource,
    called="sku_options",
    can="list retrieve create update delete",
    guest="list retrieve",
    customer="list retrieve",
    create=sku_options.create,
    update=sku_options.update,
):
    """Something a customer may have added to a SKU, as an engraving or gift wrap, for a price and some time."""

    name = Text(
        doc="What the option is called; line item options start with it as their name.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="Embossing",
    )
    currency_code = Text(
        doc="The currency of the price, as three letters of ISO 4217; the market's when it has one.",
        write="both",
        filter=True,
        sort=True,
        example="EUR",
    )
    description = Text(
        doc="A longer text for the back office.", write="both", filter=True, example="Up to twelve letters, in gold."
    )
    price_amount = Amount(
        doc="What it costs to have it done once, in minor units.",
        write="both",
        filter=True,
        sort=True,
        default=0,
        example=1000,
    )
    delay_hours = Integer(
        doc="How many hours later the goods go out because of it.",
        write="both",
        filter=True,
        sort=True,
        default=0,
        example=48,
    )
    delay_days = Integer(doc="The delay in whole days, rounded.", filter=True, sort=True, default=0, example=2)
    sku_code_regex = Text(
        doc="A regular expression that the codes of the SKUs match that it is offered for; none means every SKU.",
        write="both",
        example="^(A|B).*$",
    )
    _add_tags = shared.add_tags()
    _remove_tags = shared.remove_tags()

    market = One(
        doc="The market it is offered in; none means every market of its currency.",
        to="markets",
        write="both",
        filter=True,
        sort=True,
    )
    attachments = shared.attachments()
    events = shared.events()
    tags = shared.tags()
    versions = shared.versions()
    event_stores = shared.event_stores()
