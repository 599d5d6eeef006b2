"""Browsers that a member of staff has logged in from: guesses made elsewhere never make their own browser wait.

A browser holds a random token for at most 90 days; here lies its hash, once for each person who uses that browser.
"""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, select, update

from storage.tables import devices, staff

LIFE: Final = timedelta(days=90)
ENTROPY_BYTES: Final = 32


def known(conn: Connection, *, token: str, name: str, now: datetime) -> bool:
    """Whether the person of this name has logged in from this browser; reads only."""
    its_person = select(staff.c.id).where(staff.c.name == name, staff.c.active).scalar_subquery()
    return bool(token) and bool(conn.execute(select(exists().where(_held(token, its_person, now)))).scalar_one())


def held(conn: Connection, *, token: str, person: str, now: datetime) -> Row[Any] | None:
    """The row of this person in this browser, held against others until the end; None when it is not theirs."""
    if not token:
        return None
    return conn.execute(select(devices).where(_held(token, person, now)).with_for_update()).first()


def count(conn: Connection, row: Row[Any], *, failed: int, next_at: datetime | None) -> None:
    """Notes how many tries failed in this browser since the last that did not, and when the next is checked."""
    its = and_(devices.c.token_hash == row.token_hash, devices.c.staff == row.staff)
    conn.execute(update(devices).where(its).values(failed_logins=failed, next_login_at=next_at))


def remember(conn: Connection, *, token: str, person: str, now: datetime, entropy: bytes) -> str:
    """After a log-in: the token this browser shall hold, and from now on it is this person's for 90 days.

    A token that serves a colleague in the same browser goes on to serve both; any other is replaced by a new one.
    """
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError("a browser's token takes 32 random bytes")
    conn.execute(delete(devices).where(devices.c.created_at < now - LIFE))
    serves = token and conn.execute(select(exists().where(devices.c.token_hash == _digest(token)))).scalar_one()
    kept = token if serves else base64.urlsafe_b64encode(entropy).rstrip(b"=").decode()
    conn.execute(delete(devices).where(devices.c.token_hash == _digest(kept), devices.c.staff == person))
    conn.execute(
        devices.insert().values(
            token_hash=_digest(kept), staff=person, created_at=now, failed_logins=0, next_login_at=None
        )
    )
    return kept


def forget(conn: Connection, *, person: str) -> None:
    """No browser is this person's any more."""
    conn.execute(delete(devices).where(devices.c.staff == person))


def _held(token: str, person: Any, now: datetime) -> ColumnElement[bool]:
    return and_(devices.c.token_hash == _digest(token), devices.c.staff == person, devices.c.created_at >= now - LIFE)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
