"""From a phone to the right desk and back, over HTTP, on each channel and each database."""

import re

import pytest

from bot.handlers import segments
from bot.vocabulary import Desk, Role
from storage.people import staff
from tests.carriers import updates
from tests.databases import on_both
from tests.journeys.conftest import Town

CHAT = 7_700_011
NUMBER = "+9647700000011"
THEFT = "انباك ماطوري بالشعلة"


def _code(text: str) -> str:
    found = re.search(r"(?<!\d)\d{6}(?!\d)", text)
    assert found, "no code in the reply"
    return found[0]


async def _reply(town: Town, number: str, office: str, desk: str, text: str) -> None:
    role = (
        Role.FOCAL_POINT if desk in {"women", "child"} else Role.DUTY_OFFICER if desk == "urgent" else Role.COORDINATOR
    )
    token = await town.member(role, office, desks=(Desk(desk),))
    seen = await town.http.get(f"/v1/reports/{number}", headers=token)
    assert seen.status_code == 200
    answered = await town.http.post(
        f"/v1/reports/{number}/reply", json={"text": text}, headers={**token, "If-Match": seen.headers["ETag"]}
    )
    assert answered.is_success, answered.text
    town.clock.let_an_answer_out()


@on_both
async def test_one_sms_is_a_filed_report_and_one_part_comes_back(town: Town) -> None:
    assert await town.sms(NUMBER, THEFT) == [200]
    (answer,) = await town.texted(NUMBER)
    assert segments.count(answer).parts == 1
    assert _code(answer)
    number, office, desk = await town.newest()
    offices = (await town.wiring.directory()).offices
    assert (offices[office].governorate, desk) == ("IQ-BG", "general")
    assert number.startswith("BG-")


@on_both
async def test_a_telegram_report_is_seen_by_its_coordinator_alone_and_the_answer_comes_back(town: Town) -> None:
    assert await town.tell(CHAT, THEFT) == 200
    await town.told(CHAT)
    number, office, desk = await town.newest()
    offices = (await town.wiring.directory()).offices
    other = next(code for code, one in offices.items() if code != office and one.kind == offices[office].kind)
    mine, foreign = await town.member(Role.COORDINATOR, office), await town.member(Role.COORDINATOR, other)
    (row,) = (await town.http.get("/v1/reports", headers=mine)).json()["reports"]
    assert (row["number"], row["place"]["ar"]) == (number, "الشعلة")
    assert number not in (await town.http.get("/v1/reports", headers=foreign)).text
    hidden = await town.http.get(f"/v1/reports/{number}", headers=foreign)
    absent = await town.http.get("/v1/reports/BG-00000", headers=foreign)
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content) == (404, absent.content)
    await _reply(town, number, office, desk, "وصل الفريق إليكم غدا")
    assert "وصل الفريق إليكم غدا" in (await town.told(CHAT, 2))[1]


async def test_an_answer_reaches_the_sms_it_came_from(town: Town) -> None:
    await town.sms(NUMBER, THEFT)
    await town.texted(NUMBER)
    await _reply(town, *await town.newest(), "نرجو الاتصال بالمركز")
    assert "نرجو الاتصال بالمركز" in (await town.texted(NUMBER, 2))[1]


async def test_without_a_place_the_report_is_filed_at_once_and_moves_when_the_place_is_told(town: Town) -> None:
    await town.tell(CHAT, "باگو ماطوري البارحة بالليل")
    await town.told(CHAT)
    number, office, _ = await town.newest()
    offices = (await town.wiring.directory()).offices
    assert not offices[office].governorate
    await town.tell(CHAT, "بالشعلة")
    await town.settled()
    again, moved_to, _ = await town.newest()
    assert again == number
    assert offices[moved_to].governorate == "IQ-BG"


async def test_a_photo_a_voice_note_and_a_pin_belong_to_the_report_they_follow(town: Town) -> None:
    await town.tell(CHAT, "باگو ماطوري البارحة بالليل")
    await town.told(CHAT)
    await town.update(updates.photographed(CHAT, "file-1"))
    await town.update(updates.spoken(CHAT, "file-2"))
    await town.update(updates.pinned(CHAT, 36.335, 43.119))
    found = await town.settled()
    assert found["reports"] == 1
    _, office, _ = await town.newest()
    assert (await town.wiring.directory()).offices[office].governorate == "IQ-NI"


async def test_the_code_tells_where_a_report_stands_in_any_digits(town: Town) -> None:
    await town.tell(CHAT, THEFT)
    code = _code((await town.told(CHAT))[0])
    unknown = f"{(int(code) + 1) % 1_000_000:06d}"
    for digits in (code, code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")), unknown):
        await town.tell(CHAT, digits)
        await town.settled()
    _, latin, arabic, not_known = town.telegram.texts(CHAT)
    assert latin == arabic != not_known
    assert (await town.settled())["reports"] == 1


async def test_a_code_from_another_sender_opens_nothing(town: Town) -> None:
    await town.tell(CHAT, THEFT)
    code = _code((await town.told(CHAT))[0])
    number, _, _ = await town.newest()
    await town.tell(CHAT + 1, code)
    assert number not in (await town.told(CHAT + 1))[0]


@pytest.mark.parametrize(
    "word", ["حذف", *(pytest.param(word, marks=pytest.mark.slow) for word in ("DELETE", "سڕینەوە"))]
)
async def test_one_word_and_one_yes_erase_a_report(town: Town, word: str) -> None:
    await town.tell(CHAT, THEFT)
    await town.told(CHAT)
    number, office, desk = await town.newest()
    await town.tell(CHAT, word)
    await town.told(CHAT, 2)
    await town.tell(CHAT, "1")
    await town.told(CHAT, 3)
    token = await town.member(Role.COORDINATOR, office, desks=(Desk(desk),))
    seen = await town.http.get(f"/v1/reports/{number}", headers=token)
    assert "ماطوري" not in seen.text


async def test_a_womans_report_is_at_a_womens_desk_and_nobody_else_is_shown_it(town: Town) -> None:
    await town.tell(CHAT, "رجلي يضربني كل يوم وحابسني بالبيت بالكرادة")
    await town.told(CHAT)
    number, office, desk = await town.newest()
    assert desk == "women"
    for role in (Role.COORDINATOR, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR):
        try:
            token = await town.member(role, office)
        except staff.Invalid:
            continue  # this office has no desk at all that such a role may enter
        assert (await town.http.get(f"/v1/reports/{number}", headers=token)).status_code == 404
        assert number not in (await town.http.get("/v1/reports", headers=token)).text
    focal = await town.member(Role.FOCAL_POINT, office, desks=(Desk.WOMEN,))
    assert (await town.http.get(f"/v1/reports/{number}", headers=focal)).status_code == 200


async def test_who_asked_for_silence_can_still_report(town: Town) -> None:
    await town.sms(NUMBER, THEFT)
    await town.texted(NUMBER)
    await town.sms(NUMBER, "ايقاف")
    await town.settled()
    before = len(town.twilio.texts(NUMBER))
    await town.sms(NUMBER, "هسه رمي قوي بحي العامل")
    found = await town.settled()
    assert found["parts"] >= 4
    assert len(town.twilio.texts(NUMBER)) == before


async def test_a_greeting_gets_the_honest_words_and_files_nothing(town: Town) -> None:
    await town.tell(CHAT, "/start")
    await town.told(CHAT)
    assert (await town.settled())["reports"] == 0


async def test_sorani_is_answered_in_sorani(town: Town) -> None:
    await town.tell(CHAT, "لە هەولێر ماڵەکەمان دزرا")
    (answer,) = await town.told(CHAT)
    assert re.search("[ێۆڕڵە]", answer)
