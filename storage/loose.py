"""Which rows of the audit wait for the end of their hour, written down outside the database: none goes unseen.

What is told in private gets its place in the chain when its hour is over, for its place would tell the minute. Until
then whoever holds the database could take the row away. So the ids of these rows stand in a file beside the keys, and
one leaves it only when its row has a place that an anchor bears out.

The file tells nobody when a row came: it is written anew each minute whether there are any or not, its ids lie in the
order of chance, it is as long for none as for sixty-four, and the watch's key that seals it ends within hours.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sqlalchemy import BigInteger, Connection, select, type_coerce

from storage import audit
from storage.audit import Anchor, Verdict
from storage.database import disk
from storage.keyfiles import FOLDER_MODE, GOES_ON_MODE
from storage.keys import Domain, KeyGone, Keyring
from storage.sealing import Tampered, seal, unseal
from storage.tables import audit as log

EVERY: Final = timedelta(minutes=1)
_FOLDER: Final = "waiting"
_NAME: Final = "audit"
_STEP: Final = 64  # rows: so many more make the file longer
_ID: Final = 16
_ROW: Final = _ID + 8
_LOT: Final = 500  # ids in one query
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_US: Final = timedelta(microseconds=1)
_HOUR_US: Final = 3_600_000_000
_L: Final = log.c
_MICROS: Final = type_coerce(_L.at, BigInteger)
_NONE: Final[Mapping[str, datetime]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Seen:
    """What the database has of these rows.

    waits: without a place, by id, and when their hour is over. placed: those that were noted and have a place that an
    anchor bears out. gone: those that were noted and are not there.
    """

    waits: Mapping[str, datetime] = field(default_factory=dict)
    placed: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()


def look(conn: Connection, noted: Mapping[str, datetime], *, anchored: int) -> Seen:
    """The rows that wait now, and what became of those that were noted. anchored: the newest anchor's place, or 0."""
    loose = select(_L.id, _MICROS.label("micros")).where(
        _L.actor.like("machine:%"), _MICROS % _HOUR_US == 0, _L.seq.is_(None)
    )
    waits = {row.id: _EPOCH + row.micros * _US for row in conn.execute(loose) if _is_ours(row.id, row.micros)}
    there = _places(conn, noted)
    placed = frozenset(id for id, seq in there.items() if seq is not None and seq <= anchored)
    return Seen(waits, placed, frozenset(noted.keys() - there.keys()))


def note(keyring: Keyring, seen: Seen, *, now: datetime) -> None:
    """Writes down what waits, beside what was noted before and has no place yet; on disk when this returns.

    Raises KeyMissing where the watch has no key, OSError.
    """
    with _alone(keyring) as folder:
        rows = {id: hour for id, hour in {**read(keyring), **seen.waits}.items() if id not in seen.placed}
        key = keyring.current(Domain.DOOR, now)
        sealed = seal(key.secret, _packed(rows), log.name, _FOLDER, key.epoch)
        draft = folder / f"{_NAME}.new"
        handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, GOES_ON_MODE)
        try:
            os.write(handle, key.epoch.encode() + b"\n" + sealed)
            os.fsync(handle)
        finally:
            os.close(handle)
        draft.replace(folder / _NAME)
        disk.flush(folder)


def read(keyring: Keyring) -> Mapping[str, datetime]:
    """The rows that were noted: by id, when their hour is over.

    None where nothing was, or the key of the watch in which it was has ended since: nothing ran for hours.
    """
    try:
        epoch, _, sealed = (keyring.folder / _FOLDER / _NAME).read_bytes().partition(b"\n")
        named = epoch.decode("ascii", "replace")
        return _unpacked(unseal(keyring.at(Domain.DOOR, named), sealed, log.name, _FOLDER, named))
    except (FileNotFoundError, KeyGone, Tampered):
        return _NONE


def forget(keyring: Keyring) -> None:
    """A backup was restored: what waited went with what was lost."""
    (keyring.folder / _FOLDER / _NAME).unlink(missing_ok=True)


def verify(
    conn: Connection, keyring: Keyring, anchors: Iterable[Anchor] = (), noted: Mapping[str, datetime] = _NONE
) -> Verdict:
    """As `audit.verify`, and that every row is there that was noted. Read `noted` before the transaction begins."""
    verdict = audit.verify(conn, keyring, anchors)
    gone = sorted(noted.keys() - _places(conn, noted).keys()) if verdict.whole else []
    return replace(verdict, whole=False, reason="missing", row=gone[0], hour=noted[gone[0]]) if gone else verdict


def _places(conn: Connection, ids: Iterable[str]) -> dict[str, int | None]:
    """Those of these rows that are there, and their places."""
    asked, found = sorted(ids), dict[str, int | None]()
    for start in range(0, len(asked), _LOT):
        rows = conn.execute(select(_L.id, _L.seq).where(_L.id.in_(asked[start : start + _LOT])))
        found.update((row.id, row.seq) for row in rows)
    return found


def _is_ours(id: object, micros: object) -> bool:
    """Whether a row can be written down: on SQLite, whoever changed one may have put anything there."""
    try:
        return isinstance(id, str) and len(bytes.fromhex(id)) == _ID and isinstance(micros, int)
    except ValueError:
        return False


def _packed(rows: Mapping[str, datetime]) -> bytes:
    told = [bytes.fromhex(id) + ((hour - _EPOCH) // _US).to_bytes(8, signed=True) for id, hour in rows.items()]
    plain = len(told).to_bytes(4) + b"".join(sorted(told))
    return plain + bytes(_ROW * (-len(told) % _STEP or (0 if told else _STEP)))


def _unpacked(plain: bytes) -> Mapping[str, datetime]:
    count, body = int.from_bytes(plain[:4]), plain[4:]
    each: Sequence[bytes] = [body[_ROW * place : _ROW * (place + 1)] for place in range(count)]
    return {one[:_ID].hex(): _EPOCH + int.from_bytes(one[_ID:], signed=True) * _US for one in each}


@contextmanager
def _alone(keyring: Keyring) -> Iterator[Path]:
    """The folder, for one replica at a time."""
    folder = keyring.folder / _FOLDER
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    handle = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, GOES_ON_MODE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(handle)
