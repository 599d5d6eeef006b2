"""Brings a report to another desk: who may read it there, and what goes nowhere by nobody's hand.

What a machine cannot read it cannot seal for others: it stays until a focal point moves it.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, select

from bot.vocabulary import SEALED_DESKS, Desk
from storage import audit, promises
from storage.keys import Keyring
from storage.sealed import recipients, seals
from storage.sealed.keypairs import Unlocked
from storage.sealed.seals import Kind
from storage.tables import audit as audit_rows
from storage.tables import parts, reports
from storage.words import content, hours, resealing

# Desks that keep what lies there from others.
APART: Final = SEALED_DESKS | {Desk.OVERSIGHT, Desk.SECURITY}
_SEEN: Final = ("report.view", "file.view")


def follows(conn: Connection, keyring: Keyring, report: str, to: tuple[str, str], now: datetime) -> bool:
    """Whether a report may go to a desk (office, desk) by nobody's hand.

    What is sealed to people goes only where those who would read it hold a seal of every word already, and from a desk
    that is on to none that is off, where it would wait for the officers of the recovery key.
    """
    rows = conn.execute(select(parts).where(parts.c.report == report, parts.c.sealed.is_not(None))).all()
    away = [row.id for row in rows if content.is_sealed_to_people(row)]
    if not away:
        return True
    if is_off(conn, keyring, to, now) and not is_off(conn, keyring, from_desk(conn, report), now):
        return False
    there = {each.id for each in recipients.standing(conn, keyring, *to, now)}
    held = seals.sealed_to(conn, Kind.PART, away)
    return bool(there) and all(there <= held.get(id, frozenset()) for id in away)


def bring(
    conn: Connection,
    keyring: Keyring,
    row: Row[Any],
    to: tuple[str, Desk],
    *,
    by: str,
    now: datetime,
    opener: Unlocked | None = None,
    private: bool = False,
) -> None:
    """As a report (its row) goes to another desk: its words and files are sealed to those who are there.

    Coming from a desk that tells its times, those go into the seal. by: whose doing it is, for the audit. private:
    it is its reporter's own, of whom nothing may tell the minute. Raises
    content.SealedAway where it is sealed to others than `opener`, and `follows` says no.
    """
    office, there = to
    people = recipients.standing(conn, keyring, office, there, now)
    if there in SEALED_DESKS and row.desk not in SEALED_DESKS:
        hours.seal(conn, keyring, row.id, now=now, people=people)
        if people:
            note(conn, keyring, row.id, by=by, now=now, private=private)
        return
    rows = conn.execute(select(parts).where(parts.c.report == row.id)).all()
    if not people and not any(content.is_sealed_to_people(each) for each in rows):
        return
    if opener is None and content.is_locked(conn, row.id) and follows(conn, keyring, row.id, to, now):
        return
    resealing.reseal(conn, keyring, rows, people, now=now, opener=opener)


def promise(keyring: Keyring, row: Row[Any], to: tuple[str, Desk], barred: Collection[str], *, now: datetime) -> None:
    """Notes for any restore that a report (its row, as before) lies at a desk that keeps it from others, or did.

    And which offices may not see it (barred), where the row does not say so yet.
    """
    kept = (row.office, row.desk) != to and (to[1] in APART or row.desk in APART or row.office in barred)
    if kept or not set(barred) <= set(row.apart or ()):
        said = {"office": to[0], "desk": to[1].value, "apart": sorted(barred)}
        promises.note(keyring, promises.Kind.APART, row.id, now=now, **said)


def is_off(conn: Connection, keyring: Keyring, place: tuple[str, str], now: datetime) -> bool:
    """Whether a sealed desk has nobody whom words are sealed to but the recovery key, if that."""
    office, desk = place
    return desk in SEALED_DESKS and not recipients.people(conn, keyring, office, desk, now)


def from_desk(conn: Connection, report: str) -> tuple[str, str]:
    """The office and desk where a report is."""
    row = conn.execute(select(reports.c.office, reports.c.desk).where(reports.c.id == report)).one()
    return row.office, row.desk


def opened_before(conn: Connection, report: str) -> list[str]:
    """Who has had a report or a file of it opened until now: ids of staff."""
    a = audit_rows.c
    seen = select(a.actor).where(a.subject == report, a.action.in_(_SEEN)).distinct()
    return sorted(conn.execute(seen).scalars())


def note(conn: Connection, keyring: Keyring, report: str, *, by: str, now: datetime, private: bool) -> None:
    """Notes in the audit that a report was sealed to people, and who had opened it before."""
    data = {"opened_by": opened_before(conn, report)}
    # What a reporter said moved it, where a machine did.
    dated = hours.noted(now, private=private) if by.startswith("machine:") else now
    audit.write(conn, keyring, at=dated, actor=by, action="report.sealed", subject=report, data=data)


def desk(conn: Connection, keyring: Keyring, place: tuple[str, str], *, by: str, now: datetime) -> int:
    """Seals to a desk's people what lies there under the month's key, as when it is switched on; how many reports.

    What waits there sealed to the recovery key stays so, until it is granted (storage.desks.granting).
    """
    office, name = place
    people = recipients.standing(conn, keyring, office, name, now)
    under = and_(parts.c.sealed.is_not(None), parts.c.wrapped.is_not(None))
    here = (reports.c.office == office, reports.c.desk == name)
    found = select(parts).join(reports, reports.c.id == parts.c.report).where(*here, under)
    rows = conn.execute(found.order_by(parts.c.report, parts.c.at, parts.c.id)).all()
    for report, its in _by_report(rows):
        resealing.reseal(conn, keyring, its, people, now=now)
        note(conn, keyring, report, by=by, now=now, private=False)
    return len({row.report for row in rows})


def _by_report(rows: Iterable[Row[Any]]) -> list[tuple[str, list[Row[Any]]]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.report, []).append(row)
    return list(found.items())
