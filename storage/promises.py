"""What was promised to somebody and must hold after a restore too: silence, discretion, no way back, a word withdrawn.

A line is written beside the keys, in KEYS_DIR/promises, before the transaction that keeps the promise is committed; so
nothing is told as done that a restored backup would not know. A crash in between leaves a line too many, which protects
somebody more than they asked, until the message is settled again. One that ends a protection is written after the
commit (`ease`), for the same reason: where it is lost, or what it tells was undone, they stay protected.

Files of a month, only ever added to, under a lock that processes share. A line is sealed as a whole under a key of its
own: who has the folder alone learns how many lines there are. It names reporters by the keyed hashes that the database
knows them by, and reports by their random ids. What somebody told privately stands in a file apart, by the hour.
"""

import base64
import binascii
import fcntl
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection

from storage.database import after, disk
from storage.encoding import dumps, loads
from storage.keys import Domain, Keyring
from storage.sealing import KEY_BYTES, Tampered, seal, unseal

_FOLDER: Final = "promises"
_PURPOSE: Final = b"muntada promises v1"
_NAME: Final = re.compile(r"(private-)?([0-9]{4}-[0-9]{2})", re.ASCII)
_LATE: Final = timedelta(hours=1)  # by far more than a commit takes
_MONTH: Final = timedelta(days=31)
_MONTHLY: Final = (Domain.CONTENT, Domain.CONTACT)  # no backup is restored without those that it needs
_EPOCH: Final = re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)


class Kind(StrEnum):
    """What a line is about, and what its `about` names."""

    BACKUP = "backup"  # a backup's name: whoever restores it must find this line
    MUTED = "muted"  # a sender's hash
    DISCREET = "discreet"  # a sender's hash
    REACH = "reach"  # a contact
    PRIVATE = "private"  # a report
    ERASED = "erased"  # a report, before the journal of erasures has it (storage.purging.journal)
    CUT = "cut"  # a report that a legal hold keeps, though its reporter erased it
    HOLD = "hold"  # a legal hold, with its row: confirmed or ended
    APART = "apart"  # a report that went to another desk, or that some office must not see from now on
    CONSENT = "consent"  # a consent
    STAFF = "staff"  # a member of staff
    GRANT = "grant"  # a member of staff, an office and a desk
    PASSWORD = "password"  # noqa: S105 - a member of staff
    FACTOR = "factor"  # a member of staff
    RECOVERY = "recovery"  # a member of staff and one of their recovery codes


@dataclass(frozen=True, slots=True)
class Promise:
    """One line. about: an id or a hash, in hex. data: codes, ids, times, hashes, an order's number; no words."""

    kind: Kind
    about: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Read:
    """The lines of a time, oldest first. backups: the names of all backups noted. bad: lines that do not open."""

    lines: Sequence[Promise] = ()
    backups: frozenset[str] = frozenset()
    bad: int = 0


def note(keyring: Keyring, kind: Kind, about: str, *, now: datetime, **data: Any) -> None:
    """Adds a line; returns when it is on disk. data: of JSON. Raises OSError, and then nothing may be promised.

    About a fsync: for what is rare, not for every message.
    """
    private = kind is Kind.PRIVATE
    at = now.replace(minute=0, second=0, microsecond=0) if private else now
    name = _newest(keyring.folder, "private-" if private else "", now)
    body = dumps({"kind": kind.value, "about": about, "at": at.isoformat(), "data": data})
    line = base64.b64encode(seal(_key(keyring), body, _FOLDER, name))
    append(keyring.folder / _FOLDER / name, [line.decode("ascii")])


def ease(conn: Connection, keyring: Keyring, kind: Kind, about: str, *, now: datetime, **data: Any) -> None:
    """Adds a line by which somebody is protected less, once this transaction is committed."""
    after.commit(conn, partial(note, keyring, kind, about, now=now, eases=True, **data))


def read(keyring: Keyring, since: datetime, *, backup: str = "") -> Read:
    """What was promised at `since` or later; () where there is no folder.

    backup: also whatever was written after this one was noted, though a clock that was behind dated it before. Of what
    somebody told privately only its date says when that was: it stands in files of its own.
    """
    key, lines, backups, bad = _key(keyring), list[Promise](), set[str](), 0
    counted = set[tuple[Kind, str]]()
    for file in _files(keyring.folder):
        for line in file.read_bytes().split(b"\n"):
            if not line:
                continue
            try:
                promise = _opened(key, line, file.name)
            except (Tampered, binascii.Error, ValueError):
                bad += 1
                continue
            if promise.kind is Kind.BACKUP:
                backups.add(promise.about)
            # What follows a line that counts is a newer word on the same, however a clock dated either.
            newer = backup in backups or (promise.kind, promise.about) in counted
            counts = newer and promise.kind is not Kind.PRIVATE
            if counts or promise.at >= since.replace(minute=0, second=0, microsecond=0):
                lines.append(promise)
                counted.add((promise.kind, promise.about))
    return Read(lines, frozenset(backups), bad)


def last(lines: Iterable[Promise]) -> tuple[Promise, ...]:
    """Of each thing the last word on it, in the order of those.

    One that eases, and was written so late that another came between, takes no newer one's place. One that is far older
    came after it all the same: a clock was ahead, or is behind.
    """
    standing: dict[tuple[Kind, str], Promise] = {}
    for promise in lines:
        before = standing.get((promise.kind, promise.about))
        late = before is not None and timedelta() < before.at - promise.at < _LATE
        if late and promise.data.get("eases"):
            continue
        standing.pop((promise.kind, promise.about), None)
        standing[promise.kind, promise.about] = promise
    return tuple(standing.values())


def prune(keys_dir: Path, *, now: datetime, kept: timedelta) -> int:
    """Takes away whole files past their time; returns how many. kept: the age that no backup outlives."""
    gone = 0
    for file in _files(keys_dir):
        month = file.name[-7:]
        begun = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
        if begun + _MONTH < now - kept and is_shut(keys_dir, month):
            file.unlink(missing_ok=True)
            gone += 1
    return gone


def is_shut(keys_dir: Path, month: str) -> bool:
    """Whether no backup of a month ("2026-11"), or of one before, opens here: none of the keys that it needs is left.

    The age of a promise never tells that alone: a clock is ahead for a minute, and what goes then is gone for ever.
    """
    keys = (file.name for domain in _MONTHLY for file in _in(keys_dir / domain))
    return not any(_EPOCH.fullmatch(key) and key <= month for key in keys)


def append(file: Path, lines: Sequence[str]) -> None:
    """Adds lines to a file that others add to at the same time; returns when they are on disk. OSError if not.

    Framed by line ends: whatever a crash or a full disk left half-written before stays a line of its own.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = not file.exists()
    words = ("\n" + "\n".join(lines) + "\n").encode()
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # let go with the handle
        disk.write(handle, words)
        os.fsync(handle)
    finally:
        os.close(handle)
    if new:
        for folder in (file.parent, file.parent.parent):
            disk.flush(folder)


def _newest(keys_dir: Path, kind: str, now: datetime) -> str:
    """The file of this month, or a later one that a clock began which was ahead: what is read last is newest."""
    found = (_NAME.fullmatch(file.name) for file in _files(keys_dir))
    return f"{kind}{max([f'{now:%Y-%m}', *(match[2] for match in found if match and (match[1] or '') == kind)])}"


def _key(keyring: Keyring) -> bytes:
    """Of its own, from one that every process has and that lasts as long as the database."""
    root = keyring.at(Domain.AUDIT, "all")
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=_PURPOSE).derive(root)


def _opened(key: bytes, line: bytes, name: str) -> Promise:
    read = loads(unseal(key, base64.b64decode(line, validate=True), _FOLDER, name))
    return Promise(Kind(read["kind"]), read["about"], datetime.fromisoformat(read["at"]), read["data"])


def _files(keys_dir: Path) -> Iterator[Path]:
    yield from (file for file in _in(keys_dir / _FOLDER) if _NAME.fullmatch(file.name))


def _in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
