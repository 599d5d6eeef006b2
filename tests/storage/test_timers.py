"""A timer rings for one holder, again if the holder died, and not after it is done. Leases and cursors beside it."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

import pytest

from storage import tables, timers
from storage.database import cursors, leases
from storage.database.engine import Store
from storage.timers import Timer
from tests.storage import making

LEASE = timedelta(seconds=60)


async def _set(store: Store, once: str, due_at: datetime, **data: object) -> None:
    await store.write(lambda conn: timers.set_timer(conn, once=once, kind="alert", due_at=due_at, data=data))


async def _claim(store: Store, now: datetime, owner: str = "me", limit: int = 99) -> list[Timer]:
    return await store.write(lambda conn: timers.claim(conn, owner=owner, now=now, limit=limit, lease=LEASE))


async def test_a_timer_rings_when_due_and_oldest_first(store: Store, now: datetime) -> None:
    await _set(store, "late", now + timedelta(seconds=1))
    await _set(store, "b", now, rung=2)
    await _set(store, "a", now - timedelta(seconds=1))
    rang = await _claim(store, now)
    assert [(timer.once, timer.data) for timer in rang] == [("a", {}), ("b", {"rung": 2})]
    assert await _claim(store, now) == []


async def test_it_is_set_once_for_ever(store: Store, now: datetime) -> None:
    await _set(store, "a", now)
    (timer,) = await _claim(store, now)
    assert await store.write(lambda conn: timers.done(conn, timer, now=now))
    await _set(store, "a", now)
    assert await _claim(store, now + LEASE * 2) == []


async def test_it_rings_again_at_another_time_with_other_data(store: Store, now: datetime) -> None:
    await _set(store, "a", now, rung=0)
    (timer,) = await _claim(store, now)
    later = now + timedelta(minutes=5)
    assert await store.write(lambda conn: timers.again(conn, timer, due_at=later, data={"rung": 1}))
    assert await _claim(store, now) == []
    (timer,) = await _claim(store, later)
    assert timer.data == {"rung": 1}
    assert await store.write(lambda conn: timers.again(conn, timer, due_at=now))
    (timer,) = await _claim(store, later)
    assert timer.data == {"rung": 1}


async def test_whose_lease_ran_out_can_no_longer_end_it(store: Store, now: datetime) -> None:
    await _set(store, "a", now)
    (slow,) = await _claim(store, now, owner="slow")
    late = now + LEASE + timedelta(seconds=1)
    (quick,) = await _claim(store, late, owner="quick")
    assert not await store.write(lambda conn: timers.done(conn, slow, now=late))
    assert not await store.write(lambda conn: timers.again(conn, slow, due_at=late))
    assert await store.write(lambda conn: timers.done(conn, quick, now=late))


async def test_many_claimers_never_hold_the_same(store: Store, now: datetime) -> None:
    for place in range(30):
        await _set(store, f"n{place}", now)
    held = await asyncio.gather(*(_claim(store, now, owner=f"o{n}", limit=5) for n in range(10)))
    ids = [timer.id for timers_held in held for timer in timers_held]
    assert len(ids) == len(set(ids)) == 30


async def test_at_the_start_of_the_only_process_the_deads_timers_are_due(sqlite_store: Store, now: datetime) -> None:
    await _set(sqlite_store, "a", now)
    await _claim(sqlite_store, now, owner="dead")
    assert await sqlite_store.write(timers.release) == 1
    assert len(await _claim(sqlite_store, now)) == 1


async def test_beside_living_processes_nothing_is_released(postgresql_store: Store, now: datetime) -> None:
    await _set(postgresql_store, "a", now)
    await _claim(postgresql_store, now, owner="alive")
    assert await postgresql_store.write(timers.release) == 0
    assert await _claim(postgresql_store, now) == []


async def test_a_lease_has_one_holder(store: Store, now: datetime) -> None:
    until = now + LEASE

    async def take(owner: str, at: datetime = now) -> bool:
        return await store.write(lambda conn: leases.take(conn, "poll", owner=owner, until=at + LEASE, now=at))

    taken = await asyncio.gather(*(take(f"o{n}") for n in range(10)))
    assert taken.count(True) == 1
    holder = f"o{taken.index(True)}"
    assert await take(holder)
    assert not await take("other")
    assert await take("other", until)
    await store.write(lambda conn: leases.release(conn, "poll", owner=holder))
    assert not await take(holder, until)
    await store.write(lambda conn: leases.release(conn, "poll", owner="other"))
    assert await take(holder, until)


@pytest.mark.parametrize("value", [1, 2**40])
async def test_a_cursor_remembers_how_far(store: Store, value: int) -> None:
    assert await store.read(lambda conn: cursors.get(conn, "poll")) == 0
    for step in (7, value):
        await store.write(partial(cursors.put, name="poll", value=step))
    assert await store.read(lambda conn: cursors.get(conn, "poll")) == value
    assert await making.count(store, tables.cursors) == 1
