"""Making a payment intent, which may confirm it in the same breath."""

from __future__ import annotations

from typing import Any

from billfold.sandbox.stripe.api import Call, Operation
from billfold.sandbox.stripe.confirmation import confirm
from billfold.sandbox.stripe.errors import invalid
from billfold.sandbox.stripe.events import emit
from billfold.sandbox.stripe.intents import AUTOMATIC, CONFIRMING, TAKES, PaymentIntent, apply
from billfold.sandbox.stripe.params import choice, flag
from billfold.sandbox.stripe.terms import CHOOSING, check_amount, check_currency, choose_types


def create(call: Call) -> dict[str, Any]:
    """Without `payment_method_types`, automatic payment methods are on; see the changelog of 2023-08-16."""
    params = call.params
    currency = check_currency(params["currency"])
    check_amount(params["amount"], currency)
    if not params.get("confirm"):
        for name in ("off_session", "return_url", "error_on_requires_action", "mandate_data", "mandate"):
            if params.get(name):
                raise invalid(f"You cannot set `{name}` without also setting `confirm` to true.", param=name)
    if "customer" in params:
        call.account.known("customer", params["customer"], "customer")
    intent = PaymentIntent(created=call.now, amount=params["amount"], currency=currency)
    if not CHOOSING & params.keys():
        choose_types(intent, params, call.version)
    intent.confirmation_method = params.get("confirmation_method", "automatic")
    apply(call, intent, params)
    call.account.add(intent)
    emit(call, "payment_intent.created", intent)
    if params.get("confirm"):
        confirm(call, intent, params)
    return intent.render()


OPERATIONS = (
    Operation(
        "POST",
        "/v1/payment_intents",
        create,
        {
            **TAKES,
            **CONFIRMING,
            "confirm": flag,
            "confirmation_method": choice("automatic", "manual"),
            "automatic_payment_methods": AUTOMATIC,
        },
        ("amount", "currency"),
    ),
)
