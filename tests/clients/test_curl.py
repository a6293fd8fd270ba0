"""Saving and reusing a card with curl, typed as the guide "Reusing the payment source" has it.

Only the host, the ids and the token are the reader's own, as they are for every reader:
https://docs.commercelayer.io/core/how-tos/placing-orders/payments/stripe/reusing-the-payment-source
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from tests.clients.shop import Shop
from tests.store import CARD

from billfold.client import Client

SAVE = """curl -g -X PATCH \\
  '{base}/orders/{order}?include=available_customer_payment_sources' \\
  -H 'Accept: application/vnd.api+json' \\
  -H 'Authorization: Bearer {token}' \\
  -H 'Content-Type: application/vnd.api+json' \\
  -d '{{
  "data": {{
    "type": "orders",
    "id": "{order}",
    "attributes": {{
      "_save_payment_source_to_customer_wallet": true
    }}
  }}
}}'"""

REUSE = """curl -g -X PATCH \\
  '{base}/orders/{order}' \\
  -H 'Accept: application/vnd.api+json' \\
  -H 'Authorization: Bearer {token}' \\
  -H 'Content-Type: application/vnd.api+json' \\
  -d '{{
  "data": {{
    "type": "orders",
    "id": "{order}",
    "attributes": {{
      "_customer_payment_source_id": "{entry}"
    }}
  }}
}}'"""

# The relationships that the guide's answer shows, of which only what was included has data.
SHOWN = [
    "market", "customer", "shipping_address", "billing_address", "available_payment_methods",
    "available_customer_payment_sources", "payment_method", "payment_source", "line_items", "shipments",
]  # fmt: skip


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def ada(http: aiohttp.ClientSession, shop: Shop) -> Client:
    """A customer whom nobody has met."""
    base = f"{shop['http']}/api"
    back_office = await Client.sign_in(http, base, grant_type="client_credentials", **shop["integration"])
    known = {"email": f"{uuid4().hex}@example.com", "password": uuid4().hex}
    await back_office.create("customers", known)
    scope, client_id = f"market:id:{shop['market']['id']}", shop["sales_channel"]["client_id"]
    grant = {"username": known["email"], "password": known["password"], "client_id": client_id, "scope": scope}
    return await Client.sign_in(http, base, grant_type="password", **grant)


async def an_order(ada: Client, shop: Shop) -> str:
    order = await ada.create("orders", {})
    await ada.create("line_items", {"sku_code": shop["skus"][0], "quantity": 1}, order=("orders", order.id))
    method = ("payment_methods", shop["payment_methods"]["stripe_payments"])
    return (await ada.update("orders", order.id, payment_method=method)).id


async def pay(ada: Client, shop: Shop, order: str) -> None:
    """What the customer does in the browser: type the card and submit."""
    source = await ada.create("stripe_payments", {}, order=("orders", order))
    form = {f"payment_method_data[card][{name}]": value for name, value in CARD.items()}
    form |= {"key": source["publishable_key"], "client_secret": source["client_secret"]}
    url = f"{shop['sandbox']['stripe']}/v1/payment_intents/{source['stripe_id']}/confirm"
    async with ada.http.post(url, data={**form, "payment_method_data[type]": "card"}) as answer:
        assert answer.status == 200, await answer.text()


async def typed(command: str, shop: Shop, **values: str) -> dict[str, Any]:
    """What a shell says to the command, which must have been answered with 200."""
    if shutil.which("curl") is None:
        pytest.skip("There is no curl on the PATH; install it to try the commands of the guide.")
    shell = await asyncio.create_subprocess_exec(
        "sh", "-c", command.format_map(values) + " -sS -w '\\n%{http_code}'",
        env=os.environ | {"CURL_CA_BUNDLE": shop["ca_file"], "NO_PROXY": "*"},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(shell.communicate(), 30)
    assert shell.returncode == 0, err.decode()
    body, _, status = out.decode().rpartition("\n")
    assert status == "200", body
    answer: dict[str, Any] = json.loads(body)
    return answer


@pytest.mark.parametrize("place", ["https", "http", "127.0.0.1"])
async def test_the_two_commands_of_the_guide_save_a_card_and_reuse_it(place: str, ada: Client, shop: Shop) -> None:
    plain, name = shop["http"], f"{shop['slug']}.{shop['domain'].split(':')[0]}"
    base = {"https": shop["api"], "http": f"{plain.replace('127.0.0.1', name)}/api", "127.0.0.1": f"{plain}/api"}[place]
    shown_at = f"{plain}/api" if place == "127.0.0.1" else shop["api"]
    first = await an_order(ada, shop)
    await pay(ada, shop, first)

    saved = await typed(SAVE, shop, base=base, order=first, token=ada.token)
    (entry,) = saved["included"]
    order = saved["data"]
    assert (order["id"], order["type"]) == (first, "orders")
    assert order["links"] == {"self": f"{shown_at}/orders/{first}"}
    assert order["meta"]["mode"] == "test"
    identifier = {"type": "customer_payment_sources", "id": entry["id"]}
    shown = {name: order["relationships"][name] for name in SHOWN}
    assert {name: at.get("data") for name, at in shown.items() if "data" in at} == {
        "available_customer_payment_sources": [identifier]
    }
    assert all(at["links"]["related"] == f"{shown_at}/orders/{first}/{name}" for name, at in shown.items())
    assert entry["type"] == "customer_payment_sources"
    assert entry["links"] == {"self": f"{shown_at}/customer_payment_sources/{entry['id']}"}
    assert entry["attributes"]["name"] == "XXXX-XXXX-XXXX-4242"
    told = ("customer_token", "payment_source_token", "created_at", "updated_at", "reference", "metadata")
    assert all(name in entry["attributes"] for name in told)
    assert all("data" not in entry["relationships"][name] for name in ("customer", "payment_source"))
    assert entry["meta"]["mode"] == "test"

    second = await an_order(ada, shop)
    reused = await typed(REUSE, shop, base=base, order=second, token=ada.token, entry=entry["id"])
    assert reused["data"]["id"] == second
    assert "included" not in reused
    assert not any("data" in at for at in reused["data"]["relationships"].values())
    placed = await ada.update("orders", second, {"_place": True})
    assert (placed["status"], placed["payment_status"]) == ("placed", "authorized")
