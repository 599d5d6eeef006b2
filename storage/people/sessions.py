"""The ways in that are a secret of 256 random bits: a session, a bearer token, a one-time link. Kept as SHA-256."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, or_, select, update

from storage import audit
from storage.database.leases import SKEW
from storage.keys import Keyring
from storage.people.staff import Invalid, Person, active
from storage.tables import login_links, second_factors, sessions, staff, tokens

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
TOKEN_LIFE: Final = timedelta(days=90)
LINK_LIFE: Final = timedelta(hours=1)
_SESSION_BYTES: Final = 64  # half the session's token, half its form token
_TOKEN_BYTES: Final = 32
_TOUCH: Final = timedelta(minutes=1)  # a session's last use is written at most this often


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that holds. form_token: what each form of this session must carry. to_touch: call `touch`.

    key_half: half of a focal point's open key, until key_until (storage.desks.unlocking); None where none is open.
    enrolled: they have a second factor. factor_reset_at: when a colleague took it away, until they have seen that.
    """

    person: Person
    form_token: str
    to_touch: bool = False
    key_half: bytes | None = field(default=None, repr=False)
    key_until: datetime | None = None
    enrolled: bool = False
    factor_reset_at: datetime | None = None


def begin(conn: Connection, keyring: Keyring, *, person: str, how: str, now: datetime, entropy: bytes) -> str:
    """A new session's token; what ended is swept. how: the audit's word for the way in. entropy: 64 random bytes."""
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


def signed_in(conn: Connection, *, token: str, now: datetime) -> SignedIn | None:
    """Who holds this session's token; None when it is unknown, idle for 30 minutes or 12 hours old."""
    row = conn.execute(
        select(sessions, second_factors.c.staff.label("enrolled"), staff.c.factor_reset_at)
        .join_from(sessions, staff)
        .join(second_factors, second_factors.c.staff == sessions.c.staff, isouter=True)
        .where(sessions.c.token_hash == digest(token))
    ).first()
    if row is None or row.seen_at < now - IDLE or row.created_at < now - ABSOLUTE:
        return None
    person = active(conn, row.staff, now)
    if person is None:
        return None
    is_open = row.key_until is not None and row.key_until > now
    return SignedIn(
        person=person,
        form_token=row.form_token,
        to_touch=row.seen_at < now - _TOUCH,
        key_half=row.key_half if is_open else None,
        key_until=row.key_until if is_open else None,
        enrolled=row.enrolled is not None,
        factor_reset_at=row.factor_reset_at,
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
    """Who holds this API token; None when it is unknown, past its end, or made later than now."""
    lives = (tokens.c.expires_at > now, tokens.c.expires_at <= now + TOKEN_LIFE + SKEW)
    found = conn.execute(select(tokens.c.staff).where(tokens.c.token_hash == digest(token), *lives)).scalar()
    return None if found is None else active(conn, found, now)


def make_link(conn: Connection, *, person: str, now: datetime, entropy: bytes) -> str:
    """The secret of a one-time login link (demo only; the caller refuses it in production)."""
    if len(entropy) != _TOKEN_BYTES:
        raise ValueError("a link takes 32 random bytes")
    token = _text(entropy)
    conn.execute(login_links.insert().values(token_hash=digest(token), staff=person, expires_at=now + LINK_LIFE))
    return token


def follow_link(conn: Connection, keyring: Keyring, *, token: str, now: datetime, entropy: bytes) -> str | None:
    """Spends a one-time link and returns a new session's token; None when it was spent, is unknown or too old.

    One that is made later than now, by a clock that was ahead or because this one is behind, serves when it is time.
    """
    begun = login_links.c.expires_at <= now + LINK_LIFE + SKEW
    spent = conn.execute(
        delete(login_links).where(login_links.c.token_hash == digest(token), begun).returning(login_links)
    ).first()
    if spent is None or spent.expires_at <= now or active(conn, spent.staff, now) is None:
        return None
    return begin(conn, keyring, person=spent.staff, how="login.link", now=now, entropy=entropy)


def _text(entropy: bytes) -> str:
    return base64.urlsafe_b64encode(entropy).rstrip(b"=").decode()


def digest(token: str) -> bytes:
    """How a secret of 256 random bits is kept."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
