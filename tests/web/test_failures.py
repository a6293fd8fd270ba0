"""What goes wrong on the server is told in the form of each path, and in the log in as many lines as it deserves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest
import structlog
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs
from tests.servers import serve
from tests.store import Contents, Store, open_store
from tests.web.house import DOMAIN, settings
from tests.web.wire import Wire, wired

from billfold.client import MEDIA_TYPE
from billfold.db.database import Database
from billfold.db.outages import is_outage
from billfold.web.entrance import Entrance
from billfold.web.hosts import Hosts

OUT_OF_REACH = "The database cannot be reached at the moment. Please try again in a few seconds."
AT_AUTH, AT_ACME = {"Host": f"auth.{DOMAIN}"}, {"Host": f"acme.{DOMAIN}"}


@pytest.fixture
async def wire(filled_database: tuple[str, Contents]) -> AsyncIterator[Wire]:
    async with wired(filled_database[0]) as opened:
        yield opened


@pytest.fixture
async def store(wire: Wire, filled_database: tuple[str, Contents]) -> AsyncIterator[Store]:
    async with open_store(wire.dsn, filled_database[1]) as opened:
        yield opened


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    structlog.configure(cache_logger_on_first_use=False)  # so that the next test gets its own
    with capture_logs() as lines:
        yield lines
    structlog.reset_defaults()


Told = tuple[int, str, str | None, Any]


async def asked(store: Store, method: str, path: str, **options: Any) -> Told:
    """(status, content type, Retry-After, body)"""
    async with store.http.request(method, store.url + path, **options) as answer:
        return answer.status, answer.content_type, answer.headers.get("Retry-After"), await answer.json()


async def everything(store: Store) -> dict[str, Told]:
    """What is told on each kind of path."""
    bearer = {"Authorization": f"Bearer {store.back_office.token}", "Accept": MEDIA_TYPE}
    grant = {"grant_type": "client_credentials", "client_id": store.sales_channel["client_id"], "scope": store.scope}
    key = store.organization["id"] + "x" * 20
    return {
        "token": await asked(store, "POST", "/oauth/token", json=grant, headers=AT_AUTH),
        "legacy": await asked(store, "POST", "/oauth/revoke", json=grant | {"token": "x"}, headers=AT_ACME),
        "health": await asked(store, "GET", "/health"),
        "api": await asked(store, "GET", "/api/orders", headers=bearer),
        "reports": await asked(store, "POST", f"/webhook_callbacks/stripe_gateways/{key}", data=b"{}"),
    }


async def test_without_its_database_the_server_says_so_on_every_path_and_is_well_again_with_it(
    store: Store, wire: Wire, logged: list[Any]
) -> None:
    before = await everything(store)
    assert [told[0] for told in before.values()] == [200, 200, 200, 200, 404]
    await wire.cut()
    for _ in range(2):  # what was connected breaks off; then nothing can be connected
        during = await everything(store)
        api = {"title": "Service unavailable", "detail": OUT_OF_REACH, "code": "INTERNAL_SERVER_ERROR", "meta": {}}
        tokens = api | {"title": "temporarily_unavailable", "status": 503}
        in_json_api = (503, MEDIA_TYPE, "5", {"errors": [api | {"status": "503"}]})
        assert during == {
            "token": (503, "application/json", "5", {"errors": [tokens]}),
            "legacy": (503, "application/json", "5", {"errors": [tokens]}),
            "health": (503, "application/json", "5", {"status": "unhealthy", "detail": OUT_OF_REACH}),
            "api": in_json_api,
            "reports": in_json_api,
        }
    said = [line for line in logged if line["event"] == "the database cannot be reached"]
    assert len(said) == 10
    assert not any("exc_info" in line or "\n" in line.get("reason", "") for line in logged)
    await wire.mend()
    after = await everything(store)
    assert [told[0] for told in after.values()] == [200, 200, 200, 200, 404]


async def test_a_database_that_does_not_answer_makes_the_server_unhealthy(store: Store, wire: Wire) -> None:
    wire.hold()
    assert await asked(store, "GET", "/health") == (
        503, "application/json", "5", {"status": "unhealthy", "detail": OUT_OF_REACH},
    )  # fmt: skip
    await wire.cut()


async def test_the_worker_waits_for_its_database_and_says_so_once(store: Store, wire: Wire, logged: list[Any]) -> None:
    worker = store.worker()
    running = asyncio.create_task(worker.run())
    await wire.cut()
    async with asyncio.timeout(20):
        for mended in (False, True):
            if mended:
                await wire.mend()
            looked = store.tools.db.round_trips
            while store.tools.db.round_trips < looked + 3:
                await asked(store, "GET", "/nothing")  # takes a moment, and no database
                assert not running.done()
    worker.stop()
    await running
    assert [line["event"] for line in logged if "worker" in line["event"]] == ["no database: the worker waits for it"]


@pytest.mark.parametrize(
    ("path", "host", "told"),
    [
        ("/api/orders", "acme", {"title": "Internal Server Error", "status": "500"}),
        ("/oauth/token", "auth", {"title": "server_error", "status": 500}),
        ("/oauth/token", "acme", {"title": "server_error", "status": 500}),
        ("/anything", "acme", {"title": "Internal Server Error", "status": "500"}),
    ],
)
async def test_a_mistake_of_ours_is_told_in_the_form_of_the_path_and_logged_with_where_it_was(
    store: Store, logged: list[Any], path: str, host: str, told: dict[str, Any]
) -> None:
    async def mistaken(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            raise ZeroDivisionError("never told to anybody")
        await receive()
        await send({"type": "lifespan.startup.complete"})

    entrance = Entrance(mistaken, settings=settings("postgresql://x"), hosts=Hosts(DOMAIN))
    asking = {"Host": f"{host}.{DOMAIN}", "Origin": "https://shop.example.com"}
    async with serve(entrance) as url, store.http.get(url + path, headers=asking) as answer:
        assert answer.status == 500
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        (error,) = (await answer.json(content_type=None))["errors"]
    assert error == {
        "detail": "Something went wrong on the server. It has been logged.",
        "code": "INTERNAL_SERVER_ERROR",
        "meta": {},
        **told,
    }
    (line,) = (line for line in logged if line["event"] == "unexpected error")
    assert (line["path"], type(line["exc_info"])) == (path, ZeroDivisionError)


async def test_however_the_end_of_a_connection_shows_it_is_an_outage(database: str) -> None:
    db, admin = await Database.connect(database, size=1), await asyncpg.connect(database)
    for _ in range(100):
        pid = await db.fetchval("SELECT pg_backend_pid()")
        ending = asyncio.create_task(admin.fetchval("SELECT pg_terminate_backend($1)", pid))
        try:
            while await db.fetchval("SELECT pg_backend_pid()") == pid:
                pass  # it is asked until it is gone, and may be so at any point
        except Exception as trouble:
            assert is_outage(trouble), repr(trouble)
        await ending
    await admin.close()
    await db.close()


def test_what_somebody_else_lost_is_no_outage_of_the_database() -> None:
    assert not is_outage(ConnectionResetError("a provider hung up"))
    assert not is_outage(asyncpg.InterfaceError("the server expects 1 argument for this query, 2 were passed"))
    assert not is_outage(asyncpg.UniqueViolationError("taken"))
