"""The mark of a restore that has not ended: while it stands, nobody opens the database that it is beside or in.

On SQLite a file beside the database's, on PostgreSQL a table in it, for replicas share nothing else.
"""

from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, event

TABLE: Final = "muntada_restoring"
IS_THERE: Final = f"SELECT to_regclass('public.{TABLE}') IS NOT NULL"


class Unfinished(Exception):
    """A restore was begun in this database, and is at work or did not end: what is there is not whole."""


def mark(file: Path) -> Path:
    """Where it stands for a file of SQLite."""
    return file.with_name(f".{file.name}.unfinished")


def refuse_file(file: Path) -> None:
    """Raises Unfinished where the mark stands."""
    if mark(file).exists():
        raise Unfinished


def refuse(engine: Engine) -> None:
    """Has every new connection of an engine for PostgreSQL raise Unfinished while the mark stands."""
    event.listen(engine, "connect", _look)


def _look(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        (there,) = cursor.execute(IS_THERE).fetchone()
    connection.rollback()
    if there:
        connection.close()
        raise Unfinished
