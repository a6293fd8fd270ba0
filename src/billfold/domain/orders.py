"""The life of an order, as a table, and what its parts add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from billfold.domain.errors import Refused

STATUSES = ("draft", "pending", "editing", "placing", "placed", "approved", "cancelled")
EDITABLE = frozenset({"draft", "pending", "editing"})

# (status, event) → status. What stands nowhere is refused. Source: the contract's transition table.
LIFE = {
    ("draft", "complete"): "pending",
    ("pending", "place"): "placed",
    ("placed", "approve"): "approved",
    ("placed", "cancel"): "cancelled",
    ("approved", "cancel"): "cancelled",
    ("placed", "refund"): "cancelled",
    ("approved", "refund"): "cancelled",
}

AFTER = {"complete": "pending", "place": "placed", "approve": "approved", "cancel": "cancelled", "refund": "cancelled"}

# Line items that somebody buys. The others are made by the server or by a back office: see FAMILIES.
BOUGHT = frozenset({"skus", "bundles", "gift_cards"})

# Which of the order's amounts a line item of each other type belongs to; what stands nowhere is a discount.
FAMILIES = {"payment_methods": "payment_method", "shipments": "shipping", "adjustments": "adjustment"}


def fulfillment(status: str, payment_status: str, now: str, *, require_capture: bool) -> str:
    """Whether goods may go out: once an approved order is paid, or authorized where nobody waits for the capture."""
    enough = {"paid", "free"} if require_capture else {"paid", "free", "authorized"}
    return "in_progress" if (status, now) == ("approved", "unfulfilled") and payment_status in enough else now


def after(status: str, event: str) -> str:
    """The status that follows, or Refused with the sentence that clients show."""
    if (status, event) not in LIFE:
        target = AFTER[event]
        message = f"cannot transition from {status} to {target}"
        raise Refused(message, at="status", error="invalid_transition", meta={"value": status})
    return LIFE[status, event]


@dataclass(frozen=True, slots=True)
class Part:
    """One line item: its type and its total in minor units."""

    item_type: str
    total: int
    quantity: int = 1


def totals(parts: Iterable[Part]) -> dict[str, int]:
    """The order's amounts in minor units, by column, that follow from its line items."""
    lines = list(parts)
    amounts = dict.fromkeys(("subtotal", "payment_method", "shipping", "adjustment", "discount"), 0)
    for p in lines:
        amounts["subtotal" if p.item_type in BOUGHT else FAMILIES.get(p.item_type, "discount")] += p.total
    total = sum(amounts.values())
    return {
        **{f"{family}_amount_cents": cents for family, cents in amounts.items()},
        "total_amount_cents": total,
        "total_amount_with_taxes_cents": total,
        "subtotal_taxable_amount_cents": amounts["subtotal"],
        "payment_method_taxable_amount_cents": amounts["payment_method"],
        "shipping_taxable_amount_cents": amounts["shipping"],
        "adjustment_taxable_amount_cents": amounts["adjustment"],
        "total_taxable_amount_cents": total,
        "skus_count": sum(p.quantity for p in lines if p.item_type == "skus"),
    }
