"""What people change about shipments and what is in them: customers their shipping method, back offices the rest."""

from __future__ import annotations

from billfold.domain.errors import NOT_ALLOWED, NotAllowed, Refused
from billfold.domain.orders import EDITABLE, OPEN_TO_STOREFRONTS
from billfold.domain.shipping_methods import grams, is_offered
from billfold.jsonapi.record import Record
from billfold.usecases.catalogue import skus
from billfold.usecases.orders.totals import FOR_TOTALS, settle_totals
from billfold.usecases.payments.positions import check_amounts_may_change
from billfold.usecases.shipping import shipping_costs, stock
from billfold.usecases.shipping.fulfillment import check_in_progress, order_of
from billfold.usecases.shipping.shipment_plans import next_number
from billfold.usecases.shipping.shipments import parcelled
from billfold.usecases.work import Work, reads

METHOD = ("shipping_method.shipping_zone", "shipping_method.shipping_weight_tiers")
FOR_ORDER = " ".join(f"order.{path}" for path in FOR_TOTALS.split())
FOR_CHANGE = " ".join((FOR_ORDER, *METHOD))


@reads("order.shipments inventory_stock_location.stock_location shipping_method.shipping_zone")
async def create(work: Work, shipment: Record, value: object = True) -> None:
    """A back office sends something more, or apart, while the order is being fulfilled."""
    order = order_of(shipment)
    check_in_progress(order, at="relationships/order")
    work.guard(order)
    place = shipment.one("inventory_stock_location")
    assert place is not None
    location = place.one("stock_location")
    assert location is not None
    work.relate(shipment, "stock_location", location)
    work.set(
        shipment,
        number=next_number(order),
        status="upcoming",
        currency_code=order["currency_code"],
        origin_address_id=location["address_id"],
        shipping_address_id=shipment["shipping_address_id"] or order["shipping_address_id"],
        weight_grams=0.0,
    )
    work.set(order, shipments_count=(order["shipments_count"] or 0) + 1)


@reads("order", shipping_method=FOR_CHANGE, inventory_stock_location="inventory_stock_location.stock_location")
async def update(work: Work, shipment: Record, value: object = True) -> None:
    """The method may be chosen while the order is open; all else is the back office's, while goods go out."""
    order = order_of(shipment)
    sent = work.incoming
    if work.only_notes:
        return
    if work.caller.is_sales_channel and order["status"] not in OPEN_TO_STOREFRONTS:
        raise NotAllowed(NOT_ALLOWED)
    for name in sent.relationships.keys() & {"shipping_category", "inventory_stock_location", "shipping_address"}:
        if work.caller.is_sales_channel:
            raise NotAllowed(NOT_ALLOWED)
        check_in_progress(order, at=f"relationships/{name}")
    work.guard(order)
    if "inventory_stock_location" in sent.relationships:
        _send_from(work, shipment)
    if "shipping_method" in sent.relationships:
        await _choose_method(work, order, shipment)


@reads("order stock_line_items.stock_item stock_line_items.stock_reservation.reserved_stock")
async def delete(work: Work, shipment: Record, value: object = True) -> None:
    """Only what has not left, and has no transfers or parcels. What was taken goes back to its shelf, and what was set
    aside is so no longer."""
    order = order_of(shipment)
    check_in_progress(order, at="status")
    if shipment["status"] not in ("draft", "upcoming", "on_hold", "cancelled"):
        raise Refused(f"is {shipment['status']}: it can no longer be deleted", at="status", error="not_deletable")
    work.guard(order)
    for piece in shipment.many("stock_line_items"):
        _take_out(work, piece)
    work.delete(shipment)
    work.set(order, shipments_count=max((order["shipments_count"] or 0) - 1, 0))


def _send_from(work: Work, shipment: Record) -> None:
    place = shipment.one("inventory_stock_location")
    if place is None:
        raise Refused("can't be blank", at="relationships/inventory_stock_location", error="blank")
    location = place.one("stock_location")
    assert location is not None
    work.relate(shipment, "stock_location", location)
    work.set(shipment, origin_address_id=location["address_id"])


async def _choose_method(work: Work, order: Record, shipment: Record) -> None:
    if order["status"] not in EDITABLE:
        raise Refused(
            f"is {order['status']}: its shipping costs are settled", at="relationships/shipping_method",
            error="not_editable",
        )  # fmt: skip
    check_amounts_may_change(order)
    method = shipment.one("shipping_method")
    if method is not None and not is_offered(method, parcelled(order, shipment)):
        problem = "is not available for this shipment"
        raise Refused(problem, at="relationships/shipping_method", error="not_available")
    if method is not None:
        await shipping_costs.find_out(work, order, shipment, method)
    order.related["shipments"] = [shipment if s.id == shipment.id else s for s in order.many("shipments")]
    shipment.related.setdefault("inventory_stock_location", None)
    settle_totals(work, order)


@reads("shipment.order stock_item.sku sku line_item")
async def create_piece(work: Work, piece: Record, value: object = True) -> None:
    """A back office puts more into a shipment while the order is being fulfilled."""
    await _settle_piece(work, piece, before=0)


@reads("shipment.order stock_item.sku sku line_item")
async def update_piece(work: Work, piece: Record, value: object = True) -> None:
    if work.only_notes:
        return
    if "shipment" in work.incoming.relationships and piece["shipment_id"] != work.former(piece, "shipment_id"):
        problem = "cannot change: take the pieces out of one shipment and put them into the other"
        raise Refused(problem, at="relationships/shipment", error="not_changeable")
    if piece["decremented_at"] and (
        piece["quantity"] != work.former(piece, "quantity")
        or piece["stock_item_id"] != work.former(piece, "stock_item_id")
    ):
        raise Refused("cannot change once taken from stock", at="quantity", error="not_changeable")
    await _settle_piece(work, piece, before=work.former(piece, "quantity"))


@reads("shipment.order stock_item stock_reservation.reserved_stock")
async def delete_piece(work: Work, piece: Record, value: object = True) -> None:
    shipment = piece.one("shipment")
    if shipment is not None:
        order = order_of(shipment)
        check_in_progress(order, at="relationships/shipment")
        work.guard(order)
        _count(work, shipment, -piece["quantity"])
    _take_out(work, piece)


def _take_out(work: Work, piece: Record) -> None:
    reservation = piece.one("stock_reservation")
    if reservation is not None:
        stock.release(work, None, reservation)
    stock.put_back(work, piece)
    work.delete(piece)


async def _settle_piece(work: Work, piece: Record, *, before: int) -> None:
    """before  how many pieces the shipment counts already"""
    if piece["quantity"] < 1:
        raise Refused("must be at least 1", at="quantity", error="out_of_range")
    source, item = piece.related.get("stock_item"), piece.related.get("line_item")
    if piece.related.get("sku") is None and source is not None and not work.sent("sku_code"):
        work.relate(piece, "sku", source.one("sku"))
    await skus.name(work, piece)
    if source is not None and source["sku_id"] != piece["sku_id"]:
        raise Refused("is of another SKU", at="relationships/stock_item", error="mismatch")
    if item is not None:
        work.set(piece, name=item["name"], image_url=item["image_url"], bundle_code=item["bundle_code"])
    shipment = piece.related.get("shipment")
    if shipment is None:
        return
    order = order_of(shipment)
    check_in_progress(order, at="relationships/shipment")
    work.guard(order)
    work.relate(piece, "order", order)
    sku = piece.one("sku")
    more = piece["quantity"] - before
    _count(work, shipment, more)
    if sku is not None:
        weight = (shipment["weight_grams"] or 0.0) + more * grams(sku["weight"], sku["unit_of_weight"])
        work.set(shipment, weight_grams=weight)


def _count(work: Work, shipment: Record, more: int) -> None:
    work.set(shipment, skus_count=max((shipment["skus_count"] or 0) + more, 0))
