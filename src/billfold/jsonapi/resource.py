"""How a resource type is declared, and the checks a declaration must pass.

A declaration is data. Routing, reading and rendering documents, filters, permissions, tables, OpenAPI and the
reference pages all read it; none of them is written per resource. A contradiction stops the process while the
declaration is imported, with a sentence that says where.
"""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import ClassVar, TypeVar

from billfold.jsonapi.members import (
    Attribute,
    Many,
    Member,
    Object,
    One,
    Relationship,
    Text,
    Timestamp,
    Trigger,
)

ACTIONS = ("list", "retrieve", "create", "update", "delete")


class BadDeclaration(TypeError):
    """A resource file contradicts itself. Raised on import, never per request."""


M = TypeVar("M", bound=Member)


class Resource:
    """Subclass to declare a type:

        class Order(Resource, called="orders", can="list retrieve create update", guest="retrieve", owner="customer")

    called    the type's name in documents and paths
    can       what anybody may do at all: words of ACTIONS
    guest     what a sales channel may do for a customer who has not signed in; read as `guest_may`
    customer  what a sales channel may do for one who has; read as `customer_may`
    guest_sees  the attributes that such a guest is shown; "" for all of them
    owner     whose it is: "self", or the relationship to follow ("customer", "order"); "" when it is the whole shop's
    table     where its records are kept; by default called as the type. A subclass of a declared resource shares its
              table: what it declares itself is kept in the column `details`, and `type` tells the kinds apart. What the
              base declares too is kept by the base, and the kind may show or require it
    singleton one per caller: the path without an id, as in GET /api/organization
    unique    groups of members, separated by spaces, whose values together no two records of an organization share
    unique_or_none  the same, where nothing is a value too: of two records that have the same values, and nothing in the
              same places, there is only one
    named_filters  filters with a name of their own → the name with a matcher that they stand for, as "status_eq"; an
              attribute of the resource itself need not be one that may be filtered by otherwise
    create, update, delete   the use-cases that carry those out; None for the plain writing of what was sent
    """

    called: ClassVar[str] = ""
    can: ClassVar[tuple[str, ...]] = ()
    guest_may: ClassVar[tuple[str, ...]] = ()
    customer_may: ClassVar[tuple[str, ...]] = ()
    guest_sees: ClassVar[tuple[str, ...]] = ()
    owner: ClassVar[str] = ""
    table: ClassVar[str] = ""
    singleton: ClassVar[str] = ""
    unique: ClassVar[tuple[str, ...]] = ()
    unique_or_none: ClassVar[tuple[str, ...]] = ()
    named_filters: ClassVar[dict[str, str]] = {}
    kinds: ClassVar[tuple[str, ...]] = ()
    base: ClassVar[type[Resource] | None] = None
    own: ClassVar[frozenset[str]] = frozenset()
    members: ClassVar[dict[str, Member]] = {}
    columns: ClassVar[frozenset[str]] = frozenset()
    create: ClassVar[Callable[..., Awaitable[None]] | None] = None
    update: ClassVar[Callable[..., Awaitable[None]] | None] = None
    delete: ClassVar[Callable[..., Awaitable[None]] | None] = None

    id = Text(
        doc="Ten letters that identify the record, case-sensitive.",
        filter=True,
        sort=True,
        example="XAyRWNUzyN",
    )
    created_at = Timestamp(
        doc="When the record was created.", filter=True, sort=True, example="2018-01-01T12:00:00.000Z"
    )
    updated_at = Timestamp(
        doc="When the record was last changed.", filter=True, sort=True, example="2018-01-01T12:00:00.000Z"
    )
    reference = Text(
        doc="Anything you call this record by elsewhere.",
        write="both",
        filter=True,
        sort=True,
        example="ANY-EXTERNAL-REFERENCE",
    )
    reference_origin = Text(
        doc="Where `reference` comes from.",
        write="both",
        filter=True,
        sort=True,
        example="ANY-EXTERNAL-SYSTEM",
    )
    metadata = Object(
        doc="Your own facts about the record; replaced as a whole.",
        write="both",
        filter=True,
        default={},
        example={"foo": "bar"},
    )

    def __init_subclass__(
        cls,
        *,
        called: str,
        can: str = "list retrieve",
        guest: str = "",
        customer: str = "",
        guest_sees: str = "",
        owner: str = "",
        table: str = "",
        singleton: str = "",
        unique: tuple[str, ...] = (),
        unique_or_none: tuple[str, ...] = (),
        named_filters: Mapping[str, str] | None = None,
        create: Callable[..., Awaitable[None]] | None = None,
        update: Callable[..., Awaitable[None]] | None = None,
        delete: Callable[..., Awaitable[None]] | None = None,
    ) -> None:
        base = next((b for b in cls.__mro__[1:] if issubclass(b, Resource) and b.called), None)
        cls.base, cls.kinds = base, ()
        cls.called, cls.owner, cls.singleton = called, owner, singleton
        cls.unique, cls.unique_or_none = unique, unique_or_none
        # Not `guest` and `customer`: an order has members of those names.
        cls.can, cls.guest_may, cls.customer_may = tuple(can.split()), tuple(guest.split()), tuple(customer.split())
        cls.guest_sees = tuple(guest_sees.split())
        cls.table = base.table if base else (table or called)
        # staticmethod keeps `cls.create(...)` a plain call of the use-case.
        cls.create, cls.update, cls.delete = (staticmethod(f) if f else None for f in (create, update, delete))
        # A long resource may keep a chapter of its members in a plain class beside it.
        chapters = [c for c in reversed(cls.__mro__) if c is cls or not issubclass(c, Resource)]
        declared = {m.name: m for c in chapters for m in vars(c).values() if isinstance(m, Member)}
        cls.own = frozenset(declared.keys() - base.members.keys()) if base else frozenset()
        inherited = {} if base is None else {n: copy.copy(m) for n, m in base.members.items()}
        common = {n: m for n, m in vars(Resource).items() if isinstance(m, Member)}
        cls.members = {**common, **inherited, **declared}
        cls.columns = frozenset(c for a in cls.attributes() for c in a.columns)
        cls.named_filters = {**(base.named_filters if base else {}), **(named_filters or {})}
        if base is not None:
            base.kinds = (*base.kinds, called)
        for verb in (*cls.can, *cls.guest_may, *cls.customer_may):
            if verb not in ACTIONS:
                raise BadDeclaration(f"{called}: “{verb}” is none of {', '.join(ACTIONS)}.")
        for name in cls.guest_sees:
            if not isinstance(cls.members.get(name), Attribute):
                raise BadDeclaration(f"{called}: guests are shown “{name}”, which is no attribute.")
        for m in cls.members.values():
            _verify(cls, m)

    @classmethod
    def of(cls, kind: type[M]) -> list[M]:
        return [m for m in cls.members.values() if isinstance(m, kind)]

    @classmethod
    def attributes(cls) -> list[Attribute]:
        return cls.of(Attribute)

    @classmethod
    def in_details(cls, m: Member) -> bool:
        """Whether the shared table keeps it in the column `details`."""
        return m.name in cls.own and isinstance(m, Attribute)


def _verify(cls: type[Resource], m: Member) -> None:
    where = f"{cls.called}.{m.name}"
    if not m.doc.endswith("."):
        raise BadDeclaration(f"{where}: doc must be a sentence ending in a full stop.")
    if isinstance(m, Trigger) and not m.name.startswith("_"):
        raise BadDeclaration(f"{where}: a trigger starts with an underscore.")
    if m.required and not m.writable_on("create"):
        raise BadDeclaration(f"{where}: required, but a client may not send it on create.")
    if isinstance(m, Attribute) and m.derived and (m.filter or m.sort or (m.write != "never" and not m.transient)):
        raise BadDeclaration(f"{where}: derived, so it can be neither kept, filtered nor sorted by.")
    if isinstance(m, Attribute) and m.chosen and (m.write != "never" or m.derived):
        raise BadDeclaration(f"{where}: worked out by the database, so it can be neither written nor derived.")
    if isinstance(m, Attribute) and m.alone and (m.write != "never" or m.filter or m.sort or m.shown):
        raise BadDeclaration(f"{where}: read for single records only, so it is for derived attributes to show.")
    if isinstance(m, Attribute | One | Many) and m.told and (m.write != "never" or m.filter or m.sort):
        raise BadDeclaration(
            f"{where}: told by the reader's token, so it can be neither written, filtered nor sorted by."
        )
    if isinstance(m, One | Many) and m.chosen and m.write != "never":
        raise BadDeclaration(f"{where}: chosen by the server, so it cannot be written.")
    if isinstance(m, One) and m.columns and m.name in cls.own:
        raise BadDeclaration(f"{where}: a relationship of a kind must be declared on the base, whose table keeps it.")


class Registry:
    """The declared resources by type name, in the order of the documentation."""

    def __init__(self, resources: Iterable[type[Resource]], *, coming: Iterable[str] = ()) -> None:
        self.by_name: dict[str, type[Resource]] = {}
        self.coming = frozenset(coming)
        for r in resources:
            if self.by_name.setdefault(r.called, r) is not r:
                raise BadDeclaration(f"Two resources call themselves {r.called}.")
        for r in self.by_name.values():
            for m in r.of(Relationship):
                for target in m.targets:
                    if target not in self.by_name and target not in self.coming:
                        raise BadDeclaration(f"{r.called}.{m.name}: there is no resource type {target}.")
                if (isinstance(m, Many) and not (m.chosen or m.told or m.through)) or (isinstance(m, One) and m.by):
                    self._verify_inverse(r, m)

    def _verify_inverse(self, r: type[Resource], m: One | Many) -> None:
        for target in m.targets:
            if target in self.by_name and not isinstance(self.by_name[target].members.get(m.by), One):
                raise BadDeclaration(f"{r.called}.{m.name}: {target} has no relationship “{m.by}” that points back.")

    def __getitem__(self, called: str) -> type[Resource]:
        return self.by_name[called]

    def __contains__(self, called: object) -> bool:
        return called in self.by_name

    def public(self) -> Iterator[type[Resource]]:
        """Those that clients ever see: all but what the server keeps for itself."""
        return (r for r in self if r.can or r.kinds)

    def __iter__(self) -> Iterator[type[Resource]]:
        return iter(self.by_name.values())
