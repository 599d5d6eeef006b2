"""A month's keys end once nothing lives under them; what lives is wrapped anew, and no reader ever notices."""

import asyncio
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select, update

from storage import audit, keys, tables
from storage.contacts import address
from storage.database.engine import Store
from storage.keycare import rewrapping, wraps
from storage.keycare.rewrapping import GRACE, LAG, LINGERS, Place, after
from storage.keycare.wraps import CARRIED, KINDS
from storage.keys import Domain, KeyGone, Keyring
from storage.outgoing import outbox
from storage.reporting import discretion, traces
from storage.rows import open_row
from storage.words import content, filekeys
from tests.databases import sqlite_mostly
from tests.storage import living, making

pytestmark = sqlite_mostly


OLD = "2026-11"
NEW_MONTH = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
OVER = datetime(2026, 12, 3, 0, 0, tzinfo=UTC)
# Their epochs are of keys that end by other rules: a day's, when it seals nothing any more, and last month's pepper.
NOT_REWRAPPED = {"keys", "inbound", "talks", "senders", "traces", "effaced"}


# ── The job ──────────────────────────────────────────────────────────────────────────────────────────────────
async def _pass(store: Store, keyring: Keyring, now: datetime) -> int:
    """Every lot of one pass; returns how many there were."""
    lots, place = 0, await store.read(lambda c: rewrapping.first(c, now))
    while place is not None:
        at = place
        place = await store.write(lambda c, at=at: rewrapping.step(c, keyring, at, now))  # type: ignore[misc]
        lots += 1
    return lots


async def _end(store: Store, keyring: Keyring, now: datetime, **how: bool) -> list[rewrapping.Ended]:
    return await store.write(lambda c: rewrapping.end(c, keyring, now, **how))


async def _shred(store: Store, keyring: Keyring, now: datetime) -> int:
    return await store.write(lambda c: rewrapping.shred(c, keyring, now))


async def _rotate(store: Store, keyring: Keyring, now: datetime) -> list[rewrapping.Ended]:
    await store.write(lambda c: keys.register(c, keyring, now))
    await _pass(store, keyring, now)
    over = await _end(store, keyring, now)
    await _shred(store, keyring, now + LINGERS)
    return over


async def _left(store: Store, keyring: Keyring) -> dict[Domain, tuple[int, int]]:
    return {
        domain: await store.read(lambda c, d=domain: rewrapping.left(c, keyring, d, OLD))  # type: ignore[misc]
        for domain in rewrapping.DOMAINS
    }


# ── What lives ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
async def lived(store: Store, keyring: Keyring, now: datetime) -> Store:
    """A database in which every kind of wrapped thing lives under November's keys."""
    await living.live(store, keyring, now)
    return store


def test_the_job_knows_every_table_that_names_an_epoch() -> None:
    named = {table.name for table in tables.metadata.sorted_tables if "epoch" in table.columns}
    assert {kind.table.name for kind in (*KINDS, *CARRIED)} | NOT_REWRAPPED == named


async def test_the_test_lets_every_kind_live(lived: Store) -> None:
    for kind in KINDS:
        for column in kind.columns:
            filled = select(func.count()).select_from(kind.table).where(kind.table.c[column].is_not(None))
            filled = filled if kind.which is None else filled.where(kind.which)
            assert await lived.read(lambda c, q=filled: c.execute(q).scalar_one()), (kind.table.name, column)  # type: ignore[misc]


async def _sealed(store: Store) -> dict[tuple[str, str], list[Any]]:
    """Every sealed value by table and column; wrapping it anew must change none of them."""
    whole = [kind.table for kind in KINDS if "wrapped" in kind.table.columns]
    return {
        (table.name, "sealed"): sorted((row.sealed or b"") for row in await making.rows(store, table))
        for table in whole
    }


async def test_everything_that_lives_is_wrapped_anew_and_the_old_keys_go(lived: Store, keyring: Keyring) -> None:
    before = await _sealed(lived)
    assert all(opens for opens, _shut in (await _left(lived, keyring)).values())
    over = await _rotate(lived, keyring, OVER)
    assert {(done.domain, done.epoch) for done in over} == {(domain, OLD) for domain in rewrapping.DOMAINS}
    assert all(done.rewrapped > 0 and not done.given_up for done in over)
    fresh = Keyring.open(keyring.folder)
    assert not [domain for domain in rewrapping.DOMAINS if fresh.has(domain, OLD)]
    assert await _sealed(lived) == before
    await _all_opens(lived, fresh)


async def _all_opens(store: Store, keyring: Keyring) -> None:
    for row in await making.rows(store, tables.parts):
        assert content.open_part(keyring, row)
    for row in await making.rows(store, tables.contacts):
        contact = row.id
        assert (await store.read(lambda c, i=contact: address(c, keyring, i))).address  # type: ignore[misc]
    files = await making.rows(store, tables.media)
    places = await store.read(lambda c: filekeys.places(c, files))
    for row in files:
        domain = Domain.CONTENT if row.path else Domain.DOOR
        assert open_row(keyring, domain, ("media", row.id), row, within=places[row.id].within)
    for row in await making.rows(store, tables.dead_letters):
        assert open_row(keyring, Domain.CONTENT, ("dead_letters", row.id), row) == b"no message at all"
    for row in await making.rows(store, tables.discreet):
        assert open_row(keyring, Domain.CONTACT, ("discreet", row.sender_hash.hex()), row) == b"{}"
    kinds = {kind.table.name: kind for kind in KINDS if kind.table.name.endswith("_seals")}
    for kind in kinds.values():
        for row in await making.rows(store, kind.table):
            assert wraps.opened(keyring, kind, row) == {"sealed": b"hpke"}
    # What waited to be sent is sent, and a carrier can still be asked to forget what was.
    later = OVER + timedelta(hours=1)
    lease = timedelta(minutes=1)
    assert await store.write(lambda c: outbox.claim(c, keyring, owner="x", now=later, limit=9, lease=lease))
    (trace,) = await making.rows(store, tables.traces)
    found = await store.read(lambda c: traces.of(c, keyring, contact=trace.contact, now=trace.at))
    assert [one.own_id for one in found] == ["77"]


async def test_a_word_that_opens_is_known_in_the_new_month(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.prepare(store, keyring, now)
    who = b"w" * 32
    await store.write(
        lambda c: discretion.hide(c, keyring, who, report="", words=["مطر"], contacts=(), veiled=(), now=now)
    )
    await _rotate(store, keyring, OVER)
    fresh = Keyring.open(keyring.folder)
    heard = await store.write(
        lambda c: discretion.heard(c, fresh, who, "مطر", codes=(), contact=None, own=lambda _: "", now=OVER)
    )
    assert heard is not None
    assert heard.said


async def test_the_count_stands_in_the_audit_beside_the_end_of_the_key(lived: Store, keyring: Keyring) -> None:
    over = {done.domain: done.rewrapped for done in await _rotate(lived, keyring, OVER)}
    rows = [row for row in await making.rows(lived, tables.audit) if row.action == "keys.ended"]
    assert {row.subject: row.data for row in rows} == {
        f"{domain}:{OLD}": {"rewrapped": count, "left": 0, "given_up": 0} for domain, count in over.items()
    }
    assert (await lived.read(lambda c: audit.verify(c, keyring))).whole


async def test_before_the_grace_is_over_no_key_ends(lived: Store, keyring: Keyring) -> None:
    await _pass(lived, keyring, NEW_MONTH)
    assert set((await _left(lived, keyring)).values()) == {(0, 0)}
    assert await _end(lived, keyring, OVER - timedelta(seconds=1)) == []
    assert len(await _end(lived, keyring, OVER)) == 2


async def test_a_key_that_still_wraps_something_does_not_end(lived: Store, keyring: Keyring) -> None:
    await lived.write(lambda c: keys.register(c, keyring, OVER))
    assert await _end(lived, keyring, OVER) == []


async def test_the_job_goes_on_where_it_was_killed_and_may_run_twice(
    lived: Store, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewrapping, "LOT", 1)
    place = await lived.read(lambda c: rewrapping.first(c, NEW_MONTH))
    for _ in range(7):
        assert place is not None
        at = Place.of(place.data())
        assert at == place
        place = await lived.write(lambda c, at=at: rewrapping.step(c, keyring, at, NEW_MONTH))  # type: ignore[misc]
    assert await _pass(lived, keyring, NEW_MONTH) > len(KINDS)
    assert set((await _left(lived, keyring)).values()) == {(0, 0)}
    wrapped = [row.wrapped for row in await making.rows(lived, tables.parts)]
    await _pass(lived, keyring, NEW_MONTH)
    assert [row.wrapped for row in await making.rows(lived, tables.parts)] == wrapped
    await _rotate(lived, keyring, OVER)
    await _all_opens(lived, keyring)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"epoch": "", "kind": 0, "after": []},
        {"epoch": OLD, "kind": len(KINDS), "after": []},
        {"epoch": OLD, "kind": -1, "after": []},
        {"epoch": OLD, "kind": 0, "after": ["a", "b"]},
    ],
)
def test_a_place_of_another_version_is_none(data: dict[str, Any]) -> None:
    assert Place.of(data) is None


async def test_an_end_that_is_undone_destroys_no_key(lived: Store, keyring: Keyring) -> None:
    await _pass(lived, keyring, OVER)

    def undone(conn: Connection) -> None:
        rewrapping.end(conn, keyring, OVER)
        raise LookupError

    with pytest.raises(LookupError):
        await lived.write(undone)
    assert await _shred(lived, keyring, OVER + LINGERS) == 0
    assert keyring.has(Domain.CONTENT, OLD)


async def test_what_was_erased_comes_not_back_to_life(lived: Store, keyring: Keyring) -> None:
    await lived.write(lambda c: c.execute(update(tables.parts).values(sealed=None, wrapped=None, epoch=None)))
    await _rotate(lived, keyring, OVER)
    assert {(row.sealed, row.wrapped, row.epoch) for row in await making.rows(lived, tables.parts)} == {(None,) * 3}


async def test_a_row_that_does_not_open_keeps_its_key_until_somebody_gives_it_up(
    lived: Store, keyring: Keyring
) -> None:
    part = (await making.rows(lived, tables.parts))[0]
    broken = update(tables.parts).where(tables.parts.c.id == part.id).values(wrapped=b"\x01" + bytes(80))
    await lived.write(lambda c: c.execute(broken))
    await _pass(lived, keyring, OVER)
    assert (await _left(lived, keyring))[Domain.CONTENT] == (0, 1)
    assert {done.domain for done in await _end(lived, keyring, OVER)} == {Domain.CONTACT}
    given_up = await _end(lived, keyring, OVER, give_up=True)
    assert [(done.domain, done.given_up) for done in given_up] == [(Domain.CONTENT, 1)]
    assert await _shred(lived, keyring, OVER + LINGERS) == 2


async def test_what_opens_is_never_given_up(lived: Store, keyring: Keyring) -> None:
    await lived.write(lambda c: keys.register(c, keyring, OVER))
    assert await _end(lived, keyring, OVER, give_up=True) == []


async def test_what_a_late_process_wrapped_by_an_ended_key_is_saved(
    lived: Store, keyring: Keyring, now: datetime
) -> None:
    await _pass(lived, keyring, OVER)
    await _end(lived, keyring, OVER)
    report = (await making.rows(lived, tables.reports))[0].id
    late = {"report": report, "kind": "note", "body": {"text": "late"}, "at": now}
    await lived.write(lambda c: content.add_part(c, keyring, **late))  # its clock is days behind
    assert await _shred(lived, keyring, OVER + LINGERS) == 1
    assert await _shred(lived, keyring, OVER + LINGERS) == 1
    fresh = Keyring.open(keyring.folder)
    assert {"text": "late"} in [content.open_part(fresh, row) for row in await making.rows(lived, tables.parts)]


# ── Readers (T21) ────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_reader_who_has_the_row_before_and_the_key_after_reads(lived: Store, keyring: Keyring) -> None:
    loaded, go_on = threading.Event(), threading.Event()

    def slowly(conn: Connection) -> list[dict[str, Any]]:
        rows = conn.execute(select(tables.parts)).all()
        loaded.set()
        assert go_on.wait(60)
        return [content.open_part(keyring, row) for row in rows]

    reading = asyncio.create_task(lived.read(slowly))
    await asyncio.to_thread(loaded.wait, 60)
    await _pass(lived, keyring, OVER)
    await _end(lived, keyring, OVER)
    keyring.forget(Domain.CONTENT, OLD)  # as every replica does within a minute
    await _shred(lived, keyring, OVER + timedelta(minutes=9))
    go_on.set()
    assert len(await reading) > 2
    assert keyring._known.get((Domain.CONTENT, OLD)) is None  # and it is not kept by having been read
    await _shred(lived, keyring, OVER + LINGERS)
    with pytest.raises(KeyGone):
        keyring.at(Domain.CONTENT, OLD)


@dataclass(slots=True)
class _Load:
    """People who read everything, again and again, and one who writes."""

    store: Store
    keyring: Keyring
    report: str
    reads: int = 0
    written: int = 0

    async def read(self) -> None:
        """Every part and every address, from one snapshot; what was there once stays."""
        seen = 0
        while True:
            count = await self.store.read(self._all)
            assert count >= seen
            seen, self.reads = count, self.reads + 1

    async def write(self) -> None:
        """Notes, every other one as a process with a slow clock writes it, last month."""
        while True:
            at = OVER if self.written % 2 else OVER - timedelta(days=4)
            note = {"report": self.report, "kind": "note", "body": {"n": self.written}, "at": at}
            await self.store.write(lambda c, note=note: content.add_part(c, self.keyring, **note))  # type: ignore[misc]
            self.written += 1

    async def six_more(self) -> None:
        """Whoever was reading has finished, and each has read anew."""
        before = self.reads
        while self.reads < before + 6:  # noqa: ASYNC110 - a count, no event
            await asyncio.sleep(0.01)

    def _all(self, conn: Connection) -> int:
        for row in conn.execute(select(tables.contacts)).all():
            address(conn, self.keyring, row.id)
        return len([content.open_part(self.keyring, row) for row in conn.execute(select(tables.parts))])


async def test_readers_and_writers_notice_nothing_of_a_rotation(
    lived: Store, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewrapping, "LOT", 3)
    load = _Load(lived, keyring, (await making.rows(lived, tables.reports))[0].id)
    await lived.write(lambda c: keys.register(c, keyring, OVER))
    working = [asyncio.create_task(work) for work in (load.read(), load.read(), load.read(), load.write())]
    async with asyncio.timeout(30):
        while load.written < 60:
            await _pass(lived, keyring, OVER)
        working.pop().cancel()
        await _pass(lived, keyring, OVER)
        assert len(await _end(lived, keyring, OVER)) == 2
        await load.six_more()  # LINGERS is for those who were reading when the end was noted
        assert await _shred(lived, keyring, OVER + LINGERS) == 2
        await load.six_more()
    for one in working:
        assert not one.done() or one.exception() is None
        one.cancel()
    assert not keyring.has(Domain.CONTENT, OLD)


# ── The promise ──────────────────────────────────────────────────────────────────────────────────────────────
@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    kept=st.integers(1, 30),
)
def test_the_number_of_days_is_never_too_small_and_never_too_large_by_more_than_one(at: datetime, kept: int) -> None:
    said = rewrapping.unreadable_in(at, backups_days=kept)
    month_over = datetime(at.year + at.month // 12, at.month % 12 + 1, 1, tzinfo=UTC)
    truly = month_over + timedelta(hours=48) + timedelta(days=1 + kept)
    assert truly <= at + timedelta(days=said) < truly + timedelta(days=1)
    assert 3 + kept <= said <= 34 + kept


def test_with_backups_of_seven_days_it_is_at_most_41_days() -> None:
    days = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(365)]
    said = [rewrapping.unreadable_in(day, backups_days=7) for day in days]
    assert (min(said), max(said)) == (11, 41)


@pytest.mark.slow
async def test_through_a_year_every_key_is_gone_in_time(sqlite_store: Store, keyring: Keyring, now: datetime) -> None:
    store = sqlite_store
    await living.live(store, keyring, now)
    monthly = frozenset({*rewrapping.DOMAINS, Domain.AUDIT})
    keyring = Keyring.open(keyring.folder, domains=monthly)
    gone: dict[str, datetime] = {}
    at, made = now, {OLD}
    while at < now + timedelta(days=370):
        await store.write(lambda c: keys.register(c, keyring, at))  # noqa: B023 - awaited at once
        made.add(keys.epoch_of(Domain.CONTENT, at))
        if at.day <= 4:
            await _pass(store, keyring, at)
            await _end(store, keyring, at)
            await _shred(store, keyring, at)
        gone |= {epoch: at for epoch in made - set(gone) if not keyring.has(Domain.CONTENT, epoch)}
        assert not await store.read(lambda c: rewrapping.is_late(c, keyring, at))  # noqa: B023 - awaited at once
        at += timedelta(hours=6 if at.day <= 4 else 24)
    assert len(gone) == 12
    for epoch, when in gone.items():
        # Copies of a key are made until it goes, and kept seven days.
        erased = after(epoch) - timedelta(days=27)
        while erased < after(epoch):
            assert when + timedelta(days=7) <= erased + timedelta(days=rewrapping.unreadable_in(erased, backups_days=7))
            erased += timedelta(hours=7)
    await _all_open_but_the_outbox(store, keyring)


async def _all_open_but_the_outbox(store: Store, keyring: Keyring) -> None:
    for row in await making.rows(store, tables.parts):
        assert content.open_part(keyring, row)


async def test_a_key_that_stays_too_long_is_late(lived: Store, keyring: Keyring) -> None:
    in_time, late = OVER + LAG, OVER + LAG + timedelta(seconds=1)
    assert not await lived.read(lambda c: rewrapping.is_late(c, keyring, in_time))
    assert await lived.read(lambda c: rewrapping.is_late(c, keyring, late))
    await _pass(lived, keyring, OVER)
    await _end(lived, keyring, OVER)
    assert await lived.read(lambda c: rewrapping.is_late(c, keyring, late))  # its file is there
    await _shred(lived, keyring, late)
    assert not await lived.read(lambda c: rewrapping.is_late(c, keyring, late))


def test_grace_covers_what_carriers_can_still_delete() -> None:
    assert GRACE >= traces.KEPT
