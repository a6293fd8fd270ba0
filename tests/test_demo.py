"""`billfold demo`: everything it claims holds, and the lines it ends with work as they stand."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from tests.commands import COMMAND, Played, dev, read, run

from billfold.client import Answer, ApiError
from billfold.demo.stage import Stage, StoryEnds

WALLET = "available_customer_payment_sources"


def curl(line: str, store: dict[str, Any], bin: Path) -> Any:
    """Run a line as a shell would; `billfold` is found first on its path, and the default port is the store's."""
    line = line.replace("http://127.0.0.1:8080", store["http"])
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, env={"PATH": f"{bin}:/usr/bin:/bin"})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def bin(tmp_path: Path) -> Path:
    """A folder with a `billfold` in it."""
    script = tmp_path / "bin" / "billfold"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{COMMAND[0]}" {COMMAND[1]} "{COMMAND[2]}" "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return script.parent


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
async def test_every_step_holds_and_the_lines_at_the_end_work_as_they_stand(played: Played, bin: Path) -> None:
    assert played.status == 0, played.printed
    folder = played.copy()
    printed = played.printed.replace(str(played.folder), str(folder))
    assert "✗" not in printed
    facts = re.search(r"✓ All (\d+) facts of (\d+) steps hold", printed)
    assert facts is not None
    assert printed.count("✓") == int(facts[1]) + 1
    assert f"billfold dev --data-dir {folder}" in printed
    for psp in ("Stripe", "Klarna"):
        assert f"{psp}: Ada pays, and lets the shop keep what she paid with" in printed

    save, reuse, look = re.findall(r"^curl .*$", printed, re.MULTILINE)
    async with dev(folder) as running:
        # The default port may be taken where tests are run.
        kept = read(folder / "demo.json")
        assert kept["http"] == "http://127.0.0.1:8080"
        (folder / "demo.json").write_text(json.dumps({**kept, "http": running.store["http"]}), encoding="utf-8")
        saved = curl(save, running.store, bin)
        entries = [row["attributes"]["name"] for row in saved["included"]]
        assert entries[0] == "XXXX-XXXX-XXXX-4444"
        assert saved["data"]["relationships"][WALLET]["data"] == [
            {"type": "customer_payment_sources", "id": row["id"]} for row in saved["included"]
        ]
        order = curl(reuse, running.store, bin)["data"]
        assert order["attributes"]["status"] == "pending"
        assert [row["attributes"]["name"] for row in curl(look, running.store, bin)["included"]] == entries

        # The store of `billfold dev` itself is untouched by the play, and a second one is given on its server.
        assert running.store["slug"] == "acme"
        assert running.store["customer"]["id"] != kept["customer"]["id"]
        status, again = await run("demo", "--data-dir", str(folder))
        assert status == 0, again
        assert f"A store is open on {running.store['http']}" in again
        (save, *_) = re.findall(r"^curl .*$", again, re.MULTILINE)
        assert running.store["http"] in save
        assert curl(save, running.store, bin)["included"][0]["attributes"]["name"] == "XXXX-XXXX-XXXX-4444"


@pytest.fixture
def stage() -> Stage:
    return Stage(Console(record=True, quiet=True, width=200))


async def answered(status: int = 200) -> Answer:
    return Answer(status, {"data": {"attributes": {"status": "pending"}}})


async def test_a_fact_that_does_not_hold_is_counted_and_shown(stage: Stage) -> None:
    stage.console.quiet = False
    number = re.compile("[0-9]+")
    await stage.step(
        "Ada",
        "pays",
        answered(),
        lambda a: {"status": (a["status"], "placed"), "number": (None, number), "id": ("7", number)},
    )
    printed = stage.console.export_text()
    assert (stage.facts, stage.broken) == (3, 2)
    assert "✗ status: pending   but it should be placed" in printed
    assert "✗ number: null   but it should be like [0-9]+" in printed
    assert "✓ id: 7\n" in printed


async def test_the_story_ends_where_a_request_is_refused(stage: Stage) -> None:
    async def refused() -> Answer:
        raise ApiError(422, [{"detail": "payment_source - must exist"}])

    with pytest.raises(StoryEnds):
        await stage.step("Ada", "pays", refused(), lambda a: {})
    assert (stage.facts, stage.broken) == (1, 1)
