"""PostgreSQL's own programs that copy a database out and in: found, called without a secret in sight, judged."""

import errno
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import URL

from storage.backups.ending import patient

# What of a URL libpq also takes from its environment, where no list of processes shows it.
_ENVIRONMENT: Final = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "options": "PGOPTIONS",
}
_INSTALLED: Final = Path("/usr/lib/postgresql")


class NoProgram(Exception):
    """One of PostgreSQL's programs is not installed here, or did not succeed. The words say which and what to do."""


def call(program: str, arguments: Sequence[str], url: URL) -> None:
    """Runs pg_dump or pg_restore against a database. Raises NoProgram, which never holds the URL or a row, OSError."""
    found = _find(program)
    if found is None:
        raise NoProgram(
            f"{program} is not installed here: install PostgreSQL's client programs, of the server's version"
        )
    command = [found, "--no-password", "--dbname", url.database or "postgres", *arguments]
    code, said = _ran(command, _environment(url))
    if code and os.strerror(errno.ENOSPC) in said:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if code:
        why = "it is older than the server" if "version mismatch" in said else "see the server's log"
        raise NoProgram(f"{program} ended with {code}: {why}")


def _ran(command: Sequence[str], env: Mapping[str, str]) -> tuple[int, str]:
    """Its code and what it complained of. Whatever ends us takes it with it: alone it would go on filling tables."""
    started = None
    try:
        with patient():
            started = subprocess.Popen(  # noqa: S603 - our arguments, no shell
                command,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
        _, said = started.communicate()
        return started.returncode, said
    finally:
        if started is not None:
            started.kill()
            with started:
                pass


def is_here(program: str) -> bool:
    """Whether it is installed."""
    return _find(program) is not None


def _find(program: str) -> str | None:
    """The newest that Debian keeps apart for each version of the server, else the one on the path."""
    kept = sorted(_INSTALLED.glob(f"*/bin/{program}"), key=lambda path: _version(path.parent.parent.name))
    return str(kept[-1]) if kept else shutil.which(program)


def _version(name: str) -> float:
    try:
        return float(name)
    except ValueError:
        return 0.0


def _environment(url: URL) -> dict[str, str]:
    given = {**url.query, "host": url.host, "port": url.port, "user": url.username, "password": url.password}
    # A host in the query (a socket's folder) stands where the URL itself names none.
    given["host"] = url.host or url.query.get("host")
    ours = {_ENVIRONMENT[name]: str(value) for name, value in given.items() if value and name in _ENVIRONMENT}
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "PGCONNECT_TIMEOUT": "10", **ours}
