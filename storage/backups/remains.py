"""What a restore leaves that did not end, and the mark by which everybody knows that it is there.

The mark stands before anything is unpacked, and goes when all is done: while it does, no program opens that database
(storage.database.unfinished), and the next restore takes away what is there. Who holds the mark is alive: nobody else
touches what it is unpacking. On SQLite it is a file beside the database, on PostgreSQL a table in it, which also knows
which walls were let down. It names the folder of files that is filled: no other one is ever cleared by it.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Text, bindparam, column, func, insert, inspect, make_url, select, table, text
from sqlalchemy.exc import DatabaseError, DBAPIError

from storage.backups import snapshots
from storage.backups.ending import undisturbed
from storage.backups.places import SIDES, WORKER, NotEmpty, Target, engine
from storage.database import disk, unfinished
from storage.tables import metadata

_LOCK: Final = 0x726573746F7265  # "restore", in PostgreSQL's space of advisory locks
_NAMED: Final = "named"  # the second line of the mark's file, once the database may stand under its own name
_BUSY: Final = "another restore is at work there"
_ELSEWHERE: Final = "a restore did not end that filled another media folder: name that one"
_TRY: Final = text("SELECT pg_try_advisory_lock(:lock)")
_IS_THERE: Final = text(unfinished.IS_THERE)
_MARK: Final = table(unfinished.TABLE, column("walled", Text), column("filled", Text), schema="public")
_FILLS: Final = insert(_MARK).values(filled=bindparam("filled"))
_FILLED: Final = select(_MARK.c.filled).where(_MARK.c.filled.is_not(None))
_LETS_DOWN: Final = insert(_MARK).values(walled=bindparam("walled"))
_LET_DOWN: Final = select(_MARK.c.walled).where(_MARK.c.walled.is_not(None))
# A pg_restore whose caller was killed goes on by itself.
_ORPHANS: Final = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND usename = current_user AND application_name = 'pg_restore'"
)


@contextmanager
def cleared(target: Target, *, for_good: bool = True) -> Iterator[None]:
    """An empty place that is ours while this lasts. What an earlier restore left that did not end is taken away.

    Where it ends by an exception, nothing stays of what was unpacked. Raises NotEmpty, and then nothing was touched.
    for_good: who tells us to end after that is not heard, for then all is there.
    """
    file, last = target.file, undisturbed if for_good else _nothing
    with _on_file(target, file, last) if file is not None else _on_server(target, last):
        yield


def _nothing() -> None:
    return


# ── SQLite ───────────────────────────────────────────────────────────────────────────────────────────────────
@contextmanager
def _on_file(target: Target, file: Path, last: Callable[[], None]) -> Iterator[None]:
    mark = unfinished.mark(file)
    left, handle = mark.exists(), None
    if not left:
        is_empty(target)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(mark, os.O_RDWR | (0 if left else os.O_CREAT | os.O_EXCL), 0o600)
        _hold(handle, mark)
        disk.flush(mark.parent)
        if left:
            if _is_ours(target, _lines(mark)[0]):
                _clear_file(target, file, named=_is_named(mark))
            is_empty(target)
        mark.write_text(_filling(target), "utf-8", "surrogateescape")
        disk.flush(mark)
        yield
        last()
        _unmark(mark)
    except (NotEmpty, FileExistsError):  # none of ours
        raise
    except BaseException:
        undisturbed()
        _clear_file(target, file, named=not mark.exists() or _is_named(mark))
        _unmark(mark)
        raise
    finally:
        if handle is not None:
            os.close(handle)


def _hold(handle: int, mark: Path) -> None:
    """The mark is ours from now on, and still the one that stands there; else NotEmpty."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(handle).st_ino == mark.stat().st_ino:
            return
    except (BlockingIOError, FileNotFoundError):
        pass
    raise NotEmpty(_BUSY)


def _unmark(mark: Path) -> None:
    mark.unlink(missing_ok=True)
    disk.flush(mark.parent)


def naming(file: Path) -> None:
    """Notes that the database is about to get its own name: from now on that one goes too, if this does not end."""
    mark = unfinished.mark(file)
    with mark.open("a", encoding="utf-8") as written:  # added: a crash in between leaves the first line
        written.write(f"\n{_NAMED}")
    disk.flush(mark)


def _lines(mark: Path) -> tuple[str, str]:
    filled, _, named = mark.read_text("utf-8", "surrogateescape").partition("\n")
    return filled, named


def _is_named(mark: Path) -> bool:
    return _lines(mark)[1] == _NAMED


def _clear_file(target: Target, file: Path, *, named: bool) -> None:
    """Takes away the media first: where somebody put another database there meanwhile, NotEmpty is raised before."""
    if not named and not _is_bare(file):
        raise NotEmpty("there is a database already, beside what a restore left that did not end")
    _clear_media(target)
    for name in (draft(file), *([file] if named else [])):
        for side in ("", *SIDES):
            name.with_name(name.name + side).unlink(missing_ok=True)
    disk.flush(file.parent)


def draft(file: Path) -> Path:
    """Under which name a file of SQLite is filled."""
    return file.with_name(f".{file.name}.restoring")


def _is_ours(target: Target, filled: str) -> bool:
    """Whether anything was unpacked. filled: the folder of files that the mark names. Raises NotEmpty for another."""
    if filled and filled != _filling(target):
        raise NotEmpty(_ELSEWHERE)
    return bool(filled)


def _filling(target: Target) -> str:
    return str(target.media_dir.absolute())


def _clear_media(target: Target) -> None:
    shutil.rmtree(target.media_dir, ignore_errors=True)
    if target.media_dir.exists() and any(target.media_dir.iterdir()):
        raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY))


# ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────────────────
@contextmanager
def _on_server(target: Target, last: Callable[[], None]) -> Iterator[None]:
    with engine(target.owner) as opened, opened.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        guard.detach()  # so that the lock goes with it
        if not guard.execute(_TRY, {"lock": _LOCK}).scalar_one():
            raise NotEmpty(_BUSY)
        if guard.execute(_IS_THERE).scalar_one():
            if _is_ours(target, _filled(guard)):
                _clear_server(target)
            else:
                guard.exec_driver_sql(f"DROP TABLE public.{unfinished.TABLE}")
        is_empty(target)
        try:
            guard.exec_driver_sql(f"CREATE TABLE public.{unfinished.TABLE} (walled text, filled text)")
            guard.execute(_FILLS, {"filled": _filling(target)})
            yield
            last()
            guard.exec_driver_sql(f"DROP TABLE public.{unfinished.TABLE}")
        except BaseException:
            undisturbed()
            with suppress(DBAPIError):  # the server is gone: the mark says what is there, and the next restore reads it
                _clear_server(target)
            raise


def letting_down(conn: Connection, walled: Sequence[str]) -> None:
    """Notes which tables have walls that also their owner stands behind, before those are let down."""
    if walled:
        conn.execute(_LETS_DOWN, [{"walled": name} for name in walled])


def _filled(conn: Connection) -> str:
    """The folder of files that the mark names; "" where its restore was killed before it filled any."""
    return next((str(one) for one in conn.execute(_FILLED).scalars()), "")


def _clear_server(target: Target) -> None:
    """By a connection of its own: whatever was interrupted, this one is at rest."""
    with engine(target.owner) as opened, opened.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(_ORPHANS)
        _clear_media(target)
        there = set(inspect(conn).get_table_names())
        ours = ", ".join(f"public.{each.name}" for each in metadata.sorted_tables if each.name in there)
        if ours:
            conn.exec_driver_sql(f"TRUNCATE {ours} RESTART IDENTITY")
        if unfinished.TABLE in there:
            for name in conn.execute(_LET_DOWN).scalars().all():
                conn.exec_driver_sql(f'ALTER TABLE public."{name}" FORCE ROW LEVEL SECURITY')
            conn.exec_driver_sql(f"DROP TABLE public.{unfinished.TABLE}")


# ── What is there ────────────────────────────────────────────────────────────────────────────────────────────
def is_empty(target: Target) -> None:
    """Raises NotEmpty where there is anything."""
    if target.media_dir.is_dir() and any(target.media_dir.iterdir()):
        raise NotEmpty("there are files in the media folder")
    url = make_url(target.url)
    if url.get_backend_name() == "sqlite":
        if url.database and not _is_bare(Path(url.database)):
            raise NotEmpty("there is a database already")
        return
    with engine(target.owner) as opened, opened.connect() as conn, conn.begin():
        there = set(inspect(conn).get_table_names())
        conn.execute(WORKER) if there else None
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
