"""Several organizations in one server, below one domain, behind a proxy that says nothing of itself.

The proxy takes TLS off on port 443 and passes the Host header on: the server hears plain HTTP on another port.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from joserfc import jws
from tests.store import Store, open_store

from billfold.client import ApiError, Client
from billfold.db import identity
from billfold.resources import registry

DOMAIN = "shop.test"


@dataclass
class Tenant:
    """An organization on its own host, and its back office."""

    slug: str
    integration: dict[str, Any]
    office: Client


@pytest.fixture(params=[443, 8443])
def port(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def domain(port: int) -> str:
    """As clients have to name it."""
    return DOMAIN if port == 443 else f"{DOMAIN}:{port}"


@pytest.fixture
async def store(database: str, port: int) -> AsyncIterator[Store]:
    async with open_store(database, domain=DOMAIN, public_scheme="https", public_port=port) as opened:
        yield opened


@pytest.fixture
async def acme(store: Store) -> Tenant:
    return await tenant(store, "acme", store.integration)


@pytest.fixture
async def rival(store: Store) -> Tenant:
    db = store.tools.db
    await identity.create_organization(db, registry(), name="Rival", slug="rival", domain=f"rival.{DOMAIN}")
    made = await identity.create_application(
        db, registry(), organization_slug="rival", kind="integration", name="Rival"
    )
    return await tenant(store, "rival", made)


async def tenant(store: Store, slug: str, integration: dict[str, Any]) -> Tenant:
    """Signs in on the organization's own host, as clients did before there was one for all."""
    credentials = {name: integration[name] for name in ("client_id", "client_secret")}
    host = f"{slug}.{DOMAIN}"
    office = await Client.sign_in(store.http, store.api, host, grant_type="client_credentials", **credentials)
    return Tenant(slug, integration, office)


def claims(token: str) -> dict[str, Any]:
    payload = jws.extract_compact(token.encode()).payload
    found: dict[str, Any] = json.loads(payload)
    return found


def addresses(document: object) -> set[str]:
    """Scheme and host of everything in it that is an address of this server."""
    return set(re.findall(r"(https?://[^/\"' ]*)/api", str(document)))


async def test_links_lead_to_the_organizations_own_host(store: Store, acme: Tenant, rival: Tenant, domain: str) -> None:
    order = await store.order(await store.guest())
    for path in ("orders", f"orders/{order.id}?include=line_items,market", f"orders/{order.id}/line_items", "skus"):
        answer = await acme.office.call("GET", path.split("?")[0], query={"include": "market"} if "?" in path else None)
        assert addresses(answer.document) == {f"https://acme.{domain}"}
    market = await rival.office.create("price_lists", {"name": "Euro", "currency_code": "EUR"})
    assert addresses(market.document) == {f"https://rival.{domain}"}


async def test_tokens_name_the_one_authentication_host(acme: Tenant, rival: Tenant, domain: str) -> None:
    for one in (acme, rival):
        said = claims(one.office.token)
        assert (said["iss"], said["organization"]["slug"]) == (f"https://auth.{domain}", one.slug)


async def test_payment_providers_report_to_the_public_host(store: Store, acme: Tenant, domain: str) -> None:
    gateway = await acme.office.get(f"stripe_gateways/{store.made['gateways']['stripe']}")
    assert gateway["webhook_endpoint_url"].startswith(f"https://core.{domain}/webhook_callbacks/stripe_gateways/")


async def test_organizations_stay_apart(store: Store, acme: Tenant, rival: Tenant) -> None:
    assert (await acme.office.get("skus")).document["meta"]["record_count"] > 0
    assert (await rival.office.get("skus")).document["meta"]["record_count"] == 0
    with pytest.raises(ApiError) as refused:
        await Client(store.http, store.api, rival.office.token, f"acme.{DOMAIN}").get("skus")
    assert refused.value.status == 401
    with pytest.raises(ApiError) as refused:
        await tenant(store, "acme", rival.integration)
    assert refused.value.status == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api"),
        ("GET", "/health/"),
        ("GET", "/x"),
    ],
)
async def test_nobody_is_sent_to_where_the_server_believes_to_be(store: Store, method: str, path: str) -> None:
    headers = {"Host": f"acme.{DOMAIN}"}
    async with store.http.request(method, store.url + path, headers=headers, allow_redirects=False) as answer:
        assert (answer.status, answer.content_type) == (404, "application/vnd.api+json")
        assert (await answer.json(content_type=None))["errors"][0]["code"] == "RECORD_NOT_FOUND"


@pytest.mark.parametrize("host", ["auth", "acme"])
@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/oauth/token", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "/oauth/revoke", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/.well-known/jwks.json", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/oauth/token/", 404, "RECORD_NOT_FOUND"),
        ("GET", "/.well-known/jwks.json/", 404, "RECORD_NOT_FOUND"),
    ],
)
async def test_who_asks_for_tokens_is_told_of_errors_in_the_form_of_the_authentication_host(
    store: Store, host: str, method: str, path: str, status: int, code: str
) -> None:
    headers = {"Host": f"{host}.{DOMAIN}"}
    async with store.http.request(method, store.url + path, headers=headers, allow_redirects=False) as answer:
        assert (answer.status, answer.content_type) == (status, "application/json")
        assert ("Allow" in answer.headers) is (status == 405)
        (error,) = (await answer.json())["errors"]
    assert error.pop("detail")
    assert error == {"title": "invalid_request", "code": code, "status": status, "meta": {}}


async def test_a_method_that_a_path_does_not_have_is_told(store: Store) -> None:
    async with store.http.get(f"{store.url}/oauth/token", headers={"Host": f"auth.{DOMAIN}"}) as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    async with store.http.post(f"{store.url}/health") as answer:
        assert (answer.status, answer.content_type) == (405, "application/vnd.api+json")
        assert (await answer.json(content_type=None))["errors"][0]["status"] == "405"


async def test_a_browser_signs_in_and_reads_across_origins(store: Store, acme: Tenant) -> None:
    origin = {"Origin": "https://www.example.com"}
    for host, path, method in ((f"auth.{DOMAIN}", "/oauth/token", "POST"), (f"acme.{DOMAIN}", "/api/skus", "GET")):
        asked = {
            "Host": host,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,content-type",
        }
        async with store.http.options(store.url + path, headers=asked | origin) as answer:
            assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")
            assert answer.headers["Access-Control-Allow-Headers"] == "authorization,content-type"
    sent = {"grant_type": "client_credentials", "client_id": store.sales_channel["client_id"], "scope": store.scope}
    at_auth = {"Host": f"auth.{DOMAIN}"} | origin
    async with store.http.post(f"{store.url}/oauth/token", json=sent, headers=at_auth) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "X-Ratelimit-Remaining" in answer.headers["Access-Control-Expose-Headers"]
        assert answer.headers["X-Ratelimit-Remaining"].isdigit()
        token = (await answer.json())["access_token"]
    bearer = {"Host": f"acme.{DOMAIN}", "Authorization": f"Bearer {token}"} | origin
    async with store.http.get(f"{store.url}/api/skus", headers=bearer) as answer:
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
