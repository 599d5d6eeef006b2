"""What came in opens for as long as it waits; hours after it is settled, no key on the server opens what was sealed.

PostgreSQL keeps a settled message's sealed bytes in its log and in dead rows of its files, whatever the row says, and
whoever copies a disk has them for ever.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Row, make_url, update

from bot.vocabulary import Desk, Mode
from storage import contacts, deadletters, inbound, keys, tables, waits
from storage.database.engine import Store
from storage.keys import Domain, KeyGone, Keyring
from storage.purging import figures, retention
from storage.rows import open_row
from storage.sealing import unseal
from storage.words import media
from tests.databases import sqlite_mostly
from tests.staffing import KARRADA
from tests.storage import making
from tests.storage.house import CODE, VIOLENCE, WORDS, House
from tests.storage.making import message
from tests.storage.reporting import talking

pytestmark = sqlite_mostly


WATCH = "2026-11-21T08"
OVER = timedelta(hours=4)  # from the fixture's 09:00 UTC: an hour after its watch ended


@pytest.fixture(autouse=True)
async def _prepared(store: Store, keyring: Keyring, now: datetime) -> None:
    house = House(store, keyring, now)
    await house.begin()
    await house.recovery()
    await house.found("هدى", "سلمى")


async def _purge(store: Store, keyring: Keyring, at: datetime) -> None:
    def work(conn: Connection) -> None:
        keys.register(conn, keyring, at)
        retention.purge(conn, keyring, at)

    await store.write(work)


async def _in_use(store: Store) -> list[str]:
    return await store.read(lambda conn: keys.in_use(conn, Domain.DOOR))


async def _told(store: Store, keyring: Keyring, now: datetime, mode: Mode) -> Row[Any]:
    """What was in the row of a report at a sealed desk before it was settled. Its conversation lives on."""
    await making.keep(store, keyring, message(1, text=WORDS), now=now)
    before: Row[Any]
    (before,) = await making.rows(store, tables.inbound)
    (waits,) = await making.waiting(store, keyring, now=now)
    file = making.filing(facts=VIOLENCE, desk=Desk.WOMEN, office=KARRADA, code=CODE, place=None)
    talk = replace(making.ongoing(file, now), mode=mode)
    file = replace(file, mode=mode)
    await making.settle(store, keyring, waits, making.decision(file, conversation=talk), now=now)
    return before


def _is_in_the_log(database_url: str, row: Row[Any]) -> bool:
    folder = Path(str(make_url(database_url).query["host"]))
    log, sealed = b"".join(file.read_bytes() for file in folder.rglob("pg_wal/0*")), bytes(row.sealed)
    return any(sealed[at : at + 32] in log for at in range(13, len(sealed) - 32, 32))  # a page may end within it


def _opened(keyring: Keyring, row: Row[Any]) -> str:
    key = keyring.at(Domain.DOOR, row.epoch)
    return unseal(key, bytes(row.sealed), "inbound", "sealed", row.dedup.hex(), row.epoch).decode()


@pytest.mark.parametrize("mode", [Mode.NORMAL, Mode.PRIVATE])
async def test_two_hours_after_its_watch_no_key_opens_a_settled_message_that_the_log_keeps(
    store: Store, keyring: Keyring, now: datetime, mode: Mode, database_url: str
) -> None:
    before = await _told(store, keyring, now, mode)
    assert WORDS in _opened(keyring, before)
    await store.tidy()
    if database_url.startswith("postgresql"):
        assert _is_in_the_log(database_url, before)  # why its key must go
    for late in (timedelta(), timedelta(hours=1)):
        await _purge(store, keyring, now + OVER + late)
    talked = [*await making.rows(store, tables.conversations), *await making.rows(store, tables.talks)]
    assert talked
    assert all(row.epoch != WATCH for row in talked if row.sealed)  # it goes on under another key
    assert not (keyring.folder / "door" / WATCH).exists()
    for any_keyring in (keyring, Keyring.open(keyring.folder)):
        with pytest.raises(KeyGone):
            _opened(any_keyring, before)


async def test_what_waits_stays_readable_however_long_and_the_key_of_its_watch_goes_all_the_same(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.keep(store, keyring, message(1, text=WORDS), now=now)
    (before,) = await making.rows(store, tables.inbound)
    later = now + timedelta(days=9)
    for late in (timedelta(), timedelta(hours=1)):
        await _purge(store, keyring, later + late)
    crashed = Keyring.open(keyring.folder)
    assert not crashed.has(Domain.DOOR, WATCH)
    with pytest.raises(KeyGone):
        _opened(crashed, before)
    (waits,) = await making.waiting(store, crashed, now=later)
    assert (waits.readable, waits.message.text, waits.dedup) == (True, WORDS, before.dedup)
    # A fault of ours: tried again, and then again by hand, under the key of that hour.
    for _ in range(5):
        await store.write(lambda c: deadletters.stumble(c, crashed, waits.id, now=later, reason="Fault"))
    await store.write(lambda c: deadletters.revive(c, crashed, now=later))
    for late in (timedelta(hours=7), timedelta(hours=8)):
        await _purge(store, crashed, later + late)
    (again,) = await making.waiting(store, crashed, now=later)
    assert again.message.text == WORDS


async def test_the_key_of_a_watch_that_just_ended_stays_for_what_is_being_committed(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _purge(store, keyring, now + OVER - timedelta(seconds=1))
    assert WATCH in await _in_use(store)
    await _purge(store, keyring, now + OVER)
    assert WATCH not in await _in_use(store)


async def test_what_came_in_after_the_note_of_the_end_is_carried_before_the_file_goes(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    late = inbound.envelope(keyring, message(1, text=WORDS), now)
    await _purge(store, keyring, now + OVER)
    await store.write(lambda conn: inbound.keep(conn, [late]))
    at = now + OVER + timedelta(hours=5)
    await _purge(store, keyring, at)
    assert keyring.has(Domain.DOOR, WATCH)  # the purge that carries destroys nothing: it may yet be undone
    await _purge(store, keyring, at)
    assert not keyring.has(Domain.DOOR, WATCH)
    (waits,) = await making.waiting(store, keyring, now=at)
    assert (waits.readable, waits.message.text) == (True, WORDS)


async def test_what_does_not_open_holds_no_key_and_hides_nothing_that_does(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.keep(store, keyring, *(message(n, address=f"+96477000000{n:02}") for n in range(10, 16)), now=now)
    first = min(row.id for row in await making.rows(store, tables.inbound))
    spoilt = update(tables.inbound).where(tables.inbound.c.id < first + 5).values(sealed=b"x")
    await store.write(lambda conn: conn.execute(spoilt))
    carried = await store.write(lambda c: waits.carry(c, keyring, WATCH, now=now + OVER, most=2))
    assert carried == 1
    for late in (timedelta(), timedelta(hours=1)):
        await _purge(store, keyring, now + OVER + late)
    assert not keyring.has(Domain.DOOR, WATCH)
    assert [one.readable for one in await making.waiting(store, keyring, now=now)].count(True) == 1


async def test_where_the_keys_of_now_are_not_made_the_purge_goes_on_and_nothing_is_lost(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.keep(store, keyring, message(1, text=WORDS), now=now)
    await making.add_staff(store, "left", office=KARRADA, desk=Desk.GENERAL, now=now, until_at=now)
    at = now + timedelta(days=40)
    taken = await store.write(lambda conn: retention.purge(conn, keyring, at))
    assert taken["grants"] >= 1
    await _purge(store, keyring, at)
    (waits,) = await making.waiting(store, keyring, now=at)
    assert waits.message.text == WORDS


async def test_a_file_is_fetched_however_late_and_its_handle_opens_no_more_hours_after(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    with_file = message(1, text=WORDS, media=(making.medium(),))
    file = making.filing(facts=VIOLENCE, desk=Desk.WOMEN, office=KARRADA, code=CODE, place=None)
    await making.say(store, keyring, with_file, making.decision(file), now=now)
    (before,) = await making.rows(store, tables.media)
    later = now + timedelta(hours=9)
    for late in (timedelta(), timedelta(hours=1)):
        await _purge(store, keyring, later + late)
    (fetch,) = await store.write(
        lambda c: media.claim(c, keyring, owner="me", now=later, limit=9, lease=timedelta(minutes=1))
    )
    assert (fetch.ref, fetch.carrier) == (making.medium().ref, "twilio")
    with pytest.raises(KeyGone):
        open_row(
            Keyring.open(keyring.folder), Domain.DOOR, ("media", before.id), before, within=_at(before, file.report)
        )


def _at(row: Row[Any], report: str) -> str:
    return f"{row.part}:{report}"


async def test_of_keys_of_hours_nothing_is_left_in_the_end_and_of_a_months_that_it_was(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _purge(store, keyring, now + OVER)
    old = (Domain.CONTENT, "2020-01"), (Domain.DOOR, "2020-01-01T00")
    for domain, epoch in old:
        row = {"domain": domain.value, "epoch": epoch, "check_value": b"c", "created_at": now, "destroyed_at": now}
        await store.write(lambda c, row=row: c.execute(tables.keys.insert(), row))  # type: ignore[misc]
    assert WATCH in await store.read(lambda conn: keys.destroyed(conn, Domain.DOOR))
    await _purge(store, keyring, now + timedelta(days=39))
    assert WATCH in await store.read(lambda conn: keys.destroyed(conn, Domain.DOOR))
    await _purge(store, keyring, now + timedelta(days=41))
    assert set(old[1]) & set(await store.read(lambda conn: keys.destroyed(conn, Domain.DOOR))) == set()
    assert WATCH not in await store.read(lambda conn: keys.destroyed(conn, Domain.DOOR))
    assert await store.read(lambda conn: keys.destroyed(conn, Domain.CONTENT)) == ["2020-01"]


@pytest.mark.parametrize(
    "ahead",
    [
        timedelta(days=60),
        *(pytest.param(timedelta(hours=hours), marks=pytest.mark.slow) for hours in (6, 24)),
    ],
)
async def test_a_clock_that_was_ahead_keeps_no_message_out_and_leaves_no_key_for_long(
    store: Store, keyring: Keyring, now: datetime, ahead: timedelta
) -> None:
    await making.keep(store, keyring, message(1, text=WORDS), now=now)
    for late in (timedelta(), timedelta(hours=1)):
        await _purge(store, keyring, now + ahead + late)
    assert not keyring.has(Domain.DOOR, WATCH)
    await store.write(lambda conn: keys.register(conn, keyring, now))
    await making.keep(store, keyring, message(2, text=WORDS, address="+964770000012"), now=now)
    for late in (timedelta(), timedelta(hours=1)):
        await _purge(store, keyring, now + late)
    assert [one.message.text for one in await making.waiting(store, keyring, now=now)] == [WORDS, WORDS]
    furthest = now + timedelta(hours=1) + keys.AHEAD + timedelta(hours=4)
    assert max(await _in_use(store)) <= keys.epoch_of(Domain.DOOR, furthest)
    for hours in range(2, 30):  # the keys of the time that had been passed already come and go as any
        await _purge(store, keyring, now + timedelta(hours=hours))
    assert (await making.waiting(store, keyring, now=now))[1].readable


async def test_what_is_put_back_after_it_was_settled_waits_for_no_far_day_and_is_settled_again(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    """By whoever writes SQL, to have the purge carry it on for as long as they like."""
    before = await _told(store, keyring, now, Mode.NORMAL)
    i, far = tables.inbound.c, now + timedelta(days=3650)
    back = update(tables.inbound).where(i.id == before.id)
    back = back.values(sealed=before.sealed, epoch=before.epoch, settled_at=None, next_at=far, pseudonym=b"x" * 32)
    await store.write(lambda conn: conn.execute(back))
    (waits,) = await making.waiting(store, keyring, now=now)
    assert waits.id == before.id
    assert (await store.read(figures.read))["unsettled_since"] == int(now.timestamp())
    ours = update(tables.inbound).values(next_at=now + timedelta(minutes=1))
    await store.write(lambda conn: conn.execute(ours))
    assert not await making.waiting(store, keyring, now=now)


@pytest.mark.slow
async def test_a_message_is_carried_on_for_a_week_and_however_its_row_was_changed_no_longer(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.keep(store, keyring, message(1, text=WORDS), now=now)
    for watch in range(1, 60):
        at = now + keys.WATCH * watch
        await _purge(store, keyring, at)
        again = update(tables.inbound).values(received_at=at, next_at=at + timedelta(seconds=9), settled_at=None)
        await store.write(lambda conn, again=again: conn.execute(again))  # type: ignore[misc]
        (row,) = await making.rows(store, tables.inbound)
        opens = keyring.has(Domain.DOOR, row.epoch)
        assert opens or watch > 40
    assert not opens
    (waits,) = await making.waiting(store, keyring, now=at + timedelta(minutes=1))
    assert not waits.readable  # a dead letter, that somebody sees


async def _carried(store: Store, keyring: Keyring, now: datetime, *, days: int) -> datetime:
    """What each watch's purge does to what waits, for so many days; returns when that is."""

    def work(conn: Connection) -> datetime:
        at = now
        for _ in range(days * 6):
            before, at = keys.epoch_of(Domain.DOOR, at), at + keys.WATCH
            keys.register(conn, keyring, at)
            waits.carry(conn, keyring, before, now=at, most=9)
            for epoch in keys.in_use(conn, Domain.DOOR):
                if epoch <= before:
                    keys.mark_destroyed(conn, Domain.DOOR, epoch, at)
                    keyring.destroy(Domain.DOOR, epoch)
        return at

    return await store.write(work)


async def _hold(store: Store, keyring: Keyring, at: datetime) -> None:
    """What settling does where the list of the desk that a message goes to does not verify."""
    (one,) = await making.rows(store, tables.inbound)
    await store.write(lambda conn: waits.hold(conn, keyring, one.id, now=at))


@pytest.mark.slow
async def test_a_message_that_its_desk_holds_is_carried_on_for_a_month_and_filed_when_the_list_verifies(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    """From November into December: whose it is goes by the pepper of then, and so does what they erase."""
    await making.keep(store, keyring, message(1, text=WORDS), now=now)
    await _hold(store, keyring, now)
    at = await _carried(store, keyring, now, days=31)
    (waits,) = await making.waiting(store, keyring, now=at + timedelta(minutes=2))
    assert (waits.message.text, waits.attempts) == (WORDS, 0)
    assert waits.pseudonym == contacts.pseudonym(keyring, waits.message.channel, waits.message.address, at)
    await _settled_then(store, keyring, waits, at)
    (told,) = await making.rows(store, tables.reports)
    assert told.desk == Desk.WOMEN.value


@pytest.mark.slow
async def test_what_its_desk_holds_is_not_carried_for_ever(
    sqlite_store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.keep(sqlite_store, keyring, message(1, text=WORDS), now=now)
    await _hold(sqlite_store, keyring, now)
    at = await _carried(sqlite_store, keyring, now, days=33)
    (waits,) = await making.waiting(sqlite_store, keyring, now=at + timedelta(minutes=2))
    assert not waits.readable


async def _settled_then(store: Store, keyring: Keyring, waits: inbound.Waiting, at: datetime) -> None:
    file = making.filing(facts=VIOLENCE, desk=Desk.WOMEN, office=KARRADA, code=CODE, place=None)
    await making.settle(store, keyring, waits, making.decision(file, conversation=making.ongoing(file, at)), now=at)


async def test_what_waits_when_the_month_ends_is_found_by_whoever_sent_it(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    """After 72 hours the old pepper finds nobody: without it DELETE would leave what waits, and it would be filed."""
    before = now + timedelta(days=9)  # the last day of November
    await store.write(lambda conn: keys.register(conn, keyring, before))
    await making.keep(store, keyring, message(1, text=WORDS), now=before)
    await store.write(lambda conn: talking.look(conn, keyring, before + timedelta(minutes=1)))
    (old,) = await making.rows(store, tables.inbound)
    at = before + timedelta(days=1)
    await _purge(store, keyring, at)
    (row,) = await making.rows(store, tables.inbound)
    said = message(2)
    assert row.pseudonym == contacts.pseudonym(keyring, said.channel, said.address, at)
    assert row.pseudonym != old.pseudonym
    hidden = message(3, address="")
    await making.keep(store, keyring, hidden, now=at)
    mine = [row.pseudonym for row in await making.rows(store, tables.inbound)]
    await _purge(store, keyring, at + keys.WATCH + timedelta(hours=2))
    assert [row.pseudonym for row in await making.rows(store, tables.inbound)] == mine


async def test_what_its_desk_holds_is_marked_once_and_stays_what_was_said(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.keep(store, keyring, message(1, text=WORDS), now=now)
    written = [row.sealed for row in await making.rows(store, tables.inbound)]
    for minute in range(3):
        await _hold(store, keyring, now + timedelta(minutes=minute))
        written += [row.sealed for row in await making.rows(store, tables.inbound)]
    assert (written[0] == written[1], len(set(written[1:]))) == (False, 1)
    (waits,) = await making.waiting(store, keyring, now=now + timedelta(minutes=9))
    assert (waits.message.text, waits.attempts) == (WORDS, 0)
