"""A database as it was at one instant, in a file: while others write, and without what no backup may hold.

Left out: sessions and unlocked keys' halves, one-time links, conversations and whatever else is sealed under a day's
key, so also messages that wait to be settled; and leases, which belong to processes.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Connection, Table, create_engine, func, make_url, select, text

from storage import audit
from storage.audit import Anchor
from storage.backups import clients, drills
from storage.backups.manifests import KeyNeeded
from storage.database import postgresql, sqlite
from storage.keycare import wraps
from storage.keys import Domain
from storage.tables import conversations, guesses, inbound, keys, leases, login_links, media, metadata, sessions, talks

LEFT_OUT: Final = (conversations, talks, sessions, login_links, leases, guesses)
INBOUND: Final = "inbound.copy"
_SETTLED: Final = inbound.c.settled_at.is_not(None)
_WORKER: Final = text("SELECT set_config('role', 'muntada_worker', true)")
# For ever: what was written with these is asked for as long as there is a database.
_LASTING: Final = (Domain.AUDIT, Domain.DEDUP, Domain.CODE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a snapshot holds. media: paths of sealed files. number: of the backup before it, on whatever machine."""

    revision: str
    counts: Mapping[str, int]
    audit: Anchor
    keys: tuple[KeyNeeded, ...]
    media: tuple[str, ...]
    waiting: int
    number: int


def take(url: str, target: Path) -> Facts:
    """Writes the snapshot into `target`, beside it (PostgreSQL) the settled messages' hashes. Raises NoProgram."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(Path(parsed.database or ""), target)
    return _postgresql(parsed.set(drivername="postgresql+psycopg"), target)


# ── SQLite ───────────────────────────────────────────────────────────────────────────────────────────────────
def _sqlite(source: Path, target: Path) -> Facts:
    if not source.exists():
        raise FileNotFoundError(source.name)
    sqlite.make_private(target)
    live = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=10.0)
    copy = sqlite3.connect(target, isolation_level=None)
    try:
        live.backup(copy)  # all pages in one step: one instant, whatever is written meanwhile
        waiting = _strip(copy)
    finally:
        copy.close()
        live.close()
    with reading(f"sqlite:///{target}") as conn:
        return _facts(conn, waiting)


def _strip(copy: sqlite3.Connection) -> int:
    """Takes out what no backup may hold, also from free pages; returns how many messages waited."""
    copy.execute("PRAGMA journal_mode = DELETE").fetchall()
    copy.execute("PRAGMA secure_delete = ON").fetchall()
    copy.execute("BEGIN")
    for table in LEFT_OUT:
        copy.execute(f"DELETE FROM {table.name}")  # noqa: S608 - our own table's name
    waiting = copy.execute("DELETE FROM inbound WHERE settled_at IS NULL").rowcount
    copy.execute("COMMIT")
    copy.execute("VACUUM")
    return waiting


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """A file of SQLite to look at: none of our pragmas, so that it stays one file as it is."""
    engine = create_engine(url, hide_parameters=True)
    try:
        with engine.connect() as conn, conn.begin():
            yield conn
    finally:
        engine.dispose()


# ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────────────────
def _postgresql(url: URL, target: Path) -> Facts:
    engine = postgresql.make_engine(url).execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        with engine.connect() as conn, conn.begin():
            conn.execute(_WORKER)
            instant = conn.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            clients.call("pg_dump", [*_dumped(instant), "--file", str(target)], url)
            _copy_out(conn, target.with_name(INBOUND))
            waiting = conn.execute(select(func.count()).where(~_SETTLED)).scalar_one()
            return _facts(conn, waiting)
    finally:
        engine.dispose()


def _dumped(instant: str) -> list[str]:
    """Rows only: the schema is made by our own migrations, with its roles and walls."""
    apart = ("alembic_version", inbound.name, *(table.name for table in LEFT_OUT))
    return [
        *("--format=custom", "--data-only", "--schema=public", "--enable-row-security", "--role=muntada_worker"),
        # What is sealed does not get smaller.
        *("--no-sync", "--compress=1", f"--snapshot={instant}"),
        *(f"--exclude-table=public.{name}" for name in apart),
    ]


def _copy_out(conn: Connection, target: Path) -> None:
    raw: Any = conn.connection.driver_connection
    settled = "COPY (SELECT * FROM inbound WHERE settled_at IS NOT NULL) TO STDOUT (FORMAT binary)"
    with target.open("wb") as file, raw.cursor() as cursor, cursor.copy(settled) as copy:
        while piece := copy.read():
            file.write(piece)


# ── What it holds ────────────────────────────────────────────────────────────────────────────────────────────
def _facts(conn: Connection, waiting: int) -> Facts:
    return Facts(
        revision=MigrationContext.configure(conn).get_current_revision() or "",
        counts=counts(conn),
        audit=audit.anchor(conn),
        keys=_needed(conn),
        media=tuple(
            conn.execute(select(media.c.path).where(media.c.path.is_not(None)).order_by(media.c.path)).scalars()
        ),
        waiting=waiting,
        number=drills.numbered(conn),
    )


def counts(conn: Connection) -> dict[str, int]:
    """How many rows of each table a backup holds."""
    return {table.name: _count(conn, table) for table in metadata.sorted_tables if table not in LEFT_OUT}


def _count(conn: Connection, table: Table) -> int:
    query = select(func.count()).select_from(table)
    return int(conn.execute(query.where(_SETTLED) if table is inbound else query).scalar_one())


def _needed(conn: Connection) -> tuple[KeyNeeded, ...]:
    """The keys that seal what people said and how they are reached, and those that never change."""
    wanted = {(domain, "all") for domain in _LASTING}
    for kind in wraps.KINDS:
        if kind.domain in {Domain.CONTENT, Domain.CONTACT}:
            which = [] if kind.which is None else [kind.which]
            epochs = conn.execute(select(kind.table.c.epoch).distinct().where(kind.table.c.epoch.is_not(None), *which))
            wanted |= {(kind.domain, epoch) for epoch in epochs.scalars()}
    known = conn.execute(select(keys.c.domain, keys.c.epoch, keys.c.check_value).where(keys.c.destroyed_at.is_(None)))
    return tuple(
        KeyNeeded(Domain(row.domain), row.epoch, bytes(row.check_value))
        for row in sorted(known, key=lambda row: (row.domain, row.epoch))
        if (Domain(row.domain), row.epoch) in wanted
    )
