"""Who works here: people and their grants, and the five ways in (password, session, token, one-time link, none).

A grant is the only thing that opens a report (storage.casework.queues.visible); a role says what one may do there.
Secrets are kept as SHA-256 (they have 256 random bits) or as Argon2id (passwords, which people choose).
"""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Connection, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.vocabulary import Desk, Locale, OfficeKind, Role
from storage import audit, promises
from storage.keys import Keyring
from storage.people import devices
from storage.promises import Kind
from storage.tables import desks, grants, login_links, offices, sessions, staff, tokens

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
TOKEN_LIFE: Final = timedelta(days=90)
LINK_LIFE: Final = timedelta(hours=1)
LONGEST_DELAY_S: Final = 42  # as GlobaLeaks: slow for a guesser, never a lock-out for the owner
SHORTEST_PASSWORD: Final = 10
_LONGEST_NAME: Final = 80  # the column's width
_SESSION_BYTES: Final = 64  # half the session's token, half its form token
_TOKEN_BYTES: Final = 32
_TOUCH: Final = timedelta(minutes=1)  # a session's last use is written at most this often

# The desks a role gets when none is named; the schema's CHECKs forbid every other way into a sealed desk.
_DEFAULT_DESKS: Final = {
    Role.COORDINATOR: (Desk.GENERAL, Desk.MEDIATION),
    Role.FOCAL_POINT: (Desk.WOMEN,),
    Role.DUTY_OFFICER: (Desk.URGENT,),
    Role.MEDIATOR: (Desk.MEDIATION,),
    Role.POLICE_LIAISON: (Desk.SECURITY,),
    Role.SUPERVISOR: (Desk.GENERAL, Desk.MEDIATION, Desk.URGENT),
    Role.AUDITOR: (Desk.GENERAL, Desk.MEDIATION, Desk.URGENT, Desk.OVERSIGHT),
    Role.ADMINISTRATOR: (Desk.GENERAL,),
}
_ONLY: Final = {Desk.WOMEN: Role.FOCAL_POINT, Desk.CHILD: Role.FOCAL_POINT, Desk.SECURITY: Role.POLICE_LIAISON}


class Invalid(Exception):
    """What was asked for cannot be. `key` names the reason; the message is English for the command line."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key


@dataclass(frozen=True, slots=True)
class Grant:
    """A person may enter one desk of one office, in a role, until a time (None: until taken away)."""

    office: str
    desk: Desk
    role: Role
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff who is active, with the grants that hold now."""

    id: str
    name: str
    locale: Locale
    grants: tuple[Grant, ...]

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held anywhere."""
        return frozenset(grant.role for grant in self.grants)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to log in, counted before it is checked. staff is None for an unknown name or one that must wait.

    device: the token of a browser that is this person's own, "" for any other.
    """

    staff: str | None
    password_hash: str
    device: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that holds. form_token: what each form of this session must carry. to_touch: call `touch`.

    key_half: half of a focal point's open key, until key_until (storage.desks.unlocking); None where none is open.
    """

    person: Person
    form_token: str
    to_touch: bool = False
    key_half: bytes | None = field(default=None, repr=False)
    key_until: datetime | None = None


def add(
    conn: Connection,
    keyring: Keyring,
    *,
    name: str,
    role: Role,
    office: str,
    desks: Sequence[Desk] = (),
    locale: Locale = Locale.AR,
    now: datetime,
) -> str:
    """Makes a member of staff with grants at one office and returns the id; desks default by role.

    Raises Invalid when the name is taken or empty, the office or desk does not exist, or the role may not enter it.
    """
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= _LONGEST_NAME or not cleaned.isprintable():
        raise Invalid("staff.name", "a name has 1 to 80 printable characters")
    if conn.execute(select(staff.c.id).where(staff.c.name == cleaned)).first():
        raise Invalid("staff.taken", "this name is taken; names are what people log in with")
    person = secrets.token_hex(16)
    wanted = _desks_for(conn, role=role, office=office, wanted=desks)
    conn.execute(staff.insert().values(id=person, name=cleaned, locale=locale.value, created_at=now))
    conn.execute(grants.insert(), [{"staff": person, "office": office, "desk": desk, "role": role} for desk in wanted])
    data = {"role": role.value, "office": office, "desks": [desk.value for desk in wanted]}
    audit.write(conn, keyring, at=now, actor="machine:staff", action="staff.add", subject=person, data=data)
    return person


def grant(conn: Connection, keyring: Keyring, *, person: str, new: Grant, now: datetime) -> None:
    """Lets a person into one more desk, or changes role and end there. Raises Invalid as `add` does."""
    _desks_for(conn, role=new.role, office=new.office, wanted=(new.desk,))
    row = {"staff": person, "office": new.office, "desk": new.desk.value, "role": new.role.value, "until_at": new.until}
    keys = ["staff", "office", "desk"]
    changed = {"role": row["role"], "until_at": row["until_at"]}
    if conn.dialect.name == "postgresql":
        conn.execute(pg_insert(grants).values(row).on_conflict_do_update(index_elements=keys, set_=changed))
    else:
        conn.execute(sqlite_insert(grants).values(row).on_conflict_do_update(index_elements=keys, set_=changed))
    until = None if new.until is None else new.until.isoformat()
    where = {"staff": person, "office": new.office, "desk": new.desk.value}
    promises.note(keyring, Kind.GRANT, f"{person} {new.office} {new.desk.value}", now=now, until=until, **where)
    data = {"role": new.role.value, "office": new.office, "desks": [new.desk.value]}
    audit.write(conn, keyring, at=now, actor="machine:staff", action="staff.grant", subject=person, data=data)


def deactivate(conn: Connection, keyring: Keyring, *, person: str, now: datetime) -> None:
    """Closes every way in at once: no session, token or link of this person holds any more, nobody is deleted."""
    conn.execute(update(staff).where(staff.c.id == person).values(active=False))
    for table in (sessions, tokens, login_links):
        conn.execute(delete(table).where(table.c.staff == person))
    devices.forget(conn, person=person)
    promises.note(keyring, Kind.STAFF, person, now=now)
    audit.write(conn, keyring, at=now, actor="machine:staff", action="staff.deactivate", subject=person)


def id_of(conn: Connection, name: str) -> str:
    """The id of an active person by the name they log in with; Invalid when there is none."""
    found = conn.execute(select(staff.c.id).where(staff.c.name == name, staff.c.active)).scalar()
    if found is None:
        raise Invalid("staff.unknown", "no active member of staff has this name")
    return str(found)


def _desks_for(conn: Connection, *, role: Role, office: str, wanted: Sequence[Desk]) -> tuple[Desk, ...]:
    kind = conn.execute(select(offices.c.kind).where(offices.c.code == office, offices.c.active)).scalar()
    if kind is None:
        raise Invalid("staff.office", "no active office has this code")
    there = {Desk(desk) for (desk,) in conn.execute(select(desks.c.desk).where(desks.c.office == office))}
    if absent := sorted(set(wanted) - there):
        raise Invalid("staff.desk", f"this office has no desk {', '.join(absent)}; it has {', '.join(sorted(there))}")
    chosen = tuple(wanted) or _default(role, OfficeKind(kind), there)
    if not chosen:
        raise Invalid("staff.desk", f"this office has no desk that a {role} works at by default; name one with --desk")
    for desk in chosen:
        if (only := _ONLY.get(desk)) and role is not only:
            raise Invalid("staff.role", f"desk {desk} takes nobody but a {only}, not a {role}")
    return chosen


def _default(role: Role, kind: OfficeKind, there: set[Desk]) -> tuple[Desk, ...]:
    if kind is OfficeKind.OVERSIGHT and role is not Role.FOCAL_POINT:
        return tuple({Desk.OVERSIGHT} & there)
    return tuple(desk for desk in _DEFAULT_DESKS[role] if desk in there)


# ── Passwords ────────────────────────────────────────────────────────────────────────────────────────────────
# The Argon2id hash of 32 random bytes that nobody kept: what an unknown name is checked against.
_NOBODYS_HASH: Final = (
    "$argon2id$v=19$m=47104,t=2,p=1$PMKeKtA+CsR8Na08TZGBlw$w0pM/PvMyfxR0md1XPKsecoHnrfQcGyZ+ndhbIGx51M"
)


# 46 MiB and two passes: about 80 ms on the machine this was measured on; OWASP's floor is 19 MiB and two.
_MEMORY_KIB: Final = 46 * 1024
_PASSES: Final = 2


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
    conn.execute(delete(sessions).where(sessions.c.staff == person))
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
    return _begin(conn, keyring, person=tried.staff, how="login", now=now, entropy=entropy)


# ── Sessions ─────────────────────────────────────────────────────────────────────────────────────────────────
def _begin(conn: Connection, keyring: Keyring, *, person: str, how: str, now: datetime, entropy: bytes) -> str:
    if len(entropy) != _SESSION_BYTES:
        raise ValueError("a session takes 64 random bytes")
    conn.execute(delete(sessions).where(or_(sessions.c.created_at < now - ABSOLUTE, sessions.c.seen_at < now - IDLE)))
    token = _text(entropy[:_TOKEN_BYTES])
    conn.execute(
        sessions.insert().values(
            token_hash=digest(token),
            staff=person,
            form_token=_text(entropy[_TOKEN_BYTES:]),
            created_at=now,
            seen_at=now,
        )
    )
    audit.write(conn, keyring, at=now, actor=person, action=how, subject=person)
    return token


def session(conn: Connection, *, token: str, now: datetime) -> SignedIn | None:
    """Who holds this session's token; None when it is unknown, idle for 30 minutes or 12 hours old."""
    row = conn.execute(select(sessions).where(sessions.c.token_hash == digest(token))).first()
    if row is None or row.seen_at < now - IDLE or row.created_at < now - ABSOLUTE:
        return None
    person = _person(conn, row.staff, now)
    if person is None:
        return None
    is_open = row.key_until is not None and row.key_until > now
    return SignedIn(
        person=person,
        form_token=row.form_token,
        to_touch=row.seen_at < now - _TOUCH,
        key_half=row.key_half if is_open else None,
        key_until=row.key_until if is_open else None,
    )


def touch(conn: Connection, *, token: str, now: datetime) -> None:
    """Notes that a session was used; writes only when the last note is a minute old."""
    conn.execute(
        update(sessions)
        .where(sessions.c.token_hash == digest(token), sessions.c.seen_at < now - _TOUCH)
        .values(seen_at=now)
    )


def log_out(conn: Connection, keyring: Keyring, *, token: str, now: datetime) -> None:
    """Ends one session; nothing happens when it has ended already."""
    ended = conn.execute(select(sessions.c.staff).where(sessions.c.token_hash == digest(token))).scalar()
    if ended is not None:
        conn.execute(delete(sessions).where(sessions.c.token_hash == digest(token)))
        audit.write(conn, keyring, at=now, actor=ended, action="logout", subject=ended)


def set_locale(conn: Connection, *, person: str, locale: Locale) -> None:
    """The language this person's console speaks."""
    conn.execute(update(staff).where(staff.c.id == person).values(locale=locale.value))


# ── Tokens and links ─────────────────────────────────────────────────────────────────────────────────────────
def make_token(
    conn: Connection, keyring: Keyring, *, person: str, now: datetime, entropy: bytes, life: timedelta = TOKEN_LIFE
) -> str:
    """A bearer token for the JSON API, shown once and kept as a hash; at most 90 days (32 bytes of entropy go in)."""
    if not timedelta() < life <= TOKEN_LIFE:
        raise Invalid("staff.token", "a token lives at most 90 days")
    if len(entropy) != _TOKEN_BYTES:
        raise ValueError("a token takes 32 random bytes")
    conn.execute(delete(tokens).where(tokens.c.expires_at < now))
    token = "mun_" + _text(entropy)
    conn.execute(tokens.insert().values(token_hash=digest(token), staff=person, created_at=now, expires_at=now + life))
    audit.write(conn, keyring, at=now, actor="machine:staff", action="staff.token", subject=person)
    return token


def by_token(conn: Connection, *, token: str, now: datetime) -> Person | None:
    """Who holds this API token; None when it is unknown or past its end."""
    found = conn.execute(
        select(tokens.c.staff).where(tokens.c.token_hash == digest(token), tokens.c.expires_at > now)
    ).scalar()
    return None if found is None else _person(conn, found, now)


def make_link(conn: Connection, *, person: str, now: datetime, entropy: bytes) -> str:
    """The secret of a one-time login link (demo only; the caller refuses it in production)."""
    if len(entropy) != _TOKEN_BYTES:
        raise ValueError("a link takes 32 random bytes")
    token = _text(entropy)
    conn.execute(login_links.insert().values(token_hash=digest(token), staff=person, expires_at=now + LINK_LIFE))
    return token


def follow_link(conn: Connection, keyring: Keyring, *, token: str, now: datetime, entropy: bytes) -> str | None:
    """Spends a one-time link and returns a new session's token; None when it was spent, is unknown or too old."""
    spent = conn.execute(
        delete(login_links).where(login_links.c.token_hash == digest(token)).returning(login_links)
    ).first()
    if spent is None or spent.expires_at <= now or _person(conn, spent.staff, now) is None:
        return None
    return _begin(conn, keyring, person=spent.staff, how="login.link", now=now, entropy=entropy)


def _person(conn: Connection, person: str, now: datetime) -> Person | None:
    row = conn.execute(select(staff).where(staff.c.id == person, staff.c.active)).first()
    if row is None:
        return None
    held = conn.execute(
        select(grants)
        .where(grants.c.staff == person, or_(grants.c.until_at.is_(None), grants.c.until_at > now))
        .order_by(grants.c.office, grants.c.desk)
    )
    kept = tuple(Grant(office=g.office, desk=Desk(g.desk), role=Role(g.role), until=g.until_at) for g in held)
    return Person(id=row.id, name=row.name, locale=Locale(row.locale), grants=kept)


def anybody(conn: Connection) -> bool:
    """Whether there is any active member of staff yet."""
    return bool(conn.execute(select(func.count()).select_from(staff).where(staff.c.active)).scalar())


def _text(entropy: bytes) -> str:
    return base64.urlsafe_b64encode(entropy).rstrip(b"=").decode()


def digest(token: str) -> bytes:
    """How a secret of 256 random bits is kept."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
