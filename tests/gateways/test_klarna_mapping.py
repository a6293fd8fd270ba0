"""Klarna's words in ours: hosts, and the sums that must add up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gateways.rigs import a_purchase

from billfold.domain.money import Money
from billfold.domain.payments import Outcome
from billfold.gateways.klarna import mapping
from billfold.gateways.protocol import Address, Line


@pytest.mark.parametrize(
    ("gateway", "host"),
    [
        ({"country_code": "EU", "api_key": "K123_abc"}, "https://api.klarna.com"),
        ({"country_code": "US", "api_key": "N123_abc"}, "https://api-na.klarna.com"),
        ({"country_code": "OC", "api_key": "A123_abc"}, "https://api-oc.klarna.com"),
        ({"country_code": "EU", "api_key": "PK123_abc"}, "https://api.playground.klarna.com"),
        ({"country_code": "US", "api_key": "PN123_abc"}, "https://api-na.playground.klarna.com"),
        ({"country_code": "DE", "api_key": "K123_abc"}, "https://api.klarna.com"),
        (
            {"country_code": "EU", "api_key": "550e8400", "api_secret": "klarna_test_api_x"},
            "https://api.playground.klarna.com",
        ),
        ({"country_code": "EU", "api_key": "550e8400", "api_secret": "klarna_live_api_x"}, "https://api.klarna.com"),
        ({"country_code": "OC", "api_key": "K1", "test": True}, "https://api-oc.playground.klarna.com"),
        ({"country_code": "EU", "api_key": "PK1", "test": False}, "https://api.klarna.com"),
    ],
)
def test_credentials_and_region_say_where_klarna_is(gateway: dict[str, Any], host: str) -> None:
    assert mapping.base_url({"api_secret": "", **gateway}) == host


lines = st.builds(
    Line,
    reference=st.text(max_size=80),
    name=st.text(max_size=300),
    quantity=st.integers(1, 5),
    unit=st.integers(-5000, 50_000),
    total=st.integers(-5000, 100_000),
    type=st.sampled_from(["physical", "discount", "shipping_fee", "gift_card", "surcharge", "something_else"]),
)


@given(
    st.lists(lines, max_size=6).map(tuple), st.integers(0, 200_000), st.integers(0, 40_000), st.sampled_from([0, 1, 2])
)
def test_lines_always_add_up_to_the_amount_and_their_taxes_to_the_tax(
    given_lines: tuple[Line, ...], amount: int, tax: int, kind: int
) -> None:
    """kind  0: amount and lines have nothing to do with each other, 1: taxes are in the lines, 2: on top of them"""
    total = sum(line.total for line in given_lines)
    minor = {0: amount, 1: max(total, 0), 2: max(total, 0) + tax}[kind]
    purchase = replace(a_purchase(), amount=Money(minor, "EUR"), tax=min(tax, minor), lines=given_lines)
    body, order_tax = mapping.order_lines(purchase)
    assert sum(line["total_amount"] for line in body) == minor
    for line in body:
        discount = line.get("total_discount_amount", 0)
        assert line["total_amount"] == line["quantity"] * line["unit_price"] - discount
        assert discount >= 0
        assert 1 <= len(line["name"]) <= 255
        assert len(line.get("reference", "")) <= 64
        if "tax_rate" in line:
            net = line["total_amount"] * 10_000 / (10_000 + line["tax_rate"])
            assert abs(line["total_amount"] - net - line["total_tax_amount"]) <= 1
    taxes = sum(
        line["total_amount"] if line["type"] == "sales_tax" else line.get("total_tax_amount", 0) for line in body
    )
    assert taxes == order_tax
    assert order_tax >= 0 or minor < 0 or any(line["total_amount"] < 0 for line in body)


def test_taxes_within_the_lines_are_spread_at_their_average_rate() -> None:
    purchase = replace(a_purchase(11_900), tax=1_900)
    body, tax = mapping.order_lines(purchase)
    assert (tax, body[0]["tax_rate"], body[0]["total_tax_amount"]) == (1_900, 1_900, 1_900)


def test_taxes_on_top_of_the_lines_are_a_line_of_their_own() -> None:
    purchase = a_purchase(10_000)
    purchase = replace(purchase, amount=Money(10_825, "USD"), tax=825)
    body, tax = mapping.order_lines(purchase)
    assert (tax, body[-1]["type"], body[-1]["total_amount"]) == (825, "sales_tax", 825)


def test_an_order_is_made_of_nothing_but_its_session() -> None:
    session = {**mapping.session(a_purchase()), "client_token": "x", "status": "incomplete", "billing_address": {}}
    assert set(mapping.order_of(session)) == set(mapping.OF_SESSION)
    assert mapping.order_of(session) == mapping.order_of({**session, "expires_at": "later"})


def test_an_address_is_told_without_its_empty_parts() -> None:
    given = Address("Ada", "Lovelace", "", "12 St James's Square", "", "London", "SW1Y 4LB", "", "GB", "")
    assert mapping.address(given, None) == {
        "given_name": "Ada",
        "family_name": "Lovelace",
        "street_address": "12 St James's Square",
        "city": "London",
        "postal_code": "SW1Y 4LB",
        "country": "GB",
    }


@pytest.mark.parametrize(
    ("fraud", "outcome"),
    [
        ("ACCEPTED", Outcome.SUCCEEDED),
        ("PENDING", Outcome.PENDING),
        ("REJECTED", Outcome.DECLINED),
        ("SOMETHING_NEW", Outcome.PENDING),
        (None, Outcome.PENDING),
    ],
)
def test_a_fraud_status_says_what_became_of_the_order(fraud: str | None, outcome: Outcome) -> None:
    verdict = mapping.placed({"order_id": "o-1", "fraud_status": fraud}, Money(1, "EUR"))
    assert (verdict.outcome, verdict.reference) == (outcome, "o-1")


@pytest.mark.parametrize(
    ("status", "captured", "remaining", "outcome"),
    [
        ("AUTHORIZED", 0, 1000, Outcome.FAILED),
        ("CANCELLED", 0, 0, Outcome.SUCCEEDED),
        ("PART_CAPTURED", 400, 600, Outcome.FAILED),
        ("CAPTURED", 400, 0, Outcome.SUCCEEDED),
        ("CAPTURED", 1000, 0, Outcome.FAILED),
        ("EXPIRED", 0, 0, Outcome.SUCCEEDED),
    ],
)
def test_money_is_let_go_where_nothing_remains_that_was_not_taken(
    status: str, captured: int, remaining: int, outcome: Outcome
) -> None:
    order = {
        "order_id": "o-1", "status": status, "purchase_currency": "EUR", "original_order_amount": 1000,
        "captured_amount": captured, "remaining_authorized_amount": remaining,
    }  # fmt: skip
    assert mapping.void(order).outcome is outcome
