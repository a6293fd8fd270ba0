"""The limits of every request, walked through in Klarna's own descriptions: what they forbid, the sandbox refuses."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from tests.sandbox.klarna.judge import KlarnaJudge
from tests.sandbox.klarna.shop import ADDRESS, LINE, PURCHASE, TOKEN_ORDER, TOKEN_REQUEST, Json, Shop, open_shop
from tests.sandbox.klarna.spec import Document, read_mended

from billfold.sandbox import create_app

SESSIONS = "/payments/v1/sessions"
AUTHORIZATION = "/payments/v1/authorizations/{authorizationToken}"
TOKEN = "/customer-token/v1/tokens/{customerToken}"
ORDER = "/ordermanagement/v1/orders/{order_id}"

# Each operation with a body, and a body that is right.
RIGHT: list[tuple[str, str, Json]] = [
    ("POST", SESSIONS, {**PURCHASE, "billing_address": ADDRESS}),
    ("POST", f"{SESSIONS}/{{session_id}}", PURCHASE),
    ("POST", f"{AUTHORIZATION}/order", PURCHASE),
    ("POST", f"{AUTHORIZATION}/customer-token", TOKEN_REQUEST),
    ("POST", f"{TOKEN}/order", TOKEN_ORDER),
    ("PATCH", f"{TOKEN}/status", {"status": "CANCELLED"}),
    ("POST", f"{ORDER}/captures", {"captured_amount": 1}),
    ("POST", f"{ORDER}/refunds", {"refunded_amount": 1}),
    ("PATCH", f"{ORDER}/authorization", {"order_amount": 10000, "order_lines": [LINE]}),
    ("PATCH", f"{ORDER}/merchant-references", {"merchant_reference1": "1"}),
    ("PATCH", f"{ORDER}/customer-details", {"shipping_address": ADDRESS}),
    ("POST", f"{ORDER}/shipping-info", {"shipping_info": [{"shipping_company": "DHL"}]}),
    ("POST", f"{ORDER}/captures/{{capture_id}}/shipping-info", {"shipping_info": [{}]}),
    ("PATCH", f"{ORDER}/captures/{{capture_id}}/extend-due-date", {"number_of_days": 14}),
]


@pytest.fixture
async def unjudged() -> AsyncIterator[Shop]:
    async with open_shop(create_app()) as shop:
        yield shop


def schema_of(method: str, path: str) -> tuple[Document, Document]:
    """The body's schema and the document its references are in."""
    document = read_mended(path.split("/")[1])
    body = document["paths"][path][method.lower()]["requestBody"]
    return body["content"]["application/json"]["schema"], document


def wrong(schema: Document, document: Document, right: Any = None, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Values that break just one rule of a schema, each with the rule's place. `right` is what else is there."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    kind = schema["type"]
    yield "type", {"string": 5, "integer": "five", "boolean": "yes", "array": {}, "object": []}[kind]
    if kind == "integer":
        yield "fraction", 1.5
    if kind == "string" and "enum" in schema:
        yield "enum", "no such word"
    if kind == "string" and "pattern" in schema:
        yield "pattern", "¿?"
    if "maxLength" in schema:
        yield "maxLength", "x" * (schema["maxLength"] + 1)
    if schema.get("minLength"):
        yield "minLength", "x" * (schema["minLength"] - 1)
    if "maximum" in schema:
        yield "maximum", schema["maximum"] + 1
    if "minimum" in schema:
        yield "minimum", schema["minimum"] - 1
    if "maxItems" in schema:
        yield "maxItems", [(right or [{}])[0]] * (schema["maxItems"] + 1)
    if schema.get("minItems"):
        yield "minItems", []
    if kind == "array":
        for place, value in wrong(schema["items"], document, (right or [{}])[0], depth + 1):
            yield f"[0]{place}", [value]
    if kind == "object":
        yield from _wrong_members(schema, document, right or {}, depth)


def _wrong_members(schema: Document, document: Document, right: Json, depth: int) -> Iterator[tuple[str, Any]]:
    for name in schema.get("required", ()):
        if name in right:
            yield f".{name} missing", {other: value for other, value in right.items() if other != name}
    for name, member in schema["properties"].items():
        if not member.get("readOnly"):
            for place, value in wrong(member, document, right.get(name), depth + 1):
                yield f".{name}{place}", {**copy.deepcopy(right), name: value}


def walk(method: str, path: str, right: Json) -> Iterator[tuple[str, Any]]:
    schema, document = schema_of(method, path)
    yield from wrong(schema, document, right)


@pytest.mark.parametrize(("method", "path", "right"), RIGHT, ids=[f"{method} {path}" for method, path, _ in RIGHT])
async def test_the_sandbox_refuses_what_klarnas_description_forbids(
    unjudged: Shop, klarna_judge: KlarnaJudge, method: str, path: str, right: Json
) -> None:
    shop = unjudged
    order = await shop.order()
    ids = {
        "session_id": (await shop.session())["session_id"],
        "authorizationToken": await shop.authorization("buy_and_tokenize"),
        "customerToken": await shop.customer_token(),
        "order_id": order,
        "capture_id": (await shop.capture(order, 1)).headers["Capture-Id"],
    }
    real = path.format(**ids)
    headers = {"Authorization": "Basic eDp4"}
    assert not klarna_judge.request(method, real, headers, json.dumps(right).encode())
    let_through, tried = [], 0
    for place, body in walk(method, path, right):
        data = json.dumps(body).encode()
        if klarna_judge.request(method, real, headers, data):
            tried += 1
            if (await shop.ask(method, real, data)).status not in (400, 422):
                let_through.append(place)
    assert not let_through
    assert tried > 1
