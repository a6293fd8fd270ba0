"""Two gateways on one account at a payment provider: it tells both of everything, and each minds its own money."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from tests.api.shop import money, of, ready_to_place, topics
from tests.api.steps import raw_tokens, wallet
from tests.store import Store, open_store

from billfold.domain.caller import Caller
from billfold.sandbox.stripe.events import sign
from billfold.usecases.work import Work


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    async with open_store(database, reports=True) as opened:
        yield opened


async def second_gateway(store: Store) -> str:
    """Another gateway on the account of the first; returns its id."""
    made = await store.back_office.create("stripe_gateways", {"name": "Second", "login": "sk_test_sandbox"})
    return made.id


async def work(store: Store) -> None:
    worker = store.worker()
    while await worker.once():
        pass


async def reported(store: Store) -> None:
    """Stripe has nothing left to report, and the worker has taken in everything."""
    async with asyncio.timeout(20):
        while any(e["pending_webhooks"] for e in (await store.at_stripe("events?limit=100"))["data"]):
            pass
    await work(store)


async def report_to(store: Store, gateway: str, event: dict[str, object]) -> None:
    """Have an event come in at the endpoint of one gateway, as Stripe would send it, and be taken in."""
    record = await Work(store.tools, Caller(store.organization["id"], "", "", "integration")).read(
        "stripe_gateways", gateway
    )
    assert record is not None
    body = msgspec.json.encode(event)
    secret = store.tools.accounts.secret(record, "webhook_endpoint_secret")
    signed = {"Stripe-Signature": sign(body, secret, int(store.clock().timestamp()))}
    url = f"{store.url}/webhook_callbacks/stripe_gateways/{record['notification_key']}"
    async with store.http.post(url, data=body, headers=signed) as answer:
        assert answer.status == 200
    await work(store)


async def test_a_report_that_came_to_both_is_kept_for_both_and_the_money_counted_once(store: Store) -> None:
    second = await second_gateway(store)
    order = await ready_to_place(store, await store.guest())
    await reported(store)
    rows = await store.tools.db.fetch("SELECT payment_gateway_id, id FROM inbox WHERE topic LIKE '%capturable%'")
    first = store.made["gateways"]["stripe"]
    assert {r["payment_gateway_id"] for r in rows} == {first, second}
    assert len({r["id"] for r in rows}) == 1
    assert await money(store, order.id) == [("authorizations", 2900, True)]
    held = "SELECT payment_gateway_id FROM transactions WHERE type = 'authorizations'"
    assert await store.tools.db.fetchval(held) == first
    assert await store.tools.db.fetchval("SELECT count(*) FROM inbox WHERE applied_at IS NULL") == 0


async def test_a_report_that_another_gateway_heard_first_still_places_the_order(store: Store) -> None:
    method = store.made["payment_methods"]["stripe_payments"]
    await store.back_office.update("payment_methods", method, {"auto_place": True})
    await store.fault("deliver_never", event=".", times=None)
    second = await second_gateway(store)
    order = await ready_to_place(store, await store.customer())
    (event,) = (await store.at_stripe("events?type=payment_intent.amount_capturable_updated"))["data"]

    await report_to(store, second, event)
    assert await money(store, order.id) == []  # its own gateway has not heard of it
    await report_to(store, store.made["gateways"]["stripe"], event)
    shown = await store.back_office.get(f"orders/{order.id}")
    assert of(shown, "status", "payment_status") == ("placed", "authorized")
    assert await money(store, order.id) == [("authorizations", 2900, True)]


async def kept_twice(store: Store) -> tuple[str, list[str]]:
    """A card in the wallet under each of two gateways: its token, and the ids of the entries, the first gateway's
    first."""
    method = await store.back_office.create(
        "payment_methods",
        {"payment_source_type": "stripe_payments", "price_amount_cents": 0, "currency_code": "EUR"},
        market=("markets", store.made["market"]["id"]),
        payment_gateway=("stripe_gateways", await second_gateway(store)),
    )
    tokens = await raw_tokens(store)
    entries = [
        await store.back_office.create(
            "customer_payment_sources",
            tokens,
            customer=("customers", store.made["customer"]["id"]),
            payment_method=way,
        )
        for way in (store.method("stripe_payments"), ("payment_methods", method.id))
    ]
    return tokens["payment_source_token"], [e.id for e in entries]


@pytest.mark.parametrize("first", [0, 1])
async def test_a_card_kept_under_both_stays_at_the_provider_until_neither_keeps_it(store: Store, first: int) -> None:
    token, entries = await kept_twice(store)
    await store.back_office.delete("customer_payment_sources", entries[first])
    await reported(store)
    assert (await store.at_stripe(f"payment_methods/{token}"))["customer"]
    assert [e["id"] for e in await wallet(store)] == [entries[1 - first]]
    await store.back_office.delete("customer_payment_sources", entries[1 - first])
    assert (await store.at_stripe(f"payment_methods/{token}"))["customer"] is None


async def test_a_card_removed_at_the_provider_is_gone_from_both_whichever_hears_of_it(store: Store) -> None:
    token, entries = await kept_twice(store)
    await store.fault("deliver_never", event=".", times=None)
    await store.ask_stripe(f"payment_methods/{token}/detach", {})
    (event,) = (await store.at_stripe("events?type=payment_method.detached"))["data"]
    await report_to(store, store.made["gateways"]["stripe"], event)
    assert await wallet(store) == []
    assert [(await topics(store, entry))[-1] for entry in entries] == ["customer_payment_sources.destroy"] * 2
