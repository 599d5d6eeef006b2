"""What waits unsettled, whatever it waits for: it stays known whether it was told in private, for as long as it waits.

That is told only by a talk that soon ends, by its mark of a day and by keys of days (storage.reporting.talks), or by
another message that waits as well. So it is looked up while those are there, and written into the message's own seal.
What nobody could look up in time is private in doubt (storage.inbound): filed with a code, led back to nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from bot import commands, safety
from bot.commands import Intent
from bot.vocabulary import Message
from storage import contacts, envelopes, inbound, keys, waits
from storage.encoding import message_from_bytes
from storage.envelopes import Marks
from storage.inbound import Waiting
from storage.keys import Domain, KeyGone, Keyring
from storage.reporting import reporters, talks
from storage.reporting.reporters import Who
from storage.sealing import Tampered
from storage.tables import inbound as rows

_SOON: Final = timedelta(minutes=1)  # most are settled by then
_NEEDED: Final = (Domain.DOOR, Domain.INTAKE, Domain.PEPPER, Domain.OUTBOX)
_I: Final = rows.c


@dataclass(frozen=True, slots=True)
class _Waits:
    """One of them. since: when it came."""

    waiting: Waiting
    marks: Marks
    since: datetime


def end_talks(conn: Connection, keyring: Keyring, now: datetime) -> int:
    """Ends the talks and marks whose time is over, once that is written down; returns how many."""
    return talks.end(conn, now, spared=not look(conn, keyring, now))


def look(conn: Connection, keyring: Keyring, now: datetime) -> bool:
    """Writes down of all that waits whether it is private; False where a key is not here.

    Who chose privacy in words that wait too is private in all that waits, and begins a talk that leaves its mark.
    """
    if not all(keyring.has(domain, keys.epoch_of(domain, now)) for domain in _NEEDED):
        return False  # it is looked up later, or private in doubt; what is past its time ends all the same
    rows_there = _waiting(conn)
    opened = [each for row in rows_there if (each := _opened(keyring, row)) is not None]
    there = [each for each in opened if abs(now - each.since) >= _SOON]
    wished = {_whose(each) for each in there if _chooses(conn, keyring, each, now)}
    for each in there:
        if _is_nobodys(each):
            continue
        private = inbound.is_private(each.marks, each.since, now) or _whose(each) in wished
        if not each.marks.looked and not private:
            private = _is_private(conn, keyring, each, now)
        old = private and inbound.is_old(each.marks, each.since, now)
        if not each.marks.looked or private != each.marks.private or old:
            waits.remember(conn, keyring, each.waiting.id, private=private, now=now)
    return all(keyring.has(Domain.DOOR, row.epoch) for row in rows_there)


def stumble(conn: Connection, keyring: Keyring, id: int, *, now: datetime, reason: str) -> None:
    """As storage.inbound.stumble; what it makes a dead letter of one day is by then known to be private, or not."""
    row = conn.execute(select(rows).where(_I.id == id, _I.settled_at.is_(None))).first()
    each = _opened(keyring, row) if row is not None else None
    if each is not None and not _is_nobodys(each):
        chosen = _chooses(conn, keyring, each, now)
        private = chosen or _is_private(conn, keyring, each, now)
        if private or not each.marks.looked:
            waits.remember(conn, keyring, id, private=private, now=now)
    inbound.stumble(conn, keyring, id, now=now, reason=reason)


def _waiting(conn: Connection) -> Sequence[Row[Any]]:
    """Also what says that it came just now: that is believed only once its seal bears it out."""
    waiting = select(rows).where(_I.settled_at.is_(None), _I.sealed.is_not(None))
    return conn.execute(waiting.order_by(_I.sequence, _I.id)).all()


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


def _whose(each: _Waits) -> tuple[str, str]:
    return each.waiting.message.channel.value, each.waiting.message.address


def _chooses(conn: Connection, keyring: Keyring, each: _Waits, now: datetime) -> bool:
    """Whether it asks for privacy; the first time that this is seen, a talk begins.

    Not where somebody is discreet: there her word comes first.
    """
    if _is_nobodys(each) or not _asks(each.waiting.message):
        return False
    who = reporters.who(keyring, each.waiting, now)
    standing = reporters.standing(conn, who, each.waiting.id)
    if standing is None or standing.discreet:
        return False
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
