"""The load: a process of its own that sends prepared requests over kept connections and does nothing else.

It reads a `Job` from standard input and writes a `Measured` to standard output, both as MessagePack. Every connection
sends its next request when the answer to the last one is there, so as many are under way as there are connections.
"""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
import time
from typing import cast

import msgspec
import uvloop

from bench.processes import cpu_seconds

PATIENCE = 30.0  # seconds that the last answers, and the start of the process, may take at most


class Job(msgspec.Struct):
    """requests   whole HTTP requests, sent in this order
    once        end when each was sent; otherwise they are sent round and round
    warm_up     seconds before counting begins
    pids        the processes whose use of the processor is measured
    """

    port: int
    connections: int
    seconds: float
    warm_up: float
    requests: list[bytes]
    once: bool
    pids: list[int]


class Measured(msgspec.Struct):
    """What happened between the end of the warming up and the end of the time.

    latencies  seconds, sorted
    said       the first answer that was an error
    ever       answers to everything that was sent, before and after counting too
    """

    answers: int
    ever: int
    errors: int
    seconds: float
    cpu_seconds: float
    latencies: list[float]
    said: str


class _Tally:
    """What all connections of a job have in common."""

    def __init__(self, job: Job) -> None:
        self.requests = iter(job.requests) if job.once else itertools.cycle(job.requests)
        self.latencies: list[float] = []
        self.ever = 0
        self.errors = 0
        self.said = ""
        self.running = True
        self.open = job.connections
        self.over = asyncio.Event()

    def start_counting(self) -> None:
        self.latencies, self.errors, self.said = [], 0, ""


class _Connection(asyncio.Protocol):
    def __init__(self, tally: _Tally) -> None:
        self.tally = tally
        self.received = b""
        self.missing = 0
        self.began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's own are none of its subclasses
        self.send()

    def send(self) -> None:
        request = next(self.tally.requests, None) if self.tally.running else None
        if request is None:
            self.transport.close()
            return
        self.received, self.missing = b"", 0
        self.began = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.received = self.received + data if self.received else data
        if not self.missing:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return
            at = self.received.find(b"content-length: ", 0, end) + 16
            self.missing = end + 4 + int(self.received[at : self.received.find(b"\r\n", at)])
        if len(self.received) < self.missing:
            return
        tally = self.tally
        tally.ever += 1
        tally.latencies.append(time.perf_counter() - self.began)
        if self.received[9:12] != b"200":
            tally.errors += 1
            tally.said = tally.said or self.received.decode(errors="replace")
        self.send()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None or (self.tally.running and not self.received):
            self.tally.errors += 1
            self.tally.said = self.tally.said or f"The connection was lost: {exc}"
        self.tally.open -= 1
        if not self.tally.open:
            self.tally.over.set()


async def _work(job: Job) -> Measured:
    loop, tally = asyncio.get_running_loop(), _Tally(job)
    for _ in range(job.connections):
        await loop.create_connection(lambda: _Connection(tally), "127.0.0.1", job.port)
    await _until_over(tally, job.warm_up)
    tally.start_counting()
    began, cpu = time.perf_counter(), cpu_seconds(job.pids)
    await _until_over(tally, job.seconds)
    seconds, cpu = time.perf_counter() - began, cpu_seconds(job.pids) - cpu
    latencies, errors = sorted(tally.latencies), tally.errors
    tally.running = False
    await tally.over.wait()
    return Measured(len(latencies), tally.ever, errors, seconds, cpu, latencies, tally.said[:2000])


async def _until_over(tally: _Tally, seconds: float) -> None:
    """Return after so many seconds, or as soon as there is nothing more to send."""
    if seconds:
        await asyncio.wait([asyncio.ensure_future(tally.over.wait())], timeout=seconds)


def run(job: Job) -> Measured:
    """Have another process do the job."""
    command = [sys.executable, "-m", "bench.load"]
    patience = job.warm_up + job.seconds + PATIENCE
    done = subprocess.run(
        command, input=msgspec.msgpack.encode(job), stdout=subprocess.PIPE, check=True, timeout=patience
    )
    return msgspec.msgpack.decode(done.stdout, type=Measured)


if __name__ == "__main__":
    sys.stdout.buffer.write(
        msgspec.msgpack.encode(uvloop.run(_work(msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Job))))
    )
