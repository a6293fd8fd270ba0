"""What becomes of money at the sandbox's Stripe: held, taken, let go, given back."""

from __future__ import annotations

import pytest
import stripe
from tests.sandbox.shop import Shop

CARDS = {
    "4242424242424242": ("visa", "4242"),
    "5555555555554444": ("mastercard", "4444"),
    "378282246310005": ("amex", "0005"),
}
DECLINES = {
    "4000000000000002": ("card_declined", "generic_decline"),
    "4000000000009995": ("card_declined", "insufficient_funds"),
    "4000000000009987": ("card_declined", "lost_card"),
    "4000000000000069": ("expired_card", None),
    "4000000000000127": ("incorrect_cvc", None),
    "4000000000000119": ("processing_error", None),
}


async def held(shop: Shop, amount: int = 1500) -> stripe.PaymentIntent:
    intent = await shop.stripe.payment_intents.create_async(
        {
            "amount": amount,
            "currency": "eur",
            "capture_method": "manual",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "allowed_payment_method_types": ["card"],
        }
    )
    assert intent.status == "requires_capture"
    return intent


@pytest.mark.parametrize("number", CARDS)
async def test_a_card_typed_into_the_browser_holds_the_money(shop: Shop, number: str) -> None:
    intent = await shop.stripe.payment_intents.create_async(
        {"amount": 1500, "currency": "EUR", "capture_method": "manual", "metadata": {"order": "7"}}
    )
    assert (intent.status, intent.currency) == ("requires_payment_method", "eur")

    status, seen = await shop.pay_in_browser(intent, number)

    assert (status, seen["status"]) == (200, "requires_capture")
    assert await shop.ledger(intent.id) == {"authorization": 1500}
    known = await shop.stripe.payment_intents.retrieve_async(intent.id, {"expand": ["latest_charge", "payment_method"]})
    assert known.amount_capturable == 1500
    method, charge = known.payment_method, known.latest_charge
    assert isinstance(method, stripe.PaymentMethod)
    assert isinstance(charge, stripe.Charge)
    assert method.card is not None
    assert (method.card.brand, method.card.last4) == CARDS[number]
    assert (charge.paid, charge.captured, charge.metadata["order"]) == (True, False, "7")


async def test_a_browser_sees_no_more_of_an_intent_than_it_should(shop: Shop) -> None:
    intent = await shop.stripe.payment_intents.create_async(
        {"amount": 1500, "currency": "eur", "metadata": {"margin": "80%"}}
    )
    path = f"/v1/payment_intents/{intent.id}"

    status, seen = await shop.browser("GET", path, {"client_secret": intent.client_secret or ""})
    assert status == 200
    assert seen["id"] == intent.id
    assert not {"metadata", "customer", "latest_charge", "amount_received"} & seen.keys()

    assert (await shop.browser("GET", path))[0] == 401
    status, refusal = await shop.browser("GET", path, {"client_secret": f"{intent.id}_secret_guessed"})
    assert (status, refusal["error"]["param"]) == (400, "client_secret")


async def test_what_stripe_js_says_of_itself_is_no_obstacle(shop: Shop) -> None:
    intent = await shop.stripe.payment_intents.create_async({"amount": 1500, "currency": "eur"})
    chatter = {
        "expected_payment_method_type": "card",
        "client_attribution_metadata[client_session_id]": "1",
        "payment_method_data[guid]": "NA",
        "payment_method_data[payment_user_agent]": "stripe.js/1",
        "payment_method_data[client_attribution_metadata][client_session_id]": "1",
        "payment_method_data[billing_details][address][postal_code]": "00100",
    }
    status, seen = await shop.pay_in_browser(intent, "4242424242424242", **chatter)
    assert (status, seen["status"]) == (200, "succeeded")
    status, refusal = await shop.raw("POST", "/v1/payment_intents", "amount=1500&currency=eur&guid=NA")
    assert (status, refusal["error"]["param"]) == (400, "guid")


async def test_a_browser_may_show_its_key_in_a_header(shop: Shop) -> None:
    intent = await shop.stripe.payment_intents.create_async({"amount": 1500, "currency": "eur"})
    path = f"/v1/payment_intents/{intent.id}?client_secret={intent.client_secret}"
    status, seen = await shop.raw("GET", path, key="pk_test_sandbox")
    assert (status, seen["status"]) == (200, "requires_payment_method")
    assert "metadata" not in seen


async def test_automatic_capture_takes_the_money_at_once(shop: Shop) -> None:
    intent = await shop.stripe.payment_intents.create_async({"amount": 1500, "currency": "eur"})
    await shop.pay_in_browser(intent, "4242424242424242")
    intent = await shop.stripe.payment_intents.retrieve_async(intent.id)
    assert (intent.status, intent.amount_received) == ("succeeded", 1500)
    assert await shop.ledger(intent.id) == {"authorization": 1500, "capture": 1500}


async def test_a_partial_capture_lets_the_rest_go(shop: Shop) -> None:
    intent = await held(shop)
    intent = await shop.stripe.payment_intents.capture_async(intent.id, {"amount_to_capture": 1000})
    assert (intent.status, intent.amount_received, intent.amount_capturable) == ("succeeded", 1000, 0)
    assert await shop.ledger(intent.id) == {"authorization": 1500, "capture": 1000, "void": 500}


async def test_nothing_is_captured_beyond_what_is_held(shop: Shop) -> None:
    intent = await held(shop)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await shop.stripe.payment_intents.capture_async(intent.id, {"amount_to_capture": 1501})
    assert (refusal.value.http_status, refusal.value.code) == (400, "amount_too_large")
    assert await shop.ledger(intent.id) == {"authorization": 1500}


async def test_a_payment_is_captured_once(shop: Shop) -> None:
    intent = await held(shop)
    await shop.stripe.payment_intents.capture_async(intent.id)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await shop.stripe.payment_intents.capture_async(intent.id)
    assert refusal.value.code == "payment_intent_unexpected_state"
    assert await shop.ledger(intent.id) == {"authorization": 1500, "capture": 1500}


async def test_canceling_lets_the_money_go(shop: Shop) -> None:
    intent = await held(shop)
    intent = await shop.stripe.payment_intents.cancel_async(intent.id, {"cancellation_reason": "requested_by_customer"})
    assert (intent.status, intent.cancellation_reason) == ("canceled", "requested_by_customer")
    assert await shop.ledger(intent.id) == {"authorization": 1500, "void": 1500}
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await shop.stripe.payment_intents.capture_async(intent.id)
    assert refusal.value.code == "payment_intent_unexpected_state"


async def test_what_is_captured_cannot_be_canceled(shop: Shop) -> None:
    intent = await held(shop)
    await shop.stripe.payment_intents.capture_async(intent.id)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await shop.stripe.payment_intents.cancel_async(intent.id)
    assert refusal.value.code == "payment_intent_unexpected_state"


async def test_refunds_never_exceed_what_was_captured(shop: Shop) -> None:
    intent = await held(shop)
    await shop.stripe.payment_intents.capture_async(intent.id, {"amount_to_capture": 1000})

    refund = await shop.stripe.refunds.create_async({"payment_intent": intent.id, "amount": 300, "reason": "duplicate"})
    assert (refund.status, refund.amount, refund.reason) == ("succeeded", 300, "duplicate")
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await shop.stripe.refunds.create_async({"payment_intent": intent.id, "amount": 701})
    assert refusal.value.param == "amount"
    rest = await shop.stripe.refunds.create_async({"charge": str(intent.latest_charge)})
    assert rest.amount == 700
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await shop.stripe.refunds.create_async({"payment_intent": intent.id})
    assert refusal.value.code == "charge_already_refunded"

    listed = await shop.stripe.refunds.list_async({"payment_intent": intent.id})
    assert [one.id for one in listed.data] == [rest.id, refund.id]
    assert (await shop.ledger(intent.id))["refund"] == 1000


async def test_what_is_only_held_cannot_be_refunded(shop: Shop) -> None:
    intent = await held(shop)
    with pytest.raises(stripe.InvalidRequestError):
        await shop.stripe.refunds.create_async({"payment_intent": intent.id})
    assert await shop.ledger(intent.id) == {"authorization": 1500}


async def test_a_refund_may_stay_pending_until_the_bank_has_decided(shop: Shop) -> None:
    refunds = {}
    for name in ("pendingRefund", "refundFail"):
        intent = await shop.stripe.payment_intents.create_async(
            {
                "amount": 900,
                "currency": "eur",
                "payment_method": f"pm_card_{name}",
                "confirm": True,
                "allowed_payment_method_types": ["card"],
            }
        )
        refunds[name] = await shop.stripe.refunds.create_async({"payment_intent": intent.id})
    assert {name: refund.status for name, refund in refunds.items()} == {
        "pendingRefund": "pending",
        "refundFail": "succeeded",
    }

    assert (await shop.steer("POST", f"/stripe/refunds/{refunds['pendingRefund'].id}/settle"))[0] == 200
    assert (await shop.steer("POST", f"/stripe/refunds/{refunds['refundFail'].id}/settle"))[0] == 200

    settled = await shop.stripe.refunds.retrieve_async(refunds["pendingRefund"].id)
    failed = await shop.stripe.refunds.retrieve_async(refunds["refundFail"].id)
    assert settled.status == "succeeded"
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert (await shop.ledger(str(settled.payment_intent)))["refund"] == 900
    assert "refund" not in await shop.ledger(str(failed.payment_intent))


@pytest.mark.parametrize("number", DECLINES)
async def test_a_declined_card_moves_nothing_and_leaves_the_intent_open(shop: Shop, number: str) -> None:
    intent = await shop.stripe.payment_intents.create_async({"amount": 1500, "currency": "eur"})
    status, refusal = await shop.pay_in_browser(intent, number)
    error = refusal["error"]
    assert (status, error["type"]) == (402, "card_error")
    assert (error["code"], error.get("decline_code")) == DECLINES[number]
    assert error["payment_intent"]["status"] == "requires_payment_method"
    assert await shop.ledger(intent.id) == {}

    intent = await shop.stripe.payment_intents.retrieve_async(intent.id, {"expand": ["latest_charge"]})
    assert intent.payment_method is None
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == error["code"]
    assert isinstance(intent.latest_charge, stripe.Charge)
    assert intent.latest_charge.status == "failed"

    status, seen = await shop.pay_in_browser(intent, "4242424242424242")
    assert (status, seen["status"]) == (200, "succeeded")


async def test_the_sdk_sees_a_decline_as_a_card_error(shop: Shop) -> None:
    with pytest.raises(stripe.CardError) as refusal:
        await shop.stripe.payment_intents.create_async(
            {
                "amount": 1500,
                "currency": "eur",
                "payment_method": "pm_card_visa_chargeDeclined",
                "confirm": True,
                "allowed_payment_method_types": ["card"],
            }
        )
    assert (refusal.value.http_status, refusal.value.code) == (402, "card_declined")
    assert refusal.value.error is not None
    assert refusal.value.error.decline_code == "generic_decline"


async def test_a_number_that_is_no_test_card_is_never_taken(shop: Shop) -> None:
    intent = await shop.stripe.payment_intents.create_async({"amount": 1500, "currency": "eur"})
    status, refusal = await shop.pay_in_browser(intent, "4539578763621486")
    assert (status, refusal["error"]["decline_code"]) == (402, "test_mode_live_card")
    status, refusal = await shop.pay_in_browser(intent, "4242424242424241")
    assert (status, refusal["error"]["code"]) == (402, "incorrect_number")


async def test_the_amount_can_change_until_the_money_is_held(shop: Shop) -> None:
    intent = await shop.stripe.payment_intents.create_async({"amount": 1500, "currency": "eur"})
    intent = await shop.stripe.payment_intents.update_async(intent.id, {"amount": 900, "metadata": {"order": "8"}})
    assert (intent.amount, intent.metadata["order"]) == (900, "8")
    fixed = await held(shop)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await shop.stripe.payment_intents.update_async(fixed.id, {"amount": 900})
    assert refusal.value.code == "payment_intent_unexpected_state"
    fixed = await shop.stripe.payment_intents.update_async(fixed.id, {"metadata": {"order": "9"}})
    assert fixed.metadata["order"] == "9"


async def test_intents_are_listed_newest_first_and_by_pages(shop: Shop) -> None:
    made = [
        (await shop.stripe.payment_intents.create_async({"amount": 100 + n, "currency": "eur"})).id for n in range(5)
    ]
    listed = await shop.stripe.payment_intents.list_async({"limit": 2})
    seen = [intent.id async for intent in listed.auto_paging_iter()]
    assert seen == made[::-1]


async def test_issuers_hold_money_for_a_week_only(shop: Shop) -> None:
    intent = await held(shop)
    await shop.steer("POST", "/clock", {"advance": 7 * 86400 + 1})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await shop.stripe.payment_intents.capture_async(intent.id)
    assert refusal.value.code == "payment_intent_unexpected_state"
    intent = await shop.stripe.payment_intents.retrieve_async(intent.id)
    assert (intent.status, intent.cancellation_reason) == ("canceled", "automatic")
    assert await shop.ledger(intent.id) == {"authorization": 1500, "void": 1500}
