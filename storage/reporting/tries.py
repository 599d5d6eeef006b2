"""What was spent within the day on the word of a discreet reporter, beside the wrong codes (storage.guessing).

By a hash that tells nobody whose it is, in slots of five minutes; a day later it is gone with them.
"""

import hmac
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, select

from storage.database import sql
from storage.keys import Domain, Keyring
from storage.tables import guesses

_DAY: Final = timedelta(days=1, minutes=5)  # by a whole slot more, for times are no finer
_G: Final = guesses.c
_HERS: Final = _G.source == bindparam("word", type_=_G.source.type)
_SPENT: Final = select(func.coalesce(func.sum(_G.amid), 0)).where(_HERS, _G.slot_at > bindparam("since"))
_IN_SLOT: Final = select(_G.amid).where(_HERS, _G.slot_at == bindparam("slot"))
_FORGIVEN: Final = delete(guesses).where(_HERS)


def spent(conn: Connection, keyring: Keyring, who: bytes, now: datetime) -> int:
    """How much was. who: storage.contacts.sender_hash."""
    return int(conn.execute(_SPENT, {"word": _name(keyring, who), "since": now - _DAY}).scalar_one())


def spend(conn: Connection, keyring: Keyring, who: bytes, cost: int, now: datetime) -> None:
    """Counts a word that was none. Whoever settles holds this sender's lock, so nobody else counts meanwhile."""
    word, slot = _name(keyring, who), now.replace(minute=now.minute - now.minute % 5, second=0, microsecond=0)
    before = conn.execute(_IN_SLOT, {"word": word, "slot": slot}).scalar() or 0
    row = {"source": word, "slot_at": slot, "crowd": False, "wrong": 0, "refused": 0, "amid": before + cost}
    conn.execute(sql.upsert(conn, guesses, "amid"), row)


def forgive(conn: Connection, keyring: Keyring, who: bytes) -> None:
    """Their word was said: whoever knows it guesses nothing."""
    conn.execute(_FORGIVEN, {"word": _name(keyring, who)})


def _name(keyring: Keyring, who: bytes) -> bytes:
    return hmac.digest(keyring.at(Domain.CODE, "all"), b"guess\0word\0" + who, "sha256")
