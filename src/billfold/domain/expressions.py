"""Which regular expressions merchants may enter.

PostgreSQL evaluates them for lists and Python for decisions, so only what both read alike is let in. What takes
exponential time to match is kept out too: no repetition within a repetition, nothing that refers back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

# What re.compile itself reads patterns with, and its names for what they consist of; type stubs know neither.
parser = import_module("re._parser")
op = import_module("re._constants")

_ALLOWED: Final = frozenset(
    {
        op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN, op.BRANCH, op.SUBPATTERN, op.MAX_REPEAT, op.AT, op.RANGE,
        op.CATEGORY, op.NEGATE, op.ASSERT, op.ASSERT_NOT,
    }
)  # fmt: skip
_ANCHORS: Final = frozenset({op.AT_BEGINNING, op.AT_END, op.AT_BEGINNING_STRING, op.AT_END_STRING})


def problem(pattern: str, *, longest: int) -> str | None:
    """What is wrong with a pattern, as the rest of a sentence; None when nothing is."""
    if len(pattern) > longest:
        return f"must not be longer than {longest} characters"
    if "(?" in pattern.removeprefix("(?i)").replace("(?:", "").replace("(?=", "").replace("(?!", ""):
        return "may contain no groups with options but (?i) in front, (?:), (?=) and (?!)"
    try:
        parsed = parser.parse(pattern)
    except (re.error, OverflowError, RecursionError) as trouble:
        return f"is no regular expression: {trouble}"
    if len(list(_repetitions(parsed, 0))) and max(_repetitions(parsed, 0)) > 1:
        return "must not repeat what contains a repetition itself"
    strange = next((str(what) for what in _strange(parsed)), None)
    return f"may not use {strange.lower()}, which is not understood alike everywhere" if strange else None


def _repetitions(parsed: Any, depth: int) -> Iterator[int]:
    """How deep each repetition stands within others, counted from 1; one of at most one piece is none."""
    for what, value in _within(parsed):
        inside = depth
        if what in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT) and value[1] > 1:
            inside += 1
            yield inside
        yield from _repetitions(value, inside)


def _strange(parsed: Any) -> Iterator[Any]:
    for what, value in _within(parsed):
        if what not in _ALLOWED or (what is op.AT and value not in _ANCHORS):
            yield value if what is op.AT else what
        if what in (op.ASSERT, op.ASSERT_NOT) and value[0] < 0:
            yield "looking behind"
        yield from _strange(value)


def _within(parsed: Any) -> Iterator[tuple[Any, Any]]:
    """The next level of the parser's tree: pairs of what stands there and what it consists of."""
    if isinstance(parsed, tuple) and len(parsed) == 2 and isinstance(parsed[0], type(op.LITERAL)):
        yield parsed[0], parsed[1]
    elif isinstance(parsed, tuple | list | parser.SubPattern):
        for part in parsed:
            yield from _within(part)
