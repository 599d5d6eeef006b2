"""A reply opens for as long as it waits to be sent; hours after it left, nothing that was sealed of it opens any more.

PostgreSQL's log, the dead rows of its files and a copy of the disk keep its bytes, and the number it went to: what is
stolen here is what the rows held, and the folder of keys as it lies there later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Row, make_url, select, update

from bot.vocabulary import Channel, Mode, Reply, SendFailed, Sent
from storage import contacts, keys, tables
from storage.database.engine import Store
from storage.encoding import reply_from_bytes
from storage.keycare import carrying
from storage.keys import Domain, KeyGone, Keyring
from storage.outgoing import delivery, fates, outbox
from storage.outgoing.fates import Arrival, Why
from storage.outgoing.outbox import Parcel
from storage.purging import retention
from storage.purging.lots import Lot
from storage.reporting import talks
from storage.sealing import unseal
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.making import PHONE, message

pytestmark = [pytest.mark.usefixtures("prepared"), sqlite_mostly]

HOUR = timedelta(hours=1)
WATCH = "2026-11-21T08"
OVER = timedelta(hours=4)  # from the fixture's 09:00 UTC: an hour after its watch ended
LEASE = timedelta(seconds=60)
AWAY = SendFailed("carrier_down", retryable=True)


async def _purge(store: Store, keyring: Keyring, at: datetime) -> None:
    def work(conn: Connection) -> None:
        keys.register(conn, keyring, at)
        talks.end(conn, at)
        retention.purge(conn, keyring, at)

    await store.write(work)


async def _told(store: Store, keyring: Keyring, now: datetime, mode: Mode = Mode.NORMAL) -> str:
    """Somebody reports and is answered; returns the report."""
    file = replace(making.filing(code="4829131234567890"), mode=mode)
    talk = replace(making.ongoing(file, now), mode=mode)
    decision = making.decision(file, conversation=talk, replies=["filed"])
    await making.say(store, keyring, message(1), decision, now=now)
    return file.report


async def _claim(store: Store, keyring: Keyring, at: datetime) -> list[Parcel]:
    return await store.write(lambda c: outbox.claim(c, keyring, owner="me", now=at, limit=9, lease=LEASE))


async def _failed(store: Store, keyring: Keyring, parcel: Parcel, at: datetime) -> bool:
    return await store.write(lambda c: delivery.failed(c, keyring, parcel, AWAY, now=at, jitter=0.5))


# ── What a thief has ─────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Stolen:
    """Rows as they were, from the database's log."""

    replies: list[Row[Any]]
    contacts: list[Row[Any]]

    def read(self, keyring: Keyring) -> list[str]:
        """What opens of it, with the keys that are in this folder."""
        found = []
        for row in self.replies:
            try:
                place = ("outbox", "sealed", row.id, row.epoch)
                found.append(reply_from_bytes(unseal(keyring.at(Domain.OUTBOX, row.epoch), row.sealed, *place))[0].key)
            except KeyGone:
                continue
        for row in self.contacts:
            try:
                found.append(contacts.opened(keyring, row).address)
            except KeyGone:
                continue
        return found


async def _stolen(store: Store) -> Stolen:
    return Stolen(await making.rows(store, tables.outbox), await making.rows(store, tables.contacts))


def _disk(database_url: str, tmp_path: Path) -> bytes:
    """PostgreSQL's log, or SQLite's file and log, as they are now."""
    if database_url.startswith("postgresql"):
        folder = Path(str(make_url(database_url).query["host"]))
        return b"".join(file.read_bytes() for file in sorted(folder.rglob("pg_wal/0*")))
    return b"".join(file.read_bytes() for file in sorted(tmp_path.glob("muntada.db*")))


def _lies_in(disk: bytes, sealed: bytes) -> bool:
    """By any 16 bytes of it: a page may end within it."""
    return any(sealed[at : at + 16] in disk for at in range(13, len(sealed) - 16, 16))


# ── After it left ────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("mode", [Mode.NORMAL, Mode.PRIVATE])
async def test_two_hours_after_its_watch_no_key_opens_a_reply_that_the_log_keeps(
    store: Store, keyring: Keyring, now: datetime, mode: Mode, database_url: str, tmp_path: Path
) -> None:
    await _told(store, keyring, now, mode)
    before, copied = await _stolen(store), _disk(database_url, tmp_path)
    assert before.read(keyring) == ["filed", PHONE]
    (parcel,) = await _claim(store, keyring, now)
    assert await store.write(lambda c: delivery.sent(c, keyring, parcel, Sent(("SM1",)), carrier="twilio", now=now))
    for late in (timedelta(), HOUR):
        await _purge(store, keyring, now + OVER + late)
    # Its row is empty, and its bytes are on the disk, or on yesterday's copy of it, all the same.
    kept = _disk(database_url, tmp_path) if database_url.startswith("postgresql") else copied
    assert all(_lies_in(kept, bytes(row.sealed)) for row in (*before.replies, *before.contacts))
    assert {row.sealed for row in await making.rows(store, tables.outbox)} == {None} or mode is Mode.PRIVATE
    for thief in (keyring, Keyring.open(keyring.folder)):
        # Whoever was not private is still known: their case goes on.
        assert before.read(thief) == ([PHONE] if mode is Mode.NORMAL else [])
    assert not (keyring.folder / "outbox" / WATCH).exists()


async def test_what_the_carrier_calls_a_message_is_deleted_by_for_two_days_and_then_opens_no_more(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _told(store, keyring, now)
    (parcel,) = await _claim(store, keyring, now)
    await store.write(lambda c: delivery.sent(c, keyring, parcel, Sent(("SM1",)), carrier="twilio", now=now))
    (row,) = await making.rows(store, tables.outbox)
    at = now
    while keyring.has(Domain.INTAKE, row.epoch):
        here = keyring.at(Domain.INTAKE, row.epoch)
        assert b"SM1" in unseal(here, row.carrier_ids, "outbox", "carrier_ids", row.id, row.epoch)
        at += 6 * HOUR
        await _purge(store, keyring, at)
    assert timedelta(hours=48) <= at - now <= timedelta(days=4)
    (after,) = await making.rows(store, tables.outbox)
    assert after.carrier_ids is None


# ── While it waits ───────────────────────────────────────────────────────────────────────────────────────────
async def test_a_reply_that_is_tried_for_two_days_is_sent_and_holds_no_key(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _told(store, keyring, now, Mode.PRIVATE)
    before, at = await _stolen(store), now
    # A deletion that waits keeps a private reporter's contact for 47 hours at most; their replies go with it.
    while at < now + timedelta(hours=46):
        crashed = Keyring.open(keyring.folder)
        (parcel,) = await _claim(store, crashed, at)
        assert (parcel.reply.key, parcel.callback) == ("filed", "")
        assert await _failed(store, crashed, parcel, at)
        at += HOUR
        await _purge(store, crashed, at)
        place = await store.read(lambda c: contacts.address(c, keyring, parcel.contact))  # noqa: B023 - run at once
        assert (place.address, place.brief) == (PHONE, True)
    assert before.read(Keyring.open(keyring.folder)) == []
    in_use = await store.read(lambda c: keys.in_use(c, Domain.OUTBOX))
    assert in_use[0] >= keys.epoch_of(Domain.OUTBOX, at - 3 * HOUR)
    (parcel,) = await _claim(store, keyring, at)
    assert await store.write(lambda c: delivery.sent(c, keyring, parcel, Sent(("SM1",)), carrier="twilio", now=at))


async def test_a_reply_that_is_being_sent_is_carried_too_and_goes_out_once(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _told(store, keyring, now)
    at = now + OVER
    (held,) = await _claim(store, keyring, at)
    for late in (timedelta(), HOUR):
        await _purge(store, keyring, at + late)
    assert not keyring.has(Domain.OUTBOX, WATCH)
    assert await _failed(store, keyring, held, at)
    (again,) = await _claim(store, keyring, at + HOUR)
    assert (again.id, again.reply) == (held.id, held.reply)
    sent = Sent(("SM1",))
    assert await store.write(lambda c: delivery.sent(c, keyring, again, sent, carrier="twilio", now=at + HOUR))
    assert await _claim(store, keyring, at + 9 * HOUR) == []


async def test_a_purge_that_is_killed_at_any_place_loses_no_reply(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _told(store, keyring, now)
    at = now + OVER
    await store.write(lambda c: keys.register(c, keyring, at))
    for rule in ("keys_shredded", "carried", "keys_ended", "keys_shredded"):

        def killed(conn: Connection, rule: str = rule) -> None:
            retention.RULES[rule](Lot(conn, keyring, at))
            raise LookupError

        with pytest.raises(LookupError):
            await store.write(killed)
        (row,) = await making.rows(store, tables.outbox)
        reply = unseal(Keyring.open(keyring.folder).at(Domain.OUTBOX, row.epoch), row.sealed, *_place(row))
        assert reply_from_bytes(reply)[0].key == "filed"
        await store.write(lambda c, rule=rule: retention.RULES[rule](Lot(c, keyring, at)))  # type: ignore[misc]
    assert not keyring.has(Domain.OUTBOX, WATCH)
    (parcel,) = await _claim(store, Keyring.open(keyring.folder), at)
    assert parcel.reply.key == "filed"


async def test_many_replies_are_carried_in_lots_and_one_that_does_not_open_holds_none_of_them_up(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _told(store, keyring, now)
    (row,) = await making.rows(store, tables.contacts)
    for n in range(9):
        put = {"once": f"x{n}", "kind": "reply", "contact": row.id, "channel": Channel.SMS, "reply": Reply(f"r{n}")}
        await store.write(lambda c, put=put: outbox.put(c, keyring, **put, due_at=now, now=now))  # type: ignore[misc]
    spoilt = select(tables.outbox.c.id).order_by(tables.outbox.c.id).limit(3)
    await store.write(
        lambda c: c.execute(update(tables.outbox).where(tables.outbox.c.id.in_(spoilt)).values(sealed=b"x"))
    )
    at = now + OVER
    done = [await _carry(store, keyring, at) for _ in range(5)]
    assert sum(done) == 7
    assert done[-1] == 0
    assert done[0] >= 2
    for late in (timedelta(), HOUR):
        await _purge(store, keyring, at + late)
    assert not keyring.has(Domain.OUTBOX, WATCH)


async def _carry(store: Store, keyring: Keyring, at: datetime) -> int:
    return await store.write(lambda c: carrying.carry(c, keyring, Domain.OUTBOX, WATCH, now=at, most=2))


# ── Where the key is lost ────────────────────────────────────────────────────────────────────────────────────
async def test_an_answer_whose_key_was_lost_is_given_up_where_staff_see_it_and_why(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    report = await _told(store, keyring, now)
    told: Mapping[str, Any] = {"report": report, "reply": making.reply(), "once": "answer:" + "a" * 32}
    assert await store.write(lambda c: outbox.put_answer(c, keyring, **told, due_at=now, now=now))
    keyring.destroy(Domain.OUTBOX, WATCH)
    assert await _claim(store, keyring, now + HOUR) == []
    assert await _claim(store, keyring, now + HOUR) == []
    seen = await store.read(lambda c: fates.of(c, report))
    assert seen["a" * 32] == fates.Fate(Arrival.NOT_SENT, Why.OURS)
    assert [row.kind for row in await making.rows(store, tables.events)].count("undelivered") == 2  # of the reply, too


def _place(row: Any) -> tuple[str, ...]:
    return ("outbox", "sealed", row.id, row.epoch)
