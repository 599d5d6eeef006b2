"""An erased report is gone: nothing that hangs on it stays readable; on SQLite its bytes are gone from the files."""

import secrets
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection, ForeignKey, Table, insert, select

from bot.vocabulary import Erase, Known, Reply
from storage import keys, tables, timers
from storage.database.engine import Store
from storage.keys import Domain, Keyring
from storage.outgoing import outbox
from storage.purging import erasing, journal, retention
from storage.purging.schedule import DAY
from storage.rows import seal_row
from tests.storage import holding, making
from tests.storage.making import message
from tests.storage.purging.test_fast_forward import Story, World, report

# Of what hangs on a report, what an erasure leaves, and as what; all else that hangs on one must be empty.
LEFT: Final = {
    "parts": "without words and keys",
    "events": "codes and ids",
    "outbox": "without words, so that nothing is sent twice",
    "timers": "done, but for those that finish erasing",
    "traces": "to delete it in the chat, about nothing",
    "holds": "who held it",
    "receipts": "with their parcel",
}


def _hanging() -> set[str]:
    """Every table whose rows belong to a report, by foreign keys."""
    found = {"reports"}
    while True:
        more = {
            table.name
            for table in tables.metadata.tables.values()
            for key in table.foreign_keys
            if _target(key) in found and table.name not in found
        }
        if not more:
            return found - {"reports"}
        found |= more


def _target(key: ForeignKey) -> str:
    return key.target_fullname.split(".")[0]


async def _busy(store: Store, keyring: Keyring, now: datetime) -> str:
    """A report with everything that may hang on one, in the month of `now`."""
    await making.prepare(store, keyring, now)

    def work(conn: Connection) -> str:
        world = World(conn, keyring, now)
        for name in ("s", "t"):
            world.lay(tables.staff, 0, id=name * 32, name=name, created_at=now)
        public = {"public_key": b"k", "signing_key": b"k", "added_at": now, "effective_at": now}
        world.lay(tables.recipients, 0, id="r" * 32, office=making.OFFICE, desk="women", **public)
        id = report(world, Story(agreed=9))
        contact = conn.execute(select(tables.report_contacts.c.contact)).scalar_one()
        outbox.put(
            conn,
            keyring,
            kind="reply",
            reply=Reply("x"),
            contact=contact,
            channel=making.message(1).channel,
            report=id,
            once="waits",
            due_at=now + DAY,
            now=now,
        )
        timers.set_timer(conn, once="alert", kind="alert", due_at=now, report=id)
        return id

    return await store.write(work)


async def _rows(store: Store, table: Table) -> list[Any]:
    return await store.read(lambda c: list(c.execute(select(table)).all()))


async def test_of_all_that_hangs_on_a_report_only_what_is_named_stays(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    id = await _busy(store, keyring, now)
    hanging = _hanging()
    for name in hanging - {"holds"}:
        assert await _rows(store, tables.metadata.tables[name]), f"nothing to erase in {name}"
    assert await store.write(lambda c: erasing.erase(c, id, now=now))
    for name in hanging - set(LEFT):
        assert not await _rows(store, tables.metadata.tables[name]), name
    (row,) = await _rows(store, tables.reports)
    assert (row.category, row.place, row.language, row.channel, row.reachable) == (None, None, None, None, "no")
    assert row.erased_at == now
    for part in await _rows(store, tables.parts):
        assert (part.sealed, part.wrapped, part.epoch) == (None, None, None)
    assert all(
        parcel.sealed is None and parcel.state in ("sent", "dead") for parcel in await _rows(store, tables.outbox)
    )
    assert all(trace.report is None for trace in await _rows(store, tables.traces))
    running = {timer.kind for timer in await _rows(store, tables.timers) if timer.done_at is None}
    assert running == {"shred", "erased"}


async def test_what_was_shared_by_consent_is_erased_along(store: Store, keyring: Keyring, now: datetime) -> None:
    id = await _busy(store, keyring, now)

    def copy(conn: Connection) -> str:
        made = report(World(conn, keyring, now), Story())
        conn.execute(tables.consents.update().values(copy=made))
        return made

    shared = await store.write(copy)
    await store.write(lambda c: erasing.erase(c, id, now=now))
    assert await _rows(store, tables.consents) == []
    erased = {row.id: row.erased_at for row in await _rows(store, tables.reports)}
    assert erased[shared] == now


# ── On SQLite: overwritten ───────────────────────────────────────────────────────────────────────────────────
def _lay(conn: Connection, keyring: Keyring, now: datetime, *, size: int) -> tuple[str, list[bytes]]:
    """A report whose words take so many bytes, and every secret run of bytes that it put into the database."""
    id, contact = secrets.token_hex(16), secrets.token_hex(16)
    number = {"number": f"IQ-{id[:6]}", "office": making.OFFICE, "desk": "general", "urgency": 1, "opened_at": now}
    conn.execute(insert(tables.reports).values(id=id, **number))
    found: list[bytes] = []
    for kind in ("utterance", "transcript", "reply"):
        part = secrets.token_hex(16)
        sealed = seal_row(keyring, Domain.CONTENT, ("parts", part), secrets.token_bytes(size), now=now).columns()
        conn.execute(insert(tables.parts).values(id=part, report=id, kind=kind, at=now, **sealed))
        found += [bytes(sealed["wrapped"]), *_samples(bytes(sealed["sealed"]))]
        seal = {"recipient": "r" * 32, "sealed": secrets.token_bytes(92), "epoch": "2026-11"}
        conn.execute(insert(tables.part_seals).values(part=part, **seal))
        found.append(seal["sealed"])  # type: ignore[arg-type]
    medium = secrets.token_hex(16)
    key = seal_row(keyring, Domain.CONTENT, ("media", medium), secrets.token_bytes(32), now=now).columns()
    conn.execute(insert(tables.media).values(id=medium, part=part, kind="photo", state="kept", **key))
    code = secrets.token_bytes(32)
    conn.execute(insert(tables.codes).values(hash=code, report=id, scope="anywhere"))
    learnt = seal_row(keyring, Domain.CONTENT, ("examples", id), secrets.token_bytes(size), now=now).columns()
    conn.execute(insert(tables.examples).values(id=id, report=id, at=now, **learnt))
    address = seal_row(keyring, Domain.CONTACT, ("contacts", contact), b"{}", now=now).columns()
    reached = {"channel": "sms", "carrier": "x", "created_at": now, **address}
    conn.execute(insert(tables.contacts).values(id=contact, **reached))
    conn.execute(insert(tables.report_contacts).values(report=id, contact=contact))
    found += [bytes(key["sealed"]), bytes(key["wrapped"]), code, bytes(learnt["wrapped"])]
    return id, [*found, *_samples(bytes(learnt["sealed"]))]


def _samples(blob: bytes) -> list[bytes]:
    """Runs from all over it: a long one lies on several pages."""
    return [blob[at : at + 16] for at in range(0, len(blob) - 16, 700)]


@pytest.mark.parametrize("size", [60, 900, pytest.param(20_000, marks=pytest.mark.slow)])
async def test_on_sqlite_the_bytes_are_gone_from_file_and_log_after_the_tidy(
    sqlite_store: Store, sqlite_url: str, keyring: Keyring, now: datetime, size: int
) -> None:
    await making.prepare(sqlite_store, keyring, now)

    def lay(conn: Connection) -> list[tuple[str, list[bytes]]]:
        world = World(conn, keyring, now)
        public = {"public_key": b"k", "signing_key": b"k", "added_at": now, "effective_at": now}
        world.lay(tables.recipients, 0, id="r" * 32, office=making.OFFICE, desk="women", **public)
        return [_lay(conn, keyring, now, size=size) for _ in range(30)]

    laid = await sqlite_store.write(lay)
    await sqlite_store.tidy()
    erased, kept = laid[:20], laid[20:]
    for id, _ in erased:
        await sqlite_store.write(lambda c, id=id: erasing.erase(c, id, now=now))  # type: ignore[misc]
    await sqlite_store.tidy()
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    found = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert all(run in found for _, runs in kept for run in runs)
    left = [run for _, runs in erased for run in runs if run in found]
    assert len(left) == 0
    # A purge deletes whole rows, where erasing empties them.
    for id, _ in kept:
        close = tables.reports.update().where(tables.reports.c.id == id).values(status="closed", closed_at=now)
        await sqlite_store.write(lambda c, close=close: c.execute(close) and None)  # type: ignore[misc]
    await sqlite_store.write(lambda c: retention.purge(c, keyring, now + 91 * DAY) and None)
    await sqlite_store.tidy()
    found = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert not [run for _, runs in kept for run in runs if run in found]


# ── It does not come back ────────────────────────────────────────────────────────────────────────────────────
def _erase(known: Known, id: str) -> Any:
    assert known is not None
    return making.decision(Erase(id))


async def _told(store: Store, keyring: Keyring, number: int, now: datetime) -> str:
    filing = making.filing(code=f"48291{number}")
    await making.say(store, keyring, message(number), making.decision(filing), now=now)
    return filing.report


async def _words(store: Store) -> int:
    return len([part for part in await _rows(store, tables.parts) if part.sealed is not None])


async def test_a_late_delivery_brings_nothing_back_not_even_after_a_purge(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.prepare(store, keyring, now)
    id = await _told(store, keyring, 1, now)
    await store.write(lambda c: erasing.erase(c, id, now=now))
    late = now + 30 * DAY

    def purge(conn: Connection) -> None:
        keys.register(conn, keyring, late)
        retention.purge(conn, keyring, late)

    await store.write(purge)
    await making.keep(store, keyring, message(1), now=late)
    assert await making.waiting(store, keyring, now=late) == []
    assert await _words(store) == 0
    assert await making.count(store, tables.reports) == 1


async def test_a_restored_database_loses_it_again_and_a_late_delivery_brings_nothing_back(
    tmp_path: Path, sqlite_url: str, keyring: Keyring, keys_dir: Path, now: datetime
) -> None:
    """One report was told before the backup, another after it; both were erased."""
    store, copy = Store.open(sqlite_url), tmp_path / "restored.db"
    await making.prepare(store, keyring, now)
    first, kept = await _told(store, keyring, 1, now), await _told(store, keyring, 9, now)
    _backup(sqlite_url, copy)
    second = await _told(store, keyring, 2, now)
    for id in (first, second):
        await store.write(lambda c, id=id: erasing.erase(c, id, now=now))  # type: ignore[misc]
        hashes = await store.read(lambda c, id=id: erasing.messages(c, id))  # type: ignore[misc]
        journal.write(keys_dir, "a1", id, hashes, now=now)
    store.close()
    restored = Store.open(f"sqlite:///{copy}")
    assert await _words(restored) == 4  # what was said and its card, of two reports
    later = now + timedelta(hours=5)
    ids, known = journal.read(keys_dir), journal.messages(keys_dir)
    assert set(ids) == {first, second}
    for again in (1, 0):
        done = await restored.write(lambda c: journal.reapply(c, keyring, ids, later, hashes=known))
        assert done == again
    for number in (1, 2):
        await making.keep(restored, keyring, message(number), now=later)
    assert await making.waiting(restored, keyring, now=later) == []
    standing = [row.id for row in await _rows(restored, tables.reports) if row.erased_at is None]
    assert standing == [kept]
    assert await _words(restored) == 2
    restored.close()


def _backup(url: str, to: Path) -> None:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as here, sqlite3.connect(to) as there:
        here.backup(there)


async def test_with_a_restored_copy_a_hold_that_had_ended_keeps_nothing(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.prepare(store, keyring, now)
    id = await _told(store, keyring, 1, now)
    await store.write(lambda c: holding.hold(c, keyring, now + 90 * DAY))
    assert await store.write(lambda c: journal.reapply(c, keyring, [id], now)) == 1
    assert await _words(store) == 0
