"""The life of an order over all pairs of status and event, and what its line items add up to."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billfold.domain.errors import Refused
from billfold.domain.orders import AFTER, EDITABLE, STATUSES, Part, after, fulfillment, totals
from billfold.resources.line_items import ITEM_TYPES

ALLOWED = {
    ("draft", "complete"): "pending",
    ("draft", "pend"): "pending",
    ("pending", "place_later"): "placing",
    ("placing", "place_later"): "placing",
    ("placing", "place"): "placed",
    ("placing", "pend"): "pending",
    ("placed", "edit"): "editing",
    ("editing", "stop_editing"): "placed",
    ("pending", "place"): "placed",
    ("placed", "approve"): "approved",
    ("placed", "cancel"): "cancelled",
    ("approved", "cancel"): "cancelled",
    ("editing", "cancel"): "cancelled",
    ("placed", "refund"): "cancelled",
    ("approved", "refund"): "cancelled",
}


@pytest.mark.parametrize(("status", "event"), list(itertools.product(STATUSES, AFTER)))
def test_an_order_goes_only_where_the_table_leads(status: str, event: str) -> None:
    if (status, event) in ALLOWED:
        assert after(status, event) == ALLOWED[status, event]
        return
    with pytest.raises(Refused) as refusal:
        after(status, event)
    assert refusal.value.message == f"cannot transition from {status} to {AFTER[event]}"
    assert refusal.value.at == "status"


def test_what_is_placed_can_no_longer_be_edited() -> None:
    assert {"placed", "placing", "approved", "cancelled"} == set(STATUSES) - EDITABLE


@pytest.mark.parametrize(
    ("status", "paid", "require_capture", "expected"),
    [
        ("approved", "paid", True, "in_progress"),
        ("approved", "free", True, "in_progress"),
        ("approved", "authorized", True, "unfulfilled"),
        ("approved", "authorized", False, "in_progress"),
        ("placed", "paid", True, "unfulfilled"),
        ("approved", "partially_paid", False, "unfulfilled"),
    ],
)
def test_goods_go_out_once_an_approved_order_is_paid_for(
    status: str, paid: str, require_capture: bool, expected: str
) -> None:
    assert fulfillment(status, paid, "unfulfilled", require_capture=require_capture) == expected


@pytest.mark.parametrize("now", ["in_progress", "fulfilled", "not_required"])
def test_paying_never_sets_a_delivery_back(now: str) -> None:
    assert fulfillment("approved", "paid", now, require_capture=True) == now


def test_each_kind_of_line_item_has_its_own_amount() -> None:
    amounts = totals(
        [
            Part("skus", 5800, 2, discount=-580, tax=942),
            Part("payment_methods", 250),
            Part("shipments", 700, tax=126),
            Part("adjustments", -100),
            Part("percentage_discount_promotions", -580),
            Part("gift_cards", -1000),
        ],
        tax_included=True,
    )
    assert amounts["subtotal_amount_cents"] == 5800
    assert amounts["payment_method_amount_cents"] == 250
    assert amounts["shipping_amount_cents"] == 700
    assert amounts["adjustment_amount_cents"] == -100
    assert amounts["discount_amount_cents"] == -580
    assert amounts["gift_card_amount_cents"] == -1000
    assert amounts["total_amount_cents"] == amounts["total_amount_with_taxes_cents"] == 5070
    assert (amounts["subtotal_tax_amount_cents"], amounts["subtotal_taxable_amount_cents"]) == (942, 4278)
    assert (amounts["shipping_tax_amount_cents"], amounts["total_tax_amount_cents"]) == (126, 1068)
    assert amounts["skus_count"] == 2


def test_taxes_that_prices_do_not_include_come_on_top() -> None:
    amounts = totals([Part("skus", 1000, tax=220), Part("shipments", 500, tax=110)], tax_included=False)
    assert amounts["total_amount_cents"] == 1500
    assert amounts["total_amount_with_taxes_cents"] == 1830
    assert amounts["total_taxable_amount_cents"] == 1500


def test_a_gift_card_that_is_bought_is_no_gift_card_that_pays() -> None:
    amounts = totals([Part("gift_cards", 5000), Part("gift_cards", -2000)], tax_included=True)
    assert (amounts["subtotal_amount_cents"], amounts["gift_card_amount_cents"]) == (5000, -2000)


PARTS = st.builds(
    Part, st.sampled_from(ITEM_TYPES), st.integers(-(10**9), 10**9), st.integers(1, 99), tax=st.integers(0, 10**6)
)


@given(st.lists(PARTS), st.booleans())
def test_the_total_is_the_sum_of_the_line_items_whatever_they_are(parts: list[Part], tax_included: bool) -> None:
    amounts = totals(parts, tax_included=tax_included)
    families = ("subtotal", "payment_method", "shipping", "adjustment", "discount", "gift_card")
    assert amounts["total_amount_cents"] == sum(p.total for p in parts)
    assert sum(amounts[f"{f}_amount_cents"] for f in families) == sum(p.total for p in parts)
    on_top = 0 if tax_included else amounts["total_tax_amount_cents"]
    assert amounts["total_amount_with_taxes_cents"] == amounts["total_amount_cents"] + on_top
