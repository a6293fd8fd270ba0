"""What the README and the page about running say is true: its commands are run, its links lead somewhere."""

from __future__ import annotations

import inspect
import json
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.commands import COMMAND, Played, dev, environment, read

from billfold import cli
from billfold.db.bundled import BundledPostgres

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
RUNNING = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
DEFAULT = "http://127.0.0.1:8080"


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


TRY, CURL, OWN = blocks(README, "sh")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with a `.venv/bin/billfold` in it, as `make setup` leaves it."""
    script = tmp_path / ".venv" / "bin" / "billfold"
    script.parent.mkdir(parents=True)
    script.write_text(f'#!/bin/sh\nexec "{COMMAND[0]}" {COMMAND[1]} "{COMMAND[2]}" "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return tmp_path


def sh(script: str, folder: Path) -> str:
    """What the script prints; it must succeed."""
    done = subprocess.run(
        ["sh", "-e", "-c", script], cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_are_exactly_the_two_commands_to_try_it() -> None:
    commands = [line.partition("#")[0].strip() for line in TRY.splitlines()]
    assert commands == ["make demo", "make dev"]
    targets = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in commands:
        name = command.removeprefix("make ")
        assert re.search(rf"^{name}: .*\n\t@\$\(BIN\)/billfold {name}$", targets, re.MULTILINE)


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
async def test_the_three_curl_lines_save_reuse_and_list(played: Played, checkout: Path) -> None:
    assert CURL.count("\ncurl ") == 3
    store = played.copy()
    (checkout / ".billfold").symlink_to(store)
    async with dev(store) as running:
        # The default port may be taken where tests are run.
        kept = read(store / "demo.json")
        assert kept["http"] == DEFAULT
        (store / "demo.json").write_text(json.dumps({**kept, "http": running.store["http"]}), encoding="utf-8")
        printed = sh(CURL.replace(DEFAULT, running.store["http"]), checkout)
    answers = json.JSONDecoder()
    saved, end = answers.raw_decode(printed)
    reused, end = answers.raw_decode(printed, end)
    listed, _ = answers.raw_decode(printed, end)
    assert [row["attributes"]["name"][-4:] for row in saved["included"]] == ["4444", "1111", "4242"]
    assert (reused["data"]["attributes"]["status"], reused["data"]["id"]) == ("pending", listed["data"]["id"])
    assert len(listed["included"]) == 3


def test_it_runs_on_a_postgresql_of_ones_own(
    postgres: BundledPostgres, _database_name: Callable[[], str], checkout: Path
) -> None:
    url = postgres.database(f"{_database_name()}_own")
    script = OWN.replace("postgresql://billfold@localhost/billfold", f"'{url}'")
    *steps, worker, serve = script.strip().splitlines()
    settings = [step for step in steps if step.startswith("export ")]
    printed = sh("\n".join(steps), checkout)
    assert "The database is up to date." in printed
    assert len(re.findall(r"client_secret\s+\S{43}", printed)) == 2
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    secret = "export BILLFOLD_SECRET_KEY=one-secret-for-both-of-them"
    settings = [secret if "SECRET" in step else step for step in settings]
    with running([*settings, f"exec {worker.removesuffix('&').strip()}"], checkout, "looking for work"):
        pass
    # Four workers take their time where tests run; two are several, too.
    serve = serve.replace("--workers 4", "--workers 2")
    with running([*settings, f"exec {serve} --port {port}"], checkout, f"127.0.0.1:{port}"):
        health = f"http://127.0.0.1:{port}/health"
        answer = ["curl", "-sf", "--retry", "50", "--retry-connrefused", "--retry-delay", "1", health]
        if shutil.which("curl"):
            assert json.loads(subprocess.run(answer, capture_output=True, check=True).stdout) == {"status": "ok"}


@contextmanager
def running(script: list[str], folder: Path, until: str) -> Iterator[None]:
    """Meanwhile the script runs; ended as an operator would."""
    process = subprocess.Popen(
        ["sh", "-e", "-c", "\n".join(script)],
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = ""
    try:
        while until not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md"])
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))])
def test_every_link_to_a_heading_finds_it(page: Path) -> None:
    for file, heading in re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", page.read_text(encoding="utf-8")):
        there = (page.parent / file if file else page).read_text(encoding="utf-8")
        known = [
            re.sub(r"[^\w -]", "", name).lower().replace(" ", "-") for name in re.findall("^#+ (.*)$", there, re.M)
        ]
        assert heading in known


def test_the_page_knows_every_option_of_dev() -> None:
    documented = re.findall(r"^\| `(--[a-z-]+)` \|", RUNNING, re.MULTILINE)
    assert documented == [f"--{name.replace('_', '-')}" for name in inspect.signature(cli.dev).parameters]


def test_the_page_knows_every_member_of_the_ready_file(played: Played) -> None:
    section = RUNNING.split("### The ready file")[1].split("### ")[0]
    documented = [name for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for name in row.split(", ")]
    assert {name.strip("`") for name in documented} == set(read(played.folder / "demo.json"))


def test_the_page_knows_every_command() -> None:
    commands = {command.name or getattr(command.callback, "__name__", "") for command in cli.app.registered_commands}
    named = set(re.findall(r"`billfold ([a-z]+)", RUNNING))
    # These are for those who work on Billfold, and to try it.
    assert commands - named <= {"openapi", "demo"}
    assert named - commands == {"organization", "application"}


@pytest.mark.parametrize("page", [README, RUNNING])
def test_it_speaks_of_itself_alone(page: str) -> None:
    assert os.sep + "work" not in page
