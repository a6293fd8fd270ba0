"""What the sandbox's Stripe refuses, and how: keys, parameters, ids, and the same request twice."""

from __future__ import annotations

import asyncio

import pytest
import stripe
from tests.sandbox.shop import Shop

PLAIN = "amount=1500&currency=eur"
INTENTS = "/v1/payment_intents"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("", "did not provide an API key"),
        ("nonsense", "Invalid API Key"),
        ("sk_test_wrong", "Invalid API Key"),
        ("pk_test_sandbox", "publishable"),
    ],
)
async def test_only_a_secret_key_opens_the_account(shop: Shop, key: str, words: str) -> None:
    status, refusal = await shop.raw("POST", INTENTS, PLAIN, key=key)
    assert status == 401
    assert words in refusal["error"]["message"]
    assert refusal["error"]["type"] == "invalid_request_error"


async def test_the_sdk_sees_a_wrong_key_as_an_authentication_error(shop: Shop) -> None:
    with pytest.raises(stripe.AuthenticationError) as refusal:
        await shop.stripe.customers.create_async({}, {"api_key": "sk_test_wrong"})
    assert refusal.value.request_id is not None
    assert refusal.value.request_id.startswith("req_")


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ("currency=eur", "parameter_missing", "amount"),
        ("amount=1500", "parameter_missing", "currency"),
        (f"{PLAIN}&colour=red", "parameter_unknown", "colour"),
        (f"{PLAIN}&shipping[speed]=fast", "parameter_unknown", "shipping[speed]"),
        (f"{PLAIN}&payment_method_data[type]=card", "parameter_missing", "payment_method_data[card]"),
        ("amount=abc&currency=eur", "parameter_invalid_integer", "amount"),
        ("amount=15.00&currency=eur", "parameter_invalid_integer", "amount"),
        ("amount=&currency=eur", "parameter_invalid_empty", "amount"),
        ("amount=0&currency=eur", "parameter_invalid_integer", "amount"),
        ("amount=-5&currency=eur", "parameter_invalid_integer", "amount"),
        ("amount=49&currency=eur", "amount_too_small", "amount"),
        ("amount=100000000&currency=eur", "amount_too_large", "amount"),
        ("amount=1500&currency=euro", None, "currency"),
        ("amount=1500&currency=zzz", None, "currency"),
        (f"{PLAIN}&capture_method=later", None, "capture_method"),
        (f"{PLAIN}&confirm=yes", None, "confirm"),
        (f"{PLAIN}&off_session=true", None, "off_session"),
        (f"{PLAIN}&expand=latest_charge", None, "expand"),
        (f"{PLAIN}&expand[]=amount", None, "expand"),
        (f"{PLAIN}&customer=cus_unknown", "resource_missing", "customer"),
        (f"{PLAIN}&payment_method=pm_unknown", "resource_missing", "payment_method"),
        (f"{PLAIN}&payment_method_types[]=card", "payment_method_types_no_longer_supported", "payment_method_types"),
        (f"{PLAIN}&allowed_payment_method_types[]=klarna", "payment_intent_invalid_parameter", None),
        (f"{PLAIN}&confirm=true", "payment_intent_unexpected_state", None),
        (f"{PLAIN}&confirm=true&payment_method=pm_card_visa", None, "return_url"),
        (f"{PLAIN}&metadata[a[b]]=1", None, "metadata[a[b]]"),
    ],
)
async def test_a_bad_parameter_is_named(shop: Shop, body: str, code: str | None, param: str | None) -> None:
    status, refusal = await shop.raw("POST", INTENTS, body)
    error = refusal["error"]
    assert (status, error["type"]) == (400, "invalid_request_error")
    assert (error.get("code"), error.get("param")) == (code, param)


async def test_earlier_api_versions_may_still_choose_the_types(shop: Shop) -> None:
    status, made = await shop.raw(
        "POST", INTENTS, f"{PLAIN}&payment_method_types[]=card", Stripe_Version="2026-08-26.dahlia"
    )
    assert (status, made["payment_method_types"]) == (200, ["card"])


@pytest.mark.parametrize(
    "path",
    [
        "/v1/payment_intents/pi_unknown",
        "/v1/payment_methods/pm_unknown",
        "/v1/customers/cus_unknown",
        "/v1/charges/ch_unknown",
        "/v1/refunds/re_unknown",
        "/v1/setup_intents/seti_unknown",
        "/v1/events/evt_unknown",
        "/v1/webhook_endpoints/we_unknown",
    ],
)
async def test_what_nobody_made_is_missing(shop: Shop, path: str) -> None:
    status, refusal = await shop.raw("GET", path)
    assert (status, refusal["error"]["code"]) == (404, "resource_missing")
    assert path.rsplit("/", 1)[1] in refusal["error"]["message"]


async def test_an_operation_the_sandbox_lacks_says_so(shop: Shop) -> None:
    status, refusal = await shop.raw("GET", "/v1/balance")
    assert status == 404
    assert "The sandbox does not have this operation" in refusal["error"]["message"]


async def test_the_same_key_and_request_give_the_same_answer_and_move_money_once(shop: Shop) -> None:
    body = f"{PLAIN}&confirm=true&payment_method=pm_card_visa&return_url=https://shop.example"
    first = await shop.raw("POST", INTENTS, body, Idempotency_Key="order-1")
    again = await shop.raw("POST", INTENTS, body, Idempotency_Key="order-1")
    assert first == again
    assert await shop.ledger(first[1]["id"]) == {"authorization": 1500, "capture": 1500}
    _, listed = await shop.raw("GET", INTENTS)
    assert len(listed["data"]) == 1


async def test_a_decline_is_given_again_too(shop: Shop) -> None:
    body = f"{PLAIN}&confirm=true&payment_method=pm_card_visa_chargeDeclined&return_url=https://shop.example"
    first = await shop.raw("POST", INTENTS, body, Idempotency_Key="order-1")
    again = await shop.raw("POST", INTENTS, body, Idempotency_Key="order-1")
    assert first[0] == 402
    assert first == again
    _, charges = await shop.raw("GET", "/v1/charges")
    assert len(charges["data"]) == 1


async def test_a_key_belongs_to_one_request(shop: Shop) -> None:
    await shop.raw("POST", INTENTS, PLAIN, Idempotency_Key="order-1")
    for path, body in ((INTENTS, "amount=1600&currency=eur"), ("/v1/customers", "")):
        status, refusal = await shop.raw("POST", path, body, Idempotency_Key="order-1")
        assert (status, refusal["error"]["type"]) == (400, "idempotency_error")
    with pytest.raises(stripe.IdempotencyError):
        await shop.stripe.customers.create_async({"name": "Ada"}, {"idempotency_key": "order-1"})


async def test_a_request_that_was_never_valid_does_not_use_up_its_key(shop: Shop) -> None:
    assert (await shop.raw("POST", INTENTS, "amount=abc&currency=eur", Idempotency_Key="order-1"))[0] == 400
    assert (await shop.raw("POST", INTENTS, PLAIN, Idempotency_Key="order-1"))[0] == 200


async def test_a_key_in_use_is_refused_until_its_request_is_answered(shop: Shop) -> None:
    await shop.steer("POST", "/faults", {"do": "hold", "psp": "stripe", "seconds": 3600})
    held = asyncio.create_task(shop.raw("POST", INTENTS, PLAIN, Idempotency_Key="order-1"))
    while not (await shop.steer("GET", "/faults"))[1]["faults"][0]["struck"]:
        assert not held.done()
    status, refusal = await shop.raw("POST", INTENTS, PLAIN, Idempotency_Key="order-1")
    assert (status, refusal["error"]["code"]) == (409, "idempotency_key_in_use")
    await shop.steer("POST", "/clock", {"advance": 3600})
    first = await held
    assert first[0] == 200
    assert await shop.raw("POST", INTENTS, PLAIN, Idempotency_Key="order-1") == first


async def test_pages_of_a_browser_may_ask_from_anywhere(shop: Shop) -> None:
    headers = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    async with shop.http.options(f"{shop.url}/stripe{INTENTS}/pi_1/confirm", headers=headers) as answer:
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
