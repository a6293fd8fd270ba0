"""Bearer token and host → caller, and nobody else."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as law
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from tests.web.house import DOMAIN, SECRET, Clock, House, Shop, house, open_shop, settings, signing_key

from billfold.db.vault import Vault
from billfold.domain.caller import Caller
from billfold.web.api import InvalidToken
from billfold.web.auth import Authenticator
from billfold.web.hosts import Hosts
from billfold.web.keys import SigningKeys

HOST = f"acme.{DOMAIN}"


async def test_the_caller_is_who_the_token_says(worker: House, acme: Shop) -> None:
    customer = await worker.token(**acme.customer)
    caller = await worker.authenticator.caller(f"Bearer {customer['access_token']}", HOST)
    assert caller == Caller(
        organization_id=acme.id,
        organization_slug="acme",
        application_id=acme.sales_channel["id"],
        kind="sales_channel",
        customer_id=acme.customer_id,
        market_ids=(acme.market_id,),
        test=True,
    )
    assert caller.role == "customer"
    guest = await worker.token(**acme.guest)
    assert (await worker.authenticator.caller(f"bearer {guest['access_token']}", HOST)).role == "guest"
    back_office = await worker.token(**acme.back_office)
    caller = await worker.authenticator.caller(f"Bearer {back_office['access_token']}", HOST)
    assert caller.role == "integration" and caller.market_ids == ()


async def test_a_live_store_says_so(database: str, worker: House, acme: Shop, clock: Clock) -> None:
    async with house(settings(database, mode="live"), clock) as live:
        token = (await live.token(**acme.guest))["access_token"]
        assert (await live.authenticator.caller(f"Bearer {token}", HOST)).test is False


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("acme.billfold.localhost", 200),
        ("acme.billfold.localhost:8443", 200),
        ("ACME.Billfold.Localhost", 200),
        ("127.0.0.1", 200),
        ("127.0.0.1:8080", 200),
        ("localhost:8080", 200),
        ("[::1]:8080", 200),
        ("other.billfold.localhost", 401),
        ("core.billfold.localhost", 401),
        ("auth.billfold.localhost", 404),
        ("billfold.localhost", 404),
        ("a.acme.billfold.localhost", 404),
        ("acme.billfold.localhost.example.com", 404),
        ("acmebillfold.localhost", 404),
        ("example.com", 404),
        (".billfold.localhost", 404),
    ],
)
async def test_a_token_is_good_on_its_own_organizations_host_only(
    worker: House, acme: Shop, host: str, status: int
) -> None:
    await open_shop(worker.db, "other")
    token = (await worker.token(**acme.guest))["access_token"]
    assert (await worker.whoami(token, host=host))[0] == status


async def test_once_known_a_token_costs_no_sql(worker: House, acme: Shop) -> None:
    header = f"Bearer {(await worker.token(**acme.guest))['access_token']}"
    await worker.authenticator.caller(header, HOST)
    before = worker.db.round_trips
    started = time.perf_counter()
    for _ in range(2_000):
        await worker.authenticator.caller(header, HOST)
    each = (time.perf_counter() - started) / 2_000
    assert worker.db.round_trips == before
    assert each < 0.000_1  # a few µs; the margin is for a busy machine


async def test_a_token_expires_even_while_it_is_remembered(worker: House, acme: Shop, clock: Clock) -> None:
    token = (await worker.token(**acme.guest))["access_token"]
    assert (await worker.whoami(token))[0] == 200
    clock.forward(14_399 - 5)
    assert (await worker.whoami(token))[0] == 200
    clock.forward(10)
    assert (await worker.whoami(token))[0] == 401


async def test_only_so_many_tokens_are_remembered(worker: House, acme: Shop) -> None:
    small = Authenticator(
        worker.db, worker.keys, Hosts(DOMAIN), issuer=f"https://auth.{DOMAIN}", clock=worker.clock.seconds, remembered=2
    )
    headers = [f"Bearer {(await worker.token(**acme.customer))['access_token']}" for _ in range(3)]
    for header in headers:
        await small.caller(header, HOST)
    before = worker.db.round_trips
    await small.caller(headers[2], HOST)
    assert worker.db.round_trips == before
    await small.caller(headers[0], HOST)
    assert worker.db.round_trips == before + 1


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer x", "Bearer a.b.c", "Bearer é.é.é", "Bearer " + "x" * 20_000],
)
async def test_what_is_no_token_is_refused(worker: House, header: str | None) -> None:
    with pytest.raises(InvalidToken):
        await worker.authenticator.caller(header, HOST)


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


async def claims_of(worker: House, acme: Shop) -> dict[str, Any]:
    claims = worker.authenticator.claims((await worker.token(**acme.guest))["access_token"])
    assert claims is not None
    return claims


async def test_a_token_signed_by_somebody_else_is_refused(worker: House, acme: Shop) -> None:
    claims = await claims_of(worker, acme)
    kid, _ = signing_key()
    foreign = RSAKey.generate_key(2048)
    published = worker.keys.jwks()["keys"][0]
    shared = OctKey.import_key(published["n"])
    forged = [
        jwt.encode({"alg": "RS512", "kid": kid}, claims, foreign, algorithms=["RS512"]),
        jwt.encode({"alg": "RS512"}, claims, foreign, algorithms=["RS512"]),
        jwt.encode({"alg": "RS512", "kid": "another"}, claims, foreign, algorithms=["RS512"]),
        # The public key taken for a shared secret, and no signature at all.
        jwt.encode({"alg": "HS512", "kid": kid}, claims, shared, algorithms=["HS512"]),
        ".".join([encoded({"alg": "none", "typ": "JWT", "kid": kid}), encoded(claims), ""]),
    ]
    for token in forged:
        assert (await worker.whoami(token))[0] == 401


async def test_a_token_of_another_issuer_is_refused_though_the_key_is_ours(worker: House, acme: Shop) -> None:
    claims = await claims_of(worker, acme)
    assert (await worker.whoami(worker.keys.sign(claims | {"rand": 0.5})))[0] == 200
    assert (await worker.whoami(worker.keys.sign(claims | {"iss": "https://auth.example.com"})))[0] == 401


async def test_every_key_that_is_published_is_believed(worker: House, acme: Shop) -> None:
    old = RSAKey.generate_key(2048, auto_kid=True)
    assert old.kid is not None
    both = SigningKeys([signing_key(), (old.kid, old.as_pem(private=True).decode())])
    assert [key["kid"] for key in both.jwks()["keys"]] == [signing_key()[0], old.kid]
    token = SigningKeys([(old.kid, old.as_pem(private=True).decode())]).sign({"says": "hello"})
    assert both.read(token) == {"says": "hello"}
    assert both.read(both.sign({"says": "hi"})) == {"says": "hi"}


async def test_the_published_keys_are_the_public_halves(worker: House) -> None:
    async with worker.http.get(f"{worker.url}/.well-known/jwks.json") as answer:
        assert answer.status == 200
        (key,) = (await answer.json())["keys"]
    assert set(key) == {"kty", "kid", "alg", "use", "n", "e"}
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS512", "sig")


KEYS = SigningKeys([signing_key()])
SIGNED = KEYS.sign({"iss": "us"})


@law(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(), st.tuples(st.integers(0, len(SIGNED) - 1), st.characters(codec="ascii"))))
def test_no_text_but_a_signed_one_is_read_as_a_token(change: str | tuple[int, str]) -> None:
    text = change if isinstance(change, str) else SIGNED[: change[0]] + change[1] + SIGNED[change[0] + 1 :]
    try:
        claims = KEYS.read(text)
    except ValueError:
        return
    # Base64 has spare bits at the end of the signature; any other reading would be a forgery.
    assert claims == {"iss": "us"} and text.rpartition(".")[0] == SIGNED.rpartition(".")[0]


async def test_a_server_with_another_secret_does_not_start(worker: House) -> None:
    with pytest.raises(ValueError, match="not the one it was sealed with"):
        await SigningKeys.load(worker.db, Vault(SECRET + " but another one"))
