"""Where a zone reaches, and which patterns may say so."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from billfold.domain.shipping_zones import LONGEST_CODE, PATTERNS, covers, problem
from billfold.jsonapi.record import Record
from billfold.resources.addresses import Address
from billfold.resources.shipping_zones import ShippingZone


def zone(**patterns: str) -> Record:
    return Record(ShippingZone, {**dict.fromkeys(PATTERNS), **patterns})


def at(country: str, state: str | None = None, zip_code: str | None = None) -> Record:
    return Record(Address, {"country_code": country, "state_code": state, "zip_code": zip_code})


@pytest.mark.parametrize(
    ("patterns", "address", "inside"),
    [
        ({}, at("DE"), True),
        ({"country_code_regex": "AT|DE"}, at("DE"), True),
        ({"country_code_regex": "AT|DE"}, at("US"), False),
        ({"not_country_code_regex": "US"}, at("US"), False),
        ({"not_country_code_regex": ""}, at("US"), True),
        ({"state_code_regex": "N[YJ]"}, at("US", "NY"), True),
        ({"state_code_regex": "N[YJ]"}, at("US"), False),
        ({"zip_code_regex": "(?i)(JE1|JE2)"}, at("JE", None, "je2 3ab"), True),
        ({"zip_code_regex": "^1", "not_zip_code_regex": "^10"}, at("DE", None, "10115"), False),
        ({"zip_code_regex": "^1", "not_zip_code_regex": "^10"}, at("DE", None, "12345"), True),
    ],
)
def test_an_address_lies_in_a_zone_when_all_patterns_match_and_no_exclusion_does(
    patterns: dict[str, str], address: Record, inside: bool
) -> None:
    assert covers(zone(**patterns), address) is inside


def test_a_zone_that_says_something_covers_nobody_without_an_address() -> None:
    assert covers(zone(), None)
    assert not covers(zone(country_code_regex="DE"), None)


@pytest.mark.parametrize(
    "pattern",
    ["AT|BE|BG", "(?i)(JE1|JE2)", "A[KLRZ]|C[AOT]", "^(1[0-9]{4}|2\\d+)$", "\\A10\\Z", "(?!1)\\d{5}", "(?:a)"],
)
def test_what_shops_write_is_let_in(pattern: str) -> None:
    assert problem(pattern, 5000) is None


@pytest.mark.parametrize(
    "pattern", ["(", "(a+)+$", "(a)\\1", "(?<=a)b", "(?P<x>a)", "\\bA", "[a-z]+?", "(?:a?b*)*", "((a{2,9}){2,9})"]
)
def test_what_takes_too_long_or_is_read_in_two_ways_is_not(pattern: str) -> None:
    assert problem(pattern, 5000)


def test_a_pattern_is_no_longer_than_the_organization_allows() -> None:
    assert problem("a" * 10, 10) is None
    assert problem("a" * 11, 10) == "must not be longer than 10 characters"


@pytest.mark.parametrize("pattern", ["a*a*a*a*b", "(a|aa|aaa)*b", ".*.*.*.*x"])
def test_whatever_is_let_in_is_matched_quickly(pattern: str) -> None:
    if problem(pattern, 5000):
        return
    code: Any = "a" * LONGEST_CODE
    began = time.perf_counter()
    assert not re.search(pattern, code)
    assert time.perf_counter() - began < 0.5
