"""Which report another is part of, by its reporter's own word: believed as far as it is tied (storage.ties)."""

from typing import Final

from sqlalchemy import Connection, bindparam, select

from storage.keys import Keyring
from storage.tables import reports
from storage.ties import joined_holds

_JOINED: Final = select(reports.c.id, reports.c.joined, reports.c.joined_tie).where(reports.c.id == bindparam("one"))


def root(conn: Connection, keyring: Keyring, report: str) -> str:
    """The report that this one was joined into, or else itself: what is said belongs there now."""
    row = conn.execute(_JOINED, {"one": report}).first()
    return str(row.joined) if row is not None and joined_holds(keyring, row) else report


def is_changed(conn: Connection, keyring: Keyring, report: str) -> bool:
    """Whether somebody else than us says of this report that it was joined into another."""
    row = conn.execute(_JOINED, {"one": report}).first()
    return row is not None and row.joined is not None and not joined_holds(keyring, row)
