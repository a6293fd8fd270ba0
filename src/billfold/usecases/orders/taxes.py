"""Taxes: what the market's tax calculator makes of an order's line items."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.domain.orders import Part
from billfold.domain.regions import fits
from billfold.domain.taxes import ALL_FLAGS, base, breakdown, is_taxed, reliefs, taxes
from billfold.jsonapi.record import Record
from billfold.usecases.promotions import gift_cards
from billfold.usecases.work import Work

# Include paths from the order.
READS = f"market.tax_calculator.tax_rules shipping_address billing_address line_items.item {gift_cards.READS}"


def apply(work: Work, order: Record) -> dict[str, int]:
    """Set each line item's taxes, discounts being settled already. Without a calculator or an address none are known.

    Returns by line item id what adjustments and the gift card take off the amount it is taxed on.
    """
    items = order.many("line_items")
    off = {i.id: cents for i, cents in zip(items, _reliefs(work, order), strict=True)}
    before = [order["tax_rate"], *((i["tax_amount_cents"], i["tax_rate"]) for i in items)]
    address, calculator = _address(order), _calculator(order)
    if calculator is None or address is None:
        _clear(work, order)
        return off
    rule = next((r for r in calculator.many("tax_rules") if fits(r, address)), None)
    flags = _settle_flags(work, order, rule)
    parts = [_part(i, off[i.id]) for i in items]
    bases = [base(p) if rule is not None and is_taxed(p, flags) else 0 for p in parts]
    rate = rule["tax_rate"] or 0.0 if rule is not None else 0.0
    for item, taxed, cents in zip(items, bases, taxes(bases, rate, included=bool(order["tax_included"])), strict=True):
        levied = breakdown(rule) if rule is not None and taxed else {}
        work.set(item, tax_amount_cents=cents, tax_rate=rate if taxed else 0.0, tax_breakdown=levied)
    work.set(order, tax_rate=rate)
    if before != [order["tax_rate"], *((i["tax_amount_cents"], i["tax_rate"]) for i in items)]:
        work.set(order, tax_calculations_count=(order["tax_calculations_count"] or 0) + 1)
    return off


def check_calculator(order: Record) -> None:
    """Raise Refused where nothing can be worked out."""
    if _calculator(order) is None:
        raise Refused("cannot be worked out: the order's market has no tax calculator", error="no_tax_calculator")


def _calculator(order: Record) -> Record | None:
    market = order.one("market")
    # A market that has just taken another's place was read without its calculator; such an order is empty.
    return market.related.get("tax_calculator") if market is not None else None


def _address(order: Record) -> Record | None:
    """Where the goods go or, when nothing is shipped, who gets the bill."""
    shipping, billing = order.one("shipping_address"), order.one("billing_address")
    if all(_stays(i) for i in order.many("line_items")):
        return billing or shipping
    return shipping


def _stays(item: Record) -> bool:
    """Whether a line item is nothing that is shipped."""
    article = item.related.get("item")
    return item["item_type"] not in ("skus", "bundles") or article is None or bool(article["do_not_ship"])


def _reliefs(work: Work, order: Record) -> list[int]:
    parts = [_part(i, 0) for i in order.many("line_items")]
    adjusted = sum(-i["total_amount_cents"] for i in order.many("line_items") if _is_distributed(i))
    return reliefs(parts, adjusted + gift_cards.distributed(work, order))


def _is_distributed(item: Record) -> bool:
    """Whether a line item is a negative adjustment that lowers what the goods are taxed on."""
    if item["item_type"] != "adjustments" or (item["total_amount_cents"] or 0) >= 0:
        return False
    adjustment = item.related.get("item")
    return adjustment is None or adjustment["distribute_discount"] is not False


def _settle_flags(work: Work, order: Record, rule: Record | None) -> dict[str, bool]:
    """What beside goods is taxed: as the client said for this order, or else as the rule says. Which of the order's
    flags are the rule's is noted, for another address may bring another rule."""
    following = _following(work, order)
    work.set(order, **{f: bool(rule is not None and rule[f]) for f in following}, taxable_by_rule=following)
    return {f: bool(order[f]) for f in ALL_FLAGS}


def _following(work: Work, order: Record) -> list[str]:
    by_rule = order["taxable_by_rule"] or ()
    return [f for f in ALL_FLAGS if order[f] is None or (f in by_rule and f not in work.incoming.values)]


def _clear(work: Work, order: Record) -> None:
    work.set(order, tax_rate=None, **dict.fromkeys(_following(work, order)), taxable_by_rule=[])
    for item in order.many("line_items"):
        work.set(item, tax_amount_cents=0, tax_rate=0.0, tax_breakdown={})


def _part(item: Record, relief: int) -> Part:
    return Part(
        item["item_type"],
        item["total_amount_cents"] or 0,
        item["quantity"],
        item["discount_cents"] or 0,
        relief=relief,
    )
