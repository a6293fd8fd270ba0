"""Payment sessions: https://docs.klarna.com/klarna-payments/integrate-with-klarna-payments/step-1-initiate-a-payment/"""

from __future__ import annotations

import base64
import json
import secrets

from billfold.sandbox.klarna import bodies
from billfold.sandbox.klarna.api import Call, Operation, Reply
from billfold.sandbox.klarna.book import HOUR, Book, Json, Session, instant, new_uuid
from billfold.sandbox.klarna.errors import not_found, session_completed
from billfold.sandbox.klarna.sums import check_sums

# A session is valid for 48 hours, says the page above.
LASTS = 48 * HOUR
CATEGORIES = [
    {
        "identifier": "klarna",
        "name": "Pay with Klarna",
        "asset_urls": {
            "descriptive": "https://x.klarnacdn.net/payment-method/assets/badges/generic/klarna.svg",
            "standard": "https://x.klarnacdn.net/payment-method/assets/badges/generic/klarna.svg",
        },
    }
]


def create(call: Call) -> Reply:
    check_sums(call.body)
    session_id = new_uuid()
    session = Session(
        id=session_id,
        merchant=call.merchant,
        client_token=_client_token(session_id, call.public_url),
        expires_at=call.now + LASTS,
        data=call.body,
    )
    call.book.sessions[session.id] = session
    return Reply(
        body={
            "session_id": session.id,
            "client_token": session.client_token,
            "payment_method_categories": CATEGORIES,
        }
    )


def update(call: Call) -> Reply:
    """https://docs.klarna.com/klarna-payments/other-actions/update-the-cart/: what was authorized before stays
    as it was, so the order must then be authorized anew.
    """
    session = _mine(call)
    if session.complete:
        raise session_completed()
    amend(session, call.body)
    return Reply(204)


def read(call: Call) -> Reply:
    """https://docs.klarna.com/klarna-payments/other-actions/check-the-details-of-a-payment-session/: "We only
    share customer details after authorizing the session."
    """
    session = _mine(call)
    shown = {
        **session.data,
        "client_token": session.client_token,
        "expires_at": instant(session.expires_at),
        "intent": session.data.get("intent", "buy"),
        "payment_method_categories": CATEGORIES,
        "status": "complete" if session.complete else "incomplete",
    }
    if session.latest is None:
        for name in ("billing_address", "shipping_address", "customer"):
            shown.pop(name, None)
    else:
        shown["authorization_token"] = session.latest
    return Reply(body=shown)


def amend(session: Session, changes: Json) -> None:
    """Put changes into a session's data, or raise BAD_VALUE and leave it as it was."""
    data = {**session.data, **changes}
    check_sums(data)
    session.data = data


def living(book: Book, session_id: str, now: float) -> Session | None:
    session = book.sessions.get(session_id)
    return session if session is not None and now < session.expires_at else None


def _mine(call: Call) -> Session:
    session = living(call.book, call.path["session_id"], call.now)
    if session is None or session.merchant != call.merchant:
        raise not_found("Invalid session id")
    return session


def _client_token(session_id: str, public_url: str) -> str:
    """A JSON Web Token in form, as the real one is; nobody checks its signature, which is only unguessable."""
    parts = ({"alg": "RS256", "kid": "sandbox"}, {"session_id": session_id, "base_url": public_url})
    head, claims = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
    return f"{head}.{claims}.{secrets.token_urlsafe(32)}"


OPERATIONS = (
    Operation("POST", "/payments/v1/sessions", create, bodies.SESSION_CREATE),
    Operation("POST", "/payments/v1/sessions/{session_id}", update, bodies.SESSION_UPDATE),
    Operation("GET", "/payments/v1/sessions/{session_id}", read),
)
