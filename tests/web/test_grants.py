"""Every way to get a token: the exact answer, and what the token says."""

from __future__ import annotations

import asyncio
import warnings
from typing import Any

import aiohttp
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey
from tests.web.house import DOMAIN, PASSWORD, Clock, House, Shop, open_shop

GUEST_KEYS = {"access_token", "token_type", "expires_in", "scope", "created_at"}
CUSTOMER_KEYS = GUEST_KEYS | {"owner_id", "owner_type", "refresh_token"}
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CLAIMS = "https://commercelayer.io/claims"


def assertion(claims: Any, *, key: str = "cl", algorithm: str = "HS512", **more: Any) -> str:
    with warnings.catch_warnings(action="ignore"):  # the key that everybody knows is short, too
        secret = OctKey.import_key(key)
    return jwt.encode({"alg": algorithm, "typ": "JWT"}, {CLAIMS: claims, **more}, secret, algorithms=[algorithm])


async def verified(worker: House, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """(header, claims) of a token, verified the way any third party does: by the published key of its id."""
    async with worker.http.get(f"{worker.url}/.well-known/jwks.json", headers={"Host": f"auth.{DOMAIN}"}) as answer:
        published = KeySet.import_key_set(await answer.json())
    read = jwt.decode(token, published, algorithms=["RS512"])
    return dict(read.header), dict(read.claims)


async def test_a_guest_gets_a_token_for_the_market_in_its_scope(worker: House, acme: Shop, clock: Clock) -> None:
    answer = await worker.token(**acme.guest)
    assert set(answer) == GUEST_KEYS
    assert answer["token_type"] == "bearer"
    assert answer["expires_in"] == 14_400
    assert answer["scope"] == "market:code:europe"
    assert abs(answer["created_at"] - clock.seconds()) < 5

    header, claims = await verified(worker, answer["access_token"])
    assert header["alg"] == "RS512" and header["typ"] == "JWT" and header["kid"]
    rand = claims.pop("rand")
    assert isinstance(rand, float)
    assert claims == {
        "organization": {"id": acme.id, "slug": "acme", "enterprise": True, "region": "eu-west-1"},
        "application": {
            "id": acme.sales_channel["id"],
            "kind": "sales_channel",
            "public": True,
            "client_id": acme.sales_channel["client_id"],
            "confidential": False,
        },
        "market": {
            "id": [acme.market_id],
            "stock_location_ids": [],
            "geocoder_id": None,
            "allows_external_prices": False,
        },
        "scope": "market:code:europe",
        "iss": "https://auth.billfold.localhost",
        "iat": answer["created_at"],
        "exp": answer["created_at"] + 14_400,
        "test": True,
    }


async def test_a_sales_channel_that_sends_its_secret_gets_a_confidential_token(worker: House, acme: Shop) -> None:
    answer = await worker.token(**acme.guest, client_secret=acme.sales_channel["client_secret"])
    _, claims = await verified(worker, answer["access_token"])
    assert claims["application"]["confidential"] is True


async def test_an_integration_may_do_everything_in_all_markets(worker: House, acme: Shop) -> None:
    answer = await worker.token(**acme.back_office)
    assert set(answer) == GUEST_KEYS
    assert answer["scope"] == "market:all"
    _, claims = await verified(worker, answer["access_token"])
    assert "market" not in claims and "owner" not in claims
    assert claims["application"] | {"id": "", "client_id": ""} == {
        "id": "",
        "kind": "integration",
        "public": False,
        "client_id": "",
        "confidential": True,
    }


async def test_a_customer_signs_in_with_e_mail_address_and_password(worker: House, acme: Shop) -> None:
    answer = await worker.token(**acme.customer)
    assert set(answer) == CUSTOMER_KEYS
    assert (answer["owner_id"], answer["owner_type"]) == (acme.customer_id, "customer")
    _, claims = await verified(worker, answer["access_token"])
    assert claims["owner"] == {"id": acme.customer_id, "type": "Customer"}
    assert claims["market"]["id"] == [acme.market_id]


async def test_the_case_of_an_e_mail_address_does_not_matter(worker: House, acme: Shop) -> None:
    answer = await worker.token(**acme.customer | {"username": f" {acme.email.upper()} "})
    assert answer["owner_id"] == acme.customer_id


@pytest.mark.parametrize(
    ("changed", "title", "status"),
    [
        ({"password": "wrong"}, "invalid_grant", 400),
        ({"password": ""}, "invalid_request", 400),
        ({"password": None}, "invalid_request", 400),
        ({"username": "nobody@example.com"}, "invalid_grant", 400),
        ({"username": None}, "invalid_request", 400),
        ({"client_secret": "wrong"}, "invalid_client", 401),
        ({"scope": None}, "invalid_scope", 400),
    ],
)
async def test_who_cannot_sign_in_gets_no_token(
    worker: House, acme: Shop, changed: dict[str, Any], title: str, status: int
) -> None:
    error = await worker.refused(**acme.customer | changed)
    assert (error["title"], error["status"]) == (title, status)


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(worker: House, acme: Shop) -> None:
    wrong = await worker.refused(**acme.customer | {"password": "wrong"})
    unknown = await worker.refused(**acme.customer | {"username": "nobody@example.com"})
    assert wrong == unknown


async def test_a_customer_without_a_password_cannot_sign_in(worker: House, acme: Shop) -> None:
    await worker.db.execute(
        "UPDATE customers SET password_digest = NULL WHERE organization_id = $1 AND id = $2", acme.id, acme.customer_id
    )
    error = await worker.refused(**acme.customer)
    assert error["title"] == "invalid_grant"


async def test_customers_do_not_sign_in_with_an_integration(worker: House, acme: Shop) -> None:
    error = await worker.refused(**acme.customer | acme.back_office | {"grant_type": "password"})
    assert (error["title"], error["status"]) == ("unauthorized_client", 401)


async def test_a_trusted_storefront_vouches_for_a_customer(worker: House, acme: Shop) -> None:
    owner = {"type": "Customer", "id": acme.customer_id}
    answer = await worker.token(
        **acme.guest | acme.sales_channel | {"grant_type": JWT_BEARER},
        assertion=assertion({"owner": owner, "custom_claim": {"tier": "gold"}}, iat=1_700_000_000),
    )
    assert set(answer) == CUSTOMER_KEYS
    assert answer["owner_id"] == acme.customer_id
    _, claims = await verified(worker, answer["access_token"])
    assert claims["owner"] == {"id": acme.customer_id, "type": "Customer"}
    assert claims["custom_claim"] == {"tier": "gold"}
    assert claims["application"]["confidential"] is True
    assert claims["scope"] == "market:code:europe"


async def test_an_assertion_without_an_owner_makes_a_guest_with_a_custom_claim(worker: House, acme: Shop) -> None:
    answer = await worker.token(
        **acme.sales_channel | {"grant_type": JWT_BEARER}, assertion=assertion({"custom_claim": {"app": "blog"}})
    )
    assert set(answer) == GUEST_KEYS | {"refresh_token"}
    assert answer["scope"] == "market:all"
    _, claims = await verified(worker, answer["access_token"])
    assert "owner" not in claims and claims["custom_claim"] == {"app": "blog"}


async def test_vouching_takes_the_client_secret(worker: House, acme: Shop) -> None:
    asked = acme.guest | {
        "grant_type": JWT_BEARER,
        "assertion": assertion({"owner": {"type": "Customer", "id": acme.customer_id}}),
    }
    assert (await worker.refused(**asked))["title"] == "invalid_client"
    assert (await worker.refused(**asked, client_secret="wrong"))["title"] == "invalid_client"


OWNER = {"type": "Customer", "id": "nobodyhere"}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (lambda: assertion({"custom_claim": {"a": "\x00"}}), "NUL"),
        (lambda: assertion({}), "neither an owner nor a custom_claim"),
        (lambda: assertion("owner"), "neither an owner nor a custom_claim"),
        (lambda: assertion({"custom_claim": "gold"}), "custom_claim must be an object"),
        (lambda: assertion({"owner": {"type": "User", "id": "x"}}), "of type Customer"),
        (lambda: assertion({"owner": {"type": "Customer"}}), "owner has no id"),
        (lambda: assertion({"owner": {"type": "Customer", "id": "\x00"}}), "owner has no id"),
        (lambda: assertion({"owner": OWNER}), "no customer of this organization"),
        (lambda: assertion({"owner": OWNER}, exp=1), "expired"),
        (lambda: assertion({"owner": OWNER}, exp="soon"), "expired"),
        (lambda: assertion({"owner": OWNER}, key="another secret of some length"), "not signed"),
        (lambda: assertion({"owner": OWNER}, algorithm="HS256"), "not signed"),
        (lambda: assertion({"custom_claim": {"x": "y" * 4096}}), "more than 4096 bytes"),
        (lambda: "a.b.c", "no JWT"),
        (lambda: "é.é.é", "no JWT"),
        (lambda: "nothing", "no JWT"),
    ],
)
async def test_an_assertion_that_vouches_for_nobody_is_refused(
    worker: House, acme: Shop, given: Any, reason: str
) -> None:
    error = await worker.refused(**acme.sales_channel | {"grant_type": JWT_BEARER, "assertion": given()})
    assert (error["title"], error["code"], error["status"]) == ("invalid_assertion", "BAD_REQUEST", 400)
    assert error["detail"] == "The provided assertion is invalid."
    assert reason in error["meta"]["reason"]


async def test_another_organizations_customer_cannot_be_vouched_for(worker: House, acme: Shop) -> None:
    other = await open_shop(worker.db, "other")
    vouched = assertion({"owner": {"type": "Customer", "id": other.customer_id}})
    error = await worker.refused(**acme.sales_channel | {"grant_type": JWT_BEARER, "assertion": vouched})
    assert error["title"] == "invalid_assertion"


async def test_the_same_token_is_handed_out_until_a_quarter_of_an_hour_is_left(
    worker: House, acme: Shop, clock: Clock
) -> None:
    first = await worker.token(**acme.guest)
    clock.forward(3600)
    again = await worker.token(**acme.guest)
    assert again["access_token"] == first["access_token"]
    assert again["created_at"] == first["created_at"]
    assert 10_700 < again["expires_in"] <= 10_800
    clock.forward(14_400 - 3600 - 890)
    renewed = await worker.token(**acme.guest)
    assert renewed["access_token"] != first["access_token"]
    assert renewed["expires_in"] == 14_400
    for valid in (first, renewed):
        assert (await worker.whoami(valid["access_token"]))[0] == 200


async def test_tokens_of_different_scopes_or_trust_are_different(worker: House, acme: Shop) -> None:
    asked = [
        acme.guest,
        acme.guest | {"scope": "market:code:america"},
        acme.guest | {"client_secret": acme.sales_channel["client_secret"]},
    ]
    tokens = {(await worker.token(**params))["access_token"] for params in asked}
    assert len(tokens) == 3


async def test_every_sign_in_has_a_token_of_its_own(worker: House, acme: Shop) -> None:
    answers = await asyncio.gather(*(worker.token(**acme.customer) for _ in range(3)))
    assert len({a["access_token"] for a in answers}) == 3
    assert len({a["refresh_token"] for a in answers}) == 3


@pytest.mark.parametrize("host", [f"auth.{DOMAIN}", f"acme.{DOMAIN}", "127.0.0.1", "localhost:80", f"ACME.{DOMAIN}:1"])
async def test_tokens_are_given_out_on_every_host_of_the_organization(worker: House, acme: Shop, host: str) -> None:
    assert set(await worker.token(host=host, **acme.guest)) == GUEST_KEYS


async def test_another_organizations_host_does_not_know_the_client(worker: House, acme: Shop) -> None:
    error = await worker.refused(host=f"other.{DOMAIN}", **acme.guest)
    assert (error["title"], error["status"]) == ("invalid_client", 401)


async def test_a_form_is_as_good_as_json(worker: House, acme: Shop) -> None:
    form = aiohttp.FormData(acme.customer)
    async with worker.http.post(f"{worker.url}/oauth/token", data=form, headers={"Host": f"auth.{DOMAIN}"}) as answer:
        assert answer.status == 200
        assert (await answer.json())["owner_id"] == acme.customer_id


async def test_parameters_nobody_asked_for_are_tolerated(worker: House, acme: Shop) -> None:
    answer = await worker.token(**acme.guest, slug="acme", debug={"on": True}, extra=[1, None])
    assert set(answer) == GUEST_KEYS


async def test_no_answer_of_the_token_endpoint_may_be_stored(worker: House, acme: Shop) -> None:
    for params in (acme.guest, {}):
        async with worker.http.post(
            f"{worker.url}/oauth/token", json=params, headers={"Host": f"auth.{DOMAIN}"}
        ) as answer:
            assert answer.headers["Cache-Control"] == "no-store"


async def test_an_unknown_client_is_told_so_in_the_words_official_clients_know(worker: House, acme: Shop) -> None:
    for client_id in ("wrong-client-id", "", None, acme.id, acme.sales_channel["client_id"][:-1]):
        assert await worker.refused(**acme.guest | {"client_id": client_id}) == {
            "title": "invalid_client",
            "detail": "Client authentication failed due to unknown client, no client authentication included, "
            "or unsupported authentication method.",
            "code": "UNAUTHORIZED",
            "status": 401,
            "meta": {},
        }


async def test_an_integration_needs_its_secret(worker: House, acme: Shop) -> None:
    for secret in (None, "", "wrong", acme.sales_channel["client_secret"]):
        assert (await worker.refused(**acme.back_office | {"client_secret": secret}))["title"] == "invalid_client"


@pytest.mark.parametrize(
    ("params", "title", "named"),
    [
        ({}, "invalid_request", "grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, "unsupported_grant_type", "authorization_code"),
        ({"grant_type": "implicit"}, "unsupported_grant_type", "implicit"),
        ({"grant_type": 7}, "invalid_request", "grant_type"),
        ({"grant_type": "client_credentials", "client_id": ["x"]}, "invalid_request", "client_id"),
        ({"grant_type": "client_credentials", "client_id": "x\x00y"}, "invalid_request", "client_id"),
        ({"grant_type": "client_credentials", "client_id": {"$ne": ""}}, "invalid_request", "client_id"),
    ],
)
async def test_a_request_that_makes_no_sense_is_answered_with_its_culprit(
    worker: House, params: dict[str, Any], title: str, named: str
) -> None:
    error = await worker.refused(**params)
    assert (error["title"], error["code"], error["status"]) == (title, "BAD_REQUEST", 400)
    assert named in error["detail"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'"x"', "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"grant_type": "\\ud800"}', "application/json"),
        (b'{"grant_type":"client_credentials","client_id":"\\ud800aaaaaaaaaaaaa"}', "application/json"),
        (b"grant_type=%ff", "application/x-www-form-urlencoded"),
        (b"\xff", "application/x-www-form-urlencoded"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(worker: House, body: bytes, kind: str) -> None:
    headers = {"Host": f"auth.{DOMAIN}", "Content-Type": kind}
    async with worker.http.post(f"{worker.url}/oauth/token", data=body, headers=headers) as answer:
        assert answer.status == 400, await answer.text()
        assert (await answer.json())["errors"][0]["title"] in ("invalid_request", "unsupported_grant_type")


@pytest.mark.parametrize("scope", ["market:id:{id}", "market:code:europe", "market:101"])
async def test_a_market_can_be_named_in_three_ways(worker: House, acme: Shop, scope: str) -> None:
    scope = scope.format(id=acme.market_id)
    answer = await worker.token(**acme.guest | {"scope": scope})
    assert answer["scope"] == scope
    _, claims = await verified(worker, answer["access_token"])
    assert claims["market"]["id"] == [acme.market_id]


async def test_several_markets_stand_in_the_token_in_the_order_of_the_scope(worker: House, acme: Shop) -> None:
    scope = f" market:102  market:code:europe market:id:{acme.market_id}"
    answer = await worker.token(**acme.guest | {"scope": scope})
    assert answer["scope"] == scope
    _, claims = await verified(worker, answer["access_token"])
    assert claims["market"]["id"] == [acme.second_market_id, acme.market_id]
    assert claims["market"]["allows_external_prices"] is True


@pytest.mark.parametrize(
    ("scope", "named"),
    [
        ("market:code:nowhere", "market:code:nowhere"),
        ("market:id:AAAAAAAAAA", "market:id:AAAAAAAAAA"),
        ("market:999", "market:999"),
        ("market:99999999999999999999999", "market:9"),
        ("market:code:closed", "market:code:closed"),
        ("market:code:europe market:code:nowhere", "market:code:nowhere"),
        ("market:code:europe stock_location:code:x", "stock_location:code:x"),
        ("store:id:abc", "store:id:abc"),
        ("provisioning-api", "provisioning-api"),
        ("   ", "no market"),
        ("market:", "market:"),
        ("market:code:" + "x" * 2000, "1024 characters"),
    ],
)
async def test_a_scope_that_names_nothing_is_refused(worker: House, acme: Shop, scope: str, named: str) -> None:
    error = await worker.refused(**acme.guest | {"scope": scope})
    assert (error["title"], error["code"], error["status"]) == ("invalid_scope", "BAD_REQUEST", 400)
    assert named in error["detail"]


async def test_a_sales_channel_must_name_its_market(worker: House, acme: Shop) -> None:
    error = await worker.refused(**acme.guest | {"scope": None})
    assert error["title"] == "invalid_scope" and "market" in error["detail"]


async def test_another_organizations_market_is_none(worker: House, acme: Shop) -> None:
    other = await open_shop(worker.db, "other")
    error = await worker.refused(**acme.guest | {"scope": f"market:id:{other.market_id}"})
    assert error["title"] == "invalid_scope"


async def test_two_organizations_may_have_customers_of_the_same_address(worker: House, acme: Shop) -> None:
    other = await open_shop(worker.db, "other")
    error = await worker.refused(**acme.customer | {"username": other.email, "password": PASSWORD})
    assert error["title"] == "invalid_grant"
