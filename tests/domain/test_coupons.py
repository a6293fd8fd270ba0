"""When a coupon is good for an order, and what is wrong with it when it is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.domain.test_promotions import Fact

from billfold.domain.coupons import is_used_up, problem

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HERS = Fact({"customer_id": "ada", "customer_email": "Ada@example.com"})


def found(*, own: int = 0, used: bool = False, recipient: dict[str, Any] | None = None, **values: Any) -> str | None:
    coupon = Fact(values, ones={"coupon_recipient": Fact(recipient) if recipient else None})
    trouble = problem(coupon, HERS, NOW, own=own, used=used)
    return trouble and trouble[0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, None),
        ({"expires_at": NOW}, "expired"),
        ({"expires_at": (NOW + timedelta(seconds=1)).isoformat()}, None),
        ({"usage_limit": 1, "usage_count": 1}, "used_up"),
        ({"usage_limit": 1, "usage_count": 1, "own": 1}, None),
        ({"usage_limit": 2, "usage_count": 1}, None),
        ({"used": True}, None),
        ({"used": True, "customer_single_use": True}, "used"),
        ({"recipient": {"email": "ada@example.com"}}, None),
        ({"recipient": {"email": "grace@example.com"}}, "not_recipient"),
        ({"recipient": {"email": "grace@example.com", "customer_id": "ada"}}, None),
        ({"recipient": {"email": "ada@example.com", "customer_id": "grace"}}, "not_recipient"),
    ],
)
def test_a_coupon_is_good_unless_something_is_wrong_with_it(values: dict[str, Any], expected: str | None) -> None:
    assert found(**values) == expected


def test_a_coupon_without_a_limit_is_never_used_up() -> None:
    assert not is_used_up(Fact({"usage_count": 10**6}))
