"""Which shipping methods a shipment can be sent by, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from billfold.domain.facts import Facts
from billfold.domain.regions import fits

GRAMS: Final[Mapping[str, float]] = {"gr": 1.0, "oz": 28.349523125, "lb": 453.59237}


@dataclass(frozen=True, slots=True)
class Parcelled:
    """A shipment as its price and its ways depend on it.

    weight      in grams; of what has no weight nothing is known, so it weighs nothing
    subtotal    of the order's goods, in minor units
    discounted  the same less the discounts on them
    """

    market: str | None
    currency: str | None
    category: str | None
    location: str | None
    address: Facts | None
    weight: float
    subtotal: int
    discounted: int


def grams(weight: float | None, unit: str | None) -> float:
    return (weight or 0.0) * GRAMS[unit or "gr"]


def is_offered(method: Facts, shipment: Parcelled) -> bool:
    """Whether customers may choose the method for this shipment. Needs `shipping_zone` read."""
    if method["disabled_at"]:
        return False
    limits = (
        (method["market_id"], shipment.market),
        (method["currency_code"], shipment.currency),
        (method["shipping_category_id"], shipment.category),
        (method["stock_location_id"], shipment.location),
    )
    if any(only is not None and only != actual for only, actual in limits):
        return False
    unit = method["unit_of_weight"]
    if method["min_weight"] is not None and shipment.weight < grams(method["min_weight"], unit):
        return False
    if method["max_weight"] is not None and shipment.weight > grams(method["max_weight"], unit):
        return False
    zone = method.one("shipping_zone")
    return zone is None or fits(zone, shipment.address)


def price(method: Facts, *, weight: float, subtotal: int, discounted: int, external: int | None = None) -> int:
    """What the shipment costs by this method, in minor units. Needs `shipping_weight_tiers` read.

    What is heavier than every tier costs the method's own price, and so does what no service has named a price for yet.

    external  what the method's service has named for this shipment
    """
    free_over = method["free_over_amount_cents"]
    if free_over is not None and (subtotal if method["use_subtotal"] else discounted) >= free_over:
        return 0
    if method["scheme"] == "weight_tiered":
        unit = method["unit_of_weight"]
        limit = float("inf")
        tiers = sorted(
            method.many("shipping_weight_tiers"), key=lambda t: limit if t["up_to"] is None else float(t["up_to"])
        )
        for tier in tiers:
            if tier["up_to"] is None or weight <= grams(tier["up_to"], unit):
                return tier["price_amount_cents"] or 0
    if method["scheme"] == "external" and external is not None:
        return external
    return method["price_amount_cents"] or 0


class Beside(Facts, Protocol):
    """A method as it is read for a shipment."""

    @property
    def beside(self) -> Facts | None: ...


def price_for_shipment(method: Beside) -> int | None:
    """The price for the shipment that the method was read for; null when it was read for none."""
    shipment = method.beside
    if shipment is None or shipment["weight_grams"] is None:
        return None
    return price(
        method,
        weight=shipment["weight_grams"],
        subtotal=shipment["order_subtotal_cents"] or 0,
        discounted=shipment["order_discounted_cents"] or 0,
        external=shipment["external_cost_cents"] if shipment["shipping_method_id"] == method["id"] else None,
    )


def days(hours: int) -> int:
    """Hours as whole days, half a day counting as one."""
    return (hours + 12) // 24
