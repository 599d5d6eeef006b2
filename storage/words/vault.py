"""Sealed files outside the database: each under a key of its own, in chunks, so that any part opens without the rest.

A file is chunks of 64 KiB sealed with AES-256-GCM. A chunk's nonce is its place and whether it is the last (as in the
STREAM construction, Hoang et al. 2015), and all are bound to the file's name. So chunks cannot be changed, swapped,
left out or added, and one file cannot stand in for another. A key seals one file, once: no nonce comes twice.

Who opens a file checks its last chunk first, which proves its length.
"""

import asyncio
import os
import re
import secrets
from collections.abc import AsyncIterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.database import disk
from storage.sealing import Tampered, new_key

CHUNK: Final = 64 * 1024
_TAG: Final = 16
_SEALED: Final = CHUNK + _TAG
_PURPOSE: Final = b"muntada file 1 "
_PATH: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}", re.ASCII)
_DRAFT: Final = ".draft"


@dataclass(frozen=True, slots=True)
class Stored:
    """A sealed file. path: below the vault's folder. size: bytes, before sealing."""

    path: str
    size: int
    key: bytes = field(repr=False)


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────
async def write(root: Path, source: AsyncIterable[bytes], *, now: datetime) -> Stored:
    """Seals what comes, as it comes, under a new name and key; complete and on disk before it has that name.

    Whatever `source` raises goes on, and nothing is left behind. On disk a file tells the hour of `now`, no more.
    """
    writer = await asyncio.to_thread(_Writer, root)
    try:
        async for piece in source:
            await asyncio.to_thread(writer.feed, piece)
        return await asyncio.to_thread(writer.finish, now)
    except BaseException:
        writer.abandon()
        raise


class _Writer:
    """One file being sealed. Holds less than two chunks."""

    def __init__(self, root: Path) -> None:
        name = secrets.token_hex(16)
        self._path, self._key = f"{name[:2]}/{name}", new_key()
        self._target = root / self._path
        self._target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._draft = self._target.with_suffix(_DRAFT)
        self._cipher, self._bound = AESGCM(self._key), _bound(self._path)
        self._rest, self._place, self._size = bytearray(), 0, 0
        handle = os.open(self._draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        self._file: BinaryIO = os.fdopen(handle, "wb")

    def feed(self, piece: bytes) -> None:
        """Seals what makes whole chunks; the last one waits, for it is marked as the last."""
        for start in range(0, len(piece), CHUNK):
            self._rest += piece[start : start + CHUNK]
            while len(self._rest) > CHUNK:
                self._seal(bytes(self._rest[:CHUNK]), last=False)
                del self._rest[:CHUNK]

    def finish(self, now: datetime) -> Stored:
        """Seals the last chunk and gives the file its name."""
        self._seal(bytes(self._rest), last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        hour = now.replace(minute=0, second=0, microsecond=0).timestamp()
        os.utime(self._draft, (hour, hour))
        self._draft.rename(self._target)
        for folder in (self._target.parent, self._target.parent.parent):
            disk.flush(folder)
        return Stored(self._path, self._size, self._key)

    def abandon(self) -> None:
        """Takes away what was begun."""
        self._file.close()
        self._draft.unlink(missing_ok=True)

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._place, last=last), chunk, self._bound))
        self._place += 1
        self._size += len(chunk)


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────
def read(root: Path, path: str, key: bytes, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """The bytes [start, end) of a file, in pieces of at most CHUNK. Checked at once, read as it is asked for.

    Raises Tampered where bytes are not what was written, before any of them is given; FileNotFoundError when the file
    is not there.
    """
    opened = _Opened(_target(root, path), AESGCM(key), _bound(path))
    return opened.pieces(max(0, start), opened.size if end is None else min(end, opened.size))


def size(root: Path, path: str, key: bytes) -> int:
    """How many bytes a file holds, proven by its last chunk. Raises as `read` does."""
    return _Opened(_target(root, path), AESGCM(key), _bound(path)).size


class _Opened:
    def __init__(self, target: Path, cipher: AESGCM, bound: bytes) -> None:
        self._target, self._cipher, self._bound = target, cipher, bound
        with target.open("rb") as file:
            self._last = max(0, os.fstat(file.fileno()).st_size - 1) // _SEALED
            self.size = self._last * CHUNK + len(self._chunk(file, self._last))

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        """From the chunk that `start` is in to the one before `end`."""
        if start >= end:
            return
        with self._target.open("rb") as file:
            for place in range(start // CHUNK, -(-end // CHUNK)):
                before = place * CHUNK
                yield self._chunk(file, place)[max(0, start - before) : end - before]

    def _chunk(self, file: BinaryIO, place: int) -> bytes:
        file.seek(place * _SEALED)
        sealed = file.read(_SEALED)
        if len(sealed) < _TAG:
            raise Tampered
        try:
            return self._cipher.decrypt(_nonce(place, last=place == self._last), sealed, self._bound)
        except InvalidTag:
            raise Tampered from None


def _nonce(place: int, *, last: bool) -> bytes:
    return bytes(7) + place.to_bytes(4) + bytes([last])


def _bound(path: str) -> bytes:
    return _PURPOSE + path.encode()


def _target(root: Path, path: str) -> Path:
    # It also comes out of the database: it must never name another file.
    if not _PATH.fullmatch(path):
        raise FileNotFoundError
    return root / path


# ── Taking away ──────────────────────────────────────────────────────────────────────────────────────────────
def shred(root: Path, path: str) -> None:
    """Overwrites a file and takes it away; harmless when it is gone already.

    Its key, which the database forgets, is what makes it unreadable, also where a disk keeps old blocks or a backup
    holds a copy.
    """
    try:
        target = _target(root, path)
        with target.open("r+b", buffering=0) as file:
            left = os.fstat(file.fileno()).st_size
            while left > 0:
                left -= file.write(secrets.token_bytes(min(left, CHUNK)))
            os.fsync(file.fileno())
        target.unlink()
        disk.flush(target.parent)
    except FileNotFoundError:
        return


def names(root: Path, *, before: datetime) -> Iterator[str]:
    """The paths of all files, drafts among them, that were written before a time."""
    for folder in sorted(root.glob("[0-9a-f][0-9a-f]")):
        for file in folder.iterdir():
            try:
                written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            except FileNotFoundError:
                continue
            if written < before:
                yield f"{folder.name}/{file.name}"


def discard(root: Path, path: str) -> None:
    """Takes away a file that `names` found and no row knows: nobody holds its key."""
    (root / path).unlink(missing_ok=True)
