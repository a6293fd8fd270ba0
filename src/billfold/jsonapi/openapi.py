"""Declarations → an OpenAPI 3.1 document of every operation. The same declarations always give the same document.

https://spec.openapis.org/oas/v3.1.0
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from billfold.jsonapi.errors import MEDIA_TYPE
from billfold.jsonapi.filter_names import FilterNames, filter_targets, filterable, shorthands
from billfold.jsonapi.matchers import MATCHERS
from billfold.jsonapi.members import Attribute, Many, One, Relationship
from billfold.jsonapi.openapi_schemas import (
    ID,
    Schema,
    document,
    one_of,
    page,
    ref,
    request_schema,
    resource_schema,
    sentence,
    shared_schemas,
)
from billfold.jsonapi.query import DEFAULT_SIZE, MOST_PAGES, MOST_PER_PAGE, family
from billfold.jsonapi.resource import Registry, Resource

ERRORS = {
    400: ("BadRequest", "The request cannot be understood as it stands."),
    401: ("Unauthorized", "The token is missing or invalid, or its bearer may not do this."),
    404: ("NotFound", "There is no such record in this organization."),
    405: ("MethodNotAllowed", "The resource cannot do this."),
    406: ("NotAcceptable", f"The request accepts no {MEDIA_TYPE}."),
    409: ("Conflict", "Another request changed the same record meanwhile, or took the same unique value."),
    413: ("BodyTooLarge", "The body is larger than this server takes."),
    415: ("UnsupportedMediaType", f"The body is not sent as {MEDIA_TYPE}."),
    422: ("Unprocessable", "A rule of the trade is broken; `meta.error` says which."),
    423: ("Locked", "Other records still need this one."),
    429: ("TooManyRequests", "Too many requests came from this address in too short a time."),
}
READING = (400, 401, 404, 405, 406, 429)
WRITING = (400, 401, 404, 405, 406, 409, 413, 415, 422, 423, 429)
DELETING = (401, 404, 405, 406, 409, 422, 423, 429)

PATH_ID: Schema = {"name": "id", "in": "path", "required": True, "schema": ID}


def openapi(registry: Registry, *, version: str) -> dict[str, Any]:
    """version  of this server, as in its package"""
    paths: dict[str, Any] = {}
    schemas = shared_schemas()
    parameters = _shared_parameters()
    for resource in registry.public():
        schemas[resource.called] = resource_schema(registry, resource)
        parameters |= _parameters(registry, resource)
        paths |= _paths(registry, resource, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Billfold",
            "version": version,
            "summary": "Orders, payments and the customer wallet of a headless store.",
            "description": f"JSON:API over HTTP: documents are {MEDIA_TYPE}, amounts are integers of minor units.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [
            {
                "url": "https://{slug}.{domain}",
                "description": "An organization's own host.",
                "variables": {
                    "slug": {"default": "acme", "description": "The organization."},
                    "domain": {"default": "billfold.localhost", "description": "Where this server is installed."},
                },
            }
        ],
        "security": [{"bearer": []}],
        "tags": [{"name": r.called, "description": sentence(r)} for r in registry if r.can],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": parameters,
            "responses": {
                name: {"description": text, "content": {MEDIA_TYPE: {"schema": ref("errors")}}}
                for name, text in ERRORS.values()
            },
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An access token from POST /oauth/token.",
                }
            },
        },
    }


# --- paths ------------------------------------------------------------------------------------------------------


def _paths(registry: Registry, resource: type[Resource], schemas: dict[str, Schema]) -> dict[str, Any]:
    if not resource.can:
        return {}
    called = resource.called
    found: dict[str, Any] = {}
    one = f"/api/{called}/{{id}}"
    if resource.singleton:
        found[f"/api/{resource.singleton}"] = {"get": _retrieve(resource, f"{called}.singleton")}
    collection: dict[str, Any] = {}
    if "list" in resource.can:
        collection["get"] = _list(resource)
    if "create" in resource.can:
        schemas[f"{called}.create"] = request_schema(registry, resource, "create")
        collection["post"] = _write(resource, "create", 201, "The record as it was created.")
    single: dict[str, Any] = {}
    if "retrieve" in resource.can:
        single["get"] = _retrieve(resource, f"{called}.retrieve")
    if "update" in resource.can:
        schemas[f"{called}.update"] = request_schema(registry, resource, "update")
        single["patch"] = _write(resource, "update", 200, "The record as it is now.")
    if "delete" in resource.can:
        single["delete"] = _operation(
            resource, "delete", f"{called}.delete", {"204": {"description": "It is gone."}}, DELETING, []
        )
    if collection:
        found[f"/api/{called}"] = collection
    if single:
        found[one] = {"parameters": [PATH_ID], **single}
    if "retrieve" in resource.can:
        for m in resource.of(Relationship):
            if m.shown and m.includable:
                found[f"{one}/{m.name}"] = {"parameters": [PATH_ID], "get": _related(registry, resource, m)}
    return found


def _operation(
    resource: type[Resource],
    action: str,
    operation_id: str,
    responses: Schema,
    failures: Iterable[int],
    parameters: list[Schema],
) -> Schema:
    open_to = ["integrations"]
    open_to += ["sales channels with a signed-in customer"] if action in resource.customer_may else []
    open_to += ["sales channels without"] if action in resource.guest_may else []
    return {
        "operationId": operation_id,
        "tags": [resource.called],
        "summary": f"{action.capitalize()} {resource.called}",
        "description": f"Open to {', '.join(open_to)}.",
        "parameters": parameters,
        "responses": responses | {str(s): {"$ref": f"#/components/responses/{ERRORS[s][0]}"} for s in failures},
    }


def _answer(status: int, description: str, schema: Schema) -> Schema:
    return {str(status): {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}}


def _retrieve(resource: type[Resource], operation_id: str) -> Schema:
    answer = _answer(200, "The record.", document(ref(resource.called)))
    return _operation(resource, "retrieve", operation_id, answer, READING, _using(resource))


def _list(resource: type[Resource]) -> Schema:
    answer = _answer(200, "One page of the records that match.", page(ref(resource.called)))
    return _operation(resource, "list", f"{resource.called}.list", answer, READING, _using(resource, listing=True))


def _write(resource: type[Resource], action: str, status: int, description: str) -> Schema:
    answer = _answer(status, description, document(ref(resource.called)))
    operation = _operation(resource, action, f"{resource.called}.{action}", answer, WRITING, _using(resource))
    body = {"required": True, "content": {MEDIA_TYPE: {"schema": ref(f"{resource.called}.{action}")}}}
    return {**operation, "requestBody": body}


def _related(registry: Registry, resource: type[Resource], m: Relationship) -> Schema:
    declared = [registry[t] for t in m.targets if t in registry]
    data, many = one_of(registry, m.targets), isinstance(m, Many)
    schema = page(data) if many else document({"anyOf": [data, {"type": "null"}]})
    parameters = _using(declared[0], listing=many) if declared else [_parameter("fields")]
    operation = _operation(
        resource, "retrieve", f"{resource.called}.{m.name}", _answer(200, m.doc, schema), READING, parameters
    )
    return {**operation, "summary": f"Retrieve {m.name} of {resource.called}"}


# --- parameters -------------------------------------------------------------------------------------------------


def _parameter(name: str) -> Schema:
    return {"$ref": f"#/components/parameters/{name}"}


def _using(resource: type[Resource], *, listing: bool = False) -> list[Schema]:
    names = [f"{resource.called}.include", "fields"]
    if listing:
        names += [f"{resource.called}.{name}" for name in ("filter", "plain_filter", "sort")]
        names += ["page_number", "page_size"]
    return [_parameter(name) for name in names]


def _shared_parameters() -> dict[str, Schema]:
    number = {"type": "integer", "minimum": 1, "maximum": MOST_PAGES, "default": 1}
    size = {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": DEFAULT_SIZE}
    return {
        "fields": {
            "name": "fields",
            "in": "query",
            "style": "deepObject",
            "explode": True,
            "description": "What to show of each type: names of attributes and relationships, joined by commas.",
            "schema": {"type": "object", "additionalProperties": {"type": "string"}},
            "example": {"orders": "number,status"},
        },
        "page_number": {"name": "page[number]", "in": "query", "description": "Which page.", "schema": number},
        "page_size": {"name": "page[size]", "in": "query", "description": "Records per page.", "schema": size},
    }


def _parameters(registry: Registry, resource: type[Resource]) -> dict[str, Schema]:
    """include, filters and sort of one type."""
    called, names = resource.called, FilterNames(registry)
    relationships = {
        m.name: None for r in family(registry, resource) for m in r.of(Relationship) if m.shown and m.includable
    }
    sortable = [a.sent_as for a in resource.attributes() if names.sortable(resource, a.sent_as)]
    related = [m.name for m in resource.of(One) if names.sortable(resource, m.name) is not None]
    by = [f"{sign}{name}" for name in (*sortable, *related) for sign in ("", "-")]
    return {
        f"{called}.include": _words(
            "include",
            "Relationships to read along; a dot leads on to theirs.",
            _one_of_these(list(relationships), _beyond("", list(relationships))),
        ),
        f"{called}.sort": _words(
            "sort",
            "What to sort by, the most important first; a minus turns the order around.",
            _one_of_these(by, _beyond("-?", related)),
        ),
        f"{called}.filter": {
            "name": "filter[q]",
            "in": "query",
            "style": "deepObject",
            "explode": True,
            "description": _filters(registry, resource),
            "schema": {
                "type": "object",
                "propertyNames": {"pattern": f"^[a-z0-9_]+_({'|'.join(MATCHERS)})$"},
                "additionalProperties": {"type": "string"},
            },
        },
        f"{called}.plain_filter": {
            "name": "filter",
            "in": "query",
            "style": "deepObject",
            "explode": True,
            "description": "Conditions without a matcher, as in `filter[ids]=xAyRWNUzyN,aBcDeFgHiJ`: the record has one"
            " of the values, contains the JSON, or lies in the range that `_from` and `_to` bound.",
            "schema": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in shorthands(registry, resource)},
                "additionalProperties": False,
            },
        },
    }


def _words(name: str, description: str, items: Schema) -> Schema:
    return {
        "name": name,
        "in": "query",
        "style": "form",
        "explode": False,
        "description": description,
        "schema": {"type": "array", "items": {"type": "string", **items}},
    }


def _one_of_these(words: list[str], pattern: str) -> Schema:
    """Spelled out for readers, with a pattern for the paths that start with them."""
    return {"anyOf": [{"enum": words}, {"pattern": pattern}]} if words else {"pattern": pattern}


def _beyond(sign: str, names: list[str]) -> str:
    return f"^{sign}({'|'.join(names)})(\\.[a-z_]+)+$" if names else "^$"


def _filters(registry: Registry, resource: type[Resource]) -> str:
    attributes, relationships = filter_members(registry, resource)
    text = (
        "Conditions that records must all meet, as in `filter[q][reference_start]=A`: the names of attributes, joined"
        " by `_or_` or `_and_`, and a matcher. Attributes of related records have the relationship's name in front."
        f" Attributes: {', '.join(f'`{a.sent_as}`' for a in attributes)}."
    )
    if relationships:
        text += f" Relationships: {', '.join(f'`{m.name}`' for m in relationships)}."
    if resource.named_filters:
        text += f" By themselves: {', '.join(f'`{name}`' for name in resource.named_filters)}."
    return text


def filter_members(registry: Registry, resource: type[Resource]) -> tuple[list[Attribute], list[Relationship]]:
    """The attributes a type is filtered by, and the relationships to others it is filtered by."""
    attributes = [a for a in resource.attributes() if filterable(resource, a)]
    return attributes, [m for m in resource.of(Relationship) if filter_targets(registry, m)]
