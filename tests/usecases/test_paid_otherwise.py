"""An order whose money is held is to be paid otherwise: none goes before the new way is open, and none is left over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from tests.api.shop import money, moved, of, ready_to_place
from tests.api.steps import REUSE, kept
from tests.store import Store

from billfold.client import Answer, ApiError, Client

Ask = Callable[[Client, str, str], Awaitable[Answer]]


async def reuse(client: Client, order: str, entry: str) -> Answer:
    return await client.update("orders", order, {REUSE: entry})


async def typed_anew(client: Client, order: str, entry: str) -> Answer:
    return await client.create("stripe_payments", {}, order=("orders", order))


WAYS = pytest.mark.parametrize("ask", [reuse, typed_anew])


async def held(store: Store, ada: Client) -> tuple[str, str]:
    """A pending order of 29.00 whose money is held with a card that was typed, and a wallet entry: their ids."""
    entry = await kept(store, ada)
    order = await ready_to_place(store, ada)
    await ada.update("orders", order.id, {"_authorize": True})
    return order.id, entry["id"]


async def intents(store: Store) -> list[str]:
    """What became of every intent, oldest first."""
    return [i["status"] for i in reversed((await store.at_stripe("payment_intents?limit=100"))["data"])]


async def source_of(client: Client, order: str) -> object:
    return (await client.get(f"orders/{order}", include="payment_source")).related("payment_source")


@WAYS
@pytest.mark.parametrize("do", ["refuse", "error", "status"])
async def test_a_new_way_to_pay_that_cannot_be_opened_leaves_the_money_held(store: Store, ask: Ask, do: str) -> None:
    ada = await store.customer()
    order, entry = await held(store, ada)
    before = await source_of(ada, order)
    body = {"error": {"type": "invalid_request_error", "code": "resource_missing", "message": "No."}}
    more = {"status": 400, "body": body} if do == "status" else {}
    await store.fault(do, method="POST", path="/payment_intents$", times=None, **more)
    with pytest.raises(ApiError):
        await ask(ada, order, entry)
    await store.clear_faults()
    assert await source_of(ada, order) == before
    assert await money(store, order) == [("authorizations", 2900, True)]
    done = await ada.update("orders", order, {"_place": True})
    assert of(done, "status", "payment_status") == ("placed", "authorized")
    assert ("void", 2900) not in await moved(store)


@WAYS
async def test_the_money_is_let_go_once_the_new_way_is_open_and_only_one_is_opened(store: Store, ask: Ask) -> None:
    ada = await store.customer()
    order, entry = await held(store, ada)
    await ask(ada, order, entry)
    assert await money(store, order) == [("authorizations", 2900, True), ("voids", 2900, True)]
    opened = "requires_confirmation" if ask is reuse else "requires_payment_method"
    assert await intents(store) == ["requires_capture", "canceled", opened]
    assert (await ada.get(f"orders/{order}"))["payment_status"] == "unpaid"


@WAYS
async def test_money_that_cannot_be_let_go_keeps_the_order_as_it_was_and_the_new_way_is_closed(
    store: Store, ask: Ask
) -> None:
    ada = await store.customer()
    order, entry = await held(store, ada)
    before = await source_of(ada, order)
    await store.fault("error", method="POST", path="/cancel$", times=None)
    with pytest.raises(ApiError):
        await ask(ada, order, entry)
    await store.clear_faults()
    assert await source_of(ada, order) == before
    assert await money(store, order) == [("authorizations", 2900, True), ("voids", 2900, False)]
    while await store.worker().once():
        pass
    assert await intents(store) == ["requires_capture", "requires_capture", "canceled"]


async def test_what_a_refused_request_had_opened_is_closed(store: Store) -> None:
    ada = await store.customer()
    entry = (await kept(store, ada))["id"]
    order = await store.order(ada)
    with pytest.raises(ApiError):
        await ada.update("orders", order.id, {REUSE: entry, "_update_taxes": True})
    while await store.worker().once():
        pass
    assert await source_of(ada, order.id) is None
    assert await intents(store) == ["requires_capture", "canceled"]


async def test_what_the_client_had_opened_by_itself_stays_open(store: Store) -> None:
    ada = await store.customer()
    order, _ = await held(store, ada)
    own = await store.ask_stripe("payment_intents", {"amount": "2900", "currency": "eur", "capture_method": "manual"})
    await store.fault("error", method="POST", path="/cancel$", times=None)
    with pytest.raises(ApiError):
        await ada.create("stripe_payments", {"client_secret": own["client_secret"]}, order=("orders", order))
    await store.clear_faults()
    while await store.worker().once():
        pass
    assert (await store.at_stripe(f"payment_intents/{own['id']}"))["status"] == "requires_payment_method"
