"""Backups are made, tried and checked by the clock, by one replica, and a failure is noted and comes again."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from api.wiring import Wiring
from api.workers import backups
from storage import keys
from storage.backups import backup, clients, drills
from storage.backups.drills import Kind
from storage.database import leases
from storage.database.engine import Store
from storage.keys import Keyring
from storage.tables import drills as rows
from tests.api.workers.wired import Clock, wiring
from tests.databases import sqlite_mostly

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = [
    pytest.mark.skipif(not clients.is_here("pg_dump"), reason="PostgreSQL's client programs are not here"),
    sqlite_mostly,
]


@pytest.fixture
async def wired(store: Store, keyring: Keyring, now: datetime, tmp_path: Path, database_url: str) -> Wiring:
    await store.write(lambda c: keys.register(c, keyring, now))
    plain = wiring(tmp_path, store, keyring, Clock(now), carriers={})
    changed = {"backup_dir": tmp_path / "copies", "backups_days": 3, "database_url": _Secret(database_url)}
    return replace(plain, settings=plain.settings.model_copy(update=changed))


class _Secret:
    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        return self._value


async def _done(wired: Wiring) -> list[tuple[str, bool]]:
    asked = select(rows.c.kind, rows.c.well).order_by(rows.c.at, rows.c.kind)
    return [tuple(row) for row in await wired.store.read(lambda c: c.execute(asked).all())]


async def _at(wired: Wiring, then: datetime) -> None:
    wired.clock.now = then  # type: ignore[attr-defined]
    assert not await backups.keep(wired)


async def test_a_backup_a_day_a_drill_a_week_and_old_ones_go(wired: Wiring, now: datetime, tmp_path: Path) -> None:
    await _at(wired, now)
    assert await _done(wired) == [("backup", True), ("drill", True), ("verify", True)]
    await _at(wired, now + HOUR)
    assert len(await _done(wired)) == 3
    for day in (1, 2, 3, 4):
        await _at(wired, now + day * DAY)
    done = await _done(wired)
    assert [kind for kind, _ in done].count("backup") == 5
    assert [kind for kind, _ in done].count("drill") == 1
    assert all(well for _, well in done)
    assert len(list((tmp_path / "copies").glob("muntada-*"))) == 4
    await _at(wired, now + 7 * DAY)
    assert [kind for kind, _ in await _done(wired)].count("drill") == 2
    assert not await wired.store.read(lambda c: drills.is_overdue(c, wired.keyring, now + 15 * DAY))
    assert await wired.store.read(lambda c: drills.is_overdue(c, wired.keyring, now + 15 * DAY + HOUR))


async def test_what_did_not_go_well_is_noted_and_tried_again_in_an_hour(
    wired: Wiring, now: datetime, tmp_path: Path
) -> None:
    (tmp_path / "copies").write_text("a file where a folder should be")
    await _at(wired, now)
    assert await _done(wired) == [("backup", False), ("drill", False), ("verify", True)]
    assert await wired.store.read(lambda c: drills.is_overdue(c, wired.keyring, now))
    (tmp_path / "copies").unlink()
    await _at(wired, now + HOUR / 2)
    assert len(await _done(wired)) == 3
    await _at(wired, now + HOUR)
    assert (await _done(wired))[3:] == [("backup", True), ("drill", True)]
    assert not await wired.store.read(lambda c: drills.is_overdue(c, wired.keyring, now + HOUR))


async def test_one_replica_at_a_time_does_it(wired: Wiring, now: datetime) -> None:
    await wired.store.write(lambda c: leases.take(c, "backups", owner="another", until=now + HOUR, now=now))
    await _at(wired, now)
    assert await _done(wired) == []
    await _at(wired, now + HOUR)
    assert len(await _done(wired)) == 3


async def test_without_a_folder_only_the_log_is_checked(wired: Wiring, now: datetime) -> None:
    bare = replace(wired, settings=wired.settings.model_copy(update={"backup_dir": None}))
    await _at(bare, now)
    assert await _done(bare) == [("verify", True)]
    found = await bare.store.read(lambda c: drills.last(c, Kind.VERIFY, now=now))
    assert found is not None
    assert found.data["held"] == 0


async def test_a_clock_that_was_ahead_once_stops_nothing_and_hides_no_warning(
    wired: Wiring, now: datetime, tmp_path: Path
) -> None:
    """+20 days for an hour, as from a wrong time server; then right again."""
    await _at(wired, now)
    await wired.store.write(lambda c: keys.register(c, wired.keyring, now + 20 * DAY))
    await _at(wired, now + 20 * DAY)
    for day in range(1, 10):
        await _at(wired, now + day * DAY)
        found, _ = backup.found(tmp_path / "copies", wired.keyring, now=now + day * DAY)
        assert f"{now + day * DAY:%Y%m%d}" in found.name  # made last, though another's date is later
    done = await _dated(wired)
    right = [kind for kind, at in done if at <= now + 9 * DAY]
    assert [right.count(kind) for kind in ("backup", "drill", "verify")] == [10, 2, 10]
    assert len(list((tmp_path / "copies").glob("muntada-*"))) == 5  # three days, the one before, and that of the future
    # Nothing runs any more: the drill of the future keeps nobody from being warned, and is none that was.
    assert await wired.store.read(lambda c: drills.is_overdue(c, wired.keyring, now + 16 * DAY))
    said = await wired.store.read(lambda c: drills.standing(c, now + 16 * DAY))
    assert said["drilled"] == (now + 7 * DAY).isoformat()


async def test_a_clock_that_is_set_back_stops_nothing_either(wired: Wiring, now: datetime, tmp_path: Path) -> None:
    await wired.store.write(lambda c: keys.register(c, wired.keyring, now - 20 * DAY))
    await _at(wired, now)
    for day in (20, 19, 18):
        await _at(wired, now - day * DAY)
        found, _ = backup.found(tmp_path / "copies", wired.keyring, now=now - day * DAY)
        assert f"{now - day * DAY:%Y%m%d}" in found.name
    assert [kind for kind, _ in await _dated(wired)].count("backup") == 4
    assert not await wired.store.read(lambda c: drills.is_overdue(c, wired.keyring, now - 18 * DAY))
    await _at(wired, now + DAY)
    found, _ = backup.found(tmp_path / "copies", wired.keyring, now=now + DAY)
    assert f"{now + DAY:%Y%m%d}" in found.name


async def _dated(wired: Wiring) -> list[tuple[str, datetime]]:
    asked = select(rows.c.kind, rows.c.at).order_by(rows.c.at, rows.c.kind)
    return [tuple(row) for row in await wired.store.read(lambda c: c.execute(asked).all())]


async def test_a_lease_that_was_taken_while_the_clock_was_ahead_holds_nobody_back(wired: Wiring, now: datetime) -> None:
    """Whoever took it was killed before it gave it back."""
    ahead = now + 20 * DAY
    await wired.store.write(lambda c: leases.take(c, "backups", owner="killed", until=ahead + 3 * HOUR, now=ahead))
    await _at(wired, now)
    assert len(await _done(wired)) == 3
