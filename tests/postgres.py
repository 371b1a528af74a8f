"""A PostgreSQL of the tests' own: made in a temporary directory, reached by a Unix socket, thrown away."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

_START_SECONDS = 30
_SPEED_OVER_SAFETY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")
_INITIAL = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
_NUMBERS = count(1)


@dataclass(frozen=True)
class PostgresServer:
    """A running server; databases on it are made from one another as templates."""

    sockets: Path

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.sockets}"

    def create(self, template: str = "template1") -> str:
        """The URL of a new database that is a copy of the template, which nobody may be connected to."""
        name = f"test_{next(_NUMBERS)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def drop(self, url: str) -> None:
        self.execute(f"DROP DATABASE {url.partition('@/')[2].partition('?')[0]} WITH (FORCE)")

    def execute(self, statement: str, url: str | None = None) -> None:
        with psycopg.connect(url or self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server for one session. Skips where PostgreSQL is not installed, and fails there in CI."""
    programs = _programs()
    user = "postgres" if os.geteuid() == 0 else None
    directory = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if user is not None:
            account = pwd.getpwnam(user)
            os.chown(directory, account.pw_uid, account.pw_gid)
        process = _start(programs, directory, user)
        try:
            yield _reachable(process, PostgresServer(directory), directory / "log")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(_START_SECONDS)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    candidates = [Path(on_path)] if on_path else found[-1:]
    if candidates:
        return candidates[0].resolve().parent
    missing = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


def _start(programs: Path, directory: Path, user: str | None) -> subprocess.Popen[bytes]:
    data = directory / "data"
    with (directory / "log").open("wb") as log:
        subprocess.run(
            [programs / "initdb", "-D", data, *_INITIAL],
            user=user,
            cwd=directory,
            stdout=log,
            stderr=log,
            check=True,
        )
        options = [part for setting in _SPEED_OVER_SAFETY for part in ("-c", setting)]
        return subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", directory, *options],
            user=user,
            cwd=directory,
            stdout=log,
            stderr=log,
        )


def _reachable(process: subprocess.Popen[bytes], server: PostgresServer, log: Path) -> PostgresServer:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            server.execute("SELECT 1")
            return server
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start: {log.read_text()}")
            time.sleep(0.05)
