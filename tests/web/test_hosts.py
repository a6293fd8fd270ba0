"""Which host is whose, and what browsers are told."""

from __future__ import annotations

import pytest
from tests.web.house import DOMAIN, House, Shop

from billfold.web.hosts import REMEMBERED, Hosts, Place


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ("acme.shop.test", Place("store", "acme")),
        ("Acme.Shop.Test:8443", Place("store", "acme")),
        ("auth.shop.test", Place("auth")),
        ("localhost", Place("local")),
        ("127.0.0.1:80", Place("local")),
        ("[::1]:80", Place("local")),
        ("[::1]", Place("local")),
        ("shop.test", Place("elsewhere")),
        ("a.b.shop.test", Place("elsewhere")),
        ("acme.shop.test.", Place("elsewhere")),
        ("", Place("elsewhere")),
        (":80", Place("elsewhere")),
    ],
)
def test_a_host_name_says_whose_it_is(host: str, place: Place) -> None:
    assert Hosts("shop.test").place(host) == place


def test_strange_host_names_do_not_fill_the_memory() -> None:
    hosts = Hosts("shop.test")
    for number in range(REMEMBERED + 10):
        hosts.place(f"x{number}.example.com")
    assert len(hosts._known) == REMEMBERED
    assert hosts.place("acme.shop.test") == Place("store", "acme")


@pytest.mark.parametrize("host", ["example.com", DOMAIN, f"a.b.{DOMAIN}"])
async def test_a_host_that_is_not_ours_gets_404(worker: House, acme: Shop, host: str) -> None:
    for method, path, kind in (
        ("POST", "/oauth/token", "application/json"),
        ("GET", "/api/orders", "application/vnd.api+json"),
        ("GET", "/.well-known/jwks.json", "application/json"),
    ):
        async with worker.http.request(method, worker.url + path, headers={"Host": host}) as answer:
            assert (answer.status, answer.content_type) == (404, kind)
            (error,) = (await answer.json())["errors"]
            assert error["code"] == "RECORD_NOT_FOUND" and host in error["detail"]


async def test_the_authentication_host_serves_nothing_but_tokens(worker: House, acme: Shop) -> None:
    token = (await worker.token(**acme.guest))["access_token"]
    assert (await worker.whoami(token, host=f"auth.{DOMAIN}"))[0] == 404
    async with worker.http.get(f"{worker.url}/.well-known/jwks.json", headers={"Host": f"auth.{DOMAIN}"}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("host", [f"auth.{DOMAIN}", f"acme.{DOMAIN}", "example.com"])
async def test_a_browser_may_ask_before_it_sends(worker: House, host: str) -> None:
    asked = {
        "Host": host,
        "Origin": "https://shop.example.com",
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,content-type,x-anything",
    }
    async with worker.http.options(f"{worker.url}/api/orders/x", headers=asked) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Access-Control-Allow-Headers"] == "authorization,content-type,x-anything"
        assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
        assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_a_browser_can_read_every_answer(worker: House, acme: Shop) -> None:
    origin = {"Origin": "https://shop.example.com"}
    for method, path, host in (
        ("POST", "/oauth/token", f"auth.{DOMAIN}"),
        ("GET", "/api/orders", f"acme.{DOMAIN}"),
        ("GET", "/nothing", f"acme.{DOMAIN}"),
        ("GET", "/", "example.com"),
    ):
        async with worker.http.request(method, worker.url + path, headers={"Host": host} | origin) as answer:
            assert answer.status >= 400
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert "X-Ratelimit-Remaining" in answer.headers["Access-Control-Expose-Headers"]


async def test_who_is_no_browser_gets_no_headers_for_one(worker: House) -> None:
    async with worker.http.options(f"{worker.url}/api/orders", headers={"Host": f"acme.{DOMAIN}"}) as answer:
        assert answer.status == 405
        assert "Access-Control-Allow-Origin" not in answer.headers
