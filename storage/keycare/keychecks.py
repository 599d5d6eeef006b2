"""Whether the key folder is as it must be: every key here, the right one, for its owner only, and nothing besides."""

import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection, select

from storage import keyfiles, keys
from storage.keycare import rewrapping
from storage.keys import Domain, KeyMismatch, KeyMissing, Keyring
from storage.sealed import roots
from storage.sealed.recipients import is_off, members
from storage.sealing import KEY_BYTES
from storage.tables import desks, recipients

_STAYS: Final = timedelta(hours=26)  # from the end of a key until its file is gone, an hourly job that lags included
# What stands beside the keys, and how each file of it is to be kept.
_BESIDE: Final[Mapping[str, int]] = MappingProxyType(
    {
        keyfiles.ROOTS: keyfiles.FILE_MODE,
        **dict.fromkeys((*keyfiles.GOES_ON, keyfiles.WAITING), keyfiles.GOES_ON_MODE),
    }
)


class Wrong(StrEnum):
    """What may be wrong with a key or its folder."""

    MISSING = "the database names this key, and its file is not here"
    ANOTHER = "this is not the key that the database knows under this name"
    UNKNOWN = "the database does not know this key"
    ENDED = "this key was destroyed, and its file is still here"
    LATE = "its month is over, and things are still wrapped by it"
    HELD = "its hours were over a day ago, and no purge has ended it"
    OPEN_FILE = "others than its owner can read this file, or its owner change it (a key 0400, a list 0600)"
    OPEN_FOLDER = "others than its owner can enter this folder (it is to be 0700)"
    NAMED_TWICE = "this file has another name somewhere"
    LEFT_OVER = "a crash left this beside the keys; it is used by nothing"
    IN_THE_DATA = "this is a key, and it lies in the data folder"
    NO_ROOT = "a desk is sealed to people, and the file that says to whom is not here"
    STILL_ON = "the database says that this key was taken off its list, and nothing bears it out: it still reads there"
    DEMO = "these keys were made by a demonstration"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong. where: a name below the key folder, or a path; never a secret."""

    wrong: Wrong
    where: str


def faults(conn: Connection, keyring: Keyring, *, data_dir: Path, production: bool, now: datetime) -> list[Fault]:
    """Everything that is wrong, by what and where. production: real reports could come: no keys of a demonstration."""
    found = [
        *_against(conn, keyring, now),
        *_late(conn, keyring, now),
        *_held(conn, now),
        *_roots(conn, keyring.folder),
        *_lists(conn, keyring, now),
    ]
    found += [*_files(keyring.folder), *_inside(data_dir, keyring.folder)]
    if production and keyfiles.is_demo(keyring.folder):
        found.append(Fault(Wrong.DEMO, str(keyring.folder)))
    return sorted(found, key=lambda fault: (fault.wrong.name, fault.where))


def _against(conn: Connection, keyring: Keyring, now: datetime) -> Iterator[Fault]:
    """The files against what the database says."""
    ended = {f"{domain}/{epoch}": since for domain, epoch, since in keys.ended(conn)}
    known = {f"{domain}/{epoch}" for domain in Domain for epoch in keys.in_use(conn, domain)}
    for name in sorted(known):
        domain, epoch = name.split("/")
        try:
            keys.check(conn, keyring, Domain(domain), epoch)
        except KeyMissing:
            yield Fault(Wrong.MISSING, name)
        except KeyMismatch:
            yield Fault(Wrong.ANOTHER, name)
    for name in sorted({f"{file.parent.name}/{file.name}" for file in _keys_in(keyring.folder)} - known):
        if name not in ended:
            yield Fault(Wrong.UNKNOWN, name)
        elif ended[name] < now - _STAYS:
            yield Fault(Wrong.ENDED, name)


def _late(conn: Connection, keyring: Keyring, now: datetime) -> Iterator[Fault]:
    for domain, epoch in rewrapping.overdue(conn, now):
        opens, shut = rewrapping.left(conn, keyring, domain, epoch)
        yield Fault(Wrong.LATE, f"{domain}/{epoch} ({opens} that it opens, {shut} that it does not)")


def _held(conn: Connection, now: datetime) -> Iterator[Fault]:
    for domain in sorted(keys.WATCHES):
        until = keys.epoch_of(domain, now - _STAYS)
        yield from (Fault(Wrong.HELD, f"{domain}/{epoch}") for epoch in keys.in_use(conn, domain) if epoch < until)


def _roots(conn: Connection, folder: Path) -> Iterator[Fault]:
    sealed = conn.execute(select(desks.c.office, desks.c.desk).where(desks.c.sealed_at.is_not(None))).all()
    wanted = {roots.name(row.office, row.desk) for row in sealed}
    if sealed or conn.execute(select(recipients.c.id).where(recipients.c.desk == "").limit(1)).first():
        wanted.add(roots.RECOVERY)
    for name in sorted(wanted):
        if roots.read(folder, name) is None:
            yield Fault(Wrong.NO_ROOT, f"{keyfiles.ROOTS}/{name}")


def _lists(conn: Connection, keyring: Keyring, now: datetime) -> Iterator[Fault]:
    """Somebody wrote it there by SQL, or her removal is in no copy of the keys and in no audit log that is left."""
    r = recipients.c
    said = conn.execute(select(r.id, r.office, r.desk).where(r.desk != "", r.revoked_at.is_not(None))).all()
    for place in sorted({(row.office, row.desk) for row in said}):
        on = {each.id for each in members(conn, keyring, *place) if not is_off(each, now)}
        yield from (Fault(Wrong.STILL_ON, f"{'.'.join(place)}: {id}") for id in sorted(on & {row.id for row in said}))


def _files(folder: Path) -> Iterator[Fault]:
    """Who may read them, and what is there besides."""
    for inner in (folder, *(folder / name for name in sorted({*Domain, *_BESIDE}))):
        if inner.is_dir() and stat.S_IMODE(inner.stat().st_mode) != keyfiles.FOLDER_MODE:
            yield Fault(Wrong.OPEN_FOLDER, str(inner))
    modes: dict[str, int] = {**{domain.value: keyfiles.FILE_MODE for domain in Domain}, **_BESIDE}
    for file in _files_in(folder, modes):
        name, status = f"{file.parent.name}/{file.name}", file.stat()
        if stat.S_IMODE(status.st_mode) != modes[file.parent.name]:
            yield Fault(Wrong.OPEN_FILE, name)
        if status.st_nlink != 1:
            yield Fault(Wrong.NAMED_TWICE, name)
    for file in sorted(folder.glob("*/.*")):
        yield Fault(Wrong.LEFT_OVER, f"{file.parent.name}/{file.name}")


def _inside(data_dir: Path, folder: Path) -> Iterator[Fault]:
    secrets = {file.read_bytes() for file in _keys_in(folder)}
    below = data_dir.rglob("*") if data_dir.is_dir() else ()
    for file in sorted(below):
        if file.is_file() and file.stat().st_size == KEY_BYTES and file.read_bytes() in secrets:
            yield Fault(Wrong.IN_THE_DATA, str(file))


def _keys_in(folder: Path) -> list[Path]:
    return _files_in(folder, Domain)


def _files_in(folder: Path, names: Iterable[str]) -> list[Path]:
    inner = (folder / name for name in names)
    files = (file for each in inner if each.is_dir() for file in each.iterdir())
    return sorted(file for file in files if file.is_file() and not file.name.startswith("."))
