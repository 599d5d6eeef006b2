"""A voice at a sealed desk opens to the machine until it is written down; hours later no key on the server opens it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.vocabulary import Append, MediumKind
from storage import keys, tables
from storage.database.engine import Store
from storage.intake import transcripts
from storage.intake.transcripts import Recording, Words
from storage.keys import Domain, KeyGone, Keyring
from storage.purging import retention
from storage.sealing import unseal
from storage.words import filekeys
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.house import FILE_KEY, House
from tests.storage.making import message

pytestmark = sqlite_mostly

HOUR = timedelta(hours=1)
OVER = timedelta(hours=4)  # from the fixture's 09:00 UTC: an hour after its watch ended


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: Any) -> House:
    """A women's desk sealed to two, and a report there with a voice that nobody heard yet."""
    house = House(store, keyring, now)
    await house.begin()
    await house.recovery()
    await house.found("هدى", "سلمى")
    file = await house.tell(photo=False)
    voice = message(2, media=(making.medium(),))
    await making.say(store, keyring, voice, making.decision(Append(file.report)), now=now)
    await house.fetch(unheard=True, kind=MediumKind.VOICE)
    return house


async def _purge(house: House, after: timedelta) -> None:
    """Twice, an hour apart, as the server does."""
    for late in (timedelta(), HOUR):
        at = house.now + after + late

        def work(conn: Connection, at: Any = at) -> None:
            keys.register(conn, house.keyring, at)
            retention.purge(conn, house.keyring, at)

        await house.store.write(work)


async def _row(house: House) -> Any:
    (row,) = await making.rows(house.store, tables.media)
    return row


def _heard(keyring: Keyring, row: Any) -> bytes:
    """What the machine's half of a row opens: the key under which the file's own key lies."""
    return unseal(keyring.at(Domain.DOOR, row.epoch), bytes(row.wrapped), "media", "wrapped", row.id, row.epoch)


async def _claim(house: House, after: timedelta) -> Recording | None:
    lease = timedelta(minutes=5)
    at = house.now + after
    return await house.store.write(lambda c: transcripts.claim(c, house.keyring, owner="t", now=at, lease=lease))


async def _people_open(house: House) -> bytes | None:
    def work(conn: Connection) -> bytes | None:
        rows = conn.execute(select(tables.media)).all()
        return filekeys.opened(conn, house.keyring, rows, house.keys["هدى"]).get(rows[0].id)

    return await house.store.read(work)


async def test_hours_after_it_was_written_down_no_key_of_the_server_opens_a_voice(house: House) -> None:
    before = await _row(house)
    assert unseal(_heard(house.keyring, before), bytes(before.sealed), *await _place(house, before)) == FILE_KEY
    recording = await _claim(house, HOUR)
    assert recording is not None
    words = Words("الحگوني")
    then = house.now + HOUR
    assert await house.store.write(lambda c: transcripts.written(c, house.keyring, recording, words, now=then))
    assert (await _row(house)).wrapped is None
    await _purge(house, OVER)
    with pytest.raises(KeyGone):
        _heard(Keyring.open(house.keyring.folder), before)
    assert await _people_open(house) == FILE_KEY


async def _place(house: House, row: Any) -> tuple[str, ...]:
    at = (await house.store.read(lambda c: filekeys.places(c, [row])))[row.id]
    return ("media", "sealed", row.id, at.within)


async def test_a_voice_that_waits_is_carried_and_heard_and_what_it_was_sealed_by_is_gone(house: House) -> None:
    before = await _row(house)
    await _purge(house, 2 * OVER)
    with pytest.raises(KeyGone):
        _heard(Keyring.open(house.keyring.folder), before)
    crashed = await _claim(house, 2 * OVER + HOUR)
    assert crashed is not None
    assert crashed.key == FILE_KEY
    again = await _claim(house, 2 * OVER + 2 * HOUR)  # whoever held it died
    assert again is not None
    assert again.key == FILE_KEY


async def test_what_no_machine_heard_in_a_day_is_left_to_people(house: House) -> None:
    await _purge(house, timedelta(hours=20))
    assert (await _row(house)).wrapped is not None
    await _purge(house, timedelta(hours=30))
    row = await _row(house)
    assert (row.wrapped, row.epoch, row.due_at, row.state) == (None, None, None, "kept")
    assert await _claim(house, timedelta(hours=31)) is None
    assert await _people_open(house) == FILE_KEY


async def test_without_a_machine_that_hears_only_people_ever_open_it(house: House) -> None:
    (report,) = {row.report for row in await making.rows(house.store, tables.parts)}
    voice = message(9, media=(making.medium(),))
    await making.say(house.store, house.keyring, voice, making.decision(Append(report)), now=house.now)
    await house.fetch(kind=MediumKind.VOICE)
    wraps = [row.wrapped is not None for row in await making.rows(house.store, tables.media)]
    assert sorted(wraps) == [False, True]
