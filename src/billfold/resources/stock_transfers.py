"""Goods on their way from one stock location to another."""

from __future__ import annotations

from billfold.jsonapi.members import Choice, Integer, One, Text, Trigger
from billfold.jsonapi.resource import Resource
from billfold.resources import shared, stock_members
from billfold.usecases.shipping import stock_transfers


class StockTransfer(
    Resource,
    called="stock_transfers",
    can="list retrieve create update delete",
    guest="retrieve",
    customer="retrieve",
    owner="order",
    create=stock_transfers.create,
    update=stock_transfers.update,
):
    """Some pieces of a SKU that one stock location sends to another, for an order or to fill up."""

    number = Text(
        doc="The transfer's number, counted up by the server unless another is sent.",
        write="both",
        filter=True,
        sort=True,
        example="1234",
    )
    sku_code = stock_members.sku_code()
    status = Choice(
        doc="How far the transfer has come.",
        of=("draft", "upcoming", "on_hold", "picking", "in_transit", "completed", "cancelled"),
        filter=True,
        sort=True,
        default="draft",
        example="draft",
    )
    quantity = Integer(
        doc="How many pieces; to be changed only before they have arrived or the transfer was given up.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example=2,
    )
    on_hold_at = stock_members.reached_at("When the transfer was put on hold.")
    picking_at = stock_members.reached_at("When picking began for the transfer.")
    in_transit_at = stock_members.reached_at("When the pieces left the origin.")
    completed_at = stock_members.reached_at("When the pieces reached the destination.")
    cancelled_at = stock_members.reached_at("When the transfer was given up.")
    _upcoming = Trigger(doc="Puts the transfer on the list of what is to be done.", run=stock_transfers.upcoming)
    _on_hold = Trigger(doc="Lets the transfer wait.", run=stock_transfers.on_hold)
    _picking = Trigger(doc="Begins to gather the pieces.", run=stock_transfers.picking)
    _in_transit = Trigger(
        doc="Sends the pieces off, which takes them off the origin's stock.", run=stock_transfers.in_transit
    )
    _complete = Trigger(doc="Adds the pieces to the destination's stock.", run=stock_transfers.complete)
    _cancel = Trigger(
        doc="Gives the transfer up; what is on its way goes back to the origin's stock.", run=stock_transfers.cancel
    )

    sku = One(
        doc="What the pieces are; needed unless `sku_code` is sent.", to="skus", write="both", filter=True, sort=True
    )
    origin_stock_location = One(
        doc="Where the pieces leave.", to="stock_locations", write="both", required=True, filter=True
    )
    destination_stock_location = One(
        doc="Where the pieces arrive.", to="stock_locations", write="both", required=True, filter=True
    )
    shipment = One(
        doc="The shipment that waits for the pieces, if one does.",
        to="shipments",
        write="both",
        filter=True,
        sort=True,
    )
    line_item = One(
        doc="The position of an order that the pieces are for, if any.",
        to="line_items",
        write="both",
        filter=True,
        sort=True,
    )
    stock_reservation = One(
        doc="By what the pieces are set aside.", to="stock_reservations", filter=True, sort=True, loose=True
    )
    decremented_at = stock_members.decremented_at()
    origin_stock_item = One(doc="What the pieces are taken from.", to="stock_items", shown=False)
    order = stock_members.the_order()
    attachments = shared.attachments()
    events = shared.events()
    versions = shared.versions()
    event_stores = shared.event_stores()
