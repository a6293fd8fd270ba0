"""A sandbox for each test, with Klarna's own descriptions listening in on all that is said."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.sandbox.klarna.judge import KlarnaJudge, KlarnaJudgeLayer
from tests.sandbox.klarna.shop import Shop, open_shop
from tests.sandbox.klarna.spec import NoSpec

from billfold.sandbox import create_app


@pytest.fixture(scope="session")
def klarna_judge_or_none() -> KlarnaJudge | None:
    try:
        return KlarnaJudge()
    except NoSpec:
        return None


@pytest.fixture(scope="session")
def klarna_judge(klarna_judge_or_none: KlarnaJudge | None) -> KlarnaJudge:
    if klarna_judge_or_none is None:
        pytest.skip("Klarna's OpenAPI descriptions are missing: set BILLFOLD_SPECS to the folder that has them.")
    return klarna_judge_or_none


@pytest.fixture
async def shop(klarna_judge_or_none: KlarnaJudge | None) -> AsyncIterator[Shop]:
    """Where the descriptions cannot be had the tests still run, unjudged; `test_judge.py` then says so."""
    app = create_app()
    if klarna_judge_or_none is None:
        async with open_shop(app) as shop:
            yield shop
        return
    layer = KlarnaJudgeLayer(app, klarna_judge_or_none)
    async with open_shop(layer) as shop:
        yield shop
    assert not layer.violations, "\n".join(layer.violations)
