"""Which stock locations a market ships from and takes returns at, and in which order they come."""

from __future__ import annotations

from billfold.jsonapi.members import Flag, Integer, Many, One, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared, stock_members
from billfold.usecases.shipping import shipping_setup


class InventoryModel(
    Resource,
    called="inventory_models",
    can="list retrieve create update delete",
    create=shipping_setup.check_inventory,
    update=shipping_setup.check_inventory,
):
    """How orders are split into shipments, and the stock locations these may come from."""

    name = Text(
        doc="What the inventory model is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="EU Inventory Model",
    )
    strategy = Text(
        doc="How shipments are cut: no_split, split_shipments, split_by_line_items, ship_from_primary or"
        " ship_from_first_available_or_primary.",
        write="both",
        filter=True,
        sort=True,
        default="no_split",
        example="no_split",
    )
    stock_locations_cutoff = Integer(
        doc="How many of its stock locations are looked at, from the first priority on.",
        write="both",
        filter=True,
        sort=True,
        default=2,
        example=3,
    )
    stock_reservation_cutoff = Integer(
        doc="For how many seconds pieces are set aside.",
        write="both",
        filter=True,
        sort=True,
        default=3600,
        example=3600,
    )
    put_stock_transfers_on_hold = Flag(
        doc="Whether stock transfers are put on hold together with their shipment.",
        write="both",
        default=False,
        example=True,
    )
    manual_stock_decrement = Flag(
        doc="Whether stock goes down only when the back office says so, and not by placing an order.",
        write="both",
        default=False,
        example=True,
    )

    inventory_stock_locations = Many(
        doc="The stock locations to ship from, with their priorities.",
        to="inventory_stock_locations",
        by="inventory_model",
        filter=True,
    )
    inventory_return_locations = Many(
        doc="The stock locations to return to, with their priorities.",
        to="inventory_return_locations",
        by="inventory_model",
        filter=True,
    )
    attachments = shared.attachments()
    versions = shared.versions()
    event_stores = shared.event_stores()


def _model() -> One:
    return One(
        doc="The inventory model it is a part of.",
        to="inventory_models",
        write="both",
        required=True,
        filter=True,
        sort=True,
    )


def _priority() -> Integer:
    return Integer(
        doc="Where the stock location stands in the inventory model; the lowest number comes first.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example=1,
    )


class InventoryStockLocation(Resource, called="inventory_stock_locations", can="list retrieve create update delete"):
    """The place that a stock location has among those an inventory model ships from."""

    priority = _priority()
    on_hold = Flag(
        doc="Whether shipments from here wait on hold, as back-orders and engravings do.",
        write="both",
        filter=True,
        sort=True,
        default=False,
        example=False,
    )

    stock_location = stock_members.stock_location("Where is shipped from.")
    inventory_model = _model()
    versions = shared.versions()
    event_stores = shared.event_stores()


class InventoryReturnLocation(Resource, called="inventory_return_locations", can="list retrieve create update delete"):
    """The place that a stock location has among those an inventory model takes returns at."""

    priority = _priority()

    stock_location = stock_members.stock_location("Where returns are sent to.")
    inventory_model = _model()
    versions = shared.versions()
    event_stores = shared.event_stores()
