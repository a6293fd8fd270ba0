"""What the customer's yes is good for: one order, and before it a customer token."""

from __future__ import annotations

import pytest
from tests.sandbox.klarna.shop import ADDRESS, LINE, PURCHASE, TOKEN_REQUEST, Json, Shop, costing

AUTHORIZATIONS = "/payments/v1/authorizations"
INVALID = (404, "NOT_FOUND", ["Invalid authorization token"])


def order(token: str) -> str:
    return f"{AUTHORIZATIONS}/{token}/order"


def customer_token(token: str) -> str:
    return f"{AUTHORIZATIONS}/{token}/customer-token"


async def test_an_order_holds_the_money_and_ends_the_session(shop: Shop) -> None:
    session = await shop.session()
    token = (await shop.authorize(session["client_token"]))["authorization_token"]
    placed = await shop.done("POST", order(token), PURCHASE)
    assert placed["fraud_status"] == "ACCEPTED"
    assert placed["authorized_payment_method"] == {"type": "card"}
    assert await shop.money(placed["order_id"]) == (10000, 0, 0, 0)
    read = await shop.done("GET", f"/payments/v1/sessions/{session['session_id']}")
    assert read["status"] == "complete"


async def test_a_session_with_an_order_takes_nothing_more(shop: Shop) -> None:
    session = await shop.session()
    token = (await shop.authorize(session["client_token"]))["authorization_token"]
    await shop.done("POST", order(token), PURCHASE)
    over = (404, "SESSION_COMPLETED", ["Session has already been completed"])
    assert (await shop.ask("POST", f"/payments/v1/sessions/{session['session_id']}", costing(1))).refusal == over
    said = await shop.ask("POST", "/_sandbox/authorize", {"client_token": session["client_token"]})
    assert said.refusal == over
    assert (await shop.ask("DELETE", f"{AUTHORIZATIONS}/{token}")).refusal == (
        404,
        "NOT_FOUND",
        ["Authorization cannot be deleted"],
    )


async def test_the_same_order_sent_twice_is_placed_once(shop: Shop) -> None:
    token = await shop.authorization()
    first = await shop.done("POST", order(token), PURCHASE)
    second = await shop.done("POST", order(token), PURCHASE)
    assert first == second
    assert await shop.money(first["order_id"]) == (10000, 0, 0, 0)


async def test_an_authorization_gives_no_second_order(shop: Shop) -> None:
    token = await shop.authorization()
    await shop.done("POST", order(token), PURCHASE)
    said = await shop.ask("POST", order(token), {**PURCHASE, "merchant_reference1": "another"})
    assert said.refusal == (409, "BAD_VALUE", ["The order has been already completed with different request body"])


async def test_an_authorization_lasts_sixty_minutes(shop: Shop) -> None:
    token = await shop.authorization()
    await shop.wait(minutes=59, seconds=59)
    assert (await shop.ask("POST", order(token), PURCHASE)).status == 200
    await shop.wait(seconds=1)
    assert (await shop.ask("POST", order(token), PURCHASE)).refusal == INVALID


async def test_an_old_authorization_gives_no_customer_token_either(shop: Shop) -> None:
    token = await shop.authorization("buy_and_tokenize")
    await shop.wait(hours=1)
    assert (await shop.ask("POST", customer_token(token), TOKEN_REQUEST)).refusal == INVALID


async def test_only_the_newest_authorization_of_a_session_counts(shop: Shop) -> None:
    session = await shop.session()
    old = (await shop.authorize(session["client_token"]))["authorization_token"]
    new = (await shop.authorize(session["client_token"]))["authorization_token"]
    assert (await shop.ask("POST", order(old), PURCHASE)).refusal == INVALID
    await shop.done("POST", order(new), PURCHASE)
    assert (await shop.ask("POST", order(old), PURCHASE)).refusal[1] == "SESSION_COMPLETED"


async def test_an_authorization_that_was_let_go_is_gone(shop: Shop) -> None:
    token = await shop.authorization()
    assert (await shop.ask("DELETE", f"{AUTHORIZATIONS}/{token}")).status == 204
    assert (await shop.ask("DELETE", f"{AUTHORIZATIONS}/{token}")).refusal == INVALID
    assert (await shop.ask("POST", order(token), PURCHASE)).refusal == INVALID


async def test_another_merchant_cannot_use_the_authorization(shop: Shop) -> None:
    token = await shop.authorization()
    assert (await shop.ask("POST", order(token), PURCHASE, user="PK00002_other")).refusal == INVALID


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        (costing(9999), "order_amount, order_tax_amount, order_lines"),
        ({**PURCHASE, "order_tax_amount": 2001}, "order_tax_amount"),
        ({**PURCHASE, "purchase_currency": "SEK"}, "purchase_currency"),
        ({**PURCHASE, "purchase_country": "AT"}, "purchase_country"),
        ({**PURCHASE, "order_lines": [{**LINE, "name": "Yacht"}]}, "order_lines"),
        ({**PURCHASE, "order_lines": [{**LINE, "quantity": 1, "unit_price": 10000}]}, "order_lines"),
        ({**PURCHASE, "billing_address": {**ADDRESS, "postal_code": "99999"}}, "billing_address.postal_code"),
    ],
)
async def test_an_order_must_be_what_was_authorized(shop: Shop, changed: Json, fields: str) -> None:
    token = await shop.authorization(billing_address=ADDRESS)
    assert (await shop.ask("POST", order(token), changed)).refusal == (
        409,
        "BAD_VALUE",
        [f"Not matching fields: [{fields}]"],
    )
    # What was refused was not placed: the right one still can be.
    assert (await shop.ask("POST", order(token), PURCHASE)).status == 200


async def test_what_matters_is_what_was_authorized_not_what_the_session_says_since(shop: Shop) -> None:
    session = await shop.session()
    token = (await shop.authorize(session["client_token"]))["authorization_token"]
    await shop.done("POST", f"/payments/v1/sessions/{session['session_id']}", costing(4200))
    assert (await shop.ask("POST", order(token), costing(4200))).status == 409
    token = (await shop.authorize(session["client_token"]))["authorization_token"]
    assert (await shop.ask("POST", order(token), costing(4200))).status == 200


async def test_the_case_of_country_and_currency_makes_no_difference(shop: Shop) -> None:
    token = await shop.authorization()
    lower = {**PURCHASE, "purchase_country": "de", "purchase_currency": "eur"}
    placed = await shop.done("POST", order(token), lower)
    assert (await shop.read(placed["order_id"]))["purchase_currency"] == "EUR"


async def test_an_order_that_does_not_add_up_is_a_bad_value(shop: Shop) -> None:
    token = await shop.authorization()
    said = await shop.ask("POST", order(token), {**PURCHASE, "order_amount": 1})
    assert said.refusal == (400, "BAD_VALUE", ["Bad value: order_amount"])


async def test_a_rejected_purchase_holds_no_money(shop: Shop) -> None:
    token = await shop.authorization(how={"outcome": "rejected"})
    assert (await shop.ask("POST", order(token), PURCHASE)).refusal == (403, "REJECTED", ["Rejected"])
    assert (await shop.done("GET", "/_sandbox/ledger"))["entries"] == []


async def test_an_order_with_auto_capture_is_captured_at_once(shop: Shop) -> None:
    token = await shop.authorization()
    placed = await shop.done("POST", order(token), {**PURCHASE, "auto_capture": True})
    assert await shop.money(placed["order_id"]) == (10000, 10000, 0, 0)
    assert (await shop.read(placed["order_id"]))["status"] == "CAPTURED"


async def test_an_order_over_nothing_is_an_order(shop: Shop) -> None:
    token = await shop.authorization(**costing(0))
    placed = await shop.done("POST", order(token), {**costing(0), "auto_capture": True})
    assert (await shop.read(placed["order_id"]))["status"] == "AUTHORIZED"


async def test_the_customer_token_comes_before_the_order_and_leaves_the_authorization_usable(shop: Shop) -> None:
    token = await shop.authorization("buy_and_tokenize", billing_address=ADDRESS)
    made = await shop.done("POST", customer_token(token), TOKEN_REQUEST)
    assert made["billing_address"] == ADDRESS
    placed = await shop.done("POST", order(token), PURCHASE)
    assert (await shop.read(placed["order_id"]))["status"] == "AUTHORIZED"
    assert (await shop.done("GET", f"/customer-token/v1/tokens/{made['token_id']}"))["status"] == "ACTIVE"


async def test_after_the_order_it_is_too_late_for_a_customer_token(shop: Shop) -> None:
    token = await shop.authorization("buy_and_tokenize")
    await shop.done("POST", order(token), PURCHASE)
    said = await shop.ask("POST", customer_token(token), TOKEN_REQUEST)
    assert said.refusal == (403, "INVALID_OPERATION", ["Authorization token already consumed"])


@pytest.mark.parametrize("session", [{}, {"intent": "buy"}])
async def test_without_the_customers_consent_there_is_no_customer_token(shop: Shop, session: Json) -> None:
    opened = await shop.session(**session)
    token = (await shop.authorize(opened["client_token"]))["authorization_token"]
    said = await shop.ask("POST", customer_token(token), TOKEN_REQUEST)
    assert said.refusal == (403, "INVALID_OPERATION", ["Not allowed to create customer token for intent buy"])


async def test_a_session_that_only_tokenizes_has_no_order(shop: Shop) -> None:
    token = await shop.authorization("tokenize")
    assert (await shop.ask("POST", order(token), PURCHASE)).refusal[:2] == (403, "INVALID_OPERATION")
    assert (await shop.ask("POST", customer_token(token), TOKEN_REQUEST)).status == 200


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"purchase_currency": "SEK"}, (409, "BAD_VALUE", ["Not matching fields: [purchase_currency]"])),
        ({"purchase_country": "SE"}, (409, "BAD_VALUE", ["Not matching fields: [purchase_country]"])),
        ({"intended_use": "WALLET"}, (400, "BAD_VALUE", ["Bad value: intended_use"])),
        ({"description": ""}, (400, "BAD_VALUE", ["Bad value: description"])),
        ({"description": "x" * 256}, (400, "BAD_VALUE", ["Bad value: description"])),
    ],
)
async def test_a_customer_token_is_asked_for_properly(
    shop: Shop, changes: Json, refusal: tuple[int, str, list[str]]
) -> None:
    token = await shop.authorization("buy_and_tokenize")
    assert (await shop.ask("POST", customer_token(token), {**TOKEN_REQUEST, **changes})).refusal == refusal


@pytest.mark.parametrize("name", list(TOKEN_REQUEST))
async def test_a_customer_token_needs_every_member(shop: Shop, name: str) -> None:
    token = await shop.authorization("buy_and_tokenize")
    body = {other: value for other, value in TOKEN_REQUEST.items() if other != name}
    assert (await shop.ask("POST", customer_token(token), body)).refusal == (400, "BAD_VALUE", [f"Bad value: {name}"])


async def test_a_rejected_purchase_leaves_no_customer_token(shop: Shop) -> None:
    token = await shop.authorization("buy_and_tokenize", how={"outcome": "rejected"})
    assert (await shop.ask("POST", customer_token(token), TOKEN_REQUEST)).refusal[1] == "REJECTED"
    assert await shop.done("GET", "/_sandbox/klarna/tokens") == {"tokens": []}
