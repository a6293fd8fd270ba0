"""Tokens through `@commercelayer/js-auth`, unmodified: https://www.npmjs.com/package/@commercelayer/js-auth."""

from __future__ import annotations

from typing import Any

import pytest
from tests.clients.conftest import Play
from tests.clients.shop import Shop

JS_AUTH = ["js-auth-7", "js-auth-8"]

PLAIN = ["accessToken", "createdAt", "expires", "expiresIn", "scope", "tokenType"]
OF_CUSTOMER = sorted([*PLAIN, "ownerId", "ownerType", "refreshToken"])
OPENED = {"status": 200, "code": None}
CLOSED = {"status": 401, "code": "INVALID_TOKEN"}


@pytest.fixture(scope="module", params=JS_AUTH)
def seen(request: pytest.FixtureRequest, play: Play) -> Any:
    return play("tokens", request.param)


def test_a_guests_token_has_the_claims_that_clients_read(seen: Any, shop: Shop) -> None:
    guest, claims = seen["guest"], seen["guest"]["payload"]
    assert guest["members"] == PLAIN
    assert (guest["tokenType"], guest["scope"]) == ("bearer", "market:code:europe")
    assert guest["aDateToExpire"]
    assert guest["header"]["alg"] == "RS512"
    assert claims["organization"]["slug"] == shop["slug"]
    assert claims["application"]["kind"] == "sales_channel"
    assert claims["application"]["client_id"] == shop["sales_channel"]["client_id"]
    assert claims["market"]["id"] == [shop["market"]["id"]]
    assert (claims["iss"], claims["test"]) == (shop["auth"], True)
    assert "owner" not in claims
    assert guest["isSalesChannel"]
    assert f"{guest['base']}/api" == shop["api"]
    assert guest["api"] == OPENED


def test_tokens_are_verified_with_the_published_keys_and_forgeries_are_not(seen: Any, shop: Shop) -> None:
    assert seen["verified"] == {"slug": shop["slug"], "forged": "InvalidTokenError", "forgedAtApi": CLOSED}


def test_an_integration_may_do_business_in_all_markets(seen: Any) -> None:
    assert seen["integration"] == {"members": PLAIN, "scope": "market:all", "is": True}


def test_a_customer_signs_in_and_stays_signed_in_with_ever_new_refresh_tokens(seen: Any, shop: Shop) -> None:
    customer = shop["customer"]["id"]
    assert seen["customer"] == {
        "members": OF_CUSTOMER,
        "ownerId": customer,
        "ownerType": "customer",
        "owner": {"id": customer, "type": "Customer"},
        "refreshed": OF_CUSTOMER,
        "refreshedOwner": customer,
        "anotherRefreshToken": True,
        "api": OPENED,
        "replayed": ["invalid_grant"],
        "afterReplay": CLOSED,
    }


def test_a_server_vouches_for_a_customer_with_an_assertion_and_the_secret(seen: Any, shop: Shop) -> None:
    vouched, customer = seen["vouched"], shop["customer"]["id"]
    assert vouched["members"] == OF_CUSTOMER
    assert (vouched["ownerId"], vouched["owner"]) == (customer, {"id": customer, "type": "Customer"})
    assert vouched["confidential"]
    assert vouched["customClaim"] == {"club": {"level": "gold"}}
    assert [(e["status"], e["title"]) for e in vouched["withoutSecret"]] == [(401, "invalid_client")]


def test_a_revoked_token_opens_nothing_and_strangers_revoke_none(seen: Any) -> None:
    assert seen["revoked"] == {"answer": {}, "api": CLOSED}
    (refusal,) = seen["revokedByAStranger"]["errors"]
    assert (refusal["status"], refusal["code"], refusal["title"]) == (403, "FORBIDDEN", "unauthorized_client")
    assert (seen["revokedWithSecret"], seen["revokedBackOffice"]) == ({}, CLOSED)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("secret", (401, "UNAUTHORIZED", "invalid_client")),
        ("client", (401, "UNAUTHORIZED", "invalid_client")),
        ("password", (400, "BAD_REQUEST", "invalid_grant")),
        ("email", (400, "BAD_REQUEST", "invalid_grant")),
        ("refreshToken", (400, "BAD_REQUEST", "invalid_grant")),
        ("market", (400, "BAD_REQUEST", "invalid_scope")),
    ],
)
def test_what_is_wrong_with_a_request_for_a_token_is_told(seen: Any, wrong: str, told: tuple[object, ...]) -> None:
    assert [(e["status"], e["code"], e["title"]) for e in seen["wrong"][wrong]] == [told]


@pytest.mark.parametrize("js_auth", JS_AUTH)
def test_a_storefront_keeps_its_guests_and_customers_apart(js_auth: str, play: Play, shop: Shop) -> None:
    assert play("sessions", js_auth) == {
        "guest": {"ownerType": "guest", "asked": "once"},
        "customer": {"ownerType": "customer", "ownerId": shop["customer"]["id"]},
        "signedOut": {},
        "afterwards": 401,
        "then": "guest",
        "backOffice": {"ownerType": "guest", "scope": "market:all", "revoked": {}},
    }
