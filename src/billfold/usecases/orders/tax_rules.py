"""Tax rules: refused while they make no sense, so that no customer's checkout has to find out."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.domain.regions import check_expressions
from billfold.domain.taxes import HIGHEST_RATE
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work


async def create(work: Work, rule: Record, value: object = True) -> None:
    check_expressions(rule)
    if not 0 <= (rule["tax_rate"] or 0) <= HIGHEST_RATE:
        problem = f"must be a fraction between 0 and {HIGHEST_RATE}, as in 0.22 for 22 percent"
        raise Refused(problem, at="tax_rate", error="out_of_range")


async def update(work: Work, rule: Record, value: object = True) -> None:
    await create(work, rule)
