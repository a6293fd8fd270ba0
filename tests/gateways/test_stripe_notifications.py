"""What Stripe reports by itself: delivered by the sandbox, signed, and read only if the signature holds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest
import stripe
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tests.gateways.rigs import DECLINED, a_purchase, a_shopper, authorized, new_key, opened
from tests.gateways.stripe_rig import StripeRig, kept_card
from tests.servers import serve

from billfold.domain.errors import Refused
from billfold.domain.money import Money
from billfold.domain.payments import Kind, Outcome
from billfold.gateways.protocol import Notification
from billfold.gateways.stripe.gateway import StripeGateway
from billfold.gateways.stripe.mapping import TOPICS

SECRET = "whsec_of_the_tests"


class Inbox:
    """A shop's address that Stripe reports to."""

    def __init__(self) -> None:
        self.reports: asyncio.Queue[tuple[Mapping[str, str], bytes]] = asyncio.Queue()
        self.app = Starlette(routes=[Route("/hook", self._receive, methods=["POST"])])

    async def _receive(self, request: Request) -> Response:
        self.reports.put_nowait((dict(request.headers), await request.body()))
        return Response()

    async def next(self, gateway: StripeGateway, topic: str) -> Notification:
        """The next report on that topic, read by the gateway; others are read too and must be readable."""
        while True:
            report = gateway.read_notification(*await asyncio.wait_for(self.reports.get(), 10))
            if report.topic == topic:
                return report


@pytest.fixture
def rig(sandbox: str, http: aiohttp.ClientSession, browser: aiohttp.ClientSession) -> StripeRig:
    return StripeRig(sandbox, http, browser)


@pytest.fixture
async def inbox(rig: StripeRig) -> AsyncIterator[Inbox]:
    """Connected: what happens at Stripe is reported there."""
    box = Inbox()
    async with serve(box.app) as url:
        details = await rig.gateway.connect(f"{url}/hook", key=new_key())
        assert details["webhook_endpoint_url"] == f"{url}/hook"
        rig.gateway = rig.account(**details)
        yield box
        await rig.gateway.disconnect()
        await rig.gateway.disconnect()


async def test_money_that_is_held_and_taken_is_reported(rig: StripeRig, inbox: Inbox) -> None:
    payment = await authorized(rig, a_purchase())
    held = await inbox.next(rig.gateway, "payment_intent.amount_capturable_updated")
    assert held.source == ("stripe_id", payment.source["stripe_id"])
    ((kind, verdict),) = held.transactions
    assert (kind, verdict.outcome, verdict.reference) == (Kind.AUTHORIZATION, Outcome.SUCCEEDED, payment.reference)
    captured = await rig.gateway.capture(payment.attempt(Kind.CAPTURE, 500))
    taken = await inbox.next(rig.gateway, "payment_intent.succeeded")
    assert [kind for kind, _ in taken.transactions] == [Kind.AUTHORIZATION, Kind.CAPTURE]
    assert taken.transactions[1][1].reference == captured.reference
    assert taken.transactions[1][1].amount == Money(500, "EUR")


async def test_a_declined_card_is_reported(rig: StripeRig, inbox: Inbox) -> None:
    payment = await opened(rig, a_purchase())
    await rig.customer_pays(payment, DECLINED)
    report = await inbox.next(rig.gateway, "payment_intent.payment_failed")
    assert [(kind, verdict.outcome) for kind, verdict in report.transactions] == [
        (Kind.AUTHORIZATION, Outcome.DECLINED)
    ]


async def test_a_void_is_reported(rig: StripeRig, inbox: Inbox) -> None:
    payment = await authorized(rig, a_purchase())
    await rig.gateway.void(payment.attempt(Kind.VOID))
    report = await inbox.next(rig.gateway, "payment_intent.canceled")
    assert [(kind, verdict.outcome) for kind, verdict in report.transactions] == [(Kind.VOID, Outcome.SUCCEEDED)]


async def test_a_refund_made_elsewhere_is_reported(rig: StripeRig, inbox: Inbox) -> None:
    payment = await authorized(rig, a_purchase())
    await rig.gateway.capture(payment.attempt(Kind.CAPTURE))
    made = await rig.ask("POST", "/v1/refunds", {"payment_intent": payment.reference or "", "amount": "300"})
    report = await inbox.next(rig.gateway, "refund.created")
    assert report.source == ("stripe_id", payment.reference)
    ((kind, verdict),) = report.transactions
    assert (kind, verdict.reference, verdict.amount) == (Kind.REFUND, made["id"], Money(300, "EUR"))


async def test_a_card_that_was_detached_is_reported(rig: StripeRig, inbox: Inbox) -> None:
    _, kept = await kept_card(rig)
    await rig.gateway.forget(kept.customer_token, kept.payment_source_token, key=new_key())
    report = await inbox.next(rig.gateway, "payment_method.detached")
    assert (report.detached, report.source) == (kept.payment_source_token, None)


async def test_a_card_with_a_new_expiry_date_is_reported(rig: StripeRig, inbox: Inbox) -> None:
    _, kept = await kept_card(rig)
    await rig.ask("POST", f"/v1/payment_methods/{kept.payment_source_token}", {"card[exp_year]": "2049"})
    report = await inbox.next(rig.gateway, "payment_method.updated")
    assert report.renewed is not None
    assert report.renewed.payment_source_token == kept.payment_source_token
    assert report.renewed.instrument["card_expiry_year"] == "2049"
    assert report.renewed.customer_token == kept.customer_token


async def test_a_report_delivered_twice_has_one_id(rig: StripeRig, inbox: Inbox) -> None:
    await rig.steer("POST", "/faults", {"do": "deliver_twice", "psp": "stripe", "event": "amount_capturable"})
    await authorized(rig, a_purchase())
    topic = "payment_intent.amount_capturable_updated"
    first, second = await inbox.next(rig.gateway, topic), await inbox.next(rig.gateway, topic)
    assert first == second


async def test_after_disconnecting_nothing_is_reported(rig: StripeRig, inbox: Inbox) -> None:
    await rig.gateway.disconnect()
    assert (await rig.ask("GET", "/v1/webhook_endpoints"))["data"] == []


async def test_connecting_twice_with_one_key_registers_once(rig: StripeRig) -> None:
    key = new_key()
    first, second = [await rig.gateway.connect("https://shop.example/hook", key=key) for _ in range(2)]
    assert first == second
    endpoints = (await rig.ask("GET", "/v1/webhook_endpoints"))["data"]
    assert [endpoint["enabled_events"] for endpoint in endpoints] == [list(TOPICS)]


def a_report(event: dict[str, Any], *, secret: str = SECRET, at: int | None = None) -> tuple[dict[str, str], bytes]:
    body = json.dumps(event)
    return {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body, secret, at)}, body.encode()


def an_event(topic: str = "payment_intent.processing", **more: Any) -> dict[str, Any]:
    intent = {"object": "payment_intent", "id": "pi_1", "status": "processing", "amount": 1, "currency": "eur"}
    return {"id": "evt_1", "object": "event", "type": topic, "data": {"object": intent}, **more}


@pytest.fixture
async def reader(browser: aiohttp.ClientSession) -> StripeGateway:
    return StripeGateway({"login": "sk_test_x", "webhook_endpoint_secret": SECRET}, browser)


async def test_a_report_signed_by_stripe_is_read(reader: StripeGateway) -> None:
    report = reader.read_notification(*a_report(an_event()))
    assert (report.id, report.topic, report.source) == ("evt_1", "payment_intent.processing", ("stripe_id", "pi_1"))


@pytest.mark.parametrize("header", ["Stripe-Signature", "stripe-signature", "STRIPE-SIGNATURE"])
async def test_header_names_may_come_in_any_case(reader: StripeGateway, header: str) -> None:
    headers, body = a_report(an_event())
    assert reader.read_notification({header: headers["Stripe-Signature"]}, body).id == "evt_1"


async def test_a_report_signed_with_another_secret_is_refused(reader: StripeGateway) -> None:
    with pytest.raises(Refused):
        reader.read_notification(*a_report(an_event(), secret="whsec_of_somebody_else"))


async def test_a_report_that_was_changed_on_the_way_is_refused(reader: StripeGateway) -> None:
    headers, body = a_report(an_event())
    with pytest.raises(Refused):
        reader.read_notification(headers, body.replace(b"pi_1", b"pi_2"))


async def test_a_report_without_a_signature_is_refused(reader: StripeGateway) -> None:
    for headers in ({}, {"Stripe-Signature": ""}, {"Stripe-Signature": "nonsense"}):
        with pytest.raises(Refused):
            reader.read_notification(headers, b"{}")


async def test_a_report_that_is_more_than_five_minutes_old_is_refused(reader: StripeGateway) -> None:
    with pytest.raises(Refused):
        reader.read_notification(*a_report(an_event(), at=1_700_000_000))


async def test_a_gateway_without_a_secret_believes_nobody(browser: aiohttp.ClientSession) -> None:
    with pytest.raises(Refused):
        StripeGateway({"login": "sk_test_x"}, browser).read_notification(*a_report(an_event(), secret=""))


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id": 1, "type": "x", "data": []}', b"\xff\xfe", b"nonsense"])
async def test_a_signed_report_that_is_no_event_is_refused(reader: StripeGateway, body: bytes) -> None:
    text = body.decode("latin-1")
    signature = stripe.WebhookSignature.generate_signature_header(text, SECRET)
    with pytest.raises(Refused):
        reader.read_notification({"Stripe-Signature": signature}, body)


async def test_a_report_about_something_unknown_is_read_and_says_nothing(reader: StripeGateway) -> None:
    event = {**an_event("radar.early_fraud_warning.created"), "data": {"object": {"id": "issfr_1", "object": "x"}}}
    assert reader.read_notification(*a_report(event)) == Notification("evt_1", "radar.early_fraud_warning.created")


async def test_a_report_about_another_connected_account_says_nothing(browser: aiohttp.ClientSession) -> None:
    settings = {"login": "sk_test_x", "webhook_endpoint_secret": SECRET, "connected_account": "acct_ours"}
    reader = StripeGateway(settings, browser)
    theirs = reader.read_notification(*a_report(an_event(account="acct_theirs")))
    ours = reader.read_notification(*a_report(an_event(account="acct_ours")))
    assert (theirs.source, theirs.transactions) == (None, ())
    assert ours.source == ("stripe_id", "pi_1")


async def test_a_shopper_is_never_named_in_what_a_report_leaves_behind(rig: StripeRig, inbox: Inbox) -> None:
    await authorized(rig, a_purchase(shopper=a_shopper()))
    report = await inbox.next(rig.gateway, "payment_intent.amount_capturable_updated")
    assert "jenny@example.com" not in repr(report)
    assert "client_secret" not in report.details
