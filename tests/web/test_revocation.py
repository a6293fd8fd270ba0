"""A revoked token is refused at once by the worker that revoked it, and soon after by all others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.web.house import DOMAIN, Body, Clock, House, Shop, house, open_shop, settings
from tests.web.test_refresh import refresh

FORBIDDEN: Body = {
    "errors": [
        {
            "title": "unauthorized_client",
            "detail": "You are not authorized to revoke this token",
            "code": "FORBIDDEN",
            "status": 403,
            "meta": {},
        }
    ]
}


@pytest.fixture
async def second_worker(database: str, clock: Clock, worker: House) -> AsyncIterator[House]:
    async with house(settings(database), clock) as running:
        yield running


def by(application: Body, token: str, *, secret: bool = True) -> Body:
    named = {"client_id": application["client_id"], "token": token}
    return named | ({"client_secret": application["client_secret"]} if secret else {})


async def test_an_integrations_token_is_revoked_with_its_secret(worker: House, acme: Shop) -> None:
    token = (await worker.token(**acme.back_office))["access_token"]
    assert (await worker.whoami(token))[0] == 200
    assert await worker.revoke(**by(acme.integration, token, secret=False)) == (403, FORBIDDEN)
    assert await worker.revoke(**by(acme.integration, token)) == (200, {})
    assert (await worker.whoami(token))[0] == 401


async def test_a_guests_token_is_shared_so_revoking_it_takes_the_secret(worker: House, acme: Shop) -> None:
    token = (await worker.token(**acme.guest))["access_token"]
    assert await worker.revoke(**by(acme.sales_channel, token, secret=False)) == (403, FORBIDDEN)
    assert (await worker.whoami(token))[0] == 200
    assert await worker.revoke(**by(acme.sales_channel, token)) == (200, {})
    assert (await worker.whoami(token))[0] == 401


async def test_a_revoked_token_is_not_handed_out_again(worker: House, second_worker: House, acme: Shop) -> None:
    first = (await worker.token(**acme.guest))["access_token"]
    await second_worker.revoke(**by(acme.sales_channel, first))
    second = (await worker.token(**acme.guest))["access_token"]
    assert second != first
    assert (await worker.whoami(second))[0] == 200


async def test_a_customer_logs_out_with_nothing_but_the_client_id(worker: House, acme: Shop) -> None:
    signed_in = await worker.token(**acme.customer)
    assert (await worker.whoami(signed_in["access_token"]))[0] == 200
    assert await worker.revoke(**by(acme.sales_channel, signed_in["access_token"], secret=False)) == (200, {})
    assert (await worker.whoami(signed_in["access_token"]))[0] == 401
    # Logged out means that the sign-in cannot be prolonged either.
    assert (await worker.refused(**refresh(acme, signed_in["refresh_token"])))["title"] == "invalid_grant"


async def test_revoking_a_refresh_token_ends_the_whole_sign_in(worker: House, acme: Shop) -> None:
    first = await worker.token(**acme.customer)
    second = await worker.token(**refresh(acme, first["refresh_token"]))
    assert await worker.revoke(**by(acme.sales_channel, second["refresh_token"], secret=False)) == (200, {})
    assert (await worker.refused(**refresh(acme, second["refresh_token"])))["title"] == "invalid_grant"
    for answer in (first, second):
        assert (await worker.whoami(answer["access_token"]))[0] == 401


async def test_a_token_that_another_worker_revoked_is_refused_after_the_next_news(
    worker: House, second_worker: House, acme: Shop
) -> None:
    token = (await worker.token(**acme.customer))["access_token"]
    assert (await second_worker.whoami(token))[0] == 200
    await worker.revoke(**by(acme.sales_channel, token, secret=False))
    await second_worker.authenticator.read_news()
    assert (await second_worker.whoami(token))[0] == 401


async def test_a_worker_that_never_saw_the_token_asks_the_database(
    worker: House, second_worker: House, acme: Shop
) -> None:
    token = (await worker.token(**acme.customer))["access_token"]
    await worker.revoke(**by(acme.sales_channel, token, secret=False))
    assert (await second_worker.whoami(token))[0] == 401


async def test_workers_look_for_news_by_themselves(worker: House, second_worker: House, acme: Shop) -> None:
    token = (await worker.token(**acme.customer))["access_token"]
    assert (await second_worker.whoami(token))[0] == 200
    await worker.revoke(**by(acme.sales_channel, token, secret=False))
    async with second_worker.authenticator.watching(), asyncio.timeout(10):
        while (await second_worker.whoami(token))[0] == 200:
            pass
    assert (await worker.whoami(token))[0] == 401


async def test_news_are_no_part_of_what_requests_cost(worker: House, acme: Shop) -> None:
    await worker.whoami((await worker.token(**acme.guest))["access_token"])
    before = worker.db.round_trips
    await worker.authenticator.read_news()
    assert worker.db.round_trips == before


async def test_nobody_revokes_the_tokens_of_others(worker: House, acme: Shop) -> None:
    other = await open_shop(worker.db, "other")
    signed_in = await worker.token(**acme.customer)
    for token in (signed_in["access_token"], signed_in["refresh_token"]):
        assert await worker.revoke(**by(acme.integration, token)) == (403, FORBIDDEN)
    assert await worker.revoke(**by(other.sales_channel, signed_in["access_token"])) == (403, FORBIDDEN)
    # To another organization a refresh token is a text like any other.
    assert await worker.revoke(**by(other.sales_channel, signed_in["refresh_token"])) == (200, {})
    assert (await worker.whoami(signed_in["access_token"]))[0] == 200
    assert await worker.token(**refresh(acme, signed_in["refresh_token"]))


async def test_a_client_that_cannot_prove_itself_revokes_nothing(worker: House, acme: Shop) -> None:
    token = (await worker.token(**acme.customer))["access_token"]
    for client in ({}, {"client_id": "wrong"}, {"client_secret": acme.sales_channel["client_secret"]}):
        assert await worker.revoke(**client, token=token) == (403, FORBIDDEN)
    wrong = by(acme.sales_channel, token) | {"client_secret": "wrong"}
    assert await worker.revoke(**wrong) == (403, FORBIDDEN)
    host = f"other.{DOMAIN}"
    assert await worker.post("/oauth/revoke", by(acme.sales_channel, token), host=host) == (403, FORBIDDEN)
    assert (await worker.whoami(token))[0] == 200


async def test_what_means_nothing_here_needs_no_revoking(worker: House, acme: Shop) -> None:
    token = (await worker.token(**acme.guest))["access_token"]
    for text in ("1234", token[:-4] + "AAAA", "é"):
        assert await worker.revoke(**by(acme.sales_channel, text)) == (200, {})
    assert (await worker.whoami(token))[0] == 200


async def test_revoking_twice_is_the_same_as_once(worker: House, acme: Shop) -> None:
    token = (await worker.token(**acme.back_office))["access_token"]
    for _ in range(2):
        assert await worker.revoke(**by(acme.integration, token)) == (200, {})


async def test_a_request_without_a_token_is_told_so(worker: House, acme: Shop) -> None:
    status, body = await worker.revoke(client_id=acme.sales_channel["client_id"])
    assert status == 400 and body["errors"][0]["detail"] == "Missing required parameter: token."


async def test_revocations_of_expired_tokens_are_swept_out(worker: House, acme: Shop) -> None:
    first = (await worker.token(**acme.back_office))["access_token"]
    await worker.revoke(**by(acme.integration, first))
    await worker.db.execute("UPDATE revoked_tokens SET expires_at = now() - interval '1 minute'")
    second = (await worker.token(**acme.back_office))["access_token"]
    await worker.revoke(**by(acme.integration, second))
    assert await worker.db.fetchval("SELECT count(*) FROM revoked_tokens") == 1


async def test_news_missed_while_the_database_was_away_are_caught_up_with(
    worker: House, second_worker: House, acme: Shop
) -> None:
    token = (await worker.token(**acme.customer))["access_token"]
    assert (await second_worker.whoami(token))[0] == 200
    await second_worker.authenticator.read_news()
    await second_worker.db.execute("ALTER TABLE revoked_tokens RENAME TO out_of_reach")
    async with second_worker.authenticator.watching():
        with pytest.raises(asyncpg.UndefinedTableError):
            await second_worker.authenticator.read_news()
        await second_worker.db.execute("ALTER TABLE out_of_reach RENAME TO revoked_tokens")
        await worker.revoke(**by(acme.sales_channel, token, secret=False))
        async with asyncio.timeout(10):
            while (await second_worker.whoami(token))[0] == 200:
                pass
