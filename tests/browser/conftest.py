"""A browser for all tests of a file, and a window of it for each."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page
from tests.browser.chromium import Missing, chromium
from tests.sandbox.shop import Shop, open_shop

from billfold.sandbox import create_app

# Playwright waits this long for something to appear, in milliseconds.
PATIENCE = 20_000


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    try:
        async with chromium() as opened:
            yield opened
    except Missing as missing:
        pytest.skip(str(missing))


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A window that has seen nothing. What a script of the page did not catch fails the test."""
    context = await browser.new_context()
    context.set_default_timeout(PATIENCE)
    uncaught: list[str] = []
    opened = await context.new_page()
    opened.on("pageerror", lambda error: uncaught.append(str(error)))
    yield opened
    await context.close()
    assert uncaught == []


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Shop]:
    async with open_shop(create_app()) as opened:
        yield opened
