"""Passwords: how they are kept, how guessing them is slowed, and how the right one begins a session."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Connection, delete, select, update

from storage import audit, promises, tables
from storage.keys import Keyring
from storage.people import devices, sessions
from storage.people.staff import Invalid
from storage.promises import Kind
from storage.tables import staff

LONGEST_DELAY_S: Final = 42  # as GlobaLeaks: slow for a guesser, never a lock-out for the owner
SHORTEST_PASSWORD: Final = 10
# The Argon2id hash of 32 random bytes that nobody kept: what an unknown name is checked against.
_NOBODYS_HASH: Final = (
    "$argon2id$v=19$m=47104,t=2,p=1$PMKeKtA+CsR8Na08TZGBlw$w0pM/PvMyfxR0md1XPKsecoHnrfQcGyZ+ndhbIGx51M"
)
# 46 MiB and two passes: about 80 ms on the machine this was measured on; OWASP's floor is 19 MiB and two.
_MEMORY_KIB: Final = 46 * 1024
_PASSES: Final = 2


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to log in, counted before it is checked. staff is None for an unknown name or one that must wait.

    device: the token of a browser that is this person's own, "" for any other.
    """

    staff: str | None
    password_hash: str
    device: str = ""


def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=1),))


def hash_password(password: str) -> str:
    """Argon2id of a password, about 80 ms; Invalid when it is shorter than SHORTEST_PASSWORD characters."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid("staff.password", f"a password has at least {SHORTEST_PASSWORD} characters")
    return _hasher().hash(password)


def set_password(conn: Connection, keyring: Keyring, *, person: str, password_hash: str, now: datetime) -> None:
    """Keeps what `hash_password` made, ends every session begun under the old one and forgets every browser."""
    conn.execute(
        update(staff)
        .where(staff.c.id == person)
        .values(password_hash=password_hash, failed_logins=0, next_login_at=None)
    )
    conn.execute(delete(tables.sessions).where(tables.sessions.c.staff == person))
    devices.forget(conn, person=person)
    promises.note(keyring, Kind.PASSWORD, person, now=now, hash=password_hash)
    audit.write(conn, keyring, at=now, actor="machine:staff", action="staff.password", subject=person)


def attempt(conn: Connection, keyring: Keyring, *, name: str, now: datetime, device: str = "") -> Attempt:
    """Counts a try as failed before it is checked, so that guesses made at once do not share one count.

    device: the token that the browser holds. Where it is this person's, the browser has a counter of its own: guesses
    made elsewhere do not delay it, and its own delay nobody else. All other browsers share the account's.
    A name that is unknown, inactive, without a password or still waiting gets a hash that nothing fits: the caller
    works as long and answers the same, so that nobody learns which names exist. A try that comes too soon is not
    counted, so it makes nobody wait longer.
    """
    row = conn.execute(select(staff).where(staff.c.name == name, staff.c.active).with_for_update()).first()
    if row is None or row.password_hash is None:
        return Attempt(staff=None, password_hash=_NOBODYS_HASH)
    own = devices.held(conn, token=device, person=row.id, now=now)
    counter = row if own is None else own
    if counter.next_login_at is not None and counter.next_login_at > now:
        return Attempt(staff=None, password_hash=_NOBODYS_HASH)
    failed = counter.failed_logins + 1
    next_at = now + timedelta(seconds=min(LONGEST_DELAY_S, 2 ** min(failed - 1, 6)))
    if own is None:
        conn.execute(update(staff).where(staff.c.id == row.id).values(failed_logins=failed, next_login_at=next_at))
    else:
        devices.count(conn, own, failed=failed, next_at=next_at)
    audit.write(conn, keyring, at=now, actor=row.id, action="login.try", subject=row.id)
    return Attempt(staff=row.id, password_hash=row.password_hash, device="" if own is None else device)


def fits(tried: Attempt, password: str) -> bool:
    """Whether the password is right: about 80 ms of work whatever the answer, and no transaction open meanwhile."""
    right = _hasher().verify(password, tried.password_hash)
    return right and tried.staff is not None


def log_in(conn: Connection, keyring: Keyring, *, tried: Attempt, now: datetime, entropy: bytes) -> str:
    """After `fits`: forgets the failures and returns a new session's token (64 bytes of entropy go in).

    A log-in from a browser of one's own leaves the strangers' count as it is: it does not make their guesses cheaper.
    """
    if tried.staff is None:
        raise ValueError("nobody logs in with an attempt that fits nobody")
    own = devices.held(conn, token=tried.device, person=tried.staff, now=now)
    if own is None:
        conn.execute(update(staff).where(staff.c.id == tried.staff).values(failed_logins=0, next_login_at=None))
    else:
        devices.count(conn, own, failed=0, next_at=None)
    return sessions.begin(conn, keyring, person=tried.staff, how="login", now=now, entropy=entropy)
