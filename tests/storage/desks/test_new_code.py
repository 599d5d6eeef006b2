"""Whoever becomes private after her sealed desk answered reads that answer by her new code; or her desk is told."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from bot.vocabulary import Decision, Desk, File, Known, Mode
from storage import pickup, tables
from storage.database.engine import Store
from storage.intake import coding
from storage.keys import Keyring
from storage.reporting import parting
from storage.reporting.reporters import Who
from tests.databases import on_sqlite_mostly
from tests.staffing import KARRADA
from tests.storage import making
from tests.storage.house import ANSWER, VIOLENCE, House
from tests.storage.making import OTHER_PHONE, message

MINUTE = timedelta(minutes=1)
CODE, LONG = "482913", "4829136500277410"


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    """A desk that is on, with two focal points."""
    house = House(store, keyring, now)
    await house.begin()
    await house.recovery()
    await house.found("هدى", "سلمى")
    return house


async def _answered(house: House, *, answer: bool = True) -> File:
    """She told it as anybody does, with a code of six digits, and is answered."""
    file = making.filing(facts=VIOLENCE, desk=Desk.WOMEN, office=KARRADA, code=CODE, place=None)
    told = making.decision(file, conversation=making.ongoing(file, house.now))
    await making.say(house.store, house.keyring, message(1), told, now=house.now)
    if answer:
        await house.work_on(file)
    return file


async def _private(house: House, file: File) -> None:
    """She becomes private, and her report gets a code of sixteen digits."""
    talk = making.ongoing(replace(file, code=LONG), house.now)
    wish = making.decision(conversation=replace(talk, mode=Mode.PRIVATE), replies=["private.filed"])
    await making.say(house.store, house.keyring, message(3), wish, now=house.now + MINUTE)


async def _by(house: House, code: str, number: int, address: str) -> Known:
    seen: list[Known] = []

    def look(knows: Known) -> Decision:
        seen.append(knows)
        return making.decision(conversation=knows.conversation)

    said = message(number, address=address, text=code)
    await making.say(house.store, house.keyring, said, look, now=house.now + 2 * MINUTE, codes=(code,))
    return seen[0]


async def _told(house: House, report: str) -> int:
    changed = (tables.events.c.report == report, tables.events.c.kind == parting.CODE_CHANGED)
    rows = await house.store.read(lambda c: c.execute(select(tables.events.c.id).where(*changed)).all())
    return len(rows)


@on_sqlite_mostly
async def test_what_her_desk_answered_before_opens_by_the_new_code_and_by_no_other(house: House) -> None:
    file = await _answered(house)
    await _private(house, file)
    case = (await _by(house, LONG, 4, OTHER_PHONE)).by_code
    assert case is not None
    assert (case.answers, case.last_answer) == (1, ANSWER)
    found = await house.store.read(lambda c: pickup.find(c, house.keyring, LONG))
    assert found is not None
    assert [answer.text for answer in found.answers] == [ANSWER]
    assert (await _by(house, CODE, 5, making.PHONE)).by_code is None
    (code,) = await making.rows(house.store, tables.codes)
    assert {row.code for row in await making.rows(house.store, tables.code_seals)} == {code.hash}
    assert await _told(house, file.report) == 0


async def test_where_no_code_opens_it_any_more_her_desk_is_told_once(house: House) -> None:
    file = await _answered(house)
    row = coding.row(house.keyring, Who(b"", (b"",) * 3, b"", hidden=False), LONG, file.report)

    def again(conn: Connection) -> None:
        parting.only_by_long_code(conn, house.keyring, row, old=None, now=house.now)

    for _ in range(2):
        await house.store.write(again)
    assert await _told(house, file.report) == 1
    case = (await _by(house, LONG, 4, OTHER_PHONE)).by_code
    assert case is not None
    assert (case.answers, case.last_answer) == (1, "")


async def test_a_desk_that_did_not_answer_is_told_nothing(house: House) -> None:
    file = await _answered(house, answer=False)
    await _private(house, file)
    assert await _told(house, file.report) == 0
