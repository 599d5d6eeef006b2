"""A sealed desk goes from month to month: its people read on, and no copy of an ended month opens even to them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.vocabulary import Append, MediumKind
from storage import keys, pickup, tables
from storage.database.engine import Store
from storage.keycare import rewrapping
from storage.keys import Domain, KeyGone, Keyring
from storage.sealed.seals import Kind, opened
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.house import ANSWER, FILE_KEY, NOTE, SECRETS, WORDS, House, copy_of, stolen

pytestmark = sqlite_mostly

OVER = datetime(2026, 12, 3, 1, tzinfo=UTC)
OLD = "2026-11"


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    """A desk that is on, with two focal points and the recovery key."""
    house = House(store, keyring, now)
    await house.begin()
    await house.recovery()
    await house.found("هدى", "سلمى")
    return house


async def _a_month_ends(house: House) -> None:
    """As the worker does it, to the shredding of the old keys."""
    await house.later(OVER - house.now)
    place = await house.store.read(lambda c: rewrapping.first(c, OVER))
    while place is not None:
        at = place
        place = await house.store.write(lambda c, at=at: rewrapping.step(c, house.keyring, at, OVER))  # type: ignore[misc]
    assert len(await house.store.write(lambda c: rewrapping.end(c, house.keyring, OVER))) == 2
    house.now = OVER + rewrapping.LINGERS
    assert await house.store.write(lambda c: rewrapping.shred(c, house.keyring, house.now)) == 2


async def test_its_people_read_on_and_the_server_still_reads_nothing(house: House) -> None:
    file = await house.tell()
    await house.work_on(file)
    before = await copy_of(house.store)
    await _a_month_ends(house)
    for name in ("هدى", "سلمى"):
        assert await house.texts(file, house.keys[name], name) == [WORDS, NOTE, ANSWER]
    after = await copy_of(house.store)
    assert {row.epoch for row in (*after.rows["part_seals"], *after.rows["medium_seals"])} == {"2026-12"}
    # The data keys, and all that they seal, are as they were.
    for table in ("parts", "media"):
        assert {row.id: row.sealed for row in before.rows[table]} == {row.id: row.sealed for row in after.rows[table]}
    ids = [row.id for row in after.rows["media"]]
    found = await house.store.read(lambda c: opened(c, house.keyring, Kind.MEDIUM, ids, house.keys["هدى"]))
    assert len(found) == 1


async def test_a_copy_of_the_ended_month_opens_not_even_with_everybodys_private_keys(house: House) -> None:
    file = await house.tell()
    await house.work_on(file)
    copy = await copy_of(house.store)
    privates = [pair.private for pair in house.keys.values()]
    everything = stolen(copy, house.keyring, privates)
    assert all(text in everything for text in (*SECRETS, FILE_KEY.decode()))
    await _a_month_ends(house)
    today = Keyring.open(house.keyring.folder)
    for row in (*copy.rows["part_seals"], *copy.rows["medium_seals"], *copy.rows["code_seals"]):
        with pytest.raises(KeyGone):
            today.at(Domain.CONTENT, row.epoch)


async def test_a_waiting_answer_still_opens_to_the_code(house: House) -> None:
    file = await house.tell()
    await house.work_on(file)
    await _a_month_ends(house)
    codes = await making.rows(house.store, tables.code_seals)
    assert {row.epoch for row in codes} == {"2026-12"}

    found = await house.store.read(lambda c: pickup.find(c, house.keyring, file.code))
    assert found is not None
    assert [answer.text for answer in found.answers] == [ANSWER]


async def test_a_voice_that_waits_to_be_heard_is_never_under_a_months_key(house: House) -> None:
    file = await house.tell(photo=False)
    said = making.message(2, media=(making.medium(),))
    talk = making.ongoing(file, house.now)
    await making.say(
        house.store, house.keyring, said, making.decision(Append(file.report), conversation=talk), now=house.now
    )
    await house.fetch(unheard=True, kind=MediumKind.VOICE)
    watch = await house.store.read(lambda c: c.execute(select(tables.media.c.epoch)).scalar_one())
    assert watch == keys.epoch_of(Domain.DOOR, house.now)
    await _a_month_ends(house)
    assert await house.store.read(lambda c: c.execute(select(tables.media.c.epoch)).scalar_one()) == watch


async def test_what_comes_after_is_under_the_new_months_key(house: House) -> None:
    file = await house.tell()
    await _a_month_ends(house)
    house.now += timedelta(minutes=1)
    await house.work_on(file)
    assert await house.texts(file, house.keys["سلمى"], "سلمى") == [WORDS, NOTE, ANSWER]
    assert OLD not in {row.epoch for row in await making.rows(house.store, tables.part_seals)}
