"""Sealed files: what was written comes back, in any part; what was changed does not open; nothing is left behind."""

import contextlib
import resource
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.sealing import Tampered
from storage.words import vault
from storage.words.vault import CHUNK, Stored
from tests.examples import examples

SEALED = CHUNK + 16


async def _in(pieces: Sequence[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def _keep(root: Path, content: bytes, now: datetime) -> Stored:
    return await vault.write(root, _in([content]), now=now)


def _read(root: Path, stored: Stored, **span: int) -> bytes:
    return b"".join(vault.read(root, stored.path, stored.key, **span))


def _files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def _content(length: int) -> bytes:
    return (bytes(range(251)) * (length // 251 + 1))[:length]


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
async def test_what_was_written_comes_back(tmp_path: Path, now: datetime, length: int) -> None:
    content = _content(length)
    stored = await _keep(tmp_path, content, now)
    assert _read(tmp_path, stored) == content
    assert vault.size(tmp_path, stored.path, stored.key) == stored.size == length


async def test_the_pieces_that_it_came_in_do_not_matter(tmp_path: Path, now: datetime) -> None:
    content = _content(200_000)
    for step in (1000, 65_536, 70_001, 200_000):
        pieces = [content[start : start + step] for start in range(0, len(content), step)]
        stored = await vault.write(tmp_path, _in([b"", *pieces, b""]), now=now)
        assert _read(tmp_path, stored) == content


async def test_any_part_opens_without_the_rest(tmp_path: Path, now: datetime) -> None:
    content = _content(2 * CHUNK + 100)
    stored = await _keep(tmp_path, content, now)

    @given(st.integers(0, len(content) + 5), st.integers(0, len(content) + 5))
    @settings(max_examples=examples(60))
    def holds(start: int, end: int) -> None:
        assert _read(tmp_path, stored, start=start, end=end) == content[start:end]

    holds()


async def test_nothing_of_the_content_the_name_or_the_minute_is_on_disk(tmp_path: Path, now: datetime) -> None:
    stored = await _keep(tmp_path, b"Kanarienvogel" * 10_000, now + timedelta(minutes=17))
    (file,) = _files(tmp_path)
    assert str(file.relative_to(tmp_path)) == stored.path
    assert b"Kanarienvogel" not in file.read_bytes()
    assert datetime.fromtimestamp(file.stat().st_mtime, UTC) == now
    assert file.stat().st_mode & 0o077 == 0
    assert "key" not in repr(stored)


async def _changes(tmp_path: Path, now: datetime) -> tuple[Stored, Path, bytes]:
    stored = await _keep(tmp_path, _content(2 * CHUNK + 50), now)
    file = tmp_path / stored.path
    return stored, file, file.read_bytes()


async def test_any_byte_that_was_changed_is_found_and_none_after_it_is_given(tmp_path: Path, now: datetime) -> None:
    stored, file, whole = await _changes(tmp_path, now)
    places = [
        *range(20),
        *range(0, len(whole), 997),
        *range(SEALED - 20, SEALED + 20),
        *range(len(whole) - 70, len(whole)),
    ]
    for place in places:
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        given_out: list[bytes] = []
        with pytest.raises(Tampered):
            given_out.extend(vault.read(tmp_path, stored.path, stored.key))
        assert b"".join(given_out) == _content(place // SEALED * CHUNK if place < 2 * SEALED else 0)


@pytest.mark.parametrize("length", [0, 1, 15, 16, SEALED - 1, SEALED, 2 * SEALED, 2 * SEALED + 10, -1])
async def test_a_file_that_was_cut_gives_nothing_at_all(tmp_path: Path, now: datetime, length: int) -> None:
    stored, file, whole = await _changes(tmp_path, now)
    file.write_bytes(whole[:length])
    with pytest.raises(Tampered):
        vault.read(tmp_path, stored.path, stored.key, start=0, end=10)
    with pytest.raises(Tampered):
        vault.size(tmp_path, stored.path, stored.key)


async def test_chunks_cannot_be_swapped_repeated_left_out_or_added(tmp_path: Path, now: datetime) -> None:
    stored, file, whole = await _changes(tmp_path, now)
    first, second, last = whole[:SEALED], whole[SEALED : 2 * SEALED], whole[2 * SEALED :]
    arranged = [second + first + last, first + first + last, first + last, whole + last, first + second, second + last]
    for other in (*arranged, first + second + bytes(len(last))):
        file.write_bytes(other)
        with pytest.raises(Tampered):
            _read(tmp_path, stored)


async def test_one_file_cannot_stand_in_for_another(tmp_path: Path, now: datetime) -> None:
    one, two = await _keep(tmp_path, b"one", now), await _keep(tmp_path, b"two", now)
    (tmp_path / one.path).write_bytes((tmp_path / two.path).read_bytes())
    with pytest.raises(Tampered):
        _read(tmp_path, one)
    with pytest.raises(Tampered):  # also where somebody puts the other's key beside it
        b"".join(vault.read(tmp_path, one.path, two.key))


@pytest.mark.parametrize("path", ["", "../keys/content/all", "/etc/passwd", "ab/../../x", "ab/" + "g" * 32, "ab/\0"])
async def test_a_path_names_nothing_outside(tmp_path: Path, path: str) -> None:
    with pytest.raises(FileNotFoundError):
        vault.read(tmp_path, path, bytes(32))
    vault.shred(tmp_path, path)  # harmless


async def test_a_source_that_fails_leaves_nothing_behind(tmp_path: Path, now: datetime) -> None:
    async def fails() -> AsyncIterator[bytes]:
        yield _content(3 * CHUNK)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await vault.write(tmp_path, fails(), now=now)
    assert not _files(tmp_path)


async def test_what_is_shredded_is_overwritten_and_gone(tmp_path: Path, now: datetime) -> None:
    stored = await _keep(tmp_path, _content(100_000), now)
    file = tmp_path / stored.path
    second_name = tmp_path / "second"
    second_name.hardlink_to(file)
    before = second_name.read_bytes()
    vault.shred(tmp_path, stored.path)
    vault.shred(tmp_path, stored.path)
    assert not file.exists()
    after = second_name.read_bytes()
    assert len(after) == len(before)
    assert not any(after[place : place + 64] == before[place : place + 64] for place in range(0, len(before), 64))
    with pytest.raises(FileNotFoundError):
        _read(tmp_path, stored)


async def test_files_are_listed_by_when_they_were_written(tmp_path: Path, now: datetime) -> None:
    stored = await _keep(tmp_path, b"one", now)
    (tmp_path / stored.path[:2] / "left.draft").touch()
    later = datetime.now(UTC) + timedelta(hours=1)
    assert set(vault.names(tmp_path, before=later)) == {stored.path, f"{stored.path[:2]}/left.draft"}
    assert list(vault.names(tmp_path, before=now)) == []
    for path in list(vault.names(tmp_path, before=later)):
        vault.discard(tmp_path, path)
    assert list(vault.names(tmp_path, before=later)) == []


async def test_a_large_file_passes_through_without_being_held(tmp_path: Path, now: datetime) -> None:
    async def much() -> AsyncIterator[bytes]:
        for _ in range(60):
            yield bytes(1_000_000)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stored = await vault.write(tmp_path, much(), now=now)
    assert sum(len(piece) for piece in vault.read(tmp_path, stored.path, stored.key)) == 60_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kilobytes
    with contextlib.suppress(FileNotFoundError):
        vault.shred(tmp_path, stored.path)
