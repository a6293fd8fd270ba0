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

# Line items that somebody buys; the others are made by the server (fees, shipping, discounts).
BOUGHT = frozenset({"skus", "bundles", "gift_cards"})


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
    subtotal = sum(p.total for p in lines if p.item_type in BOUGHT)
    fee = sum(p.total for p in lines if p.item_type == "payment_methods")
    total = subtotal + fee
    return {
        "subtotal_amount_cents": subtotal,
        "payment_method_amount_cents": fee,
        "total_amount_cents": total,
        "total_amount_with_taxes_cents": total,
        "subtotal_taxable_amount_cents": subtotal,
        "payment_method_taxable_amount_cents": fee,
        "total_taxable_amount_cents": total,
        "skus_count": sum(p.quantity for p in lines if p.item_type == "skus"),
    }
