"""The worker purges in lots, finishes erasures outside the database, and tells when a purge is late."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from api.wiring import Wiring
from api.workers import purging
from api.workers import timers as worker
from bot.vocabulary import Desk, Role
from storage import keys, promises, tables, timers
from storage.anchors import Noted
from storage.backups import backup, clients, restoring
from storage.backups.backup import Place
from storage.backups.places import Target
from storage.database import cursors
from storage.database.engine import Store
from storage.keys import Keyring
from storage.purging import erasing, figures, journal, lateness
from storage.purging.schedule import DAY
from tests.api.workers.wired import Clock, wiring
from tests.databases import on_sqlite_mostly
from tests.staffing import hire
from tests.storage import holding, making
from tests.storage.making import message


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
async def wired(tmp_path: Path, store: Store, keyring: Keyring, clock: Clock) -> Wiring:
    await making.prepare(store, keyring, clock.now)
    return wiring(tmp_path, store, keyring, clock, carriers={})


async def _reports(store: Store, keyring: Keyring, count: int, now: datetime) -> list[str]:
    ids = []
    for number in range(count):
        filing = making.filing(code=f"{100000 + number}")
        await making.say(store, keyring, message(number), making.decision(filing), now=now)
        ids.append(filing.report)
    return ids


async def _close(store: Store, now: datetime) -> None:
    closed = update(tables.reports).values(status="closed", closed_at=now)
    await store.write(lambda c: c.execute(closed) and None)


async def test_a_purge_takes_lots_until_nothing_is_left_and_notes_it(
    wired: Wiring, store: Store, keyring: Keyring, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "MOST", 3)
    await _reports(store, keyring, 10, clock.now)
    await _close(store, clock.now)
    clock.now += 91 * DAY
    taken = await purging.purge(wired)
    assert (taken["content"], taken["inbound"], taken["links"]) == (10, 10, 10)
    assert await making.count(store, tables.parts) == 0
    assert (await store.read(figures.read))["purged_at"] == int(clock.now.timestamp())
    assert set(await purging.purge(wired)) <= {"keys_shredded"}  # of keys that the first one ended


async def test_a_hold_that_somebody_put_into_the_database_keeps_nothing_from_the_purge(
    wired: Wiring, store: Store, keyring: Keyring, clock: Clock
) -> None:
    first, _ = await _reports(store, keyring, 2, clock.now)
    await _close(store, clock.now)
    held = update(tables.reports).where(tables.reports.c.id == first).values(held_until=clock.now + 36500 * DAY)
    await store.write(lambda c: c.execute(held) and None)
    clock.now += 91 * DAY
    await purging.purge(wired)
    assert await making.count(store, tables.parts) == 0


@on_sqlite_mostly
async def test_what_a_turn_does_not_suffice_for_follows_seconds_later(
    wired: Wiring, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await worker.start(wired)
    begun = (await store.read(figures.read))["purged_at"]
    clock.now += timedelta(hours=2)
    monkeypatch.setattr(purging, "TURN_S", 0.0)
    monkeypatch.setattr(purging.purge, "__kwdefaults__", {"turn_s": 0.0})
    await _ring(wired)
    assert (await store.read(figures.read))["purged_at"] == begun
    assert await _due(store) == clock.now + timedelta(seconds=10)
    monkeypatch.setattr(purging.purge, "__kwdefaults__", {"turn_s": 5.0})
    clock.now += timedelta(seconds=10)
    await _ring(wired)
    assert await _due(store) == clock.now + timedelta(hours=1)


async def _due(store: Store) -> Any:
    return await store.read(
        lambda c: c.execute(select(tables.timers.c.due_at).where(tables.timers.c.kind == "purge")).scalar_one()
    )


async def _ring(wired: Wiring) -> None:
    assert await worker.ring_due(wired)


@on_sqlite_mostly
async def test_what_was_agreed_to_for_a_time_ends_within_the_hour_after_it_and_its_copy_with_it(
    wired: Wiring, store: Store, keyring: Keyring, clock: Clock
) -> None:
    report, copy = await _reports(store, keyring, 2, clock.now)
    desk = {"office": making.OFFICE, "desk": Desk.GENERAL}
    await store.write(lambda c: c.execute(insert(tables.desks).values(**desk)) and None)
    hired = {"office": making.OFFICE, "now": clock.now}
    person = await store.write(lambda c: hire(c, keyring, "زينب", Role.COORDINATOR, **hired))  # type: ignore[arg-type]
    agreed: dict[str, Any] = {
        "id": "c0" * 16,
        "report": report,
        "office": making.OFFICE,
        "desk": "urgent",
        "scope": "words",
    }
    agreed |= {"asked_by": person, "asked_at": clock.now, "answer": True, "until_at": clock.now + DAY, "copy": copy}
    await store.write(lambda c: c.execute(insert(tables.consents).values(**agreed)) and None)
    erased = select(tables.reports.c.erased_at).where(tables.reports.c.id == copy)
    await worker.start(wired)
    for ahead, gone in ((DAY - timedelta(minutes=30), False), (timedelta(hours=1, minutes=1), True)):
        clock.now += ahead
        await _ring(wired)
        assert (await store.read(lambda c: c.execute(erased).scalar_one()) is not None) is gone


async def test_it_is_late_after_26_hours_without_a_whole_purge(wired: Wiring, store: Store, clock: Clock) -> None:
    async def late(at: datetime) -> bool:
        return await store.read(lambda c: lateness.is_late(c, at))

    assert not await late(clock.now)  # nothing was ever started
    await worker.start(wired)
    assert not await late(clock.now + timedelta(hours=26))
    assert await late(clock.now + timedelta(hours=26, seconds=1))
    await store.write(lambda c: cursors.put(c, lateness.WHOLE, 2**40))
    assert await late(clock.now)  # whoever writes a far time there silences nothing


async def test_a_message_that_waits_is_looked_for_every_few_minutes(
    wired: Wiring, store: Store, keyring: Keyring, clock: Clock
) -> None:
    await worker.start(wired)
    await making.keep(store, keyring, message(1), now=clock.now)
    for minutes, told in ((55, False), (10, True)):
        clock.now += timedelta(minutes=minutes)
        await _ring(wired)
        assert bool((await store.read(figures.read))["unsettled_told_at"]) is told


async def test_an_erasure_is_in_the_journal_before_it_counts_as_done(
    wired: Wiring, store: Store, keyring: Keyring, clock: Clock, tmp_path: Path
) -> None:
    keys_dir = tmp_path / "keys"
    (report,) = await _reports(store, keyring, 1, clock.now)
    await store.write(lambda c: erasing.erase(c, report, now=clock.now))
    folder = keys_dir / "erased"
    folder.write_text("in the way")  # a folder that cannot be written
    await worker.ring_due(wired)
    assert await _running(store) == {"erased"}
    folder.unlink()
    clock.now += timedelta(minutes=2)  # its lease is over
    await worker.ring_due(wired)
    assert await _running(store) == set()
    assert journal.read(keys_dir) == (report,)
    assert len(journal.messages(keys_dir)) == 1


async def _running(store: Store) -> set[str]:
    waits = select(tables.timers.c.kind).where(tables.timers.c.done_at.is_(None))
    return await store.read(lambda c: set(c.execute(waits).scalars()))


async def test_a_wish_that_a_hold_delayed_is_carried_out_when_it_is_over(
    wired: Wiring, store: Store, keyring: Keyring, clock: Clock, tmp_path: Path
) -> None:
    (report,) = await _reports(store, keyring, 1, clock.now)
    until = clock.now + 30 * DAY
    await store.write(lambda c: holding.hold(c, keyring, until))
    await store.write(lambda c: erasing.erase(c, report, now=clock.now, bound=until))
    clock.now = until - timedelta(seconds=1)
    await worker.ring_due(wired)  # it looks each day, and at the end of the order
    assert await _running(store) == {erasing.WISHED}
    assert journal.read(tmp_path / "keys") == ()
    clock.now = until
    assert await worker.ring_due(wired)  # the wish; it sets the timer of what was erased
    assert await worker.ring_due(wired)
    assert journal.read(tmp_path / "keys") == (report,)

    def erased(conn: Connection) -> bool:
        return conn.execute(select(tables.reports.c.erased_at)).scalar_one() is not None

    assert await store.read(erased)
    assert not await store.read(lambda c: timers.is_set(c, kind=erasing.WISHED, report=report))


@on_sqlite_mostly
@pytest.mark.skipif(not clients.is_here("pg_dump"), reason="PostgreSQL's client programs are not here")
async def test_a_purge_while_the_clock_is_ahead_forgets_no_erasure_that_a_backup_needs(
    wired: Wiring, store: Store, keyring: Keyring, clock: Clock, tmp_path: Path, database_url: str
) -> None:
    """A machine that starts before it knows the time; then its disk dies, and yesterday's backup is restored."""
    wired = replace(wired, settings=wired.settings.model_copy(update={"backups_days": 7}))
    (report,) = await _reports(store, keyring, 1, clock.now)
    place, copies, today = Place(database_url, tmp_path / "data" / "media"), tmp_path / "copies", clock.now + DAY
    made = backup.make(place, copies, keyring, now=clock.now, entropy=b"abc")
    promises.note(keyring, promises.Kind.ERASED, report, now=today)
    journal.write(tmp_path / "keys", "me", report, [b"h" * 32], now=today)
    for days in (40, 400):
        clock.now += days * DAY
        await store.write(lambda c: keys.register(c, keyring, clock.now))
        await purging.purge(wired)
    target = Target(f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "restored")
    if store.dialect == "postgresql":
        assert journal.read(tmp_path / "keys") == (report,)
        return
    again = Keyring.open(tmp_path / "keys")
    done = restoring.restore(copies / made.name, target, again, tmp_path / "keys", noted=Noted(), now=today)
    assert done.erased == 1
    assert len(journal.messages(tmp_path / "keys")) == 1
