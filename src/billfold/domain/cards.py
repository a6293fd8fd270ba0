"""Recognising a card number in free text, so that none is ever stored or logged.

A number counts when it has the length and the first digits of a card network and its check digit holds. The network
is asked for because one in ten of all long numbers passes the check digit alone: timestamps, barcodes, order numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate

# First digits (a range, both ends included) and lengths. Sources, read 2026-11-22: ISO/IEC 7812-1 for the idea,
# https://docs.stripe.com/testing#cards and https://en.wikipedia.org/wiki/Payment_card_number for the ranges.
NETWORKS: tuple[tuple[str, str, frozenset[int]], ...] = (
    ("4", "4", frozenset({13, 16, 18, 19})),  # Visa
    ("51", "55", frozenset({16})),  # Mastercard
    ("2221", "2720", frozenset({16})),  # Mastercard
    ("34", "34", frozenset({15})),  # American Express
    ("37", "37", frozenset({15})),  # American Express
    ("300", "305", frozenset(range(14, 20))),  # Diners Club
    ("3095", "3095", frozenset(range(14, 20))),  # Diners Club
    ("36", "36", frozenset(range(14, 20))),  # Diners Club
    ("38", "39", frozenset(range(14, 20))),  # Diners Club
    ("3528", "3589", frozenset(range(16, 20))),  # JCB
    ("2131", "2131", frozenset({15})),  # JCB
    ("1800", "1800", frozenset({15})),  # JCB
    ("6011", "6011", frozenset(range(16, 20))),  # Discover
    ("644", "659", frozenset(range(16, 20))),  # Discover, RuPay
    ("60", "60", frozenset({16})),  # RuPay, Hipercard
    ("62", "62", frozenset(range(16, 20))),  # UnionPay
    ("81", "82", frozenset(range(16, 20))),  # UnionPay, RuPay
    ("50", "50", frozenset(range(13, 20))),  # Maestro, Elo
    ("56", "58", frozenset(range(13, 20))),  # Maestro
    ("61", "61", frozenset(range(13, 20))),  # Maestro
    ("63", "63", frozenset(range(13, 20))),  # Maestro
    ("66", "69", frozenset(range(13, 20))),  # Maestro
    ("2200", "2204", frozenset(range(16, 20))),  # Mir
    ("9792", "9792", frozenset({16})),  # Troy
)

SHORTEST, LONGEST = 13, 19  # digits

# Digits with at most three spaces, dashes, dots or invisible characters between them; or, whatever stands between them,
# digits grouped as on a card. Figures that are apart for other reasons, such as timestamps, are not grouped like that.
_RUN = re.compile(
    r"\d(?:[\s\-.\u2010-\u2015\u00ad\u200b-\u200f\u2060\ufeff]{0,3}\d){12,}"
    r"|(?<!\d)\d{4}(?P<between>\D{1,3})\d{4}(?P=between)\d{4}(?P=between)\d{4}(?!\d)"
    r"|(?<!\d)\d{4}(?P<apart>\D{1,3})\d{6}(?P=apart)\d{5}(?!\d)"
)
_DIGITS = re.compile(r"\d+")
_UUID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE)


def looks_like_card_number(text: str) -> bool:
    """Whether a card number stands anywhere in the text, with or without separators.

    >>> looks_like_card_number("paid with 4242 4242 4242 4242, thanks")
    True
    >>> looks_like_card_number("ordered at 1763790000000")
    False
    """
    return next(_spans(text), None) is not None


def masked(text: str) -> str:
    """The text with every card number in it cut down to its last four digits.

    >>> masked("4242-4242-4242-4242 was declined")
    'XXXX-XXXX-XXXX-4242 was declined'
    """
    parts, done = [], 0
    for start, end in _spans(text):
        parts.append(f"{text[done:start]}XXXX-XXXX-XXXX-{_digits(text[start:end])[-4:]}")
        done = end
    return "".join(parts) + text[done:]


def where_a_card_number_is(value: object, path: str = "") -> str | None:
    """The path to the first card number in a JSON value, names and numbers included; None when there is none.

    >>> where_a_card_number_is({"gift": {"notes": ["hi", "4242424242424242"]}})
    'gift/notes/1'
    """
    if isinstance(value, str):
        return path if looks_like_card_number(value) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return path if looks_like_card_number(str(abs(value))) else None
    if isinstance(value, float):
        return path if value.is_integer() and looks_like_card_number(str(abs(int(value)))) else None
    within: Iterable[tuple[object, object]] = ()
    if isinstance(value, dict):
        within = value.items()
    elif isinstance(value, list | tuple):
        within = enumerate(value)
    for name, inner in within:
        below = f"{path}/{name}" if path else str(name)
        if isinstance(name, str) and looks_like_card_number(name):
            return masked(below)
        if (found := where_a_card_number_is(inner, below)) is not None:
            return found
    return None


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where card numbers start and end. A number starts and ends with a whole group of digits, so that one is found
    beside other figures ("2 4242 4242 4242 4242") and never inside a longer one."""
    if len(text) < SHORTEST or not _RUN.search(text):
        return
    if "-" in text:
        text = _UUID.sub(lambda found: " " * len(found[0]), text)
    for run in _RUN.finditer(text):
        groups = [(g.start(), g.end()) for g in _DIGITS.finditer(text, run.start(), run.end())]
        ends = list(accumulate(end - start for start, end in groups))  # of each group, among the run's digits
        digits = _Digits(run[0])
        first = begin = 0
        while first < len(groups):
            last = digits.card_from(begin, ends, first)
            if last is not None:
                yield groups[first][0], groups[last][1]
                first = last
            begin, first = ends[first], first + 1


class _Digits:
    """The digits of a run, with the sums that check digits are made of: one takes every other digit twice, and one the
    rest (ISO/IEC 7812-1, annex B)."""

    def __init__(self, text: str) -> None:
        self.digits = _digits(text)
        worth = [(int(d), sum(divmod(2 * int(d), 10))) for d in self.digits]  # once, twice
        self._sums = [
            list(accumulate((each[(n + k + 1) % 2] for n, each in enumerate(worth)), initial=0)) for k in (0, 1)
        ]

    def card_from(self, begin: int, ends: list[int], first: int) -> int | None:
        """The group with which the longest card number ends that starts with this one, which starts at `begin`."""
        lengths = _lengths(self.digits[begin : begin + 4])
        found = None
        for n in range(first, min(first + LONGEST, len(ends))) if lengths else ():
            if ends[n] - begin in lengths and self._holds(begin, ends[n]):
                found = n
        return found

    def _holds(self, begin: int, end: int) -> bool:
        sums = self._sums[end % 2]
        if (sums[end] - sums[begin]) % 10:
            return False
        return end - begin != SHORTEST or not _is_barcode(self.digits[begin:end])


@cache
def _lengths(start: str) -> frozenset[int]:
    """How long the numbers are that start with these four digits."""
    return frozenset().union(*(lengths for low, high, lengths in NETWORKS if low <= start[: len(low)] <= high))


def _digits(text: str) -> str:
    """Only the digits, as ASCII whatever script they were written in."""
    return "".join(str(int(c)) for c in text if c.isdecimal())


def _is_barcode(digits: str) -> bool:
    """Whether it is a valid GTIN-13, as printed on goods; German and Japanese ones start like Visa's numbers."""
    return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0
