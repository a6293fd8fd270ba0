"""The steps a shipment takes from placing to the customer's door, and the order's fulfilment that follows from them."""

from __future__ import annotations

from typing import Any

from billfold.domain.errors import Refused
from billfold.domain.fulfillment import NEEDS_PROGRESS, SHIPMENT, check_step, is_fulfilled
from billfold.jsonapi.record import Record
from billfold.usecases.shipping import stock
from billfold.usecases.work import Work, reads

FOR_STEP = "order.shipments"
FOR_CANCEL = (
    f"{FOR_STEP} stock_line_items.stock_item stock_line_items.stock_reservation.reserved_stock"
    " stock_transfers.origin_stock_item stock_transfers.stock_reservation.reserved_stock"
)


@reads(FOR_STEP)
async def upcoming(work: Work, shipment: Record, value: object = True) -> None:
    _advance(work, shipment, "upcoming")


@reads(FOR_STEP)
async def on_hold(work: Work, shipment: Record, value: object = True) -> None:
    _advance(work, shipment, "on_hold")


@reads(FOR_STEP)
async def picking(work: Work, shipment: Record, value: object = True) -> None:
    _advance(work, shipment, "picking")


@reads(FOR_STEP)
async def packing(work: Work, shipment: Record, value: object = True) -> None:
    _advance(work, shipment, "packing")


@reads(FOR_STEP)
async def ready_to_ship(work: Work, shipment: Record, value: object = True) -> None:
    _advance(work, shipment, "ready_to_ship")


@reads(FOR_STEP)
async def ship(work: Work, shipment: Record, value: object = True) -> None:
    """The last shipment that leaves makes the order a fulfilled one."""
    if _advance(work, shipment, "shipped"):
        _note_fulfilled(work, order_of(shipment))


@reads(FOR_STEP)
async def deliver(work: Work, shipment: Record, value: object = True) -> None:
    _advance(work, shipment, "delivered")


@reads(FOR_CANCEL)
async def cancel(work: Work, shipment: Record, value: object = True) -> None:
    """What was taken from stock for the shipment goes back."""
    if not _advance(work, shipment, "cancelled"):
        return
    for piece in shipment.many("stock_line_items"):
        stock.put_back(work, piece)
        stock.set_free(work, piece)
    for transfer in shipment.many("stock_transfers"):
        if transfer["status"] not in ("completed", "cancelled"):
            stock.put_back(work, transfer)
            stock.set_free(work, transfer)
            work.set(transfer, status="cancelled", cancelled_at=work.now)
    _note_fulfilled(work, order_of(shipment))


@reads("shipments")
async def fulfill(work: Work, order: Record, value: object = True) -> None:
    """Mark the order as delivered: all its shipments have left or were given up, or the merchant approved it."""
    if order["fulfillment_status"] == "fulfilled":
        return
    statuses = [s["status"] for s in order.many("shipments")]
    if order["status"] not in ("placed", "approved"):
        problem = f"is {order['status']}: only what was placed can be fulfilled"
        raise Refused(problem, at="status", error="invalid_transition")
    if order["status"] != "approved" and not is_fulfilled(statuses):
        problem = "can be fulfilled only once it is approved, or when its shipments have left"
        raise Refused(problem, at="_fulfill", error="invalid_transition")
    _fulfilled(work, order)


def order_of(record: Record) -> Record:
    order = record.one("order")
    assert order is not None
    return order


def check_in_progress(order: Record, at: str) -> None:
    """Raise unless the order's goods may go out now."""
    if order["fulfillment_status"] != "in_progress":
        problem = "is possible only while the order is being fulfilled: approved, and paid if payment is waited for"
        raise Refused(problem, at=at, error="not_in_progress", meta={"value": order["fulfillment_status"]})


_STAMPS = {
    "on_hold": "on_hold_at",
    "picking": "picking_at",
    "packing": "packing_at",
    "ready_to_ship": "ready_to_ship_at",
    "shipped": "shipped_at",
    "delivered": "delivered_at",
}


def _advance(work: Work, shipment: Record, to: str) -> bool:
    """Take the step, unless it was taken before; whether it was taken now."""
    order = order_of(shipment)
    if not check_step(SHIPMENT, shipment["status"], to):
        return False
    if order["status"] not in ("placed", "approved"):
        problem = f"belongs to an order that is {order['status']}"
        raise Refused(problem, at="status", error="invalid_transition", meta={"value": order["status"]})
    if to in NEEDS_PROGRESS:
        check_in_progress(order, at="status")
    work.guard(order)
    stamp: dict[str, Any] = {_STAMPS[to]: work.now} if to in _STAMPS else {}
    work.set(shipment, status=to, **stamp)
    order.related["shipments"] = [shipment if s.id == shipment.id else s for s in order.many("shipments")]
    work.event(f"shipments.{to}", shipment)
    return True


def _note_fulfilled(work: Work, order: Record) -> None:
    if order["fulfillment_status"] == "in_progress" and is_fulfilled(s["status"] for s in order.many("shipments")):
        _fulfilled(work, order)


def _fulfilled(work: Work, order: Record) -> None:
    work.guard(order)
    work.set(order, fulfillment_status="fulfilled", fulfillment_updated_at=work.now)
    work.event("orders.fulfill", order)
