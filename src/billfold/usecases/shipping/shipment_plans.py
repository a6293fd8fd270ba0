"""The plan of an order's shipments, put into records: shipments, stock line items, stock transfers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from billfold.domain.errors import Refused
from billfold.domain.shipping import Draw, Need, Planned, draw, plan
from billfold.domain.shipping_methods import grams
from billfold.jsonapi.record import Record
from billfold.usecases.shipping import stock
from billfold.usecases.work import Work


@dataclass(frozen=True, slots=True)
class _Good:
    """Pieces of one SKU that a line item of the order consists of."""

    line_item: Record
    sku: Record
    quantity: int

    @property
    def need(self) -> Need:
        tracked = not self.sku["do_not_track"]
        return Need(self.line_item.id, self.sku.id, self.quantity, self.sku["shipping_category_id"], tracked)


@dataclass(slots=True)
class _Warehouse:
    """What the market's inventory model offers.

    places  by stock location, from the first priority on
    """

    places: dict[str, Record]
    strategy: str
    stock: dict[tuple[str, str], int]
    items: dict[tuple[str, str], Record]


def arrange(work: Work, order: Record) -> None:
    """Have shipments, stock line items and transfers be as the plan says; what stays the same keeps its id.

    A market without stock locations to ship from has no shipments, and its orders need none.
    """
    goods = list(_goods(order))
    warehouse = _warehouse(order, goods)
    locations, there = list(warehouse.places), Counter(warehouse.stock)
    shipped = [g.need for g in goods if not g.sku["do_not_ship"]] if order.related.get("shipping_address") else []
    planned = plan(shipped, locations, warehouse.stock, warehouse.strategy)
    alone = [g.need for g in goods if g.sku["do_not_ship"] and not g.sku["do_not_track"]]
    drawn = draw(alone, locations, warehouse.stock)
    if order["taken_at"]:
        _check_there([*(d for part in planned for d in [*part.pieces, *part.transfers]), *drawn], goods, there)
    matched = _match(work, order, planned, warehouse)
    _keep_pieces(work, order, goods, matched, drawn, warehouse)
    _keep_transfers(work, order, goods, matched, warehouse)
    _release_what_changed(work, order)
    by_sku = {g.sku.id: g.sku for g in goods}
    for part, shipment in matched:
        _describe(work, shipment, [*part.pieces, *part.transfers], by_sku)
    work.set(order, shipments_count=len(matched))


def _check_there(draws: Iterable[Draw], goods: Iterable[_Good], there: Counter[tuple[str, str]]) -> None:
    """Raise Refused when an order that holds its pieces already needs more than there are."""
    skus = {g.sku.id: g.sku for g in goods if not g.sku["do_not_track"]}
    for d in (d for d in draws if d.sku in skus):
        there[d.location, d.sku] -= d.quantity
        if there[d.location, d.sku] < 0:
            code = skus[d.sku]["code"]
            meta = {"line_item_id": d.line_item, "sku_code": code, "available": d.quantity + there[d.location, d.sku]}
            raise Refused(f"there are not enough pieces of {code}", error="out_of_stock", meta=meta)


def _goods(order: Record) -> Iterator[_Good]:
    for item in order.many("line_items"):
        bought = item.related.get("item")
        if bought is None:
            continue
        if bought.type == "skus":
            yield _Good(item, bought, item["quantity"])
        elif bought.type == "bundles":
            contents = bought.related.get("sku_list")
            for part in contents.related.get("sku_list_items") or () if contents is not None else ():
                sku = part.related.get("sku")
                if sku is not None:
                    yield _Good(item, sku, item["quantity"] * (part["quantity"] or 1))


def _warehouse(order: Record, goods: Iterable[_Good]) -> _Warehouse:
    market = order.related.get("market")
    model = market.related.get("inventory_model") if market is not None else None
    if model is None:
        return _Warehouse({}, "no_split", {}, {})
    ranked = sorted(
        model.related.get("inventory_stock_locations") or (), key=lambda p: (p["priority"], str(p["created_at"]), p.id)
    )
    places = {p["stock_location_id"]: p for p in ranked[: model["stock_locations_cutoff"] or None]}
    found = _Warehouse(places, model["strategy"] or "no_split", {}, {})
    for good in goods:
        for item in good.sku.related.get("stock_items") or ():
            key = item["stock_location_id"], good.sku.id
            found.items[key] = item
            found.stock[key] = stock.free(item, order)
    for piece in stock.pieces(order):
        source = stock.origin(piece)
        if piece["decremented_at"] and source is not None:
            key = source["stock_location_id"], piece["sku_id"]
            found.stock[key] = found.stock.get(key, 0) + piece["quantity"]
    return found


def _match(work: Work, order: Record, planned: list[Planned], warehouse: _Warehouse) -> list[tuple[Planned, Record]]:
    """A shipment for each part of the plan: the one from there, else one of the same category, else a new one."""
    left = sorted(order.related.get("shipments") or (), key=lambda s: s["number"] or "")
    found: dict[int, Record] = {}
    for exact in (True, False):
        for i, part in enumerate(planned):
            fitting = (
                s
                for s in left
                if s["shipping_category_id"] == part.category and (not exact or s["stock_location_id"] == part.location)
            )
            if i not in found and (shipment := next(fitting, None)) is not None:
                left.remove(shipment)
                found[i] = shipment
    for shipment in left:
        work.delete(shipment)
    order.related["shipments"] = [s for s in order.related.get("shipments") or () if s not in left]
    matched = []
    for i, part in enumerate(planned):
        shipment = found.get(i) or _new(work, order)
        _send_from(work, order, shipment, part, warehouse.places[part.location])
        matched.append((part, shipment))
    return matched


def _new(work: Work, order: Record) -> Record:
    values = {"number": next_number(order), "currency_code": order["currency_code"]}
    shipment = work.insert("shipments", values, {"order": order, "shipping_method": None})
    order.many("shipments").append(shipment)
    return shipment


def next_number(order: Record) -> str:
    """What the next shipment of the order is called. Needs `shipments` read."""
    numbers = (int((s["number"] or "0").rpartition("/")[2]) for s in order.many("shipments"))
    return f"#{order['number']}/S/{max(numbers, default=0) + 1:03}"


def _send_from(work: Work, order: Record, shipment: Record, part: Planned, place: Record) -> None:
    location = place.one("stock_location")
    assert location is not None
    work.relate(shipment, "inventory_stock_location", place)
    work.relate(shipment, "stock_location", location)
    work.relate(shipment, "shipping_address", order.one("shipping_address"))
    work.set(shipment, origin_address_id=location["address_id"], shipping_category_id=part.category)
    if order["placed_at"] and shipment["status"] == "draft":
        begin(work, order, shipment)


def begin(work: Work, order: Record, shipment: Record) -> None:
    """What was planned is to be done, unless its place makes it wait. Needs `inventory_stock_location` read."""
    place, market = shipment.one("inventory_stock_location"), order.one("market")
    waits = place is not None and bool(place["on_hold"])
    work.set(shipment, **({"status": "on_hold", "on_hold_at": work.now} if waits else {"status": "upcoming"}))
    model = market.related.get("inventory_model") if market is not None else None
    for transfer in order.related.get("stock_transfers") or ():
        if transfer["shipment_id"] == shipment.id and transfer["status"] == "draft":
            together = waits and model is not None and model["put_stock_transfers_on_hold"]
            step = {"status": "on_hold", "on_hold_at": work.now} if together else {"status": "upcoming"}
            work.set(transfer, **step)


def _keep_pieces(
    work: Work,
    order: Record,
    goods: list[_Good],
    matched: list[tuple[Planned, Record]],
    alone: list[Draw],
    warehouse: _Warehouse,
) -> None:
    """The stock line items, as the plan says; those that stay the same keep their ids."""
    wanted: list[tuple[Record | None, Draw]] = [(s, d) for part, s in matched for d in part.pieces]
    wanted += [(None, d) for d in alone]
    old = {
        (p["shipment_id"], p["line_item_id"], p["sku_id"], p["stock_item_id"]): p
        for p in order.related.get("stock_line_items") or ()
    }
    by_need = {(g.line_item.id, g.sku.id): g for g in goods}
    kept = []
    for shipment, d in wanted:
        good = by_need[d.line_item, d.sku]
        source = None if good.sku["do_not_track"] else warehouse.items.get((d.location, d.sku))
        key = (shipment.id if shipment else None, d.line_item, d.sku, source.id if source else None)
        piece = old.pop(key, None)
        if piece is None:
            related = {"shipment": shipment, "line_item": good.line_item, "stock_item": source, "sku": good.sku}
            piece = work.insert("stock_line_items", {"quantity": d.quantity}, {"order": order, **related})
        work.set(
            piece,
            sku_code=good.sku["code"],
            bundle_code=good.line_item["bundle_code"],
            name=good.line_item["name"],
            image_url=good.line_item["image_url"],
        )
        _settle(work, order, piece, d.quantity)
        kept.append(piece)
    for piece in old.values():
        stock.put_back(work, piece)
        work.delete(piece)
    order.related["stock_line_items"] = kept


def _keep_transfers(
    work: Work, order: Record, goods: list[_Good], matched: list[tuple[Planned, Record]], warehouse: _Warehouse
) -> None:
    """The transfers between stock locations, as the plan says."""
    former = order.related.get("stock_transfers") or []
    old = {(t["shipment_id"], t["line_item_id"], t["sku_id"], t["origin_stock_location_id"]): t for t in former}
    by_need = {(g.line_item.id, g.sku.id): g for g in goods}
    kept = []
    for part, shipment in matched:
        for count, d in enumerate(part.transfers, 1):
            good, place = by_need[d.line_item, d.sku], warehouse.places[d.location]
            transfer = old.pop((shipment.id, d.line_item, d.sku, d.location), None)
            if transfer is None:
                related = {
                    "order": order,
                    "shipment": shipment,
                    "line_item": good.line_item,
                    "sku": good.sku,
                    "origin_stock_location": place.one("stock_location"),
                    "origin_stock_item": warehouse.items.get((d.location, d.sku)),
                    "destination_stock_location": shipment.one("stock_location"),
                }
                values = {"quantity": d.quantity, "number": f"{shipment['number']}/X/{count:03}"}
                transfer = work.insert("stock_transfers", values, related)
            work.set(transfer, sku_code=good.sku["code"])
            work.relate(transfer, "destination_stock_location", shipment.one("stock_location"))
            _settle(work, order, transfer, d.quantity)
            kept.append(transfer)
    for transfer in old.values():
        stock.put_back(work, transfer)
        work.delete(transfer)
    order.related["stock_transfers"] = kept


def _settle(work: Work, order: Record, piece: Record, quantity: int) -> None:
    """Set a piece's quantity; of an order that has taken its stock already, take the difference."""
    if piece["quantity"] != quantity:
        stock.put_back(work, piece)
        work.set(piece, quantity=quantity)
    if order["taken_at"]:
        stock.hold(work, order, piece)


def _release_what_changed(work: Work, order: Record) -> None:
    """What was set aside for pieces that the plan no longer has, or has otherwise, is so no longer."""
    pieces = {p.id: p for p in stock.pieces(order)}
    for reservation in list(order.related.get("stock_reservations") or ()):
        piece = pieces.get(reservation["stock_line_item_id"] or reservation["stock_transfer_id"])
        if piece is None or piece["quantity"] != reservation["quantity"]:
            stock.release(work, order, reservation)
            if piece is not None:
                work.set(piece, stock_reservation_id=None)


def _describe(work: Work, shipment: Record, contents: list[Draw], skus: dict[str, Record]) -> None:
    weight = sum(d.quantity * grams(skus[d.sku]["weight"], skus[d.sku]["unit_of_weight"]) for d in contents)
    work.set(shipment, skus_count=sum(d.quantity for d in contents), weight_grams=float(weight))
