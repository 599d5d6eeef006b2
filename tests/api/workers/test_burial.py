"""Whoever takes rows out of the audit log by SQL is told of, whatever else they write to hide it."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, insert, select, text, update
from structlog.testing import capture_logs

from api.wiring import Wiring
from api.workers import anchor, backups, timers
from bot.vocabulary import Desk, Role
from storage import anchors, audit, keys, tables, trail
from storage.backups import drills
from storage.backups.drills import Kind
from storage.database.engine import Store
from storage.keys import Keyring
from tests import staffing
from tests.api.workers.wired import Clock, wiring
from tests.databases import sqlite_mostly
from tests.storage import making

pytestmark = sqlite_mostly


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
END = 11  # after nine rows of reading, and those of two who were hired
_A = tables.audit.c


@pytest.fixture
async def wired(store: Store, keyring: Keyring, now: datetime, tmp_path: Path) -> Wiring:
    def hired(conn: Connection) -> None:
        keys.register(conn, keyring, now)
        staffing.town(conn)
        for name, role, phone in (("سالم", Role.ADMINISTRATOR, "61"), ("زينب", Role.COORDINATOR, "62")):
            person = staffing.hire(conn, keyring, name, role, now=now)
            staffing.give_phone(conn, keyring, person, f"+96477000000{phone}", now=now)

    await store.write(hired)
    return wiring(tmp_path, store, keyring, Clock(now), carriers={})


async def _pass(wired: Wiring, told: anchor.Told, then: datetime, rows: int) -> list[Any]:
    """Some work, and what the workers do of it; returns what they logged."""

    def work(conn: Connection) -> None:
        keys.register(conn, wired.keyring, then)
        for _ in range(rows):
            audit.write(conn, wired.keyring, at=then, actor="a" * 32, action="report.view")

    wired.clock.now = then  # type: ignore[attr-defined]
    await wired.store.write(work)
    with capture_logs() as logs:
        while await timers.chain_audit(wired):
            pass
        await anchor.write_down(wired, told)
        await backups.keep(wired)
    return [(each["reason"], each["count"]) for each in logs if each["event"] == "audit_not_whole"]


async def _as_owner(store: Store, work: Callable[[Connection], Any]) -> None:
    def done(conn: Connection) -> None:
        if conn.dialect.name == "postgresql":
            conn.execute(text("RESET ROLE"))
        work(conn)

    await store.write(done)


def _cut(after: int) -> Callable[[Connection], Any]:
    return lambda conn: conn.execute(delete(tables.audit).where(_A.seq > after))


def _forged(now: datetime, **changed: Any) -> Callable[[Connection], Any]:
    """Checks that went well, one a day for a year, as the last one that did."""

    def work(conn: Connection) -> None:
        last = dict(
            conn.execute(select(tables.drills).where(tables.drills.c.kind == "verify")).mappings().first() or {}
        )
        for day in range(400):
            new = {"id": secrets.token_hex(16), "at": now - HOUR + day * DAY, "well": True, **changed}
            conn.execute(insert(tables.drills).values({**last, **new}))

    return work


async def test_checks_that_somebody_put_in_keep_no_check_from_being_made_and_none_is_shown(
    wired: Wiring, now: datetime
) -> None:
    told = anchor.Told()
    auditor = await wired.store.write(lambda c: staffing.hire(c, wired.keyring, "مدقق", Role.AUDITOR, now=now))
    await _pass(wired, told, now, 5)
    await _pass(wired, told, now + HOUR, 5)
    await _as_owner(wired.store, _cut(8))
    await _as_owner(wired.store, _forged(now + DAY))
    for day in range(1, 4):
        then = now + day * DAY
        assert ("rewritten" if day > 1 else "cut") in dict(await _pass(wired, told, then, 3))
        done = await wired.store.read(lambda c, then=then: drills.borne(c, wired.keyring, Kind.VERIFY, now=then))  # type: ignore[misc]
        assert done is not None
        assert (done.at, done.well) == (then, False)
        wanted = {"person": auditor, "now": then, "wanted": trail.Wanted()}
        seen = await wired.store.write(lambda c, wanted=wanted: trail.lines(c, wired.keyring, **wanted))  # type: ignore[misc]
        assert seen.checked == done


@pytest.mark.parametrize("moved", ["its line", "its row", "both"])
async def test_a_check_that_was_moved_to_another_day_counts_where_it_was_made(
    wired: Wiring, now: datetime, moved: str
) -> None:
    await _pass(wired, anchor.Told(), now, 5)

    def move(conn: Connection) -> None:
        if moved != "its row":
            conn.execute(update(tables.drills).values(at=now + DAY))
        if moved != "its line":
            conn.execute(update(tables.audit).where(_A.action == "audit.verify").values(at=now + DAY))

    await _as_owner(wired.store, move)
    done = await wired.store.read(lambda c: drills.borne(c, wired.keyring, Kind.VERIFY, now=now + DAY))
    assert (done and done.at) == (now if moved == "its line" else None)


async def test_a_backup_or_drill_that_nothing_bears_out_does_not_count_either(wired: Wiring, now: datetime) -> None:
    await _pass(wired, anchor.Told(), now, 1)
    for kind in ("backup", "drill"):
        await _as_owner(wired.store, _forged(now, kind=kind))
    for kind in (Kind.BACKUP, Kind.DRILL):
        found = await wired.store.read(lambda c, kind=kind: drills.borne(c, wired.keyring, kind, now=now))  # type: ignore[misc]
        assert found is None
    assert await wired.store.read(lambda c: drills.is_overdue(c, wired.keyring, now))


# ── Within the minute ────────────────────────────────────────────────────────────────────────────────────────
async def test_a_chain_that_is_shorter_than_its_anchor_rings_whoever_watches_once_a_day(
    wired: Wiring, now: datetime
) -> None:
    told, rung, said = anchor.Told(), [], []
    await _pass(wired, told, now, 9)
    await _as_owner(wired.store, _cut(4))
    for minute in range(1, 4):
        said.append(await _pass(wired, told, now + minute * MINUTE, 0))
        rung.append(await making.count(wired.store, tables.outbox))
    assert said == [[("cut", END)]] * 3
    assert rung == [1, 1, 1]  # the administrator; of those who work at a desk, only oversight's
    noted = anchors.read(wired.settings.anchors_dir, wired.keyring)
    assert [one.seq for one in noted.notes] == [END]  # a shorter chain is nothing to vouch for


async def test_rows_that_somebody_put_into_the_outbox_before_keep_no_phone_from_ringing(
    wired: Wiring, now: datetime
) -> None:
    told, o = anchor.Told(), tables.outbox.c
    await _pass(wired, told, now, 9)
    await _as_owner(wired.store, _cut(4))
    await _pass(wired, told, now + MINUTE, 0)
    (rung,) = await wired.store.read(lambda c: c.execute(select(tables.outbox)).mappings().all())
    day = int(now.timestamp()) // int(DAY.total_seconds())

    def foreseen(conn: Connection) -> None:
        conn.execute(update(tables.outbox).values(state="sent", sealed=None))
        for ahead in range(5):
            for once in (f"log:{day + ahead}:{rung['contact']}", f"{rung['once']}:{day + ahead}"):
                row = {**rung, "id": secrets.token_hex(16), "once": once, "state": "sent", "sealed": None}
                conn.execute(insert(tables.outbox).values(row))

    await _as_owner(wired.store, foreseen)
    for days in range(1, 4):
        await _pass(wired, told, now + days * DAY + MINUTE, 0)
    waiting = select(func.count()).where(o.state == "pending")
    assert await wired.store.read(lambda c: c.execute(waiting).scalar_one()) == 3


async def test_a_chain_that_grew_past_its_anchor_again_is_another_and_rings(wired: Wiring, now: datetime) -> None:
    told = anchor.Told()
    await _pass(wired, told, now, 9)
    await _as_owner(wired.store, _cut(4))
    assert await _pass(wired, told, now + timedelta(seconds=50), 20) == []
    assert await _pass(wired, told, now + MINUTE, 1) == [("rewritten", END)]
    assert await making.count(wired.store, tables.outbox) == 1


async def test_a_fault_that_only_the_daily_check_finds_rings_too(wired: Wiring, now: datetime) -> None:
    told = anchor.Told()
    await _pass(wired, told, now, 9)
    await _as_owner(wired.store, lambda c: c.execute(delete(tables.audit).where(_A.seq == 4)))
    assert await _pass(wired, told, now + HOUR, 1) == []
    assert await _pass(wired, told, now + DAY, 1) == [("missing", 4)]
    assert await making.count(wired.store, tables.outbox) == 1


async def test_oversight_is_rung_beside_the_administrators(wired: Wiring, now: datetime) -> None:
    def hired(conn: Connection) -> None:
        at = {"office": staffing.WATCH, "desks": (Desk.OVERSIGHT,)}
        person = staffing.hire(conn, wired.keyring, "رقيب", Role.COORDINATOR, **at, now=now)  # type: ignore[arg-type]
        staffing.give_phone(conn, wired.keyring, person, "+9647700000063", now=now)

    await wired.store.write(hired)
    told = anchor.Told()
    await _pass(wired, told, now, 9)
    await _as_owner(wired.store, _cut(4))
    await _pass(wired, told, now + MINUTE, 0)
    assert await making.count(wired.store, tables.outbox) == 2


async def test_an_honest_log_accuses_nobody_whatever_is_restored_or_purged(wired: Wiring, now: datetime) -> None:
    told = anchor.Told()
    for day in (0, 1, 2):
        assert await _pass(wired, told, now + day * DAY, 3) == []
    end = await wired.store.read(audit.anchor)
    last = anchors.last(wired.settings.anchors_dir, wired.keyring)
    assert last is not None
    assert last.anchor == end
    later = now + 900 * DAY
    await wired.store.write(lambda c: keys.register(c, wired.keyring, later))

    def purge(conn: Connection) -> None:
        audit.write(conn, wired.keyring, at=later, actor="a" * 32, action="report.view")
        audit.chain(conn, wired.keyring, later)
        audit.purge(conn, wired.keyring, before=later - 731 * DAY, now=later)

    await _as_owner(wired.store, purge)
    assert await wired.store.read(lambda c: audit.strays(c, wired.keyring, last.anchor)) == ""
