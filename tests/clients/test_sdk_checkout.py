"""A whole checkout through `@commercelayer/sdk`, unmodified: the calls of the hosted pages and of what they need."""

from __future__ import annotations

from typing import Any

import pytest
from tests.clients.conftest import Play
from tests.clients.test_sdk import PAID_FOR, SDKS

BY_CARD = {"status": "placed", "source": "stripe_payments"}


@pytest.fixture(scope="module", params=SDKS)
def checked_out(request: pytest.FixtureRequest, play: Play) -> Any:
    return play("checkout", request.param)


@pytest.fixture(scope="module", params=SDKS)
def furnished(request: pytest.FixtureRequest, play: Play) -> Any:
    return play("furnishing", request.param)


@pytest.fixture(scope="module", params=SDKS)
def with_codes(request: pytest.FixtureRequest, play: Play) -> Any:
    return play("codes", request.param)


def thanked(total: int) -> dict[str, Any]:
    """What the thank-you page looks for; 5.00 of the total are for shipping."""
    return {"status": PAID_FOR["status"], "payment_status": PAID_FOR["paymentStatus"], "total": total, "shipping": 5}


def test_a_guest_checks_out_with_a_parcel_and_a_download(checked_out: Any) -> None:
    assert checked_out["guest"] == {
        "ships": [False, True],
        "name": "Ada Lovelace, Via Garibaldi 12, 16124 Genova GE (IT) +39 010 123456",
        "shipments": 1,
        "planned": [
            {"method": "Standard", "pieces": [["TSHIRTMS000000FFFFFFLXXX", 2]], "from": "stock_locations"},
        ],
        "placed": BY_CARD,
        "thanked": thanked(92),
    }


def test_a_customer_has_address_and_card_kept(checked_out: Any) -> None:
    assert checked_out["customer"] == {
        "before": 0,
        "placed": BY_CARD,
        "thanked": thanked(34),
        "book": ["Via Garibaldi 12"],
        "wallet": ["4242"],
    }


def test_a_customer_checks_out_with_what_was_kept(checked_out: Any) -> None:
    assert checked_out["again"] == {
        "references": [True, True],
        "clones": True,
        "card": "4242",
        "placed": BY_CARD,
        "thanked": thanked(34),
    }


def test_customers_and_their_addresses_are_made_and_found(furnished: Any) -> None:
    assert furnished["customers"] == {"none": 0, "found": [True], "password": True}
    assert furnished["token"] == {"owner": True, "scope": True}
    assert furnished["book"] == {"customer": True, "email": True, "listed": ["Via Garibaldi 12"], "left": 0}


def test_stock_is_refilled_and_articles_are_sold_in_every_way(furnished: Any) -> None:
    assert furnished["stock"] == {"more": 10, "code": "MUGXX000FFFFFF000000XXXX"}
    assert furnished["bundle"] == {"price": 3500, "options": True}
    assert furnished["order"] == {
        "language": "it",
        "customer": True,
        "lines": [["bundles", "bundles", 1], ["gift_cards", "gift_cards", 1], ["skus", "skus", 2]],
        "total": 2 * 2900 + 3500 + 10000,
    }


def test_a_coupon_takes_off_what_it_says_while_it_is_there(with_codes: Any) -> None:
    assert with_codes["coupon"] == {"code": True, "left": 5}
    assert with_codes["wrong"] == [422, "/data/attributes/coupon_code"]
    off = {"coupon": True, "card": False, "discount": -290, "byCard": 0, "total": 2610}
    assert (with_codes["withCoupon"], with_codes["again"]) == (off, off)
    assert with_codes["withoutCoupon"] == {"coupon": False, "card": False, "discount": 0, "byCard": 0, "total": 2900}


def test_a_gift_card_pays_its_part_once(with_codes: Any) -> None:
    assert with_codes["card"] == {"statuses": ["draft", "inactive", "active"], "code": True}
    assert with_codes["wrongCard"] == [422, "/data/attributes/gift_card_code"]
    paid = {"coupon": True, "card": True, "discount": -290, "byCard": -2000, "total": 610}
    assert (with_codes["withCard"], with_codes["balanceBefore"]) == (paid, 2000)
    lines = [["gift_cards", -2000], ["percentage_discount_promotions", -290], ["skus", 2900]]
    assert with_codes["placed"] == {"status": "placed", **paid, "lines": lines}
    assert with_codes["balance"] == 0


def test_a_gift_card_can_pay_all_of_it(with_codes: Any) -> None:
    assert with_codes["free"] == {"status": "placed", "paymentStatus": "free", "balance": 2100}
