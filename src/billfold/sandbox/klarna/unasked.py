"""`/_sandbox/klarna/…`: what happens at Klarna without the shop asking for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from billfold.sandbox.klarna import callbacks
from billfold.sandbox.klarna.book import Book, CustomerToken, Json
from billfold.sandbox.klarna.placing import capture_if_agreed, let_go
from billfold.sandbox.steering import read_json, refuse
from billfold.sandbox.world import World

STATUSES = ("ACTIVE", "SUSPENDED", "CANCELLED")
OUTCOMES = ("accepted", "pending", "rejected", "unavailable")


def routes(world: World) -> list[Route]:
    """Below `/_sandbox`."""

    async def assess(request: Request) -> Response:
        """The end of a fraud assessment: {"fraud_status": "ACCEPTED"} or "REJECTED"; a rejected order is cancelled."""
        order = world.state(Book).orders.get(request.path_params["order_id"])
        if order is None:
            return refuse(f"Klarna has no order {request.path_params['order_id']}.", 404)
        body = await _object(request)
        if body is None or body.get("fraud_status") not in ("ACCEPTED", "REJECTED"):
            return refuse('Say how the assessment ended: {"fraud_status": "ACCEPTED"} or "REJECTED".')
        if order.fraud_status != "PENDING":
            return refuse(f"The order is {order.fraud_status}; only a PENDING one is assessed.", 409)
        order.fraud_status = body["fraud_status"]
        if order.fraud_status == "REJECTED":
            order.cancelled = True
            let_go(world, order)
        elif not order.cancelled:
            capture_if_agreed(world, order)
        callbacks.assessed(world, order)
        return JSONResponse({"order_id": order.id, "fraud_status": order.fraud_status})

    async def list_tokens(_: Request) -> Response:
        """Klarna's customer tokens."""
        return JSONResponse({"tokens": [_render(token) for token in world.state(Book).tokens.values()]})

    async def steer_token(request: Request) -> Response:
        """What becomes of a customer token: {"status": "SUSPENDED"}, or of its next orders: {"outcome": "rejected"}."""
        token = world.state(Book).tokens.get(request.path_params["token"])
        if token is None:
            return refuse(f"Klarna has no customer token {request.path_params['token']}.", 404)
        body = await _object(request)
        if not body or body.keys() - {"status", "outcome"}:
            return refuse('Say what becomes of the token: {"status": "SUSPENDED"} or {"outcome": "rejected"}.')
        if body.get("status", "ACTIVE") not in STATUSES:
            return refuse(f"The status of a token is one of {', '.join(STATUSES)}.")
        if body.get("outcome", "accepted") not in OUTCOMES:
            return refuse(f"The outcome of a token's orders is one of {', '.join(OUTCOMES)}.")
        token.status = body.get("status", token.status)
        token.outcome = body.get("outcome", token.outcome)
        return JSONResponse(_render(token))

    async def redirect(request: Request) -> Response:
        """Where `redirect_url` leads: through Klarna, which sets its cookie, to the shop's confirmation page."""
        book, id = world.state(Book), request.path_params["id"]
        data = book.orders[id].data if id in book.orders else book.sessions[id].data if id in book.sessions else {}
        url = data.get("merchant_urls", {}).get("confirmation")
        if url is None:
            return refuse("The shop gave no confirmation URL for this.", 404)
        return RedirectResponse(url, status_code=302)

    def endpoint(path: str, method: str, act: Callable[[Request], Awaitable[Response]]) -> Route:
        return Route(f"/klarna{path}", act, methods=[method])

    return [
        endpoint("/orders/{order_id}/fraud", "POST", assess),
        endpoint("/tokens", "GET", list_tokens),
        endpoint("/tokens/{token}", "POST", steer_token),
        endpoint("/redirect/{id}", "GET", redirect),
    ]


def _render(token: CustomerToken) -> Json:
    return {
        "token_id": token.id,
        "status": token.status,
        "outcome": token.outcome,
        "instrument": token.instrument,
        "currency": token.currency,
    }


async def _object(request: Request) -> Json | None:
    try:
        body = await read_json(request)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
