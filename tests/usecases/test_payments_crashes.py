"""A process that dies between two of the three steps around a PSP call: what is written stays true, and is settled."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest
from tests.api.shop import money, moved, placed, ready_to_place, refused, transaction
from tests.api.steps import kept_at_klarna, reuse
from tests.store import Store

from billfold.domain.caller import Caller
from billfold.jsonapi.document import Incoming
from billfold.jsonapi.record import Record
from billfold.resources import registry
from billfold.usecases import requests
from billfold.usecases.payments.accounts import Accounts
from billfold.usecases.payments.reconcile import reconcile

VERBS = frozenset({"authorize", "capture", "void", "refund"})


class DyingGateway:
    """A real adapter that never returns from moving money, before or after the PSP was asked."""

    def __init__(self, real: Any, *, after: bool) -> None:
        self._real, self._after = real, after
        self.reached = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        if name not in VERBS:
            return getattr(self._real, name)
        return self._never(getattr(self._real, name))

    def _never(self, verb: Any) -> Any:
        async def act(*args: Any, **named: Any) -> None:
            if self._after:
                await verb(*args, **named)
            self.reached.set()
            await asyncio.Event().wait()

        return act


class DyingAccounts:
    def __init__(self, real: Accounts, *, after: bool) -> None:
        self._real, self._after = real, after
        self.opened: asyncio.Future[DyingGateway] = asyncio.get_running_loop().create_future()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def gateway(self, record: Record) -> DyingGateway:
        gateway = DyingGateway(await self._real.gateway(record), after=self._after)
        if not self.opened.done():
            self.opened.set_result(gateway)
        return self.opened.result()


def back_office(store: Store) -> Caller:
    return Caller(store.organization["id"], "acme", "", "integration")


async def die_at(store: Store, order: str, trigger: str, *, after: bool) -> None:
    """Run the request in this process and cancel it in the middle of its call, as a killed process would end."""
    accounts = DyingAccounts(store.tools.accounts, after=after)
    tools = replace(store.tools, accounts=cast(Accounts, accounts))
    orders = registry()["orders"]
    member: Any = orders.members[trigger]
    request = asyncio.create_task(
        requests.update(tools, back_office(store), orders, order, Incoming(triggers=[(member, True)]))
    )
    async with asyncio.timeout(20):
        await (await accounts.opened).reached.wait()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request


async def settle(store: Store) -> int:
    store.clock.advance(minutes=2)
    return await reconcile(store.tools, back_office(store))


CASES = [
    ("_place", "authorization", "authorizations", "authorized"),
    ("_capture", "capture", "captures", "paid"),
    ("_cancel", "void", "voids", "voided"),
    ("_refund", "refund", "refunds", "refunded"),
]


@pytest.mark.parametrize("way", ["stripe_payments", "klarna_payments"])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("trigger", "deed", "kind", "status"), CASES)
async def test_what_a_dying_process_left_behind_is_found_out(
    store: Store, trigger: str, deed: str, kind: str, status: str, after: bool, way: str
) -> None:
    ada = await store.customer()
    order = await (ready_to_place if trigger == "_place" else placed)(store, ada, way)
    if trigger == "_refund":
        await store.back_office.update("orders", order.id, {"_capture": True})
    await die_at(store, order.id, trigger, after=after)
    assert (await money(store, order.id))[-1] == (kind, 2900, False)

    assert await settle(store) == 1
    # What the browser confirmed at Stripe is held whether or not we got to ask.
    happened = after or (trigger, way) == ("_place", "stripe_payments")
    assert (await money(store, order.id))[-1] == (kind, 2900, happened)
    assert [k for k, _ in await moved(store)].count(deed) == int(happened)
    assert await settle(store) == 0

    done = await store.back_office.update("orders", order.id, {trigger: True})
    assert done["payment_status"] == status
    assert [k for k, _ in await moved(store)].count(deed) == 1
    assert [succeeded for k, _, succeeded in await money(store, order.id) if k == kind].count(True) == 1


async def test_reconcile_leaves_requests_alone_that_are_still_at_work(store: Store) -> None:
    order = await placed(store, await store.customer())
    await die_at(store, order.id, "_capture", after=True)
    assert await reconcile(store.tools, back_office(store)) == 0
    assert (await money(store, order.id))[-1] == ("captures", 2900, False)


async def test_nothing_is_settled_by_hand_while_its_request_may_still_be_at_work(store: Store) -> None:
    order = await placed(store, await store.customer())
    await die_at(store, order.id, "_capture", after=True)
    capture = await transaction(store, order.id, "captures")
    async with refused(status=409, error="in_progress", pointers=["/data/attributes/_forward"]):
        await store.back_office.update("captures", capture.id, {"_forward": True})
    store.clock.advance(minutes=2)
    done = await store.back_office.update("captures", capture.id, {"_forward": True})
    assert (done["succeeded"], done["refund_balance_cents"]) == (True, 2900)
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == "paid"


async def test_a_method_that_places_by_itself_places_what_reconcile_finds_authorized(store: Store) -> None:
    method = store.made["payment_methods"]["klarna_payments"]
    await store.back_office.update("payment_methods", method, {"auto_place": True})
    ada = await store.customer()
    order = await ready_to_place(store, ada, "klarna_payments")
    await die_at(store, order.id, "_place", after=True)
    await settle(store)
    assert (await ada.get(f"orders/{order.id}"))["status"] == "placed"
    assert await moved(store) == [("authorization", 2900)]


@pytest.mark.parametrize("after", [False, True])
async def test_an_order_paid_with_a_kept_klarna_agreement_is_settled_by_asking_again_under_its_key(
    store: Store, after: bool
) -> None:
    """Klarna tells of such an order only to who asks for it again."""
    ada = await store.customer()
    entry = await kept_at_klarna(store, ada)
    order = await store.order(ada, "klarna_payments")
    await reuse(ada, order.id, entry["id"])
    before = len(await moved(store))
    await die_at(store, order.id, "_place", after=after)
    assert len(await moved(store)) == before + int(after)
    assert await settle(store) == 1
    assert (await ada.get(f"orders/{order.id}"))["payment_status"] == "authorized"
    assert (await ada.update("orders", order.id, {"_place": True}))["status"] == "placed"
    assert len(await moved(store)) == before + 1
    assert await money(store, order.id) == [("authorizations", 2900, True)]
