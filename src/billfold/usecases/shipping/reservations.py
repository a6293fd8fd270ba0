"""Pieces set aside for a while: nobody else gets them until they are taken, let go, or the time is over.

Whoever sets pieces aside is guarded by the stock item and not by the order: two customers must not be promised the
same piece, and what they have in common is the shelf.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from billfold.domain.errors import Conflict, Refused
from billfold.domain.moments import moment
from billfold.jsonapi.record import Record
from billfold.usecases.shipping import stock
from billfold.usecases.shipping.fulfillment import check_in_progress, order_of
from billfold.usecases.work import Work, reads

CUTOFF = 3600  # seconds, where no inventory model says
LAPSE = "release_reservation"
MISSES = 10

FOR_RESERVING = "market.inventory_model"
OF_PIECE = "stock_item stock_reservation.reserved_stock"
FOR_PIECE = f"order.{FOR_RESERVING} {OF_PIECE}"
FOR_SHIPMENT = f"order.{FOR_RESERVING} stock_line_items.stock_item stock_line_items.stock_reservation.reserved_stock"


@reads("stock_item.reserved_stock stock_item.sku")
async def create(work: Work, reservation: Record, value: object = True) -> None:
    """Set pieces of a stock item aside for an hour, or for good with `_pending`."""
    item = reservation.one("stock_item")
    assert item is not None
    _check_quantity(item, reservation["quantity"], 0)
    work.guard(item)
    stock.count_in(work, item, reservation)
    work.relate(reservation, "sku", item.one("sku"))
    _lapse(work, reservation, work.now + timedelta(seconds=CUTOFF))


@reads("stock_item.reserved_stock")
async def update(work: Work, reservation: Record, value: object = True) -> None:
    former = work.former(reservation, "quantity")
    if reservation["quantity"] == former:
        return
    item = reservation.one("stock_item")
    assert item is not None
    _check_quantity(item, reservation["quantity"], former)
    work.guard(item)
    stock.count_more(work, item, reservation["quantity"] - former)


@reads("reserved_stock")
async def delete(work: Work, reservation: Record, value: object = True) -> None:
    stock.release(work, None, reservation)


async def pending(work: Work, reservation: Record, value: object = True) -> None:
    work.set(reservation, status="pending")


async def lapse(work: Work, payload: Mapping[str, Any]) -> None:
    """The worker's part: the time is over, unless it was renewed or the pieces are to stay set aside."""
    reservation = await work.read("stock_reservations", payload["reservation_id"], "reserved_stock")
    if reservation is None or reservation["status"] != "draft":
        return
    if moment(reservation["expires_at"]) > work.now:
        return  # renewed: a later job of the same kind sees to it
    stock.release(work, None, reservation)
    await work.commit()


@reads(f"order.{FOR_RESERVING} stock_line_items.stock_item")
async def reserve_line_item(work: Work, item: Record, value: object = True) -> None:
    """Set the pieces of a line item aside; those that are already are so for longer."""
    order = order_of(item)
    await work.commit()
    mine = item.related.get("stock_line_items")
    if mine is None:
        mine = [p for p in order.related.get("stock_line_items") or () if p["line_item_id"] == item.id]
    await _reserve(work, order, mine)


@reads(FOR_SHIPMENT)
async def reserve_shipment(work: Work, shipment: Record, value: object = True) -> None:
    check_in_progress(order_of(shipment), at="_reserve_stock")
    await work.commit()
    await _reserve(work, order_of(shipment), shipment.many("stock_line_items"))


@reads(FOR_PIECE)
async def reserve_piece(work: Work, piece: Record, value: object = True) -> None:
    order = piece.one("order")
    if order is None:
        raise Refused("belongs to no order", at="_reserve_stock", error="no_order")
    check_in_progress(order, at="_reserve_stock")
    await work.commit()
    await _reserve(work, order, [piece])


@reads(FOR_SHIPMENT)
async def release_shipment(work: Work, shipment: Record, value: object = True) -> None:
    check_in_progress(order_of(shipment), at="_release_stock")
    for piece in shipment.many("stock_line_items"):
        stock.set_free(work, piece)


@reads(FOR_PIECE)
async def release_piece(work: Work, piece: Record, value: object = True) -> None:
    stock.set_free(work, piece)


@reads(FOR_SHIPMENT)
async def decrement_shipment(work: Work, shipment: Record, value: object = True) -> None:
    """Take the pieces from stock by hand, for whoever does not have it done by placing."""
    check_in_progress(order_of(shipment), at="_decrement_stock")
    for piece in shipment.many("stock_line_items"):
        _decrement(work, piece)


@reads(FOR_PIECE)
async def decrement_piece(work: Work, piece: Record, value: object = True) -> None:
    order = piece.one("order")
    if order is not None:
        check_in_progress(order, at="_decrement_stock")
    _decrement(work, piece)


def _decrement(work: Work, piece: Record) -> None:
    source = piece.one("stock_item")
    if source is None or piece["decremented_at"]:
        return
    if source["quantity"] < piece["quantity"]:
        meta = {"sku_code": piece["sku_code"], "available": source["quantity"]}
        raise Refused("is more than there is in stock", at="quantity", error="out_of_stock", meta=meta)
    stock.take_piece(work, piece)
    stock.set_free(work, piece)


async def _reserve(work: Work, order: Record, pieces: list[Record]) -> None:
    market = order.related.get("market")
    model = market.related.get("inventory_model") if market is not None else None
    cutoff = (model["stock_reservation_cutoff"] if model is not None else None) or CUTOFF
    for piece in pieces:
        if piece["stock_item_id"] and not piece["decremented_at"]:
            await _reserve_one(work, order, piece, work.now + timedelta(seconds=cutoff))


async def _reserve_one(work: Work, order: Record, piece: Record, until: datetime) -> None:
    for _ in range(MISSES):
        item = await work.read("stock_items", piece["stock_item_id"], "reserved_stock stock_reservations sku")
        if item is None:
            return
        held = next((r for r in item.many("stock_reservations") if r["stock_line_item_id"] == piece.id), None)
        _check_quantity(item, piece["quantity"], held["quantity"] if held is not None else 0)
        work.guard(item)
        if held is None:
            values = {"quantity": piece["quantity"], "line_item_id": piece["line_item_id"], "order_id": order.id}
            held = work.insert("stock_reservations", values, {"stock_item": item, "sku": item.one("sku")})
            work.relate(held, "stock_line_item", piece)
            stock.count_in(work, item, held)
            work.relate(piece, "stock_reservation", held)
        else:
            stock.count_more(work, item, piece["quantity"] - held["quantity"])
            work.set(held, quantity=piece["quantity"])
        _lapse(work, held, until)
        try:
            await work.commit()
        except Conflict:
            work.forget()
            continue
        return
    raise Conflict("is being reserved by many others at this moment; please try again.", error="busy")


def _lapse(work: Work, reservation: Record, until: datetime) -> None:
    work.set(reservation, expires_at=until)
    work.job(LAPSE, until, {"reservation_id": reservation.id})


def _check_quantity(item: Record, quantity: int, held: int) -> None:
    """held  how many of the pieces are set aside already"""
    if quantity < 1:
        raise Refused("must be at least 1", at="quantity", error="out_of_range")
    there = stock.free(item) + held
    if quantity > there:
        meta = {"sku_code": item["sku_code"], "available": max(there, 0)}
        raise Refused("is more than there is in stock", at="quantity", error="out_of_stock", meta=meta)
