"""Line items: put into an order, changed, taken out; the order's amounts follow."""

from __future__ import annotations

from typing import Any

from billfold.domain.errors import Refused
from billfold.domain.orders import BOUGHT
from billfold.jsonapi.record import Record
from billfold.usecases.orders import FOR_TOTALS, check_editable, complete
from billfold.usecases.payments import check_nothing_held
from billfold.usecases.totals import settle_totals
from billfold.usecases.work import Work, reads

MOST = 1_000_000  # pieces of one line item
FOR_ORDER = " ".join(f"order.{path}" for path in ("customer", "market", *FOR_TOTALS.split()))


@reads(FOR_ORDER)
async def create(work: Work, item: Record, value: object = True) -> None:
    """Put something into the order at the price its market has for it, or at the price a back office names."""
    order = _order(work, item)
    _check_quantity(item)
    sku = await _sku(work, item)
    if work.sent("_update_quantity") and sku is not None:
        twin = next((i for i in order.many("line_items") if i["item_id"] == sku.id), None)
        if twin is not None:
            _raise_quantity(work, order, twin, item)
            return
    if sku is not None:
        _take_over(work, item, sku)
    unit = item["unit_amount_cents"]
    if unit is None:
        unit, compare_at = _price(order, sku)
        work.set(item, unit_amount_cents=unit, compare_at_amount_cents=item["compare_at_amount_cents"] or compare_at)
    work.set(item, item_type=item["item_type"] or "skus", currency_code=order["currency_code"])
    if not item["name"]:
        raise Refused("can't be blank", at="name", error="blank")
    _total(work, item)
    order.many("line_items").append(item)
    settle_totals(work, order)
    complete(work, order)


@reads(FOR_ORDER)
async def update(work: Work, item: Record, value: object = True) -> None:
    if not work.incoming.values.keys() - {"metadata", "reference", "reference_origin"}:
        return
    order = _order(work, item)
    _check_quantity(item)
    _total(work, item)
    siblings = order.many("line_items")
    siblings[[i.id for i in siblings].index(item.id)] = item
    settle_totals(work, order)


@reads(FOR_ORDER)
async def delete(work: Work, item: Record, value: object = True) -> None:
    order = _order(work, item)
    if item["item_type"] not in BOUGHT:
        raise Refused("was made by the server and goes when its reason goes", at="item_type", error="generated")
    work.guard(order)
    work.delete(item)
    order.related["line_items"] = [i for i in order.many("line_items") if i.id != item.id]
    settle_totals(work, order)


def _raise_quantity(work: Work, order: Record, twin: Record, item: Record) -> None:
    """Merge a new line item into the one that has the same article already: `item` becomes that one."""
    work.set(twin, quantity=twin["quantity"] + item["quantity"])
    _check_quantity(twin)
    _total(work, twin)
    settle_totals(work, order)
    work.delete(item)
    item.values, item.related = twin.values, {"order": order}


def _order(work: Work, item: Record) -> Record:
    order = item.one("order")
    assert order is not None
    check_editable(work, order)
    check_nothing_held(order)
    return order


def _check_quantity(item: Record) -> None:
    if not 1 <= item["quantity"] <= MOST:
        raise Refused(f"must be between 1 and {MOST}", at="quantity", error="out_of_range")


async def _sku(work: Work, item: Record) -> Record | None:
    """The article: by relationship or by code. None when a back office describes the line itself."""
    if item.related.get("item") is not None:
        return await work.read("skus", item["item_id"], "prices")
    code = item["sku_code"]
    if code is None:
        if item["bundle_code"]:
            raise Refused("cannot be ordered: this server has no bundles yet", at="bundle_code", error="unsupported")
        if item["unit_amount_cents"] is None:
            raise Refused("can't be blank", at="sku_code", error="blank")
        return None
    sku = await work.read("skus", code, "prices", by="code")
    if sku is None:
        raise Refused("is no article of this shop", at="sku_code", error="not_found", meta={"value": code})
    return sku


def _take_over(work: Work, item: Record, sku: Record) -> None:
    work.relate(item, "item", sku)
    work.set(
        item, sku_code=sku["code"], name=item["name"] or sku["name"], image_url=item["image_url"] or sku["image_url"]
    )


def _price(order: Record, sku: Record | None) -> tuple[Any, Any]:
    assert sku is not None
    market = order.one("market")
    prices = [p for p in sku.many("prices") if market is not None and p["price_list_id"] == market["price_list_id"]]
    if not prices:
        raise Refused("has no price in this market", at="sku_code", error="no_price", meta={"value": sku["code"]})
    return prices[0]["amount_cents"], prices[0]["compare_at_amount_cents"]


def _total(work: Work, item: Record) -> None:
    work.set(
        item, total_amount_cents=item["quantity"] * (item["unit_amount_cents"] + (item["options_amount_cents"] or 0))
    )
