"""A report on hold, as two persons confirmed it."""

from datetime import datetime

from sqlalchemy import Connection, select

from storage.keys import Keyring
from storage.purging import bonds
from storage.tables import reports


def hold(
    conn: Connection, keyring: Keyring, until: datetime, *, report: str | None = None, ordered: bool = True
) -> None:
    """One report, or all. ordered: by a court, also against its reporter's wish."""
    for one in [report] if report else conn.execute(select(reports.c.id)).scalars().all():
        bonds.put(conn, keyring, one, held=until, bound=until if ordered else None)
