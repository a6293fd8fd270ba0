"""Stripe's test cards (https://docs.stripe.com/testing): their numbers, their names as payment methods and
tokens, and how each behaves. Any other number is refused; no number outlives the request that brings it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Literal

from billfold.sandbox.stripe.errors import StripeError, declined, invalid

Authentication = Literal["never", "optional", "always", "unless_set_up", "on_session"]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the issuer answers.

    `decline` is the decline code a charge meets, `attach_declines` whether attaching already meets it.
    `authentication`: `always` asks on every payment and declines all off-session ones; `unless_set_up` asks
    whenever the customer is there and declines off-session payments until the card has been set up for them;
    `on_session` asks only when the customer is there; `optional` asks only when the shop wants it to.
    `refund` is what becomes of refunds.
    """

    decline: str | None = None
    attach_declines: bool = True
    authentication: Authentication = "never"
    refund: Literal["succeeded", "pending", "failed"] = "succeeded"


@dataclass(frozen=True, slots=True)
class Card:
    """What is kept of a card: never the number, never the CVC."""

    brand: str
    last4: str
    fingerprint: str
    funding: str
    country: str
    exp_month: int
    exp_year: int
    cvc_checked: bool
    behaviour: Behaviour

    def render(self) -> dict[str, Any]:
        return {
            "brand": self.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": "pass" if self.cvc_checked else None,
            },
            "country": self.country,
            "display_brand": _DISPLAY.get(self.brand, self.brand),
            "exp_month": self.exp_month,
            "exp_year": self.exp_year,
            "fingerprint": self.fingerprint,
            "funding": self.funding,
            "generated_from": None,
            "last4": self.last4,
            "networks": {"available": [self.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": self.brand != "amex"},
            "wallet": None,
        }


_DISPLAY = {"amex": "american_express", "diners": "diners_club"}
_SUCCEEDS = Behaviour()
_ALWAYS_ASKS = Behaviour(authentication="always")


def _declines(code: str, *, attach: bool = True, asks: Authentication = "never") -> Behaviour:
    return Behaviour(decline=code, attach_declines=attach, authentication=asks)


# number: (names after `pm_card_` and `tok_`, brand, funding, country, behaviour)
_TABLE: dict[str, tuple[tuple[str, ...], str, str, str, Behaviour]] = {
    "4242424242424242": (("visa",), "visa", "credit", "US", _SUCCEEDS),
    "4000056655665556": (("visa_debit",), "visa", "debit", "US", _SUCCEEDS),
    "5555555555554444": (("mastercard",), "mastercard", "credit", "US", _SUCCEEDS),
    "2223003122003222": ((), "mastercard", "credit", "US", _SUCCEEDS),
    "5200828282828210": (("mastercard_debit",), "mastercard", "debit", "US", _SUCCEEDS),
    "5105105105105100": (("mastercard_prepaid",), "mastercard", "prepaid", "US", _SUCCEEDS),
    "378282246310005": (("amex",), "amex", "credit", "US", _SUCCEEDS),
    "371449635398431": ((), "amex", "credit", "US", _SUCCEEDS),
    "6011111111111117": (("discover",), "discover", "credit", "US", _SUCCEEDS),
    "3056930009020004": (("diners",), "diners", "credit", "US", _SUCCEEDS),
    "3566002020360505": (("jcb",), "jcb", "credit", "JP", _SUCCEEDS),
    "6200000000000005": (("unionpay",), "unionpay", "credit", "CN", _SUCCEEDS),
    "4000003800000008": (("it",), "visa", "credit", "IT", _SUCCEEDS),
    "4000002760000016": (("de",), "visa", "credit", "DE", _SUCCEEDS),
    "4000002500000003": (("fr",), "visa", "credit", "FR", _SUCCEEDS),
    "4000000000000002": (
        ("visa_chargeDeclined", "chargeDeclined"),
        "visa",
        "credit",
        "US",
        _declines("generic_decline"),
    ),
    "4000000000009995": (
        ("visa_chargeDeclinedInsufficientFunds", "chargeDeclinedInsufficientFunds"),
        "visa",
        "credit",
        "US",
        _declines("insufficient_funds"),
    ),
    "4000000000009987": (
        ("visa_chargeDeclinedLostCard", "chargeDeclinedLostCard"),
        "visa",
        "credit",
        "US",
        _declines("lost_card"),
    ),
    "4000000000009979": (
        ("visa_chargeDeclinedStolenCard", "chargeDeclinedStolenCard"),
        "visa",
        "credit",
        "US",
        _declines("stolen_card"),
    ),
    "4000000000000069": (("chargeDeclinedExpiredCard",), "visa", "credit", "US", _declines("expired_card")),
    "4000000000000127": (("chargeDeclinedIncorrectCvc",), "visa", "credit", "US", _declines("incorrect_cvc")),
    "4000000000000119": (
        ("chargeDeclinedProcessingError",),
        "visa",
        "credit",
        "US",
        _declines("processing_error"),
    ),
    "4000000000006975": (
        ("visa_chargeDeclinedVelocityLimitExceeded",),
        "visa",
        "credit",
        "US",
        _declines("card_velocity_exceeded"),
    ),
    "4000000000000341": (
        ("chargeCustomerFail",),
        "visa",
        "credit",
        "US",
        _declines("generic_decline", attach=False),
    ),
    "4000002500003155": (
        ("authenticationRequiredOnSetup",),
        "visa",
        "credit",
        "FR",
        Behaviour(authentication="unless_set_up"),
    ),
    "4000002760003184": (("authenticationRequired",), "visa", "credit", "DE", _ALWAYS_ASKS),
    "4000003800000446": (
        ("authenticationRequiredSetupForOffSession",),
        "visa",
        "credit",
        "IT",
        Behaviour(authentication="on_session"),
    ),
    "4000008260003178": (
        ("authenticationRequiredChargeDeclinedInsufficientFunds",),
        "visa",
        "credit",
        "GB",
        _declines("insufficient_funds", attach=False, asks="always"),
    ),
    "4000000000003220": (("threeDSecure2Required",), "visa", "credit", "IE", _ALWAYS_ASKS),
    "4000000000003063": (("threeDSecureRequired",), "visa", "credit", "US", _ALWAYS_ASKS),
    "4000008400001629": (
        ("threeDSecureRequiredChargeDeclined",),
        "visa",
        "credit",
        "US",
        _declines("generic_decline", attach=False, asks="always"),
    ),
    "4000000000003055": (
        ("threeDSecureOptional",),
        "visa",
        "credit",
        "US",
        Behaviour(authentication="optional"),
    ),
    "4000000000007726": (("pendingRefund",), "visa", "credit", "US", Behaviour(refund="pending")),
    "4000000000005126": (("refundFail",), "visa", "credit", "US", Behaviour(refund="failed")),
}
_BY_NAME = {name: number for number, (names, *_) in _TABLE.items() for name in names}


def well_known(id: str, now: float) -> Card | None:
    """The card behind `pm_card_visa` or `tok_visa`; None for any other id. It expires two years from `now`."""
    name = id.removeprefix("pm_card_") if id.startswith("pm_card_") else id.removeprefix("tok_")
    if name == id or name not in _BY_NAME:
        return None
    year = 1970 + int(now // (365.2425 * 86400))
    return _card(_BY_NAME[name], 12, year + 2, cvc_checked=True)


def read_card(values: dict[str, Any], param: str, now: float) -> Card:
    """The card of `card[number]`, `card[exp_month]`, … or `card[token]`; raises StripeError for one that no
    issuer knows. `now` decides what has expired.
    """
    if token := values.get("token"):
        card = well_known(token, now)
        if card is None or not token.startswith("tok_"):
            raise invalid(f"No such token: '{token}'", code="resource_missing", param=f"{param}[token]")
        return card
    for name in ("number", "exp_month", "exp_year"):
        if name not in values:
            full = f"{param}[{name}]"
            raise invalid(f"Missing required param: {full}.", code="parameter_missing", param=full)
    number = re.sub(r"[ -]", "", values["number"])
    if not re.fullmatch(r"\d{12,19}", number) or not _luhn(number):
        raise _card_error("incorrect_number", "Your card number is incorrect.", f"{param}[number]")
    month, year = values["exp_month"], values["exp_year"]
    year += 2000 if year < 100 else 0
    if not 1 <= month <= 12:
        raise _card_error("invalid_expiry_month", "Your card's expiration month is invalid.", f"{param}[exp_month]")
    if not _still_valid(month, year, now):
        raise _card_error("invalid_expiry_year", "Your card's expiration year is invalid.", f"{param}[exp_year]")
    if number not in _TABLE:
        raise declined("test_mode_live_card", param=f"{param}[number]")
    cvc = values.get("cvc")
    if cvc is not None and not re.fullmatch(r"\d{3,4}", cvc):
        raise _card_error("invalid_cvc", "Your card's security code is invalid.", f"{param}[cvc]")
    return _card(number, month, year, cvc_checked=cvc is not None)


def _card(number: str, month: int, year: int, *, cvc_checked: bool) -> Card:
    _, brand, funding, country, behaviour = _TABLE[number]
    return Card(
        brand=brand,
        last4=number[-4:],
        fingerprint=fingerprint("card", number),
        funding=funding,
        country=country,
        exp_month=month,
        exp_year=year,
        cvc_checked=cvc_checked,
        behaviour=behaviour,
    )


def fingerprint(kind: str, number: str) -> str:
    """The same for the same number, always; https://docs.stripe.com/api/payment_methods/object."""
    return hashlib.sha256(f"billfold sandbox {kind} {number}".encode()).hexdigest()[:16]


def _card_error(code: str, message: str, param: str) -> StripeError:
    return StripeError(402, "card_error", message, code=code, param=param)


def _still_valid(month: int, year: int, now: float) -> bool:
    """A card is good through the last day of its month; years more than fifty ahead are typing errors."""
    months_now = int(now // (365.2425 * 86400 / 12)) + 1970 * 12
    return months_now <= year * 12 + month - 1 <= months_now + 600


def _luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0
