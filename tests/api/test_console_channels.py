"""What the channels bring, as staff see it: who tells it, in how many pieces, how often, and how an answer fared."""

import itertools
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from api.console import LOCALES
from api.console.words import load
from bot.vocabulary import Channel, Delivery, Desk, Locale, Role
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing.fates import Why
from storage.tables import outbox, parts, report_contacts, reports
from storage.words import content
from tests.api.house import House, build
from tests.api.test_console import Seat, seat
from tests.databases import on_sqlite_mostly, sqlite_mostly
from tests.staffing import Filed

pytestmark = sqlite_mostly

N, ELDER = "BG-4F7K2", "BG-0ELD1"


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(store, keyring, now)


async def said(house: House, number: str, *bodies: Mapping[str, Any]) -> None:
    """Further utterances of a report, a second apart, as settling keeps them."""

    def write(conn: Any) -> None:
        report = conn.execute(select(reports.c.id).where(reports.c.number == number)).scalar_one()
        for step, body in enumerate(bodies):
            whole = {"text": "", "point": None, "media": [], "edit": False, **body}
            at = house.now - timedelta(minutes=5) + timedelta(seconds=step)
            content.add_part(conn, house.keyring, report=report, kind="utterance", body=whole, at=at)

    await house.store.write(write)


async def _page(house: House, *bodies: Mapping[str, Any], filed: Filed | None = None) -> str:
    zainab = await seat(house)
    await house.file(filed or Filed(N))
    await said(house, N, *bodies)
    status, page = await zainab.get(f"/reports/{N}")
    assert status == 200
    return page


async def test_an_edited_message_shows_its_last_words_and_folds_those_before(house: House) -> None:
    """Group 9."""
    page = await _page(house, {"text": "يم الجسر", "own": "m"}, {"text": "يم المدرسة", "own": "m", "edit": True})
    assert page.index("يم المدرسة") < page.index("<details><summary>ما كان قبل التعديل") < page.index("يم الجسر")


async def test_a_flood_is_one_line_with_its_count(house: House) -> None:
    """Group 53."""
    page = await _page(house, *({"text": "وينكم"} for _ in range(37)))
    assert page.count("وينكم") == 1
    assert '<bdi dir="ltr">×37</bdi>' in page


async def test_an_sms_in_parts_says_how_many_have_come(house: House) -> None:
    """Group 36."""
    pieces = [{"text": f"جزء{n} ", "fragment": {"of": "w", "index": n, "total": 3}} for n in (3, 1)]
    page = await _page(house, *pieces)
    assert "جزء1  […] جزء3" in page
    assert "وصل 2 من 3 أجزاء" in page
    await said(house, N, {"text": "جزء2 ", "fragment": {"of": "w", "index": 2, "total": 3}})
    assert "وصل في 3 أجزاء" in (await (await seat(house, name="سارة")).get(f"/reports/{N}"))[1]


async def test_what_was_forwarded_moved_or_wordless_is_called_so(house: House) -> None:
    """Groups 11 to 13."""
    page = await _page(
        house,
        {"text": "كلام غيري", "forwarded": True},
        {"gesture": "contact"},
        {"point": {"lat": 33.3, "lon": 44.4}, "live": True},
    )
    for words in ("كلام منقول من غيره", "بطاقة شخص؛ لم يُقرأ منها شيء", "موقع متحرك، آخر مكان:"):
        assert words in page
    assert '<bdi dir="ltr">33.30000, 44.40000</bdi>' in page


async def test_of_whoever_shares_where_they_are_it_is_not_said_that_they_edited_words(house: House) -> None:
    """Group 9."""
    page = await _page(house, {"point": {"lat": 33.3, "lon": 44.4}, "live": True, "edit": True, "own": "m"})
    assert "موقع متحرك، آخر مكان:" in page
    assert "عدّل ما كتبه سابقاً" not in page


async def test_a_stranger_steers_no_line_by_what_turns_text_around(house: House) -> None:
    """Group 39: also in earlier wordings and counted lines; Latin digits and numbers keep their order."""
    trick = "ادفع \u202e10 الاف\u202c الى \u2067NI-4F7K2\u2069"
    page = await _page(
        house, {"text": trick, "own": "m"}, {"text": f"{trick}؟", "own": "m"}, {"text": trick}, {"text": trick}
    )
    bodies = re.findall(r'<bdi class="text" dir="auto">(.*?)</bdi>', page, re.DOTALL)
    assert sum("10 الاف" in body for body in bodies) == 3
    assert not any(re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", body) for body in bodies)
    assert f'<bdi dir="ltr">{N}</bdi>' in page


async def test_who_tells_it_and_who_must_read_it_is_on_the_list_and_on_the_page(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N))

    def mark(conn: Any) -> None:
        row = conn.execute(select(parts).where(parts.c.kind == "card")).one()
        card = {**content.open_part(house.keyring, row), "behalf": True, "speaker": "tr", "forwarded": False}
        at = house.now - timedelta(minutes=1)
        content.add_part(conn, house.keyring, report=row.report, kind="card", body=card, at=at)

    await house.store.write(mark)
    for path in ("/", f"/reports/{N}"):
        _, page = await zainab.get(path)
        assert "يحتاج من يقرأ" in page
        assert "يحكي عن شخص آخر" in page


# ── Joined ───────────────────────────────────────────────────────────────────────────────────────────────────
async def _joined(house: House, *, desk: Desk = Desk.GENERAL) -> Seat:
    zainab = await seat(house)
    await house.file(
        Filed(ELDER, said=("انباك الماطور",), age=timedelta(hours=2)), Filed(N, said=("لونه احمر",), desk=desk)
    )

    def join(conn: Any) -> None:
        elder = conn.execute(select(reports.c.id).where(reports.c.number == ELDER)).scalar_one()
        ended = {"status": "closed", "closed_at": house.now, "close_reason": "joined"}
        conn.execute(update(reports).where(reports.c.number == N).values(joined=elder, **ended))

    await house.store.write(join)
    return zainab


async def test_what_was_joined_is_read_in_the_elder_and_leads_there(house: House) -> None:
    zainab = await _joined(house)
    _, elder = await zainab.get(f"/reports/{ELDER}")
    assert elder.index("انباك الماطور") < elder.index("لونه احمر")
    assert f'<bdi dir="ltr" class="number">{N}</bdi>' in elder
    _, newer = await zainab.get(f"/reports/{N}")
    assert f'href="/reports/{ELDER}"' in newer
    assert "ضُمّ إلى بلاغ آخر" in newer


async def test_what_was_joined_at_another_desk_is_not_shown_in_the_elder(house: House) -> None:
    """Group 51: not even to somebody who works at both desks."""
    zainab = await _joined(house, desk=Desk.MEDIATION)
    _, elder = await zainab.get(f"/reports/{ELDER}")
    assert "لونه احمر" not in elder
    assert N not in elder
    _, newer = await zainab.get(f"/reports/{N}")
    assert "لونه احمر" in newer
    assert ELDER not in newer


# ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────
async def _answered(house: House, filed: Filed) -> Seat:
    zainab = await seat(house)
    await house.file(filed)
    assert (await zainab.post("reply", text="سنأتي غداً", stage="send"))[0] == 303
    return zainab


@pytest.mark.parametrize(
    ("state", "delivery", "words"),
    [
        ("pending", 0, "لم يُرسل بعد"),
        ("sent", Delivery.QUEUED, "أُرسل"),
        ("sent", Delivery.DELIVERED, "وصل إلى الهاتف"),
        ("sent", Delivery.READ, "وصل إلى الهاتف"),
        ("sent", Delivery.FAILED, "لم تستطع شركة الاتصال إيصاله"),
        ("dead", 0, "لم يمكن إرساله"),
    ],
)
@on_sqlite_mostly
async def test_an_answer_says_how_far_it_has_come(house: House, state: str, delivery: int, words: str) -> None:
    """Group 45: and never that it was read."""
    zainab = await _answered(house, Filed(N))
    ended = {"state": state, "delivery": int(delivery), "sealed": None} if state != "pending" else {"state": state}
    await house.store.write(lambda c: c.execute(update(outbox).values(**ended)))
    _, page = await zainab.get(f"/reports/{N}")
    assert f'<p class="arrival">{words}</p>' in page


@pytest.mark.parametrize(
    ("state", "reason", "why"),
    [
        ("dead", "blocked", "أوقف صاحبه المحادثة"),
        ("dead", "unknown_chat", "الرقم أو الحساب غير موجود"),
        ("dead", "unreachable", "الرقم أو الحساب غير موجود"),
        ("dead", "refused", "رفضته شركة الاتصال"),
        ("dead", "stopped", "طلب صاحب البلاغ ألا نكتب له"),
        ("dead", "muted", "طلب صاحب البلاغ ألا نكتب له"),
        ("dead", "expired", "حاولنا 72 ساعة ثم توقفنا"),
        ("dead", "misconfigured", "العطل عندنا"),
        ("dead", None, "لم تقل شركة الاتصال لماذا"),
        ("sent", "carrier_down", "كان الهاتف مغلقا"),
        ("sent", "+9647700000012 queue full", "لم تقل شركة الاتصال لماذا"),
    ],
)
@on_sqlite_mostly
async def test_an_answer_that_did_not_arrive_says_why_and_what_to_do(
    house: House, state: str, reason: str | None, why: str
) -> None:
    zainab = await _answered(house, Filed(N))
    ended = {"state": state, "delivery": int(Delivery.FAILED), "reason": reason, "sealed": None}
    await house.store.write(lambda c: c.execute(update(outbox).values(**ended)))
    _, page = await zainab.get(f"/reports/{N}")
    (said,) = re.findall(r'<p class="hint why">([^<]+)</p>', page)
    assert why in said
    assert "queue" not in page
    assert "+964" not in said


@pytest.mark.parametrize(("state", "delivery"), [("pending", 0), ("sent", 0), ("sent", Delivery.DELIVERED)])
async def test_an_answer_that_may_still_arrive_says_no_reason(house: House, state: str, delivery: int) -> None:
    zainab = await _answered(house, Filed(N))
    ended = {"state": state, "delivery": int(delivery), "reason": "carrier_down"}
    await house.store.write(lambda c: c.execute(update(outbox).values(**ended, sealed=None)))
    assert 'class="hint why"' not in (await zainab.get(f"/reports/{N}"))[1]


def test_every_reason_is_said_in_every_language_with_what_to_do() -> None:
    spoken = load(LOCALES)
    for why, locale in itertools.product(Why, Locale):
        said = spoken[locale].text(f"why.{why.value}") % {"hours": 72}
        assert not said.startswith("why."), (why, locale)
        assert len(re.findall(r"[.:]\s|[.]$", said)) >= 2, said  # what happened, and what to do


async def test_an_answer_to_whoever_has_no_address_is_kept_and_waits_for_their_code(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N, channel=Channel.WEB, reachable="pull"))
    await house.store.write(lambda c: c.execute(report_contacts.delete()))
    _, before = await zainab.get(f"/reports/{N}")
    assert "لا عنوان لصاحب البلاغ" in before
    assert (await zainab.post("reply", text="سنأتي غداً", stage="send"))[0] == 303
    _, page = await zainab.get(f"/reports/{N}")
    assert "سنأتي غداً" in page
    assert '<p class="arrival">ينتظر صاحب البلاغ: يقرؤه حين يعود برمزه</p>' in page
    assert "/undo" not in page
    assert await house.store.read(lambda c: c.execute(select(outbox)).all()) == []


async def test_an_answer_that_was_taken_back_says_nothing_of_its_way(house: House) -> None:
    zainab = await _answered(house, Filed(N))
    assert (await zainab.post("undo", version=2))[0] == 303
    _, page = await zainab.get(f"/reports/{N}")
    assert 'class="arrival"' not in page


async def test_a_long_answer_by_sms_says_its_parts_before_it_is_sent(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N))
    _, page = await zainab.post("reply", text="ا" * 300, stage="preview")
    assert "<output>5 رسائل SMS</output>" in page


async def test_latin_letters_are_previewed_as_they_cost_behind_arabic_words(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N, language="en"))
    _, page = await zainab.post("reply", text="a" * 300, stage="preview")
    assert "<output>5 رسائل SMS</output>" in page


async def test_who_comes_with_a_code_from_any_phone_is_written_no_more_than_sms_carries(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N, channel=Channel.WEB, reachable="pull"))
    for stage in ("preview", "send"):
        status, page = await zainab.post("reply", text="ا" * 600, stage=stage)
        assert (status, "9 أجزاء" in page) == (422, True)


@pytest.mark.parametrize(
    ("letters", "status", "said"), [(160, 200, ""), (300, 200, "كل جزء رسالة مدفوعة"), (1200, 422, "9 أجزاء")]
)
async def test_a_long_answer_by_sms_is_warned_of_and_one_that_no_gateway_joins_is_not_sent(
    house: House, letters: int, status: int, said: str
) -> None:
    zainab = await seat(house)
    await house.file(Filed(N))
    text = "ا" * letters
    got, page = await zainab.post("reply", text=text, stage="preview")
    assert got == status
    assert text in page
    assert ("كل جزء رسالة مدفوعة" in page) == (letters == 300)
    assert said in page


async def test_what_no_gateway_joins_is_refused_without_a_preview_too_and_its_draft_stays(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N))
    text = "ا" * 1200
    got, page = await zainab.post("reply", text=text, stage="send")
    assert got == 422
    assert "9 أجزاء" in page
    assert re.search(rf"<textarea[^>]*>\s*{text}", page)
    headers = {**await house.bearer(await house.hire("سعاد", Role.COORDINATOR)), "If-Match": '"1"'}
    async with house.client() as http:
        given = await http.post(f"/v1/reports/{N}/reply", json={"text": text}, headers=headers)
    assert (given.status_code, given.headers["Content-Language"]) == (422, "ar")
    assert "9 أجزاء" in given.json()["detail"]


async def test_an_answer_by_whatsapp_has_no_parts_and_no_limit_of_them(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N))

    def by_whatsapp(conn: Any) -> None:
        row = conn.execute(select(parts).where(parts.c.kind == "card")).one()
        card = {**content.open_part(house.keyring, row), "app": "whatsapp"}
        content.add_part(conn, house.keyring, report=row.report, kind="card", body=card, at=house.now)

    await house.store.write(by_whatsapp)
    status, page = await zainab.post("reply", text="ا" * 1200, stage="preview")
    assert status == 200
    assert '<p class="hint">واتساب</p>' in page
    assert "رسائل SMS" not in page
