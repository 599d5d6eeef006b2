"""Tells staff whether an answer reaches a reporter, on all of a contact's open reports, and keeps how they wish it.

Staff read it from a report's `reachable`. What an answer goes by is the link's own tie (storage.ties): whoever takes by
SQL the row away in which somebody is discreet, or silent, has nothing said to their phone that they did not wish.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from storage import ties
from storage.keys import Keyring
from storage.reporting import discretion
from storage.tables import report_contacts, reports
from storage.ties import Told

_THEIRS: Final = (
    select(report_contacts, reports.c.opened_at)
    .join(reports, reports.c.id == report_contacts.c.report)
    .where(report_contacts.c.contact == bindparam("one"), reports.c.erased_at.is_(None), reports.c.joined.is_(None))
    .order_by(reports.c.opened_at.desc(), reports.c.id)
)


def theirs(conn: Connection, keyring: Keyring, contact: str, *, hidden: bool) -> tuple[tuple[str, ...], bool]:
    """All reports that stand and lead to this contact, newest first, but what was joined into another.

    hidden: also those of which their phone is told no more than that something waits. And whether there are such.
    """
    led = [(row.report, ties.told(keyring, row)) for row in conn.execute(_THEIRS, {"one": contact}).all()]
    ours = [(report, told) for report, told in led if told is not None]
    return tuple(report for report, told in ours if hidden or not told.hidden), any(told.hidden for _, told in ours)


def lost(conn: Connection, keyring: Keyring, contact: str, reachable: str) -> None:
    """Tells the staff of all this contact's open reports that no answer can be sent: "pull" or "no"."""
    silent = reachable == "pull"
    _set(conn, keyring, contact, lambda was: replace(was, silent=was.silent or silent), reachable, ("yes", "nudge"))


def found(conn: Connection, keyring: Keyring, contact: str, who: bytes, *, instead_of: str) -> None:
    """Tells them that one can be sent again; to whoever is discreet, that something waits. who: their lasting hash."""
    hidden = discretion.is_discreet(conn, who)
    silent = instead_of != "pull"  # only who asks for it hears again
    _set(conn, keyring, contact, lambda was: Told(was.hidden or hidden, was.silent and silent), "", (instead_of,))


def hidden(conn: Connection, keyring: Keyring, contact: str) -> None:
    """From now on they are told that something waits, and not what."""
    _set(conn, keyring, contact, lambda was: replace(was, hidden=True), "", ("yes",))


def shown(conn: Connection, keyring: Keyring, contact: str) -> None:
    """From now on they are told in full again."""
    _set(conn, keyring, contact, lambda was: replace(was, hidden=False), "", ("nudge",))


def _set(
    conn: Connection,
    keyring: Keyring,
    contact: str,
    wish: Callable[[Told], Told],
    reachable: str,
    instead_of: tuple[str, ...],
) -> None:
    """Reachable "": as they are told from now on. A link that is not ours stays as it is."""
    for row in conn.execute(select(report_contacts).where(report_contacts.c.contact == contact)).all():
        was = ties.told(keyring, row)
        if was is None:
            continue
        now = wish(was)
        if now != was:
            tie = ties.link(keyring, row.report, contact, now)
            conn.execute(update(report_contacts).where(report_contacts.c.report == row.report).values(tie=tie))
        stands = (reports.c.id == row.report, reports.c.reachable.in_(instead_of), reports.c.erased_at.is_(None))
        told = reachable or ("pull" if now.silent else "nudge" if now.hidden else "yes")
        conn.execute(update(reports).where(*stands).values(reachable=told))
