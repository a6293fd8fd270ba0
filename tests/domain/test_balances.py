"""What is left of a transaction, as a table and as laws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billfold.domain.balances import left_to_capture, left_to_refund, left_to_void
from billfold.domain.facts import Facts
from billfold.domain.payments import PERHAPS, Outcome


class Row:
    """A transaction with those that refer to it."""

    def __init__(self, cents: int, outcome: str = "succeeded", currency: str = "EUR", **related: Sequence[Row]) -> None:
        self.values = {"amount_cents": cents, "outcome": outcome, "currency_code": currency}
        self.related = related

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def one(self, name: str) -> Facts | None:
        raise KeyError(name)

    def many(self, name: str) -> Sequence[Row]:
        return self.related[name]


def held(cents: int, *captures: Row, voids: Sequence[Row] = (), outcome: str = "succeeded") -> Row:
    return Row(cents, outcome, captures=captures, voids=voids)


@pytest.mark.parametrize(
    ("authorization", "left"),
    [
        (held(1500), 1500),
        (held(1500, outcome="declined"), 0),
        (held(1500, outcome="pending"), 0),
        (held(1500, Row(500)), 1000),
        (held(1500, Row(500), Row(1000)), 0),
        (held(1500, Row(500, "declined")), 1500),
        (held(1500, Row(500, "failed")), 1500),
        (held(1500, Row(500, "pending")), 1000),
        (held(1500, Row(500, "unknown")), 1000),
        (held(1500, voids=[Row(1500)]), 0),
        (held(1500, Row(500), voids=[Row(1000)]), 0),
        (held(1500, Row(500), voids=[Row(1000, "declined")]), 1000),
    ],
)
def test_what_is_left_of_a_hold_is_neither_taken_nor_let_go_nor_perhaps_either(authorization: Row, left: int) -> None:
    assert left_to_capture(authorization) == left
    assert left_to_void(authorization) == left


@pytest.mark.parametrize(
    ("capture", "left"),
    [
        (Row(1500, refunds=[]), 1500),
        (Row(1500, "pending", refunds=[]), 0),
        (Row(1500, refunds=[Row(500)]), 1000),
        (Row(1500, refunds=[Row(500, "unknown")]), 1000),
        (Row(1500, refunds=[Row(500, "declined")]), 1500),
        (Row(1500, refunds=[Row(500), Row(1000)]), 0),
    ],
)
def test_what_is_left_of_a_capture_was_not_given_back_nor_perhaps_was(capture: Row, left: int) -> None:
    assert left_to_refund(capture) == left


attempts = st.lists(st.tuples(st.integers(1, 400), st.sampled_from(Outcome)), max_size=6)


@given(attempts, attempts)
def test_whatever_the_open_ones_turn_out_to_be_taking_the_balance_takes_no_more_than_was_held(
    captures: list[tuple[int, Outcome]], voids: list[tuple[int, Outcome]]
) -> None:
    authorization = held(5000, *(Row(c, o) for c, o in captures), voids=[Row(c, o) for c, o in voids])
    worst = sum(cents for cents, outcome in (*captures, *voids) if outcome in PERHAPS)
    assert left_to_capture(authorization) + worst == 5000


@given(attempts)
def test_whatever_the_open_ones_turn_out_to_be_no_more_is_given_back_than_was_taken(
    refunds: list[tuple[int, Outcome]],
) -> None:
    capture = Row(5000, refunds=[Row(c, o) for c, o in refunds])
    worst = sum(cents for cents, outcome in refunds if outcome in PERHAPS)
    assert left_to_refund(capture) + worst == 5000


def test_a_balance_that_was_not_read_is_an_error_and_not_zero() -> None:
    with pytest.raises(KeyError):
        left_to_refund(Row(1500))
