"""Tags: labels that are made once and put on many records."""

from __future__ import annotations

import re

from billfold.domain.errors import Refused
from billfold.jsonapi.query import Condition, Query
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work, reads

NAME = re.compile(r"[0-9A-Za-z_-]{1,25}")
MOST = 10  # on one record, unless the organization says otherwise


async def create(work: Work, tag: Record, value: object = True) -> None:
    if not NAME.fullmatch(tag["name"]):
        raise Refused("must be 1 to 25 plain letters, digits, hyphens and underscores", at="name", error="invalid")


async def update(work: Work, tag: Record, value: object = True) -> None:
    await create(work, tag)


@reads("tags")
async def add(work: Work, record: Record, value: object) -> None:
    """Put on the record what tags there are among the names in `value`."""
    borne = {tag.id for tag in record.many("tags")}
    fresh = [tag for tag in await _named(work, value) if tag.id not in borne]
    if fresh:
        all_of_them = [*record.many("tags"), *fresh]
        await check_count(work, all_of_them)
        work.list_up(record, "tags", all_of_them)


@reads("tags")
async def remove(work: Work, record: Record, value: object) -> None:
    """Take off the record the tags of the names in `value`."""
    names = _names(value)
    kept = [tag for tag in record.many("tags") if tag["name"] not in names]
    if len(kept) < len(record.many("tags")):
        work.list_up(record, "tags", kept)


async def check_count(work: Work, tags: list[Record]) -> None:
    """Raise Refused when a record may not bear so many tags."""
    organization = await work.organization()
    most = organization["tags_max_allowed_number"] or MOST
    if len(tags) > most:
        problem = f"must not be more than {most}"
        raise Refused(problem, at="relationships/tags", error="too_many", meta={"count": most})


async def _named(work: Work, value: object) -> list[Record]:
    names = _names(value)
    if not names:
        return []
    named = Condition((("name",),), "or", "in", tuple(sorted(names)))
    query = Query(filters=(named,), size=len(names))
    found, _ = await work.tools.reader.page(work.trusted, work.registry["tags"], query)
    return found


def _names(value: object) -> set[str]:
    """Names separated by commas; what could be no tag's name is left out."""
    return {name for name in map(str.strip, str(value).split(",")) if NAME.fullmatch(name)}
