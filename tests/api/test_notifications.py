"""What PSPs report by themselves: verified, kept once, taken in whenever it comes, and never counted twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from tests.api.shipping import choose, in_stock, order_of, ready
from tests.api.shop import money, moved, of, pay_for, placed, ready_to_place, topics, transaction
from tests.api.till import gift_card
from tests.articles import SHIRT
from tests.store import Store, open_store

from billfold.client import Answer

RIVALS = 8


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    async with open_store(database, reports=True) as opened:
        yield opened


async def delivered(store: Store) -> None:
    """Stripe has nothing left to report."""
    async with asyncio.timeout(20):
        while any(e["pending_webhooks"] for e in (await store.at_stripe("events?limit=100"))["data"]):
            pass


async def reported(store: Store) -> None:
    """Stripe has nothing left to report, and the worker has taken in everything."""
    await delivered(store)
    await work(store)


async def work(store: Store) -> None:
    worker = store.worker()
    while await worker.once():
        pass


async def gateway_url(store: Store, called: str) -> str:
    key = await store.tools.db.fetchval("SELECT notification_key FROM payment_gateways WHERE type = $1", called)
    return f"{store.url}/webhook_callbacks/{called}/{key}"


async def inbox(store: Store) -> list[str]:
    return [row["topic"] for row in await store.tools.db.fetch("SELECT topic FROM inbox ORDER BY received_at")]


async def intent_of(store: Store, order: Answer) -> str:
    return str((await store.back_office.get(f"orders/{order.id}/payment_source"))["stripe_id"])


async def post(store: Store, url: str, body: bytes, **headers: str) -> int:
    async with store.http.post(url, data=body, headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize("signature", [None, "", "t=1,v1=00", "nonsense"])
async def test_a_report_that_is_not_signed_is_refused_and_nothing_of_it_kept(
    store: Store, signature: str | None
) -> None:
    url = await gateway_url(store, "stripe_gateways")
    body = msgspec.json.encode({"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": {}}})
    headers = {} if signature is None else {"Stripe-Signature": signature}
    assert await post(store, url, body, **headers) == 400
    assert await inbox(store) == []
    assert await store.tools.db.fetchval("SELECT count(*) FROM jobs") == 0


async def test_a_report_to_nobody_is_not_found(store: Store) -> None:
    assert await post(store, f"{store.url}/webhook_callbacks/stripe_gateways/nobody", b"{}") == 404
    assert await post(store, f"{store.url}/webhook_callbacks/orders/nobody", b"{}") == 404


async def test_a_report_before_placing_is_the_authorization_that_placing_finds(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    await reported(store)
    assert of(await ada.get(f"orders/{order.id}"), "status", "payment_status") == ("pending", "authorized")
    done = await ada.update("orders", order.id, {"_place": True})
    assert of(done, "status", "payment_status") == ("placed", "authorized")
    assert await money(store, order.id) == [("authorizations", 2900, True)]
    assert (await topics(store, order.id)).count("orders.authorize") == 1


async def test_placing_and_the_report_do_not_wait_for_each_other(store: Store) -> None:
    ada = await store.customer()
    orders = [await ready_to_place(store, ada) for _ in range(RIVALS)]
    await delivered(store)
    async with asyncio.TaskGroup() as at_once:
        at_once.create_task(work(store))
        answers = [at_once.create_task(ada.update("orders", order.id, {"_place": True})) for order in orders]
    assert {of(answer.result(), "status", "payment_status") for answer in answers} == {("placed", "authorized")}
    for order in orders:
        assert await money(store, order.id) == [("authorizations", 2900, True)]


async def test_a_card_that_failed_its_challenge_is_forgotten_and_the_form_shown_again(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    source = await ada.create("stripe_payments", {}, order=("orders", order.id))
    asked = await store.confirm_in_browser(source, number="4000002760003184")
    await reported(store)
    shown = await ada.get(f"stripe_payments/{source.id}")
    assert shown["payment_instrument"]["card_last_digits"] == "3184"
    async with store.http.post(f"{asked['next_action']['use_stripe_sdk']['stripe_js']}/fail") as answered:
        assert answered.status == 200
    await reported(store)
    shown = await ada.get(f"stripe_payments/{source.id}")
    assert of(shown, "payment_instrument", "payment_method") == (None, None)


async def test_a_report_after_placing_changes_nothing(store: Store) -> None:
    ada = await store.customer()
    order = await placed(store, ada)
    events = await topics(store, order.id)
    await reported(store)
    assert await money(store, order.id) == [("authorizations", 2900, True)]
    assert await topics(store, order.id) == events


async def test_a_method_that_places_by_itself_places_when_the_report_comes(store: Store) -> None:
    method = store.made["payment_methods"]["stripe_payments"]
    await store.back_office.update("payment_methods", method, {"auto_place": True})
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    await reported(store)
    assert of(await ada.get(f"orders/{order.id}"), "status", "payment_status") == ("placed", "authorized")
    assert await moved(store) == [("authorization", 2900)]


async def test_goods_are_placed_by_themselves_when_the_report_comes(store: Store) -> None:
    method = store.made["payment_methods"]["stripe_payments"]
    await store.back_office.update("payment_methods", method, {"auto_place": True})
    order = await ready(store, await store.guest(), SHIRT, way="stripe_payments")
    await reported(store)
    shown = await store.back_office.get(f"orders/{order}", include="shipments")
    assert of(shown, "status", "payment_status") == ("placed", "authorized")
    assert [s["attributes"]["status"] for s in shown.included("shipments")] == ["upcoming"]


async def test_goods_are_placed_by_themselves_when_their_source_is_read_anew(store: Store) -> None:
    method = store.made["payment_methods"]["stripe_payments"]
    await store.back_office.update("payment_methods", method, {"auto_place": True})
    guest = await store.guest()
    order = await order_of(guest, SHIRT)
    await choose(store, guest, order)
    await guest.update("orders", order, payment_method=store.method("stripe_payments"))
    await store.fault("deliver_never", event="payment_intent", times=None)
    source = await pay_for(store, guest, order)
    read = await guest.update("stripe_payments", source.id, {"_refresh": True})
    assert read["payment_instrument"]["card_last_digits"] == "4242"
    assert of(await guest.get(f"orders/{order}"), "status", "payment_status") == ("placed", "authorized")


async def test_an_order_that_cannot_be_placed_by_itself_takes_nothing(store: Store) -> None:
    method = store.made["payment_methods"]["stripe_payments"]
    await store.back_office.update("payment_methods", method, {"auto_place": True})
    card, before, guest = await gift_card(store, cents=500), await in_stock(store, SHIRT), await store.guest()
    order = await order_of(guest, SHIRT)
    await choose(store, guest, order)
    values = {"gift_card_code": card["code"]}
    await guest.update("orders", order, values, payment_method=store.method("stripe_payments"))
    await pay_for(store, guest, order)
    await store.back_office.update("gift_cards", card.id, {"_balance_change_cents": -500})
    await reported(store)
    shown = await store.back_office.get(f"orders/{order}")
    assert of(shown, "status", "payment_status") == ("pending", "authorized")
    assert await in_stock(store, SHIRT) == before


async def test_an_order_that_changed_meanwhile_is_not_placed_by_itself(store: Store) -> None:
    method = store.made["payment_methods"]["stripe_payments"]
    await store.back_office.update("payment_methods", method, {"auto_place": True})
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    item = {"sku_code": store.made["skus"][1], "quantity": 1}
    await ada.create("line_items", item, order=("orders", order.id))
    await reported(store)
    shown = await ada.get(f"orders/{order.id}")
    assert of(shown, "status", "payment_status") == ("pending", "partially_authorized")


async def test_a_report_that_comes_twice_and_late_is_kept_and_counted_once(store: Store) -> None:
    await store.fault("deliver_twice", event="amount_capturable_updated")
    await store.fault("deliver_late", event="charge.captured|payment_intent.succeeded", seconds=3600, times=None)
    ada = await store.customer()
    order = await placed(store, ada)
    await store.back_office.update("orders", order.id, {"_capture": True})
    await store.back_office.update("orders", order.id, {"_refund": True})
    async with store.http.post(f"{store.sandbox}/_sandbox/clock", json={"advance": 3700}) as answer:
        assert answer.status == 200
    await reported(store)
    assert await money(store, order.id) == [
        ("authorizations", 2900, True),
        ("captures", 2900, True),
        ("refunds", 2900, True),
    ]
    assert (await inbox(store)).count("payment_intent.amount_capturable_updated") == 1
    assert of(await ada.get(f"orders/{order.id}"), "status", "payment_status") == ("cancelled", "refunded")
    assert await store.tools.db.fetchval("SELECT count(*) FROM inbox WHERE applied_at IS NULL") == 0


async def test_reports_are_kept_without_secrets(store: Store) -> None:
    await placed(store, await store.customer())
    await reported(store)
    kept = await store.tools.db.fetchval("SELECT string_agg(body::text, ' ') FROM inbox")
    assert "_secret_" not in kept
    assert "4242424242424242" not in kept


async def test_a_payment_with_a_former_source_is_taken_back_while_the_order_can_still_change(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    first = await ada.create("stripe_payments", {}, order=("orders", order.id))
    await store.fault("error", path="cancel", times=None)
    second = await ada.create("stripe_payments", {}, order=("orders", order.id))
    await store.confirm_in_browser(first)
    await reported(store)
    shown = await ada.get(f"orders/{order.id}", include="payment_source")
    assert (shown.related("payment_source")["id"], shown["payment_status"]) == (first.id, "authorized")
    assert first.id != second.id

    await store.clear_faults()
    store.clock.advance(minutes=2)
    await work(store)  # the cancelling that failed is tried again, and must leave this one alone
    done = await ada.update("orders", order.id, {"_place": True})
    assert done["status"] == "placed"
    assert await moved(store) == [("authorization", 2900)]
    assert (await store.at_stripe(f"payment_intents/{second['stripe_id']}"))["status"] == "canceled"


async def test_a_payment_of_a_former_amount_is_let_go_and_does_not_disturb_the_present_source(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    first = await ada.create("stripe_payments", {}, order=("orders", order.id))
    await store.confirm_in_browser(first)
    await ada.create("line_items", {"sku_code": store.made["skus"][0], "quantity": 1}, order=("orders", order.id))
    second = await ada.create("stripe_payments", {}, order=("orders", order.id))
    await reported(store)
    assert (await store.confirm_in_browser(second))["status"] == "requires_capture"
    done = await ada.update("orders", order.id, {"_place": True}, include="payment_source")
    assert of(done, "status", "payment_status") == ("placed", "authorized")
    assert done.related("payment_source")["id"] == second.id
    assert await moved(store) == [("authorization", 2900), ("void", 2900), ("authorization", 5800)]


async def test_a_payment_with_a_former_source_is_not_taken_where_the_gateway_does_not_force_it(store: Store) -> None:
    await store.back_office.update("stripe_gateways", store.made["gateways"]["stripe"], {"force_payments": False})
    ada = await store.customer()
    order = await store.order(ada)
    first = await ada.create("stripe_payments", {}, order=("orders", order.id))
    second = await ada.create("stripe_payments", {}, order=("orders", order.id))
    await store.confirm_in_browser(first)
    await reported(store)
    shown = await ada.get(f"orders/{order.id}", include="payment_source")
    assert (shown.related("payment_source")["id"], shown["payment_status"]) == (second.id, "unpaid")
    assert await moved(store) == [("authorization", 2900), ("void", 2900)]


async def test_what_a_colleague_does_in_the_dashboard_is_recorded_once(store: Store) -> None:
    order = await placed(store, await store.customer())
    await store.back_office.update("orders", order.id, {"_approve": True})
    intent = await intent_of(store, order)
    await store.ask_stripe(f"payment_intents/{intent}/capture", {})
    await reported(store)
    shown = await store.back_office.get(f"orders/{order.id}")
    assert of(shown, "payment_status", "fulfillment_status") == ("paid", "not_required")

    for amount in (500, 700):
        await store.ask_stripe("refunds", {"payment_intent": intent, "amount": str(amount)})
    await reported(store)
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == "partially_refunded"
    capture = await transaction(store, order.id, "captures")
    assert capture["refund_balance_cents"] == 1700
    await store.back_office.update("orders", order.id, {"_refund": True})
    await reported(store)
    assert await money(store, order.id) == [
        ("authorizations", 2900, True),
        ("captures", 2900, True),
        ("refunds", 500, True),
        ("refunds", 700, True),
        ("refunds", 1700, True),
    ]
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == "refunded"


async def test_a_part_that_a_colleague_captures_in_the_dashboard_lets_the_rest_go(store: Store) -> None:
    order = await placed(store, await store.customer())
    await store.ask_stripe(f"payment_intents/{await intent_of(store, order)}/capture", {"amount_to_capture": "1000"})
    await reported(store)
    assert await money(store, order.id) == [
        ("authorizations", 2900, True),
        ("captures", 1000, True),
        ("voids", 1900, True),
    ]
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == "paid"


async def test_a_hold_let_go_in_the_dashboard_is_recorded_as_a_void(store: Store) -> None:
    order = await placed(store, await store.customer())
    await store.ask_stripe(f"payment_intents/{await intent_of(store, order)}/cancel", {})
    await reported(store)
    assert await money(store, order.id) == [("authorizations", 2900, True), ("voids", 2900, True)]
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == "voided"


async def test_a_colleagues_refund_is_not_taken_for_ours_whose_answer_was_lost(store: Store) -> None:
    order = await placed(store, await store.customer())
    await store.back_office.update("orders", order.id, {"_capture": True})
    await reported(store)
    capture = await transaction(store, order.id, "captures")
    await store.fault("error", method="POST", path="refunds", times=3)
    with pytest.raises(Exception, match="Stripe answered 500"):
        await store.back_office.update("captures", capture.id, {"_refund_amount_cents": 1000})
    await store.ask_stripe("refunds", {"payment_intent": await intent_of(store, order), "amount": "300"})
    await reported(store)
    refunds = [m for m in await money(store, order.id) if m[0] == "refunds"]
    assert refunds == [("refunds", 1000, False), ("refunds", 300, True)]
    assert [m for m in await moved(store) if m[0] == "refund"] == [("refund", 300)]


async def test_our_own_refund_whose_answer_was_lost_is_settled_by_its_report(store: Store) -> None:
    order = await placed(store, await store.customer())
    await store.back_office.update("orders", order.id, {"_capture": True})
    capture = await transaction(store, order.id, "captures")
    await store.fault("drop", method="POST", path="refunds", times=3)
    with pytest.raises(Exception, match="did not answer"):
        await store.back_office.update("captures", capture.id, {"_refund_amount_cents": 1000})
    await reported(store)
    assert [m for m in await money(store, order.id) if m[0] == "refunds"] == [("refunds", 1000, True)]
    assert [m for m in await moved(store) if m[0] == "refund"] == [("refund", 1000)]


# --- Klarna, whose reports are unsigned hints at a secret address -----------------------------------------------------


async def agree_at_klarna(store: Store, source: Answer, **how: Any) -> str:
    url = f"{store.sandbox}/_sandbox/authorize"
    async with store.http.post(url, json={"client_token": source["client_token"], **how}) as answer:
        return str((await answer.json())["authorization_token"])


async def assess(store: Store, order_id: str, fraud_status: str) -> int:
    """Klarna makes up its mind, and says so at the gateway's address as the sandbox would over https."""
    url = f"{store.sandbox}/_sandbox/klarna/orders/{order_id}/fraud"
    async with store.http.post(url, json={"fraud_status": fraud_status}) as answer:
        assert answer.status == 200, await answer.text()
    report = {"order_id": order_id, "event_type": f"FRAUD_RISK_{fraud_status}", "timestamp": "2026-01-01T00:00:00Z"}
    return await post(store, await gateway_url(store, "klarna_gateways"), msgspec.json.encode(report))


@pytest.mark.parametrize(("auto_place", "status"), [(True, "placed"), (False, "pending")])
async def test_an_agreement_that_klarna_reports_counts_as_if_the_browser_had_brought_it(
    store: Store, auto_place: bool, status: str
) -> None:
    method = store.made["payment_methods"]["klarna_payments"]
    await store.back_office.update("payment_methods", method, {"auto_place": auto_place})
    ada = await store.customer()
    order = await store.order(ada, "klarna_payments")
    source = await ada.create("klarna_payments", {}, order=("orders", order.id))
    token = await agree_at_klarna(store, source)
    body = msgspec.json.encode({"authorization_token": token, "session_id": source["session_id"]})
    for _ in range(2):
        assert await post(store, await gateway_url(store, "klarna_gateways"), body) == 200
    await work(store)
    assert (await ada.get(f"klarna_payments/{source.id}"))["auth_token"] == token
    assert (await ada.get(f"orders/{order.id}"))["status"] == status
    done = await ada.update("orders", order.id, {"_place": True} if status == "pending" else {})
    assert of(done, "status", "payment_status") == ("placed", "authorized")
    assert await moved(store) == [("authorization", 2900)]


@pytest.mark.parametrize(
    ("decision", "succeeded", "payment_status"), [("ACCEPTED", True, "authorized"), ("REJECTED", False, "unpaid")]
)
async def test_an_order_that_klarna_thinks_about_is_settled_by_its_decision(
    store: Store, decision: str, succeeded: bool, payment_status: str
) -> None:
    ada = await store.customer()
    order = await store.order(ada, "klarna_payments")
    source = await ada.create("klarna_payments", {}, order=("orders", order.id))
    await ada.update(
        "klarna_payments", source.id, {"auth_token": await agree_at_klarna(store, source, outcome="pending")}
    )
    with pytest.raises(Exception, match="still being decided"):
        await ada.update("orders", order.id, {"_place": True})
    assert of(await ada.get(f"orders/{order.id}"), "status", "payment_status") == ("pending", "unpaid")
    at_klarna = await store.tools.db.fetchval("SELECT token FROM transactions")
    assert await assess(store, at_klarna, decision) == 200
    await work(store)
    assert await money(store, order.id) == [("authorizations", 2900, succeeded)]
    assert (await ada.get(f"orders/{order.id}"))["payment_status"] == payment_status
    if succeeded:
        assert (await ada.update("orders", order.id, {"_place": True}))["status"] == "placed"


async def test_money_that_klarna_grants_for_an_order_paid_otherwise_is_let_go(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada, "klarna_payments")
    source = await ada.create("klarna_payments", {}, order=("orders", order.id))
    await ada.update(
        "klarna_payments", source.id, {"auth_token": await agree_at_klarna(store, source, outcome="pending")}
    )
    with pytest.raises(Exception, match="still being decided"):
        await ada.update("orders", order.id, {"_place": True})
    await ada.update("orders", order.id, payment_method=store.method("stripe_payments"))
    await pay_for(store, ada, order.id)
    await ada.update("orders", order.id, {"_place": True})
    at_klarna = await store.tools.db.fetchval("SELECT token FROM transactions WHERE outcome = 'pending'")
    await assess(store, at_klarna, "ACCEPTED")
    await reported(store)
    assert sorted((e["psp"], e["kind"]) for e in await store.ledger()) == [
        ("klarna", "authorization"),
        ("klarna", "void"),
        ("stripe", "authorization"),
    ]
    assert of(await ada.get(f"orders/{order.id}"), "status", "payment_status") == ("placed", "authorized")
