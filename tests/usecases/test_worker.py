"""The worker: does each job once, tries again what fails, and does what a dead one left behind."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from tests.api.shop import placed
from tests.store import Store

from billfold.client import ApiError
from billfold.domain.caller import Caller
from billfold.jobs.worker import FIRST_RETRY, LEASE, Worker
from billfold.usecases.work import Work


async def intents_to_discard(store: Store, count: int) -> list[str]:
    """As many payments that their order has turned away from, each of which is a job to cancel it."""
    ada = await store.customer()
    order = await store.order(ada)
    made = [await ada.create("stripe_payments", {}, order=("orders", order.id)) for _ in range(count + 1)]
    return [source["stripe_id"] for source in made[:-1]]


async def jobs(store: Store) -> list[dict[str, Any]]:
    """All but those that look at payments which nobody reports anything of, long after these tests."""
    query = "SELECT * FROM jobs WHERE kind <> 'look' ORDER BY created_at, id"
    return [dict(row) for row in await store.tools.db.fetch(query)]


async def status(store: Store, intent: str) -> str:
    return str((await store.at_stripe(f"payment_intents/{intent}"))["status"])


async def test_a_due_job_is_done_once(store: Store) -> None:
    (intent,) = await intents_to_discard(store, 1)
    worker = store.worker()
    assert await worker.once() == 1
    assert await status(store, intent) == "canceled"
    (job,) = await jobs(store)
    assert (job["attempts"], job["last_error"]) == (1, None)
    assert job["finished_at"]
    assert await worker.once() == 0


async def test_a_job_that_is_done_can_be_seen_for_a_week(store: Store) -> None:
    await intents_to_discard(store, 1)
    worker = store.worker()
    await worker.once()
    store.clock.advance(days=6)
    await worker.once()
    assert len(await jobs(store)) == 1
    store.clock.advance(days=2)
    await worker.once()
    assert await jobs(store) == []


async def test_a_job_that_is_not_due_waits(store: Store) -> None:
    work = Work(store.tools, Caller(store.organization["id"], "acme", "", "integration"))
    work.job("discard", work.now + timedelta(hours=1), {"gateway_id": "none", "source_id": "none", "source": {}})
    await work.commit()
    assert await store.worker().once() == 0
    store.clock.advance(hours=1, minutes=1)
    assert await store.worker().once() == 1


async def test_a_job_that_fails_is_tried_again_with_growing_pauses(store: Store) -> None:
    (intent,) = await intents_to_discard(store, 1)
    await store.fault("error", path="/cancel$", times=None)
    worker = store.worker()
    pause = FIRST_RETRY
    for attempt in (1, 2, 3):
        assert await worker.once() == 1
        assert await worker.once() == 0  # not before its time
        (job,) = await jobs(store)
        assert job["attempts"] == attempt
        assert "500" in job["last_error"]
        store.clock.advance(seconds=pause.total_seconds() + 1)
        pause *= 2
    await store.clear_faults()
    assert await worker.once() == 1
    assert await status(store, intent) == "canceled"
    assert (await jobs(store))[0]["last_error"] is None


async def test_a_job_nobody_knows_how_to_do_does_not_keep_others_from_being_done(store: Store) -> None:
    work = Work(store.tools, Caller(store.organization["id"], "acme", "", "integration"))
    work.job("from_a_newer_version", work.now, {})
    await work.commit()
    (intent,) = await intents_to_discard(store, 1)
    assert await store.worker().once() == 2
    assert await status(store, intent) == "canceled"
    assert [bool(job["finished_at"]) for job in await jobs(store)] == [False, True]


async def test_two_workers_do_each_job_once(store: Store) -> None:
    intents = await intents_to_discard(store, 12)
    both = [store.worker(), store.worker()]
    while any(await asyncio.gather(*(worker.once() for worker in both))):
        pass
    assert [job["attempts"] for job in await jobs(store)] == [1] * 12
    assert {await status(store, intent) for intent in intents} == {"canceled"}


async def test_what_a_worker_claimed_before_it_died_is_done_by_another_after_its_lease(store: Store) -> None:
    (intent,) = await intents_to_discard(store, 1)
    await store.fault("delay", path="/cancel$", seconds=3600)
    dying = asyncio.create_task(store.worker().once())
    async with asyncio.timeout(20):
        while not (await jobs(store))[0]["attempts"]:
            pass
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    await store.clear_faults()
    assert await store.worker().once() == 0
    store.clock.advance(seconds=LEASE.total_seconds() + 1)
    assert await store.worker().once() == 1
    assert await status(store, intent) == "canceled"


async def test_a_worker_that_is_told_to_stop_gives_back_what_it_has_not_begun(store: Store) -> None:
    await intents_to_discard(store, 3)
    stopped = store.worker()
    stopped.stop()
    await stopped.once()
    assert [(job["attempts"], job["finished_at"]) for job in await jobs(store)] == [(0, None)] * 3
    assert await store.worker().once() == 3


async def test_a_running_worker_settles_what_is_open_and_ends_when_told(store: Store) -> None:
    order = await placed(store, await store.customer())
    await store.fault("drop", method="POST", path="/capture$", times=3)
    with pytest.raises(ApiError, match="did not answer"):
        await store.back_office.update("orders", order.id, {"_capture": True})
    store.clock.advance(minutes=2)
    worker: Worker = store.worker()
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(20):
        while (await store.back_office.get(f"orders/{order.id}"))["payment_status"] != "paid":
            pass
        worker.stop()
        await running
