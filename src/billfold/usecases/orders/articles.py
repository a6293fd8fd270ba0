"""What line items are of: found by code or by relationship, with its name and what it costs in the order."""

from __future__ import annotations

from typing import Any

from billfold.db.select import tree_of
from billfold.domain.errors import NOT_ALLOWED, NotAllowed, Refused
from billfold.domain.prices import unit_amount
from billfold.jsonapi.query import Condition, Query
from billfold.jsonapi.record import Record
from billfold.usecases.catalogue import skus
from billfold.usecases.promotions import gift_cards, promotions
from billfold.usecases.shipping import shipments
from billfold.usecases.work import Work

FOR_PRICE = "prices.price_volume_tiers"  # include paths from a SKU
FOR_LINE = f"{FOR_PRICE} {promotions.OF_ARTICLE} {shipments.OF_ARTICLE}"  # the same, when it comes into an order
CODES = {"skus": "sku_code", "bundles": "bundle_code"}  # what articles are named by
MOST_BUNDLES = 100  # of one code, each in another market


async def find(work: Work, order: Record, item: Record, named: Record | None = None) -> Record | None:
    """The article of a line item: `named`, or by code. None when a back office describes the position itself."""
    if named is not None:
        return await _named(work, order, named)
    if item["sku_code"] is not None:
        return await skus.with_code(work, item["sku_code"], FOR_LINE)
    if item["bundle_code"] is not None:
        return await _bundle(work, order, item["bundle_code"])
    if item["unit_amount_cents"] is None:
        raise Refused("can't be blank", at="sku_code", error="blank")
    return None


async def _named(work: Work, order: Record, named: Record) -> Record | None:
    at = "relationships/item"
    if named.type == "skus":
        return await work.read("skus", named.id, FOR_LINE)
    if named.type == "bundles" and not _fits(order, named):
        raise Refused("is sold in another market", at=at, error="not_available")
    if named.type == "bundles":
        return await work.read("bundles", named.id, shipments.OF_BUNDLE)
    if named.type == "gift_cards":
        gift_cards.check_for_sale(order, named)
    if named.type == "adjustments" and work.caller.is_sales_channel:
        raise NotAllowed(NOT_ALLOWED)
    if named.type not in ("bundles", "gift_cards", "adjustments"):
        raise Refused(
            f"cannot be one of {named.type}: those come into orders by themselves", at=at, error="unsupported"
        )
    if named["currency_code"] != order["currency_code"]:
        raise Refused("is in another currency", at=at, error="not_available")
    return named


async def _bundle(work: Work, order: Record, code: str) -> Record:
    """The bundle that the order's market knows by this code, or else the one of all markets."""
    query = Query(
        filters=(Condition((("code",),), "or", "eq", code),), size=MOST_BUNDLES, include=tree_of(shipments.OF_BUNDLE)
    )
    found, _ = await work.tools.reader.page(work.trusted, work.registry["bundles"], query)
    fitting = sorted((b for b in found if _fits(order, b)), key=lambda b: b["market_id"] is None)
    if not fitting:
        problem = "is no bundle of this market"
        raise Refused(problem, at="bundle_code", error="not_found", meta={"value": code})
    return fitting[0]


def _fits(order: Record, bundle: Record) -> bool:
    return bundle["market_id"] in (None, order["market_id"]) and bundle["currency_code"] == order["currency_code"]


def check_agrees(work: Work, article: Record) -> None:
    """Raise Refused if something else was sent than what a line item of the article is."""
    said: dict[str, Any] = {"sku_code": None, "bundle_code": None, "item_type": article.type}
    if article.type in CODES:
        said[CODES[article.type]] = article["code"]
    for name, true in said.items():
        sent = work.sent(name)
        if sent not in (None, "", true):
            problem = f"contradicts what else was sent, by which the line item is of {article.type}"
            raise Refused(problem, at=name, error="mismatch", meta={"value": sent})


def take_over(work: Work, item: Record, article: Record) -> None:
    """Have a line item be of the article, by its name unless another was sent."""
    work.relate(item, "item", article)
    work.set(
        item,
        sku_code=article["code"] if article.type == "skus" else None,
        bundle_code=article["code"] if article.type == "bundles" else None,
        name=item["name"] or article["name"] or ("Gift card" if article.type == "gift_cards" else None),
        image_url=item["image_url"] or article["image_url"],
        pieces=article["skus_count"] if article.type == "bundles" else 1,
    )


def price(order: Record, article: Record, quantity: int) -> tuple[Any, Any]:
    """(what one of `quantity` pieces costs in the order, what to compare it with), in minor units. A SKU must have been
    read with FOR_PRICE."""
    if article.type == "bundles":
        return article["price_amount_cents"], article["compare_at_amount_cents"]
    if article.type == "gift_cards":
        return article["balance_cents"], None
    if article.type == "adjustments":
        return article["amount_cents"], None
    listed = _listed(order, article)
    if listed is None:
        problem = "has no price in this market"
        raise Refused(problem, at="sku_code", error="no_price", meta={"value": article["code"]})
    unit = unit_amount(listed["amount_cents"], listed.many("price_volume_tiers"), quantity)
    return unit, listed["compare_at_amount_cents"]


def has_tiers(order: Record, sku: Record) -> bool:
    """Whether the SKU's price in the order depends on the quantity."""
    listed = _listed(order, sku)
    return listed is not None and bool(listed.many("price_volume_tiers"))


def _listed(order: Record, sku: Record) -> Record | None:
    """The SKU's price on the price list of the order's market."""
    market = order.one("market")
    if market is None:
        return None
    return next((p for p in sku.many("prices") if p["price_list_id"] == market["price_list_id"]), None)
