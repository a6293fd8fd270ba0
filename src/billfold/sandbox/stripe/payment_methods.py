"""Payment methods (https://docs.stripe.com/api/payment_methods): instruments, and which customer they are
attached to.

An instrument is for one payment, unless it is attached to a customer: see `spend`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from billfold.sandbox.stripe.account import page
from billfold.sandbox.stripe.api import SENT_BY_BROWSERS, Call, Operation
from billfold.sandbox.stripe.cards import Card, fingerprint, read_card, well_known
from billfold.sandbox.stripe.errors import declined, invalid
from billfold.sandbox.stripe.events import emit
from billfold.sandbox.stripe.params import (
    BILLING,
    EXPAND,
    PAGE,
    anything,
    choice,
    fields,
    integer,
    merged_metadata,
    strings,
    whole_address,
    word,
)
from billfold.sandbox.world import new_id

# Not reusable ones cannot be attached:
# https://docs.stripe.com/payments/payment-methods/payment-method-support
REUSABLE = {"card": True, "sepa_debit": True, "ideal": False}
SPENT = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a "
    "connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use "
    "a PaymentMethod multiple times, you must attach it to a Customer first."
)


@dataclass(slots=True)
class PaymentMethod:
    """`spent`: used up or detached, never to be used again. `set_up`: its owner agreed to off-session
    payments.
    """

    noun: ClassVar[str] = "PaymentMethod"

    created: int
    type: str
    id: str = field(default_factory=lambda: new_id("pm_1", 23))
    card: Card | None = None
    details: dict[str, Any] = field(default_factory=dict)
    billing_details: dict[str, Any] = field(default_factory=dict)
    allow_redisplay: str = "unspecified"
    customer: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    spent: bool = False
    set_up: bool = False

    def render(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "payment_method",
            "allow_redisplay": self.allow_redisplay,
            "billing_details": whole_billing(self.billing_details),
            self.type: self.card.render() if self.card else dict(self.details),
            "created": self.created,
            "customer": self.customer,
            "livemode": False,
            "metadata": dict(self.metadata),
            "type": self.type,
        }


def whole_billing(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "address": whole_address(given.get("address") or {}),
        "email": given.get("email") or None,
        "name": given.get("name") or None,
        "phone": given.get("phone") or None,
        "tax_id": given.get("tax_id") or None,
    }


def make(call: Call, values: Mapping[str, Any], within: str = "") -> PaymentMethod:
    """A new instrument from the parameters of `payment_methods` or `payment_method_data`. `within` is the
    name of the parameter that holds them, for error messages.
    """
    kind = values["type"]
    param = f"{within}[{kind}]" if within else kind
    method = PaymentMethod(
        created=call.now,
        type=kind,
        billing_details=dict(values.get("billing_details") or {}),
        metadata=merged_metadata({}, values.get("metadata")),
        allow_redisplay=values.get("allow_redisplay", "unspecified"),
    )
    if kind == "card":
        if "card" not in values:
            raise invalid(f"Missing required param: {param}.", code="parameter_missing", param=param)
        method.card = read_card(values["card"], param, call.world.now())
    elif kind == "sepa_debit":
        method.details = _sepa_debit(values.get("sepa_debit", {}), param, method.billing_details)
    else:
        method.details = {"bank": values.get("ideal", {}).get("bank"), "bic": None}
    return call.account.add(method)


def _sepa_debit(values: Mapping[str, Any], param: str, billing: Mapping[str, Any]) -> dict[str, Any]:
    """https://docs.stripe.com/payments/sepa-debit/accept-a-payment: an IBAN, with the owner's name and email."""
    iban = re.sub(r"\s", "", values.get("iban", "")).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", iban):
        raise invalid("The IBAN you provided is invalid.", code="invalid_iban", param=f"{param}[iban]")
    for name in ("email", "name"):
        if not billing.get(name):
            full = f"billing_details[{name}]"
            raise invalid(f"Missing required param: {full}.", code="parameter_missing", param=full)
    return {
        "bank_code": iban[4:12],
        "branch_code": "",
        "country": iban[:2],
        "fingerprint": fingerprint("iban", iban),
        "generated_from": {"charge": None, "setup_attempt": None},
        "last4": iban[-4:],
    }


def resolve(call: Call, id: str, param: str = "payment_method", *, in_path: bool = False) -> PaymentMethod:
    """The payment method with this id. Each use of a name such as `pm_card_visa` makes a new one."""
    card = well_known(id, call.world.now()) if id.startswith("pm_card_") else None
    if card is not None:
        return call.account.add(PaymentMethod(created=call.now, type="card", card=card))
    return call.account.get(PaymentMethod, id, param, in_path=in_path)


def spend(method: PaymentMethod) -> None:
    """An instrument that paid without being attached, and without a word about future use, is used up.

    https://docs.stripe.com/api/payment_intents/create#create_payment_intent-setup_future_usage
    """
    if method.customer is None:
        method.spent = True


def attach(call: Call, method: PaymentMethod, customer: str) -> None:
    """https://docs.stripe.com/api/payment_methods/attach: once spent or detached, an instrument cannot be
    attached; nor can one that belongs to somebody else, or whose issuer refuses.
    """
    if method.customer == customer:
        return
    if not REUSABLE[method.type]:
        raise invalid(f"Payment methods of type `{method.type}` cannot be saved to customers.", param="payment_method")
    if method.customer is not None:
        raise invalid("The payment method you provided has already been attached to a customer.")
    if method.spent:
        raise invalid(
            "This PaymentMethod was previously used without being attached to a Customer or was detached from a "
            "Customer, and may not be used again."
        )
    behaviour = method.card.behaviour if method.card else None
    if behaviour and behaviour.decline and behaviour.attach_declines:
        raise declined(behaviour.decline)
    method.customer = customer
    emit(call, "payment_method.attached", method)


def detach(call: Call, method: PaymentMethod) -> None:
    """https://docs.stripe.com/api/payment_methods/detach: it can no longer be used, nor attached again."""
    before = method.render()
    method.customer = None
    method.spent = True
    emit(call, "payment_method.detached", method, before)


def create(call: Call) -> dict[str, Any]:
    return make(call, call.params).render()


def retrieve(call: Call) -> dict[str, Any]:
    return resolve(call, call.path["id"], in_path=True).render()


def update(call: Call) -> dict[str, Any]:
    method = resolve(call, call.path["id"], in_path=True)
    if method.customer is None:
        raise invalid("You must save this PaymentMethod to a customer before you can update it.")
    before = method.render()
    method.billing_details = {**method.billing_details, **call.params.get("billing_details", {})}
    method.metadata = merged_metadata(method.metadata, call.params.get("metadata"))
    method.allow_redisplay = call.params.get("allow_redisplay", method.allow_redisplay)
    if "card" in call.params:
        if method.card is None:
            raise invalid(f"You cannot update `card` on a PaymentMethod of type {method.type}.", param="card")
        method.card = replace(method.card, **call.params["card"])
    emit(call, "payment_method.updated", method, before)
    return method.render()


def list_all(call: Call) -> dict[str, Any]:
    """Only what is attached to the customer named; without one, all that are attached to anybody."""
    customer, kind = call.params.get("customer"), call.params.get("type")
    if customer is not None:
        call.account.known("customer", customer, "customer")
    found = [
        one
        for one in call.account.newest(PaymentMethod)
        if one.customer is not None and customer in (None, one.customer) and kind in (None, one.type)
    ]
    return page(found, call.params, "/v1/payment_methods")


def attach_it(call: Call) -> dict[str, Any]:
    method = resolve(call, call.path["id"], in_path=True)
    customer = call.account.known("customer", call.params["customer"], "customer")
    attach(call, method, customer.id)
    return method.render()


def detach_it(call: Call) -> dict[str, Any]:
    method = call.account.get(PaymentMethod, call.path["id"], "payment_method")
    if method.customer is None:
        raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
    detach(call, method)
    return method.render()


def usable(method: PaymentMethod, customer: str | None, **more: Any) -> None:
    """Whether an intent of this customer (None for a guest's) may be paid with it; raises StripeError."""
    if method.spent:
        raise invalid(SPENT, **more)
    if method.customer is None or method.customer == customer:
        return
    if customer is None:
        raise invalid(
            f"The `payment_method` parameter supplied {method.id} belongs to the Customer {method.customer}. Please "
            "include the Customer in the `customer` parameter on the PaymentIntent.",
            code="parameter_missing",
            param="customer",
            **more,
        )
    raise invalid(
        f"The PaymentMethod {method.id} does not belong to the Customer you supplied {customer}. Please use this "
        "PaymentMethod with the Customer that it belongs to instead.",
        param="payment_method",
        **more,
    )


CARD = fields(
    {
        "number": word,
        "exp_month": integer,
        "exp_year": integer,
        "cvc": word,
        "token": word,
        "networks": anything,
    }
)
_KINDS = {
    "type": choice(*REUSABLE),
    "card": CARD,
    "sepa_debit": fields({"iban": word}),
    "ideal": fields({"bank": word}),
    "billing_details": BILLING,
    "allow_redisplay": choice("always", "limited", "unspecified"),
    "metadata": strings,
    "radar_options": anything,
}
DATA = fields({**_KINDS, **dict.fromkeys(SENT_BY_BROWSERS, anything)}, required=("type",))

OPERATIONS = (
    Operation(
        "POST",
        "/v1/payment_methods",
        create,
        {**EXPAND, **_KINDS},
        ("type",),
        public=True,
    ),
    Operation("GET", "/v1/payment_methods", list_all, {**PAGE, "customer": word, "type": word}),
    Operation("GET", "/v1/payment_methods/{id}", retrieve, EXPAND),
    Operation(
        "POST",
        "/v1/payment_methods/{id}",
        update,
        {
            **EXPAND,
            "billing_details": BILLING,
            "metadata": strings,
            "allow_redisplay": _KINDS["allow_redisplay"],
            "card": fields({"exp_month": integer, "exp_year": integer}),
        },
    ),
    Operation("POST", "/v1/payment_methods/{id}/attach", attach_it, {**EXPAND, "customer": word}, ("customer",)),
    Operation("POST", "/v1/payment_methods/{id}/detach", detach_it, EXPAND),
)
