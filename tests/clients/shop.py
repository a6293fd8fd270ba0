"""The store that strangers' clients visit: `billfold dev`, as its users start it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from billfold import settings

COMMAND = [sys.executable, "-c", "from billfold.cli import main; main()", "dev"]
START_SECONDS = 120
STOP_SECONDS = 30


@dataclass(frozen=True)
class Shop:
    """A running store and its ready file."""

    ready_file: Path

    def __getitem__(self, name: str) -> Any:
        return json.loads(self.ready_file.read_text(encoding="utf-8"))[name]


@contextmanager
def open_shop(folder: Path, *more: str) -> Iterator[Shop]:
    """Meanwhile the store is open, with more options if wished. At the end it must have closed in good order."""
    ready, log = folder / "ready.json", folder / "log"
    options = ["--data-dir", str(folder / "store"), "--port", "0", "--tls-port", "0", "--ready-file", str(ready), *more]
    environment = {n: v for n, v in os.environ.items() if not n.startswith(settings.PREFIX)}
    with log.open("w") as output:
        process = subprocess.Popen(
            [*COMMAND, *options], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment
        )
    try:
        _wait_for(ready, process, log)
        yield Shop(ready)
    finally:
        process.terminate()
        try:
            ended = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            ended = process.wait()
    assert ended == 0, f"`billfold dev` ended with {ended}:\n{_tail(log)}"


def _wait_for(ready: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while not ready.exists():
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            assert time.monotonic() < until, f"`billfold dev` is not ready after {START_SECONDS} s:\n{_tail(log)}"
        else:
            raise AssertionError(f"`billfold dev` ended before it was ready:\n{_tail(log)}")


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-4000:]
