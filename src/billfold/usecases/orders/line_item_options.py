"""Options of line items: chosen, changed, let go; the position's and the order's amounts follow."""

from __future__ import annotations

from billfold.db import assortment
from billfold.domain.errors import Refused
from billfold.domain.options import days, total
from billfold.domain.orders import BOUGHT
from billfold.domain.prices import DEAREST
from billfold.jsonapi.record import Record
from billfold.usecases.orders import line_items
from billfold.usecases.work import Work, reads

FOR_OPTION = " ".join(
    ("sku_option", "line_item.line_item_options", *(f"line_item.{path}" for path in line_items.FOR_ORDER.split()))
)


@reads(FOR_OPTION)
async def create(work: Work, option: Record, value: object = True) -> None:
    """Have something added to the pieces of a line item, at the SKU option's price or one a back office names."""
    item, order = _around(work, option)
    if item["item_type"] not in BOUGHT:
        raise Refused("is nothing that options are for", at="relationships/line_item", error="unsupported")
    await _take_over(work, order, item, option)
    item.many("line_item_options").append(option)
    work.set(order, line_item_options_count=(order["line_item_options_count"] or 0) + 1)
    _settle(work, order, item)


@reads(FOR_OPTION)
async def update(work: Work, option: Record, value: object = True) -> None:
    if work.only_notes:
        return
    item, order = _around(work, option)
    if option["sku_option_id"] != work.former(option, "sku_option_id"):
        work.set(option, name=work.sent("name"), unit_amount_cents=work.sent("unit_amount_cents"))
    await _take_over(work, order, item, option)
    options = item.many("line_item_options")
    options[[o.id for o in options].index(option.id)] = option
    _settle(work, order, item)


@reads(FOR_OPTION)
async def delete(work: Work, option: Record, value: object = True) -> None:
    item, order = _around(work, option)
    work.guard(order)
    work.delete(option)
    item.related["line_item_options"] = [o for o in item.many("line_item_options") if o.id != option.id]
    work.set(order, line_item_options_count=(order["line_item_options_count"] or 0) - 1)
    _settle(work, order, item)


def _around(work: Work, option: Record) -> tuple[Record, Record]:
    """The option's line item and its order, which must be one that may still be changed."""
    item = option.one("line_item")
    assert item is not None
    return item, line_items.open_order(work, item)


async def _take_over(work: Work, order: Record, item: Record, option: Record) -> None:
    """Bring the option into line with the SKU option that it is."""
    if not 1 <= option["quantity"] <= line_items.MOST:
        raise Refused(f"must be between 1 and {line_items.MOST}", at="quantity", error="out_of_range")
    offered = option.one("sku_option")
    assert offered is not None
    await _check_offered(work, order, item, offered)
    unit = offered["price_amount_cents"] if option["unit_amount_cents"] is None else option["unit_amount_cents"]
    if not 0 <= unit <= DEAREST:
        problem = f"must be between 0 and {DEAREST}"
        raise Refused(problem, at="unit_amount_cents", error="out_of_range")
    work.set(
        option,
        name=option["name"] or offered["name"],
        currency_code=order["currency_code"],
        unit_amount_cents=unit,
        delay_hours=offered["delay_hours"],
        delay_days=days(offered["delay_hours"]),
    )


async def _check_offered(work: Work, order: Record, item: Record, offered: Record) -> None:
    at = "relationships/sku_option"
    if offered["market_id"] not in (None, order["market_id"]):
        raise Refused("is offered in another market", at=at, error="not_available")
    if offered["currency_code"] != order["currency_code"]:
        raise Refused("is offered in another currency", at=at, error="not_available")
    pattern, code = offered["sku_code_regex"], item["sku_code"] or item["bundle_code"] or ""
    if pattern and not await assortment.matches(work.db, code, pattern):
        raise Refused("is not offered for this article", at=at, error="not_available", meta={"value": code})


def _settle(work: Work, order: Record, item: Record) -> None:
    work.set(item, options_amount_cents=sum(map(total, item.many("line_item_options"))))
    line_items.settle(work, order, item)
