"""A store for each story, and one that the tests of a file share because they walk through all of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from tests.api.world import World, furnish
from tests.store import Contents, Store, open_store


@pytest.fixture
async def store(filled_database: tuple[str, Contents]) -> AsyncIterator[Store]:
    async with open_store(*filled_database) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(shared_database: str) -> AsyncIterator[World]:
    """For tests that only look, or that make what they change; they need `loop_scope="module"`."""
    async with open_store(shared_database) as opened:
        yield await furnish(opened)
