"""What every use-case gets: who asks, what they sent, and the means to read, change and call PSPs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from billfold.db.database import Database
from billfold.db.select import Reader, Wanted, merge, tree_of
from billfold.db.work import Changes
from billfold.domain.caller import Caller
from billfold.domain.errors import Conflict
from billfold.domain.ids import new_id
from billfold.jsonapi.document import Incoming
from billfold.jsonapi.members import Many
from billfold.jsonapi.query import Tree
from billfold.jsonapi.record import Record
from billfold.jsonapi.resource import Registry

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from billfold.usecases.payments.accounts import Accounts
    from billfold.usecases.services.callouts import Callouts

F = TypeVar("F", bound=Callable[..., Awaitable[None]])

# What anybody may note on a record of theirs: it changes nothing but the record it is noted on.
OWN_NOTES = frozenset({"metadata", "reference", "reference_origin"})


class Turns:
    """Lets those who want to change the same record go one after the other, within this process."""

    def __init__(self) -> None:
        self._locks: dict[Any, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def take(self, key: Any) -> AsyncIterator[None]:
        lock, waiting = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks[key]
            if waiting == 1:
                del self._locks[key]
            else:
                self._locks[key] = (lock, waiting - 1)


@dataclass(frozen=True)
class Tools:
    """What one process has one of.

    unsaved_hours  how long an instrument prepared for keeping stays at the PSP when nobody saves it
    draft_days     how long a draft without a customer is kept after its last change
    anonymization_hours  how long a request to erase a customer can be withdrawn
    notify_url     where PSPs send their reports, up to and with "/webhook_callbacks"
    """

    db: Database
    registry: Registry
    reader: Reader
    accounts: Accounts
    callouts: Callouts
    clock: Callable[[], datetime]
    unsaved_hours: float
    draft_days: float
    anonymization_hours: float
    notify_url: str
    turns: Turns = field(default_factory=Turns)


class Attempts:
    """What all attempts at one request have in common: they may lose races, but at PSPs they act as one.

    id        of the record that the request makes
    prepared  gateway id → (amount in minor units, what the PSP opened for it)
    kept      the PSP's tokens that were taken for a wallet, of which only the last one gets there
    undo      jobs for the worker, as (kind, payload), should the request come to nothing
    """

    def __init__(self) -> None:
        self.prepared: dict[str, tuple[int, Mapping[str, Any]]] = {}
        self.kept: set[str] = set()
        self.undo: list[tuple[str, Mapping[str, Any]]] = []

    @cached_property
    def id(self) -> str:
        return new_id()


class Work(Changes):
    """One request's unit of work."""

    def __init__(
        self, tools: Tools, caller: Caller, incoming: Incoming | None = None, attempts: Attempts | None = None
    ) -> None:
        super().__init__(tools.db, tools.registry, caller.organization_id, tools.clock())
        self.attempts = attempts or Attempts()
        self.tools = tools
        self.caller = caller
        self.incoming = incoming or Incoming()
        self.accounts = tools.accounts

    def sent(self, name: str) -> Any:
        """What the client sent for an attribute in this request, or None."""
        return self.incoming.values.get(name)

    @property
    def only_notes(self) -> bool:
        """Whether the client sent nothing but notes of its own: no other attribute, and no to-one relationship.

        Back offices write those at any time; storefronts write nothing to what belongs to an order that was placed.
        """
        notes = frozenset[str]() if self.caller.is_sales_channel else OWN_NOTES
        return not (self.incoming.values.keys() - notes or self.incoming.relationships)

    def asked(self, trigger: str) -> Any:
        """The value of a trigger of this request, or None when it was not sent."""
        return next((value for t, value in self.incoming.triggers if t.name == trigger), None)

    async def read(self, called: str, key: str, paths: str = "", *, by: str = "id") -> Record | None:
        """One record of the caller's organization, whoever it belongs to; a use-case judges for itself."""
        wanted = Wanted(self.registry[called], key, tree_of(paths), by)
        (found,) = await self.tools.reader.read(self.trusted, wanted)
        return found

    async def read_beside(self, record: Record, paths: str) -> None:
        """Have what stands at these paths in memory, whichever way the record came into the request: a customer
        whom an e-mail address has just named comes alone. A new record has nothing beside it yet."""
        missing = {name for name, _ in tree_of(paths)} - record.related.keys()
        again = await self.read(record.type, record.id, paths) if missing and not self.inserts(record) else None
        for name in missing:
            nothing: Any = [] if isinstance(record.resource.members[name], Many) else None
            record.related[name] = again.related[name] if again is not None else nothing

    async def organization(self) -> Record:
        """The caller's, with all that its operator has set."""
        found = await self.read("organizations", self.organization_id)
        assert found is not None
        return found

    @property
    def trusted(self) -> Caller:
        """The server itself, acting in the caller's organization."""
        return Caller(
            self.caller.organization_id, self.caller.organization_slug, "", "integration", test=self.caller.test
        )

    async def read_again(self, record: Record, paths: str) -> None:
        """Bring a record and its neighbours up to date in place, dropping every change not written yet."""
        self.forget()
        fresh = await self.read(record.type, record.id, paths)
        if fresh is None:
            raise Conflict("was deleted meanwhile", error="gone")
        _renew(record, fresh)


def _renew(record: Record, fresh: Record) -> None:
    """A row stays one record: whoever holds a neighbour sees it renewed, too."""
    record.values = fresh.values
    for name, found in fresh.related.items():
        known = record.related.get(name)
        if isinstance(known, Record) and isinstance(found, Record) and known.key == found.key:
            _renew(known, found)
        else:
            record.related[name] = found


def reads(always: str = "", **when_sent: str) -> Callable[[F], F]:
    """What a use-case looks at beside its record, as include paths: read in the request's first round trip.

    when_sent  by the name of an attribute or relationship: needed only if the client sent that
    """

    def mark(usecase: F) -> F:
        trees = {name: tree_of(paths) for name, paths in when_sent.items()}
        usecase.reads = (tree_of(always), trees)  # type: ignore[attr-defined] # functions carry attributes
        return usecase

    return mark


def read_by(usecase: Callable[..., Awaitable[None]] | None, incoming: Incoming) -> Tree:
    """What `usecase` must find read to carry out this document."""
    always, when_sent = getattr(usecase, "reads", ((), {}))
    tree: Tree = always
    for name in when_sent.keys() & incoming.names if when_sent else ():
        tree = merge(tree, when_sent[name])
    return tree
