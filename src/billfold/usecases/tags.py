"""Tags: labels that are made once and put on many records."""

from __future__ import annotations

import re

from billfold.domain.errors import Refused
from billfold.jsonapi.query import Condition, Query
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work, reads

NAME = re.compile(r"[0-9A-Za-z_-]+")

# Unless the organization says otherwise.
LONGEST = 25  # characters of a name
MOST = 10  # on one record


async def create(work: Work, tag: Record, value: object = True) -> None:
    longest = (await work.organization())["tags_max_name_length"] or LONGEST
    if not NAME.fullmatch(tag["name"]) or len(tag["name"]) > longest:
        problem = f"must be 1 to {longest} plain letters, digits, hyphens and underscores"
        raise Refused(problem, at="name", error="invalid", meta={"count": longest})


async def update(work: Work, tag: Record, value: object = True) -> None:
    """A name from before the organization wanted shorter ones may stay."""
    if tag["name"] != work.former(tag, "name"):
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
