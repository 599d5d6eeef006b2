"""Makes a backup: the database as it was at one instant and the sealed files it names, never a key.

It is written under a draft's name and renamed when all of it is on disk and signed: a backup is whole or not there.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from storage import promises
from storage.backups import manifests, snapshots
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


@dataclass(frozen=True, slots=True)
class Place:
    """What is backed up: the database's URL and the folder of sealed files."""

    url: str
    media_dir: Path


def make(place: Place, to: Path, keyring: Keyring, *, now: datetime, entropy: bytes) -> Manifest:
    """Adds a backup to the folder `to`. entropy: 3 bytes, so that two made at once have two names.

    Raises Unavailable where the database is away, NoProgram where PostgreSQL's own programs are, OSError where the
    folder cannot be written. Then nothing is left behind but a draft that `prune` takes away.
    """
    name = f"{_PREFIX}{now:%Y%m%dT%H%M%SZ}-{entropy.hex()}"
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = to / f"{_DRAFT}{name}"
    draft.mkdir(mode=0o700)
    try:
        # Before the database is read: whoever restores it knows by this line that no promise since is missing.
        promises.note(keyring, Kind.BACKUP, name, now=now)
        manifest = _filled(place, draft, keyring, name=name, now=now)
        manifests.write(draft, keyring, manifest)
        _to_disk(draft)
        draft.rename(to / name)
        disk.flush(to)
    except sqlite3.Error as error:
        raise Unavailable from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
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
    )


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
def found(at: Path, keyring: Keyring) -> tuple[Path, Manifest]:
    """A backup by its folder, or the newest of a folder of backups. Raises NotABackup."""
    if (at / manifests.FILE).exists():
        return at, manifests.read(at, keyring)
    for folder in sorted(at.glob(f"{_PREFIX}*"), reverse=True):
        return folder, manifests.read(folder, keyring)
    raise NotABackup("there is no backup in this folder")


def prune(to: Path, keyring: Keyring, *, days: int | None, now: datetime) -> int:
    """Takes away backups older than `days`, those whose keys are gone, and drafts that nobody finished.

    Never the newest, and nothing that is not ours. Returns how many backups.
    """
    for draft in to.glob(f"{_DRAFT}{_PREFIX}*"):
        if datetime.fromtimestamp(draft.stat().st_mtime, now.tzinfo) < now - _ABANDONED:
            shutil.rmtree(draft, ignore_errors=True)
    taken = 0
    for folder in sorted(to.glob(f"{_PREFIX}*"))[:-1]:
        try:
            manifest = manifests.read(folder, keyring)
        except NotABackup:
            continue
        if manifest.until < now or (days is not None and manifest.made_at < now - timedelta(days=days)):
            shutil.rmtree(folder)
            taken += 1
    return taken
