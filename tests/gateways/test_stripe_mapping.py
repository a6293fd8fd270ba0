"""Stripe's words in ours: tables, and the laws of its amounts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billfold.domain.errors import Refused
from billfold.domain.money import EXPONENTS, Money
from billfold.domain.payments import Kind, Outcome
from billfold.gateways.stripe import mapping


def an_intent(status: str, **more: Any) -> dict[str, Any]:
    return {
        "object": "payment_intent", "id": "pi_1", "status": status, "amount": 1000, "currency": "eur",
        "amount_received": 0, "capture_method": "manual", "client_secret": "pi_1_secret_2", "latest_charge": None,
        "last_payment_error": None, "payment_method": None, **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("minor", "currency", "units"),
    [
        (1050, "EUR", 1050),
        (1050, "JPY", 1050),  # no decimals
        (1050, "ISK", 105000),  # none any more, but Stripe wants two, 00
        (1050, "UGX", 105000),
        (1050, "MGA", None),  # two by ISO 4217, none at Stripe
        (1100, "MGA", 11),
        (1050, "KWD", 1050),  # three, the last one 0
        (1051, "KWD", None),
        (1050, "HUF", 1050),
        (0, "USD", 0),
    ],
)
def test_amounts_become_stripes_smallest_unit_or_are_refused(minor: int, currency: str, units: int | None) -> None:
    if units is None:
        with pytest.raises(Refused, match="in steps of"):
            mapping.to_stripe(Money(minor, currency))
    else:
        assert mapping.to_stripe(Money(minor, currency)) == (units, currency.lower())
        assert mapping.from_stripe(units, currency.lower()) == Money(minor, currency)


CURRENCIES = sorted({*EXPONENTS, *mapping.ZERO_DECIMAL, *mapping.THREE_DECIMAL, "EUR", "USD", "ISK", "UGX"})


@given(st.integers(0, 99_999_999), st.sampled_from(CURRENCIES))
def test_no_amount_is_ever_rounded(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    try:
        units, code = mapping.to_stripe(amount)
    except Refused:
        return
    assert mapping.from_stripe(units, code) == amount


@pytest.mark.parametrize(
    ("intent", "outcome", "captured"),
    [
        (an_intent("requires_payment_method"), Outcome.FAILED, False),
        (an_intent("requires_payment_method", last_payment_error={"code": "card_declined"}), Outcome.DECLINED, False),
        (an_intent("requires_confirmation"), Outcome.FAILED, False),
        (an_intent("requires_action"), Outcome.PENDING, False),
        (an_intent("processing"), Outcome.PENDING, False),
        (an_intent("requires_capture"), Outcome.SUCCEEDED, False),
        (an_intent("succeeded"), Outcome.SUCCEEDED, False),
        (an_intent("succeeded", capture_method="automatic", latest_charge="ch_1"), Outcome.SUCCEEDED, True),
        (an_intent("canceled"), Outcome.FAILED, False),
        (an_intent("a_status_of_next_year"), Outcome.PENDING, False),
    ],
    ids=lambda value: value["status"] if isinstance(value, dict) else "",
)
def test_an_intents_status_says_what_became_of_the_authorization(
    intent: dict[str, Any], outcome: Outcome, captured: bool
) -> None:
    verdict = mapping.authorization(intent)
    assert (verdict.outcome, verdict.captured) == (outcome, captured)
    assert verdict.reference == "pi_1"


def test_a_decline_carries_the_issuers_reason_before_stripes() -> None:
    error = {"code": "card_declined", "decline_code": "insufficient_funds", "message": "No funds on 4242424242424242."}
    verdict = mapping.authorization(an_intent("requires_payment_method", last_payment_error=error))
    assert (verdict.decline, verdict.message) == ("insufficient_funds", "No funds on XXXX-XXXX-XXXX-4242.")


@pytest.mark.parametrize(
    ("action", "url"),
    [
        ({"type": "redirect_to_url", "redirect_to_url": {"url": "https://bank.example"}}, "https://bank.example"),
        ({"type": "use_stripe_sdk", "use_stripe_sdk": {"stripe_js": "https://hooks.example"}}, "https://hooks.example"),
        ({"type": "use_stripe_sdk", "use_stripe_sdk": {"stripe_js": {"some": "object"}}}, None),
        ({"type": "use_stripe_sdk", "use_stripe_sdk": {}}, None),
        (None, None),
    ],
)
def test_the_customers_next_action_has_a_secret_and_perhaps_a_page(
    action: dict[str, Any] | None, url: str | None
) -> None:
    found = mapping.next_action(an_intent("requires_action", next_action=action))
    assert found is not None
    assert (found.url, found.client_secret) == (url, "pi_1_secret_2")
    assert mapping.next_action(an_intent("requires_capture", next_action=action)) is None


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("succeeded", Outcome.SUCCEEDED), ("pending", Outcome.PENDING), ("requires_action", Outcome.PENDING),
        ("failed", Outcome.FAILED), ("canceled", Outcome.FAILED), ("something_new", Outcome.PENDING),
    ],
)  # fmt: skip
def test_a_refunds_status_says_what_became_of_it(status: str, outcome: Outcome) -> None:
    verdict = mapping.refund({"id": "re_1", "status": status, "amount": 500, "currency": "eur"})
    assert (verdict.outcome, verdict.amount) == (outcome, Money(500, "EUR"))
    assert (verdict.decline is not None) == (outcome is Outcome.FAILED)


CARD = {"brand": "Visa", "last4": "4242", "exp_month": 7, "exp_year": 2031, "fingerprint": "abc", "wallet": None}


@pytest.mark.parametrize(
    ("method", "name", "shown", "fingerprint"),
    [
        (
            {"type": "card", "card": CARD, "billing_details": {"name": "Jenny Rosen"}},
            "XXXX-XXXX-XXXX-4242",
            {
                "issuer": "unknown", "issuer_type": "credit card", "card_type": "visa", "card_last_digits": "4242",
                "card_expiry_month": "7", "card_expiry_year": "2031", "card_holder_name": "Jenny Rosen",
            },
            "abc",
        ),
        (
            {"type": "card", "card": {**CARD, "wallet": {"type": "apple_pay"}}},
            "XXXX-XXXX-XXXX-4242",
            {
                "issuer": "unknown", "issuer_type": "apple pay", "card_type": "visa", "card_last_digits": "4242",
                "card_expiry_month": "7", "card_expiry_year": "2031",
            },
            "abc",
        ),
        (
            {"type": "link", "link": {"email": "jenny@example.com"}},
            "j***@example.com",
            {"issuer": "stripe", "issuer_type": "link"},
            None,
        ),
        (
            {"type": "sepa_debit", "sepa_debit": {"last4": "3000", "fingerprint": "xyz"}},
            "XXXX-3000",
            {"issuer": "stripe", "issuer_type": "sepa debit", "card_last_digits": "3000"},
            "xyz",
        ),
        (
            {"type": "paypal", "paypal": {"payer_email": "jenny@example.com"}},
            "j***@example.com",
            {"issuer": "stripe", "issuer_type": "paypal"},
            None,
        ),
        (
            {"type": "revolut_pay", "revolut_pay": {}},
            "Revolut pay",
            {"issuer": "stripe", "issuer_type": "revolut pay"},
            None,
        ),
    ],
    ids=["card", "apple pay", "link", "sepa debit", "paypal", "revolut pay"],
)  # fmt: skip
def test_an_instrument_is_shown_in_strings_and_named_without_its_number(
    method: dict[str, Any], name: str, shown: dict[str, str], fingerprint: str | None
) -> None:
    kept = mapping.kept({"id": "pm_1", **method}, "cus_1")
    assert (kept.name, dict(kept.instrument), kept.fingerprint) == (name, shown, fingerprint)
    assert mapping.type_of(kept.instrument) == method["type"]


def test_an_instrument_is_not_shown_before_it_was_confirmed() -> None:
    method = {"id": "pm_1", "type": "card", "card": CARD}
    for status in ("requires_payment_method", "requires_confirmation"):
        assert mapping.facts(an_intent(status, payment_method=method)) == {}
    known = mapping.facts(an_intent("requires_capture", payment_method=method, latest_charge={"id": "ch_1"}))
    assert known["payment_instrument"]["card_type"] == "visa"
    assert known["charge_id"] == "ch_1"


def test_every_type_that_is_announced_can_be_used_again() -> None:
    assert set(mapping.ANNOUNCED) <= mapping.REUSABLE
    assert not mapping.REUSABLE & set(mapping.GENERATES)
    assert mapping.BY_MANDATE <= mapping.REUSABLE


@pytest.mark.parametrize(
    ("topic", "thing", "kinds"),
    [
        ("payment_intent.amount_capturable_updated", an_intent("requires_capture"), [Kind.AUTHORIZATION]),
        ("payment_intent.processing", an_intent("processing"), [Kind.AUTHORIZATION]),
        ("payment_intent.requires_action", an_intent("requires_action"), [Kind.AUTHORIZATION]),
        (
            "payment_intent.payment_failed",
            an_intent("requires_payment_method", last_payment_error={"code": "card_declined"}),
            [Kind.AUTHORIZATION],
        ),
        ("payment_intent.succeeded", an_intent("succeeded", amount_received=600), [Kind.AUTHORIZATION, Kind.CAPTURE]),
        ("payment_intent.succeeded", an_intent("succeeded", capture_method="automatic"), [Kind.AUTHORIZATION]),
        ("payment_intent.canceled", an_intent("canceled", latest_charge="ch_1"), [Kind.VOID]),
        ("payment_intent.canceled", an_intent("canceled"), []),
        ("charge.captured", {"id": "ch_1", "amount": 900, "amount_captured": 500, "currency": "eur"}, [Kind.CAPTURE]),
        ("refund.updated", {"id": "re_1", "status": "succeeded", "amount": 5, "currency": "eur"}, [Kind.REFUND]),
        ("charge.dispute.created", {"id": "dp_1"}, []),
        ("payment_intent.created", an_intent("requires_payment_method"), []),
    ],
)
def test_a_report_says_what_happened_to_money(topic: str, thing: dict[str, Any], kinds: list[Kind]) -> None:
    assert [kind for kind, _ in mapping.reported(topic, thing)] == kinds
