"""Parcels: what a shipment is packed into, and which of its pieces are in each."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.domain.fulfillment import GONE
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work, reads

# What may be sent, by attribute; the contract names it in prose.
WORDS = {
    "eel_pfc": ("EEL", "PFC"),
    "non_delivery_option": ("return", "abandon"),
    "restriction_type": ("none", "other", "quarantine", "sanitary_phytosanitary_inspection"),
}


@reads("shipment.order shipment.parcels package")
async def create(work: Work, parcel: Record, value: object = True) -> None:
    shipment, package = parcel.one("shipment"), parcel.one("package")
    assert shipment is not None
    assert package is not None
    if shipment["status"] == "cancelled":
        raise Refused("is cancelled", at="relationships/shipment", error="cancelled")
    check(parcel)
    _guard(work, shipment)
    if package["stock_location_id"] != shipment["stock_location_id"]:
        problem = "belongs to another stock location than the shipment leaves"
        raise Refused(problem, at="relationships/package", error="mismatch")
    numbers = [int((p["number"] or "0").rpartition("/")[2]) for p in shipment.many("parcels")]
    work.set(parcel, number=f"{shipment['number']}/P/{max(numbers, default=0) + 1:03}")


async def update(work: Work, parcel: Record, value: object = True) -> None:
    check(parcel)


@reads("shipment.order parcel_line_items")
async def delete(work: Work, parcel: Record, value: object = True) -> None:
    """Before the shipment has left; its pieces can go into another parcel then."""
    shipment = parcel.one("shipment")
    assert shipment is not None
    _check_here(shipment)
    _guard(work, shipment)
    for item in parcel.many("parcel_line_items"):
        work.delete(item)
    work.delete(parcel)


@reads("parcel.shipment.order parcel.shipment.parcels.parcel_line_items stock_line_item")
async def create_item(work: Work, item: Record, value: object = True) -> None:
    """Put pieces into a parcel: of its own shipment, and no more than the other parcels leave."""
    parcel, piece = item.one("parcel"), item.one("stock_line_item")
    assert parcel is not None
    assert piece is not None
    shipment = parcel.one("shipment")
    assert shipment is not None
    if piece["shipment_id"] != shipment.id:
        problem = "is not in the parcel's shipment"
        raise Refused(problem, at="relationships/stock_line_item", error="mismatch")
    _guard(work, shipment)
    packed = sum(
        i["quantity"]
        for p in shipment.many("parcels")
        for i in p.many("parcel_line_items")
        if i["stock_line_item_id"] == piece.id
    )
    left = piece["quantity"] - packed
    if not 1 <= item["quantity"] <= left:
        problem = f"must be between 1 and {left}, which is what is left to pack" if left else "is packed already"
        raise Refused(problem, at="quantity", error="out_of_range", meta={"count": left})
    work.set(
        item,
        sku_code=piece["sku_code"],
        bundle_code=piece["bundle_code"],
        name=piece["name"],
        image_url=piece["image_url"],
    )


@reads("parcel.shipment.order")
async def delete_item(work: Work, item: Record, value: object = True) -> None:
    parcel = item.one("parcel")
    shipment = parcel.one("shipment") if parcel is not None else None
    assert shipment is not None
    _check_here(shipment)
    _guard(work, shipment)
    work.delete(item)


def check(parcel: Record) -> None:
    """Raise Refused with one problem for each word that means nothing."""
    problems = [
        Refused(f"must be one of {', '.join(words)}", at=name, error="invalid")
        for name, words in WORDS.items()
        if parcel[name] is not None and parcel[name] not in words
    ]
    if parcel["weight"] < 0:
        problems.append(Refused("must not be negative", at="weight", error="out_of_range"))
    if problems:
        raise Refused.all(problems)


def _check_here(shipment: Record) -> None:
    if shipment["status"] in GONE:
        raise Refused(f"is {shipment['status']}", at="relationships/shipment", error="not_changeable")


def _guard(work: Work, shipment: Record) -> None:
    order = shipment.one("order")
    assert order is not None
    work.guard(order)
