"""Messages between the door and settling: sealed, kept once, waiting in the order in which they were said."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    not_,
    or_,
    select,
    update,
)

from bot.vocabulary import Channel, Message
from storage import contacts
from storage.database import sql
from storage.encoding import message_from_bytes, message_to_bytes
from storage.keys import Domain, Key, KeyGone, Keyring
from storage.rows import open_row, seal_row
from storage.sealing import Tampered, seal, unseal
from storage.tables import dead_letters, inbound

_I: Final = inbound.c
_TRIES: Final = 5
_FIRST_WAIT_S: Final = 2
_UNVERIFIED: Final = "Unverified"  # storage.sealed.recipients raised it
_UNVERIFIED_WAIT: Final = timedelta(minutes=1)
_FARTHEST: Final = 2**63 - 1  # what the column holds

# Farther away than any wait of ours: somebody wrote it there, or a clock was ahead. So it is due.
_DUE: Final = or_(_I.next_at.is_(None), _I.next_at <= bindparam("at"), _I.next_at > bindparam("farthest"))
# Into so many watches a message is carried: a week; a month where the list of its desk did not verify when it was to be
# settled, for so long may that honestly take to mend. The count, and whether it was so, are sealed with it: who puts
# sealed bytes back into a row cannot have their words carried for ever.
_CARRIES: Final = 42
_CARRIES_HELD: Final = 192
_MARKS: Final = 2

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

    attempts: how often settling it failed before.
    """

    id: int
    message: Message = field(repr=False)
    dedup: bytes
    pseudonym: bytes
    readable: bool = True
    attempts: int = 0


def envelope(keyring: Keyring, message: Message, now: datetime) -> Envelope:
    """Seals a message and hashes what must be compared. No database. KeyMissing when today's keys are not made."""
    dedup = _hash(keyring, message.carrier, message.account, message.external_id)
    key = keyring.current(Domain.DOOR, now)
    return Envelope(
        dedup=dedup,
        channel=message.channel.value,
        pseudonym=_pseudonym(keyring, message, dedup, now),
        sequence=max(-_FARTHEST, min(message.sequence, _FARTHEST)),
        sealed=_sealed(key, dedup, message_to_bytes(message)),
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


def keep_dead(
    conn: Connection,
    keyring: Keyring,
    *,
    channel: Channel,
    raw: bytes,
    reason: str,
    now: datetime,
    dedup: bytes | None = None,
) -> None:
    """Keeps what was authentic but cannot be read, sealed, for a person. Without `dedup` equal bytes are kept once.

    Its row tells the hour: nobody could read whether it came from somebody who is private.
    """
    known = dedup or _hash(keyring, channel, "dead", raw.hex())
    letter = secrets.token_hex(16)
    sealed = seal_row(keyring, Domain.CONTENT, (dead_letters.name, letter), raw, now=now)
    conn.execute(
        sql.insert_unless_there(conn, dead_letters),
        {
            "id": letter,
            "dedup": known,
            "channel": channel.value,
            "received_at": _hour(now),
            "reason": reason[:40],
            **sealed.columns(),
        },
    )


def waiting(conn: Connection, keyring: Keyring, *, now: datetime, limit: int) -> list[Waiting]:
    """Of each reporter the oldest message not settled, where it is due; those that came first, first."""
    rows = conn.execute(_waiting(), {"at": now, "farthest": now + 2 * _UNVERIFIED_WAIT, "most": limit})
    return [_opened(keyring, row) for row in rows]


def held(columns: Any) -> ColumnElement[bool]:
    """Whether a row waits until its desk's list verifies (`stumble`): nobody who writes later waits behind it."""
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
        select(_I.id, _I.dedup, _I.channel, _I.pseudonym, _I.sealed, _I.epoch, _I.attempts)
        .where(_I.settled_at.is_(None), _DUE, ~behind)
        .order_by(_I.received_at, _I.id)
        .limit(bindparam("most"))
    )


def _opened(keyring: Keyring, row: Row[Any]) -> Waiting:
    try:
        message = message_from_bytes(_unsealed(keyring, row))
    except (KeyGone, Tampered, ValueError, KeyError, TypeError):
        blank = Message(Channel(row.channel), carrier="", account="", external_id="", address="", sequence=0)
        return Waiting(row.id, blank, row.dedup, row.pseudonym, readable=False)
    return Waiting(row.id, message, row.dedup, row.pseudonym, attempts=row.attempts)


def _pseudonym(keyring: Keyring, message: Message, dedup: bytes, now: datetime) -> bytes:
    # Whoever hides is someone new each time, but the same at a second delivery.
    hidden = contacts.is_hidden(message.channel, message.address)
    address = f"\x00{dedup.hex()}" if hidden else message.address
    return contacts.pseudonym(keyring, message.channel, address, now)


def _sealed(key: Key, dedup: bytes, raw: bytes, *, carried: int = 0, held: bool = False) -> bytes:
    return seal(key.secret, bytes((carried, held)) + raw, inbound.name, "sealed", dedup.hex(), key.epoch)


def _unsealed(keyring: Keyring, row: Row[Any]) -> bytes:
    return _with_marks(keyring, row)[_MARKS:]


def _with_marks(keyring: Keyring, row: Row[Any]) -> bytes:
    """The message, after a byte that says into how many watches it was carried, and one whether its desk held it."""
    return unseal(keyring.at(Domain.DOOR, row.epoch), row.sealed, inbound.name, "sealed", row.dedup.hex(), row.epoch)


def mark_settled(conn: Connection, id: int, *, now: datetime, private: bool = False) -> bool:
    """Ends a message here: its raw text is gone, its hash stays. False when it was settled already.

    private: the row tells nothing else but the hour.
    """
    if private:
        return conn.execute(_FORGOTTEN, {"one": id, "then": _hour(now)}).rowcount == 1
    return conn.execute(_SETTLED, {"one": id, "then": now}).rowcount == 1


def stumble(conn: Connection, keyring: Keyring, id: int, *, now: datetime, reason: str) -> None:
    """Notes that a message could not be settled: tried again after 2, 4, 8 and 16 s, then a dead letter.

    The chat goes on after it either way. reason: a short code, never the message's words. Where a sealed desk's list
    does not verify, no try is counted: it waits until the list does, and is never kept where the server could read it.
    What came later goes on before it (`held`).
    """
    row = conn.execute(select(inbound).where(_I.id == id, _I.settled_at.is_(None)).with_for_update()).first()
    if row is None:
        return
    if reason == _UNVERIFIED:
        later = {"attempts": 0, "next_at": now + _UNVERIFIED_WAIT, **_marked(keyring, row, now)}
        conn.execute(update(inbound).where(_I.id == id).values(**later))
        return
    attempts = row.attempts + 1
    if attempts >= _TRIES:
        bury(conn, keyring, id, now=now, reason=reason)
        return
    due = now + timedelta(seconds=_FIRST_WAIT_S * 2 ** (attempts - 1))
    conn.execute(update(inbound).where(_I.id == id).values(attempts=attempts, next_at=due))


def _marked(keyring: Keyring, row: Row[Any], now: datetime) -> dict[str, Any]:
    """The columns of a message that its desk holds, once it does: it is carried for longer."""
    try:
        marks = _with_marks(keyring, row)
    except (KeyGone, Tampered):
        return {}
    if marks[1]:
        return {}
    key = keyring.current(Domain.DOOR, now)
    return {"sealed": _sealed(key, row.dedup, marks[_MARKS:], carried=marks[0], held=True), "epoch": key.epoch}


def bury(conn: Connection, keyring: Keyring, id: int, *, now: datetime, reason: str) -> None:
    """Makes a kept message a dead letter; one that does not open is kept as the sealed bytes that it is.

    What stays of it tells no more than of a private one: whether it was, only settling it would have shown.
    """
    row = conn.execute(select(inbound).where(_I.id == id, _I.settled_at.is_(None))).first()
    if row is None:
        return
    try:
        raw = _unsealed(keyring, row)
    except (KeyGone, Tampered):
        raw = bytes(row.sealed)
    channel = Channel(row.channel)
    keep_dead(conn, keyring, channel=channel, raw=raw, reason=reason, now=now, dedup=row.dedup)
    mark_settled(conn, id, now=now, private=True)


def carry(conn: Connection, keyring: Keyring, epoch: str, *, now: datetime, most: int) -> int:
    """Seals anew, under the door's key of now, what waits under an earlier one's; returns how many.

    What another transaction holds is passed over, and so is what does not open, or was carried for a week, for a month
    where its desk holds it: settling makes it a dead letter.
    """
    done, last = 0, 0
    while done < most:
        waits = _under(epoch).where(_I.id > last).order_by(_I.id).limit(most)
        rows = conn.execute(waits.with_for_update(skip_locked=True)).all()
        done += sum(_carried(conn, keyring, row, now) for row in rows)
        if len(rows) < most:
            break
        last = rows[-1].id
    return done


def _carried(conn: Connection, keyring: Keyring, row: Row[Any], now: datetime) -> bool:
    if not _is_carried_on(keyring, row):
        return False
    key, plain = keyring.current(Domain.DOOR, now), _with_marks(keyring, row)
    sealed = _sealed(key, row.dedup, plain[_MARKS:], carried=plain[0] + 1, held=bool(plain[1]))
    known = _known_now(keyring, row, plain[_MARKS:], now)
    conn.execute(update(inbound).where(_I.id == row.id).values(sealed=sealed, epoch=key.epoch, pseudonym=known))
    return True


def _known_now(keyring: Keyring, row: Row[Any], raw: bytes, now: datetime) -> bytes:
    """Whose it is, by the pepper of now: by last month's nobody's DELETE would find what waits, or what came before."""
    try:
        return _pseudonym(keyring, message_from_bytes(raw), row.dedup, now)
    except (ValueError, KeyError, TypeError):
        return bytes(row.pseudonym)


def waits_under(conn: Connection, keyring: Keyring, epoch: str) -> bool:
    """Whether something waits to be settled that an epoch's key of the door opens, and that may still be carried on."""
    return any(_is_carried_on(keyring, row) for row in conn.execute(_under(epoch)).all())


def _under(epoch: str) -> Select[Any]:
    return select(inbound).where(_I.epoch == epoch, _I.sealed.is_not(None), _I.settled_at.is_(None))


def _is_carried_on(keyring: Keyring, row: Row[Any]) -> bool:
    try:
        carried, is_held = _with_marks(keyring, row)[:_MARKS]
    except (KeyGone, Tampered):
        return False
    return carried < (_CARRIES_HELD if is_held else _CARRIES)


def revive(conn: Connection, keyring: Keyring, *, now: datetime) -> int:
    """Lets messages that could not be settled be tried again: after a fault of ours was mended. Returns how many.

    What was never readable stays where it is.
    """
    letters = conn.execute(select(dead_letters).where(dead_letters.c.reason != "unreadable")).all()
    revived = 0
    for letter in letters:
        raw = open_row(keyring, Domain.CONTENT, (dead_letters.name, letter.id), letter)
        try:
            again = envelope(keyring, message_from_bytes(raw), now)
        except (ValueError, KeyError, TypeError):
            continue
        waits: dict[str, Any] = {
            "sealed": again.sealed,
            "epoch": again.epoch,
            "settled_at": None,
            "attempts": 0,
            "next_at": None,
        }
        same = _I.dedup == letter.dedup
        waits |= {"pseudonym": again.pseudonym, "sequence": again.sequence, "received_at": now}
        if not conn.execute(update(inbound).where(same).values(**waits)).rowcount:
            keep(conn, [again])
        conn.execute(delete(dead_letters).where(dead_letters.c.id == letter.id))
        revived += 1
    return revived


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _hash(keyring: Keyring, *words: str) -> bytes:
    data = "\x00".join(words).encode("utf-8", "surrogatepass")
    return hmac.digest(keyring.at(Domain.DEDUP, "all"), data, "sha256")
