"""One record in memory, and what was read along with it."""

from __future__ import annotations

from typing import Any

from billfold.jsonapi.resource import Resource

Key = tuple[str, str]  # (table, id)


class Record:
    """A record and its neighbours.

    values   by column, and by name for what `details` keeps; timestamps are ISO strings or datetimes,
             amounts integers of minor units
    related  relationship name → Record, list of Records or None; a name that is absent was not read
    allowed  whether the caller it was read for may see it
    beside   what it was chosen for, when it stands at the end of a relationship that a rule computes
    id, type as documents show them
    key      what tells it from every other record of the organization, however often it stands in memory
    """

    __slots__ = ("allowed", "beside", "id", "key", "related", "resource", "type", "values")

    def __init__(
        self,
        resource: type[Resource],
        values: dict[str, Any],
        related: dict[str, Any] | None = None,
        *,
        allowed: bool = True,
    ) -> None:
        self.resource = resource
        self.values = values
        self.related: dict[str, Any] = {} if related is None else related
        self.allowed = allowed
        self.beside: Record | None = None
        self.id: str = values.get("id", "")
        self.type = resource.called
        self.key: Key = (resource.table, self.id)

    def become(self, other: Record) -> None:
        """Stand for another record of the same type from now on."""
        self.values, self.id, self.key = other.values, other.id, other.key

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def one(self, name: str) -> Record | None:
        """The related record, or None when there is none. KeyError when it was not read: a use-case forgot to ask."""
        found: Record | None = self.related[name]
        return found

    def many(self, name: str) -> list[Record]:
        """The related records. KeyError when they were not read: a use-case forgot to ask."""
        found: list[Record] = self.related[name]
        return found

    def __repr__(self) -> str:
        return f"<{self.type} {self.values.get('id')}>"
