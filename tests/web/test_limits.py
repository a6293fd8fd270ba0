"""Bodies have a size and clients a rate."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.web.house import DOMAIN, Clock, House, Shop, house, settings

from billfold.resources import registry
from billfold.settings import Rate
from billfold.web.limits import CACHEABLE, RateLimits, SlidingWindow

HOST = f"acme.{DOMAIN}"


async def test_the_token_endpoint_counts_requests_per_address(
    database: str, worker: House, acme: Shop, clock: Clock
) -> None:
    # A window starts anew at every full minute.
    clock.forward(60 - clock.seconds() % 60)
    async with house(settings(database, token_rate=Rate(3, 60)), clock) as strict:
        seen = []
        for params in (acme.guest, {}, acme.guest, acme.guest):
            async with strict.http.post(f"{strict.url}/oauth/token", json=params) as answer:
                limits = {name: answer.headers[f"X-Ratelimit-{name}"] for name in ("Limit", "Interval", "Remaining")}
                assert limits | {"Remaining": ""} == {"Limit": "3", "Interval": "60", "Remaining": ""}
                seen.append((answer.status, limits["Remaining"]))
                last = await answer.json()
        assert seen == [(200, "2"), (400, "1"), (200, "0"), (429, "0")]
        assert last["errors"][0]["code"] == "TOO_MANY_REQUESTS"
        clock.forward(120)
        assert await strict.token(**acme.guest)


def test_a_sliding_window_forgets_gradually() -> None:
    now = 0.0
    window = SlidingWindow(Rate(10, 60), lambda: now)
    assert [window.take("a") for _ in range(11)] == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, -1]
    assert window.take("b") == 9
    now = 60.0
    assert window.take("a") == -1
    now = 90.0  # half of the window before still counts
    assert [window.take("a") for _ in range(6)] == [4, 3, 2, 1, 0, -1]
    now = 300.0
    assert window.take("a") == 9


def test_only_so_many_clients_are_counted() -> None:
    window = SlidingWindow(Rate(1, 60), lambda: 0.0, most=2)
    assert [window.take(client) for client in "abca"] == [0, 0, 0, 0]
    assert window.take("c") == -1


async def whoami(worker: House, path: str, method: str = "GET") -> tuple[int, str | None, str | None]:
    async with worker.http.request(method, f"{worker.url}/api/{path}", headers={"Host": HOST}) as answer:
        headers = answer.headers
        return answer.status, headers.get("X-Ratelimit-Limit"), headers.get("X-Ratelimit-Remaining")


async def test_the_api_has_no_rate_limits_unless_they_are_set(worker: House) -> None:
    assert await whoami(worker, "orders") == (401, None, None)


async def test_reads_of_what_rarely_changes_are_counted_apart(database: str, clock: Clock) -> None:
    limits = settings(
        database,
        read_rate=Rate(100, 1_000_000),
        read_burst_rate=Rate(2, 1_000_000),
        write_rate=Rate(3, 1_000_000),
    )
    async with house(limits, clock) as strict:
        assert [await whoami(strict, "skus") for _ in range(3)] == [(401, "2", "1"), (401, "2", "0"), (429, "2", "0")]
        assert await whoami(strict, "prices") == (401, "2", "1")
        assert [await whoami(strict, "orders") for _ in range(2)] == [(401, "3", "2"), (401, "3", "1")]
        assert await whoami(strict, "skus", "POST") == (401, "3", "0")
        assert await whoami(strict, "orders") == (429, "3", "0")


async def test_what_the_burst_refuses_is_not_taken_off_the_average(database: str, clock: Clock) -> None:
    limits = settings(database, write_rate=Rate(3, 1_000_000), write_burst_rate=Rate(1, 1_000_000))
    async with house(limits, clock) as strict:
        assert [await whoami(strict, "orders") for _ in range(3)] == [(401, "1", "0"), (429, "1", "0"), (429, "1", "0")]
        assert [(await whoami(strict, name))[0] for name in ("customers", "addresses", "shipments")] == [401, 401, 429]


def test_promotions_of_every_kind_rarely_change() -> None:
    assert set(registry()["promotions"].kinds) < CACHEABLE


@pytest.mark.parametrize(
    ("mode", "chosen", "reads", "writes"),
    [
        ("test", {}, "125", "25"),
        ("live", {}, "250", "50"),
        ("live", {"write_burst_rate": Rate(7, 10)}, "250", "7"),
    ],
)
async def test_the_usual_limits_are_those_of_the_hosted_service(
    database: str, clock: Clock, mode: str, chosen: dict[str, Rate], reads: str, writes: str
) -> None:
    async with house(settings(database, rate_limits="usual", mode=mode, **chosen), clock) as strict:
        assert await whoami(strict, "skus") == (401, reads, str(int(reads) - 1))
        assert await whoami(strict, "orders") == (401, writes, str(int(writes) - 1))


@pytest.mark.parametrize("mode", ["test", "live"])
def test_usual_averages_are_known_for_both_modes(mode: str) -> None:
    limits = settings("postgresql://x", rate_limits="usual", mode=mode)
    twice = 2 if mode == "live" else 1
    assert [limits.rate(name) for name in ("read_rate", "read_burst_rate", "write_rate", "write_burst_rate")] == [
        Rate(500 * twice, 60),
        Rate(125 * twice, 10),
        Rate(100 * twice, 60),
        Rate(25 * twice, 10),
    ]
    assert RateLimits(limits).any and not RateLimits(settings("postgresql://x", mode=mode)).any


async def test_what_is_too_much_is_told_as_an_error_of_the_api(database: str, clock: Clock) -> None:
    async with house(settings(database, write_rate=Rate(1, 1_000_000)), clock) as strict:
        await whoami(strict, "orders")
        asked = {"Host": HOST, "Origin": "https://shop.example.com"}
        async with strict.http.get(f"{strict.url}/api/orders", headers=asked) as answer:
            assert (answer.status, answer.content_type) == (429, "application/vnd.api+json")
            assert answer.headers["X-Ratelimit-Interval"] == "1000000"
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            (error,) = (await answer.json(content_type=None))["errors"]
        assert (error["status"], error["code"]) == ("429", "TOO_MANY_REQUESTS")
        assert error["detail"] == "At most 1 of these in 1000000 seconds."


@pytest.fixture
async def narrow(database: str, clock: Clock) -> AsyncIterator[House]:
    async with house(settings(database, body_limit=1000), clock) as running:
        yield running


@pytest.mark.parametrize(("size", "status"), [(0, 200), (1000, 200), (1001, 413), (3_000_000, 413)])
@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_may_be_so_large_and_no_larger(
    narrow: House, worker: House, acme: Shop, size: int, status: int, chunked: bool
) -> None:
    token = (await worker.token(**acme.guest))["access_token"]

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, size, 100):
            yield b"x" * min(100, size - start)

    async with narrow.http.post(
        f"{narrow.url}/api/orders",
        data=pieces() if chunked else b"x" * size,
        headers={"Host": HOST, "Authorization": f"Bearer {token}"},
    ) as answer:
        assert answer.status == status
        body = await answer.json()
    if status == 200:
        assert body["received"] == size
    else:
        assert body["errors"][0]["code"] == "BODY_TOO_LARGE"
        assert "1000 bytes" in body["errors"][0]["detail"]
