"""Discreet and private, from a phone to the desk and back, over HTTP, on each channel and each database."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, select

from bot.handlers import segments
from bot.vocabulary import Desk, Role
from storage import tables
from storage.purging import figures
from tests.carriers import updates
from tests.databases import on_both
from tests.journeys.conftest import Town

CHAT, OFFICER = 7_700_031, 7_700_032
NUMBER, OTHER = "+9647700000031", "+9647700000032"
THEFT = "انباك ماطوري بالشعلة"
SECRETLY = "انباك ماطوري بالشعلة محد يدري"
TELLING = ("بلاغ", "شرطة", "قضية", "رد", "سرق", "ماطور")


def _digits(text: str, count: int) -> str:
    found = re.search(rf"(?<!\d)(?:\d[ \u2066-\u2069]*){{{count - 1}}}\d(?!\d)", text)
    assert found, "no code in the reply"
    return "".join(sign for sign in found[0] if sign.isdigit())


async def _only(town: Town) -> tuple[str, str, str]:
    """(number, office, desk) of the only report, or of the one that is not locked."""
    # Not `town.settled`: on Telegram what we said waits for ten minutes to be deleted.
    for _ in range(2500):
        if not (await town.wiring.store.read(figures.read))["unsettled"]:
            break
        await asyncio.sleep(0.02)

    def read(conn: Connection) -> list[Any]:
        r = tables.reports.c
        return list(conn.execute(select(r.number, r.office, r.desk).where(r.reachable != "no")).all())

    (row,) = await town.wiring.store.read(read)
    return row.number, row.office, row.desk


async def _token(town: Town, office: str, desk: str) -> dict[str, str]:
    roles = {"women": Role.FOCAL_POINT, "child": Role.FOCAL_POINT, "urgent": Role.DUTY_OFFICER}
    return await town.member(roles.get(desk, Role.COORDINATOR), office, desks=(Desk(desk),))


async def _answer(town: Town, text: str) -> httpx.Response:
    """A coordinator answers; what they saw of the report before."""
    number, office, desk = await _only(town)
    token = await _token(town, office, desk)
    seen = await town.http.get(f"/v1/reports/{number}", headers=token)
    headers = {**token, "If-Match": seen.headers["ETag"]}
    answered = await town.http.post(f"/v1/reports/{number}/reply", json={"text": text}, headers=headers)
    assert answered.is_success, answered.text
    town.clock.let_an_answer_out()
    return seen


async def _rows(town: Town, *names: str) -> list[int]:
    def read(conn: Connection) -> list[int]:
        return [len(conn.execute(select(tables.metadata.tables[name])).all()) for name in names]

    return await town.wiring.store.read(read)


async def _empty(town: Town, *names: str) -> None:
    """Waits until these tables have no row."""
    for _ in range(2500):
        if not any(await _rows(town, *names)):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("something is left")


# ── Discreet ─────────────────────────────────────────────────────────────────────────────────────────────────
async def test_whoever_is_afraid_gets_an_order_number_a_nudge_and_after_it_the_answer(town: Town) -> None:
    await town.sms(NUMBER, SECRETLY)
    (first,) = await town.texted(NUMBER)
    code = _digits(first, 6)
    seen = await _answer(town, "تعال الى المركز باچر")
    assert seen.json()["report"]["reachable"] == "nudge"
    nudge = (await town.texted(NUMBER, 2))[1]
    assert segments.count(nudge).parts == 1
    assert not any(word in text for text in (first, nudge) for word in (*TELLING, code if text is nudge else "\0"))
    await town.sms(NUMBER, "شنو هاي الرسالة")
    decoy = (await town.texted(NUMBER, 3))[2]
    assert "المركز" not in decoy
    await town.sms(NUMBER, code)
    await town.until(lambda: any("تعال الى المركز باچر" in text for text in town.twilio.texts(NUMBER)[3:]))


async def test_what_comes_without_the_word_is_marked_for_staff_and_answered_by_nobody(town: Town) -> None:
    await town.sms(NUMBER, SECRETLY)
    await town.texted(NUMBER)
    number, office, desk = await _only(town)
    await town.sms(NUMBER, "منو هذا شتريدون منها")
    await town.texted(NUMBER, 2)
    await town.settled()
    token = await _token(town, office, desk)
    listed = (await town.http.get("/v1/reports", headers=token)).json()["reports"]
    marked = {row["number"]: (row["unsaid"], row["reachable"]) for row in listed}
    assert marked.pop(number) == (False, "nudge")
    assert list(marked.values()) == [(True, "no")]


@pytest.mark.slow
async def test_grave_words_without_the_word_ring_the_desk_and_not_the_phone(town: Town) -> None:
    await town.tell(CHAT, SECRETLY)
    await town.told(CHAT)
    _, office, desk = await _only(town)
    await town.on_duty(office, Desk(desk), Role.COORDINATOR, OFFICER)
    await town.tell(CHAT, "هسه رمي قوي وجرحى بحي العامل")
    await town.until(lambda: bool(town.telegram.texts(OFFICER)))
    decoy = (await town.told(CHAT, 2))[1]
    assert not any(word in decoy for word in (*TELLING, "911"))
    assert all(params.get("disable_notification") == "true" for params in town.telegram.sent(CHAT)[1:])
    assert "جرحى" not in town.telegram.texts(OFFICER)[0]


async def _report(town: Town, *columns: str, locked: bool) -> Any:
    def read(conn: Connection) -> Any:
        which = tables.reports.c.reachable == "no" if locked else tables.reports.c.reachable != "no"
        return conn.execute(select(*(tables.reports.c[name] for name in columns)).where(which)).one()

    return await town.wiring.store.read(read)


async def test_an_emergency_that_comes_later_without_the_word_is_one_on_the_desk(town: Town) -> None:
    await town.sms(NUMBER, SECRETLY)
    await town.texted(NUMBER)
    await town.sms(NUMBER, "منو انتم")
    await town.texted(NUMBER, 2)
    before = await _report(town, "urgency", "opened_at", "due_at", locked=True)
    assert (before.urgency, before.due_at - before.opened_at) == (0, timedelta(hours=72))
    await town.sms(NUMBER, "هسه رمي قوي وجرحى بالشعلة الحقونا")
    decoy = (await town.texted(NUMBER, 3))[2]
    assert not any(word in decoy for word in (*TELLING, "911"))
    after = await _report(town, "urgency", "opened_at", "due_at", locked=True)
    assert after.urgency == 2
    assert after.due_at - after.opened_at < timedelta(minutes=20)


async def test_an_office_that_is_named_without_the_word_cannot_be_given_what_names_it(town: Town) -> None:
    await town.sms(NUMBER, "زوجي يضربني بالشعلة محد يدري")
    await town.texted(NUMBER)
    await town.sms(NUMBER, "منو انتم وشنو تريدون من مرتي")
    await town.texted(NUMBER, 2)
    await town.sms(NUMBER, "زوجي اخوه ضابط بمركز شرطة الكرادة")
    assert "مركز" not in (await town.texted(NUMBER, 3))[2]
    number, office, desk = await _report(town, "number", "office", "desk", locked=True)
    token = await _token(town, office, desk)
    seen = await town.http.get(f"/v1/reports/{number}", headers=token)
    headers = {**token, "If-Match": seen.headers["ETag"]}
    given = await town.http.post(
        f"/v1/reports/{number}/assign", json={"office": "BG-karrada", "desk": "women"}, headers=headers
    )
    assert given.status_code == 409


async def _hears(town: Town, text: str, number: str = NUMBER) -> str:
    """What this number is told when it writes this."""
    told = len(town.twilio.texts(number))
    await town.sms(number, text)
    await town.until(lambda: len(town.twilio.texts(number)) > told)
    await town.settled()
    return "\n".join(town.twilio.texts(number)[told:])


async def test_whoever_tries_many_codes_at_once_has_tried_them_all(town: Town) -> None:
    code = _digits(await _hears(town, SECRETLY), 6)
    for first in (100001, 100005):
        await _hears(town, " ".join(str(first + step) for step in range(4)))
    assert "قفل" not in await _hears(town, f"111111 222222 333333 {code}")
    town.clock.ahead += timedelta(minutes=66)  # an hour, and the slot that it began in
    assert "قفل" in await _hears(town, code)


async def test_a_word_that_strangers_begin_with_opens_nothing_and_another_is_asked_for(town: Town) -> None:
    code = _digits(await _hears(town, SECRETLY), 6)
    await _hears(town, code)
    refused = await _hears(town, "كلمتي شنو")
    assert "كلمة أخرى" in refused
    assert not any(word in refused for word in TELLING)
    await _hears(town, "قفل")
    assert "رسالتك" not in await _hears(town, "شنو هاي الرسالة")


@pytest.mark.slow
async def test_words_of_fear_in_an_edit_hide_what_was_told(town: Town) -> None:
    await town.update(updates.said(CHAT, THEFT, 61))
    await town.told(CHAT)
    await town.update(updates.edited(CHAT, f"{THEFT} محد يدري لا تگولون اسمي", 61))
    order = (await town.told(CHAT, 2))[1]
    assert len(_digits(order, 6)) == 6
    seen = await _answer(town, "ماطورك بالمركز")
    assert seen.json()["report"]["reachable"] == "nudge"
    nudge = (await town.told(CHAT, 3))[2]
    assert not any(word in nudge for word in (*TELLING, "المركز"))


@pytest.mark.slow
async def test_one_of_two_becomes_private_and_a_stranger_still_learns_nothing_of_the_other(town: Town) -> None:
    code = _digits(await _hears(town, SECRETLY), 6)
    await _hears(town, code)
    await _hears(town, "جارنا يبيع مخدرات بالكرادة محد يدري بيه")
    assert len(_digits(await _hears(town, "سري"), 16)) == 16
    town.clock.ahead += timedelta(minutes=35)
    decoy = await _hears(town, "هلو")
    assert not any(word in decoy for word in (*TELLING, "منتدى", "حالة"))
    assert "قفل" in await _hears(town, code)


@pytest.mark.slow
async def test_a_private_talk_beside_discretion_is_private_and_lock_ends_it(town: Town) -> None:
    code = _digits(await _hears(town, SECRETLY), 6)
    for text in (code, "جديد", "سري"):
        await _hears(town, text)
    town.clock.ahead += timedelta(minutes=12)
    long = _digits(await _hears(town, "جارنا يبيع مخدرات بالكرادة قرب المدرسة"), 16)
    assert await _rows(town, "reports", "report_contacts") == [2, 1]
    await _hears(town, "قفل")
    for text in ("حالة", "شنو هاي الرسالة"):
        decoy = await _hears(town, text)
        assert not any(word in decoy for word in (*TELLING, "رسالتك"))
    assert "قفل" in await _hears(town, code)
    page = await town.http.post("/r/case", data={"code": long, "lang": "ar"})
    assert page.is_success


# ── Private ──────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_private_report_by_sms_is_found_again_by_its_code_from_any_phone_and_the_web(town: Town) -> None:
    await town.sms(NUMBER, "سري")
    await town.texted(NUMBER)
    await town.sms(NUMBER, THEFT)
    code = _digits((await town.texted(NUMBER, 2))[1], 16)
    seen = await _answer(town, "نرجو المراجعة غدا")
    assert seen.json()["report"]["reachable"] == "pull"
    assert await _rows(town, "senders", "conversations", "report_contacts") == [0, 0, 0]
    await town.settled()
    assert len(town.twilio.texts(NUMBER)) == 2  # nothing is sent to them unasked
    await town.sms(OTHER, code)
    await town.until(lambda: any("نرجو المراجعة غدا" in text for text in town.twilio.texts(OTHER)))
    page = await town.http.post("/r/case", data={"code": code, "lang": "ar"})
    assert "نرجو المراجعة غدا" in page.text
    assert await _rows(town, "senders", "conversations", "report_contacts") == [0, 0, 0]


@pytest.mark.slow
async def test_half_an_hour_later_nothing_of_a_private_talk_is_left_and_what_comes_is_private_again(town: Town) -> None:
    await town.sms(NUMBER, "سري")
    await town.texted(NUMBER)
    await town.sms(NUMBER, THEFT)
    await town.texted(NUMBER, 2)
    await town.settled()
    assert await _rows(town, "talks", "contacts") == [1, 1]
    town.clock.ahead += timedelta(minutes=31)
    await _empty(town, "contacts", "outbox", "traces")
    assert await _rows(town, "talks", "reports") == [1, 1]
    await town.sms(NUMBER, "هم سرقوا سيارتي من باب البيت")
    again = (await town.texted(NUMBER, 3))[2]
    assert len(_digits(again, 16)) == 16
    assert await _rows(town, "reports", "senders", "conversations", "report_contacts") == [2, 0, 0, 0]
    await town.settled()  # what waits beyond the keys that are made ahead is tried again much later
    town.clock.ahead += timedelta(hours=26)
    await _empty(town, "talks", "contacts", "outbox", "traces")


@pytest.mark.slow
async def test_in_a_private_chat_theirs_go_at_once_and_the_code_after_ten_minutes(town: Town) -> None:
    mine = town.telegram.chats
    await _says(town, "سري", 1)
    await town.told(CHAT)
    await _says(town, THEFT, 2)
    await town.until(lambda: any(re.search(r"\d{4}", text) for text in town.telegram.texts(CHAT)[1:]))
    await town.until(lambda: len(list(mine.standing(CHAT))) == len(town.telegram.texts(CHAT)))
    town.clock.ahead += timedelta(minutes=11)
    await town.until(lambda: list(mine.standing(CHAT)) == [])
    await _empty(town, "traces")


@on_both
@pytest.mark.slow
async def test_the_order_number_goes_after_ten_minutes_though_she_began_to_talk_in_private_meanwhile(
    town: Town,
) -> None:
    mine = town.telegram.chats
    await _says(town, SECRETLY, 1)
    code = _digits((await town.told(CHAT))[0], 6)
    for number, (said, told) in enumerate(((code, 3), ("جديد", 4), ("سري", 5)), start=2):
        await _says(town, said, number)
        await town.told(CHAT, told)
    town.clock.ahead += timedelta(minutes=11)
    await town.until(lambda: list(mine.standing(CHAT)) == [])


async def _says(town: Town, text: str, number: int) -> None:
    """Somebody writes, and it stands in their chat; Telegram brings it by the hook."""
    await asyncio.to_thread(town.telegram.push, updates.said(CHAT, text, number))
