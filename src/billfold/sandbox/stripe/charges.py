"""Charges (https://docs.stripe.com/api/charges): one attempt to move money, made by confirming an intent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from billfold.sandbox.stripe.account import page
from billfold.sandbox.stripe.api import Call, Operation
from billfold.sandbox.stripe.errors import DECLINE_WORDS
from billfold.sandbox.stripe.params import EXPAND, PAGE, word
from billfold.sandbox.stripe.payment_methods import PaymentMethod, whole_billing
from billfold.sandbox.world import new_id

# https://docs.stripe.com/payments/place-a-hold-on-a-payment-method: how long issuers hold money for online
# payments.
HOLD = 7 * 86400


@dataclass(slots=True)
class Charge:
    noun: ClassVar[str] = "charge"

    created: int
    amount: int
    currency: str
    intent: str
    method: PaymentMethod
    status: str
    id: str = field(default_factory=lambda: new_id("ch_3", 23))
    customer: str | None = None
    description: str | None = None
    receipt_email: str | None = None
    shipping: dict[str, Any] | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    decline_code: str | None = None
    authenticated: bool = False
    captured: bool = False
    amount_captured: int = 0
    amount_refunded: int = 0
    generated_sepa_debit: str | None = None

    def render(self) -> dict[str, Any]:
        failed = self.status == "failed"
        return {
            "id": self.id,
            "object": "charge",
            "amount": self.amount,
            "amount_captured": self.amount_captured,
            "amount_refunded": self.amount_refunded,
            "application": None,
            "application_fee": None,
            "application_fee_amount": None,
            "balance_transaction": None,
            "billing_details": whole_billing(self.method.billing_details),
            "calculated_statement_descriptor": "BILLFOLD SANDBOX",
            "captured": self.captured,
            "created": self.created,
            "currency": self.currency,
            "customer": self.customer,
            "description": self.description,
            "disputed": False,
            "failure_balance_transaction": None,
            "failure_code": self._failure_code(),
            "failure_message": DECLINE_WORDS[self.decline_code] if self.decline_code else None,
            "fraud_details": {},
            "livemode": False,
            "metadata": dict(self.metadata),
            "on_behalf_of": None,
            "outcome": {
                "advice_code": None,
                "network_advice_code": None,
                "network_decline_code": None,
                "network_status": "declined_by_network" if failed else "approved_by_network",
                "reason": self.decline_code,
                "risk_level": "normal",
                "seller_message": "The bank did not return any further details with this decline."
                if failed
                else "Payment complete.",
                "type": "issuer_declined" if failed else "authorized",
            },
            "paid": not failed,
            "payment_intent": self.intent,
            "payment_method": self.method.id,
            "payment_method_details": self._details(),
            "radar_options": {},
            "receipt_email": self.receipt_email,
            "receipt_number": None,
            "receipt_url": None,
            "refunded": 0 < self.amount_refunded == self.amount,
            "review": None,
            "shipping": self.shipping,
            "source_transfer": None,
            "statement_descriptor": None,
            "statement_descriptor_suffix": None,
            "status": self.status,
            "transfer_data": None,
            "transfer_group": None,
        }

    def _failure_code(self) -> str | None:
        if self.decline_code in (None, "expired_card", "incorrect_cvc", "processing_error"):
            return self.decline_code
        return "authentication_required" if self.decline_code == "authentication_required" else "card_declined"

    def _details(self) -> dict[str, Any]:
        card = self.method.card
        if self.method.type == "ideal":
            details = {
                **self.method.details,
                "generated_sepa_debit": self.generated_sepa_debit,
                "generated_sepa_debit_mandate": None,
                "iban_last4": None,
                "transaction_id": None,
                "verified_name": None,
            }
        elif card is None:
            mandate = {"expected_debit_date": None, "mandate": None}
            details = {k: v for k, v in self.method.details.items() if k != "generated_from"} | mandate
        else:
            details = {
                "amount_authorized": self.amount if self.status == "succeeded" else None,
                "authorization_code": None,
                "brand": card.brand,
                "capture_before": self.created + HOLD,
                "checks": card.render()["checks"],
                "country": card.country,
                "exp_month": card.exp_month,
                "exp_year": card.exp_year,
                "extended_authorization": {"status": "disabled"},
                "fingerprint": card.fingerprint,
                "funding": card.funding,
                "incremental_authorization": {"status": "unavailable"},
                "installments": None,
                "last4": card.last4,
                "mandate": None,
                "multicapture": {"status": "unavailable"},
                "network": card.brand,
                "network_token": {"used": False},
                "network_transaction_id": None,
                "overcapture": {"maximum_amount_capturable": self.amount, "status": "unavailable"},
                "regulated_status": "unregulated",
                "three_d_secure": _AUTHENTICATED if self.authenticated else None,
                "wallet": None,
            }
        return {"type": self.method.type, self.method.type: details}


_AUTHENTICATED = {
    "authentication_flow": "challenge",
    "electronic_commerce_indicator": "05",
    "exemption_indicator": None,
    "result": "authenticated",
    "result_reason": None,
    "transaction_id": None,
    "version": "2.2.0",
}


def retrieve(call: Call) -> dict[str, Any]:
    return call.account.get(Charge, call.path["id"]).render()


def list_all(call: Call) -> dict[str, Any]:
    intent, customer = call.params.get("payment_intent"), call.params.get("customer")
    found = [
        one for one in call.account.newest(Charge) if intent in (None, one.intent) and customer in (None, one.customer)
    ]
    return page(found, call.params, "/v1/charges")


OPERATIONS = (
    Operation("GET", "/v1/charges", list_all, {**PAGE, "payment_intent": word, "customer": word}),
    Operation("GET", "/v1/charges/{id}", retrieve, EXPAND),
)
