"""Addresses that stories about orders and address books send."""

from __future__ import annotations

from typing import Any

from tests.store import Store

from billfold.client import Answer, Client

BERLIN: dict[str, Any] = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "line_1": "Lindenstr. 1",
    "city": "Berlin",
    "zip_code": "10969",
    "country_code": "DE",
    "phone": "+49 30 1234567",
}
ROME: dict[str, Any] = {**BERLIN, "line_1": "Via Appia 2", "city": "Roma", "zip_code": "00178", "country_code": "IT"}


async def address(client: Client, where: dict[str, Any] = BERLIN, **more: Any) -> str:
    """The id of a new address."""
    return (await client.create("addresses", {**where, **more})).id


async def entry(client: Client, where: dict[str, Any] = BERLIN, **more: Any) -> Answer:
    """A new entry of the signed-in customer's address book, with its address included."""
    kept = ("addresses", await address(client, where, **more))
    return await client.create("customer_addresses", {}, "address", address=kept)


async def book(store: Store, client: Client) -> list[Answer]:
    """The customer's address book with its addresses, oldest first."""
    listed = await client.get("customer_addresses", include="address", sort="created_at")
    return [Answer(200, {"data": r, "included": listed.document["included"]}) for r in listed.data]
