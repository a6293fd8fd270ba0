"""The life of a subscription over all pairs of status and event, and which line items share one."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from tests.domain.facts import Fact

from billfold.domain.errors import Refused
from billfold.domain.subscriptions import AFTER, STATUSES, after, divide, objection

ALLOWED = {
    ("draft", "activate"): "active",
    ("inactive", "activate"): "active",
    ("active", "activate"): "active",
    ("running", "activate"): "running",
    ("active", "deactivate"): "inactive",
    ("running", "deactivate"): "inactive",
    ("inactive", "deactivate"): "inactive",
    **{(status, "cancel"): "cancelled" for status in STATUSES},
}


@pytest.mark.parametrize(("status", "event"), list(itertools.product(STATUSES, AFTER)))
def test_a_subscription_goes_only_where_the_table_leads(status: str, event: str) -> None:
    if (status, event) in ALLOWED:
        assert after(status, event) == ALLOWED[status, event]
        return
    with pytest.raises(Refused) as refusal:
        after(status, event)
    assert refusal.value.message == f"cannot transition from {status} to {AFTER[event]}"
    assert (refusal.value.at, refusal.value.error) == ("status", "invalid_transition")


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [("by_frequency", [["a", "c"], ["d"]]), ("by_line_items", [["a"], ["c"], ["d"]])],
)
def test_line_items_share_a_subscription_or_have_one_each(strategy: str, expected: list[list[str]]) -> None:
    recurs = {"a": "monthly", "b": None, "c": "monthly", "d": "weekly", "e": ""}
    items = [Fact(name=name, frequency=frequency) for name, frequency in recurs.items()]
    assert [[item["name"] for item in group] for group in divide(strategy, items)] == expected


@pytest.mark.parametrize(
    ("item_type", "frequency", "frequencies", "error"),
    [
        ("skus", "monthly", ["weekly", "monthly"], None),
        ("bundles", "0 8 * * 1", ["0 8 * * 1"], None),
        ("adjustments", "weekly", ["weekly"], None),
        ("skus", "yearly", ["weekly", "monthly"], "not_available"),
        ("skus", "monthly", None, "not_available"),
        ("gift_cards", "monthly", ["monthly"], "unsupported"),
        (None, "monthly", ["monthly"], "unsupported"),
    ],
)
def test_a_line_item_recurs_only_as_its_market_offers(
    item_type: str | None, frequency: str, frequencies: list[Any] | None, error: str | None
) -> None:
    model = None if frequencies is None else Fact(frequencies=frequencies)
    found = objection(item_type, frequency, model)
    assert (found and found[1]) == error
