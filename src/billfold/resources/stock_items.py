"""How many pieces of a SKU lie at a stock location, and how many of them are set aside."""

from __future__ import annotations

from billfold.jsonapi.members import Integer, Many, One, Trigger
from billfold.jsonapi.resource import Resource
from billfold.resources import shared, stock_members
from billfold.usecases.shipping import stock_items


class StockItem(
    Resource,
    called="stock_items",
    can="list retrieve create update delete",
    guest="list retrieve",
    customer="list retrieve",
    unique=("stock_location sku",),
    named_filters={"sku_codes": "sku_code_in", "sku_ids": "sku_id_in"},
    create=stock_items.create,
    update=stock_items.update,
    delete=stock_items.delete,
):
    """The pieces of one SKU that lie at one stock location."""

    sku_code = stock_members.sku_code()
    quantity = Integer(
        doc="How many pieces there are to sell; placed orders have theirs taken off.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        at_least=0,
        example=100,
    )
    _validate = Trigger(
        doc="Refuses a quantity that is smaller than what is set aside; storefronts may not send it.",
        restricted=True,
        run=stock_items.validate,
    )

    stock_location = stock_members.stock_location("Where the pieces lie.")
    sku = One(
        doc="What the pieces are; needed unless `sku_code` is sent.", to="skus", write="both", filter=True, sort=True
    )
    reserved_stock = One(
        doc="How many of the pieces are set aside.", to="reserved_stocks", filter=True, sort=True, loose=True
    )
    stock_reservations = Many(
        doc="Each time that pieces were set aside.", to="stock_reservations", by="stock_item", filter=True
    )
    attachments = shared.attachments()
    versions = shared.versions()
    event_stores = shared.event_stores()


class ReservedStock(Resource, called="reserved_stocks", can="list retrieve"):
    """How many pieces of a stock item are set aside, all reservations together."""

    quantity = Integer(doc="How many pieces are set aside.", filter=True, sort=True, default=0, at_least=0, example=100)

    stock_item = One(doc="What the pieces are set aside of.", to="stock_items", filter=True, sort=True)
    sku = One(doc="What the pieces are.", to="skus", filter=True)
    stock_reservations = Many(doc="Each time that pieces were set aside.", to="stock_reservations", by="reserved_stock")
    versions = shared.versions()
    event_stores = shared.event_stores()
