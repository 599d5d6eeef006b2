"""A yes, a no or a digit answers the last thing that we said on that phone, and nothing that was asked before."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.vocabulary import Role
from storage import tables
from storage.reporting import traces
from tests.carriers import updates
from tests.databases import on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.desk import seated
from tests.journeys.phone import answered, quiet, reports, said_of, says

pytestmark = on_sqlite_mostly

CHAT = 7_700_000_063
STOLEN = "سرقوا دراجتي الهوائية من باب المحل بالشعلة"


async def _chat(town: Town, update: dict[str, Any]) -> str:
    before = len(town.telegram.texts(CHAT))
    await town.update(update)
    await quiet(town)
    return "\n".join(town.telegram.texts(CHAT)[before:])


async def _ours(town: Town) -> int:
    """What Telegram calls the message that we sent last."""

    def last(conn: Connection) -> int:
        contact = conn.execute(select(tables.report_contacts.c.contact).limit(1)).scalar_one()
        sent = traces.of(conn, town.wiring.keyring, contact=contact, now=town.clock())
        return max(int(each.own_id) for each in sent if not each.theirs)

    return await town.wiring.store.read(last)


def _erased(rows: list[Any]) -> list[datetime | None]:
    return [row.erased_at for row in rows]


async def test_a_yes_to_what_her_number_had_us_read_out_erases_nothing(town: Town) -> None:
    code = _code("\n".join(await says(town, "زوجي يضربني كل ليلة بالكرادة ومحد يدري")))
    (report,) = await reports(town)
    await answered(town, report, "هل نتصل بك غدا صباحا؟")
    await says(town, code)
    await says(town, "حذف")
    town.clock.ahead += timedelta(hours=5)
    assert any("هل نتصل بك غدا صباحا؟" in text for text in await says(town, code))
    await says(town, "نعم")
    assert _erased(await reports(town)) == [None]
    assert await said_of(town, report.id) == 2


async def test_a_yes_to_the_office_of_another_report_erases_no_private_one(town: Town) -> None:
    await says(town, STOLEN)
    (stolen,) = await reports(town)
    await says(town, "سري: جارنا يبيع مخدرات قرب مدرسة الكرادة")
    await says(town, "حذف")
    await answered(town, stolen, "هل ما زلت قرب المحل؟")
    await says(town, "نعم")
    assert not any(_erased(await reports(town)))


@pytest.mark.parametrize("answer", ["لا", "1", *(pytest.param(each, marks=pytest.mark.slow) for each in ("2", "نعم"))])
async def test_an_answer_to_the_office_is_kept_for_it_though_erasing_was_left_open(town: Town, answer: str) -> None:
    await says(town, STOLEN)
    (report,) = await reports(town)
    await says(town, "حذف")
    town.clock.ahead += timedelta(hours=2)
    await answered(town, report, "هل رأيت من سرقها؟")
    await says(town, answer)
    assert await said_of(town, report.id) == 2
    assert _erased(await reports(town)) == [None]


async def test_a_yes_to_an_answer_that_was_read_out_joins_nothing(town: Town) -> None:
    code = _code(await _chat(town, updates.said(CHAT, STOLEN, 11)))
    (stolen,) = await reports(town)
    await answered(town, stolen, "هل رأيت وجه السارق؟")
    await _chat(town, updates.replied(CHAT, "اكو حفرة جبيرة بشارعنا بالشعلة", 11, 12))
    assert len(await reports(town)) == 2
    assert "هل رأيت وجه السارق؟" in await _chat(town, updates.said(CHAT, code, 13))
    await _chat(town, updates.said(CHAT, "نعم", 14))
    assert [row.joined for row in await reports(town)] == [None, None]


async def test_a_yes_in_reply_to_the_office_erases_nothing_and_one_to_our_question_does(town: Town) -> None:
    await _chat(town, updates.said(CHAT, STOLEN, 11))
    (report,) = await reports(town)
    await answered(town, report, "هل ما زال السارق قريبا منك؟")
    asked = await _ours(town)
    await _chat(town, updates.said(CHAT, "حذف", 12))
    ours = await _ours(town)
    await _chat(town, updates.replied(CHAT, "نعم", asked, 13))
    assert _erased(await reports(town)) == [None]
    assert await said_of(town, report.id) == 2
    await _chat(town, updates.said(CHAT, "حذف", 14))
    assert ours != await _ours(town)
    await _chat(town, updates.replied(CHAT, "نعم", await _ours(town), 15))
    assert _erased(await reports(town)) != [None]


async def test_a_digit_said_to_the_office_wipes_no_chat(town: Town) -> None:
    code = _code(await _chat(town, updates.said(CHAT, STOLEN, 11)))
    await _chat(town, updates.said(CHAT, "جديد", 12))
    await _chat(town, updates.said(CHAT, "مطب كبير بشارع الكرادة قرب الجسر كسر سيارتي", 13))
    await _chat(town, updates.said(CHAT, f"حذف {code}", 14))
    await _chat(town, updates.said(CHAT, "نعم", 15))
    stolen, hole = await reports(town)
    assert (stolen.erased_at is None, hole.erased_at) == (False, None)
    await answered(town, hole, "كم سيارة تضررت؟")
    await _chat(town, updates.said(CHAT, "1", 16))
    assert await said_of(town, hole.id) == 2


async def test_an_older_message_changed_into_the_word_that_erases_asks_about_its_own_report(town: Town) -> None:
    await _chat(town, updates.said(CHAT, STOLEN, 11))
    await _chat(town, updates.said(CHAT, "جديد", 12))
    await _chat(town, updates.said(CHAT, "مطب كبير بشارع الكرادة قرب الجسر كسر سيارتي", 13))
    await _chat(town, updates.edited(CHAT, "حذف", 11))
    await _chat(town, updates.said(CHAT, "نعم", 14))
    stolen, hole = await reports(town)
    assert (stolen.erased_at is None, hole.erased_at) == (False, None)


async def test_an_edit_of_an_ordinary_report_comes_there_also_amid_a_private_talk(town: Town) -> None:
    await _chat(town, updates.said(CHAT, STOLEN, 11))
    (stolen,) = await reports(town)
    await _chat(town, updates.said(CHAT, "سري: زوجي يضربني كل يوم بالكرادة", 12))
    private = next(row for row in await reports(town) if row.id != stolen.id)
    await _chat(town, updates.edited(CHAT, f"{STOLEN} واسم المحل ابو كرار", 11))
    async with seated(town, Role.COORDINATOR, stolen.office, stolen.desk) as officer:
        assert "ابو كرار" in await officer.page(stolen.number)
    async with seated(town, Role.FOCAL_POINT, private.office, private.desk) as officer:
        assert "ابو كرار" not in await officer.page(private.number)
    await _chat(town, updates.edited(CHAT, "سري: زوجي يضربني كل يوم بالكرادة من سنتين", 12))
    async with seated(town, Role.FOCAL_POINT, private.office, private.desk) as officer:
        assert "من سنتين" in await officer.page(private.number)


def _code(said: str) -> str:
    found = re.search(r"\d{6}", said)
    assert found
    return found[0]
