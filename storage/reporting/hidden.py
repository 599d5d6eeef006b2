"""What is kept of a discreet sender, sealed: the words that open, their case, and what came while locked."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, select, update

from storage.encoding import dumps, loads
from storage.keys import Domain, KeyGone, Keyring
from storage.rows import Sealed, open_row, seal_row
from storage.sealing import Tampered
from storage.tables import discreet, reports

_D: Final = discreet.c
_ROW: Final = select(discreet).where(_D.sender_hash == bindparam("who", type_=_D.sender_hash.type))
_THIS: Final = update(discreet).where(_D.sender_hash == bindparam("who", type_=_D.sender_hash.type))
_CASE: Final = select(reports.c.id, reports.c.office, reports.c.desk).where(
    reports.c.id == bindparam("one"), reports.c.erased_at.is_(None)
)


@dataclass(frozen=True, slots=True)
class Kept:
    """words: (hash, the report whose code it is or ""), oldest first. report: "" when the row does not open.

    locked: (report, of which report), for what came while the word was not said. only: the report whose own code was
    said last, and not a word; else "".
    """

    words: tuple[tuple[bytes, str], ...] = ()
    report: str = ""
    locked: tuple[tuple[str, str], ...] = ()
    only: str = ""


def row_of(conn: Connection, who: bytes) -> Row[Any] | None:
    """The row of this sender; None for whoever did not ask for discretion. who: storage.contacts.sender_hash."""
    return conn.execute(_ROW, {"who": who}).first()


def kept_of(conn: Connection, keyring: Keyring, who: bytes) -> Kept:
    """What is kept of this sender; nothing where there is no row, or none that opens."""
    row = row_of(conn, who)
    return Kept() if row is None else opened(keyring, row)


def case(conn: Connection, report: str) -> Row[str, str, str] | None:
    """The office and desk of a report that stands."""
    return conn.execute(_CASE, {"one": report}).first()


def keep(conn: Connection, keyring: Keyring, who: bytes, kept: Kept, now: datetime) -> None:
    """Keeps this of a sender who has a row."""
    conn.execute(_THIS.values(**sealed(keyring, who, kept, now).columns()), {"who": who})


def sealed(keyring: Keyring, who: bytes, kept: Kept, now: datetime) -> Sealed:
    """What is kept of a sender, as it is put into the row."""
    words = [[kept_hash.hex(), of] for kept_hash, of in kept.words]
    locked = [list(pair) for pair in kept.locked]
    body = dumps({"words": words, "report": kept.report, "locked": locked, "only": kept.only})
    return seal_row(keyring, Domain.CONTACT, (discreet.name, who.hex()), body, now=now)


def opened(keyring: Keyring, row: Row[Any]) -> Kept:
    """Where the key is gone nothing opens any more, and they stay discreet."""
    try:
        read = loads(open_row(keyring, Domain.CONTACT, (discreet.name, row.sender_hash.hex()), row))
    except (KeyGone, Tampered):
        return Kept()
    words = tuple((bytes.fromhex(kept), of) for kept, of in read["words"])
    return Kept(words, read["report"], tuple((one, of) for one, of in read["locked"]), read["only"])


def hash_of(keyring: Keyring, who: bytes, word: str) -> bytes:
    """The keyed hash of a word, folded, or a number, bound to its sender."""
    data = b"word\x00" + who + b"\x00" + word.encode("utf-8", "surrogatepass")
    return hmac.digest(keyring.at(Domain.CODE, "all"), data, "sha256")
