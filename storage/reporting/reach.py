"""Tells staff whether an answer reaches a reporter, on all of a contact's open reports, and keeps how they wish it.

Staff read it from a report's `reachable`. What an answer goes by is the link's own tie (storage.ties): whoever takes by
SQL the row away in which somebody is discreet, or silent, has nothing said to their phone that they did not wish.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from storage import ties
from storage.keys import Keyring
from storage.reporting import discretion, order
from storage.tables import outbox, report_contacts, reports
from storage.ties import Told

_Which = Mapping[str, Collection[str]]  # contacts, or reports

_YES: Final = ("yes",)
_NUDGED: Final = ("nudge",)
_HEARD: Final = ("yes", "nudge")
_LINK: Final = select(report_contacts).where(report_contacts.c.report == bindparam("one"))
# What staff wrote, and is on its way, bears the tie of its time.
_QUEUED: Final = update(outbox).where(
    outbox.c.report == bindparam("of"),
    outbox.c.contact == bindparam("to"),
    outbox.c.kind == "answer",
    outbox.c.state.in_(("pending", "sending")),
)
_THEIRS: Final = (
    select(report_contacts, reports.c.opened_at)
    .join(reports, reports.c.id == report_contacts.c.report)
    .where(report_contacts.c.contact == bindparam("one"), reports.c.erased_at.is_(None), reports.c.joined.is_(None))
    .order_by(reports.c.opened_at.desc(), reports.c.id)
)


def theirs(conn: Connection, keyring: Keyring, contact: str) -> Mapping[str, Told]:
    """All reports that stand and lead to this contact, newest first, but what was joined into another; how of each."""
    led = [(row.report, ties.told(keyring, row)) for row in conn.execute(_THEIRS, {"one": contact}).all()]
    return {report: told for report, told in led if told is not None}


def told(conn: Connection, keyring: Keyring, report: str) -> Told | None:
    """How whoever this report leads to is told of it; None where it leads to nobody."""
    row = conn.execute(_LINK, {"one": report}).first()
    return None if row is None else ties.told(keyring, row)


def lost(conn: Connection, keyring: Keyring, contact: str, reachable: str) -> None:
    """Tells the staff of all this contact's open reports that no answer can be sent: "pull" or "no"."""
    silent = reachable == "pull"
    _set(conn, keyring, _of(contact), lambda was: replace(was, silent=was.silent or silent), reachable, _HEARD)


def found(conn: Connection, keyring: Keyring, contact: str, who: bytes, *, instead_of: str) -> None:
    """Tells them that one can be sent again; to whoever is discreet, that something waits. who: their lasting hash."""
    hidden = discretion.is_discreet(conn, who)
    silent = instead_of != "pull"  # only who asks for it hears again

    def wish(was: Told) -> Told:
        hides = hidden and not was.hidden
        return replace(was, hidden=was.hidden or hides, veiled=was.veiled or hides, silent=was.silent and silent)

    _set(conn, keyring, _of(contact), wish, "", (instead_of,))


def hidden(conn: Connection, keyring: Keyring, contact: str, *, first: bool) -> None:
    """From now on they are told that something waits, and not what. first: no word of theirs opened anything before.

    Then what was told before stays closed to the word that they are told now: another may have told that.
    """

    def wish(was: Told) -> Told:
        return replace(was, hidden=True, veiled=was.veiled or first)

    _set(conn, keyring, _of(contact), wish, "", _YES)


def opens(conn: Connection, keyring: Keyring, report: str) -> None:
    """Of this one they are told that something waits, too, and their word opens it."""
    _set(conn, keyring, _one(report), lambda was: replace(was, hidden=True, veiled=False), "", _YES)


def veiled(conn: Connection, keyring: Keyring, *, contact: str = "", report: str = "") -> None:
    """The same of all that leads to a contact, or of one report; and nothing but its own code opens it."""
    which = _of(contact) if contact else _one(report)
    _set(conn, keyring, which, lambda was: replace(was, hidden=True, veiled=True), "", _YES)


def shown(conn: Connection, keyring: Keyring, contact: str) -> None:
    """From now on they are told in full again, but of what is veiled."""
    _set(conn, keyring, _of(contact), lambda was: replace(was, hidden=was.veiled), "", _NUDGED)


def unveiled(conn: Connection, keyring: Keyring, report: str) -> None:
    """Of this report too: its code was said."""
    _set(conn, keyring, _one(report), lambda was: replace(was, hidden=False, veiled=False), "", _NUDGED)


def _of(contact: str) -> _Which:
    return {"contacts": (contact,)}


def _one(report: str) -> _Which:
    return {"reports": (report,)}


def _set(
    conn: Connection,
    keyring: Keyring,
    which: _Which,
    wish: Callable[[Told], Told],
    reachable: str,
    instead_of: tuple[str, ...],
) -> None:
    """Reachable "": as they are told from now on. A link that is not ours stays as it is."""
    for row in order.lock(conn, **which):
        was = ties.told(keyring, row)
        if was is None:
            continue
        now = wish(was)
        if now != was:
            tie = ties.link(keyring, row.report, row.contact, now)
            conn.execute(update(report_contacts).where(report_contacts.c.report == row.report).values(tie=tie))
            if not now.silent:  # what goes to whoever wishes silence is taken back, or waits, by its own rules
                conn.execute(_QUEUED.values(tie=tie), {"of": row.report, "to": row.contact})
        stands = (reports.c.id == row.report, reports.c.reachable.in_(instead_of), reports.c.erased_at.is_(None))
        told = reachable or ("pull" if now.silent else "nudge" if now.hidden else "yes")
        conn.execute(update(reports).where(*stands).values(reachable=told))
