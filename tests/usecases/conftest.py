"""A store for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.store import Contents, Store, open_store


@pytest.fixture
async def store(filled_database: tuple[str, Contents]) -> AsyncIterator[Store]:
    async with open_store(*filled_database) as opened:
        yield opened
