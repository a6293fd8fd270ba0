"""Finds an interpreter for seahaven-stripe-world, installs it apart from everything else, and runs it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGE = "seahaven-stripe-world[http]==0.3.0"
CACHE = Path(__file__).parents[2] / ".cache" / "seahaven"
SERVER = Path(__file__).with_name("seahaven_server.py")
PYENV = Path.home() / ".pyenv" / "versions"


class NoSeahaven(Exception):
    """It cannot be run here; the text says what is missing."""


def interpreter() -> Path:
    """The command of a Python 3.14, else 3.13. Raises NoSeahaven."""
    for version in ("3.14", "3.13"):
        installed = sorted(PYENV.glob(f"{version}*/bin/python"), reverse=True)
        for candidate in (shutil.which(f"python{version}"), *installed):
            if candidate is not None and _runs(candidate, version):
                return Path(candidate)
    raise NoSeahaven(
        "Stripe's gateway was not tested against seahaven-stripe-world: it needs Python 3.14 or 3.13 beside the one "
        "that runs the tests. Install python3.14, with its venv module, to have it tested."
    )


def installed() -> Path:
    """The Python of a virtual environment that has it, made at first need. Raises NoSeahaven."""
    python = interpreter()
    version = _ask(python, "import sys; print('%d.%d' % sys.version_info[:2])")
    venv = CACHE / f"python{version}"
    ready = venv / "ready"
    if not ready.exists():
        shutil.rmtree(venv, ignore_errors=True)
        _run([str(python), "-m", "venv", str(venv)])
        pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        # The package asks for 3.14 because of its annotations alone; see `seahaven_server`.
        _run([*pip, "--ignore-requires-python", PACKAGE])
        ready.touch()
    return venv / "bin" / "python"


@contextmanager
def running() -> Iterator[str]:
    """The URL it serves at. Worlds are made by naming them: /worlds/anything is an account of its own."""
    # -P, so that the server finds the package and not this module, which lies beside it.
    process = subprocess.Popen([str(installed()), "-P", str(SERVER)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port, "seahaven-stripe-world is installed but did not start; its complaint stands above."
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _runs(python: str | Path, version: str) -> bool:
    try:
        return _ask(Path(python), "import venv, ensurepip, sys; print('%d.%d' % sys.version_info[:2])") == version
    except (NoSeahaven, OSError):
        return False


def _ask(python: Path, program: str) -> str:
    return _run([str(python), "-c", program]).strip()


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoSeahaven(f"{' '.join(command)} failed: {done.stderr.strip()[-400:]}")
    return done.stdout
