"""Shipments: what of an order goes out together, from where and how; planned anew whenever the order changes."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.domain.fulfillment import GONE
from billfold.domain.orders import BOUGHT, EDITABLE
from billfold.domain.shipping_methods import Parcelled, is_offered, price
from billfold.jsonapi.record import Record
from billfold.usecases.shipping import shipping_costs, stock
from billfold.usecases.shipping.shipment_plans import arrange, begin
from billfold.usecases.work import Work

# What the plan must know of an article, as include paths from it.
OF_ARTICLE = "stock_items.reserved_stock"
OF_BUNDLE = f"sku_list.sku_list_items.sku.{OF_ARTICLE}"
_OF_METHOD = ("shipping_zone", "shipping_weight_tiers")

# Include paths from the order, that `rebuild` looks at.
READS = " ".join(
    (
        "market.inventory_model.inventory_stock_locations.stock_location shipping_address",
        f"line_items.item.{OF_ARTICLE} line_items.item.{OF_BUNDLE}",
        *(f"shipments.shipping_method.{path} market.default_shipping_method.{path}" for path in _OF_METHOD),
        "shipments.inventory_stock_location",
        stock.READS,
    )
)


def rebuild(work: Work, order: Record) -> None:
    """Plan the order's shipments from its line items, and keep their line items (the costs) in step with them."""
    if order["status"] in EDITABLE:
        arrange(work, order)
        charge(work, order)


def charge(work: Work, order: Record) -> bool:
    """Keep the line items that shipping costs stand on in step; whether any of them changed.

    What is free over an amount depends on the discounts, and those may depend on the costs: to be called again once
    the discounts are known.
    """
    if order["status"] not in EDITABLE:
        return False
    goods = [i for i in order.many("line_items") if i["item_type"] in BOUGHT]
    subtotal = sum(i["total_amount_cents"] or 0 for i in goods)
    discounted = subtotal + sum(i["discount_cents"] or 0 for i in goods)
    market = order.one("market")
    cutoff = market["shipping_cost_cutoff"] if market is not None else None
    made = {i["item_id"]: i for i in order.many("line_items") if i["item_type"] == "shipments"}
    changed = False
    for place, shipment in enumerate(sorted(order.many("shipments"), key=lambda s: s["number"] or "")):
        work.set(shipment, order_subtotal_cents=subtotal, order_discounted_cents=discounted)
        _choose_method(work, order, shipment)
        method = shipment.one("shipping_method")
        costs = 0
        if method is not None and (cutoff is None or place < cutoff):
            costs = price(
                method,
                weight=shipment["weight_grams"] or 0,
                subtotal=subtotal,
                discounted=discounted,
                external=shipment["external_cost_cents"],
            )
        changed |= _bill(work, order, shipment, method, costs, made.pop(shipment.id, None))
    for orphan in made.values():
        _unbill(work, order, orphan)
    return changed or bool(made)


def missing(order: Record) -> list[Refused]:
    """What the shipments lack for the order to be placed, one problem each."""
    problems = []
    for shipment in order.many("shipments"):
        if shipment["status"] == "cancelled":
            continue
        method = shipment.one("shipping_method")
        if method is None:
            problem, error = "is missing the shipping method", "shipping_method_blank"
        elif method["disabled_at"]:
            problem, error = "has a shipping method that is disabled", "shipping_method_disabled"
        else:
            continue
        sentence, about = f"{shipment['number']} {problem}", {"shipment_id": shipment.id}
        problems.append(Refused(sentence, at="relationships/shipments", error=error, meta=about))
    return problems


def on_placed(work: Work, order: Record) -> None:
    """The order was placed: its shipments are to come, and those of a place that makes them wait, wait."""
    for shipment in order.many("shipments"):
        if shipment["status"] == "draft":
            begin(work, order, shipment)
    bought = [i for i in order.many("line_items") if i["item_type"] in BOUGHT]
    if order["fulfillment_status"] == "unfulfilled" and bought and all(is_never_shipped(i) for i in bought):
        work.set(order, fulfillment_status="not_required", fulfillment_updated_at=work.now)


def on_cancelled(work: Work, order: Record) -> None:
    """The order was cancelled: nothing that is still in the house will be shipped."""
    for shipment in order.many("shipments"):
        if shipment["status"] not in GONE:
            work.set(shipment, status="cancelled")
    for transfer in order.related.get("stock_transfers") or ():
        if transfer["status"] not in ("completed", "cancelled"):
            work.set(transfer, status="cancelled", cancelled_at=work.now)


def drop_all(work: Work, order: Record) -> None:
    """The order will be deleted, and all of this with it. Needs stock.READS."""
    for reservation in list(order.related.get("stock_reservations") or ()):
        stock.release(work, order, reservation)
    for name in ("stock_line_items", "stock_transfers", "shipments"):
        for record in order.many(name):
            work.delete(record)
        order.related[name] = []


def is_shipped(item: Record) -> bool:
    """Whether a line item is known to be goods that go out in a parcel. Needs `item` read."""
    bought = item.one("item")
    return bought is not None and bought.type in ("skus", "bundles") and not bought["do_not_ship"]


def is_never_shipped(item: Record) -> bool:
    """Whether it is known not to. Of what a back office described itself nothing is known, so it is neither."""
    bought = item.related.get("item")
    return bought is not None and bool(bought.type == "gift_cards" or bought["do_not_ship"])


def parcelled(order: Record, shipment: Record) -> Parcelled:
    """The shipment as its ways depend on it. Needs the order's shipping address."""
    return Parcelled(
        market=order["market_id"],
        currency=order["currency_code"],
        category=shipment["shipping_category_id"],
        location=shipment["stock_location_id"],
        address=order.related.get("shipping_address"),
        weight=shipment["weight_grams"] or 0.0,
        subtotal=shipment["order_subtotal_cents"] or 0,
        discounted=shipment["order_discounted_cents"] or 0,
    )


def _choose_method(work: Work, order: Record, shipment: Record) -> None:
    """Keep the chosen method while it can be had at a known price; else the market's own choice, if that can."""
    facts = parcelled(order, shipment)
    market = order.one("market")
    default = market.related.get("default_shipping_method") if market is not None else None
    for method in (shipment.one("shipping_method"), default):
        if method is not None and is_offered(method, facts) and shipping_costs.holds(order, shipment, method):
            if method is not shipment.one("shipping_method"):
                work.relate(shipment, "shipping_method", method)
            return
    work.relate(shipment, "shipping_method", None)


def _bill(work: Work, order: Record, shipment: Record, method: Record | None, costs: int, made: Record | None) -> bool:
    """The shipping costs stand on the order as a line item that the server made; whether it changed."""
    if method is None or not costs:
        if made is not None:
            _unbill(work, order, made)
        return made is not None
    values = {"unit_amount_cents": costs, "total_amount_cents": costs, "name": method["name"]}
    if made is not None:
        changed = bool(made["total_amount_cents"] != costs)
        work.set(made, **values)
        return changed
    values |= {"item_type": "shipments", "quantity": 1, "currency_code": order["currency_code"]}
    cost = work.insert("line_items", values, {"order": order, "item": shipment})
    order.many("line_items").append(cost)
    return True


def _unbill(work: Work, order: Record, cost: Record) -> None:
    work.delete(cost)
    order.related["line_items"] = [i for i in order.many("line_items") if i.id != cost.id]
