"""Line items: put into an order, changed, taken out; the order's amounts follow."""

from __future__ import annotations

from typing import Any

from billfold.domain.errors import NOT_ALLOWED, NotAllowed, Refused
from billfold.domain.orders import BOUGHT
from billfold.jsonapi.record import Record
from billfold.usecases.orders import check_editable, complete
from billfold.usecases.positions import check_amounts_may_change
from billfold.usecases.totals import FOR_TOTALS, settle_totals
from billfold.usecases.work import Work, reads

MOST = 1_000_000  # pieces of one line item
DEAREST = 10_000_000_000  # minor units of one piece; more would not add up in 64 bits
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
    if item["unit_amount_cents"] is None:
        _take_price(work, order, item, sku)
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
    if item["item_type"] not in BOUGHT and work.caller.is_sales_channel:
        raise NotAllowed(NOT_ALLOWED)
    _check_quantity(item)
    if item["sku_code"] != work.former(item, "sku_code"):
        await _exchange(work, order, item)
    _total(work, item)
    siblings = order.many("line_items")
    siblings[[i.id for i in siblings].index(item.id)] = item
    settle_totals(work, order)


@reads(FOR_ORDER)
async def delete(work: Work, item: Record, value: object = True) -> None:
    order = _order(work, item)
    if item["item_type"] not in BOUGHT:
        if item["item_type"] == "payment_methods":
            problem = "was made by the server and goes when its reason goes"
            raise Refused(problem, at="item_type", error="generated")
        if work.caller.is_sales_channel:
            raise NotAllowed(NOT_ALLOWED)
    work.guard(order)
    work.delete(item)
    order.related["line_items"] = [i for i in order.many("line_items") if i.id != item.id]
    settle_totals(work, order)


async def _exchange(work: Work, order: Record, item: Record) -> None:
    """Another article instead: its name and its price, unless a back office names those."""
    if item["item_type"] != "skus":
        raise Refused("can only be changed where a SKU is bought", at="sku_code", error="not_changeable")
    if item["sku_code"] is None:
        raise Refused("can't be blank", at="sku_code", error="blank")
    item.related["item"] = None
    work.set(item, name=work.sent("name"), image_url=work.sent("image_url"))
    sku = await _sku(work, item)
    assert sku is not None
    _take_over(work, item, sku)
    if work.sent("unit_amount_cents") is None:
        work.set(item, compare_at_amount_cents=work.sent("compare_at_amount_cents"))
        _take_price(work, order, item, sku)


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
    check_amounts_may_change(order)
    return order


def _check_quantity(item: Record) -> None:
    if not 1 <= item["quantity"] <= MOST:
        raise Refused(f"must be between 1 and {MOST}", at="quantity", error="out_of_range")


async def _sku(work: Work, item: Record) -> Record | None:
    """The article: by relationship or by code. None when a back office describes the line itself."""
    named = item.related.get("item")
    if isinstance(named, Record):
        if named.type != "skus":
            problem = f"cannot be one of {named.type}: those come into orders by themselves"
            raise Refused(problem, at="relationships/item", error="unsupported")
        return await work.read("skus", named.id, "prices")
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


def _take_price(work: Work, order: Record, item: Record, sku: Record | None) -> None:
    unit, compare_at = _price(order, sku)
    work.set(item, unit_amount_cents=unit, compare_at_amount_cents=item["compare_at_amount_cents"] or compare_at)


def _price(order: Record, sku: Record | None) -> tuple[Any, Any]:
    assert sku is not None
    market = order.one("market")
    prices = [p for p in sku.many("prices") if market is not None and p["price_list_id"] == market["price_list_id"]]
    if not prices:
        raise Refused("has no price in this market", at="sku_code", error="no_price", meta={"value": sku["code"]})
    return prices[0]["amount_cents"], prices[0]["compare_at_amount_cents"]


def _total(work: Work, item: Record) -> None:
    unit = item["unit_amount_cents"]
    if unit is None:
        raise Refused("can't be blank", at="unit_amount_cents", error="blank")
    least = 0 if item["item_type"] in BOUGHT else -DEAREST
    if not least <= unit <= DEAREST:
        raise Refused(f"must be between {least} and {DEAREST}", at="unit_amount_cents", error="out_of_range")
    if not 0 <= (item["options_amount_cents"] or 0) <= DEAREST:
        raise Refused(f"must be between 0 and {DEAREST}", at="options_amount_cents", error="out_of_range")
    work.set(
        item, total_amount_cents=item["quantity"] * (item["unit_amount_cents"] + (item["options_amount_cents"] or 0))
    )
