"""Names the ways a database fails, and takes every value out of what its drivers say about them."""

import sqlite3
from typing import Final

import psycopg
from sqlalchemy import Engine, event, exc
from sqlalchemy.engine import ExceptionContext

# SQLite's primary result codes for "not now": the file is busy, read-only, damaged, full, or cannot be opened.
_SQLITE_AWAY: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
# PostgreSQL without our schema: no such table; no such role.
_NO_SCHEMA: Final = frozenset({"42P01", "22023"})


class Unavailable(Exception):
    """The database cannot do this now: gone, full, locked, without its schema, or closed. Trying again may help.

    A write that ends so may still have been committed (the answer was lost): what is retried must bear repeating.
    """


def is_unavailable(error: BaseException) -> bool:
    """Whether a database's failure is about the moment rather than about the statement."""
    if isinstance(error, exc.TimeoutError):  # no connection of the pool came free
        return True
    if not isinstance(error, exc.DBAPIError):
        return False
    if error.connection_invalidated or isinstance(error, exc.InterfaceError):
        return True
    match error.orig:
        case sqlite3.OperationalError() as orig:
            code = getattr(orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
            return code & 0xFF in _SQLITE_AWAY or "no such table" in str(orig)
        case sqlite3.DatabaseError() as orig:
            return getattr(orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _SQLITE_AWAY
        case psycopg.OperationalError():  # connections, resources, shutdown, deadlock, lock and statement timeouts
            return True
        case psycopg.Error() as orig:
            return orig.sqlstate in _NO_SCHEMA
        case _:
            return False


def keep_values_out(engine: Engine) -> None:
    """Makes every error of this engine say which constraint or state, never which value.

    `hide_parameters` takes out what we sent; PostgreSQL's own DETAIL ("Key (number)=(…) exists") is left to this.
    """

    def clean(context: ExceptionContext) -> None:
        original = context.original_exception
        if not isinstance(original, psycopg.Error):
            return
        known = (original.sqlstate, original.diag.constraint_name, original.diag.table_name)
        words = " ".join([type(original).__name__, *(word for word in known if word)])
        original.args = (words,)
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.args = (words,)

    event.listen(engine, "handle_error", clean)
