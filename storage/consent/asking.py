"""Asks a reporter whether somebody may receive their report: whom, how much of it, for how long.

By SMS the question itself is not sent unasked: one line says that there is one, and it is put on their digit
(bot.decide.consenting). Run it as the worker: the console may not see whom a question goes to.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, func, insert, or_, select

from bot.consent import offer, question
from bot.vocabulary import SEALED_DESKS, Channel, Desk, Locale, Reply
from storage import ties
from storage.casework.acts import Act, Refused, Right, change, permitted, still_open
from storage.consent import consents, there
from storage.consent.consents import LONGEST, OFFER, PULL, QUESTION, Scope, To
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.tables import consents as consent_rows
from storage.tables import contacts, events, parts, report_contacts

_SHORTEST: Final = timedelta(days=1)
_RESPECTED: Final = timedelta(days=7)  # so long a no stands before as much, or more, may be asked for again
_LEFT_ALONE: Final = timedelta(days=1)  # and so long before less may be
_EXTENTS: Final = tuple(Scope)  # from the least to the most
_IN_DOUBT: Final = timedelta(minutes=10)  # as bot.decide.withdrawing hears a bare no


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


class _Way(Enum):
    """How a reporter hears of it: the question is SENT; they are told to come for it (NUDGE); they COME by themselves.

    OFFERED: by SMS, where it costs by parts, they are sent a line first and read the question if they wish.
    Whom it names says what it is about: of a report at a sealed desk, a phone tells that only with the code.
    """

    SENT = "sent"
    OFFERED = "offered"
    NUDGE = "nudge"
    COME = "come"


def ask(conn: Connection, keyring: Keyring, act: Act, wanted: Wanted) -> int:
    """Asks the reporter; returns the report's new version.

    Refused: consent.reach (nobody could answer), consent.waiting (one question at a time), consent.to (no such
    recipient, or one that the report names), consent.lasts (1 to 90 days), consent.again (within 7 days this recipient
    was refused as much or less, or that was taken back; within a day anything at all).
    """
    row = permitted(Right.REFER, conn, keyring, act)
    still_open(row)
    if row.reachable == "no":
        raise Refused("consent.reach")
    if not _SHORTEST <= wanted.lasts <= LONGEST:
        raise Refused("consent.lasts")
    waits = consents.waiting(conn, keyring, row.id, act.now)
    if waits is not None and not there.is_gone(conn, waits):
        raise Refused("consent.waiting")
    if wanted.to.office in wanted.apart or not _is_there(conn, wanted.to, row):
        raise Refused("consent.to")
    if _refused_lately(conn, row.id, wanted, act.now):
        raise Refused("consent.again")
    way = _way(conn, row)
    made = _written(conn, keyring, row, act, wanted, put=way is _Way.SENT)
    put = question(consents.as_asked(made), wanted.locale, fixed=True)
    _send(conn, keyring, act, row, way, question=put, consent=made.id)
    return change(conn, keyring, act, row, {}, event=("consent_asked", consents.said_of(made)))


def _written(conn: Connection, keyring: Keyring, row: Row[Any], act: Act, wanted: Wanted, *, put: bool) -> Row[Any]:
    to = wanted.to
    values = {
        "id": secrets.token_hex(16),
        "report": row.id,
        "office": to.office or None,
        "desk": to.desk.value if to.desk else None,
        "service": to.service or None,
        "scope": wanted.scope.value,
        "asked_by": act.staff,
        "asked_at": act.now,
        "until_at": act.now + wanted.lasts,
        "put_at": act.now if put else None,
        "stood": list(conn.execute(select(parts.c.id).where(parts.c.report == row.id)).scalars()),
    }
    conn.execute(insert(consent_rows).values(**values, tie=ties.consent(keyring, values)))
    return consents.one(conn, row.id, str(values["id"]))


def _is_there(conn: Connection, to: To, row: Row[Any]) -> bool:
    """Whether there is such a recipient, and this report may go to it."""
    if to.service:
        return there.is_there(conn, office="", desk="", service=to.service)
    if to.desk is None or to.office in (row.apart or ()) or (to.office, to.desk) == (row.office, row.desk):
        return False
    return there.is_there(conn, office=to.office, desk=to.desk.value, service="")


def _refused_lately(conn: Connection, report: str, wanted: Wanted, now: datetime) -> bool:
    """Whether its reporter has said no to this recipient: who is asked every day until they agree was not asked.

    What ended within minutes of the yes may have ended by a no that was meant for something else, and they are told to
    write if so: once they have written since, they are asked again.
    """
    c, since = consent_rows.c, now - _RESPECTED
    to = wanted.to
    same = (c.office == to.office, c.desk == to.desk.value) if to.desk is not None else (c.service == to.service,)
    no = and_(c.answer.is_(False), c.answered_at > since)
    taken_back = and_(c.revoked_at > since, c.revoked_at < c.until_at)  # what ran out has its end for it
    refused = conn.execute(select(consent_rows).where(c.report == report, *same, or_(no, taken_back))).all()
    return any(_covers(row, wanted.scope, now) and not _in_doubt(conn, row) for row in refused)


def _covers(row: Row[Any], scope: Scope, now: datetime) -> bool:
    """Whether a no to this question is one to this extent, too."""
    ended = row.revoked_at if row.answer else row.answered_at
    return _EXTENTS.index(scope) >= _EXTENTS.index(Scope(row.scope)) or bool(now - ended < _LEFT_ALONE)


def _in_doubt(conn: Connection, row: Row[Any]) -> bool:
    """By the case's own times, which keep their order also where they tell no more than the hour."""
    if row.revoked_at is None or not row.answer or row.revoked_at - row.answered_at >= _IN_DOUBT:
        return False
    ended = (events.c.report == row.report, events.c.kind == "consent_withdrawn")
    when = [each.at for each in conn.execute(select(events).where(*ended)) if each.data.get("consent") == row.id]
    wrote = select(func.max(parts.c.at)).where(parts.c.report == row.report, parts.c.kind == "utterance")
    last = conn.execute(wrote).scalar()
    return bool(when) and last is not None and last > max(when)


def _way(conn: Connection, row: Row[Any]) -> _Way:
    if row.reachable == PULL:
        return _Way.COME
    if row.reachable == "nudge" or Desk(row.desk) in SEALED_DESKS:
        return _Way.NUDGE
    theirs = select(contacts.c.channel).join(report_contacts, report_contacts.c.contact == contacts.c.id)
    channel = conn.execute(theirs.where(report_contacts.c.report == row.id)).scalar()
    return _Way.OFFERED if channel == Channel.SMS.value else _Way.SENT


def _send(
    conn: Connection, keyring: Keyring, act: Act, row: Row[Any], way: _Way, *, question: Reply, consent: str
) -> None:
    match way:
        case _Way.COME:
            return
        case _Way.NUDGE:
            discreet = row.reachable == "nudge"
            reply = Reply("nudge.discreet") if discreet else Reply("consent.nudge", locale=question.locale)
            once = f"nudge:{consent}"
        case _Way.OFFERED:
            reply, once = offer(question.locale), f"{OFFER}{consent}"
        case _Way.SENT:
            reply, once = question, f"{QUESTION}{consent}"
    outbox.put_answer(conn, keyring, report=row.id, reply=reply, once=once, due_at=act.now, now=act.now)
