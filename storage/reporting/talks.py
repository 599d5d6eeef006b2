"""Talks with private reporters: nothing that leads back to them outlives the talk.

While it lasts there is a contact under no pseudonym, to answer them, and what we remember of the talk, under a random
id, found by a hash under the day's intake key. Half an hour after their last word both go, with everything that hangs
on the contact; a deletion at the carrier that still waits may keep the contact a little longer.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, and_, bindparam, delete, exists, insert, or_, select, update

from bot.vocabulary import Channel, Conversation
from storage.encoding import conversation_from_bytes, conversation_to_bytes
from storage.keys import Domain, KeyGone, Keyring, epoch_of
from storage.sealing import Tampered, seal, unseal
from storage.tables import contacts, inbound, outbox, talks

LIFE: Final = timedelta(minutes=30)
# What we say is "within 48 hours": so long at most something may wait for a carrier that is away.
_LAST: Final = timedelta(hours=47)

_T: Final = talks.c
_INSERT: Final = insert(talks)
_FOUND: Final = (
    select(talks)
    .where(_T.found_by.in_(bindparam("names", expanding=True, type_=_T.found_by.type)))
    .order_by(_T.until_at.desc())
    .limit(1)
)
_DROP: Final = delete(talks).where(_T.found_by.in_(bindparam("names", expanding=True, type_=_T.found_by.type)))
_UNTIL: Final = update(contacts).where(contacts.c.id == bindparam("one")).values(until_at=bindparam("until"))


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk that goes on. contact: where they are answered; None when that is gone already."""

    conversation: Conversation
    contact: str | None


def names(keyring: Keyring, channel: Channel, address: str, now: datetime) -> tuple[bytes, bytes]:
    """What a sender's talk may be found by: a hash under today's intake key, and in the first hour yesterday's."""
    data = f"talk\x00{channel}\x00{address}".encode("utf-8", "surrogatepass")
    today = hmac.digest(keyring.current(Domain.INTAKE, now).secret, data, "sha256")
    earlier = now - 2 * LIFE
    if earlier.date() == now.date():
        return today, today
    try:
        return today, hmac.digest(keyring.at(Domain.INTAKE, epoch_of(Domain.INTAKE, earlier)), data, "sha256")
    except KeyGone:
        return today, today


def find(conn: Connection, keyring: Keyring, found_by: Sequence[bytes]) -> Talk | None:
    """The talk that goes on with a sender; None when there is none."""
    row = conn.execute(_FOUND, {"names": list(found_by)}).first()
    if row is None:
        return None
    try:
        key, place = keyring.at(Domain.INTAKE, row.epoch), _place(row.id, row.found_by, row.contact)
        read = unseal(key, row.sealed, *place, row.epoch)
    except (KeyGone, Tampered):
        # What is lost is the thread of a talk, never what was said. Nor is its contact believed: it may be another's.
        return Talk(Conversation(), None)
    return Talk(conversation_from_bytes(read), row.contact)


def save(
    conn: Connection,
    keyring: Keyring,
    found_by: Sequence[bytes],
    conversation: Conversation,
    *,
    contact: str | None,
    now: datetime,
) -> None:
    """Keeps a talk for half an hour from now, under another id each time. found_by: today's name first."""
    conn.execute(_DROP, {"names": list(found_by)})
    talk, key = secrets.token_hex(16), keyring.current(Domain.INTAKE, now)
    place = _place(talk, found_by[0], contact)
    sealed = seal(key.secret, conversation_to_bytes(conversation), *place, key.epoch)
    row = {"id": talk, "found_by": found_by[0], "contact": contact, "sealed": sealed, "epoch": key.epoch}
    conn.execute(_INSERT, {**row, "until_at": now + LIFE})
    if contact is not None:
        conn.execute(_UNTIL, {"one": contact, "until": now + LIFE})


def _place(talk: str, found_by: bytes, contact: str | None) -> tuple[str, ...]:
    """What a talk is bound to: whom it is with, and where they are answered."""
    return talks.name, "sealed", talk, bytes(found_by).hex(), contact or ""


def drop(conn: Connection, found_by: Sequence[bytes]) -> None:
    """The talk is over: they want to be private no longer. What waits for its contact still goes out."""
    conn.execute(_DROP, {"names": list(found_by)})


# ── Ending ───────────────────────────────────────────────────────────────────────────────────────────────────
def end(conn: Connection, now: datetime) -> int:
    """Takes away talks whose time is over and contacts that nothing waits for; returns how many went.

    While a message waits that came within the talk, it is not over: it must not be taken for a stranger's.
    """
    late = exists().where(inbound.c.settled_at.is_(None), inbound.c.received_at <= _T.until_at)
    over = and_(_T.until_at <= now, or_(~late, _T.until_at <= now - _LAST))
    ended = conn.execute(delete(talks).where(over)).rowcount
    c = contacts.c
    waits = exists().where(outbox.c.contact == c.id, outbox.c.state.in_(("pending", "sending")))
    talking = exists().where(_T.contact == c.id)
    gone = and_(c.until_at <= now, or_(~waits, c.until_at <= now - _LAST), ~talking)
    return int(ended) + int(conn.execute(delete(contacts).where(gone)).rowcount)
