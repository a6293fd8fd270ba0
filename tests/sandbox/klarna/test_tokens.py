"""Customer tokens: shown, charged without the customer, suspended and cancelled."""

from __future__ import annotations

import pytest
from tests.sandbox.klarna.shop import LINE, TOKEN_ORDER, Json, Shop

TOKENS = "/customer-token/v1/tokens"


def order(token: str) -> str:
    return f"{TOKENS}/{token}/order"


@pytest.mark.parametrize(
    ("instrument", "shown"),
    [
        ("card", {"payment_method_type": "CARD", "card": {"brand": "VISA", "masked_number": "************1111"}}),
        ("direct_debit", {"payment_method_type": "DIRECT_DEBIT", "direct_debit": {"masked_number": "**********124"}}),
        ("invoice", {"payment_method_type": "INVOICE"}),
    ],
)
async def test_a_token_shows_what_the_customer_pays_with(shop: Shop, instrument: str, shown: Json) -> None:
    token = await shop.customer_token(instrument=instrument)
    read = await shop.done("GET", f"{TOKENS}/{token}")
    expiry = read.get("card", {}).pop("expiry_date", None)
    assert (expiry is not None) == (instrument == "card")
    assert read == {"status": "ACTIVE", **shown}


async def test_a_token_pays_again_and_again(shop: Shop) -> None:
    token = await shop.customer_token()
    await shop.wait(days=700)
    orders = [await shop.done("POST", order(token), TOKEN_ORDER) for _ in range(2)]
    assert len({one["order_id"] for one in orders}) == 2
    for one in orders:
        assert one["fraud_status"] == "ACCEPTED"
        assert await shop.money(one["order_id"]) == (10000, 0, 0, 0)


async def test_a_repeated_key_charges_the_customer_once_whatever_the_body_says(shop: Shop) -> None:
    token = await shop.customer_token()
    first = await shop.done("POST", order(token), TOKEN_ORDER, key="a6b2")
    again = await shop.done("POST", order(token), {**TOKEN_ORDER, "merchant_reference1": "1002"}, key="a6b2")
    assert first == again
    assert len((await shop.done("GET", "/_sandbox/ledger"))["entries"]) == 1
    other = await shop.done("POST", order(token), TOKEN_ORDER, key="c7d1")
    assert other["order_id"] != first["order_id"]


async def test_an_order_on_a_token_can_be_captured_at_once(shop: Shop) -> None:
    token = await shop.customer_token()
    placed = await shop.done("POST", order(token), {**TOKEN_ORDER, "auto_capture": True})
    assert await shop.money(placed["order_id"]) == (10000, 10000, 0, 0)


async def test_a_token_order_has_the_country_and_address_of_its_customer(shop: Shop) -> None:
    token = await shop.customer_token()
    placed = await shop.done("POST", order(token), TOKEN_ORDER)
    assert (await shop.read(placed["order_id"]))["purchase_country"] == "DE"


@pytest.mark.parametrize("name", list(TOKEN_ORDER))
async def test_a_token_order_needs_its_amount_its_tax_its_lines_and_a_currency(shop: Shop, name: str) -> None:
    token = await shop.customer_token()
    body = {other: value for other, value in TOKEN_ORDER.items() if other != name}
    assert (await shop.ask("POST", order(token), body)).refusal == (400, "BAD_VALUE", [f"Bad value: {name}"])


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"order_amount": 0}, "order_amount"),
        ({"order_amount": 9999}, "order_amount"),
        ({"order_tax_amount": 0}, "order_tax_amount"),
        ({"order_lines": [{**LINE, "type": "magic"}]}, "order_lines[0].type"),
        ({"merchant_urls": {"push": "https://shop.example/push"}}, "merchant_urls.confirmation"),
        ({"shipping_address": {"phone": "1234"}}, "shipping_address.phone"),
    ],
)
async def test_a_token_order_must_make_sense(shop: Shop, changes: Json, named: str) -> None:
    token = await shop.customer_token()
    said = await shop.ask("POST", order(token), {**TOKEN_ORDER, **changes})
    assert said.refusal == (400, "BAD_VALUE", [f"Bad value: {named}"])


async def test_a_cancelled_token_pays_no_more_and_says_so(shop: Shop) -> None:
    token = await shop.customer_token()
    said = await shop.ask("PATCH", f"{TOKENS}/{token}/status", {"status": "CANCELLED"})
    assert (said.status, said.body) == (202, None)
    assert (await shop.done("GET", f"{TOKENS}/{token}"))["status"] == "CANCELLED"
    assert (await shop.ask("POST", order(token), TOKEN_ORDER)).refusal[:2] == (403, "TOKEN_CANCELLED")
    assert (await shop.ask("PATCH", f"{TOKENS}/{token}/status", {"status": "CANCELLED"})).status == 202


async def test_a_shop_can_do_nothing_with_a_token_but_cancel_it(shop: Shop) -> None:
    token = await shop.customer_token()
    said = await shop.ask("PATCH", f"{TOKENS}/{token}/status", {"status": "ACTIVE"})
    assert said.refusal == (400, "BAD_VALUE", ["Bad value: status"])


async def test_klarna_can_suspend_a_token_and_let_it_live_again(shop: Shop) -> None:
    token = await shop.customer_token()
    await shop.done("POST", f"/_sandbox/klarna/tokens/{token}", {"status": "SUSPENDED"})
    assert (await shop.done("GET", f"{TOKENS}/{token}"))["status"] == "SUSPENDED"
    assert (await shop.ask("POST", order(token), TOKEN_ORDER)).refusal[:2] == (403, "TOKEN_SUSPENDED")
    await shop.done("POST", f"/_sandbox/klarna/tokens/{token}", {"status": "ACTIVE"})
    assert (await shop.ask("POST", order(token), TOKEN_ORDER)).status == 200


@pytest.mark.parametrize(
    ("outcome", "code"), [("rejected", "PAYMENT_METHOD_FAILED"), ("unavailable", "UNAVAILABLE_PAYMENT_METHOD")]
)
async def test_a_token_whose_instrument_fails_holds_no_money(shop: Shop, outcome: str, code: str) -> None:
    token = await shop.customer_token()
    await shop.done("POST", f"/_sandbox/klarna/tokens/{token}", {"outcome": outcome})
    assert (await shop.ask("POST", order(token), TOKEN_ORDER)).refusal[:2] == (403, code)
    assert (await shop.done("GET", "/_sandbox/ledger"))["entries"] == []


async def test_an_order_on_a_token_can_be_pending(shop: Shop) -> None:
    token = await shop.customer_token()
    await shop.done("POST", f"/_sandbox/klarna/tokens/{token}", {"outcome": "pending"})
    assert (await shop.done("POST", order(token), TOKEN_ORDER))["fraud_status"] == "PENDING"


async def test_an_account_pays_only_in_its_own_currency_a_card_in_any(shop: Shop) -> None:
    swedish = {**TOKEN_ORDER, "purchase_currency": "SEK"}
    account = await shop.customer_token(instrument="direct_debit")
    refusal = (await shop.ask("POST", order(account), swedish)).refusal
    assert refusal[:2] == (403, "PAYMENT_METHOD_CURRENCY_MISMATCH")
    card = await shop.customer_token(instrument="card")
    assert (await shop.ask("POST", order(card), swedish)).status == 200


async def test_an_unknown_token_is_not_found(shop: Shop) -> None:
    invalid = (404, "NOT_FOUND", ["Invalid customer-token ID"])
    assert (await shop.ask("GET", f"{TOKENS}/nothing")).refusal == invalid
    assert (await shop.ask("PATCH", f"{TOKENS}/nothing/status", {"status": "CANCELLED"})).refusal == invalid
    assert (await shop.ask("POST", order("nothing"), TOKEN_ORDER)).refusal[:2] == (404, "TOKEN_NOT_FOUND")


async def test_another_merchant_may_not_use_the_token(shop: Shop) -> None:
    token = await shop.customer_token()
    said = await shop.ask("POST", order(token), TOKEN_ORDER, user="PK00002_other")
    assert said.refusal[:2] == (403, "TOKEN_FORBIDDEN")
    assert (await shop.ask("GET", f"{TOKENS}/{token}", user="PK00002_other")).status == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"status": "DEAD"}, 400), ({"outcome": "maybe"}, 400), ({"colour": 1}, 400), (b"{", 400), ([], 400)],
)
async def test_steering_a_token_nowhere_is_refused_in_a_sentence(shop: Shop, body: object, status: int) -> None:
    token = await shop.customer_token()
    said = await shop.ask("POST", f"/_sandbox/klarna/tokens/{token}", body)
    assert said.status == status
    assert said.body["sandbox_error"].endswith(".")
    assert (await shop.ask("POST", "/_sandbox/klarna/tokens/nothing", body)).status == 404
