"""The erasure journal: which reports were erased, kept beside the keys, so that a restored backup loses them again.

KEYS_DIR/erased holds two kinds of files, each of one process, so that no two ever write into the same one (an append is
not whole on a network folder that replicas share): `reports-2026-11.<owner>` has a line for each report, the hour and
its random id; `messages-2026-11-22.<owner>` the keyed hashes by which a second delivery of its messages is known, apart
from the ids. Lines are only added, each on disk before it counts; whole files go when their time is over and no key is
here that a backup of their month needs.

An erasure is committed with a timer that is done only after its lines are on disk. A crash in between rings it again:
nothing is lost, and a line that stands twice means no more than once.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, bindparam, select

from storage import audit, promises
from storage.database import sql
from storage.keys import Domain, Keyring, epoch_of
from storage.purging import erasing
from storage.reporting import effaced
from storage.tables import inbound, reports

KEPT: Final = timedelta(days=400)  # where nobody says how old a backup may get
SECOND_DELIVERIES: Final = timedelta(days=30)  # as long as the database knows a message again

_FOLDER: Final = "erased"
_REPORTS: Final = "reports"
_MESSAGES: Final = "messages"
_NAME: Final = re.compile(r"(reports|messages)-([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)\.[0-9A-Za-z]{1,40}", re.ASCII)
_OWNER: Final = re.compile(r"[0-9A-Za-z]{1,40}", re.ASCII)
_REPORT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2} ([0-9a-f]{32})", re.ASCII)
_MESSAGE: Final = re.compile(r"[0-9a-f]{32,128}", re.ASCII)
_DAYS: Final = 31  # of a month, at most
_A_MONTH: Final = len("2026-01")
_STILL: Final = select(reports.c.id).where(reports.c.id == bindparam("one"), reports.c.erased_at.is_(None))


def write(keys_dir: Path, owner: str, report: str, hashes: Sequence[bytes], *, now: datetime) -> None:
    """Adds an erased report (its id) and the hashes of its messages; returns when they are on disk. OSError if not.

    owner: this process, in letters and digits (ValueError for others: nobody would read that file).
    """
    if not _OWNER.fullmatch(owner):
        raise ValueError("not the name of a process")
    folder = keys_dir / _FOLDER
    promises.append(folder / f"{_REPORTS}-{now:%Y-%m}.{owner}", [f"{now:%Y-%m-%dT%H} {report}"])
    if hashes:
        promises.append(folder / f"{_MESSAGES}-{now:%Y-%m-%d}.{owner}", [one.hex() for one in hashes])


def read(keys_dir: Path) -> tuple[str, ...]:
    """The id of every report in the journal, each once; () where there is none. A half-written line is passed over."""
    found = (_REPORT.fullmatch(line) for line in _lines(keys_dir, _REPORTS))
    return tuple(dict.fromkeys(match.group(1) for match in found if match))


def messages(keys_dir: Path) -> tuple[bytes, ...]:
    """The hashes of their messages, of the last 30 days."""
    found = (line for line in _lines(keys_dir, _MESSAGES) if _MESSAGE.fullmatch(line) and len(line) % 2 == 0)
    return tuple(bytes.fromhex(line) for line in dict.fromkeys(found))


def prune(keys_dir: Path, *, now: datetime, kept: timedelta = KEPT) -> int:
    """Takes away whole files past their time, those of promises too; returns how many.

    kept: the age that no backup outlives.
    """
    gone = promises.prune(keys_dir, now=now, kept=kept) + effaced.prune(keys_dir, now=now)
    for file, kind, month, last in _files(keys_dir):
        past = last < now - (kept if kind == _REPORTS else SECOND_DELIVERIES)
        if past and promises.is_shut(keys_dir, month):
            file.unlink(missing_ok=True)
            gone += 1
    return gone


def reapply(
    conn: Connection, keyring: Keyring, ids: Sequence[str], now: datetime, *, hashes: Sequence[bytes] = ()
) -> int:
    """Erases again what a restored database brought back, and knows its messages again; returns how many were erased.

    ids: of `read`; those that are erased here, or are not here, change nothing. hashes: of `messages`. A hold in the
    restored database keeps nothing: the report was erased after that hold had ended.
    """
    standing = [one for one in ids if conn.execute(_STILL, {"one": one}).first() is not None]
    for one in standing:
        erasing.erase(conn, one, now=now)
        audit.write(conn, keyring, at=now, actor="machine:restore", action="report.erase_again", subject=one)
    # Settled long ago, as far as anyone need know: a carrier that brings it once more changes nothing.
    epoch = epoch_of(Domain.DOOR, now)
    known = {"channel": "restored", "sequence": 0, "sealed": None, "epoch": epoch, "attempts": 0}
    times = {"received_at": now, "settled_at": now}
    rows = [{"dedup": one, "pseudonym": one[:16], **known, **times} for one in hashes]
    if rows:
        conn.execute(sql.insert_unless_there(conn, inbound), rows)
    return len(standing)


def _lines(keys_dir: Path, wanted: str) -> Iterator[str]:
    for file, kind, _month, _last in _files(keys_dir):
        if kind == wanted:
            # Bytes that are no text are a line that a crash cut: passed over like one.
            yield from file.read_bytes().decode("ascii", "replace").split("\n")


def _files(keys_dir: Path) -> Iterator[tuple[Path, str, str, datetime]]:
    """Each file with its kind, its month and an instant after which nothing was added to it."""
    with suppress(FileNotFoundError):
        for file in sorted((keys_dir / _FOLDER).iterdir()):
            name = _NAME.fullmatch(file.name)
            if name:
                kind, date = name.groups()
                begun = datetime.strptime(date, "%Y-%m" if kind == _REPORTS else "%Y-%m-%d").replace(tzinfo=UTC)
                yield file, kind, date[:_A_MONTH], begun + timedelta(days=_DAYS if kind == _REPORTS else 1)
