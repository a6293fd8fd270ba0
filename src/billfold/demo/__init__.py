"""`billfold demo`: the main job over real HTTP, from an empty folder to money that was taken and given back."""

from __future__ import annotations

import json
import logging
import shlex
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.text import Text

from billfold import logs
from billfold.demo.stage import Stage, StoryEnds
from billfold.demo.story import WALLET, Play
from billfold.dev import home
from billfold.dev.home import Home
from billfold.dev.signals import run, stoppable
from billfold.dev.stores import credentials, described, with_samples
from billfold.dev.world import Ground, Options, open_world, prepared

SLUG = "demo"
DEV_URL = f"http://127.0.0.1:{Options.port}"
JSON_API = "application/vnd.api+json"


def main(*, data_dir: Path | None = None) -> int:
    """Returns 0 if every step was as it should be.

    The play is given in the folder of `billfold dev`, by an organization of its own, so that what was played can be
    looked at afterwards; and on its server, if that runs. Raises BadSetting, BundledPostgresError.
    """
    logs.configure("console")
    logging.getLogger().setLevel(logging.WARNING)
    console = Console(highlight=False, emoji=False)
    here = Home(data_dir or home.DEFAULT)
    show = Show(Stage(console), here)
    began = time.monotonic()
    with stoppable():
        running = here.running()
        if running:
            told = run(lambda: show.on(running))
        else:
            with prepared(Options(here.folder, slug=SLUG, port=0, tls_port=0), console.print) as ground:
                told = run(lambda: show.on_own(ground))
    return 1 if told else show.end(time.monotonic() - began, running["http"] if running else None)


@dataclass
class Show:
    """left  what to go on with afterwards: an order to save from, one to pay, and a wallet entry to pay it with"""

    stage: Stage
    here: Home
    left: tuple[str, str, str] | None = None

    async def on_own(self, ground: Ground) -> None:
        async with open_world(ground, self.stage.console.print) as world:
            await self._perform(world.ready, f"http://127.0.0.1:{Options.port}")

    async def on(self, running: dict[str, Any]) -> None:
        """Play on a server that runs already."""
        domain = running["domain"].partition(":")[0]
        store = await credentials(self.here, running["database_url"], SLUG, domain)
        async with aiohttp.ClientSession() as http:
            store = await with_samples(self.here, store, http, running["http"])
        await self._perform({**running, "slug": SLUG, **described(store)}, running["http"])

    async def _perform(self, store: dict[str, Any], later: str) -> None:
        """later  where the store is to be found when the play is over"""
        self.stage.console.print(
            f"A store is open on {store['http']}, with a pretend Stripe and a pretend Klarna beside it.", soft_wrap=True
        )
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as http:
            try:
                play = await Play.begin(self.stage, http, store)
                entry = await play.perform("stripe")
                await play.perform("klarna")
                self.left = *(await play.leave_something()), entry
            except StoryEnds:
                return
        kept = {**store, "slug": SLUG, "http": later, "customer": play.customer}
        home.write(self.here.demo, json.dumps(kept, indent=2) + "\n")
        names = zip(("PLACED", "STARTED", "SAVED"), self.left, strict=True)
        home.write(self.here.demo.with_suffix(".env"), "".join(f"{name}={id}\n" for name, id in names))

    def end(self, seconds: float, running: str | None) -> int:
        """Say what came of it and how to go on; the exit status."""
        stage, console = self.stage, self.stage.console
        console.print()
        if stage.broken or not self.left:
            console.print(Text(f"✗ {stage.broken} of {stage.facts} facts are not as they should be.", style="bold red"))
            return 1
        console.print(Text(f"✓ All {stage.facts} facts of {stage.steps} steps hold, after {seconds:.0f} s.", "green"))
        command, folder = _command(), ""
        if self.here.folder != home.DEFAULT.absolute():
            folder = f" --data-dir {shlex.quote(str(self.here.folder))}"
        console.print()
        if not running:
            console.print("Keep the store open with")
            console.print(f"\n  {command} dev{folder}\n", soft_wrap=True)
        where = "" if running else ", in another terminal and from this folder"
        console.print(
            "Ada has paid an order with a card that is not saved yet, and started another one. Save the card, pay "
            f"with the one she saved before, and look at what her wallet offers{where}:",
            soft_wrap=True,
        )
        for line in self._curl(running or DEV_URL, command):
            console.print(f"\n{line}", soft_wrap=True, markup=False)
        return 0

    def _curl(self, url: str, command: str) -> list[str]:
        assert self.left is not None
        placed, started, entry = self.left
        ready = self.here.demo
        ready = ready.relative_to(Path.cwd()) if ready.is_relative_to(Path.cwd()) else ready
        token = f'-H "Authorization: Bearer $({command} token --ready-file {shlex.quote(str(ready))})"'

        get = f"include={WALLET}&fields[orders]={WALLET}"

        def patch(order: str, attributes: dict[str, Any], query: str = "") -> str:
            body = json.dumps({"data": {"type": "orders", "id": order, "attributes": attributes}})
            return (
                f"curl -g -X PATCH '{url}/api/orders/{order}{query}' -H 'Accept: {JSON_API}' {token} "
                f"-H 'Content-Type: {JSON_API}' -d '{body}'"
            )

        return [
            patch(placed, {"_save_payment_source_to_customer_wallet": True}, f"?include={WALLET}"),
            patch(started, {"_customer_payment_source_id": entry}),
            f"curl -g '{url}/api/orders/{started}?{get}' -H 'Accept: {JSON_API}' {token}",
        ]


def _command() -> str:
    """How this program was called, or can be."""
    called = Path(sys.argv[0])
    if called.is_absolute() and called.is_relative_to(Path.cwd()):
        called = called.relative_to(Path.cwd())
    return shlex.quote(str(called)) if called.name == "billfold" else "billfold"
