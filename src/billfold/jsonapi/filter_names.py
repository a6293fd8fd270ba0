"""Names such as `market_code_or_reference_not_in` → paths of declared members, and what may be filtered and sorted by.

Attributes, relationships and matchers all contain underscores, so a name is read by trying what is declared: the
longest matcher, then the longest attribute, then the longest relationship, and shorter ones when that leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from billfold.jsonapi.matchers import endings
from billfold.jsonapi.members import Attribute, One, Relationship, Secret
from billfold.jsonapi.resource import Registry, Resource

LONGEST_NAME = 255
DEEPEST_PATH = 4  # relationships before the attribute; every one is a subquery
MOST_MEMBERS = 10  # joined by _or_ or _and_

Path = tuple[str, ...]


class NoSuchFilter(Exception):
    """Says why, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class FilterName:
    """attribute  one of those the paths end in; all have the same column type"""

    members: tuple[Path, ...]
    combine: Literal["or", "and"]
    matcher: str
    attribute: Attribute


def filterable(resource: type[Resource], attribute: Attribute) -> bool:
    return attribute.filter and _open(resource, attribute)


def _open(resource: type[Resource], attribute: Attribute) -> bool:
    """What is confidential could be guessed letter by letter with filters, by whom records are shown to without it;
    what is encrypted has no order."""
    if attribute.confidential and {"list", "retrieve"} & {*resource.guest_may, *resource.customer_may}:
        return False
    return bool(attribute.read_as) and not isinstance(attribute, Secret)


def filter_targets(registry: Registry, relationship: Relationship) -> tuple[type[Resource], ...]:
    """The resources that what stands behind a relationship is filtered as; none when it cannot be.

    Where it may be of several kinds of one family, that is the base. Types that are not declared yet cannot be filtered
    by.
    """
    if not relationship.filter:
        return ()
    declared = [registry[t] for t in relationship.targets if t in registry]
    if not isinstance(relationship.to, str):
        declared = [r.base if r.base and r.base.called in registry else r for r in declared]
    return tuple(dict.fromkeys(declared))


def attribute_at(registry: Registry, resource: type[Resource], path: Path) -> Attribute | None:
    """The attribute a path leads to, when every step of it may be filtered by."""
    name, *rest = path
    member = resource.members.get(name)
    if not rest:
        return member if isinstance(member, Attribute) and filterable(resource, member) else None
    if not isinstance(member, Relationship):
        return None
    found = (attribute_at(registry, t, tuple(rest)) for t in filter_targets(registry, member))
    return next((a for a in found if a), None)


def shorthands(registry: Registry, resource: type[Resource]) -> dict[str, str]:
    """The filters that go without a matcher → the name that each stands for among those of `filter[q]`.

    That is "" beyond a relationship whose types are not declared yet: no record has one there.
    """
    found = {"ids": "id_in"}
    for a in resource.attributes():
        if not filterable(resource, a):
            continue
        found[a.sent_as] = f"{a.sent_as}_jcont" if a.column == "jsonb" else f"{a.sent_as}_in"
        if a.column == "timestamptz":
            found |= {f"{a.sent_as}_from": f"{a.sent_as}_gteq", f"{a.sent_as}_to": f"{a.sent_as}_lteq"}
    for m in resource.of(Relationship):
        if m.filter and m.shown:
            found[f"{m.name}_id"] = f"{m.name}_id_in" if filter_targets(registry, m) else ""
    return found | {name: name for name in resource.named_filters}


class FilterNames:
    """Reads filter names against one registry; each name is worked out once and remembered."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._relations: dict[str, list[tuple[str, tuple[type[Resource], ...]]]] = {}
        self._attributes: dict[str, dict[str, Attribute]] = {}
        self._shorthands: dict[str, dict[str, str]] = {}
        self._known = lru_cache(maxsize=4096)(self._find)

    def find(self, resource: type[Resource], name: str) -> FilterName:
        """Raises NoSuchFilter."""
        if len(name) > LONGEST_NAME:
            raise NoSuchFilter("its name is too long")
        return self._known(resource.called, name)

    def plain(self, resource: type[Resource], name: str) -> FilterName | None:
        """What a name without a matcher stands for; None when no record can meet it. Raises NoSuchFilter."""
        if resource.called not in self._shorthands:
            self._shorthands[resource.called] = shorthands(self.registry, resource)
        stands_for = self._shorthands[resource.called].get(name)
        if stands_for is None:
            raise NoSuchFilter("without a matcher it names nothing; those with one are asked as filter[q][…]")
        return self.find(resource, stands_for) if stands_for else None

    def sortable(self, resource: type[Resource], name: str) -> Path | None:
        """The path of member names that `sort=name` means, or None: an attribute, a to-one relationship (by its
        record's id), or an attribute beyond such relationships, as in `customer.email`.

        The path is empty beyond a relationship whose types are not declared yet: any order sorts what is all empty.
        """
        first, *beyond = name.split(".")
        if not beyond and first in self._in_reach(resource):
            attribute = self._in_reach(resource)[first]
            return (attribute.name,) if attribute.sort and _open(resource, attribute) else None
        member = resource.members.get(first)
        if not isinstance(member, One) or not member.sort or len(beyond) > DEEPEST_PATH:
            return None
        if not any(t in self.registry for t in member.targets):
            return ()
        if not beyond:
            return (first,) if member.columns or member.chosen else None
        if not (member.columns or member.chosen) or not isinstance(member.to, str):
            return None
        path = self.sortable(self.registry[member.to], ".".join(beyond))
        return path and (first, *path)

    def _find(self, called: str, name: str) -> FilterName:
        resource = self.registry[called]
        if name in resource.named_filters:
            return self._named(resource, resource.named_filters[name])
        readings = endings(name)
        if not readings:
            raise NoSuchFilter("it must end in a matcher such as _eq, _in or _cont")
        misfit = ""
        for text, matcher in readings:
            read = self._members(resource, text, "", set())
            if read is None:
                continue
            paths, combine = read
            found = [attribute_at(self.registry, resource, p) for p in paths]
            attributes = [a for a in found if a]
            if len({a.column for a in attributes}) > 1 and matcher.takes != "flag":
                misfit = misfit or f"attributes of different types cannot share _{matcher.name}"
            elif not all(a.column in matcher.fits for a in attributes):
                unfit = next(a for a in attributes if a.column not in matcher.fits)
                misfit = misfit or f"_{matcher.name} does not fit “{unfit.sent_as}”, which is {_NATURE[unfit.column]}"
            elif len(paths) > MOST_MEMBERS:
                misfit = misfit or f"it names more than {MOST_MEMBERS} attributes"
            else:
                return FilterName(paths, combine, matcher.name, attributes[0])
        raise NoSuchFilter(misfit or f"“{readings[0][0]}” names no attribute that may be filtered by")

    def _named(self, resource: type[Resource], stands_for: str) -> FilterName:
        text, matcher = endings(stands_for)[0]
        member = resource.members.get(text)
        if isinstance(member, Attribute):
            return FilterName(((text,),), "or", matcher.name, member)
        return self._find(resource.called, stands_for)

    def _members(
        self, resource: type[Resource], text: str, joined: str, dead: set[tuple[str, str]]
    ) -> tuple[tuple[Path, ...], Literal["or", "and"]] | None:
        """Read `a_or_b_or_c`.

        joined  the word used so far, if any: the two cannot be mixed
        dead    the ends that are known to lead nowhere
        """
        if (text, joined) in dead:
            return None
        for path, rest in self._paths(resource, text, DEEPEST_PATH):
            if not rest:
                return (path,), "and" if joined == "and" else "or"
            word, _, following = rest[1:].partition("_")
            if joined and word != joined:
                continue
            beyond = self._members(resource, following, word, dead)
            if beyond:
                return (path, *beyond[0]), beyond[1]
        dead.add((text, joined))
        return None

    def _paths(self, resource: type[Resource], text: str, depth: int) -> Iterator[tuple[Path, str]]:
        """Every path that `text` starts with, and what follows it: nothing, `_or_…` or `_and_…`."""
        attributes = self._in_reach(resource)
        for end in _ends(text):
            attribute = attributes.get(text[:end])
            if attribute and filterable(resource, attribute):
                yield (attribute.name,), text[end:]
        if depth == 0:
            return
        for name, targets in self._relations_of(resource):
            if not text.startswith(f"{name}_"):
                continue
            seen = set()
            for target in targets:
                for path, rest in self._paths(target, text[len(name) + 1 :], depth - 1):
                    if (path, rest) not in seen:
                        seen.add((path, rest))
                        yield (name, *path), rest

    def _in_reach(self, resource: type[Resource]) -> dict[str, Attribute]:
        """What SQL can filter and sort by: attributes that are stored or chosen, by the name that requests use."""
        if resource.called not in self._attributes:
            self._attributes[resource.called] = {a.sent_as: a for a in resource.attributes() if a.read_as}
        return self._attributes[resource.called]

    def _relations_of(self, resource: type[Resource]) -> list[tuple[str, tuple[type[Resource], ...]]]:
        if resource.called not in self._relations:
            found = [(m.name, filter_targets(self.registry, m)) for m in resource.of(Relationship)]
            self._relations[resource.called] = sorted((r for r in found if r[1]), key=lambda r: (-len(r[0]), r[0]))
        return self._relations[resource.called]


_NATURE = {
    "text": "text",
    "bigint": "a whole number",
    "double precision": "a number",
    "boolean": "true or false",
    "timestamptz": "a moment",
    "jsonb": "JSON",
}


def _ends(text: str) -> list[int]:
    """Where an attribute's name may end, the longest first: at the end, or before `_or_` and `_and_`."""
    found = [len(text)]
    for word in ("_or_", "_and_"):
        at = text.find(word)
        while at != -1:
            found.append(at)
            at = text.find(word, at + 1)
    return sorted(found, reverse=True)
