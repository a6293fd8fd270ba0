"""What customers want to hear of."""

from __future__ import annotations

from billfold.jsonapi.members import One, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.customers import customer_subscriptions


class CustomerSubscription(
    Resource,
    called="customer_subscriptions",
    can="list retrieve create update delete",
    guest="retrieve create update delete",
    customer="list retrieve create update delete",
    owner="customer",
    create=customer_subscriptions.create,
    delete=customer_subscriptions.delete,
):
    """A customer's wish to be written to, as by a newsletter; `reference` says which."""

    reference = Text(
        doc="What the customer wants to hear of, in your own words.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="NEWSLETTER",
    )
    customer_email = Text(
        doc="Where to write to; whoever is not known by it yet becomes a customer.",
        write="create",
        required=True,
        example="john@example.com",
    )

    customer = One(doc="Who is written to.", to="customers", filter=True, sort=True)
    events = shared.events()
    versions = shared.versions()
    event_stores = shared.event_stores()
