"""Backup, restore and drill, ended at any moment: nothing of what they unpacked stays, or the next one takes it away.

python3 run.py test -m crash tests/crash/test_copies.py
"""

import itertools
import signal

import psycopg
import pytest

from tests.crash.place import PHOTOS, Place, plain

pytestmark = [pytest.mark.crash, pytest.mark.timeout(1500)]

TOLD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# Functions of a restore, and how many steps after it began one: from its mark to its last but one step, and after that.
AT_WORK = (("cleared", 0), ("_copy_media", 400), ("upgrade", 5_000), ("awakened", 100), ("_note_restored", 10))
DONE = (("undisturbed", 8), ("_told", 5))
DRAFTED = (("_made", 0), ("_copy", 200), ("_to_disk", 20))  # of a backup
TRIED = (("held.held", 20), ("_copy_media", 400), ("examine", 200))  # of a drill
WHOLE = "the audit log is whole"


@pytest.fixture
def new(old: Place, url: str, request: pytest.FixtureRequest) -> Place:
    """Where it is put back; with a backup at hand."""
    assert old.run("backup", "--to", str(old.folder / "copies"))[0] == 0
    target = request.getfixturevalue("empty_postgresql_url") if url.startswith("postgresql") else ""
    named = {"MUNTADA_DATABASE_URL": target, "MUNTADA_DATA_DIR": str(old.folder / "new-data")}
    return Place({**old.env, **named}, old.folder, target)


def _restore(place: Place) -> tuple[str, ...]:
    return "restore", "--from", str(place.folder / "copies")


def _whole(place: Place) -> None:
    """All is there and can be opened."""
    assert not place.is_marked()
    assert len([name for name in place.files() if name.startswith("media/")]) == PHOTOS
    code, said = place.run("audit", "verify")
    assert code == 0, said


def _again(place: Place) -> None:
    """It can be run again, and then all is there."""
    code, said = place.run(*_restore(place))
    assert (code, WHOLE in said) == (0, True), said
    _whole(place)


def _was_told(place: Place, by: signal.Signals, code: int, said: str) -> bool:
    """Whether it was told in time, and left nothing; else it was done, and said so, and all is there."""
    if WHOLE in said:
        assert code in {0, -by}, said  # there is no more to do for who ends a process that has said all
        _whole(place)
        return False
    assert (code, "told to end" in said) == (128 + by, True), said
    assert (place.files(), place.rows(), place.is_marked()) == ([], 0, False)
    return True


def test_a_restore_that_is_told_to_end_leaves_nothing_and_can_be_run_again(new: Place) -> None:
    for moment, by in zip(AT_WORK, itertools.cycle(TOLD), strict=False):
        assert _was_told(new, by, *new.end(by, moment, *_restore(new))), moment
    _again(new)


@pytest.mark.parametrize(("moment", "by"), [(DONE[0], signal.SIGINT), (DONE[1], signal.SIGTERM)])
def test_who_tells_a_restore_to_end_once_all_is_there_hears_that_it_is(
    new: Place, moment: tuple[str, int], by: signal.Signals
) -> None:
    code, said = new.end(by, moment, *_restore(new))
    assert not _was_told(new, by, code, said)
    assert code == 0, said


def test_a_restore_hears_who_tells_it_whatever_it_waits_for(new: Place) -> None:
    for by in TOLD:
        if not _was_told(new, by, *new.end_when(by, new.is_marked, *_restore(new))):
            return
    _again(new)


def test_what_a_killed_restore_left_cannot_be_opened_and_the_next_takes_it_away(new: Place) -> None:
    for moment in (*AT_WORK, DONE[0]):
        code, said = new.end(signal.SIGKILL, moment, *_restore(new))
        assert code == -signal.SIGKILL, said
        if moment != AT_WORK[0]:
            assert new.is_marked()
            code, said = new.run("audit", "verify")
            assert (code, "did not end" in said) == (2, True), said
    _again(new)


def test_a_backup_that_is_ended_is_not_there_and_its_draft_goes(old: Place) -> None:
    copies = old.folder / "copies"
    backup = ("backup", "--to", str(copies))
    for moment, by in zip(DRAFTED, TOLD, strict=True):
        code, said = old.end(by, moment, *backup)
        assert (code, "told to end" in said, list(copies.iterdir())) == (128 + by, True, []), said
    for moment in DRAFTED:
        assert old.end(signal.SIGKILL, moment, *backup)[0] == -signal.SIGKILL
        assert [path.name[:7] for path in copies.iterdir()] == [".draft-"]
    assert old.run(*backup)[0] == 0
    assert not list(copies.glob(".draft-*"))
    assert old.run("drill", "--from", str(copies))[0] == 0


def test_who_tells_a_backup_to_end_once_it_is_there_hears_that_it_is(old: Place) -> None:
    copies = str(old.folder / "copies")
    code, said = old.end(signal.SIGTERM, DONE[0], "backup", "--to", copies)
    assert (code, "it can be restored until" in said) == (0, True), said
    assert old.run("drill", "--from", copies)[0] == 0


def test_a_drill_that_is_ended_leaves_nothing_or_the_next_takes_it_away(old: Place, url: str) -> None:
    copies, temp = str(old.folder / "copies"), old.folder / "temp"
    drill = ("drill", "--from", copies)
    assert old.run("backup", "--to", copies)[0] == 0

    def left() -> list[str]:
        there = [path.name for path in temp.iterdir()]
        if not url.startswith("postgresql"):
            return there
        with psycopg.connect(plain(url), autocommit=True) as connection:
            rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'muntada_drill_%'")
            return [*there, *(row[0] for row in rows)]

    for moment, by in zip(TRIED, TOLD, strict=True):
        code, said = old.end(by, moment, *drill)
        assert (code, "told to end" in said, left()) == (128 + by, True, []), said
    code, said = old.end(signal.SIGTERM, DONE[0], *drill)  # it is being taken away: that goes on
    assert (code, "cases: " in said, left()) == (0, True, []), said
    for moment in TRIED:
        code, said = old.end(signal.SIGKILL, moment, *drill)
        assert code == -signal.SIGKILL, said
        assert left()
    assert old.run(*drill)[0] == 0
    assert left() == []
