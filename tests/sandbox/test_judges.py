"""The judge itself: it must acquit the innocent, convict the guilty, and know why it lets anybody pass."""

from __future__ import annotations

import json

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tests.sandbox.judges import JudgeLayer, StripeJudge, fetch_spec
from tests.sandbox.shop import open_shop

from billfold.sandbox import create_app
from billfold.sandbox.stripe.deviations import BEHAVIOUR, PARAMETERS, Parameter

PLAIN = "amount=1500&currency=eur"
CRIMES = {
    "an amount that is no number": f"{PLAIN[7:]}&amount=abc",
    "no currency": "amount=1500",
    "an unknown parameter": f"{PLAIN}&colour=red",
    "an unknown member": f"{PLAIN}&shipping[name]=A&shipping[address][line1]=B&shipping[speed]=fast",
    "a capture method nobody knows": f"{PLAIN}&capture_method=later",
    "a text where a list is due": f"{PLAIN}&expand=latest_charge",
    "an option nobody knows": f"{PLAIN}&payment_method_options[card][colour]=red",
}
LIES = {
    "an amount as text": ("amount", "15.00"),
    "a status of its own": ("status", "paid"),
    "an object that is none": ("object", "payment"),
    "no id": ("id", None),
}


def test_a_full_request_is_acquitted(stripe_judge: StripeJudge) -> None:
    body = (
        f"{PLAIN}&customer=cus_1&capture_method=manual&metadata[order]=1&expand[]=customer&expand[]=latest_charge"
        "&payment_method_options[card][setup_future_usage]=off_session&automatic_payment_methods[enabled]=true"
        "&shipping[name]=A&shipping[address][line1]=B&off_session=true&confirm=true"
    )
    assert stripe_judge.request("POST", "/v1/payment_intents", body) == []


@pytest.mark.parametrize("crime", CRIMES)
def test_a_forbidden_request_is_convicted(stripe_judge: StripeJudge, crime: str) -> None:
    assert stripe_judge.request("POST", "/v1/payment_intents", CRIMES[crime])


def test_an_operation_stripe_does_not_have_is_convicted(stripe_judge: StripeJudge) -> None:
    assert stripe_judge.request("POST", "/v1/wallets", "")


@pytest.fixture(scope="session")
def strict_judge(stripe_judge: StripeJudge) -> StripeJudge:
    """One that knows of no deviations."""
    return StripeJudge(fetch_spec())


@pytest.mark.parametrize("deviation", PARAMETERS, ids=lambda one: f"{one.path} {one.parameter}")
def test_each_deviation_is_one_and_has_its_reason(
    stripe_judge: StripeJudge, strict_judge: StripeJudge, deviation: Parameter
) -> None:
    path = deviation.path.replace("{intent}", "pi_1")
    if path == "*":
        path = "/v1/payment_methods" if deviation.method == "GET" else "/v1/customers"
    assert strict_judge.request(deviation.method, path, deviation.example)
    assert stripe_judge.request(deviation.method, path, deviation.example) == []
    assert deviation.reason.endswith(".")


def test_each_deviation_in_behaviour_has_its_reason() -> None:
    assert all(reason.endswith(".") for reason in BEHAVIOUR.values())


class Liar:
    """A sandbox whose payment intents say something else than they should."""

    def __init__(self, app: ASGIApp, member: str, value: object) -> None:
        self.app, self.member, self.value = app, member, value

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def lie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [pair for pair in message["headers"] if pair[0] != b"content-length"]
                message = {**message, "headers": headers}
            elif message["type"] == "http.response.body" and b'"payment_intent"' in message["body"]:
                message = {
                    **message,
                    "body": json.dumps(json.loads(message["body"]) | {self.member: self.value}).encode(),
                }
            await send(message)

        await self.app(scope, receive, lie if scope["type"] == "http" else send)


@pytest.mark.parametrize("lie", LIES)
async def test_a_lying_sandbox_is_caught(stripe_judge: StripeJudge, lie: str) -> None:
    judged = JudgeLayer(Liar(create_app(), *LIES[lie]), stripe_judge)
    async with open_shop(judged) as shop:
        await shop.raw("POST", "/v1/payment_intents", PLAIN)
    assert [sentence for sentence in judged.violations if LIES[lie][0] in sentence]


class Lax:
    """A sandbox that says yes to everything."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await create_app()(scope, receive, send)
            return
        await receive()
        body = {"id": "cus_1", "object": "customer", "created": 1, "livemode": False}
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": json.dumps(body).encode()})


async def test_a_sandbox_that_takes_anything_is_caught(stripe_judge: StripeJudge) -> None:
    judged = JudgeLayer(Lax(), stripe_judge)
    async with open_shop(judged) as shop:
        await shop.raw("POST", "/v1/customers", "colour=red")
    assert len(judged.violations) == 1
    assert "colour" in judged.violations[0]


async def test_a_sender_on_trial_is_convicted_even_where_the_sandbox_refused(stripe_judge: StripeJudge) -> None:
    judged = JudgeLayer(create_app(), stripe_judge, senders=True)
    async with open_shop(judged) as shop:
        status, _ = await shop.raw("POST", "/v1/customers", "colour=red")
    assert status == 400
    assert len(judged.violations) == 1
