"""Carry out what a document asks for: read, apply, let the use-cases decide, write; again when somebody was faster.

The order is always the same: attributes and relationships first, then the resource's own rules, then triggers.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from billfold.db.select import Wanted, merge
from billfold.db.work import Written
from billfold.domain.caller import Caller
from billfold.domain.errors import (
    NOT_ALLOWED,
    NOT_FOUND,
    BillfoldError,
    Conflict,
    NotAllowed,
    NotFound,
    Refused,
    Unsupported,
)
from billfold.jsonapi.document import Incoming
from billfold.jsonapi.query import Tree
from billfold.jsonapi.record import Record
from billfold.jsonapi.resource import Resource
from billfold.usecases import tags
from billfold.usecases.answers import is_current
from billfold.usecases.work import Attempts, Tools, Work, read_by

T = TypeVar("T")

FREE_MISSES = 2  # after so many lost races a request queues with its rivals of the same process
MISSES = 25
TAKEN_FOR_GOOD = 2  # once may be a race, which the use-case decides anew; twice it is somebody else's


async def create(
    tools: Tools, caller: Caller, resource: type[Resource], incoming: Incoming, include: Tree = ()
) -> Record:
    """Make a new record. Raises what the resource's own rules raise."""
    below = dict(_wanted(resource.create, incoming))

    async def attempt(work: Work) -> tuple[Record, Written]:
        pointed = await _pointed_at(work, resource, incoming, below)
        record = work.insert(resource.called, {"id": work.attempts.id, **_stored(resource, incoming)}, pointed)
        await _list_up(work, record)
        if resource.create:
            await resource.create(work, record)
        await _run_triggers(work, record)
        await work.commit()
        return record, work.written

    record, written = await _until_written(tools, caller, resource, incoming, None, attempt)
    return await _complete(tools, caller, record, include, written)


async def update(
    tools: Tools, caller: Caller, resource: type[Resource], id: str, incoming: Incoming, include: Tree = ()
) -> Record:
    """Change a record and do what its triggers ask for."""
    needed = _wanted(resource.update, incoming)
    wanted = Wanted(resource, id, merge(include, needed))
    given, below = _given(incoming), dict(needed)

    async def attempt(work: Work) -> tuple[Record, Written]:
        others = [Wanted(work.registry[type], other, below.get(name, ())) for name, (type, other) in given]
        found, *targets = await tools.reader.read(caller, wanted, *others, for_server=True)
        record = may_see(found)
        for (name, _), target in zip(given, targets, strict=True):
            work.relate(record, name, _usable(name, target))
        for name in incoming.relationships.keys() - {name for name, _ in given}:
            work.relate(record, name, None)
        await _list_up(work, record)
        work.set(record, **_stored(resource, incoming))
        if resource.update:
            await resource.update(work, record)
        await _run_triggers(work, record)
        await work.commit()
        return record, work.written

    record, written = await _until_written(tools, caller, resource, incoming, (resource.table, id), attempt)
    return await _complete(tools, caller, record, include, written)


async def delete(tools: Tools, caller: Caller, resource: type[Resource], id: str) -> None:
    wanted = Wanted(resource, id, read_by(resource.delete, Incoming()))

    async def attempt(work: Work) -> None:
        (found,) = await tools.reader.read(caller, wanted, for_server=True)
        record = may_see(found)
        if resource.delete:
            await resource.delete(work, record)
        else:
            work.delete(record)
        await work.commit()

    await _until_written(tools, caller, resource, Incoming(), (resource.table, id), attempt)


def may_see(record: Record | None) -> Record:
    """The record, unless it is not there (NotFound) or not this caller's (NotAllowed)."""
    if record is None:
        raise NotFound(NOT_FOUND)
    if not record.allowed:
        raise NotAllowed(NOT_ALLOWED)
    return record


async def _until_written(
    tools: Tools,
    caller: Caller,
    resource: type[Resource],
    incoming: Incoming,
    key: tuple[str, str] | None,
    attempt: Callable[[Work], Awaitable[T]],
) -> T:
    attempts, violated = Attempts(), list[str]()
    try:
        for miss in range(MISSES):
            work = Work(tools, caller, incoming, attempts)
            try:
                if miss < FREE_MISSES or key is None:
                    return await attempt(work)
                async with tools.turns.take((caller.organization_id, *key)):
                    return await attempt(work)
            except Conflict as conflict:
                if conflict.error != Conflict.error:
                    raise
                violated.append(str(conflict.meta.get("constraint") or ""))
                taken = _taken(resource, incoming, violated[-1])
                if taken is not None and violated.count(violated[-1]) == TAKEN_FOR_GOOD:
                    raise taken from conflict
            await asyncio.sleep(random.uniform(0, 0.002 * 2 ** min(miss, 6)))  # rivals of other processes
        raise Conflict("is being changed by many others at this moment; please try again.", error="busy")
    except BillfoldError:
        await _undo(Work(tools, caller), attempts)
        raise


async def _undo(work: Work, attempts: Attempts) -> None:
    """The request came to nothing: what it had opened elsewhere goes with it."""
    for kind, payload in attempts.undo:
        work.job(kind, work.now, payload)
    if attempts.undo:
        await work.commit()


def _taken(resource: type[Resource], incoming: Incoming, constraint: str) -> Refused | None:
    """The refusal of a value that must be unique and is not, when the client sent that value."""
    for a in resource.attributes():
        for column in a.columns:
            if a.unique and column in incoming.values and constraint == f"{resource.table}_{column}_key":
                value = incoming.values[column]
                return Refused("has already been taken", at=a.sent_as, error="taken", meta={"value": value})
    return None


def _stored(resource: type[Resource], incoming: Incoming) -> dict[str, object]:
    """What was sent, without what is never stored."""
    return {n: v for n, v in incoming.values.items() if n in resource.columns}


def _given(incoming: Incoming) -> list[tuple[str, tuple[str, str]]]:
    return [(name, given) for name, given in incoming.relationships.items() if given is not None]


def _usable(name: str, target: Record | None) -> Record:
    """The record a relationship names; one that is somebody else's is as good as none."""
    if target is None or not target.allowed:
        raise Refused("must exist", at=f"relationships/{name}", error="not_found")
    return target


async def _pointed_at(
    work: Work, resource: type[Resource], incoming: Incoming, below: dict[str, Tree]
) -> dict[str, Record | None]:
    given = _given(incoming)
    wanted = [Wanted(work.registry[type], id, below.get(name, ())) for name, (type, id) in given]
    found = await work.tools.reader.read(work.caller, *wanted, for_server=True) if wanted else []
    return {name: _usable(name, target) for (name, _), target in zip(given, found, strict=True)}


async def _list_up(work: Work, record: Record) -> None:
    """Set the to-many relationships that the client sent."""
    for name, given in work.incoming.lists.items():
        wanted = [Wanted(work.registry[type], id) for type, id in given]
        found = await work.tools.reader.read(work.caller, *wanted, for_server=True) if wanted else []
        others = [_usable(name, target) for target in found]
        if name == "tags":
            await tags.check_count(work, others)
        work.list_up(record, name, others)


async def _run_triggers(work: Work, record: Record) -> None:
    for trigger, value in work.incoming.triggers:
        if trigger.run is None:
            raise Unsupported("is declared by the contract but does not act on this server yet", at=trigger.name)
        try:
            await trigger.run(work, record, value)
        except BillfoldError as trouble:
            trouble.at = trouble.at or trigger.name
            raise


def _wanted(rule: Callable[..., Awaitable[None]] | None, incoming: Incoming) -> Tree:
    """What the resource's own rule and the triggers look at."""
    tree = read_by(rule, incoming)
    for trigger, _ in incoming.triggers:
        tree = merge(tree, read_by(trigger.run, incoming))
    return tree


async def _complete(tools: Tools, caller: Caller, record: Record, include: Tree, written: Written) -> Record:
    """The record with everything the answer must include: read again only if the writing outdated what was read.

    What a caller has just made is shown to them once, even if they may not ask for it later.
    """
    if is_current(record, include, written):
        return record
    (again,) = await tools.reader.read(caller, Wanted(record.resource, record.id, include))
    return again if again is not None and record.key in written.inserted else may_see(again)
