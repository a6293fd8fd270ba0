"""`billfold dev`: a store that is there, whole, until it is told to go, and is the same store tomorrow."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import asyncpg
import pytest
from tests.commands import alive, dev, family, read, run
from tests.places import in_memory

from billfold.client import ApiError, Client
from billfold.dev.servers import listen, number
from billfold.dev.stores import must_be_slug
from billfold.settings import BadSetting

FIELDS = {
    "pid", "slug", "domain", "api", "http", "https", "auth", "ca_file", "database_url", "sales_channel", "integration",
    "market", "customer", "second_customer", "skus", "payment_methods", "gateways", "sandbox",
}  # fmt: skip


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """In memory if there is enough; and not pytest's own, which PostgreSQL may not enter when root runs the tests."""
    made = Path(tempfile.mkdtemp(prefix="billfold-tests-", dir=in_memory()))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def new(place: Path, request: pytest.FixtureRequest) -> Path:
    """A folder that is not there yet."""
    return place / hashlib.sha256(request.node.name.encode()).hexdigest()[:8]


@pytest.fixture(scope="module")
def yesterdays(place: Path) -> Path:
    """The folder of a store that was open once."""

    async def open_once() -> None:
        async with dev(place / "yesterday"):
            pass

    asyncio.run(open_once())
    return place / "yesterday"


@pytest.fixture
def folder(yesterdays: Path, new: Path) -> Path:
    """A copy of it, owners included: PostgreSQL runs as one."""
    subprocess.run(["cp", "-a", str(yesterdays), str(new)], check=True)
    return new


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


class Https:
    """Asks for a name of the store's domain, which this machine need not resolve, trusting the store's authority."""

    def __init__(self, store: dict[str, Any]) -> None:
        self.trust = ssl.create_default_context(cafile=store["ca_file"])
        self.store = store

    async def request(self, method: str, url: str, **what: Any) -> tuple[int, Any]:
        host = urlsplit(url).netloc
        here = url.replace(host, f"127.0.0.1:{urlsplit(url).port}")
        name = str(urlsplit(url).hostname)
        headers = {"Host": host, **what.pop("headers", {})}
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                method, here, headers=headers, ssl=self.trust, server_hostname=name, allow_redirects=False, **what
            ) as answer,
        ):
            return answer.status, await answer.json(content_type=None)


def guest(store: dict[str, Any]) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_id": store["sales_channel"]["client_id"],
        "scope": f"market:id:{store['market']['id']}",
    }


def claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found


async def back_office(http: aiohttp.ClientSession, store: dict[str, Any]) -> Client:
    return await Client.sign_in(http, f"{store['http']}/api", grant_type="client_credentials", **store["integration"])


async def ada(http: aiohttp.ClientSession, store: dict[str, Any]) -> Client:
    who = {"username": store["customer"]["email"], "password": store["customer"]["password"]}
    return await Client.sign_in(http, f"{store['http']}/api", **{**guest(store), "grant_type": "password", **who})


async def ordered(client: Client, store: dict[str, Any], psp: str) -> str:
    order = await client.create("orders", {})
    await client.create("line_items", {"sku_code": store["skus"][0], "quantity": 1}, order=("orders", order.id))
    method = ("payment_methods", store["payment_methods"][f"{psp}_payments"])
    await client.update("orders", order.id, payment_method=method)
    return order.id


async def saved_card(http: aiohttp.ClientSession, client: Client, store: dict[str, Any]) -> tuple[str, str]:
    """(wallet entry, the placed order it was saved from)"""
    order = await ordered(client, store, "stripe")
    source = await client.create("stripe_payments", {}, order=("orders", order))
    card = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2034", "cvc": "123"}
    form = {f"payment_method_data[card][{name}]": value for name, value in card.items()}
    form |= {"payment_method_data[type]": "card", "key": source["publishable_key"]}
    form["client_secret"] = source["client_secret"]
    url = f"{store['sandbox']['stripe']}/v1/payment_intents/{source['stripe_id']}/confirm"
    async with http.post(url, data=form) as answer:
        assert answer.status == 200, await answer.text()
    await client.update("orders", order, {"_place": True})
    wallet = "available_customer_payment_sources"
    kept = await client.update("orders", order, {"_save_payment_source_to_customer_wallet": True}, include=wallet)
    return kept.included("customer_payment_sources")[0]["id"], order


async def saved_agreement(http: aiohttp.ClientSession, client: Client, store: dict[str, Any]) -> str:
    order = await ordered(client, store, "klarna")
    source = await client.create("klarna_payments", {}, order=("orders", order))
    url = f"{store['sandbox']['klarna']}/_sandbox/authorize"
    async with http.post(url, json={"client_token": source["client_token"]}) as answer:
        token = (await answer.json())["authorization_token"]
    await client.update("klarna_payments", source.id, {"auth_token": token})
    wallet = "available_customer_payment_sources"
    kept = await client.update("orders", order, {"_save_payment_source_to_customer_wallet": True}, include=wallet)
    return str(kept.related(wallet)[0]["id"])


async def paid_with(client: Client, store: dict[str, Any], psp: str, entry: str) -> str:
    """The payment status of a new order, paid with what is in the wallet."""
    order = await ordered(client, store, psp)
    await client.update("orders", order, {"_customer_payment_source_id": entry})
    placed = await client.update("orders", order, {"_place": True})
    return str(placed["payment_status"])


async def test_a_whole_store_serves_and_leaves_nothing_behind(new: Path, http: aiohttp.ClientSession) -> None:
    async with dev(new) as running:
        store = running.store
        assert set(store) == FIELDS
        assert store["pid"] == running.process.pid
        port = urlsplit(store["api"]).port
        assert store["slug"] == "acme"
        assert store["domain"] == f"billfold.localhost:{port}"
        assert store["api"] == f"https://acme.billfold.localhost:{port}/api"
        assert store["auth"] == f"https://auth.billfold.localhost:{port}"
        await _tokens_are_given_everywhere(store, http)
        await _documents_link_to_the_public_address(store, http)
        await _scripts_of_the_psps_come_from_the_sandbox(store, http)
        await _the_database_is_there(store)
        ports = [int(p or 0) for p in (port, urlsplit(store["http"]).port, urlsplit(store["sandbox"]["stripe"]).port)]
        relatives = family(running.process.pid)
        assert len(relatives) > 3
        status, printed = await running.end()
        assert status == 0, printed
        assert "Traceback" not in printed
        assert [pid for pid in relatives if alive(pid)] == []
        for number in ports:
            with socket.socket() as knocking:
                assert knocking.connect_ex(("127.0.0.1", number)) != 0
        assert not new.with_suffix(".ready.json").exists()


async def _tokens_are_given_everywhere(store: dict[str, Any], http: aiohttp.ClientSession) -> None:
    https, slug = Https(store), store["api"].removesuffix("/api")
    for base in (store["auth"], slug):
        status, answer = await https.request("POST", f"{base}/oauth/token", json=guest(store))
        assert status == 200
        assert claims(answer["access_token"])["iss"] == store["auth"]
    for host in (urlsplit(store["http"]).netloc, "localhost", "auth.billfold.localhost", "acme.billfold.localhost:80"):
        async with http.post(f"{store['http']}/oauth/token", json=guest(store), headers={"Host": host}) as answered:
            assert answered.status == 200
            assert claims((await answered.json())["access_token"])["iss"] == store["auth"]
    # The same port on IPv6, which some clients take “localhost” for, where the machine has it.
    if ipv6():
        async with http.get(f"http://[::1]:{urlsplit(store['http']).port}/health") as answered:
            assert answered.status == 200


async def _scripts_of_the_psps_come_from_the_sandbox(store: dict[str, Any], http: aiohttp.ClientSession) -> None:
    for host, path, psp in (
        ("js.stripe.com", "clover/stripe.js", "stripe"),
        ("x.klarnacdn.net:443", "kp/lib/v1/api.js", "klarna"),
    ):
        url, trust = f"{store['https']}/{path}", Https(store).trust
        async with http.get(url, headers={"Host": host}, ssl=trust, allow_redirects=False) as led:
            assert led.headers["Location"] == f"{store['sandbox'][psp]}/{path}"
        async with http.get(led.headers["Location"]) as script:
            assert (script.status, script.content_type) == (200, "text/javascript")
            assert store["sandbox"][psp] in await script.text()


def ipv6() -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as trying:
        trying.bind(("::1", 0))
        return True
    return False


async def _documents_link_to_the_public_address(store: dict[str, Any], http: aiohttp.ClientSession) -> None:
    client = await back_office(http, store)
    https, bearer = Https(store), {"Authorization": f"Bearer {client.token}"}
    status, document = await https.request("GET", f"{store['api']}/skus", headers=bearer)
    assert status == 200
    assert {row["attributes"]["code"] for row in document["data"]} == set(store["skus"])
    assert all(row["links"]["self"].startswith(f"{store['api']}/skus/") for row in document["data"])
    assert (await client.get(f"customers/{store['second_customer']['id']}"))["email"] == "grace@example.com"
    assert (await client.get(f"markets/{store['market']['id']}"))["code"] == store["market"]["code"]
    for psp in ("stripe", "klarna"):
        assert (await client.get(f"{psp}_gateways/{store['gateways'][psp]}")).status == 200
    for source_type, id in store["payment_methods"].items():
        assert (await client.get(f"payment_methods/{id}"))["payment_source_type"] == source_type
    buyer = await ada(http, store)
    assert claims(buyer.token)["owner"]["id"] == store["customer"]["id"]
    assert (await buyer.get("orders")).data == []


async def _the_database_is_there(store: dict[str, Any]) -> None:
    connection = await asyncpg.connect(store["database_url"])
    try:
        assert await connection.fetchval("SELECT count(*) FROM organizations") == 1
    finally:
        await connection.close()


async def test_tomorrow_it_is_the_same_store_and_its_saved_sources_still_pay(
    folder: Path, http: aiohttp.ClientSession
) -> None:
    async with dev(folder) as running:
        before = running.store
        client = await ada(http, before)
        card, order = await saved_card(http, client, before)
        agreement = await saved_agreement(http, client, before)
        await running.end(signal.SIGINT)
    async with dev(folder) as running:
        after = running.store
        same = FIELDS - {"pid", "domain", "api", "http", "https", "auth", "sandbox"}
        assert {name: after[name] for name in same} == {name: before[name] for name in same}
        client = await ada(http, after)
        assert await paid_with(client, after, "stripe", card) == "authorized"
        assert await paid_with(client, after, "klarna", agreement) == "authorized"
        # The server has moved to another port; what happens at the PSP must be reported to the new one.
        assert after["http"] != before["http"]
        await _captured_at_the_psp(http, after, order)
        office = await back_office(http, after)
        async with asyncio.timeout(30):
            while (await office.get(f"orders/{order}"))["payment_status"] != "paid":
                pass  # asking takes long enough


async def _captured_at_the_psp(http: aiohttp.ClientSession, store: dict[str, Any], order: str) -> None:
    """As somebody does in Stripe's own dashboard."""
    office = await back_office(http, store)
    source = (await office.get(f"orders/{order}", include="payment_source")).included("stripe_payments")[0]
    url = f"{store['sandbox']['stripe']}/v1/payment_intents/{source['attributes']['stripe_id']}/capture"
    async with http.post(url, headers={"Authorization": "Bearer sk_test_sandbox"}) as answer:
        assert answer.status == 200, await answer.text()


async def test_a_killed_server_starts_again_on_what_it_had(folder: Path, http: aiohttp.ClientSession) -> None:
    async with dev(folder) as running:
        before = running.store
        order = await ordered(await ada(http, before), before, "stripe")
        await running.end(signal.SIGKILL)
    async with dev(folder) as running:
        client = await ada(http, running.store)
        assert [row["id"] for row in (await client.get("orders")).data] == [order]


async def test_who_is_being_served_when_it_ends_gets_an_answer(folder: Path, http: aiohttp.ClientSession) -> None:
    async with dev(folder) as running:
        client, faults = await ada(http, running.store), f"{running.store['sandbox']['stripe']}/_sandbox/faults"
        orders = [await ordered(client, running.store, "stripe") for _ in range(2)]
        asked = []
        for order, seconds in zip(orders, (1, 60), strict=True):
            async with http.post(faults, json={"do": "delay", "psp": "stripe", "seconds": seconds}) as answer:
                assert answer.status == 201
            asked.append(asyncio.create_task(client.create("stripe_payments", {}, order=("orders", order))))
            struck = 0
            while not struck:
                async with http.get(faults) as answer:
                    struck = (await answer.json())["faults"][-1]["struck"]
        status, printed = await running.end()
        assert status == 0
        assert "Traceback" not in printed and "a request was cut off because the server stops" in printed
        assert (await asked[0])["client_secret"]
        with pytest.raises(ApiError, match="took too long to be waited for") as cut_off:
            await asked[1]
        assert cut_off.value.status == 503


async def test_an_interrupted_first_start_is_finished_by_the_next_one(folder: Path) -> None:
    stores = folder / "stores.json"
    before = read(stores)["acme"]
    # As if the first start had ended while the samples were made.
    stores.write_text(json.dumps({"acme": {"samples": None}}), encoding="utf-8")
    async with dev(folder) as running:
        assert running.store["skus"] == before["samples"]["skus"]
        assert running.store["integration"] != before["integration"]
        status, printed = await run("token", "--ready-file", str(folder / "ready.json"))
        assert status == 0, printed
        assert claims(printed.strip())["organization"]["id"] != before["organization"]["id"]


async def test_a_store_whose_credentials_are_lost_is_not_touched(folder: Path) -> None:
    (folder / "stores.json").unlink()
    status, printed = await run("dev", "--data-dir", str(folder), "--port", "0", "--tls-port", "0")
    assert status == 1
    assert printed.strip() == (
        f"There is an organization “acme” in the database, but {folder} does not have its credentials; "
        "choose another --slug."
    )


async def test_the_work_of_another_branch_is_not_touched(folder: Path) -> None:
    record = folder / "postgres" / "migrations.json"
    record.write_text(json.dumps({**read(record), "0002_of_another_branch.py": "?"}), encoding="utf-8")
    status, printed = await run("dev", "--data-dir", str(folder), "--port", "0", "--tls-port", "0")
    assert status == 1
    assert "whose migration 0002_of_another_branch.py this one does not have" in printed


def modes(folder: Path, *files: str) -> set[int]:
    return {stat.S_IMODE((folder / file).stat().st_mode) for file in files}


async def test_options_say_what_urls_show_and_who_the_store_is(folder: Path, http: aiohttp.ClientSession) -> None:
    options = ("--domain", "shop.test", "--slug", "toys", "--public-port", "443")
    async with dev(folder, *options) as running:
        store = running.store
        assert (store["domain"], store["slug"]) == ("shop.test", "toys")
        assert (store["api"], store["auth"]) == ("https://toys.shop.test/api", "https://auth.shop.test")
        client = await back_office(http, store)
        client.host = "toys.shop.test"
        organization = await client.get("organization")
        assert organization.data["links"]["self"].startswith("https://toys.shop.test/api/")
        assert (organization["slug"], organization["domain"]) == ("toys", "toys.shop.test")
        assert modes(folder, "secret.key", "stores.json", "ready.json", "tls/ca.key", "tls/server.key") == {0o600}

        status, printed = await run("dev", "--data-dir", str(folder), "--port", "0", "--tls-port", "0")
        assert status == 1
        assert printed.strip() == (f"Another server is using {folder}; stop it, or give this one its own --data-dir.")

    async with dev(folder, "--domain", "moved.test", "--slug", "toys") as running:
        organization = await (await back_office(http, running.store)).get("organization")
        assert organization["domain"] == "toys.moved.test"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--slug", "Bad_Slug!"), "--slug must be 1 to 63 of a-z, 0-9 and -, not starting or ending with -."),
        (("--slug", "auth"), "--slug is reserved for the server itself."),
        (("--domain", "bad..domain"), "--domain must be a host name in lower case, without a port, not “bad..domain”."),
        (("--public-port", "0"), "Invalid value for '--public-port'"),
        (("--ready-file", f"{__file__}/x"), f"--ready-file {__file__}/x cannot be written (Not a directory)."),
        (("--ready-file", "/usr"), "--ready-file /usr cannot be written ("),
        (("--data-dir", __file__), f"{__file__} cannot be used (File exists); choose another --data-dir."),
    ],
)
def test_an_option_that_makes_no_sense_is_named_before_anything_is_made(
    new: Path, options: tuple[str, str], said: str
) -> None:
    status, printed = asyncio.run(run("dev", "--data-dir", str(new), "--port", "0", "--tls-port", "0", *options))
    assert status != 0
    assert said in printed and "Traceback" not in printed
    assert not new.exists()


@pytest.mark.parametrize("slug", ["", "Acme", "a.b", "-acme", "acme-", "a_b", "é", "x" * 64, "acme\n", "auth"])
def test_a_slug_that_no_organization_can_have_is_refused(slug: str) -> None:
    with pytest.raises(BadSetting, match="--slug "):
        must_be_slug(slug)


def test_a_taken_port_is_named_with_the_option_that_helps() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(BadSetting, match=f"^Port {port} is taken by another program; choose .* --tls-port.$"):
            listen(port, "--tls-port")
        sockets = listen(port, "--tls-port", instead=True)
        assert number(sockets) not in (0, port)
        for one in sockets:
            one.close()


def test_a_port_that_is_none_is_refused() -> None:
    with pytest.raises(BadSetting, match="--port must be a port, from 0 to 65535, not 70000"):
        listen(70000, "--port")
