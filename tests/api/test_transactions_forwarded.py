"""A transaction whose outcome nobody can tell is taken for done by a back office that knows: the order follows as if
the payment provider had said so, once, and what a provider did say stands."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.api.shop import money, moved, of, placed, ready_to_place, refused, topics, transaction
from tests.store import Store

from billfold.client import Answer, ApiError

# Two words for one thing.
FORWARDS: tuple[dict[str, Any], ...] = ({"_forward": True}, {"succeeded": True})

# kind → (the order's trigger, where Stripe is asked, payment status before and after)
STUCK = {
    "captures": ("_capture", "/capture$", "authorized", "paid"),
    "voids": ("_cancel", "/cancel$", "authorized", "voided"),
    "refunds": ("_refund", "/refunds$", "paid", "refunded"),
}


async def stuck(store: Store, kind: str, do: str) -> tuple[Answer, Answer]:
    """An order of 29.00 and a transaction of it that Stripe never answered: it acted (“drop”) or did not (“error”)."""
    trigger, path, before, _ = STUCK[kind]
    order = await placed(store, await store.customer())
    if kind == "refunds":
        await store.back_office.update("orders", order.id, {"_capture": True})
    await store.fault(do, method="POST", path=path, times=None)
    async with refused(error="outcome_unknown"):
        await store.back_office.update("orders", order.id, {trigger: True})
    await store.clear_faults()
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == before
    return order, await transaction(store, order.id, kind)


@pytest.mark.parametrize("forward", FORWARDS)
@pytest.mark.parametrize("can_be_asked", [True, False])
@pytest.mark.parametrize("kind", list(STUCK))
async def test_the_order_follows_as_if_the_provider_had_said_yes(
    store: Store, kind: str, can_be_asked: bool, forward: dict[str, Any]
) -> None:
    order, open_one = await stuck(store, kind, "drop")
    assert of(open_one, "succeeded") == (False,)
    if not can_be_asked:
        await store.fault("refuse", method="GET", psp="stripe", times=None)
    done = await store.back_office.update(kind, open_one.id, forward)
    assert of(done, "succeeded", "message") == (True, None if can_be_asked else "Settled by hand.")
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == STUCK[kind][3]
    assert await topics(store, open_one.id) == [f"{kind}.create"]
    again = await store.back_office.update(kind, open_one.id, forward)
    assert again["updated_at"] == done["updated_at"]
    assert await topics(store, open_one.id) == [f"{kind}.create"]


async def test_what_the_provider_knows_of_it_is_kept_so_that_it_can_be_given_back(store: Store) -> None:
    order, open_one = await stuck(store, "captures", "drop")
    done = await store.back_office.update("captures", open_one.id, {"_forward": True})
    assert str(done["token"]).startswith("ch_")
    assert done["refund_balance_cents"] == 2900
    await store.back_office.update("captures", open_one.id, {"_refund_amount_cents": 900})
    assert (await moved(store))[-1] == ("refund", 900)
    held = await transaction(store, order.id, "authorizations")
    assert of(held, "capture_balance_cents", "void_balance_cents") == (0, 0)


@pytest.mark.parametrize("forward", FORWARDS)
@pytest.mark.parametrize("kind", list(STUCK))
async def test_what_its_provider_knows_nothing_of_is_not_taken_for_done_and_can_be_asked_for_again(
    store: Store, kind: str, forward: dict[str, Any]
) -> None:
    order, open_one = await stuck(store, kind, "error")
    before = (await store.back_office.get(f"orders/{order.id}"))["payment_status"]
    async with refused(error="settled"):
        await store.back_office.update(kind, open_one.id, forward)
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == before
    assert (await store.back_office.get(f"{kind}/{open_one.id}"))["succeeded"] is False
    await store.back_office.update("orders", order.id, {STUCK[kind][0]: True})
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == STUCK[kind][3]


async def test_sixteen_who_forward_at_once_forward_once(store: Store) -> None:
    order, open_one = await stuck(store, "captures", "drop")
    forwarded = (store.back_office.update("captures", open_one.id, FORWARDS[n % 2]) for n in range(16))
    answers = await asyncio.gather(*forwarded)
    assert {a["succeeded"] for a in answers} == {True}
    assert await money(store, order.id) == [("authorizations", 2900, True), ("captures", 2900, True)]
    assert await topics(store, open_one.id) == ["captures.create"]


@pytest.mark.parametrize("auto_place", [False, True])
async def test_an_authorization_that_is_forwarded_holds_the_money_of_its_order(store: Store, auto_place: bool) -> None:
    method = store.made["payment_methods"]["klarna_payments"]
    await store.back_office.update("payment_methods", method, {"auto_place": auto_place})
    ada = await store.customer()
    order = await ready_to_place(store, ada, "klarna_payments")
    await store.fault("drop", method="POST", path="/authorizations/.*/order$", times=None)
    async with refused(error="outcome_unknown"):
        await ada.update("orders", order.id, {"_place": True})
    await store.clear_faults()
    open_one = await transaction(store, order.id, "authorizations")
    done = await store.back_office.update("authorizations", open_one.id, {"_forward": True})
    assert of(done, "succeeded", "capture_balance_cents") == (True, 2900)
    shown = await store.back_office.get(f"orders/{order.id}")
    assert of(shown, "status", "payment_status") == ("placed" if auto_place else "pending", "authorized")
    if not auto_place:
        await ada.update("orders", order.id, {"_place": True})
    await store.back_office.update("orders", order.id, {"_capture": True})
    assert await moved(store) == [("authorization", 2900), ("capture", 2900)]


@pytest.mark.parametrize("forward", FORWARDS)
async def test_what_the_provider_declined_is_not_taken_for_done(store: Store, forward: dict[str, Any]) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    source = await ada.create("stripe_payments", {}, order=("orders", order.id))
    await store.confirm_in_browser(source, "4000000000009995")
    async with refused(error="declined"):
        await ada.update("orders", order.id, {"_place": True})
    declined = await transaction(store, order.id, "authorizations")
    (name,) = forward
    async with refused(error="settled", pointers=[f"/data/attributes/{name}"]):
        await store.back_office.update("authorizations", declined.id, forward)
    assert (await ada.get(f"orders/{order.id}"))["payment_status"] == "unpaid"


async def test_customers_forward_nothing(store: Store) -> None:
    _, open_one = await stuck(store, "captures", "error")
    async with refused(status=401):
        await (await store.customer()).update("captures", open_one.id, {"_forward": True})
    with pytest.raises(ApiError):
        await store.back_office.update("transactions", open_one.id, {"_forward": True})
