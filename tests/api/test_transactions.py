"""Authorizations, captures, voids and refunds one by one: partial amounts, what is left, and what no longer fits."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.api.shop import money, moved, of, placed, refused, topics, transaction
from tests.store import Store

from billfold.client import Answer, ApiError

LEFT = ("capture_balance_cents", "void_balance_cents")


async def held(store: Store, way: str = "klarna_payments") -> tuple[Answer, Answer]:
    """A placed order of 29.00 and its authorization."""
    order = await placed(store, await store.customer(), way)
    return order, await transaction(store, order.id, "authorizations")


@pytest.mark.parametrize("way", ["klarna_payments", "wire_transfers"])
async def test_an_authorization_is_captured_in_parts_and_the_rest_let_go(store: Store, way: str) -> None:
    order, authorization = await held(store, way)
    back_office = store.back_office
    assert of(authorization, *LEFT, "amount_cents", "succeeded") == (2900, 2900, 2900, True)
    after = await back_office.update("authorizations", authorization.id, {"_capture_amount_cents": 1000})
    assert of(after, *LEFT) == (1900, 1900)
    assert (await back_office.get(f"orders/{order.id}"))["payment_status"] == "partially_paid"
    after = await back_office.update(
        "authorizations", authorization.id, {"_capture": True, "_capture_amount_cents": 400}
    )
    assert of(after, *LEFT) == (1500, 1500)
    after = await back_office.update("authorizations", authorization.id, {"_void": True})
    assert of(after, *LEFT) == (0, 0)
    assert (await back_office.get(f"orders/{order.id}"))["payment_status"] == "paid"
    assert await money(store, order.id) == [
        ("authorizations", 2900, True),
        ("captures", 1000, True),
        ("captures", 400, True),
        ("voids", 1500, True),
    ]
    if way == "klarna_payments":
        assert await moved(store) == [("authorization", 2900), ("capture", 1000), ("capture", 400), ("void", 1500)]


async def test_stripe_takes_one_part_and_lets_the_rest_go(store: Store) -> None:
    order, authorization = await held(store, "stripe_payments")
    after = await store.back_office.update("authorizations", authorization.id, {"_capture_amount_cents": 1000})
    assert of(after, *LEFT, "capture_amount_cents") == (0, 0, 0)
    assert await money(store, order.id) == [
        ("authorizations", 2900, True),
        ("captures", 1000, True),
        ("voids", 1900, True),
    ]
    void = await transaction(store, order.id, "voids")
    assert of(void, "token", "number") == (authorization["token"], f"{order['number']}/T/003")
    assert await topics(store, void.id) == ["voids.create"]
    assert await moved(store) == [("authorization", 2900), ("capture", 1000), ("void", 1900)]

    shown = await store.back_office.get(f"orders/{order.id}")
    assert of(shown, "status", "payment_status") == ("placed", "paid")
    approved = await store.back_office.update("orders", order.id, {"_approve_and_capture": True})
    assert of(approved, "status", "payment_status") == ("approved", "paid")
    for body, error in (
        ({"_capture_amount_cents": 500}, "not_capturable"),
        ({"_capture": True}, "not_capturable"),
        ({"_void": True}, "not_voidable"),
    ):
        async with refused(error=error, pointers=[f"/data/attributes/{next(iter(body))}"]) as caught:
            await store.back_office.update("authorizations", authorization.id, body)
        assert "19.00 EUR was let go" in caught[0].errors[0]["detail"]
        assert caught[0].errors[0]["meta"]["balance_cents"] == 0

    capture = await transaction(store, order.id, "captures")
    assert capture["refund_balance_cents"] == 1000
    await store.back_office.update("captures", capture.id, {"_refund_amount_cents": 400})
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == "partially_refunded"
    done = await store.back_office.update("orders", order.id, {"_refund": True})
    assert of(done, "status", "payment_status") == ("cancelled", "refunded")
    assert (await moved(store))[3:] == [("refund", 400), ("refund", 600)]


@pytest.mark.parametrize("voided", [False, True])
async def test_what_a_part_leaves_is_let_go_once_though_rivals_want_it_meanwhile(store: Store, voided: bool) -> None:
    order, authorization = await held(store, "stripe_payments")
    await store.fault("delay", method="POST", path="/capture$", seconds=0.4, times=None)
    await store.fault("error", method="POST", path="/cancel$", times=None)
    bodies: list[dict[str, Any]] = [{"_capture_amount_cents": 1000}, {"_capture_amount_cents": 900}, {"_void": True}]
    asked = (store.back_office.update("authorizations", authorization.id, b) for b in bodies[: 3 if voided else 2])
    await asyncio.gather(*asked, return_exceptions=True)
    await store.clear_faults()
    store.clock.advance(minutes=2)
    await store.worker().once()
    done = [(kind, cents) for kind, cents, succeeded in await money(store, order.id) if succeeded]
    assert sum(cents for kind, cents in done if kind != "authorizations") == 2900
    assert sorted(done) == sorted((f"{kind}s", cents) for kind, cents in await moved(store))
    assert of(await store.back_office.get(f"authorizations/{authorization.id}"), *LEFT) == (0, 0)
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == "paid"


@pytest.mark.parametrize("way", ["stripe_payments", "klarna_payments", "wire_transfers"])
async def test_a_capture_is_refunded_in_several_parts(store: Store, way: str) -> None:
    order, _ = await held(store, way)
    await store.back_office.update("orders", order.id, {"_approve_and_capture": True})
    capture = await transaction(store, order.id, "captures")
    for amount, left, status in ((900, 2000, "partially_refunded"), (500, 1500, "partially_refunded")):
        capture = await store.back_office.update("captures", capture.id, {"_refund_amount_cents": amount})
        assert of(capture, "refund_balance_cents", "refund_amount_cents") == (left, left)
        assert of(await store.back_office.get(f"orders/{order.id}"), "status", "payment_status") == ("approved", status)
    await store.back_office.update("captures", capture.id, {"_refund": True})
    done = await store.back_office.get(f"orders/{order.id}")
    assert of(done, "status", "payment_status", "fulfillment_status") == ("cancelled", "refunded", "not_required")
    assert [m for m in await money(store, order.id) if m[0] == "refunds"] == [
        ("refunds", 900, True),
        ("refunds", 500, True),
        ("refunds", 1500, True),
    ]
    if way != "wire_transfers":
        assert (await moved(store))[2:] == [("refund", 900), ("refund", 500), ("refund", 1500)]


@pytest.mark.parametrize("amount", [0, -1, 2901, 10**12])
async def test_more_than_is_held_or_taken_is_refused_with_a_pointer_and_never_asked_for(
    store: Store, amount: int
) -> None:
    order, authorization = await held(store)
    async with refused(error="not_capturable", pointers=["/data/attributes/_capture_amount_cents"]) as caught:
        await store.back_office.update("authorizations", authorization.id, {"_capture_amount_cents": amount})
    assert caught[0].errors[0]["meta"]["balance_cents"] == 2900
    await store.back_office.update("authorizations", authorization.id, {"_capture": True})
    capture = await transaction(store, order.id, "captures")
    async with refused(error="not_refundable", pointers=["/data/attributes/_refund_amount_cents"]):
        await store.back_office.update("captures", capture.id, {"_refund_amount_cents": amount})
    assert await moved(store) == [("authorization", 2900), ("capture", 2900)]


async def test_what_is_gone_cannot_be_captured_voided_or_refunded_again(store: Store) -> None:
    order, authorization = await held(store)
    await store.back_office.update("authorizations", authorization.id, {"_capture": True})
    async with refused(error="not_capturable", pointers=["/data/attributes/_capture"]):
        await store.back_office.update("authorizations", authorization.id, {"_capture": True})
    async with refused(error="not_voidable", pointers=["/data/attributes/_void"]):
        await store.back_office.update("authorizations", authorization.id, {"_void": True})
    capture = await transaction(store, order.id, "captures")
    await store.back_office.update("captures", capture.id, {"_refund": True})
    async with refused(error="not_refundable", pointers=["/data/attributes/_refund"]):
        await store.back_office.update("captures", capture.id, {"_refund": True})


async def test_transactions_are_numbered_by_their_order_and_refer_to_one_another(store: Store) -> None:
    order, authorization = await held(store)
    await store.back_office.update("orders", order.id, {"_capture": True})
    await store.back_office.update("orders", order.id, {"_refund": True})
    number = order["number"]
    shown = await store.back_office.get(f"orders/{order.id}", include="transactions")
    assert sorted(r["attributes"]["number"] for r in shown.document["included"]) == [
        f"{number}/T/00{n}" for n in (1, 2, 3)
    ]
    capture = await store.back_office.get(
        f"captures/{(await transaction(store, order.id, 'captures')).id}", include="reference_authorization,refunds"
    )
    assert capture.related("reference_authorization")["id"] == authorization.id
    refund = await transaction(store, order.id, "refunds")
    assert [r["id"] for r in capture.related("refunds")] == [refund.id]
    assert await topics(store, refund.id) == ["refunds.create"]


async def test_refunding_an_order_that_was_captured_in_part_leaves_nothing_held(store: Store) -> None:
    order, authorization = await held(store)
    await store.back_office.update("authorizations", authorization.id, {"_capture_amount_cents": 1000})
    done = await store.back_office.update("orders", order.id, {"_refund": True})
    assert of(done, "status", "payment_status") == ("cancelled", "refunded")
    assert (await moved(store))[2:] == [("refund", 1000), ("void", 1900)]
    await store.back_office.update("orders", order.id, {"_refund": True})
    assert len(await moved(store)) == 4


async def test_a_settled_transaction_cannot_be_called_otherwise(store: Store) -> None:
    _, authorization = await held(store)
    async with refused(error="settled", pointers=["/data/attributes/succeeded"]):
        await store.back_office.update("authorizations", authorization.id, {"succeeded": False})
    noted = await store.back_office.update("authorizations", authorization.id, {"metadata": {"checked": True}})
    assert of(noted, "metadata", "succeeded") == ({"checked": True}, True)


async def test_customers_see_what_happened_to_their_money_and_move_none_of_it(store: Store) -> None:
    order, authorization = await held(store)
    ada, grace = await store.customer(), await store.customer("second_customer")
    assert (await ada.get(f"authorizations/{authorization.id}"))["amount_cents"] == 2900
    assert (await grace.get("authorizations")).data == []
    for trigger in ("_capture", "_void"):
        async with refused(status=401):
            await ada.update("authorizations", authorization.id, {trigger: True})
    for trigger in ("_capture", "_refund", "_approve", "_approve_and_capture"):
        async with refused(status=401):
            await ada.update("orders", order.id, {trigger: True})
    async with refused(status=401):
        await ada.update("orders", order.id, {"_cancel": True})
    assert await moved(store) == [("authorization", 2900)]


async def test_transactions_are_found_by_whether_they_succeeded(store: Store) -> None:
    order, authorization = await held(store)
    for called in ("transactions", "authorizations"):
        for succeeded, expected in (("true", [authorization.id]), ("false", [])):
            query = {"filter[q][succeeded]": succeeded, "filter[q][order_id_eq]": order.id}
            assert [t["id"] for t in (await store.back_office.get(called, **query)).data] == expected


@pytest.mark.parametrize("way", ["stripe_payments", "klarna_payments"])
async def test_a_void_beside_a_capture_that_comes_too_late_is_of_all_the_money(store: Store, way: str) -> None:
    office = store.back_office
    order = await placed(store, await store.customer(), way)
    held = (await office.get(f"orders/{order.id}/authorizations")).data[0]["id"]
    await store.fault("hold", seconds=0.8, psp=way.partition("_")[0], path="/captures?$")
    late = asyncio.create_task(office.update("authorizations", held, {"_capture_amount_cents": 700}))
    await store.struck()
    await office.update("authorizations", held, {"_void": True})
    with pytest.raises(ApiError):
        await late
    await office.update("orders", order.id, {"_cancel": True})
    done = await office.get(f"orders/{order.id}")
    assert of(done, "status", "payment_status") == ("cancelled", "voided")
    assert [m for m in await money(store, order.id) if m[2]] == [("authorizations", 2900, True), ("voids", 2900, True)]
    assert await moved(store) == [("authorization", 2900), ("void", 2900)]
