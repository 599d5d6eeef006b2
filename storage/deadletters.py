"""Dead letters: what could not be read or settled, kept sealed for a person, and tried again once a fault is mended."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, select, update

from bot.vocabulary import Channel
from storage import envelopes, inbound
from storage.database import sql
from storage.encoding import message_from_bytes, message_to_bytes
from storage.envelopes import Marks
from storage.keys import Domain, KeyGone, Keyring
from storage.rows import open_row, seal_row
from storage.sealing import Tampered
from storage.tables import dead_letters
from storage.tables import inbound as rows

_I: Final = rows.c
_TRIES: Final = 5
_FIRST_WAIT_S: Final = 2


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
    known = dedup or inbound.hashed(keyring, channel, "dead", raw.hex())
    letter = secrets.token_hex(16)
    sealed = seal_row(keyring, Domain.CONTENT, (dead_letters.name, letter), raw, now=now)
    conn.execute(
        sql.insert_unless_there(conn, dead_letters),
        {
            "id": letter,
            "dedup": known,
            "channel": channel.value,
            "received_at": inbound.hour_of(now),
            "reason": reason[:40],
            **sealed.columns(),
        },
    )


def stumble(conn: Connection, keyring: Keyring, id: int, *, now: datetime, reason: str) -> None:
    """Notes that a message could not be settled: tried again after 2, 4, 8 and 16 s, then a dead letter.

    The chat goes on after it either way. reason: a short code, never the message's words.
    """
    row = conn.execute(select(rows).where(_I.id == id, _I.settled_at.is_(None)).with_for_update()).first()
    if row is None:
        return
    attempts = row.attempts + 1
    if attempts >= _TRIES:
        bury(conn, keyring, id, now=now, reason=reason)
        return
    due = now + timedelta(seconds=_FIRST_WAIT_S * 2 ** (attempts - 1))
    conn.execute(update(rows).where(_I.id == id).values(attempts=attempts, next_at=due))


def bury(conn: Connection, keyring: Keyring, id: int, *, now: datetime, reason: str) -> None:
    """Makes a kept message a dead letter; one that does not open is kept as the sealed bytes that it is.

    What stays of its row tells no more than of a private one. Of one that was told in private the letter says that, and
    nobody's name (storage.reporting.unsettled looks before).
    """
    row = conn.execute(select(rows).where(_I.id == id, _I.settled_at.is_(None))).first()
    if row is None:
        return
    try:
        raw = _letter(*envelopes.opened(keyring, row))
    except (KeyGone, Tampered, ValueError):
        raw = bytes(row.sealed)
    channel = Channel(row.channel)
    keep_dead(conn, keyring, channel=channel, raw=raw, reason=reason, now=now, dedup=row.dedup)
    inbound.mark_settled(conn, id, now=now, private=True)


def _letter(marks: Marks, raw: bytes) -> bytes:
    if not marks.private:
        return envelopes.joined(marks, raw)
    try:
        return envelopes.joined(marks, message_to_bytes(inbound.of_nobody(message_from_bytes(raw))))
    except (ValueError, KeyError, TypeError):
        return envelopes.joined(marks, raw)


def revive(conn: Connection, keyring: Keyring, *, now: datetime) -> int:
    """Lets messages that could not be settled be tried again: after a fault of ours was mended. Returns how many.

    What was never readable stays where it is. What was told in private, or may have been, is private.
    """
    letters = conn.execute(select(dead_letters).where(dead_letters.c.reason != "unreadable")).all()
    revived = 0
    for letter in letters:
        plain = open_row(keyring, Domain.CONTENT, (dead_letters.name, letter.id), letter)
        try:
            marks, raw = envelopes.parted(plain)
            message = message_from_bytes(raw)
        except (ValueError, KeyError, TypeError):
            continue
        told = replace(envelopes.new(now), private=inbound.is_private(marks, now), looked=marks.looked)
        key = keyring.current(Domain.DOOR, now)
        again = replace(
            inbound.envelope(keyring, message, now),
            dedup=letter.dedup,  # of nobody's message no carrier's name is there any more
            pseudonym=inbound.pseudonym(keyring, message, letter.dedup, now),
            sealed=envelopes.sealed(key, letter.dedup, raw, told),
        )
        waits: dict[str, Any] = {
            "sealed": again.sealed,
            "epoch": again.epoch,
            "settled_at": None,
            "attempts": 0,
            "next_at": None,
        }
        same = _I.dedup == letter.dedup
        waits |= {"pseudonym": again.pseudonym, "sequence": again.sequence, "received_at": now}
        if not conn.execute(update(rows).where(same).values(**waits)).rowcount:
            inbound.keep(conn, [again])
        conn.execute(delete(dead_letters).where(dead_letters.c.id == letter.id))
        revived += 1
    return revived
