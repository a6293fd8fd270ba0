"""Whether a coupon is good for an order."""

from __future__ import annotations

from datetime import datetime

from billfold.domain.facts import Facts
from billfold.domain.moments import moment


def is_used_up(coupon: Facts, own: int = 0) -> bool:
    """Whether no further order may be placed with it; `own` uses do not count."""
    limit = coupon["usage_limit"]
    return limit is not None and (coupon["usage_count"] or 0) - own >= limit


def problem(coupon: Facts, order: Facts, now: datetime, *, own: int = 0, used: bool = False) -> tuple[str, str] | None:
    """What is wrong with it for the order, as a word and the end of a sentence; None when nothing is.

    own   how many of its uses are the order's
    used  whether the order's customer has placed another order with it
    """
    if coupon["expires_at"] and moment(coupon["expires_at"]) <= now:
        return "expired", "has expired"
    if is_used_up(coupon, own):
        return "used_up", "has been used as often as it may be"
    if coupon["customer_single_use"] and used:
        return "used", "can be used once only, and was"
    recipient = coupon.one("coupon_recipient")
    if recipient is not None and not _is(recipient, order):
        return "not_recipient", "was given to somebody else"
    return None


def _is(recipient: Facts, order: Facts) -> bool:
    if recipient["customer_id"]:
        return bool(recipient["customer_id"] == order["customer_id"])
    return bool((recipient["email"] or "").lower() == (order["customer_email"] or "").lower())
