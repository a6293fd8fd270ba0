"""Which addresses a rule is for."""

from __future__ import annotations

from typing import Any

import pytest
from tests.domain.facts import Fact

from billfold.domain.errors import Refused
from billfold.domain.regions import LONGEST, check_expressions, fits

BERLIN = Fact(country_code="DE", state_code="BE", zip_code="10115")
JERSEY = Fact(country_code="JE", state_code=None, zip_code="je1 1AA")


@pytest.mark.parametrize(
    ("rule", "address", "expected"),
    [
        ({}, BERLIN, True),
        ({"country_code_regex": ""}, BERLIN, True),
        ({"country_code_regex": "AT|DE"}, BERLIN, True),
        ({"country_code_regex": "AT|IT"}, BERLIN, False),
        ({"not_country_code_regex": "DE"}, BERLIN, False),
        ({"country_code_regex": "DE", "state_code_regex": "B[EY]", "zip_code_regex": "^10"}, BERLIN, True),
        ({"country_code_regex": "DE", "zip_code_regex": "^8"}, BERLIN, False),
        ({"country_code_regex": "DE", "not_zip_code_regex": "^101"}, BERLIN, False),
        ({"zip_code_regex": "(?i)(JE1|JE2)"}, JERSEY, True),
        ({"state_code_regex": "BE"}, JERSEY, False),
        ({"not_state_code_regex": "BE"}, JERSEY, True),
    ],
)
def test_an_address_must_match_all_that_a_rule_asks_for(rule: dict[str, Any], address: Fact, expected: bool) -> None:
    assert fits(Fact(**rule), address) is expected


@pytest.mark.parametrize("expression", ["(", "[a", "*", "x" * (LONGEST + 1), "a{99999999999}"])
def test_what_is_no_expression_is_refused_where_it_was_sent(expression: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_expressions(Fact(not_zip_code_regex=expression, country_code_regex="DE"))
    assert refusal.value.at == "not_zip_code_regex"
