"""A sandbox for each test, with Stripe's own description listening in on all that is said."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.sandbox.judges import JudgeLayer, NoSpec, StripeJudge, fetch_spec
from tests.sandbox.shop import Shop, open_shop

from billfold.sandbox import create_app
from billfold.sandbox.stripe.deviations import PARAMETERS


@pytest.fixture(scope="session")
def judge_or_none() -> StripeJudge | None:
    try:
        return StripeJudge(fetch_spec(), PARAMETERS)
    except NoSpec:
        return None


@pytest.fixture(scope="session")
def stripe_judge() -> StripeJudge:
    try:
        return StripeJudge(fetch_spec(), PARAMETERS)
    except NoSpec as missing:
        pytest.skip(str(missing))


@pytest.fixture
async def shop(judge_or_none: StripeJudge | None) -> AsyncIterator[Shop]:
    """Where the description cannot be had the tests still run, unjudged; `test_judges.py` then says so."""
    app = create_app()
    if judge_or_none is None:
        async with open_shop(app) as shop:
            yield shop
        return
    judged = JudgeLayer(app, judge_or_none)
    async with open_shop(judged) as shop:
        yield shop
    assert judged.violations == []
