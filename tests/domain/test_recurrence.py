"""Which texts say how often something comes again."""

from __future__ import annotations

import pytest

from billfold.domain.recurrence import WORDS, is_frequency


@pytest.mark.parametrize("text", [*sorted(WORDS), "0 10 * * *", "30 */6 1,15 * 1-5", "5 0 29 2 7", "0 8-18/2 * * *"])
def test_words_and_crontab_lines_of_whole_hours_are_frequencies(text: str) -> None:
    assert is_frequency(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "often", "Monthly", "* * * * *", "*/5 * * * *", "0,30 * * * *", "60 1 * * *", "0 24 * * *", "0 1 0 * *"),
        *("0 1 * 13 *", "0 1 * * 8", "0 5-2 * * *", "0 1-24 * * *", "0 */0 * * *", "0 1 * *", "0 1 * * * *"),
        "0 a * * *",
    ],
)
def test_what_would_come_oftener_than_hourly_or_never_is_none(text: str) -> None:
    assert not is_frequency(text)
