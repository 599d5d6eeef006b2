"""One statement of SQL on the timers that are there, or before they are: within minutes all ring that ought to."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text

from api.workers import ahead, timers
from bot.vocabulary import Desk
from storage import tables
from storage import timers as rows
from storage.database.engine import Store
from storage.keys import Keyring
from storage.purging import erasing
from storage.reporting import turns
from tests.api.workers.wired import Clock, wiring
from tests.storage import making
from tests.storage.purging.test_holds import ORDER, People, people  # noqa: F401 - a fixture

MINUTE = timedelta(minutes=1)
T = tables.timers.c
STATEMENTS = (
    "kind = 'x'",
    "data = '{'",
    "data = '[]'",
    "attempts = 2147483647",
    "due_at = -9223372036854775808",
    "due_at = 9223372036854775807",
    "lease_until = 9223372036854775807",
    "kind = 'x', done_at = 1",
)


async def _as_owner(store: Store, statement: str) -> None:
    def work(conn: Connection) -> None:
        if conn.dialect.name == "postgresql":
            conn.execute(text("RESET ROLE"))
        conn.execute(text(statement))

    await store.write(work)


@pytest.mark.parametrize("change", STATEMENTS)
async def test_the_timers_that_stand_always_ring_again_as_what_they_are(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path, change: str
) -> None:
    await making.prepare(store, keyring, now)
    clock = Clock(now)
    wired = wiring(tmp_path, store, keyring, clock, carriers={})
    await timers.start(wired)
    await store.write(lambda c: rows.set_timer(c, once="alert:x", kind="alert", due_at=now))  # one that SQL can change
    try:
        await _as_owner(store, f"UPDATE timers SET {change}")
    except Exception:  # noqa: BLE001 - what a database refuses changes nothing
        assert "data = '{'" in change
        assert store.dialect == "postgresql"
        return
    for _ in range(15):
        clock.now += 5 * MINUTE
        await ahead.look(wired, ahead.Told())
        await timers.ring_due(wired)
    standing = timers.standing(clock.now)
    found = select(T.once, T.kind, T.due_at).where(T.done_at.is_(None), T.once.in_(standing))
    ring = {row.once: row for row in await store.read(lambda c: c.execute(found).all())}
    assert {name: row.kind for name, row in ring.items()} == {name: name for name in standing}
    assert all(clock.now - 2 * MINUTE < row.due_at <= clock.now + 25 * 60 * MINUTE for row in ring.values())


async def test_rows_that_look_like_alarms_that_ended_keep_none_from_ringing(people: People) -> None:  # noqa: F811
    row, now = await people.row(), people.now

    def before(conn: Connection) -> None:
        if conn.dialect.name == "postgresql":
            conn.execute(text("RESET ROLE"))
        names = [f"alert:{row.id}:{version}" for version in range(1, 40)]
        names += [f"ladder:{row.id}:{version}" for version in range(1, 40)]
        names += [f"{erasing.ERASED}:{row.id}", *(f"{erasing.WISHED}:{row.id}:{version}" for version in range(40))]
        ended = {"data": {}, "due_at": now, "attempts": 0, "done_at": now, "kind": "alert"}
        conn.execute(insert(tables.timers), [{**ended, "id": f"{n:032x}", "once": o} for n, o in enumerate(names)])

    async def running() -> list[str]:
        still = select(T.kind).where(T.done_at.is_(None))
        return list(await people.store.read(lambda c: c.execute(still).scalars().all()))

    def told_again(conn: Connection) -> None:
        where = {"office": row.office, "version": row.version + 1}
        turns.alarm(conn, people.keyring, row.id, contact=None, desk=Desk(row.desk), now=now, **where)

    await people.store.write(before)
    await people.store.write(told_again)
    assert await running() == ["alert"]
    hold = await people.ask("one", order=ORDER)
    await people.confirm("watch", hold)
    assert not await people.erase()
    assert await running() == [erasing.WISHED]  # nobody is rung for what its reporter took back
    await people.end("watch", hold)
    await people.store.write(lambda c: erasing.erase_when_free(c, people.keyring, row.id, now=now) and None)
    assert erasing.ERASED in await running()
