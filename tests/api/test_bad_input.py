"""Whatever strangers send: an error that says what is wrong, never a 5xx, and nothing changed."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.api.world import NOBODY, REGISTRY, Reply, World

from billfold.client import MEDIA_TYPE
from billfold.jsonapi.members import Attribute, Choice, One, Relationship, Text, Trigger, Url
from billfold.jsonapi.resource import Resource

pytestmark = pytest.mark.asyncio(loop_scope="module")

CARD = "4242424242424242"


async def stored(world: World) -> dict[str, str]:
    """A digest of every table that requests write to."""
    tables = sorted({r.table for r in REGISTRY} | {"outbox", "jobs", "gateway_customers"})
    sums = [f"(SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {n} t) AS {n}" for n in tables]
    row = await world.store.tools.db.fetchrow(f"SELECT {', '.join(sums)}")
    assert row is not None
    return dict(row)


async def patch(world: World, body: Any, path: str | None = None) -> Reply:
    return await world.send("PATCH", path or f"orders/{world.ids['orders']}", by=world.back_office, body=body)


def order(**attributes: Any) -> dict[str, Any]:
    return {"data": {"type": "orders", "attributes": attributes}}


# --- bodies ---------------------------------------------------------------------------------------------------------

MALFORMED = {
    "nothing": b"",
    "no JSON": b"data",
    "half of it": b'{"data": {"type": "orders"',
    "two of them": b'{"data": {"type": "orders"}} {}',
    "invalid UTF-8": b'{"data": {"type": "orders", "attributes": {"reference": "\xff\xfe"}}}',
    "half a surrogate pair": b'{"data": {"type": "orders", "attributes": {"reference": "\\ud800"}}}',
    "a number without end": b'{"data": {"type": "orders", "attributes": {"metadata": {"n": 1e999}}}}',
    "NaN": b'{"data": {"type": "orders", "attributes": {"metadata": {"n": NaN}}}}',
    "arrays without end": b"[" * 50_000,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "a list": b"[]",
    "a text": b'"orders"',
    "null": b"null",
    "no data": b"{}",
    "data that is a list": b'{"data": []}',
    "data that is null": b'{"data": null}',
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_body_that_is_no_document_is_refused(world: World, body: bytes) -> None:
    before = await stored(world)
    for method, path in (("PATCH", f"orders/{world.ids['orders']}"), ("POST", "orders")):
        reply = await world.send(method, path, by=world.back_office, body=body)
        assert (reply.status, reply.codes) == (400, {"INVALID_DATA_FORMAT"})
    assert await stored(world) == before


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth - 1):
        value = {"x": value}
    return value


WRONG: list[tuple[str, Any]] = [
    ("reference", 7),
    ("reference", ["x"]),
    ("reference", {"x": 1}),
    ("reference", True),
    ("reference", "a\x00b"),
    ("metadata", "x"),
    ("metadata", []),
    ("metadata", 1),
    ("metadata", {"a": "\x00"}),
    ("metadata", {"a\x00": 1}),
    ("metadata", {"a": [{"b": ["\x00"]}]}),
    ("metadata", {"n": 2**64}),
    ("metadata", nested(33)),
    ("autorefresh", "yes"),
    ("autorefresh", 2),
    ("expires_at", "0001-01-01"),  # the moments that storage keeps as infinities
    ("expires_at", "9999-12-31T23:59:59.999999Z"),
    ("_archive", "maybe"),
    ("_customer_payment_source_id", 7),
    ("_customer_payment_source_id", "\x00"),
    ("_authorization_amount_cents", 10.5),
    ("_authorization_amount_cents", 2**70),
    ("_authorization_amount_cents", "--5"),
    ("_authorization_amount_cents", "9" * 5000),
    ("_authorization_amount_cents", "٣"),
]


@pytest.mark.parametrize(("name", "value"), WRONG, ids=lambda x: str(x)[:30])
async def test_a_value_of_the_wrong_type_is_refused_with_a_pointer(world: World, name: str, value: Any) -> None:
    before = await stored(world)
    reply = await patch(world, json.dumps(order(**{name: value})).encode())
    assert (reply.status, reply.codes, reply.sources) == (422, {"VALIDATION_ERROR"}, {f"/data/attributes/{name}"})
    assert await stored(world) == before


@pytest.mark.parametrize("value", ["1.5", 1.5, True, [], 2**63, -(2**63), "1e3", "", " 5"])
async def test_an_amount_is_a_whole_number_of_minor_units(world: World, value: Any) -> None:
    body = {"data": {"type": "prices", "attributes": {"amount_cents": value}}}
    reply = await patch(world, body, f"prices/{world.ids['prices']}")
    assert (reply.status, reply.sources) == (422, {"/data/attributes/amount_cents"})


CALLED = [(r.called, a.name) for r in REGISTRY for a in r.of(Url)]
NOWHERE = [
    "not a url",
    "prices.example.com",
    "/prices",
    "ftp://example.com",
    "https://",
    "https://a b.com",
    "http://a:b",
]


async def test_every_service_of_the_merchant_s_own_is_called_by_url() -> None:
    external = {(r.called, a.name) for r in REGISTRY for a in r.attributes() if a.name.startswith("external_")}
    assert {(called, name) for called, name in external if name.endswith("_url")} == {*CALLED}


@pytest.mark.parametrize("url", [*NOWHERE, "https://[nonsense", "javascript:alert(1)", "https://example.com/\n", 7])
@pytest.mark.parametrize(("called", "name"), CALLED)
async def test_what_the_server_is_to_call_must_be_a_url(world: World, called: str, name: str, url: Any) -> None:
    before = (await world.back_office.get(f"{called}/{world.ids[called]}"))[name]
    body = {"data": {"type": called, "attributes": {name: url}}}
    reply = await patch(world, body, f"{called}/{world.ids[called]}")
    assert (reply.status, reply.sources) == (422, {f"/data/attributes/{name}"})
    assert (await world.back_office.get(f"{called}/{world.ids[called]}"))[name] == before
    reply = await world.send("POST", called, by=world.back_office, body=body)
    assert reply.status == 422
    assert f"/data/attributes/{name}" in reply.sources


async def test_values_at_the_edge_of_what_is_kept_are_kept(world: World) -> None:
    edge = {"a": -(2**63) + 1, "b": 2**63 - 1, "c": 0.1, "d": "\u0001\U0001f600\u2028", "e": nested(30), "": None}
    made = await world.grace.create("orders", {"metadata": edge, "reference": "' OR 1=1 -- \\ % _ \" ; \u202e"})
    again = await world.grace.get(f"orders/{made.id}")
    assert again["metadata"] == edge
    assert again["reference"] == "' OR 1=1 -- \\ % _ \" ; \u202e"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00.001Z", "9999-12-31T23:59:59.999Z"])
async def test_the_earliest_and_the_latest_moment_can_be_read_back(world: World, moment: str) -> None:
    card = await world.back_office.create("gift_cards", {"balance_cents": 100, "currency_code": "EUR"})
    await world.back_office.update("gift_cards", card.id, {"expires_at": moment})
    assert (await world.back_office.get(f"gift_cards/{card.id}"))["expires_at"] == moment


# --- size -----------------------------------------------------------------------------------------------------------


async def test_a_body_beyond_the_limit_is_refused(world: World) -> None:
    body = json.dumps(order(reference="x" * 2_000_000)).encode()
    reply = await patch(world, body)
    assert (reply.status, reply.codes) == (413, {"BODY_TOO_LARGE"})


async def test_a_chunked_body_beyond_the_limit_is_refused_before_its_end(world: World) -> None:
    """Its length is not said beforehand; reading must stop at the limit all the same."""
    url = urlsplit(world.store.api)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    head = [
        f"PATCH /api/orders/{world.ids['orders']} HTTP/1.1",
        f"Host: {url.netloc}",
        f"Authorization: Bearer {world.back_office.token}",
        f"Content-Type: {MEDIA_TYPE}",
        "Transfer-Encoding: chunked",
    ]
    writer.write("\r\n".join([*head, "", ""]).encode())
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    for _ in range(20):
        writer.write(chunk)
    status = await asyncio.wait_for(reader.readline(), 10)
    assert status.split()[1] == b"413"
    writer.close()


# --- card numbers ---------------------------------------------------------------------------------------------------


def texts(resource: type[Resource], action: str) -> list[str]:
    return [
        a.sent_as
        for a in resource.attributes()
        if isinstance(a, Text) and not isinstance(a, Choice | Url) and a.writable_on(action)
    ]


async def test_a_card_number_is_refused_in_every_text_of_every_resource(world: World) -> None:
    before, walked = await stored(world), 0
    for resource in REGISTRY:
        for action in {"create", "update"} & {*resource.can}:
            names = texts(resource, action)
            attributes: dict[str, Any] = dict.fromkeys(names, f"paid with 4242 4242-4242.4242, {CARD}")
            body = {"data": {"type": resource.called, "attributes": {**attributes, "metadata": {"notes": [{CARD: 1}]}}}}
            where = resource.called if action == "create" else f"{resource.called}/{world.ids[resource.called]}"
            reply = await world.send("POST" if action == "create" else "PATCH", where, by=world.back_office, body=body)
            assert reply.status in (400, 422)
            refused = {
                e["source"]["pointer"].rpartition("/")[2] for e in reply.errors if e["meta"]["error"] == "not_accepted"
            }
            assert refused == {*names, "metadata"}, resource.called
            assert CARD not in json.dumps(reply.body)
            walked += len(names)
    assert walked > 100
    assert await stored(world) == before


@pytest.mark.parametrize(
    "value",
    [
        {"card": CARD},
        {"a": {"b": ["4242-4242-4242-4242"]}},
        {"n": int(CARD)},
        {"n": float(CARD)},
        {f"x {CARD}": True},
    ],
    ids=str,
)
async def test_a_card_number_is_found_however_deep_it_hides(world: World, value: Any) -> None:
    source = await world.grace.create(
        "stripe_payments", {}, order=("orders", (await world.store.order(world.grace)).id)
    )
    before = await stored(world)
    for called, id, name in (("orders", world.ids["orders"], "metadata"), ("stripe_payments", source.id, "options")):
        body = {"data": {"type": called, "attributes": {name: value}}}
        reply = await patch(world, body, f"{called}/{id}")
        assert (reply.status, reply.sources) == (422, {f"/data/attributes/{name}"})
        assert CARD not in json.dumps(reply.body)
    assert await stored(world) == before


async def test_a_credential_that_cannot_be_sent_is_refused(world: World) -> None:
    values = {"name": "Second", "login": "sk_test_\x7f\r\n", "publishable_key": "pk_test_another"}
    body = {"data": {"type": "stripe_gateways", "attributes": values}}
    reply = await world.send("POST", "stripe_gateways", by=world.back_office, body=body)
    assert reply.status == 422, reply.body
    assert "cannot be sent" in reply.body["errors"][0]["detail"]


async def test_a_card_number_in_a_trigger_or_a_relationship_is_refused_too(world: World) -> None:
    reply = await patch(world, order(_customer_payment_source_id=CARD))
    assert (reply.status, reply.sources) == (422, {"/data/attributes/_customer_payment_source_id"})
    body = {"data": {"type": "orders", "relationships": {"customer": {"data": {"type": "customers", "id": CARD}}}}}
    reply = await patch(world, body)
    assert reply.status == 422
    assert CARD not in json.dumps(reply.body)


# --- paths and parameters -------------------------------------------------------------------------------------------

NASTY = [
    "'; DROP TABLE orders; --",
    "x' OR '1'='1",
    '"',
    "\\",
    "$1",
    "%",
    "\x00",
    "\x00; --",
    "a" * 3000,
    "../../etc/passwd",
    "☃\U0001f600",
    "{}",
    "null",
    "-1",
    CARD,
]


@pytest.mark.parametrize("text", NASTY, ids=lambda t: repr(t)[:25])
async def test_nothing_that_stands_in_a_path_or_a_query_is_taken_for_sql(world: World, text: str) -> None:
    before, encoded = await stored(world), quote(text, safe="")
    for method, body in (("GET", None), ("PATCH", order()), ("DELETE", None)):
        reply = await world.send(method, f"orders/{encoded}", by=world.back_office, body=body)
        assert reply.status in (400, 404)
    for path in (f"orders/{encoded}/customer", f"orders/{encoded}/line_items", f"orders/{NOBODY}/{encoded}", encoded):
        assert (await world.send("GET", path, by=world.back_office)).status in (400, 404)
    for matcher in ("eq", "in", "not_in", "cont", "start", "matches", "matches_any", "lt", "not_eq_all"):
        query = {f"filter[q][reference_{matcher}]": text, "filter[q][customer_email_eq]": text}
        reply = await world.send("GET", "orders", by=world.back_office, query=query)
        assert reply.status == 400 or reply.body["data"] == [] or "not" in matcher or "%" in text
        assert reply.status in (200, 400)
    for query in (
        {f"filter[q][{text}]": "x"},
        {f"filter[{text}]": "x"},
        {"sort": text},
        {"include": text},
        {"fields[orders]": text},
        {"page[number]": text},
        {"page[size]": text},
        {"filter[q][metadata_jcont]": text},
        {"filter[q][created_at_gt]": text},
        {"filter[q][total_amount_cents_eq]": text},
        {"filter[q][guest_true]": text},
        {text or "x": "1"},
    ):
        reply = await world.send("GET", "orders", by=world.back_office, query=query)
        assert reply.status in (200, 400), query
        if reply.status == 400:
            assert reply.sources or reply.codes == {"INVALID_DATA_FORMAT"}, query
    for linkage in ({"type": "customers", "id": text}, {"type": text, "id": NOBODY}):
        body = {"data": {"type": "orders", "relationships": {"customer": {"data": linkage}}}}
        assert (await patch(world, body)).status in (400, 422)
    assert await stored(world) == before


@pytest.mark.parametrize("page", ["99999999999999999999999", "1e9", "-1", "1.0", "٣", "0x10", "", " 1", "1,2"])
async def test_a_page_is_a_number_that_can_be_counted_to(world: World, page: str) -> None:
    for parameter in ("page[number]", "page[size]"):
        reply = await world.send("GET", "orders", by=world.back_office, query={parameter: page})
        assert (reply.status, reply.codes, reply.sources) == (400, {"INVALID_PAGE_VALUE"}, {parameter})
    last = await world.send("GET", "orders", by=world.back_office, query={"page[number]": "9" * 16})
    assert (last.status, last.body["data"]) == (200, [])


@pytest.mark.parametrize(
    "query",
    [
        "%FF%FE=%C0%80",
        "filter[q][reference_eq]=%00",
        "filter[q][reference_eq]=%ED%A0%80",
        "filter[q][metadata_jcont]=%7B%22a%22%3A%22%5Cu0000%22%7D",
        "filter[q][metadata_jcont]=%7B%22a%22%3A1e999%7D",
        "filter[q][metadata_jcont]=" + "%5B" * 5000,
        "&".join(f"filter[q][reference_eq]={i}" for i in range(300)),
        "include=" + ",".join(["customer.orders"] * 500),
        "include=" + ".".join(["customer.orders"] * 50),
        "filter[q][" + "_or_".join(["reference"] * 100) + "_eq]=x",
        "sort=" + ",".join(["number"] * 100),
        "a=" + "b" * 60_000,
        "=&==&&&",
        "page[number][a]=1",
        "fields[]=x&fields=y&fields[orders",
    ],
    ids=lambda q: q[:40],
)
async def test_a_query_string_of_any_shape_is_answered(world: World, query: str) -> None:
    reply = await world.send("GET", "orders", by=world.back_office, query=query)
    assert reply.status in (200, 400, 431)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\u00ff", "." * 5000, "eyJhbGciOiJub25lIn0.e30."])
async def test_a_token_of_any_shape_is_refused(world: World, token: str) -> None:
    for header in (f"Bearer {token}", token, f"Basic {token}", f"bearer  {token}"):
        reply = await world.send("GET", "orders", headers={"Authorization": header})
        assert (reply.status, reply.codes) == (401, {"INVALID_TOKEN"})


# --- everything else ------------------------------------------------------------------------------------------------

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.sampled_from([CARD, "true", "1", NOBODY, "EUR", "2020-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def _documents(draw: st.DrawFn) -> tuple[type[Resource], str, Any]:
    """A resource, "create" or "update", and a document that looks as if it were meant."""
    resource = draw(st.sampled_from([r for r in REGISTRY if {"create", "update"} & {*r.can}]))
    action = draw(st.sampled_from([a for a in ("create", "update") if a in resource.can]))
    members = [m for m in resource.members.values() if m.write != "never"]
    data: dict[str, Any] = {"type": resource.called, "attributes": {}, "relationships": {}}
    attributes = [m for m in members if isinstance(m, Attribute)] + [m for m in members if isinstance(m, Trigger)]
    for m in draw(st.lists(st.sampled_from(attributes), max_size=6)):
        data["attributes"][m.sent_as if isinstance(m, Attribute) else m.name] = draw(_JSON)
    relationships = [m for m in members if isinstance(m, Relationship)]
    for r in draw(st.lists(st.sampled_from(relationships), max_size=3)) if relationships else []:
        linkage = st.fixed_dictionaries({"type": st.sampled_from(r.targets), "id": st.just(NOBODY) | st.text()})
        nothing: st.SearchStrategy[Any] = st.none() if isinstance(r, One) else st.just([])
        one = st.fixed_dictionaries({"data": linkage | nothing})
        data["relationships"][r.name] = draw(one | _JSON)
    return resource, action, draw(st.just({"data": data}) | st.just(data) | _JSON)


@given(documents=st.lists(_documents(), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
async def test_no_document_at_all_is_answered_with_a_server_error(
    world: World, documents: list[tuple[type[Resource], str, Any]]
) -> None:
    for resource, action, body in documents:
        where = resource.called if action == "create" else f"{resource.called}/{world.ids[resource.called]}"
        for client in (world.back_office, world.grace):
            sent = json.dumps(body).encode()
            reply = await world.send("POST" if action == "create" else "PATCH", where, by=client, body=sent)
            assert reply.status < 500, (where, body, reply.body)
            if reply.status >= 400:
                assert all({"title", "detail", "code", "status"} <= e.keys() for e in reply.errors)


@given(
    parameters=st.lists(
        st.tuples(
            st.text(max_size=12)
            | st.sampled_from(["include", "sort", "page[number]", "page[size]", "fields[orders]", "fields[x]"])
            | st.builds(
                "filter[q][{}_{}]".format,
                st.sampled_from([a.sent_as for a in REGISTRY["orders"].attributes()] + ["customer_email", "market_id"]),
                st.sampled_from(
                    ["eq", "in", "cont", "lt", "gteq_any", "null", "true", "jcont", "matches_all", "present"]
                ),
            ),
            st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
            | st.sampled_from(["customer", "line_items.item", "-number", "true", "1", "{}", "1,2", "2020-01-01"]),
        ),
        max_size=6,
    )
)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
async def test_no_query_at_all_is_answered_with_a_server_error(world: World, parameters: list[tuple[str, str]]) -> None:
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in parameters)
    for path in ("orders", f"orders/{world.ids['orders']}", f"customers/{world.ids['customers']}/orders"):
        reply = await world.send("GET", path, by=world.ada, query=query)
        assert reply.status < 500, (path, parameters)
