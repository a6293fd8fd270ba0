"""The life of an order, as a table, and what its parts add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from billfold.domain.transitions import no_way

STATUSES = ("draft", "pending", "editing", "placing", "placed", "approved", "cancelled")
EDITABLE = frozenset({"draft", "pending", "editing"})
OPEN_TO_STOREFRONTS = EDITABLE - {"editing"}
PLACED = frozenset({"placed", "approved"})

# (status, event) → status. What stands nowhere is refused. Source: the contract's transition table.
LIFE = {
    ("draft", "complete"): "pending",
    ("draft", "pend"): "pending",
    ("pending", "place"): "placed",
    ("pending", "place_later"): "placing",
    ("placing", "place"): "placed",
    ("placing", "place_later"): "placing",
    ("placing", "pend"): "pending",
    ("placed", "edit"): "editing",
    ("editing", "stop_editing"): "placed",
    ("placed", "approve"): "approved",
    ("placed", "cancel"): "cancelled",
    ("approved", "cancel"): "cancelled",
    ("editing", "cancel"): "cancelled",
    ("placed", "refund"): "cancelled",
    ("approved", "refund"): "cancelled",
}

AFTER = {
    "complete": "pending",
    "pend": "pending",
    "place": "placed",
    "place_later": "placing",
    "edit": "editing",
    "stop_editing": "placed",
    "approve": "approved",
    "cancel": "cancelled",
    "refund": "cancelled",
}

# Line items that somebody buys. The others are made by the server or by a back office: see FAMILIES.
BOUGHT = frozenset({"skus", "bundles", "gift_cards"})

# Which of the order's amounts a line item of each other type belongs to; what stands nowhere is a discount.
FAMILIES = {
    "skus": "subtotal",
    "bundles": "subtotal",
    "gift_cards": "subtotal",
    "payment_methods": "payment_method",
    "shipments": "shipping",
    "adjustments": "adjustment",
}


def fulfillment(status: str, payment_status: str, now: str, *, require_capture: bool) -> str:
    """Whether goods may go out: once an approved order is paid, or authorized where nobody waits for the capture."""
    enough = {"paid", "free"} if require_capture else {"paid", "free", "authorized"}
    return "in_progress" if (status, now) == ("approved", "unfulfilled") and payment_status in enough else now


def after(status: str, event: str) -> str:
    """The status that follows, or Refused with the sentence that clients show."""
    if (status, event) not in LIFE:
        raise no_way(status, AFTER[event])
    return LIFE[status, event]


@dataclass(frozen=True, slots=True)
class Part:
    """One line item, in minor units.

    discount  its part of the order's discounts, zero or less; the discounts themselves are line items too
    tax       the taxes on it: inside its total where prices include taxes, else beside it
    pieces    how many pieces of SKUs one of it is: more than one for bundles
    relief    what else lowers the amount it is taxed on, zero or less: its part of adjustments and of a gift card
    """

    item_type: str
    total: int
    quantity: int = 1
    discount: int = 0
    tax: int = 0
    pieces: int = 1
    relief: int = 0

    @property
    def family(self) -> str:
        """Which of the order's amounts it belongs to. A gift card with a negative total is one that pays."""
        if self.item_type == "gift_cards" and self.total < 0:
            return "gift_card"
        return FAMILIES.get(self.item_type, "discount")


TAXED = ("subtotal", "shipping", "payment_method", "adjustment")


def _taxable(part: Part, *, tax_included: bool) -> int:
    """What an order shows as taxable of one line item: where prices include taxes what it is taxed on, net; elsewhere
    its whole price, discounts or not, as the contract has it. Never less than nothing."""
    if tax_included:
        return max(part.total + part.discount + part.relief, 0) - part.tax
    return max(part.total, 0)


def totals(parts: Iterable[Part], *, tax_included: bool) -> dict[str, int]:
    """The order's amounts in minor units, by column, that follow from its line items."""
    lines = list(parts)
    amounts = dict.fromkeys((*TAXED, "discount", "gift_card"), 0)
    taxes, taxable = dict.fromkeys(TAXED, 0), dict.fromkeys(TAXED, 0)
    for p in lines:
        amounts[p.family] += p.total
        if p.family in TAXED:
            taxes[p.family] += p.tax
            taxable[p.family] += _taxable(p, tax_included=tax_included)
    total, total_tax = sum(amounts.values()), sum(taxes.values())
    return {
        **{f"{family}_amount_cents": cents for family, cents in amounts.items()},
        **{f"{family}_tax_amount_cents": cents for family, cents in taxes.items()},
        **{f"{family}_taxable_amount_cents": cents for family, cents in taxable.items()},
        "total_tax_amount_cents": total_tax,
        "total_taxable_amount_cents": sum(taxable.values()),
        "total_amount_cents": total,
        "total_amount_with_taxes_cents": total if tax_included else total + total_tax,
        "skus_count": sum(p.quantity * p.pieces for p in lines if p.item_type in ("skus", "bundles")),
    }
