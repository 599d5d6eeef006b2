"""Messages between the door and settling: sealed, kept once, waiting in the order in which they were said."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    exists,
    not_,
    or_,
    select,
    update,
)

from bot.vocabulary import Channel, Message
from storage import contacts, envelopes
from storage.database import sql
from storage.encoding import message_from_bytes, message_to_bytes
from storage.envelopes import Marks
from storage.keys import WATCH, Domain, KeyGone, Keyring
from storage.sealing import Tampered
from storage.tables import inbound

# With the key that opens it, which lives up to 27 h longer, less than the 48 h that a private reporter is told.
KNOWN_IN_PRIVATE: Final = timedelta(hours=20)
_CARRIED_IN_PRIVATE: Final = KNOWN_IN_PRIVATE // WATCH + 1  # where a clock was ahead when it came

_I: Final = inbound.c
_LONGEST_WAIT: Final = timedelta(minutes=1)  # of what is held (storage.waits)
_FARTHEST: Final = 2**63 - 1  # what the column holds

# Farther away than any wait of ours: somebody wrote it there, or a clock was ahead. So it is due.
_DUE: Final = or_(_I.next_at.is_(None), _I.next_at <= bindparam("at"), _I.next_at > bindparam("farthest"))
_SETTLED: Final = (
    update(inbound)
    .where(_I.id == bindparam("one"), _I.settled_at.is_(None))
    # Whose it was is asked only while it waits; afterwards nothing tells which messages one person sent.
    .values(settled_at=bindparam("then"), sealed=None, pseudonym=b"")
)
_FORGOTTEN: Final = _SETTLED.values(received_at=bindparam("then"), sequence=0, attempts=0, next_at=None)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message ready to be kept: nothing in it says who sent it or what."""

    dedup: bytes
    channel: str
    pseudonym: bytes
    sequence: int
    sealed: bytes = field(repr=False)
    epoch: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A kept message, open, to be settled. readable False: its bytes do not open; settling makes it a dead letter.

    attempts: how often settling it failed before. private: it was told so, however late it is settled. since: when it
    came.
    """

    id: int
    message: Message = field(repr=False)
    dedup: bytes
    pseudonym: bytes
    readable: bool = True
    attempts: int = 0
    private: bool = False
    since: datetime | None = None


def envelope(keyring: Keyring, message: Message, now: datetime) -> Envelope:
    """Seals a message and hashes what must be compared. No database. KeyMissing when today's keys are not made."""
    dedup = hashed(keyring, message.carrier, message.account, message.external_id)
    key = keyring.current(Domain.DOOR, now)
    return Envelope(
        dedup=dedup,
        channel=message.channel.value,
        pseudonym=pseudonym(keyring, message, dedup, now),
        sequence=max(-_FARTHEST, min(message.sequence, _FARTHEST)),
        sealed=envelopes.sealed(key, dedup, message_to_bytes(message), envelopes.new(now)),
        epoch=key.epoch,
        received_at=now,
    )


def keep(conn: Connection, envelopes: Sequence[Envelope]) -> None:
    """Keeps messages, in one statement; those kept before change nothing."""
    rows = [
        {
            "dedup": one.dedup,
            "channel": one.channel,
            "pseudonym": one.pseudonym,
            "sequence": one.sequence,
            "sealed": one.sealed,
            "epoch": one.epoch,
            "received_at": one.received_at,
            "attempts": 0,
        }
        # In one order everywhere: two replicas that keep the same messages at once wait for each other in turn.
        for one in sorted(envelopes, key=lambda one: one.dedup)
    ]
    if rows:
        conn.execute(sql.insert_unless_there(conn, inbound), rows)


def waiting(conn: Connection, keyring: Keyring, *, now: datetime, limit: int) -> list[Waiting]:
    """Of each reporter the oldest message not settled, where it is due; those that came first, first."""
    rows = conn.execute(_waiting(), {"at": now, "farthest": now + 2 * _LONGEST_WAIT, "most": limit})
    return [_opened(keyring, row, now) for row in rows]


def held(columns: Any) -> ColumnElement[bool]:
    """Whether a row waits until its desk's list verifies (storage.waits): nobody who writes later waits behind it."""
    return and_(columns.next_at.is_not(None), columns.attempts == 0)


def _waiting() -> Any:
    older = inbound.alias()
    o = older.c
    behind = exists().where(
        o.pseudonym == _I.pseudonym,
        o.settled_at.is_(None),
        or_(o.sequence < _I.sequence, and_(o.sequence == _I.sequence, o.id < _I.id)),
        or_(held(_I), not_(held(o))),
    )
    return (
        select(_I.id, _I.dedup, _I.channel, _I.pseudonym, _I.sealed, _I.epoch, _I.attempts, _I.received_at)
        .where(_I.settled_at.is_(None), _DUE, ~behind)
        .order_by(_I.received_at, _I.id)
        .limit(bindparam("most"))
    )


def _opened(keyring: Keyring, row: Row[Any], now: datetime) -> Waiting:
    try:
        marks, raw = envelopes.opened(keyring, row)
        message = message_from_bytes(raw)
    except (KeyGone, Tampered, ValueError, KeyError, TypeError):
        blank = Message(Channel(row.channel), carrier="", account="", external_id="", address="", sequence=0)
        return Waiting(row.id, blank, row.dedup, row.pseudonym, readable=False)
    since, private = marks.came(row.received_at), is_private(marks, now)
    return Waiting(row.id, message, row.dedup, row.pseudonym, attempts=row.attempts, private=private, since=since)


def is_private(marks: Marks, now: datetime) -> bool:
    """Whether it was told in private; in doubt it was, where nobody looked while that could be known."""
    return marks.private or (not marks.looked and is_old(marks, now))


def is_old(marks: Marks, now: datetime) -> bool:
    """Whether a private message has waited for as long as may be known whose it is, whatever its row says."""
    return now - marks.hour >= KNOWN_IN_PRIVATE or marks.carried >= _CARRIED_IN_PRIVATE


def of_nobody(message: Message) -> Message:
    """What was said, without anything by which its carrier or we could tell who said it."""
    return replace(
        message, address="", external_id="", own_id="", reply_to="", album="", callback="", sequence=0, sent_at=None
    )


def pseudonym(keyring: Keyring, message: Message, dedup: bytes, now: datetime) -> bytes:
    """By what a sender's messages are known to be one person's, this month.

    Whoever hides is someone new each time, but the same at a second delivery.
    """
    hidden = contacts.is_hidden(message.channel, message.address)
    address = f"\x00{dedup.hex()}" if hidden else message.address
    return contacts.pseudonym(keyring, message.channel, address, now)


def mark_settled(conn: Connection, id: int, *, now: datetime, private: bool = False) -> bool:
    """Ends a message here: its raw text is gone, its hash stays. False when it was settled already.

    private: the row tells nothing else but the hour.
    """
    if private:
        return conn.execute(_FORGOTTEN, {"one": id, "then": hour_of(now)}).rowcount == 1
    return conn.execute(_SETTLED, {"one": id, "then": now}).rowcount == 1


def hour_of(at: datetime) -> datetime:
    """All that a row tells of when, where it may be of somebody private."""
    return at.replace(minute=0, second=0, microsecond=0)


def hashed(keyring: Keyring, *words: str) -> bytes:
    """What a message is known again by, also at a second delivery."""
    data = "\x00".join(words).encode("utf-8", "surrogatepass")
    return hmac.digest(keyring.at(Domain.DEDUP, "all"), data, "sha256")
