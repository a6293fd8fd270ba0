"""What Klarna sends by itself: the authorization, and the end of a fraud assessment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from tests.sandbox.klarna.shop import PURCHASE, Json, Shop
from tests.servers import serve


class Inbox:
    """The shop's end: takes down what comes, and answers as told; 200 once nothing more is told."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[tuple[str, Json]] = asyncio.Queue()
        self.answers: list[Response | None] = []
        self.url = ""

    async def take(self, request: Request) -> Response:
        answer = self.answers.pop(0) if self.answers else Response()
        self.came.put_nowait((str(request.url), await request.json()))
        if answer is None:
            await asyncio.Event().wait()
        assert answer is not None
        return answer

    async def next(self) -> tuple[str, Json]:
        return await asyncio.wait_for(self.came.get(), 10)


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    inbox = Inbox()
    app = Starlette(routes=[Route("/{path:path}", inbox.take, methods=["GET", "POST"])])
    async with serve(app) as inbox.url:
        yield inbox


async def settled(shop: Shop, inbox: Inbox) -> int:
    """How much more comes in the next hour of the sandbox's time."""
    await shop.wait(hours=1)
    # The clock wakes all who wait for it; whatever they send is here before the sandbox answers two more requests
    # to itself, because they run in one loop with the inbox.
    for _ in range(20):
        await shop.done("GET", "/_sandbox/clock")
    return inbox.came.qsize()


async def test_an_authorization_is_told_to_the_shops_server_too(shop: Shop, inbox: Inbox) -> None:
    urls = {"authorization": f"{inbox.url}/klarna?secret=s3cret&session={{session.id}}"}
    session = await shop.session(merchant_urls=urls)
    said = await shop.authorize(session["client_token"])
    url, body = await inbox.next()
    assert url == f"{inbox.url}/klarna?secret=s3cret&session={session['session_id']}"
    assert body == {"authorization_token": said["authorization_token"], "session_id": session["session_id"]}
    assert await settled(shop, inbox) == 0


async def test_without_approval_there_is_nothing_to_tell(shop: Shop, inbox: Inbox) -> None:
    session = await shop.session(merchant_urls={"authorization": inbox.url})
    await shop.authorize(session["client_token"], approve=False)
    assert await settled(shop, inbox) == 0


@pytest.mark.parametrize(
    "refusals",
    [
        [Response(status_code=500)],
        [Response(status_code=404), Response(status_code=503)],
        [RedirectResponse("/elsewhere")],
    ],
)
async def test_what_the_shop_does_not_take_comes_again(shop: Shop, inbox: Inbox, refusals: list[Response]) -> None:
    inbox.answers = list(refusals)
    await shop.authorize((await shop.session(merchant_urls={"authorization": inbox.url}))["client_token"])
    came = []
    for attempt in range(len(refusals) + 1):
        came.append(await inbox.next())
        await shop.wait(seconds=2**attempt)
    assert came == [came[0]] * len(came)
    assert await settled(shop, inbox) == 0


async def test_after_three_attempts_klarna_gives_up(shop: Shop, inbox: Inbox) -> None:
    inbox.answers = [Response(status_code=500) for _ in range(9)]
    await shop.authorize((await shop.session(merchant_urls={"authorization": inbox.url}))["client_token"])
    for attempt in range(3):
        await inbox.next()
        await shop.wait(seconds=2**attempt)
    assert await settled(shop, inbox) == 0


async def test_a_shop_that_does_not_answer_in_two_seconds_has_not_taken_it(shop: Shop, inbox: Inbox) -> None:
    inbox.answers = [None]
    await shop.authorize((await shop.session(merchant_urls={"authorization": inbox.url}))["client_token"])
    first = await inbox.next()
    assert await inbox.next() == first


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "not a url", "https://[nonsense"])
async def test_a_url_that_leads_nowhere_does_no_harm(shop: Shop, url: str) -> None:
    session = await shop.session(merchant_urls={"authorization": url})
    assert (await shop.authorize(session["client_token"]))["approved"] is True
    await shop.wait(hours=1)


@pytest.mark.parametrize("decision", ["ACCEPTED", "REJECTED"])
async def test_the_end_of_an_assessment_is_notified(shop: Shop, inbox: Inbox, decision: str) -> None:
    urls = {"notification": f"{inbox.url}/pending?order={{order.id}}"}
    order = await shop.order(how={"outcome": "pending"}, purchase={"merchant_urls": urls})
    await shop.done("POST", f"/_sandbox/klarna/orders/{order}/fraud", {"fraud_status": decision})
    url, body = await inbox.next()
    assert url == f"{inbox.url}/pending?order={order}"
    assert body.pop("timestamp").endswith("Z")
    assert body == {"order_id": order, "event_type": f"FRAUD_RISK_{decision}"}


async def test_the_notification_url_of_the_order_wins_over_that_of_the_session(shop: Shop, inbox: Inbox) -> None:
    token = await shop.authorization(how={"outcome": "pending"}, merchant_urls={"notification": f"{inbox.url}/session"})
    body = {**PURCHASE, "merchant_urls": {"notification": f"{inbox.url}/order"}}
    placed = await shop.done("POST", f"/payments/v1/authorizations/{token}/order", body)
    path = f"/_sandbox/klarna/orders/{placed['order_id']}/fraud"
    await shop.done("POST", path, {"fraud_status": "ACCEPTED"})
    assert (await inbox.next())[0] == f"{inbox.url}/order"


@pytest.mark.parametrize(("do", "times"), [("deliver_twice", 2), ("deliver_never", 0)])
async def test_deliveries_can_be_steered(shop: Shop, inbox: Inbox, do: str, times: int) -> None:
    await shop.done("POST", "/_sandbox/faults", {"do": do, "psp": "klarna", "event": "authorization"})
    await shop.authorize((await shop.session(merchant_urls={"authorization": inbox.url}))["client_token"])
    came: list[Any] = [await inbox.next() for _ in range(times)]
    assert came == came[:1] * times
    assert await settled(shop, inbox) == 0


async def test_a_delivery_can_come_late(shop: Shop, inbox: Inbox) -> None:
    fault = {"do": "deliver_late", "psp": "klarna", "event": "authorization", "seconds": 600}
    await shop.done("POST", "/_sandbox/faults", fault)
    await shop.authorize((await shop.session(merchant_urls={"authorization": inbox.url}))["client_token"])
    assert inbox.came.empty()
    await shop.wait(minutes=10)
    await inbox.next()
