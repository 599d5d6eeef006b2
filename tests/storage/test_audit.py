"""Whatever is done to the audit rows shows, and where."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from storage import audit
from storage.audit import Anchor, Verdict
from storage.database.engine import Store
from storage.keys import Keyring
from storage.tables import audit as rows

MINUTE = timedelta(minutes=1)


async def _write(store: Store, keyring: Keyring, count: int, now: datetime) -> None:
    def work(conn: Connection) -> None:
        for place in range(count):
            data = {"n": place, "why": "قاعدة", "list": [1, "b"], "none": None}
            audit.write(
                conn, keyring, at=now + place * MINUTE, actor="a", action="view", subject=f"s{place}", data=data
            )

    await store.write(work)


async def _chain(store: Store, keyring: Keyring, now: datetime) -> int:
    return await store.write(lambda conn: audit.chain(conn, keyring, now))


async def _verify(store: Store, keyring: Keyring, *kept: Anchor) -> Verdict:
    return await store.read(lambda conn: audit.verify(conn, keyring, kept))


async def _as_owner(store: Store, *statements: Any) -> None:
    """What someone does who holds the database itself."""

    def work(conn: Connection) -> None:
        if conn.dialect.name == "postgresql":
            conn.execute(text("RESET ROLE"))
        for statement in statements:
            conn.execute(statement)

    await store.write(work)


async def test_an_untouched_log_is_whole(store: Store, keyring: Keyring, now: datetime) -> None:
    await _write(store, keyring, 5, now)
    assert await _verify(store, keyring) == Verdict(whole=True, rows=5)
    assert await _chain(store, keyring, now) == 5
    assert await _chain(store, keyring, now) == 0
    anchor = await store.read(audit.anchor)
    await _write(store, keyring, 3, now)
    assert await _chain(store, keyring, now) == 3
    assert await _verify(store, keyring, anchor) == Verdict(whole=True, rows=8)


async def test_an_empty_log_is_whole(store: Store, keyring: Keyring) -> None:
    assert await _verify(store, keyring, await store.read(audit.anchor)) == Verdict(whole=True, rows=0)


_EDITS: dict[str, Callable[[], Any]] = {
    "at": lambda: update(rows).values(at=datetime.fromisoformat("2026-01-01T00:00:00+00:00")),
    "actor": lambda: update(rows).values(actor="b"),
    "action": lambda: update(rows).values(action="x"),
    "subject": lambda: update(rows).values(subject="x"),
    "data": lambda: update(rows).values(data={}),
    "mac": lambda: update(rows).values(mac=bytes(32)),
}


@pytest.mark.parametrize("column", sorted(_EDITS))
@pytest.mark.parametrize("chained", [True, False])
async def test_an_edited_row_shows(
    store: Store, keyring: Keyring, now: datetime, column: str, *, chained: bool
) -> None:
    await _write(store, keyring, 5, now)
    if chained:
        await _chain(store, keyring, now)
    await _as_owner(store, _EDITS[column]().where(rows.c.subject == "s2"))
    verdict = await _verify(store, keyring)
    assert (verdict.whole, verdict.reason, verdict.at) == (False, "changed", 3 if chained else 0)
    touched = select(rows.c.id).where(rows.c.subject.in_(("s2", "x")))
    assert verdict.row == await store.read(lambda conn: conn.execute(touched).scalar_one())


@pytest.mark.parametrize("place", [1, 3, 4])
async def test_a_row_taken_away_shows(store: Store, keyring: Keyring, now: datetime, place: int) -> None:
    await _write(store, keyring, 5, now)
    await _chain(store, keyring, now)
    await _as_owner(store, delete(rows).where(rows.c.seq == place))
    verdict = await _verify(store, keyring)
    assert (verdict.whole, verdict.reason, verdict.at) == (False, "missing", place)


async def test_rows_that_close_a_gap_show(store: Store, keyring: Keyring, now: datetime) -> None:
    await _write(store, keyring, 5, now)
    await _chain(store, keyring, now)
    later = [update(rows).where(rows.c.seq == place).values(seq=place - 1) for place in (4, 5)]
    await _as_owner(store, delete(rows).where(rows.c.seq == 3), *later)
    verdict = await _verify(store, keyring)
    assert (verdict.whole, verdict.reason, verdict.at) == (False, "moved", 3)


async def test_swapped_rows_show(store: Store, keyring: Keyring, now: datetime) -> None:
    await _write(store, keyring, 5, now)
    await _chain(store, keyring, now)
    links = await store.read(lambda conn: conn.execute(select(rows.c.seq, rows.c.chain)).all())
    chains = {row.seq: row.chain for row in links}
    moves = ((2, 99, chains[4]), (4, 2, chains[2]), (99, 4, chains[4]))
    await _as_owner(
        store, *(update(rows).where(rows.c.seq == old).values(seq=new, chain=chain) for old, new, chain in moves)
    )
    verdict = await _verify(store, keyring)
    assert (verdict.whole, verdict.reason, verdict.at) == (False, "moved", 2)


async def test_a_tail_cut_off_shows_by_the_anchor_alone(store: Store, keyring: Keyring, now: datetime) -> None:
    await _write(store, keyring, 5, now)
    await _chain(store, keyring, now)
    anchor = await store.read(audit.anchor)
    await _as_owner(store, delete(rows).where(rows.c.seq > 3))
    assert (await _verify(store, keyring)).whole
    assert await _verify(store, keyring, anchor) == Verdict(whole=False, rows=3, at=4, reason="cut")


async def test_a_rewritten_chain_shows_by_the_anchor(store: Store, keyring: Keyring, now: datetime) -> None:
    await _write(store, keyring, 5, now)
    await _chain(store, keyring, now)
    anchor = await store.read(audit.anchor)
    await _as_owner(store, delete(rows))
    await _write(store, keyring, 6, now)
    await _chain(store, keyring, now)
    verdict = await _verify(store, keyring, anchor)
    assert (verdict.whole, verdict.reason, verdict.at) == (False, "rewritten", 5)


async def test_a_row_that_was_never_written_by_us_shows(store: Store, keyring: Keyring, now: datetime) -> None:
    row = {"id": "x", "at": now, "actor": "a", "action": "view", "subject": "", "data": {}, "mac": bytes(32)}
    await _as_owner(store, insert(rows).values(row))
    assert (await _verify(store, keyring)).reason == "changed"


async def test_many_sealers_make_one_chain(store: Store, keyring: Keyring, now: datetime) -> None:
    await _write(store, keyring, 40, now)
    chained = await asyncio.gather(*(_chain(store, keyring, now) for _ in range(8)))
    assert sum(chained) == 40
    assert await _verify(store, keyring) == Verdict(whole=True, rows=40)


def _execute(conn: Connection, statement: Any) -> None:
    conn.execute(statement)


async def test_the_worker_itself_can_change_no_row(postgresql_store: Store, keyring: Keyring, now: datetime) -> None:
    await _write(postgresql_store, keyring, 1, now)
    for statement in (update(rows).values(actor="b"), delete(rows)):
        with pytest.raises(Exception, match="InsufficientPrivilege"):
            await postgresql_store.write(partial(_execute, statement=statement))
