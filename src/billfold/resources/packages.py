"""The boxes that a stock location packs into."""

from __future__ import annotations

from billfold.jsonapi.members import Float, Many, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared, stock_members
from billfold.usecases.shipping import shipping_setup


def _side(doc: str, example: float) -> Float:
    return Float(doc=doc, write="both", required=True, filter=True, sort=True, example=example)


class Package(
    Resource,
    called="packages",
    can="list retrieve create update delete",
    create=shipping_setup.check_package,
    update=shipping_setup.check_package,
):
    """A kind of box with its measures."""

    name = Text(
        doc="What the package is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="Large (60x40x30)",
    )
    code = Text(doc="Your own name for the package.", write="both", filter=True, sort=True, example="YYYY 2000")
    length = _side("How long it is, in `unit_of_length`.", 40.0)
    width = _side("How wide it is, in `unit_of_length`.", 40.0)
    height = _side("How high it is, in `unit_of_length`.", 25.0)
    unit_of_length = Text(
        doc="What it is measured in: cm or in.", write="both", required=True, filter=True, sort=True, example="cm"
    )

    stock_location = stock_members.stock_location("Where it is packed into.")
    parcels = Many(doc="What was packed into one.", to="parcels", by="package", filter=True)
    attachments = shared.attachments()
    versions = shared.versions()
    event_stores = shared.event_stores()
