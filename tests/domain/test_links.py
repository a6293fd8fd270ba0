"""When a link ends by itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from billfold.domain.links import a_month_after


@pytest.mark.parametrize(
    ("moment", "later"),
    [
        ((2026, 1, 15), (2026, 2, 15)),
        ((2026, 1, 31), (2026, 2, 28)),
        ((2024, 1, 31), (2024, 2, 29)),
        ((2026, 12, 31), (2027, 1, 31)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(moment: tuple[int, int, int], later: tuple[int, int, int]) -> None:
    assert a_month_after(datetime(*moment, tzinfo=UTC)) == datetime(*later, tzinfo=UTC)
