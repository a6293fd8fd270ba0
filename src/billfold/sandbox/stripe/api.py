"""One request to Stripe, from HTTP to HTTP: key, parameters, idempotency, the act itself, the answer."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from billfold.sandbox.idempotency import Answer, KeyInUse, KeyOfAnotherRequest
from billfold.sandbox.stripe.account import API_VERSION, Account, check_expand
from billfold.sandbox.stripe.errors import StripeError, unauthenticated
from billfold.sandbox.stripe.forms import decode
from billfold.sandbox.stripe.params import Shape, read_shape
from billfold.sandbox.world import World, new_id


@dataclass(slots=True)
class Call:
    """What an act gets to see. `public` is true where a browser asks with a publishable key; `base_url` is
    where a browser finds the sandbox.
    """

    world: World
    account: Account
    params: dict[str, Any]
    path: dict[str, str]
    public: bool
    base_url: str
    request_id: str | None
    idempotency_key: str | None = None
    version: str = API_VERSION

    @classmethod
    def by_itself(cls, world: World) -> Call:
        """For what happens without a request: a bank that decides, a hold that runs out."""
        return cls(world, world.state(Account), {}, {}, public=False, base_url="", request_id=None)

    @property
    def now(self) -> int:
        return int(self.world.now())


# Stripe.js tells who it is and how long the customer took; none of it says what is to be done.
SENT_BY_BROWSERS = (
    "key",
    "_stripe_version",
    "_stripe_account",
    "guid",
    "muid",
    "sid",
    "payment_user_agent",
    "referrer",
    "time_on_page",
    "client_attribution_metadata",
    "expected_payment_method_type",
)
Act = Callable[[Call], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API: what it takes, and the act. `public` ones may be called with a publishable
    key.
    """

    method: str
    path: str
    act: Act
    takes: Shape = field(default_factory=dict)
    required: tuple[str, ...] = ()
    public: bool = False


def route(world: World, operation: Operation) -> Route:
    async def endpoint(request: Request) -> Response:
        return await _serve(world, operation, request)

    return Route(operation.path, endpoint, methods=[operation.method])


def unknown_route(world: World) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        error = StripeError(
            404,
            "invalid_request_error",
            f"Unrecognized request URL ({request.method}: {request.url.path}). The sandbox does not have this "
            "operation.",
        )
        return _response(_failure(error), new_id("req_", 14))

    return endpoint


async def _serve(world: World, operation: Operation, request: Request) -> Response:
    request_id = new_id("req_", 14)
    key = request.headers.get("idempotency-key") if operation.method == "POST" else None
    account = world.state(Account)
    try:
        raw = (await request.body()).decode() if operation.method == "POST" else request.url.query
        values = decode(raw)
        public = _authenticate(request, values.get("key"), operation)
        if public:
            for name in SENT_BY_BROWSERS:
                values.pop(name, None)
        params = read_shape(values, operation.takes, operation.required)
        check_expand(params.get("expand", []))
        replayed = _reserve(account, operation, key, request.url.path, values)
    except UnicodeDecodeError:
        error = StripeError(400, "invalid_request_error", "Invalid request: the body is not UTF-8.")
        return _response(_failure(error), request_id)
    except StripeError as error:
        return _response(_failure(error), request_id, key)
    if replayed is not None:
        return _response(replayed, request_id, key, replayed=True)
    call = Call(
        world=world,
        account=account,
        params=params,
        path=dict(request.path_params),
        public=public,
        base_url=world.public_url or f"{request.url.scheme}://{request.url.netloc}",
        request_id=request_id,
        idempotency_key=key,
        version=request.headers.get("stripe-version", API_VERSION),
    )
    try:
        if held := request.scope.get("sandbox.hold"):
            await world.sleep(held)
        answer = _act(operation, call)
    except BaseException:
        if key is not None:
            account.idempotency.abandon("stripe", key)
        raise
    if key is not None:
        account.idempotency.finish("stripe", key, answer)
    return _response(answer, request_id, key)


def _act(operation: Operation, call: Call) -> Answer:
    """A refusal is an answer like any other: Stripe replays it too."""
    try:
        body = operation.act(call)
        if expand := call.params.get("expand"):
            call.account.expand(body, expand)
    except StripeError as error:
        return _failure(error)
    return Answer(200, msgspec.json.encode(body))


def _reserve(
    account: Account, operation: Operation, key: str | None, path: str, values: dict[str, Any]
) -> Answer | None:
    """https://docs.stripe.com/api/idempotent_requests: the key is taken once the parameters have been found
    valid.
    """
    if key is None:
        return None
    if len(key) > 255:
        raise StripeError(400, "invalid_request_error", "Idempotency keys have at most 255 characters.")
    try:
        # A digest, because the values may hold the number of a card.
        body = hashlib.sha256(msgspec.json.encode(values, order="deterministic")).digest()
        fingerprint = (operation.method, path, body)
        return account.idempotency.begin("stripe", key, fingerprint)
    except KeyInUse:
        raise StripeError(
            409,
            "idempotency_error",
            "There is currently another in-progress request using this Idempotent Key (that probably means you "
            "submitted twice, and the other request is still going through)",
            code="idempotency_key_in_use",
        ) from None
    except KeyOfAnotherRequest:
        raise StripeError(
            400,
            "idempotency_error",
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try "
            f"using a key other than '{key}' if you meant to execute a different request.",
        ) from None


def _authenticate(request: Request, in_body: Any, operation: Operation) -> bool:
    """True for a publishable key. Every key of the right form opens the one account there is, except those
    that say they are wrong; https://docs.stripe.com/keys.
    """
    key = _key(request) or (in_body if isinstance(in_body, str) else "")
    if not key:
        raise unauthenticated(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    if key.startswith(("sk_", "rk_")) and not key.endswith("wrong"):
        return False
    if key.startswith("pk_") and not key.endswith("wrong"):
        if operation.public:
            return True
        raise unauthenticated(
            "This API call cannot be made with a publishable API key. Please use a secret API key.",
            code="secret_key_required",
        )
    raise unauthenticated(f"Invalid API Key provided: {key[:7]}{'*' * max(len(key) - 11, 4)}{key[-4:]}")


def _key(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def _failure(error: StripeError) -> Answer:
    return Answer(error.status, msgspec.json.encode({"error": error.error}))


def _response(answer: Answer, request_id: str, key: str | None = None, *, replayed: bool = False) -> Response:
    headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
    if key is not None:
        headers["Idempotency-Key"] = key
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(answer.body, answer.status, headers, media_type="application/json")
