"""A sandbox for each test, with the PSPs' own descriptions listening in on what the adapters send."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from starlette.types import ASGIApp
from tests.sandbox.judges import JudgeLayer, NoSpec, StripeJudge, fetch_spec
from tests.sandbox.klarna.judge import KlarnaJudge, KlarnaJudgeLayer
from tests.sandbox.klarna.spec import NoSpec as NoKlarnaSpec
from tests.servers import serve

from billfold.sandbox import create_app
from billfold.sandbox.stripe.deviations import PARAMETERS


@pytest.fixture(scope="session")
def stripe_judge_or_none() -> StripeJudge | None:
    try:
        return StripeJudge(fetch_spec(), PARAMETERS)
    except NoSpec:
        return None


@pytest.fixture(scope="session")
def klarna_judge_or_none() -> KlarnaJudge | None:
    try:
        return KlarnaJudge()
    except NoKlarnaSpec:
        return None


@pytest.fixture
async def sandbox(
    stripe_judge_or_none: StripeJudge | None, klarna_judge_or_none: KlarnaJudge | None
) -> AsyncIterator[str]:
    """The root URL of a judged sandbox. Where a description cannot be had its half goes unjudged; the tests of the
    sandbox say so aloud."""
    app: ASGIApp = create_app()
    layers: list[JudgeLayer | KlarnaJudgeLayer] = []
    if stripe_judge_or_none is not None:
        layers.append(layer := JudgeLayer(app, stripe_judge_or_none, senders=True))
        app = layer
    if klarna_judge_or_none is not None:
        layers.append(outer := KlarnaJudgeLayer(app, klarna_judge_or_none, senders=True))
        app = outer
    async with serve(app) as url:
        yield url
    violations = [sentence for one in layers for sentence in one.violations]
    assert not violations, "\n".join(violations)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
