"""Where goods lie."""

from __future__ import annotations

from billfold.jsonapi.members import Flag, Integer, Many, One, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.shipping import shipping_setup


class StockLocation(
    Resource,
    called="stock_locations",
    can="list retrieve create update delete",
    guest="list retrieve",
    customer="list retrieve",
    create=shipping_setup.number_location,
    update=shipping_setup.check_location,
):
    """A warehouse, or whatever else goods are sent from and come back to."""

    number = Integer(doc="The stock location's number, counted up by the server.", example=1234)
    name = Text(
        doc="What the stock location is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="Primary warehouse",
    )
    code = Text(
        doc="Your own name for the stock location; no two share one.",
        write="both",
        filter=True,
        sort=True,
        unique=True,
        example="europe1",
    )
    label_format = Text(
        doc="In which format shipping labels are printed here: PDF, ZPL, EPL2 or PNG.",
        write="both",
        filter=True,
        sort=True,
        default="PDF",
        example="PDF",
    )
    suppress_etd = Flag(
        doc="Whether customs papers of shipments from here are made without an electronic invoice.",
        write="both",
        filter=True,
        sort=True,
        default=False,
        example=False,
    )

    address = One(
        doc="Where it is, which is where its shipments are sent from.",
        to="addresses",
        write="both",
        required=True,
        filter=True,
        sort=True,
    )
    inventory_stock_locations = Many(
        doc="Its places in inventory models to ship from.",
        to="inventory_stock_locations",
        by="stock_location",
        filter=True,
    )
    inventory_return_locations = Many(
        doc="Its places in inventory models to return to.",
        to="inventory_return_locations",
        by="stock_location",
        filter=True,
    )
    stock_items = Many(doc="How many pieces of what lie here.", to="stock_items", by="stock_location", filter=True)
    stock_transfers = Many(
        doc="What leaves here for another stock location.",
        to="stock_transfers",
        by="origin_stock_location",
        filter=True,
    )
    stores = Many(doc="The shops that sell from here.", to="stores", by="stock_location", filter=True)
    attachments = shared.attachments()
    versions = shared.versions()
    event_stores = shared.event_stores()
