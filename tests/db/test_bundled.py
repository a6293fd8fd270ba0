"""The PostgreSQL beside Billfold: it starts anywhere, survives what kills it, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from billfold.db.binaries import BundledPostgresError, major_version, postgres_binaries, private_copy
from billfold.db.bundled import BundledPostgres, Running
from billfold.db.server_home import Account, home_for

FAST = {"fsync": "off"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that does not exist yet, where every account may pass; pytest's own is closed to all but root."""
    above = Path(tempfile.mkdtemp(prefix="billfold-test-"))
    above.chmod(0o755)
    yield above / "postgres"
    shutil.rmtree(above)


def pid_of(server: BundledPostgres) -> int:
    running = Running.read(server.home / "pg")
    assert running is not None
    return running.pid


def wait_for_the_end_of(pid: int) -> None:
    """Return when the process is gone; a process descriptor becomes readable then. 30 seconds at most."""
    with contextlib.suppress(ProcessLookupError):
        descriptor = os.pidfd_open(pid)
        try:
            assert select.select([descriptor], [], [], 30)[0], f"process {pid} is still there"
        finally:
            os.close(descriptor)


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    wait_for_the_end_of(pid)


async def ask(dsn: str, question: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_a_first_start_creates_a_database_in_which_letters_of_all_languages_have_cases(folder: Path) -> None:
    server = BundledPostgres(folder)
    assert server.is_new
    with server:
        assert not server.is_new
        assert await ask(server.dsn(), "SELECT current_database()") == "billfold"
        assert await ask(server.dsn(), "SHOW fsync") == "on"
        assert await ask(server.dsn(), "SHOW server_encoding") == "UTF8"
        assert await ask(server.dsn(), "SELECT upper('éäłω')") == "ÉÄŁΩ"
        assert await ask(server.dsn(), "SELECT 'B' < 'a'"), "text sorts by code point, the same on every machine"


async def test_what_was_written_is_there_after_a_restart(folder: Path) -> None:
    with BundledPostgres(folder, settings=FAST) as server:
        await ask(server.dsn(), "CREATE TABLE kept AS SELECT 42 AS answer")
    with BundledPostgres(folder, settings=FAST) as server:
        assert await ask(server.dsn(), "SELECT answer FROM kept") == 42


async def test_what_was_committed_survives_kill_9(folder: Path) -> None:
    with BundledPostgres(folder) as server:
        await ask(server.dsn(), "CREATE TABLE kept AS SELECT 42 AS answer")
        kill(pid_of(server))
        assert await ask(server.start(), "SELECT answer FROM kept") == 42


def test_a_number_left_by_a_killed_server_and_now_borne_by_another_program_is_no_obstacle(folder: Path) -> None:
    with BundledPostgres(folder, settings=FAST) as server:
        left = (server.home / "pg" / "postmaster.pid").read_text()
        kill(pid_of(server))
        owner = server.home.stat()
        account = Account(owner.st_uid, owner.st_gid).as_subprocess()
        with subprocess.Popen(["cat"], stdin=subprocess.PIPE, **account) as other:
            (server.home / "pg" / "postmaster.pid").write_text(left.replace(left.split()[0], str(other.pid), 1))
            assert server.start() == server.database("billfold")
            assert pid_of(server) != other.pid
            assert other.stdin is not None
            other.stdin.close()


async def test_a_second_start_on_the_same_folder_shares_the_server_and_leaves_its_end_to_the_first(
    folder: Path,
) -> None:
    with BundledPostgres(folder, settings=FAST) as first:
        with BundledPostgres(folder, settings=FAST) as second:
            assert second.dsn() == first.dsn()
            assert first.start() == first.dsn()
        assert await ask(first.dsn(), "SELECT 1") == 1


def test_processes_that_start_the_same_folder_at_once_share_one_server(folder: Path) -> None:
    code = (
        "import pathlib, sys; from billfold.db.bundled import BundledPostgres as B;"
        f"server = B(pathlib.Path({str(folder)!r}), settings={FAST!r}); print(server.start(), flush=True);"
        "sys.stdin.read(); server.stop()"
    )
    with contextlib.ExitStack() as stack:
        racers = [
            stack.enter_context(
                subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(3)
        ]
        addresses = {racer.stdout.readline() for racer in racers if racer.stdout is not None}
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.close()
    assert [racer.returncode for racer in racers] == [0, 0, 0]
    assert len(addresses) == 1
    assert addresses.pop().startswith("postgresql://billfold@/billfold?")


def test_the_server_ends_when_the_process_that_started_it_is_killed(folder: Path) -> None:
    code = (
        "import pathlib, sys; from billfold.db.bundled import BundledPostgres as B;"
        f"B(pathlib.Path({str(folder)!r}), settings={FAST!r}).start(); print('started', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "started\n"
        running = Running.read(folder / "pg")
        assert running is not None
        parent.kill()
    wait_for_the_end_of(running.pid)
    assert not (folder / "pg" / "postmaster.pid").exists(), "it ended in good order"


def test_a_stopped_server_leaves_no_process_and_no_socket(folder: Path) -> None:
    with BundledPostgres(folder, settings=FAST) as server:
        pid = pid_of(server)
    assert not Running(pid, 0, folder, ready=True).is_alive()
    assert not list(server.home.glob(".s.PGSQL*"))
    server.stop()


async def test_a_folder_with_a_path_too_long_for_a_socket_has_its_socket_elsewhere_and_private(folder: Path) -> None:
    with BundledPostgres(folder / ("deep" * 12) / ("deeper" * 12), settings=FAST) as server:
        assert await ask(server.dsn(), "SELECT 1") == 1
        running = Running.read(server.home / "pg")
        assert running is not None
        assert running.socket_dir != server.home
        assert stat.S_IMODE(running.socket_dir.stat().st_mode) == 0o700
    assert not running.socket_dir.exists()


async def test_a_database_is_created_once_and_kept_apart(folder: Path) -> None:
    with BundledPostgres(folder, settings=FAST) as server:
        other = server.database("other")
        await ask(other, "CREATE TABLE only_here (x int)")
        assert server.database("other") == other
        assert await ask(other, "SELECT to_regclass('only_here') IS NOT NULL")
        assert not await ask(server.dsn(), "SELECT to_regclass('only_here') IS NOT NULL")


@pytest.mark.parametrize("name", ["", "Upper", "1st", "a-b", "a;b", "x" * 64])
def test_a_name_that_would_need_quotes_is_refused(postgres: BundledPostgres, name: str) -> None:
    with pytest.raises(BundledPostgresError, match="cannot name a database"):
        postgres.database(name)


def test_psql_and_sqlalchemy_read_the_same_address(postgres: BundledPostgres) -> None:
    said = subprocess.run(
        [postgres_binaries() / "psql", "-AtqX", "-c", "SELECT current_user", postgres.dsn()],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "billfold\n"
    url = make_url(postgres.dsn())
    assert (url.username, url.database) == ("billfold", "billfold")
    assert url.query["host"] == str(postgres.home)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def test_over_tcp_it_lets_nobody_in_without_a_password(folder: Path) -> None:
    port = free_port()
    with BundledPostgres(folder, port=port, settings=FAST) as server:
        address = {"host": "127.0.0.1", "port": port, "user": "billfold", "database": "billfold"}
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(**address, password="guess")
        await ask(server.dsn(), "ALTER ROLE billfold PASSWORD 'chosen'")
        connection = await asyncpg.connect(**address, password="chosen")
        await connection.close()


def test_data_of_another_major_version_is_refused_with_a_way_out(folder: Path) -> None:
    with BundledPostgres(folder, settings=FAST) as server:
        data = server.home / "pg"
    (data / "PG_VERSION").write_text("14\n")
    with pytest.raises(BundledPostgresError, match=r"written by PostgreSQL 14, .*pg_dumpall"):
        server.start()


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    with pytest.raises(BundledPostgresError, match=r'did not start; .*postgres\.log(.|\n)*unrecognized .*"no_such"'):
        BundledPostgres(folder, settings={"no_such": "1"}).start()


def test_an_interrupted_creation_is_begun_afresh(folder: Path) -> None:
    folder.mkdir()
    (folder / "lock").touch()
    (folder / "pg.partial").mkdir()
    (folder / "pg.partial" / "PG_VERSION").write_text("half")
    with BundledPostgres(folder, settings=FAST) as server:
        assert not (server.home / "pg.partial").exists()


def test_a_folder_with_other_things_in_it_is_left_alone(folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(BundledPostgresError, match="its own"):
        BundledPostgres(folder).start()
    assert stat.S_IMODE(folder.stat().st_mode) != 0o700


def test_nobody_else_may_enter_the_folder(postgres: BundledPostgres) -> None:
    assert stat.S_IMODE(postgres.home.stat().st_mode) == 0o700


def test_a_server_that_is_not_running_has_no_address(folder: Path) -> None:
    with pytest.raises(BundledPostgresError, match="not running"):
        BundledPostgres(folder).dsn()


# -- where the programs come from -------------------------------------------------------------------------------------


def test_without_any_postgres_the_operator_is_told_what_to_install() -> None:
    with pytest.raises(BundledPostgresError, match="apt-get install postgresql"):
        postgres_binaries(search_path="")


def test_a_postgres_that_is_too_old_is_passed_over_and_named(tmp_path: Path) -> None:
    for name in ("postgres", "initdb", "psql"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 13.4'\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "pg_config").write_text(f"#!/bin/sh\necho {tmp_path}\n")
    (tmp_path / "pg_config").chmod(0o755)
    with pytest.raises(BundledPostgresError, match="has PostgreSQL 13"):
        postgres_binaries(search_path=str(tmp_path))
    for name in ("postgres", "initdb", "psql"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 17.2 (Homebrew)'\n")
    assert postgres_binaries(search_path=str(tmp_path)) == tmp_path


def test_a_private_copy_runs_and_is_made_once(tmp_path: Path) -> None:
    copied = private_copy(postgres_binaries(), tmp_path)
    assert copied.is_relative_to(tmp_path)
    assert major_version(copied) == major_version(postgres_binaries())
    before = (copied / "postgres").stat().st_ino
    assert private_copy(postgres_binaries(), tmp_path) == copied
    assert (copied / "postgres").stat().st_ino == before


# -- as root ----------------------------------------------------------------------------------------------------------

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to drop its rights")


@as_root
def test_as_root_the_server_runs_as_somebody_who_owns_nothing_else(postgres: BundledPostgres) -> None:
    assert Path(f"/proc/{pid_of(postgres)}").stat().st_uid == postgres.home.stat().st_uid != 0


@as_root
def test_as_root_a_folder_that_belongs_to_a_user_is_served_as_that_user(folder: Path) -> None:
    folder.mkdir()
    os.chown(folder, 4321, 4321)
    assert home_for(folder) == folder
    assert folder.stat().st_uid == 4321


@as_root
def test_as_root_a_folder_the_server_cannot_reach_is_kept_where_it_can(tmp_path: Path) -> None:
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700, "pytest closes its folders"
    home = home_for(tmp_path / "postgres")
    try:
        assert home.parent == Path("/var/lib/billfold")
        assert home_for(tmp_path / "postgres") == home, "the same one every time"
        assert not (tmp_path / "postgres").exists()
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700, "nothing was opened"
    finally:
        home.rmdir()


def test_an_account_may_enter_only_what_is_open_to_it_all_the_way_up(folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir(parents=True)
    stranger = Account(uid=4321, gid=4321)
    assert stranger.may_enter(inner)
    folder.chmod(0o700)
    assert not stranger.may_enter(inner)
