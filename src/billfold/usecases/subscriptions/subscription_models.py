"""Subscription models: what they may say."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.domain.recurrence import is_frequency
from billfold.domain.subscriptions import STRATEGIES
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work


async def check(work: Work, model: Record, value: object = True) -> None:
    if model["strategy"] not in STRATEGIES:
        raise Refused(f"must be one of {', '.join(STRATEGIES)}", at="strategy", error="invalid")
    if not model["frequencies"]:
        raise Refused("can't be blank", at="frequencies", error="blank")
    for frequency in model["frequencies"]:
        if not isinstance(frequency, str) or not is_frequency(frequency):
            problem = "must be known words or crontab lines of a single minute"
            raise Refused(problem, at="frequencies", error="invalid", meta={"value": frequency})
