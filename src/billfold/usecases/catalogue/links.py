"""Links: from when until when they work."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.domain.links import a_month_after
from billfold.domain.moments import moment
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work


async def create(work: Work, link: Record, value: object = True) -> None:
    work.set(
        link,
        starts_at=link["starts_at"] or work.now,
        expires_at=link["expires_at"] or a_month_after(work.now),
    )
    _check(link)


async def update(work: Work, link: Record, value: object = True) -> None:
    for name in ("starts_at", "expires_at"):
        if link[name] is None:
            raise Refused("can't be blank", at=name, error="blank")
    _check(link)


def _check(link: Record) -> None:
    if moment(link["expires_at"]) <= moment(link["starts_at"]):
        raise Refused("must be after the start", at="expires_at", error="out_of_range")
