"""Goods moved between stock locations, whether for an order or to fill up shelves."""

from __future__ import annotations

from typing import Any

from billfold.domain.errors import Refused
from billfold.domain.fulfillment import TRANSFER, check_step
from billfold.jsonapi.record import Record
from billfold.usecases.catalogue import skus
from billfold.usecases.shipping import stock
from billfold.usecases.work import Work, reads

FOR_STEP = "origin_stock_item sku line_item shipment order stock_reservation.reserved_stock"


@reads("sku line_item shipment.order")
async def create(work: Work, transfer: Record, value: object = True) -> None:
    await skus.name(work, transfer)
    _check(transfer)
    if transfer["number"] is None:
        work.set(transfer, number=str(await work.db.fetchval("SELECT nextval('stock_transfer_numbers')")))
    shipment = transfer.related.get("shipment")
    if shipment is not None:
        work.relate(transfer, "order", shipment.one("order"))


@reads("sku origin_stock_item")
async def update(work: Work, transfer: Record, value: object = True) -> None:
    sent = work.incoming
    if work.only_notes:
        return
    if transfer["status"] in ("in_transit", "completed", "cancelled") or transfer["decremented_at"]:
        if "quantity" in sent.values or sent.relationships or "sku_code" in sent.values:
            raise Refused("cannot change once the pieces have left", at="status", error="not_changeable")
        return
    await skus.name(work, transfer)
    _check(transfer)


@reads("order")
async def upcoming(work: Work, transfer: Record, value: object = True) -> None:
    _advance(work, transfer, "upcoming")


@reads("order")
async def on_hold(work: Work, transfer: Record, value: object = True) -> None:
    _advance(work, transfer, "on_hold")


@reads("order")
async def picking(work: Work, transfer: Record, value: object = True) -> None:
    _advance(work, transfer, "picking")


@reads(FOR_STEP)
async def in_transit(work: Work, transfer: Record, value: object = True) -> None:
    """The pieces leave the origin's stock, unless placing an order has taken them already."""
    if not _advance(work, transfer, "in_transit") or transfer["decremented_at"]:
        return
    source = transfer.one("origin_stock_item")
    if source is None:
        source = await _stock_item(work, transfer, transfer["origin_stock_location_id"])
        work.relate(transfer, "origin_stock_item", source)
    if source is None or source["quantity"] < transfer["quantity"]:
        there = source["quantity"] if source is not None else 0
        meta = {"sku_code": transfer["sku_code"], "available": there}
        raise Refused("is more than the origin has", at="quantity", error="out_of_stock", meta=meta)
    stock.take_piece(work, transfer)
    stock.set_free(work, transfer)


@reads(FOR_STEP)
async def complete(work: Work, transfer: Record, value: object = True) -> None:
    """The pieces arrive: in the shipment that waits for them, else in the destination's stock."""
    if not _advance(work, transfer, "completed"):
        return
    target = await _stock_item(work, transfer, transfer["destination_stock_location_id"])
    if transfer.one("shipment") is not None:
        item = transfer.one("line_item")
        values = {
            "quantity": transfer["quantity"],
            "sku_code": transfer["sku_code"],
            "name": item["name"] if item is not None else None,
            "image_url": item["image_url"] if item is not None else None,
            "bundle_code": item["bundle_code"] if item is not None else None,
            "decremented_at": work.now,
        }
        related = {name: transfer.one(name) for name in ("shipment", "line_item", "sku", "order")}
        work.insert("stock_line_items", values, {**related, "stock_item": target})
    elif target is None:
        values = {"quantity": transfer["quantity"], "sku_code": transfer["sku_code"]}
        made = work.insert("stock_items", values, {"sku": transfer.one("sku")})
        work.set(made, stock_location_id=transfer["destination_stock_location_id"])
        stock.count_reserved(work, made, transfer["sku_id"])
    else:
        work.add(target, quantity=transfer["quantity"])


@reads(FOR_STEP)
async def cancel(work: Work, transfer: Record, value: object = True) -> None:
    if _advance(work, transfer, "cancelled"):
        stock.put_back(work, transfer)
        stock.set_free(work, transfer)


def _advance(work: Work, transfer: Record, to: str) -> bool:
    if not check_step(TRANSFER, transfer["status"], to):
        return False
    order = transfer.related.get("order")
    if order is not None:
        work.guard(order)
    stamp: dict[str, Any] = {f"{to}_at": work.now} if to != "upcoming" else {}
    work.set(transfer, status=to, **stamp)
    return True


async def _stock_item(work: Work, transfer: Record, location_id: str) -> Record | None:
    id = await work.db.fetchval(
        "SELECT id FROM stock_items WHERE organization_id = $1 AND sku_id = $2 AND stock_location_id = $3",
        work.organization_id,
        transfer["sku_id"],
        location_id,
    )
    return await work.read("stock_items", id) if id else None


def _check(transfer: Record) -> None:
    if transfer["quantity"] < 1:
        raise Refused("must be at least 1", at="quantity", error="out_of_range")
    if transfer["origin_stock_location_id"] == transfer["destination_stock_location_id"]:
        problem = "must be another stock location than the origin"
        raise Refused(problem, at="relationships/destination_stock_location", error="same")
