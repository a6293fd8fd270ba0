"""What a storefront is told of a SKU's stock."""

from __future__ import annotations

from tests.domain.facts import Fact

from billfold.domain.inventory import to_be_had

EXPRESS = {
    "name": "Express",
    "reference": None,
    "currency_code": "EUR",
    "price_amount_cents": 1200,
    "free_over_amount_cents": None,
    "min_hours": 48,
    "max_hours": 72,
}


def test_the_pieces_of_all_places_are_added_up() -> None:
    levels = [{"quantity": 4, "lead_times": [EXPRESS]}, {"quantity": 6, "lead_times": []}]
    assert to_be_had(Fact(stock_levels=levels)) == {
        "available": True,
        "quantity": 10,
        "levels": [
            {
                "quantity": 4,
                "delivery_lead_times": [
                    {
                        "shipping_method": {
                            "name": "Express",
                            "reference": None,
                            "price_amount_cents": 1200,
                            "free_over_amount_cents": None,
                            "formatted_price_amount": "€12,00",
                            "formatted_free_over_amount": None,
                        },
                        "min": {"hours": 48, "days": 2},
                        "max": {"hours": 72, "days": 3},
                    }
                ],
            },
            {"quantity": 6, "delivery_lead_times": []},
        ],
    }


def test_what_is_nowhere_is_not_available() -> None:
    assert to_be_had(Fact(stock_levels=[])) == {"available": False, "quantity": 0, "levels": []}


def test_more_set_aside_than_there_is_counts_as_nothing() -> None:
    found = to_be_had(Fact(stock_levels=[{"quantity": -2, "lead_times": []}, {"quantity": 1, "lead_times": []}]))
    assert found is not None
    assert (found["quantity"], found["available"]) == (1, True)


def test_of_what_is_not_counted_there_is_always_some() -> None:
    sku = Fact(do_not_track=True, stock_levels=[])
    assert to_be_had(sku) == {"available": True, "quantity": None, "levels": []}


def test_where_stock_was_not_looked_up_nothing_is_said() -> None:
    assert to_be_had(Fact(do_not_track=True)) is None
    assert to_be_had(Fact()) is None
