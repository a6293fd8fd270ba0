"""The lives of shipments and transfers over all pairs of status and step."""

from __future__ import annotations

import itertools

import pytest

from billfold.domain.errors import Refused
from billfold.domain.fulfillment import GONE, SHIPMENT, TRANSFER, Steps, check_step, is_fulfilled


@pytest.mark.parametrize("steps", [SHIPMENT, TRANSFER], ids=["shipment", "transfer"])
def test_each_step_is_taken_once_and_only_where_the_table_leads(steps: Steps) -> None:
    statuses = {"draft", *steps}
    for now, to in itertools.product(statuses, steps):
        if now == to:
            assert not check_step(steps, now, to)
        elif now in steps[to]:
            assert check_step(steps, now, to)
        else:
            with pytest.raises(Refused) as refusal:
                check_step(steps, now, to)
            assert refusal.value.message == f"cannot transition from {now} to {to}"


@pytest.mark.parametrize("gone", sorted(GONE))
def test_what_has_left_cannot_be_cancelled(gone: str) -> None:
    with pytest.raises(Refused):
        check_step(SHIPMENT, gone, "cancelled")


@pytest.mark.parametrize("steps", [SHIPMENT, TRANSFER], ids=["shipment", "transfer"])
def test_nothing_comes_back_from_being_cancelled_or_delivered(steps: Steps) -> None:
    assert not any(end in sources for sources in steps.values() for end in ("cancelled", "delivered", "completed"))


@pytest.mark.parametrize(
    ("statuses", "fulfilled"),
    [
        ([], False),
        (["cancelled"], False),
        (["shipped", "cancelled"], True),
        (["shipped", "delivered"], True),
        (["shipped", "upcoming"], False),
    ],
)
def test_an_order_is_fulfilled_when_all_that_was_not_given_up_has_left(statuses: list[str], fulfilled: bool) -> None:
    assert is_fulfilled(statuses) is fulfilled
