"""The one Stripe account of a sandbox: everything that has an id, and finding it."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol, TypeVar

from billfold.sandbox.idempotency import Idempotency
from billfold.sandbox.stripe.errors import invalid, missing

API_VERSION = "2026-10-28.endive"


class Thing(Protocol):
    """What Stripe calls an object. `noun` is how error messages name it."""

    noun: ClassVar[str]
    id: str
    created: int

    def render(self) -> dict[str, Any]: ...


T = TypeVar("T", bound=Thing)


class Account:
    """Everything with an id, kept in the order it was made."""

    def __init__(self) -> None:
        self._things: dict[type[Any], dict[str, Any]] = {}
        self.idempotency = Idempotency()

    def add(self, thing: T) -> T:
        self._things.setdefault(type(thing), {})[thing.id] = thing
        return thing

    def remove(self, thing: Thing) -> None:
        del self._things[type(thing)][thing.id]

    def find(self, kind: type[T], id: str) -> T | None:
        found: T | None = self._things.get(kind, {}).get(id)
        return found

    def get(self, kind: type[T], id: str, param: str = "id", *, in_path: bool = True) -> T:
        """The thing itself; raises `resource_missing` naming the parameter that asked for it."""
        found = self.find(kind, id)
        if found is None:
            raise missing(kind.noun, id, param, in_path=in_path)
        return found

    def known(self, noun: str, id: str, param: str) -> Thing:
        """What a parameter refers to, where the kind is only known by its noun; raises `resource_missing`."""
        found = self.by_id(id)
        if found is None or found.noun != noun:
            raise missing(noun, id, param, in_path=False)
        return found

    def newest(self, kind: type[T]) -> list[T]:
        """All of a kind, newest first: the order of every list."""
        found: list[T] = list(self._things.get(kind, {}).values())
        found.reverse()
        return found

    def by_id(self, id: str) -> Thing | None:
        """Whatever has this id."""
        for things in self._things.values():
            if id in things:
                found: Thing = things[id]
                return found
        return None

    def expand(self, body: dict[str, Any], paths: list[str]) -> dict[str, Any]:
        """Put objects where `body` has their ids."""
        for path in paths:
            self._expand(body, path.split("."))
        return body

    def _expand(self, place: Any, steps: list[str]) -> None:
        step, rest = steps[0], steps[1:]
        inner = place.get(step) if isinstance(place, dict) else None
        if isinstance(inner, str):
            thing = self.by_id(inner)
            # Only customers can be deleted while something still refers to them.
            inner = thing.render() if thing else {"id": inner, "object": "customer", "deleted": True}
            place[step] = inner
        if rest:
            for one in inner if isinstance(inner, list) else [inner]:
                self._expand(one, rest)


_EXPANDABLE = frozenset({"charge", "customer", "default_payment_method", "latest_charge", "payment_intent"}) | {
    "payment_method",
    "balance_transaction",
}


def check_expand(paths: list[str]) -> None:
    """https://docs.stripe.com/api/expanding_objects: refused before anything is done; raises StripeError."""
    for path in paths:
        steps = path.removeprefix("data.").split(".")
        if len(steps) > 4:
            raise invalid(f"You cannot expand more than 4 levels of a property. Property: {path}", param="expand")
        if steps[-1] not in _EXPANDABLE or not set(steps) <= _EXPANDABLE | {"invoice_settings"}:
            raise invalid(f"This property cannot be expanded ({path}).", param="expand")


def page(things: list[T], params: dict[str, Any], url: str) -> dict[str, Any]:
    """One page of a list, newest first; https://docs.stripe.com/api/pagination."""
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid("Invalid integer: limit must be between 1 and 100.", param="limit")
    tests = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__}
    for name, bound in params.get("created", {}).items():
        things = [thing for thing in things if tests[name](thing.created, bound)]
    ids = [thing.id for thing in things]
    for name in ("starting_after", "ending_before"):
        if name in params and params[name] not in ids:
            raise missing("object", params[name], name, in_path=False)
    if "ending_before" in params:
        before = things[: ids.index(params["ending_before"])]
        chosen, more = before[-limit:], len(before) > limit
    else:
        after = things[ids.index(params["starting_after"]) + 1 :] if "starting_after" in params else things
        chosen, more = after[:limit], len(after) > limit
    return {"object": "list", "data": [thing.render() for thing in chosen], "has_more": more, "url": url}
