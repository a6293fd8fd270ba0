"""Documents that clients send → values, relationships and triggers, checked against the declaration."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from billfold.jsonapi import errors
from billfold.jsonapi.errors import DocumentError, ErrorObject
from billfold.jsonapi.members import Attribute, Many, Member, One, Trigger
from billfold.jsonapi.resource import Registry, Resource

Objection = Callable[[Any], str | None]  # what is wrong with a free value, or None

READ_ONLY = "cannot be set: it is read-only"
LONGEST_LIST = 100  # records that one relationship is set to at a time


@dataclass(slots=True)
class Incoming:
    """What a client asks for.

    values         by column or, for what is never stored, by the name sent
    relationships  to-one relationships by name → (type, id), or None to let go
    lists          to-many relationships by name → each record once, as (type, id)
    triggers       in the order of the declaration, each with its value
    """

    values: dict[str, Any] = field(default_factory=dict)
    relationships: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    lists: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    triggers: list[tuple[Trigger, Any]] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """Of everything that was sent, save triggers."""
        return {*self.values, *self.relationships, *self.lists}


def read(
    registry: Registry,
    resource: type[Resource],
    body: bytes,
    *,
    action: str,
    id: str | None = None,
    restricted: bool,
    objection: Objection | None = None,
) -> Incoming:
    """Read the body of a POST ("create") or PATCH ("update") to `resource`.

    restricted  whether the caller may send no restricted members
    objection   what this server refuses to accept as a value anywhere, as a sentence's end
    Raises DocumentError with every problem that was found.
    """
    data = _data(resource, body, id)
    reader = _Reader(registry, resource, action, restricted, objection)
    for name, given in _object(data, "attributes").items():
        reader.attribute(name, given)
    for name, given in _object(data, "relationships").items():
        reader.relationship(name, given)
    if action == "create":
        reader.require()
    if reader.problems:
        raise DocumentError(*reader.problems)
    if len(reader.incoming.triggers) > 1:
        order = list(resource.members)
        reader.incoming.triggers.sort(key=lambda t: order.index(t[0].name))
    return reader.incoming


def _data(resource: type[Resource], body: bytes, id: str | None) -> dict[str, Any]:
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as trouble:
        raise DocumentError(errors.invalid_data_format(f"The body is not valid JSON: {trouble}.")) from None
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, dict):
        raise DocumentError(errors.invalid_data_format('The body must be {"data": {"type": …, "attributes": {…}}}.'))
    if data.get("type") != resource.called:
        if "type" not in data:
            raise DocumentError(errors.param_missing("type", pointer="/data"))
        raise DocumentError(errors.type_mismatch(data["type"], [resource.called]))
    if id is not None and "id" in data and data["id"] != id:
        raise DocumentError(errors.key_not_included_in_url(data["id"]))
    if id is None and "id" in data:
        raise DocumentError(errors.client_id_not_allowed())
    return data


def _object(data: dict[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise DocumentError(errors.invalid_data_format(f"“{name}” must be an object.", pointer=f"/data/{name}"))
    return found


class _Reader:
    """Collects the values and the problems of one document."""

    def __init__(
        self, registry: Registry, resource: type[Resource], action: str, restricted: bool, objection: Objection | None
    ) -> None:
        self.registry, self.resource = registry, resource
        self.action, self.restricted, self.objection = action, restricted, objection
        self.sent = _by_sent_name(resource)
        self.incoming = Incoming()
        self.problems: list[ErrorObject] = []

    def attribute(self, name: str, given: Any) -> None:
        member = self.sent.get(name)
        if isinstance(member, One) and given is None:
            self.relationship(name, {"data": None})  # official clients let go of a source this way
        elif not isinstance(member, Attribute | Trigger):
            self.problems.append(errors.member_not_allowed(name, f"is no attribute of {self.resource.called}"))
        elif not member.writable_on(self.action):
            self.problems.append(errors.member_not_allowed(name, self._not_writable(member)))
        elif self.restricted and member.restricted:
            self.problems.append(errors.restricted(name))
        elif isinstance(member, Trigger):
            self._trigger(member, given)
        elif given is None:
            if member.required:
                self.problems.append(errors.blank(name))
            self.incoming.values[name] = copy.copy(member.default)  # null takes back what was set
        else:
            value = self._value(member, name, given)
            self.incoming.values[name] = value

    def _trigger(self, trigger: Trigger, given: Any) -> None:
        if given is None:
            return
        if trigger.takes.column == "boolean" and type(given) is int and given in (0, 1):
            given = bool(given)  # official clients send 1 for some verbs
        if trigger.takes.column == "bigint" and isinstance(given, str):
            self.problems.append(errors.validation(trigger.name, "must be a whole number, not a text", error="invalid"))
            return
        value = self._value(trigger.takes, trigger.name, given)
        if value is not False:
            self.incoming.triggers.append((trigger, value))

    def _value(self, attribute: Attribute, name: str, given: Any) -> Any:
        try:
            value = attribute.read(given)
        except ValueError as problem:
            self.problems.append(errors.validation(name, str(problem), error="invalid"))
            return None
        if self.objection and (objection := self.objection(given)):
            self.problems.append(errors.validation(name, objection, error="not_accepted"))
        return value

    def relationship(self, name: str, given: Any) -> None:
        member = self.sent.get(name)
        if not isinstance(member, One | Many) or not member.shown:
            problem = f"is no relationship of {self.resource.called}"
            self.problems.append(errors.member_not_allowed(name, problem, relationship=True))
        elif not member.writable_on(self.action):
            self.problems.append(errors.member_not_allowed(name, self._not_writable(member), relationship=True))
        elif self.restricted and member.restricted:
            self.problems.append(errors.restricted(name, relationship=True))
        elif not isinstance(given, dict) or "data" not in given:
            self.problems.append(errors.invalid_links_object(name, "must be an object with a member “data”"))
        elif given["data"] is None or (given["data"] == [] and isinstance(member, Many)):
            self._let_go(member, name)
        elif not any(t in self.registry for t in member.targets):
            problem = f"cannot be set: this server has no {member.targets[0]} yet"
            self.problems.append(errors.validation(name, problem, error="unsupported", relationship=True))
        elif isinstance(member, Many):
            self._list(member, name, given["data"])
        elif (found := self._identified(member, name, given["data"])) is not None:
            self.incoming.relationships[name] = found

    def _let_go(self, member: One | Many, name: str) -> None:
        if member.required:
            self.problems.append(errors.blank(name, relationship=True))
        elif any(t in self.registry for t in member.targets):
            if isinstance(member, Many):
                self.incoming.lists[name] = []
            else:
                self.incoming.relationships[name] = None

    def _list(self, member: Many, name: str, data: Any) -> None:
        if not isinstance(data, list):
            self.problems.append(errors.invalid_links_object(name, "must name records in an array"))
        elif len(data) > LONGEST_LIST:
            problem = f"must not name more than {LONGEST_LIST} records"
            self.problems.append(errors.validation(name, problem, error="too_long", relationship=True))
        else:
            found = [self._identified(member, name, given) for given in data]
            self.incoming.lists[name] = list(dict.fromkeys(f for f in found if f))

    def _identified(self, member: One | Many, name: str, data: Any) -> tuple[str, str] | None:
        """(type, id) of the record that is named, or None when there is something wrong with that."""
        if not isinstance(data, dict) or not isinstance(data.get("id"), str) or not isinstance(data.get("type"), str):
            self.problems.append(errors.invalid_links_object(name, "must name a record by “type” and “id”"))
            return None
        declared = [self.registry[t] for t in member.targets if t in self.registry]
        # A family's own name stands for any of its kinds, where clients know it.
        allowed = [k for r in declared for k in (*r.kinds, *((r.called,) if r.can or not r.kinds else ()))]
        if data["type"] not in allowed:
            pointer = f"/data/relationships/{name}/data/type"
            self.problems.append(errors.type_mismatch(data["type"], allowed, pointer=pointer))
            return None
        return data["type"], data["id"]

    def require(self) -> None:
        """Everything that a new record cannot be without."""
        for name, member in self.sent.items():
            if not member.required or (self.restricted and member.restricted):
                continue
            if isinstance(member, One):
                if any(t in self.registry for t in member.targets) and name not in self.incoming.relationships:
                    self._missing(name, relationship=True)
            elif self.incoming.values.get(name) in (None, ""):
                self._missing(name, relationship=False)

    def _missing(self, name: str, *, relationship: bool) -> None:
        problem = errors.blank(name, relationship=relationship)
        if not any(p.pointer == problem.pointer for p in self.problems):
            self.problems.append(problem)

    def _not_writable(self, member: Member) -> str:
        if member.write == "never":
            return READ_ONLY
        return "can be set on create only" if member.write == "create" else "can be set on update only"


_SENT: dict[type[Resource], dict[str, Member]] = {}


def _by_sent_name(resource: type[Resource]) -> dict[str, Member]:
    """The members by the name under which clients send them; without those no client ever sees or sends."""
    if resource not in _SENT:
        _SENT[resource] = {
            (m.sent_as if isinstance(m, Attribute) else n): m
            for n, m in resource.members.items()
            if m.shown or m.write != "never"
        }
    return _SENT[resource]
