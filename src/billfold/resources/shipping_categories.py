"""What can be shipped together."""

from __future__ import annotations

from billfold.jsonapi.members import Many, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared


class ShippingCategory(Resource, called="shipping_categories", can="list retrieve create update delete"):
    """SKUs that may go into the same shipment, as what is frozen, or bulky, or neither."""

    name = Text(
        doc="What the shipping category is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="Merchandise",
    )
    code = Text(
        doc="Your own name for the shipping category; no two share one.",
        write="both",
        filter=True,
        sort=True,
        unique=True,
        example="europe1",
    )

    skus = Many(doc="The SKUs that are shipped so.", to="skus", by="shipping_category", filter=True)
    attachments = shared.attachments()
    versions = shared.versions()
    event_stores = shared.event_stores()
