"""What back offices may say of promotions and of their rules."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.domain.moments import moment
from billfold.jsonapi.record import Record
from billfold.usecases.catalogue import currencies
from billfold.usecases.work import Work, reads

# Kinds whose amounts mean nothing without a currency.
IN_A_CURRENCY = frozenset({"fixed_amount_promotions", "fixed_price_promotions"})


@reads("market.price_list")
async def create(work: Work, promotion: Record, value: object = True) -> None:
    """A promotion that is kept to a market is in the market's currency."""
    market = promotion.related.get("market")
    prices = market.one("price_list") if isinstance(market, Record) else None
    if promotion["currency_code"] is None and prices is not None:
        work.set(promotion, currency_code=prices["currency_code"])
    _check(promotion)


@reads("order_amount_promotion_rule")
async def update(work: Work, promotion: Record, value: object = True) -> None:
    _check(promotion)
    rule = promotion.one("order_amount_promotion_rule")
    if rule is not None:
        work.set(rule, currency_code=promotion["currency_code"])


@reads("promotion_rules")
async def delete(work: Work, promotion: Record, value: object = True) -> None:
    """Its rules go with it. As long as there are coupons for it, it cannot go."""
    for rule in promotion.many("promotion_rules"):
        work.delete(rule)
    work.delete(promotion)


@reads("promotion")
async def create_rule(work: Work, rule: Record, value: object = True) -> None:
    """A promotion has one rule of each type."""
    taken = await work.db.fetchval(
        "SELECT EXISTS (SELECT 1 FROM promotion_rules"
        " WHERE organization_id = $1 AND promotion_id = $2 AND type = $3 AND id <> $4)",
        work.organization_id,
        rule["promotion_id"],
        rule.type,
        rule.id,
    )
    if taken:
        raise Refused("has a rule of this type already", at="relationships/promotion", error="taken")
    await update_rule(work, rule)


@reads("promotion")
async def update_rule(work: Work, rule: Record, value: object = True) -> None:
    for name in ("order_amount_cents", "min_quantity"):
        _check_number(rule, name, 0)
    promotion = rule.one("promotion")
    if rule.type == "order_amount_promotion_rules" and promotion is not None:
        work.set(rule, currency_code=promotion["currency_code"])


def _check(promotion: Record) -> None:
    currencies.check(promotion)
    if moment(promotion["expires_at"]) <= moment(promotion["starts_at"]):
        raise Refused("must be after starts_at", at="expires_at", error="after_starts_at")
    if promotion.type in IN_A_CURRENCY and not promotion["currency_code"]:
        raise Refused("can't be blank unless there is a market", at="currency_code", error="blank")
    _check_number(promotion, "total_usage_limit", max(1, promotion["total_usage_count"] or 0))
    _check_number(promotion, "percentage", 0, 100)
    _check_number(promotion, "fixed_amount_cents", 0)
    _check_number(promotion, "x", 1)
    _check_number(promotion, "y", 0, (promotion["x"] or 1) - 1)
    _check_number(promotion, "max_quantity", 1)


def _check_number(record: Record, name: str, least: int, most: int | None = None) -> None:
    """Of the numbers that the record has."""
    number = record[name]
    if number is None:
        return
    if number < least:
        raise Refused(f"must be {least} at least", at=name, error="greater_than_or_equal_to", meta={"count": least})
    if most is not None and number > most:
        raise Refused(f"must be {most} at most", at=name, error="less_than_or_equal_to", meta={"count": most})
