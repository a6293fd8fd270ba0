"""`billfold dev`: keep a whole store running on this machine until told to stop."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from billfold import logs
from billfold.dev import home
from billfold.dev.signals import run, stoppable
from billfold.dev.world import Ground, Options, open_world, prepared
from billfold.settings import BadSetting, Settings


def main(
    *,
    data_dir: Path | None = None,
    domain: str = Settings.domain,
    slug: str = "acme",
    port: int = 8080,
    tls_port: int = 8443,
    public_port: int | None = None,
    ready_file: Path | None = None,
) -> int:
    """Returns the exit status once a signal has come and everything has ended.

    Raises BadSetting, BundledPostgresError.
    """
    logs.configure("console")
    for chatty in ("alembic", "stripe"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    console = Console(soft_wrap=True, highlight=False, emoji=False)
    options = Options(data_dir or home.DEFAULT, domain, slug, port, tls_port, public_port)
    with stoppable(), _ready_file(ready_file), prepared(options, console.print) as ground:

        async def serve() -> None:
            async with open_world(ground, console.print) as world:
                for file in filter(None, (ground.home.ready, ready_file)):
                    home.write(file.absolute(), json.dumps(world.ready, indent=2) + "\n")
                _announce(console, ground, world.ready)
                await world.running

        run(serve, lambda: console.print("\nStopping …"))
    return 0


@contextlib.contextmanager
def _ready_file(file: Path | None) -> Iterator[None]:
    """The file is there only while it tells the truth. Raises BadSetting if it never can be."""
    if file is None:
        yield
        return
    try:
        file.unlink(missing_ok=True)
        file.absolute().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=file.absolute().parent):
            pass
    except OSError as trouble:
        raise BadSetting(f"--ready-file {file} cannot be written ({trouble.strerror}).") from trouble
    try:
        yield
    finally:
        with contextlib.suppress(FileNotFoundError, ValueError):
            if json.loads(file.read_text(encoding="utf-8"))["pid"] == os.getpid():
                file.unlink()


def _announce(console: Console, ground: Ground, ready: dict[str, Any]) -> None:
    customer = ready["customer"]
    for name, value in (
        ("API", ready["api"]),
        ("", f"{ready['http']}/api"),
        ("authority to trust", ready["ca_file"]),
        ("storefront", f"client_id {ready['sales_channel']['client_id']}"),
        ("back office", f"client_id {ready['integration']['client_id']}"),
        ("", f"client_secret {ready['integration']['client_secret']}"),
        ("market", f"market:id:{ready['market']['id']}"),
        ("customer", f"{customer['email']}, password {customer['password']}"),
        ("Stripe, Klarna", f"{ready['sandbox']['stripe']}, {ready['sandbox']['klarna']} (both pretend)"),
        ("all of it as JSON", str(ground.home.ready)),
    ):
        console.print(f"[bold]{name:<20}[/]{value}")
    console.print("\nReady. Stop it with Ctrl-C.")
