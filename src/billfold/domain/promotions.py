"""Which promotions apply to an order, in which order, and what each takes off which of its lines.

Each promotion counts on what those before it have left, and nothing ever costs less than nothing. The outcome depends
on the order and the moment alone, so that working it out again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from billfold.domain.baskets import Basket, Line
from billfold.domain.facts import Facts
from billfold.domain.moments import moment

# The earlier type is applied first among promotions of equal priority: prices are set before shares are taken of them.
RANKS = (
    "free_gift_promotions",
    "fixed_price_promotions",
    "buy_x_pay_y_promotions",
    "percentage_discount_promotions",
    "fixed_amount_promotions",
    "free_shipping_promotions",
)
LOWEST_PRIORITY = 2**16 - 1  # of a promotion that names none
LATEST_START = 2**32 - 1  # seconds since 1970


@dataclass(frozen=True, slots=True)
class Applied:
    """A promotion and what it takes off: line id → minor units, all above zero."""

    promotion: Facts
    parts: Mapping[str, int]

    @property
    def amount(self) -> int:
        return sum(self.parts.values())


def status(promotion: Facts, now: datetime) -> str:
    """How the promotion stands at the moment: disabled, expired, pending, inactive (used up) or active."""
    if promotion["disabled_at"]:
        return "disabled"
    if moment(promotion["expires_at"]) <= now:
        return "expired"
    if moment(promotion["starts_at"]) > now:
        return "pending"
    return "inactive" if is_used_up(promotion) else "active"


def is_in_force(promotion: Facts, now: datetime, own: int = 0) -> bool:
    """Whether it applies at the moment, `own` uses aside."""
    return status(promotion, now) in ("active", "inactive") and not is_used_up(promotion, own)


def is_used_up(promotion: Facts, own: int = 0) -> bool:
    """Whether no further order may be placed with it; `own` uses do not count."""
    limit = promotion["total_usage_limit"]
    return limit is not None and (promotion["total_usage_count"] or 0) - own >= limit


def is_for(promotion: Facts, market_id: str | None, currency: str | None) -> bool:
    """Whether it is for orders of the market in the currency."""
    return promotion["market_id"] in (None, market_id) and promotion["currency_code"] in (None, currency)


def weight(promotion: Facts) -> int:
    """Exclusive ones before others, then by priority, by type and by beginning; a greater weight is applied earlier."""
    priority = promotion["priority"]
    priority = LOWEST_PRIORITY if priority is None else min(max(priority, 0), LOWEST_PRIORITY - 1)
    rank = RANKS.index(promotion["type"]) if promotion["type"] in RANKS else len(RANKS)
    begins = min(max(int(moment(promotion["starts_at"]).timestamp()), 0), LATEST_START)
    exclusive = int(bool(promotion["exclusive"]))
    return ((exclusive << 16 | LOWEST_PRIORITY - priority) << 3 | 7 - rank) << 32 | LATEST_START - begins


def in_turn(promotions: Iterable[Facts], most: int) -> list[Facts]:
    """The promotions in the order they are applied. Those without coupons are `most` at most; the rest do not apply."""
    found, without_coupon = [], 0
    for promotion in sorted(promotions, key=lambda p: (-weight(p), str(p["id"]))):
        without_coupon += not takes_coupons(promotion)
        if takes_coupons(promotion) or without_coupon <= most:
            found.append(promotion)
    return found


def takes_coupons(promotion: Facts) -> bool:
    return any(r["type"] == "coupon_codes_promotion_rules" for r in promotion.many("promotion_rules"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an order's promotions.

    applied       those that take something off, in turn
    gift_list_ids the SKU lists of which more pieces would be free if they were put into the order
    """

    applied: tuple[Applied, ...]
    gift_list_ids: tuple[str, ...]


def settle(promotions: Iterable[Facts], basket: Basket, coupon: Facts | None) -> Outcome:
    """What each promotion takes off. An exclusive one that takes something off is the only one.

    promotions  those in force for the order, in turn
    coupon      the order's, if it is good
    """
    applied, gifts = [], []
    for promotion in promotions:
        if not holds(promotion, basket, coupon):
            continue
        if promotion["type"] == "free_gift_promotions" and _pieces(promotion, basket) < _most_gifts(promotion):
            gifts.append(promotion["sku_list_id"])
        parts = TAKING_OFF[promotion["type"]](promotion, basket)
        if parts:
            basket.take(parts)
            applied.append(Applied(promotion, parts))
            if promotion["exclusive"]:
                break
    return Outcome(tuple(applied), tuple(dict.fromkeys(gifts)))


def holds(promotion: Facts, basket: Basket, coupon: Facts | None) -> bool:
    """Whether the order meets every rule of the promotion. One of your own, which this server cannot judge, is not."""
    rules = promotion.many("promotion_rules")
    return all(r["type"] in RULES and RULES[r["type"]](r, basket, coupon) for r in rules)


def _costs_enough(rule: Facts, basket: Basket, coupon: Facts | None) -> bool:
    least: int = rule["order_amount_cents"] or 0
    return (basket.subtotal if rule["use_subtotal"] else basket.total) >= least


def _has_skus(rule: Facts, basket: Basket, coupon: Facts | None) -> bool:
    """Pieces count by the number that stands on the list: two of what stands there twice are one."""
    list_id = rule["sku_list_id"]
    found: dict[str, int] = {}
    for line in basket.goods(list_id):
        found[line.article] = found.get(line.article, 0) + line.quantity
    listed = {line.article: line.places[list_id].quantity if list_id else 1 for line in basket.goods(list_id)}
    times = {article: quantity // listed[article] for article, quantity in found.items()}
    if (rule["min_quantity"] or 0) > 0:
        return bool(sum(times.values()) >= rule["min_quantity"])
    if rule["all_skus"] and list_id:
        return all(times.get(sku["id"]) for sku in rule.many("skus_wanted"))
    return any(times.values())


def _has_coupon(rule: Facts, basket: Basket, coupon: Facts | None) -> bool:
    return coupon is not None and coupon["promotion_rule_id"] == rule["id"]


Rule = Callable[[Facts, Basket, Facts | None], bool]
RULES: dict[str, Rule] = {
    "order_amount_promotion_rules": _costs_enough,
    "sku_list_promotion_rules": _has_skus,
    "coupon_codes_promotion_rules": _has_coupon,
}


def _percentage(promotion: Facts, basket: Basket) -> dict[str, int]:
    goods = basket.goods(promotion["sku_list_id"])
    share = sum(basket.left(line) for line in goods) * promotion["percentage"]
    return basket.spread((share + 50) // 100, goods)


def _fixed_amount(promotion: Facts, basket: Basket) -> dict[str, int]:
    return basket.spread(promotion["fixed_amount_cents"], basket.goods(promotion["sku_list_id"]))


def _fixed_price(promotion: Facts, basket: Basket) -> dict[str, int]:
    """The options of a piece cost what they cost."""
    parts = {}
    for line in basket.goods(promotion["sku_list_id"]):
        costs = (promotion["fixed_amount_cents"] + line.options) * line.quantity
        if line.id not in basket.fixed and basket.left(line) > costs:
            parts[line.id] = basket.left(line) - costs
    basket.fixed |= parts.keys()
    return parts


def _free_shipping(promotion: Facts, basket: Basket) -> dict[str, int]:
    """All freight. With a list, only of an order that has something of the list."""
    if promotion["sku_list_id"] and not basket.goods(promotion["sku_list_id"]):
        return {}
    return {line.id: basket.left(line) for line in basket.freight() if basket.left(line)}


def _buy_x_pay_y(promotion: Facts, basket: Basket) -> dict[str, int]:
    """For each x pieces all but y are free: of one article, or of all together, then the cheapest."""
    goods = basket.goods(promotion["sku_list_id"])
    groups: dict[str, list[Line]] = {}
    for line in goods:
        groups.setdefault("" if promotion["cheapest_free"] else line.article, []).append(line)
    parts: dict[str, int] = {}
    for lines in groups.values():
        times = sum(line.quantity for line in lines) // promotion["x"]
        free = times * max(0, promotion["x"] - promotion["y"])
        parts |= _pieces_free(free, sorted(lines, key=lambda line: _price(line, basket)), basket)
    return parts


def _free_gift(promotion: Facts, basket: Basket) -> dict[str, int]:
    """Pieces of the list: those at earlier positions first, then the cheaper ones."""
    list_id = promotion["sku_list_id"]
    gifts = [line for line in basket.goods(list_id) if line.id not in basket.fixed]
    gifts.sort(key=lambda line: (line.places[list_id].position if list_id else 0, _price(line, basket)))
    parts = _pieces_free(_most_gifts(promotion), gifts, basket)
    basket.fixed |= parts.keys()
    return parts


def _pieces_free(pieces: int, lines: Iterable[Line], basket: Basket) -> dict[str, int]:
    """What that many pieces cost, taken from the lines in turn."""
    parts = {}
    for line in lines:
        free = min(pieces, line.quantity)
        pieces -= free
        off = int(_price(line, basket) * free)
        if off:
            parts[line.id] = off
    return parts


def _price(line: Line, basket: Basket) -> Fraction:
    return Fraction(basket.left(line), line.quantity)


def _most_gifts(promotion: Facts) -> int:
    most: Any = promotion["max_quantity"]
    return 1 if most is None else int(most)


def _pieces(promotion: Facts, basket: Basket) -> int:
    return sum(line.quantity for line in basket.goods(promotion["sku_list_id"]))


TakingOff = Callable[[Facts, Basket], dict[str, int]]
TAKING_OFF: dict[str, TakingOff] = {
    "percentage_discount_promotions": _percentage,
    "fixed_amount_promotions": _fixed_amount,
    "fixed_price_promotions": _fixed_price,
    "free_shipping_promotions": _free_shipping,
    "buy_x_pay_y_promotions": _buy_x_pay_y,
    "free_gift_promotions": _free_gift,
}
