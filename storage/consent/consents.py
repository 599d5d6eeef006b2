"""Who may receive what of a report, by its reporter's own word: recipient by recipient, for how long, and taken back.

A question that nobody answered is a no. What was shared inside is a report of its own at the other desk, which holds
only what was agreed to and goes when the consent ends; with a body outside, what is recorded is that it may be told.

A question and a yes are tied to their whole row (storage.ties), a no and a word taken back are noted beside the keys
(storage.promises): whoever writes SQL makes no yes, and brings none back. What ended has no tie.

Every function runs as the worker: the console may neither see whom an answer came from nor write at another desk.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select, update

from bot.consent import question
from bot.vocabulary import SEALED_DESKS, Asked, Desk, Locale, Reply
from storage import audit, promises, ties
from storage.casework.acts import Act, Refused, Right, change, permitted, still_open
from storage.casework.landing import POLICE_DESKS
from storage.casework.queues import visible
from storage.casework.threads import Names
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.promises import Kind
from storage.purging import erasing
from storage.tables import consents, desks, offices, parts, report_contacts, reports, services
from storage.tables import outbox as parcels
from storage.ties import Tie
from storage.words import suspicions
from storage.words.suspicions import Changed

LONGEST: Final = timedelta(days=90)
_ASKED_FOR: Final = timedelta(days=14)  # so long a question waits; after that it was a no
_PLAIN_FOR: Final = timedelta(hours=24)  # so long a bare word may be meant for the question
_QUESTION: Final = "consent:"  # names the parcel that holds the question itself, before the consent's id
CHANGED: Final = "consent.changed"
_REVOKED: Final = "consent.revoke"
_UNANSWERED: Final = dict.fromkeys(("answer", "answered_at", "revoked_at", "copy"))
_C: Final = consents.c
_O: Final = parcels.c
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
    """A consent as staff see it. state: as `state` says. shared: a copy was made of what was agreed to."""

    id: str
    to: To
    names: Names
    scope: Scope
    state: str
    asked_at: datetime
    until_at: datetime
    shared: bool


# ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. lasts: 1 to 90 days. locale: the one that the reporter is answered in.

    apart: offices that the report names, where only its card tells them (a sealed desk).
    """

    to: To
    scope: Scope
    lasts: timedelta
    locale: Locale
    apart: frozenset[str] = frozenset()


def ask(conn: Connection, keyring: Keyring, act: Act, wanted: Wanted) -> int:
    """Asks the reporter; returns the report's new version.

    Refused: consent.reach (nobody could answer), consent.waiting (one question at a time), consent.to (no such
    recipient, or one that the report names), consent.lasts (1 to 90 days).
    """
    row = permitted(Right.REFER, conn, keyring, act)
    still_open(row)
    if row.reachable == "no":
        raise Refused("consent.reach")
    if not timedelta(days=1) <= wanted.lasts <= LONGEST:
        raise Refused("consent.lasts")
    if _waiting(conn, keyring, row.id, act.now) is not None:
        raise Refused("consent.waiting")
    to = wanted.to
    names = None if to.office in wanted.apart else _names(conn, to, row)
    if names is None:
        raise Refused("consent.to")
    consent = secrets.token_hex(16)
    values = {
        "id": consent,
        "report": row.id,
        "office": to.office or None,
        "desk": to.desk,
        "service": to.service or None,
        "scope": wanted.scope.value,
        "asked_by": act.staff,
        "asked_at": act.now,
        "until_at": act.now + wanted.lasts,
        **_UNANSWERED,
    }
    conn.execute(insert(consents).values(**values, tie=ties.consent(keyring, values)))
    asked = question(consent, names.in_(wanted.locale), police=to.desk in POLICE_DESKS, locale=wanted.locale)
    _put(conn, keyring, row, consent, asked, now=act.now)
    return change(conn, keyring, act, row, {}, event=("consent_asked", {"consent": consent}))


def _names(conn: Connection, to: To, row: Row[Any]) -> Names | None:
    """What the recipient is called; None where there is none that this report may go to."""
    if to.service:
        found = conn.execute(select(services).where(services.c.id == to.service, services.c.active)).first()
        return None if found is None else Names(found.name_ar, found.name_ckb, found.name_en)
    named = to.office in (row.apart or ())
    if named or to.desk is None or (to.office, to.desk.value) == (row.office, row.desk):
        return None
    office = conn.execute(
        select(offices)
        .join(desks, desks.c.office == offices.c.code)
        .where(offices.c.code == to.office, desks.c.desk == to.desk.value, offices.c.active)
    ).first()
    return None if office is None else Names(office.name_ar, office.name_ckb, office.name_en)


def _put(conn: Connection, keyring: Keyring, row: Row[Any], consent: str, asked: Reply, *, now: datetime) -> None:
    """Who can be written to is asked there; whoever comes back for it by code or word is asked then."""
    if row.reachable == "pull":
        return
    if row.reachable == "nudge":
        reply, once = Reply("nudge.discreet"), f"nudge:{consent}"
    elif Desk(row.desk) in SEALED_DESKS:
        # Who would receive it says what it is about: whoever holds the phone reads that only with the code.
        reply, once = Reply("consent.nudge", locale=asked.locale), f"nudge:{consent}"
    else:
        reply, once = asked, f"{_QUESTION}{consent}"
    outbox.put_answer(conn, keyring, report=row.id, reply=reply, once=once, due_at=now, now=now)


# ── Answering ────────────────────────────────────────────────────────────────────────────────────────────────
def asked(conn: Connection, keyring: Keyring, report: str, now: datetime) -> Asked | None:
    """The question about a report that waits for its answer; None without one."""
    row = _waiting(conn, keyring, report, now)
    if row is None:
        return None
    names = _shown(row)
    body = {locale: names.in_(locale) for locale in Locale}
    police = row.desk is not None and Desk(row.desk) in POLICE_DESKS
    return Asked(row.id, report, body, police=police, plain=_is_plain(conn, keyring, row, now))


def asked_of(conn: Connection, keyring: Keyring, contact: str, now: datetime) -> Asked | None:
    """The same, of whichever of a reporter's reports was asked about last."""
    waits = (_C.report == _L.report, _L.contact == contact, *_waits(now))
    found = select(_C.report, _L.contact, _L.tie).where(*waits).order_by(_C.asked_at.desc(), _C.id)
    reports = (row.report for row in conn.execute(found) if _is_theirs(keyring, row))
    return next((one for report in reports if (one := asked(conn, keyring, report, now)) is not None), None)


def agreed(
    conn: Connection, keyring: Keyring, contact: str | None, named: Collection[str], now: datetime
) -> tuple[str, ...]:
    """The reports about which a yes stands: of those named, and of a reporter's own (contact None: of nobody's)."""
    links = () if contact is None else conn.execute(select(report_contacts).where(_L.contact == contact)).all()
    about = {*named, *(row.report for row in links if _is_theirs(keyring, row))}
    stands = (_C.report.in_(sorted(about)), _C.answer, _C.revoked_at.is_(None), _C.until_at > now)
    return tuple(conn.execute(select(_C.report).where(*stands).distinct().order_by(_C.report)).scalars())


def _is_theirs(keyring: Keyring, row: Any) -> bool:
    return ties.holds(keyring, row.tie, Tie.LINK, row.report, row.contact)


def _is_plain(conn: Connection, keyring: Keyring, row: Row[Any], now: datetime) -> bool:
    """Whether the question itself was sent lately and is the last that any of our people said to them."""
    sent = conn.execute(select(parcels).where(_O.once == f"{_QUESTION}{row.id}", _O.state == "sent")).first()
    if sent is None or sent.sent_at <= now - _PLAIN_FOR or not ties.parcel_holds(keyring, sent):
        return False
    # Whatever may have reached them later, of this report or another; what was taken back before it left did not.
    later = or_(_O.created_at >= sent.created_at, _O.sent_at >= sent.sent_at, _O.state == "sending")
    left = or_(_O.reason.is_(None), _O.reason != "withdrawn")
    answers = (_O.contact == sent.contact, _O.kind == "answer", _O.id != sent.id)
    if conn.execute(select(_O.id).where(*answers, later, left).limit(1)).first() is not None:
        return False
    # Told by telephone, an answer has no parcel.
    told = (parts.c.report == row.report, parts.c.kind == "reply", parts.c.at > row.asked_at)
    return conn.execute(select(parts.c.id).where(*told, parts.c.sealed.is_not(None)).limit(1)).first() is None


def answer(conn: Connection, keyring: Keyring, consent: str, *, given: bool, now: datetime) -> bool:
    """Notes what the reporter said. False when it no longer waits, or is not as it was asked; then nothing changed."""
    row = conn.execute(select(consents).where(_C.id == consent).with_for_update()).first()
    if row is None or row.answer is not None or row.revoked_at is not None or row.asked_at <= now - _ASKED_FOR:
        return False
    if not _is_ours(keyring, row):
        suspicions.note(conn, keyring, row.report, Changed.CONSENT, now=now)
        return False
    said = {"answer": given, "answered_at": now}
    tie = ties.consent(keyring, {**row._mapping, **said}) if given else None  # noqa: SLF001 - SQLAlchemy's public name
    conn.execute(update(consents).where(_C.id == consent).values(**said, tie=tie))
    if not given:
        promises.note(keyring, Kind.CONSENT, consent, now=now)
    data = {"consent": consent, "given": given}
    audit.write(conn, keyring, at=now, actor="machine:settle", action="consent.answer", subject=row.report, data=data)
    return True


def shared(conn: Connection, keyring: Keyring, row: Row[Any], copy: str) -> None:
    """Notes which report was made of a yes. row: of `standing`."""
    tie = ties.consent(keyring, {**row._mapping, "copy": copy})  # noqa: SLF001 - SQLAlchemy's public name
    conn.execute(update(consents).where(_C.id == row.id).values(copy=copy, tie=tie))


def standing(conn: Connection, keyring: Keyring, report: str, consent: str, now: datetime) -> Row[Any]:
    """A yes about a report that stands, held: it can neither be taken back nor used twice meanwhile.

    Refused: consent.missing (there is none), CHANGED (its row says yes and its reporter did not, or not to this).
    """
    row = conn.execute(select(consents).where(_C.id == consent).with_for_update()).first()
    if row is None or row.report != report or _said(row, now) != "yes":
        raise Refused("consent.missing")
    if not _is_ours(keyring, row):
        raise Refused(CHANGED)
    return row


def _is_ours(keyring: Keyring, row: Row[Any]) -> bool:
    """Whether a row that waits, or says yes, is as we left it, and no older than a no."""
    against = promises.read(keyring, row.asked_at).lines
    refused = any(one.kind is Kind.CONSENT and one.about == row.id for one in against)
    return ties.consent_holds(keyring, row) and not refused


def note_changed(conn: Connection, keyring: Keyring, number: str, now: datetime) -> None:
    """Tells staff and the audit, after CHANGED was refused and what was begun is undone."""
    report = conn.execute(select(reports.c.id).where(reports.c.number == number)).scalar()
    if report is not None:
        suspicions.note(conn, keyring, report, Changed.CONSENT, now=now)


def revoke(conn: Connection, keyring: Keyring, report: str, now: datetime) -> int:
    """Every consent about a report ends, and what was copied is erased; how many they were."""
    rows = conn.execute(
        select(consents).where(_C.report == report, _C.revoked_at.is_(None), or_(_C.answer.is_(None), _C.answer))
    ).all()
    for row in rows:
        _end(conn, keyring, row, now, action=_REVOKED)
    return len(rows)


def expire(conn: Connection, keyring: Keyring, now: datetime) -> int:
    """Ends what was agreed to for a time that is over; how many. Run it hourly."""
    rows = conn.execute(
        select(consents).where(_C.until_at <= now, _C.answer, _C.revoked_at.is_(None)).with_for_update()
    ).all()
    for row in rows:
        _end(conn, keyring, row, now, action="consent.expire")
    return len(rows)


def _end(conn: Connection, keyring: Keyring, row: Row[Any], now: datetime, *, action: str) -> None:
    conn.execute(update(consents).where(_C.id == row.id).values(revoked_at=now, tie=None))
    if action == _REVOKED:
        promises.note(keyring, Kind.CONSENT, row.id, now=now)
    if row.copy is not None:
        erasing.erase(conn, row.copy, now=now)
    data = {"consent": row.id}
    audit.write(conn, keyring, at=now, actor="machine:consent", action=action, subject=row.report, data=data)


# ── What stands ──────────────────────────────────────────────────────────────────────────────────────────────
def of(conn: Connection, keyring: Keyring, *, staff: str, number: str, now: datetime) -> Sequence[Standing]:
    """The consents of a report that this person may see, newest first; none of one that is not theirs."""
    seen = select(reports.c.id).where(reports.c.number == number, visible(staff, now)).scalar_subquery()
    rows = conn.execute(_of(seen).order_by(_C.asked_at.desc(), _C.id)).all()
    return tuple(
        Standing(
            id=row.id,
            to=To(row.office or "", Desk(row.desk) if row.desk else None, row.service or ""),
            names=_shown(row),
            scope=Scope(row.scope),
            state=state(keyring, row, now),
            asked_at=row.asked_at,
            until_at=row.until_at,
            shared=row.copy is not None,
        )
        for row in rows
    )


def copied(conn: Connection, report: str) -> datetime | None:
    """Until when a report that is a copy stays; None for one that is none."""
    return conn.execute(select(_C.until_at).where(_C.copy == report)).scalar()


def state(keyring: Keyring, row: Row[Any], now: datetime) -> str:
    """waiting, no (also after silence), yes or ended.

    changed: it says waiting or yes, and it was not us who left it so.
    """
    said = _said(row, now)
    return "changed" if said in ("waiting", "yes") and not _is_ours(keyring, row) else said


def _said(row: Row[Any], now: datetime) -> str:
    if row.answer is None:
        return "waiting" if row.revoked_at is None and row.asked_at > now - _ASKED_FOR else "no"
    if not row.answer:
        return "no"
    return "yes" if row.revoked_at is None and row.until_at > now else "ended"


def _waiting(conn: Connection, keyring: Keyring, report: str, now: datetime) -> Row[Any] | None:
    rows = conn.execute(_of(report).where(*_waits(now)).order_by(_C.asked_at.desc(), _C.id)).all()
    return next((row for row in rows if ties.consent_holds(keyring, row)), None)


def _waits(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return _C.answer.is_(None), _C.revoked_at.is_(None), _C.asked_at > now - _ASKED_FOR


def _of(report: Any) -> Any:
    names = ("name_ar", "name_ckb", "name_en")
    return (
        select(
            consents,
            *(offices.c[name].label(f"office_{name}") for name in names),
            *(services.c[name].label(f"service_{name}") for name in names),
        )
        .outerjoin(offices, offices.c.code == _C.office)
        .outerjoin(services, services.c.id == _C.service)
        .where(_C.report == report)
    )


def _shown(row: Row[Any]) -> Names:
    if row.office is not None:
        return Names(row.office_name_ar, row.office_name_ckb, row.office_name_en)
    return Names(row.service_name_ar, row.service_name_ckb, row.service_name_en)
