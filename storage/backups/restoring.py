"""Puts a backup back, into an empty database and folder: checked, brought up to date.

What was erased since goes again (storage.purging.journal), and what was promised since is kept (promised).

Messages that waited to be sent are marked as not sent, for most of them were: nobody's phone rings twice for it.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, func, inspect, make_url, select, table, text, update
from sqlalchemy.exc import DatabaseError

from storage import audit, keys, migrations
from storage.anchors import Note, Noted
from storage.audit import Anchor, Verdict
from storage.backups import clients, manifests, promised, snapshots
from storage.backups.manifests import MEDIA, Manifest, NotABackup
from storage.backups.promised import Kept
from storage.database import disk, postgresql, sqlite
from storage.keys import ALL_DOMAINS, PASSING, KeyMismatch, Keyring, check_value
from storage.people import unproven
from storage.purging import journal
from storage.tables import metadata, outbox

T = TypeVar("T")
_WORKER: Final = text("SELECT set_config('role', 'muntada_worker', true)")
_WALLED: Final = text(
    "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relnamespace = 'public'::regnamespace ORDER BY relname"
)


_SIDES: Final = ("-wal", "-shm")
_LOADED: Final = ("--data-only", "--exit-on-error", "--single-transaction", "--no-owner")


class NotEmpty(Exception):
    """There is something already where a backup would be put: nothing of it was touched."""


class TooOld(Exception):
    """A key that the backup needs was destroyed: what it holds cannot be read any more, by anybody."""


class NotWhole(Exception):
    """The restored database is not what was backed up. The words say in what."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to. owner_url: PostgreSQL's owner of the schema, where `url` is a lesser login ("" otherwise)."""

    url: str
    media_dir: Path
    owner_url: str = ""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back. erased: reports that were erased since and are again. checked: the audit log as it came.

    kept: what was promised since, and is kept again.
    """

    manifest: Manifest
    erased: int
    checked: Verdict
    kept: Kept


def restore(folder: Path, target: Target, keyring: Keyring, keys_dir: Path, *, noted: Noted, now: datetime) -> Restored:
    """Restores the backup in `folder`. noted: the anchors kept outside; the log must go through those up to there.

    Raises NotABackup, TooOld, NotEmpty, NotWhole, NoProgram, Unavailable.

    Where it fails on SQLite, nothing is left; on PostgreSQL what was begun is to be dropped.
    """
    manifest = manifests.read(folder, keyring)
    if not migrations.is_known(manifest.revision):
        raise NotABackup("it was made by a newer version: install that one first")
    manifests.check(folder, manifest)
    _has_keys(keyring, manifest)
    _is_empty(target)
    if (manifest.dialect == "sqlite") is not target.url.startswith("sqlite"):
        raise NotEmpty(f"this backup is of {manifest.dialect}: give it a database of that kind")
    try:
        _copy_media(folder, manifest, target.media_dir)
        with _database(folder, manifest, target) as url:
            checked = transaction(url, lambda conn: _checked(conn, keyring, manifest, noted))
            erased, kept = transaction(url, lambda conn: _awakened(conn, keyring, keys_dir, manifest, now=now))
            return Restored(manifest, erased, checked, kept)
    except BaseException:
        shutil.rmtree(target.media_dir, ignore_errors=True)
        raise


def _copy_media(folder: Path, manifest: Manifest, media_dir: Path) -> None:
    """What the manifest names, and nothing that somebody laid beside it."""
    for path in manifest.files:
        if path.startswith(f"{MEDIA}/"):
            there = media_dir / path.removeprefix(f"{MEDIA}/")
            there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copy2(folder / path, there)


def _has_keys(keyring: Keyring, manifest: Manifest) -> None:
    for key in manifest.keys:
        if not keyring.has(key.domain, key.epoch):
            raise TooOld(f"the key {key.domain.value}/{key.epoch} is not here")
        if check_value(keyring.at(key.domain, key.epoch), key.domain, key.epoch) != key.check:
            raise KeyMismatch


def _is_empty(target: Target) -> None:
    if target.media_dir.is_dir() and any(target.media_dir.iterdir()):
        raise NotEmpty("there are files in the media folder")
    url = make_url(target.url)
    if url.get_backend_name() == "sqlite":
        if url.database and not _is_bare(Path(url.database)):
            raise NotEmpty("there is a database already")
        return
    with _engine(target.owner_url or target.url) as engine, engine.connect() as conn, conn.begin():
        there = set(inspect(conn).get_table_names())
        conn.execute(_WORKER) if there else None
        for each in metadata.sorted_tables:
            if each.name in there and conn.execute(select(func.count()).select_from(each)).scalar_one():
                raise NotEmpty("there are rows in the database already")


def _is_bare(file: Path) -> bool:
    """Whether there is no file, or one without a row: a schema alone says nothing of anybody."""
    if not file.exists() or not file.stat().st_size:
        return True
    try:
        with snapshots.reading(f"sqlite:///{file}") as conn:
            names = set(inspect(conn).get_table_names()) - {"alembic_version"}
            return not any(conn.execute(select(text("1")).select_from(table(name)).limit(1)).first() for name in names)
    except DatabaseError:
        return False


# ── The database's rows ──────────────────────────────────────────────────────────────────────────────────────
@contextmanager
def _database(folder: Path, manifest: Manifest, target: Target) -> Iterator[str]:
    """The restored rows under the newest schema, at a URL; under its own name only when what is done there is done."""
    if manifest.dialect == "postgresql":
        _fill(folder, manifest, target)
        yield target.url
        return
    final = Path(make_url(target.url).database or "")
    draft = final.with_name(f".{final.name}.restoring")
    sqlite.make_private(draft)
    try:
        shutil.copyfile(folder / manifest.database, draft)
        if (found := integrity(draft)) != "ok":
            raise NotWhole(found)
        migrations.upgrade(f"sqlite:///{draft}")
        yield f"sqlite:///{draft}"
        _to_one_file(draft)
        for side in _SIDES:
            final.with_name(final.name + side).unlink(missing_ok=True)  # of one without a row that was here
        draft.rename(final)
        disk.flush(final.parent)
    finally:
        for side in ("", *_SIDES):
            draft.with_name(draft.name + side).unlink(missing_ok=True)


def integrity(file: Path) -> str:
    """What SQLite finds wrong with a file; "ok" for nothing."""
    connection = sqlite3.connect(file)
    try:
        ((found,), *_) = connection.execute("PRAGMA integrity_check(1)").fetchall()
        loose = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError:
        return "not a database"
    finally:
        connection.close()
    return "ok" if found == "ok" and loose is None else "the file of the database is damaged"


def _to_one_file(draft: Path) -> None:
    connection = sqlite3.connect(draft)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()
    disk.flush(draft)


def _fill(folder: Path, manifest: Manifest, target: Target) -> None:
    """As the schema's owner, who for that time stands above the walls: COPY knows no row-level security."""
    owner = target.owner_url or target.url
    migrations.upgrade(target.url, target.owner_url or None, to=manifest.revision)
    with _engine(owner) as engine:
        with engine.connect() as conn:
            walled = conn.execute(_WALLED).scalars().all()
        _force(engine, walled, "NO FORCE")
        try:
            clients.call(
                "pg_restore",
                [*_LOADED, str(folder / manifest.database)],
                make_url(owner).set(drivername="postgresql+psycopg"),
            )
            with engine.connect() as conn, conn.begin():
                _copy_in(conn, folder / snapshots.INBOUND)
        finally:
            _force(engine, walled, "FORCE")
    migrations.upgrade(target.url, target.owner_url or None)


def _force(engine: Engine, tables: Sequence[str], how: str) -> None:
    with engine.connect() as conn, conn.begin():
        for name in tables:
            conn.exec_driver_sql(f"ALTER TABLE {name} {how} ROW LEVEL SECURITY")


def _copy_in(conn: Connection, source: Path) -> None:
    raw: Any = conn.connection.driver_connection
    with source.open("rb") as file, raw.cursor() as cursor:
        with cursor.copy("COPY inbound FROM STDIN (FORMAT binary)") as copy:
            while piece := file.read(1 << 16):
                copy.write(piece)
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('inbound', 'id'), greatest((SELECT max(id) FROM inbound), 1))"
        )


# ── What wakes up in another time ────────────────────────────────────────────────────────────────────────────
def _checked(conn: Connection, keyring: Keyring, manifest: Manifest, noted: Noted) -> Verdict:
    """The audit log as it came. Raises NotWhole."""
    found = snapshots.counts(conn)
    if differ := sorted(name for name, count in manifest.counts.items() if found.get(name, count) != count):
        raise NotWhole(f"rows differ in {', '.join(differ)}")
    verdict = audit.verify(conn, keyring, until(noted, manifest))
    if not verdict.whole:
        raise NotWhole(f"its audit log: {verdict.reason} at row {verdict.at}")
    return verdict


def until(noted: Noted, manifest: Manifest) -> Sequence[Anchor]:
    """The anchors of the chain that a backup was made of, up to its end, and that end.

    What was written down after another backup was put back is of another chain, and tells nothing of this one. Whether
    that was after this one was made, the line that was the newest then says; where it is lost, the clock does.
    """
    place = noted.notes.index(manifest.anchored) if manifest.anchored in noted.notes else None
    kept: list[Note] = []
    for number, note in enumerate(noted.notes):
        later = note.at > manifest.made_at if place is None else number > place
        if note.kind == "restored" and later:
            break
        kept.append(note)
    return [*(anchor for anchor in Noted(tuple(kept)).standing if anchor.seq <= manifest.audit.seq), manifest.audit]


def _awakened(
    conn: Connection, keyring: Keyring, keys_dir: Path, manifest: Manifest, *, now: datetime
) -> tuple[int, Kept]:
    """Makes it fit this day; returns how many reports were erased again, and what else is kept again."""
    _end_lost_keys(conn, keyring, manifest, now)
    keys.register(conn, keyring, now)
    conn.execute(
        update(outbox)
        .where(outbox.c.state.in_(("pending", "sending")))
        .values(state="dead", reason="restored", sealed=None, owner=None, lease_until=None)
    )
    erased = journal.reapply(conn, keyring, journal.read(keys_dir), now, hashes=journal.messages(keys_dir))
    kept = promised.keep(conn, keyring, manifest.name, manifest.made_at, now)
    marked = unproven.mark(conn, now)
    data = {"seq": manifest.audit.seq, "erased": erased, "kept": dict(kept.done), "waits": kept.waits}
    data["unproven"] = marked
    audit.write(conn, keyring, at=now, actor="machine:restore", action="backup.restored", data=data)
    return erased, kept


def _end_lost_keys(conn: Connection, keyring: Keyring, manifest: Manifest, now: datetime) -> None:
    """Keys that were destroyed since, and that nothing here needs: their epochs get no other.

    A day's key is in no copy: where all was lost, another was made since under its name, and that one counts.
    """
    needed = {(key.domain, key.epoch) for key in manifest.keys}
    for domain in sorted(ALL_DOMAINS):
        for epoch in keys.in_use(conn, domain):
            if domain in PASSING and keyring.has(domain, epoch):
                if not keys.fits(conn, domain, epoch, keyring.at(domain, epoch)):
                    keys.lose(conn, domain, epoch)
            elif (domain, epoch) not in needed and not keyring.has(domain, epoch):
                if domain in PASSING and epoch >= keys.epoch_of(domain, now):
                    keys.lose(conn, domain, epoch)  # in no officer's copy; without another nothing is kept today
                else:
                    keys.mark_destroyed(conn, domain, epoch, now)


def transaction(url: str, work: Callable[[Connection], T]) -> T:
    """Runs it in one transaction, on PostgreSQL as the worker; apart from any Store."""
    with _engine(url) as engine, engine.connect() as conn, conn.begin():
        if conn.dialect.name == "postgresql":
            conn.execute(_WORKER)
        return work(conn)


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = sqlite.make_engine(parsed, write=True)
    else:
        engine = postgresql.make_engine(parsed.set(drivername="postgresql+psycopg"))
    try:
        yield engine
    finally:
        engine.dispose()
