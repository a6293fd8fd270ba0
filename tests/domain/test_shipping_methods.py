"""What can carry a shipment, and for how much."""

from __future__ import annotations

from typing import Any

import pytest

from billfold.domain.shipping_methods import Parcelled, days, grams, is_offered, price, price_for_shipment
from billfold.jsonapi.record import Record
from billfold.resources.shipments import Shipment
from billfold.resources.shipping_methods import ShippingMethod, ShippingWeightTier

SHIPMENT = Parcelled("europe", "EUR", "merchandise", "warehouse", None, 750.0, 5000, 4000)


def method(*tiers: tuple[float | None, int], **values: Any) -> Record:
    made = [Record(ShippingWeightTier, {"up_to": up_to, "price_amount_cents": cents}) for up_to, cents in tiers]
    given = {"scheme": "flat", "price_amount_cents": 900, "unit_of_weight": "gr", **values}
    return Record(ShippingMethod, given, {"shipping_zone": None, "shipping_weight_tiers": made})


@pytest.mark.parametrize(
    ("values", "offered"),
    [
        ({}, True),
        ({"disabled_at": "2026-01-01"}, False),
        ({"scheme": "external"}, True),
        ({"market_id": "europe"}, True),
        ({"market_id": "asia"}, False),
        ({"currency_code": "USD"}, False),
        ({"shipping_category_id": "frozen"}, False),
        ({"stock_location_id": "branch"}, False),
        ({"min_weight": 750.0}, True),
        ({"min_weight": 751.0}, False),
        ({"max_weight": 750.0}, True),
        ({"max_weight": 0.7, "unit_of_weight": "lb"}, False),
        ({"max_weight": 27.0, "unit_of_weight": "oz"}, True),
    ],
)
def test_a_method_carries_what_it_is_for(values: dict[str, Any], offered: bool) -> None:
    assert is_offered(method(**values), SHIPMENT) is offered


@pytest.mark.parametrize(
    ("values", "cents"),
    [
        ({}, 900),
        ({"free_over_amount_cents": 4000}, 0),
        ({"free_over_amount_cents": 4001}, 900),
        ({"free_over_amount_cents": 5000, "use_subtotal": True}, 0),
        ({"free_over_amount_cents": 0}, 0),
    ],
)
def test_shipping_is_free_over_an_amount_with_or_without_discounts(values: dict[str, Any], cents: int) -> None:
    assert price(method(**values), weight=750.0, subtotal=5000, discounted=4000) == cents


@pytest.mark.parametrize(("weight", "cents"), [(0.0, 300), (500.0, 300), (500.1, 600), (1000.0, 600), (99_999.0, 1200)])
def test_the_lightest_tier_that_holds_the_shipment_prices_it(weight: float, cents: int) -> None:
    tiered = method((None, 1200), (1000.0, 600), (500.0, 300), scheme="weight_tiered")
    assert price(tiered, weight=weight, subtotal=0, discounted=0) == cents


def test_what_is_heavier_than_every_tier_costs_the_methods_own_price() -> None:
    tiered = method((500.0, 300), scheme="weight_tiered")
    assert price(tiered, weight=501.0, subtotal=0, discounted=0) == 900


def test_what_a_service_names_is_the_price_of_its_own_method_alone() -> None:
    external = method(scheme="external", free_over_amount_cents=4000)
    assert price(external, weight=1.0, subtotal=0, discounted=0, external=700) == 700
    assert price(external, weight=1.0, subtotal=0, discounted=0) == 900
    assert price(external, weight=1.0, subtotal=0, discounted=4000, external=700) == 0
    assert price(method(), weight=1.0, subtotal=0, discounted=0, external=700) == 900


def test_a_method_that_is_read_for_no_shipment_has_no_price_for_one() -> None:
    read_alone = method()
    assert price_for_shipment(read_alone) is None
    read_alone.beside = Record(
        Shipment, {"weight_grams": 1.0, "order_subtotal_cents": 100, "order_discounted_cents": 100}
    )
    assert price_for_shipment(read_alone) == 900


def test_weights_are_compared_in_grams() -> None:
    assert grams(1.0, "lb") == pytest.approx(grams(16.0, "oz"))
    assert grams(None, None) == 0.0


@pytest.mark.parametrize(("hours", "whole"), [(0, 0), (11, 0), (12, 1), (36, 2), (48, 2), (72, 3)])
def test_hours_are_rounded_to_days(hours: int, whole: int) -> None:
    assert days(hours) == whole
