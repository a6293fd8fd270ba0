"""Stripe against the sandbox: the contract, and what only Stripe has."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from tests.gateways.contract import KeepsToTheLimits, MovesMoney, SurvivesTrouble
from tests.gateways.listening import Ear
from tests.gateways.rigs import (
    Moved,
    a_purchase,
    a_shopper,
    authorized,
    new_key,
    opened,
)
from tests.gateways.stripe_rig import StripeRig, kept_card, reused
from tests.gateways.wallet_contract import AsksTheCustomer, KeepsASource

from billfold.domain.errors import GatewayMisconfigured, GatewayUnreachable, OutcomeUnknown, Refused
from billfold.domain.money import Money
from billfold.domain.payments import Kind, Outcome
from billfold.gateways.protocol import Shopper
from billfold.gateways.stripe.gateway import digest


@pytest.fixture
def rig(sandbox: str, http: aiohttp.ClientSession, browser: aiohttp.ClientSession) -> StripeRig:
    return StripeRig(sandbox, http, browser)


class TestContract(MovesMoney, KeepsToTheLimits, SurvivesTrouble, KeepsASource, AsksTheCustomer):
    pass


# --- what an intent is made of ----------------------------------------------------------------------------------------


async def test_a_guests_intent_has_no_customer_and_announces_nothing(rig: StripeRig) -> None:
    intent = await rig.intent(await opened(rig, a_purchase()))
    assert intent["customer"] is None
    assert intent["setup_future_usage"] is None
    assert "setup_future_usage" not in intent["payment_method_options"]["card"]


async def test_a_registered_customers_intent_announces_later_use_for_each_type_and_not_as_a_whole(
    rig: StripeRig,
) -> None:
    payment = await opened(rig, a_purchase(shopper=a_shopper()))
    intent = await rig.intent(payment)
    assert payment.purchase.shopper
    assert intent["customer"] == payment.purchase.shopper.customer_token
    assert intent["setup_future_usage"] is None
    assert intent["payment_method_options"]["card"]["setup_future_usage"] == "off_session"


async def test_what_the_client_says_of_later_use_is_heard(rig: StripeRig) -> None:
    payment = await opened(rig, a_purchase(shopper=a_shopper()), options={"setup_future_usage": "on_session"})
    intent = await rig.intent(payment)
    assert intent["setup_future_usage"] == "on_session"
    assert "setup_future_usage" not in intent["payment_method_options"]["card"]


async def test_an_intent_says_which_order_it_is_for(rig: StripeRig) -> None:
    payment = await opened(rig, a_purchase(), options={"metadata": {"order_id": "another", "color": "red"}})
    intent = await rig.intent(payment)
    assert intent["metadata"] == {
        "order_id": payment.purchase.order_id,
        "number": payment.purchase.number,
        "color": "red",
    }
    assert intent["description"] == f"Order {payment.purchase.number}"


@pytest.mark.parametrize(
    "wish",
    [
        {"amount": 1},
        {"currency": "usd"},
        {"capture_method": "automatic"},
        {"confirm": True},
        {"off_session": True},
        {"application_fee_amount": 1},
        {"transfer_data": {"destination": "acct_thief"}},
        {"on_behalf_of": "acct_thief"},
        {"payment_method_options": {"card": {"moto": True}}},
        {"object": "payment_method", "card": {"brand": "visa"}},
    ],
    ids=lambda wish: str(next(iter(wish))),
)
async def test_what_is_the_merchants_to_decide_is_not_heard_from_the_client(
    rig: StripeRig, wish: dict[str, Any]
) -> None:
    intent = await rig.intent(await opened(rig, a_purchase(), options=wish))
    assert (intent["amount"], intent["currency"], intent["capture_method"]) == (1234, "eur", "manual")
    assert intent["status"] == "requires_payment_method"
    assert intent["transfer_data"] is intent["on_behalf_of"] is intent["application_fee_amount"] is None


async def test_another_customers_id_in_the_options_is_forgotten(rig: StripeRig) -> None:
    victim = await rig.gateway.enroll(a_shopper(), key=new_key())
    for purchase in (a_purchase(), a_purchase(shopper=a_shopper())):
        payment = await opened(rig, purchase, options={"customer": victim, "payment_method": None})
        assert (await rig.intent(payment))["customer"] != victim
        assert payment.source["options"].get("customer") != victim


async def test_a_gateway_takes_cards_unless_it_is_told_to_take_all_that_is_enabled(rig: StripeRig) -> None:
    assert (await rig.intent(await opened(rig, a_purchase())))["payment_method_types"] == ["card"]
    rig.gateway = rig.account(auto_payments=True)
    intent = await rig.intent(await opened(rig, a_purchase(auto_capture=True)))
    assert intent["automatic_payment_methods"] == {"enabled": True, "allow_redirects": "always"}
    assert "ideal" in intent["payment_method_types"]


async def test_the_source_carries_what_the_browser_needs(rig: StripeRig) -> None:
    payment = await opened(rig, a_purchase())
    assert payment.source["stripe_id"].startswith("pi_")
    assert payment.source["client_secret"].startswith(payment.source["stripe_id"] + "_secret_")
    assert payment.source["publishable_key"] == "pk_test_sandbox"


async def test_an_amount_too_small_for_stripe_is_refused_with_stripes_reason(rig: StripeRig) -> None:
    with pytest.raises(Refused) as refused:
        await opened(rig, a_purchase(10))
    assert refused.value.error == "amount_too_small"


# --- an intent of the client's own ------------------------------------------------------------------------------------


async def test_an_intent_that_the_client_made_is_taken_over(rig: StripeRig) -> None:
    payment = await opened(rig, a_purchase())
    sent = {name: payment.source[name] for name in ("stripe_id", "client_secret")}
    taken = await rig.gateway.prepare(payment.purchase, sent, key=new_key())
    assert taken["stripe_id"] == payment.source["stripe_id"]
    only_secret = {"client_secret": sent["client_secret"]}
    assert (await rig.gateway.prepare(payment.purchase, only_secret, key=new_key()))["stripe_id"] == sent["stripe_id"]


async def test_an_intent_is_not_taken_over_by_those_who_do_not_know_its_secret(rig: StripeRig) -> None:
    payment = await authorized(rig, a_purchase())
    for secret in ({}, {"client_secret": "guessed"}, {"client_secret": f"{payment.source['stripe_id']}_secret_x"}):
        with pytest.raises(Refused) as refused:
            await rig.gateway.prepare(
                payment.purchase, {"stripe_id": payment.source["stripe_id"], **secret}, key=new_key()
            )
        assert refused.value.error == "mismatched_secret"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"amount": Money(9999, "EUR")}, "mismatched_amounts"),
        ({"amount": Money(1234, "USD")}, "mismatched_amounts"),
        ({"order_id": "another"}, "mismatched_order"),
        ({"shopper": Shopper("x", "x@example.com", "cus_other")}, "mismatched_customer"),
    ],
)
async def test_an_intent_for_something_else_is_not_taken_over(
    rig: StripeRig, change: dict[str, Any], error: str
) -> None:
    payment = await opened(rig, a_purchase(shopper=a_shopper()))
    sent = {name: payment.source[name] for name in ("stripe_id", "client_secret")}
    with pytest.raises(Refused) as refused:
        await rig.gateway.prepare(replace(payment.purchase, **change), sent, key=new_key())
    assert refused.value.error == error


# --- trouble ----------------------------------------------------------------------------------------------------------


async def test_one_dropped_answer_is_asked_for_again_and_acts_once(rig: StripeRig) -> None:
    payment = await authorized(rig, a_purchase())
    await rig.steer("POST", "/faults", {"do": "drop", "psp": "stripe", "method": "POST", "path": "capture"})
    verdict = await rig.gateway.capture(payment.attempt(Kind.CAPTURE))
    assert verdict.outcome is Outcome.SUCCEEDED
    assert (await rig.moved(payment.reference or "")).captured == 1234


async def test_a_dropped_answer_to_a_confirmation_is_found_by_looking_it_up(rig: StripeRig) -> None:
    former, kept = await kept_card(rig)
    payment = await reused(rig, kept, former)
    await rig.strike("drop", "confirm")
    with pytest.raises(OutcomeUnknown):
        await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    await rig.heal()
    found = await rig.gateway.look_up(payment.attempt(Kind.AUTHORIZATION))
    assert found.outcome is Outcome.SUCCEEDED
    assert (await rig.moved(found.reference or "")).authorized == 777


@pytest.mark.parametrize(
    ("status", "error", "trouble"),
    [
        (429, {"type": "invalid_request_error", "code": "rate_limit", "message": "Slow down."}, GatewayUnreachable),
        (400, {"type": "idempotency_error", "message": "Keys for idempotent requests…"}, OutcomeUnknown),
        (403, {"type": "invalid_request_error", "message": "Not your account."}, GatewayMisconfigured),
        (503, {"type": "api_error", "message": "Down."}, OutcomeUnknown),
    ],
)
async def test_stripes_troubles_are_told_apart(
    rig: StripeRig, status: int, error: dict[str, str], trouble: type[Exception]
) -> None:
    payment = await authorized(rig, a_purchase())
    fault = {"do": "status", "psp": "stripe", "path": "capture", "status": status, "body": {"error": error}}
    await rig.steer("POST", "/faults", {**fault, "times": None})
    with pytest.raises(trouble):
        await rig.gateway.capture(payment.attempt(Kind.CAPTURE))


async def test_an_unreadable_answer_leaves_the_outcome_unknown(rig: StripeRig) -> None:
    payment = await authorized(rig, a_purchase())
    fault = {"do": "status", "psp": "stripe", "path": "capture", "status": 200, "body": "<html>", "acts": True}
    await rig.steer("POST", "/faults", {**fault, "times": None})
    with pytest.raises(OutcomeUnknown):
        await rig.gateway.capture(payment.attempt(Kind.CAPTURE))


async def test_a_refund_that_takes_its_time_is_pending(rig: StripeRig) -> None:
    payment = await opened(rig, a_purchase())
    await rig.pay_with(payment, "4000000000007726")
    payment.learn(await rig.gateway.authorize(payment.purchase, payment.source, key=new_key()))
    captured = await rig.gateway.capture(payment.attempt(Kind.CAPTURE))
    attempt = replace(payment.attempt(Kind.REFUND, 100), reference=captured.reference)
    assert payment.reference
    verdict = await rig.gateway.refund(attempt, captured=payment.purchase.amount, authorization=payment.reference)
    assert verdict.outcome is Outcome.PENDING
    assert (await rig.gateway.look_up(attempt)).outcome is Outcome.PENDING


async def test_discarding_lets_go_of_what_the_customer_already_confirmed(rig: StripeRig) -> None:
    payment = await opened(rig, a_purchase())
    await rig.customer_pays(payment)
    await rig.gateway.discard(payment.source)
    assert await rig.moved(payment.source["stripe_id"]) == Moved(authorized=1234, voided=1234)
    with pytest.raises(Refused) as refused:
        await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    assert refused.value.error == "expired"


async def test_the_amount_cannot_be_changed_once_the_money_is_held(rig: StripeRig) -> None:
    payment = await authorized(rig, a_purchase())
    with pytest.raises(Refused):
        await rig.gateway.update(replace(payment.purchase, amount=Money(1, "EUR")), payment.source)


async def test_every_request_that_moves_money_carries_a_key_of_ours(rig: StripeRig, ear: Ear) -> None:
    payment = await authorized(rig, a_purchase(shopper=a_shopper()))
    attempt = payment.attempt(Kind.CAPTURE)
    captured = await rig.gateway.capture(attempt)
    assert payment.reference
    await rig.gateway.refund(
        replace(payment.attempt(Kind.REFUND, 1), reference=captured.reference),
        captured=payment.purchase.amount,
        authorization=payment.reference,
    )
    keys = [asked.headers["Idempotency-Key"] for asked in ear.heard if asked.method == "POST"]
    assert all(key.startswith("billfold-") for key in keys)
    assert len(keys) == len(set(keys)) == 4
    assert f"billfold-{attempt.key}-capture" in keys


async def test_a_connected_account_is_named_with_every_request_but_those_of_the_platform(
    rig: StripeRig, ear: Ear
) -> None:
    rig.gateway = rig.account(connected_account="acct_shop")
    payment = await opened(rig, a_purchase())
    assert payment.source["connected_account"] == "acct_shop"
    assert [asked.headers.get("Stripe-Account") for asked in ear.heard] == ["acct_shop"]
    with suppress(Refused):  # the sandbox has no platforms
        await rig.gateway.connect("https://shop.example/hook", key=new_key())
    assert "Stripe-Account" not in ear.heard[-1].headers
    assert b"connect=true" in ear.heard[-1].body


async def test_the_sdk_tells_stripe_nothing_of_this_machine(rig: StripeRig, ear: Ear) -> None:
    await authorized(rig, a_purchase())
    assert ear.heard
    for asked in ear.heard:
        assert "platform" not in asked.headers["X-Stripe-Client-User-Agent"]
        assert "X-Stripe-Client-Telemetry" not in asked.headers


async def test_the_judge_hears_what_the_sdk_sends_and_bites(rig: StripeRig, ear: Ear) -> None:
    if not ear.judges:
        pytest.skip("Stripe's OpenAPI description is missing; the tests of the sandbox say how to get it.")
    with suppress(Refused):
        await opened(rig, a_purchase(), options={"shipping": {"adress": "misspelt"}})
    assert any("adress" in violation for violation in ear.violations)
    ear.violations.clear()


# --- the digest -------------------------------------------------------------------------------------------------------


async def test_the_digest_names_what_a_wallet_entry_is_found_by(rig: StripeRig) -> None:
    payment, kept = await kept_card(rig)
    shown = digest(payment.source)
    assert shown["type"] == "stripe_payment"
    assert shown["payment_method_id"] == kept.payment_source_token
    assert shown["payment_method_type"] == "card"
    assert shown["payment_method_details"]["last4"] == "4242"
    again = await reused(rig, kept, payment)
    assert digest(again.source) == {"type": "stripe_payment", "payment_method_id": kept.payment_source_token}
    assert digest({}) == {"type": "stripe_payment"}


@pytest.mark.parametrize(
    "lie",
    [
        {"id": "pi_of_somebody_else"},
        {"currency": "usd"},
        {"amount_received": 0},
        {"amount_received": 999_999, "amount": 999_999},
    ],
)
async def test_stripe_is_not_believed_that_it_took_other_money_than_it_was_asked_for(
    rig: StripeRig, lie: dict[str, Any]
) -> None:
    payment = await authorized(rig, a_purchase())
    attempt = payment.attempt(Kind.CAPTURE)
    truth = {**await rig.intent(payment), "status": "succeeded", "amount_received": 1234, "latest_charge": "ch_1"}
    await rig.babble(200, {**truth, **lie})
    with pytest.raises(OutcomeUnknown):
        await rig.gateway.capture(attempt)
    await rig.heal()
    assert (await rig.gateway.look_up(attempt)).outcome is Outcome.FAILED


async def test_stripe_is_not_asked_for_nothing(rig: StripeRig, ear: Ear) -> None:
    with pytest.raises(Refused) as refused:
        await opened(rig, a_purchase(0))
    assert refused.value.error == "nothing_to_pay"
    assert not ear.heard
