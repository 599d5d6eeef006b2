"""Who may receive what of a report, by its reporter's own word: recipient by recipient, for how long, and taken back.

A question that nobody answered within a day is a no (storage.consent.asking puts it); for whoever has not come back to
be put it, it waits fourteen. What was shared inside is a report of its own at the other desk, which holds only what
stood when staff asked, and goes when the consent ends; of a body outside it is recorded that it was told, and when.

Here is what stands, as staff and the talk see it; storage.consent.answering changes it. Every function of both runs as
the worker: the console may neither see whom an answer came from nor write at another desk.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from bot.vocabulary import SEALED_DESKS, Asked, Desk, Locale
from storage import promises, ties
from storage.casework import apart
from storage.casework.landing import POLICE_DESKS
from storage.casework.queues import visible
from storage.casework.threads import Names
from storage.consent.there import is_gone
from storage.keys import Keyring
from storage.promises import Kind
from storage.tables import consents, offices, report_contacts, reports, services

LONGEST: Final = timedelta(days=90)
_ASKED_FOR: Final = timedelta(days=14)  # so long a question waits for whoever it was not put to yet
_PUT_FOR: Final = timedelta(hours=24)  # and so long once it was put: nobody agrees to what they have forgotten
_HEARD_FOR: Final = timedelta(days=30)  # so long an answer is told that it came too late
QUESTION: Final = "consent:"  # names the parcel that holds the question itself, before the consent's id
OFFER: Final = "offer:"  # and that of the line which goes before it by SMS
PULL: Final = "pull"
_C: Final = consents.c
_L: Final = report_contacts.c


class Scope(StrEnum):
    """What of a report the other may receive: what staff write for it, what was said, or its files too."""

    SUMMARY = "summary"
    WORDS = "words"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class To:
    """Who would receive it: an office's desk, or a body of the service directory."""

    office: str = ""
    desk: Desk | None = None
    service: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A consent as staff see it.

    state: as `state` says; unread where it waits and was not put to its reporter yet, gone where it waits or was not
    used yet and who would receive it is there no more. shared: carried out: a copy was made of what was agreed to, or a
    body outside was told (told_at).
    """

    id: str
    to: To
    names: Names
    scope: Scope
    state: str
    asked_at: datetime
    until_at: datetime
    shared: bool
    told_at: datetime | None = None


# ── What staff see ───────────────────────────────────────────────────────────────────────────────────────────
def of(conn: Connection, keyring: Keyring, *, staff: str, number: str, now: datetime) -> Sequence[Standing]:
    """The consents of a report that this person may see, newest first; none of one that is not theirs."""
    seen = conn.execute(select(reports).where(reports.c.number == number, visible(staff, now))).first()
    if seen is None or apart.is_of(conn, staff, apart.named(conn, keyring, seen), now):
        return ()
    rows = conn.execute(_of(seen.id).order_by(_C.asked_at.desc(), _C.id)).all()
    return tuple(
        Standing(
            id=row.id,
            to=To(row.office or "", Desk(row.desk) if row.desk else None, row.service or ""),
            names=_shown(row),
            scope=Scope(row.scope),
            state=_seen_state(conn, state(keyring, row, now), row, seen),
            asked_at=row.asked_at,
            until_at=row.until_at,
            shared=row.copy is not None or row.told_at is not None,
            told_at=row.told_at,
        )
        for row in rows
    )


def _seen_state(conn: Connection, state: str, row: Row[Any], report: Row[Any]) -> str:
    """Of whoever comes for their answers by code alone it is not shown when they came."""
    done = row.copy is not None or row.told_at is not None
    if state in ("waiting", "yes") and not done and is_gone(conn, row):
        return "gone"
    return "unread" if state == "waiting" and row.put_at is None and report.reachable != PULL else state


def copied(conn: Connection, report: str) -> datetime | None:
    """Until when a report that is a copy stays; None for one that is none."""
    return conn.execute(select(_C.until_at).where(_C.copy == report)).scalar()


def state(keyring: Keyring, row: Row[Any], now: datetime) -> str:
    """waiting, silent (never answered, which is a no), no, yes or ended.

    changed: it says waiting or yes, and it was not us who left it so.
    """
    said = says(row, now)
    return "changed" if said in ("waiting", "yes") and not is_ours(keyring, row) else said


def says(row: Row[Any], now: datetime) -> str:
    """What the row alone says, as `state` names it: anybody who writes SQL may have made it say so."""
    if row.answer is None:
        if row.revoked_at is not None:
            return "no"
        put = row.put_at is None or row.put_at > now - _PUT_FOR
        return "waiting" if put and row.asked_at > now - _ASKED_FOR else "silent"
    if not row.answer:
        return "no"
    return "yes" if row.revoked_at is None and row.until_at > now else "ended"


def is_ours(keyring: Keyring, row: Row[Any]) -> bool:
    """Whether a row that waits, or says yes, is as we left it, and no older than a no."""
    against = promises.read(keyring, row.asked_at).lines
    refused = any(one.kind is Kind.CONSENT and one.about == row.id for one in against)
    return ties.consent_holds(keyring, row) and not refused


# ── What the talk asks ───────────────────────────────────────────────────────────────────────────────────────
def asked(conn: Connection, keyring: Keyring, report: str, now: datetime) -> Asked | None:
    """The question about a report that waits for its answer, else the newest that was never answered; or None.

    Of a report that is closed, and of a recipient that is there no more, none waits.
    """
    row = waiting(conn, keyring, report, now)
    if row is not None:
        return as_asked(row, late=not _is_open(conn, row))
    unheard = (_C.answer.is_(None), _C.revoked_at.is_(None), _C.asked_at > now - _HEARD_FOR)
    row = conn.execute(_of(report).where(*unheard).order_by(_C.asked_at.desc(), _C.id).limit(1)).first()
    return None if row is None or not ties.consent_holds(keyring, row) else as_asked(row, late=True)


def report_of(conn: Connection, consent: str) -> str:
    """The report that a question was about; "" for none that is there."""
    return conn.execute(select(_C.report).where(_C.id == consent)).scalar() or ""


def as_asked(row: Row[Any], *, late: bool = False) -> Asked:
    """A question as the talk knows it. row: of `one`."""
    names = _shown(row)
    return Asked(
        row.id,
        row.report,
        {locale: names.in_(locale) for locale in Locale},
        extent=row.scope,
        days=max(1, (row.until_at - row.asked_at).days),
        police=row.desk is not None and Desk(row.desk) in POLICE_DESKS,
        outside=row.service is not None,
        coded=row.at_desk is not None and Desk(row.at_desk) in SEALED_DESKS,
        late=late,
    )


def _is_open(conn: Connection, row: Row[Any]) -> bool:
    return row.closed_at is None and not is_gone(conn, row)


def asked_of(conn: Connection, keyring: Keyring, contact: str, now: datetime, *, tapped: str = "") -> Sequence[Asked]:
    """The same, of each of a reporter's reports, the one asked about last first; those that wait before the others.

    tapped: only of the report that this question was about.
    """
    unheard = (_C.answer.is_(None), _C.revoked_at.is_(None), _C.asked_at > now - _HEARD_FOR)
    whose = (_C.report == _L.report, _L.contact == contact, *unheard, *((_C.id == tapped,) if tapped else ()))
    found = select(_C.report, _L.contact, _L.tie).where(*whose).order_by(_C.asked_at.desc(), _C.id)
    theirs = dict.fromkeys(row.report for row in conn.execute(found) if _is_theirs(keyring, row))
    each = [one for report in theirs if (one := asked(conn, keyring, report, now)) is not None]
    return sorted(each, key=lambda one: one.late)


def agreed(
    conn: Connection, keyring: Keyring, contact: str | None, named: Collection[str], now: datetime
) -> tuple[str, ...]:
    """The reports about which a yes stands: of those named, and of a reporter's own (contact None: of nobody's)."""
    links = () if contact is None else conn.execute(select(report_contacts).where(_L.contact == contact)).all()
    about = {*named, *(row.report for row in links if _is_theirs(keyring, row))}
    stands = (_C.report.in_(sorted(about)), _C.answer, _C.revoked_at.is_(None), _C.until_at > now)
    return tuple(conn.execute(select(_C.report).where(*stands).distinct().order_by(_C.report)).scalars())


def _is_theirs(keyring: Keyring, row: Any) -> bool:
    return ties.told(keyring, row) is not None


# ── Rows ─────────────────────────────────────────────────────────────────────────────────────────────────────
def waiting(conn: Connection, keyring: Keyring, report: str, now: datetime) -> Row[Any] | None:
    """The question about a report that waits for its answer, with the names of whom it is about."""
    rows = conn.execute(_of(report).where(*waits(now)).order_by(_C.asked_at.desc(), _C.id)).all()
    return next((row for row in rows if ties.consent_holds(keyring, row)), None)


def one(conn: Connection, report: str, consent: str) -> Row[Any]:
    """A consent that is there, with the names of whom it is about."""
    found: Row[Any] = conn.execute(_of(report).where(_C.id == consent)).one()
    return found


def said_of(row: Row[Any]) -> dict[str, str]:
    """What an event tells of a consent: who may receive how much; codes and ids."""
    to = {"service": row.service} if row.service else {"office": row.office, "desk": row.desk}
    return {"consent": row.id, "scope": row.scope, **to}


def waits(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions on `consents` under which a question still waits for its answer."""
    fresh = or_(_C.put_at.is_(None), _C.put_at > now - _PUT_FOR)
    return _C.answer.is_(None), _C.revoked_at.is_(None), _C.asked_at > now - _ASKED_FOR, fresh


def _of(report: Any) -> Any:
    names = ("name_ar", "name_ckb", "name_en")
    return (
        select(
            consents,
            *(offices.c[name].label(f"office_{name}") for name in names),
            *(services.c[name].label(f"service_{name}") for name in names),
            reports.c.desk.label("at_desk"),
            reports.c.closed_at,
        )
        .join(reports, reports.c.id == _C.report)
        .outerjoin(offices, offices.c.code == _C.office)
        .outerjoin(services, services.c.id == _C.service)
        .where(_C.report == report)
    )


def _shown(row: Row[Any]) -> Names:
    if row.office is not None:
        return Names(row.office_name_ar, row.office_name_ckb, row.office_name_en)
    return Names(row.service_name_ar, row.service_name_ckb, row.service_name_en)
