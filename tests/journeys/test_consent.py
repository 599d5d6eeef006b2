"""Consent from the desk to the phone and back, over HTTP: asked in the console, answered by SMS, shared, taken back."""

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.handlers import segments
from bot.vocabulary import Role
from storage import tables
from tests.journeys.conftest import Town
from tests.journeys.desk import WOMAN, Officer, asks, seated, settled, told

OTHER = "+9647700000092"
THEFT = "انباك ماطوري بالشعلة من گدام بيت ابو كرار"
SECRETLY = "انباك ماطوري بالشعلة محد يدري"
SUMMARY = "سرقات متكررة في الحي، يرجى دورية ليلية"
_LONG = timedelta(days=15)  # a question waits for fourteen


async def _copies(town: Town) -> int:
    """How many reports somebody else got, at whatever desk; also those that are gone again."""
    made = select(func.count()).select_from(tables.events).where(tables.events.c.kind == "shared")
    return int(await town.wiring.store.read(lambda c: c.execute(made).scalar_one()))


async def _agreed(town: Town, forum: Officer, number: str) -> tuple[str, str]:
    """She is asked, and says yes: the consent, and the office whose police may have it."""
    assert "اشرح له أولاً" in await forum.page(number)
    other = await asks(forum, number, "summary")
    line = (await town.texted(WOMAN, 2))[1]
    assert segments.count(line).parts == 1
    assert not any(told in line for told in ("شرطة", "منتدى", "ماطور"))
    assert "السؤال ينتظر أن يُقرأ" in await forum.page(number)
    await town.sms(WOMAN, "نعم")  # to the line: nothing was read yet
    question = (await town.texted(WOMAN, 3))[2]
    assert "بلا جواب" in question
    assert "شرطة" in question
    assert "يمكنك سحبها بأي وقت" in question
    assert segments.count(question).parts <= 3
    assert "ننتظر الجواب" in await forum.page(number)
    await town.sms(WOMAN, "3")  # so soon that it cannot have been read
    assert "لم نسجل" in (await town.texted(WOMAN, 4))[3]
    await _read(town)
    await town.sms(WOMAN, "3")
    assert "لسحبها" in (await town.texted(WOMAN, 5))[4]
    page = await forum.page(number)
    assert "وافق" in page
    consent = re.search(r'name="consent" value="([0-9a-f]{32})"', page)
    assert consent
    return consent[1], other


async def _read(town: Town) -> None:
    """What was sent to her has left, and she has had the time to read it."""
    o = tables.outbox.c
    waits = select(func.count()).where(o.state.in_(("pending", "sending")), o.kind == "reply")
    for _ in range(2500):
        if not await town.wiring.store.read(lambda c: c.execute(waits).scalar_one()):
            town.clock.ahead += timedelta(minutes=4)  # its carrier promises receipts, and none came
            return
        await asyncio.sleep(0.02)
    raise AssertionError("something still waits to be sent")


async def _reads_the_copy_alone(police: Officer, number: str, office: str) -> str:
    """What an officer at the other desk has of it; the copy's number."""
    (copy,) = set(await police.numbers())
    page = await police.page(copy)
    assert SUMMARY in page
    assert "مُشارَك بموافقة صاحبه، حتى" in page
    assert not any(word in page for word in ("ماطوري", "ابو كرار", number))
    assert (await police.http.get(f"/reports/{number}")).status_code == 404
    moved = await police.step(copy, "assign", target=f"{office}/general")
    assert (moved.status_code, "قسمك وحده" in moved.text) == (422, True)
    return copy


async def test_a_yes_by_phone_lets_staff_share_and_one_word_takes_it_all_back(town: Town) -> None:
    number, office, desk = await told(town, THEFT)
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        consent, other = await _agreed(town, forum, number)
        async with seated(town, Role.DUTY_OFFICER, other, "urgent") as police:
            assert await police.numbers() == []
            shared = await forum.step(number, "share", consent=consent, summary=SUMMARY)
            assert shared.status_code == 303
            assert "وصلتهم نسخة" in await forum.page(number)
            copy = await _reads_the_copy_alone(police, number, office)
            await town.sms(WOMAN, "سحب")
            await settled(town)
            # Gone by the very transaction that settles her word.
            assert await police.numbers() == []
            assert SUMMARY not in (await police.http.get(f"/reports/{copy}")).text
        again = await forum.step(number, "share", consent=consent, summary=SUMMARY)
        assert (again.status_code, "لا موافقة قائمة" in again.text) == (422, True)


@pytest.mark.slow
async def test_nothing_but_her_own_exact_yes_gives_the_police_anything(town: Town) -> None:
    number, office, desk = await told(town, THEFT)
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        await asks(forum, number, "all")
        await town.texted(WOMAN, 2)
        waiting = tables.consents.c
        consent = await town.wiring.store.read(lambda c: c.execute(select(waiting.id)).scalar_one())

        async def refused() -> None:
            given = await forum.step(number, "share", consent=consent, summary=SUMMARY)
            assert (given.status_code, "لا موافقة قائمة" in given.text) == (422, True)

        await refused()  # silence
        for text in ("1", "1", "نعم؟"):  # she reads it, and once more
            await town.sms(WOMAN, text)
            await settled(town)
            await refused()
        await _read(town)
        for text in ("1", "ok", "👍", "موافق", "33", "نعم لا"):
            await town.sms(WOMAN, text)
            await settled(town)
            await refused()
        for text in ("1", "نعم", "موافق"):  # another number
            await town.sms(OTHER, text)
            await settled(town)
            await refused()
        town.clock.ahead += _LONG
        await town.sms(WOMAN, "نعم")  # too late
        await settled(town)
    assert await town.wiring.store.read(lambda c: c.execute(select(waiting.answer)).scalar_one()) is None
    assert await _copies(town) == 0


async def test_the_digit_to_read_erases_nothing_and_the_word_said_after_the_line_does(town: Town) -> None:
    number, office, desk = await told(town, THEFT)
    stands = select(func.count()).select_from(tables.reports).where(tables.reports.c.erased_at.is_(None))
    await town.sms(WOMAN, "حذف")
    await town.texted(WOMAN, 2)
    await _read(town)  # "erase it?" has left before the line is put
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        await asks(forum, number, "words")
    await town.texted(WOMAN, 3)
    await town.sms(WOMAN, "1")
    assert "شرطة" in (await town.texted(WOMAN, 4))[3]
    assert await town.wiring.store.read(lambda c: c.execute(stands).scalar_one()) == 1
    for text in ("حذف", "1"):
        await town.sms(WOMAN, text)
        await settled(town)
    assert await town.wiring.store.read(lambda c: c.execute(stands).scalar_one()) == 0


async def test_a_yes_from_her_phone_counts_after_her_word_and_not_before(town: Town) -> None:
    number, office, desk = await told(town, SECRETLY)
    word = re.search(r"\d{6}", re.sub(r"[ \u2066-\u2069]", "", (await town.texted(WOMAN))[0]))
    assert word
    role = Role.FOCAL_POINT if desk in ("women", "child") else Role.COORDINATOR
    async with seated(town, role, office, desk) as forum:
        await asks(forum, number, "words")
    nudge = (await town.texted(WOMAN, 2))[1]
    assert not any(told in nudge for told in ("شرطة", "بلاغ", "ماطور", "نعم"))
    answer = select(tables.consents.c.answer)
    for text in ("موافق", "نعم", "1"):  # whoever holds her phone
        await town.sms(WOMAN, text)
        await settled(town)
    assert await town.wiring.store.read(lambda c: c.execute(answer).scalar_one()) is None
    await town.sms(WOMAN, word[0])
    await town.until(lambda: any("أرسل 1 لتقرأ" in text for text in town.twilio.texts(WOMAN)))
    assert not any("شرطة" in text for text in town.twilio.texts(WOMAN))
    await town.sms(WOMAN, "1")
    await town.until(lambda: any("شرطة" in text for text in town.twilio.texts(WOMAN)))
    await _read(town)
    await town.sms(WOMAN, "نعم")
    await settled(town)
    assert await town.wiring.store.read(lambda c: c.execute(answer).scalar_one()) is True
    assert await _copies(town) == 0  # a yes alone gives nobody anything


async def test_whoever_is_private_is_asked_by_their_code_and_answers_in_the_talk(town: Town) -> None:
    number, office, desk = await told(town, f"سري: {THEFT}")
    code = re.search(r"\d{16}", re.sub(r"[ \u2066-\u2069]", "", "\n".join(town.twilio.texts(WOMAN))))
    assert code
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        await asks(forum, number, "words")
    sent = len(town.twilio.texts(WOMAN))
    town.clock.ahead += timedelta(hours=2)  # that talk is over; nothing was sent to her meanwhile
    await town.sms(WOMAN, code[0])
    await town.until(lambda: any("أرسل 1 لتقرأ" in text for text in town.twilio.texts(WOMAN)[sent:]))
    await town.sms(WOMAN, "1")
    await town.until(lambda: any("شرطة" in text for text in town.twilio.texts(WOMAN)[sent:]))
    answer = select(tables.consents.c.answer)
    assert await town.wiring.store.read(lambda c: c.execute(answer).scalar_one()) is None
    await _read(town)
    await town.sms(WOMAN, "3")
    await settled(town)
    assert await town.wiring.store.read(lambda c: c.execute(answer).scalar_one()) is True
