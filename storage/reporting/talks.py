"""Talks with private reporters: nothing that leads back to them outlives the talk, which ends after half an hour.

While it lasts there is a contact under no pseudonym, to answer them, and what we remember of the talk, under a random
id, found by a hash under the day's intake key. Half an hour after their first word both go, with everything that hangs
on the contact; a deletion at the carrier that still waits may keep the contact a little longer.

What is left is a mark: that somebody, found by that hash, chose privacy. For a day what they tell is private again,
never silently ordinary; it names no talk and no report. Each talk leaves one. Whoever begins another leaves behind, for
the mark that led there, one that leads nowhere: so their number does not tell that two talks were of one person.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, delete, exists, insert, or_, select, update

from bot.vocabulary import Channel, Conversation, Mode
from storage.database.leases import SKEW
from storage.encoding import conversation_from_bytes, conversation_to_bytes
from storage.keys import Domain, KeyGone, Keyring, epoch_of
from storage.sealing import Tampered, seal, unseal
from storage.tables import contacts, inbound, outbox, talks
from storage.words import hours

CHOSEN: Final = Conversation(introduced=True, mode=Mode.PRIVATE)  # of whoever chose privacy, where no more is known
LIFE: Final = timedelta(minutes=30)
MARKED: Final = timedelta(hours=24)
OVER: Final = b""  # what a mark holds
# What we say is "within 48 hours": so long at most something may wait for a carrier that is away.
_LAST: Final = timedelta(hours=47)

Names = tuple[bytes, ...]

_T: Final = talks.c
_INSERT: Final = insert(talks)
_THEIRS: Final = _T.found_by.in_(bindparam("names", expanding=True, type_=_T.found_by.type))
_FOUND: Final = select(talks).where(_THEIRS).order_by(_T.until_at.desc())
_DROP: Final = delete(talks).where(_THEIRS)
_CAME: Final = select(inbound.c.received_at).where(inbound.c.id == bindparam("one"))
_WAITS: Final = exists().where(outbox.c.contact == contacts.c.id, outbox.c.state.in_(("pending", "sending")))
_TALKING: Final = exists().where(_T.contact == contacts.c.id)
NEEDS_NO_CONTACT: Final = ~or_(_WAITS, _TALKING)
_UNTIL: Final = update(contacts).where(contacts.c.id == bindparam("one")).values(until_at=bindparam("until"))


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk that goes on until then, or the mark that one left (until None).

    contact: where they are answered; None when that is gone already.
    """

    conversation: Conversation
    contact: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ends:
    """How a talk ends: when (None: it only begins), with which contact, and whether it leaves a mark.

    chosen: they wished it, or told something in it; whoever only came back with a code leaves none.
    """

    contact: str | None
    until: datetime | None
    chosen: bool


def names(keyring: Keyring, channel: Channel, address: str, now: datetime, *, came: datetime) -> Names:
    """What a sender's talk or mark may be found by: hashes under the intake keys of today and of the day before.

    came: when what is settled came. It may have waited since: then also by those of that day and the one before it. And
    by those of days to come: a talk may have begun while a clock was ahead.
    """
    data = f"talk\x00{channel}\x00{address}".encode("utf-8", "surrogatepass")
    today = hmac.digest(keyring.current(Domain.INTAKE, now).secret, data, "sha256")

    def under(epoch: str) -> bytes:
        try:
            return hmac.digest(keyring.at(Domain.INTAKE, epoch), data, "sha256")
        except KeyGone:
            return today

    days = (epoch_of(Domain.INTAKE, day) for day in (now - MARKED, came, came - MARKED))
    to_come = keyring.later(Domain.INTAKE, epoch_of(Domain.INTAKE, now))
    return today, *(under(day) for day in (*days, *to_come))


def find(conn: Connection, keyring: Keyring, found_by: Sequence[bytes], *, message: int, now: datetime) -> Talk | None:
    """The talk that goes on with a sender, or their mark; None when there is neither.

    message: the one that is settled. A talk lasts for it when it came while it lasted.
    """
    marked = replace(CHOSEN, introduced=False)  # whoever holds the phone now is met as a stranger is
    row = conn.execute(_FOUND, {"names": list(found_by)}).first()
    if row is None:
        return None
    late = row.until_at <= now and _came(conn, message, now) > row.until_at
    if row.sealed == OVER and late:
        return None
    if row.sealed == OVER or late:
        return Talk(marked) if row.chosen else None
    try:
        key, place = keyring.at(Domain.DOOR, row.epoch), _place(row.id, row.found_by, row.contact)
        read = unseal(key, row.sealed, *place, row.epoch)
    except (KeyGone, Tampered):
        # What is lost is the thread of a talk, never what was said. Nor is its contact believed: it may be another's.
        return Talk(CHOSEN, until=row.until_at)
    return Talk(conversation_from_bytes(read), row.contact, row.until_at)


def _came(conn: Connection, message: int, now: datetime) -> datetime:
    came: datetime | None = conn.execute(_CAME, {"one": message}).scalar()
    return came or now


def save(
    conn: Connection,
    keyring: Keyring,
    found_by: Sequence[bytes],
    conversation: Conversation,
    how: Ends,
    *,
    now: datetime,
) -> None:
    """Keeps a talk, under another id each time. found_by: today's name first."""
    before = conn.execute(_FOUND, {"names": list(found_by)}).all()
    chosen, contact = how.chosen or any(old.chosen for old in before), how.contact
    if how.until is None:
        for old in before:
            _mark(conn, old, found_by=secrets.token_bytes(len(old.found_by)))
    else:
        conn.execute(_DROP, {"names": list(found_by)})
    ends = how.until or now + LIFE
    talk, key = secrets.token_hex(16), keyring.current(Domain.DOOR, now)
    place = _place(talk, found_by[0], contact)
    sealed = seal(key.secret, conversation_to_bytes(conversation), *place, key.epoch)
    row = {"id": talk, "found_by": found_by[0], "contact": contact, "sealed": sealed, "epoch": key.epoch}
    conn.execute(_INSERT, {**row, "until_at": ends, "chosen": chosen})
    if contact is not None:
        conn.execute(_UNTIL, {"one": contact, "until": ends})


def close(conn: Connection, found_by: Sequence[bytes]) -> None:
    """They end the talk themselves: of it the mark is left, as when its time is over."""
    for row in conn.execute(_FOUND, {"names": list(found_by)}).all():
        _mark(conn, row, found_by=row.found_by)


def _mark(conn: Connection, row: Row[Any], *, found_by: bytes) -> None:
    """What is left of a talk, or of a mark: by the hour, under another id, with nothing in it."""
    until = row.until_at if row.sealed == OVER else _marked_until(row.until_at)
    left = {"id": secrets.token_hex(16), "found_by": found_by, "contact": None, "sealed": OVER, "until_at": until}
    conn.execute(update(talks).where(_T.id == row.id).values(**left))


def _marked_until(until_at: datetime) -> datetime:
    try:
        return hours.over(until_at - LIFE) + MARKED
    except OverflowError:
        return until_at  # it was written by hand, so far away that there is no other day


def _place(talk: str, found_by: bytes, contact: str | None) -> tuple[str, ...]:
    """What a talk is bound to: whom it is with, and where they are answered."""
    return talks.name, "sealed", talk, bytes(found_by).hex(), contact or ""


def drop(conn: Connection, found_by: Sequence[bytes]) -> None:
    """The talk is over: they want to be private no longer, and no mark is left. What waits for its contact goes out."""
    conn.execute(_DROP, {"names": list(found_by)})


# ── Ending ───────────────────────────────────────────────────────────────────────────────────────────────────
def end(conn: Connection, now: datetime, *, spared: bool = False) -> int:
    """Ends talks whose time is over, and takes marks and contacts that nothing waits for; returns how many ended.

    While a message waits that came within a talk, it is not over: it must not be taken for a stranger's. spared:
    nor is a mark, where what came on its day could not be looked up (storage.reporting.unsettled).
    """
    late = exists().where(inbound.c.settled_at.is_(None), inbound.c.received_at <= _T.until_at)
    marked = late.where(inbound.c.received_at >= now - _LAST)
    over = and_(_T.sealed != OVER, _T.until_at <= now, or_(~late, _T.until_at <= now - _LAST))
    ended = conn.execute(select(talks).where(over)).all()
    over_now = and_(_T.until_at <= now, ~marked) if spared else _T.until_at <= now
    past = or_(over_now, _T.until_at <= now - (_LAST - MARKED), ~_T.chosen)
    gone = conn.execute(delete(talks).where(_T.sealed == OVER, past)).rowcount
    _leave(conn, ended)
    return len(ended) + int(gone) + _end_contacts(conn, now)


def begun_ahead(now: datetime) -> ColumnElement[bool]:
    """Of a talk: that it would last longer than any, for a clock was ahead when it began, or is behind now."""
    return and_(_T.sealed != OVER, _T.until_at > now + LIFE + SKEW)


def end_begun_ahead(conn: Connection, now: datetime) -> int:
    """Ends those; returns how many.

    The mark of each stays for a day from its talk's own time: whichever clock was wrong, nobody is ordinary before.
    """
    found = conn.execute(select(talks).where(begun_ahead(now))).all()
    _leave(conn, found)
    return len(found)


def _leave(conn: Connection, ended: Sequence[Row[Any]]) -> None:
    for row in ended:
        if row.chosen:
            _mark(conn, row, found_by=row.found_by)
        else:
            conn.execute(delete(talks).where(_T.id == row.id))


def _end_contacts(conn: Connection, now: datetime) -> int:
    c = contacts.c
    gone = and_(c.until_at <= now, or_(~_WAITS, c.until_at <= now - _LAST), ~_TALKING)
    return int(conn.execute(delete(contacts).where(gone)).rowcount)
