"""Regular expressions that clients send: kept only if they can be evaluated, and that safely."""

from __future__ import annotations

import re

from billfold.db import assortment
from billfold.domain.errors import Refused
from billfold.usecases.work import Work

LONGEST = 5000  # characters, unless the organization says otherwise
# What makes PostgreSQL go back and forth instead of reading a text once. A backslash may itself be escaped.
BACK_REFERENCE = re.compile(r"(?<!\\)(?:\\\\)*\\[1-9]")


async def check(work: Work, pattern: str | None, *, at: str) -> None:
    """Raise Refused unless `pattern` is a regular expression that is safe to evaluate, or none."""
    if not pattern:
        return
    organization = await work.organization()
    longest = organization["api_max_regex_length"] or LONGEST
    if len(pattern) > longest:
        raise Refused(f"must not be longer than {longest} characters", at=at, error="too_long", meta={"count": longest})
    if BACK_REFERENCE.search(pattern):
        raise Refused("must not refer back to what it has matched before", at=at, error="unsupported")
    if not await assortment.is_pattern(work.db, pattern):
        raise Refused("is not a valid regular expression", at=at, error="invalid", meta={"value": pattern})
