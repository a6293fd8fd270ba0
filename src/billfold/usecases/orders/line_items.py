"""Line items: put into an order, changed, taken out; the order's amounts follow."""

from __future__ import annotations

from billfold.domain.errors import NOT_ALLOWED, NotAllowed, Refused, Unsupported
from billfold.domain.orders import BOUGHT
from billfold.domain.prices import DEAREST
from billfold.jsonapi.record import Record
from billfold.usecases.orders import articles
from billfold.usecases.orders.orders import check_editable, complete
from billfold.usecases.orders.totals import FOR_TOTALS, settle_totals
from billfold.usecases.payments.positions import check_amounts_may_change
from billfold.usecases.promotions import gift_cards
from billfold.usecases.services import external_prices
from billfold.usecases.subscriptions import frequencies
from billfold.usecases.work import Work, reads

MOST = 1_000_000  # pieces of one line item
FOR_ORDER = " ".join(f"order.{path}" for path in ("customer", "market", *FOR_TOTALS.split()))
FOR_FREQUENCY = "order.market.subscription_model"
FOR_PRICES = f"{FOR_TOTALS} customer line_items.sku.{articles.FOR_PRICE} line_items.bundle"  # from the order


@reads(FOR_ORDER, frequency=FOR_FREQUENCY)
async def create(work: Work, item: Record, value: object = True) -> None:
    """Put something into the order at the price its market has for it: by its own service where the line item asks for
    that, else by its price list; or at the price a back office names."""
    order = open_order(work, item)
    _check_quantity(item)
    article = await articles.find(work, order, item, item.related.get("item"))
    if article is not None:
        articles.check_agrees(work, article)
    frequencies.check(work, order, item, article.type if article is not None else None)
    if work.sent("_update_quantity") and article is not None:
        twin = _twin(order, item, article)
        if twin is not None:
            await _raise_quantity(work, order, twin, item, article)
            return
    if article is not None:
        articles.take_over(work, item, article)
    work.set(item, item_type=item["item_type"] or "skus", currency_code=order["currency_code"])
    priced = item["_external_price"] and await external_prices.take(work, order, item)
    if not priced and item["unit_amount_cents"] is not None:
        work.set(item, priced_by_hand=True)
    elif not priced and article is not None:
        _take_price(work, order, item, article)
    if not item["name"]:
        raise Refused("can't be blank", at="name", error="blank")
    order.many("line_items").append(item)
    settle(work, order, item)
    complete(work, order)


@reads(FOR_ORDER, quantity=f"sku.{articles.FOR_PRICE}", frequency=FOR_FREQUENCY)
async def update(work: Work, item: Record, value: object = True) -> None:
    if work.only_notes:
        return
    order = open_order(work, item)
    if item["item_type"] not in BOUGHT and work.caller.is_sales_channel:
        raise NotAllowed(NOT_ALLOWED)
    gift_cards.check_not_paying(item)
    _check_quantity(item)
    if work.sent("unit_amount_cents") is not None:
        work.set(item, priced_by_hand=True)
    if any(item[code] != work.former(item, code) for code in ("sku_code", "bundle_code")):
        await _exchange(work, order, item)
    elif item["quantity"] != work.former(item, "quantity") or work.sent("_external_price"):
        await _follow_quantity(work, order, item, item.related.get("sku"))
    frequencies.check(work, order, item, frequencies.kind(item))
    settle(work, order, item)


@reads(f"{FOR_ORDER} line_item_options")
async def delete(work: Work, item: Record, value: object = True) -> None:
    order = open_order(work, item)
    gift_cards.check_not_paying(item)
    if item["item_type"] not in BOUGHT:
        if item["item_type"] in ("payment_methods", "shipments"):
            problem = "was made by the server and goes when its reason goes"
            raise Refused(problem, at="item_type", error="generated")
        if work.caller.is_sales_channel:
            raise NotAllowed(NOT_ALLOWED)
    work.guard(order)
    options = item.many("line_item_options")
    for option in options:
        work.delete(option)
    work.set(order, line_item_options_count=(order["line_item_options_count"] or 0) - len(options))
    work.delete(item)
    order.related["line_items"] = [i for i in order.many("line_items") if i.id != item.id]
    settle_totals(work, order)


@reads(FOR_PRICES)
async def refresh_prices(work: Work, order: Record, value: object = True) -> None:
    """Take the present prices of all SKUs and bundles, save for positions that a back office has named the price of."""
    check_editable(work, order)
    check_amounts_may_change(order)
    for item in order.many("line_items"):
        # Nothing was read of what the server has made in this very request, such as a discount.
        article = item.related.get("sku") or item.related.get("bundle")
        if article is not None and item["item_type"] in BOUGHT and not item["priced_by_hand"]:
            if not (item["_external_price"] and await external_prices.take(work, order, item)):
                unit, compare_at = articles.price(order, article, item["quantity"])
                work.set(item, unit_amount_cents=unit, compare_at_amount_cents=compare_at)
            _total(work, item)
    settle_totals(work, order)


def open_order(work: Work, item: Record) -> Record:
    """The line item's order, which must be one whose contents may still be changed."""
    order = item.one("order")
    assert order is not None
    check_editable(work, order)
    check_amounts_may_change(order)
    return order


def settle(work: Work, order: Record, item: Record) -> None:
    """Work out what a changed line item comes to, and the order with it."""
    _total(work, item)
    siblings = order.many("line_items")
    place = [i.id for i in siblings].index(item.id)
    if siblings[place] is not item:
        item.related.setdefault("item", siblings[place].one("item"))
        siblings[place] = item
    settle_totals(work, order)


async def _exchange(work: Work, order: Record, item: Record) -> None:
    """Another article instead: its name and its price, unless a back office names those."""
    changed = "sku_code" if item["sku_code"] != work.former(item, "sku_code") else "bundle_code"
    if item["item_type"] not in ("skus", "bundles"):
        raise Refused("can only be changed where a SKU or bundle is bought", at=changed, error="not_changeable")
    if item[changed] is None:
        raise Refused("can't be blank", at=changed, error="blank")
    if changed == "bundle_code":
        work.set(item, sku_code=None)
    work.set(item, name=work.sent("name"), image_url=work.sent("image_url"))
    article = await articles.find(work, order, item)
    assert article is not None
    articles.check_agrees(work, article)
    articles.take_over(work, item, article)
    if item["_external_price"] and await external_prices.take(work, order, item):
        return
    if work.sent("unit_amount_cents") is None:
        work.set(item, compare_at_amount_cents=work.sent("compare_at_amount_cents"), priced_by_hand=False)
        _take_price(work, order, item, article)


def _twin(order: Record, item: Record, article: Record) -> Record | None:
    """The position that has the same article already, and recurs as often."""
    same = (i for i in order.many("line_items") if i["item_id"] == article.id and i["frequency"] == item["frequency"])
    return next((i for i in same if i["item_type"] in BOUGHT and i["total_amount_cents"] >= 0), None)


async def _raise_quantity(work: Work, order: Record, twin: Record, item: Record, article: Record) -> None:
    """Merge a new line item into the one that has the same article already: `item` becomes that one."""
    work.set(twin, quantity=twin["quantity"] + item["quantity"])
    _check_quantity(twin)
    if work.sent("_external_price") is not None:
        work.set(twin, _external_price=work.sent("_external_price"))
    await _follow_quantity(work, order, twin, article if article.type == "skus" else None)
    settle(work, order, twin)
    work.delete(item)
    item.become(twin)
    item.related = {"order": order}


def _check_quantity(item: Record) -> None:
    if not 1 <= item["quantity"] <= MOST:
        raise Refused(f"must be between 1 and {MOST}", at="quantity", error="out_of_range")
    gift_cards.check_single(item)


async def reset_restocked_quantity(work: Work, item: Record, value: object = True) -> None:
    problem = "has nothing to forget: nobody counts what comes back, and pieces of a cancelled order are in stock again"
    raise Unsupported(problem, at="_reset_restocked_quantity")


async def _follow_quantity(work: Work, order: Record, item: Record, sku: Record | None) -> None:
    """Another quantity may have another price: the market's service is asked anew where it names the price; that of a
    price list without tiers stays what it was, whatever it is by now."""
    if item["_external_price"] and await external_prices.take(work, order, item):
        return
    if sku is not None and not item["priced_by_hand"] and articles.has_tiers(order, sku):
        unit, _ = articles.price(order, sku, item["quantity"])
        work.set(item, unit_amount_cents=unit)


def _take_price(work: Work, order: Record, item: Record, article: Record) -> None:
    unit, compare_at = articles.price(order, article, item["quantity"])
    work.set(item, unit_amount_cents=unit, compare_at_amount_cents=item["compare_at_amount_cents"] or compare_at)


def _total(work: Work, item: Record) -> None:
    unit, options = item["unit_amount_cents"], item["options_amount_cents"] or 0
    if unit is None:
        raise Refused("can't be blank", at="unit_amount_cents", error="blank")
    least = 0 if item["item_type"] in BOUGHT else -DEAREST
    if not least <= unit <= DEAREST:
        raise Refused(f"must be between {least} and {DEAREST}", at="unit_amount_cents", error="out_of_range")
    if not 0 <= options <= DEAREST:
        raise Refused(f"must be between 0 and {DEAREST}", at="options_amount_cents", error="out_of_range")
    work.set(item, total_amount_cents=item["quantity"] * unit + options)
