"""The life of a subscription, as a table, and how the line items of an order are divided among several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from billfold.domain.facts import Facts
from billfold.domain.transitions import follow

F = TypeVar("F", bound=Facts)

STATUSES = ("draft", "inactive", "active", "running", "cancelled")

# (status, event) → status. What stands nowhere is refused. Source: the contract's statuses and triggers; it runs while
# an order of it is being made.
LIFE = {
    ("draft", "activate"): "active",
    ("inactive", "activate"): "active",
    ("running", "activate"): "running",
    ("active", "deactivate"): "inactive",
    ("running", "deactivate"): "inactive",
    ("draft", "cancel"): "cancelled",
    ("inactive", "cancel"): "cancelled",
    ("active", "cancel"): "cancelled",
    ("running", "cancel"): "cancelled",
}
AFTER = {"activate": "active", "deactivate": "inactive", "cancel": "cancelled"}

BY_FREQUENCY, BY_LINE_ITEMS = "by_frequency", "by_line_items"
STRATEGIES = (BY_FREQUENCY, BY_LINE_ITEMS)
# Source: https://docs.commercelayer.io/how-tos/placing-orders/subscriptions/selecting-the-source-order
MAY_RECUR = frozenset({"skus", "bundles", "adjustments"})


def after(status: str, event: str) -> str:
    """The status that follows; the same one when the event has happened already. Raises Refused otherwise."""
    return follow(LIFE, AFTER, status, event)


def objection(item_type: str | None, frequency: str, model: Facts | None) -> tuple[str, str] | None:
    """Why a line item of that type cannot come again so often, as (sentence end, word); None when it can.

    model  the subscription model of the order's market, if it has one
    """
    if item_type not in MAY_RECUR:
        return "is for SKUs, bundles and adjustments only", "unsupported"
    return None if offers(model, frequency) else ("is not associated to a subscription model", "not_available")


def offers(model: Facts | None, frequency: str) -> bool:
    """Whether the model has that frequency, word for word."""
    return model is not None and frequency in (model["frequencies"] or ())


def divide(strategy: str, items: Iterable[F]) -> list[list[F]]:
    """The line items that recur, as one list for each subscription to start; all of them keep their order."""
    found: dict[object, list[F]] = {}
    for place, item in enumerate(items):
        if item["frequency"]:
            found.setdefault(place if strategy == BY_LINE_ITEMS else item["frequency"], []).append(item)
    return list(found.values())
