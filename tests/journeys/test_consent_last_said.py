"""A yes counts for the last thing that she was told: by SMS, on Telegram, and at a sealed desk only with the code.

Also the yes to "erase it?" (decision 0030).
"""

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.vocabulary import Role
from storage import tables
from tests.carriers import updates
from tests.journeys.conftest import Town
from tests.journeys.desk import WOMAN, Officer, asks, seated, settled, told

CHAT = 770_031
THEFT = "انباك ماطوري بالشعلة من گدام بيت ابو كرار"
HURT = "زوجي يضربني كل يوم بالكرادة"
C = tables.consents.c


async def _answers(town: Town) -> list[bool | None]:
    asked = select(C.answer).order_by(C.asked_at)
    return list(await town.wiring.store.read(lambda c: c.execute(asked).scalars().all()))


async def _all_read(town: Town) -> None:
    """All that waits has left, and there was the time to read it."""
    o = tables.outbox.c
    town.clock.let_an_answer_out()
    waits = select(func.count()).where(o.state.in_(("pending", "sending")), o.kind.in_(("reply", "answer")))
    for _ in range(2500):
        await settled(town)
        if not await town.wiring.store.read(lambda c: c.execute(waits).scalar_one()):
            town.clock.ahead += timedelta(minutes=4)
            return
        await asyncio.sleep(0.02)
    raise AssertionError("something still waits to be sent")


async def _texts(town: Town, *texts: str) -> str:
    """Says these by SMS, one after the other; what was said to the last."""
    before = 0
    for text in texts:
        before = len(town.twilio.texts(WOMAN))
        await town.sms(WOMAN, text)
        await _all_read(town)
    return "\n".join(town.twilio.texts(WOMAN)[before:])


async def _tells(town: Town, text: str) -> str:
    before = len(town.telegram.texts(CHAT))
    await town.tell(CHAT, text)
    await _all_read(town)
    return "\n".join(town.telegram.texts(CHAT)[before:])


async def _writes(town: Town, officer: Officer, number: str, text: str) -> None:
    assert (await officer.step(number, "reply", text=text, stage="send")).status_code == 303
    await _all_read(town)


async def _filed(town: Town, text: str) -> tuple[str, str, str, str]:
    """By Telegram: the report's number, office and desk, and its id."""
    await _tells(town, text)
    r = tables.reports.c
    newest = select(r.number, r.office, r.desk, r.id).order_by(r.opened_at.desc()).limit(1)
    row = await town.wiring.store.read(lambda c: c.execute(newest).one())
    return row.number, row.office, row.desk, row.id


@pytest.mark.slow
async def test_by_sms_a_yes_to_what_the_office_asked_since_is_an_answer_to_the_office(town: Town) -> None:
    number, office, desk = await told(town, THEFT)
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        await asks(forum, number, "all")
        await _all_read(town)
        assert "شرطة" in await _texts(town, "1")
        await _writes(town, forum, number, "هل تريدين أن نتصل بك اليوم؟")
        assert "أرسل 1 لتقرأ" in await _texts(town, "نعم")
        assert await _answers(town) == [None]
        assert "نعم" in await forum.page(number)
        assert "لسحبها" in await _texts(town, "1", "3")
    assert await _answers(town) == [True]


@pytest.mark.slow
async def test_on_telegram_a_yes_after_anything_else_agrees_to_nothing_and_a_button_to_its_own(town: Town) -> None:
    first, office, desk, elder = await _filed(town, THEFT)
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        await asks(forum, first, "all")
        await _all_read(town)
        await _tells(town, "شسوي")
        assert "لم نسجل" in await _tells(town, "نعم")
        await _writes(town, forum, first, "كم شخصا كانوا؟")
        assert "لم نسجل" in await _tells(town, "1")
    assert await _answers(town) == [None]
    second, office, desk, _ = await _filed(town, "بلاغ جديد: حفرة كبيرة بالشارع بالكاظمية تسببت بحوادث")
    async with seated(town, Role.COORDINATOR, office, desk) as other:
        await asks(other, second, "words")
        await _all_read(town)
    consent = await town.wiring.store.read(lambda c: c.execute(select(C.id).where(C.report == elder)).scalar_one())
    await town.update(updates.tapped(CHAT, f"v1:consent:no:{consent}", "tap-1"))
    await _all_read(town)
    assert await _answers(town) == [False, None]


@pytest.mark.slow
async def test_at_a_sealed_desk_her_phone_alone_reads_nothing_and_with_her_code_she_agrees(town: Town) -> None:
    number, office, desk = await told(town, HURT)
    code = re.search(r"\d{6}", town.twilio.texts(WOMAN)[0])
    assert code
    async with seated(town, Role.FOCAL_POINT, office, desk) as hers:
        await asks(hers, number, "words")
    await _all_read(town)
    for text in ("1", "نعم", "وين وصلت", "1", "3"):
        assert "شرطة" not in await _texts(town, text)
    assert await _answers(town) == [None]
    assert "أرسل 1 لتقرأ" in await _texts(town, code[0])
    assert "شرطة" in await _texts(town, "1")
    assert "لسحبها" in await _texts(town, "3")
    assert await _answers(town) == [True]


async def test_the_same_word_sent_twice_agrees_to_nothing(town: Town) -> None:
    number, office, desk = await told(town, THEFT)
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        await asks(forum, number, "words")
    await _all_read(town)
    assert "شرطة" in await _texts(town, "نعم")
    assert "3 للموافقة" in await _texts(town, "نعم")
    assert await _answers(town) == [None]
    assert "لسحبها" in await _texts(town, "3")


async def test_a_yes_to_what_staff_asked_erases_no_report(town: Town) -> None:
    await _texts(town, THEFT, "حذف")
    r = tables.reports.c
    row = await town.wiring.store.read(lambda c: c.execute(select(r.id, r.number, r.office, r.desk)).one())
    async with seated(town, Role.COORDINATOR, row.office, row.desk) as officer:
        await _writes(town, officer, row.number, "هل ما زلت في نفس البيت؟")
        assert "لم نمسح" in await _texts(town, "نعم")
        u = tables.parts.c
        said = select(func.count()).where(u.report == row.id, u.kind == "utterance")
        assert await town.wiring.store.read(lambda c: c.execute(said).scalar()) == 2  # staff read the answer
    erased = select(r.erased_at).where(r.id == row.id)
    assert await town.wiring.store.read(lambda c: c.execute(erased).scalar()) is None
    assert "مسحناها" in await _texts(town, "حذف", "نعم")
