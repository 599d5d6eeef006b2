"""T32 within the hour: a row that waits for its hour's end is missed too, and nothing tells when it came."""

import os
import resource
import signal
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Connection,
    create_engine,
    delete,
    insert,
    literal,
    make_url,
    select,
    text,
    type_coerce,
    update,
)
from structlog.testing import capture_logs

from api.auditing import sentence
from api.workers import anchor, timers
from storage import audit, keys, loose
from storage.anchors import Noted
from storage.audit import Anchor, Verdict
from storage.database.engine import Store
from storage.keys import Domain, Keyring
from storage.tables import audit as rows
from storage.words import hours
from tests.api.workers.wired import Clock, wiring

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOWHERE = Anchor(0, b"")
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)  # whatever has no place is not late yet


def _tell(conn: Connection, keyring: Keyring, at: datetime, *, private: bool = True, count: int = 1) -> None:
    dated = hours.noted(at, private=private)
    for _ in range(count):
        audit.write(conn, keyring, at=dated, actor="machine:settle", action="settle", data={})


async def _told(store: Store, keyring: Keyring, at: datetime, *, private: bool = True) -> str:
    """The id of a row that says that something was told."""
    ids = select(rows.c.id)
    before = set(await store.read(lambda c: c.execute(ids).scalars().all()))
    await store.write(lambda c: _tell(c, keyring, at, private=private))
    (new,) = set(await store.read(lambda c: c.execute(ids).scalars().all())) - before
    return str(new)


async def _note(store: Store, keyring: Keyring, now: datetime, *, anchored: Anchor = NOWHERE) -> loose.Seen:
    noted = loose.read(keyring)
    seen = await store.read(lambda c: loose.look(c, keyring, noted, anchored=anchored, now=now))
    loose.note(keyring, seen, now=now)
    return seen


async def _as_owner(store: Store, *statements: Any) -> None:
    def work(conn: Connection) -> None:
        if conn.dialect.name == "postgresql":
            conn.execute(text("RESET ROLE"))
        for statement in statements:
            conn.execute(statement)

    await store.write(work)


async def _verify(store: Store, keyring: Keyring, *anchors: audit.Anchor) -> Verdict:
    noted = loose.read(keyring)
    return await store.read(lambda c: loose.verify(c, keyring, anchors, noted, now=BEFORE))


async def _chain(store: Store, keyring: Keyring, now: datetime) -> int:
    return await store.write(lambda c: audit.chain(c, keyring, now))


def _missing(row: str, hour: datetime, count: int) -> Verdict:
    return Verdict(whole=False, rows=count, reason="missing", row=row, hour=hour)


async def test_a_row_that_waits_is_missed_within_its_hour_and_its_hour_is_named(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    ids = [await _told(store, keyring, now + minute * MINUTE) for minute in (3, 20, 41)]
    await _note(store, keyring, now + 41 * MINUTE)
    assert await _verify(store, keyring) == Verdict(whole=True, rows=3)
    for id in ids:
        kept = dict(await store.read(lambda c, id=id: c.execute(select(rows).where(rows.c.id == id)).mappings().one()))  # type: ignore[misc]
        await _as_owner(store, delete(rows).where(rows.c.id == id))
        assert await _verify(store, keyring) == _missing(id, now + HOUR, 2)
        await _as_owner(store, insert(rows).values(**kept))
    assert (await _verify(store, keyring)).whole


async def test_the_whole_log_laid_back_as_it_was_is_found(store: Store, keyring: Keyring, now: datetime) -> None:
    """The chain is the same before and after something was told in private: what it says cannot miss the row."""
    await _told(store, keyring, now, private=False)
    await _chain(store, keyring, now)
    end = await store.read(audit.anchor)
    copy = await store.read(lambda c: [dict(row) for row in c.execute(select(rows)).mappings()])
    id = await _told(store, keyring, now + 9 * MINUTE)
    await _note(store, keyring, now + 10 * MINUTE, anchored=end)
    await _as_owner(store, delete(rows), insert(rows).values(copy))
    assert await store.read(lambda c: audit.verify(c, keyring, [end])) == Verdict(whole=True, rows=1)
    assert await _verify(store, keyring, end) == _missing(id, now + HOUR, 1)


async def test_it_is_missed_for_as_long_as_it_is_not_there(store: Store, keyring: Keyring, now: datetime) -> None:
    """Whatever comes after it, whether its hour is over or its watch is: nothing is forgotten by writing on."""
    gone = await _told(store, keyring, now)
    await _note(store, keyring, now)
    await _as_owner(store, delete(rows))
    for hour in range(12):
        at = now + hour * HOUR
        await store.write(lambda c, at=at: keys.register(c, keyring, at))  # type: ignore[misc]
        await _told(store, keyring, at)
        await _chain(store, keyring, at + 59 * MINUTE)
        seen = await _note(store, keyring, at + 59 * MINUTE, anchored=Anchor(10**6, bytes(32)))
        assert seen.gone == {gone}
    verdict = await _verify(store, keyring)
    assert (verdict.whole, verdict.row, verdict.hour) == (False, gone, now + HOUR)


async def test_a_row_leaves_the_file_when_an_anchor_bears_its_place_out_and_not_before(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    id = await _told(store, keyring, now)
    await _note(store, keyring, now)
    assert await _chain(store, keyring, now + HOUR) == 1
    await _note(store, keyring, now + HOUR)
    assert loose.read(keyring).rows == {id: now + HOUR}
    end = await store.read(audit.anchor)
    await _note(store, keyring, now + HOUR, anchored=end)
    assert loose.read(keyring).rows == {}
    assert await _verify(store, keyring, end) == Verdict(whole=True, rows=1)
    await _as_owner(store, delete(rows))
    verdict = await _verify(store, keyring, end)
    assert (verdict.reason, verdict.at) == ("cut", 1)  # from then on the chain misses it


async def test_a_row_that_was_changed_or_given_a_place_is_found_as_any(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    id = await _told(store, keyring, now)
    await _note(store, keyring, now)
    edits: Mapping[str, tuple[Mapping[str, Any], str]] = {
        "hour": ({"at": now + 2 * HOUR}, "changed"),
        "name": ({"id": "f" * 32}, "changed"),
        "place": ({"seq": 1, "chain": bytes(32)}, "moved"),
        "chain": ({"chain": bytes(32)}, "moved"),
    }
    kept = dict(await store.read(lambda c: c.execute(select(rows)).mappings().one()))
    for name, (values, reason) in edits.items():
        await _as_owner(store, update(rows).values(**values))
        verdict = await _verify(store, keyring)
        assert (verdict.whole, verdict.reason) == (False, reason), name
        await _as_owner(store, delete(rows), insert(rows).values(**kept))
    assert loose.read(keyring).rows == {id: now + HOUR}


async def test_a_place_that_the_chain_does_not_bear_out_leaves_nothing_unseen(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    """Whoever writes SQL can write any place, also one that an anchor seems to cover."""
    for _ in range(2):
        await _told(store, keyring, now, private=False)
    await _chain(store, keyring, now)
    end = await store.read(audit.anchor)
    id = await _told(store, keyring, now)
    await _note(store, keyring, now, anchored=end)
    kept = dict(await store.read(lambda c: c.execute(select(rows).where(rows.c.seq == 1)).mappings().one()))
    mine = update(rows).where(rows.c.id == id)
    chain = kept["chain"]
    forged = [(0, None), (-1, chain), (-(2**63), None), (2**63 - 1, chain), (1, chain), (1, None), (3, chain)]
    for seq, value in forged:
        swapped = [delete(rows).where(rows.c.seq == 1)] if seq == 1 else []
        await _as_owner(store, *swapped, mine.values(seq=seq, chain=value))
        seen = await _note(store, keyring, now, anchored=end)
        assert not seen.placed, seq
        assert (seen.moved, seen.faults) == (frozenset({id}), {"moved": 1}), seq
        assert not (await _verify(store, keyring, end)).whole, seq
        await _as_owner(store, mine.values(seq=None, chain=None), *([insert(rows).values(**kept)] if swapped else []))
    await _as_owner(store, mine.values(seq=0))
    await _note(store, keyring, now, anchored=end)
    await _as_owner(store, delete(rows).where(rows.c.id == id))
    assert (await _note(store, keyring, now, anchored=end)).gone == {id}
    assert await _verify(store, keyring, end) == _missing(id, now + HOUR, 2)


async def test_a_place_of_another_chain_than_the_anchors_counts_for_nothing(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    """It was chained once, truly: but what the anchor saw went on without it."""
    id = await _told(store, keyring, now)
    await _note(store, keyring, now)
    await _chain(store, keyring, now + HOUR)
    once = dict(await store.read(lambda c: c.execute(select(rows)).mappings().one()))
    await _as_owner(store, delete(rows))
    await _told(store, keyring, now, private=False)
    await _chain(store, keyring, now)
    end = await store.read(audit.anchor)
    await _as_owner(store, delete(rows), insert(rows).values(**once))
    seen = await _note(store, keyring, now + HOUR, anchored=end)
    assert not seen.placed
    assert seen.moved == {id}
    assert loose.read(keyring).rows == {id: now + HOUR}


async def test_a_row_of_no_possible_time_is_told_and_keeps_none_from_being_noted(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    beyond = 9_223_369_200_000_000_000  # whole hours, in microseconds: after the year 9999
    values = {"id": "ab" * 16, "actor": "machine:x", "action": "x", "subject": "", "data": {}, "mac": b"x"}
    await store.write(lambda c: c.execute(insert(rows).values(**values, at=type_coerce(literal(beyond), BigInteger))))
    id = await _told(store, keyring, now)
    clock = Clock(now)
    with capture_logs() as logs:
        await anchor.write_down(wiring(tmp_path, store, keyring, clock, carriers={}), anchor.Told())
    assert [(each["event"], each["reason"], each["count"]) for each in logs] == [("audit_not_whole", "changed", 1)]
    assert loose.read(keyring).rows == {id: now + HOUR}


async def test_a_disk_that_takes_half_of_the_file_costs_nothing_that_was_noted(
    sqlite_store: Store, keyring: Keyring, now: datetime
) -> None:
    await sqlite_store.write(partial(_tell, keyring=keyring, at=now, count=300))
    await _note(sqlite_store, keyring, now)
    seen = await sqlite_store.read(partial(loose.look, keyring=keyring, noted=loose.Noted(), anchored=NOWHERE, now=now))
    before, (soft, hard) = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            loose.note(keyring, seen, now=now + MINUTE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert len(loose.read(keyring).rows) == 300


async def test_a_damaged_file_is_told_until_somebody_takes_it_away(
    sqlite_store: Store, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    id = await _told(sqlite_store, keyring, now)
    await _note(sqlite_store, keyring, now)
    good = _file(keyring).read_bytes()
    for damaged in (b"", good[:40], good[:-1], good[:36] + b"9" + good[37:], good[:-1] + bytes([good[-1] ^ 1])):
        _file(keyring).write_bytes(damaged)
        assert loose.read(keyring) == loose.Noted({}, damaged=True)
        assert (await _verify(sqlite_store, keyring)).reason == "unreadable"
    wired = wiring(tmp_path, sqlite_store, keyring, Clock(now), carriers={})
    for _ in range(2):
        with capture_logs() as logs:
            await anchor.write_down(wired, anchor.Told())
        assert [(each["event"], each["reason"]) for each in logs] == [("audit_not_whole", "unreadable")]
        assert loose.read(keyring) == loose.Noted({id: now + HOUR}, damaged=True)
    assert "noted in a file that is damaged" in sentence(await _verify(sqlite_store, keyring), Noted())
    _file(keyring).with_name("audit.damaged").unlink()
    assert await _verify(sqlite_store, keyring) == Verdict(whole=True, rows=1)


# ── What the file tells ──────────────────────────────────────────────────────────────────────────────────────
def _file(keyring: Keyring) -> Path:
    return keyring.folder / "waiting" / "audit"


async def test_without_the_watchs_key_the_file_tells_not_even_whether_anything_waits(
    sqlite_store: Store, keyring: Keyring, now: datetime
) -> None:
    sizes, contents = set(), set()
    for count in range(12):
        seen = await _note(sqlite_store, keyring, now)
        assert len(seen.waits) == count
        sizes.add(_file(keyring).stat().st_size)
        contents.add(_file(keyring).read_bytes())
        await _told(sqlite_store, keyring, now)
    assert (len(sizes), len(contents)) == (1, 12)
    assert _file(keyring).stat().st_mode & 0o077 == 0
    await sqlite_store.write(partial(_tell, keyring=keyring, at=now, count=600))
    await _note(sqlite_store, keyring, now)
    assert len(loose.read(keyring).rows) == 612
    keyring.destroy(Domain.DOOR, keys.epoch_of(Domain.DOOR, now))
    assert loose.read(keyring).rows == {}


async def test_the_rows_stand_in_the_file_in_no_order(sqlite_store: Store, keyring: Keyring, now: datetime) -> None:
    told = [await _told(sqlite_store, keyring, now + minute * MINUTE) for minute in range(9)]
    await _note(sqlite_store, keyring, now)
    assert list(loose.read(keyring).rows) == sorted(told)


async def test_the_file_is_written_by_the_clock_and_by_nothing_that_is_told(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    clock, told = Clock(now), anchor.Told()
    wired = wiring(tmp_path, store, keyring, clock, carriers={})
    written = []
    for second in range(0, 200, 20):
        clock.now = now + timedelta(seconds=second)
        if second in {40, 80}:
            await _told(store, keyring, clock.now)
        await timers.chain_audit(wired)
        await anchor.write_down(wired, told)
        at = _file(keyring).stat().st_mtime_ns
        if at:
            written.append(second)
            os.utime(_file(keyring), ns=(0, 0))
    assert written == [0, 60, 120, 180]
    assert len(loose.read(keyring).rows) == 2
    clock.now = now + HOUR
    for minute in range(2):
        clock.now = now + HOUR + minute * MINUTE
        await timers.chain_audit(wired)
        await anchor.write_down(wired, told)
    assert loose.read(keyring).rows == {}


async def test_after_a_restore_nothing_is_missed(sqlite_store: Store, keyring: Keyring, now: datetime) -> None:
    await _told(sqlite_store, keyring, now)
    await _note(sqlite_store, keyring, now)
    await _as_owner(sqlite_store, delete(rows))
    loose.forget(keyring)
    loose.forget(keyring)
    assert (await _verify(sqlite_store, keyring)).whole


async def test_replicas_that_write_at_once_lose_nothing(sqlite_store: Store, keyring: Keyring, now: datetime) -> None:
    early = await sqlite_store.read(
        partial(loose.look, keyring=keyring, noted=loose.Noted(), anchored=NOWHERE, now=now)
    )
    id = await _told(sqlite_store, keyring, now)
    await _note(sqlite_store, keyring, now)
    loose.note(keyring, early, now=now)
    assert loose.read(keyring).rows == {id: now + HOUR}


# ── Where somebody keeps the sealer from its work ────────────────────────────────────────────────────────────
async def test_a_row_of_staff_that_got_no_place_is_noted_too_and_missed(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await store.write(lambda c: audit.write(c, keyring, at=now + 7 * MINUTE, actor="a" * 32, action="report.view"))
    await _note(store, keyring, now + 8 * MINUTE)
    id = await store.read(lambda c: c.execute(select(rows.c.id)).scalar_one())
    assert loose.read(keyring).rows == {id: now + HOUR}
    await _as_owner(store, delete(rows))
    assert await _verify(store, keyring) == _missing(id, now + HOUR, 0)


async def test_a_row_without_a_place_for_five_minutes_is_a_fault_of_its_own(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    await store.write(lambda c: audit.write(c, keyring, at=now, actor="a" * 32, action="report.view"))
    await _told(store, keyring, now)  # waits for its hour, as it should
    late = [(await _note(store, keyring, now + minutes * MINUTE)).late for minutes in (3, 4, 7, 8, 50)]
    assert late == [0, 0, 0, 1, 1]  # five minutes after it was first seen
    noted = loose.read(keyring)
    verdict = await store.read(lambda c: loose.verify(c, keyring, (), noted, now=now + 8 * MINUTE))
    assert verdict == Verdict(whole=False, rows=2, at=1, reason="unchained")
    assert "1 rows got no place" in sentence(verdict, Noted())
    clock, told = Clock(now + 50 * MINUTE), anchor.Told()
    wired = wiring(tmp_path, store, keyring, clock, carriers={})
    with capture_logs() as logs:
        await anchor.write_down(wired, told)  # nothing may have run since it was noted
        clock.now += MINUTE
        await anchor.write_down(wired, told)
        assert await timers.chain_audit(wired)
        clock.now += MINUTE
        await anchor.write_down(wired, told)
    assert [(each["event"], each["reason"], each["count"]) for each in logs] == [("audit_not_whole", "unchained", 1)]
    noted = loose.read(keyring)
    assert (await store.read(lambda c: loose.verify(c, keyring, (), noted, now=clock.now))).whole


async def test_what_waited_for_its_hour_is_late_five_minutes_after_it_and_its_file_tells_no_minute(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _told(store, keyring, now)
    late = []
    for minutes in (17, 40, 60, 64, 65):
        late.append((await _note(store, keyring, now + minutes * MINUTE)).late)
        assert list(loose.read(keyring).due.values()) == ([now + HOUR] if minutes >= 60 else [])
    assert late == [0, 0, 0, 0, 1]


async def test_rows_dated_to_their_hour_that_came_a_moment_ago_accuse_nobody(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    """A busy server: whenever somebody looks, something came within the second, and says that it came at the hour."""
    clock, told = Clock(now), anchor.Told()
    wired = wiring(tmp_path, store, keyring, clock, carriers={})
    with capture_logs() as logs:
        for minute in range(20, 30):
            clock.now = now + minute * MINUTE
            await store.write(lambda c: _tell(c, keyring, clock.now, private=False))
            await anchor.write_down(wired, told)
            noted = loose.read(keyring)
            assert (await store.read(lambda c, noted=noted: loose.verify(c, keyring, (), noted, now=clock.now))).whole  # type: ignore[misc]
            assert await timers.chain_audit(wired)
    assert logs == []


async def test_a_clock_that_was_ahead_makes_a_row_late_five_minutes_after_it_is_right_again(
    sqlite_store: Store, keyring: Keyring, now: datetime
) -> None:
    await sqlite_store.write(lambda c: audit.write(c, keyring, at=now, actor="a" * 32, action="report.view"))
    await _note(sqlite_store, keyring, now + 3 * HOUR)
    late = [(await _note(sqlite_store, keyring, now + minutes * MINUTE)).late for minutes in (0, 4, 5)]
    assert late == [0, 0, 1]


async def test_whoever_holds_the_sealers_lock_takes_nothing_away_unseen(
    postgresql_store: Store, postgresql_url: str, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    clock, told = Clock(now), anchor.Told()
    wired = wiring(tmp_path, postgresql_store, keyring, clock, carriers={})
    thief = create_engine(make_url(postgresql_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with thief.connect() as conn, capture_logs() as logs:
        conn.execute(text("SELECT pg_advisory_lock(7161969)"))
        for minutes in (0, 10, 20, 40):
            clock.now = now + minutes * MINUTE
            row = {"at": clock.now, "actor": "a" * 32, "action": "report.view"}
            await postgresql_store.write(lambda c, row=row: audit.write(c, keyring, **row))  # type: ignore[misc]
            assert not await timers.chain_audit(wired)  # nobody waits for the lock
            await anchor.write_down(wired, told)
        conn.execute(delete(rows).where(rows.c.at == now))
        conn.execute(text("SELECT pg_advisory_unlock(7161969)"))
    thief.dispose()
    assert ("unchained", 2) in [(each["reason"], each["count"]) for each in logs]
    while await timers.chain_audit(wired):
        pass
    assert (await _verify(postgresql_store, keyring)).reason == "missing"


async def test_a_row_that_somebody_holds_locked_keeps_no_other_from_its_place(
    postgresql_store: Store, postgresql_url: str, keyring: Keyring, now: datetime
) -> None:
    for second in range(3):
        at = now + timedelta(seconds=second)
        await postgresql_store.write(lambda c, at=at: audit.write(c, keyring, at=at, actor="a" * 32, action="view"))  # type: ignore[misc]
    thief = create_engine(make_url(postgresql_url).set(drivername="postgresql+psycopg"))
    with thief.connect() as conn:
        conn.execute(select(rows.c.id).where(rows.c.at == now).with_for_update())
        assert await _chain(postgresql_store, keyring, now + MINUTE) == 2
        conn.rollback()
    thief.dispose()
    assert await _chain(postgresql_store, keyring, now + MINUTE) == 1
    assert (await _verify(postgresql_store, keyring)).whole
