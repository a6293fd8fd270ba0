"""What is done with money that is held: capture it, or let it go
(https://docs.stripe.com/payments/place-a-hold-on-a-payment-method).
"""

from __future__ import annotations

from typing import Any

from billfold.sandbox.stripe.api import Call, Operation
from billfold.sandbox.stripe.charges import HOLD
from billfold.sandbox.stripe.errors import invalid, unexpected_state
from billfold.sandbox.stripe.events import emit
from billfold.sandbox.stripe.intents import PaymentIntent, charge_of
from billfold.sandbox.stripe.params import EXPAND, choice, flag, integer, merged_metadata, strings, text
from billfold.sandbox.world import World

CANCELABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action")


def capture(call: Call) -> dict[str, Any]:
    """Once, all of it or a part; the rest is let go at once."""
    intent = call.account.get(PaymentIntent, call.path["id"], "intent")
    if intent.status != "requires_capture":
        raise unexpected_state(
            f"This PaymentIntent could not be captured because it has a status of {intent.status}. Only a "
            "PaymentIntent with one of the following statuses may be captured: requires_capture.",
            payment_intent=intent.render(),
        )
    amount = call.params.get("amount_to_capture", intent.amount_capturable)
    if amount < 1:
        raise invalid(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param="amount_to_capture",
        )
    if amount > intent.amount_capturable:
        raise invalid(
            "The requested capture amount is greater than the amount you can capture for this charge.",
            code="amount_too_large",
            param="amount_to_capture",
            payment_intent=intent.render(),
        )
    if call.params.get("final_capture") is False:
        raise invalid("This charge does not support multiple captures.", param="final_capture")
    charge = charge_of(call, intent)
    rest = intent.amount_capturable - amount
    intent.metadata = merged_metadata(intent.metadata, call.params.get("metadata"))
    intent.status = "succeeded"
    intent.amount_received = charge.amount_captured = amount
    intent.amount_capturable = 0
    charge.captured = True
    call.world.record("stripe", "capture", intent.id, amount, intent.currency)
    if rest:
        call.world.record("stripe", "void", intent.id, rest, intent.currency)
    emit(call, "charge.captured", charge)
    emit(call, "payment_intent.succeeded", intent)
    return intent.render()


def cancel(call: Call) -> dict[str, Any]:
    intent = call.account.get(PaymentIntent, call.path["id"], "intent")
    if intent.status not in CANCELABLE:
        raise unexpected_state(
            f"You cannot cancel this PaymentIntent because it has a status of {intent.status}. Only a "
            f"PaymentIntent with one of the following statuses may be canceled: {', '.join(CANCELABLE)}, processing.",
            payment_intent=intent.render(),
        )
    let_go(call, intent, call.params.get("cancellation_reason"))
    return intent.render()


def let_go(call: Call, intent: PaymentIntent, reason: str | None) -> None:
    if intent.status == "requires_capture":
        charge = charge_of(call, intent)
        charge.amount_refunded = charge.amount
        call.world.record("stripe", "void", intent.id, intent.amount_capturable, intent.currency)
        emit(call, "charge.refunded", charge)
    intent.status = "canceled"
    intent.amount_capturable = 0
    intent.next_action = None
    intent.challenge = False
    intent.canceled_at = call.now
    intent.cancellation_reason = reason
    emit(call, "payment_intent.canceled", intent)


def expire(world: World) -> None:
    """Let go all money that issuers would hold no longer."""
    call = Call.by_itself(world)
    for intent in call.account.newest(PaymentIntent):
        if intent.status == "requires_capture" and charge_of(call, intent).created + HOLD < call.now:
            let_go(call, intent, "automatic")


OPERATIONS = (
    Operation(
        "POST",
        "/v1/payment_intents/{id}/capture",
        capture,
        {
            **EXPAND,
            "amount_to_capture": integer,
            "final_capture": flag,
            "metadata": strings,
            "statement_descriptor": text,
            "statement_descriptor_suffix": text,
        },
    ),
    Operation(
        "POST",
        "/v1/payment_intents/{id}/cancel",
        cancel,
        {
            **EXPAND,
            "cancellation_reason": choice("abandoned", "duplicate", "fraudulent", "requested_by_customer"),
        },
    ),
)
