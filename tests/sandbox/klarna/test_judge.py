"""The judge himself: what had to be mended in Klarna's descriptions, and that a lie does not get past him."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tests.sandbox.klarna.judge import Exchange, KlarnaJudge, KlarnaJudgeLayer
from tests.sandbox.klarna.shop import ADDRESS, LINE, PURCHASE, TOKEN_ORDER, TOKEN_REQUEST, Json, Shop, open_shop
from tests.sandbox.klarna.spec import (
    FILES,
    PATCHES,
    Document,
    NoSpec,
    Patch,
    folder,
    operations,
    read_mended,
    read_raw,
)

from billfold.sandbox import create_app
from billfold.sandbox.klarna import OPERATIONS
from billfold.sandbox.klarna.deviations import ASSUMED, DIFFERENT, MISSING

CASES = [(patch, api) for patch in PATCHES for api in patch.apis]


def raw(api: str) -> Document:
    try:
        return read_raw(api)
    except NoSpec as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize(("patch", "api"), CASES, ids=[f"{api}: {patch.defect}" for patch, api in CASES])
def test_every_defect_is_there_and_gone_once_mended(patch: Patch, api: str) -> None:
    document = raw(api)
    assert patch.found(api, document)
    patch.mend(api, document)
    assert not patch.found(api, document)


@pytest.mark.parametrize("api", FILES)
def test_the_mended_description_is_a_valid_one(api: str) -> None:
    raw(api)
    document: Any = read_mended(api)
    validate(document)


def test_where_the_descriptions_are_missing_the_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoSpec, match=r"BILLFOLD_SPECS"):
        folder({"BILLFOLD_SPECS": str(tmp_path)})


def test_every_operation_of_klarnas_is_served_or_listed_as_missing_and_no_other() -> None:
    theirs = {(method, _bare(path)) for api in FILES for method, path, _ in operations(raw(api))}
    ours = {(operation.method, _bare(operation.path)) for operation in OPERATIONS}
    assert ours | {(method, _bare(path)) for method, path in MISSING} == theirs
    assert not ours & {(method, _bare(path)) for method, path in MISSING}


def test_every_deviation_has_a_reason() -> None:
    for reason in (*MISSING.values(), *DIFFERENT.values(), *ASSUMED.values()):
        assert reason.endswith(".")
        assert len(reason) > 20


def _bare(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


async def play(shop: Shop) -> None:
    """Every operation once, each with a success."""
    urls = {"confirmation": "https://shop.example/thanks"}
    session = await shop.session(intent="buy_and_tokenize", billing_address=ADDRESS, merchant_urls=urls)
    path = f"/payments/v1/sessions/{session['session_id']}"
    await shop.ask("POST", path, {"merchant_reference1": "1001"})
    gone = (await shop.authorize(session["client_token"]))["authorization_token"]
    await shop.ask("DELETE", f"/payments/v1/authorizations/{gone}")
    token = (await shop.authorize(session["client_token"]))["authorization_token"]
    await shop.ask("GET", path)
    customer = {"customer": {"date_of_birth": "1970-07-10", "gender": "female"}}
    made = await shop.ask("POST", f"/payments/v1/authorizations/{token}/customer-token", {**TOKEN_REQUEST, **customer})
    first = await shop.ask("POST", f"/payments/v1/authorizations/{token}/order", {**PURCHASE, **customer})
    kept = f"/customer-token/v1/tokens/{made.body['token_id']}"
    await shop.ask("GET", kept)
    account = await shop.customer_token(instrument="direct_debit")
    await shop.ask("GET", f"/customer-token/v1/tokens/{account}")
    second = await shop.ask("POST", f"{kept}/order", TOKEN_ORDER)
    await shop.ask("PATCH", f"{kept}/status", {"status": "CANCELLED"})
    await shop.manage(second.body["order_id"], "cancel")
    await shop.ask("GET", f"/ordermanagement/v1/orders/{second.body['order_id']}")
    for order in (first.body["order_id"], await shop.order(how={"instrument": "invoice"})):
        await _manage(shop, order)


async def _manage(shop: Shop, order: str) -> None:
    shipping = {"shipping_info": [{"shipping_company": "DHL", "shipping_method": "Home"}]}
    await shop.manage(order, "acknowledge")
    await shop.manage(order, "merchant-references", {"merchant_reference2": "x"}, method="PATCH")
    await shop.manage(order, "customer-details", {"shipping_address": ADDRESS}, method="PATCH")
    await shop.manage(order, "authorization", {"order_amount": 10000, "order_lines": [LINE]}, method="PATCH")
    await shop.manage(order, "extend-authorization-time")
    await shop.manage(order, "shipping-info", shipping)
    body = {"captured_amount": 4000, "description": "Shirts", "reference": "r", "order_lines": [LINE]}
    capture = (await shop.manage(order, "captures", body)).headers["Capture-Id"]
    await shop.manage(order, f"captures/{capture}/shipping-info", shipping)
    await shop.manage(order, f"captures/{capture}/trigger-send-out")
    await shop.manage(order, f"captures/{capture}/extend-due-date-options", method="GET")
    await shop.manage(order, f"captures/{capture}/extend-due-date", {"number_of_days": 14}, method="PATCH")
    refund = (await shop.manage(order, "refunds", {"refunded_amount": 1, "reference": "r"})).headers["Refund-Id"]
    await shop.manage(order, f"captures/{capture}", method="GET")
    await shop.manage(order, "captures", method="GET")
    await shop.manage(order, f"refunds/{refund}", method="GET")
    await shop.manage(order, "release-remaining-authorization")
    await shop.read(order)


@asynccontextmanager
async def court(app: ASGIApp, judge: KlarnaJudge) -> AsyncIterator[tuple[Shop, KlarnaJudgeLayer]]:
    layer = KlarnaJudgeLayer(app, judge)
    async with open_shop(layer) as shop:
        yield shop, layer


@pytest.fixture
async def heard(klarna_judge: KlarnaJudge) -> list[Exchange]:
    async with court(create_app(), klarna_judge) as (shop, layer):
        await play(shop)
    assert not layer.violations
    return [exchange for exchange in layer.heard if exchange.status < 300]


async def test_the_play_leaves_out_no_operation(heard: list[Exchange]) -> None:
    ours = {(operation.method, _bare(operation.path)) for operation in OPERATIONS}
    played = {(one.method, path) for one in heard for _, path in ours if _fits(one.path, path)}
    assert ours <= played


def _fits(path: str, template: str) -> bool:
    parts, wanted = path.split("/"), template.split("/")
    return len(parts) == len(wanted) and all(want in ("{}", part) for part, want in zip(parts, wanted, strict=True))


async def test_every_value_of_another_type_in_an_answer_is_caught(
    heard: list[Exchange], klarna_judge: KlarnaJudge
) -> None:
    lies = 0
    for one in heard:
        for where, lie in _lies(json.loads(one.answered or b"null")):
            lies += 1
            said = json.dumps(lie).encode()
            assert klarna_judge.response(one.method, one.path, one.status, one.headers, said), (one.path, where)
    assert lies > 300


def _lies(body: Any) -> Iterator[tuple[str, Any]]:
    """The body with one value after the other replaced by one of another type."""
    for path in list(_paths(body)):
        lie = copy.deepcopy(body)
        place = lie
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = 7 if isinstance(place[path[-1]], str) else "seven"
        yield "/".join(map(str, path)), lie


def _paths(node: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps: Iterator[Any] = iter(node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ())
    for step in steps:
        yield (*at, step)
        yield from _paths(node[step], (*at, step))


async def test_members_statuses_and_bodies_klarna_has_not_are_caught(
    heard: list[Exchange], klarna_judge: KlarnaJudge
) -> None:
    for one in heard:
        assert klarna_judge.response(one.method, one.path, 418, one.headers, one.answered)
        body = json.loads(one.answered or b"null")
        if isinstance(body, dict):
            more = json.dumps({**body, "made_up": 1}).encode()
            assert klarna_judge.response(one.method, one.path, one.status, one.headers, more)


async def test_a_capture_or_refund_without_its_headers_is_caught(
    heard: list[Exchange], klarna_judge: KlarnaJudge
) -> None:
    for one in (one for one in heard if one.status == 201):
        for name in ("Location", "Capture-Id" if one.path.endswith("captures") else "Refund-Id"):
            left = {header: value for header, value in one.headers.items() if header != name}
            assert klarna_judge.response(one.method, one.path, 201, left, b""), name


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b'{"error_code": "UNAUTHORIZED"}'),
        (403, b""),
        (403, b"no"),
        (403, b'{"error_code": "NOT_ALLOWED", "error_messages": ["No"]}'),
        (404, b'{"error_code": "NO_SUCH_ORDER", "error_messages": "No", "correlation_id": "1"}'),
    ],
)
def test_an_error_that_is_not_klarnas_is_caught(klarna_judge: KlarnaJudge, status: int, body: bytes) -> None:
    assert klarna_judge.response("GET", "/ordermanagement/v1/orders/1", status, {}, body)
    assert klarna_judge.response("GET", "/nowhere/v1", 200, {}, body)


class Liar:
    """A sandbox whose answers to one path are changed on the way out."""

    def __init__(self, app: ASGIApp, path: str, lie: Callable[[Json], Json]) -> None:
        self.app = app
        self.path = path
        self.lie = lie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        held: list[Message] = []

        async def change(message: Message) -> None:
            if message["type"] == "http.response.start":
                held.append(message)
                return
            body = json.dumps(self.lie(json.loads(message["body"]))).encode()
            headers = [pair for pair in held[0]["headers"] if pair[0] != b"content-length"]
            await send({**held[0], "headers": [*headers, (b"content-length", str(len(body)).encode())]})
            await send({**message, "body": body})

        lying = scope["type"] == "http" and scope["path"].startswith(f"/klarna{self.path}")
        await self.app(scope, receive, change if lying else send)


@pytest.mark.parametrize(
    ("path", "lie"),
    [
        ("/payments/v1/sessions", lambda body: {**body, "payment_method_categories": "klarna"}),
        ("/payments/v1/sessions", lambda body: {**body, "session_id": None}),
        ("/payments/v1/authorizations", lambda body: {**body, "authorized_payment_method": {"type": "gold"}}),
        ("/ordermanagement", lambda body: {**body, "status": "DONE"}),
        ("/ordermanagement", lambda body: {**body, "order_amount": 100.5}),
        ("/ordermanagement", lambda body: {**body, "created_at": "yesterday"}),
    ],
)
async def test_a_lying_sandbox_is_caught(klarna_judge: KlarnaJudge, path: str, lie: Callable[[Json], Json]) -> None:
    async with court(Liar(create_app(), path, lie), klarna_judge) as (shop, layer):
        await shop.read(await shop.order())
    assert layer.violations
    assert all(sentence.startswith("answered: ") for sentence in layer.violations)


class Careless:
    """A sandbox that is content with everything."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        while (await receive()).get("more_body"):
            pass
        body = b'{"session_id": "1", "client_token": "2"}'
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def test_a_careless_sandbox_is_caught(klarna_judge: KlarnaJudge) -> None:
    layer = KlarnaJudgeLayer(Careless(), klarna_judge)
    body = json.dumps({**PURCHASE, "order_amount": "10000"}).encode()
    messages: list[Message] = [{"type": "http.request", "body": body}]

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        assert message["type"].startswith("http.response")

    scope = {"type": "http", "method": "POST", "path": "/klarna/payments/v1/sessions", "headers": []}
    await layer(scope, receive, send)
    assert len(layer.violations) == 1
    assert "order_amount" in layer.violations[0]


async def test_a_gateway_on_trial_is_guilty_of_what_the_sandbox_refused(klarna_judge: KlarnaJudge) -> None:
    for senders in (False, True):
        layer = KlarnaJudgeLayer(create_app(), klarna_judge, senders=senders)
        async with open_shop(layer) as shop:
            await shop.ask("POST", "/payments/v1/sessions", {**PURCHASE, "purchase_country": "DEU"})
        assert bool(layer.violations) is senders
