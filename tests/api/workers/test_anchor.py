"""The audit chain's end leaves the database by itself, to a file and to whoever else is to hold it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, delete, text
from structlog.testing import capture_logs

from api.workers import anchor, timers
from bot.handlers.webhook import WebhookCarrier
from bot.vocabulary import Role
from storage import anchors, audit, keys, loose, tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.tables import audit as rows
from tests import staffing
from tests.api.workers.wired import Clock, wiring
from tests.carriers.webhook import SECRET, FakeReceiver
from tests.databases import sqlite_mostly
from tests.storage import making

pytestmark = sqlite_mostly


@pytest.fixture
def receiver() -> Iterator[FakeReceiver]:
    with FakeReceiver() as fake:
        yield fake


async def _write(store: Store, keyring: Keyring, count: int, now: datetime) -> None:
    def work(conn: Connection) -> None:
        for _ in range(count):
            audit.write(conn, keyring, at=now, actor="a", action="view")

    await store.write(work)


async def test_each_minute_with_new_rows_leaves_an_anchor_that_shows_what_was_cut_off(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    clock, told = Clock(now), anchor.Told()
    wired = wiring(tmp_path, store, keyring, clock, carriers={})
    for minute in range(3):
        clock.now = now + timedelta(minutes=minute)
        await _write(store, keyring, 2, now)
        assert await timers.chain_audit(wired)
        for _ in range(3):
            assert not await anchor.write_down(wired, told)
    noted = anchors.read(wired.settings.anchors_dir, keyring)
    assert [one.seq for one in noted.standing] == [2, 4, 6]

    def cut(conn: Connection) -> audit.Verdict:
        if conn.dialect.name == "postgresql":
            conn.execute(text("RESET ROLE"))
        conn.execute(delete(rows).where(rows.c.seq >= 5))
        return audit.verify(conn, keyring, noted.standing)

    verdict = await store.write(cut)
    assert (verdict.reason, verdict.at) == ("cut", 5)
    clock.now = now + timedelta(minutes=9)
    await anchor.write_down(wired, told)
    assert anchors.read(wired.settings.anchors_dir, keyring) == noted  # a shorter chain is nothing to vouch for


async def test_another_organisation_is_told_each_anchor_once_and_again_where_it_did_not_hear(
    sqlite_store: Store, keyring: Keyring, now: datetime, tmp_path: Path, receiver: FakeReceiver
) -> None:
    clock, told = Clock(now), anchor.Told()
    carriers: dict[str, Any] = {"webhook": WebhookCarrier(SECRET, allow_loopback=True)}
    plain = wiring(tmp_path, sqlite_store, keyring, clock, carriers=carriers)
    wired = replace(plain, settings=plain.settings.model_copy(update={"audit_anchor_url": SecretStr(receiver.url)}))
    await _write(sqlite_store, keyring, 1, now)
    await timers.chain_audit(wired)
    receiver.status = 500
    await anchor.write_down(wired, told)
    await anchor.write_down(wired, told)
    assert len(receiver.alerts) == 1
    receiver.status = 200
    clock.now = now + timedelta(minutes=1)
    for _ in range(3):
        await anchor.write_down(wired, told)
    assert len(receiver.alerts) == 2
    heard = receiver.alerts[-1]
    assert heard.genuine
    assert heard.payload["type"] == "audit.anchor"
    (tmp_path / "theirs").write_text(heard.payload["data"]["line"] + "\n")
    there = anchors.read(tmp_path / "theirs", keyring)
    assert there.standing == (await sqlite_store.read(audit.anchor),)
    await carriers["webhook"].close()


async def test_a_clock_that_was_ahead_once_keeps_no_end_from_being_written_down(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    clock, told = Clock(now), anchor.Told()
    wired = wiring(tmp_path, store, keyring, clock, carriers={})

    async def pass_by(then: datetime, count: int) -> None:
        clock.now = then
        await store.write(lambda c: keys.register(c, keyring, then))
        await _write(store, keyring, count, then)
        await timers.chain_audit(wired)
        for _ in range(3):
            await anchor.write_down(wired, told)

    await pass_by(now, 2)
    await pass_by(now + timedelta(days=60), 2)
    for minute in range(1, 5):
        await pass_by(now + timedelta(minutes=minute), 2)
    await pass_by(now + timedelta(minutes=4, seconds=5), 1000)
    noted = anchors.read(wired.settings.anchors_dir, keyring)
    assert [one.seq for one in noted.standing] == [2, 4, 6, 8, 10, 12, 1012]
    await anchor.write_down(wired, told)  # nothing new: no line more, however far the chain grew since that blip
    assert anchors.read(wired.settings.anchors_dir, keyring) == noted


async def test_another_organisation_hears_on_after_a_clock_was_ahead(
    sqlite_store: Store, keyring: Keyring, now: datetime, tmp_path: Path, receiver: FakeReceiver
) -> None:
    clock, told = Clock(now + timedelta(days=60)), anchor.Told()
    carriers: dict[str, Any] = {"webhook": WebhookCarrier(SECRET, allow_loopback=True)}
    plain = wiring(tmp_path, sqlite_store, keyring, clock, carriers=carriers)
    wired = replace(plain, settings=plain.settings.model_copy(update={"audit_anchor_url": SecretStr(receiver.url)}))
    for then in (clock.now, now):
        clock.now = then
        await sqlite_store.write(lambda c, then=then: keys.register(c, keyring, then))  # type: ignore[misc]
        await _write(sqlite_store, keyring, 1, then)
        await timers.chain_audit(wired)
        await anchor.write_down(wired, told)
    assert len(receiver.alerts) == 2
    await carriers["webhook"].close()


async def test_while_rows_get_no_place_administrators_are_rung_once_a_day(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    clock, told = Clock(now), anchor.Told()
    wired = wiring(tmp_path, store, keyring, clock, carriers={})

    def hired(conn: Connection) -> None:
        keys.register(conn, keyring, now)
        staffing.town(conn)
        for name, role, phone in (("سالم", Role.ADMINISTRATOR, "61"), ("زينب", Role.COORDINATOR, "62")):
            person = staffing.hire(conn, keyring, name, role, now=now)
            staffing.give_phone(conn, keyring, person, f"+96477000000{phone}", now=now)

    await store.write(hired)
    await _write(store, keyring, 1, now)
    rung = []
    for _ in range(9):
        await anchor.write_down(wired, told)
        rung.append(await making.count(store, tables.outbox))
        clock.now += timedelta(minutes=1)
    # At the second look in a row at which it is late: before it, nothing may have run since it was noted.
    assert rung == [0, 0, 0, 0, 0, 0, 1, 1, 1]
    clock.now = now + timedelta(days=1)
    await store.write(lambda c: keys.register(c, keyring, clock.now))
    for _ in range(8):  # the watch's key that it was noted under is over
        await anchor.write_down(wired, told)
        clock.now += timedelta(minutes=1)
    assert await making.count(store, tables.outbox) == 2
    while await timers.chain_audit(wired):
        pass
    for days in (2, 3):
        clock.now = now + timedelta(days=days)
        await store.write(lambda c: keys.register(c, keyring, clock.now))
        await anchor.write_down(wired, told)
    assert await making.count(store, tables.outbox) == 2


def _taken_away(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        conn.execute(text("RESET ROLE"))
    conn.execute(delete(rows))


@pytest.mark.parametrize("is_chained", [False, True])
async def test_a_row_that_is_taken_away_within_its_first_minute_is_missed(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path, *, is_chained: bool
) -> None:
    await making.prepare(store, keyring, now)
    clock, told = Clock(now), anchor.Told()
    wired = wiring(tmp_path, store, keyring, clock, carriers={})
    await anchor.write_down(wired, told)
    await _write(store, keyring, 2, now)
    if is_chained:
        assert await timers.chain_audit(wired)
    await store.write(_taken_away)
    clock.now += timedelta(minutes=1)
    with capture_logs() as said:
        await anchor.write_down(wired, told)
    assert [(line["reason"], line["count"]) for line in said] == [("missing", 2)]
    noted = loose.read(keyring)
    verdict = await store.read(lambda conn: loose.verify(conn, keyring, (), noted, now=clock.now))
    assert (verdict.whole, verdict.reason) == (False, "missing")


async def test_what_was_undone_is_missed_by_nobody_and_what_is_there_only_once(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    await making.prepare(store, keyring, now)
    clock, told = Clock(now), anchor.Told()
    wired = wiring(tmp_path, store, keyring, clock, carriers={})

    def undone(conn: Connection) -> None:
        audit.write(conn, keyring, at=now, actor="a", action="view")
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(undone)
    await _write(store, keyring, 3, now)
    assert len(store.written.standing()) == 3
    with capture_logs() as said:
        for _ in range(3):
            await timers.chain_audit(wired)
            await anchor.write_down(wired, told)
            clock.now += timedelta(minutes=1)
    assert said == []
    assert store.written.standing() == frozenset()
