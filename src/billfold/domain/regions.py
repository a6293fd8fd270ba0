"""Which addresses a rule or a zone is for: regular expressions on the country, state and zip code."""

from __future__ import annotations

import re
from functools import lru_cache

from billfold.domain.errors import Refused
from billfold.domain.facts import Facts

LONGEST = 5000  # characters of an expression; source: the contract
MOST_READ = 64  # characters of an address that are looked at: no code is longer, and a hostile one costs no time

# The member of an address → the members of a rule that it must match, and must not.
TESTS = {
    "country_code": ("country_code_regex", "not_country_code_regex"),
    "state_code": ("state_code_regex", "not_state_code_regex"),
    "zip_code": ("zip_code_regex", "not_zip_code_regex"),
}
EXPRESSIONS = tuple(name for pair in TESTS.values() for name in pair)


def fits(rule: Facts, address: Facts) -> bool:
    """Whether an address matches everything a rule asks for. An expression may match any part of a code, so “JE1” is
    good for the zip code “JE1 1AA”; one that is blank asks for nothing."""
    for name, (wanted, unwanted) in TESTS.items():
        code = (address[name] or "")[:MOST_READ]
        if rule[wanted] and not _compiled(rule[wanted]).search(code):
            return False
        if rule[unwanted] and _compiled(rule[unwanted]).search(code):
            return False
    return True


def check_expressions(rule: Facts) -> None:
    """Raise Refused with a problem for each expression that is none."""
    problems = [p for name in EXPRESSIONS if (p := _problem(name, rule[name])) is not None]
    if problems:
        raise Refused.all(problems)


def _problem(name: str, expression: str | None) -> Refused | None:
    if not expression:
        return None
    if len(expression) > LONGEST:
        return Refused(f"must have at most {LONGEST} characters", at=name, error="too_long")
    try:
        re.compile(expression)
    except (re.error, RecursionError, OverflowError) as trouble:
        return Refused(f"is not a regular expression: {trouble}", at=name, error="invalid")
    return None


@lru_cache(maxsize=1024)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)
