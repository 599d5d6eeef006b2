"""The months' keys change by the clock, on one replica at a time, and what a reporter is told of it is true."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from api.demo import folk
from api.settings import Settings
from api.wiring import Wiring, build, prepare
from api.workers import rewrap, timers
from api.workers.settle import settle_waiting
from bot.handlers import console
from bot.vocabulary import Channel, Directory, Reply, Sent
from storage import keyfiles, keys, tables
from storage.database import leases
from storage.database.engine import Connection, Store
from storage.keycare import rewrapping
from storage.keys import Domain, KeyGone, Keyring
from storage.outgoing import outbox
from storage.words import content
from tests.api.workers.wired import Clock, wiring
from tests.databases import sqlite_mostly
from tests.storage import making

pytestmark = sqlite_mostly


OLD = "2026-11"
NEW_MONTH = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
EMERGENCY = "هسه رمي قوي بحي العامل"
OVER = datetime(2026, 12, 3, 0, 30, tzinfo=UTC)


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
async def wired(tmp_path: Path, store: Store, keyring: Keyring, clock: Clock, now: datetime) -> Wiring:
    """A process that holds a report of November."""
    await making.prepare(store, keyring, now)
    await making.say(store, keyring, making.message(1), making.decision(making.filing(), replies=["filed"]), now=now)
    made = wiring(tmp_path, store, keyring, clock, carriers={})
    made._directory.value, made._directory.read_at = Directory(offices={}), float("inf")
    return made


async def _hours(wired: Wiring, clock: Clock, until: datetime) -> None:
    """The timers, called by hand each hour."""
    while clock.now < until:
        clock.now += timedelta(hours=1)
        while await timers.ring_due(wired):
            clock.now += timedelta(seconds=10)


async def test_by_the_clock_the_old_keys_go_on_the_third_day(wired: Wiring, clock: Clock) -> None:
    await timers.start(wired)
    clock.now = NEW_MONTH - timedelta(hours=2)
    await _hours(wired, clock, NEW_MONTH + timedelta(hours=1))
    left = await wired.store.read(lambda c: rewrapping.left(c, wired.keyring, Domain.CONTENT, OLD))
    assert left == (0, 0)
    assert wired.keyring.has(Domain.CONTENT, OLD)
    clock.now = OVER - timedelta(hours=2)
    await _hours(wired, clock, OVER + timedelta(hours=3))
    fresh = Keyring.open(wired.keyring.folder)
    assert not [domain for domain in rewrapping.DOMAINS if fresh.has(domain, OLD)]
    parts = await making.rows(wired.store, tables.parts)
    assert all(content.open_part(fresh, row) for row in parts)
    assert {row.epoch for row in parts} == {"2026-12"}


async def test_what_is_past_its_time_is_purged_and_not_carried_on(wired: Wiring, clock: Clock) -> None:
    closed = {"status": "closed", "closed_at": clock.now, "close_reason": "done"}
    await wired.store.write(lambda c: c.execute(update(tables.reports).values(**closed)))
    clock.now += timedelta(days=100)
    await wired.store.write(lambda c: keys.register(c, wired.keyring, clock.now))
    assert await rewrap.turn(wired, None) is None
    assert {row.wrapped for row in await making.rows(wired.store, tables.parts)} <= {None}


async def test_only_one_process_is_at_it(wired: Wiring, clock: Clock) -> None:
    clock.now = OVER
    until = clock.now + timedelta(seconds=60)
    await wired.store.write(lambda c: leases.take(c, "rewrap", owner="another", until=until, now=clock.now))
    assert await rewrap.turn(wired, None) is None
    assert (await wired.store.read(lambda c: rewrapping.left(c, wired.keyring, Domain.CONTENT, OLD)))[0]
    clock.now = until + timedelta(seconds=1)  # it is dead
    await rewrap.turn(wired, None)
    assert not (await wired.store.read(lambda c: rewrapping.left(c, wired.keyring, Domain.CONTENT, OLD)))[0]


async def test_a_turn_that_is_too_short_goes_on_at_the_next_ring(
    wired: Wiring, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewrap, "_TURN_S", 0.0)
    clock.now = OVER
    await timers.start(wired)
    clock.now += timedelta(hours=1)
    assert await timers.ring_due(wired)
    (row,) = [row for row in await making.rows(wired.store, tables.timers) if row.kind == "rewrap"]
    assert (row.data["epoch"], row.due_at) == (OLD, clock.now + timedelta(seconds=1))
    monkeypatch.setattr(rewrap, "_TURN_S", 2.0)
    clock.now += timedelta(seconds=2)
    assert await timers.ring_due(wired)
    (row,) = [row for row in await making.rows(wired.store, tables.timers) if row.kind == "rewrap"]
    assert (row.data, row.due_at) == ({}, clock.now + timedelta(hours=1))


async def test_a_key_that_another_process_ended_is_dropped_here(wired: Wiring, clock: Clock, now: datetime) -> None:
    clock.now = OVER
    await wired.store.write(lambda c: keys.mark_destroyed(c, Domain.CONTENT, OLD, now))
    held = wired.keyring._known[Domain.CONTENT, OLD]
    assert any(held)
    keyfiles.shred(wired.keyring.folder / "content" / OLD)  # by the other
    assert wired.keyring.at(Domain.CONTENT, OLD)
    assert not await rewrap.forget(wired)
    with pytest.raises(KeyGone):
        wired.keyring.at(Domain.CONTENT, OLD)
    assert not any(held)


async def test_a_message_is_kept_at_once_after_a_clock_was_ahead(wired: Wiring, now: datetime) -> None:
    """Both ways: whoever brings the message makes the keys of now, and so does a round of seconds."""
    epoch = keys.epoch_of(Domain.DOOR, now)

    async def gone() -> None:
        await wired.store.write(lambda c: keys.mark_destroyed(c, Domain.DOOR, epoch, now))
        wired.keyring.destroy(Domain.DOOR, epoch)

    await gone()
    await wired.keep(making.message(70, address="+964770000070"))
    await gone()
    assert not await rewrap.forget(wired)
    assert wired.keyring.current(Domain.DOOR, now).epoch == epoch


def test_ended_keys_are_dropped_within_a_minute() -> None:
    assert rewrap.FORGET_EVERY_S < 60


# ── What is promised ─────────────────────────────────────────────────────────────────────────────────────────
def _promising(wired: Wiring, days: int | None) -> Wiring:
    settings = Settings(data_dir=wired.settings.data_dir, keys_dir=wired.settings.keys_dir, backups_days=days)
    return cast(Wiring, _Promising(wired, settings))


class _Promising:
    """The same process with another setting."""

    def __init__(self, wired: Wiring, settings: Settings) -> None:
        self._wired, self.settings = wired, settings

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wired, name)


async def test_without_a_setting_no_number_is_promised(wired: Wiring, now: datetime) -> None:
    assert await rewrap.backups_days(wired, now) is None


async def test_with_it_the_number_is_that_of_the_day(wired: Wiring, now: datetime) -> None:
    assert await rewrap.backups_days(_promising(wired, 7), now) == 20
    assert await rewrap.backups_days(_promising(wired, 1), now) == 14


async def test_while_a_key_is_late_nothing_is_promised(wired: Wiring) -> None:
    late = OVER + timedelta(days=1)
    await wired.store.write(lambda c: keys.register(c, wired.keyring, late))
    assert await rewrap.backups_days(_promising(wired, 7), late) is None


def test_the_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings().backups_days is None
    monkeypatch.setenv("MUNTADA_BACKUPS_DAYS", "7")
    assert Settings().backups_days == 7


@pytest.mark.parametrize(("days", "said"), [(7, "erase.done"), (None, "erase.gone")])
async def test_whoever_erases_is_told_a_number_only_where_it_is_true(
    sqlite_url: str, tmp_path: Path, now: datetime, days: int | None, said: str
) -> None:
    folders = {"data_dir": tmp_path / "data", "keys_dir": tmp_path / "its-keys"}
    settings = Settings(database_url=SecretStr(sqlite_url), backups_days=days, **folders)  # type: ignore[arg-type]
    prepare(settings)
    wired = await build(settings, demo=True, clock=lambda: now)
    assert keyfiles.is_demo(settings.keys_dir)
    try:
        await folk.move_in(wired)
        told = [await _told(wired, number, text) for number, text in enumerate((EMERGENCY, "حذف", "1"))]
    finally:
        await wired.close()
    assert {reply.key: reply.values.get("count") for reply in told[-1]} == {said: "20" if days else None}


async def _told(wired: Wiring, number: int, text: str) -> list[Reply]:
    """What is answered to a message."""
    phone = {"address": "+9647700000011", "channel": Channel.SMS, "external_id": str(number), "sequence": number}
    await wired.intake.keep(console.read(text, **phone))  # type: ignore[arg-type]
    while await settle_waiting(wired):
        continue
    lease, now = timedelta(minutes=1), wired.clock()

    def taken(conn: Connection) -> list[Reply]:
        parcels = outbox.claim(conn, wired.keyring, owner="me", now=now, limit=9, lease=lease)
        for parcel in parcels:
            outbox.sent(conn, wired.keyring, parcel, Sent(("1",)), now=now)
        return [parcel.reply for parcel in parcels if parcel.kind == "reply"]

    return await wired.store.write(taken)
