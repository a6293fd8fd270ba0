"""`python -m bench [OUT]`: every operation at every number of connections, round by round beside pgbench."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench import load, pgbench, report
from bench.operations import OPERATIONS, Operation, changes, clean_up
from bench.processes import finished
from bench.stage import Stage, psp_counts, stage
from bench.statements import script, statements_of

WARM_UP = 0.5


class NotMeasured(Exception):
    """What was to be measured did not happen."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status says whether every request succeeded."""
    given = _arguments(arguments)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # so that the servers end with it
    err = Console(stderr=True)
    err.print("Starting PostgreSQL, sandbox and application, and filling the store…")
    lines = []
    with stage(orders=given.orders, customers=given.customers, workers=given.workers) as ready:
        _meet_everybody(ready)
        for operation in (o for o in OPERATIONS if o.name in given.only):
            noted = finished(statements_of(ready.environ, operation.spare(ready.seeded)))
            beside = script(noted, operation.spare(ready.seeded), ready.seeded, operation.orders(ready.seeded))
            for connections in given.connections:
                err.print(f"{operation.name}, {connections} connections: {given.rounds} rounds…")
                rounds = [
                    _round(ready, operation, beside, connections, given.seconds, err) for _ in range(given.rounds)
                ]
                lines.append(report.line(operation.name, connections, given.workers, len(noted), rounds))
    report.show(lines, Console(width=None if sys.stdout.isatty() else 110))
    if given.out:
        report.write(lines, given.out)
    return 1 if any(entry.run.errors for entry in lines) else 0


def _round(
    ready: Stage, operation: Operation, beside: str, connections: int, seconds: float, err: Console
) -> report.Round:
    """The application, then pgbench, on a database that is as it was."""
    finished(clean_up(ready.dsn))
    requests = [r.as_sent(ready.api_port) for r in operation.requests(ready.seeded)]
    calls, psp_seconds = psp_counts(ready.sandbox_port)
    changed = finished(changes(ready.dsn))
    warm_up = 0.0 if operation.once else min(WARM_UP, seconds)
    measured = load.run(load.Job(ready.api_port, connections, seconds, warm_up, requests, operation.once, ready.pids))
    calls_then, psp_seconds_then = psp_counts(ready.sandbox_port)
    if measured.errors:
        err.print(f"[red]{measured.errors} errors; the first answer of them:[/red]")
        err.print(measured.said, markup=False)
    changed = finished(changes(ready.dsn)) - changed
    if operation.varied and changed != measured.ever - measured.errors:
        raise NotMeasured(f"{measured.ever} requests of “{operation.name}” changed orders {changed} times only.")
    finished(clean_up(ready.dsn))
    tps = pgbench.transactions_per_second(ready.programs, ready.dsn, beside, connections=connections, seconds=seconds)
    return report.Round(measured, tps, calls_then - calls, psp_seconds_then - psp_seconds)


def _meet_everybody(ready: Stage) -> None:
    """One request with every token: checking a signature is done once, and is not what is measured."""
    greetings = [OPERATIONS[0].request(ready.seeded, n).as_sent(ready.api_port) for n in range(ready.seeded.customers)]
    for _ in range(len(ready.pids)):
        load.run(load.Job(ready.api_port, 8, 60, 0.0, greetings, True, ready.pids))


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("out", nargs="?", type=Path, help="where to write the figures as JSON")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="per round, for the application and for pgbench")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--customers", type=int, default=2_000, help="at most half as many as orders")
    parser.add_argument("--only", nargs="+", choices=[o.name for o in OPERATIONS], default=[o.name for o in OPERATIONS])
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(main())
