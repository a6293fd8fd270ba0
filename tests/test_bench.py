"""The benchmark as a whole, on a tiny store: it runs, it counts, and it writes what is documented."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from bench.load import Measured
from bench.report import Round, line, percentile
from tests.commands import alive, family

ROOT = Path(__file__).parent.parent
MEMBERS = {
    "op", "connections", "workers", "rps", "p50_ms", "p99_ms", "errors", "app_cpu_us", "pgbench_tps", "ratio",
}  # fmt: skip


@pytest.mark.parametrize(("percent", "found"), [(50, 3), (99, 5), (100, 5), (1, 1)])
def test_a_percentile_is_one_of_the_values(percent: int, found: int) -> None:
    assert percentile([1, 2, 3, 4, 5], percent) == found


def test_a_line_shows_medians_and_adds_the_errors_up() -> None:
    rounds = [
        Round(Measured(n * 10, n * 10, 1, 1.0, 0.001 * n * 10, [0.002] * n, ""), 100.0, n * 20, n * 0.02)
        for n in (1, 5, 2)
    ]
    told = line("save", 8, 1, 2, rounds)
    assert (told.run.rps, told.run.ratio, told.run.errors) == (20.0, 0.2, 3)
    assert (told.run.app_cpu_us, told.run.p50_ms) == (1000.0, 2.0)
    assert (told.psp_calls, round(told.psp_ms, 6), told.round_trips) == (2, 1.0, 2)


def test_a_whole_run_measures_every_operation_and_writes_the_figures(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    tiny = ["--rounds", "1", "--seconds", "0.5", "--connections", "2", "--orders", "120", "--customers", "40"]
    command = [sys.executable, "-m", "bench", str(out), *tiny]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    runs = json.loads(out.read_text())["runs"]
    assert [r["op"] for r in runs] == ["read", "update", "save", "reuse"]
    for run in runs:
        assert run.keys() == MEMBERS
        assert (run["connections"], run["workers"], run["errors"]) == (2, 1, 0)
        assert run["rps"] > 0
        assert run["pgbench_tps"] > 0
    assert "CPU µs" in done.stdout


def test_a_run_that_is_ended_early_leaves_no_server_behind() -> None:
    tiny = ["--orders", "60", "--customers", "20", "--connections", "2", "--seconds", "60"]
    run = subprocess.Popen([sys.executable, "-m", "bench", *tiny], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert run.stderr is not None
    while "read, 2 connections" not in (said := run.stderr.readline()):
        assert said, "It ended by itself."
    started = family(run.pid)
    assert len(started) > 3
    run.terminate()
    assert run.wait(30) == 128 + signal.SIGTERM
    run.stderr.close()
    assert not [pid for pid in started if alive(pid)]
