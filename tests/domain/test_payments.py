"""What the transactions of an order add up to: a table of payment statuses, what still fits, and laws about both."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billfold.domain.errors import NotCapturable, NotRefundable, NotVoidable
from billfold.domain.money import CurrencyMismatch, Money
from billfold.domain.payments import OPEN, Kind, Outcome, Transaction, check, payment_status, position, standing

DUE = Money(2900, "EUR")


def history(*moves: tuple[Kind, int] | tuple[Kind, int, Outcome]) -> list[Transaction]:
    return [Transaction(m[0], Money(m[1], "EUR"), m[2] if len(m) == 3 else Outcome.SUCCEEDED) for m in moves]


A, C, V, R = Kind.AUTHORIZATION, Kind.CAPTURE, Kind.VOID, Kind.REFUND


@pytest.mark.parametrize(
    ("moves", "status"),
    [
        ((), "unpaid"),
        (((A, 2900),), "authorized"),
        (((A, 4000),), "authorized"),
        (((A, 1000),), "partially_authorized"),
        (((A, 2900, Outcome.DECLINED),), "unpaid"),
        (((A, 2900, Outcome.UNKNOWN),), "unpaid"),
        (((A, 2900, Outcome.PENDING),), "unpaid"),
        (((A, 2900, Outcome.DECLINED), (A, 2900)), "authorized"),
        (((A, 2900), (V, 2900)), "voided"),
        (((A, 2900), (V, 2900, Outcome.FAILED)), "authorized"),
        (((A, 2900), (V, 900)), "partially_voided"),
        (((A, 2900), (V, 2900), (A, 2900)), "authorized"),
        (((A, 2900), (C, 2900)), "paid"),
        (((A, 2900), (C, 2900, Outcome.UNKNOWN)), "authorized"),
        (((A, 2900), (C, 1000)), "partially_paid"),
        (((A, 2900), (C, 1000), (C, 1900)), "paid"),
        (((A, 2900), (C, 1000), (V, 1900)), "paid"),
        (((A, 2900), (C, 2900), (R, 1)), "partially_refunded"),
        (((A, 2900), (C, 2900), (R, 1000), (R, 1900)), "refunded"),
        (((A, 2900), (C, 2900), (R, 2900, Outcome.PENDING)), "paid"),
        (((A, 2900), (C, 1000), (R, 1000)), "refunded"),
        (((A, 2900), (C, 1000), (V, 1900), (R, 500)), "partially_refunded"),
        (((A, 2900), (C, 2900), (R, 2900), (A, 2900)), "authorized"),
    ],
)
def test_the_payment_status_follows_from_what_surely_happened(moves: Sequence[tuple[Kind, int]], status: str) -> None:
    assert payment_status(position(history(*moves), "EUR"), DUE) == status


@pytest.mark.parametrize(
    ("payments", "status"),
    [
        ((), "unpaid"),
        ((((A, 2900, Outcome.DECLINED),), ((A, 2900),)), "authorized"),
        ((((A, 2900), (V, 2900)),), "voided"),
        ((((A, 2900), (V, 2900)), ((A, 2900, Outcome.DECLINED),)), "voided"),
        ((((A, 2900), (V, 2900)), ((A, 2900),)), "authorized"),
        ((((A, 2900), (C, 2900), (R, 2900)), ((A, 2900),)), "authorized"),
        ((((A, 2900), (C, 2900), (R, 2900)), ((A, 2900), (C, 2900))), "paid"),
        ((((A, 2900), (C, 2900), (R, 2900)), ((A, 2900), (C, 2900), (R, 900))), "partially_refunded"),
        ((((A, 2900), (C, 2900), (R, 2900)), ((A, 2900), (V, 2900))), "voided"),
        ((((A, 2900), (C, 2900), (R, 2900, Outcome.PENDING)), ((A, 2900),)), "paid"),
    ],
)
def test_a_payment_that_came_to_nothing_is_history_once_there_is_another(
    payments: Sequence[Sequence[tuple[Kind, int]]], status: str
) -> None:
    assert payment_status(standing([history(*p) for p in payments], "EUR"), DUE) == status


@pytest.mark.parametrize(
    ("moves", "status"),
    [
        (((A, 2900),), "authorized"),
        (((A, 2900), (V, 2900)), "unpaid"),
        (((A, 2900), (C, 2900), (R, 2900)), "unpaid"),
        (((A, 2900), (C, 2900), (R, 900)), "partially_refunded"),
        (((A, 2900), (V, 900)), "partially_voided"),
    ],
)
def test_an_order_that_nobody_placed_is_unpaid_when_its_money_is_gone(
    moves: Sequence[tuple[Kind, int]], status: str
) -> None:
    assert payment_status(position(history(*moves), "EUR"), DUE, placed=False) == status


def test_an_order_that_costs_nothing_is_free() -> None:
    assert payment_status(position([], "EUR"), Money(0, "EUR")) == "free"


@pytest.mark.parametrize(
    ("kind", "before", "most", "refusal"),
    [
        (C, history((A, 2900)), 2900, NotCapturable),
        (C, history((A, 2900), (C, 1000)), 1900, NotCapturable),
        (C, history((A, 2900), (C, 1000, Outcome.UNKNOWN)), 1900, NotCapturable),
        (C, history((A, 2900, Outcome.UNKNOWN)), 0, NotCapturable),
        (C, history((A, 2900), (V, 2900, Outcome.PENDING)), 0, NotCapturable),
        (C, history((A, 2900), (C, 1000), (V, 1900), (C, 900, Outcome.UNKNOWN)), 0, NotCapturable),
        (V, history((A, 2900), (C, 1000)), 1900, NotVoidable),
        (R, history((A, 2900), (C, 1000)), 1000, NotRefundable),
        (R, history((A, 2900), (C, 1000, Outcome.UNKNOWN)), 0, NotRefundable),
        (R, history((A, 2900), (C, 2900), (R, 900, Outcome.PENDING)), 2000, NotRefundable),
    ],
)
def test_no_more_than_what_is_left_may_move_and_never_nothing(
    kind: Kind, before: list[Transaction], most: int, refusal: type[Exception]
) -> None:
    now = position(before, "EUR")
    for amount in (0, -1, most + 1):
        with pytest.raises(refusal):
            check(kind, Money(amount, "EUR"), now)
    if most:
        check(kind, Money(most, "EUR"), now)


def test_transactions_of_another_currency_never_enter_a_sum() -> None:
    with pytest.raises(CurrencyMismatch):
        check(C, Money(100, "JPY"), position(history((A, 2900)), "EUR"))


def test_what_was_let_go_or_given_back_or_perhaps_was_secures_no_order() -> None:
    assert position(history((A, 2900)), "EUR").secured == DUE
    assert position(history((A, 2900), (C, 2900)), "EUR").secured == DUE
    for gone in ((V, 2900), (V, 2900, Outcome.UNKNOWN)):
        assert not position(history((A, 2900), gone), "EUR").secured
    assert position(history((A, 2900), (C, 2900), (R, 400, Outcome.PENDING)), "EUR").secured == Money(2500, "EUR")


wishes = st.lists(
    st.tuples(st.sampled_from([A, C, V, R]), st.integers(-5, 3000), st.sampled_from(Outcome)), max_size=14
)


def played(asked: list[tuple[Kind, int, Outcome]]) -> list[Transaction]:
    """What a shop ends up with that asks for all of it and goes by the rules."""
    done: list[Transaction] = []
    for kind, cents, outcome in asked:
        amount = Money(cents, "EUR")
        if kind is A:
            # As `authorize` does: only while nothing is held or perhaps held.
            if cents > 0 and not position(done, "EUR").secured and not any(t.outcome in OPEN for t in done):
                done.append(Transaction(kind, amount, outcome))
            continue
        try:
            check(kind, amount, position(done, "EUR"))
        except (NotCapturable, NotVoidable, NotRefundable):
            continue
        done.append(Transaction(kind, amount, outcome))
    return done


@given(wishes, st.data())
def test_whatever_the_unknown_ones_turn_out_to_be_no_money_is_moved_twice(
    asked: list[tuple[Kind, int, Outcome]], data: st.DataObject
) -> None:
    done = played(asked)
    truth = [
        Transaction(t.kind, t.amount, data.draw(st.sampled_from([Outcome.SUCCEEDED, Outcome.FAILED])))
        if t.outcome in OPEN
        else t
        for t in done
    ]
    now = position(truth, "EUR")
    nothing = Money(0, "EUR")
    assert now.captured + now.voided <= now.authorized
    assert now.refunded <= now.captured
    assert nothing <= now.capturable
    assert nothing <= now.refundable


@given(wishes)
def test_the_parts_add_up_to_what_was_authorized(asked: list[tuple[Kind, int, Outcome]]) -> None:
    settled = [t for t in played(asked) if t.outcome not in OPEN]
    now = position(settled, "EUR")
    assert now.capturable + now.captured + now.voided == now.authorized
    assert now.refundable + now.refunded == now.captured
    assert now.secured == now.capturable + now.refundable


@given(wishes, st.integers(0, 5000))
def test_every_history_has_a_payment_status_and_money_is_never_called_safe_that_is_not(
    asked: list[tuple[Kind, int, Outcome]], cents: int
) -> None:
    now, due = position(played(asked), "EUR"), Money(cents, "EUR")
    status = payment_status(now, due)
    if status == "authorized":
        assert due <= now.authorized - now.voided
    if status == "free":
        assert not due
    if status == "unpaid":
        assert not now.captured
