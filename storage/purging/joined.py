"""Which reports are parts of which, by their reporter's own word (storage.intake.joining makes them so)."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from storage.keys import Keyring
from storage.tables import reports
from storage.ties import joined_holds

_JOINED: Final = (
    select(reports.c.id, reports.c.office, reports.c.desk, reports.c.joined, reports.c.joined_tie)
    .where(reports.c.joined == bindparam("into"), reports.c.erased_at.is_(None))
    .order_by(reports.c.id)
)


def under(conn: Connection, report: str) -> Sequence[Any]:
    """Those that were joined into a report (id, office, desk) and are not erased, whoever says so."""
    return conn.execute(_JOINED, {"into": report}).all()


def tied(conn: Connection, keyring: Keyring, report: str) -> Sequence[Any]:
    """Those of them that we joined into it (storage.ties)."""
    return [row for row in under(conn, report) if joined_holds(keyring, row)]
