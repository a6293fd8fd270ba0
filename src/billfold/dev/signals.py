"""SIGTERM and SIGINT: the first one ends everything in good order, and a second one does not disturb that."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvloop

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def stoppable() -> Iterator[None]:
    """Outside of an event loop: a signal raises SystemExit where the program stands."""
    before = {number: signal.signal(number, _stop) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run(work: Callable[[], Coroutine[Any, Any, None]], heard: Callable[[], None] = lambda: None) -> bool:
    """Run in an event loop, inside of `stoppable`; a signal cancels the work. Returns whether one came.

    heard  called when one comes: ending may take a while
    """
    try:
        return uvloop.run(_until_told(work(), heard))
    finally:
        _ignore()


async def _until_told(work: Coroutine[Any, Any, None], heard: Callable[[], None]) -> bool:
    task = asyncio.ensure_future(work)
    told = False

    def stop() -> None:
        nonlocal told
        if not told:
            told = True
            heard()
            task.cancel()

    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not told:
            raise
    return told


def _stop(number: int, frame: FrameType | None) -> None:
    _ignore()
    raise SystemExit(128 + number)


def _ignore() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
