"""Keys: random files outside the database, one for each domain and epoch; the database knows which exist.

A key file is complete and on disk before its name appears, and is never made twice. The database keeps a check value of
each, so that a replica with another folder (or none) is told before it seals anything: KeyMissing, KeyMismatch.
"""

import hmac
import re
import threading
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final, Self

from sqlalchemy import Connection, delete, select, update

from storage import keyfiles, tables
from storage.database import sql
from storage.sealing import KEY_BYTES, new_key

_EPOCH_NAME: Final = re.compile(r"all|[0-9]{4}-[0-9]{2}(-[0-9]{2}(T[0-9]{2})?)?", re.ASCII)
_MONTH: Final = len("2026-01")
_FOR_EVER: Final = "all"  # the epoch of keys that never end


class Domain(StrEnum):
    """What a key is for. A process is given only the domains that it needs."""

    CONTENT = "content"
    CONTACT = "contact"
    OUTBOX = "outbox"
    INTAKE = "intake"
    DOOR = "door"
    PEPPER = "pepper"
    DEDUP = "dedup"
    CODE = "code"
    AUDIT = "audit"


ALL_DOMAINS: Final = frozenset(Domain)
# A key for each watch: what passes through is in PostgreSQL's log for longer than it waits here.
WATCH: Final = timedelta(hours=4)
WATCHES: Final = frozenset({Domain.DOOR, Domain.OUTBOX})
PASSING: Final = WATCHES | {Domain.INTAKE}  # keys for a day at most, which no copy ever holds
# So far ahead they are made: whoever makes them may be held up, and nothing is sealed by one before its time. A copy of
# the folder opens what the log will keep of these watches, so no further.
AHEAD: Final = timedelta(hours=8)
_A_DAY: Final = timedelta(hours=24)


class KeyMissing(Exception):
    """A key that is in use has no file here: this process is not ready, and must not make another in its place."""


class KeyMismatch(Exception):
    """The file here is not the key that the database knows: these are another deployment's keys."""


class KeyGone(Exception):
    """A key was destroyed, or never was; what it sealed cannot be read again."""


class DemoKeys(Exception):
    """These keys were made by a demonstration: nothing real is ever sealed under them."""


@dataclass(frozen=True, slots=True)
class Key:
    """The key of one epoch; its secret never shows in a repr."""

    epoch: str
    secret: bytes = field(repr=False)


def epoch_of(domain: Domain, at: datetime) -> str:
    """The name of the epoch that an instant (UTC) belongs to: a watch of four hours, a day, a month, or "all"."""
    return _epoch_name(domain, at.date(), at.hour - at.hour % (WATCH // timedelta(hours=1)))


@lru_cache(maxsize=64)  # asked twice for every message at the door
def _epoch_name(domain: Domain, day: date, watch: int) -> str:
    match domain:
        case Domain.DOOR | Domain.OUTBOX:
            return f"{day.isoformat()}T{watch:02}"
        case Domain.INTAKE:
            return day.isoformat()
        case Domain.CONTENT | Domain.CONTACT | Domain.PEPPER:
            return f"{day:%Y-%m}"
        case Domain.DEDUP | Domain.CODE | Domain.AUDIT:
            return _FOR_EVER


def is_passing(epoch: str) -> bool:
    """Whether an epoch's name is of a day or a watch: what such a key wraps was never meant to stay."""
    return len(epoch) > _MONTH


def upcoming(domain: Domain, at: datetime) -> tuple[datetime, ...]:
    """Instants in this epoch and in each of those whose keys are made ahead: two watches, a day, or the next month."""
    if domain in WATCHES:
        return tuple(at + WATCH * step for step in range(AHEAD // WATCH + 1))
    return (at, at + _A_DAY) if domain in PASSING else (at, at.replace(day=28) + timedelta(days=4))


class Keyring:
    """The keys of some domains, read from KEYS_DIR/<domain>/<epoch> once each."""

    def __init__(self, folder: Path, domains: frozenset[Domain]) -> None:
        self.domains = domains
        self._folder = folder
        self._known: dict[tuple[Domain, str], bytearray] = {}
        self._ended: set[tuple[Domain, str]] = set()
        self._gate = threading.Lock()  # what is being overwritten is never handed out

    @classmethod
    def open(cls, keys_dir: Path, *, domains: frozenset[Domain] = ALL_DOMAINS) -> Self:
        """A keyring for these domains only; another domain's key is KeyMissing even where its file is readable."""
        return cls(Path(keys_dir), domains)

    @property
    def folder(self) -> Path:
        """KEYS_DIR."""
        return self._folder

    def current(self, domain: Domain, now: datetime) -> Key:
        """The key to seal with now. KeyMissing when `register` has not made it."""
        epoch = epoch_of(domain, now)
        secret = self._load(domain, epoch)
        if secret is None:
            raise KeyMissing
        return Key(epoch, secret)

    def at(self, domain: Domain, epoch: str) -> bytes:
        """The key that an epoch's values were sealed with; KeyGone when it is not there any more."""
        secret = self._load(domain, epoch)
        if secret is None:
            raise KeyGone
        return secret

    def has(self, domain: Domain, epoch: str) -> bool:
        """Whether this key's file is here."""
        return self._load(domain, epoch) is not None

    def make(self, domain: Domain, now: datetime) -> bool:
        """Makes the key of now's epoch, on disk before it has a name; False when there was one already."""
        if domain not in self.domains:
            raise KeyMissing
        epoch = epoch_of(domain, now)
        if self.has(domain, epoch):
            return False
        with self._gate:
            self._ended.discard((domain, epoch))  # another under the same name is kept in memory as any
        return keyfiles.place(self._folder / domain, epoch, new_key())

    def forget(self, domain: Domain, epoch: str) -> None:
        """A key has ended: it is overwritten in memory, as far as Python allows, and never kept there again.

        Until its file goes it is read anew at each use, for whoever loaded a row before that was wrapped again.
        """
        with self._gate:
            self._ended.add((domain, epoch))
            held = self._known.pop((domain, epoch), bytearray())
            held[:] = bytes(len(held))

    def destroy(self, domain: Domain, epoch: str) -> None:
        """Overwrites and removes a key: whatever it sealed, here and in every backup, is unreadable from now on."""
        self.forget(domain, epoch)
        keyfiles.shred(self._path(domain, epoch))

    def _load(self, domain: Domain, epoch: str) -> bytes | None:
        with self._gate:
            if held := self._known.get((domain, epoch)):
                return bytes(held)
        if domain not in self.domains:
            raise KeyMissing
        try:
            secret = self._path(domain, epoch).read_bytes()
        except FileNotFoundError:
            return None
        if len(secret) != KEY_BYTES:
            raise KeyMismatch
        with self._gate:
            if (domain, epoch) not in self._ended:
                self._known[domain, epoch] = bytearray(secret)
        return secret

    def _path(self, domain: Domain, epoch: str) -> Path:
        # An epoch also comes out of the database: it must never name another file.
        if not _EPOCH_NAME.fullmatch(epoch):
            raise KeyGone
        return self._folder / domain / epoch


# ── What the database knows of them ──────────────────────────────────────────────────────────────────────────
def register(conn: Connection, keyring: Keyring, now: datetime) -> None:
    """Checks every key in use against the database, and makes those needed now and in the next epochs.

    Cheap when nothing is to be made: one query. Raises KeyMissing or KeyMismatch: this process is not ready. A key of
    hours or days whose time is still to come and whose file was lost is made anew: it sealed nothing, and no copy has
    it. So is any that was ended although its time is not over, because a clock was ahead for a while.
    """
    known = _registered(conn)
    # First: whoever has another's folder makes nothing in it.
    for (domain, epoch), check in known.items():
        if domain in keyring.domains and not _is_to_come(keyring, domain, epoch, now):
            _check(keyring, domain, epoch, check)
    for domain in sorted(keyring.domains):
        for at in upcoming(domain, now):
            epoch = epoch_of(domain, at)
            if (domain, epoch) in known and keyring.has(domain, epoch):
                continue
            if (domain, epoch) in known:
                lose(conn, domain, epoch)
            known[domain, epoch] = _add(conn, keyring, domain, at, now=now)
            _check(keyring, domain, epoch, known[domain, epoch])


def ready(conn: Connection, keyring: Keyring, now: datetime) -> bool:
    """Whether the keys to seal with now are here, and those that the database knows; else `register` is needed."""
    known = _registered(conn)
    try:
        for domain in keyring.domains:
            epoch = epoch_of(domain, now)
            _check(keyring, domain, epoch, known.get((domain, epoch), b""))
    except (KeyMissing, KeyMismatch):
        return False
    return True


def _is_to_come(keyring: Keyring, domain: Domain, epoch: str, now: datetime) -> bool:
    """Whether this key's hours or day are still to come, and its file is not here."""
    return domain in PASSING and epoch > epoch_of(domain, now) and not keyring.has(domain, epoch)


def mark_destroyed(conn: Connection, domain: Domain, epoch: str, now: datetime) -> None:
    """Notes that a key is no more; its row stays, so that no other is made once its time is over."""
    k = tables.keys.c
    conn.execute(update(tables.keys).where(k.domain == domain.value, k.epoch == epoch).values(destroyed_at=now))


def lose(conn: Connection, domain: Domain, epoch: str) -> None:
    """A key of `PASSING` is in no copy: where it was lost, another may take its name, so that messages can be kept.

    What still waited under it, to be settled or to be sent, opens no more.
    """
    k = tables.keys.c
    conn.execute(delete(tables.keys).where(k.domain == domain.value, k.epoch == epoch))


def forget_ended(conn: Connection, before: datetime) -> int:
    """Takes the rows of passing keys that ended before this: no clock goes back so far that their epochs come again."""
    k = tables.keys.c
    old = (k.domain.in_([domain.value for domain in PASSING]), k.destroyed_at < before)
    return conn.execute(delete(tables.keys).where(*old)).rowcount


def destroyed(conn: Connection, domain: Domain) -> list[str]:
    """The epochs of a domain whose keys are noted as destroyed (the file may still be there)."""
    k = tables.keys.c
    rows = conn.execute(select(k.epoch).where(k.domain == domain.value, k.destroyed_at.is_not(None)))
    return sorted(row.epoch for row in rows)


def ended(conn: Connection) -> list[tuple[Domain, str, datetime]]:
    """Every key that is noted as destroyed, and since when."""
    k = tables.keys.c
    rows = conn.execute(select(k.domain, k.epoch, k.destroyed_at).where(k.destroyed_at.is_not(None)))
    return sorted((Domain(row.domain), row.epoch, row.destroyed_at) for row in rows)


def in_use(conn: Connection, domain: Domain) -> list[str]:
    """The epochs of a domain whose keys are not destroyed, oldest first."""
    return sorted(epoch for known, epoch in _registered(conn) if known is domain)


def _registered(conn: Connection) -> dict[tuple[Domain, str], bytes]:
    k = tables.keys.c
    rows = conn.execute(select(k.domain, k.epoch, k.check_value).where(k.destroyed_at.is_(None)))
    return {(Domain(row.domain), row.epoch): row.check_value for row in rows}


def _add(conn: Connection, keyring: Keyring, domain: Domain, at: datetime, *, now: datetime) -> bytes:
    """Makes and registers a key; returns the check value that stands, another replica's when that one was first."""
    epoch = epoch_of(domain, at)
    if epoch in destroyed(conn, domain):
        return _anew(conn, keyring, domain, at, now=now)
    made = keyring.make(domain, at)
    k, row = tables.keys.c, {"domain": domain.value, "epoch": epoch, "created_at": now}
    check = check_value(keyring.at(domain, epoch), domain, epoch)
    conn.execute(sql.insert_unless_there(conn, tables.keys), {**row, "check_value": check})
    stands = conn.execute(select(k.check_value, k.destroyed_at).where(k.domain == domain.value, k.epoch == epoch)).one()
    if made and (stands.check_value != check or stands.destroyed_at is not None):
        # Ours never sealed anything. Left here it would hide that the right one is missing.
        keyring.destroy(domain, epoch)
        raise KeyMissing
    if stands.destroyed_at is not None:
        raise KeyMissing
    return bytes(stands.check_value)


def _anew(conn: Connection, keyring: Keyring, domain: Domain, at: datetime, *, now: datetime) -> bytes:
    """A key that ended before its time (a clock was ahead) is in use again, or another in its place; its check value.

    Whatever the first one sealed stays unreadable where its file is gone.
    """
    epoch = epoch_of(domain, at)
    if epoch == _FOR_EVER:
        raise KeyMissing
    keyring.forget(domain, epoch)  # memory may still hold the one whose file is gone
    keyring.make(domain, at)
    check = check_value(keyring.at(domain, epoch), domain, epoch)
    k = tables.keys.c
    stood = (k.domain == domain.value, k.epoch == epoch, k.destroyed_at.is_not(None))
    conn.execute(update(tables.keys).where(*stood).values(check_value=check, destroyed_at=None, created_at=now))
    return check


def check(conn: Connection, keyring: Keyring, domain: Domain, epoch: str) -> None:
    """Raises KeyMissing or KeyMismatch unless the file of a key is here and is the one that the database knows."""
    _check(keyring, domain, epoch, _registered(conn).get((domain, epoch), b""))


def fits(conn: Connection, domain: Domain, epoch: str, secret: bytes) -> bool:
    """Whether a secret is the key that the database knows as in use under this name."""
    known = _registered(conn).get((domain, epoch), b"")
    return hmac.compare_digest(check_value(secret, domain, epoch), known)


def epoch_named(name: str) -> str:
    """The name of an epoch; ValueError for any other word."""
    if not _EPOCH_NAME.fullmatch(name):
        raise ValueError("not an epoch")
    return name


def _check(keyring: Keyring, domain: Domain, epoch: str, check: bytes) -> None:
    if not keyring.has(domain, epoch):
        raise KeyMissing
    if _is(keyring, domain, epoch, check):
        return
    keyring.forget(domain, epoch)  # another process may have made it anew after this one read it
    if not keyring.has(domain, epoch):
        raise KeyMissing
    if not _is(keyring, domain, epoch, check):
        raise KeyMismatch


def _is(keyring: Keyring, domain: Domain, epoch: str, check: bytes) -> bool:
    return hmac.compare_digest(check_value(keyring.at(domain, epoch), domain, epoch), check)


def check_value(secret: bytes, domain: Domain, epoch: str) -> bytes:
    """Tells a key from another and nothing more about it."""
    return hmac.digest(secret, f"muntada key check 1 {domain} {epoch}".encode(), "sha256")
