"""The back office's and the customer's part through Commerce Layer's command line, with nothing of it changed."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio
from tests.clients.command_line import CommandLine
from tests.clients.conftest import CACHE, HERE
from tests.clients.node import Missing, Node
from tests.clients.shop import Shop
from tests.store import CARD

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOKEN = re.compile(r"^ey[\w-]+\.[\w-]+\.[\w-]+$", re.MULTILINE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stranger(node: Node, shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Somebody who has installed the program and its plugins and has not logged in anywhere."""
    try:
        packages = node.packages(HERE / "cli" / "package.json", CACHE)
    except Missing as missing:
        pytest.skip(str(missing))
    home = tmp_path_factory.mktemp("home")
    preload = HERE / "stories" / "localhost.cjs"
    return await CommandLine.installed(node.node, preload, packages, home, shop["ca_file"]).with_plugins()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(stranger: CommandLine, shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    terminal = stranger.moved(tmp_path_factory.mktemp("office") / "home")
    printed = await terminal(*login(shop, "office"), *of_back_office(shop))
    assert "Login successful!" in printed
    return terminal


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ada(
    office: CommandLine, stranger: CommandLine, shop: Shop, tmp_path_factory: pytest.TempPathFactory
) -> CommandLine:
    """A customer whom nobody has met, at a terminal of her own."""
    terminal = stranger.moved(tmp_path_factory.mktemp("ada") / "home")
    printed = await terminal(*login(shop, "ada"), *of_storefront(shop), *await a_customer(office))
    assert "Login successful!" in printed
    return terminal


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def a_customer(office: CommandLine) -> list[str]:
    """Signs somebody up, without any orders, and tells how to log in as them."""
    email, password = f"{uuid4().hex}@example.com", uuid4().hex
    await office("resources:create", "customers", "-a", f"email={email}", "-a", f"password={password}")
    return ["-e", email, "-p", password]


def login(shop: Shop, alias: str) -> list[str]:
    return ["applications:login", "-o", shop["slug"], "-d", shop["domain"], "-a", alias]


def of_back_office(shop: Shop) -> list[str]:
    return ["-i", shop["integration"]["client_id"], "-s", shop["integration"]["client_secret"]]


def of_storefront(shop: Shop) -> list[str]:
    return ["-i", shop["sales_channel"]["client_id"], "-S", f"market:id:{shop['market']['id']}"]


def at_store(shop: Shop) -> list[str]:
    return ["-o", shop["slug"], "-d", shop["domain"]]


async def test_who_has_logged_in_is_shown(office: CommandLine, ada: CommandLine, shop: Shop) -> None:
    current = await office("applications:current")
    assert "[ Acme | integration | test | office ] (Scope: market:all)" in current
    scope = f"(Scope: market:id:{shop['market']['id']})"
    assert f"[ Acme | sales_channel | test | ada ] {scope}" in await ada("applications:current")
    info = await office("applications:info")
    assert f"baseUrl: '{shop['api'].removesuffix('/api')}'" in info


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"-s": "wrong"}, "Client authentication failed due to unknown client"),
        ({"-i": "nobody"}, "Client authentication failed due to unknown client"),
        ({"-S": "market:code:nowhere"}, "market:code:nowhere"),
        ({"-o": "nobody"}, "This application cannot access the organizations resource"),
    ],
)
async def test_wrong_credentials_are_told(
    stranger: CommandLine, shop: Shop, changed: dict[str, str], told: str
) -> None:
    given = [*login(shop, "wrong"), *of_back_office(shop), "-S", "market:all"]
    for flag, value in changed.items():
        given[given.index(flag) + 1] = value
    assert told in await stranger(*given, status=2)


async def test_a_wrong_password_is_told(stranger: CommandLine, shop: Shop) -> None:
    given = [*login(shop, "wrong"), *of_storefront(shop), "-e", "nobody@example.com", "-p", "wrong"]
    assert "There is no customer with this e-mail address and password." in await stranger(*given, status=2)


async def test_records_are_created_found_counted_updated_and_deleted(office: CommandLine, shop: Shop) -> None:
    code = uuid4().hex.upper()
    (category, *_) = await office.json("resources:list", "shipping_categories", "-f", "id")
    shipped = ["-r", f"shipping_category=shipping_categories/{category['id']}"]
    given = ["-a", f"code={code}", "name=A hat", "-m", "color=red", *shipped]
    made = await office.json("resources:create", "skus", *given)
    assert (made["code"], made["name"], made["metadata"]) == (code, "A hat", {"color": "red"})
    assert (await office.json("resources:get", "skus", made["id"]))["code"] == code
    sparse = ["-f", "code,prices", "-i", "prices"]
    assert await office.json("resources:list", "skus", "-w", f"code_eq={code}", *sparse) == [
        {"id": made["id"], "type": "skus", "code": code, "prices": []}
    ]
    assert "Counting skus... 1" in await office("resources:count", "skus", "-w", f"code_start={code[:20]}")

    changed = await office.json("resources:update", "skus", made["id"], "-a", "name=A top hat", "-m", "size=L")
    assert (changed["name"], changed["metadata"]) == ("A top hat", {"color": "red", "size": "L"})
    assert (await office.json("resources:fetch", f"skus/{made['id']}"))["name"] == "A top hat"
    assert "Successfully deleted resource" in await office("resources:delete", "skus", made["id"])
    assert "RECORD_NOT_FOUND" in await office("resources:get", "skus", made["id"], status=2)


async def test_lists_are_sorted_filtered_paged_and_sparse(office: CommandLine, shop: Shop) -> None:
    codes = sorted(shop["skus"])
    listing = ["resources:list", "skus", "-f", "code", "-w", f"code_in={','.join(codes)}"]
    for sort, expected in (("code", codes), ("code,desc", codes[::-1]), ("-code", codes[::-1])):
        found = await office.json(*listing, f"--sort={sort}")
        assert [sku["code"] for sku in found] == expected
    second = await office.json(*listing, "--sort=code", "-n", "1", "-p", "2")
    assert [sku["code"] for sku in second] == codes[1:2]
    assert f"Records: 1 of {len(codes)} | Page: 2 of {len(codes)}" in await office(*listing, "-n", "1", "-p", "2")


async def test_related_records_are_fetched(office: CommandLine, shop: Shop) -> None:
    (sku,) = await office.json("resources:list", "skus", "-w", f"code_eq={shop['skus'][0]}", "-f", "id")
    (price,) = await office.json("resources:fetch", f"skus/{sku['id']}/prices")
    assert (price["type"], price["sku_code"]) == ("prices", shop["skus"][0])
    (same,) = await office.json(
        "resources:fetch", f"skus/{sku['id']}/prices", "-i", "price_list", "-f", "prices/price_list"
    )
    assert same["price_list"]["type"] == "price_lists"


async def test_the_organization_and_the_application_are_read(office: CommandLine, shop: Shop) -> None:
    assert (await office.json("resources:get", "organization"))["slug"] == shop["slug"]
    assert (await office.json("resources:get", "application"))["kind"] == "integration"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["resources:create", "skus", "-a", "code=", "name=Nothing"], "can't be blank"),
        (["resources:create", "skus", "-a", "colour=blue"], "colour"),
        (["resources:list", "skus", "-w", "colour_eq=blue"], "FILTER_NOT_ALLOWED"),
        (["resources:get", "skus", "AaaaAaaaAa"], "RECORD_NOT_FOUND"),
        (["order:place", "AaaaAaaaAa"], "Invalid order or order not found: AaaaAaaaAa"),
        (["stripe_payment:refresh", "AaaaAaaaAa"], "Invalid stripe payment or stripe payment not found: AaaaAaaaAa"),
    ],
)
async def test_what_is_refused_is_told(office: CommandLine, arguments: list[str], told: str) -> None:
    assert told in await office(*arguments, status=2)


async def an_order(ada: CommandLine, shop: Shop) -> str:
    order = await ada.json("resources:create", "orders")
    item = ["-a", f"sku_code={shop['skus'][0]}", "quantity=1", "-r", f"order=orders/{order['id']}"]
    await ada("resources:create", "line_items", *item)
    return str(order["id"])


async def test_what_it_sends_as_texts_is_taken_for_what_it_says_save_for_money_to_move(
    ada: CommandLine, office: CommandLine, shop: Shop
) -> None:
    order = await an_order(ada, shop)
    told = ["-a", "autorefresh=false", "_archive=true"]
    changed = await ada.json("resources:update", "orders", order, *told)
    assert changed["autorefresh"] is False
    assert changed["archived_at"]
    said = await office("resources:update", "orders", order, "-a", "_authorization_amount_cents=100", status=2)
    assert "must be a whole number, not a text" in said


async def submit_card(http: aiohttp.ClientSession, shop: Shop, source: dict[str, Any]) -> None:
    """What the customer does in the browser: type the card and submit."""
    form = {f"payment_method_data[card][{name}]": value for name, value in CARD.items()}
    form |= {"key": source["publishable_key"], "client_secret": source["client_secret"]}
    url = f"{shop['sandbox']['stripe']}/v1/payment_intents/{source['stripe_id']}/confirm"
    async with http.post(url, data={**form, "payment_method_data[type]": "card"}) as answer:
        assert answer.status == 200, await answer.text()


def done(trigger: str, resource: str, id: str) -> str:
    return f"Action {trigger} executed without errors on {resource} {id}"


async def test_a_card_is_saved_and_pays_again_by_triggers(
    ada: CommandLine, office: CommandLine, shop: Shop, http: aiohttp.ClientSession
) -> None:
    first = await an_order(ada, shop)
    assert "payment_method - can't be blank" in await ada("order:place", first, status=2)
    method = f"payment_method=payment_methods/{shop['payment_methods']['stripe_payments']}"
    await ada("resources:update", "orders", first, "-r", method)
    source = await ada.json("resources:create", "stripe_payments", "-r", f"order=orders/{first}")
    await submit_card(http, shop, source)
    assert done("refresh", "stripe payment", source["id"]) in await office("stripe_payment:refresh", source["id"])
    assert done("place", "order", first) in await ada("order:place", first)
    saved = await ada("order:save_payment_source_to_customer_wallet", first)
    assert done("save_payment_source_to_customer_wallet", "order", first) in saved

    (entry,) = await ada.json("resources:list", "customer_payment_sources", "-i", "payment_source")
    assert entry["name"] == "XXXX-XXXX-XXXX-4242"
    second = await an_order(ada, shop)
    reused = await ada("order:customer_payment_source_id", second, "-v", entry["id"])
    assert done("customer_payment_source_id", "order", second) in reused
    assert done("place", "order", second) in await ada("orders:place", second)

    assert done("capture", "order", second) in await office("order:capture", second)
    paid = await office.json(
        "resources:get", "orders", second, "-f", "status,payment_status,captures", "-i", "captures"
    )
    assert (paid["status"], paid["payment_status"]) == ("approved", "paid")
    assert [capture["amount_cents"] for capture in paid["captures"]] == [2900]
    assert "Counting authorizations... 2" in await office(
        "resources:count", "authorizations", "-w", f"order_id_in={first},{second}"
    )
    assert "Execute login with sufficient privileges" in await ada("order:capture", first, status=2)


async def test_a_customer_deletes_a_wallet_entry(ada: CommandLine, shop: Shop, http: aiohttp.ClientSession) -> None:
    order = await an_order(ada, shop)
    method = f"payment_method=payment_methods/{shop['payment_methods']['stripe_payments']}"
    await ada("resources:update", "orders", order, "-r", method)
    source = await ada.json("resources:create", "stripe_payments", "-r", f"order=orders/{order}")
    await submit_card(http, shop, source)
    await ada("orders:place", order)
    await ada("orders:save_payment_source_to_customer_wallet", order)
    for entry in await ada.json("resources:list", "customer_payment_sources"):
        await ada("resources:delete", "customer_payment_sources", entry["id"])
    assert "No records found" in await ada("resources:list", "customer_payment_sources")


async def a_token(terminal: CommandLine, *arguments: str) -> str:
    (token,) = TOKEN.findall(await terminal("token:get", *arguments))
    return str(token)


async def test_tokens_are_got_decoded_and_revoked(stranger: CommandLine, shop: Shop) -> None:
    credentials = [*at_store(shop), *of_storefront(shop), "-s", shop["sales_channel"]["client_secret"]]
    token = await a_token(stranger, *credentials)
    decoded = await stranger("token:decode", token)
    assert f"slug: '{shop['slug']}'" in decoded and f"iss: '{shop['auth']}'" in decoded
    assert "has been successfully revoked" in await stranger("token:revoke", token, *credentials)
    listing = ["resources:list", "skus", *at_store(shop), f"--accessToken={token}"]
    assert "INVALID_TOKEN" in await stranger(*listing, status=2)


async def test_a_server_vouches_for_a_customer(stranger: CommandLine, shop: Shop) -> None:
    customer = shop["customer"]["id"]
    (assertion,) = TOKEN.findall(await stranger("token:assertion", "-c", "-o", customer))
    credentials = [*at_store(shop), *of_storefront(shop), "-s", shop["sales_channel"]["client_secret"]]
    token = await a_token(stranger, *credentials, "-a", assertion)
    assert f"owner: {{ id: '{customer}', type: 'Customer' }}" in await stranger("token:decode", token)


async def test_the_variables_of_the_plugins_take_the_place_of_a_login(stranger: CommandLine, shop: Shop) -> None:
    token = await a_token(stranger, *at_store(shop), *of_back_office(shop))
    given = {"CL_CLI_ORGANIZATION": shop["slug"], "CL_CLI_DOMAIN": shop["domain"], "CL_CLI_ACCESS_TOKEN": token}
    script = CommandLine(stranger.command, stranger.packages, stranger.home, {**stranger.environment, **given})
    assert "Counting markets... " in await script("resources:count", "markets")


async def test_who_logs_out_leaves_no_token_that_works(
    office: CommandLine, stranger: CommandLine, shop: Shop, tmp_path: Path
) -> None:
    terminal = stranger.moved(tmp_path / "home")
    await terminal(*login(shop, "leaving"), *of_storefront(shop), *await a_customer(office))
    (kept,) = terminal.home.rglob("*.token.json")
    token = json.loads(kept.read_text())["accessToken"]
    listing = ["resources:list", "orders", f"--accessToken={token}"]
    assert "No records found" in await terminal(*listing)
    printed = await terminal("applications:logout", "-a", "leaving", "--revoke", typed="y\n")
    assert "Current access token has been revoked" in printed and "Successfully removed application" in printed
    assert not kept.exists()
    assert "INVALID_TOKEN" in await terminal(*listing, *at_store(shop), status=2)


async def test_a_cart_for_the_checkout_is_made(stranger: CommandLine, shop: Shop, tmp_path: Path) -> None:
    terminal = stranger.moved(tmp_path / "home")
    await terminal(*login(shop, "storefront"), *of_storefront(shop))
    printed = await terminal("checkout", "-S", f"{shop['skus'][0]}:2", "-e", "guest@example.com")
    (order,) = re.findall(r"/checkout/([A-Za-z]{10})\?accessToken=ey", printed)
    cart = await terminal.json("resources:get", "orders", order, "-i", "line_items", "-f", "customer_email,line_items")
    assert cart["customer_email"] == "guest@example.com"
    assert [(line["sku_code"], line["quantity"]) for line in cart["line_items"]] == [(shop["skus"][0], 2)]
    assert await terminal("checkout:order", order)
    assert "Inexistent" in await terminal("checkout", "-S", "NOSUCHSKU", status=2)
