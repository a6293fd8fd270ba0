"""Steps of many stories about the wallet: pay, save, reuse, and look at what the wallet holds."""

from __future__ import annotations

from typing import Any

import pytest
from tests.store import CARD, Store

from billfold.client import Answer, ApiError, Client

LISTED = "available_customer_payment_sources"
SAVE = "_save_payment_source_to_customer_wallet"
REUSE = "_customer_payment_source_id"

VISA = CARD["number"]
MASTERCARD = "5555555555554444"
ALWAYS_ASKS = "4000002760003184"
ASKS_WHEN_THERE = "4000003800000446"  # set up off session without a challenge, asks whenever the customer is there
KEPT_BUT_DECLINED = "tok_chargeCustomerFail"  # can be kept; every payment with it is declined


async def paid(store: Store, client: Client, card: str = VISA, *, place: bool = True) -> Answer:
    """An order whose card was typed and accepted in the browser."""
    order = await store.order(client)
    source = await client.create("stripe_payments", {}, order=("orders", order.id))
    if (await store.confirm_in_browser(source, card))["status"] == "requires_action":
        await store.answer_challenge(source["stripe_id"])
    return await placed(client, order.id) if place else await client.get(f"orders/{order.id}")


async def paid_with_klarna(store: Store, client: Client, *, place: bool = True) -> Answer:
    """An order whose customer agreed in Klarna's window."""
    order = await store.order(client, "klarna_payments")
    source = await client.create("klarna_payments", {}, order=("orders", order.id))
    await client.update("klarna_payments", source.id, {"auth_token": await store.authorize_in_browser(source)})
    return await placed(client, order.id) if place else await client.get(f"orders/{order.id}")


async def placed(client: Client, order: str) -> Answer:
    answer = await client.update("orders", order, {"_place": True})
    assert (answer["status"], answer["payment_status"]) == ("placed", "authorized")
    return answer


async def save(client: Client, order: str) -> list[dict[str, Any]]:
    """Save, and return what the answer lists of the wallet."""
    answer = await client.update("orders", order, {SAVE: True}, include=LISTED)
    assert answer.status == 200
    listed = answer.included("customer_payment_sources")
    assert answer.related(LISTED) == [{"type": e["type"], "id": e["id"]} for e in listed]
    return listed


async def kept(store: Store, client: Client, card: str = VISA) -> dict[str, Any]:
    """A wallet entry, made by paying with the card and saving it."""
    return (await save(client, (await paid(store, client, card)).id))[0]


async def kept_at_klarna(store: Store, client: Client) -> dict[str, Any]:
    return (await save(client, (await paid_with_klarna(store, client)).id))[0]


async def raw_tokens(store: Store, card: str = "tok_visa") -> dict[str, str]:
    """A card that stands at Stripe already, as another system has left it there."""
    customer = await store.ask_stripe("customers", {"email": "from-elsewhere@example.com"})
    method = await store.ask_stripe("payment_methods", {"type": "card", "card[token]": card})
    await store.ask_stripe(f"payment_methods/{method['id']}/attach", {"customer": customer["id"]})
    return {"customer_token": customer["id"], "payment_source_token": method["id"]}


async def brought_along(store: Store, tokens: dict[str, str]) -> Answer:
    """A wallet entry that a back office makes of raw tokens."""
    return await store.back_office.create(
        "customer_payment_sources",
        tokens,
        customer=("customers", store.made["customer"]["id"]),
        payment_method=store.method("stripe_payments"),
    )


async def reuse(client: Client, order: str, entry: str) -> tuple[Answer, dict[str, Any]]:
    """Choose the entry; returns the order and its new payment source."""
    answer = await client.update("orders", order, {REUSE: entry}, include="payment_source,payment_method")
    chosen = answer.related("payment_source")
    (source,) = answer.included(chosen["type"])
    assert source["id"] == chosen["id"]
    return answer, source


async def refused(client: Client, order: str, attribute: str, value: Any = True) -> ApiError:
    """The refusal of a trigger: 422, pointing at it, with a sentence; the order is as it was before."""
    before = (await client.get(f"orders/{order}", include="payment_source")).document
    with pytest.raises(ApiError) as refusal:
        await client.update("orders", order, {attribute: value})
    trouble = refusal.value
    assert trouble.status == 422, trouble
    assert trouble.errors[0]["code"] == "VALIDATION_ERROR"
    assert trouble.pointers == [f"/data/attributes/{attribute}"]
    assert (await client.get(f"orders/{order}", include="payment_source")).document == before
    return trouble


async def wallet(store: Store, which: str = "customer") -> list[dict[str, Any]]:
    """Everything the customer keeps, as a back office sees it."""
    owner = store.made[which]["id"]
    answer = await (await store.office()).get("customer_payment_sources", **{"filter[q][customer_id_eq]": owner})
    entries: list[dict[str, Any]] = answer.data
    return entries


async def transactions(store: Store, order: str) -> list[dict[str, Any]]:
    answer = await store.back_office.get(f"orders/{order}", include="transactions")
    return [r for r in answer.document.get("included", []) if "message" in r["attributes"]]
