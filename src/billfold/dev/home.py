"""The folder in which `billfold dev` keeps a store: its secret, its credentials and who is using it.

    <home>/secret.key     what the database's secrets are encrypted with
    <home>/stores.json    credentials and sample records, by slug
    <home>/ready.json     what the running server has written about itself
    <home>/tls/           the development authority and the server's certificate
    <home>/postgres/      see `billfold.db.bundled`
    <home>/sandbox.state  what the pretend PSPs remember
    <home>/last.json      which addresses were used last
    <home>/demo.json      what `billfold demo` played with, in the form of a ready file; demo.env has the ids it left

What is secret is closed to other users of the machine. The folder itself is not, because PostgreSQL, which refuses to
run as root, may have to reach its own part of it as somebody else.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from billfold.settings import BadSetting, Secret

DEFAULT = Path(".billfold")


class Home:
    """One folder; `taken` is for whoever runs a server in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.postgres = self.folder / "postgres"
        self.tls = self.folder / "tls"
        self.ready = self.folder / "ready.json"
        self.sandbox = self.folder / "sandbox.state"
        self.demo = self.folder / "demo.json"

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Keep others out meanwhile. Raises BadSetting if somebody is in, or nobody can be."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            opened = (self.folder / "lock").open("a+")
        except OSError as trouble:
            raise BadSetting(
                f"{self.folder} cannot be used ({trouble.strerror}); choose another --data-dir."
            ) from trouble
        with opened as lock:
            try:
                # The system lets go of it when the process ends, however it ends.
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BadSetting(
                    f"Another server is using {self.folder}; stop it, or give this one its own --data-dir."
                ) from None
            self.ready.unlink(missing_ok=True)
            try:
                yield
            finally:
                self.ready.unlink(missing_ok=True)

    def running(self) -> dict[str, Any] | None:
        """What the server that uses the folder says of itself; None if nobody uses it.

        Raises BadSetting while one is starting or stopping.
        """
        if not self.folder.is_dir():
            return None
        with (self.folder / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return None
            except BlockingIOError:
                found = _object(self.ready)
        if not found:
            raise BadSetting(f"A server is just starting or stopping in {self.folder}; try again in a moment.")
        return found

    def secret_key(self) -> Secret:
        """The server's secret; made at the first start and never again."""
        file = self.folder / "secret.key"
        if not file.exists():
            write(file, secrets.token_urlsafe(32))
        return Secret(file.read_text(encoding="utf-8").strip())

    def store(self, slug: str) -> dict[str, Any] | None:
        """What `keep` was last given for the slug."""
        found = self._stores().get(slug)
        return found if isinstance(found, dict) else None

    def keep(self, slug: str, store: dict[str, Any]) -> None:
        write(self.folder / "stores.json", json.dumps({**self._stores(), slug: store}, indent=2))

    def last(self, what: str) -> Any:
        """What `note` was last given by that name, None if nothing."""
        return _object(self.folder / "last.json").get(what)

    def note(self, what: str, value: Any) -> None:
        file = self.folder / "last.json"
        write(file, json.dumps({**_object(file), what: value}))

    def _stores(self) -> dict[str, Any]:
        return _object(self.folder / "stores.json")


def _object(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def write(file: Path, text: str) -> None:
    """Write a file that only its owner may read, all of it at once or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # mkstemp closes it to others
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise
