"""Passwords: how they are kept, how guessing them is slowed, and how the right one begins a session."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, select, update

from storage import audit, promises, tables
from storage.keys import Keyring
from storage.people import devices, hashing, second_factor, sessions
from storage.people.second_factor import NOTHING, Asked, Proof
from storage.people.staff import Invalid
from storage.promises import Kind
from storage.sealed.keypairs import typed
from storage.tables import staff

LONGEST_DELAY_S: Final = 42  # as GlobaLeaks: slow for a guesser, never a lock-out for the owner
SHORTEST_PASSWORD: Final = 10


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to log in, counted before it is checked. staff is None for an unknown name or one that must wait.

    device: the token of a browser that is this person's own, "" for any other. asked: what must be shown beside the
    password.
    """

    staff: str | None
    password_hash: str
    device: str = ""
    asked: Asked = NOTHING


def hash_password(password: str) -> str:
    """Argon2id of a password, about 80 ms; Invalid when it is shorter than SHORTEST_PASSWORD characters.

    Of what was meant by it, as a pass phrase is taken: or a space more would make two of what opens the same key.
    """
    words = typed(password)
    if len(words) < SHORTEST_PASSWORD:
        raise Invalid("staff.password", f"a password has at least {SHORTEST_PASSWORD} characters")
    return hashing.made(words)


def set_password(
    conn: Connection, keyring: Keyring, *, person: str, password_hash: str, now: datetime, by: str = "machine:staff"
) -> None:
    """Keeps what `hash_password` made, ends every session begun under the old one and forgets every browser.

    by: who does it, for the audit: this person, or whoever sits at the terminal.
    """
    conn.execute(
        update(staff)
        .where(staff.c.id == person)
        .values(password_hash=password_hash, failed_logins=0, next_login_at=None)
    )
    conn.execute(delete(tables.sessions).where(tables.sessions.c.staff == person))
    devices.forget(conn, person=person)
    promises.note(keyring, Kind.PASSWORD, person, now=now, hash=password_hash)
    audit.write(conn, keyring, at=now, actor=by, action="staff.password", subject=person)


def attempt(
    conn: Connection, keyring: Keyring, *, name: str, now: datetime, device: str = "", second: bool = True
) -> Attempt:
    """Counts a try as failed before it is checked, so that guesses made at once do not share one count.

    device: the token that the browser holds. Where it is this person's, the browser has a counter of its own: guesses
    made elsewhere do not delay it, and its own delay nobody else. All other browsers share the account's.
    A name that is unknown, inactive, without a password or still waiting gets a hash that nothing fits: the caller
    works as long and answers the same, so that nobody learns which names exist. A try that comes too soon is not
    counted, so it makes nobody wait longer. second: whether whoever has a second factor is asked for it.
    """
    row = conn.execute(select(staff).where(staff.c.name == name, staff.c.active).with_for_update()).first()
    if row is None or row.password_hash is None:
        return Attempt(staff=None, password_hash=hashing.NOBODYS)
    own = devices.held(conn, token=device, person=row.id, now=now)
    counter = row if own is None else own
    if counter.next_login_at is not None and counter.next_login_at > now:
        return Attempt(staff=None, password_hash=hashing.NOBODYS)
    failed = counter.failed_logins + 1
    next_at = now + timedelta(seconds=min(LONGEST_DELAY_S, 2 ** min(failed - 1, 6)))
    if own is None:
        conn.execute(update(staff).where(staff.c.id == row.id).values(failed_logins=failed, next_login_at=next_at))
    else:
        devices.count(conn, own, failed=failed, next_at=next_at)
    audit.write(conn, keyring, at=now, actor=row.id, action="login.try", subject=row.id)
    asked = NOTHING
    if second:
        asked = second_factor.asked(conn, keyring, person=row.id, now=now, stranger=own is None)
    return Attempt(row.id, row.password_hash, "" if own is None else device, asked)


def fits(tried: Attempt, password: str) -> bool:
    """Whether the password is right: about 80 ms of work whatever the answer, and no transaction open meanwhile."""
    right = hashing.fits(typed(password), tried.password_hash)
    return right and tried.staff is not None


def failed(conn: Connection, keyring: Keyring, *, tried: Attempt, right: bool, guessed: bool, now: datetime) -> None:
    """Notes a try that let nobody in, unless it was of a name that nobody has: anybody could fill the log.

    right: the password was. guessed: a code was typed. Whoever has the password guesses codes more and more slowly.
    """
    if tried.staff is None:
        return
    data = {"password": "right"} if right else {}
    audit.write(conn, keyring, at=now, actor=tried.staff, action="login.failed", subject=tried.staff, data=data)
    if right and guessed and not tried.device and not tried.asked.waits:
        second_factor.wrong(conn, person=tried.staff, now=now)


def prove(conn: Connection, keyring: Keyring, *, tried: Attempt, now: datetime, proof: Proof | None = None) -> str:
    """After `fits`, and second_factor.check where something is asked: uses the code up and forgets the failures.

    Returns who it is. A log-in from a browser of one's own leaves the strangers' count as it is: it does not make their
    guesses cheaper. Raises Spent when another log-in used the code meanwhile.
    """
    if tried.staff is None or (tried.asked.since is not None and proof is None):
        raise ValueError("nobody logs in with an attempt that fits nobody")
    conn.execute(select(staff.c.id).where(staff.c.id == tried.staff).with_for_update())  # before rows that hang on it
    if proof is not None:
        second_factor.spend(conn, keyring, person=tried.staff, of=tried.asked, proof=proof, now=now)
    own = devices.held(conn, token=tried.device, person=tried.staff, now=now)
    if own is not None:
        devices.count(conn, own, failed=0, next_at=None)
        return tried.staff
    conn.execute(update(staff).where(staff.c.id == tried.staff).values(failed_logins=0, next_login_at=None))
    if proof is not None:
        second_factor.forgive(conn, person=tried.staff)
    return tried.staff


def log_in(
    conn: Connection,
    keyring: Keyring,
    *,
    tried: Attempt,
    now: datetime,
    entropy: bytes,
    proof: Proof | None = None,
    instead: str = "",
) -> str:
    """As `prove`, and returns a new session's token (64 bytes of entropy go in).

    instead: the session that the browser brought. It ends: no token from before a log-in is worth more after it.
    """
    person = prove(conn, keyring, tried=tried, now=now, proof=proof)
    sessions.log_out(conn, keyring, token=instead, now=now)
    return sessions.begin(conn, keyring, person=person, how="login", now=now, entropy=entropy)
