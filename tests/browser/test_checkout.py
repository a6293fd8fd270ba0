"""A customer with a browser in a shop made with `@commercelayer/react-components`, unmodified, from its first page to
"thank you": https://www.npmjs.com/package/@commercelayer/react-components.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from tests.browser.checkout import OPTIONS, browser_options, bundle, site
from tests.browser.chromium import Missing as NoBrowser
from tests.browser.chromium import chromium, find, window
from tests.browser.visit import Visit, did
from tests.clients.node import Missing as NoNode
from tests.clients.shop import Shop, open_shop

from billfold import sample_store
from billfold.client import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAYS = "4242424242424242"
DECLINED = "4000000000000002"
ASKS = "4000002760003184"

# Articles of the sample store.
DOWNLOAD = next(iter(sample_store.DOWNLOADS))
PARCEL = next(iter(sample_store.PARCELS))

KEEP = "_save_payment_source_to_customer_wallet"
KEEP_ADDRESS = "_save_billing_address_to_customer_address_book"


# --- the ground ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as a browser takes it."""
    folder = tmp_path_factory.mktemp("page")
    try:
        find()
        bundle(folder)
    except (NoBrowser, NoNode) as missing:
        pytest.skip(str(missing))
    return folder


@pytest.fixture(scope="session")
def shop(built: Path) -> Iterator[Shop]:
    folder = Path(tempfile.mkdtemp(prefix="billfold-browser-"))
    os.chmod(folder, 0o755)  # PostgreSQL may have to run as another user
    try:
        with open_shop(folder, *OPTIONS) as opened:
            yield opened
    finally:
        shutil.rmtree(folder)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser_here(shop: Shop) -> AsyncIterator[Browser]:
    """Finds the shop, Stripe.js and Klarna.js by the names that clients have built in."""
    port = urlsplit(shop["https"]).port
    assert port is not None
    async with chromium(*browser_options(port, Path(shop["ca_file"]))) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def checkout(built: Path) -> AsyncIterator[str]:
    async with site(built) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser_here: Browser, checkout: str, shop: Shop) -> AsyncIterator[Visit]:
    async with window(browser_here) as page:
        yield Visit(page, checkout, shop["api"])


# --- who comes to the shop ----------------------------------------------------------------------------------------

Order = str


@dataclass(frozen=True)
class Visitor:
    """Somebody with a token of the storefront's, and the shop's back office, which sees what became of their orders."""

    shop: Shop
    client: Client
    office: Client

    @property
    def token(self) -> str:
        return self.client.token

    async def order(self, sku: str = DOWNLOAD) -> Order:
        """A new order of one article."""
        made = await self.client.create("orders", {"language_code": "en"})
        await self.client.create("line_items", {"sku_code": sku, "quantity": 1}, order=("orders", made.id))
        return made.id

    async def wallet(self) -> list[str]:
        """The names of the entries."""
        return [entry["attributes"]["name"] for entry in (await self.client.get("customer_payment_sources")).data]

    async def state(self, order: Order) -> tuple[str, str]:
        found = await self.office.get(f"orders/{order}")
        return found["status"], found["payment_status"]

    async def held(self, order: Order) -> int:
        """What Stripe holds of the customer's money for the order, in cents: neither less nor twice."""
        source = (await self.office.get(f"orders/{order}", include="payment_source")).included("stripe_payments")[0]
        reference = source["attributes"]["stripe_id"]
        url = f"{self.shop['sandbox']['stripe']}/_sandbox/ledger"
        async with self.office.http.get(url, params={"reference": reference}) as answer:
            booked = (await answer.json())["references"].get(reference, {})
        return int(booked.get("authorization", 0) - booked.get("void", 0))


@pytest_asyncio.fixture(loop_scope="session")
async def office(shop: Shop) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as http:
        grant = {"grant_type": "client_credentials", **shop["integration"]}
        yield await Client.sign_in(http, f"{shop['http']}/api", **grant)


@pytest.fixture
def storefront(shop: Shop) -> dict[str, str]:
    """How the storefront asks for tokens."""
    return {"client_id": shop["sales_channel"]["client_id"], "scope": f"market:id:{shop['market']['id']}"}


@pytest_asyncio.fixture(loop_scope="session")
async def ada(shop: Shop, office: Client, storefront: dict[str, str]) -> Visitor:
    """A customer whom nobody has met."""
    email, password = f"{uuid4().hex}@example.com", uuid4().hex
    await office.create("customers", {"email": email, "password": password})
    grant = {"grant_type": "password", "username": email, "password": password, **storefront}
    return Visitor(shop, await Client.sign_in(office.http, office.base, **grant), office)


@pytest_asyncio.fixture(loop_scope="session")
async def guest(shop: Shop, office: Client, storefront: dict[str, str]) -> Visitor:
    grant = {"grant_type": "client_credentials", **storefront}
    return Visitor(shop, await Client.sign_in(office.http, office.base, **grant), office)


async def come(visitor: Visitor, visit: Visit) -> Order:
    """Into the checkout of a new order, up to the payment."""
    order = await visitor.order()
    await visit.open(order, visitor.token)
    await visit.give_address()
    return order


# --- stories ------------------------------------------------------------------------------------------------------


async def test_a_new_card_pays_and_is_kept_and_pays_the_next_order(ada: Visitor, visit: Visit) -> None:
    order = await come(ada, visit)
    await visit.pay_by("stripe_payments")
    await visit.type_card(PAYS, keep=True)
    await visit.place()
    await visit.thanked()
    assert await ada.state(order) == ("placed", "authorized")
    assert await ada.held(order) == 2900
    assert await ada.wallet() == ["XXXX-XXXX-XXXX-4242"]
    # What the official checkout changes, in its order; the card is kept when the order has been placed.
    assert [(method, type) for method, type, _ in visit.changes] == [
        ("POST", "addresses"), ("PATCH", "orders"), ("PATCH", "orders"), ("POST", "stripe_payments"),
        ("PATCH", "stripe_payments"), ("PATCH", "orders"), ("PATCH", "orders"),
    ]  # fmt: skip
    assert [sent for _, _, sent in visit.changes][2:] == [
        ["payment_method"], ["order", "return_url"], ["options"], ["_place"], [KEEP],
    ]  # fmt: skip

    second = await come(ada, visit)
    await visit.pay_by("stripe_payments")
    await visit.take_from_wallet("Visa ending in 4242")
    await visit.place()
    await visit.thanked()
    assert did(visit, "_customer_payment_source_id", "_place", KEEP) == [["_customer_payment_source_id"], ["_place"]]
    assert await ada.state(second) == ("placed", "authorized")
    assert await ada.held(second) == 2900
    assert await ada.wallet() == ["XXXX-XXXX-XXXX-4242"]
    assert visit.refused == []


async def test_a_kept_card_whose_bank_asks_pays_when_the_customer_comes_back(ada: Visitor, visit: Visit) -> None:
    await come(ada, visit)
    await visit.pay_by("stripe_payments")
    await visit.type_card(ASKS, keep=True)
    await visit.place()
    await visit.answer_bank("Complete")
    await visit.thanked()

    order = await come(ada, visit)
    await visit.pay_by("stripe_payments")
    await visit.take_from_wallet("Visa ending in 3184")
    await visit.place()
    await visit.page.get_by_role("button", name="Complete").click()
    await visit.thanked()
    assert await ada.state(order) == ("placed", "authorized")
    assert await ada.held(order) == 2900
    # Placed a second time after the bank's page, once it was answered.
    assert visit.refused == [(422, "orders")]


async def test_a_failed_challenge_is_told_and_another_card_pays(ada: Visitor, visit: Visit) -> None:
    order = await come(ada, visit)
    await visit.pay_by("stripe_payments")
    await visit.type_card(ASKS)
    await visit.place()
    await visit.answer_bank("Fail")
    await visit.told("failed authentication")
    assert await ada.held(order) == 0
    await visit.type_card(PAYS)
    await visit.place()
    await visit.thanked()
    assert await ada.held(order) == 2900
    assert await ada.wallet() == []


async def test_a_declined_card_is_told_and_another_card_pays(ada: Visitor, visit: Visit) -> None:
    order = await come(ada, visit)
    await visit.pay_by("stripe_payments")
    await visit.type_card(DECLINED)
    await visit.place()
    await visit.told("Your card was declined.")
    assert await ada.state(order) == ("pending", "unpaid")
    await visit.type_card(PAYS)
    await visit.place()
    await visit.thanked()
    assert await ada.held(order) == 2900


async def test_a_customer_whom_the_bank_took_away_comes_back_to_a_placed_order(ada: Visitor, visit: Visit) -> None:
    order = await come(ada, visit)
    await visit.pay_by("stripe_payments")
    await visit.type_card(ASKS)
    await visit.place()
    await visit.bank.get_by_role("link", name="Answer on a page of its own").click()
    await visit.page.get_by_role("button", name="Complete").click()
    await visit.thanked()
    assert await ada.state(order) == ("placed", "authorized")
    assert await ada.held(order) == 2900


async def test_klarna_asks_the_customer_in_its_window(ada: Visitor, visit: Visit) -> None:
    order = await come(ada, visit)
    method = await visit.pay_by("klarna_payments")
    await expect(method).to_contain_text("in a window of Klarna")
    await visit.place()
    window = visit.page.get_by_role("dialog", name="Klarna")
    await window.get_by_role("button", name="Decline").click()
    assert await ada.state(order) == ("pending", "unpaid")
    await visit.place()
    await window.get_by_role("button", name="Approve").click()
    await visit.thanked()
    assert await ada.state(order) == ("placed", "authorized")
    assert visit.refused == []


async def test_a_guest_says_who_they_are_and_has_a_parcel_sent(guest: Visitor, visit: Visit) -> None:
    order = await guest.order(PARCEL)
    await visit.open(order, guest.token)
    await visit.give_email("grace@example.com")
    await visit.give_address()
    await visit.have_it_sent("Standard")
    await visit.pay_by("wire_transfers")
    await visit.place()
    await visit.thanked()
    placed = await guest.office.get(f"orders/{order}")
    assert placed["customer_email"] == "grace@example.com"
    assert placed["shipping_amount_cents"] == 500
    assert await guest.state(order) == ("placed", "authorized")
    assert visit.refused == []


async def test_a_parcel_is_sent_to_the_address_in_the_customers_book(ada: Visitor, visit: Visit) -> None:
    await visit.open(await ada.order(), ada.token)
    await visit.give_address(keep=True)
    await visit.pay_by("stripe_payments")
    await visit.type_card(PAYS, keep=True)
    await visit.place()
    await visit.thanked()
    assert did(visit, KEEP_ADDRESS, "_place", KEEP) == [[KEEP_ADDRESS], ["_place"], [KEEP]]

    # It is the only one in the book: the checkout takes it by itself.
    order = await ada.order(PARCEL)
    await visit.open(order, ada.token)
    await visit.have_it_sent("Express")
    await visit.pay_by("stripe_payments")
    await visit.take_from_wallet("Visa ending in 4242")
    await visit.place()
    await visit.thanked()
    placed = await ada.office.get(f"orders/{order}", include="shipping_address,shipments.shipping_method")
    assert [method["attributes"]["name"] for method in placed.included("shipping_methods")] == ["Express"]
    assert placed.included("addresses")[0]["attributes"]["city"] == "Berlin"
    assert await ada.held(order) == placed["total_amount_with_taxes_cents"] > 2900
    assert visit.refused == []
