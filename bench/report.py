"""Rounds → medians, as a table to read and as JSON to keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import msgspec
from rich.console import Console
from rich.table import Table

from bench.load import Measured

HEADINGS = ("conns", "rps", "p50 ms", "p99 ms", "errors", "CPU µs", "pgbench", "ratio", "SQL", "PSP", "ms each")


class Run(msgspec.Struct):
    """One line of the report.

    op           "read", "update", "save" or "reuse"
    rps          requests answered per second
    app_cpu_us   microseconds of processor time, user and system, of all the application's processes per request
    pgbench_tps  how often per second pgbench got the same statements done
    ratio        rps / pgbench_tps
    """

    op: str
    connections: int
    workers: int
    rps: float
    p50_ms: float
    p99_ms: float
    errors: int
    app_cpu_us: float
    pgbench_tps: float
    ratio: float


@dataclass(frozen=True)
class Round:
    measured: Measured
    pgbench_tps: float
    psp_calls: int
    psp_seconds: float


@dataclass(frozen=True)
class Line:
    """psp_calls    that one request takes, on average
    psp_ms       that the sandbox takes for one of them, waiting for the processor included
    round_trips  to the database that one request takes
    """

    run: Run
    psp_calls: float
    psp_ms: float
    round_trips: int


def line(op: str, connections: int, workers: int, round_trips: int, rounds: Sequence[Round]) -> Line:
    """The medians of the rounds; errors are added up."""

    def middle(values: Sequence[float], digits: int = 1) -> float:
        return round(median(values), digits)

    done = [(r.measured, max(1, r.measured.answers)) for r in rounds]
    rps = [m.answers / m.seconds for m, _ in done]
    run = Run(
        op,
        connections,
        workers,
        middle(rps),
        middle([percentile(m.latencies, 50) * 1000 for m, _ in done], 2),
        middle([percentile(m.latencies, 99) * 1000 for m, _ in done], 2),
        sum(m.errors for m, _ in done),
        middle([m.cpu_seconds / n * 1e6 for m, n in done]),
        middle([r.pgbench_tps for r in rounds]),
        middle([x / r.pgbench_tps for x, r in zip(rps, rounds, strict=True)], 3),
    )
    calls, seconds = sum(r.psp_calls for r in rounds), sum(r.psp_seconds for r in rounds)
    per_request = round(calls / max(1, sum(r.measured.ever for r in rounds)), 2)
    return Line(run, per_request, seconds / calls * 1000 if calls else 0.0, round_trips)


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The smallest value that at least so many percent of the values do not exceed; 0 when there are none."""
    if not ordered:
        return 0.0
    return ordered[max(0, -(-len(ordered) * int(percent) // 100) - 1)]


def show(lines: Sequence[Line], console: Console) -> None:
    table = Table(title="Medians. pgbench runs the same statements, without the calls of the PSP.")
    table.add_column("")
    for name in HEADINGS:
        table.add_column(name, justify="right")
    for i, entry in enumerate(lines):
        r = entry.run
        values = [r.op, r.connections, f"{r.rps:.0f}", r.p50_ms, r.p99_ms, r.errors, f"{r.app_cpu_us:.0f}"]
        values += [f"{r.pgbench_tps:.0f}", f"{r.ratio:.2f}", entry.round_trips]
        values += [f"{entry.psp_calls:g}", f"{entry.psp_ms:.1f}" if entry.psp_calls else "-"]
        table.add_row(*map(str, values), end_section=[e.run.op for e in lines[i + 1 : i + 2]] != [r.op])
    console.print(table)


def write(lines: Sequence[Line], path: Path) -> None:
    """{"runs": [{"op": …, "connections": …, …}]}"""
    runs = msgspec.json.encode({"runs": [entry.run for entry in lines]})
    path.write_bytes(msgspec.json.format(runs, indent=2) + b"\n")
