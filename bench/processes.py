"""Servers as processes of their own: started, awaited, measured, ended."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

START_SECONDS = 30.0
STOP_SECONDS = 15.0


class DidNotStart(Exception):
    """A server ended, or never answered. The message ends with what it said."""


def finished(work: Coroutine[Any, Any, T]) -> T:
    """What comes of it, in an event loop of its own. SIGTERM is heard only afterwards: the exception it raises here can
    crash the process where it breaks in upon a driver written in C."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        return asyncio.run(work)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def server(arguments: Iterable[str], port: int, environ: Mapping[str, str], log: Path) -> Iterator[int]:
    """Run `python …` until the block ends; yields its process id once `port` is open."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, *arguments], env={**os.environ, **environ}, stdout=said, stderr=subprocess.STDOUT
        )
    try:
        _await_port(process, port, log)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_port(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    waited = 0.0
    while waited < START_SECONDS:
        with socket.socket() as knocking:
            if knocking.connect_ex(("127.0.0.1", port)) == 0:
                return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
            break
        waited += 0.05
    raise DidNotStart(f"A server of the benchmark did not start:\n{log.read_text(errors='replace')[-2000:]}")


def family(pid: int) -> list[int]:
    """A process and all below it."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [line.split() for line in listed.splitlines()]
    found = [pid]
    for parent in found:
        found += [int(child) for child, above in pairs if int(above) == parent]
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """What the processes have used of the processor so far, in user and system mode; to 10 ms each."""
    return sum(_cpu_seconds(pid) for pid in pids)


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except FileNotFoundError:  # macOS has no /proc; its ps writes [hours:]minutes:seconds
        command = ["ps", "-o", "time=", "-p", str(pid)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        seconds = 0.0
        for part in said.strip().split(":"):
            seconds = seconds * 60 + float(part)
        return seconds
