"""A running worker and an organization with everything it takes to get tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.web.house import Clock, House, Shop, house, open_shop, settings


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def worker(database: str, clock: Clock) -> AsyncIterator[House]:
    async with house(settings(database), clock) as running:
        yield running


@pytest.fixture
async def acme(worker: House) -> Shop:
    return await open_shop(worker.db, "acme")
