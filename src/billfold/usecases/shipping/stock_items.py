"""What lies on the shelves: stock items, each with its count of what is set aside."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.jsonapi.record import Record
from billfold.usecases.catalogue import skus
from billfold.usecases.shipping import stock
from billfold.usecases.work import Work, reads


@reads("sku stock_location")
async def create(work: Work, item: Record, value: object = True) -> None:
    """One for each SKU at each stock location."""
    await skus.name(work, item)
    await _check_alone(work, item)
    _check_quantity(item)
    stock.count_reserved(work, item, item["sku_id"])


@reads("sku reserved_stock")
async def update(work: Work, item: Record, value: object = True) -> None:
    if work.incoming.relationships.keys() & {"sku", "stock_location"} or "sku_code" in work.incoming.values:
        await skus.name(work, item)
        await _check_alone(work, item)
    _check_quantity(item)


@reads("reserved_stock")
async def delete(work: Work, item: Record, value: object = True) -> None:
    """Refused by the database as long as orders or reservations name it."""
    reserved = item.one("reserved_stock")
    if reserved is not None:
        work.delete(reserved)
    work.guard(item)
    work.delete(item)


@reads("reserved_stock")
async def validate(work: Work, item: Record, value: object = True) -> None:
    reserved = item.one("reserved_stock")
    held = reserved["quantity"] if reserved is not None else 0
    if item["quantity"] < held:
        raise Refused("is less than what is set aside", at="quantity", error="reserved", meta={"count": held})


async def _check_alone(work: Work, item: Record) -> None:
    taken = await work.db.fetchval(
        "SELECT EXISTS (SELECT 1 FROM stock_items WHERE organization_id = $1 AND sku_id = $2"
        " AND stock_location_id = $3 AND id <> $4)",
        work.organization_id,
        item["sku_id"],
        item["stock_location_id"],
        item.id,
    )
    if taken:
        raise Refused("has already been taken at this stock location", at="relationships/sku", error="taken")


def _check_quantity(item: Record) -> None:
    if item["quantity"] < 0:
        raise Refused("must not be negative", at="quantity", error="out_of_range")
