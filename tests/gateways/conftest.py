"""A sandbox for each test, with the PSPs' own descriptions judging every request that an adapter sends."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from tests.gateways.listening import Ear, Judge
from tests.sandbox.judges import NoSpec, StripeJudge, fetch_spec
from tests.sandbox.klarna.judge import KlarnaJudge
from tests.sandbox.klarna.spec import NoSpec as NoKlarnaSpec
from tests.servers import serve

from billfold.sandbox import create_app


@pytest.fixture(scope="session")
def judges() -> dict[str, Judge]:
    """By the first part of the path. Where a description cannot be had its half goes unjudged; the tests of the
    sandbox say so aloud."""
    found: dict[str, Judge] = {}
    try:
        stripe = StripeJudge(fetch_spec())
        found["stripe"] = found["worlds"] = lambda asked: stripe.request(asked.method, asked.path, asked.form())
    except NoSpec:
        pass
    try:
        klarna = KlarnaJudge()
        found["klarna"] = lambda asked: klarna.request(asked.method, asked.path, asked.headers, asked.body)
    except NoKlarnaSpec:
        pass
    return found


@pytest.fixture
async def sandbox() -> AsyncIterator[str]:
    async with serve(create_app()) as url:
        yield url


@pytest.fixture
def ear(judges: dict[str, Judge]) -> Ear:
    """What hears the adapters."""
    return Ear(judges)


@pytest.fixture
async def http(ear: Ear) -> AsyncIterator[aiohttp.ClientSession]:
    """What the adapters call their PSPs with."""
    async with aiohttp.ClientSession(trace_configs=[ear.trace()]) as session:
        yield session
    assert not ear.violations, "\n".join(ear.violations)


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    """What customers and onlookers use, whom nobody judges."""
    async with aiohttp.ClientSession() as session:
        yield session
