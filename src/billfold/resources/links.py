"""Addresses to share that lead to an order, a SKU or a list of SKUs."""

from __future__ import annotations

from billfold.db import chosen
from billfold.domain.links import url
from billfold.jsonapi.members import Choice, Flag, Object, One, Text, Timestamp
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.catalogue import links

ITEM_TYPES = ("orders", "skus", "sku_lists")


class Link(
    Resource, called="links", can="list retrieve create update delete", create=links.create, update=links.update
):
    """An address that leads whoever has it to a record, by way of a sales channel, for a while."""

    name = Text(
        doc="What the link is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="FW SALE 2023",
    )
    client_id = Text(
        doc="The client id of the sales channel that visitors of the link get their token from.",
        write="both",
        required=True,
        filter=True,
        example="xxxx-yyyy-zzzz",
    )
    scope = Text(
        doc="The scope of the visitors' tokens.",
        write="both",
        required=True,
        filter=True,
        example="market:id:GhvCxsElAQ,market:id:kJhgVcxZDr",
    )
    starts_at = Timestamp(
        doc="From when on the link works; from its creation unless another moment is sent.",
        write="both",
        filter=True,
        sort=True,
        example="2018-01-01T12:00:00.000Z",
    )
    expires_at = Timestamp(
        doc="When the link ceases to work; a month after its creation unless another moment is sent.",
        write="both",
        filter=True,
        sort=True,
        example="2018-01-02T12:00:00.000Z",
    )
    active = Flag(doc="Whether the link works now.", chosen=chosen.link_is_active, example=True)
    status = Choice(
        doc="Whether the link works now, does not yet, does no longer, or was taken out of use.",
        of=("disabled", "expired", "pending", "active"),
        chosen=chosen.link_status,
        example="pending",
    )
    domain = Text(
        doc="The host of the address.", write="both", default="commercelayer.link", example="commercelayer.link"
    )
    url = Text(doc="The address to share.", derived=url, example="https://commercelayer.link/xYZkjABcde")
    # The column that keeps of which type `item` is.
    item_type = Choice(
        doc="What `item` is: an order, a SKU or a list of SKUs.",
        of=ITEM_TYPES,
        write="create",
        filter=True,
        sort=True,
        example="orders",
    )
    params = Object(
        doc="What is appended to the address that visitors are led to, as its query.",
        write="both",
        filter=True,
        example={"param1": "ABC", "param2": "XYZ"},
    )
    _disable = shared.disable()
    _enable = shared.enable()
    disabled_at = shared.disabled_at()

    item = One(doc="What the link leads to.", to=ITEM_TYPES, write="both", required=True)
    events = shared.events()
    event_stores = shared.event_stores()
