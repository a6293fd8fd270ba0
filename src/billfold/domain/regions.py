"""Which addresses a rule or a zone is for: regular expressions on the country, state and zip code."""

from __future__ import annotations

import re
from functools import lru_cache

from billfold.domain.errors import Refused
from billfold.domain.expressions import problem
from billfold.domain.facts import Facts

LONGEST = 5000  # characters of an expression; source: the contract
MOST_READ = 16  # characters of a code that are looked at: none is longer, and a hostile one costs no time

# The member of an address → the members of a rule that it must match, and must not.
TESTS = {
    "country_code": ("country_code_regex", "not_country_code_regex"),
    "state_code": ("state_code_regex", "not_state_code_regex"),
    "zip_code": ("zip_code_regex", "not_zip_code_regex"),
}
EXPRESSIONS = tuple(name for pair in TESTS.values() for name in pair)


def fits(rule: Facts, address: Facts | None) -> bool:
    """Whether an address matches everything a rule asks for. An expression may match any part of a code, so “JE1” is
    good for the zip code “JE1 1AA”; one that is blank asks for nothing."""
    for name, (wanted, unwanted) in TESTS.items():
        code = ((address[name] if address is not None else None) or "")[:MOST_READ]
        if rule[wanted] and not _compiled(rule[wanted]).search(code):
            return False
        if rule[unwanted] and _compiled(rule[unwanted]).search(code):
            return False
    return True


def check_expressions(rule: Facts, longest: int = LONGEST) -> None:
    """Raise Refused with a problem for each expression that is none, or that cannot be let in."""
    problems = [p for name in EXPRESSIONS if (p := _problem(name, rule[name], longest)) is not None]
    if problems:
        raise Refused.all(problems)


def _problem(name: str, expression: str | None, longest: int) -> Refused | None:
    if not expression:
        return None
    wrong = problem(expression, longest=longest)
    return Refused(wrong, at=name, error="invalid") if wrong else None


@lru_cache(maxsize=1024)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)
