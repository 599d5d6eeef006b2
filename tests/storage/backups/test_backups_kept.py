"""Which backups of a folder are kept, which is the newest, and how the next is numbered."""

import shutil
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from storage import keys
from storage.backups import backup, clients, drills, filling, manifests
from storage.backups.backup import Place
from storage.backups.drills import Kind
from storage.backups.manifests import NotABackup
from storage.database.engine import Store
from storage.keys import Keyring
from tests.databases import sqlite_mostly
from tests.storage.backups.homes import made_by, media_dir, place

__all__ = ["media_dir", "place"]
pytestmark = [
    pytest.mark.skipif(not clients.is_here("pg_dump"), reason="PostgreSQL's client programs are not here"),
    sqlite_mostly,
]


async def test_old_ones_go_and_the_newest_and_what_is_not_ours_stay(
    sqlite_store: Store, sqlite_url: str, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    await sqlite_store.write(lambda c: keys.register(c, keyring, now))
    to, place = tmp_path / "backups", Place(sqlite_url, tmp_path / "media")
    made = [made_by(place, to, keyring, now - timedelta(days=age)).name for age in (12, 9, 5)]
    (to / "muntada-photos").mkdir()
    (to / "letters").mkdir()
    assert backup.prune(to, keyring, days=None, now=now) == 0
    assert backup.prune(to, keyring, days=7, now=now) == 1
    assert sorted(path.name for path in to.iterdir()) == ["letters", made[1], made[2], "muntada-photos"]
    assert backup.prune(to, keyring, days=1, now=now) in {0, 1}
    assert (to / "letters").exists()


@pytest.mark.parametrize("ahead", [1, 3])
async def test_a_clock_that_is_ahead_takes_of_the_good_ones_only_the_oldest_two_at_a_time(
    sqlite_store: Store, sqlite_url: str, keyring: Keyring, now: datetime, tmp_path: Path, ahead: int
) -> None:
    await sqlite_store.write(lambda c: keys.register(c, keyring, now))
    to, place = tmp_path / "backups", Place(sqlite_url, tmp_path / "media")
    good = [made_by(place, to, keyring, now - timedelta(days=age)).name for age in range(9, 0, -1)]
    taken = 0
    for day in range(ahead):
        wrong = now + timedelta(days=60 + day)
        made_by(place, to, keyring, wrong)
        taken += backup.prune(to, keyring, days=35, now=wrong)
    assert taken == 2 * ahead
    assert [name for name in good if (to / name).exists()] == good[taken:]
    right = now + timedelta(days=1)
    made_by(place, to, keyring, right)
    assert backup.prune(to, keyring, days=35, now=right) == 0  # what lies ahead makes nothing old


async def test_the_newest_by_date_stays_though_others_have_a_higher_number(
    sqlite_store: Store, sqlite_url: str, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    """Such as of a folder that was used before, or of a database that was restored."""
    await sqlite_store.write(lambda c: keys.register(c, keyring, now))
    to, place = tmp_path / "backups", Place(sqlite_url, tmp_path / "media")
    days = (6, 5, 20, 16, 12)
    made = [made_by(place, to, keyring, now - timedelta(days=age)).name for age in days]
    assert backup.prune(to, keyring, days=4, now=now) == 1
    assert [day for day, name in zip(days, made, strict=True) if not (to / name).exists()] == [20]


async def test_the_newest_of_a_folder_is_found(
    sqlite_store: Store, sqlite_url: str, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    await sqlite_store.write(lambda c: keys.register(c, keyring, now))
    to, place = tmp_path / "backups", Place(sqlite_url, tmp_path / "media")
    with pytest.raises(NotABackup):
        backup.found(to, keyring, now=now)
    made = [made_by(place, to, keyring, now - timedelta(days=age)) for age in (3, 2)]
    assert backup.found(to, keyring, now=now) == (to / made[1].name, made[1])
    assert backup.found(to / made[0].name, keyring, now=now)[1] == made[0]


def test_a_damaged_file_is_known(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 500,)] * 500)
    connection.close()
    assert filling.integrity(file) == "ok"
    whole = file.read_bytes()
    file.write_bytes(whole[:9000] + b"\xff" * 4000 + whole[13000:])
    assert filling.integrity(file) != "ok"
    file.write_bytes(b"no database at all" * 100)
    assert filling.integrity(file) != "ok"


async def test_the_newest_is_what_was_made_last_and_one_that_cannot_be_read_is_not_passed_over(
    sqlite_store: Store, sqlite_url: str, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    await sqlite_store.write(lambda c: keys.register(c, keyring, now))
    to, place = tmp_path / "backups", Place(sqlite_url, tmp_path / "media")
    made = [made_by(place, to, keyring, now + timedelta(days=days)) for days in (0, 20, 1)]
    assert [each.number for each in made] == [1, 2, 3]
    assert backup.found(to, keyring, now=now + timedelta(days=2)) == (to / made[2].name, made[2])
    assert backup.prune(to, keyring, days=1, now=now + timedelta(days=21)) == 1  # by a clock that is ahead
    assert backup.found(to, keyring, now=now + timedelta(days=2))[1] == made[2]
    (to / made[1].name / manifests.FILE).write_text("{}")
    with pytest.raises(NotABackup):
        backup.found(to, keyring, now=now + timedelta(days=2))


async def test_where_number_and_date_tell_two_newest_ones_somebody_has_to_say_which(
    sqlite_store: Store, sqlite_url: str, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    """The backups of two machines, in one folder off site."""
    await sqlite_store.write(lambda c: keys.register(c, keyring, now))
    place, offsite = Place(sqlite_url, tmp_path / "media"), tmp_path / "offsite"
    of_one = [made_by(place, tmp_path / "one", keyring, now + timedelta(days=day)) for day in (0, 1, 2)]
    of_two = [made_by(place, tmp_path / "two", keyring, now + timedelta(days=day)) for day in (4, 5)]
    for name in ("one", "two"):
        shutil.copytree(tmp_path / name, offsite, dirs_exist_ok=True)
    with pytest.raises(backup.WhichOne) as told:
        backup.found(offsite, keyring, now=now + timedelta(days=6))
    assert of_one[2].name in str(told.value)
    assert of_two[1].name in str(told.value)
    assert backup.found(offsite / of_two[1].name, keyring, now=now)[1] == of_two[1]


async def test_the_number_goes_on_from_what_a_database_came_out_of(
    sqlite_store: Store, sqlite_url: str, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    await sqlite_store.write(lambda c: keys.register(c, keyring, now))
    place = Place(sqlite_url, tmp_path / "media")

    def work(conn: Connection) -> None:
        drills.restored(conn, at=now, took_ms=1, data={"number": 7})
        for kind, number in ((Kind.BACKUP, 5), (Kind.DRILL, 9)):
            by: Any = {"at": now, "actor": "machine:backup", "took_ms": 1, "well": True}
            drills.record(conn, keyring, kind, data={"number": number}, **by)

    await sqlite_store.write(work)
    made = [made_by(place, tmp_path / "new", keyring, now + timedelta(days=day)) for day in (0, 1)]
    assert [each.number for each in made] == [8, 9]
