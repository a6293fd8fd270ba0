"""What a customer pays with in Klarna's window, and how Klarna shows it to the shop afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Instrument:
    """`authorized_as` is its name in the payments API, `kept_as` on a customer token, `initial` in order
    management. `one_currency`: it pays only in the currency it was kept for.
    """

    authorized_as: str
    kept_as: str
    initial: str
    description: str
    one_currency: bool
    more: dict[str, Any]


# The card and the account of https://docs.klarna.com/resources/developer-tools/sample-data/sample-payment-data/
INSTRUMENTS = {
    "card": Instrument("card", "CARD", "CARD", "Card", False, {}),
    "direct_debit": Instrument("direct_debit", "DIRECT_DEBIT", "DIRECT_DEBIT", "Direct debit", True, {}),
    "invoice": Instrument("invoice", "INVOICE", "INVOICE", "Pay in 30 days", True, {"number_of_days": 30}),
}


def authorized(name: str) -> dict[str, Any]:
    """`authorized_payment_method` of a placed order."""
    return {"type": INSTRUMENTS[name].authorized_as, **INSTRUMENTS[name].more}


def kept(name: str, made_at: float) -> dict[str, Any]:
    """What reading a customer token says of the instrument; cards expire four years after they were kept."""
    shown: dict[str, Any] = {"payment_method_type": INSTRUMENTS[name].kept_as}
    if name == "card":
        year = datetime.fromtimestamp(made_at, UTC).year + 4
        shown["card"] = {"brand": "VISA", "expiry_date": f"12/{year}", "masked_number": "************1111"}
    if name == "direct_debit":
        shown["direct_debit"] = {"masked_number": "**********124"}
    return shown
