"""Payment intents (https://docs.stripe.com/api/payment_intents): what is to be paid, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from billfold.sandbox.stripe.account import page
from billfold.sandbox.stripe.api import Call, Operation
from billfold.sandbox.stripe.charges import Charge
from billfold.sandbox.stripe.errors import invalid, unauthenticated, unexpected_state
from billfold.sandbox.stripe.params import (
    EXPAND,
    PAGE,
    SHIPPING,
    anything,
    choice,
    clearable,
    either,
    fields,
    flag,
    integer,
    merged_metadata,
    strings,
    text,
    whole_shipping,
    word,
    words,
)
from billfold.sandbox.stripe.payment_methods import DATA, PaymentMethod, make, resolve, usable
from billfold.sandbox.stripe.terms import CHOOSING, check_amount, check_currency, choose_types
from billfold.sandbox.world import new_id

EDITABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


@dataclass(slots=True)
class PaymentIntent:
    """`challenge` is set while the customer has an authentication to answer."""

    noun: ClassVar[str] = "payment_intent"

    created: int
    amount: int
    currency: str
    id: str = field(default_factory=lambda: new_id("pi_3", 23))
    secret: str = field(default_factory=lambda: new_id("", 25))
    status: str = "requires_payment_method"
    customer: str | None = None
    payment_method: str | None = None
    payment_method_types: list[str] = field(default_factory=list)
    automatic: dict[str, Any] | None = None
    allowed: list[str] | None = None
    excluded: list[str] | None = None
    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    capture_method: str = "automatic_async"
    confirmation_method: str = "automatic"
    setup_future_usage: str | None = None
    description: str | None = None
    receipt_email: str | None = None
    shipping: dict[str, Any] | None = None
    statement_descriptor: str | None = None
    statement_descriptor_suffix: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    return_url: str | None = None
    next_action: dict[str, Any] | None = None
    last_payment_error: dict[str, Any] | None = None
    latest_charge: str | None = None
    amount_capturable: int = 0
    amount_received: int = 0
    canceled_at: int | None = None
    cancellation_reason: str | None = None
    challenge: bool = False

    @property
    def client_secret(self) -> str:
        return f"{self.id}_secret_{self.secret}"

    def future_usage(self, type: str) -> str | None:
        """What a method of this type is set up for; the type's own option wins over the intent's."""
        own = self.options.get(type, {}).get("setup_future_usage", self.setup_future_usage)
        return None if own == "none" else own

    def render_public(self) -> dict[str, Any]:
        """What a browser may see; https://docs.stripe.com/js/payment_intents/retrieve_payment_intent."""
        whole = self.render()
        return {name: whole[name] for name in _PUBLIC}

    def render(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "payment_intent",
            "allowed_payment_method_types": self.allowed,
            "amount": self.amount,
            "amount_capturable": self.amount_capturable,
            "amount_details": {"tip": {}},
            "amount_received": self.amount_received,
            "application": None,
            "application_fee_amount": None,
            "automatic_payment_methods": self.automatic,
            "canceled_at": self.canceled_at,
            "cancellation_reason": self.cancellation_reason,
            "capture_method": self.capture_method,
            "client_secret": self.client_secret,
            "confirmation_method": self.confirmation_method,
            "created": self.created,
            "currency": self.currency,
            "customer": self.customer,
            "customer_account": None,
            "description": self.description,
            "excluded_payment_method_types": self.excluded,
            "last_payment_error": self.last_payment_error,
            "latest_charge": self.latest_charge,
            "livemode": False,
            "metadata": dict(self.metadata),
            "next_action": self.next_action,
            "on_behalf_of": None,
            "payment_method": self.payment_method,
            "payment_method_configuration_details": None,
            "payment_method_options": {name: self._option(name) for name in self.payment_method_types},
            "payment_method_types": list(self.payment_method_types),
            "processing": None,
            "receipt_email": self.receipt_email,
            "review": None,
            "setup_future_usage": self.setup_future_usage,
            "shipping": self.shipping,
            "statement_descriptor": self.statement_descriptor,
            "statement_descriptor_suffix": self.statement_descriptor_suffix,
            "status": self.status,
            "transfer_data": None,
            "transfer_group": None,
        }

    def _option(self, type: str) -> dict[str, Any]:
        given = self.options.get(type, {})
        kept: dict[str, Any] = {name: given[name] for name in ("setup_future_usage", "capture_method") if name in given}
        if type == "card":
            kept |= {"installments": None, "mandate_options": None, "network": None}
            kept["request_three_d_secure"] = given.get("request_three_d_secure", "automatic")
        return kept


_PUBLIC = (
    "id", "object", "amount", "amount_details", "automatic_payment_methods", "canceled_at", "cancellation_reason",
    "capture_method", "client_secret", "confirmation_method", "created", "currency", "description",
    "excluded_payment_method_types", "last_payment_error", "livemode", "next_action", "payment_method",
    "payment_method_configuration_details", "payment_method_types", "processing", "receipt_email",
    "setup_future_usage", "shipping", "status",
)  # fmt: skip


def apply(call: Call, intent: PaymentIntent, params: Mapping[str, Any]) -> None:
    """Take over what create, update and confirm have in common; raises StripeError before anything has
    changed but methods made on the way.
    """
    if CHOOSING & params.keys():
        choose_types(intent, params, call.version)
    method = None
    if "payment_method_data" in params:
        method = make(call, params["payment_method_data"], "payment_method_data")
    elif "payment_method" in params:
        method = resolve(call, params["payment_method"])
    customer = params.get("customer", intent.customer)
    if method is not None:
        usable(method, customer)
        if method.type not in intent.payment_method_types:
            raise invalid(
                f"The PaymentMethod provided ({method.type}) is not allowed for this PaymentIntent. Please attach a "
                f"PaymentMethod of one of the following types: {', '.join(intent.payment_method_types)}.",
                code="payment_intent_incompatible_payment_method",
                param="payment_method",
            )
    for name in ("setup_future_usage", "capture_method"):
        if name in params:
            setattr(intent, name, params[name])
    for name in ("description", "receipt_email", "statement_descriptor", "statement_descriptor_suffix"):
        if name in params:
            setattr(intent, name, params[name] or None)
    if "shipping" in params:
        intent.shipping = whole_shipping(params["shipping"])
    for type, given in params.get("payment_method_options", {}).items():
        intent.options[type] = {**intent.options.get(type, {}), **given} if given else {}
    intent.customer = customer
    intent.metadata = merged_metadata(intent.metadata, params.get("metadata"))
    if method is not None:
        intent.payment_method = method.id
        intent.last_payment_error = None
        intent.next_action = None
        intent.challenge = False
        intent.status = "requires_confirmation"


def retrieve(call: Call) -> dict[str, Any]:
    """With a publishable key only for who knows the client secret, and only what a browser may see."""
    intent = reach(call)
    return intent.render_public() if call.public else intent.render()


def reach(call: Call) -> PaymentIntent:
    """The intent of the path; raises StripeError where a browser cannot show its client secret."""
    intent = call.account.get(PaymentIntent, call.path["id"], "intent")
    given = call.params.get("client_secret")
    if call.public and given is None:
        raise unauthenticated("When using a publishable key, you must pass the `client_secret` of the PaymentIntent.")
    if given is not None and given != intent.client_secret:
        raise invalid(
            "The client_secret provided does not match any associated PaymentIntent.",
            code="resource_missing" if call.public else None,
            param="client_secret",
        )
    return intent


def update(call: Call) -> dict[str, Any]:
    """Amount, method and the like until money has moved; words and metadata always."""
    intent = call.account.get(PaymentIntent, call.path["id"], "intent")
    params = call.params
    for name in params:
        if name not in _ALWAYS_EDITABLE and intent.status not in EDITABLE:
            raise unexpected_state(
                f"This PaymentIntent's {name} could not be updated because it has a status of {intent.status}. You "
                f"may only update the {name} of a PaymentIntent with one of the following statuses: "
                f"{', '.join(EDITABLE)}.",
                payment_intent=intent.render(),
            )
    currency = check_currency(params.get("currency", intent.currency))
    amount = params.get("amount", intent.amount)
    check_amount(amount, currency)
    if "customer" in params:
        call.account.known("customer", params["customer"], "customer")
    apply(call, intent, params)
    intent.amount, intent.currency = amount, currency
    return intent.render()


def list_all(call: Call) -> dict[str, Any]:
    customer = call.params.get("customer")
    found = [one for one in call.account.newest(PaymentIntent) if customer in (None, one.customer)]
    return page(found, call.params, "/v1/payment_intents")


def method_of(call: Call, intent: PaymentIntent) -> PaymentMethod:
    assert intent.payment_method is not None
    return call.account.get(PaymentMethod, intent.payment_method)


def charge_of(call: Call, intent: PaymentIntent) -> Charge:
    assert intent.latest_charge is not None
    return call.account.get(Charge, intent.latest_charge)


_ALWAYS_EDITABLE = frozenset({"description", "metadata", "expand", "receipt_email", "shipping"})
_FUTURE = choice("off_session", "on_session", unset=True)
_OWN_FUTURE = choice("off_session", "on_session", "none", unset=True)
# Stripe takes options for types that are not on offer; here they lead to nothing.
_ELSEWHERE = (
    "acss_debit", "affirm", "afterpay_clearpay", "alipay", "alma", "amazon_pay", "au_becs_debit", "bacs_debit",
    "bancontact", "billie", "blik", "boleto", "cashapp", "customer_balance", "eps", "fpx", "giropay", "grabpay",
    "kakao_pay", "klarna", "konbini", "kr_card", "link", "mb_way", "mobilepay", "multibanco", "naver_pay", "oxxo",
    "p24", "pay_by_bank", "payco", "paynow", "paypal", "pix", "promptpay", "revolut_pay", "samsung_pay", "satispay",
    "sofort", "swish", "twint", "us_bank_account", "wechat_pay", "zip",
)  # fmt: skip
_OPTIONS = fields(
    {
        **dict.fromkeys(_ELSEWHERE, clearable(fields({"setup_future_usage": _OWN_FUTURE}))),
        "card": clearable(
            fields(
                {
                    "setup_future_usage": _OWN_FUTURE,
                    "request_three_d_secure": choice("any", "automatic", "challenge"),
                    "capture_method": choice("manual", unset=True),
                    "network": word,
                }
            )
        ),
        "sepa_debit": clearable(fields({"setup_future_usage": _OWN_FUTURE, "mandate_options": anything})),
        "ideal": clearable(fields({"setup_future_usage": choice("off_session", "none", unset=True)})),
    }
)
AUTOMATIC = fields({"enabled": flag, "allow_redirects": choice("always", "never")}, required=("enabled",))
COMMON = {
    **EXPAND,
    "payment_method": word,
    "payment_method_data": DATA,
    "payment_method_options": _OPTIONS,
    "payment_method_types": words,
    "allowed_payment_method_types": words,
    "excluded_payment_method_types": clearable(words),
    "receipt_email": text,
    "setup_future_usage": _FUTURE,
    "shipping": clearable(SHIPPING),
    "capture_method": choice("automatic", "automatic_async", "manual"),
}
CONFIRMING = {
    "off_session": either(flag, {"one_off": True, "recurring": True}),
    "return_url": word,
    "use_stripe_sdk": flag,
    "error_on_requires_action": flag,
    "mandate_data": clearable(anything),
    "mandate": word,
    "radar_options": anything,
}
TAKES = {
    **COMMON,
    "amount": integer,
    "currency": word,
    "customer": word,
    "description": text,
    "metadata": strings,
    "statement_descriptor": text,
    "statement_descriptor_suffix": text,
}
OPERATIONS = (
    Operation("GET", "/v1/payment_intents", list_all, {**PAGE, "customer": word}),
    Operation("GET", "/v1/payment_intents/{id}", retrieve, {**EXPAND, "client_secret": word}, public=True),
    Operation("POST", "/v1/payment_intents/{id}", update, TAKES),
)
