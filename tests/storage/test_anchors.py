"""The chain's end is written down outside the database, and what is written there cannot be changed unseen."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from storage import anchors
from storage.anchors import Note
from storage.audit import Anchor
from storage.keys import Domain, Keyring

MINUTE = timedelta(minutes=1)
FIRST, SECOND = Anchor(3, b"\x01" * 32), Anchor(7, b"\x02" * 32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "anchors"


def test_what_was_appended_is_read_again_over_the_months(folder: Path, keyring: Keyring, now: datetime) -> None:
    anchors.append(folder, keyring, FIRST, now=now)
    anchors.append(folder, keyring, SECOND, now=now + timedelta(days=20))
    noted = anchors.read(folder, keyring)
    assert noted.standing == (FIRST, SECOND)
    assert noted.bad == ""
    assert [file.name for file in sorted(folder.iterdir())] == ["2026-11.anchors", "2026-12.anchors"]
    assert noted.last == anchors.last(folder, keyring) == Note(7, SECOND.chain, now + timedelta(days=20))
    assert anchors.read(folder / "2026-11.anchors", keyring).standing == (FIRST,)
    assert (folder / "2026-11.anchors").stat().st_mode & 0o077 == 0


def test_where_nothing_is_there_is_no_anchor(folder: Path, keyring: Keyring) -> None:
    assert anchors.read(folder, keyring) == anchors.Noted()
    assert anchors.last(folder, keyring) is None


def test_a_disk_that_is_full_is_told_and_the_torn_line_goes(
    folder: Path, keyring: Keyring, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchors.append(folder, keyring, FIRST, now=now)
    written = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda handle, words: written(handle, words[: len(words) // 2]))
        with pytest.raises(OSError, match="No space left"):
            anchors.append(folder, keyring, SECOND, now=now + MINUTE)
    anchors.append(folder, keyring, SECOND, now=now + 2 * MINUTE)
    noted = anchors.read(folder, keyring)
    assert (noted.standing, noted.bad) == ((FIRST, SECOND), "")


def test_a_changed_sign_of_a_line_shows_and_names_it(folder: Path, keyring: Keyring, now: datetime) -> None:
    for end in (FIRST, SECOND):
        anchors.append(folder, keyring, end, now=now)
    file = folder / "2026-11.anchors"
    whole = file.read_bytes()
    first = whole.index(b"\n")
    for place in range(len(whole) - 1):
        if place == first:
            continue
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        noted = anchors.read(folder, keyring)
        assert noted.bad == f"2026-11.anchors:{1 if place < first else 2}", place
        assert len(noted.notes) == 1


def test_another_deployments_lines_are_not_ours(folder: Path, keyring: Keyring, now: datetime, tmp_path: Path) -> None:
    other = Keyring.open(tmp_path / "other")
    other.make(Domain.AUDIT, now)
    anchors.append(folder, other, FIRST, now=now)
    assert anchors.read(folder, keyring).bad == "2026-11.anchors:1"


@pytest.mark.parametrize("left", [1, 40, 150])
def test_a_line_that_a_power_cut_tore_goes_before_the_next(
    folder: Path, keyring: Keyring, now: datetime, left: int
) -> None:
    anchors.append(folder, keyring, FIRST, now=now)
    file = folder / "2026-11.anchors"
    with file.open("ab") as opened:
        opened.write(anchors.line(keyring, Note(5, SECOND.chain, now)).encode()[:left])
    assert anchors.read(folder, keyring).bad == ""
    assert anchors.last(folder, keyring) == Note(3, FIRST.chain, now)
    anchors.append(folder, keyring, SECOND, now=now)
    noted = anchors.read(folder, keyring)
    assert (noted.standing, noted.bad) == ((FIRST, SECOND), "")


def test_after_a_restore_what_was_lost_is_asked_for_no_more(folder: Path, keyring: Keyring, now: datetime) -> None:
    later = Anchor(9, b"\x03" * 32)
    for end in (FIRST, SECOND, later):
        anchors.append(folder, keyring, end, now=now)
    back = Anchor(5, b"\x04" * 32)
    anchors.append(folder, keyring, back, now=now + MINUTE, kind="restored")
    grown = Anchor(9, b"\x05" * 32)
    anchors.append(folder, keyring, grown, now=now + 2 * MINUTE)
    noted = anchors.read(folder, keyring)
    assert noted.standing == (back, grown)  # that end bears out all before it
    assert [note.seq for note in noted.restored] == [5]


@pytest.mark.parametrize(
    ("grown", "seconds", "due"),
    [(0, 10_000, False), (1, 59, False), (1, 60, True), (999, 1, False), (1000, 1, True), (-2, 9_000, False)],
)
def test_it_is_due_after_a_minute_or_a_thousand_rows(now: datetime, grown: int, seconds: int, *, due: bool) -> None:
    before = Note(10, FIRST.chain, now)
    assert anchors.is_due(Anchor(10 + grown, SECOND.chain), before, now + timedelta(seconds=seconds)) is due


def test_the_first_is_due_at_once_and_that_of_an_empty_chain_never(now: datetime) -> None:
    assert anchors.is_due(FIRST, None, now)
    assert not anchors.is_due(Anchor(0, b""), None, now)


def test_lines_are_read_as_they_were_written_whatever_the_clock_said(
    folder: Path, keyring: Keyring, now: datetime
) -> None:
    """The clock was 60 days ahead for one line; then a backup was restored, by the right one."""
    ahead, back, grown = Anchor(9, b"\x03" * 32), Anchor(5, b"\x04" * 32), Anchor(9, b"\x05" * 32)
    anchors.append(folder, keyring, FIRST, now=now)
    anchors.append(folder, keyring, ahead, now=now + timedelta(days=60))
    anchors.append(folder, keyring, back, now=now + MINUTE, kind="restored")
    anchors.append(folder, keyring, grown, now=now + 2 * MINUTE)
    noted = anchors.read(folder, keyring)
    assert [note.seq for note in noted.notes] == [3, 9, 5, 9]
    assert noted.standing == (back, grown)
    assert noted.last == anchors.last(folder, keyring) == Note(9, grown.chain, now + 2 * MINUTE)
    # And set back by a year, it is still the newest file.
    anchors.append(folder, keyring, Anchor(12, b"\x06" * 32), now=now - timedelta(days=365))
    assert [note.seq for note in anchors.read(folder, keyring).notes] == [3, 9, 5, 9, 12]


def test_it_is_due_when_the_last_one_is_of_the_future(now: datetime) -> None:
    before = Note(10, FIRST.chain, now + timedelta(days=60))
    assert anchors.is_due(Anchor(11, SECOND.chain), before, now)
    assert not anchors.is_due(Anchor(10, FIRST.chain), before, now)


def test_a_file_that_is_given_need_not_end_its_last_line(keyring: Keyring, now: datetime, tmp_path: Path) -> None:
    paper = tmp_path / "paper"
    line = anchors.line(keyring, Note(3, FIRST.chain, now))
    paper.write_text(line, encoding="ascii")
    assert anchors.read(paper, keyring).standing == (FIRST,)
    paper.write_text(line[: len(line) // 2], encoding="ascii")
    assert anchors.read(paper, keyring) == anchors.Noted((), "paper:1")
