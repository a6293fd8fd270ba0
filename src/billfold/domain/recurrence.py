"""How often something comes again: a few words, or a crontab line that names no shorter time than an hour."""

from __future__ import annotations

import re

WORDS = frozenset(
    {"hourly", "daily", "weekly", "monthly", "two-month", "three-month", "four-month", "six-month", "yearly"}
)
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
        found = _PART.fullmatch(part)
        if found is None:
            return False
        first, last, step = (None if n is None else int(n) for n in found.groups())
        if first is not None and not least <= first <= (first if last is None else last) <= most:
            return False
        if last is not None and last > most:
            return False
        if step is not None and not 1 <= step <= most:
            return False
    return True
