"""However much waits unsettled, it is looked up in lots: others write between, and what it needs ends only after."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from api.wiring import Wiring
from api.workers import timers as worker
from bot.vocabulary import Channel
from storage import envelopes, inbound, keys, tables
from storage.database.engine import Store
from storage.envelopes import Marks
from storage.keys import Domain, Keyring
from storage.purging import retention
from storage.reporting import talks, unsettled
from storage.reporting.talks import CHOSEN, Ends
from tests.api.workers.wired import Clock, wiring
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.making import message

pytestmark = sqlite_mostly

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
THEIRS, STORY = "7001", "انسرق ماطوري"


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
async def wired(tmp_path: Path, store: Store, keyring: Keyring, clock: Clock) -> Wiring:
    await making.prepare(store, keyring, clock.now)
    wired = wiring(tmp_path, store, keyring, clock, carriers={})
    await worker.start(wired)
    return wired


async def _keep(wired: Wiring, *said: tuple[str, str]) -> None:
    """Of each the address and the words."""
    begun = await making.count(wired.store, tables.inbound) + 1
    messages = [
        message(number, address=address, text=text, channel=Channel.TELEGRAM, carrier="telegram")
        for number, (address, text) in enumerate(said, begun)
    ]
    kept = [inbound.envelope(wired.keyring, each, wired.clock()) for each in messages]
    await wired.store.write(lambda c: inbound.keep(c, kept))


async def _marks(wired: Wiring) -> list[Marks]:
    return await wired.store.read(lambda c: _marked(c, wired.keyring))


def _marked(conn: Connection, keyring: Keyring) -> list[Marks]:
    waits = conn.execute(select(tables.inbound).order_by(tables.inbound.c.sequence)).all()
    return [envelopes.opened(keyring, row)[0] for row in waits]


def _have_a_turn(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(worker._write_down, "__kwdefaults__", {"turn_s": seconds})


async def _talk(wired: Wiring, since: datetime) -> None:
    """One that they chose, of half an hour."""

    def begin(conn: Connection) -> None:
        found_by = talks.names(wired.keyring, Channel.TELEGRAM, THEIRS, since, came=since)
        talks.save(conn, wired.keyring, found_by, CHOSEN, Ends(None, None, chosen=True), now=since)

    await wired.store.write(begin)


async def test_others_write_while_a_backlog_is_looked_up_and_it_is_read_only_from_then_on(
    wired: Wiring, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _have_a_turn(monkeypatch, 600.0)
    await _keep(wired, *((str(9000 + number), STORY) for number in range(220)))
    clock.now += 2 * MINUTE
    ringing = asyncio.create_task(worker.ring_due(wired))
    done = list[int]()
    while not ringing.done():
        done.append(await wired.store.write(lambda c: sum(each.looked for each in _marked(c, wired.keyring))))
    assert await ringing
    assert any(0 < count < 220 for count in done)
    assert all(each.looked and not each.private for each in await _marks(wired))
    seen = await wired.store.read(lambda c: unsettled.look(c, wired.keyring, clock.now + MINUTE))
    assert (seen.ids, seen.whole) == ((), True)


@pytest.mark.parametrize("is_wish_first", [False, True])
async def test_who_chooses_privacy_is_private_in_what_another_lot_holds(
    wired: Wiring, clock: Clock, *, is_wish_first: bool
) -> None:
    said = [(THEIRS, "سري"), (THEIRS, STORY)] if is_wish_first else [(THEIRS, STORY), (THEIRS, "سري")]
    await _keep(wired, *said, ("7002", STORY))
    seen = await wired.store.read(lambda c: unsettled.look(c, wired.keyring, clock.now + 2 * MINUTE))
    assert THEIRS not in repr(seen)
    for id in seen.ids:
        await wired.store.write(lambda c, id=id: unsettled.write_down(c, wired.keyring, seen, [id]))  # type: ignore[misc]
    assert [(each.looked, each.private) for each in await _marks(wired)] == [(True, True), (True, True), (True, False)]


async def test_who_chooses_it_later_is_private_in_what_was_looked_up_before(wired: Wiring, clock: Clock) -> None:
    for text in (STORY, "سري"):
        await _keep(wired, (THEIRS, text), ("7002", STORY))
        clock.now += 2 * MINUTE
        assert await worker.ring_due(wired)
    assert [each.private for each in await _marks(wired)] == [True, False, True, False]


async def test_a_mark_stays_until_what_needs_it_was_looked_up_in_a_later_turn(
    wired: Wiring, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _talk(wired, clock.now)
    clock.now += HOUR
    assert await worker.ring_due(wired)
    clock.now += 22 * HOUR
    await wired.store.write(lambda c: keys.register(c, wired.keyring, clock.now))
    await _keep(wired, (THEIRS, STORY))
    clock.now += 3 * HOUR  # by now the mark is over
    with monkeypatch.context() as busy:
        _have_a_turn(busy, 0.0)
        await worker.ring_due(wired)
    assert [each.looked for each in await _marks(wired)] == [False]
    assert await making.count(wired.store, tables.talks) == 1
    clock.now += timedelta(seconds=10)
    assert await worker.ring_due(wired)
    assert [each.private for each in await _marks(wired)] == [True]
    assert await making.count(wired.store, tables.talks) == 0


@pytest.mark.parametrize("is_looked_up", [False, True])
async def test_the_key_of_a_day_stays_one_more_while_what_came_the_day_after_was_not_looked_up(
    wired: Wiring, clock: Clock, *, is_looked_up: bool
) -> None:
    day = keys.epoch_of(Domain.INTAKE, clock.now)
    clock.now += DAY
    await wired.store.write(lambda c: keys.register(c, wired.keyring, clock.now))
    await _keep(wired, (THEIRS, STORY))
    clock.now = clock.now.replace(hour=0) + DAY + 5 * MINUTE
    await wired.store.write(lambda c: keys.register(c, wired.keyring, clock.now))
    if is_looked_up:
        seen = await wired.store.read(lambda c: unsettled.look(c, wired.keyring, clock.now))
        await wired.store.write(lambda c: unsettled.write_down(c, wired.keyring, seen, seen.ids))
        await wired.store.write(lambda c: unsettled.end_talks(c, seen, written=True))
    assert (day in await _ended(wired)) is is_looked_up
    clock.now += DAY
    await wired.store.write(lambda c: keys.register(c, wired.keyring, clock.now))
    assert day in await _ended(wired)


async def test_what_was_settled_needs_no_key(wired: Wiring, clock: Clock) -> None:
    day = keys.epoch_of(Domain.INTAKE, clock.now)
    await _keep(wired, (THEIRS, STORY))
    settled = update(tables.inbound).values(settled_at=clock.now, sealed=None)
    await wired.store.write(lambda c: c.execute(settled) and None)
    clock.now += 2 * DAY
    await wired.store.write(lambda c: keys.register(c, wired.keyring, clock.now))
    assert day in await _ended(wired)


async def _ended(wired: Wiring) -> list[str]:
    """The days whose keys a purge has ended."""

    def ended(conn: Connection) -> list[str]:
        retention.purge(conn, wired.keyring, wired.clock())
        return list(keys.destroyed(conn, Domain.INTAKE))

    return await wired.store.write(ended)
