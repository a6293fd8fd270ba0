"""Refresh tokens: each is good for one use, and using one twice ends the sign-in it came from."""

from __future__ import annotations

import asyncio

from tests.web.house import Body, Clock, House, Shop, house, settings
from tests.web.test_grants import CUSTOMER_KEYS, JWT_BEARER, assertion, verified


def refresh(acme: Shop, token: str) -> Body:
    return {"grant_type": "refresh_token", "client_id": acme.sales_channel["client_id"], "refresh_token": token}


async def test_a_refresh_token_gets_the_next_pair(worker: House, acme: Shop) -> None:
    first = await worker.token(**acme.customer)
    second = await worker.token(**refresh(acme, first["refresh_token"]), scope="market:code:europe")
    assert set(second) == CUSTOMER_KEYS
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    assert second["scope"] == first["scope"]
    assert second["owner_id"] == acme.customer_id
    for answer in (first, second):
        assert (await worker.whoami(answer["access_token"]))[0] == 200


async def test_a_custom_claim_lives_on_in_refreshed_tokens(worker: House, acme: Shop) -> None:
    vouched = acme.sales_channel | {
        "grant_type": JWT_BEARER,
        "assertion": assertion({"custom_claim": {"tier": "gold"}}),
    }
    first = await worker.token(**vouched)
    again = refresh(acme, first["refresh_token"])
    # What a client secret has brought about only the client secret prolongs.
    assert (await worker.refused(**again))["title"] == "invalid_client"
    second = await worker.token(**again, client_secret=acme.sales_channel["client_secret"])
    _, claims = await verified(worker, second["access_token"])
    assert claims["custom_claim"] == {"tier": "gold"}
    assert claims["scope"] == "market:all"


async def test_a_used_refresh_token_is_dead_and_takes_its_family_with_it(worker: House, acme: Shop) -> None:
    first = await worker.token(**acme.customer)
    second = await worker.token(**refresh(acme, first["refresh_token"]))
    elsewhere = await worker.token(**acme.customer)

    stolen = await worker.refused(**refresh(acme, first["refresh_token"]))
    assert (stolen["title"], stolen["status"]) == ("invalid_grant", 400)

    assert (await worker.refused(**refresh(acme, second["refresh_token"])))["title"] == "invalid_grant"
    for answer in (first, second):
        assert (await worker.whoami(answer["access_token"]))[0] == 401
    # The same customer's sign-in on another device is another family.
    assert (await worker.whoami(elsewhere["access_token"]))[0] == 200
    assert await worker.token(**refresh(acme, elsewhere["refresh_token"]))


async def test_of_two_that_use_a_refresh_token_at_once_none_keeps_the_sign_in(worker: House, acme: Shop) -> None:
    first = await worker.token(**acme.customer)
    asked = refresh(acme, first["refresh_token"])
    answers = await asyncio.gather(*(worker.post("/oauth/token", asked) for _ in range(8)))
    won = [body for status, body in answers if status == 200]
    assert len(won) <= 1
    for body in won:
        assert (await worker.refused(**refresh(acme, body["refresh_token"])))["title"] == "invalid_grant"
        assert (await worker.whoami(body["access_token"]))[0] == 401


async def test_a_refresh_token_lasts_two_weeks(worker: House, acme: Shop, clock: Clock) -> None:
    first = await worker.token(**acme.customer)
    clock.forward(14 * 24 * 3600 - 5)
    second = await worker.token(**refresh(acme, first["refresh_token"]))
    clock.forward(14 * 24 * 3600)
    assert (await worker.refused(**refresh(acme, second["refresh_token"])))["title"] == "invalid_grant"


async def test_how_long_tokens_last_is_a_setting(database: str, worker: House, acme: Shop, clock: Clock) -> None:
    brief = settings(database, access_token_lifetime=60, refresh_token_lifetime=120)
    async with house(brief, clock) as other:
        answer = await other.token(**acme.customer)
        assert answer["expires_in"] == 60
        clock.forward(61)
        assert (await other.whoami(answer["access_token"]))[0] == 401
        clock.forward(60)
        assert (await other.refused(**refresh(acme, answer["refresh_token"])))["title"] == "invalid_grant"


async def test_a_refresh_token_is_good_for_its_own_application_only(worker: House, acme: Shop) -> None:
    first = await worker.token(**acme.customer)
    asked = refresh(acme, first["refresh_token"])
    error = await worker.refused(**asked | acme.back_office | {"grant_type": "refresh_token"})
    assert error["title"] == "invalid_grant"
    assert await worker.token(**asked)


async def test_a_made_up_refresh_token_is_refused(worker: House, acme: Shop) -> None:
    for token in ("made-up", "é", "x" * 10_000):
        assert (await worker.refused(**refresh(acme, token)))["title"] == "invalid_grant"
    assert (await worker.refused(**refresh(acme, "")))["title"] == "invalid_request"


async def test_a_refused_scope_does_not_use_the_refresh_token_up(worker: House, acme: Shop) -> None:
    first = await worker.token(**acme.customer)
    disable = "UPDATE markets SET disabled_at = {} WHERE organization_id = $1 AND id = $2"
    await worker.db.execute(disable.format("now()"), acme.id, acme.market_id)
    assert (await worker.refused(**refresh(acme, first["refresh_token"])))["title"] == "invalid_scope"
    await worker.db.execute(disable.format("NULL"), acme.id, acme.market_id)
    assert await worker.token(**refresh(acme, first["refresh_token"]))


async def test_a_deleted_customer_is_signed_out_at_the_next_refresh(worker: House, acme: Shop) -> None:
    first = await worker.token(**acme.customer)
    await worker.db.execute("DELETE FROM customers WHERE organization_id = $1 AND id = $2", acme.id, acme.customer_id)
    assert (await worker.refused(**refresh(acme, first["refresh_token"])))["title"] == "invalid_grant"


async def test_neither_secrets_nor_refresh_tokens_stand_in_the_database(worker: House, acme: Shop) -> None:
    first = await worker.token(**acme.customer)
    await worker.token(**refresh(acme, first["refresh_token"]))
    for table in ("applications", "refresh_tokens", "revoked_tokens", "signing_keys"):
        kept = await worker.db.fetchval(f"SELECT string_agg(t::text, ' ') FROM {table} t")
        for secret in (first["refresh_token"], first["access_token"], acme.integration["client_secret"], "PRIVATE KEY"):
            assert secret not in (kept or "")


async def test_expired_refresh_tokens_are_swept_out(worker: House, acme: Shop) -> None:
    for _ in range(3):
        await worker.token(**acme.customer)
    await worker.db.execute("UPDATE refresh_tokens SET expires_at = now() - interval '1 minute'")
    await worker.token(**acme.customer)
    assert await worker.db.fetchval("SELECT count(*) FROM refresh_tokens") == 1
