"""A backup's rows put into a database: a file of SQLite under a draft's name, or the tables of PostgreSQL."""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, make_url, text

from storage import migrations
from storage.backups import clients, remains, snapshots
from storage.backups.manifests import Manifest
from storage.backups.places import SIDES, NotWhole, Target, engine
from storage.database import disk, sqlite

_WALLED: Final = text(
    "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relnamespace = 'public'::regnamespace ORDER BY relname"
)
_LOADED: Final = ("--data-only", "--exit-on-error", "--single-transaction", "--no-owner")


@contextmanager
def filled(folder: Path, manifest: Manifest, target: Target) -> Iterator[str]:
    """The restored rows under the newest schema, at a URL; under its own name only when what is done there is done."""
    if manifest.dialect == "postgresql":
        _fill(folder, manifest, target)
        yield target.url
        return
    final = Path(make_url(target.url).database or "")
    draft = remains.draft(final)
    sqlite.make_private(draft)
    try:
        shutil.copyfile(folder / manifest.database, draft)
        if (found := integrity(draft)) != "ok":
            raise NotWhole(found)
        migrations.upgrade(f"sqlite:///{draft}")
        yield f"sqlite:///{draft}"
        _to_one_file(draft)
        for side in SIDES:
            final.with_name(final.name + side).unlink(missing_ok=True)  # of one without a row that was here
        remains.naming(final)
        draft.rename(final)
        disk.flush(final.parent)
    finally:
        for side in ("", *SIDES):
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
    owner = target.owner
    migrations.upgrade(target.url, target.owner_url or None, to=manifest.revision)
    with engine(owner) as opened:
        with opened.connect() as conn, conn.begin():
            walled = conn.execute(_WALLED).scalars().all()
            remains.letting_down(conn, walled)
        _force(opened, walled, "NO FORCE")
        try:
            clients.call(
                "pg_restore",
                [*_LOADED, str(folder / manifest.database)],
                make_url(owner).set(drivername="postgresql+psycopg"),
            )
            with opened.connect() as conn, conn.begin():
                _copy_in(conn, folder / snapshots.INBOUND)
        finally:
            _force(opened, walled, "FORCE")
    migrations.upgrade(target.url, target.owner_url or None)


def _force(opened: Engine, tables: Sequence[str], how: str) -> None:
    with opened.connect() as conn, conn.begin():
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
