"""Which regular expressions are let in: what shops write, and nothing that hangs a server."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from billfold.domain.expressions import problem
from billfold.domain.regions import MOST_READ


@pytest.mark.parametrize(
    "pattern",
    ["AT|BE|BG", "(?i)(JE1|JE2)", "A[KLRZ]|C[AOT]", "^(1[0-9]{4}|2\\d+)$", "\\A10\\Z", "(?!1)\\d{5}", "(?:a)"],
)
def test_what_shops_write_is_let_in(pattern: str) -> None:
    assert problem(pattern, longest=5000) is None


@pytest.mark.parametrize(
    "pattern", ["(", "(a+)+$", "(a)\\1", "(?<=a)b", "(?P<x>a)", "\\bA", "[a-z]+?", "(?:a?b*)*", "((a{2,9}){2,9})"]
)
def test_what_takes_too_long_or_is_read_in_two_ways_is_not(pattern: str) -> None:
    assert problem(pattern, longest=5000)


def test_a_pattern_is_no_longer_than_the_organization_allows() -> None:
    assert problem("a" * 10, longest=10) is None
    assert problem("a" * 11, longest=10) == "must not be longer than 10 characters"


@pytest.mark.parametrize("pattern", ["a*a*a*a*b", "(a|aa|aaa)*b", ".*.*.*.*x"])
def test_whatever_is_let_in_is_matched_quickly(pattern: str) -> None:
    if problem(pattern, longest=5000):
        return
    code: Any = "a" * MOST_READ
    began = time.perf_counter()
    assert not re.search(pattern, code)
    assert time.perf_counter() - began < 0.5
