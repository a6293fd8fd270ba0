"""A browser for all tests of a file, and a window of it for each."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page
from tests.browser.chromium import Missing, chromium, window
from tests.sandbox.shop import Shop, open_shop

from billfold.sandbox import create_app


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    try:
        async with chromium() as opened:
            yield opened
    except Missing as missing:
        pytest.skip(str(missing))


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    async with window(browser) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Shop]:
    async with open_shop(create_app()) as opened:
        yield opened
