"""A database that goes away and comes back: a PostgreSQL server of its own, stopped; an SQLite file, locked."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest


class Server:
    """A PostgreSQL server in a folder of its own, durable as in production."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries, self._folder = binaries, folder
        self._as_server = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        self.url = f"postgresql+psycopg://postgres@/muntada?host={folder}"

    def make(self) -> None:
        """Makes and starts it, with an empty database."""
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self.start()
        with psycopg.connect(f"postgresql://postgres@/postgres?host={self._folder}", autocommit=True) as connection:
            connection.execute("CREATE DATABASE muntada")

    def start(self) -> None:
        """Comes back."""
        options = f"-c listen_addresses='' -k {self._folder}"
        self._run("pg_ctl", "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Is gone at once, as after a power cut."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_server, str(self._binaries / program), "-D", str(self._folder / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


@contextmanager
def server() -> Iterator[Server]:
    """A running server. Skips without the programs."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if not binaries:
        pytest.skip("no PostgreSQL server here: Debian package postgresql")
    folder = Path(tempfile.mkdtemp(prefix="muntada-pg-"))  # short: a Unix socket's name has room for 107 bytes
    folder.chmod(0o755)
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    made = Server(binaries[-1], folder)
    try:
        made.make()
        yield made
        made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def stopped(running: Server) -> Iterator[None]:
    """The server is away inside."""
    running.stop()
    try:
        yield
    finally:
        running.start()


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Nobody else can write to the file inside: as when a disk stalls, or another program holds it."""
    holder = sqlite3.connect(file, isolation_level=None, timeout=30)
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()
