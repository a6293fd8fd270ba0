"""Pieces that nobody else can buy for a while."""

from __future__ import annotations

from billfold.jsonapi.members import Choice, Integer, One, Timestamp, Trigger
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.shipping import reservations


class StockReservation(
    Resource,
    called="stock_reservations",
    can="list retrieve create update delete",
    create=reservations.create,
    update=reservations.update,
    delete=reservations.delete,
):
    """Some pieces of a stock item that are set aside until they are taken, let go, or the time is over."""

    status = Choice(
        doc="A draft lapses with the time; a pending one stays until its pieces are taken or let go.",
        of=("draft", "pending"),
        filter=True,
        sort=True,
        default="draft",
        example="draft",
    )
    quantity = Integer(
        doc="How many pieces are set aside.", write="both", required=True, filter=True, sort=True, example=4
    )
    expires_at = Timestamp(
        doc="Until when a draft sets the pieces aside.", filter=True, sort=True, example="2018-01-02T12:00:00.000Z"
    )
    _pending = Trigger(doc="Keeps the pieces set aside, however long it takes.", run=reservations.pending)

    line_item = One(
        doc="The position of an order that the pieces are for.", to="line_items", filter=True, sort=True, loose=True
    )
    order = One(doc="The order that the pieces are for.", to="orders", filter=True)
    stock_line_item = One(
        doc="What comes of the pieces in the order.", to="stock_line_items", filter=True, sort=True, loose=True
    )
    stock_transfer = One(
        doc="The transfer that the pieces are for.", to="stock_transfers", filter=True, sort=True, loose=True
    )
    stock_item = One(
        doc="What the pieces are set aside of.", to="stock_items", write="create", required=True, filter=True, sort=True
    )
    reserved_stock = One(doc="The sum that the pieces count towards.", to="reserved_stocks", filter=True, sort=True)
    sku = One(doc="What the pieces are.", to="skus", filter=True)
    event_stores = shared.event_stores()
