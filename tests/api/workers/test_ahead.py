"""After a clock that was ahead all timers ring again as they should, and a late purge is told by something else."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from structlog.testing import capture_logs

from api.wiring import Wiring
from api.workers import ahead, timers
from bot.vocabulary import Urgency
from storage import keys, tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.purging import lateness
from tests.api.workers.wired import Clock, wiring
from tests.databases import sqlite_mostly
from tests.storage import making

pytestmark = sqlite_mostly


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
async def wired(tmp_path: Path, store: Store, keyring: Keyring, clock: Clock) -> Wiring:
    await making.prepare(store, keyring, clock.now)
    made = wiring(tmp_path, store, keyring, clock, carriers={})
    await timers.start(made)
    return made


async def _rings(wired: Wiring, clock: Clock, at: datetime) -> None:
    clock.now = at
    await wired.store.write(lambda c: keys.register(c, wired.keyring, at))
    for _ in range(20):
        if not await timers.ring_due(wired):
            return


async def _due(store: Store) -> dict[str, datetime]:
    t = tables.timers.c
    found = select(t.kind, t.due_at).where(t.done_at.is_(None))
    return await store.read(lambda c: {row.kind: row.due_at for row in c.execute(found)})


async def test_purge_keys_talks_digest_and_alarms_go_on_once_the_clock_is_right(
    wired: Wiring, store: Store, keyring: Keyring, clock: Clock
) -> None:
    begun = clock.now
    await _rings(wired, clock, begun + 60 * DAY)
    urgent = making.filing(facts=replace(making.THEFT, urgency=Urgency.EMERGENCY))
    await making.say(store, keyring, making.message(1), making.decision(urgent), now=clock.now)
    await _rings(wired, clock, clock.now)
    assert min((await _due(store)).values()) > begun + 59 * DAY
    with capture_logs() as said:
        clock.now = begun + HOUR
        assert not await ahead.look(wired, ahead.Told())
    assert [line["event"] for line in said] == ["clock_was_ahead", "purge_late"]
    for minutes in (0, 1, 6, 70):
        await _rings(wired, clock, begun + HOUR + timedelta(minutes=minutes))
        await ahead.look(wired, ahead.Told())
    due = await _due(store)
    assert set(due) == {"keys", "purge", "talks", "overdue", "stir", "rewrap", "digest", "alert"}
    assert all(clock.now - HOUR < at <= clock.now + DAY for at in due.values())
    assert due["alert"] <= clock.now + timedelta(minutes=10)
    assert not await store.read(lambda c: lateness.is_late(c, clock.now))


async def test_a_purge_that_is_late_is_told_each_hour_whether_it_begins_or_not(wired: Wiring, clock: Clock) -> None:
    told, clock.now = ahead.Told(), clock.now + 27 * HOUR
    with capture_logs() as said:
        for _ in range(14):
            await ahead.look(wired, told)
            clock.now += timedelta(minutes=10)
    assert [line["event"] for line in said] == ["purge_late"] * 3


@pytest.mark.parametrize("by", ["ended", "deleted"])
async def test_timers_that_somebody_ended_in_the_database_run_again_within_the_minute(
    wired: Wiring, store: Store, clock: Clock, by: str
) -> None:
    always, t = set(timers.standing(clock.now)), tables.timers
    assert set(await _due(store)) == always
    gone = update(t).values(done_at=clock.now) if by == "ended" else delete(t)
    await store.write(lambda c: c.execute(gone) and None)
    clock.now += timedelta(minutes=1)
    with capture_logs() as said:
        await ahead.look(wired, ahead.Told())
        await ahead.look(wired, ahead.Told())
    assert [(line["event"], line["count"]) for line in said] == [("timers_were_gone", len(always))]
    assert set(await _due(store)) == always
    await _rings(wired, clock, clock.now + 2 * HOUR)
    assert min((await _due(store)).values()) > clock.now


async def test_each_hour_what_a_report_names_is_read_or_it_is_kept_from_every_office(
    wired: Wiring, store: Store, keyring: Keyring, clock: Clock
) -> None:
    await making.say(store, keyring, making.message(1), making.decision(making.filing()), now=clock.now)
    await store.write(lambda c: c.execute(tables.reports.update().values(apart=["no code"])) and None)
    await _rings(wired, clock, clock.now + HOUR + timedelta(minutes=5))
    (row,) = await making.rows(store, tables.reports)
    assert row.apart == sorted([making.OFFICE, "women-baghdad", "other-office"])
