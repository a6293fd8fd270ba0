"""Amounts are exact, keep to their currency, and look as people of that currency write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billfold.domain.money import (
    EXPONENTS,
    NOTATION,
    CurrencyMismatch,
    Money,
    as_float,
    exponent_of,
    formatted,
    is_currency,
)

currencies = st.sampled_from(["EUR", "USD", "JPY", "KWD", "ISK", "XYZ"])
cents = st.integers(-(10**15), 10**15)


def test_a_currency_is_one_of_the_standard_in_capital_letters() -> None:
    assert all(is_currency(code) for code in (*EXPONENTS, *NOTATION))
    assert not any(is_currency(code) for code in ("XXQ", "eur", "EURO", "XXX", "XTS", "XAU", ""))


@given(cents, cents, currencies)
def test_sums_and_differences_are_exact_and_undo_each_other(a: int, b: int, currency: str) -> None:
    one, other = Money(a, currency), Money(b, currency)
    assert (one + other) - other == one
    assert (one + other).decimal() == one.decimal() + other.decimal()
    assert (one < other) == (a < b)


@pytest.mark.parametrize("mix", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a <= b])
def test_two_currencies_never_meet(mix: object) -> None:
    assert callable(mix)
    with pytest.raises(CurrencyMismatch):
        mix(Money(1, "EUR"), Money(1, "USD"))


@pytest.mark.parametrize(
    ("minor", "currency", "shown", "number"),
    [
        (1050, "EUR", "€10,50", 10.5),
        (123456789, "EUR", "€1.234.567,89", 1234567.89),
        (-5, "EUR", "-€0,05", -0.05),
        (123456, "USD", "$1,234.56", 1234.56),
        (2900, "JPY", "¥2,900", 2900.0),
        (1234, "KWD", "KWD 1.234", 1.234),
        (0, "GBP", "£0.00", 0.0),
    ],
)
def test_amounts_look_as_the_contract_writes_them(minor: int, currency: str, shown: str, number: float) -> None:
    assert formatted(minor, currency) == shown
    assert as_float(minor, currency) == number


@given(cents, currencies)
def test_major_units_have_the_decimals_of_the_currency_or_those_the_wire_wants(minor: int, currency: str) -> None:
    assert Money(minor, currency).decimal() * 10 ** exponent_of(currency) == minor
    assert Money(minor, currency).decimal(2) == Decimal(minor).scaleb(-2)


def test_yen_have_no_cents_and_dinars_have_thousandths() -> None:
    assert (exponent_of("JPY"), exponent_of("EUR"), exponent_of("KWD")) == (0, 2, 3)
    assert set(EXPONENTS.values()) == {0, 3, 4}
    assert str(Money(1050, "JPY")) == "1050 JPY"
