"""Tells staff whether an answer reaches a reporter: on all of a contact's open reports at once."""

from sqlalchemy import Connection, select, update

from storage.reporting import discretion
from storage.tables import report_contacts, reports


def lost(conn: Connection, contact: str, reachable: str) -> None:
    """Tells the staff of all this contact's open reports that no answer can be sent: "pull" or "no"."""
    _set(conn, contact, reachable, instead_of=("yes", "nudge"))


def found(conn: Connection, contact: str, who: bytes, *, instead_of: str) -> None:
    """Tells them that one can be sent again; to whoever is discreet, that something waits. who: their lasting hash."""
    _set(conn, contact, "nudge" if discretion.is_discreet(conn, who) else "yes", instead_of=(instead_of,))


def hidden(conn: Connection, contact: str) -> None:
    """From now on they are told that something waits, and not what."""
    _set(conn, contact, "nudge", instead_of=("yes",))


def shown(conn: Connection, contact: str) -> None:
    """From now on they are told in full again."""
    _set(conn, contact, "yes", instead_of=("nudge",))


def _set(conn: Connection, contact: str, reachable: str, *, instead_of: tuple[str, ...]) -> None:
    theirs = select(report_contacts.c.report).where(report_contacts.c.contact == contact)
    conn.execute(
        update(reports)
        .where(reports.c.id.in_(theirs), reports.c.reachable.in_(instead_of), reports.c.erased_at.is_(None))
        .values(reachable=reachable)
    )
