"""Promotions: what they take off an order, as generated line items and as parts of the positions they are for."""

from __future__ import annotations

from billfold.domain import coupons as coupon_rules
from billfold.domain import promotions as rules
from billfold.domain.baskets import DISCOUNTED, Basket, Line, Place
from billfold.domain.errors import Refused
from billfold.domain.promotions import Applied
from billfold.jsonapi.record import Record
from billfold.usecases.payments.positions import position_of
from billfold.usecases.work import Work

# Include paths from what is bought, for whoever reads an article that comes into an order.
OF_ARTICLE = "promoted_places promoted_lists"
# Include paths from the order, that `use` and `give_back` look at.
TAKES = "line_items.item customer coupon.coupon_recipient coupon_uses"
READS = " ".join(
    (
        TAKES,
        "organization promotions_in_question.promotion_rules.skus_wanted",
        *(f"line_items.item.{path}" for path in OF_ARTICLE.split()),
    )
)


def apply(work: Work, order: Record) -> None:
    """Settle the order's discounts. Doing it twice changes nothing."""
    if order["coupon_code"] and order.one("coupon") is None:
        work.set(order, coupon_code=None)  # it was deleted
    basket = _basket(order)
    organization = order.one("organization")
    assert organization is not None
    offers = [p for p in order.many("promotions_in_question") if _is_in_force(work, order, p)]
    in_turn = rules.in_turn(offers, organization["promotions_max_concurrent_count"])
    outcome = rules.settle(in_turn, basket, _good_coupon(work, order))
    _note_parts(work, order, basket, outcome.applied)
    _note_lines(work, order, outcome.applied)
    work.set(order, free_gift_list_ids=list(outcome.gift_list_ids))


def use(work: Work, order: Record) -> None:
    """The order is being placed: count the uses of its promotions and of its coupon.

    Raises Refused when one of them is no longer good, unless money is held already: then what was promised counts.
    """
    problems = missing(work, order)
    if problems:
        raise Refused.all(problems)
    for line in _lines(order):
        _count(work, line.one("item"), 1)
        if line["coupon_code"]:
            _use_coupon(work, order)


def give_back(work: Work, order: Record) -> None:
    """The order came to nothing: its uses do not count."""
    for line in _lines(order):
        _count(work, line.one("item"), -1)
        coupon = order.one("coupon")
        if line["coupon_code"] and coupon is not None and coupon["usage_count"]:
            work.add(coupon, usage_count=-1)
    for used in [u for u in order.many("coupon_uses") if u["order_id"] == order.id]:
        work.delete(used)
        order.many("coupon_uses").remove(used)


def _basket(order: Record) -> Basket:
    """The goods and the freight, and beside them what no promotion takes anything off."""
    lines, rest = [], 0
    for item in order.many("line_items"):
        if item["item_type"] in DISCOUNTED or item["item_type"] == "shipments":
            lines.append(_line(item))
        elif item["item_type"] not in rules.TAKING_OFF and item["item_type"] != "gift_cards":
            rest += item["total_amount_cents"] or 0
    return Basket(lines, rest)


def _line(item: Record) -> Line:
    bought = item.one("item") if item["item_id"] else None
    return Line(
        item.id,
        item["item_type"],
        item["item_id"] or item.id,
        item["quantity"],
        max(0, item["total_amount_cents"] or 0),
        item["options_amount_cents"] or 0,
        _places(bought) if bought else {},
    )


def _places(bought: Record) -> dict[str, Place]:
    """A bundle counts for a list only as the whole that it is."""
    if bought.type == "bundles":
        return {bought["sku_list_id"]: Place()}
    if bought.type != "skus":
        return {}
    by_hand = {p["sku_list_id"]: Place(p["quantity"] or 1, p["position"] or 0) for p in bought.many("promoted_places")}
    return {**{found.id: Place() for found in bought.many("promoted_lists")}, **by_hand}


def _is_in_force(work: Work, order: Record, promotion: Record) -> bool:
    """Also while it is used up, if the order itself is among its uses."""
    own = int(bool(order["taken_at"]) and any(line["item_id"] == promotion.id for line in _lines(order)))
    return (
        promotion.type in rules.TAKING_OFF
        and rules.is_for(promotion, order["market_id"], order["currency_code"])
        and rules.is_in_force(promotion, work.now, own)
    )


def _good_coupon(work: Work, order: Record) -> Record | None:
    """Also while it is used up, if the order itself is among its uses."""
    coupon = order.one("coupon")
    own = int(bool(order["taken_at"]) and any(line["coupon_code"] for line in _lines(order)))
    return None if coupon is None or _coupon_problem(work, order, coupon, own) else coupon


def _coupon_problem(work: Work, order: Record, coupon: Record, own: int) -> tuple[str, str] | None:
    others = [u for u in order.many("coupon_uses") if u["order_id"] != order.id and u["coupon_id"] == coupon.id]
    used = any(u["customer_id"] == order["customer_id"] for u in others)
    return coupon_rules.problem(coupon, order, work.now, own=own, used=used)


def _note_parts(work: Work, order: Record, basket: Basket, applied: tuple[Applied, ...]) -> None:
    """On each position what is taken off it, and by which promotion."""
    known = {line.id for line in basket.lines}
    for item in order.many("line_items"):
        if item.id not in known:
            continue
        by = [(a, a.parts[item.id]) for a in applied if item.id in a.parts]
        breakdown = {a.promotion["id"]: _part(order, a, part) for a, part in by}
        work.set(item, discount_cents=-sum(part for _, part in by), discount_breakdown=breakdown)


def _part(order: Record, applied: Applied, part: int) -> dict[str, object]:
    """weight  how much of what the promotion takes off is taken here"""
    told: dict[str, object] = {
        "name": applied.promotion["name"],
        "cents": -part,
        "weight": round(part / applied.amount, 3),
    }
    return told | ({"coupon_code": order["coupon_code"]} if rules.takes_coupons(applied.promotion) else {})


def _note_lines(work: Work, order: Record, applied: tuple[Applied, ...]) -> None:
    """One line item for each promotion, with all that it takes off."""
    made = {line["item_id"]: line for line in _lines(order)}
    wanted = {a.promotion["id"] for a in applied}
    for gone in [line for id, line in made.items() if id not in wanted]:
        if order["taken_at"]:
            _count(work, gone.one("item"), -1)
        work.delete(gone)
        order.many("line_items").remove(gone)
    for each in applied:
        promotion = each.promotion
        assert isinstance(promotion, Record)
        values = {
            "name": promotion["name"],
            "quantity": 1,
            "currency_code": order["currency_code"],
            "unit_amount_cents": -each.amount,
            "total_amount_cents": -each.amount,
            "coupon_code": order["coupon_code"] if rules.takes_coupons(promotion) else None,
        }
        if promotion.id in made:
            work.set(made[promotion.id], **values)
            continue
        line = work.insert("line_items", values, {"order": order, "item": promotion})
        order.many("line_items").append(line)
        if order["taken_at"]:
            _count(work, promotion, 1)


def _lines(order: Record) -> list[Record]:
    """The line items that promotions made; a back office may have put discounts of its own beside them."""
    return [i for i in order.many("line_items") if i["item_type"] in rules.TAKING_OFF and i["item_id"]]


def missing(work: Work, order: Record) -> list[Refused]:
    """One problem for each promotion, and for the coupon, that is no longer good; none once money is held."""
    if position_of(order).secured:
        return []
    problems = []
    for line in _lines(order):
        promotion = line.one("item")
        if promotion is None or not rules.is_in_force(promotion, work.now):
            problem = f"has “{line['name']}”, which no longer applies: send the order _refresh"
            problems.append(Refused(problem, at="relationships/line_items", error="promotion_over"))
    if order["coupon_code"]:
        coupon = order.one("coupon")
        found = ("not_found", "is no coupon any more") if coupon is None else _coupon_problem(work, order, coupon, 0)
        if found:
            about = {"value": order["coupon_code"]}
            problems.append(Refused(found[1], at="coupon_code", error=found[0], meta=about))
    return problems


def _count(work: Work, promotion: Record | None, more: int) -> None:
    """One use more or less, as far as there is room for it."""
    if promotion is None or (more > 0 and rules.is_used_up(promotion)) or (more < 0 and not _uses(promotion)):
        return
    work.add(promotion, total_usage_count=more)


def _uses(promotion: Record) -> int:
    return int(promotion["total_usage_count"] or 0)


def _use_coupon(work: Work, order: Record) -> None:
    coupon = order.one("coupon")
    if coupon is None or coupon_rules.is_used_up(coupon):
        return
    work.add(coupon, usage_count=1)
    known = {(u["coupon_id"], u["customer_id"]) for u in order.many("coupon_uses")}
    if coupon["customer_single_use"] and (coupon.id, order["customer_id"]) not in known:
        used = work.insert("coupon_uses", {}, {"coupon": coupon, "customer": order.one("customer"), "order": order})
        order.many("coupon_uses").append(used)
