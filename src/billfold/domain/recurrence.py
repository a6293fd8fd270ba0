"""How often something comes again: a few words, or a crontab line that names no shorter time than an hour."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

SPANS = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(weeks=1)}
MONTHS = {"monthly": 1, "two-month": 2, "three-month": 3, "four-month": 4, "six-month": 6, "yearly": 12}
WORDS = frozenset({*SPANS, *MONTHS})
FARTHEST = timedelta(days=366 * 9)  # a 29 February comes at least once in that time, also around 2100
# Minute, hour, day of the month, month, day of the week, each with its limits.
# https://man7.org/linux/man-pages/man5/crontab.5.html
_LIMITS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_PART = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?", re.ASCII)


def is_frequency(text: str) -> bool:
    """Whether `text` is one of the words, or a crontab line of five fields whose first is a single minute."""
    fields = text.split()
    if text in WORDS:
        return True
    if len(fields) != len(_LIMITS) or not re.fullmatch(r"\d{1,2}", fields[0], re.ASCII):
        return False
    return all(_fits(field, *limits) for field, limits in zip(fields, _LIMITS, strict=True))


def _fits(field: str, least: int, most: int) -> bool:
    for part in field.split(","):
        read = _read(part)
        if read is None:
            return False
        first, last, step = read
        if first is not None and not least <= first <= (first if last is None else last) <= most:
            return False
        if last is not None and last > most:
            return False
        if step is not None and not 1 <= step <= most:
            return False
    return True


def _read(part: str) -> tuple[int | None, ...] | None:
    """First, last and step of one part of a field; None when it is none."""
    found = _PART.fullmatch(part)
    return tuple(None if n is None else int(n) for n in found.groups()) if found else None


def following(frequency: str, start: datetime, now: datetime) -> datetime | None:
    """The first moment after `now` at which something comes again that started at `start`, in UTC; None for never.

    Words are counted from the start, so that what began on the 31st comes on the last day of shorter months and on the
    31st again after them. A crontab line goes by the calendar, whatever the start, in UTC.
    """
    start, now = start.astimezone(UTC), now.astimezone(UTC)
    if frequency in SPANS:
        span = SPANS[frequency]
        return start + span * max((now - start) // span + 1, 1)
    if frequency in MONTHS:
        return _by_months(start, now, MONTHS[frequency])
    return _by_calendar(frequency, max(start, now))


def _by_months(start: datetime, now: datetime, step: int) -> datetime:
    passed = (now.year - start.year) * 12 + now.month - start.month
    count = max(passed // step, 1)
    while (found := _months_later(start, count * step)) <= now:
        count += 1
    return found


def _months_later(start: datetime, months: int) -> datetime:
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


def _by_calendar(line: str, since: datetime) -> datetime | None:
    fields = line.split()
    minutes, hours, days, months, weekdays = (
        _listed(field, *limits) for field, limits in zip(fields, _LIMITS, strict=True)
    )

    def comes_on(day: date) -> bool:
        by_day, by_weekday = day.day in days, not {day.isoweekday() % 7, day.isoweekday()}.isdisjoint(weekdays)
        # Where both are restricted either will do: crontab(5).
        either = not fields[2].startswith("*") and not fields[4].startswith("*")
        return day.month in months and (by_day or by_weekday if either else by_day and by_weekday)

    for ahead in range(FARTHEST.days):
        day = since.date() + timedelta(days=ahead)
        if not comes_on(day):
            continue
        for hour in sorted(hours):
            found = datetime.combine(day, time(hour, min(minutes)), UTC)
            if found > since:
                return found
    return None


def _listed(field: str, least: int, most: int) -> frozenset[int]:
    """Every number that a field of a crontab line names."""
    found: set[int] = set()
    for part in field.split(","):
        read = _read(part)
        assert read is not None  # it is a frequency
        first, last, step = read
        if first is None:
            found.update(range(least, most + 1, step or 1))
        else:
            end = last if last is not None else (most if step else first)
            found.update(range(first, end + 1, step or 1))
    return frozenset(found)
