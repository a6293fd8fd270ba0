"""What stories about money have in common: orders that got as far as a story needs them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.store import Store

from billfold.client import Answer, ApiError, Client

WAYS = ("stripe_payments", "klarna_payments", "wire_transfers")


async def ready_to_place(store: Store, client: Client, way: str = "stripe_payments", *, quantity: int = 1) -> Answer:
    """An order whose customer has agreed to pay; nothing but `_place` is missing."""
    order = await store.order(client, way, quantity=quantity)
    await pay_for(store, client, order.id, way)
    return order


async def pay_for(store: Store, client: Client, order_id: str, way: str = "stripe_payments") -> Answer:
    """A new payment source for the order, agreed to in the browser."""
    source = await client.create(way, {}, order=("orders", order_id))
    if way == "stripe_payments":
        await store.confirm_in_browser(source)
    elif way == "klarna_payments":
        await client.update(way, source.id, {"auth_token": await store.authorize_in_browser(source)})
    return source


async def placed(store: Store, client: Client, way: str = "stripe_payments", *, quantity: int = 1) -> Answer:
    order = await ready_to_place(store, client, way, quantity=quantity)
    done = await client.update("orders", order.id, {"_place": True})
    assert done["status"] == "placed"
    return done


async def money(store: Store, order_id: str) -> list[tuple[str, int, bool]]:
    """What the back office sees of an order's transactions, in their order: (type, cents, succeeded)."""
    order = await store.back_office.get(f"orders/{order_id}", include="transactions")
    by_id = {r["id"]: r for r in order.document.get("included", [])}
    rows = sorted((by_id[x["id"]] for x in order.related("transactions")), key=lambda r: str(r["attributes"]["number"]))
    return [(r["type"], r["attributes"]["amount_cents"], r["attributes"]["succeeded"]) for r in rows]


async def transaction(store: Store, order_id: str, kind: str) -> Answer:
    """The order's latest transaction of that kind."""
    found = await store.back_office.get(f"orders/{order_id}/{kind}", sort="-number")
    return Answer(200, {"data": found.data[0]})


async def moved(store: Store) -> list[tuple[str, int]]:
    """What really happened to money at the PSPs."""
    return [(entry["kind"], entry["amount"]) for entry in await store.ledger()]


async def fault(store: Store, **described: Any) -> None:
    async with store.http.post(f"{store.sandbox}/_sandbox/faults", json=described) as answer:
        assert answer.status == 201, await answer.text()


async def heal(store: Store) -> None:
    async with store.http.delete(f"{store.sandbox}/_sandbox/faults") as answer:
        assert answer.status == 204


@asynccontextmanager
async def refused(
    *, error: str | None = None, pointers: Sequence[str] | None = None, status: int = 422
) -> AsyncIterator[list[ApiError]]:
    """The block must be answered with errors; they are put into the list it gets."""
    caught: list[ApiError] = []
    with pytest.raises(ApiError) as raised:
        yield caught
    caught.append(raised.value)
    assert raised.value.status == status, raised.value.errors
    if error is not None:
        assert raised.value.error == error, raised.value.errors
    if pointers is not None:
        assert raised.value.pointers == list(pointers), raised.value.errors


async def settings(store: Store, **values: Any) -> None:
    """What the operator sets for the organization."""
    columns = ", ".join(f"{name} = ${i}" for i, name in enumerate(values, 1))
    await store.tools.db.execute(f"UPDATE organizations SET {columns}", *values.values())


async def topics(store: Store, resource_id: str) -> list[str]:
    """The events in the outbox about one resource, oldest first."""
    rows = await store.tools.db.fetch("SELECT topic FROM outbox WHERE resource_id = $1 ORDER BY id", resource_id)
    return [row["topic"] for row in rows]


def of(answer: Answer, *names: str) -> tuple[Any, ...]:
    """Several attributes at once."""
    attributes: Mapping[str, Any] = answer.data["attributes"]
    return tuple(attributes[name] for name in names)
