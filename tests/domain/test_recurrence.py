"""Which texts say how often something comes again, and when that is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billfold.domain.recurrence import WORDS, following, is_frequency


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


@pytest.mark.parametrize(
    ("frequency", "start", "now", "expected"),
    [
        ("hourly", "2026-03-01T10:30", "2026-03-01T10:30", "2026-03-01T11:30"),
        ("daily", "2026-03-01T10:30", "2026-03-03T10:29", "2026-03-03T10:30"),
        ("daily", "2026-03-01T10:30", "2026-03-03T10:30", "2026-03-04T10:30"),
        ("weekly", "2026-03-01T10:30", "2026-03-01T11:00", "2026-03-08T10:30"),
        ("monthly", "2026-01-31T08:00", "2026-01-31T08:00", "2026-02-28T08:00"),
        ("monthly", "2026-01-31T08:00", "2026-02-28T08:00", "2026-03-31T08:00"),
        ("monthly", "2026-12-15T08:00", "2026-12-15T08:00", "2027-01-15T08:00"),
        ("two-month", "2026-01-15T08:00", "2026-02-15T08:00", "2026-03-15T08:00"),
        ("three-month", "2026-01-15T08:00", "2026-04-15T08:00", "2026-07-15T08:00"),
        ("four-month", "2026-01-15T08:00", "2026-01-15T08:00", "2026-05-15T08:00"),
        ("six-month", "2026-08-31T08:00", "2026-08-31T08:00", "2027-02-28T08:00"),
        ("yearly", "2028-02-29T08:00", "2028-02-29T08:00", "2029-02-28T08:00"),
        ("yearly", "2028-02-29T08:00", "2031-03-01T08:00", "2032-02-29T08:00"),
        ("30 * * * *", "2026-03-01T10:30", "2026-03-01T10:30", "2026-03-01T11:30"),
        ("30 10 * * *", "2026-03-01T10:30", "2026-03-01T10:30", "2026-03-02T10:30"),
        ("0 8-18/5 * * *", "2026-03-01T08:00", "2026-03-01T13:30", "2026-03-01T18:00"),
        ("0 20/2 * * *", "2026-03-01T08:00", "2026-03-01T20:00", "2026-03-01T22:00"),
        ("0 8 * * 1", "2026-03-01T08:00", "2026-03-01T08:00", "2026-03-02T08:00"),  # a Sunday → Monday
        ("0 8 * * 7", "2026-03-02T08:00", "2026-03-02T08:00", "2026-03-08T08:00"),
        ("0 8 * * 0", "2026-03-02T08:00", "2026-03-02T08:00", "2026-03-08T08:00"),
        ("0 8 15 * 1", "2026-03-10T09:00", "2026-03-10T09:00", "2026-03-15T08:00"),  # the 15th or a Monday
        ("0 8 31 * *", "2026-04-01T08:00", "2026-04-01T08:00", "2026-05-31T08:00"),
        ("5 0 29 2 *", "2097-01-01T00:00", "2097-01-01T00:00", "2104-02-29T00:05"),
        ("monthly", "2026-05-15T08:00", "2026-03-01T08:00", "2026-06-15T08:00"),  # not before it starts
        ("0 8 * * *", "2026-05-15T09:00", "2026-03-01T08:00", "2026-05-16T08:00"),
    ],
)
def test_it_comes_again_at(frequency: str, start: str, now: str, expected: str) -> None:
    at = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, now, expected)]
    assert following(frequency, at[0], at[1]) == at[2]


def test_a_day_that_no_month_has_never_comes() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    assert following("0 8 31 2,4 *", now, now) is None


moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


@given(st.sampled_from(sorted(WORDS)), moments, moments)
def test_the_next_time_lies_ahead_and_the_times_follow_one_another(word: str, start: datetime, now: datetime) -> None:
    first = following(word, start, now)
    assert first is not None
    assert first > max(start, now)
    second = following(word, start, first)
    assert second is not None
    assert second > first
    assert following(word, start, second - timedelta(microseconds=1)) == second
