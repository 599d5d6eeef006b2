"""What was tried as the word or the order number of a discreet reporter, beside the wrong codes (storage.guessing).

By a hash that tells nobody whose it is, in slots of five minutes; a day later it is gone with them.
"""

import hmac
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, select

from storage.database import sql
from storage.keys import Domain, Keyring
from storage.tables import guesses


class Tried(Enum):
    """What is counted, apart from the other; its value is how far back. By a whole slot more: times are no finer."""

    WORD = timedelta(days=1, minutes=5)
    CODE = timedelta(hours=1, minutes=5)


_G: Final = guesses.c
_HERS: Final = _G.source == bindparam("word", type_=_G.source.type)
_SPENT: Final = select(func.coalesce(func.sum(_G.amid), 0)).where(_HERS, _G.slot_at > bindparam("since"))
_IN_SLOT: Final = select(_G.amid).where(_HERS, _G.slot_at == bindparam("slot"))
_FORGIVEN: Final = delete(guesses).where(_G.source.in_(bindparam("words", expanding=True, type_=_G.source.type)))


def spent(conn: Connection, keyring: Keyring, who: bytes, now: datetime, *, of: Tried = Tried.WORD) -> int:
    """How many were: of words within a day, of codes within an hour. who: storage.contacts.sender_hash."""
    return int(conn.execute(_SPENT, {"word": _name(keyring, who, of), "since": now - of.value}).scalar_one())


def spend(conn: Connection, keyring: Keyring, who: bytes, count: int, now: datetime, *, of: Tried = Tried.WORD) -> None:
    """Counts what was none. Whoever settles holds this sender's lock, so nobody else counts meanwhile."""
    word, slot = _name(keyring, who, of), now.replace(minute=now.minute - now.minute % 5, second=0, microsecond=0)
    before = conn.execute(_IN_SLOT, {"word": word, "slot": slot}).scalar() or 0
    row = {"source": word, "slot_at": slot, "crowd": False, "wrong": 0, "refused": 0, "amid": before + count}
    conn.execute(sql.upsert(conn, guesses, "amid"), row)


def forgive(conn: Connection, keyring: Keyring, who: bytes) -> None:
    """Their word was said, or their number: whoever knows it guesses nothing."""
    conn.execute(_FORGIVEN, {"words": [_name(keyring, who, of) for of in Tried]})


def _name(keyring: Keyring, who: bytes, of: Tried) -> bytes:
    said = b"guess\0" + of.name.lower().encode() + b"\0" + who
    return hmac.digest(keyring.at(Domain.CODE, "all"), said, "sha256")
