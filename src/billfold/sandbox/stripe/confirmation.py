"""Confirming a payment intent: authentication, the charge, and what becomes of the payment method.

https://docs.stripe.com/payments/paymentintents/lifecycle
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from billfold.sandbox.stripe.api import Call, Operation
from billfold.sandbox.stripe.cards import fingerprint
from billfold.sandbox.stripe.charges import Charge
from billfold.sandbox.stripe.errors import StripeError, declined, invalid, unexpected_state
from billfold.sandbox.stripe.events import emit
from billfold.sandbox.stripe.intents import (
    COMMON,
    CONFIRMING,
    EDITABLE,
    PaymentIntent,
    apply,
    method_of,
    reach,
)
from billfold.sandbox.stripe.params import word
from billfold.sandbox.stripe.payment_methods import REUSABLE, PaymentMethod, attach, spend, usable


def confirm_it(call: Call) -> dict[str, Any]:
    intent = reach(call)
    if intent.status not in EDITABLE:
        raise unexpected_state(
            f"You cannot confirm this PaymentIntent because it has a status of {intent.status}. Only a "
            "PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, "
            "requires_action.",
            payment_intent=_shown(call, intent),
        )
    apply(call, intent, call.params)
    confirm(call, intent, call.params)
    return intent.render_public() if call.public else intent.render()


def confirm(call: Call, intent: PaymentIntent, params: Mapping[str, Any]) -> None:
    """Of `params` only what surrounds the confirmation is looked at; the intent has taken over the rest. Raises
    StripeError where the payment is refused; the intent then says so too."""
    if intent.payment_method is None:
        raise unexpected_state(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
            "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a "
            "payment method or ConfirmationToken.",
            payment_intent=_shown(call, intent),
        )
    method = method_of(call, intent)
    usable(method, intent.customer, payment_intent=_shown(call, intent))
    off_session = bool(params.get("off_session"))
    _check_surroundings(call, intent, method, params)
    intent.return_url = params.get("return_url")
    if method.type == "ideal" or (not off_session and _asks(intent, method)):
        if params.get("error_on_requires_action"):
            refuse(call, intent, method, "authentication_required")
        _challenge(call, intent, sdk=bool(params.get("use_stripe_sdk")))
    elif off_session and _refuses_off_session(method):
        refuse(call, intent, method, "authentication_required")
    else:
        settle(call, intent, authenticated=False)


def _check_surroundings(call: Call, intent: PaymentIntent, method: PaymentMethod, params: Mapping[str, Any]) -> None:
    may_redirect = intent.automatic is not None and intent.automatic["allow_redirects"] == "always"
    told = "return_url" in params or params.get("use_stripe_sdk")
    if not call.public and may_redirect and not told:
        raise invalid(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of "
            "these payment methods might redirect your customer off of your page, you must provide a `return_url`. If "
            "you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to "
            "`true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and "
            "Payment Intents.",
            param="return_url",
        )
    if method.type == "ideal" and "return_url" not in params:
        raise invalid("Missing required param: return_url.", code="parameter_missing", param="return_url")
    if method.type != "card" and intent.capture_method == "manual":
        raise invalid(
            f"The payment method type {method.type} cannot be captured later; use an automatic `capture_method`.",
            code="payment_intent_incompatible_payment_method",
        )


def _asks(intent: PaymentIntent, method: PaymentMethod) -> bool:
    """Whether the issuer wants the customer, who is there, to prove who they are; see the cards' behaviours."""
    if method.card is None:
        return False
    wanted = intent.options.get("card", {}).get("request_three_d_secure", "automatic") != "automatic"
    asks = method.card.behaviour.authentication
    return asks in ("always", "unless_set_up", "on_session") or (asks == "optional" and wanted)


def _refuses_off_session(method: PaymentMethod) -> bool:
    """https://docs.stripe.com/testing#authentication-and-setup"""
    if method.card is None:
        return False
    asks = method.card.behaviour.authentication
    return asks == "always" or (asks == "unless_set_up" and not method.set_up)


def _challenge(call: Call, intent: PaymentIntent, *, sdk: bool) -> None:
    url = f"{call.base_url}/_sandbox/challenge/{intent.id}"
    intent.status = "requires_action"
    intent.challenge = True
    intent.last_payment_error = None
    if intent.return_url is not None and not sdk:
        intent.next_action = {
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": intent.return_url, "url": url},
        }
    else:
        intent.next_action = {
            "type": "use_stripe_sdk",
            "use_stripe_sdk": {"type": "three_d_secure_redirect", "stripe_js": url},
        }
    emit(call, "payment_intent.requires_action", intent)


def settle(call: Call, intent: PaymentIntent, *, authenticated: bool) -> None:
    """Ask the issuer. On its yes the money is held or taken, and the method attached where future use was
    announced: https://docs.stripe.com/payments/save-during-payment.
    """
    method = method_of(call, intent)
    behaviour = method.card.behaviour if method.card else None
    if behaviour and behaviour.decline:
        refuse(call, intent, method, behaviour.decline, authenticated=authenticated)
    charge = _charge(call, intent, method, authenticated=authenticated)
    intent.next_action = None
    intent.challenge = False
    intent.last_payment_error = None
    call.world.record("stripe", "authorization", intent.id, intent.amount, intent.currency)
    _keep(call, intent, method, charge, authenticated=authenticated)
    emit(call, "charge.succeeded", charge)
    if intent.capture_method == "manual" or intent.options.get("card", {}).get("capture_method") == "manual":
        intent.status = "requires_capture"
        intent.amount_capturable = intent.amount
        emit(call, "payment_intent.amount_capturable_updated", intent)
        return
    charge.captured = True
    charge.amount_captured = intent.amount
    intent.status = "succeeded"
    intent.amount_received = intent.amount
    call.world.record("stripe", "capture", intent.id, intent.amount, intent.currency)
    emit(call, "payment_intent.succeeded", intent)


def _charge(
    call: Call, intent: PaymentIntent, method: PaymentMethod, *, authenticated: bool, declined: str | None = None
) -> Charge:
    charge = Charge(
        created=call.now,
        amount=intent.amount,
        currency=intent.currency,
        intent=intent.id,
        method=method,
        status="failed" if declined else "succeeded",
        customer=intent.customer,
        description=intent.description,
        receipt_email=intent.receipt_email,
        shipping=intent.shipping,
        metadata=dict(intent.metadata),
        decline_code=declined,
        authenticated=authenticated,
    )
    intent.latest_charge = charge.id
    return call.account.add(charge)


def _keep(call: Call, intent: PaymentIntent, method: PaymentMethod, charge: Charge, *, authenticated: bool) -> None:
    """Attach the method where the intent has a customer and announced future use; where it announced none, an
    unattached method is spent."""
    usage = intent.future_usage(method.type)
    if usage is None:
        spend(method)
        return
    if usage == "off_session":
        method.set_up = method.set_up or authenticated or method.card is None
    if not REUSABLE[method.type]:
        # iDEAL cannot be used twice, but proves a bank account that can be debited:
        # https://docs.stripe.com/payments/ideal/set-up-payment
        method.spent = True
        method = _generated_sepa_debit(call, method, charge)
        charge.generated_sepa_debit = method.id
    if intent.customer is not None:
        attach(call, method, intent.customer)


def _generated_sepa_debit(call: Call, paid_with: PaymentMethod, charge: Charge) -> PaymentMethod:
    return call.account.add(
        PaymentMethod(
            created=call.now,
            type="sepa_debit",
            billing_details=dict(paid_with.billing_details),
            details={
                "bank_code": "ABNANL2A",
                "branch_code": "",
                "country": "NL",
                "fingerprint": fingerprint("ideal", paid_with.id),
                "generated_from": {"charge": charge.id, "setup_attempt": None},
                "last4": "9300",
            },
            set_up=True,
        )
    )


def refuse(
    call: Call, intent: PaymentIntent, method: PaymentMethod, decline_code: str, *, authenticated: bool = False
) -> None:
    """The issuer's no: the intent wants another method, and the caller gets 402."""
    charge = _charge(call, intent, method, authenticated=authenticated, declined=decline_code)
    error = declined(decline_code, charge=charge.id)
    emit(call, "charge.failed", charge)
    fail(call, intent, method, error)
    error.error["payment_intent"] = _shown(call, intent)
    raise error


def fail(call: Call, intent: PaymentIntent, method: PaymentMethod, error: StripeError) -> None:
    """Back to `requires_payment_method`; what went wrong stays on the intent, next to the method it went
    wrong with.
    """
    error.error["payment_method"] = method.render()
    intent.last_payment_error = dict(error.error)
    intent.status = "requires_payment_method"
    intent.payment_method = None
    intent.next_action = None
    intent.challenge = False
    emit(call, "payment_intent.payment_failed", intent)


def _shown(call: Call, intent: PaymentIntent) -> dict[str, Any]:
    return intent.render_public() if call.public else intent.render()


OPERATIONS = (
    Operation(
        "POST",
        "/v1/payment_intents/{id}/confirm",
        confirm_it,
        {**COMMON, **CONFIRMING, "client_secret": word},
        public=True,
    ),
)
