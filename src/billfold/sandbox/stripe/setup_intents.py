"""Setup intents (https://docs.stripe.com/api/setup_intents): a payment method kept for later, without a payment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from billfold.sandbox.stripe.account import page
from billfold.sandbox.stripe.api import Call, Operation
from billfold.sandbox.stripe.errors import StripeError, declined, invalid, unauthenticated
from billfold.sandbox.stripe.events import emit
from billfold.sandbox.stripe.intents import AUTOMATIC
from billfold.sandbox.stripe.params import (
    EXPAND,
    PAGE,
    anything,
    choice,
    clearable,
    flag,
    merged_metadata,
    strings,
    text,
    word,
    words,
)
from billfold.sandbox.stripe.payment_methods import DATA, PaymentMethod, attach, make, resolve, usable
from billfold.sandbox.world import new_id

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


@dataclass(slots=True)
class SetupIntent:
    """`challenge` is set while the customer has an authentication to answer."""

    noun: ClassVar[str] = "setup_intent"

    created: int
    id: str = field(default_factory=lambda: new_id("seti_1", 23))
    secret: str = field(default_factory=lambda: new_id("", 25))
    status: str = "requires_payment_method"
    customer: str | None = None
    payment_method: str | None = None
    payment_method_types: list[str] = field(default_factory=list)
    automatic: dict[str, Any] | None = None
    usage: str = "off_session"
    description: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    return_url: str | None = None
    next_action: dict[str, Any] | None = None
    last_setup_error: dict[str, Any] | None = None
    cancellation_reason: str | None = None
    challenge: bool = False

    @property
    def client_secret(self) -> str:
        return f"{self.id}_secret_{self.secret}"

    def render(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "setup_intent",
            "application": None,
            "automatic_payment_methods": self.automatic,
            "cancellation_reason": self.cancellation_reason,
            "client_secret": self.client_secret,
            "created": self.created,
            "customer": self.customer,
            "customer_account": None,
            "description": self.description,
            "excluded_payment_method_types": None,
            "flow_directions": None,
            "last_setup_error": self.last_setup_error,
            "latest_attempt": None,
            "livemode": False,
            "mandate": None,
            "metadata": dict(self.metadata),
            "next_action": self.next_action,
            "on_behalf_of": None,
            "payment_method": self.payment_method,
            "payment_method_configuration_details": None,
            "payment_method_options": {},
            "payment_method_types": list(self.payment_method_types),
            "single_use_mandate": None,
            "status": self.status,
            "usage": self.usage,
        }


def _take_method(call: Call, intent: SetupIntent, params: Mapping[str, Any]) -> None:
    if "payment_method_data" in params:
        method = make(call, params["payment_method_data"], "payment_method_data")
    elif "payment_method" in params:
        method = resolve(call, params["payment_method"])
    else:
        return
    usable(method, intent.customer)
    intent.payment_method = method.id
    intent.status = "requires_confirmation"
    intent.next_action = None
    intent.challenge = False


def create(call: Call) -> dict[str, Any]:
    params = call.params
    if "customer" in params:
        call.account.known("customer", params["customer"], "customer")
    intent = SetupIntent(created=call.now, customer=params.get("customer"), usage=params.get("usage", "off_session"))
    automatic = params.get("automatic_payment_methods")
    allowed = params.get("allowed_payment_method_types")
    if allowed is None:
        intent.automatic = {"allow_redirects": "always", "enabled": True, **(automatic or {})}
    intent.payment_method_types = [name for name in ("card", "sepa_debit") if allowed is None or name in allowed]
    intent.description = params.get("description") or None
    intent.metadata = merged_metadata({}, params.get("metadata"))
    _take_method(call, intent, params)
    call.account.add(intent)
    emit(call, "setup_intent.created", intent)
    if params.get("confirm"):
        confirm(call, intent, params)
    return intent.render()


def reach(call: Call) -> SetupIntent:
    """The intent of the path; raises StripeError where a browser cannot show its client secret."""
    intent = call.account.get(SetupIntent, call.path["id"], "intent")
    given = call.params.get("client_secret")
    if call.public and given is None:
        raise unauthenticated("When using a publishable key, you must pass the `client_secret` of the SetupIntent.")
    if given is not None and given != intent.client_secret:
        raise invalid("The client_secret provided does not match any associated SetupIntent.", param="client_secret")
    return intent


def retrieve(call: Call) -> dict[str, Any]:
    return reach(call).render()


def confirm_it(call: Call) -> dict[str, Any]:
    intent = reach(call)
    _take_method(call, intent, call.params)
    confirm(call, intent, call.params)
    return intent.render()


def confirm(call: Call, intent: SetupIntent, params: Mapping[str, Any]) -> None:
    """Cards that ever ask, ask now: that is what setting up is for. Raises StripeError where the issuer refuses."""
    if intent.status not in OPEN:
        raise _unexpected(f"You cannot confirm this SetupIntent because it has a status of {intent.status}.", intent)
    if intent.payment_method is None:
        raise _unexpected("You cannot confirm this SetupIntent because it's missing a payment method.", intent)
    method = call.account.get(PaymentMethod, intent.payment_method)
    usable(method, intent.customer)
    intent.return_url = params.get("return_url")
    behaviour = method.card.behaviour if method.card else None
    if behaviour is None or behaviour.authentication in ("never", "optional"):
        complete(call, intent)
        return
    url = f"{call.base_url}/_sandbox/challenge/{intent.id}"
    intent.status = "requires_action"
    intent.challenge = True
    if intent.return_url is not None and not params.get("use_stripe_sdk"):
        redirect = {"return_url": intent.return_url, "url": url}
        intent.next_action = {"type": "redirect_to_url", "redirect_to_url": redirect}
    else:
        sdk = {"type": "three_d_secure_redirect", "stripe_js": url}
        intent.next_action = {"type": "use_stripe_sdk", "use_stripe_sdk": sdk}
    emit(call, "setup_intent.requires_action", intent)


def complete(call: Call, intent: SetupIntent) -> None:
    """The method is set up, and attached where there is a customer; raises StripeError where the issuer refuses."""
    method = call.account.get(PaymentMethod, intent.payment_method or "")
    behaviour = method.card.behaviour if method.card else None
    if behaviour and behaviour.decline and behaviour.attach_declines:
        error = declined(behaviour.decline)
        fail(call, intent, error)
        error.error["setup_intent"] = intent.render()
        raise error
    if intent.customer is not None:
        attach(call, method, intent.customer)
    method.set_up = method.set_up or intent.usage == "off_session"
    intent.status = "succeeded"
    intent.next_action = None
    intent.challenge = False
    intent.last_setup_error = None
    emit(call, "setup_intent.succeeded", intent)


def fail(call: Call, intent: SetupIntent, error: StripeError) -> None:
    error.error["payment_method"] = call.account.get(PaymentMethod, intent.payment_method or "").render()
    intent.last_setup_error = dict(error.error)
    intent.status = "requires_payment_method"
    intent.payment_method = None
    intent.next_action = None
    intent.challenge = False
    emit(call, "setup_intent.setup_failed", intent)


def cancel(call: Call) -> dict[str, Any]:
    intent = call.account.get(SetupIntent, call.path["id"], "intent")
    if intent.status not in OPEN:
        raise _unexpected(f"You cannot cancel this SetupIntent because it has a status of {intent.status}.", intent)
    intent.status = "canceled"
    intent.challenge = False
    intent.next_action = None
    intent.cancellation_reason = call.params.get("cancellation_reason")
    emit(call, "setup_intent.canceled", intent)
    return intent.render()


def list_all(call: Call) -> dict[str, Any]:
    customer = call.params.get("customer")
    found = [one for one in call.account.newest(SetupIntent) if customer in (None, one.customer)]
    return page(found, call.params, "/v1/setup_intents")


def _unexpected(message: str, intent: SetupIntent) -> StripeError:
    return invalid(message, code="setup_intent_unexpected_state", setup_intent=intent.render())


_CONFIRMING = {
    **EXPAND,
    "payment_method": word,
    "payment_method_data": DATA,
    "payment_method_options": anything,
    "mandate_data": clearable(anything),
    "return_url": word,
    "use_stripe_sdk": flag,
}
OPERATIONS = (
    Operation(
        "POST",
        "/v1/setup_intents",
        create,
        {
            **_CONFIRMING,
            "automatic_payment_methods": AUTOMATIC,
            "confirm": flag,
            "customer": word,
            "description": text,
            "metadata": strings,
            "allowed_payment_method_types": words,
            "usage": choice("off_session", "on_session"),
        },
    ),
    Operation("GET", "/v1/setup_intents", list_all, {**PAGE, "customer": word}),
    Operation("GET", "/v1/setup_intents/{id}", retrieve, {**EXPAND, "client_secret": word}, public=True),
    Operation(
        "POST", "/v1/setup_intents/{id}/confirm", confirm_it, {**_CONFIRMING, "client_secret": word}, public=True
    ),
    Operation(
        "POST",
        "/v1/setup_intents/{id}/cancel",
        cancel,
        {**EXPAND, "cancellation_reason": choice("abandoned", "duplicate", "requested_by_customer")},
    ),
)
