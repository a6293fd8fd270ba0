"""Customer tokens, the instruments a shop may use again: https://docs.klarna.com/api/customertoken/"""

from __future__ import annotations

from billfold.sandbox.klarna import bodies
from billfold.sandbox.klarna.api import Call, Operation, Reply
from billfold.sandbox.klarna.book import CustomerToken
from billfold.sandbox.klarna.errors import KlarnaError, not_found
from billfold.sandbox.klarna.instruments import INSTRUMENTS, kept
from billfold.sandbox.klarna.placing import place
from billfold.sandbox.klarna.sums import check_sums


def read(call: Call) -> Reply:
    """https://docs.klarna.com/klarna-payments/other-actions/check-the-details-of-a-customer-token/"""
    token = _mine(call)
    return Reply(body={"status": token.status, **kept(token.instrument, token.made_at)})


def create_order(call: Call) -> Reply:
    """Pay with what the customer left behind; the refusals are those of
    https://docs.klarna.com/klarna-checkout/popular-use-cases/place-order-token/
    """
    token = call.book.tokens.get(call.path["token"])
    if token is None:
        raise KlarnaError(404, "TOKEN_NOT_FOUND", "Customer token not found")
    if token.merchant != call.merchant:
        raise KlarnaError(403, "TOKEN_FORBIDDEN", "Customer token usage forbidden")
    if token.status != "ACTIVE":
        raise KlarnaError(403, f"TOKEN_{token.status}", f"Customer token is {token.status.lower()}")
    check_sums(call.body)
    if INSTRUMENTS[token.instrument].one_currency and call.body["purchase_currency"].upper() != token.currency:
        raise KlarnaError(
            403,
            "PAYMENT_METHOD_CURRENCY_MISMATCH",
            "The payment method of the token is not available for the currency of the order",
        )
    if token.outcome == "unavailable":
        raise KlarnaError(403, "UNAVAILABLE_PAYMENT_METHOD", "Payment method is not available")
    if token.outcome == "rejected":
        raise KlarnaError(403, "PAYMENT_METHOD_FAILED", "Purchase for payment method failed")
    return Reply(
        body=place(
            call,
            instrument=token.instrument,
            outcome=token.outcome,
            country=token.country,
            inherited={"billing_address": token.billing_address},
        )
    )


def change_status(call: Call) -> Reply:
    """https://docs.klarna.com/klarna-payments/other-actions/cancel-a-customer-token/; a cancelled token stays
    cancelled.
    """
    _mine(call).status = call.body["status"]
    return Reply(202)


def _mine(call: Call) -> CustomerToken:
    token = call.book.tokens.get(call.path["token"])
    if token is None or token.merchant != call.merchant:
        raise not_found("Invalid customer-token ID")
    return token


OPERATIONS = (
    Operation("GET", "/customer-token/v1/tokens/{token}", read),
    Operation("POST", "/customer-token/v1/tokens/{token}/order", create_order, bodies.TOKEN_ORDER, keyed=True),
    Operation("PATCH", "/customer-token/v1/tokens/{token}/status", change_status, bodies.TOKEN_STATUS),
)
