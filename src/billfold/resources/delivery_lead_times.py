"""How long deliveries take."""

from __future__ import annotations

from billfold.jsonapi.members import Integer, One
from billfold.jsonapi.resource import Resource
from billfold.resources import shared, stock_members
from billfold.usecases.shipping import shipping_setup


class DeliveryLeadTime(
    Resource,
    called="delivery_lead_times",
    can="list retrieve create update delete",
    guest="list retrieve",
    customer="list retrieve",
    create=shipping_setup.count_days,
    update=shipping_setup.count_days,
):
    """How many hours pass until goods arrive that are sent from one stock location by one shipping method."""

    min_hours = Integer(
        doc="How many hours it takes at least.", write="both", required=True, filter=True, sort=True, example=48
    )
    max_hours = Integer(
        doc="How many hours it takes at most.", write="both", required=True, filter=True, sort=True, example=72
    )
    min_days = Integer(doc="`min_hours` in days, rounded.", filter=True, sort=True, example=2)
    max_days = Integer(doc="`max_hours` in days, rounded.", filter=True, example=3)

    stock_location = stock_members.stock_location("Where the goods are sent from.")
    shipping_method = One(
        doc="How the goods are sent.", to="shipping_methods", write="both", required=True, filter=True, sort=True
    )
    attachments = shared.attachments()
    versions = shared.versions()
    event_stores = shared.event_stores()
