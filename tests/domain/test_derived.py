"""What is worked out of a record's values each time it is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from billfold.domain import derived
from billfold.domain.facts import Facts


class Row:
    """A record with one neighbour."""

    def __init__(self, values: dict[str, Any], **related: Facts | None) -> None:
        self.values = values
        self.related = related

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def one(self, name: str) -> Facts | None:
        return self.related[name]

    def many(self, name: str) -> Sequence[Facts]:
        raise KeyError(name)


@pytest.mark.parametrize(
    ("status", "editable"),
    [
        ("draft", True),
        ("pending", True),
        ("editing", True),
        ("placing", False),
        ("placed", False),
        ("approved", False),
        ("cancelled", False),
    ],
)
def test_an_order_may_change_until_it_is_placed(status: str, editable: bool) -> None:
    assert derived.editable(Row({"status": status})) is editable


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        (None, None),
        ("", None),
        ("https://pay.example.com/:order_id", "https://pay.example.com/XAyRWNUzyN"),
        ("https://pay.example.com/:order_id?lang=it", "https://pay.example.com/XAyRWNUzyN?lang=it"),
        ("https://pay.example.com", "https://pay.example.com/XAyRWNUzyN"),
        ("https://pay.example.com/", "https://pay.example.com/XAyRWNUzyN"),
    ],
)
def test_the_market_says_where_its_orders_are_paid(pattern: str | None, url: str | None) -> None:
    order = Row({"id": "XAyRWNUzyN", "checkout_pattern": pattern})
    assert derived.checkout_url(order) == url


def test_an_order_without_a_market_is_paid_nowhere() -> None:
    assert derived.checkout_url(Row({"id": "XAyRWNUzyN", "checkout_pattern": None})) is None


JOHN = {
    "business": False,
    "first_name": "John",
    "last_name": "Smith",
    "company": "The Red Brand Inc.",
    "line_1": "2883 Geraldine Lane",
    "line_2": "Apt.23",
    "zip_code": "10013",
    "city": "New York",
    "state_code": "NY",
    "country_code": "US",
    "phone": "(212) 646-338-1228",
}


def test_an_address_reads_on_one_line_as_in_the_contract() -> None:
    address = Row(JOHN)
    assert derived.full_name(address) == "John Smith"
    assert derived.full_address(address) == "2883 Geraldine Lane Apt.23, 10013 New York NY (US) (212) 646-338-1228"
    assert derived.addressee(address) == f"John Smith, {derived.full_address(address)}"


def test_what_an_address_lacks_leaves_no_gap() -> None:
    address = Row({**JOHN, "line_2": None, "state_code": "", "phone": None, "last_name": None})
    assert derived.addressee(address) == "John, 2883 Geraldine Lane, 10013 New York (US)"
    assert derived.addressee(Row({})) == ""


def test_a_business_is_named_by_its_company() -> None:
    assert derived.full_name(Row({**JOHN, "business": True})) == "The Red Brand Inc."


@pytest.mark.parametrize(("lat", "lng", "localized"), [(None, None, False), (0.0, None, False), (0.0, 0.0, True)])
def test_a_place_is_known_by_both_of_its_coordinates(lat: float | None, lng: float | None, localized: bool) -> None:
    address = Row({"lat": lat, "lng": lng})
    assert derived.is_localized(address) is localized
    assert derived.is_geocoded(address) is False


def test_a_place_that_a_service_found_is_geocoded() -> None:
    assert derived.is_geocoded(Row({"provider_name": "google"})) is True


def test_a_customer_has_a_password_once_a_digest_is_kept() -> None:
    assert derived.has_password(Row({"password_digest": "$argon2id$…"})) is True
    assert derived.has_password(Row({})) is False


def test_a_market_is_private_once_it_has_a_group() -> None:
    assert derived.is_private(Row({"customer_group_id": "XAyRWNUzyN"})) is True
    assert derived.is_private(Row({})) is False


def test_a_price_is_what_it_was_listed_at() -> None:
    assert derived.original_amount(Row({"amount_cents": 10000})) == 10000
    assert derived.nothing(Row({})) is None  # type: ignore[func-returns-value]  # that is what is tested
