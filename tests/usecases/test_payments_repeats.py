"""Asking again for a payment nobody knows the outcome of: under the old key, and only while the PSP still knows it."""

from __future__ import annotations

import pytest
from tests.api.steps import kept_at_klarna, reuse
from tests.store import Store

from billfold.client import ApiError, Client


async def unanswered(store: Store, ada: Client) -> str:
    """An order paid with a kept agreement, whose placing Klarna carried out and never answered."""
    entry = await kept_at_klarna(store, ada)
    order = await store.order(ada, "klarna_payments")
    await reuse(ada, order.id, entry["id"])
    await store.fault("drop", method="POST", path="/customer-token/.*/order$", times=None)
    assert await refusal(ada, order.id) == (422, "outcome_unknown")
    await store.clear_faults()
    return order.id


async def refusal(client: Client, order: str) -> tuple[int, str | None]:
    with pytest.raises(ApiError) as trouble:
        await client.update("orders", order, {"_place": True})
    return trouble.value.status, trouble.value.error


async def held(store: Store) -> int:
    """How often money was held; the agreement itself came from one order."""
    return len([e for e in await store.ledger() if e["kind"] == "authorization"]) - 1


async def test_a_request_that_could_not_be_repeated_does_not_undo_what_the_first_one_may_have_done(
    store: Store,
) -> None:
    ada = await store.customer()
    order = await unanswered(store, ada)
    gateway = store.made["gateways"]["klarna"]
    await store.back_office.update("klarna_gateways", gateway, {"api_key": "wrong"})
    assert await refusal(ada, order) == (422, "gateway_misconfigured")
    await store.back_office.update("klarna_gateways", gateway, {"api_key": "K_sandbox"})
    done = await ada.update("orders", order, {"_place": True})
    assert (done["status"], done["payment_status"]) == ("placed", "authorized")
    assert await held(store) == 1


async def test_after_a_day_nobody_is_charged_again_on_a_guess(store: Store) -> None:
    ada = await store.customer()
    order = await unanswered(store, ada)
    store.clock.advance(hours=25)
    office = await store.office()
    status, error = await refusal(office, order)
    assert (status, error) == (409, "outcome_unknown")
    assert await held(store) == 1
