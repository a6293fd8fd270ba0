"""Klarna against the sandbox: the contract, and what only Klarna has."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from tests.gateways.contract import KeepsToTheLimits, MovesMoney, SurvivesTrouble
from tests.gateways.klarna_rig import KlarnaRig
from tests.gateways.listening import Ear
from tests.gateways.rigs import Moved, Payment, a_purchase, a_shopper, authorized, new_key, opened
from tests.gateways.wallet_contract import KeepsASource

from billfold.domain.errors import (
    GatewayMisconfigured,
    GatewayTrouble,
    GatewayUnreachable,
    OutcomeUnknown,
    Refused,
)
from billfold.domain.money import Money
from billfold.domain.payments import Kind, Outcome
from billfold.gateways.klarna.gateway import digest
from billfold.gateways.protocol import Kept


@pytest.fixture
def rig(sandbox: str, http: aiohttp.ClientSession, browser: aiohttp.ClientSession) -> KlarnaRig:
    return KlarnaRig(sandbox, http, browser)


class TestContract(MovesMoney, KeepsToTheLimits, SurvivesTrouble, KeepsASource):
    pass


# --- sessions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("registered", "intent"), [(True, "buy_and_tokenize"), (False, "buy")])
async def test_only_registered_customers_are_asked_whether_they_may_be_charged_later(
    rig: KlarnaRig, registered: bool, intent: str
) -> None:
    payment = await opened(rig, a_purchase(shopper=a_shopper() if registered else None))
    session = await rig.ask(f"/payments/v1/sessions/{payment.source['session_id']}")
    assert (session["intent"], payment.source["intent"]) == (intent, intent)


async def test_the_source_carries_what_the_browser_needs_and_no_token_yet(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase())
    assert payment.source["client_token"]
    assert payment.source["payment_methods"][0]["identifier"]
    assert payment.source["auth_token"] is None


async def test_a_session_speaks_the_orders_language_and_country(rig: KlarnaRig) -> None:
    payment = await opened(rig, replace(a_purchase(), language_code="it-IT", country_code="it"))
    session = await rig.ask(f"/payments/v1/sessions/{payment.source['session_id']}")
    assert (session["locale"], session["purchase_country"]) == ("it-IT", "IT")


async def test_without_an_auth_token_the_refusal_names_it(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase())
    with pytest.raises(Refused) as refused:
        await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    assert (refused.value.error, refused.value.at) == ("blank", "auth_token")


async def test_a_token_that_the_browser_lost_is_found_by_refreshing(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase())
    await rig.customer_pays(payment)
    token = payment.source.pop("auth_token")
    assert (await rig.gateway.refresh(payment.source))[0] == {"auth_token": token}


async def test_a_new_amount_voids_what_the_customer_agreed_to(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase(1000))
    await rig.customer_pays(payment)
    assert (await rig.gateway.update(a_purchase(2000), payment.source))["auth_token"] is None


async def test_a_session_that_is_over_is_expired(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase())
    await rig.customer_pays(payment)
    await rig.steer("POST", "/clock", {"advance": 49 * 3600})
    for ask in (
        rig.gateway.authorize(payment.purchase, payment.source, key=new_key()),
        rig.gateway.update(payment.purchase, payment.source),
        rig.gateway.refresh(payment.source),
    ):
        with pytest.raises(Refused) as refused:
            await ask
        assert refused.value.error == "expired"


async def test_an_authorization_older_than_an_hour_holds_nothing(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase(shopper=a_shopper()))
    await rig.customer_pays(payment)
    await rig.steer("POST", "/clock", {"advance": 3601})
    verdict = await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    assert (verdict.outcome, verdict.decline) == (Outcome.FAILED, "expired")
    with pytest.raises(Refused) as refused:
        await rig.gateway.keep(payment.purchase, payment.source, key=new_key())
    assert refused.value.error == "expired"


async def test_lines_that_the_page_told_klarna_are_the_ones_that_are_ordered(rig: KlarnaRig) -> None:
    """Pages send the amounts again with Klarna.js; what they say of single lines may differ from what we said."""
    payment = await opened(rig, a_purchase(1234))
    lines = [{"name": "Two halves", "quantity": 2, "unit_price": 617, "total_amount": 1234}]
    await rig.customer_pays(payment, order_lines=lines, order_amount=1234)
    verdict = await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    assert verdict.outcome is Outcome.SUCCEEDED
    order = await rig.ask(f"/ordermanagement/v1/orders/{verdict.reference}")
    assert [line["name"] for line in order["order_lines"]] == ["Two halves"]
    assert order["merchant_reference1"] == payment.purchase.number


async def test_a_page_that_tells_klarna_a_smaller_amount_gets_nothing_for_it(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase(1234))
    lines = [{"name": "Bargain", "quantity": 1, "unit_price": 1, "total_amount": 1}]
    await rig.customer_pays(payment, order_lines=lines, order_amount=1, order_tax_amount=0)
    with pytest.raises(Refused) as refused:
        await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    assert refused.value.error == "mismatched_amounts"


async def test_discarding_releases_what_the_customer_agreed_to(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase())
    await rig.customer_pays(payment)
    await rig.gateway.discard(payment.source)
    verdict = await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    assert verdict.outcome is Outcome.FAILED


async def test_discarding_leaves_a_placed_order_alone(rig: KlarnaRig) -> None:
    payment = await authorized(rig, a_purchase())
    await rig.gateway.discard(payment.source)
    assert await rig.moved(payment.reference or "") == Moved(authorized=1234)


# --- tokens -----------------------------------------------------------------------------------------------------------


async def test_the_customer_token_is_made_before_the_order(rig: KlarnaRig, ear: Ear) -> None:
    payment = await authorized(rig, a_purchase(shopper=a_shopper()))
    posts = [asked.path.rpartition("/")[2] for asked in ear.heard if asked.method == "POST"]
    assert posts == ["sessions", "customer-token", "order"]
    assert payment.source["customer_token_id"] in await rig.kept()


async def test_a_guest_is_given_no_token(rig: KlarnaRig) -> None:
    payment = await authorized(rig, a_purchase())
    assert not payment.source.get("customer_token_id")
    assert await rig.kept() == []


async def test_who_registered_after_agreeing_is_charged_and_not_kept(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase())
    await rig.customer_pays(payment)
    later = replace(payment.purchase, shopper=a_shopper())
    verdict = await rig.gateway.authorize(later, payment.source, key=new_key())
    assert verdict.outcome is Outcome.SUCCEEDED
    payment.learn(verdict)
    with pytest.raises(Refused) as refused:
        await rig.gateway.keep(later, payment.source, key=new_key())
    assert refused.value.error == "not_reusable"


async def test_a_token_is_stored_even_if_the_order_fails(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase(shopper=a_shopper()))
    await rig.customer_pays(payment)
    await rig.strike("error", "authorizations/[^/]+/order")
    with pytest.raises(OutcomeUnknown) as unknown:
        await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    assert [unknown.value.learned["customer_token_id"]] == await rig.kept()


async def test_a_token_that_cannot_be_made_does_not_stop_the_order(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase(shopper=a_shopper()))
    await rig.customer_pays(payment)
    body = {"error_code": "INVALID_OPERATION", "error_messages": ["No."], "correlation_id": "x"}
    fault = {"do": "status", "psp": "klarna", "path": "customer-token", "status": 403, "body": body}
    await rig.steer("POST", "/faults", fault)
    verdict = await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    assert verdict.outcome is Outcome.SUCCEEDED
    assert not verdict.details.get("customer_token_id")


async def test_when_nobody_knows_whether_a_token_was_made_nothing_is_ordered(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase(shopper=a_shopper()))
    await rig.customer_pays(payment)
    await rig.strike("drop", "customer-token")
    with pytest.raises(GatewayTrouble):
        await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    await rig.heal()
    assert (await rig.gateway.look_up(payment.attempt(Kind.AUTHORIZATION))).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("instrument", "name", "shown"),
    [
        ("card", "VISA XXXX-XXXX-XXXX-1111", {"card_type": "visa", "card_last_digits": "1111"}),
        ("direct_debit", "Klarna direct debit XX124", {"card_last_digits": "124"}),
        ("invoice", "Klarna invoice", {}),
    ],
)
async def test_an_entry_is_called_what_klarna_says_of_the_instrument(
    rig: KlarnaRig, instrument: str, name: str, shown: dict[str, str]
) -> None:
    payment = await opened(rig, a_purchase(shopper=a_shopper()))
    await rig.customer_pays(payment, instrument=instrument)
    kept = await rig.gateway.keep(payment.purchase, payment.source, key=new_key())
    assert kept.name == name
    assert {"issuer": "klarna", "issuer_type": "klarna", **shown}.items() <= kept.instrument.items()
    assert kept.customer_token is None


async def test_two_tokens_of_one_session_show_up_as_one_instrument(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase(shopper=a_shopper()))
    await rig.customer_pays(payment)
    first, second = [await account.keep(payment.purchase, payment.source, key=new_key()) for account in two(rig)]
    assert first.payment_source_token != second.payment_source_token
    assert first.fingerprint == second.fingerprint


def two(rig: KlarnaRig) -> tuple[Any, Any]:
    """The same account in two processes."""
    return rig.account(), rig.account()


async def kept_by_klarna(rig: KlarnaRig) -> tuple[Payment, Kept]:
    payment = await authorized(rig, a_purchase(shopper=a_shopper()))
    return payment, await rig.gateway.keep(payment.purchase, payment.source, key=new_key())


async def reused(rig: KlarnaRig, kept: Kept, former: Payment, **changes: Any) -> Payment:
    purchase = replace(a_purchase(777), shopper=former.purchase.shopper, **changes)
    start = dict(rig.gateway.reuse(kept))
    return Payment(purchase, {**start, **await rig.gateway.prepare(purchase, start, key=new_key())})


async def test_a_reused_source_shows_what_clients_tell_it_by(rig: KlarnaRig) -> None:
    former, kept = await kept_by_klarna(rig)
    payment = await reused(rig, kept, former)
    assert payment.source["auth_token"]
    assert payment.source["payment_instrument"] == kept.instrument
    assert payment.source["session_id"] is None
    assert await rig.gateway.update(payment.purchase, payment.source) == {}


async def test_a_reused_source_can_be_saved_again_and_is_the_same_instrument(rig: KlarnaRig) -> None:
    former, kept = await kept_by_klarna(rig)
    payment = await reused(rig, kept, former)
    again = await rig.gateway.keep(payment.purchase, payment.source, key=new_key())
    assert again.payment_source_token == kept.payment_source_token


@pytest.mark.parametrize(
    ("change", "outcome", "decline"),
    [
        ({"outcome": "rejected"}, Outcome.DECLINED, "payment_method_failed"),
        ({"outcome": "unavailable"}, Outcome.DECLINED, "unavailable_payment_method"),
        ({"status": "SUSPENDED"}, Outcome.FAILED, "token_suspended"),
        ({"status": "CANCELLED"}, Outcome.FAILED, "token_cancelled"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
async def test_a_token_that_cannot_be_charged_says_why(
    rig: KlarnaRig, change: dict[str, str], outcome: Outcome, decline: str
) -> None:
    former, kept = await kept_by_klarna(rig)
    payment = await reused(rig, kept, former)
    await rig.steer("POST", f"/klarna/tokens/{kept.payment_source_token}", change)
    verdict = await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    assert (verdict.outcome, verdict.decline) == (outcome, decline)


async def test_a_token_that_was_cancelled_is_not_recognised(rig: KlarnaRig) -> None:
    _, kept = await kept_by_klarna(rig)
    await rig.gateway.forget(None, kept.payment_source_token, key=new_key())
    with pytest.raises(Refused) as refused:
        await rig.gateway.recognise(None, kept.payment_source_token)
    assert refused.value.error == "not_reusable"


async def test_a_dropped_answer_to_a_token_order_is_asked_for_again_under_its_key(rig: KlarnaRig) -> None:
    former, kept = await kept_by_klarna(rig)
    payment = await reused(rig, kept, former)
    fault = {"do": "drop", "psp": "klarna", "method": "POST", "path": "tokens/.*/order"}
    await rig.steer("POST", "/faults", fault)
    verdict = await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    assert verdict.outcome is Outcome.SUCCEEDED
    report = await rig.steer("GET", "/ledger")
    assert [entry["amount"] for entry in report["entries"] if entry["amount"] == 777] == [777]


async def test_a_token_order_that_klarna_never_answered_stays_open_until_it_is_asked_again(rig: KlarnaRig) -> None:
    former, kept = await kept_by_klarna(rig)
    payment = await reused(rig, kept, former)
    key = new_key()
    await rig.strike("drop", "tokens/.*/order")
    with pytest.raises(OutcomeUnknown):
        await rig.gateway.authorize(payment.purchase, payment.source, key=key)
    await rig.heal()
    assert (await rig.gateway.look_up(payment.attempt(Kind.AUTHORIZATION, key=key))).outcome is Outcome.PENDING
    verdict = await rig.gateway.authorize(payment.purchase, payment.source, key=key)
    assert await rig.moved(verdict.reference or "") == Moved(authorized=777)
    report = await rig.steer("GET", "/ledger")
    assert len([entry for entry in report["entries"] if entry["amount"] == 777]) == 1


# --- orders -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("auto_capture", [False, True])
async def test_a_dropped_answer_to_an_order_is_found_by_looking_it_up(rig: KlarnaRig, auto_capture: bool) -> None:
    payment = await opened(rig, a_purchase(auto_capture=auto_capture))
    await rig.customer_pays(payment)
    await rig.strike("drop", "authorizations/[^/]+/order")
    with pytest.raises(OutcomeUnknown):
        await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    await rig.heal()
    found = await rig.gateway.look_up(payment.attempt(Kind.AUTHORIZATION))
    assert (found.outcome, found.captured) == (Outcome.SUCCEEDED, auto_capture)
    assert (await rig.moved(found.reference or "")).authorized == 1234
    assert found.details["klarna_order_id"] == found.reference


async def test_an_order_that_klarna_looks_into_is_pending_until_it_has(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase())
    await rig.customer_pays(payment, outcome="pending")
    verdict = payment.learn(await rig.gateway.authorize(payment.purchase, payment.source, key=new_key()))
    assert verdict.outcome is Outcome.PENDING
    attempt = payment.attempt(Kind.AUTHORIZATION)
    assert (await rig.gateway.look_up(attempt)).outcome is Outcome.PENDING
    await rig.steer("POST", f"/klarna/orders/{verdict.reference}/fraud", {"fraud_status": "ACCEPTED"})
    assert (await rig.gateway.look_up(attempt)).outcome is Outcome.SUCCEEDED


async def test_an_order_that_klarna_rejects_afterwards_is_declined(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase())
    await rig.customer_pays(payment, outcome="pending")
    verdict = payment.learn(await rig.gateway.authorize(payment.purchase, payment.source, key=new_key()))
    await rig.steer("POST", f"/klarna/orders/{verdict.reference}/fraud", {"fraud_status": "REJECTED"})
    assert (await rig.gateway.look_up(payment.attempt(Kind.AUTHORIZATION))).outcome is Outcome.DECLINED
    assert await rig.moved(verdict.reference or "") == Moved(authorized=1234, voided=1234)


async def test_an_order_can_be_captured_several_times(rig: KlarnaRig) -> None:
    payment = await authorized(rig, a_purchase())
    first = await rig.gateway.capture(payment.attempt(Kind.CAPTURE, 1000))
    second = await rig.gateway.capture(payment.attempt(Kind.CAPTURE, 234))
    assert first.outcome is second.outcome is Outcome.SUCCEEDED
    assert first.reference != second.reference
    assert (await rig.moved(payment.reference or "")).captured == 1234


async def test_a_void_repeated_is_a_void(rig: KlarnaRig) -> None:
    payment = await authorized(rig, a_purchase())
    for _ in range(2):
        assert (await rig.gateway.void(payment.attempt(Kind.VOID))).outcome is Outcome.SUCCEEDED
    assert (await rig.moved(payment.reference or "")).voided == 1234


async def test_a_refund_of_an_unknown_order_is_never_guessed(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase())
    with pytest.raises(OutcomeUnknown):
        await rig.gateway.look_up(payment.attempt(Kind.REFUND))


async def test_writes_of_order_management_carry_a_key_made_of_ours(rig: KlarnaRig, ear: Ear) -> None:
    payment = await authorized(rig, a_purchase())
    attempt = payment.attempt(Kind.CAPTURE, 100)
    await rig.gateway.capture(attempt)
    await rig.gateway.capture(attempt)
    await rig.gateway.capture(payment.attempt(Kind.CAPTURE, 100))
    keys = [a.headers["Klarna-Idempotency-Key"] for a in ear.heard if a.path.endswith("/captures")]
    assert len(keys) == 3
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize(
    ("status", "code", "trouble"),
    [
        (429, "TOO_MANY_REQUESTS", GatewayUnreachable),
        (403, "MERCHANT_INACTIVE", GatewayMisconfigured),
        (409, "CONFLICT", OutcomeUnknown),
        (503, "SERVICE_UNAVAILABLE", OutcomeUnknown),
        (302, "MOVED", OutcomeUnknown),
    ],
)
async def test_klarnas_troubles_are_told_apart(
    rig: KlarnaRig, status: int, code: str, trouble: type[Exception]
) -> None:
    payment = await authorized(rig, a_purchase())
    body = {"error_code": code, "error_messages": ["No."], "correlation_id": "x"}
    fault = {"do": "status", "psp": "klarna", "path": "captures", "status": status, "body": body, "times": None}
    await rig.steer("POST", "/faults", fault)
    with pytest.raises(trouble):
        await rig.gateway.capture(payment.attempt(Kind.CAPTURE))


async def test_an_unreadable_order_is_an_unknown_outcome(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase())
    await rig.customer_pays(payment)
    fault = {"do": "status", "psp": "klarna", "path": "/order$", "status": 200, "body": "<html>", "times": None}
    await rig.steer("POST", "/faults", fault)
    with pytest.raises(OutcomeUnknown):
        await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())


# --- reports ----------------------------------------------------------------------------------------------------------


async def test_klarna_is_told_where_to_report_to_with_every_session(rig: KlarnaRig) -> None:
    settings = await rig.gateway.connect("https://shop.example/hook/secret", key=new_key())
    rig.gateway = rig.account(**settings)
    payment = await opened(rig, a_purchase())
    session = await rig.ask(f"/payments/v1/sessions/{payment.source['session_id']}")
    assert session["merchant_urls"]["authorization"] == "https://shop.example/hook/secret"
    await rig.gateway.disconnect()


async def test_klarna_is_given_no_address_that_it_would_not_call(rig: KlarnaRig) -> None:
    rig.gateway = rig.account(notification_url="http://127.0.0.1/hook")
    payment = await opened(rig, a_purchase())
    assert "merchant_urls" not in await rig.ask(f"/payments/v1/sessions/{payment.source['session_id']}")


def test_a_report_of_klarnas_is_a_hint_and_says_nothing_of_money(rig: KlarnaRig) -> None:
    body = json.dumps({"session_id": "s-1", "authorization_token": "t-1"}).encode()
    report = rig.gateway.read_notification({}, body)
    assert (report.topic, report.source) == ("authorization", ("session_id", "s-1"))
    assert (report.transactions, report.details) == ((), {})
    assert rig.gateway.read_notification({}, body).id == report.id
    body = json.dumps({"order_id": "o-1", "event_type": "FRAUD_RISK_ACCEPTED"}).encode()
    report = rig.gateway.read_notification({}, body)
    assert (report.topic, report.source) == ("FRAUD_RISK_ACCEPTED", ("klarna_order_id", "o-1"))


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[]", b"{}", b'{"session_id": 1}', b'{"session_id": "s"}'])
def test_what_is_no_report_of_klarnas_is_refused(rig: KlarnaRig, body: bytes) -> None:
    with pytest.raises(Refused):
        rig.gateway.read_notification({}, body)


# --- the digest, and the judge ----------------------------------------------------------------------------------------


async def test_the_digest_names_klarnas_order_and_what_a_wallet_entry_is_found_by(rig: KlarnaRig) -> None:
    payment, kept = await kept_by_klarna(rig)
    assert digest(payment.source) == {
        "type": "klarna_payment",
        "klarna_id": payment.reference,
        "payment_method_id": kept.payment_source_token,
    }
    assert digest({}) == {"type": "klarna_payment"}


async def test_the_judge_hears_what_is_sent_and_bites(rig: KlarnaRig, ear: Ear) -> None:
    if "klarna" not in ear.judges:
        pytest.skip("Klarna's OpenAPI descriptions are missing: set BILLFOLD_SPECS to the folder that has them.")
    with pytest.raises(Refused):
        await opened(rig, replace(a_purchase(), country_code="GERMANY"))
    assert any("purchase_country" in violation for violation in ear.violations)
    ear.violations.clear()


async def test_sixteen_who_keep_at_once_make_one_token(rig: KlarnaRig) -> None:
    payment = await opened(rig, a_purchase(shopper=a_shopper()))
    await rig.customer_pays(payment)
    kept = await asyncio.gather(*(rig.gateway.keep(payment.purchase, payment.source, key=new_key()) for _ in range(16)))
    assert len({one.payment_source_token for one in kept}) == len(await rig.kept()) == 1


async def test_a_partial_release_is_what_was_left_over(rig: KlarnaRig) -> None:
    payment = await authorized(rig, a_purchase())
    await rig.gateway.capture(payment.attempt(Kind.CAPTURE, 1000))
    attempt = payment.attempt(Kind.VOID, 234)
    await rig.gateway.void(attempt)
    seen = await rig.gateway.look_up(attempt)
    assert (seen.outcome, seen.amount) == (Outcome.SUCCEEDED, Money(234, "EUR"))
