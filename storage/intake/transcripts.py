"""What a machine wrote down of a voice note: a part of its report, sealed like any other; it may raise an alarm.

A transcript stays where its report is. It may be wrong, and a person has the voice itself; so it moves nothing, but
what it names nobody of there may see, nor what it tells that is for few (storage.intake.overheard).
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, insert, select, update

from bot import alerts
from bot.nlp.gazetteer import Gazetteer
from bot.vocabulary import Analysis, Desk, MediumKind, Status, Urgency
from storage.intake import corrections, overheard
from storage.keys import Keyring
from storage.reporting import turns
from storage.reporting.cutting import cut_from_reports
from storage.tables import events, parts, report_contacts, reports
from storage.tables import media as media_rows
from storage.words import cards, content, filekeys, hours, media

KIND: Final = "transcript"
_TRIES: Final = 3
_AGAIN: Final = timedelta(minutes=5)
_M: Final = media_rows.c


@dataclass(frozen=True, slots=True)
class Recording:
    """A kept voice note that nobody wrote down yet, held by `owner` until its lease ends.

    part, report: what it came with, as its key was sealed, whatever its row says meanwhile.
    """

    id: str
    part: str
    report: str
    content_type: str
    path: str
    attempts: int
    owner: str
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Words:
    """What was written down ("" when nothing is said), how urgent it sounds, the words that say so, and what they mean.

    heard: None where nothing is said, or nobody tried to understand it.
    """

    text: str
    urgency: Urgency = Urgency.NORMAL
    why: tuple[str, ...] = ()
    heard: Analysis | None = None


def claim(conn: Connection, keyring: Keyring, *, owner: str, now: datetime, lease: timedelta) -> Recording | None:
    """The oldest recording that is due and nobody holds. One that does not open, or failed too often, is let be."""
    for row in media.take(conn, "kept", owner=owner, now=now, limit=1, lease=lease):
        key = filekeys.opened(conn, keyring, [row], hears=True).get(row.id, b"")
        at = filekeys.places(conn, [row])[row.id]
        recording = Recording(row.id, at.part, at.report, row.content_type, str(row.path), row.attempts, owner, key)
        if key and row.kind == MediumKind.VOICE.value and row.attempts <= _TRIES:
            return recording
        _end(conn, recording, due_at=None)
    return None


def failed(conn: Connection, recording: Recording, *, now: datetime) -> bool:
    """Nothing was written down: due again in five minutes, three times at most. False when the lease was lost."""
    again = now + _AGAIN * recording.attempts if recording.attempts < _TRIES else None
    return _end(conn, recording, due_at=again)


def written(
    conn: Connection,
    keyring: Keyring,
    recording: Recording,
    words: Words,
    *,
    gazetteer: Gazetteer | None = None,
    now: datetime,
) -> bool:
    """Adds what was written down to its report, which becomes as urgent as it sounds, never less.

    It goes where those whom it names do not see it, as with an addition in words.

    False when the lease was lost, the report erased or the recording's row led elsewhere, and then nothing changed.
    """
    here = (parts.c.id == recording.part, reports.c.id == recording.report)
    row = conn.execute(
        select(reports, _M.part, parts.c.inbound)
        .join(parts, parts.c.report == reports.c.id)
        .join(media_rows, _M.part == parts.c.id)
        .where(_M.id == recording.id, *here, reports.c.erased_at.is_(None))
        .with_for_update(of=reports)  # the report before its file, as erasing does
    ).first()
    if row is None or not _end(conn, recording, due_at=None):
        return False
    if words.text:
        (text,) = cut_from_reports(conn, keyring, [row.id], [words.text])
        body = {"text": text, "medium": recording.id}
        then = hours.after(conn, row.id, now) if row.inbound is None else now  # told in private: the hour
        _add(conn, keyring, row, KIND, body, now=then)
        _raise(conn, keyring, row, words, now=then)
        if words.heard is not None and gazetteer is not None:
            private = row.inbound is None
            overheard.part(conn, keyring, row.id, words.heard, gazetteer, private=private, now=then, clock=now)
    return True


def _add(conn: Connection, keyring: Keyring, row: Row[Any], kind: str, body: dict[str, Any], *, now: datetime) -> None:
    clear_at = hours.when(conn, row.id, now, desk=row.desk)
    content.add_part(conn, keyring, report=row.id, kind=kind, body=body, at=now, clear_at=clear_at)


def _raise(conn: Connection, keyring: Keyring, row: Row[Any], words: Words, *, now: datetime) -> None:
    # No machine overrules a person.
    decided = row.status == Status.CLOSED.value or corrections.stands(conn, keyring, row.id)
    if words.urgency.value <= row.urgency or decided:
        return
    _add(conn, keyring, row, "card", cards.raised(urgency=words.urgency.value, why=words.why), now=now)
    desk, version = Desk(row.desk), int(row.version) + 1
    due = alerts.due_at(words.urgency, hours.told(desk, now))
    values = {"urgency": words.urgency.value, "version": version, "due_at": min(due, row.due_at or due)}
    conn.execute(update(reports).where(reports.c.id == row.id).values(**values))
    told = {"report": row.id, "kind": "heard", "actor": None, "data": {"urgency": words.urgency.value}}
    at = hours.when(conn, row.id, now, desk=row.desk)
    conn.execute(insert(events), {"id": secrets.token_hex(16), "at": at, **told})
    if words.urgency is Urgency.EMERGENCY and row.claimed_by is None:
        contact = conn.execute(select(report_contacts.c.contact).where(report_contacts.c.report == row.id)).scalar()
        where: dict[str, Any] = {"office": row.office, "desk": desk, "version": version, "private": row.inbound is None}
        turns.alarm(conn, keyring, row.id, contact=contact, now=now, **where)


def _end(conn: Connection, recording: Recording, *, due_at: datetime | None) -> bool:
    mine = and_(
        _M.id == recording.id, _M.owner == recording.owner, _M.attempts == recording.attempts, _M.state == "kept"
    )
    ended = update(media_rows).where(mine).values(owner=None, lease_until=None, due_at=due_at)
    ours = conn.execute(ended).rowcount == 1
    if ours and due_at is None:
        filekeys.close_to_machine(conn, recording.id)
    return ours
