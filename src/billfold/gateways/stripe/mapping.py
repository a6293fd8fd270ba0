"""Stripe's words and ours, as pure tables.

Read on 2026-11-22, for API version 2026-10-28.endive, at https://docs.stripe.com/
    payments/paymentintents/lifecycle       statuses of a payment intent
    api/refunds/object                      statuses of a refund
    currencies#zero-decimal                 the smallest unit of each currency, and its exceptions
    payments/payment-methods/payment-method-support   which payment methods can be used again
    api/payment_methods/object              what a payment method tells of itself
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from billfold.domain.errors import Refused
from billfold.domain.money import Money, exponent_of
from billfold.domain.payments import Kind, Outcome
from billfold.gateways.protocol import Kept, Movements, NextAction, Reference, Verdict
from billfold.gateways.scrub import scrub, scrub_text

Thing = Mapping[str, Any]  # an object of Stripe's API, as plain values

# --- money ------------------------------------------------------------------------------------------------------------

# Currencies whose smallest unit at Stripe has no decimals, whatever ISO 4217 says.
ZERO_DECIMAL = frozenset({
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
})  # fmt: skip
# Three decimals, of which the last must be 0.
THREE_DECIMAL = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
# ISK and UGX have no decimals any more, yet Stripe still wants them with two, which must be 00. So two decimals for
# whatever is in neither table.


def to_stripe(amount: Money) -> tuple[int, str]:
    """The amount in Stripe's smallest unit, and the currency in lower case.

    Refused where Stripe cannot express it exactly: nobody is charged a rounded amount.
    """
    theirs, ours = _decimals(amount.currency), exponent_of(amount.currency)
    units, rest = divmod(amount.minor * 10**theirs, 10**ours)
    step = {3: 10}.get(theirs, 1)
    if rest or units % step:
        raise Refused(
            f"{amount} cannot be paid with Stripe, which takes {amount.currency} only in steps of "
            f"{Money(10**ours * step // 10**theirs, amount.currency)}.",
            error="amount_not_payable",
        )
    return units, amount.currency.lower()


def from_stripe(units: int, currency: str) -> Money:
    """Stripe's smallest unit and lower-case currency → ours."""
    code = currency.upper()
    return Money(units * 10 ** exponent_of(code) // 10 ** _decimals(code), code)


def _decimals(currency: str) -> int:
    return 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2


# --- outcomes ---------------------------------------------------------------------------------------------------------

# What an intent's status says of the authorization. A status that is not here, or a new one, is doubt: pending.
AUTHORIZATIONS: Mapping[str, Outcome] = {
    "requires_payment_method": Outcome.FAILED,  # DECLINED when `last_payment_error` is there
    "requires_confirmation": Outcome.FAILED,
    "requires_action": Outcome.PENDING,
    "processing": Outcome.PENDING,
    "requires_capture": Outcome.SUCCEEDED,
    "succeeded": Outcome.SUCCEEDED,
    "canceled": Outcome.FAILED,
}

REFUNDS: Mapping[str, Outcome] = {
    "pending": Outcome.PENDING,
    "requires_action": Outcome.PENDING,
    "succeeded": Outcome.SUCCEEDED,
    "failed": Outcome.FAILED,
    "canceled": Outcome.FAILED,
}

# Statuses in which the customer's bank has agreed to the payment, so that the instrument may be kept.
AUTHORIZED = frozenset({"requires_capture", "succeeded", "processing"})
# Statuses in which an intent can still be changed or confirmed.
OPEN = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})

AUTHENTICATION_FAILED = "payment_intent_authentication_failure"


def authorization(intent: Thing) -> Verdict:
    """What an intent says of the money it was made for."""
    status = str(intent["status"])
    outcome = AUTHORIZATIONS.get(status, Outcome.PENDING)
    reference = Reference(str(intent["id"]))
    held = from_stripe(intent["amount"], intent["currency"])
    if outcome is Outcome.SUCCEEDED:
        at_once = status == "succeeded" and intent.get("capture_method") != "manual"
        return Verdict(
            outcome,
            reference,
            amount=held,
            captured=at_once,
            capture_reference=charge_of(intent) if at_once else None,
            details=facts(intent),
        )
    if outcome is Outcome.PENDING:
        return Verdict(outcome, reference, amount=held, details=facts(intent), next_action=next_action(intent))
    error = intent.get("last_payment_error")
    if status == "requires_payment_method" and error:
        return declined(error, reference, details=facts(intent))
    return Verdict(outcome, reference, decline=status, message=_FAILED.get(status), details=facts(intent))


_FAILED = {
    "requires_payment_method": "Stripe has not been given anything to pay with.",
    "requires_confirmation": "The payment has not been confirmed.",
    "canceled": "The payment intent was canceled.",
}


def capture(intent: Thing) -> Verdict:
    """What an intent says of its one capture."""
    if intent["status"] == "succeeded":
        taken = from_stripe(intent["amount_received"], intent["currency"])
        rest = _released(intent["amount"], intent["amount_received"], intent["currency"])
        return Verdict(Outcome.SUCCEEDED, charge_of(intent), amount=taken, released=rest, details=facts(intent))
    if intent["status"] == "processing":
        return Verdict(Outcome.PENDING, charge_of(intent), details=facts(intent))
    return Verdict(Outcome.FAILED, decline=intent["status"], message=f"The payment intent is {intent['status']}.")


def void(intent: Thing) -> Verdict:
    """What an intent says of the money that was let go: all of it when canceled, else what a capture left over."""
    reference = Reference(str(intent["id"]))
    if intent["status"] == "canceled":
        amount = _released(intent["amount"], intent["amount_received"], intent["currency"])
        return Verdict(Outcome.SUCCEEDED, reference, amount=amount)
    if intent["status"] == "succeeded":
        rest = _released(intent["amount"], intent["amount_received"], intent["currency"])
        if rest:
            message = "Stripe let the rest go with the capture."
            return Verdict(Outcome.SUCCEEDED, reference, amount=rest, message=message)
    return Verdict(Outcome.FAILED, decline=intent["status"], message=f"The payment intent is {intent['status']}.")


def _released(held: int, taken: int, currency: str) -> Money | None:
    """What a capture of only a part let go, in Stripe's units both: there is no second capture
    (https://docs.stripe.com/payments/place-a-hold-on-a-payment-method)."""
    return from_stripe(held - taken, currency) if taken < held else None


def refund(thing: Thing) -> Verdict:
    outcome = REFUNDS.get(str(thing["status"]), Outcome.PENDING)
    failed = outcome is Outcome.FAILED
    return Verdict(
        outcome,
        Reference(str(thing["id"])),
        amount=from_stripe(thing["amount"], thing["currency"]),
        decline=(thing.get("failure_reason") or str(thing["status"])) if failed else None,
        message="Stripe could not give the money back." if failed else None,
    )


def was_refunded(intent: Thing) -> bool:
    """Whether anything of what was taken has been given back, so that the intent's refunds are worth reading."""
    charge = intent.get("latest_charge")
    return isinstance(charge, Mapping) and bool(charge.get("amount_refunded"))


def movements(intent: Thing, refunds: Sequence[Thing]) -> Movements:
    """What has become of an intent's money, whoever moved it.

    refunds  newest first, as Stripe lists them
    """
    held, found = authorization(intent), []
    if held.outcome is not Outcome.FAILED:
        found.append((Kind.AUTHORIZATION, held))
    if intent["status"] == "succeeded":
        found.append((Kind.CAPTURE, capture(intent)))
    if intent["status"] == "canceled" and intent.get("latest_charge"):
        found.append((Kind.VOID, void(intent)))  # without a charge nothing was ever held
    return (*found, *((Kind.REFUND, refund(r)) for r in reversed(refunds)))


def declined(error: Thing, reference: Reference | None, *, details: Thing | None = None) -> Verdict:
    """The issuer's no, from the error of a request or the `last_payment_error` of an intent."""
    return Verdict(
        Outcome.DECLINED,
        reference,
        decline=error.get("decline_code") or error.get("code") or "card_declined",
        message=scrub_text(str(error.get("message") or "The payment was declined.")),
        details=details or {},
    )


def next_action(intent: Thing) -> NextAction | None:
    """What the customer must do, when it is their turn. A page to go to where Stripe names one; Stripe.js needs
    only the client secret."""
    if intent["status"] != "requires_action":
        return None
    action = intent.get("next_action") or {}
    url = (action.get("redirect_to_url") or {}).get("url")
    if url is None:
        url = (action.get("use_stripe_sdk") or {}).get("stripe_js")
    return NextAction(
        url=url if isinstance(url, str) and url.startswith(("https://", "http://")) else None,
        client_secret=intent.get("client_secret"),
    )


def charge_of(intent: Thing) -> Reference | None:
    charge = intent.get("latest_charge")
    if isinstance(charge, Mapping):
        charge = charge["id"]
    return Reference(charge) if charge else None


def facts(intent: Thing) -> dict[str, Any]:
    """What a payment source remembers of its intent. The instrument only once the intent was read with it."""
    known: dict[str, Any] = {}
    if charge := charge_of(intent):
        known["charge_id"] = str(charge)
    method = intent.get("payment_method")
    if isinstance(method, Mapping) and intent["status"] in AUTHORIZED | {"requires_action"}:
        known["payment_method"] = scrub(method)
        known["payment_instrument"] = instrument(method)
        if left_behind := generated(method, intent.get("latest_charge")):
            known["payment_method"][LEFT_BEHIND] = {"id": left_behind, "customer": intent.get("customer")}
    return known


# --- instruments ------------------------------------------------------------------------------------------------------

# Types that can be charged again once set up. Others either cannot, or leave a SEPA mandate behind (see GENERATES).
REUSABLE = frozenset({
    "acss_debit", "amazon_pay", "au_becs_debit", "bacs_debit", "card", "cashapp", "kakao_pay", "kr_card", "link",
    "naver_pay", "nz_bank_account", "paypal", "payto", "revolut_pay", "sepa_debit", "us_bank_account",
})  # fmt: skip
# Types that cannot be charged again, but whose charge names another payment method that can.
GENERATES: Mapping[str, str] = {
    "bancontact": "generated_sepa_debit",
    "card_present": "generated_card",
    "ideal": "generated_sepa_debit",
    "sofort": "generated_sepa_debit",
}
# Types for which later use is announced by itself when a registered customer pays. Only these: to announce it for
# the whole intent would take away every method that cannot be used again.
ANNOUNCED = ("card", "link", "sepa_debit")
# Types whose mandate already covers a payment made without the customer: nobody is asked again.
BY_MANDATE = frozenset(
    {"acss_debit", "au_becs_debit", "bacs_debit", "nz_bank_account", "sepa_debit", "us_bank_account"}
)

WALLETS: Mapping[str, str] = {
    "amex_express_checkout": "amex express checkout",
    "apple_pay": "apple pay",
    "google_pay": "google pay",
    "link": "link",
    "masterpass": "masterpass",
    "samsung_pay": "samsung pay",
    "visa_checkout": "visa checkout",
}


# The member of a stored `payment_method` that names the reusable one it left behind, and whose that is.
LEFT_BEHIND = "left_behind"


def generated(method: Thing, charge: Any) -> str | None:
    """The id of the reusable payment method that paying with this one left behind, if any."""
    if not isinstance(charge, Mapping):
        return None
    paid = (charge.get("payment_method_details") or {}).get(method["type"]) or {}
    found = paid.get(GENERATES.get(method["type"], ""))
    return found["id"] if isinstance(found, Mapping) else found


def instrument(method: Thing) -> dict[str, str]:
    """The contract's `payment_instrument`: strings only, and nothing that is not known."""
    kind = str(method["type"])
    known: dict[str, Any] = {"issuer_type": kind.replace("_", " ")}
    holder = (method.get("billing_details") or {}).get("name")
    if kind in ("card", "card_present"):
        card = method[kind]
        wallet = (card.get("wallet") or {}).get("type")
        known["issuer"] = card.get("issuer") or "unknown"
        known["issuer_type"] = WALLETS.get(wallet, "credit card") if wallet else "credit card"
        known["card_type"] = str(card["brand"]).lower()
        known["card_last_digits"] = card["last4"]
        known["card_expiry_month"] = card["exp_month"]
        known["card_expiry_year"] = card["exp_year"]
        known["card_holder_name"] = holder or card.get("cardholder_name")
    else:
        known["issuer"] = "stripe"
        known["card_last_digits"] = (method.get(kind) or {}).get("last4")
        known["card_holder_name"] = holder
    return {name: scrub_text(str(value)) for name, value in known.items() if value not in (None, "")}


def masked_name(method: Thing) -> str:
    """What the customer recognises it by."""
    kind = str(method["type"])
    own = method.get(kind) or {}
    if kind in ("card", "card_present"):
        return f"XXXX-XXXX-XXXX-{str(own['last4'])[-4:]}"
    if own.get("last4"):
        return f"XXXX-{str(own['last4'])[-4:]}"
    email = own.get("email") or own.get("payer_email") or own.get("cashtag")
    return masked_email(str(email)) if email else kind.replace("_", " ").capitalize()


def masked_email(email: str) -> str:
    """
    >>> masked_email("jenny.rosen@example.com")
    'j***@example.com'
    """
    name, at, host = email.partition("@")
    return f"{name[:1]}***{at}{host}"


def fingerprint(method: Thing) -> str | None:
    """Equal for the same card or account however often it was typed, with a new expiry date too."""
    found = (method.get(str(method["type"])) or {}).get("fingerprint")
    return str(found) if found else None


def kept(method: Thing, customer: str | None) -> Kept:
    shown = instrument(method)
    return Kept(
        name=masked_name(method),
        customer_token=customer,
        payment_source_token=str(method["id"]),
        fingerprint=fingerprint(method),
        instrument=shown,
        details={"payment_method": scrub(method), "payment_instrument": shown},
    )


def type_of(shown: Mapping[str, str]) -> str:
    """The payment method type behind a `payment_instrument` made by `instrument`."""
    issuer = shown.get("issuer_type", "credit card")
    return "card" if shown.get("card_type") or issuer == "credit card" else issuer.replace(" ", "_")


# --- notifications ----------------------------------------------------------------------------------------------------

TOPICS = (
    "charge.captured",
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "payment_method.automatically_updated",
    "payment_method.detached",
    "payment_method.updated",
    "refund.created",
    "refund.failed",
    "refund.updated",
)


def reported(topic: str, thing: Thing) -> Movements:
    """What a report about an intent, a charge or a refund says happened to money. An intent reported as paid in full
    names its authorization too, for reports come in any order and some never."""
    if topic in ("refund.created", "refund.failed", "refund.updated", "charge.refund.updated"):
        return ((Kind.REFUND, refund(thing)),)
    if topic == "charge.captured":
        taken = from_stripe(thing["amount_captured"], thing["currency"])
        rest = _released(thing["amount"], thing["amount_captured"], thing["currency"])
        return ((Kind.CAPTURE, Verdict(Outcome.SUCCEEDED, Reference(thing["id"]), amount=taken, released=rest)),)
    if topic == "payment_intent.canceled":
        # Without a charge nothing was ever held, so nothing is let go.
        return ((Kind.VOID, void(thing)),) if thing.get("latest_charge") else ()
    if topic == "payment_intent.succeeded":
        held = (Kind.AUTHORIZATION, authorization(thing))
        return (held,) if held[1].captured else (held, (Kind.CAPTURE, capture(thing)))
    if topic in TOPICS and topic.startswith("payment_intent."):
        return ((Kind.AUTHORIZATION, authorization(thing)),)
    return ()
