"""Events of the sandbox's Stripe: what is told, to whom, signed how, and how often."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import stripe
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tests.sandbox.judges import StripeJudge
from tests.sandbox.shop import Shop
from tests.sandbox.test_stripe_wallet import customer, pay
from tests.servers import serve

from billfold.sandbox.stripe.events import sign


class Inbox:
    """A shop's webhook endpoint. `answers` are the statuses of the next answers, 200 when there are none left."""

    def __init__(self) -> None:
        self.url = ""
        self.posts: asyncio.Queue[tuple[bytes, str]] = asyncio.Queue()
        self.answers: list[int] = []
        self.app = Starlette(routes=[Route("/hook", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        self.posts.put_nowait((await request.body(), request.headers["stripe-signature"]))
        return Response(status_code=self.answers.pop(0) if self.answers else 200)

    async def next(self, secret: str) -> stripe.Event:
        """The next event to arrive, its signature verified by the official SDK."""
        body, signature = await asyncio.wait_for(self.posts.get(), 5)
        event: stripe.Event = stripe.Webhook.construct_event(body, signature, secret)
        return event


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    inbox = Inbox()
    async with serve(inbox.app) as url:
        inbox.url = f"{url}/hook"
        yield inbox


async def register(shop: Shop, inbox: Inbox, *events: str) -> str:
    """The secret of a new endpoint."""
    endpoint = await shop.stripe.webhook_endpoints.create_async(
        {"url": inbox.url, "enabled_events": list(events) or ["*"]}  # type: ignore[arg-type]  # the SDK lists the names
    )
    assert endpoint.secret is not None
    return endpoint.secret


async def types(shop: Shop) -> list[str]:
    """The types of all events so far, oldest first."""
    _, listed = await shop.raw("GET", "/v1/events?limit=100")
    return [event["type"] for event in reversed(listed["data"])]


async def test_every_step_of_a_payment_is_told(shop: Shop) -> None:
    owner = await customer(shop)
    intent = await pay(
        shop,
        "pm_card_authenticationRequired",
        owner,
        setup_future_usage="off_session",
        return_url="https://shop.example",
    )
    assert intent.next_action is not None
    assert intent.next_action.redirect_to_url is not None
    await shop.answer_challenge(str(intent.next_action.redirect_to_url.url), "complete")
    await shop.stripe.payment_intents.capture_async(intent.id)
    await shop.stripe.refunds.create_async({"payment_intent": intent.id, "amount": 500})
    await shop.stripe.payment_methods.detach_async(str(intent.payment_method))
    with pytest.raises(stripe.CardError):
        await pay(shop, "pm_card_visa_chargeDeclined", owner)
    canceled = await pay(shop, "pm_card_visa", owner)
    await shop.stripe.payment_intents.cancel_async(canceled.id)
    assert await types(shop) == [
        "customer.created",
        "payment_intent.created",
        "payment_intent.requires_action",
        "payment_method.attached",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "charge.captured",
        "payment_intent.succeeded",
        "charge.refunded",
        "refund.created",
        "payment_method.detached",
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "charge.refunded",
        "payment_intent.canceled",
    ]


async def test_every_event_carries_a_sound_object(shop: Shop, stripe_judge: StripeJudge) -> None:
    await test_every_step_of_a_payment_is_told(shop)
    _, listed = await shop.raw("GET", "/v1/events?limit=100")
    for event in listed["data"]:
        assert stripe_judge.thing(event["data"]["object"]) == [], event["type"]


async def test_an_event_shows_the_object_as_it_was_then(shop: Shop, inbox: Inbox) -> None:
    secret = await register(shop, inbox, "payment_intent.created", "payment_intent.succeeded")
    intent = await shop.stripe.payment_intents.create_async({"amount": 1500, "currency": "eur"})
    await shop.pay_in_browser(intent, "4242424242424242")
    seen: dict[str, Any] = {}
    for _ in range(2):
        event = await inbox.next(secret)
        seen[event.type] = event.data.object["status"]
    assert seen == {
        "payment_intent.created": "requires_payment_method",
        "payment_intent.succeeded": "succeeded",
    }


async def test_a_change_says_what_was_before(shop: Shop, inbox: Inbox) -> None:
    secret = await register(shop, inbox, "customer.updated")
    owner = await customer(shop)
    await shop.stripe.customers.update_async(owner, {"email": "new@example.com"}, {"idempotency_key": "mail-1"})
    event = await inbox.next(secret)
    assert event.data.object["email"] == "new@example.com"
    assert event.data.previous_attributes is not None
    assert event.data.previous_attributes["email"] == "ada@example.com"
    assert event.request is not None
    assert event.request.idempotency_key == "mail-1"


async def test_only_what_an_endpoint_asked_for_is_sent(shop: Shop, inbox: Inbox) -> None:
    secret = await register(shop, inbox, "payment_method.attached")
    owner = await customer(shop)
    await pay(shop, "pm_card_visa", owner, setup_future_usage="off_session")
    assert (await inbox.next(secret)).type == "payment_method.attached"
    assert inbox.posts.empty()


async def test_an_event_finds_a_shop_that_is_only_known_on_this_machine(shop: Shop, inbox: Inbox) -> None:
    inbox.url = inbox.url.replace("127.0.0.1", "acme.billfold.localhost")
    secret = await register(shop, inbox)
    await customer(shop)
    assert (await inbox.next(secret)).type == "customer.created"


async def test_the_signature_proves_the_secret_and_the_body(shop: Shop, inbox: Inbox) -> None:
    secret = await register(shop, inbox)
    await customer(shop)
    body, signature = await asyncio.wait_for(inbox.posts.get(), 5)
    for forged, key in ((body + b" ", secret), (body, "whsec_other")):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(forged, signature, key)


def test_it_signs_as_the_sdk_would() -> None:
    theirs = stripe.WebhookSignature.generate_signature_header('{"id": "evt_1"}', "whsec_1", 1700000000)
    assert sign(b'{"id": "evt_1"}', "whsec_1", 1700000000) == theirs


async def test_an_event_is_sent_again_until_it_is_taken(shop: Shop, inbox: Inbox) -> None:
    inbox.answers = [500, 302, 503]
    secret = await register(shop, inbox)
    await customer(shop)
    first = await inbox.next(secret)
    for wait in (1, 5, 30):
        assert (await shop.raw("GET", f"/v1/events/{first.id}"))[1]["pending_webhooks"] == 1
        await advance_until(shop, inbox, wait)
        assert (await inbox.next(secret)).id == first.id
    while (await shop.raw("GET", f"/v1/events/{first.id}"))[1]["pending_webhooks"]:
        pass
    await shop.steer("POST", "/clock", {"advance": 3600})
    assert inbox.posts.empty()


async def advance_until(shop: Shop, inbox: Inbox, seconds: float) -> None:
    """Move the clock on by at most `seconds` at a time, until something has arrived: whether the sender has gone to
    sleep yet is not for the receiver to know."""
    while inbox.posts.empty():
        await shop.steer("POST", "/clock", {"advance": seconds})


async def test_a_deleted_or_disabled_endpoint_gets_nothing(shop: Shop, inbox: Inbox) -> None:
    secret = await register(shop, inbox)
    endpoint = (await shop.stripe.webhook_endpoints.list_async()).data[0]
    assert "secret" not in endpoint.to_dict()

    await shop.stripe.webhook_endpoints.update_async(endpoint.id, {"disabled": True})
    await customer(shop)
    await shop.stripe.webhook_endpoints.update_async(
        endpoint.id, {"disabled": False, "enabled_events": ["customer.deleted"]}
    )
    owner = await customer(shop)
    await shop.stripe.customers.delete_async(owner)
    assert (await inbox.next(secret)).type == "customer.deleted"

    await shop.stripe.webhook_endpoints.delete_async(endpoint.id)
    await shop.stripe.customers.delete_async(await customer(shop))
    other = await register(shop, inbox, "customer.created")
    await customer(shop)
    assert (await inbox.next(other)).type == "customer.created"
    assert inbox.posts.empty()


async def test_an_endpoint_needs_an_address(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await shop.stripe.webhook_endpoints.create_async({"url": "shop.example/hook", "enabled_events": ["*"]})
    assert refusal.value.param == "url"


async def test_an_event_may_arrive_twice(shop: Shop, inbox: Inbox) -> None:
    secret = await register(shop, inbox, "customer.created")
    await shop.steer("POST", "/faults", {"do": "deliver_twice", "event": r"^customer\."})
    await customer(shop)
    assert (await inbox.next(secret)).id == (await inbox.next(secret)).id


async def test_an_event_may_arrive_late_and_out_of_order(shop: Shop, inbox: Inbox) -> None:
    secret = await register(shop, inbox, "customer.created", "customer.deleted")
    await shop.steer("POST", "/faults", {"do": "deliver_late", "event": "created", "seconds": 3600})
    await shop.stripe.customers.delete_async(await customer(shop))
    assert (await inbox.next(secret)).type == "customer.deleted"
    await advance_until(shop, inbox, 3600)
    assert (await inbox.next(secret)).type == "customer.created"


async def test_an_event_may_never_arrive_and_still_be_read(shop: Shop, inbox: Inbox) -> None:
    secret = await register(shop, inbox, "customer.created", "customer.deleted")
    await shop.steer("POST", "/faults", {"do": "deliver_never", "psp": "stripe", "event": "created"})
    await shop.stripe.customers.delete_async(await customer(shop))
    assert (await inbox.next(secret)).type == "customer.deleted"
    await shop.steer("POST", "/clock", {"advance": 3600})
    assert inbox.posts.empty()
    assert await types(shop) == ["customer.created", "customer.deleted"]
    _, listed = await shop.raw("GET", "/v1/events?type=customer.created")
    assert len(listed["data"]) == 1
