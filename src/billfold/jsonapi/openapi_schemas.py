"""Declarations → JSON Schemas of the documents this server sends and takes, for OpenAPI 3.1.

What a schema says of a document is what the renderer writes and the reader accepts; tests hold them to each other.
"""

from __future__ import annotations

import inspect
from typing import Any

from billfold.jsonapi.document import LONGEST_LIST
from billfold.jsonapi.members import Amount, Attribute, Choice, Member, One, Relationship, Trigger
from billfold.jsonapi.resource import Registry, Resource

Schema = dict[str, Any]

NEVER_NULL = frozenset({"id", "type", "created_at", "updated_at", "metadata"})
ID: Schema = {"type": "string", "pattern": "^[A-Za-z]{10}$", "examples": ["XAyRWNUzyN"]}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def sentence(resource: type[Resource]) -> str:
    """What the declaration says of the type."""
    return inspect.cleandoc(resource.__doc__ or "").replace("\n", " ")


def concrete(registry: Registry, type_names: tuple[str, ...]) -> list[str]:
    """The types that records of these types bear in documents: a family's kinds instead of its base."""
    found = [k for t in type_names for k in (registry[t].kinds if t in registry and registry[t].kinds else (t,))]
    return list(dict.fromkeys(found))


def shared_schemas() -> dict[str, Schema]:
    """What documents of all types have in common."""
    link = {"type": "string", "format": "uri"}
    error_object: Schema = {
        "type": "object",
        "required": ["title", "detail", "code", "status", "meta"],
        "properties": {
            "title": {"type": "string", "description": "What kind of problem it is, in a few words."},
            "detail": {"type": "string", "description": "What is wrong, in a sentence that names the culprit."},
            "code": {"type": "string", "description": "The same for programs.", "examples": ["VALIDATION_ERROR"]},
            "status": {"type": "string", "description": "The HTTP status, as text.", "examples": ["422"]},
            "source": {
                "type": "object",
                "description": "Where the culprit stands in the document or in the query string.",
                "properties": {"pointer": {"type": "string"}, "parameter": {"type": "string"}},
            },
            "meta": {
                "type": "object",
                "description": "More facts, such as `error`, a stable word for the broken rule.",
            },
        },
    }
    return {
        "error": error_object,
        "errors": {
            "type": "object",
            "required": ["errors"],
            "properties": {"errors": {"type": "array", "minItems": 1, "items": ref("error")}},
        },
        "identifier": {
            "type": "object",
            "required": ["type", "id"],
            "properties": {"type": {"type": "string"}, "id": ID},
        },
        "record": {
            "type": "object",
            "description": "A record of any type.",
            "required": ["id", "type", "links", "attributes", "relationships", "meta"],
            "properties": {
                "id": ID,
                "type": {"type": "string"},
                "links": {"type": "object", "properties": {"self": link}},
                "attributes": {"type": "object"},
                "relationships": {"type": "object"},
                "meta": {
                    "type": "object",
                    "required": ["mode", "organization_id"],
                    "properties": {"mode": {"enum": ["test", "live"]}, "organization_id": {"type": "string"}},
                },
            },
        },
        "relationship_links": {
            "type": "object",
            "required": ["self", "related"],
            "properties": {"self": link, "related": link},
        },
        "page_links": {
            "type": "object",
            "required": ["first", "last"],
            "properties": {name: link for name in ("first", "prev", "next", "last")},
        },
        "page_meta": {
            "type": "object",
            "required": ["record_count", "page_count"],
            "properties": {
                "record_count": {"type": "integer", "minimum": 0, "description": "Records on all pages together."},
                "page_count": {"type": "integer", "minimum": 1},
            },
        },
    }


def document(data: Schema) -> Schema:
    """A document of one record."""
    return {
        "type": "object",
        "required": ["data"],
        "properties": {"data": data, "included": {"type": "array", "items": ref("record")}},
    }


def page(data: Schema) -> Schema:
    """A document of one page of records."""
    return {
        "type": "object",
        "required": ["data", "meta", "links"],
        "properties": {
            "data": {"type": "array", "maxItems": 25, "items": data},
            "meta": ref("page_meta"),
            "links": ref("page_links"),
            "included": {"type": "array", "items": ref("record")},
        },
    }


def one_of(registry: Registry, type_names: tuple[str, ...]) -> Schema:
    """A record of one of these types; of types that are not declared yet nothing more is known."""
    names = [t if t in registry else "record" for t in concrete(registry, type_names)]
    schemas = [ref(name) for name in dict.fromkeys(names)]
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def resource_schema(registry: Registry, resource: type[Resource]) -> Schema:
    """A record as documents show it. `fields` may leave out any attribute or relationship, so none is required."""
    if resource.kinds:
        return {"description": sentence(resource), "anyOf": [ref(k) for k in resource.kinds if k in registry]}
    attributes: Schema = {}
    for a in resource.attributes():
        if a.name != "id" and a.shown:
            attributes |= _shown(a)
    return {
        "description": sentence(resource),
        "allOf": [ref("record")],
        "type": "object",
        "properties": {
            "type": {"const": resource.called},
            "attributes": {"type": "object", "properties": attributes},
            "relationships": {
                "type": "object",
                "properties": {m.name: _linked(registry, m) for m in resource.of(Relationship) if m.shown},
            },
        },
    }


def request_schema(registry: Registry, resource: type[Resource], action: str) -> Schema:
    """The body of a POST (`create`) or PATCH (`update`)."""
    attributes: Schema = {}
    relationships: Schema = {}
    required: dict[str, list[str]] = {"attributes": [], "relationships": []}
    for m in resource.members.values():
        if not m.writable_on(action):
            continue
        needed = m.required and action == "create"
        if isinstance(m, Attribute):
            attributes[m.sent_as] = _sent(m, m, action)
            required["attributes"] += [m.sent_as] if needed else []
        elif isinstance(m, Trigger):
            attributes[m.name] = _sent(m, m.takes, action)
        elif isinstance(m, Relationship) and m.shown and any(t in registry for t in m.targets):
            linkage = _linkage(registry, m, nullable=not m.required)
            if linkage["type"] == "array":
                linkage["maxItems"] = LONGEST_LIST
            relationships[m.name] = {
                "description": told(m),
                "type": "object",
                "required": ["data"],
                "properties": {"data": linkage},
            }
            required["relationships"] += [m.name] if needed else []
    properties: Schema = {"type": {"const": resource.called}}
    if action == "update":
        properties["id"] = {**ID, "description": "The id in the path once more."}
    for name, found in (("attributes", attributes), ("relationships", relationships)):
        schema: Schema = {"type": "object", "properties": found, "additionalProperties": False}
        if required[name]:
            schema["required"] = required[name]
        properties[name] = schema
    needed_parts = ["type", *(name for name, names in required.items() if names)]
    return {
        "type": "object",
        "required": ["data"],
        "properties": {"data": {"type": "object", "required": needed_parts, "properties": properties}},
    }


def told(m: Member) -> str:
    """The member's sentence, and what else a client must know of it."""
    more = [m.doc]
    if m.restricted:
        more.append("Not for sales channels.")
    if isinstance(m, Attribute) and m.confidential:
        more.append("Shown to integrations only.")
    if isinstance(m, Trigger) and m.run is None:
        more.append("This server refuses it with 422.")
    return " ".join(more)


def _shown(a: Attribute) -> Schema:
    described: Schema = {"description": told(a)}
    if a.write == "never":
        described["readOnly"] = True
    if a.example is not None:
        described["examples"] = [a.example]
    if isinstance(a, Amount):
        cents, as_float, formatted = a.wire_names
        derived: Schema = {"description": f"{a.doc} For display, from `{cents}`.", "readOnly": True}
        return {
            cents: _nullable({**a.schema, **described}),
            as_float: _nullable({"type": "number", **derived}),
            formatted: _nullable({"type": "string", **derived}),
        }
    schema = {**a.schema, **described}
    if isinstance(a, Choice):
        schema["enum"] = list(a.of)
    return {a.name: schema if a.name in NEVER_NULL else _nullable(schema)}


def _sent(member: Member, value: Attribute, action: str) -> Schema:
    schema: Schema = {**value.schema, "description": told(member)}
    if isinstance(value, Choice):
        schema["enum"] = list(value.of)
    if isinstance(member, Trigger) or not member.shown:
        schema["writeOnly"] = True
    if value.example is not None:
        schema["examples"] = [value.example]
    if action == "create" and value.default is not None and not isinstance(member, Trigger):
        schema["default"] = value.default
    return schema if member.required or member.name in NEVER_NULL else _nullable(schema)


def _nullable(schema: Schema) -> Schema:
    given = schema["type"]
    loose = {**schema, "type": [*(given if isinstance(given, list) else [given]), "null"]}
    if "enum" in loose:
        loose["enum"] = [*loose["enum"], None]
    return loose


def _linked(registry: Registry, m: Relationship) -> Schema:
    properties: Schema = {"links": ref("relationship_links")}
    if m.includable:
        properties["data"] = {**_linkage(registry, m, nullable=True), "description": "There when it is included."}
    return {"description": told(m), "type": "object", "required": ["links"], "properties": properties}


def _linkage(registry: Registry, m: Relationship, *, nullable: bool) -> Schema:
    identifier: Schema = {
        "type": "object",
        "required": ["type", "id"],
        "properties": {"type": {"enum": concrete(registry, m.targets)}, "id": ID},
    }
    if not isinstance(m, One):
        return {"type": "array", "items": identifier}
    return {**identifier, "type": ["object", "null"]} if nullable else identifier
