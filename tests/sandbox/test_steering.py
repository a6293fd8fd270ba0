"""The sandbox's own endpoints: faults that strike, a clock that moves, a fresh start."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from tests.sandbox.shop import Shop, open_shop

from billfold.sandbox import create_app
from billfold.sandbox.faults import DEEDS

CUSTOMERS = "/v1/customers"


async def known_customers(shop: Shop) -> int:
    return len((await shop.raw("GET", CUSTOMERS))[1]["data"])


async def test_a_refused_connection_has_done_nothing(shop: Shop) -> None:
    await shop.steer("POST", "/faults", {"do": "refuse", "psp": "stripe", "method": "post"})
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await shop.raw("POST", CUSTOMERS)
    assert await known_customers(shop) == 0
    assert (await shop.raw("POST", CUSTOMERS))[0] == 200


async def test_a_dropped_answer_has_done_everything(shop: Shop) -> None:
    await shop.steer("POST", "/faults", {"do": "drop", "psp": "stripe", "method": "POST"})
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await shop.raw("POST", CUSTOMERS, Idempotency_Key="once")
    assert await known_customers(shop) == 1
    status, made = await shop.raw("POST", CUSTOMERS, Idempotency_Key="once")
    assert status == 200
    assert await known_customers(shop) == 1
    assert (await shop.raw("GET", f"{CUSTOMERS}/{made['id']}"))[0] == 200


@pytest.mark.parametrize(
    ("fault", "status", "done"),
    [
        ({"do": "error"}, 500, 0),
        ({"do": "error", "acts": True}, 500, 1),
        ({"do": "status", "status": 429, "body": {"error": {"type": "api_error", "message": "Slow down"}}}, 429, 0),
    ],
)
async def test_an_error_says_little_about_what_was_done(
    shop: Shop, fault: dict[str, object], status: int, done: int
) -> None:
    await shop.steer("POST", "/faults", {"path": "^/v1/customers$", "method": "POST", **fault})
    answered, refusal = await shop.raw("POST", CUSTOMERS)
    assert answered == status
    assert refusal["error"]["message"]
    assert await known_customers(shop) == done


async def test_a_delayed_request_outlasts_its_caller_and_is_served_all_the_same(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    await shop.steer("POST", "/faults", {"do": "delay", "seconds": 3600, "method": "POST"})
    impatient = aiohttp.ClientTimeout(total=0.2)
    with pytest.raises(TimeoutError):
        secret = {"Authorization": "Bearer sk_test_sandbox"}
        await shop.http.post(f"{shop.url}/stripe{CUSTOMERS}", data={"name": "Ada"}, headers=secret, timeout=impatient)
    await shop.steer("POST", "/clock", {"advance": 3600})
    async with asyncio.timeout(10):
        while not await known_customers(shop):
            pass  # asking takes long enough
    assert not caplog.text


async def test_a_caller_who_leaves_halfway_leaves_nothing_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with open_shop(create_app()) as shop:
        url = urlsplit(shop.url)
        _, caller = await asyncio.open_connection(url.hostname, url.port)
        head = f"POST /stripe{CUSTOMERS} HTTP/1.1\r\nHost: {url.netloc}\r\nAuthorization: Bearer sk_test_sandbox\r\n"
        caller.write(f"{head}Content-Length: 9\r\n\r\nname".encode())
        await caller.drain()
        assert await known_customers(shop) == 0
        caller.close()
        await caller.wait_closed()
        assert await known_customers(shop) == 0
    assert not caplog.text


async def test_faults_strike_in_order_as_often_as_they_were_asked_to(shop: Shop) -> None:
    for fault in ({"do": "status", "status": 503, "times": 2}, {"do": "status", "status": 502, "times": None}):
        assert (await shop.steer("POST", "/faults", {**fault, "psp": "stripe", "path": "customers"}))[0] == 201
    answers = [(await shop.raw("GET", CUSTOMERS))[0] for _ in range(4)]
    assert answers == [503, 503, 502, 502]
    assert (await shop.raw("GET", "/v1/refunds"))[0] == 200
    _, report = await shop.steer("GET", "/faults")
    assert [fault["struck"] for fault in report["faults"]] == [2, 2]
    assert (await shop.steer("DELETE", "/faults"))[0] == 204
    assert (await shop.raw("GET", CUSTOMERS))[0] == 200


async def test_steering_itself_never_fails(shop: Shop) -> None:
    await shop.steer("POST", "/faults", {"do": "error", "times": None})
    assert (await shop.steer("GET", "/ledger"))[0] == 200


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ([], "is a JSON object"),
        ({}, "'do' must be one of"),
        ({"do": "explode"}, "explode"),
        ({"do": "error", "psp": 1}, "'psp'"),
        ({"do": "error", "colour": "red"}, "'colour'"),
        ({"do": "error", "path": "("}, "no regular expression"),
        ({"do": "error", "times": -1}, "'times' of a fault must be a number from 1 up"),
        ({"do": "error", "times": 0}, "null for as often as it can"),
        ({"do": "error", "times": True}, "got True"),
        ({"do": "delay", "seconds": -0.5}, "'seconds' of a fault must be a number from 0 to"),
        ({"do": "status", "status": 99}, "'status' of a fault must be a number from 200 to 599"),
    ],
)
async def test_a_fault_that_makes_no_sense_is_explained(shop: Shop, fault: object, words: str) -> None:
    status, refusal = await shop.steer("POST", "/faults", fault)
    assert status == 400
    assert words in refusal["sandbox_error"]


@pytest.mark.parametrize("advance", [None, -1, "soon", True])
async def test_the_clock_only_goes_forward(shop: Shop, advance: object) -> None:
    before = (await shop.steer("GET", "/clock"))[1]["now"]
    status, refusal = await shop.steer("POST", "/clock", {"advance": advance})
    assert status == 400
    assert refusal["sandbox_error"].endswith(".")
    assert (await shop.steer("POST", "/clock", {"advance": 86400}))[1]["now"] >= before + 86400


async def test_the_clock_is_the_one_given() -> None:
    async with open_shop(create_app(clock=lambda: 1_700_000_000.0)) as shop:
        assert (await shop.raw("POST", CUSTOMERS))[1]["created"] == 1_700_000_000
        await shop.steer("POST", "/clock", {"advance": 60})
        assert (await shop.raw("POST", CUSTOMERS))[1]["created"] == 1_700_000_060


async def test_a_reset_forgets_everything(shop: Shop) -> None:
    _, made = await shop.raw("POST", CUSTOMERS)
    await shop.raw(
        "POST",
        "/v1/payment_intents",
        "amount=1500&currency=eur&confirm=true&payment_method=pm_card_visa&return_url=https://shop.example",
    )
    await shop.steer("POST", "/faults", {"do": "deliver_never"})
    assert (await shop.steer("POST", "/reset"))[0] == 204
    assert (await shop.raw("GET", f"{CUSTOMERS}/{made['id']}"))[0] == 404
    assert (await shop.steer("GET", "/ledger"))[1] == {"entries": [], "references": {}, "psps": {}}
    assert (await shop.steer("GET", "/faults"))[1] == {"faults": []}


async def test_the_ledger_reports_per_payment_and_per_psp(shop: Shop) -> None:
    for amount in (1500, 700):
        await shop.raw(
            "POST",
            "/v1/payment_intents",
            f"amount={amount}&currency=eur&confirm=true&payment_method=pm_card_visa&return_url=https://shop.example"
            "&capture_method=manual",
        )
    _, report = await shop.steer("GET", "/ledger")
    assert [entry["amount"] for entry in report["entries"]] == [1500, 700]
    assert [one["held"] for one in report["references"].values()] == [1500, 700]
    assert report["psps"] == {"stripe": {"eur": {"authorization": 2200, "capture": 0, "void": 0, "refund": 0}}}


async def test_all_that_can_be_steered_is_listed_with_a_sentence_and_stands_in_the_docs(shop: Shop) -> None:
    status, listed = await shop.steer("GET", "/")
    assert status == 200
    assert all(sentence for sentence in listed.values())
    page = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    presses = {"POST /_sandbox/challenge/{intent}/complete": "`POST …/complete`"}
    presses["POST /_sandbox/challenge/{intent}/fail"] = "`POST …/fail`"
    assert [request for request in listed if presses.get(request, f"| `{request}` |") not in page] == []
    assert [deed for deed in DEEDS if f"| `{deed}` |" not in page] == []
