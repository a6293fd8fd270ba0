"""Adjustments: amounts that a back office adds to orders or takes off them, for a reason it names."""

from __future__ import annotations

from billfold.jsonapi.members import Amount, Flag, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.orders import adjustments


class Adjustment(
    Resource,
    called="adjustments",
    can="list retrieve create update delete",
    create=adjustments.create,
    update=adjustments.update,
):
    """An amount that comes into orders as a line item: a surcharge when positive, a reduction when negative."""

    name = Text(
        doc="What the customer reads on the order.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="Additional service",
    )
    currency_code = Text(
        doc="The currency of the amount, as three letters of ISO 4217.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="EUR",
    )
    amount = Amount(
        doc="What it adds to an order, in minor units; negative to take something off.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example=1500,
    )
    distribute_discount = Flag(
        doc="Whether a negative amount lowers what taxes are worked out from, each line item's by its share.",
        write="both",
        default=True,
        example=True,
    )

    versions = shared.versions()
    event_stores = shared.event_stores()
