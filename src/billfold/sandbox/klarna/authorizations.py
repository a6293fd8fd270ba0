"""What the shop does with the customer's yes:
https://docs.klarna.com/klarna-payments/integrate-with-klarna-payments/step-3-create-an-order/
"""

from __future__ import annotations

from billfold.sandbox.klarna import bodies
from billfold.sandbox.klarna.api import Call, Operation, Reply
from billfold.sandbox.klarna.book import Authorization, CustomerToken, Json, Session, new_uuid
from billfold.sandbox.klarna.errors import (
    KlarnaError,
    invalid_operation,
    not_found,
    not_matching,
    session_completed,
)
from billfold.sandbox.klarna.placing import place
from billfold.sandbox.klarna.sums import check_matches, check_sums

TOKENIZING = ("tokenize", "buy_and_tokenize")


def create_order(call: Call) -> Reply:
    """Place the order; an authorization gives one order, and its session ends.

    Repeating the very same request gives the same answer, another body is refused: "The order has been already
    completed with different request body",
    https://docs.klarna.com/resources/developer-tools/error-handling/error-codes-and-messages-for-klarna-payments/
    """
    authorization = _mine(call)
    if authorization.placed is not None:
        body, answer = authorization.placed
        if body != call.body:
            raise KlarnaError(409, "BAD_VALUE", "The order has been already completed with different request body")
        return Reply(body=answer)
    session = authorization.session
    # https://docs.klarna.com/klarna-payments/integrate-with-klarna-payments/step-3-create-an-order/
    # set-up-a-recurring-payment-order/: with intent tokenize there is only the order from the customer token.
    if _intent(session) == "tokenize":
        raise invalid_operation("Not allowed to create order for intent tokenize")
    check_sums(call.body)
    check_matches(call.body, authorization.terms)
    if authorization.outcome == "rejected":
        raise KlarnaError(403, "REJECTED", "Rejected")
    answer = place(
        call,
        instrument=authorization.instrument,
        outcome=authorization.outcome,
        country=call.body["purchase_country"],
        session_id=session.id,
        inherited=_inherited(authorization.terms),
    )
    authorization.placed = (call.body, answer)
    session.complete = True
    return Reply(body=answer)


def create_customer_token(call: Call) -> Reply:
    """Keep the instrument for later orders. It has to come before the order of today, and does not use the
    authorization up: https://docs.klarna.com/klarna-payments/integrate-with-klarna-payments/
    step-3-create-an-order/set-up-a-recurring-payment-order/
    """
    authorization = _mine(call)
    if authorization.placed is not None:
        raise invalid_operation("Authorization token already consumed")
    session = authorization.session
    if _intent(session) not in TOKENIZING:
        raise invalid_operation(f"Not allowed to create customer token for intent {_intent(session)}")
    terms = authorization.terms
    if differing := [
        name for name in ("purchase_country", "purchase_currency") if call.body[name].upper() != terms[name].upper()
    ]:
        raise not_matching(*differing)
    if authorization.outcome == "rejected":
        raise KlarnaError(403, "REJECTED", "Rejected")
    token = CustomerToken(
        id=new_uuid(),
        merchant=call.merchant,
        instrument=authorization.instrument,
        currency=terms["purchase_currency"].upper(),
        country=terms["purchase_country"].upper(),
        made_at=call.now,
        billing_address={**terms.get("billing_address", {}), **call.body.get("billing_address", {})},
    )
    call.book.tokens[token.id] = token
    customer = {**terms.get("customer", {}), **call.body.get("customer", {})}
    shown: Json = {
        "token_id": token.id,
        "redirect_url": f"{call.public_url}/_sandbox/klarna/redirect/{session.id}",
        "customer": {name: customer[name] for name in ("date_of_birth", "gender") if name in customer},
    }
    if token.billing_address:
        shown["billing_address"] = token.billing_address
    return Reply(body=shown)


def cancel(call: Call) -> Reply:
    """https://docs.klarna.com/klarna-payments/other-actions/cancel-an-authorization/"""
    authorization = _mine(call)
    if authorization.placed is not None:
        raise not_found("Authorization cannot be deleted")
    del call.book.authorizations[authorization.token]
    authorization.session.latest = None
    return Reply(204)


def _mine(call: Call) -> Authorization:
    """The authorization of the path. A token is good for 60 minutes, and only the newest of its session is:
    "Typically occurs when the authorization token has expired or a new one has been created".
    """
    authorization = call.book.authorizations.get(call.path["token"])
    if authorization is None or authorization.session.merchant != call.merchant:
        raise not_found("Invalid authorization token")
    if authorization.session.latest != authorization.token:
        raise session_completed() if authorization.session.complete else not_found("Invalid authorization token")
    if call.now >= authorization.expires_at:
        raise not_found("Invalid authorization token")
    return authorization


def _intent(session: Session) -> str:
    intent: str = session.data.get("intent", "buy")
    return intent


def _inherited(terms: Json) -> Json:
    names = (
        "billing_address",
        "shipping_address",
        "customer",
        "locale",
        "merchant_data",
        "merchant_reference1",
        "merchant_reference2",
        "merchant_urls",
    )
    return {name: terms[name] for name in names if name in terms}


OPERATIONS = (
    Operation("DELETE", "/payments/v1/authorizations/{token}", cancel),
    Operation("POST", "/payments/v1/authorizations/{token}/order", create_order, bodies.ORDER),
    Operation(
        "POST", "/payments/v1/authorizations/{token}/customer-token", create_customer_token, bodies.CUSTOMER_TOKEN
    ),
)
