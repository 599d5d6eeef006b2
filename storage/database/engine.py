"""The one way to the database: hand a function to a Store and await what it returned, committed.

Functions of storage are synchronous and take a Connection; none commits or rolls back. On SQLite many share a commit,
each in a savepoint of its own; on PostgreSQL each has a transaction and a role.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import ArgumentError

from storage.database import unfinished
from storage.database.faults import Unavailable
from storage.database.postgresql import PostgresqlBackend
from storage.database.sqlite import SqliteBackend
from storage.database.written import Written

__all__ = ["Connection", "Store", "Unavailable"]

T = TypeVar("T")


class _Backend(Protocol):
    written: Written

    async def write(self, work: Callable[[Connection], Any], staff: str | None) -> Any: ...
    async def read(self, work: Callable[[Connection], Any], staff: str | None) -> Any: ...
    async def tidy(self) -> None: ...
    def close(self) -> None: ...


class Store:
    """A database, open. Safe to share among tasks; calls may be made from more than one event loop."""

    def __init__(self, backend: _Backend, *, dialect: str) -> None:
        self._backend = backend
        self.dialect = dialect

    @classmethod
    def open(cls, url: str, *, there: bool = False) -> "Store":
        """Opens `sqlite:///file` or `postgresql+psycopg://…`; ValueError (which never holds the URL) for another.

        No schema is made here (storage.migrations.upgrade does); an unreachable server shows at first use.

        Raises Unfinished where a restore has not ended (PostgreSQL: at first use).

        there: raises Unavailable where there is no such file, so that whoever only looks leaves no empty one.
        """
        try:
            parsed = make_url(url)
        except ArgumentError:
            raise ValueError("not a database URL") from None
        match parsed.get_backend_name():
            case "sqlite" if parsed.database and parsed.database != ":memory:":
                unfinished.refuse_file(Path(parsed.database))
                if there and not Path(parsed.database).exists():
                    raise Unavailable
                return cls(SqliteBackend(parsed), dialect="sqlite")
            case "postgresql":
                return cls(PostgresqlBackend(parsed.set(drivername="postgresql+psycopg")), dialect="postgresql")
            case _:
                raise ValueError("a database is an SQLite file or PostgreSQL")

    async def write(self, work: Callable[[Connection], T], *, staff: str | None = None) -> T:
        """What `work` returned, once it is committed and on disk.

        With `staff`, PostgreSQL shows and lets change only what that member of staff may see (SQLite has no such wall;
        storage.casework.queues.visible stands on both). Raises what `work` raised, its changes undone; Unavailable when
        the database cannot take it now. Cancelling the caller does not undo it.
        """
        result: T = await self._backend.write(work, staff)
        return result

    async def read(self, work: Callable[[Connection], T], *, staff: str | None = None) -> T:
        """What `work` returned, from one snapshot; writing in it fails."""
        result: T = await self._backend.read(work, staff)
        return result

    @property
    def written(self) -> Written:
        """The rows that functions asked to be remembered once they were committed (storage.database.after)."""
        return self._backend.written

    async def tidy(self) -> None:
        """After a purge: makes what was deleted unreadable in the file too (SQLite; about a second a gigabyte)."""
        await self._backend.tidy()

    def close(self) -> None:
        """Finishes every write that was asked for, then lets go of the database. Later calls raise Unavailable."""
        self._backend.close()
