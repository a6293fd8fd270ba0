"""Order management: capture, cancel, release, refund, change, and what time does to an order."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from tests.sandbox.klarna.shop import ADDRESS, LINE, PURCHASE, Json, Shop, costing

CAPTURE_REFUSED = (403, "CAPTURE_NOT_ALLOWED", ["Capture not allowed"])


async def test_an_order_is_read_with_what_it_was_placed_with(shop: Shop) -> None:
    purchase = {"billing_address": ADDRESS, "merchant_reference1": "1001", "merchant_data": "{}"}
    read = await shop.read(await shop.order(purchase=purchase))
    assert read["billing_address"] == ADDRESS
    assert read["merchant_reference1"] == "1001"
    assert read["order_lines"] == [LINE]
    assert read["initial_payment_method"] == {"type": "CARD", "description": "Card"}
    assert (read["status"], read["fraud_status"]) == ("AUTHORIZED", "ACCEPTED")
    assert (read["order_amount"], read["original_order_amount"], read["remaining_authorized_amount"]) == (10000,) * 3


async def test_a_capture_takes_a_part_and_the_next_one_the_rest(shop: Shop) -> None:
    order = await shop.order()
    first = await shop.capture(order, 4000)
    assert (first.status, first.body) == (201, None)
    read = await shop.read(order)
    assert (read["status"], read["captured_amount"], read["remaining_authorized_amount"]) == (
        "PART_CAPTURED",
        4000,
        6000,
    )
    await shop.capture(order, 6000)
    read = await shop.read(order)
    assert (read["status"], read["captured_amount"], read["remaining_authorized_amount"]) == ("CAPTURED", 10000, 0)
    assert await shop.money(order) == (10000, 10000, 0, 0)


async def test_a_capture_is_found_where_its_headers_say(shop: Shop) -> None:
    order = await shop.order()
    body = {"captured_amount": 4000, "description": "Shirts", "reference": "s-1", "order_lines": [LINE]}
    said = await shop.manage(order, "captures", body)
    path = said.headers["Location"].removeprefix(f"{shop.base}/klarna")
    assert path == f"/ordermanagement/v1/orders/{order}/captures/{said.headers['Capture-Id']}"
    read = await shop.done("GET", path)
    assert (read["capture_id"], read["captured_amount"]) == (said.headers["Capture-Id"], 4000)
    assert (read["description"], read["reference"], read["refunded_amount"]) == ("Shirts", "s-1", 0)
    assert await shop.done("GET", f"/ordermanagement/v1/orders/{order}/captures") == [read]


@pytest.mark.parametrize("amount", [10001, 0])
async def test_no_more_than_is_held_is_captured_and_no_less_than_something(shop: Shop, amount: int) -> None:
    order = await shop.order()
    assert (await shop.capture(order, amount)).refusal == CAPTURE_REFUSED
    assert await shop.money(order) == (10000, 0, 0, 0)


@pytest.mark.parametrize("body", [{}, {"captured_amount": "100"}, {"captured_amount": -1}, {"captured_amount": 1.5}])
async def test_a_capture_that_cannot_be_read_is_unprocessable(shop: Shop, body: Json) -> None:
    status, code, messages = (await shop.manage(await shop.order(), "captures", body)).refusal
    assert (status, code) == (422, "UNPROCESSABLE_ENTITY")
    assert "captured_amount" in messages[0]


async def test_a_repeated_key_captures_once_whatever_the_amount(shop: Shop) -> None:
    order = await shop.order()
    first = await shop.capture(order, 4000, key="k1")
    again = await shop.capture(order, 5000, key="k1")
    assert first.headers["Capture-Id"] == again.headers["Capture-Id"]
    assert first.headers["Location"] == again.headers["Location"]
    assert await shop.money(order) == (10000, 4000, 0, 0)
    await shop.capture(order, 4000, key="k2")
    assert await shop.money(order) == (10000, 8000, 0, 0)


async def test_a_refusal_is_repeated_too(shop: Shop) -> None:
    order = await shop.order()
    first = await shop.capture(order, 10001, key="k1")
    again = await shop.capture(order, 1, key="k1")
    assert (first.status, first.body) == (again.status, again.body)


async def test_a_key_is_forgotten_after_24_hours(shop: Shop) -> None:
    order = await shop.order()
    await shop.capture(order, 4000, key="k1")
    await shop.wait(hours=24)
    await shop.capture(order, 4000, key="k1")
    assert await shop.money(order) == (10000, 8000, 0, 0)


async def test_a_key_says_nothing_about_another_order(shop: Shop) -> None:
    orders = [await shop.order() for _ in range(2)]
    for order in orders:
        await shop.capture(order, 4000, key="k1")
    assert [await shop.money(order) for order in orders] == [(10000, 4000, 0, 0)] * 2


async def test_a_capture_whose_answer_was_lost_is_repeated_without_harm(shop: Shop) -> None:
    order = await shop.order()
    await shop.done("POST", "/_sandbox/faults", {"do": "drop", "psp": "klarna", "path": "captures"})
    with pytest.raises(aiohttp.ClientConnectionError):
        await shop.capture(order, 4000, key="k1")
    assert await shop.money(order) == (10000, 4000, 0, 0)
    assert (await shop.capture(order, 4000, key="k1")).status == 201
    assert await shop.money(order) == (10000, 4000, 0, 0)


async def test_a_key_in_use_is_a_conflict(shop: Shop) -> None:
    order = await shop.order()
    await shop.done("POST", "/_sandbox/faults", {"do": "hold", "psp": "klarna", "path": "captures", "seconds": 3600})
    both = [asyncio.create_task(shop.capture(order, 4000, key="k1")) for _ in range(2)]
    (quick,), (held,) = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    assert quick.result().refusal[:2] == (409, "CONFLICT")
    await shop.wait(hours=1)
    assert (await held).status == 201
    assert await shop.money(order) == (10000, 4000, 0, 0)


async def test_an_order_is_cancelled_before_it_is_captured(shop: Shop) -> None:
    order = await shop.order()
    said = await shop.manage(order, "cancel")
    assert (said.status, said.body) == (204, None)
    read = await shop.read(order)
    assert (read["status"], read["remaining_authorized_amount"]) == ("CANCELLED", 0)
    assert await shop.money(order) == (10000, 0, 10000, 0)
    assert (await shop.capture(order, 1)).refusal == CAPTURE_REFUSED
    assert (await shop.manage(order, "cancel")).refusal[:2] == (403, "CANCEL_NOT_ALLOWED")
    assert await shop.money(order) == (10000, 0, 10000, 0)


async def test_an_order_with_captures_is_not_cancelled(shop: Shop) -> None:
    order = await shop.order()
    await shop.capture(order, 1)
    assert (await shop.manage(order, "cancel")).refusal == (
        403,
        "CANCEL_NOT_ALLOWED",
        ["Order has previous captures. Cancel not possible"],
    )


async def test_what_is_not_captured_can_be_released(shop: Shop) -> None:
    order = await shop.order()
    await shop.capture(order, 4000)
    assert (await shop.manage(order, "release-remaining-authorization")).status == 204
    read = await shop.read(order)
    assert (read["status"], read["remaining_authorized_amount"]) == ("CAPTURED", 0)
    assert await shop.money(order) == (10000, 4000, 6000, 0)
    assert (await shop.capture(order, 1)).refusal == CAPTURE_REFUSED


async def test_there_must_be_captures_and_a_remainder_to_release(shop: Shop) -> None:
    order = await shop.order()
    assert (await shop.manage(order, "release-remaining-authorization")).refusal[:2] == (403, "NOT_ALLOWED")
    await shop.capture(order, 10000)
    assert (await shop.manage(order, "release-remaining-authorization")).refusal == (
        403,
        "NOT_ALLOWED",
        ["Order is fully captured. Remaining authorization cannot be released."],
    )


async def test_refunds_go_up_to_what_was_captured(shop: Shop) -> None:
    order = await shop.order()
    await shop.capture(order, 3000)
    await shop.capture(order, 3000)
    said = await shop.refund(order, 4000)
    assert (said.status, said.body) == (201, None)
    path = said.headers["Location"].removeprefix(f"{shop.base}/klarna")
    read = await shop.done("GET", path)
    assert (read["refund_id"], read["refunded_amount"]) == (said.headers["Refund-Id"], 4000)
    shown = await shop.read(order)
    assert shown["refunded_amount"] == 4000
    assert shown["refunds"] == [read]
    assert [capture["refunded_amount"] for capture in shown["captures"]] == [3000, 1000]
    assert (await shop.refund(order, 2001)).refusal == (403, "REFUND_NOT_ALLOWED", ["Refund not allowed"])
    assert (await shop.refund(order, 2000)).status == 201
    assert await shop.money(order) == (10000, 6000, 0, 6000)


async def test_what_is_not_captured_is_not_refunded(shop: Shop) -> None:
    assert (await shop.refund(await shop.order(), 1)).refusal == (
        403,
        "REFUND_NOT_ALLOWED",
        ["Order has no captures. Refund not possible"],
    )


async def test_a_repeated_key_refunds_once(shop: Shop) -> None:
    order = await shop.order()
    await shop.capture(order, 10000)
    first, again = await shop.refund(order, 400, key="k1"), await shop.refund(order, 400, key="k1")
    assert first.headers["Refund-Id"] == again.headers["Refund-Id"]
    assert await shop.money(order) == (10000, 10000, 0, 400)


@pytest.mark.parametrize(("amount", "money"), [(12000, (12000, 4000, 0, 0)), (5000, (10000, 4000, 5000, 0))])
async def test_a_new_amount_holds_more_or_lets_go(shop: Shop, amount: int, money: tuple[int, int, int, int]) -> None:
    order = await shop.order()
    await shop.capture(order, 4000)
    lines = costing(amount)["order_lines"]
    body = {"order_amount": amount, "order_lines": lines}
    assert (await shop.manage(order, "authorization", body, method="PATCH")).status == 204
    read = await shop.read(order)
    assert (read["order_amount"], read["original_order_amount"]) == (amount, 10000)
    assert read["remaining_authorized_amount"] == amount - 4000
    assert read["order_lines"] == lines
    assert await shop.money(order) == money


async def test_a_new_amount_covers_what_is_captured(shop: Shop) -> None:
    order = await shop.order()
    await shop.capture(order, 8000)
    assert (await shop.manage(order, "authorization", {"order_amount": 7000}, method="PATCH")).refusal == (
        403,
        "NOT_ALLOWED",
        [
            "Resulting authorization amount 7000 cannot be less than the captured amount 8000 for order. Order "
            "authorization cannot be updated"
        ],
    )


async def test_the_lines_of_a_new_amount_add_up(shop: Shop) -> None:
    body = {"order_amount": 1, "order_lines": [LINE]}
    said = await shop.manage(await shop.order(), "authorization", body, method="PATCH")
    assert said.refusal[:2] == (422, "UNPROCESSABLE_ENTITY")


async def test_an_authorization_expires_after_28_days(shop: Shop) -> None:
    order = await shop.order()
    await shop.wait(days=27)
    assert (await shop.read(order))["status"] == "AUTHORIZED"
    await shop.wait(days=1)
    assert (await shop.read(order))["status"] == "EXPIRED"
    assert await shop.money(order) == (10000, 0, 10000, 0)
    assert (await shop.capture(order, 1)).refusal == CAPTURE_REFUSED
    assert (await shop.manage(order, "cancel")).refusal[1] == "CANCEL_NOT_ALLOWED"
    assert (await shop.manage(order, "extend-authorization-time")).refusal[1] == "NOT_ALLOWED"
    await shop.wait(days=7)
    assert (await shop.read(order))["status"] == "CLOSED"


async def test_a_capture_can_still_be_refunded_when_the_rest_has_expired(shop: Shop) -> None:
    order = await shop.order()
    await shop.capture(order, 4000)
    await shop.wait(days=40)
    assert (await shop.refund(order, 4000)).status == 201
    assert await shop.money(order) == (10000, 4000, 6000, 4000)


async def test_an_authorization_is_extended_by_28_days_up_to_180(shop: Shop) -> None:
    order = await shop.order()
    for _ in range(6):
        await shop.wait(days=25)
        assert (await shop.manage(order, "extend-authorization-time")).status == 204
    await shop.wait(days=25)
    assert (await shop.manage(order, "extend-authorization-time")).refusal[1] == "NOT_ALLOWED"
    assert (await shop.capture(order, 10000)).status == 201


SHIPPING = {"shipping_info": [{"shipping_company": "DHL", "tracking_number": "1"}]}


async def test_references_address_and_shipping_are_kept(shop: Shop) -> None:
    order = await shop.order()
    references = {"merchant_reference1": "1001", "merchant_reference2": "x"}
    assert (await shop.manage(order, "merchant-references", references, method="PATCH")).status == 204
    details = {"shipping_address": ADDRESS}
    assert (await shop.manage(order, "customer-details", details, method="PATCH")).status == 204
    assert (await shop.manage(order, "shipping-info", SHIPPING)).status == 204
    assert (await shop.manage(order, "acknowledge")).status == 204
    read = await shop.read(order)
    assert read | references | details | SHIPPING == read


async def test_a_cancelled_order_is_not_changed(shop: Shop) -> None:
    order = await shop.order()
    await shop.manage(order, "cancel")
    for path, method, body in [
        ("merchant-references", "PATCH", {"merchant_reference1": "1001"}),
        ("customer-details", "PATCH", {"shipping_address": ADDRESS}),
        ("authorization", "PATCH", {"order_amount": 1}),
        ("acknowledge", "POST", None),
        ("release-remaining-authorization", "POST", None),
    ]:
        assert (await shop.manage(order, path, body, method=method)).refusal[:2] == (403, "NOT_ALLOWED"), path


async def test_a_capture_takes_shipping_info_and_letters(shop: Shop) -> None:
    order = await shop.order()
    capture = (await shop.capture(order, 4000)).headers["Capture-Id"]
    assert (await shop.manage(order, f"captures/{capture}/shipping-info", SHIPPING)).status == 204
    assert (await shop.manage(order, f"captures/{capture}/trigger-send-out")).status == 204
    read = await shop.done("GET", f"/ordermanagement/v1/orders/{order}/captures/{capture}")
    assert read | SHIPPING == read


async def test_only_what_is_paid_later_has_a_due_date_to_extend(shop: Shop) -> None:
    for instrument, offers in (("invoice", 2), ("card", 0)):
        order = await shop.order(how={"instrument": instrument})
        capture = (await shop.capture(order, 4000)).headers["Capture-Id"]
        path = f"captures/{capture}/extend-due-date"
        options = (await shop.manage(order, f"{path}-options", method="GET")).body["options"]
        assert len(options) == offers
        said = await shop.manage(order, path, {"number_of_days": 14}, method="PATCH")
        assert said.status == (204 if offers else 403)
        assert (await shop.manage(order, path, {"number_of_days": 3}, method="PATCH")).status == 403


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("POST", "/captures", {"captured_amount": 1}),
        ("GET", "/captures", None),
        ("POST", "/refunds", {"refunded_amount": 1}),
        ("POST", "/cancel", None),
        ("POST", "/release-remaining-authorization", None),
        ("PATCH", "/authorization", {"order_amount": 1}),
    ],
)
async def test_an_order_nobody_knows_is_not_found_nor_is_another_merchants(
    shop: Shop, method: str, path: str, body: Json | None
) -> None:
    order = await shop.order()
    unknown = await shop.ask(method, f"/ordermanagement/v1/orders/nothing{path}", body)
    assert unknown.refusal == (404, "NO_SUCH_ORDER", ["Order nothing cannot be found"])
    foreign = await shop.ask(method, f"/ordermanagement/v1/orders/{order}{path}", body, user="PK00002_other")
    assert foreign.refusal[:2] == (404, "NO_SUCH_ORDER")


async def test_captures_and_refunds_nobody_knows_are_not_found(shop: Shop) -> None:
    order = await shop.order()
    assert (await shop.manage(order, "captures/nothing", method="GET")).refusal[:2] == (404, "NO_SUCH_CAPTURE")
    assert (await shop.manage(order, "refunds/nothing", method="GET")).refusal == (
        404,
        "NOT_FOUND",
        [f"Refund nothing cannot be found for order {order}"],
    )


async def test_a_pending_order_holds_money_but_gives_none(shop: Shop) -> None:
    order = await shop.order(how={"outcome": "pending"})
    assert (await shop.read(order))["fraud_status"] == "PENDING"
    assert (await shop.capture(order, 1)).refusal == CAPTURE_REFUSED
    assert await shop.money(order) == (10000, 0, 0, 0)
    await shop.done("POST", f"/_sandbox/klarna/orders/{order}/fraud", {"fraud_status": "ACCEPTED"})
    assert (await shop.capture(order, 1)).status == 201


async def test_an_order_rejected_in_the_end_lets_the_money_go(shop: Shop) -> None:
    order = await shop.order(how={"outcome": "pending"})
    await shop.done("POST", f"/_sandbox/klarna/orders/{order}/fraud", {"fraud_status": "REJECTED"})
    read = await shop.read(order)
    assert (read["status"], read["fraud_status"]) == ("CANCELLED", "REJECTED")
    assert await shop.money(order) == (10000, 0, 10000, 0)
    assert (await shop.capture(order, 1)).refusal == CAPTURE_REFUSED


async def test_automatic_capture_waits_for_the_assessment(shop: Shop) -> None:
    order = await shop.order(how={"outcome": "pending"}, purchase={"merchant_reference1": "1"})
    assert await shop.money(order) == (10000, 0, 0, 0)
    token = await shop.authorization(how={"outcome": "pending"})
    placed = await shop.done("POST", f"/payments/v1/authorizations/{token}/order", {**PURCHASE, "auto_capture": True})
    assert await shop.money(placed["order_id"]) == (10000, 0, 0, 0)
    path = f"/_sandbox/klarna/orders/{placed['order_id']}/fraud"
    await shop.done("POST", path, {"fraud_status": "ACCEPTED"})
    assert await shop.money(placed["order_id"]) == (10000, 10000, 0, 0)


async def test_an_assessment_is_steered_once_and_properly(shop: Shop) -> None:
    order = await shop.order(how={"outcome": "pending"})
    path = f"/_sandbox/klarna/orders/{order}/fraud"
    senseless: list[object] = [{}, {"fraud_status": "PENDING"}, b"{", []]
    for body in senseless:
        assert (await shop.ask("POST", path, body)).status == 400
    assert (await shop.ask("POST", path, {"fraud_status": "ACCEPTED"})).status == 200
    assert (await shop.ask("POST", path, {"fraud_status": "REJECTED"})).status == 409
    assert (await shop.ask("POST", "/_sandbox/klarna/orders/nothing/fraud", {})).status == 404
