"""The page of the bank: the customer answers a 3-D Secure challenge with *Complete* or *Fail*."""

from __future__ import annotations

from contextlib import suppress
from html import escape
from urllib.parse import urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from billfold.sandbox.stripe.account import Account
from billfold.sandbox.stripe.api import Call
from billfold.sandbox.stripe.confirmation import fail, settle
from billfold.sandbox.stripe.errors import StripeError, invalid
from billfold.sandbox.stripe.intents import PaymentIntent, method_of
from billfold.sandbox.stripe.setup_intents import SetupIntent
from billfold.sandbox.stripe.setup_intents import complete as complete_setup
from billfold.sandbox.stripe.setup_intents import fail as fail_setup
from billfold.sandbox.world import World

Intent = PaymentIntent | SetupIntent

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>{title}</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; background: #f4f5f7; color: #1c2430; display: grid;
  place-items: center; min-height: 100vh; margin: 0 }}
main {{ background: #fff; border-radius: 12px; box-shadow: 0 8px 30px #0002; padding: 2rem; max-width: 22rem }}
h1 {{ font-size: 1.2rem; margin: 0 0 .5rem }}
form {{ display: inline }}
button {{ font: inherit; border: 0; border-radius: 8px; padding: .6rem 1rem; margin: 1rem .5rem 0 0; cursor: pointer }}
.yes {{ background: #1a7f4b; color: #fff }}
.no {{ background: #e7e9ee }}
</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"""
_BUTTONS = """<p>Your bank asks for your consent to <strong>{what}</strong>.
This is the sandbox: no bank is involved.</p>
<form method="post" action="{here}/complete{framed}"><button class="yes">Complete</button></form>
<form method="post" action="{here}/fail{framed}"><button class="no">Fail</button></form>"""
# Stripe.js shows the page in a frame, waits there for the answer and keeps the customer in the shop. Who leaves the
# frame is sent back to the shop's `return_url`, as by a bank that bears no frame around its page.
_FRAMED = "?in=frame"
_LEAVE = '<p><a href="{here}" target="_top">Answer on a page of its own</a></p>'
_ANSWERED = "<script>parent.postMessage('answered', '*')</script>"


def routes(world: World) -> list[Route]:
    """Below `/_sandbox`."""

    def find(request: Request) -> Intent | None:
        id, account = request.path_params["intent"], world.state(Account)
        return account.find(PaymentIntent, id) or account.find(SetupIntent, id)

    async def show(request: Request) -> Response:
        """The bank's page of a payment that waits for the customer."""
        intent = find(request)
        if intent is None or not intent.challenge:
            return _nothing_to_do(request, intent)
        here = f"{request.scope.get('root_path', '')}/challenge/{intent.id}"
        framed = _is_framed(request)
        body = _BUTTONS.format(what=escape(_what(intent)), here=escape(here), framed=_FRAMED if framed else "")
        if framed and intent.return_url is not None:
            body += _LEAVE.format(here=escape(here))
        return HTMLResponse(_PAGE.format(title="Is this you?", body=body))

    async def complete(request: Request) -> Response:
        """The customer presses *Complete*."""
        return answer(request, passed=True)

    async def decline(request: Request) -> Response:
        """The customer presses *Fail*."""
        return answer(request, passed=False)

    def answer(request: Request, *, passed: bool) -> Response:
        intent = find(request)
        if intent is None or not intent.challenge:
            return _nothing_to_do(request, intent)
        call = Call.by_itself(world)
        # The issuer may decline after all; the intent says so, and so does the redirect.
        with suppress(StripeError):
            _conclude(call, intent, passed=passed)
        if intent.return_url is not None and not _wants_json(request) and not _is_framed(request):
            return RedirectResponse(_back(intent), status_code=303)
        return _say(request, "Thank you", f"This is now {_words(intent.status)}.", 200, intent)

    return [
        Route("/challenge/{intent}", show, methods=["GET"]),
        Route("/challenge/{intent}/complete", complete, methods=["POST"]),
        Route("/challenge/{intent}/fail", decline, methods=["POST"]),
    ]


def _conclude(call: Call, intent: Intent, *, passed: bool) -> None:
    if isinstance(intent, SetupIntent):
        if passed:
            complete_setup(call, intent)
        else:
            fail_setup(call, intent, _not_authenticated("setup_intent_authentication_failure"))
    elif passed:
        settle(call, intent, authenticated=True)
    else:
        fail(call, intent, method_of(call, intent), _not_authenticated("payment_intent_authentication_failure"))


def _what(intent: Intent) -> str:
    if isinstance(intent, SetupIntent):
        return "keeping your card for later"
    return f"a payment of {intent.amount} {intent.currency.upper()} (in its smallest unit)"


def _nothing_to_do(request: Request, intent: Intent | None) -> Response:
    if intent is None:
        return _say(request, "Nothing to confirm", "The sandbox knows no such payment.", 404)
    return _say(request, "Nothing to confirm", f"There is no open challenge: {_words(intent.status)}.", 409, intent)


def _not_authenticated(code: str) -> StripeError:
    return invalid(
        "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new "
        "PaymentMethod to attempt to fulfill this PaymentIntent again.",
        code=code,
    )


def _back(intent: Intent) -> str:
    """https://docs.stripe.com/payments/3d-secure/authentication-flow#manual-redirect"""
    parts = urlsplit(intent.return_url or "")
    name = "setup_intent" if isinstance(intent, SetupIntent) else "payment_intent"
    fine = intent.status in ("succeeded", "requires_capture")
    query = urlencode(
        {
            name: intent.id,
            f"{name}_client_secret": intent.client_secret,
            "redirect_status": "succeeded" if fine else "failed",
        }
    )
    return urlunsplit(parts._replace(query=f"{parts.query}&{query}" if parts.query else query))


def _words(status: str) -> str:
    return status.replace("_", " ")


def _is_framed(request: Request) -> bool:
    return request.query_params.get("in") == "frame"


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _say(request: Request, title: str, body: str, status: int, intent: Intent | None = None) -> Response:
    if _wants_json(request):
        if intent is None:
            return JSONResponse({"sandbox_error": body}, status)
        return JSONResponse({"status": intent.status} | ({"sandbox_error": body} if status >= 400 else {}), status)
    told = f"<p>{escape(body)}</p>{_ANSWERED if _is_framed(request) else ''}"
    return HTMLResponse(_PAGE.format(title=title, body=told), status)
