"""Tries a backup: restores it beside the living database, opens what should open, and takes all of it away again."""

import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row, create_engine, make_url, select, text
from sqlalchemy.exc import DBAPIError

from storage.anchors import Noted
from storage.backups import restoring
from storage.backups.ending import undisturbed
from storage.backups.held import held, take_left
from storage.backups.places import Target, transaction
from storage.backups.restoring import Restored
from storage.keys import KeyGone, Keyring
from storage.sealing import Tampered
from storage.tables import media, parts, reports
from storage.words import content, filekeys, vault
from storage.words.content import SealedAway

CASES: Final = 100
_FOLDER: Final = "muntada-drill-"
_DATABASE: Final = "muntada_drill_"
_ABANDONED: Final = timedelta(days=1)
_NAME: Final = re.compile(rf"{_DATABASE}[0-9]+_[0-9a-f]+", re.ASCII)
# In the living database, by whoever tries a backup, until the end of the session: the server lets go with the process.
_HOLD: Final = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
_LET_GO: Final = text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))")
_LEFT: Final = text("SELECT datname FROM pg_database WHERE starts_with(datname, :ours)")


class NoScratch(Exception):
    """No second database can be made beside the living one, for want of the right to."""


@dataclass(frozen=True, slots=True)
class Found:
    """What opened of some cases. sealed: opens to its people only, and so not here. failed: should have opened."""

    cases: int
    opened: int = 0
    sealed: int = 0
    files: int = 0
    failed: int = 0

    def data(self) -> dict[str, int]:
        """For table drills."""
        return asdict(self)


def sweep(url: str, owner_url: str, *, now: datetime) -> None:
    """Takes away what drills left that were killed: all of a database lies in it.

    now: by the machine's own clock, which dated the folders: a day old goes what nobody can tell about.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        found = folder.lstat()
        if found.st_uid == os.getuid() and stat.S_ISDIR(found.st_mode):
            take_left(folder, old=_is_left(found.st_mtime, now))
    if not url.startswith("sqlite"):
        with _server(owner_url or url) as conn:
            for name in conn.execute(_LEFT, {"ours": _DATABASE}).scalars().all():
                if _NAME.fullmatch(name) and conn.execute(_HOLD, {"name": name}).scalar_one():
                    with suppress(DBAPIError):  # another login's
                        conn.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                    conn.execute(_LET_GO, {"name": name})


def _is_left(begun: float, now: datetime) -> bool:
    """In the future, too: a clock was ahead."""
    return abs(now.timestamp() - begun) > _ABANDONED.total_seconds()


@contextmanager
def place() -> Iterator[Path]:
    """A folder to try a backup in, that goes."""
    with tempfile.TemporaryDirectory(prefix=_FOLDER) as folder, held(Path(folder)):
        inner = Path(folder) / "scratch"  # whoever migrates a file locks the folder that it lies in
        inner.mkdir(mode=0o700)
        try:
            yield inner
        finally:
            undisturbed()


@contextmanager
def _server(owner_url: str) -> Iterator[Connection]:
    owner = make_url(owner_url).set(drivername="postgresql+psycopg")
    server = create_engine(owner, isolation_level="AUTOCOMMIT", hide_parameters=True)
    try:
        with server.connect() as conn:
            yield conn
    finally:
        server.dispose()


@contextmanager
def scratch(url: str, owner_url: str, folder: Path, *, now: datetime, entropy: bytes) -> Iterator[Target]:
    """An empty database of the same kind, gone afterwards. folder: an empty one. Raises NoScratch."""
    if url.startswith("sqlite"):
        yield Target(f"sqlite:///{folder / 'scratch.db'}", folder / "media")
        return
    name = f"{_DATABASE}{int(now.timestamp())}_{entropy.hex()}"
    owner = make_url(owner_url or url).set(drivername="postgresql+psycopg", database=name)
    with _server(owner_url or url) as holding:
        holding.detach()  # so that what it holds goes with it
        holding.execute(_HOLD, {"name": name})
        made = True
        try:
            try:
                holding.exec_driver_sql(f"CREATE DATABASE {name}")
            except DBAPIError:
                made = False
                raise NoScratch from None
            yield Target(owner.render_as_string(hide_password=False), folder / "media")
        finally:
            undisturbed()
            if made:  # or told to end while the server made it
                with _server(owner_url or url) as conn:  # another: the server may have been away meanwhile
                    conn.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def try_out(
    folder: Path, target: Target, keyring: Keyring, keys_dir: Path, *, noted: Noted, now: datetime, entropy: bytes
) -> tuple[Restored, Found]:
    """Restores into `target`, and opens up to 100 cases there. Raises what `restoring.restore` raises."""
    restored = restoring.restore(folder, target, keyring, keys_dir, noted=noted, now=now)
    return restored, transaction(target.url, lambda conn: examine(conn, keyring, target.media_dir, entropy=entropy))


def examine(conn: Connection, keyring: Keyring, media_dir: Path, *, entropy: bytes) -> Found:
    """Opens every part and file of up to 100 cases, chosen by the entropy."""
    ids = conn.execute(select(reports.c.id).where(reports.c.erased_at.is_(None))).scalars().all()
    chosen = sorted(ids, key=lambda id: hashlib.sha256(entropy + id.encode()).digest())[:CASES]
    tally = {"opened": 0, "sealed": 0, "files": 0, "failed": 0}
    for one in chosen:
        said = conn.execute(select(parts).where(parts.c.report == one, parts.c.sealed.is_not(None))).all()
        for row in said:
            tally[_part(keyring, row)] += 1
        of_them = media.c.part.in_([row.id for row in said])
        for row in conn.execute(select(media).where(of_them, media.c.path.is_not(None))):
            tally[_file(conn, keyring, row, media_dir)] += 1
    return Found(len(chosen), **tally)


def _part(keyring: Keyring, row: Row[Any]) -> str:
    try:
        content.open_part(keyring, row)
    except SealedAway:
        return "sealed"
    except (KeyGone, Tampered):
        return "failed"
    return "opened"


def _file(conn: Connection, keyring: Keyring, row: Row[Any], media_dir: Path) -> str:
    if filekeys.is_sealed_to_people(row):
        return "sealed"
    key = filekeys.opened(conn, keyring, [row]).get(row.id)
    try:
        if key is not None:
            vault.size(media_dir, row.path, key)
    except (Tampered, FileNotFoundError):
        return "failed"
    return "failed" if key is None else "files"
