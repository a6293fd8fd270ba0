"""What a storefront is told of a SKU's stock: whether it can be bought, how many pieces, and how soon they come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from billfold.domain.facts import Facts
from billfold.domain.money import formatted
from billfold.domain.shipping_methods import days


def to_be_had(sku: Facts) -> dict[str, Any] | None:
    """What can be had of the SKU; None where its stock was not looked up, as in lists.

    Of what is sold without being counted there is always some, and no telling how many.
    """
    if sku["stock_levels"] is None:
        return None
    if sku["do_not_track"]:
        return {"available": True, "quantity": None, "levels": []}
    levels = [_level(given) for given in sku["stock_levels"]]
    quantity = sum(level["quantity"] for level in levels)
    return {"available": quantity > 0, "quantity": quantity, "levels": levels}


def _level(given: Mapping[str, Any]) -> dict[str, Any]:
    """What lies at one stock location that nobody set aside."""
    times = [_lead_time(time) for time in given["lead_times"]]
    return {"quantity": max(given["quantity"] or 0, 0), "delivery_lead_times": times}


def _lead_time(given: Mapping[str, Any]) -> dict[str, Any]:
    price, free_over, currency = given["price_amount_cents"], given["free_over_amount_cents"], given["currency_code"]
    return {
        "shipping_method": {
            "name": given["name"],
            "reference": given["reference"],
            "price_amount_cents": price,
            "free_over_amount_cents": free_over,
            "formatted_price_amount": formatted(price, currency or ""),
            "formatted_free_over_amount": formatted(free_over, currency or ""),
        },
        "min": _span(given["min_hours"]),
        "max": _span(given["max_hours"]),
    }


def _span(hours: int) -> dict[str, int]:
    return {"hours": hours, "days": days(hours)}
