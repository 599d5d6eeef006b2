"""What a reporter said to a question, and what becomes of a yes: used, told of, taken back, over.

A question and a yes are tied to their whole row (storage.ties), a no and a word taken back are noted beside the keys
(storage.promises): whoever writes SQL makes no yes, and brings none back. What ended has no tie.

Of whoever comes for their answers by code alone (a private reporter, or one who wants silence) times tell the hour, and
the audit names neither the report nor the question.
"""

import secrets
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from storage import alerts, audit, promises, ties
from storage.casework.acts import Refused
from storage.consent.consents import PULL, is_ours, said_of, says, waits
from storage.consent.there import is_gone
from storage.keys import Keyring
from storage.promises import Kind
from storage.purging import erasing
from storage.tables import consents, events, reports
from storage.words import hours, suspicions
from storage.words.suspicions import Changed

CHANGED: Final = "consent.changed"
_REVOKED: Final = "consent.revoke"
_C: Final = consents.c


def put(conn: Connection, keyring: Keyring, consent: str, *, hourly: bool, now: datetime) -> None:
    """Notes that the question was put to its reporter in a talk; from the first time on it waits a day."""
    row = conn.execute(select(consents).where(_C.id == consent, *waits(now)).with_for_update()).first()
    if row is None or row.put_at is not None or not ties.consent_holds(keyring, row) or is_gone(conn, row):
        return
    _write(conn, keyring, row, put_at=hours.hour(now) if hourly or _is_hourly(conn, row.report) else now)


def answer(
    conn: Connection, keyring: Keyring, consent: str, *, given: bool, now: datetime, hourly: bool = False
) -> bool:
    """Notes what the reporter said. False when it no longer waits, is not as it was asked, or a yes is for nobody.

    Then nothing changed. hourly: they said it in private. Staff see an event, and on their phone who asked is told that
    there is an answer.
    The days that were asked for run from a yes: it may come fourteen days after the question.
    """
    about = conn.execute(select(_C.report).where(_C.id == consent)).scalar()
    if about is not None:
        _held(conn, about)
    row = conn.execute(select(consents).where(_C.id == consent, *waits(now)).with_for_update()).first()
    if row is None:
        return False
    if not is_ours(keyring, row):
        suspicions.note(conn, keyring, row.report, Changed.CONSENT, now=now)
        return False
    if given and is_gone(conn, row):
        return False
    hourly = hourly or _is_hourly(conn, row.report)
    at = hours.hour(now) if hourly else now
    if given:
        _write(conn, keyring, row, answer=True, answered_at=at, until_at=at + (row.until_at - row.asked_at))
    else:
        conn.execute(update(consents).where(_C.id == consent).values(answer=False, answered_at=at, tie=None))
        promises.note(keyring, Kind.CONSENT, consent, now=at)
    _happened(conn, row, "consent_yes" if given else "consent_no", now=now, hourly=hourly)
    alerts.tell(conn, keyring, row.report, staff=row.asked_by, about=consent, hourly=hourly, now=now)
    subject, data = ("", {"given": given}) if hourly else (row.report, {"consent": consent, "given": given})
    dated = hours.noted(now, private=hourly)
    audit.write(conn, keyring, at=dated, actor="machine:settle", action="consent.answer", subject=subject, data=data)
    return True


def standing(conn: Connection, keyring: Keyring, report: str, consent: str, now: datetime) -> Row[Any]:
    """A yes about a report that stands, held: it can neither be taken back nor used twice meanwhile.

    Refused: consent.missing (there is none), CHANGED (its row says yes and its reporter did not, or not to this),
    consent.gone (whoever it was said to is there no more).
    """
    row = conn.execute(select(consents).where(_C.id == consent).with_for_update()).first()
    if row is None or row.report != report or says(row, now) != "yes":
        raise Refused("consent.missing")
    if not is_ours(keyring, row):
        raise Refused(CHANGED)
    if row.copy is None and row.told_at is None and is_gone(conn, row):
        raise Refused("consent.gone")
    return row


def shared(conn: Connection, keyring: Keyring, row: Row[Any], copy: str) -> None:
    """Notes which report was made of a yes. row: of `standing`."""
    _write(conn, keyring, row, copy=copy)


def tell(conn: Connection, keyring: Keyring, row: Row[Any], at: datetime) -> None:
    """Notes that a body outside was told what a yes allows. row: of `standing`."""
    _write(conn, keyring, row, told_at=at)


def note_changed(conn: Connection, keyring: Keyring, number: str, now: datetime) -> None:
    """Tells staff and the audit, after CHANGED was refused and what was begun is undone."""
    report = conn.execute(select(reports.c.id).where(reports.c.number == number)).scalar()
    if report is not None:
        suspicions.note(conn, keyring, report, Changed.CONSENT, now=now)


def revoke(conn: Connection, keyring: Keyring, report: str, now: datetime, *, hourly: bool = False) -> int:
    """Every consent about a report ends, and what was copied is erased; how many they were."""
    _held(conn, report)
    stands = (_C.report == report, _C.revoked_at.is_(None), or_(and_(*waits(now)), _C.answer))
    # Whoever is copying it by a yes has the row: what they made is seen then, and goes.
    rows = conn.execute(select(consents).where(*stands).order_by(_C.id).with_for_update()).all()
    hourly = hourly or _is_hourly(conn, report)
    for row in rows:
        _end(conn, keyring, row, now, action=_REVOKED, hourly=hourly)
        alerts.tell(conn, keyring, report, staff=row.asked_by, about=f"{row.id}:end", hourly=hourly, now=now)
    return len(rows)


def expire(conn: Connection, keyring: Keyring, now: datetime) -> int:
    """Ends what was agreed to for a time that is over; how many. Run it hourly."""
    over = (_C.until_at <= now, _C.answer, _C.revoked_at.is_(None))
    for report in conn.execute(select(_C.report).where(*over).distinct().order_by(_C.report)).scalars().all():
        _held(conn, report)
    rows = conn.execute(select(consents).where(*over).order_by(_C.id).with_for_update()).all()
    for row in rows:
        _end(conn, keyring, row, now, action="consent.expire", hourly=False)
    return len(rows)


def _held(conn: Connection, report: str) -> None:
    """Its row before that of a consent, as every step of staff takes them: else each could wait for the other."""
    conn.execute(select(reports.c.id).where(reports.c.id == report).with_for_update())


def _write(conn: Connection, keyring: Keyring, row: Row[Any], **values: Any) -> None:
    tie = ties.consent(keyring, {**row._mapping, **values})  # noqa: SLF001 - SQLAlchemy's public name
    conn.execute(update(consents).where(_C.id == row.id).values(**values, tie=tie))


def _end(conn: Connection, keyring: Keyring, row: Row[Any], now: datetime, *, action: str, hourly: bool) -> None:
    at = hours.hour(now) if hourly else now
    conn.execute(update(consents).where(_C.id == row.id).values(revoked_at=at, tie=None))
    if action == _REVOKED:
        promises.note(keyring, Kind.CONSENT, row.id, now=at)
    if row.copy is not None:
        erasing.erase(conn, row.copy, now=at)  # an order is for the report itself
    _happened(conn, row, "consent_withdrawn" if action == _REVOKED else "consent_ended", now=now, hourly=hourly)
    subject, data = ("", {}) if hourly else (row.report, {"consent": row.id})
    dated = hours.noted(now, private=hourly)
    audit.write(conn, keyring, at=dated, actor="machine:consent", action=action, subject=subject, data=data)


def _is_hourly(conn: Connection, report: str) -> bool:
    return conn.execute(select(reports.c.reachable).where(reports.c.id == report)).scalar() == PULL


def _happened(conn: Connection, row: Row[Any], kind: str, *, now: datetime, hourly: bool) -> None:
    at = hours.when(conn, row.report, hours.after(conn, row.report, now) if hourly else now)
    line = {"id": secrets.token_hex(16), "report": row.report, "at": at, "kind": kind, "actor": None}
    conn.execute(insert(events).values(**line, data=said_of(row)))
