"""Which rows of the audit wait for the end of their hour, written down outside the database: none goes unseen.

What is told in private gets its place in the chain when its hour is over, for its place would tell the minute. Until
then whoever holds the database could take the row away. So the ids of these rows stand in a file beside the keys, and
one leaves it only when its row has a place that an anchor bears out. Every other row has its place within a second,
unless somebody keeps the sealer from its work: so whatever row has none at that minute stands there, too, and since
when it should have had one. The machine's rows, dated to their hour, do not say that.

The file tells nobody when a row came: it is written anew each minute whether there are any or not, its ids lie in no
order, it is as long for none as for sixty-four, and its key ends with the watch.
"""

import errno
import fcntl
import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import BigInteger, Connection, select, type_coerce

from storage import audit, shape
from storage.audit import Anchor, Verdict
from storage.database import disk
from storage.keyfiles import FOLDER_MODE, GOES_ON_MODE, WAITING
from storage.keys import Domain, KeyGone, Keyring
from storage.sealing import Tampered, seal, unseal
from storage.tables import audit as log

EVERY: Final = timedelta(minutes=1)
LATE: Final = timedelta(minutes=5)
_NAME: Final = "audit"
_ASIDE: Final = "audit.damaged"
_DIGEST: Final = 32  # bytes of SHA-256 before what the file says
_STEP: Final = 64  # rows: so many more make the file longer
_ID: Final = 16
_ROW: Final = _ID + 2 * 8
_LOT: Final = 500  # ids in one query
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_US: Final = timedelta(microseconds=1)
_AN_HOUR: Final = timedelta(hours=1)
_HOUR_US: Final = 3_600_000_000
_L: Final = log.c
_MICROS: Final = type_coerce(_L.at, BigInteger)
_WAIT: Final = select(_L.id, _MICROS.label("micros"), audit.WAITS.label("waits")).where(_L.seq.is_(None))


@dataclass(frozen=True, slots=True)
class Noted:
    """What the file says. rows: by id, when their hour is over. damaged: it, or one before it, cannot be read.

    due: of those that wait for no hour's end, the minute in which they were first seen without their place. A row that
    waits has none before its hour is over: it would tell when it came.
    """

    rows: Mapping[str, datetime] = field(default_factory=dict)
    due: Mapping[str, datetime] = field(default_factory=dict)
    damaged: bool = False


_NOTHING: Final = Noted()


@dataclass(frozen=True, slots=True)
class Seen:
    """What the database has of these rows.

    waits: without a place, by id, and when their hour is over. due: those of them that should have one now, and when
    they were looked at. late: those that should have had one for five minutes or more. placed: those that were noted
    and have a place that an anchor bears out. gone: those that were noted and are not there. moved: those that were
    noted and have a place that does not fit. changed: how many wait that no program of ours can have written. hidden:
    fresh ones that are not there. after: fresh ones whose place no anchor bears out yet.
    """

    waits: Mapping[str, datetime] = field(default_factory=dict)
    due: Mapping[str, datetime] = field(default_factory=dict)
    placed: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()
    changed: int = 0
    late: int = 0
    hidden: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()

    @property
    def faults(self) -> Mapping[str, int]:
        """What is not whole, by the reasons of `Verdict`, and how many rows each."""
        found = {"missing": len(self.gone), "moved": len(self.moved), "changed": self.changed, "unchained": self.late}
        return {reason: count for reason, count in found.items() if count}


def look(
    conn: Connection,
    keyring: Keyring,
    noted: Noted,
    *,
    anchored: Anchor,
    now: datetime,
    fresh: Collection[str] = (),
) -> Seen:
    """The rows that wait now, and what became of those that were noted. anchored: the newest anchor, or of place 0.

    fresh: those that this process has committed since it looked, by id: known before the transaction begins.
    """
    waits, due, changed = dict[str, datetime](), dict[str, datetime](), 0
    for row in conn.execute(_WAIT, {"now": now}):
        hour = _hour(row.id, row.micros)
        if hour is None:
            changed += 1
            continue
        waits[row.id] = hour
        if not row.waits:
            due[row.id] = now
    there = _places(conn, noted.rows)
    placed, moved = audit.borne(conn, keyring, (id for id, seq in there.items() if seq is not None), anchored=anchored)
    gone = frozenset(noted.rows.keys() - there.keys())
    written = _places(conn, fresh)
    hidden = frozenset(fresh) - written.keys()
    # To be noted as well: whoever verifies the log is told, too.
    waits |= dict.fromkeys(hidden, now.replace(minute=0, second=0, microsecond=0) + _AN_HOUR)
    after = frozenset(id for id, seq in written.items() if seq is not None and seq > anchored.seq)
    late = len(_late(noted, now) & due.keys())
    return Seen(waits, due, placed, gone, moved, changed, late, hidden=hidden, after=after)


def note(keyring: Keyring, seen: Seen, *, now: datetime) -> None:
    """Writes down what waits, beside what was noted before and has no place yet; on disk when this returns.

    A file that cannot be read is laid aside, and counts as damaged until somebody takes it away. Where this raises,
    what was noted stands as it did. Raises KeyMissing where the watch has no key, OSError.
    """
    with _alone(keyring) as folder:
        before = _content(keyring)
        rows = {id: hour for id, hour in {**before.rows, **seen.waits}.items() if id not in seen.placed}
        due = {id: min(since, before.due.get(id, since)) for id, since in {**before.due, **seen.due}.items()}
        key = keyring.current(Domain.DOOR, now)
        said = key.epoch.encode() + b"\n" + seal(key.secret, _packed(rows, due), log.name, WAITING, key.epoch)
        draft = folder / f"{_NAME}.new"
        _write(draft, hashlib.sha256(said).digest() + said)
        if before.damaged:
            (folder / _NAME).replace(folder / _ASIDE)
        draft.replace(folder / _NAME)
        disk.flush(folder)


def read(keyring: Keyring) -> Noted:
    """The rows that were noted.

    None where nothing was, or the key of the watch in which it was has ended since: nothing ran for hours.
    """
    noted = _content(keyring)
    return replace(noted, damaged=noted.damaged or (keyring.folder / WAITING / _ASIDE).exists())


def forget(keyring: Keyring) -> None:
    """A backup was restored: what waited went with what was lost."""
    for name in (_NAME, _ASIDE):
        (keyring.folder / WAITING / name).unlink(missing_ok=True)


def verify(
    conn: Connection, keyring: Keyring, anchors: Iterable[Anchor] = (), noted: Noted = _NOTHING, *, now: datetime
) -> Verdict:
    """As `audit.verify`, and that every row is there that was noted, none of them is late, and `storage.shape`.

    Read `noted` before the transaction begins, and give rows their places first (`audit.chain`): without a server they
    have none. That a noted row's place fits is found with every other row's.
    """
    verdict = audit.verify(conn, keyring, anchors)
    if not verdict.whole:
        return verdict
    if odd := shape.oddities(conn):
        return replace(verdict, whole=False, reason="schema", at=odd)
    if gone := sorted(noted.rows.keys() - _places(conn, noted.rows).keys()):
        return replace(verdict, whole=False, reason="missing", row=gone[0], hour=noted.rows[gone[0]])
    if noted.damaged:
        return replace(verdict, whole=False, reason="unreadable")
    late = len(_late(noted, now).intersection(row.id for row in conn.execute(_WAIT, {"now": now}) if not row.waits))
    return replace(verdict, whole=False, reason="unchained", at=late) if late else verdict


def _late(noted: Noted, now: datetime) -> frozenset[str]:
    """Those that should have had a place for long."""
    return frozenset(id for id, since in noted.due.items() if since <= now - LATE)


def _content(keyring: Keyring) -> Noted:
    """What the file says, and whether it is damaged. Its digest tells that also where its key has ended."""
    try:
        content = (keyring.folder / WAITING / _NAME).read_bytes()
    except FileNotFoundError:
        return _NOTHING
    digest, said = content[:_DIGEST], content[_DIGEST:]
    if hashlib.sha256(said).digest() != digest:
        return Noted(damaged=True)
    epoch, _, sealed = said.partition(b"\n")
    named = epoch.decode("ascii", "replace")
    try:
        return _unpacked(unseal(keyring.at(Domain.DOOR, named), sealed, log.name, WAITING, named))
    except KeyGone:
        return _NOTHING
    except Tampered:
        return Noted(damaged=True)


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, GOES_ON_MODE)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)
        if os.fstat(handle).st_size != len(content):
            raise OSError(errno.EIO, "short write")


def _places(conn: Connection, ids: Iterable[str]) -> dict[str, int | None]:
    """Those of these rows that are there, and their places."""
    asked, found = sorted(ids), dict[str, int | None]()
    for start in range(0, len(asked), _LOT):
        rows = conn.execute(select(_L.id, _L.seq).where(_L.id.in_(asked[start : start + _LOT])))
        found.update((row.id, row.seq) for row in rows)
    return found


def _hour(id: object, micros: object) -> datetime | None:
    """When a row's hour is over; None where it cannot be ours: whoever changed one may have put anything there."""
    if not isinstance(id, str) or not isinstance(micros, int):
        return None
    try:
        over = _EPOCH - (-micros // _HOUR_US) * _HOUR_US * _US
        return over if len(id) == 2 * _ID and bytes.fromhex(id).hex() == id else None
    except (ValueError, OverflowError):
        return None


def _packed(rows: Mapping[str, datetime], due: Mapping[str, datetime]) -> bytes:
    told = [bytes.fromhex(id) + _micros(hour) + _micros(due.get(id, _EPOCH)) for id, hour in rows.items()]
    plain = len(told).to_bytes(4) + b"".join(sorted(told))
    return plain + bytes(_ROW * (-len(told) % _STEP or (0 if told else _STEP)))


def _micros(at: datetime) -> bytes:
    return ((at - _EPOCH) // _US).to_bytes(8, signed=True)


def _unpacked(plain: bytes) -> Noted:
    count, body = int.from_bytes(plain[:4]), plain[4:]
    each = [(body[at : at + _ID].hex(), body[at + _ID : at + _ROW]) for at in range(0, _ROW * count, _ROW)]
    due = {id: _time(times[8:]) for id, times in each}
    return Noted({id: _time(times[:8]) for id, times in each}, {id: at for id, at in due.items() if at > _EPOCH})


def _time(told: bytes) -> datetime:
    return _EPOCH + int.from_bytes(told, signed=True) * _US


@contextmanager
def _alone(keyring: Keyring) -> Iterator[Path]:
    """The folder, for one replica at a time."""
    folder = keyring.folder / WAITING
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    handle = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, GOES_ON_MODE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(handle)
