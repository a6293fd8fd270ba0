"""Stock: pieces taken when an order is placed, and given back when it comes to nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from billfold.domain.errors import Refused
from billfold.domain.fulfillment import GONE
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work

# Include paths from the order.
READS = (
    "line_items.item market.inventory_model shipments"
    " stock_line_items.stock_item.reserved_stock stock_line_items.sku"
    " stock_transfers.origin_stock_item.reserved_stock stock_transfers.sku"
    " stock_reservations.reserved_stock"
)


def missing(order: Record) -> list[Refused]:
    """One problem for each line item of which there is not enough.

    Pieces that others set aside are not there; those that the order itself did are.
    """
    left = dict[str, int]()
    asked, short = Counter[tuple[str, str]](), Counter[tuple[str, str]]()  # by line item and SKU
    for piece in pieces(order):
        sku, source = piece.one("sku"), origin(piece)
        if sku is None or sku["do_not_track"] or piece["decremented_at"]:
            continue
        what, quantity = (str(piece["line_item_id"]), str(sku["code"])), piece["quantity"]
        there = 0
        if source is not None:
            there = left.get(source.id, free(source, order))
            left[source.id] = there - quantity
        asked[what] += quantity
        short[what] += max(quantity - max(there, 0), 0)
    lacking = {line: code for line, code in sorted(short, reverse=True) if short[line, code]}
    return [
        Refused(
            f"there are not enough pieces of {code}",
            at="relationships/line_items",
            error="out_of_stock",
            meta={"line_item_id": line, "sku_code": code, "available": asked[line, code] - short[line, code]},
        )
        for line, code in lacking.items()
    ]


def take(work: Work, order: Record) -> None:
    """Take the order's pieces out of stock; what was set aside for them is so no longer. Where the back office takes
    them by hand they are set aside until it does."""
    for piece in pieces(order):
        hold(work, order, piece)
    if not _is_manual(order):
        for reservation in _set_aside(order):
            release(work, order, reservation)


def hold(work: Work, order: Record, piece: Record) -> None:
    """See to it that nobody else gets the piece. Needs the stock item's `reserved_stock` read."""
    if _is_manual(order):
        _keep(work, order, piece)
    else:
        take_piece(work, piece)


def give_back(work: Work, order: Record) -> None:
    """Put back what was taken for the order and has not left the house."""
    left = {s.id for s in order.many("shipments") if s["status"] in GONE}
    for piece in pieces(order):
        if piece["shipment_id"] not in left:
            put_back(work, piece)
    for reservation in _set_aside(order):
        release(work, order, reservation)


def pieces(order: Record) -> Iterator[Record]:
    """What the order takes from stock: straight into shipments, and by transfers that are still to be made."""
    yield from order.related.get("stock_line_items") or ()
    yield from (t for t in order.related.get("stock_transfers") or () if t["status"] not in ("completed", "cancelled"))


def origin(piece: Record) -> Record | None:
    """Where the pieces are taken from; None where nothing is counted, or where there never were any."""
    return piece.one("origin_stock_item" if piece.type == "stock_transfers" else "stock_item")


def take_piece(work: Work, piece: Record) -> None:
    """Once; the stock item's limit keeps two orders from taking the same."""
    source = origin(piece)
    if source is not None and not piece["decremented_at"]:
        work.add(source, quantity=-piece["quantity"])
        work.set(piece, decremented_at=work.now)


def put_back(work: Work, piece: Record, *, quantity: int | None = None) -> None:
    """quantity  what was taken, when the piece's own is another by now"""
    source = origin(piece)
    if source is not None and piece["decremented_at"]:
        work.add(source, quantity=piece["quantity"] if quantity is None else quantity)
        work.set(piece, decremented_at=None)


def _keep(work: Work, order: Record, piece: Record) -> None:
    """Set the piece aside for as long as the order wants it. Two orders must not be promised the same one: whoever
    promises watches the shelf."""
    source = origin(piece)
    if source is None or piece["decremented_at"]:
        return
    work.watch(source)
    member = "stock_transfer" if piece.type == "stock_transfers" else "stock_line_item"
    kept = next((r for r in _set_aside(order) if r[f"{member}_id"] == piece.id), None)
    if kept is None:
        values = {"quantity": piece["quantity"], "line_item_id": piece["line_item_id"], "order_id": order.id}
        kept = work.insert("stock_reservations", values, {"stock_item": source, "sku": piece.one("sku")})
        work.relate(kept, member, piece)
        work.relate(piece, "stock_reservation", kept)
        count_in(work, source, kept)
        order.related["stock_reservations"] = [*_set_aside(order), kept]
    elif kept["quantity"] != piece["quantity"]:
        count_more(work, kept, piece["quantity"] - kept["quantity"])
        work.set(kept, quantity=piece["quantity"])
    work.set(kept, status="pending", expires_at=None)


def set_free(work: Work, piece: Record) -> None:
    """Set the piece aside no longer. Needs `stock_reservation.reserved_stock` read."""
    reservation = piece.one("stock_reservation")
    if reservation is not None:
        release(work, None, reservation)
        work.relate(piece, "stock_reservation", None)


def _set_aside(order: Record) -> list[Record]:
    return list(order.related.get("stock_reservations") or ())


def count_in(work: Work, item: Record, reservation: Record) -> None:
    """Have the reservation count towards what is set aside of the stock item."""
    reserved = item.one("reserved_stock")
    if reserved is None:
        reserved = count_reserved(work, item, item["sku_id"])
    work.add(reserved, quantity=reservation["quantity"])
    work.relate(reservation, "reserved_stock", reserved)


def free(stock_item: Record, order: Record | None = None) -> int:
    """How many pieces nobody set aside, save for this order."""
    reserved = stock_item.one("reserved_stock")
    taken = (reserved["quantity"] or 0) if reserved is not None else 0
    own = (order.related.get("stock_reservations") or ()) if order is not None else ()
    kept = sum(r["quantity"] for r in own if r["stock_item_id"] == stock_item.id)
    return int((stock_item["quantity"] or 0) - taken + kept)


def count_reserved(work: Work, stock_item: Record, sku_id: str) -> Record:
    """Begin to count what is set aside of a stock item."""
    reserved = work.insert("reserved_stocks", {"quantity": 0, "sku_id": sku_id}, {"stock_item": stock_item})
    work.relate(stock_item, "reserved_stock", reserved)
    return reserved


def count_more(work: Work, record: Record, pieces: int) -> None:
    """Count so many more as set aside. Needs `reserved_stock` read, of the stock item or of a reservation."""
    reserved = record.one("reserved_stock")
    if reserved is not None:
        work.add(reserved, quantity=pieces)


def release(work: Work, order: Record | None, reservation: Record) -> None:
    """Set pieces aside no longer. Needs `reserved_stock` read."""
    count_more(work, reservation, -reservation["quantity"])
    work.delete(reservation)
    if order is not None:
        held = order.related.get("stock_reservations") or []
        order.related["stock_reservations"] = [r for r in held if r.id != reservation.id]


def _is_manual(order: Record) -> bool:
    market = order.one("market")
    model = market.related.get("inventory_model") if market is not None else None
    return model is not None and bool(model["manual_stock_decrement"])
