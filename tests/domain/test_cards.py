"""Card numbers are recognised wherever they stand, and other long numbers are left alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billfold.domain.cards import NETWORKS, looks_like_card_number, masked, where_a_card_number_is

# https://docs.stripe.com/testing#cards, https://docs.adyen.com/development-resources/testing/test-card-numbers
CARDS = [
    "4242424242424242", "4000056655665556", "4222222222222", "5555555555554444", "2223003122003222",
    "378282246310005", "371449635398431", "6011111111111117", "6011981111111113", "3056930009020004",
    "36227206271667", "3566002020360505", "6200000000000005", "6205500000000000004", "6759649826438453",
]  # fmt: skip

OTHERS = [
    ("1763790000000", "a moment in milliseconds"),
    ("1763790000000000", "a moment in microseconds"),
    ("20261122053000", "a moment to the second"),
    ("4006381333931", "the barcode of a German pencil"),
    ("4242424242424241", "a number whose check digit is wrong"),
    ("0000000000000000", "sixteen zeros"),
    ("550e8400-e29b-4242-4242-424242424242", "a UUID"),
    ("+49 30 901820 4242 4242", "a telephone number"),
    ("IT60X0542811101000000123456", "an IBAN"),
    ("42424242424242424242424", "a longer number that begins like a card's"),
    ("2026-11-27T14:16:41.718000+00:00", "a moment as it is written, whose figures make up a card's"),
    ("4242/11/27 4242:42:42", "figures that are grouped otherwise"),
    ("4242,424,242,424,242", "an amount"),
    ("", "nothing"),
    ("Order 4242", "a short number"),
    ("4111 111 1", "a piece of a card number"),
]


@pytest.mark.parametrize("number", CARDS)
@pytest.mark.parametrize(
    "written", ["{}", "card: {}.", "x{}x", "12 {} 34", "\N{NO-BREAK SPACE}{}", "{}=2512101", "a\n{}\nb"]
)
def test_a_card_number_is_seen_in_any_surroundings(number: str, written: str) -> None:
    assert looks_like_card_number(written.format(number))


@pytest.mark.parametrize("between", [" ", "-", ".", "\N{NO-BREAK SPACE}", "\N{EN DASH}"])
def test_a_card_number_is_seen_through_its_separators(between: str) -> None:
    assert looks_like_card_number(between.join(["4242", "4242", "4242", "4242"]))
    assert looks_like_card_number(between.join("4242424242424242"))


@pytest.mark.parametrize("between", ["  ", "\n", "\t", " - ", ", ", "/", "_", ":", "\N{ZERO WIDTH SPACE}", "|", "\r\n"])
def test_a_number_grouped_as_on_a_card_is_seen_whatever_stands_between_the_groups(between: str) -> None:
    assert looks_like_card_number(between.join(["4242", "4242", "4242", "4242"]))
    assert looks_like_card_number(between.join(["3782", "822463", "10005"]))
    assert masked(f"a {between.join(['4242'] * 4)} b") == "a XXXX-XXXX-XXXX-4242 b"


def test_a_card_number_is_seen_in_digits_of_other_scripts() -> None:
    assert looks_like_card_number("4242424242424242".translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))


@pytest.mark.parametrize(("text", "what"), OTHERS)
def test_other_numbers_are_not_taken_for_cards(text: str, what: str) -> None:
    assert not looks_like_card_number(text), what


@given(st.sampled_from(NETWORKS), st.data())
def test_every_number_of_a_network_with_a_right_check_digit_is_seen(
    network: tuple[str, str, frozenset[int]], data: st.DataObject
) -> None:
    low, high, lengths = network
    length = data.draw(st.sampled_from(sorted(lengths - {13})))
    start = str(data.draw(st.integers(int(low), int(high))))
    body = start + data.draw(st.text("0123456789", min_size=length - 1 - len(start), max_size=length - 1 - len(start)))
    number = next(body + d for d in "0123456789" if _checks(body + d))
    assert looks_like_card_number(number)
    assert number not in masked(f"paid with {number}")


@given(st.text(max_size=40).filter(lambda text: not looks_like_card_number(text)))
def test_masking_leaves_everything_else_as_it_is(text: str) -> None:
    assert masked(text) == text


def test_masking_keeps_the_last_four_digits() -> None:
    assert masked("try 4242 4242 4242 4242 and 378282246310005") == "try XXXX-XXXX-XXXX-4242 and XXXX-XXXX-XXXX-0005"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"a": {"b": ["x", "4242424242424242"]}}, "a/b/1"),
        ({"a": 4242424242424242}, "a"),
        ({"a": 4242424242424242.0}, "a"),
        ([{"number": "4242-4242-4242-4242"}], "0/number"),
        ({"4242424242424242": True}, "XXXX-XXXX-XXXX-4242"),
        ("4242424242424242", ""),
        ({"a": None, "b": True, "c": 1763790000000, "d": b"4242424242424242"}, None),
    ],
)
def test_a_card_number_is_found_at_any_depth(value: object, path: str | None) -> None:
    assert where_a_card_number_is(value) == path


def _checks(number: str) -> bool:
    total = 0
    for index, digit in enumerate(reversed(number)):
        doubled = int(digit) * (1 + index % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


@pytest.mark.parametrize("piece", ["1 ", "4 ", "42 42,", "4242\t"])
def test_a_long_text_of_figures_takes_no_longer_than_its_length(piece: str) -> None:
    """A thousand times as many figures may not take a thousand times a thousand as long."""
    began = time.process_time()
    looks_like_card_number(piece * 40_000)
    assert time.process_time() - began < 5
