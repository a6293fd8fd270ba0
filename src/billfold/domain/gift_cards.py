"""The life of a gift card, as a table, and when one is good for an order."""

from __future__ import annotations

from datetime import datetime

from billfold.domain.errors import Refused
from billfold.domain.facts import Facts
from billfold.domain.moments import moment
from billfold.domain.transitions import follow

# (status, event) → status. What stands nowhere is refused. Source: the contract's status and triggers.
LIFE = {
    ("draft", "purchase"): "inactive",
    ("draft", "activate"): "active",
    ("inactive", "activate"): "active",
    ("active", "deactivate"): "inactive",
    ("active", "redeem"): "redeemed",
}
AFTER = {"purchase": "inactive", "activate": "active", "deactivate": "inactive", "redeem": "redeemed"}
FOR_SALE = frozenset({"draft", "inactive"})


def after(status: str, event: str) -> str:
    """The status that follows; the same one when the event has happened already. Raises Refused otherwise."""
    return follow(LIFE, AFTER, status, event)


def objection(card: Facts, order: Facts, now: datetime) -> tuple[str, str] | None:
    """Why the card cannot pay for the order, as (sentence end, word); None when it can."""
    if card["status"] != "active":
        return f"is {card['status']}", "not_active"
    if card["expires_at"] is not None and moment(card["expires_at"]) <= now:
        return "is expired", "expired"
    if card["currency_code"] != order["currency_code"]:
        return f"holds {card['currency_code']} and the order costs {order['currency_code']}", "other_currency"
    if card["market_id"] not in (None, order["market_id"]):
        return "is for another market", "other_market"
    return None


def for_sale(card: Facts, order: Facts) -> tuple[str, str] | None:
    """Why the card cannot be put into the order to be bought, as (sentence end, word); None when it can."""
    if card["status"] not in FOR_SALE:
        return f"is {card['status']}: it was sold already", "not_for_sale"
    if card["currency_code"] != order["currency_code"]:
        return f"holds {card['currency_code']} and the order costs {order['currency_code']}", "other_currency"
    if card["market_id"] not in (None, order["market_id"]):
        return "is for another market", "other_market"
    return None


def check_balance(card: Facts, highest: int) -> None:
    """Raise Refused unless what is on the card is possible.

    highest  minor units that no card may exceed
    """
    limit = card["balance_max_cents"]
    if limit is not None and not 0 <= limit <= highest:
        raise Refused(f"must be between 0 and {highest}", at="balance_max_cents", error="out_of_range")
    most = highest if limit is None else limit
    if not 0 <= (card["balance_cents"] or 0) <= most:
        raise Refused(f"must be between 0 and {most}", at="balance_cents", error="out_of_range")
