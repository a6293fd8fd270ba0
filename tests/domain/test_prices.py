"""Which tier of a price decides."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billfold.domain.options import days
from billfold.domain.prices import unit_amount


def tier(up_to: int | None, cents: int) -> Any:
    return {"up_to": up_to, "price_amount_cents": cents}


SIX_AND_TWELVE = [tier(12, 700), tier(6, 800)]


@pytest.mark.parametrize(
    ("tiers", "quantity", "cents"),
    [
        ([], 5, 1000),
        (SIX_AND_TWELVE, 1, 800),
        (SIX_AND_TWELVE, 6, 800),
        (SIX_AND_TWELVE, 7, 700),
        (SIX_AND_TWELVE, 12, 700),
        (SIX_AND_TWELVE, 13, 1000),
        ([*SIX_AND_TWELVE, tier(None, 500)], 13, 500),
        ([*SIX_AND_TWELVE, tier(None, 500)], 6, 800),
        ([tier(None, 500)], 1, 500),
    ],
)
def test_the_lowest_limit_that_is_high_enough_decides_what_a_piece_costs(
    tiers: list[Any], quantity: int, cents: int
) -> None:
    assert unit_amount(1000, tiers, quantity) == cents


TIERS = st.lists(st.builds(tier, st.none() | st.integers(1, 50), st.integers(0, 10**6)), max_size=6)


@given(TIERS, st.integers(1, 60), st.randoms())
def test_the_order_in_which_tiers_were_made_costs_nobody_anything(tiers: list[Any], quantity: int, chance: Any) -> None:
    shuffled = list(tiers)
    chance.shuffle(shuffled)
    assert unit_amount(1000, shuffled, quantity) == unit_amount(1000, tiers, quantity)


@pytest.mark.parametrize(("hours", "expected"), [(0, 0), (11, 0), (12, 1), (24, 1), (35, 1), (36, 2), (48, 2)])
def test_hours_are_rounded_to_whole_days(hours: int, expected: int) -> None:
    assert days(hours) == expected
