"""Lines beside the keys that outlast the database: many write at once, a crash costs one, nobody reads them."""

import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from storage import promises
from storage.keys import KeyGone, Keyring
from storage.promises import Kind

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def _folder(keyring: Keyring) -> Path:
    return keyring.folder / "promises"


def test_what_was_noted_is_read_in_its_order_with_all_that_it_says(keyring: Keyring, now: datetime) -> None:
    who = secrets.token_hex(32)
    promises.note(keyring, Kind.MUTED, who, now=now, contact="c", on=True)
    promises.note(keyring, Kind.MUTED, who, now=now + DAY, contact="c", on=False)
    promises.note(keyring, Kind.BACKUP, "muntada-1", now=now)
    read = promises.read(keyring, now)
    assert [(one.kind, one.about, one.at) for one in read.lines[:2]] == [
        (Kind.MUTED, who, now),
        (Kind.MUTED, who, now + DAY),
    ]
    assert [dict(one.data) for one in read.lines[:2]] == [{"contact": "c", "on": True}, {"contact": "c", "on": False}]
    assert (read.backups, read.bad) == (frozenset({"muntada-1"}), 0)
    assert [one.data["on"] for one in promises.last(read.lines) if one.kind is Kind.MUTED] == [False]


def test_an_easing_that_was_written_late_takes_no_newer_words_place(keyring: Keyring, now: datetime) -> None:
    promises.note(keyring, Kind.DISCREET, "a", now=now + MINUTE, sealed="s")
    promises.note(keyring, Kind.DISCREET, "a", now=now, eases=True)
    promises.note(keyring, Kind.DISCREET, "b", now=now, sealed="s")
    promises.note(keyring, Kind.DISCREET, "b", now=now + DAY, eases=True)
    standing = promises.last(promises.read(keyring, now).lines)
    assert {one.about: "sealed" in one.data for one in standing} == {"a": True, "b": False}


@pytest.mark.parametrize("ahead", [3 * DAY, 40 * DAY])
def test_what_a_clock_noted_that_was_ahead_is_not_the_last_word(
    keyring: Keyring, now: datetime, ahead: timedelta
) -> None:
    promises.note(keyring, Kind.PASSWORD, "a", now=now + ahead, hash="old")
    promises.note(keyring, Kind.HOLD, "b", now=now + ahead, until="then")
    promises.note(keyring, Kind.PRIVATE, "c", now=now + ahead, code=1)
    promises.note(keyring, Kind.PASSWORD, "a", now=now, hash="new")
    promises.note(keyring, Kind.HOLD, "b", now=now, until="then", eases=True)
    promises.note(keyring, Kind.PRIVATE, "c", now=now, code=2)
    standing = {one.kind: one for one in promises.last(promises.read(keyring, now).lines)}
    assert {kind: one.at for kind, one in standing.items()} == {Kind.PASSWORD: now, Kind.HOLD: now, Kind.PRIVATE: now}
    assert (standing[Kind.PASSWORD].data["hash"], standing[Kind.PRIVATE].data["code"]) == ("new", 2)


def test_what_a_clock_noted_that_was_behind_is_of_after_the_backup_before_it(keyring: Keyring, now: datetime) -> None:
    promises.note(keyring, Kind.MUTED, "before", now=now - 40 * DAY, on=True)
    promises.note(keyring, Kind.BACKUP, "muntada-1", now=now)
    promises.note(keyring, Kind.MUTED, "behind", now=now - 40 * DAY, on=True)
    read = promises.read(keyring, now - MINUTE, backup="muntada-1")
    assert [one.about for one in read.lines] == ["muntada-1", "behind"]


def test_lines_from_before_are_passed_over_but_every_backup_is_known(keyring: Keyring, now: datetime) -> None:
    promises.note(keyring, Kind.STAFF, "a", now=now - 2 * DAY)
    promises.note(keyring, Kind.BACKUP, "old", now=now - 2 * DAY)
    promises.note(keyring, Kind.STAFF, "b", now=now)
    read = promises.read(keyring, now - DAY)
    assert [one.about for one in read.lines] == ["b"]
    assert read.backups == {"old"}


def test_without_a_folder_there_is_nothing(keyring: Keyring, now: datetime) -> None:
    assert promises.read(keyring, now) == promises.Read([])


def test_privacy_is_noted_apart_and_by_the_hour(keyring: Keyring, now: datetime) -> None:
    at = now + timedelta(minutes=17, seconds=3)
    promises.note(keyring, Kind.PRIVATE, "r", now=at, code={})
    promises.note(keyring, Kind.MUTED, "m", now=at, contact="c", on=True)
    assert {file.name for file in _folder(keyring).iterdir()} == {f"{now:%Y-%m}", f"private-{now:%Y-%m}"}
    found = {one.kind: one.at for one in promises.read(keyring, at).lines}
    assert found == {Kind.PRIVATE: now.replace(minute=0), Kind.MUTED: at}


def test_without_the_key_a_line_tells_nothing_and_a_changed_one_is_counted(
    keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    for about in ("one", "two", "three"):
        promises.note(keyring, Kind.STAFF, about, now=now)
    (file,) = _folder(keyring).iterdir()
    whole = file.read_bytes()
    assert b"two" not in whole
    assert len({len(line) for line in whole.split(b"\n") if line}) == 1  # nor does its length
    lines = whole.split(b"\n\n")
    for changed in (lines[1][:-2] + b"AA", lines[1][:20], b"\xff\xfe rubbish"):
        file.write_bytes(b"\n\n".join([lines[0], changed, lines[2]]))
        read = promises.read(keyring, now)
        assert [one.about for one in read.lines] == ["one", "three"]
        assert read.bad == 1
    file.write_bytes(whole)
    file.rename(file.with_name("2026-12"))  # nor does a line open in another month's file
    assert promises.read(keyring, now).bad == 3
    with pytest.raises(KeyGone):
        promises.read(Keyring.open(tmp_path / "none"), now)


def test_a_line_that_a_crash_cut_costs_no_other(keyring: Keyring, now: datetime) -> None:
    promises.note(keyring, Kind.STAFF, "one", now=now)
    (file,) = _folder(keyring).iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:30])
    promises.note(keyring, Kind.STAFF, "two", now=now)
    read = promises.read(keyring, now)
    assert [one.about for one in read.lines] == ["one", "two"]
    assert read.bad == 1


def test_many_processes_and_threads_write_into_one_file(keyring: Keyring, now: datetime) -> None:
    others = [Keyring.open(keyring.folder) for _ in range(3)]
    with ThreadPoolExecutor(8) as threads:
        note = lambda n: promises.note(others[n % 3], Kind.STAFF, str(n), now=now)  # noqa: E731
        list(threads.map(note, range(120)))
    read = promises.read(keyring, now)
    assert {one.about for one in read.lines} == {str(n) for n in range(120)}
    assert read.bad == 0
    (file,) = _folder(keyring).iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_line_is_on_disk_when_it_counts(keyring: Keyring, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    promises.note(keyring, Kind.STAFF, "one", now=now)
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    promises.note(keyring, Kind.STAFF, "two", now=now)
    assert len(flushed) == 1
    monkeypatch.setattr(os, "write", lambda _handle, words: len(words) // 2)  # a full disk
    with pytest.raises(OSError, match="No space left"):
        promises.note(keyring, Kind.STAFF, "three", now=now)


def test_files_go_when_no_backup_can_be_as_old(keyring: Keyring, now: datetime) -> None:
    old = now - timedelta(days=100)
    for at in (old, now):
        promises.note(keyring, Kind.STAFF, "one", now=at)
        promises.note(keyring, Kind.PRIVATE, "two", now=at, code={})
    assert promises.prune(keyring.folder, now=now, kept=timedelta(days=130)) == 0
    content = next(iter(sorted((keyring.folder / "content").iterdir())))
    shut = content.rename(content.with_name(f"{old:%Y-%m}"))  # a backup of then opens, whatever a clock says
    assert promises.prune(keyring.folder, now=now, kept=timedelta(days=35)) == 0
    shut.rename(content)
    assert promises.prune(keyring.folder, now=now, kept=timedelta(days=35)) == 2
    assert {file.name[-7:] for file in _folder(keyring).iterdir()} == {f"{now:%Y-%m}"}


def test_a_line_that_a_clock_dated_ahead_gives_way_to_a_later_one_from_before_the_backup(
    keyring: Keyring, now: datetime
) -> None:
    promises.note(keyring, Kind.PASSWORD, "hadi", now=now + 40 * DAY, hash="old")
    promises.note(keyring, Kind.PASSWORD, "hadi", now=now + DAY, hash="new")
    promises.note(keyring, Kind.BACKUP, "muntada-1", now=now + 10 * DAY)
    read = promises.read(keyring, now + 10 * DAY, backup="muntada-1")
    (last,) = [one for one in promises.last(read.lines) if one.kind is Kind.PASSWORD]
    assert last.data["hash"] == "new"
