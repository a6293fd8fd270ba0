"""Drafts that nobody came back to are cleared away; whatever somebody wants is kept."""

from __future__ import annotations

import pytest
from tests.store import Store

from billfold.client import ApiError
from billfold.domain.caller import Caller
from billfold.usecases.drafts import purge

ITEM = {"sku_code": "EBOOKXX000000FFFFFFXXXXX", "quantity": 1}


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
