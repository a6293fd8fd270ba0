"""The customer in Klarna's window: `POST /_sandbox/authorize` does what `Klarna.Payments.authorize` does in a browser,
and Klarna.js of the sandbox asks it to.

https://docs.klarna.com/klarna-payments/integrate-with-klarna-payments/step-2-check-out/22-get-authorization/
"""

from __future__ import annotations

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from billfold.sandbox.klarna import callbacks
from billfold.sandbox.klarna.bodies import SESSION_UPDATE
from billfold.sandbox.klarna.book import HOUR, Authorization, Book, Json, Session, new_uuid
from billfold.sandbox.klarna.errors import KlarnaError, session_completed
from billfold.sandbox.klarna.instruments import INSTRUMENTS
from billfold.sandbox.klarna.placing import fill
from billfold.sandbox.klarna.sessions import amend, living
from billfold.sandbox.pages import home, script
from billfold.sandbox.steering import read_json, refuse
from billfold.sandbox.world import World

# "A successful authorization guarantees that the order can be created within 60 minutes":
# https://docs.klarna.com/klarna-payments/api-call-descriptions/authorize-the-purchase/
LASTS = HOUR
OUTCOMES = ("accepted", "pending", "rejected")
# Members that Klarna.js takes and that make no difference here.
_IGNORED = frozenset({"payment_method_category", "payment_method_categories", "auto_finalize"})
_OWN = frozenset({"client_token", "approve", "approved", "outcome", "instrument"})
_SCRIPT = Path(__file__).parent / "klarna.js"


def script_route(world: World) -> Route:
    """Below `/klarna`, where Klarna has it on a host of its own."""

    async def klarna_js(request: Request) -> Response:
        return script(_SCRIPT, home=home(world, request))

    return Route("/kp/lib/v1/api.js", klarna_js)


def routes(world: World) -> list[Route]:
    """Below `/_sandbox`."""

    async def authorize(request: Request) -> Response:
        """What the customer does in Klarna's window: {"client_token": "…"} approves, {…, "approve": false} declines;
        `instrument` is card, direct_debit or invoice, `outcome` of the order accepted, pending or rejected."""
        try:
            body = await read_json(request)
        except ValueError:
            return refuse("The body is not JSON.")
        if not isinstance(body, dict):
            return refuse('Say whose window it is: {"client_token": "…"}.')
        return answer(body)

    def answer(body: Json) -> Response:
        if unknown := body.keys() - _OWN - _IGNORED - SESSION_UPDATE.members.keys():
            return refuse(f"The customer's window knows no {', '.join(sorted(unknown))}.")
        if not isinstance(body.get("client_token"), str):
            return refuse("The client_token of a payment session is missing.")
        approve = body.get("approve", body.get("approved", True))
        outcome = body.get("outcome", "accepted")
        instrument = body.get("instrument", "card")
        if not isinstance(approve, bool):
            return refuse("Either the customer approves or not: approve is true or false.")
        if outcome not in OUTCOMES:
            return refuse(f"The outcome of the order is one of {', '.join(OUTCOMES)}.")
        if instrument not in INSTRUMENTS:
            return refuse(f"The instrument is one of {', '.join(INSTRUMENTS)}.")
        book = world.state(Book)
        session = book.session_of(body["client_token"])
        if session is None or living(book, session.id, world.now()) is None:
            return refuse("No payment session has this client_token, or it is older than 48 hours.", 404)
        try:
            if session.complete:
                raise session_completed()
            _share(session, body)
        except KlarnaError as refusal:
            return JSONResponse({"error_code": refusal.code, "error_messages": refusal.messages}, refusal.status)
        if _denied(session):
            return JSONResponse({"approved": False, "show_form": False})
        if not approve:
            return JSONResponse({"approved": False, "show_form": True})
        return JSONResponse(approved(world, book, session, outcome, instrument))

    return [Route("/authorize", authorize, methods=["POST"])]


def approved(world: World, book: Book, session: Session, outcome: str, instrument: str) -> Json:
    authorization = Authorization(
        token=new_uuid(),
        session=session,
        expires_at=world.now() + LASTS,
        terms=session.data,
        instrument=instrument,
        outcome=outcome,
    )
    book.authorizations[authorization.token] = authorization
    session.latest = authorization.token
    if url := session.data.get("merchant_urls", {}).get("authorization"):
        callbacks.authorized(world, fill(url, "", session.id), authorization.token, session.id)
    return {
        "approved": True,
        "authorization_token": authorization.token,
        "show_form": True,
        "finalize_required": False,
    }


def _share(session: Session, body: Json) -> None:
    """What the page tells Klarna about the order joins what the server has told; BAD_VALUE if it makes no sense."""
    shared = {name: value for name, value in body.items() if name in SESSION_UPDATE.members}
    if not shared:
        return
    if wrong := list(SESSION_UPDATE.problems(shared)):
        raise KlarnaError(400, "BAD_VALUE", *(f"Bad value: {field}" for field in wrong))
    amend(session, SESSION_UPDATE.read(shared))


def _denied(session: Session) -> bool:
    """Customers whom Klarna never approves: `customer+denied@email.<country>` of
    https://docs.klarna.com/resources/developer-tools/sample-data/sample-customer-data/, and whose given name is
    Declined.
    """
    billing = session.data.get("billing_address", {})
    return billing.get("given_name") == "Declined" or bool(re.search(r"\+denied@", billing.get("email", "")))
