"""What a customer has had added to the pieces of a line item."""

from __future__ import annotations

from billfold.domain.options import total
from billfold.jsonapi.members import Amount, Integer, Object, One, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.orders import line_item_options


class LineItemOption(
    Resource,
    called="line_item_options",
    can="list retrieve create update delete",
    guest="retrieve create update delete",
    customer="list retrieve create update delete",
    owner="line_item",
    create=line_item_options.create,
    update=line_item_options.update,
    delete=line_item_options.delete,
):
    """A SKU option that was chosen for a line item, with the customer's wishes; its price is part of the position."""

    name = Text(
        doc="What the customer reads; the SKU option's name unless another is sent.",
        write="both",
        filter=True,
        sort=True,
        example="Embossing",
    )
    quantity = Integer(
        doc="How often the option is bought, whatever the quantity of the line item.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example=2,
    )
    currency_code = Text(
        doc="The order's currency, as three letters of ISO 4217.", filter=True, sort=True, example="EUR"
    )
    unit_amount = Amount(
        doc="What it costs once, in minor units; the SKU option's price unless a back office sends another.",
        write="both",
        restricted=True,
        filter=True,
        sort=True,
        example=990,
    )
    total_amount = Amount(doc="Unit amount times quantity, in minor units.", derived=total, example=1980)
    delay_hours = Integer(
        doc="How many hours later the goods go out because of it; the SKU option's.",
        filter=True,
        sort=True,
        default=0,
        example=48,
    )
    delay_days = Integer(doc="The delay in whole days, rounded.", filter=True, default=0, example=2)
    options = Object(
        doc="What the customer wishes, in words of your own, as the text to engrave.",
        write="both",
        required=True,
        example={"embossing_text": "Happy Birthday!"},
    )
    _add_tags = shared.add_tags()
    _remove_tags = shared.remove_tags()

    line_item = One(
        doc="The position that it is a part of.",
        to="line_items",
        write="create",
        required=True,
        filter=True,
        sort=True,
    )
    sku_option = One(
        doc="What was chosen, with its price.", to="sku_options", write="both", required=True, filter=True, sort=True
    )
    events = shared.events()
    tags = shared.tags()
    event_stores = shared.event_stores()
