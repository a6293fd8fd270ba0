"""Chromium, found on this machine and steered by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, async_playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Nothing that talks to anybody but the servers of the test, and what runs as root in a container.
QUIETLY = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# The machine may be busy with other tests; in milliseconds.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)


class Missing(Exception):
    """There is no browser. The message says what to install."""


def find() -> str:
    """The program. Raises Missing."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    raise Missing("There is no Chromium on the PATH; install it (Debian: apt-get install chromium) to try the pages.")


@asynccontextmanager
async def chromium(*arguments: str) -> AsyncIterator[Browser]:
    """A browser of its own, with nothing in it. Raises Missing."""
    program = find()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=[*QUIETLY, *arguments])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def window(browser: Browser) -> AsyncIterator[Page]:
    """A window that has seen nothing. What a script in it did not catch fails the test."""
    context = await browser.new_context()
    context.set_default_timeout(PATIENCE)
    uncaught: list[str] = []
    opened = await context.new_page()
    opened.on("pageerror", lambda error: uncaught.append(str(error)))
    yield opened
    await context.close()
    assert uncaught == []
