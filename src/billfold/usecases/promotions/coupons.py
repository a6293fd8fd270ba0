"""Coupons: given out by back offices, and entered on orders for their promotion to apply."""

from __future__ import annotations

from billfold.domain.coupons import problem
from billfold.domain.errors import Refused
from billfold.domain.promotions import is_for, is_in_force
from billfold.jsonapi.record import Record
from billfold.usecases.promotions import recipients
from billfold.usecases.work import Work

FOR_CHOOSING = "promotion_rule.promotion coupon_recipient"
MOST_NAMESAKES = 10  # coupons of several promotions may have the same code


async def choose(work: Work, order: Record, code: str, *, at: str) -> bool:
    """Apply the coupon of that code; an empty code lets go of it. False when there is no such coupon at all.

    at  the attribute the code was sent as
    Raises Refused when the coupon cannot be used for this order, unless the organization wants such codes ignored.
    """
    if order["taken_at"] and code != (work.former(order, "coupon_code") or ""):
        raise Refused("cannot change once the order has been placed", at=at, error="not_changeable")
    if not code:
        work.relate(order, "coupon", None)
        work.set(order, coupon_code=None)
        return True
    refusals, found = [], await _namesakes(work, code)
    for coupon in found:
        trouble = await _trouble(work, order, coupon)
        if trouble is None:
            work.relate(order, "coupon", coupon)
            work.set(order, coupon_code=code)
            return True
        refusals.append(Refused(trouble[1], at=at, error=trouble[0], meta={"value": code}))
    if not (await work.organization())["orders_invalid_coupon_errors"]:
        await _keep_former(work, order)
        return True
    if refusals:
        raise refusals[0]
    return False


async def _namesakes(work: Work, code: str) -> list[Record]:
    rows = await work.db.fetch(
        "SELECT id FROM coupons WHERE organization_id = $1 AND code = $2 ORDER BY created_at, id LIMIT $3",
        work.organization_id,
        code,
        MOST_NAMESAKES,
    )
    found = [await work.read("coupons", row["id"], FOR_CHOOSING) for row in rows]
    return [coupon for coupon in found if coupon is not None]


async def _trouble(work: Work, order: Record, coupon: Record) -> tuple[str, str] | None:
    """Why it cannot be used for this order. That a rule of its promotion is not met yet is no reason."""
    own = int(bool(order["taken_at"]) and order["coupon_id"] == coupon.id)
    rule = coupon.one("promotion_rule")
    promotion = rule.one("promotion") if rule else None
    if promotion is None or not is_for(promotion, order["market_id"], order["currency_code"]):
        return "not_available", "is not for orders of this market and currency"
    if not is_in_force(promotion, work.now, own):
        return "expired", "is not valid at this time"
    used = coupon["customer_single_use"] and await work.db.fetchval(
        "SELECT EXISTS (SELECT 1 FROM coupon_uses"
        " WHERE organization_id = $1 AND coupon_id = $2 AND customer_id = $3 AND order_id <> $4)",
        work.organization_id,
        coupon.id,
        order["customer_id"],
        order.id,
    )
    return problem(coupon, order, work.now, own=own, used=bool(used))


async def look_up_uses(work: Work, order: Record) -> None:
    """What the order's customer of now has used its coupon for: what was read is the former customer's."""
    own = [use for use in order.many("coupon_uses") if use["order_id"] == order.id]
    id = await work.db.fetchval(
        "SELECT id FROM coupon_uses"
        " WHERE organization_id = $1 AND coupon_id = $2 AND customer_id = $3 AND order_id <> $4 LIMIT 1",
        work.organization_id,
        order["coupon_id"],
        order["customer_id"],
        order.id,
    )
    other = await work.read("coupon_uses", id) if id else None
    order.related["coupon_uses"] = [*own, *([other] if other is not None else [])]


async def _keep_former(work: Work, order: Record) -> None:
    """As if no code had been sent."""
    former = await work.read("coupons", order["coupon_id"]) if order["coupon_id"] else None
    work.set(order, coupon_code=former["code"] if former else None)


async def create(work: Work, coupon: Record, value: object = True) -> None:
    coupon.related.setdefault("coupon_recipient", None)
    await _check(work, coupon)
    await recipients.name(work, coupon, "coupon_recipient")
    await _count(work, coupon["promotion_rule_id"], 1)


async def update(work: Work, coupon: Record, value: object = True) -> None:
    await _check(work, coupon)
    await recipients.name(work, coupon, "coupon_recipient")
    former = work.former(coupon, "promotion_rule_id")
    if former != coupon["promotion_rule_id"]:
        await _count(work, former, -1)
        await _count(work, coupon["promotion_rule_id"], 1)


async def delete(work: Work, coupon: Record, value: object = True) -> None:
    await _count(work, coupon["promotion_rule_id"], -1)
    work.delete(coupon)


async def _check(work: Work, coupon: Record) -> None:
    if "code" in work.incoming.values:
        await _check_code(work, coupon)
    if coupon["usage_limit"] is not None and coupon["usage_limit"] < max(1, coupon["usage_count"] or 0):
        problem = "must be above zero and no less than the orders that were placed with it"
        raise Refused(problem, at="usage_limit", error="greater_than_or_equal_to")
    if "code" in work.incoming.values or "promotion_rule" in work.incoming.relationships:
        await _check_unique(work, coupon)


async def _check_code(work: Work, coupon: Record) -> None:
    code, organization = coupon["code"].strip(), await work.organization()
    work.set(coupon, code=code)
    least, most = organization["coupons_min_code_length"], organization["coupons_max_code_length"]
    if len(code) < least:
        raise Refused(f"must have at least {least} characters", at="code", error="too_short", meta={"count": least})
    if len(code) > most:
        raise Refused(f"must have at most {most} characters", at="code", error="too_long", meta={"count": most})


async def _check_unique(work: Work, coupon: Record) -> None:
    taken = await work.db.fetchval(
        "SELECT EXISTS (SELECT 1 FROM coupons"
        " WHERE organization_id = $1 AND code = $2 AND promotion_rule_id = $3 AND id <> $4)",
        work.organization_id,
        coupon["code"],
        coupon["promotion_rule_id"],
        coupon.id,
    )
    if taken:
        raise Refused("has already been taken", at="code", error="taken", meta={"value": coupon["code"]})


async def _count(work: Work, rule_id: str, more: int) -> None:
    """One coupon more or less for the promotion of a rule."""
    rule = await work.read("promotion_rules", rule_id, "promotion")
    promotion = rule.one("promotion") if rule else None
    if promotion is not None:
        work.add(promotion, coupons_count=more)
