"""Discreet reporters: which words and numbers open what they told, and for how long."""

import hashlib
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.vocabulary import Decision, Desk, Discretion, Hide, Known, Lock, Unlock
from storage import keys, tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.reporting import discretion
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.making import OFFICE, OTHER_PHONE, PHONE, message
from tests.storage.reporting.discreet import MINUTE, discretion_of, heard, hidden

pytestmark = [pytest.mark.usefixtures("prepared"), sqlite_mostly]


async def test_whoever_did_not_ask_for_it_is_not_discreet(store: Store, keyring: Keyring, now: datetime) -> None:
    await hidden(store, keyring, now)
    assert (await heard(store, keyring, now, 2, "زهرة", address=OTHER_PHONE)).discretion is None


@pytest.mark.parametrize(
    "text", ["زهرة", " زهره ", "زَهْرَة", "زهرة شفته اليوم بالسوق وهددني", "زهرة!", "482913", "٤٨٢٩١٣", "۴۸۲۹۱۳ شنو صار"]
)
async def test_a_word_opens_however_it_is_spelt(store: Store, keyring: Keyring, now: datetime, text: str) -> None:
    file = await hidden(store, keyring, now)
    found = await discretion_of(store, keyring, now, 2, text)
    assert (found.said, found.open, found.report) == (True, False, file.report)
    assert found.to is not None
    assert (found.to.office, found.to.desk) == (OFFICE, Desk.GENERAL)


async def test_a_code_opens_wherever_it_stands(store: Store, keyring: Keyring, now: datetime) -> None:
    await hidden(store, keyring, now)
    found = await discretion_of(store, keyring, now, 2, "شنو صار ويه 482 913 هسه", codes=("482913",))
    assert found.said


@pytest.mark.parametrize("text", ["شفت زهرة اليوم", "زهر", "زهرتي", "482914", "؟", "", "مرحبا شلونكم"])
async def test_nothing_else_opens(store: Store, keyring: Keyring, now: datetime, text: str) -> None:
    await hidden(store, keyring, now)
    assert not (await discretion_of(store, keyring, now, 2, text)).said


async def test_anothers_word_opens_nothing(store: Store, keyring: Keyring, now: datetime) -> None:
    await hidden(store, keyring, now)
    file = making.filing(code="111111")
    other = making.decision(file, Hide(file.report, ("وردة",)))
    await making.say(store, keyring, message(2, address=OTHER_PHONE), other, now=now)
    assert not (await discretion_of(store, keyring, now, 3, "وردة")).said
    assert not (await discretion_of(store, keyring, now, 4, "زهرة", address=OTHER_PHONE)).said


async def test_a_word_of_their_own_finds_their_case_as_a_code_does(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    file = await hidden(store, keyring, now)
    found = (await heard(store, keyring, now, 2, "زهرة")).by_code
    assert found is not None
    assert found.report == file.report
    assert (await heard(store, keyring, now, 3, "شنو صار")).by_code is None


async def test_it_stays_open_for_ten_minutes_or_until_it_is_locked(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now)
    assert (await discretion_of(store, keyring, now, 2, "زهرة", effects=(Unlock(),))).open is False
    assert (await discretion_of(store, keyring, now + 9 * MINUTE, 3, "شنو صار")).open is True
    assert (await discretion_of(store, keyring, now + 10 * MINUTE, 4, "شنو صار")).open is False
    await discretion_of(store, keyring, now + 11 * MINUTE, 5, "زهرة", effects=(Unlock(), Lock()))
    assert (await discretion_of(store, keyring, now + 12 * MINUTE, 6, "شنو صار")).open is False


async def test_their_words_are_kept_as_sealed_hashes_only(store: Store, keyring: Keyring, now: datetime) -> None:
    file = await hidden(store, keyring, now)
    (row,) = await making.rows(store, tables.discreet)
    cells = b"".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in row)
    for word in ("482913", "زهرة", "زهره", PHONE, file.report):
        assert word.encode() not in cells
    by_hand = hashlib.sha256("زهره".encode() + row.sender_hash).digest()
    assert by_hand not in cells


async def test_where_the_key_is_gone_nothing_opens_and_they_stay_discreet(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now)
    await store.write(lambda conn: conn.execute(update(tables.discreet).values(wrapped=b"\x01" + bytes(60))) and None)
    found = await discretion_of(store, keyring, now, 2, "زهرة")
    assert found == Discretion(said=False, open=False)


async def test_in_the_minutes_of_one_code_it_is_known_how_it_stands_without_that(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    before = making.filing(code="111111")
    await making.say(store, keyring, message(9, sequence=0), making.decision(before), now=now)
    await hidden(store, keyring, now)
    said = await discretion_of(store, keyring, now, 3, "111111", effects=(Unlock(before.report),))
    later = await discretion_of(store, keyring, now + MINUTE, 4, "شنو صار")
    over = await discretion_of(store, keyring, now + 11 * MINUTE, 5, "شنو صار")
    assert (said.only, said.without) == (before.report, None)
    assert (later.only, later.without) == (before.report, over)
    assert (over.only, over.open, over.without) == ("", False, None)


async def test_a_code_said_where_the_key_is_gone_opens_no_longer_than_its_message_and_takes_no_word_away(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    before = making.filing(code="111111")
    await making.say(store, keyring, message(9, sequence=0), making.decision(before), now=now)
    await hidden(store, keyring, now)
    (kept,) = await making.rows(store, tables.discreet)
    unread = update(tables.discreet).values(wrapped=b"\x01" + bytes(60))
    await store.write(lambda conn: conn.execute(unread) and None)
    unlocks = (Unlock(before.report),)
    assert (await discretion_of(store, keyring, now, 3, "111111", effects=unlocks)).only == before.report
    assert (await discretion_of(store, keyring, now + MINUTE, 4, "شنو صار")).open is False
    back = update(tables.discreet).values(wrapped=kept.wrapped)
    await store.write(lambda conn: conn.execute(back) and None)
    assert (await discretion_of(store, keyring, now + 2 * MINUTE, 5, "زهرة")).said


async def test_after_the_month_the_words_still_open(store: Store, keyring: Keyring, now: datetime) -> None:
    await hidden(store, keyring, now)
    later = now + timedelta(days=31)
    await store.write(lambda conn: keys.register(conn, keyring, later))
    assert (await discretion_of(store, keyring, later, 2, "زهرة")).said


async def test_a_kill_before_the_commit_leaves_no_discretion_and_no_try(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now)

    def fail(known: Known) -> Decision:
        assert known.discretion is not None
        raise LookupError

    for number in range(9):
        with pytest.raises(LookupError):
            await making.say(store, keyring, message(2, text=f"منو {number}"), fail, now=now)
    (row,) = await making.rows(store, tables.discreet)
    assert row.tries == 0
    who = await store.read(lambda conn: conn.execute(select(tables.discreet.c.sender_hash)).scalar_one())
    assert await store.read(lambda conn: discretion.is_discreet(conn, who))


async def test_a_word_of_their_own_opens_however_many_reports_follow(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now, "482913", "زهرة")
    for number in range(2, 12):
        file = making.filing(code=str(300_000 + number))
        await making.say(
            store, keyring, message(number), making.decision(file, Hide(file.report, (file.code,))), now=now
        )
    discretion = await discretion_of(store, keyring, now + timedelta(hours=2), 50, "زهرة")
    assert discretion is not None
    assert discretion.said


async def test_an_order_number_opens_however_many_reports_follow(store: Store, keyring: Keyring, now: datetime) -> None:
    await hidden(store, keyring, now)
    for number in range(2, 12):
        file = making.filing(code=str(300_000 + number))
        await making.say(
            store, keyring, message(number), making.decision(file, Hide(file.report, (file.code,))), now=now
        )
    discretion = await discretion_of(store, keyring, now + timedelta(hours=2), 50, "482913")
    assert discretion is not None
    assert discretion.said


async def test_a_new_word_leaves_the_numbers_of_their_other_reports_as_they_are(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now, "482913", "زهرة")
    file = making.filing(code="300000")
    await making.say(store, keyring, message(2), making.decision(file, Hide(file.report, (file.code,))), now=now)
    await making.say(store, keyring, message(3), making.decision(Hide(file.report, (file.code, "وردة"))), now=now)
    for number, (said, opens) in enumerate((("482913", True), ("وردة", True), ("زهرة", False)), start=10):
        found = await discretion_of(store, keyring, now + timedelta(minutes=number), number, said)
        assert (found is not None and found.said) is opens
