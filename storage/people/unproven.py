"""Who may have had a second factor that a restored backup does not know: their password alone sets up none.

A backup does not tell who enrolled after it was made. Whoever is found without one after a restore brings a code of an
administrator, once, so that somebody who learnt a password cannot enrol in its owner's place.

The code is kept nowhere: it is told from the time at which it was made, under a key beside the database.
"""

import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, select

from storage import audit
from storage.database import cursors
from storage.keys import Domain, Keyring
from storage.sealed import paper
from storage.tables import cursors as table
from storage.tables import second_factors, staff

LASTS: Final = timedelta(hours=24)
_DIGITS: Final = 16
_MARK: Final = "unproven:"
_MADE: Final = "enrol:"
_LONGEST: Final = 40  # signs that are looked at
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Unproven(Exception):
    """They brought no code of an administrator, or another, or one of yesterday."""


class NotWanted(Exception):
    """No such code is needed."""


def mark(conn: Connection, now: datetime) -> int:
    """After a restore: everybody who works here and has no second factor; returns how many."""
    without = select(staff.c.id).where(staff.c.active, staff.c.id.not_in(select(second_factors.c.staff)))
    people = conn.execute(without).scalars().all()
    for person in people:
        cursors.put(conn, f"{_MARK}{person}", int(now.timestamp()))
    return len(people)


def is_marked(conn: Connection, person: str) -> bool:
    """Whether this person needs a code."""
    return cursors.get(conn, f"{_MARK}{person}") > 0


def marked(conn: Connection) -> frozenset[str]:
    """Everybody who needs one."""
    names = conn.execute(select(table.c.name).where(table.c.name.startswith(_MARK))).scalars()
    return frozenset(name.removeprefix(_MARK) for name in names)


def make_code(conn: Connection, keyring: Keyring, *, person: str, by: str, now: datetime) -> str:
    """Sixteen digits to be told to this person and nobody else; any that were made before end. Raises NotWanted.

    by: who does it, as the audit names them.
    """
    if not is_marked(conn, person):
        raise NotWanted
    made = (now - _EPOCH) // _MICROSECOND
    cursors.put(conn, f"{_MADE}{person}", made)
    audit.write(conn, keyring, at=now, actor=by, action="factor.code", subject=person)
    code = _code(keyring, person, made)
    return " ".join(code[at : at + 4] for at in range(0, _DIGITS, 4))


def check(conn: Connection, keyring: Keyring, *, person: str, typed: str, now: datetime) -> None:
    """Raises Unproven where this person needs a code and this is none that an administrator made within a day."""
    if not is_marked(conn, person):
        return
    made = cursors.get(conn, f"{_MADE}{person}")
    fresh = made > 0 and now < _EPOCH + made * _MICROSECOND + LASTS
    given = paper.folded(typed[:_LONGEST]).encode("utf-8", "replace")
    right = hmac.compare_digest(given, _code(keyring, person, made).encode())
    if not (fresh and right):
        raise Unproven


def clear(conn: Connection, person: str) -> None:
    """They need none any more."""
    conn.execute(delete(table).where(table.c.name.in_((f"{_MARK}{person}", f"{_MADE}{person}"))))


def _code(keyring: Keyring, person: str, made: int) -> str:
    told = hmac.digest(keyring.at(Domain.CODE, "all"), f"enrol\0{person}\0{made}".encode(), "sha256")
    return f"{int.from_bytes(told) % 10**_DIGITS:0{_DIGITS}}"
