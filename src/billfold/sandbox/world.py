"""All state of one sandbox process, in memory: the clock, the ledger, the steered faults, the work in the
background.
"""

from __future__ import annotations

import asyncio
import secrets
import string
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, cast

import aiohttp

from billfold.sandbox.faults import Fault, Faults
from billfold.sandbox.idempotency import Answer, Idempotency, KeyInUse, KeyOfAnotherRequest
from billfold.sandbox.ledger import Kind, Ledger, Movement
from billfold.sandbox.outbound import open_client

__all__ = [
    "Answer",
    "Fault",
    "Faults",
    "Idempotency",
    "KeyInUse",
    "KeyOfAnotherRequest",
    "Kind",
    "Ledger",
    "Movement",
    "World",
    "new_id",
]

_LETTERS = string.ascii_letters + string.digits
State = TypeVar("State")


def new_id(prefix: str = "", length: int = 24) -> str:
    """An unguessable id such as `pi_…`; `length` counts the random letters after the prefix."""
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(length))


class World:
    """One sandbox. PSPs keep what is theirs in `state(TheirState)`; everything else here is common to all of
    them.

    `clock` gives seconds since the epoch. `public_url` is where a browser reaches the sandbox, without a
    slash at the end; None means wherever the request came in.
    """

    def __init__(self, *, clock: Callable[[], float], public_url: str | None = None) -> None:
        self._clock = clock
        self._advanced = 0.0
        self._ticked = asyncio.Event()
        self._when_advanced: list[Callable[[], None]] = []
        self._states: dict[type[Any], Any] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession | None = None
        self.public_url = public_url.rstrip("/") if public_url else None
        self.ledger = Ledger()
        self.faults = Faults()

    def now(self) -> float:
        """Seconds since the epoch on the sandbox's own clock."""
        return self._clock() + self._advanced

    def advance(self, seconds: float) -> None:
        """Move the sandbox's clock on, wake whoever sleeps on it, and let expire what is over."""
        self._advanced += seconds
        self._ticked.set()
        self._ticked = asyncio.Event()
        for act in self._when_advanced:
            act()

    def when_advanced(self, act: Callable[[], None]) -> None:
        """Have something done whenever the clock is moved on: what expires, expires then."""
        self._when_advanced.append(act)

    async def sleep(self, seconds: float) -> None:
        """Wait on the sandbox's clock: time passing counts, and so does `advance`."""
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            ticked = self._ticked
            try:
                await asyncio.wait_for(ticked.wait(), left)
            except TimeoutError:
                continue

    def state(self, kind: type[State]) -> State:
        """What one PSP remembers: made with `kind()` at first need, forgotten by `reset`. Never hold on to it
        between requests.
        """
        if kind not in self._states:
            self._states[kind] = kind()
        return cast(State, self._states[kind])

    def record(self, psp: str, kind: Kind, reference: str, amount: int, currency: str) -> None:
        """Write a movement of money into the ledger, now."""
        self.ledger.record(psp, kind, reference, amount, currency, self.now())

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run in the background, until it ends or the sandbox does."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def http(self) -> aiohttp.ClientSession:
        """For what a PSP sends to the shop: events, notifications. Closed when the sandbox ends."""
        if self._http is None:
            self._http = open_client()
        return self._http

    def snapshot(self) -> tuple[float, dict[type[Any], Any], Ledger]:
        """All that outlives a run, as it is now; for `restore`."""
        return self._advanced, self._states, self.ledger

    def restore(self, snapshot: tuple[float, dict[type[Any], Any], Ledger]) -> None:
        self._advanced, self._states, self.ledger = snapshot

    async def stop_work(self) -> None:
        """Cancel all background work and wait for its end."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        """End all that is under way; the sandbox is about to."""
        await self.stop_work()
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def reset(self) -> None:
        """Forget everything but the clock: payments, ledger, faults, deliveries under way."""
        await self.stop_work()
        self._states.clear()
        self.ledger = Ledger()
        self.faults.clear()
