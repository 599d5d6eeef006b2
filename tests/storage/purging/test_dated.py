"""A hold that was asked for while a clock was ahead lasts as many days as it was asked for, from when it is right."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from api.workers import ahead
from storage.purging import dated, erasing
from storage.purging.schedule import DAY
from storage.tables import holds as table
from storage.tables import timers
from tests.api.workers.wired import Clock, wiring
from tests.storage import making
from tests.storage.purging.test_holds import ORDER, People, people  # noqa: F401 - a fixture

AHEAD = 300 * DAY


async def _looks(people: People, folder: Path, at: datetime) -> None:  # noqa: F811
    wired = wiring(folder, people.store, people.keyring, Clock(at), carriers={})
    await ahead.look(wired, ahead.Told())


async def test_it_stands_for_its_days_and_no_longer(people: People, tmp_path: Path) -> None:  # noqa: F811
    hold = await people.ask("one", days=180, after=AHEAD, order=ORDER)
    await people.confirm("watch", hold, after=AHEAD)
    assert not await people.erase(timedelta(hours=1))
    now = people.now + DAY
    await _looks(people, tmp_path, now)
    row = await people.row()
    assert (row.held_until, row.bound_until) == (now + 180 * DAY, now + 180 * DAY)
    wished = [each.due_at for each in await making.rows(people.store, timers) if each.kind == erasing.WISHED]
    assert wished[0] <= now + 180 * DAY
    assert not await people.store.read(lambda c: dated.is_any(c, people.keyring, now))
    await people.end("watch", hold, after=2 * DAY)
    assert (await people.row()).held_until is None


async def test_one_of_the_right_time_and_one_that_somebody_dated_by_sql_stay_as_they_are(
    people: People,  # noqa: F811
    tmp_path: Path,
) -> None:
    hold = await people.ask("one", days=180, order=ORDER)
    await people.confirm("watch", hold)
    until = (await people.row()).bound_until
    await _looks(people, tmp_path, people.now + DAY)
    assert (await people.row()).bound_until == until
    later = update(table).values(asked_at=people.now + AHEAD)
    await people.store.write(lambda c: c.execute(later) and None)
    await _looks(people, tmp_path, people.now + DAY)
    assert (await people.row()).bound_until == until


async def test_what_was_asked_only_waits_for_its_second_person(people: People) -> None:  # noqa: F811
    hold = await people.ask("one", days=30, after=AHEAD)
    await people.store.write(lambda c: dated.bring_back(c, people.keyring, people.now) and None)
    assert (await people.row()).held_until is None
    await people.confirm("two", hold)
    assert (await people.row()).held_until == people.now + 30 * DAY
