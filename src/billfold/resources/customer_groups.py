"""Who may buy where: groups of customers, to whom private markets are open."""

from __future__ import annotations

from billfold.jsonapi.members import Many, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared


class CustomerGroup(Resource, called="customer_groups", can="list retrieve create update delete"):
    """Customers who have something in common; a market that names the group is open to them alone."""

    name = Text(
        doc="What the group is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="VIP",
    )
    code = Text(
        doc="Your own name for the group; no two groups share one.",
        write="both",
        filter=True,
        sort=True,
        unique=True,
        example="vip1",
    )

    customers = Many(doc="Who belongs to the group.", to="customers", by="customer_group")
    markets = Many(doc="The private markets that are open to it.", to="markets", by="customer_group")
    attachments = shared.attachments()
    versions = shared.versions()
    event_stores = shared.event_stores()
