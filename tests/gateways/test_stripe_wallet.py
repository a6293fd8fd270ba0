"""Saved cards and other instruments at Stripe, against the sandbox, beyond what the contract asks."""

from __future__ import annotations

from dataclasses import replace

import aiohttp
import pytest
from tests.gateways.rigs import (
    CHALLENGED,
    Payment,
    a_purchase,
    a_shopper,
    authorized,
    new_key,
    opened,
)
from tests.gateways.stripe_rig import StripeRig, kept_card, reused

from billfold.domain.errors import Declined, Refused
from billfold.domain.payments import Outcome
from billfold.gateways.protocol import Shopper


@pytest.fixture
def rig(sandbox: str, http: aiohttp.ClientSession, browser: aiohttp.ClientSession) -> StripeRig:
    return StripeRig(sandbox, http, browser)


# --- reuse ------------------------------------------------------------------------------------------------------------


async def test_a_saved_card_needs_no_return_url_on_a_gateway_that_takes_all_methods(rig: StripeRig) -> None:
    former, kept = await kept_card(rig)
    rig.gateway = rig.account(auto_payments=True)
    payment = await reused(rig, kept, former)
    verdict = await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    assert verdict.outcome is Outcome.SUCCEEDED


@pytest.mark.parametrize("where", ["return_url", "options"])
async def test_the_return_url_is_handed_to_the_bank(rig: StripeRig, where: str) -> None:
    former, kept = await kept_card(rig, CHALLENGED)
    payment = await reused(rig, kept, former)
    url = "https://shop.example/done"
    if where == "options":
        payment.source["options"]["return_url"] = url
    else:
        payment.source["return_url"] = url
    verdict = await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    assert verdict.next_action
    assert verdict.next_action.url
    assert (await rig.intent(payment))["next_action"]["redirect_to_url"]["return_url"] == url


async def test_a_card_kept_under_another_customer_of_stripes_can_be_reused(rig: StripeRig) -> None:
    """As imported ones are: the entry's customer is believed, and not the one this server enrolled."""
    former, kept = await kept_card(rig)
    assert former.purchase.shopper
    elsewhere = replace(former.purchase.shopper, customer_token="cus_enrolled_here_later")
    former.purchase = replace(former.purchase, shopper=elsewhere)
    payment = await reused(rig, kept, former)
    verdict = await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    assert verdict.outcome is Outcome.SUCCEEDED


@pytest.mark.parametrize("member", ["payment_method", "id"])
async def test_a_card_entered_by_an_old_client_as_options_is_confirmed_by_the_server(
    rig: StripeRig, member: str
) -> None:
    method = await rig.ask("POST", "/v1/payment_methods", {"type": "card", "card[token]": "tok_visa"})
    payment = await opened(
        rig, a_purchase(shopper=a_shopper()), options={member: method["id"], "object": "payment_method"}
    )
    verdict = await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    assert verdict.outcome is Outcome.SUCCEEDED


async def test_somebody_elses_card_cannot_be_paid_with(rig: StripeRig) -> None:
    _, kept = await kept_card(rig)
    for purchase in (a_purchase(), a_purchase(shopper=a_shopper())):
        with pytest.raises(Refused):
            await opened(rig, purchase, options={"payment_method": kept.payment_source_token})


async def test_a_declined_reuse_says_why(rig: StripeRig) -> None:
    customer = await rig.gateway.enroll(a_shopper(), key=new_key())
    method = await rig.ask("POST", "/v1/payment_methods", {"type": "card", "card[token]": "tok_chargeCustomerFail"})
    kept = await rig.gateway.recognise(customer, method["id"])
    payment = await reused(rig, kept, Payment(a_purchase(shopper=Shopper("a", "a@example.com", customer)), {}))
    verdict = await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
    assert (verdict.outcome, verdict.decline) == (Outcome.DECLINED, "generic_decline")
    assert verdict.message == "Your card was declined."


# --- the wallet -------------------------------------------------------------------------------------------------------


async def test_the_same_card_has_the_same_fingerprint_however_often_it_was_typed(rig: StripeRig) -> None:
    (_, first), (_, second) = await kept_card(rig), await kept_card(rig)
    assert first.payment_source_token != second.payment_source_token
    assert first.fingerprint == second.fingerprint
    assert first.fingerprint
    assert (first.name, first.instrument["card_type"]) == ("XXXX-XXXX-XXXX-4242", "visa")


async def test_a_card_whose_authentication_failed_is_not_kept(rig: StripeRig) -> None:
    payment = await opened(rig, a_purchase(shopper=a_shopper()))
    intent = await rig.pay_with(payment, CHALLENGED)
    await rig.press(intent["next_action"]["use_stripe_sdk"]["stripe_js"], "fail")
    with pytest.raises(Refused) as refused:
        await rig.gateway.keep(payment.purchase, payment.source, key=new_key())
    assert refused.value.error == "authentication_failed"
    assert await rig.kept() == []


async def test_a_card_is_not_kept_while_the_bank_still_asks(rig: StripeRig) -> None:
    payment = await opened(rig, a_purchase(shopper=a_shopper()))
    await rig.pay_with(payment, CHALLENGED)
    with pytest.raises(Refused) as refused:
        await rig.gateway.keep(payment.purchase, payment.source, key=new_key())
    assert refused.value.error == "not_authorized"


async def test_a_card_that_belongs_to_another_customer_is_not_kept(rig: StripeRig) -> None:
    payment = await authorized(rig, a_purchase(shopper=a_shopper()))
    await rig.gateway.keep(payment.purchase, payment.source, key=new_key())
    other = replace(payment.purchase, shopper=Shopper("other", "o@example.com", "cus_other"))
    intent = await rig.intent(payment)
    assert intent["customer"] != "cus_other"
    with pytest.raises(Refused):
        await rig.gateway.recognise("cus_other", intent["payment_method"])
    with pytest.raises(Refused) as refused:
        await rig.gateway.keep(other, payment.source, key=new_key())
    assert refused.value.error == "owned_by_another"


async def test_a_guests_card_cannot_be_kept_by_who_registers_later(rig: StripeRig) -> None:
    payment = await authorized(rig, a_purchase())
    shopper = a_shopper()
    token = await rig.gateway.enroll(shopper, key=new_key())
    later = replace(payment.purchase, shopper=replace(shopper, customer_token=token))
    with pytest.raises(Refused) as refused:
        await rig.gateway.keep(later, payment.source, key=new_key())
    assert "may not be used again" in refused.value.message


async def test_an_ideal_payment_is_kept_as_the_account_it_left_behind(rig: StripeRig) -> None:
    rig.gateway = rig.account(auto_payments=True)
    payment = await opened(
        rig, a_purchase(shopper=a_shopper(), auto_capture=True), options={"setup_future_usage": "off_session"}
    )
    await rig.pay_by_ideal(payment)
    verdict = payment.learn(await rig.gateway.authorize(payment.purchase, payment.source, key=new_key()))
    assert verdict.captured
    unsaved = rig.gateway.unsaved(payment.source)
    kept = await rig.gateway.keep(payment.purchase, payment.source, key=new_key())
    assert unsaved == (kept.customer_token, kept.payment_source_token)
    assert kept.instrument["issuer_type"] == "sepa debit"
    assert kept.name.startswith("XXXX-")
    purchase = replace(a_purchase(777, auto_capture=True), shopper=payment.purchase.shopper)
    start = dict(rig.gateway.reuse(kept))
    source = {**start, **await rig.gateway.prepare(purchase, start, key=new_key())}
    assert (await rig.gateway.authorize(purchase, source, key=new_key())).outcome is Outcome.SUCCEEDED


async def test_an_ideal_payment_without_an_announcement_cannot_be_kept(rig: StripeRig) -> None:
    rig.gateway = rig.account(auto_payments=True)
    payment = await opened(rig, a_purchase(shopper=a_shopper(), auto_capture=True))
    await rig.pay_by_ideal(payment)
    with pytest.raises(Refused) as refused:
        await rig.gateway.keep(payment.purchase, payment.source, key=new_key())
    assert refused.value.error == "not_reusable"


async def test_a_raw_token_is_attached_to_the_customer_it_comes_with(rig: StripeRig) -> None:
    method = await rig.ask("POST", "/v1/payment_methods", {"type": "card", "card[token]": "tok_visa"})
    with pytest.raises(Refused) as refused:
        await rig.gateway.recognise(None, method["id"])
    assert refused.value.error == "blank"
    customer = await rig.gateway.enroll(a_shopper(), key=new_key())
    kept = await rig.gateway.recognise(customer, method["id"])
    assert kept.customer_token == customer
    assert (await rig.gateway.recognise(None, method["id"])).customer_token == customer


async def test_a_raw_token_that_the_issuer_refuses_is_declined(rig: StripeRig) -> None:
    method = await rig.ask("POST", "/v1/payment_methods", {"type": "card", "card[token]": "tok_visa_chargeDeclined"})
    customer = await rig.gateway.enroll(a_shopper(), key=new_key())
    with pytest.raises(Declined):
        await rig.gateway.recognise(customer, method["id"])


async def test_a_customer_who_changed_address_is_enrolled_all_the_same(rig: StripeRig) -> None:
    shopper, key = a_shopper(), new_key()
    await rig.gateway.enroll(shopper, key=key)
    assert await rig.gateway.enroll(replace(shopper, email="new@example.com"), key=key)
    assert await rig.gateway.enroll(replace(shopper, customer_token="cus_known"), key=key) == "cus_known"
