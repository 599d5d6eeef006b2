"""Messages whose sender erased what they became: an edit of one brings nothing back, and nobody answers it.

Of each stands a keyed hash of its carrier, account, chat and name, beside no report, contact or delivery. The key is
the day's for what comes in, and both go within 48 hours: so long a carrier lets somebody edit. Whoever has that key
and guesses a chat learns that something of it was erased; afterwards nobody does, nor that two rows are of one chat.
That is why they do not stay as long as the hashes of deliveries, in which there is no chat.
"""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from bot.vocabulary import Message
from storage.database import sql
from storage.keys import Domain, KeyGone, Keyring, epoch_of
from storage.reporting import traces
from storage.tables import effaced
from storage.words import hours

# The name under which a whole chat stands: every message there that we do not know by name (storage.reporting.traces).
CHAT: Final = ""
_DAY: Final = timedelta(days=1)


def efface(
    conn: Connection, keyring: Keyring, message: Message, names: Iterable[str], *, hourly: bool, now: datetime
) -> None:
    """Remembers messages, by their names or `CHAT`, of the chat in which this one was said. hourly: by the hour."""
    key = keyring.current(Domain.INTAKE, now)
    at = hours.hour(now) if hourly else now
    rows = [{"hash": _hash(key.secret, message, one), "epoch": key.epoch, "at": at} for one in dict.fromkeys(names)]
    if rows:
        conn.execute(sql.upsert(conn, effaced, "epoch", "at"), rows)


def is_effaced(conn: Connection, keyring: Keyring, message: Message, *, contact: str | None, now: datetime) -> bool:
    """Whether this is an edit of such a message. contact: where its sender is answered; None where we know nobody.

    A pin that moves on may do so for days: what it was stays remembered for as long as it is heard of.
    """
    if not (message.edit and message.own_id and message.address):
        return False
    gone = _stands(conn, keyring, message, message.own_id, now)
    if not gone and not (contact and traces.knows(conn, keyring, contact=contact, own_id=message.own_id)):
        gone = _stands(conn, keyring, message, CHAT, now)
    if gone and message.live:
        efface(conn, keyring, message, [message.own_id], hourly=True, now=now)
    return gone


def _stands(conn: Connection, keyring: Keyring, message: Message, name: str, now: datetime) -> bool:
    hashes = []
    for days in range(traces.KEPT // _DAY + 1):
        try:
            secret = keyring.at(Domain.INTAKE, epoch_of(Domain.INTAKE, now - days * _DAY))
        except KeyGone:
            continue
        hashes.append(_hash(secret, message, name))
    still = (effaced.c.hash.in_(hashes), effaced.c.at > now - traces.KEPT)
    return conn.execute(select(effaced.c.hash).where(*still)).first() is not None


def _hash(secret: bytes, message: Message, name: str) -> bytes:
    said = f"effaced\x00{message.carrier}\x00{message.account}\x00{message.address}\x00{name}"
    return hmac.digest(secret, said.encode("utf-8", "surrogatepass"), "sha256")
