"""Taxes come to whole cents that add up, whatever is bought."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.facts import Fact

from billfold.domain.orders import Part
from billfold.domain.taxes import base, breakdown, is_taxed, reliefs, spread, taxes

CENTS = st.integers(0, 10**10)
RATES = st.integers(0, 10_000).map(lambda n: n / 10_000)
NOTHING_ELSE = dict.fromkeys(
    ("freight_taxable", "payment_method_taxable", "adjustment_taxable", "gift_card_taxable"), False
)


def exact(base: int, rate: float, included: bool) -> Fraction:
    share = Fraction(round(rate * 10_000), 10_000)
    return base * (share / (1 + share) if included else share)


@pytest.mark.parametrize(
    ("bases", "rate", "included", "expected"),
    [
        ([10000], 0.22, False, [2200]),
        ([12200], 0.22, True, [2200]),
        ([1000, 1000, 1000], 0.0825, False, [83, 83, 82]),  # 247.5 in all
        ([1, 1, 1, 1], 0.22, False, [1, 0, 0, 0]),
        ([99], 0.07, False, [7]),
        ([2900, 1250], 0.19, True, [463, 200]),
        ([0, 5000], 0.0, True, [0, 0]),
        ([], 0.22, False, []),
    ],
)
def test_each_line_item_bears_its_tax(bases: list[int], rate: float, included: bool, expected: list[int]) -> None:
    assert taxes(bases, rate, included=included) == expected


@given(st.lists(CENTS), RATES, st.booleans())
def test_the_taxes_of_the_line_items_are_the_rounded_tax_of_the_order(
    bases: list[int], rate: float, included: bool
) -> None:
    levied = taxes(bases, rate, included=included)
    whole = sum((exact(b, rate, included) for b in bases), Fraction())
    assert abs(sum(levied) - whole) <= Fraction(1, 2)
    for b, tax in zip(bases, levied, strict=True):
        assert abs(tax - exact(b, rate, included)) < 1
        assert 0 <= tax <= b


@given(CENTS, st.lists(CENTS))
def test_what_is_spread_adds_up_and_nothing_gets_more_than_it_is(amount: int, over: list[int]) -> None:
    parts = spread(amount, over)
    assert sum(parts) == min(amount, sum(over))
    assert all(0 <= part <= whole for part, whole in zip(parts, over, strict=True))


def test_goods_are_always_taxed_and_the_rest_as_the_rule_says() -> None:
    parts = {
        "gift_card_taxable": Part("gift_cards", 5000),
        "freight_taxable": Part("shipments", 700),
        "payment_method_taxable": Part("payment_methods", 250),
        "adjustment_taxable": Part("adjustments", 100),
    }
    assert is_taxed(Part("skus", 100), NOTHING_ELSE)
    assert is_taxed(Part("bundles", 100), NOTHING_ELSE)
    for flag, part in parts.items():
        assert not is_taxed(part, NOTHING_ELSE)
        assert is_taxed(part, {**NOTHING_ELSE, flag: True})


def test_what_takes_something_off_the_order_is_never_taxed_itself() -> None:
    every = dict.fromkeys(NOTHING_ELSE, True)
    for item_type in ("adjustments", "gift_cards", "percentage_discount_promotions", "shipments"):
        assert not is_taxed(Part(item_type, -100), every)


def test_discounts_adjustments_and_gift_cards_lower_what_goods_are_taxed_on() -> None:
    parts = [Part("skus", 3000, discount=-1000), Part("skus", 1000), Part("shipments", 700)]
    off = reliefs(parts, 900)
    assert off == [-600, -300, 0]
    assert base(Part("skus", 3000, discount=-1000, relief=off[0])) == 1400
    assert reliefs(parts, 10_000) == [-2000, -1000, 0]


def test_a_rule_shows_its_rate_under_its_id() -> None:
    assert breakdown(Fact(id="XAyRWNUzyN", tax_rate=0.22)) == {"XAyRWNUzyN": {"tax_rate": 0.22}}
