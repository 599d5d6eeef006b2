"""The audit chain's end, written down outside the database: whoever holds only that cannot cut off the newest rows.

A file a month in a folder beside the keys (or on another disk), a line for each anchor: place, chain, time, kind, MAC.
Lines are appended, fsynced and never changed. They are read in the order in which they were written, which no clock
decides: nothing is written to a file before the newest. Where a backup was restored a line says so, with its chain's
end, which bears out all before it: the lines before count no more, for they may be of another chain.
"""

import fcntl
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from storage.audit import Anchor
from storage.database import disk
from storage.keys import Domain, Keyring

Kind = Literal["end", "restored"]
EVERY_S: Final = 60.0
EVERY_ROWS: Final = 1000
_FIELDS: Final = 5
_LONGEST_LINE: Final = 400
_SUFFIX: Final = ".anchors"


@dataclass(frozen=True, slots=True)
class Note:
    """An anchor as it was written down. kind "restored": from here the chain went on after a backup was restored."""

    seq: int
    chain: bytes
    at: datetime
    kind: Kind = "end"

    @property
    def anchor(self) -> Anchor:
        """What verifying asks for."""
        return Anchor(self.seq, self.chain)


@dataclass(frozen=True, slots=True)
class Noted:
    """What anchors' files hold. bad: the first line that we did not write or that was changed, as "file:line"."""

    notes: tuple[Note, ...] = ()
    bad: str = ""

    @property
    def standing(self) -> tuple[Anchor, ...]:
        """The anchors that the chain must go through."""
        places = [place for place, note in enumerate(self.notes) if note.kind == "restored"]
        return tuple(note.anchor for note in self.notes[places[-1] if places else 0 :])

    @property
    def last(self) -> Note | None:
        """The newest."""
        return self.notes[-1] if self.notes else None

    @property
    def restored(self) -> tuple[Note, ...]:
        """Where the chain went on after a backup."""
        return tuple(note for note in self.notes if note.kind == "restored")


def append(folder: Path, keyring: Keyring, end: Anchor, *, now: datetime, kind: Kind = "end") -> Note:
    """Writes an anchor down, on disk when this returns; OSError if not. A line that was torn is taken away first."""
    note = Note(end.seq, end.chain, now, kind)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = _newest(folder, now)
    try:
        _mend(handle)
        disk.write(handle, (line(keyring, note) + "\n").encode())  # the next one takes away what is torn
        os.fsync(handle)
    finally:
        os.close(handle)
    disk.flush(folder)
    return note


def line(keyring: Keyring, note: Note) -> str:
    """The words of an anchor, to be printed, posted or appended."""
    plain = f"{note.seq} {note.chain.hex()} {note.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ} {note.kind}"
    return f"{plain} {_mac(keyring, plain).hex()}"


def _newest(folder: Path, now: datetime) -> int:
    """The file that is appended to, open and locked: this month's, or a later one that a clock began that was ahead."""
    while True:
        names = sorted(file.name for file in _files(folder))
        name = max([f"{now:%Y-%m}{_SUFFIX}", *names[-1:]])
        handle = os.open(folder / name, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if all(file.name <= name for file in _files(folder)):
            return handle
        os.close(handle)  # another replica began a later one meanwhile


def _files(folder: Path) -> Iterable[Path]:
    return folder.glob(f"*{_SUFFIX}")


def read(path: Path, keyring: Keyring) -> Noted:
    """The anchors of a file, or of all files of a folder in their order; none where nothing is there.

    A line that a folder's file does not end may still be on its way; the last one of a file that is given need not end.
    """
    notes: list[Note] = []
    bad = ""
    for name, number, text in _lines(path):
        note = _parsed(keyring, text)
        if note is None:
            bad = bad or f"{name}:{number}"
        else:
            notes.append(note)
    return Noted(tuple(notes), bad)


def last(folder: Path, keyring: Keyring) -> Note | None:
    """The newest anchor of a folder, from the end of its newest file."""
    for file in sorted(_files(folder), reverse=True):
        with file.open("rb") as opened:
            opened.seek(max(0, os.fstat(opened.fileno()).st_size - 8 * _LONGEST_LINE))
            tail = opened.read().decode("ascii", "replace").splitlines()
        for text in reversed(tail):
            if (note := _parsed(keyring, text)) is not None:
                return note
    return None


def is_due(end: Anchor, before: Note | None, now: datetime) -> bool:
    """Whether the chain has grown so far, or so long ago, that its end is to be written down."""
    if before is None:
        return end.seq > 0
    grown = end.seq - before.seq
    # A negative age: the clock was ahead when the last one was written down.
    return grown >= EVERY_ROWS or (grown > 0 and not 0 <= (now - before.at).total_seconds() < EVERY_S)


def _lines(path: Path) -> Iterator[tuple[str, int, str]]:
    for file in sorted(_files(path)) if path.is_dir() else [path]:
        if not file.exists():
            continue
        *whole, rest = file.read_text("ascii", "replace").split("\n")
        if rest and file == path:
            whole.append(rest)
        for number, text in enumerate(whole, start=1):
            yield file.name, number, text


def _parsed(keyring: Keyring, text: str) -> Note | None:
    fields = text.split(" ")
    if len(text) > _LONGEST_LINE or len(fields) != _FIELDS:
        return None
    plain, _, mac = text.rpartition(" ")
    try:
        if not hmac.compare_digest(_mac(keyring, plain), bytes.fromhex(mac)):
            return None
        seq, chain, at, kind = fields[:4]
        return Note(int(seq), bytes.fromhex(chain), datetime.fromisoformat(at), _kind(kind))
    except ValueError:
        return None


def _kind(word: str) -> Kind:
    return "restored" if word == "restored" else "end"


def _mac(keyring: Keyring, plain: str) -> bytes:
    bound = json.dumps(["muntada audit anchor 1", plain]).encode()
    return hmac.digest(keyring.at(Domain.AUDIT, "all"), bound, "sha256")


def _mend(handle: int) -> None:
    """Takes away a line without its end: it was never acknowledged."""
    size = os.fstat(handle).st_size
    tail = os.pread(handle, _LONGEST_LINE, max(0, size - _LONGEST_LINE))
    if tail and not tail.endswith(b"\n"):
        os.ftruncate(handle, size - len(tail.rpartition(b"\n")[2]))
