"""SQLite behind a Store: one thread that writes, many functions a commit; a few threads that only read.

The writer is the only connection that writes, so no write ever waits for another process's lock or fails for it, and
one fsync serves every function that was queued while the last one ran.
"""

import asyncio
import json
import os
import queue
import sqlite3
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, Transaction, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

from storage.database import after
from storage.database.faults import Unavailable, is_unavailable, keep_values_out
from storage.database.written import Written

_READERS: Final = 4
# A commit takes at most so many functions, and begins none after so long, so that an acknowledgement behind a hundred
# slow functions does not wait for all of them.
_LARGEST: Final = 512
_LONGEST_S: Final = 0.04

_PRAGMAS: Final = (
    "PRAGMA busy_timeout = 10000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # a commit returns after fsync; NORMAL loses commits in a power cut
    "PRAGMA secure_delete = ON",  # freed bytes are overwritten; FAST leaves pages as they were that become free
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
)


def make_engine(url: URL, *, write: bool, size: int = 1) -> Engine:
    """An engine with our pragmas whose transactions we begin ourselves (the driver's own rule splits them)."""
    engine = create_engine(
        url,
        hide_parameters=True,
        poolclass=StaticPool if write else QueuePool,
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": 10.0},
        json_deserializer=_read_json,
        **({} if write else {"pool_size": size, "max_overflow": 0}),
    )

    def connected(raw: Any, _record: object) -> None:
        connection: sqlite3.Connection = raw
        for pragma in _PRAGMAS if write else (*_PRAGMAS, "PRAGMA query_only = ON"):
            connection.execute(pragma).fetchall()

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    keep_values_out(engine)
    return engine


def _read_json(words: str) -> Any:
    """SQLite keeps any words where JSON is meant. Of what is none, {}: else one such row hides all of its query."""
    try:
        return json.loads(words)
    except (TypeError, ValueError):
        return {}


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[Connection], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


class SqliteBackend:
    """See the module. `url` names a file; its folder is made when missing."""

    def __init__(self, url: URL) -> None:
        self._path = Path(url.database or "")
        make_private(self._path)
        self._writing = make_engine(url, write=True)
        self._reading = make_engine(url, write=False, size=_READERS)
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="sqlite-read")
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self.written = Written()
        self._gate = threading.Lock()  # nothing is queued after the end mark
        self._closed = False
        self._ending = False
        self._writer = threading.Thread(target=self._write_on, name="sqlite-write", daemon=True)
        self._writer.start()

    async def write(self, work: Callable[[Connection], Any], _staff: str | None) -> Any:
        """Queues the function; what it returned is there after COMMIT and fsync."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        with self._gate:
            if self._closed:
                raise Unavailable
            self._queue.put(_Job(work, loop, future))
        # Shielded: a caller that goes away takes neither its write nor the writer with it.
        return await asyncio.shield(future)

    async def read(self, work: Callable[[Connection], Any], _staff: str | None) -> Any:
        """Runs the function on one snapshot that it cannot change."""
        if self._closed:
            raise Unavailable
        return await asyncio.shield(asyncio.wrap_future(self._readers.submit(self._read, work)))

    async def tidy(self) -> None:
        """Moves the log into the file and empties it, so that what was deleted is overwritten in both."""
        await asyncio.shield(asyncio.wrap_future(self._readers.submit(self._checkpoint)))

    def close(self) -> None:
        """Writes what is queued, then closes the file."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._readers.shutdown()
        self._reading.dispose()
        self._writer.join()

    # ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────
    def _read(self, work: Callable[[Connection], Any]) -> Any:
        try:
            with self._reading.connect() as connection, connection.begin():
                return work(connection)
        except Exception as error:
            if is_unavailable(error):
                raise Unavailable from error
            raise

    def _checkpoint(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=10.0)
        try:
            connection.execute("PRAGMA synchronous = FULL").fetchall()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            raise Unavailable from error
        finally:
            connection.close()

    # ── Writing (all below runs in the writer's thread) ──────────────────────────────────────────────────────
    def _write_on(self) -> None:
        while not self._ending:
            first = self._queue.get()
            if first is None:
                break
            jobs: list[_Job] = []
            try:
                outcomes = self._commit(first, jobs)
            except Exception as error:  # noqa: BLE001 - whatever broke the transaction, the next one must begin
                self._writing.dispose()
                failure = _Failed(_unavailable(error))
                outcomes = [failure] * len(jobs)
            _resolve(jobs, outcomes)
        self._end()

    def _taken(self, first: _Job, jobs: list[_Job]) -> Iterator[_Job]:
        """Yields what is queued, noting each in `jobs` first, so that every one is answered whatever happens."""
        jobs.append(first)
        yield first
        latest = time.monotonic() + _LONGEST_S
        while len(jobs) < _LARGEST and time.monotonic() < latest:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                return
            if job is None:
                self._ending = True
                return
            jobs.append(job)
            yield job

    def _commit(self, first: _Job, jobs: list[_Job]) -> list[Any]:
        taken = self._taken(first, jobs)
        job = next(taken)
        with self._writing.connect() as connection:
            transaction = connection.begin()
            after.begin(connection, self.written)
            try:
                outcomes = [_in_savepoint(connection, job.work)]
                outcomes.extend(_in_savepoint(connection, job.work) for job in taken)
                transaction.commit()
            except BaseException:
                _give_up(connection, transaction)
                raise
            after.run(connection)
            return outcomes

    def _end(self) -> None:
        try:
            with self._writing.connect() as connection:
                raw = _raw(connection)
                raw.execute("PRAGMA busy_timeout = 1000").fetchall()
                raw.execute("PRAGMA optimize").fetchall()
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except Exception:  # noqa: BLE001, S110 - tidying only; all is committed
            pass
        self._writing.dispose()


def _in_savepoint(connection: Connection, work: Callable[[Connection], Any]) -> Any:
    """Runs one function; its failure undoes its own changes and no other's.

    Raises Unavailable when the failure (a full disk, say) made SQLite undo the whole transaction.
    """
    raw = _raw(connection)
    raw.execute("SAVEPOINT job")
    before = after.asked(connection)
    try:
        outcome = work(connection)
    except BaseException as error:  # its caller's, not the writer's
        if not raw.in_transaction:
            raise Unavailable from error
        traceback.clear_frames(error.__traceback__)  # what it had begun to read would keep the savepoint
        raw.execute("ROLLBACK TO job")
        after.undo(connection, before)
        raw.execute("RELEASE job")
        return _Failed(_unavailable(error) if is_unavailable(error) else error)
    if not raw.in_transaction:
        raise Unavailable("a function ended the transaction it was given")
    raw.execute("RELEASE job")
    return outcome


def _give_up(connection: Connection, transaction: Transaction) -> None:
    try:
        raw = _raw(connection)
        if raw.in_transaction:  # a failed COMMIT leaves it open
            raw.execute("ROLLBACK")
        transaction.rollback()
    except Exception:  # noqa: BLE001 - the engine is disposed of next
        connection.invalidate()


def _raw(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    if not isinstance(raw, sqlite3.Connection):
        raise Unavailable
    return raw


def _unavailable(error: BaseException) -> Unavailable:
    if isinstance(error, Unavailable):
        return error
    named = Unavailable()
    named.__cause__ = error
    return named


def _resolve(jobs: list[_Job], outcomes: list[Any]) -> None:
    """Answers all callers, with one wake-up for each event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for job, outcome in zip(jobs, outcomes, strict=True):
        by_loop.setdefault(job.loop, []).append((job.future, outcome))
    for loop, answers in by_loop.items():
        try:
            loop.call_soon_threadsafe(_answer, answers)
        except RuntimeError:  # this loop has ended, and with it everyone who waited there
            continue


def _answer(answers: list[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, outcome in answers:
        if future.done():
            continue
        if isinstance(outcome, _Failed):
            # A future does not take StopIteration.
            stopped = isinstance(outcome.error, StopIteration)
            future.set_exception(RuntimeError("StopIteration") if stopped else outcome.error)
        else:
            future.set_result(outcome)


def make_private(path: Path) -> None:
    """The file (and so its WAL, which takes its mode) is readable by its owner only, from its first byte."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise Unavailable from error
