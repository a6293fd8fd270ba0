"""Declarations → the reference pages, in Markdown: one for each type and an index."""

from __future__ import annotations

import json
from collections.abc import Iterable

from billfold.jsonapi.matchers import MATCHERS
from billfold.jsonapi.members import Amount, Attribute, Choice, Flag, Many, Member, Relationship, Trigger
from billfold.jsonapi.openapi import filter_members
from billfold.jsonapi.openapi_schemas import sentence, told
from billfold.jsonapi.resource import Registry, Resource

GENERATED = "<!-- Written by `billfold openapi` from the declarations; changes made here are lost. -->\n\n"
METHODS = {
    "list": ("GET", ""),
    "create": ("POST", ""),
    "retrieve": ("GET", "/{id}"),
    "update": ("PATCH", "/{id}"),
    "delete": ("DELETE", "/{id}"),
}
TAKES = {
    "value": "one value",
    "values": "values, joined by commas",
    "flag": "`true` or `false`",
    "json": "JSON",
}


def reference(registry: Registry) -> dict[str, str]:
    """File name → text: "index.md", and "<type>.md" for every type."""
    pages = {"index.md": _index(registry)}
    for resource in registry.public():
        pages[f"{resource.called}.md"] = _page(registry, resource)
    return pages


def _index(registry: Registry) -> str:
    parts = [
        f"{GENERATED}# Reference\n",
        _table(("Type", "What it is"), ((_link(registry, r.called), sentence(r)) for r in registry.public())),
        "## Matchers\n",
        "A filter is `filter[q][<attributes>_<matcher>]=<value>`. Attributes joined by `_or_` or `_and_` share a"
        " matcher; `market_code_eq` asks for the `code` of the related `market`. Several filters must all match.\n",
        "Without a matcher, `filter[code]=A,B` asks for one of several values, `filter[ids]` for records by their ids,"
        " `filter[market_id]` for those of related ones, `filter[created_at_from]` and `filter[created_at_to]` for a"
        " range that includes its ends, and `filter[metadata]` for what contains a JSON.\n",
        _table(
            ("Matcher", "Takes", "Matches when the attribute"),
            ((f"`_{m.name}`", TAKES[m.takes], m.doc) for m in MATCHERS.values()),
        ),
    ]
    return "\n".join(parts)


def _page(registry: Registry, resource: type[Resource]) -> str:
    parts = [f"{GENERATED}# {resource.called}\n", f"{sentence(resource)}\n"]
    if resource.kinds:
        kinds = ", ".join(_link(registry, k) for k in resource.kinds if k in registry)
        parts.append(f"In documents it is one of {kinds}.\n")
    operations = list(_operations(resource))
    if operations:
        parts += ["## Operations\n", _table(("Request", "Open to"), operations)]
    attributes = [a for a in resource.attributes() if a.shown or a.write != "never"]
    rows = ((_names(a), _type(a), _told(a), _flags(a), _example(a)) for a in attributes)
    parts += ["## Attributes\n", _table(("Name", "Type", "What it is", "May be", "Example"), rows)]
    triggers = resource.of(Trigger)
    if triggers:
        verbs = ((f"`{t.name}`", _type(t.takes), _told(t), _flags(t)) for t in triggers)
        parts += ["## Triggers\n", "Sent as attributes, to make something happen; never shown.\n"]
        parts.append(_table(("Name", "Takes", "What it does", "May be"), verbs))
    relationships = [m for m in resource.of(Relationship) if m.shown]
    if relationships:
        links = ((f"`{m.name}`", _targets(registry, m), _told(m), _flags(m)) for m in relationships)
        parts += ["## Relationships\n", _table(("Name", "To", "What it is", "May be"), links)]
    by, beyond = filter_members(registry, resource)
    parts.append("## Filters\n")
    parts.append(f"By {', '.join(f'`{a.sent_as}`' for a in by)}, with the [matchers](index.md#matchers) that fit.\n")
    if beyond:
        parts.append(f"By the attributes of related {', '.join(f'`{m.name}`' for m in beyond)}.\n")
    if resource.named_filters:
        meant = ", ".join(f"`{name}` for `{said}`" for name, said in resource.named_filters.items())
        parts.append(f"By names of their own: {meant}.\n")
    return "\n".join(parts)


def _operations(resource: type[Resource]) -> Iterable[tuple[str, str]]:
    for action, (method, tail) in METHODS.items():
        if action not in resource.can:
            continue
        open_to = ["integrations"]
        open_to += ["customers"] if action in resource.customer_may else []
        open_to += ["guests"] if action in resource.guest_may else []
        if resource.singleton and action == "retrieve":
            yield f"`GET /api/{resource.singleton}`", ", ".join(open_to)
        yield f"`{method} /api/{resource.called}{tail}`", ", ".join(open_to)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _link(registry: Registry, type_name: str) -> str:
    return f"[{type_name}]({type_name}.md)" if type_name in registry else type_name


def _names(a: Attribute) -> str:
    return ", ".join(f"`{name}`" for name in (a.wire_names or (a.sent_as,)))


def _type(a: Attribute) -> str:
    if isinstance(a, Amount):
        return "amount"
    if isinstance(a, Choice):
        return "one of " + ", ".join(f"`{word}`" for word in a.of)
    if isinstance(a, Flag):
        return "boolean"
    return str(a.schema.get("format", a.schema["type"]))


def _told(m: Member) -> str:
    return told(m) if m.shown or isinstance(m, Trigger) else f"{told(m)} Never shown."


def _flags(m: Member) -> str:
    words = {"never": [], "create": ["set on create"], "update": ["set on update"], "both": ["set"]}[m.write]
    if m.required:
        words = ["required", *words]
    words += ["filtered by"] if m.filter else []
    words += ["sorted by"] if m.sort else []
    if isinstance(m, Relationship):
        words += ["included"] if m.includable else []
    return ", ".join(words)


def _example(a: Attribute) -> str:
    return "" if a.example is None else f"`{json.dumps(a.example, ensure_ascii=False)}`"


def _targets(registry: Registry, m: Relationship) -> str:
    names = " or ".join(_link(registry, t) for t in m.targets)
    return f"many {names}" if isinstance(m, Many) else names
