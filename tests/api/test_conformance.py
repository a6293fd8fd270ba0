"""Every declared resource does over HTTP what its declaration says, and refuses what it does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest
from tests.api.world import NOBODY, REGISTRY, World

from billfold.client import Answer
from billfold.jsonapi.filter_names import filterable
from billfold.jsonapi.members import Amount, Attribute, Member, One, Relationship, Trigger
from billfold.jsonapi.openapi import openapi
from billfold.jsonapi.resource import Resource

pytestmark = pytest.mark.asyncio(loop_scope="module")

SERVED = [r for r in REGISTRY if r.can and not r.singleton]
SINGLETONS = [r for r in REGISTRY if r.singleton]
every_resource = pytest.mark.parametrize("resource", SERVED, ids=lambda r: str(r.called))
every_type = pytest.mark.parametrize("resource", [*SERVED, *SINGLETONS], ids=lambda r: str(r.called))

METHODS = {"list": "GET", "retrieve": "GET", "create": "POST", "update": "PATCH", "delete": "DELETE"}


@pytest.fixture(scope="module")
def schema() -> Callable[[str, str, str, Any], None]:
    """(path, method, status, body) → fails unless the body is what the OpenAPI document says."""
    described = openapi(REGISTRY, version="0")

    def fits(where: str, method: str, status: str, body: Any) -> None:
        content = described["paths"][where][method]["responses"][status]
        while "$ref" in content:
            content = described["components"]["responses"][content["$ref"].rpartition("/")[2]]
        said = content["content"]["application/vnd.api+json"]["schema"]
        jsonschema.Draft202012Validator({**said, "components": described["components"]}).validate(body)

    return fits


def path(resource: type[Resource], action: str, id: str) -> str:
    if resource.singleton:
        return resource.singleton
    return resource.called if action in ("list", "create") else f"{resource.called}/{id}"


def document(resource: type[Resource], id: str | None = None, **attributes: Any) -> dict[str, Any]:
    return {"data": {"type": resource.called, **({"id": id} if id else {}), "attributes": attributes}}


def body(resource: type[Resource], action: str, id: str) -> Any:
    if action in ("create", "update"):
        return document(resource, id if action == "update" else None)
    return None


@every_type
async def test_without_a_token_nothing_is_answered(world: World, resource: type[Resource]) -> None:
    for action in resource.can:
        where = path(resource, action, world.ids[resource.called])
        reply = await world.send(METHODS[action], where, body=body(resource, action, world.ids[resource.called]))
        assert (reply.status, reply.codes) == (401, {"INVALID_TOKEN"}), action
        assert reply.headers["WWW-Authenticate"] == "Bearer"


@every_resource
async def test_a_record_of_another_organization_is_as_good_as_none(world: World, resource: type[Resource]) -> None:
    theirs = world.ids[resource.called]
    for action in {"retrieve", "update", "delete"} & {*resource.can}:
        for id in (theirs, NOBODY):
            reply = await world.send(
                METHODS[action], path(resource, action, id), by=world.stranger, body=body(resource, action, id)
            )
            assert (reply.status, reply.codes) == (404, {"RECORD_NOT_FOUND"}), (action, id)
    if "list" in resource.can:
        assert theirs not in [r["id"] for r in (await world.stranger.get(resource.called)).data]
    for relationship in resource.of(Relationship):
        if relationship.shown and relationship.includable:
            reply = await world.send("GET", f"{resource.called}/{theirs}/{relationship.name}", by=world.stranger)
            assert reply.status == 404, relationship.name


@every_type
async def test_a_method_that_a_path_does_not_have_is_refused_with_those_it_has(
    world: World, resource: type[Resource]
) -> None:
    for action, method in METHODS.items():
        where = path(resource, action, world.ids[resource.called])
        options = await world.send("OPTIONS", where)
        if options.status == 404:
            assert not {"list", "create"} & {*resource.can}
            continue
        allowed = options.headers["Allow"].split(", ")
        if resource.singleton:
            assert allowed == ["GET", "HEAD", "OPTIONS"]
            continue
        assert (method in allowed) == any(
            METHODS[a] == method and a in resource.can and path(resource, a, "x") == path(resource, action, "x")
            for a in METHODS
        )
        if method not in allowed:
            reply = await world.send(method, where, by=world.back_office, body=body(resource, action, "x"))
            assert (reply.status, reply.headers["Allow"]) == (405, options.headers["Allow"])
    put = await world.send("PUT", path(resource, "retrieve", NOBODY), by=world.back_office, body={})
    assert (put.status, put.codes) == (405, {"METHOD_NOT_ALLOWED"})


def sent_names(member: Member) -> tuple[str, ...]:
    if isinstance(member, Amount):
        return (member.sent_as, f"{member.name}_float", f"formatted_{member.name}")
    return (member.name,)


@every_resource
async def test_a_member_that_cannot_be_written_is_refused_with_a_pointer(
    world: World, resource: type[Resource]
) -> None:
    id = world.ids[resource.called]
    for action in {"create", "update"} & {*resource.can}:
        attributes = [
            name
            for m in resource.members.values()
            if isinstance(m, Attribute | Trigger) and (m.shown or m.write != "never")
            for name in sent_names(m)
            if not m.writable_on(action) or (isinstance(m, Amount) and name != m.sent_as)
        ]
        relationships = [m.name for m in resource.of(Relationship) if m.shown and not m.writable_on(action)]
        hidden = [m.name for m in resource.members.values() if not m.shown and m.write == "never"]
        data = document(resource, id if action == "update" else None)["data"]
        data["attributes"] = dict.fromkeys([*attributes, *hidden, "no_such_attribute"], "1")
        data["relationships"] = {n: {"data": None} for n in [*relationships, "no_such_relationship"]}
        reply = await world.send(METHODS[action], path(resource, action, id), by=world.back_office, body={"data": data})
        assert reply.status == 400
        expected = {f"/data/attributes/{n}" for n in [*attributes, *hidden, "no_such_attribute"]}
        expected |= {f"/data/relationships/{n}" for n in [*relationships, "no_such_relationship"]}
        refused = {e["source"]["pointer"] for e in reply.errors if e["code"] == "PARAM_NOT_ALLOWED"}
        assert refused == expected


@every_resource
async def test_what_is_not_declared_to_be_filtered_sorted_or_included_is_refused(
    world: World, resource: type[Resource]
) -> None:
    if "list" not in resource.can:
        return
    closed = [a.sent_as for a in resource.attributes() if not a.filter]
    beyond = tuple(f"{m.name}_" for m in resource.of(Relationship) if m.filter)
    # `sku_code` may not be filtered by and still be read as the code of `sku`.
    for name in [*(n for n in closed if not n.startswith(beyond)), "no_such_attribute"]:
        reply = await world.send(
            "GET", resource.called, by=world.back_office, query={f"filter[q][{name}_null]": "true"}
        )
        assert (reply.status, reply.codes) == (400, {"FILTER_NOT_ALLOWED"}), name
        assert reply.sources == {f"filter[q][{name}_null]"}
    unsorted = [m.sent_as if isinstance(m, Attribute) else m.name for m in resource.members.values() if not m.sort]
    for name in [*unsorted, "no_such_attribute"]:
        reply = await world.send("GET", resource.called, by=world.back_office, query={"sort": name})
        assert (reply.status, reply.codes, reply.sources) == (400, {"INVALID_SORT_CRITERIA"}, {"sort"}), name
    for name in [*(m.name for m in resource.of(Relationship) if not m.includable), "no_such_relationship"]:
        reply = await world.send("GET", resource.called, by=world.back_office, query={"include": name})
        assert (reply.status, reply.codes, reply.sources) == (400, {"INVALID_INCLUDE"}, {"include"}), name


@every_resource
async def test_a_record_is_found_by_what_it_holds(world: World, resource: type[Resource]) -> None:
    if "list" not in resource.can:
        return
    related = [m.name for m in resource.of(Relationship) if m.shown and m.filter and m.includable]
    whole = await world.back_office.get(
        f"{resource.called}/{world.ids[resource.called]}", **({"include": ",".join(related)} if related else {})
    )
    met = [(f"filter[{name}]", value) for name, value in held(resource, whole)]
    for at in range(0, len(met), 20):
        filters = dict([met[0], *met[at : at + 20]])
        found = await world.back_office.get(resource.called, **filters)
        assert [r["id"] for r in found.data] == [whole.data["id"]], filters
    for name in ("ids", *(f"{m}_id" for m in related)):
        none = await world.back_office.get(resource.called, **{f"filter[{name}]": "noSuchIdId"})
        assert none.data == [], name


def held(resource: type[Resource], whole: Answer) -> Iterator[tuple[str, str]]:
    """Filters without matchers that the record meets, and the first of them no other does."""
    yield "ids", f"noSuchIdId,{whole.data['id']}"
    for a in resource.attributes():
        value = whole.data["attributes"].get(a.sent_as)
        if not filterable(resource, a) or value is None or value == "" or (isinstance(value, str) and "," in value):
            continue
        yield a.sent_as, str(value) if isinstance(value, str) else json.dumps(value)
        if a.column == "timestamptz":
            yield f"{a.sent_as}_from", value
            yield f"{a.sent_as}_to", value
    for m in resource.of(Relationship):
        if m.shown and m.filter and m.includable:
            linkage = whole.related(m.name)
            ids = [r["id"] for r in (linkage if isinstance(linkage, list) else [linkage]) if r]
            if ids:
                yield f"{m.name}_id", ",".join(ids)


@every_type
async def test_every_relationship_can_be_included_and_followed(world: World, resource: type[Resource]) -> None:
    id = world.ids[resource.called]
    names = [m.name for m in resource.of(Relationship) if m.shown and m.includable]
    where = path(resource, "retrieve", id)
    whole = await world.back_office.get(where, **({"include": ",".join(names)} if names else {}))
    included = {(r["type"], r["id"]) for r in whole.document.get("included", [])}
    for name in names:
        member = resource.members[name]
        linkage = whole.related(name)
        followed = await world.send("GET", f"{resource.called}/{id}/{name}", by=world.back_office)
        assert followed.status == 200, name
        if isinstance(member, One):
            assert [linkage and linkage["id"]] == [followed.body["data"] and followed.body["data"]["id"]]
            linkages = [linkage] if linkage else []
        else:
            assert [x["id"] for x in linkage][:10] == [r["id"] for r in followed.body["data"]], name
            assert followed.body["meta"]["record_count"] == len(linkage)
            linkages = linkage
        assert {(x["type"], x["id"]) for x in linkages} <= included | {(resource.called, id)}
        block = whole.data["relationships"][name]["links"]
        assert block["related"] == f"{world.store.api}/{whole.data['type']}/{id}/{name}"
    for m in resource.of(Relationship):
        if m.shown and not m.includable:
            reply = await world.send("GET", f"{resource.called}/{id}/{m.name}", by=world.back_office)
            assert (reply.status, reply.body["data"], reply.body["meta"]["record_count"]) == (200, [], 0)


@every_type
async def test_a_document_shows_what_is_declared_and_nothing_else(world: World, resource: type[Resource]) -> None:
    answer = await world.back_office.get(path(resource, "retrieve", world.ids[resource.called]))
    shown = REGISTRY[answer.data["type"]]
    names = {n for a in shown.attributes() for n in a.wire_names} - {"id"}
    assert answer.data["attributes"].keys() == names
    assert answer.data["relationships"].keys() == {m.name for m in shown.of(Relationship) if m.shown}
    assert all("data" not in block for block in answer.data["relationships"].values())
    assert answer.data["meta"] == {"mode": "test", "organization_id": world.ids["organizations"]}


@every_resource
async def test_only_the_fields_that_are_asked_for_are_shown(world: World, resource: type[Resource]) -> None:
    where = path(resource, "retrieve", world.ids[resource.called])
    kind = (await world.back_office.get(where)).data["type"]
    shown = REGISTRY[kind]
    attributes = sorted(n for a in shown.attributes() for n in a.wire_names if n != "id")
    relationships = sorted(m.name for m in shown.of(Relationship) if m.shown)
    for asked in ([attributes[0]], attributes[1::2], relationships[:1], [attributes[-1], *relationships[1:2]]):
        answer = await world.back_office.get(where, **{f"fields[{kind}]": ",".join(asked)})
        assert sorted([*answer.data["attributes"], *answer.data["relationships"]]) == sorted(asked)
        assert {"id", "type", "links", "meta"} <= answer.data.keys()
    reply = await world.send("GET", where, by=world.back_office, query={f"fields[{kind}]": "no_such_field"})
    assert (reply.status, reply.codes, reply.sources) == (400, {"INVALID_FIELD"}, {f"fields[{kind}]"})


@every_resource
async def test_lists_come_in_pages_that_lead_to_each_other(world: World, resource: type[Resource]) -> None:
    if "list" not in resource.can:
        return
    first = await world.back_office.get(resource.called, **{"page[size]": "1", "sort": "-created_at"})
    count = first.document["meta"]["record_count"]
    assert first.document["meta"] == {"record_count": count, "page_count": count}
    seen, links = [first.data[0]["id"]], first.document["links"]
    assert "prev" not in links
    while "next" in links:
        _, _, query = links["next"].partition("?")
        assert "sort=-created_at" in query
        reply = await world.send("GET", resource.called, by=world.back_office, query=query)
        seen += [r["id"] for r in reply.body["data"]]
        links = reply.body["links"]
        assert "prev" in links
    assert len(seen) == len(set(seen)) == count
    for parameter, value in (("page[size]", "26"), ("page[size]", "0"), ("page[number]", "0"), ("page[number]", "x")):
        reply = await world.send("GET", resource.called, by=world.back_office, query={parameter: value})
        assert (reply.status, reply.codes, reply.sources) == (400, {"INVALID_PAGE_VALUE"}, {parameter})


@every_type
async def test_what_is_answered_is_what_the_openapi_document_says(
    world: World, resource: type[Resource], schema: Callable[[str, str, str, Any], None]
) -> None:
    where = path(resource, "retrieve", world.ids[resource.called])
    template = f"/api/{resource.singleton}" if resource.singleton else f"/api/{resource.called}/{{id}}"
    answer = await world.back_office.get(where)
    schema(template, "get", "200", answer.document)
    if "list" in resource.can:
        schema(f"/api/{resource.called}", "get", "200", (await world.back_office.get(resource.called)).document)
    reply = await world.send("GET", where)
    schema(template, "get", "401", reply.body)
