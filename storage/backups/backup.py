"""Makes a backup: the database as it was at one instant and the sealed files it names, never a key.

It is written under a draft's name and renamed when all of it is on disk and signed: a backup is whole or not there.
"""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from storage import promises
from storage.anchors import Note
from storage.backups import manifests, snapshots
from storage.backups.ending import undisturbed
from storage.backups.held import held, take_left
from storage.backups.manifests import MEDIA, KeyNeeded, Manifest, NotABackup
from storage.database import disk
from storage.database.faults import Unavailable
from storage.keycare import rewrapping
from storage.keys import Domain, KeyGone, Keyring
from storage.promises import Kind

_DRAFT: Final = ".draft-"
_PREFIX: Final = "muntada-"
_ABANDONED: Final = timedelta(days=1)
_MONTHLY: Final = (Domain.CONTENT, Domain.CONTACT)
_GAP: Final = timedelta(days=8)  # as long as the last drill may be ago
_UNSURE: Final = 2


class WhichOne(Exception):
    """Numbers and dates of a folder's backups tell two newest ones. The words name both."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is backed up: the database's URL and the folder of sealed files."""

    url: str
    media_dir: Path


def make(
    place: Place, to: Path, keyring: Keyring, *, now: datetime, entropy: bytes, anchored: Note | None = None
) -> Manifest:
    """Adds a backup to the folder `to`. entropy: 3 bytes, so that two made at once have two names.

    anchored: the newest anchor of the audit chain that was written down, if any.

    Raises Unavailable where the database is away, NoProgram where PostgreSQL's own programs are, OSError where the
    folder cannot be written. Then nothing is left behind; of one that is
    killed a draft is, which the next takes away.
    """
    name = f"{_PREFIX}{now:%Y%m%dT%H%M%SZ}-{entropy.hex()}"
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(to, now=now)
    draft = to / f"{_DRAFT}{name}"
    draft.mkdir(mode=0o700)
    try:
        with held(draft):
            return _made(place, draft, keyring, now=now, anchored=anchored)
    except sqlite3.Error as error:
        if (strange := _disk(error)) is not None:
            raise strange from error
        raise Unavailable from error
    finally:
        undisturbed()
        shutil.rmtree(draft, ignore_errors=True)


def _made(place: Place, draft: Path, keyring: Keyring, *, now: datetime, anchored: Note | None) -> Manifest:
    to, name = draft.parent, draft.name.removeprefix(_DRAFT)
    # Before the database is read: whoever restores it knows by this line that no promise since is missing.
    promises.note(keyring, Kind.BACKUP, name, now=now)
    filled = _filled(place, draft, keyring, name=name, now=now)
    number = max((one.number for _, one in there(to, keyring)), default=0)
    manifest = replace(filled, number=max(number, filled.number) + 1, anchored=anchored)
    manifests.write(draft, keyring, manifest)
    _to_disk(draft)
    undisturbed()
    draft.rename(to / name)
    disk.flush(to)
    return manifest


def _filled(place: Place, draft: Path, keyring: Keyring, *, name: str, now: datetime) -> Manifest:
    dialect = "sqlite" if place.url.startswith("sqlite") else "postgresql"
    database = draft / ("database.sqlite" if dialect == "sqlite" else "database.pgdump")
    facts = snapshots.take(place.url, database)
    gone = _copy(place.media_dir, draft / MEDIA, facts.media)
    return Manifest(
        name=name,
        made_at=now,
        dialect=dialect,
        revision=facts.revision,
        files={path: manifests.digest(draft / path) for path in _files(draft)},
        counts=facts.counts,
        audit=facts.audit,
        keys=_ours(keyring, facts.keys),
        until=until(facts.keys, now),
        waiting=facts.waiting,
        gone=gone,
        number=facts.number,
    )


def _disk(error: sqlite3.Error) -> OSError | None:
    """What of SQLite's errors is the disk's: the copy did not fit, or a file broke."""
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        case sqlite3.SQLITE_IOERR:
            return OSError(errno.EIO, os.strerror(errno.EIO))
        case _:
            return None


def until(needed: Sequence[KeyNeeded], now: datetime) -> datetime:
    """When the first month's key that a backup needs is destroyed, and with it what the backup holds."""
    months = [key.epoch for key in needed if key.domain in _MONTHLY]
    first = min(months, default=f"{now:%Y-%m}")
    return rewrapping.after(first) + rewrapping.GRACE


def _ours(keyring: Keyring, needed: tuple[KeyNeeded, ...]) -> tuple[KeyNeeded, ...]:
    """A backup that already nobody could open is none. Raises KeyGone."""
    if not all(keyring.has(key.domain, key.epoch) for key in needed):
        raise KeyGone
    return needed


def _copy(source: Path, target: Path, paths: Sequence[str]) -> int:
    """Copies sealed files; returns how many were erased since the snapshot."""
    gone = 0
    for path in paths:
        there = target / path
        there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            shutil.copy2(source / path, there)
        except FileNotFoundError:
            gone += 1
    return gone


def _files(draft: Path) -> Iterator[str]:
    for file in sorted(draft.rglob("*")):
        if file.is_file():
            yield file.relative_to(draft).as_posix()


def _to_disk(draft: Path) -> None:
    for path in sorted(draft.rglob("*"), reverse=True):
        path.chmod(0o700 if path.is_dir() else 0o600)
        disk.flush(path)
    disk.flush(draft)


# ── Those that are there ─────────────────────────────────────────────────────────────────────────────────────
def found(at: Path, keyring: Keyring, *, now: datetime) -> tuple[Path, Manifest]:
    """A backup by its folder, or the newest of a folder of backups. Raises NotABackup, also where that one is damaged.

    The newest has the highest number; a date that lies in the future says nothing. Raises WhichOne where another one
    has a later date.
    """
    if (at / manifests.FILE).exists():
        return at, manifests.read(at, keyring)
    ours = there(at, keyring)
    newest = max(ours, key=lambda one: one[1].order, default=None)
    for folder in sorted(at.glob(f"{_PREFIX}*"), reverse=True):
        if newest is None or folder.name > newest[0].name:
            manifests.read(folder, keyring)  # raises: what cannot be read may be newer
    if newest is None:
        raise NotABackup("there is no backup in this folder")
    later = max((one for one in ours if one[1].made_at <= now), key=lambda one: one[1].made_at, default=newest)
    if later[1].made_at > newest[1].made_at:
        raise WhichOne(f"{newest[0].name} has the highest number and {later[0].name} the latest date")
    return newest


def there(at: Path, keyring: Keyring) -> list[tuple[Path, Manifest]]:
    """The backups of a folder that can be read."""
    readable = []
    for folder in sorted(at.glob(f"{_PREFIX}*")):
        try:
            readable.append((folder, manifests.read(folder, keyring)))
        except NotABackup:
            continue
    return readable


def prune(to: Path, keyring: Keyring, *, days: int | None, now: datetime) -> int:
    """Takes away backups older than `days`, those whose keys are gone, and drafts that nobody finished.

    Never the newest by number or by date; those before these only where their keys are gone. How old one is its
    manifest says, and what others bear out: where a clock is ahead all look old, so of what no others lead to, each
    within days of the next, two at most go at a time, the oldest first. Nothing that is not ours. Returns how many
    backups.
    """
    _sweep(to, now=now)
    ours = sorted(there(to, keyring), key=lambda one: one[1].made_at)
    newest, spared = _newest(ours, 1, now), _newest(ours, 2, now)
    gone = [one for one in ours if one[1].until < now and not _opens(keyring, one[1]) and one[1].name not in newest]
    past = [one for one in ours if days is not None and one[1].made_at < now - timedelta(days=days)]
    old = [one for one in past if one[1].name not in spared and one not in gone]
    led_to = _led_to([manifest for _, manifest in ours], now)
    surely, unsure = ([one for one in old if (one[1].name in led_to) is led] for led in (True, False))
    taken = [*gone, *surely, *unsure[:_UNSURE]]
    for folder, _ in taken:
        shutil.rmtree(folder)
    return len(taken)


def _newest(ours: Sequence[tuple[Path, Manifest]], most: int, now: datetime) -> frozenset[str]:
    """The names of the newest, by number and by a date that does not lie ahead: so many of each."""
    by_number = sorted((manifest for _, manifest in ours), key=lambda one: one.order)
    by_date = [manifest for _, manifest in ours if manifest.made_at <= now]
    return frozenset(one.name for one in (*by_number[-most:], *by_date[-most:]))


def _led_to(ours: Sequence[Manifest], now: datetime) -> frozenset[str]:
    """Those that one after another lead to from now, by their dates, without a gap. ours: oldest first."""
    names, later = set[str](), now
    for manifest in reversed([one for one in ours if one.made_at <= now]):
        if later - manifest.made_at > _GAP:
            break
        names.add(manifest.name)
        later = manifest.made_at
    return frozenset(names)


def _sweep(to: Path, *, now: datetime) -> None:
    """Takes away drafts whose process was killed: at once where that can be told, else when they are a day old."""
    for draft in to.glob(f"{_DRAFT}{_PREFIX}*"):
        with suppress(FileNotFoundError):
            made = datetime.fromtimestamp(draft.stat().st_mtime, now.tzinfo)
            take_left(draft, old=made < now - _ABANDONED)


def _opens(keyring: Keyring, manifest: Manifest) -> bool:
    """Its keys may be there still although their day is over: a clock is ahead, or nothing ran that ends them."""
    return all(keyring.has(key.domain, key.epoch) for key in manifest.keys)
