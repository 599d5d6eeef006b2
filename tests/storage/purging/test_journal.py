"""The erasure journal: added to by many at once, read after any crash, gone when no backup is as old."""

import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.purging import journal
from storage.purging.schedule import DAY
from tests.examples import examples


def _id() -> str:
    return secrets.token_hex(16)


def test_what_was_written_is_read_once_and_hashes_lie_apart_from_ids(tmp_path: Path, now: datetime) -> None:
    one, two, hashes = _id(), _id(), (secrets.token_bytes(32), secrets.token_bytes(32))
    journal.write(tmp_path, "aa", one, hashes, now=now)
    journal.write(tmp_path, "bb", two, (), now=now)
    journal.write(tmp_path, "bb", one, hashes, now=now)  # rung twice after a crash
    assert journal.read(tmp_path) == (one, two)
    assert journal.messages(tmp_path) == hashes
    texts = {file.name: file.read_text() for file in (tmp_path / "erased").iterdir()}
    assert all(one not in text for name, text in texts.items() if name.startswith("messages"))
    assert "09:00" not in "".join(texts.values())  # the hour, no more
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in (tmp_path / "erased").iterdir())


def test_without_a_journal_there_is_nothing_to_apply(tmp_path: Path) -> None:
    assert journal.read(tmp_path) == ()
    assert journal.messages(tmp_path) == ()


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(min_value=0, max_value=120), rubbish=st.binary(max_size=40))
def test_a_line_that_a_crash_cut_costs_no_other(tmp_path: Path, now: datetime, cut: int, rubbish: bytes) -> None:
    folder = tmp_path / secrets.token_hex(8)
    before, lost, after = _id(), _id(), _id()
    for report in (before, lost):
        journal.write(folder, "aa", report, (), now=now)
    (file,) = (folder / "erased").iterdir()
    whole = file.read_bytes()
    first = len(whole) // 2
    file.write_bytes(whole[: max(first, len(whole) - cut)] + rubbish.replace(b"\n", b""))
    journal.write(folder, "aa", after, (), now=now)
    read = journal.read(folder)
    assert read[0] == before
    assert read[-1] == after
    assert set(read) <= {before, lost, after}


def test_many_processes_and_threads_write_at_once(tmp_path: Path, now: datetime) -> None:
    ids = [_id() for _ in range(120)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda at: journal.write(tmp_path, f"{at % 3:02x}", ids[at], (), now=now), range(len(ids))))
    assert set(journal.read(tmp_path)) == set(ids)


def test_a_write_that_is_not_whole_is_an_error(tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", lambda _handle, words: len(words) // 2)  # a full disk
    with pytest.raises(OSError, match="No space left"):
        journal.write(tmp_path, "aa", _id(), (), now=now)


def test_files_go_when_no_backup_can_be_as_old_and_hashes_after_thirty_days(tmp_path: Path) -> None:
    told = datetime(2026, 1, 31, 23, tzinfo=UTC)
    report, message = _id(), secrets.token_bytes(32)
    journal.write(tmp_path, "aa", report, (message,), now=told)
    assert journal.prune(tmp_path, now=told + 30 * DAY) == 0
    assert journal.prune(tmp_path, now=told + 32 * DAY) == 1
    assert (journal.messages(tmp_path), journal.read(tmp_path)) == ((), (report,))
    assert journal.prune(tmp_path, now=told + journal.KEPT) == 0
    assert journal.prune(tmp_path, now=told + journal.KEPT + 31 * DAY) == 1
    assert journal.read(tmp_path) == ()


def test_a_shorter_life_of_backups_shortens_it(tmp_path: Path) -> None:
    told = datetime(2026, 1, 31, 23, tzinfo=UTC)
    journal.write(tmp_path, "aa", _id(), (), now=told)
    assert journal.prune(tmp_path, now=told + 20 * DAY, kept=timedelta(days=20)) == 0
    assert journal.prune(tmp_path, now=told + 52 * DAY, kept=timedelta(days=20)) == 1


@pytest.mark.parametrize("domain", ["content", "contact"])
def test_what_a_backup_that_still_opens_must_know_stays_whatever_a_clock_says(
    tmp_path: Path, now: datetime, domain: str
) -> None:
    for year in (2026, 2027):
        journal.write(tmp_path, "aa", _id(), (secrets.token_bytes(32),), now=datetime(year, 3, 31, tzinfo=UTC))
    key = tmp_path / domain / "2026-03"
    key.parent.mkdir()
    key.write_bytes(b"")
    far = now + 3000 * DAY
    assert journal.prune(tmp_path, now=far) == 0
    key.rename(key.with_name("2026-04"))  # what was erased in March, no backup of April holds
    assert journal.prune(tmp_path, now=far) == 2
    assert {file.name[:-3] for file in (tmp_path / "erased").iterdir()} == {"reports-2027-03", "messages-2027-03-31"}
    key.with_name("2026-04").unlink()
    (key.parent / ".0123").write_bytes(b"")  # a key that is being written, or that was
    assert journal.prune(tmp_path, now=far) == 2


def test_what_is_no_file_of_ours_stays(tmp_path: Path, now: datetime) -> None:
    folder = tmp_path / "erased"
    folder.mkdir()
    for name in ("readme", "reports-2020-01", "reports-2020-01.", "reports-2020-01.a.a", ".reports-2020-01.aa"):
        (folder / name).write_text(f"2020-01-01T00 {_id()}\n")
    assert journal.read(tmp_path) == ()
    assert journal.prune(tmp_path, now=now) == 0


def test_a_file_that_nobody_would_read_is_not_written(tmp_path: Path, now: datetime) -> None:
    with pytest.raises(ValueError, match="process"):
        journal.write(tmp_path, "a.b", _id(), (), now=now)
