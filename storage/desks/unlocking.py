"""A focal point's key while it is open: half of it in a session's row, half in her browser's cookie, in no process.

Wrong pass phrases are counted in the audit log itself, so that a new session or another replica counts no less: each
is noted before it is checked, and makes the next one wait.
"""

import base64
import binascii
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, and_, case, func, or_, select, update

from storage import audit
from storage.database.leases import SKEW
from storage.keys import Keyring
from storage.people.logins import LONGEST_DELAY_S
from storage.people.sessions import digest
from storage.sealed import keypairs, recipients
from storage.sealed.keypairs import Unlocked, WrongHalf
from storage.tables import audit as audit_table
from storage.tables import recipients as recipient_table
from storage.tables import sessions, staff

OPEN_FOR: Final = timedelta(minutes=30)
_COUNTED: Final = timedelta(hours=1)  # how long a wrong pass phrase slows the next
_ID_BYTES: Final = 16
_TRY: Final = "key.try"
_UNLOCK: Final = "key.unlock"


# ── Tries ────────────────────────────────────────────────────────────────────────────────────────────────────
def may_try(conn: Connection, keyring: Keyring, *, person: str, now: datetime) -> bool:
    """Counts a try before it is checked; False when the last one was too short ago, and then it is not counted.

    One second after the first, twice as long after each further one, up to 42: as long as at a log-in.
    """
    conn.execute(select(staff.c.id).where(staff.c.id == person).with_for_update())  # one try at a time
    a = audit_table.c
    hers = and_(a.at > now - _COUNTED, a.actor == person)
    # What was noted while a clock was ahead keeps nobody waiting until then, and no unlocking of then forgives any try.
    # But a try of then counts: whoever guesses gains nothing by a clock.
    noted = a.at <= now + SKEW
    since = select(func.max(a.at)).where(hers, noted, a.action == _UNLOCK).scalar_subquery()
    tries = and_(hers, a.action == _TRY)
    count, last = conn.execute(
        select(func.count(), func.max(case((noted, a.at)))).where(tries, or_(since.is_(None), a.at > since))
    ).one()
    if last is not None and last + timedelta(seconds=min(LONGEST_DELAY_S, 2 ** min(count - 1, 6))) > now:
        return False
    audit.write(conn, keyring, at=now, actor=person, action=_TRY, subject=person)
    return True


# ── Halves ───────────────────────────────────────────────────────────────────────────────────────────────────
def keep(conn: Connection, keyring: Keyring, *, token: str, person: str, key: Unlocked, now: datetime) -> str:
    """Splits an unlocked key between this session's row and a cookie, whose value it returns; open for 30 minutes."""
    cookie, half = keypairs.halves(key)
    conn.execute(update(sessions).where(sessions.c.key_until <= now).values(key_half=None, key_until=None))
    conn.execute(
        update(sessions)
        .where(sessions.c.token_hash == digest(token))
        .values(key_half=bytes.fromhex(key.recipient) + half, key_until=now + OPEN_FOR)
    )
    audit.write(conn, keyring, at=now, actor=person, action=_UNLOCK, subject=key.recipient)
    return base64.urlsafe_b64encode(cookie).rstrip(b"=").decode()


def lock(conn: Connection, keyring: Keyring, *, token: str, person: str, now: datetime) -> None:
    """Takes the session's half away; nothing happens when there is none."""
    mine = and_(sessions.c.token_hash == digest(token), sessions.c.key_half.is_not(None))
    if conn.execute(update(sessions).where(mine).values(key_half=None, key_until=None)).rowcount:
        audit.write(conn, keyring, at=now, actor=person, action="key.lock", subject=person)


def opened(
    conn: Connection, keyring: Keyring, *, person: str, half: bytes | None, cookie: str, now: datetime
) -> Unlocked | None:
    """The key that both halves yield; None without either, and when she stands on no list with it any more."""
    if half is None or len(half) <= _ID_BYTES or not cookie:
        return None
    try:
        given = base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
        key = keypairs.join(half[:_ID_BYTES].hex(), given, half[_ID_BYTES:])
    except (WrongHalf, binascii.Error, ValueError):
        return None
    return key if _stands(conn, keyring, person, key, now) else None


def _stands(conn: Connection, keyring: Keyring, person: str, key: Unlocked, now: datetime) -> bool:
    r = recipient_table.c
    places = conn.execute(select(r.office, r.desk).where(r.staff == person, r.public_key == key.public)).all()
    return any(
        each.staff == person and each.public_key == key.public
        for place in places
        for each in recipients.people(conn, keyring, place.office, place.desk, now)
    )
