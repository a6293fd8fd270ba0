"""Payment sessions: opened, changed and read by the shop, and gone after two days."""

from __future__ import annotations

import pytest
from tests.sandbox.klarna.shop import ADDRESS, LINE, PURCHASE, Json, Shop, costing, open_shop

from billfold.sandbox import create_app

SESSIONS = "/payments/v1/sessions"


async def test_a_session_gives_the_browser_a_token_and_something_to_choose(shop: Shop) -> None:
    session = await shop.session()
    assert session["client_token"].count(".") == 2
    assert session["payment_method_categories"][0]["identifier"] == "klarna"


async def test_a_session_is_read_as_it_was_made_but_tells_nothing_of_the_customer_before_they_agreed(
    shop: Shop,
) -> None:
    session = await shop.session(billing_address=ADDRESS, merchant_reference1="1001")
    path = f"{SESSIONS}/{session['session_id']}"
    read = await shop.done("GET", path)
    assert read["status"] == "incomplete"
    assert read["intent"] == "buy"
    assert read["order_lines"] == [LINE]
    assert read["merchant_reference1"] == "1001"
    assert "billing_address" not in read
    assert "authorization_token" not in read
    agreed = await shop.authorize(session["client_token"])
    read = await shop.done("GET", path)
    assert read["billing_address"] == ADDRESS
    assert read["authorization_token"] == agreed["authorization_token"]


async def test_a_session_takes_a_new_amount(shop: Shop) -> None:
    session = await shop.session()
    said = await shop.ask("POST", f"{SESSIONS}/{session['session_id']}", costing(4200))
    assert (said.status, said.body) == (204, None)
    assert (await shop.done("GET", f"{SESSIONS}/{session['session_id']}"))["order_amount"] == 4200


async def test_a_change_that_does_not_add_up_leaves_the_session_as_it_was(shop: Shop) -> None:
    session = await shop.session()
    said = await shop.ask("POST", f"{SESSIONS}/{session['session_id']}", {"order_amount": 1})
    assert said.refusal == (400, "BAD_VALUE", ["Bad value: order_amount"])
    assert (await shop.done("GET", f"{SESSIONS}/{session['session_id']}"))["order_amount"] == 10000


async def test_a_session_lives_for_48_hours(shop: Shop) -> None:
    session = await shop.session()
    await shop.wait(hours=47, minutes=59)
    assert (await shop.ask("GET", f"{SESSIONS}/{session['session_id']}")).status == 200
    await shop.wait(minutes=1)
    said = await shop.ask("GET", f"{SESSIONS}/{session['session_id']}")
    assert said.refusal == (404, "NOT_FOUND", ["Invalid session id"])
    said = await shop.ask("POST", "/_sandbox/authorize", {"client_token": session["client_token"]})
    assert said.status == 404


async def test_another_merchant_does_not_find_the_session(shop: Shop) -> None:
    session = await shop.session()
    said = await shop.ask("GET", f"{SESSIONS}/{session['session_id']}", user="PK00002_other")
    assert said.refusal == (404, "NOT_FOUND", ["Invalid session id"])


@pytest.mark.parametrize("user", [None, "wrong", ""])
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", SESSIONS), ("GET", "/customer-token/v1/tokens/x"), ("GET", "/ordermanagement/v1/orders/x"), ("GET", "/")],
)
async def test_without_good_credentials_there_is_a_401_without_a_word(
    shop: Shop, method: str, path: str, user: str | None
) -> None:
    said = await shop.ask(method, path, user=user)
    assert (said.status, said.body) == (401, None)


@pytest.mark.parametrize("header", ["Bearer abc", "Basic", "Basic %%%%", "Basic dXNlcg==", "Basic /w=="])
async def test_what_is_no_pair_of_user_and_password_is_no_credential(shop: Shop, header: str) -> None:
    said = await shop.ask("GET", f"{SESSIONS}/x", user=None, headers={"Authorization": header})
    assert said.status == 401


async def test_an_operation_klarna_has_not_is_not_found(shop: Shop) -> None:
    assert (await shop.ask("GET", "/payments/v9/sessions")).refusal[:2] == (404, "NOT_FOUND")


async def test_a_body_that_is_no_json_is_a_bad_request(shop: Shop) -> None:
    assert (await shop.ask("POST", SESSIONS, b"{")).refusal[:2] == (400, "BAD_REQUEST")


async def test_members_klarna_does_not_know_are_dropped() -> None:
    # Unjudged: the descriptions are mended so that they allow no such member.
    async with open_shop(create_app()) as shop:
        session = await shop.session(favourite_colour="pink")
        assert "favourite_colour" not in await shop.done("GET", f"{SESSIONS}/{session['session_id']}")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"purchase_country": "DEU"}, ["purchase_country"]),
        ({"purchase_currency": "€"}, ["purchase_currency"]),
        ({"order_amount": 12.5}, ["order_amount"]),
        ({"order_amount": "10000"}, ["order_amount"]),
        ({"order_amount": True}, ["order_amount"]),
        ({"order_amount": -1}, ["order_amount"]),
        ({"order_amount": None}, ["order_amount"]),
        ({"order_amount": 9999}, ["order_amount"]),
        ({"order_lines": []}, ["order_lines"]),
        ({"order_lines": None}, ["order_lines"]),
        ({"order_lines": [{**LINE, "name": ""}]}, ["order_lines[0].name"]),
        ({"order_lines": [{**LINE, "unit_price": 4999}]}, ["order_lines[0].total_amount"]),
        ({"order_lines": [{**LINE, "total_tax_amount": 1998}]}, ["order_lines[0].total_tax_amount"]),
        ({"order_tax_amount": 1997}, ["order_tax_amount"]),
        ({"order_tax_amount": 0}, ["order_tax_amount"]),
        ({"intent": "steal"}, ["intent"]),
        ({"locale": "german"}, ["locale"]),
        ({"merchant_reference1": "x" * 256}, ["merchant_reference1"]),
        ({"billing_address": {"country": "Germany", "postal_code": "1" * 11}}, ["billing_address.country", "postal"]),
        ({"merchant_urls": "https://shop.example"}, ["merchant_urls"]),
    ],
)
async def test_what_does_not_fit_is_refused_by_its_name(shop: Shop, changes: Json, named: list[str]) -> None:
    status, code, messages = (await shop.ask("POST", SESSIONS, {**PURCHASE, **changes})).refusal
    assert (status, code) == (400, "BAD_VALUE")
    assert len(messages) == len(named)
    for message, name in zip(messages, named, strict=True):
        assert message.startswith("Bad value: ")
        assert name in message


@pytest.mark.parametrize(
    "purchase",
    [
        pytest.param(costing(0), id="nothing to pay"),
        pytest.param({**PURCHASE, "order_tax_amount": 2002}, id="tax off by one for each of two items"),
        pytest.param({**PURCHASE, "order_lines": [{**LINE, "total_tax_amount": 2001}]}, id="tax of a line off by one"),
        pytest.param(
            costing(900)
            | {
                "order_lines": [
                    {"name": "Hat", "quantity": 1, "unit_price": 1000, "total_amount": 1000},
                    {"type": "discount", "name": "Ten off", "quantity": 1, "unit_price": -100, "total_amount": -100},
                ]
            },
            id="a discount",
        ),
        pytest.param(
            costing(1100)
            | {
                "order_tax_amount": 100,
                "order_lines": [
                    {"name": "Hat", "quantity": 1, "unit_price": 1000, "total_amount": 1000},
                    {"type": "sales_tax", "name": "Tax", "quantity": 1, "unit_price": 100, "total_amount": 100},
                ],
            },
            id="sales tax on a line of its own",
        ),
    ],
)
async def test_what_adds_up_is_taken(shop: Shop, purchase: Json) -> None:
    assert (await shop.ask("POST", SESSIONS, purchase)).status == 200
