"""What waits unsettled, whatever it waits for: it stays known whether it was told in private, for as long as it waits.

That is told only by a talk that soon ends, by its mark of a day and by keys of days (storage.reporting.talks), or by
another message that waits as well. So it is looked up while those are there, and written into the message's own seal.
What nobody could look up in time is private in doubt (storage.inbound): filed with a code, led back to nobody.

However much waits, nobody waits for that: all of it is only read, what changes is written down in lots, and only after
the last of them ends what the next would have needed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, exists, select

from bot import commands, safety
from bot.commands import Intent
from bot.vocabulary import Message
from storage import contacts, deadletters, envelopes, inbound, keys, waits
from storage.database import cursors
from storage.encoding import message_from_bytes
from storage.envelopes import Marks
from storage.inbound import Waiting
from storage.keys import Domain, KeyGone, Keyring
from storage.reporting import reporters, talks
from storage.reporting.reporters import Standing, Who
from storage.sealing import Tampered
from storage.tables import inbound as rows

_SOON: Final = timedelta(minutes=1)  # most are settled by then
_NEEDED: Final = (Domain.DOOR, Domain.INTAKE, Domain.PEPPER, Domain.OUTBOX)
_LOOKED: Final = "unsettled_looked"  # the cursor that says when all that waited was looked up last
_READ: Final = 500
_I: Final = rows.c
_WAITING: Final = and_(_I.settled_at.is_(None), _I.sealed.is_not(None))

_Sender = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What waits, as it stood at a time. ids: of these is to be written down whether they are private, oldest first.

    wished: who chose privacy in words that wait too. whole: no key was missing.
    """

    at: datetime
    ids: tuple[int, ...] = ()
    wished: frozenset[_Sender] = field(default=frozenset(), repr=False)
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Waits:
    """One of them. since: when it came."""

    waiting: Waiting
    marks: Marks
    since: datetime


# ── Looking ──────────────────────────────────────────────────────────────────────────────────────────────────
def look(conn: Connection, keyring: Keyring, now: datetime) -> Seen:
    """Finds of all that waits what is to be written down; it only reads. Nothing, and not whole, without our keys.

    Who chose privacy in words that wait too is private in all that waits. What was written down is not found again.
    """
    if not all(keyring.has(domain, keys.epoch_of(domain, now)) for domain in _NEEDED):
        return Seen(now)  # it is looked up later, or private in doubt; what is past its time ends all the same
    whole, last, wished, found = True, 0, set[_Sender](), list[tuple[_Sender, int, bool, bool]]()
    while rows_there := _waiting(conn, last):
        last = rows_there[-1].id
        whole = whole and all(keyring.has(Domain.DOOR, row.epoch) for row in rows_there)
        for each in _known(keyring, rows_there, now):
            if _wishes(conn, keyring, each, now) is not None:
                wished.add(_whose(each))
            found.append((_whose(each), each.waiting.id, each.marks.private, _is_due(each, now)))
    ids = tuple(id for whose, id, private, due in found if due or (whose in wished and not private))
    return Seen(now, ids, frozenset(wished), whole)


def write_down(conn: Connection, keyring: Keyring, seen: Seen, ids: Sequence[int]) -> None:
    """Writes down of some of what was seen whether it is private. Who chooses privacy begins a talk, with its mark."""
    now = seen.at
    there = conn.execute(select(rows).where(_WAITING, _I.id.in_(ids)).order_by(_I.id)).all()
    for each in _known(keyring, there, now):
        wished = _whose(each) in seen.wished
        if wished:
            _chooses(conn, keyring, each, now)
        private = wished or inbound.is_private(each.marks, now)
        if not each.marks.looked and not private:
            private = _is_private(conn, keyring, each, now)
        waits.remember(conn, keyring, each.waiting.id, private=private, now=now)


def end_talks(conn: Connection, seen: Seen, *, written: bool) -> int:
    """Ends the talks and marks whose time was over when we looked; returns how many.

    written: all that was seen is written down; else those stay that something which waits may need.
    """
    looked = seen.whole and written
    if looked:
        cursors.put(conn, _LOOKED, int(seen.at.timestamp()))
    return talks.end(conn, seen.at, spared=not looked)


def is_needed(conn: Connection, day: datetime, now: datetime) -> bool:
    """Whether something waits, and what came before this day was not all looked up: the keys of then tell of it."""
    if cursors.last(conn, _LOOKED, now) >= (day + _SOON).timestamp():
        return False
    return bool(conn.execute(select(exists().where(_WAITING))).scalar_one())


def stumble(conn: Connection, keyring: Keyring, id: int, *, now: datetime, reason: str) -> None:
    """As storage.deadletters.stumble; what it makes a dead letter of one day is by then known to be private, or not."""
    row = conn.execute(select(rows).where(_I.id == id, _I.settled_at.is_(None))).first()
    each = _opened(keyring, row) if row is not None else None
    if each is not None and not _is_nobodys(each):
        chosen = _chooses(conn, keyring, each, now)
        private = chosen or _is_private(conn, keyring, each, now)
        if private or not each.marks.looked:
            waits.remember(conn, keyring, id, private=private, now=now)
    deadletters.stumble(conn, keyring, id, now=now, reason=reason)


# ── One that waits ───────────────────────────────────────────────────────────────────────────────────────────
def _waiting(conn: Connection, last: int) -> Sequence[Row[Any]]:
    """Also what says that it came just now: that is believed only once its seal bears it out."""
    return conn.execute(select(rows).where(_WAITING, _I.id > last).order_by(_I.id).limit(_READ)).all()


def _known(keyring: Keyring, rows_there: Sequence[Row[Any]], now: datetime) -> Iterator[_Waits]:
    """Those that open and are somebody's; not what came just now."""
    for row in rows_there:
        each = _opened(keyring, row)
        if each is not None and abs(now - each.since) >= _SOON and not _is_nobodys(each):
            yield each


def _is_due(each: _Waits, now: datetime) -> bool:
    """Not looked up yet; or private, and it waits for as long as may be known whose it is."""
    marks = each.marks
    return not marks.looked or (marks.private and inbound.is_old(marks, now))


def _opened(keyring: Keyring, row: Row[Any]) -> _Waits | None:
    try:
        marks, raw = envelopes.opened(keyring, row)
        message = message_from_bytes(raw)
    except (KeyGone, Tampered, ValueError, KeyError, TypeError):
        return None
    since = marks.came(row.received_at)
    waiting = Waiting(row.id, message, row.dedup, row.pseudonym, private=marks.private, since=since)
    return _Waits(waiting, marks, since)


def _is_nobodys(each: _Waits) -> bool:
    return contacts.is_hidden(each.waiting.message.channel, each.waiting.message.address)


def _whose(each: _Waits) -> _Sender:
    return each.waiting.message.channel.value, each.waiting.message.address


def _wishes(conn: Connection, keyring: Keyring, each: _Waits, now: datetime) -> tuple[Who, Standing] | None:
    """Who asks for privacy in it; None where it does not, and where they are discreet: there her word comes first."""
    if _is_nobodys(each) or not _asks(each.waiting.message):
        return None
    who = reporters.who(keyring, each.waiting, now)
    standing = reporters.standing(conn, who, each.waiting.id)
    return None if standing is None or standing.discreet else (who, standing)


def _chooses(conn: Connection, keyring: Keyring, each: _Waits, now: datetime) -> bool:
    """Whether it asks for privacy; the first time that this is seen, a talk begins."""
    wishes = _wishes(conn, keyring, each, now)
    if wishes is None:
        return False
    who, standing = wishes
    if not (each.marks.looked or standing.talking):
        talks.save(conn, keyring, who.talk, talks.CHOSEN, talks.Ends(None, None, chosen=True), now=now)
    return True


def _asks(message: Message) -> bool:
    """As bot.decide has it: a command, a tap, or words that say or begin with it; no edit, nor anybody else's words."""
    if message.edit or message.forwarded or message.entered_by:
        return False
    if commands.intent(message.text, message.choice) is Intent.PRIVATE:
        return True
    return commands.opens_private(message.text) or safety.nameless(message.text)


def _is_private(conn: Connection, keyring: Keyring, each: _Waits, now: datetime) -> bool:
    who: Who = reporters.who(keyring, each.waiting, now)
    standing = reporters.standing(conn, who, each.waiting.id)
    if standing is None:
        return False
    talking = each.waiting.id if standing.talking else None
    found = reporters.load(conn, keyring, who, now, talking=talking, discreet=standing.discreet)
    return found.private
