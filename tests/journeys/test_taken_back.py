"""A consent taken back by those who are known by a code or a word alone, through the real app."""

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.vocabulary import Role
from storage import tables
from tests.databases import on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.desk import WOMAN, Officer, asks, seated, settled

THEFT = "انباك ماطوري بالشعلة من گدام بيت ابو كرار"
SECRETLY = "انباك ماطوري بالشعلة محد يدري"
SUMMARY = "سرقات متكررة في الحي، يرجى دورية ليلية"
_SIGNS = re.compile(r"[ \u2066-\u2069]")


async def _says(town: Town, text: str) -> list[str]:
    """Sends a text and gives what came back, a quarter of an hour later."""
    before = len(town.twilio.texts(WOMAN))
    await town.sms(WOMAN, text)
    o = tables.outbox.c
    waits = select(func.count()).where(o.state.in_(("pending", "sending")), o.kind.in_(("reply", "answer")))
    for _ in range(2500):
        await settled(town)
        if not await town.wiring.store.read(lambda c: c.execute(waits).scalar_one()):
            break
        await asyncio.sleep(0.02)
    town.clock.ahead += timedelta(minutes=4)
    return town.twilio.texts(WOMAN)[before:]


async def _count(town: Town, table: str) -> int:
    return int(
        await town.wiring.store.read(
            lambda c: c.execute(select(func.count()).select_from(tables.metadata.tables[table])).scalar_one()
        )
    )


async def _stands(town: Town) -> bool:
    c = tables.consents.c
    found = select(c.answer, c.revoked_at)
    row = await town.wiring.store.read(lambda conn: conn.execute(found).one())
    return bool(row.answer) and row.revoked_at is None


async def _shared(forum: Officer, number: str) -> None:
    consent = re.search(r'name="consent" value="([0-9a-f]{32})"', await forum.page(number))
    assert consent
    assert (await forum.step(number, "share", consent=consent[1], summary=SUMMARY)).status_code == 303


@on_sqlite_mostly
async def test_in_private_a_bare_word_is_told_to_bring_the_code_and_with_it_ends_the_copy(town: Town) -> None:
    told = await _says(town, f"سري: {THEFT}")
    code = re.search(r"\d{16}", _SIGNS.sub("", "\n".join(told)))
    assert code
    number, office, desk = await town.newest()
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        other = await asks(forum, number, "words")
    town.clock.ahead += timedelta(hours=1)
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        await _says(town, code[0])
        await _says(town, "1")
        assert "سحب ثم رمزك" in "".join(await _says(town, "3"))
        await _shared(forum, number)
    reports = await _count(town, "reports")
    town.clock.ahead += timedelta(hours=1)
    for words in ("سحب", "اسحبها"):
        (answer,) = await _says(town, words)
        assert "سحب ثم رمزك" in answer
    assert await _count(town, "reports") == reports
    assert await _stands(town)
    async with seated(town, Role.DUTY_OFFICER, other, "urgent") as police:
        assert len(await police.numbers()) == 1
        assert "سحبنا" in "".join(await _says(town, f"{code[0]} سحب"))
        assert await police.numbers() == []
    assert not await _stands(town)


@pytest.mark.slow
@pytest.mark.parametrize(("words", "told"), [("سحب", "سحبنا"), ("2", "فأوقفنا المشاركة")])
async def test_in_the_talk_of_the_yes_no_code_is_needed(town: Town, words: str, told: str) -> None:
    filed = await _says(town, f"سري: {THEFT}")
    code = re.search(r"\d{16}", _SIGNS.sub("", "\n".join(filed)))
    assert code
    number, office, desk = await town.newest()
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        await asks(forum, number, "words")
    town.clock.ahead += timedelta(hours=1)
    for text in (code[0], "1", "3"):
        await _says(town, text)
    assert await _stands(town)
    assert told in "".join(await _says(town, words))
    assert not await _stands(town)


@pytest.mark.slow
@on_sqlite_mostly
async def test_at_a_locked_phone_it_is_taken_back_behind_the_decoy_and_nothing_is_filed(town: Town) -> None:
    told = await _says(town, SECRETLY)
    word = re.search(r"\d{6}", _SIGNS.sub("", told[0]))
    assert word
    number, office, desk = await town.newest()
    role = Role.FOCAL_POINT if desk in ("women", "child") else Role.COORDINATOR
    async with seated(town, role, office, desk) as forum:
        await asks(forum, number, "words")
        await _says(town, word[0])
        await _says(town, "1")
        assert "كلمتك ثم: سحب" in "".join(await _says(town, "3"))
        await _shared(forum, number)
    town.clock.ahead += timedelta(hours=1)
    decoy = await _says(town, "شنو هذا")
    reports = await _count(town, "reports")
    assert await _stands(town)
    assert len(answer := await _says(town, "سحب")) == len(decoy) == 1
    assert not any(told in answer[0] for told in ("سحب", "موافق", "نسخ", "شرطة"))
    assert not await _stands(town)
    assert await _count(town, "reports") == reports
    async with seated(town, role, office, desk) as forum:
        assert "سحب صاحب البلاغ موافقته" in await forum.page(number)
