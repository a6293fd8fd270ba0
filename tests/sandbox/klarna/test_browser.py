"""The customer's browser: what `Klarna.Payments.authorize` does, asked from a page of the shop."""

from __future__ import annotations

import base64
import json

import pytest
from tests.sandbox.klarna.shop import ADDRESS, PURCHASE, Json, Shop, costing


async def test_an_approval_brings_an_authorization_token(shop: Shop) -> None:
    said = await shop.authorize((await shop.session())["client_token"])
    assert said["approved"] is True
    assert said["show_form"] is True
    assert said["authorization_token"]


async def test_a_customer_who_closes_the_window_may_try_again(shop: Shop) -> None:
    session = await shop.session()
    assert await shop.authorize(session["client_token"], approve=False) == {"approved": False, "show_form": True}
    assert (await shop.authorize(session["client_token"]))["approved"] is True


@pytest.mark.parametrize(
    "address", [{**ADDRESS, "given_name": "Declined"}, {**ADDRESS, "email": "customer+denied@email.de"}]
)
async def test_whom_klarna_denies_is_not_asked_again(shop: Shop, address: Json) -> None:
    session = await shop.session(billing_address=address)
    assert await shop.authorize(session["client_token"]) == {"approved": False, "show_form": False}
    session = await shop.session()
    said = await shop.authorize(session["client_token"], billing_address=address)
    assert said == {"approved": False, "show_form": False}


async def test_what_the_page_says_of_the_order_counts(shop: Shop) -> None:
    session = await shop.session()
    changed = {name: costing(4200)[name] for name in ("order_amount", "order_tax_amount", "order_lines")}
    said = await shop.authorize(session["client_token"], payment_method_category="klarna", **changed)
    path = f"/payments/v1/authorizations/{said['authorization_token']}/order"
    assert (await shop.ask("POST", path, PURCHASE)).status == 409
    assert (await shop.ask("POST", path, costing(4200))).status == 200


async def test_nonsense_from_the_page_is_a_bad_value(shop: Shop) -> None:
    session = await shop.session()
    for body in ({"order_amount": 1}, {"order_amount": "1"}):
        said = await shop.ask("POST", "/_sandbox/authorize", {"client_token": session["client_token"], **body})
        assert (said.status, said.body["error_code"]) == (400, "BAD_VALUE")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        ([], 400),
        ({}, 400),
        ({"client_token": 5}, 400),
        ({"client_token": "nobody's"}, 404),
        ({"client_token": "", "approve": "yes"}, 400),
        ({"client_token": "", "outcome": "maybe"}, 400),
        ({"client_token": "", "instrument": "cash"}, 400),
        ({"client_token": "", "colour": "pink"}, 400),
    ],
)
async def test_what_the_window_does_not_understand_it_says_in_a_sentence(shop: Shop, body: object, status: int) -> None:
    said = await shop.ask("POST", "/_sandbox/authorize", body)
    assert said.status == status
    assert said.body["sandbox_error"].endswith((".", "}"))


async def test_a_page_of_another_origin_may_ask(shop: Shop) -> None:
    asking = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    said = await shop.ask("OPTIONS", "/_sandbox/authorize", headers=asking)
    assert said.status == 200
    assert said.headers["Access-Control-Allow-Origin"] == "*"


async def test_the_client_token_looks_like_a_token_and_names_its_session(shop: Shop) -> None:
    session = await shop.session()
    _, claims, _ = session["client_token"].split(".")
    read = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert read == {"session_id": session["session_id"], "base_url": shop.base}


async def test_after_the_purchase_the_browser_is_sent_to_the_confirmation_page(shop: Shop) -> None:
    urls = {"confirmation": "https://shop.example/thanks?order={order.id}&session={session.id}"}
    session = await shop.session(merchant_urls=urls)
    token = (await shop.authorize(session["client_token"]))["authorization_token"]
    placed = await shop.done("POST", f"/payments/v1/authorizations/{token}/order", PURCHASE)
    said = await shop.ask("GET", placed["redirect_url"].removeprefix(shop.base))
    assert said.status == 302
    assert said.headers["Location"] == (
        f"https://shop.example/thanks?order={placed['order_id']}&session={session['session_id']}"
    )


async def test_without_a_confirmation_page_the_redirect_leads_nowhere_and_says_so(shop: Shop) -> None:
    order = await shop.order()
    said = await shop.ask("GET", f"/_sandbox/klarna/redirect/{order}")
    assert said.status == 404
    assert "confirmation" in said.body["sandbox_error"]
    assert (await shop.ask("GET", "/_sandbox/klarna/redirect/nothing")).status == 404
