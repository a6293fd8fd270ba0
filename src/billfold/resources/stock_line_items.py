"""Which pieces of an order come from which stock."""

from __future__ import annotations

from billfold.jsonapi.members import Integer, One, Trigger
from billfold.jsonapi.resource import Resource
from billfold.resources import shared, stock_members
from billfold.usecases.shipping import reservations, shipment_edits


class StockLineItem(
    Resource,
    called="stock_line_items",
    can="list retrieve create update delete",
    guest="retrieve",
    customer="retrieve",
    owner="order",
    create=shipment_edits.create_piece,
    update=shipment_edits.update_piece,
    delete=shipment_edits.delete_piece,
):
    """Some pieces of one SKU, bought by a line item, taken from a stock item, and sent in a shipment."""

    sku_code = stock_members.sku_code(filter=True)
    bundle_code = stock_members.bundle_code()
    quantity = Integer(doc="How many pieces.", write="both", required=True, filter=True, sort=True, example=4)
    _reserve_stock = Trigger(
        doc="Sets the pieces aside for a while; storefronts may not.", restricted=True, run=reservations.reserve_piece
    )
    _release_stock = Trigger(
        doc="Sets the pieces aside no longer; storefronts may not.", restricted=True, run=reservations.release_piece
    )
    _decrement_stock = Trigger(
        doc="Takes the pieces off the stock item and sets them aside no longer; storefronts may not.",
        restricted=True,
        run=reservations.decrement_piece,
    )
    name = stock_members.line_item_name()
    image_url = stock_members.line_item_image_url()
    decremented_at = stock_members.decremented_at()

    shipment = One(
        doc="What the pieces are sent in; none when there is nothing to send.",
        to="shipments",
        write="both",
        filter=True,
        sort=True,
    )
    line_item = One(
        doc="The position of the order that the pieces belong to.",
        to="line_items",
        write="both",
        filter=True,
        sort=True,
    )
    stock_item = One(
        doc="Where the pieces are taken from; none when the SKU's stock is not counted.",
        to="stock_items",
        write="both",
        filter=True,
        sort=True,
    )
    sku = One(
        doc="What the pieces are; the stock item's unless another is sent.",
        to="skus",
        write="both",
        filter=True,
        sort=True,
    )
    stock_reservation = One(
        doc="By what the pieces are set aside.", to="stock_reservations", filter=True, sort=True, loose=True
    )
    order = stock_members.the_order()
    versions = shared.versions()
    event_stores = shared.event_stores()
