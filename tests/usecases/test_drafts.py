"""Drafts that nobody came back to are cleared away; whatever somebody wants is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.articles import EBOOK
from tests.store import Store

from billfold.client import ApiError
from billfold.domain.caller import Caller
from billfold.usecases.orders.drafts import purge

ITEM = {"sku_code": EBOOK, "quantity": 1}


async def purged(store: Store) -> int:
    return await purge(store.tools, Caller(store.organization["id"], "acme", "", "integration"))


async def test_a_forgotten_draft_goes_after_its_time_and_not_before(store: Store) -> None:
    guest = await store.guest()
    draft = await guest.create("orders", {})
    await guest.create("line_items", ITEM, order=("orders", draft.id))
    store.clock.advance(days=59)
    assert await purged(store) == 0
    store.clock.advance(days=2)
    assert await purged(store) == 1
    with pytest.raises(ApiError) as gone:
        await (await store.office()).get(f"orders/{draft.id}")
    assert gone.value.status == 404


async def test_an_order_with_a_customer_stays(store: Store) -> None:
    guest = await store.guest()
    order = await guest.create("orders", {"customer_email": "eve@example.com"})
    store.clock.advance(days=400)
    assert await purged(store) == 0
    assert (await (await store.office()).get(f"orders/{order.id}")).id == order.id


async def test_a_draft_says_when_it_expires_until_it_is_somebodys(store: Store) -> None:
    guest = await store.guest()
    draft = await guest.create("orders", {})
    term = datetime.fromisoformat(draft["expires_at"]) - datetime.fromisoformat(draft["created_at"])
    assert term == timedelta(days=store.tools.draft_days)
    await guest.create("line_items", ITEM, order=("orders", draft.id))
    assert (await guest.update("orders", draft.id, {"language_code": "it"}))["expires_at"] == draft["expires_at"]
    pending = await guest.update("orders", draft.id, {"customer_email": "eve@example.com"})
    assert (pending["status"], pending["expires_at"]) == ("pending", None)
    assert (await guest.create("orders", {"customer_email": "eve@example.com"}))["expires_at"] is None
    empty = await guest.create("orders", {})
    forced = await store.back_office.update("orders", empty.id, {"_pending": True})
    assert (forced["status"], forced["expires_at"]) == ("pending", None)


async def test_a_draft_stays_for_as_long_as_a_back_office_says(store: Store) -> None:
    guest, office = await store.guest(), store.back_office
    draft, other = await guest.create("orders", {}), await guest.create("orders", {})
    term = (store.clock() + timedelta(days=100)).isoformat(timespec="seconds")
    for order in (draft, other):
        await office.update("orders", order.id, {"expires_at": term})
    await office.update("orders", other.id, {"expires_at": None})
    await guest.create("line_items", ITEM, order=("orders", draft.id))
    store.clock.advance(days=61)
    assert await purged(store) == 1
    later = await (await store.office()).update("orders", draft.id, {"customer_email": "eve@example.com"})
    assert (later["status"], later["expires_at"] is None) == ("pending", False)
