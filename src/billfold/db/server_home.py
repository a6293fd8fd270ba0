"""The folder a server of ours lives in, and the account that owns the folder and runs the server."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from billfold.db.binaries import BundledPostgresError

SOCKET_PATH_LIMIT = 103
"""Bytes of a socket's path that every supported system accepts: macOS takes 103, Linux 107."""

ROOTS_HOME = Path("/var/lib/billfold")
"""Where root keeps the servers whose account cannot enter the folder that was asked for."""


@dataclass(frozen=True)
class Account:
    """Who the server process runs as."""

    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        return self.uid == os.geteuid()

    def may_enter(self, folder: Path) -> bool:
        """Whether the permission bits let this account pass through the folder and all that lie above it."""
        return self.uid == 0 or all(self._passes(part.stat()) for part in (folder, *folder.parents))

    def as_subprocess(self) -> dict[str, Any]:
        """What ``subprocess`` needs to run a program as the account; nothing if that is who we are."""
        return {} if self.is_us else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def _passes(self, seen: os.stat_result) -> bool:
        if seen.st_uid == self.uid:
            return bool(seen.st_mode & stat.S_IXUSR)
        if seen.st_gid == self.gid:
            return bool(seen.st_mode & stat.S_IXGRP)
        return bool(seen.st_mode & stat.S_IXOTH)


def home_for(wished: Path) -> Path:
    """The folder, created, closed to others and given to the account of the server."""
    if wished.exists() and not (wished / "lock").exists() and any(wished.iterdir()):
        raise BundledPostgresError(
            f"{wished} is not empty and holds no PostgreSQL of Billfold; give the database its own folder."
        )
    wished.parent.mkdir(parents=True, exist_ok=True)
    home, account = wished, account_of(wished)
    if not account.may_enter(home.parent):
        home = ROOTS_HOME / hashlib.sha256(os.fsencode(wished)).hexdigest()[:12]
        home.parent.mkdir(parents=True, exist_ok=True)
        account = account_of(home)
    _make_private(home, account)
    return home


def account_of(home: Path) -> Account:
    """Who runs the server of a folder: its owner; where that is root, ``nobody``."""
    us = os.geteuid()
    owner = home.stat() if home.exists() else None
    if us:
        if owner is not None and owner.st_uid != us:
            raise BundledPostgresError(
                f"{home} belongs to user {owner.st_uid}, not to you ({us}); run as its owner or as root."
            )
        return Account(us, os.getegid())
    if owner is not None and owner.st_uid:
        return Account(owner.st_uid, owner.st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _make_private(folder: Path, account: Account) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if not account.is_us:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)


def socket_folder(home: Path, port: int, account: Account) -> Path:
    """The home; where its path is too long for a socket, a private folder in /tmp."""
    if len(os.fsencode(home / f".s.PGSQL.{port}")) <= SOCKET_PATH_LIMIT:
        return home
    short = Path("/tmp") / f"billfold-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"
    with contextlib.suppress(FileExistsError):
        short.mkdir(mode=0o700)
        if not account.is_us:
            os.chown(short, account.uid, account.gid)
    seen = short.lstat()  # anyone may put a folder, or a link, under this name first
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != account.uid or stat.S_IMODE(seen.st_mode) != 0o700:
        raise BundledPostgresError(
            f"{short} must be a folder that only user {account.uid} may enter; remove it and start again."
        )
    return short
