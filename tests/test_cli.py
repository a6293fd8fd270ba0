"""The command line, as whoever installs Billfold meets it: real processes on an empty database."""

from __future__ import annotations

import asyncio
import json
import os
import re
import resource
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest
from tests.store import Contents

from billfold import secret_file, settings
from billfold.cli import main
from billfold.db.bundled import BundledPostgres

COMMAND = [sys.executable, "-c", "from billfold.cli import main; main()"]


class Shell:
    """Runs `billfold` with an environment of its own."""

    def __init__(self, **variables: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(settings.PREFIX)}
        self.environment = kept | {"NO_COLOR": "1"} | variables

    async def start(self, *arguments: str) -> Process:
        return await asyncio.create_subprocess_exec(
            *COMMAND, *arguments, stdout=PIPE, stderr=PIPE, env=self.environment
        )

    async def __call__(self, *arguments: str, status: int = 0) -> str:
        """What it prints: on stdout if it succeeds, on stderr if it is meant to fail."""
        process = await self.start(*arguments)
        out, err = await process.communicate()
        assert process.returncode == status, err.decode()
        return (err if status else out).decode().strip()

    async def object(self, *arguments: str) -> dict[str, Any]:
        """The JSON object it prints."""
        printed = json.loads(await self(*arguments))
        assert isinstance(printed, dict)
        return printed

    @asynccontextmanager
    async def running(self, *arguments: str, until: str) -> AsyncIterator[str]:
        """Meanwhile the command runs; yields what `until` captures in its log. Ends it as an operator would."""
        process = await self.start(*arguments)
        assert process.stderr
        seen = ""
        try:
            async with asyncio.timeout(60):
                while not (found := re.search(until, seen)):
                    line = await process.stderr.readline()
                    assert line, f"{arguments} ended early:\n{seen}"
                    seen += line.decode()
            yield found[1]
        finally:
            process.send_signal(signal.SIGTERM)
            await process.communicate()
        # uvicorn passes the signal on to itself once it has finished in good order.
        assert process.returncode in (0, -signal.SIGTERM)


class Refusal(Exception):
    """A command failed; the message is what it said."""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The command in this process, which saves starting one. Its environment is that of the tests."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    out, err = capsys.readouterr()
    if ended.value.code:
        raise Refusal(" ".join(err.split()))
    return " ".join(out.split())


@pytest.fixture
def empty(postgres: BundledPostgres, _database_name: Callable[[], str]) -> str:
    """A database without any table."""
    return postgres.database(f"{_database_name()}_empty")


@pytest.fixture
def shell(empty: str) -> Shell:
    return Shell(BILLFOLD_DATABASE_URL=empty, BILLFOLD_SECRET_KEY="a secret of tests only")


async def whoami(url: str, token: str, host: str) -> tuple[int, Mapping[str, Any]]:
    headers = {"Host": host, "Accept": "application/vnd.api+json", "Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as http, http.get(f"{url}/api/organization", headers=headers) as answer:
        return answer.status, await answer.json(content_type="application/vnd.api+json")


async def test_from_an_empty_database_to_a_token_that_works(shell: Shell, tmp_path: Path) -> None:
    await shell("migrate")
    organization = await shell.object("organization", "create", "--slug", "acme", "--name", "Acme", "--json")
    assert organization["slug"] == "acme" and re.fullmatch("[A-Za-z]{10}", organization["id"])
    application = ("application", "create", "--organization", "acme", "--json", "--kind")
    integration = await shell.object(*application, "integration")
    assert set(integration) == {"id", "kind", "name", "client_id", "client_secret"}

    # With several workers the port is known before any of them has started.
    serving = r"(http://127\.0\.0\.1:\d+)[^$]*Application startup complete"
    async with shell.running("serve", "--port", "0", "--workers", "2", until=serving) as url:
        credentials = ("--client-id", integration["client_id"], "--client-secret", integration["client_secret"])
        token = await shell("token", "--url", url, *credentials)
        for host in ("acme.billfold.localhost", "127.0.0.1"):
            status, document = await whoami(url, token, host)
            assert status == 200 and document["data"]["id"] == organization["id"]
        await shell("organization", "update", "--slug", "acme", "--set", 'config={"mfe": {}}')
        _, document = await whoami(url, token, "acme.billfold.localhost")
        assert document["data"]["attributes"]["config"] == {"mfe": {}}
        assert (await whoami(url, token, "other.billfold.localhost"))[0] == 401

        ready = tmp_path / "ready.json"
        ready.write_text(json.dumps({"http": url, "integration": integration}))
        line = await shell("token", "--ready-file", str(ready), "--as", "integration", "--curl")
        assert line.startswith(f"curl -g '{url}/api/organization'") and "Authorization: Bearer ey" in line

        refusal = await shell("token", "--url", url, "--client-id", "nobody", status=1)
        assert "Client authentication failed" in refusal


async def test_a_server_starts_in_less_than_two_seconds(shell: Shell) -> None:
    """Of processor time, which other work on the machine hardly changes, and with all that ending takes."""
    await shell("migrate")
    spent = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        async with shell.running("serve", "--port", "0", until=r"(http://127\.0\.0\.1:\d+)") as url:
            assert (await whoami(url, "x", "127.0.0.1"))[0] == 401
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(spent) < 2


async def test_a_server_needs_its_tables(shell: Shell) -> None:
    assert "run: billfold migrate" in await shell("serve", status=1)


async def test_without_a_secret_the_server_and_the_worker_share_one_that_is_kept(shell: Shell, tmp_path: Path) -> None:
    del shell.environment["BILLFOLD_SECRET_KEY"]
    shell.environment["XDG_DATA_HOME"] = str(tmp_path)
    await shell("migrate")
    async with shell.running("serve", "--port", "0", until=r"(http://127\.0\.0\.1:\d+)") as url:
        key = tmp_path / "billfold" / "secret.key"
        made = key.read_text()
        assert len(made) >= 32 and key.stat().st_mode & 0o077 == 0
        assert (await whoami(url, "x", "127.0.0.1"))[0] == 401
        async with shell.running("worker", until=r"(looking for work)"):
            pass
    assert key.read_text() == made
    key.chmod(0o600)
    key.write_text("a secret of somebody else's")
    assert "not the one it was sealed with" in await shell("serve", "--port", "0", status=1)


async def test_a_secret_that_cannot_be_kept_must_be_set(shell: Shell, tmp_path: Path) -> None:
    del shell.environment["BILLFOLD_SECRET_KEY"]
    (tmp_path / "billfold").write_text("a file where a folder should be")
    shell.environment["XDG_DATA_HOME"] = str(tmp_path)
    assert (await shell("serve", status=1)).startswith("BILLFOLD_SECRET_KEY is not set, and none can be kept in")


def test_a_store_of_the_development_server_has_its_secret_beside_the_database(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("the secret of this store")
    assert secret_file.place(f"postgresql://b@/b?host={tmp_path}/postgres&port=5432") == tmp_path / "secret.key"
    assert secret_file.place("postgresql://b@db/b") != tmp_path / "secret.key"


async def test_the_worker_works_until_it_is_told_to_stop(shell: Shell, database: str) -> None:
    shell.environment |= {"BILLFOLD_LOG_FORMAT": "json", "BILLFOLD_DATABASE_URL": database}
    async with shell.running("worker", until=r"(.*looking for work.*)") as line:
        assert json.loads(line)["logger"] == "billfold.worker"


async def test_the_sandbox_serves_both_psps(shell: Shell) -> None:
    async with (
        shell.running("sandbox", "--port", "0", until=r"running on (http://127\.0\.0\.1:\d+)") as url,
        aiohttp.ClientSession() as http,
        http.get(f"{url}/_sandbox/ledger") as answer,
    ):
        assert answer.status == 200


CREATE = ("organization", "create", "--slug")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*CREATE, "acme"), "Say where the database is, with --database-url or BILLFOLD_DATABASE_URL."),
        ((*CREATE, "acme", "--database-url", "postgresql://x@127.0.0.1:1/x"), "The database cannot be reached"),
        ((*CREATE, "acme", "--database-url", "mysql://127.0.0.1/x"), "The database cannot be reached"),
        (("migrate", "--database-url", "postgresql://x@127.0.0.1:1/x"), "The database cannot be reached"),
        (("token", "--url", "http://127.0.0.1:1", "--client-id", "x"), "No token could be had"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    with pytest.raises(Refusal, match=f"^{re.escape(said)}"):
        run(capsys, *arguments)


def test_an_organization_and_its_applications_are_checked(
    capsys: pytest.CaptureFixture[str], postgres: BundledPostgres, empty: str
) -> None:
    database = ("--database-url", empty)
    with pytest.raises(Refusal, match="run: billfold migrate"):
        run(capsys, *CREATE, "acme", *database)
    assert run(capsys, "migrate", *database) == "The database is up to date."
    assert run(capsys, "migrate", *database) == "The database is up to date."
    assert "acme" in run(capsys, *CREATE, "acme", *database)
    with pytest.raises(Refusal, match="slug has already been taken"):
        run(capsys, *CREATE, "acme", *database)
    with pytest.raises(Refusal, match="slug is reserved"):
        run(capsys, *CREATE, "auth", *database)
    application = ("application", "create", *database, "--kind")
    assert "client_secret" in run(capsys, *application, "sales_channel", "--organization", "acme")
    with pytest.raises(Refusal, match="kind must be one of"):
        run(capsys, *application, "webapp", "--organization", "acme")
    with pytest.raises(Refusal, match="names no organization"):
        run(capsys, *application, "integration", "--organization", "nobody")


async def test_an_operator_learns_what_calls_to_the_merchants_services_are_signed_with(
    filled_database: tuple[str, Contents],
) -> None:
    dsn, contents = filled_database
    shell = Shell(BILLFOLD_DATABASE_URL=dsn, BILLFOLD_SECRET_KEY="a secret for tests only")
    market, asked = contents.made["market"]["id"], ("organization", "shared-secret", "--slug", "acme")
    assert re.fullmatch("[0-9a-f]{32}", await shell(*asked, "markets", market))
    assert "id “nobody” is none of" in await shell(*asked, "markets", "nobody", status=1)
    assert "type must be one of" in await shell(*asked, "orders", market, status=1)
    assert "names no organization" in await shell(
        "organization", "shared-secret", "--slug", "nobody", "markets", market, status=1
    )
    other = Shell(BILLFOLD_DATABASE_URL=dsn, BILLFOLD_SECRET_KEY="another secret than theirs")
    assert "cannot be opened" in await other(*asked, "markets", market, status=1)


def test_an_operator_sets_what_storefronts_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, database: str
) -> None:
    at = ("--slug", "acme", "--database-url", database)
    run(capsys, "organization", "create", *at)
    config = {"mfe": {"default": {"links": {"cart": "https://cart.example.com/:order_id"}}}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    given = ("support_email=help@example.com", "gift_cards_min_code_length=12", "addresses_phone_required=false")
    sets = [word for text in given for word in ("--set", text)]
    update = ("organization", "update", *at)
    printed = json.loads(run(capsys, *update, "--config", str(tmp_path / "config.json"), *sets, "--json"))
    shown = json.loads(run(capsys, "organization", "show", *at, "--json"))
    assert printed == shown
    assert shown["config"] == config
    assert (shown["name"], shown["support_email"], shown["logo_url"]) == ("acme", "help@example.com", None)
    assert (shown["gift_cards_min_code_length"], shown["addresses_phone_required"]) == (12, False)
    assert run(capsys, *update, "--set", "config=", "--set", "addresses_phone_required=") == (
        "slug acme config {} addresses_phone_required True"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Say what to change, with --set NAME=VALUE or --config FILE."),
        (("--set", "name"), "--set takes NAME=VALUE, not “name”"),
        (("--set", "slug=other"), "slug cannot be set"),
        (("--set", "orders_validate_shipping_stock=false"), "orders_validate_shipping_stock cannot be set"),
        (("--set", "name="), "name can't be blank"),
        (("--set", "config=[]"), "config must be an object"),
        (("--set", "config={"), "config must be JSON, not “{”"),
        (("--set", "colour=blue", "--set", "orders_min_refresh_lapse=soon"),
         "colour is no setting of an organization orders_min_refresh_lapse must be JSON, not “soon”"),
        (("--set", "name=Acme"), "slug “nobody” names no organization"),
    ],
)  # fmt: skip
def test_what_an_operator_sets_is_checked(
    capsys: pytest.CaptureFixture[str], database: str, arguments: tuple[str, ...], said: str
) -> None:
    with pytest.raises(Refusal, match=f"^{re.escape(said)}$"):
        run(capsys, "organization", "update", "--slug", "nobody", "--database-url", database, *arguments)


def test_a_schema_that_lacks_something_is_reported(capsys: pytest.CaptureFixture[str], empty: str) -> None:
    run(capsys, "migrate", "--database-url", empty)
    assert "what the declarations describe" in run(capsys, "migrate", "--check", "--database-url", empty)

    async def spoil() -> None:
        connection = await asyncpg.connect(empty)
        await connection.execute("ALTER TABLE revoked_tokens DROP COLUMN expires_at")
        await connection.close()

    asyncio.run(spoil())
    with pytest.raises(Refusal, match="differs from the declarations"):
        run(capsys, "migrate", "--check", "--database-url", empty)


def test_without_a_database_the_migrations_are_judged_in_a_fresh_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert "what the declarations describe" in run(capsys, "migrate", "--check")


def test_generated_files_are_written_and_then_current(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    root = ("--root", str(tmp_path))
    with pytest.raises(Refusal, match=r"^Not current: docs/reference/addresses\.md"):
        run(capsys, "openapi", "--check", *root)
    run(capsys, "openapi", *root)
    assert json.loads((tmp_path / "openapi.json").read_text())["openapi"] == "3.1.0"
    assert (tmp_path / "docs/settings.md").read_text() == settings.page()
    assert "are current" in run(capsys, "openapi", "--check", *root)
    (tmp_path / "docs/reference/unicorns.md").write_text("left over")
    with pytest.raises(Refusal, match=r"docs/reference/unicorns\.md"):
        run(capsys, "openapi", "--check", *root)
    run(capsys, "openapi", *root)
    assert not (tmp_path / "docs/reference/unicorns.md").exists()
