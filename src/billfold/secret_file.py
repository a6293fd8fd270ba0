"""The server's secret where nobody has set one: made once in a file and found again, so that trying Billfold on one
machine takes no preparation.

A store of `billfold dev` has its own beside the database, so that other commands can be run on that database too.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from billfold.settings import BadSetting, Secret, variable

NAME = "secret.key"


def place(database_url: str) -> Path:
    """Where the secret for a database is, or would be."""
    socket = parse_qs(urlsplit(database_url).query).get("host", [""])[0]
    beside = Path(socket).parent / NAME
    if socket.startswith("/") and beside.exists():
        return beside
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "billfold" / NAME


def secret(file: Path) -> Secret:
    """What the file says; it is made if need be. Several processes may ask for the first time at once.

    Raises BadSetting if the file can be neither read nor made.
    """
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            _make(file)
        return Secret(file.read_text(encoding="utf-8").strip())
    except OSError as trouble:
        name = variable("secret_key")
        raise BadSetting(f"{name} is not set, and none can be kept in {file}: {trouble.strerror}.") from trouble


def _make(file: Path) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{NAME}.", dir=file.parent)  # mkstemp closes it to other users
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(secrets.token_urlsafe(32))
        with suppress(FileExistsError):  # somebody was faster: theirs counts
            os.link(name, file)
    finally:
        os.unlink(name)
