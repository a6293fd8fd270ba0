"""Other amounts of a price, for larger or recurring quantities: what all tiers have in common, and the kinds."""

from __future__ import annotations

from billfold.db import chosen
from billfold.jsonapi.members import Amount, Choice, Integer, One, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.catalogue import price_tiers


class PriceTier(Resource, called="price_tiers"):
    """A step of a price, up to a limit; `type` says whether pieces or days are counted."""

    name = Text(
        doc="What the tier is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="six pack",
    )
    type = Choice(
        doc="What the limit counts: pieces, or days between orders.",
        of=("price_volume_tiers", "price_frequency_tiers"),
        filter=True,
        sort=True,
        example="price_volume_tiers",
    )
    up_to = Integer(
        doc="The last number of pieces or days that the tier holds for; null means that there is no limit.",
        write="both",
        filter=True,
        sort=True,
        example=15,
    )
    price_amount = Amount(
        doc="What one piece costs within the tier, in minor units.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example=1000,
    )
    # An amount is shown with its currency, which is that of the price.
    currency_code = Text(
        doc="The price's currency, as three letters of ISO 4217.", shown=False, chosen=chosen.currency_of_tier
    )

    price = One(doc="The price it is a step of.", to="prices", write="both", required=True, filter=True, sort=True)
    attachments = shared.attachments()
    versions = shared.versions()
    event_stores = shared.event_stores()


class PriceVolumeTier(
    PriceTier,
    called="price_volume_tiers",
    can="list retrieve create update delete",
    create=price_tiers.check,
    update=price_tiers.check,
):
    """What one piece costs when a line item has up to so many pieces."""

    events = shared.events()


class PriceFrequencyTier(
    PriceTier,
    called="price_frequency_tiers",
    can="list retrieve create update delete",
    create=price_tiers.check,
    update=price_tiers.check,
):
    """What one piece costs when a line item recurs after up to so many days."""

    events = shared.events()
