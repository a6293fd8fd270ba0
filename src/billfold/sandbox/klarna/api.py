"""One request to Klarna, from HTTP to HTTP: credentials, idempotency key, body, the act itself, the answer."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from billfold.sandbox.idempotency import Answer
from billfold.sandbox.klarna.book import DAY, Book, new_uuid
from billfold.sandbox.klarna.errors import KlarnaError, bad_value, unprocessable
from billfold.sandbox.klarna.shapes import Body
from billfold.sandbox.world import World

# "as long as it's performed within 24 hours after the first attempt":
# https://docs.klarna.com/api/escalation-and-retry-policy/
KEY_LASTS = DAY


@dataclass(slots=True)
class Call:
    """What an act gets to see. `url` is the request's own, without a query; `public_url` is where a browser
    reaches the sandbox.
    """

    world: World
    merchant: str
    body: dict[str, Any]
    path: Mapping[str, str]
    url: str
    public_url: str

    @property
    def book(self) -> Book:
        return self.world.state(Book)

    @property
    def now(self) -> float:
        return self.world.now()


@dataclass(frozen=True, slots=True)
class Reply:
    """`body` None is an answer without one."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


Act = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `keyed` ones honour a Klarna-Idempotency-Key."""

    method: str
    path: str
    act: Act
    takes: Body | None = None
    keyed: bool = False


def route(world: World, operation: Operation) -> Route:
    async def endpoint(request: Request) -> Response:
        return await _serve(world, operation, request)

    return Route(operation.path, endpoint, methods=[operation.method])


def unknown_route(world: World) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if _merchant(request) is None:
            return Response(status_code=401)
        return _response(
            _refusal(
                KlarnaError(
                    404,
                    "NOT_FOUND",
                    f"The sandbox does not have the operation {request.method} {request.url.path}.",
                )
            )
        )

    return endpoint


async def _serve(world: World, operation: Operation, request: Request) -> Response:
    merchant = _merchant(request)
    if merchant is None:
        return Response(status_code=401)
    raw = await request.body()
    key = request.headers.get("klarna-idempotency-key") if operation.keyed else None
    slot = (merchant, operation.method, request.url.path, key or "")
    book = world.state(Book)
    if key and (kept := book.answers.get(slot)) and world.now() - kept[0] < KEY_LASTS:
        # "Input values of the operation are disregarded when evaluating the idempotency of the operation, only
        # the key matters": https://docs.klarna.com/api/ordermanagement/
        return _response(kept[1] or _refusal(KlarnaError(409, "CONFLICT", "The first request is still under way.")))
    if key:
        book.answers[slot] = (world.now(), None)
    try:
        if held := request.scope.get("sandbox.hold"):
            await world.sleep(held)
        answer = _act(world, operation, request, merchant, raw)
    except BaseException:
        book.answers.pop(slot, None)
        raise
    if key:
        book.answers[slot] = (world.now(), answer)
    return _response(answer)


def _act(world: World, operation: Operation, request: Request, merchant: str, raw: bytes) -> Answer:
    call = Call(
        world=world,
        merchant=merchant,
        body={},
        path=dict(request.path_params),
        url=str(request.url.replace(query="")),
        public_url=world.public_url or f"{request.url.scheme}://{request.url.netloc}",
    )
    try:
        if operation.takes is not None:
            call.body = _read(operation.takes, raw, lenient=not operation.path.startswith("/ordermanagement"))
        reply = operation.act(call)
    except KlarnaError as refusal:
        return _refusal(refusal)
    body = b"" if reply.body is None else json.dumps(reply.body).encode()
    return Answer(reply.status, body, tuple(reply.headers.items()))


def _read(shape: Body, raw: bytes, *, lenient: bool) -> dict[str, Any]:
    """The body's known members. The payments API answers BAD_VALUE naming the fields, order management
    UNPROCESSABLE_ENTITY: https://docs.klarna.com/order-management/manage-orders-with-the-api/
    """
    try:
        value = json.loads(raw)
    except ValueError:
        raise KlarnaError(400, "BAD_REQUEST", "The body is not JSON.") from None
    if wrong := list(shape.problems(value)):
        if lenient:
            raise bad_value(*wrong)
        raise unprocessable(*(f"The value of {field} is missing or not allowed" for field in wrong))
    read: dict[str, Any] = shape.read(value)
    return read


def _merchant(request: Request) -> str | None:
    """The user name of HTTP Basic credentials. Any pair opens an account of its own, except the user `wrong`;
    https://docs.klarna.com/api/authentication/
    """
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return user if user and password and user != "wrong" else None


def _refusal(refusal: KlarnaError) -> Answer:
    body = {
        "error_code": refusal.code,
        "error_messages": list(refusal.messages),
        "correlation_id": new_uuid(),
    }
    return Answer(refusal.status, json.dumps(body).encode())


def _response(answer: Answer) -> Response:
    headers = {**dict(answer.headers), "Klarna-Correlation-Id": new_uuid()}
    if not answer.body:
        return Response(status_code=answer.status, headers=headers)
    return Response(answer.body, answer.status, headers, media_type="application/json")
