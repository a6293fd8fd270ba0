"""The main job through `@commercelayer/sdk`, unmodified: https://www.npmjs.com/package/@commercelayer/sdk."""

from __future__ import annotations

from typing import Any

import pytest
from tests.clients.conftest import Play
from tests.clients.shop import Shop

SDKS = ["sdk-6", "sdk-7/bundle"]

VISA = {
    "issuer_type": "credit card",
    "issuer": "unknown",
    "card_type": "visa",
    "card_last_digits": "4242",
    "card_expiry_month": "12",
    "card_expiry_year": "2034",
}
PAID_FOR = {"status": "placed", "paymentStatus": "authorized"}


def without_value(error: dict[str, Any]) -> dict[str, Any]:
    """An error object, but for the value that the client sent."""
    return {**error, "meta": {name: value for name, value in error["meta"].items() if name != "value"}}


@pytest.fixture(scope="module", params=SDKS)
def with_stripe(request: pytest.FixtureRequest, play: Play) -> Any:
    return play("wallet", request.param)


@pytest.fixture(scope="module", params=SDKS)
def with_klarna(request: pytest.FixtureRequest, play: Play) -> Any:
    return play("klarna", request.param)


@pytest.fixture(scope="module", params=SDKS)
def in_trouble(request: pytest.FixtureRequest, play: Play) -> Any:
    return play("trouble", request.param)


def test_an_order_is_filled_and_changed(with_stripe: Any, shop: Shop) -> None:
    shirt = shop["skus"][0]
    assert with_stripe["filled"] == {
        "draft": "draft",
        "notIncluded": True,
        "line": {"sku": shirt, "cents": 2900, "item": shirt},
        "status": "pending",
        "customer": with_stripe["customer"],
        "quantities": [2, 3],
        "noSource": None,
        "total": 9550,
        "formatted": "€95,50",
        "metadata": [{"campaign": "spring"}, {"campaign": "spring", "gift": {"to": "Grace"}}],
        "totalAfterwards": 5800,
    }


def test_an_order_is_paid_with_a_card_and_placed_once(with_stripe: Any) -> None:
    assert with_stripe["chosen"] == {
        "offered": ["klarna_payments", "stripe_payments", "wire_transfers"],
        "method": True,
        "clientSecret": True,
        "publishableKey": "pk_test_sandbox",
    }
    assert with_stripe["intent"] == "requires_capture"
    assert with_stripe["placed"] == {**PAID_FOR, "number": "string", "source": "stripe_payments", "instrument": VISA}
    assert with_stripe["placedAgain"] == "placed"


def test_a_card_is_kept_once_however_often_it_is_saved(with_stripe: Any) -> None:
    assert with_stripe["kept"] == {
        "entries": [True],
        "type": "customer_payment_sources",
        "name": "XXXX-XXXX-XXXX-4242",
        "customerToken": True,
        "sourceToken": True,
    }


def test_the_wallet_is_listed_filtered_counted_and_renamed(with_stripe: Any) -> None:
    assert with_stripe["wallet"] == {
        "meta": {"pageCount": 1, "recordCount": 1, "currentPage": 1, "recordsPerPage": 10},
        "ids": [True],
        "related": ["stripe_payments", "payment_methods", with_stripe["customer"]],
        "card": VISA,
        "byToken": [True],
        "byAnotherToken": 0,
        "sparse": ["id", "name", "payment_source", "type"],
        "count": 1,
        "countOfVisa": 1,
        "ofCustomer": [True],
        "available": [True],
        "customer": with_stripe["customer"],
        "method": "stripe_payments",
    }
    assert with_stripe["renamed"] == {
        "reference": "the blue one",
        "metadata": {"nickname": "Blue"},
        "name": "XXXX-XXXX-XXXX-4242",
    }


def test_a_kept_card_pays_the_next_order_without_a_form(with_stripe: Any) -> None:
    assert with_stripe["reused"] == {
        **PAID_FOR,
        "anotherSource": "stripe_payments",
        "method": "stripe_payments",
        "offered": [True],
        "instrument": VISA,
    }


def test_a_customer_looks_back_at_their_orders(with_stripe: Any, shop: Shop) -> None:
    assert with_stripe["history"] == {
        "sparse": ["id", "number", "payment_source", "status", "type"],
        "sparseSource": ["id", "payment_instrument", "type"],
        "newest": True,
        "records": 2,
        "pages": 2,
        "hasNextPage": True,
        "campaign": [True],
        "placed": 2,
        "orderOfSource": True,
        "method": "stripe_payments",
        "organization": shop["slug"],
        "application": "sales_channel",
    }


def test_the_back_office_captures_refunds_in_parts_and_voids(with_stripe: Any) -> None:
    assert with_stripe["money"] == {
        "authorized": [2900, True, True],
        "captured": ["paid", 2900, True],
        "partly": ["partially_refunded", [900]],
        "refunded": ["refunded", [900, 2000]],
        "transactions": ["authorizations", "captures", "refunds", "refunds"],
        "ofOrder": [True],
    }
    assert with_stripe["voided"] == ["voided", [True]]


def test_nobody_elses_token_reaches_a_wallet_entry(with_stripe: Any) -> None:
    others = with_stripe["others"]
    denied = [401, "UNAUTHORIZED"]
    assert (others["retrieve"], others["remove"], others["guest"], others["listed"]) == (denied, denied, denied, 0)
    (foreign,), (unknown,) = others["reuse"], others["unknown"]
    assert (foreign["code"], foreign["status"]) == ("VALIDATION_ERROR", "422")
    assert foreign["source"] == {"pointer": "/data/attributes/_customer_payment_source_id"}
    assert without_value(foreign) == without_value(unknown)


def test_a_forgotten_card_is_gone(with_stripe: Any) -> None:
    assert with_stripe["forgotten"] == {"answer": True, "again": 404, "left": 0, "offered": []}


def test_an_agreement_with_klarna_is_kept_and_pays_again_without_the_window(with_klarna: Any) -> None:
    assert with_klarna["first"] == {**PAID_FOR, "offered": True, "early": [422, "blank"], "authToken": True}
    assert with_klarna["kept"] == {"entries": 1, "named": True}
    assert with_klarna["second"] == {**PAID_FOR, "source": "klarna_payments", "method": "klarna_payments"}
    assert with_klarna["money"] == {
        "first": ["approved", "paid"],
        "partly": [1000],
        "rest": [1000, 1900],
        "second": "paid",
        "refunded": "refunded",
    }


@pytest.mark.parametrize(
    ("what", "status", "code", "error", "source"),
    [
        ("unknownId", 404, "RECORD_NOT_FOUND", "not_found", None),
        ("unknownSku", 422, "VALIDATION_ERROR", "not_found", {"pointer": "/data/attributes/sku_code"}),
        ("emptyOrder", 422, "VALIDATION_ERROR", "invalid_transition", {"pointer": "/data/attributes/status"}),
        ("prohibited", 401, "UNAUTHORIZED", None, {"pointer": "/data/attributes/_approve"}),
        ("unknownAttribute", 400, "PARAM_NOT_ALLOWED", None, {"pointer": "/data/attributes/colour"}),
        ("unknownInclude", 400, "INVALID_INCLUDE", None, {"parameter": "include"}),
        ("unknownFilter", 400, "FILTER_NOT_ALLOWED", None, {"parameter": "filter[q][colour_eq]"}),
        ("pageSize", 400, "INVALID_PAGE_VALUE", None, {"parameter": "page[size]"}),
        (
            "guestKeeps",
            422,
            "VALIDATION_ERROR",
            "customer_missing",
            {"pointer": "/data/attributes/_save_payment_source_to_customer_wallet"},
        ),
        ("blankCode", 422, "VALIDATION_ERROR", "blank", {"pointer": "/data/attributes/code"}),
        ("takenCode", 422, "VALIDATION_ERROR", "taken", {"pointer": "/data/attributes/code"}),
        ("listing", 401, "UNAUTHORIZED", None, None),
    ],
)
def test_the_sdk_recognises_what_was_refused(
    in_trouble: Any, what: str, status: int, code: str, error: str | None, source: dict[str, str] | None
) -> None:
    told = in_trouble["refused"][what]
    assert (told["name"], told["type"], told["status"]) == ("ApiError", "response", status)
    (reason,) = told["errors"]
    assert (reason["status"], reason["code"]) == (str(status), code)
    assert (reason["meta"].get("error"), reason.get("source")) == (error, source)
    assert reason["title"] and reason["detail"]


def test_the_sdk_renews_a_token_that_ran_out_and_repeats_the_call(in_trouble: Any, shop: Shop) -> None:
    (reason,) = in_trouble["ranOut"]["errors"]
    assert (reason["status"], reason["code"]) == ("401", "INVALID_TOKEN")
    assert in_trouble["renewed"] == {"slug": shop["slug"], "asked": [True], "kept": True}


def test_a_guest_chooses_how_to_pay_and_has_no_wallet(in_trouble: Any) -> None:
    assert in_trouble["guest"] == {
        "source": "wire_transfers",
        "wallet": [],
        "guest": True,
        "noMethod": None,
        "noSource": None,
    }


def test_the_sdk_works_with_selected_resources(play: Play, shop: Shop) -> None:
    seen = play("selective")
    assert seen["articles"] == {
        "codes": sorted(shop["skus"]),
        "prices": [1] * len(shop["skus"]),
        "links": ["first", "last"],
        "type": "application/vnd.api+json",
    }
    assert seen["order"] == {"items": [1], "market": "europe", "customer": shop["second_customer"]["email"]}
