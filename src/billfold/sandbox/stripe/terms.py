"""What can be paid, and with what: amounts, currencies, and the payment method types an intent is open to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from billfold.sandbox.stripe.errors import invalid
from billfold.sandbox.stripe.payment_methods import REUSABLE

# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, minor units
MINIMUM = {
    "aed": 200, "bgn": 100, "chf": 50, "czk": 1500, "dkk": 250, "gbp": 30, "hkd": 400, "huf": 17500, "jpy": 50,
    "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip
MAXIMUM = 99_999_999

# https://docs.stripe.com/currencies#presentment-currencies; which of them an account may use depends on its country.
_CURRENCIES = """
usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp
cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel ghs gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr
isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mru mur mvr mwk mxn
myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos
srd std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw
"""
CURRENCIES = tuple(_CURRENCIES.split())
CHOOSING = frozenset({"payment_method_types", "allowed_payment_method_types", "excluded_payment_method_types"})


class Payable(Protocol):
    """An intent, as far as the choice of types goes. `automatic` is what it answers as `automatic_payment_methods`."""

    currency: str
    capture_method: str
    automatic: dict[str, Any] | None
    allowed: list[str] | None
    excluded: list[str] | None
    payment_method_types: list[str]


def check_amount(amount: int, currency: str) -> None:
    if amount < 1:
        raise invalid(
            "This value must be greater than or equal to 1.", code="parameter_invalid_integer", param="amount"
        )
    if amount < MINIMUM.get(currency, 50):
        raise invalid(
            f"Amount must be at least {MINIMUM.get(currency, 50)} {currency} (in its smallest unit)",
            code="amount_too_small",
            param="amount",
        )
    if amount > MAXIMUM:
        raise invalid(
            f"Amount must be no more than {MAXIMUM} {currency} (in its smallest unit)",
            code="amount_too_large",
            param="amount",
        )


def check_currency(currency: str) -> str:
    lower = currency.lower()
    if lower not in CURRENCIES:
        known = ", ".join(CURRENCIES)
        raise invalid(
            f"Invalid currency: {lower}. Stripe currently supports these currencies: {known}", param="currency"
        )
    return lower


def _offered(currency: str, *, manual: bool) -> list[str]:
    """Bank methods know no authorization that is captured later, and no currency but the euro."""
    return list(REUSABLE) if currency == "eur" and not manual else ["card"]


def choose_types(intent: Payable, params: Mapping[str, Any], version: str) -> None:
    """What this intent can be paid with: what is offered here, narrowed by what the caller allows and excludes.

    https://docs.stripe.com/changelog/dahlia/2026-07-29/allowed-payment-method-types-parameter
    """
    ways = ("automatic_payment_methods", "allowed_payment_method_types", "payment_method_types")
    chosen = [name for name in ways if name in params]
    if len(chosen) > 1:
        raise invalid(f"You may only specify one of these parameters: {', '.join(chosen)}.")
    manual = params.get("capture_method", intent.capture_method) == "manual"
    if "payment_method_types" in params:
        _check_types(version, params["payment_method_types"], manual=manual)
        intent.automatic = intent.allowed = None
        intent.payment_method_types = params["payment_method_types"]
        return
    offered = _offered(intent.currency, manual=manual)
    intent.excluded = params.get("excluded_payment_method_types", intent.excluded) or None
    intent.allowed = params.get("allowed_payment_method_types", intent.allowed)
    if intent.allowed is not None:
        intent.automatic = None
        offered = [name for name in offered if name in intent.allowed]
    elif "automatic_payment_methods" in params and not params["automatic_payment_methods"]["enabled"]:
        offered = ["card"]
    elif intent.automatic is None:
        intent.automatic = {"allow_redirects": "always", **params.get("automatic_payment_methods", {"enabled": True})}
    if intent.automatic is not None and intent.automatic["allow_redirects"] == "never":
        offered = [name for name in offered if name != "ideal"]
    intent.payment_method_types = [name for name in offered if name not in (intent.excluded or ())]
    if not intent.payment_method_types:
        raise invalid(
            "No valid payment method types for this Payment Intent. Please ensure that you have allowed payment "
            f"methods compatible with your chosen currency; the sandbox knows {', '.join(REUSABLE)}.",
            code="payment_intent_invalid_parameter",
        )


def _check_types(version: str, types: list[str], *, manual: bool) -> None:
    """https://docs.stripe.com/changelog/endive/2026-09-30/removes-the-payment-method-types-parameter-from-payment-intents-and-setup-intents"""
    if version >= "2026-09-30":
        raise invalid(
            "`payment_method_types` can no longer be set. Use `automatic_payment_methods`, "
            "`allowed_payment_method_types` or `excluded_payment_method_types`.",
            code="payment_method_types_no_longer_supported",
            param="payment_method_types",
        )
    for index, name in enumerate(types):
        if name not in REUSABLE:
            raise invalid(
                f'The payment method type "{name}" is invalid. The sandbox knows {", ".join(REUSABLE)}.',
                code="payment_intent_invalid_parameter",
                param=f"payment_method_types[{index}]",
            )
        if manual and name != "card":
            raise invalid(
                f"The payment method type {name} cannot be used with `capture_method=manual`.",
                code="payment_intent_invalid_parameter",
                param="payment_method_types",
            )
