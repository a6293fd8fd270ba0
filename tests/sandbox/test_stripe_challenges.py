"""Strong customer authentication at the sandbox's Stripe: who is asked, where, and what follows from the answer."""

from __future__ import annotations

import pytest
import stripe
from tests.sandbox.shop import Shop, open_shop
from tests.sandbox.test_stripe_wallet import customer, pay

from billfold.sandbox import create_app

ASKS_ALWAYS = ["pm_card_authenticationRequired", "pm_card_threeDSecure2Required", "pm_card_threeDSecureRequired"]
ASKS_UNTIL_SET_UP = "pm_card_authenticationRequiredOnSetup"
BACK = "https://shop.example/back?cart=1"


def where(intent: stripe.PaymentIntent) -> str:
    """Where the customer is sent."""
    action = intent.next_action
    assert action is not None
    if action.redirect_to_url is not None:
        return str(action.redirect_to_url.url)
    assert action.use_stripe_sdk is not None
    return str(action.use_stripe_sdk["stripe_js"])


@pytest.mark.parametrize("method", [*ASKS_ALWAYS, ASKS_UNTIL_SET_UP])
async def test_a_completed_challenge_holds_the_money_and_attaches_the_method(shop: Shop, method: str) -> None:
    owner = await customer(shop)
    intent = await pay(shop, method, owner, setup_future_usage="off_session", return_url=BACK)
    assert intent.status == "requires_action"
    assert await shop.ledger(intent.id) == {}
    kept = await shop.stripe.payment_methods.retrieve_async(str(intent.payment_method))
    assert kept.customer is None

    assert await shop.answer_challenge(where(intent), "complete") == "requires_capture"

    assert await shop.ledger(intent.id) == {"authorization": 1500}
    kept = await shop.stripe.payment_methods.retrieve_async(kept.id)
    assert kept.customer == owner


@pytest.mark.parametrize("method", [*ASKS_ALWAYS, ASKS_UNTIL_SET_UP])
async def test_a_failed_challenge_holds_nothing_and_attaches_nothing(shop: Shop, method: str) -> None:
    owner = await customer(shop)
    intent = await pay(shop, method, owner, setup_future_usage="off_session", return_url=BACK)
    assert await shop.answer_challenge(where(intent), "fail") == "requires_payment_method"

    intent = await shop.stripe.payment_intents.retrieve_async(intent.id)
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    assert intent.payment_method is None
    assert await shop.ledger(intent.id) == {}
    assert (await shop.stripe.customers.payment_methods.list_async(owner)).data == []


async def test_the_customer_comes_back_to_the_shop_with_the_outcome(shop: Shop) -> None:
    for answer, outcome in (("complete", "succeeded"), ("fail", "failed")):
        intent = await pay(shop, ASKS_ALWAYS[0], return_url=BACK)
        async with shop.http.get(where(intent)) as page:
            text = await page.text()
        assert "Complete" in text
        assert "Fail" in text
        async with shop.http.post(f"{where(intent)}/{answer}", allow_redirects=False) as gone:
            assert gone.status == 303
            assert gone.headers["Location"] == (
                f"{BACK}&payment_intent={intent.id}&payment_intent_client_secret={intent.client_secret}"
                f"&redirect_status={outcome}"
            )


async def test_in_a_frame_of_the_shop_the_page_is_answered_without_leaving(shop: Shop) -> None:
    intent = await pay(shop, ASKS_ALWAYS[0], return_url=BACK)
    async with shop.http.get(where(intent), params={"in": "frame"}) as page:
        assert "Answer on a page of its own" in await page.text()
    async with shop.http.post(f"{where(intent)}/complete", params={"in": "frame"}, allow_redirects=False) as answered:
        assert answered.status == 200
        assert "parent.postMessage" in await answered.text()


async def test_without_a_return_url_the_challenge_is_left_to_stripe_js(shop: Shop) -> None:
    intent = await shop.stripe.payment_intents.create_async({"amount": 1500, "currency": "eur"})
    status, seen = await shop.pay_in_browser(intent, "4000000000003220", use_stripe_sdk="true", return_url=BACK)
    assert (status, seen["next_action"]["type"]) == (200, "use_stripe_sdk")
    assert await shop.answer_challenge(seen["next_action"]["use_stripe_sdk"]["stripe_js"], "complete") == "succeeded"


async def test_a_challenge_is_answered_once(shop: Shop) -> None:
    intent = await pay(shop, ASKS_ALWAYS[0], return_url=BACK)
    await shop.answer_challenge(where(intent), "complete")
    async with shop.http.post(f"{where(intent)}/fail", headers={"Accept": "application/json"}) as again:
        assert again.status == 409
        assert (await again.json())["status"] == "requires_capture"
    async with shop.http.get(f"{shop.url}/_sandbox/challenge/pi_unknown") as nobody:
        assert nobody.status == 404


async def test_a_canceled_intent_has_no_challenge(shop: Shop) -> None:
    intent = await pay(shop, ASKS_ALWAYS[0], return_url=BACK)
    url = where(intent)
    await shop.stripe.payment_intents.cancel_async(intent.id)
    async with shop.http.post(f"{url}/complete", headers={"Accept": "application/json"}) as late:
        assert late.status == 409
    assert await shop.ledger(intent.id) == {}


@pytest.mark.parametrize("method", ASKS_ALWAYS)
async def test_off_session_nobody_answers_and_the_payment_is_refused(shop: Shop, method: str) -> None:
    owner = await customer(shop)
    kept = await shop.stripe.payment_methods.attach_async(method, {"customer": owner})
    with pytest.raises(stripe.CardError) as refusal:
        await pay(shop, kept.id, owner, off_session=True)
    assert (refusal.value.http_status, refusal.value.code) == (402, "authentication_required")
    assert refusal.value.error is not None
    intent = refusal.value.error.payment_intent
    assert intent is not None
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.payment_method is not None
    assert intent.last_payment_error.payment_method.id == kept.id

    intent = await shop.stripe.payment_intents.confirm_async(intent.id, {"payment_method": kept.id, "return_url": BACK})
    assert intent.status == "requires_action"
    assert await shop.answer_challenge(where(intent), "complete") == "requires_capture"


async def test_a_card_that_was_set_up_is_not_asked_off_session(shop: Shop) -> None:
    owner = await customer(shop)
    bare = await shop.stripe.payment_methods.attach_async(ASKS_UNTIL_SET_UP, {"customer": owner})
    with pytest.raises(stripe.CardError) as refusal:
        await pay(shop, bare.id, owner, off_session=True)
    assert refusal.value.code == "authentication_required"

    first = await pay(shop, ASKS_UNTIL_SET_UP, owner, setup_future_usage="off_session", return_url=BACK)
    await shop.answer_challenge(where(first), "complete")
    method = str(first.payment_method)
    assert (await pay(shop, method, owner, off_session=True)).status == "requires_capture"
    assert (await pay(shop, method, owner, return_url=BACK)).status == "requires_action"


async def test_an_issuer_may_decline_after_the_challenge(shop: Shop) -> None:
    intent = await pay(shop, "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", return_url=BACK)
    assert await shop.answer_challenge(where(intent), "complete") == "requires_payment_method"
    intent = await shop.stripe.payment_intents.retrieve_async(intent.id)
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.decline_code == "insufficient_funds"


async def test_a_shop_may_rather_fail_than_ask(shop: Shop) -> None:
    with pytest.raises(stripe.CardError) as refusal:
        await pay(shop, ASKS_ALWAYS[0], error_on_requires_action=True)
    assert refusal.value.code == "authentication_required"


async def test_a_shop_may_ask_where_the_issuer_would_not(shop: Shop) -> None:
    any_card = {"card": {"request_three_d_secure": "any"}}
    asked = await pay(shop, "pm_card_threeDSecureOptional", payment_method_options=any_card, return_url=BACK)
    assert asked.status == "requires_action"
    assert (await pay(shop, "pm_card_threeDSecureOptional")).status == "requires_capture"


async def test_another_method_takes_the_place_of_an_open_challenge(shop: Shop) -> None:
    intent = await pay(shop, ASKS_ALWAYS[0], return_url=BACK)
    url = where(intent)
    intent = await shop.stripe.payment_intents.confirm_async(intent.id, {"payment_method": "pm_card_visa"})
    assert intent.status == "requires_capture"
    async with shop.http.post(f"{url}/complete", headers={"Accept": "application/json"}) as late:
        assert late.status == 409
    assert await shop.ledger(intent.id) == {"authorization": 1500}


async def test_setting_up_asks_the_customer_too(shop: Shop) -> None:
    owner = await customer(shop)
    for answer, status in (("fail", "requires_payment_method"), ("complete", "succeeded")):
        setup = await shop.stripe.setup_intents.create_async(
            {"customer": owner, "payment_method": ASKS_UNTIL_SET_UP, "confirm": True, "return_url": BACK}
        )
        assert setup.status == "requires_action"
        assert setup.next_action is not None
        assert setup.next_action.redirect_to_url is not None
        assert await shop.answer_challenge(str(setup.next_action.redirect_to_url.url), answer) == status
    setup = await shop.stripe.setup_intents.retrieve_async(setup.id)
    assert (await pay(shop, str(setup.payment_method), owner, off_session=True)).status == "requires_capture"


async def test_links_lead_to_where_browsers_reach_the_sandbox() -> None:

    async with open_shop(create_app(public_url="https://psp.shop.example/")) as shop:
        intent = await pay(shop, ASKS_ALWAYS[0], return_url=BACK)
        assert where(intent) == f"https://psp.shop.example/_sandbox/challenge/{intent.id}"
