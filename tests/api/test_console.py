"""The console's pages: what they show, how they keep what was typed, and that no word is missing."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from api.console import words
from api.console.render import LANGUAGE_COOKIE
from api.console.words import shown
from bot.vocabulary import Category, Channel, Desk, Language, Locale, Role, Status, Urgency
from storage.casework import acts, cases
from storage.casework.acts import Act
from storage.casework.cases import Reason
from storage.database.engine import Store
from storage.keys import Keyring
from storage.tables import dead_letters, outbox, reports
from tests.api.house import LOCALES, House, build
from tests.staffing import BAGHDAD, Filed

N = "BG-4F7K2"
CONSOLE = Path(__file__).resolve().parents[2] / "api" / "console"


@pytest.fixture
async def house(sqlite_store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(sqlite_store, keyring, now)


class Seat:
    """A person at their desk: a session, its form token, and a browser."""

    def __init__(self, house: House, person: str, token: str, form_token: str) -> None:
        self.house, self.person, self.token, self.form_token = house, person, token, form_token

    async def get(self, path: str, **cookies: str) -> tuple[int, str]:
        """Looks at a page."""
        async with self.house.client(self.token) as http:
            for name, value in cookies.items():
                http.cookies.set(name, value)
            given = await http.get(path)
        return given.status_code, given.text

    async def post(self, step: str, *, version: int = 1, number: str = N, **fields: str) -> tuple[int, str]:
        """Sends a form; gives the status, and the page or where it leads."""
        data = {"form_token": self.form_token, "version": str(version), **fields}
        async with self.house.client(self.token) as http:
            given = await http.post(f"/reports/{number}/{step}", data=data)
        return given.status_code, given.headers.get("location", given.text)


async def seat(house: House, role: Role = Role.COORDINATOR, name: str = "زينب") -> Seat:
    """Somebody who has logged in."""
    person = await house.hire(name, role)
    token = await house.session(person)
    return Seat(house, person, token, await house.form_token(token))


# ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_list_speaks_arabic_from_right_to_left_and_renews_itself(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N, said=("سرقوا دراجتي",)))
    status, page = await zainab.get("/")
    assert status == 200
    assert '<html lang="ar" dir="rtl">' in page
    assert '<meta http-equiv="refresh" content="60">' in page
    assert '<bdi class="excerpt" dir="auto">سرقوا دراجتي</bdi>' in page
    assert f'<bdi dir="ltr">{N}</bdi>' in page
    assert "الكرادة" in page
    assert "قبل 12 دقيقة" in page
    assert "<script" not in page
    assert "style=" not in page


async def test_an_alarm_shows_until_somebody_takes_it(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N, urgency=Urgency.EMERGENCY, category="kidnapping"))
    assert "بلاغ طارئ لم يتولّه أحد" in (await zainab.get("/"))[1]
    assert (await zainab.post("claim")) == (303, f"/reports/{N}?done=claim#main")
    assert 'class="alarm"' not in (await zainab.get("/"))[1]


async def test_a_late_report_says_how_late(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N, due_in=timedelta(minutes=-125)))
    assert "متأخر ساعتين" in (await zainab.get("/"))[1]


async def test_tabs_and_filters_lead_to_their_reports(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N), Filed("BG-00002", desk=Desk.MEDIATION), Filed("BG-00003", status=Status.CLOSED))
    for query, numbers in (
        ("", {N, "BG-00002"}),
        ("?desk=mediation", {"BG-00002"}),
        ("?status=closed", {"BG-00003"}),
        ("?mine=1", set()),
        ("?urgency=emergency", set()),
        ("?desk=nonsense&status=x&urgency=9&cursor=%00", {N, "BG-00002"}),
    ):
        assert set(re.findall(r"BG-\w{5}(?=</bdi>)", (await zainab.get(f"/{query}"))[1])) == numbers, query


async def test_further_pages_follow(house: House) -> None:
    zainab = await seat(house)
    await house.file(*(Filed(f"BG-1{n:04}") for n in range(26)))
    _, first = await zainab.get("/")
    (more,) = re.findall(r'href="(/\?cursor=[^"]+)"', first)
    _, second = await zainab.get(more)
    seen = [set(re.findall(r"BG-\w{5}(?=</bdi>)", page)) for page in (first, second)]
    assert [len(page) for page in seen] == [25, 1]
    assert not seen[0] & seen[1]


async def test_who_has_no_desk_is_told_whom_to_ask(house: House) -> None:
    admin = await seat(house, Role.ADMINISTRATOR)
    assert "لا تعمل بعد في أي قسم" in (await admin.get("/"))[1]


# ── A report ─────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_report_shows_what_was_said_what_was_understood_and_why(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N, said=("سرقوا دراجتي", "لونها حمراء"), why=("سرقوا",)))
    _, page = await zainab.get(f"/reports/{N}")
    assert '<bdi class="text" dir="auto">سرقوا دراجتي</bdi>' in page
    assert page.index("سرقوا دراجتي") < page.index("لونها حمراء")
    assert '<bdi dir="ltr">91%</bdi>' in page
    assert '<bdi dir="auto">سرقوا</bdi>' in page


async def test_a_strangers_words_are_words_and_steer_nothing(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N, said=('<script>alert(1)</script> "x" \u202eabc\u2066',)))
    for path in ("/", f"/reports/{N}"):
        _, page = await zainab.get(path)
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert not set("\u202e\u2066") & set(page)


async def test_a_reply_is_shown_as_it_will_arrive_and_then_sent(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N))
    text = "وصلنا بلاغك عن الدراجة، وسنتابع الأمر مع أصحاب المحال القريبة. شكراً لك على ثقتك."
    status, page = await zainab.post("reply", text=text, stage="preview")
    assert status == 200
    assert f"رد على رسالتك: {text.replace('ً', '')}" in page or text in page
    assert "رسالتا SMS" in page
    assert await _parcels(house) == 0
    _, again = await zainab.post("reply", text=text, stage="edit")
    assert f">{text}</textarea>" in again
    assert await zainab.post("reply", text=text, stage="send") == (303, f"/reports/{N}?done=reply#main")
    assert await _parcels(house) == 1
    _, after = await zainab.get(f"/reports/{N}?done=reply")
    assert "حُفظ ردك" in after
    assert "رد زينب" in after


async def _parcels(house: House) -> int:
    return len(await house.store.read(lambda c: c.execute(select(outbox.c.id)).all()))


async def test_who_cannot_be_reached_gets_no_form(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N, reachable="no"))
    _, page = await zainab.get(f"/reports/{N}")
    assert "لم يترك صاحب البلاغ وسيلة" in page
    status, page = await zainab.post("reply", text="x", stage="send")
    assert (status, "اكتب ملاحظة لزملائك" in page) == (422, True)


async def test_the_second_to_save_keeps_what_was_typed(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N))
    await zainab.post("claim")
    status, page = await zainab.post("note", version=1, text="ملاحظتي الطويلة")
    assert status == 409
    assert "تغيّر البلاغ قبل أن تحفظ" in page
    assert ">ملاحظتي الطويلة</textarea>" in page
    assert 'name="version" value="2"' in page
    assert (await zainab.post("note", version=2, text="ملاحظتي الطويلة"))[0] == 303


@pytest.mark.parametrize(
    ("step", "fields", "says"),
    [
        ("note", {"text": " "}, "لم تكتب شيئاً"),
        ("reply", {"text": "x" * 2001, "stage": "preview"}, "النص أطول"),
        ("status", {"status": "closed"}, "اختر غيرها"),
        ("status", {"status": "x"}, "اختر غيرها"),
        ("assign", {"target": "nowhere/general"}, "اختر من القائمة"),
        ("assign", {"target": "x"}, "اختر من القائمة"),
        ("close", {"reason": "x"}, "اختر سبب الإغلاق"),
        ("refer", {"body": ""}, "لم تكتب شيئاً"),
        ("reopen", {}, "اختر غيرها"),
    ],
)
async def test_what_cannot_be_done_is_said_with_what_to_do(
    house: House, step: str, fields: dict[str, Any], says: str
) -> None:
    zainab = await seat(house)
    await house.file(Filed(N))
    status, page = await zainab.post(step, **fields)
    assert status == 422
    assert says in page


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 400, "1.0"])
async def test_a_form_without_its_version_is_no_form_of_ours(house: House, version: str) -> None:
    zainab = await seat(house)
    await house.file(Filed(N))
    async with house.client(zainab.token) as http:
        form = {"form_token": zainab.form_token, "version": version}
        assert (await http.post(f"/reports/{N}/claim", data=form)).status_code == 400


async def test_a_case_is_worked_to_its_end_by_forms_alone(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N))
    steps: list[tuple[str, dict[str, Any]]] = [
        ("claim", {}),
        ("note", {"text": "ملاحظة"}),
        ("status", {"status": "in_progress"}),
        ("refer", {"body": "الكهرباء", "text": "إنارة"}),
        ("close", {"reason": "resolved"}),
        ("reopen", {}),
        ("assign", {"target": f"{BAGHDAD}/general"}),
    ]
    for version, (step, fields) in enumerate(steps, start=1):
        status, leads = await zainab.post(step, version=version, **fields)
        assert status == 303, (step, leads)
        if step != "assign":
            assert (await zainab.get(leads))[0] == 200
    assert (await zainab.get(f"/reports/{N}"))[0] == 404
    assert "نُقل البلاغ" in (await zainab.get("/?done=assign"))[1]


async def test_an_erased_report_shows_that_and_takes_no_more_words(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N, status=Status.CLOSED))
    erase = update(reports).values(erased_at=house.now, close_reason="erased", reachable="no")
    await house.store.write(lambda c: c.execute(erase))
    _, page = await zainab.get("/?status=closed")
    assert "مُحي بطلب صاحبه" in page
    status, page = await zainab.post("note", text="x")
    assert (status, "مُحي هذا البلاغ" in page) == (422, True)


async def test_an_auditor_reads_no_words_and_finds_no_forms(house: House) -> None:
    auditor = await seat(house, Role.AUDITOR)
    await house.file(Filed(N, said=("canary",)))
    for path in ("/", f"/reports/{N}"):
        _, page = await auditor.get(path)
        assert "canary" not in page
        assert "النص محجوب عن دورك" in page
    assert "<textarea" not in page
    assert "دورك يتيح لك القراءة فقط" in page


async def test_unreadable_messages_show_channel_time_and_reason_only(house: House) -> None:
    boss = await seat(house, Role.SUPERVISOR)
    assert "كل ما وصل قُرئ" in (await boss.get("/dead-letters"))[1]
    row = {"id": "1", "dedup": b"1", "channel": "sms", "received_at": house.now, "reason": "bad_json"}
    sealed = {"sealed": b"canary", "wrapped": b"canary", "epoch": "2026-11"}
    await house.store.write(lambda c: c.execute(dead_letters.insert().values(**row, **sealed)))
    _, page = await boss.get("/dead-letters")
    assert "bad_json" in page
    assert "canary" not in page


async def test_numbers_that_no_report_has_are_not_found(house: House) -> None:
    zainab = await seat(house)
    for number in ("x", "%00", "ب", "%E2%80%AE", "A" * 500):
        assert (await zainab.get(f"/reports/{number}"))[0] == 404, number


# ── Words ────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("locale", list(Locale))
async def test_no_page_shows_a_bare_key_in_any_language(house: House, locale: Locale) -> None:
    zainab = await seat(house)
    await house.file(Filed(N, urgency=Urgency.HIGH), Filed("BG-00002", status=Status.CLOSED))
    for step, text in ((cases.reply, "جواب"), (cases.note, "ملاحظة")):
        opened = await house.store.read(lambda c: c.execute(select(reports.c.version)).scalars().first())
        act = Act(zainab.person, N, int(opened or 0), house.now)
        await house.store.write(lambda c, step=step, act=act, text=text: step(c, house.keyring, act, text))  # type: ignore[misc]
    cookie = {LANGUAGE_COOKIE: locale.value}
    for path in ("/", f"/reports/{N}", "/reports/BG-00002", "/reports/absent", "/dead-letters", "/login"):
        _, page = await zainab.get(path, **cookie)
        visible = re.sub(r"<[^>]*>", " ", page)
        assert not re.findall(r"\b[a-z_]{3,}\.[a-z_]{2,}\b", visible), path
        assert f'lang="{locale.value}"' in page


@pytest.mark.parametrize("locale", list(Locale))
def test_every_code_has_a_name(locale: Locale) -> None:
    known = _keys(locale)
    wanted = {
        *(f"category.{code.value}" for code in Category),
        *(f"desk.{code.value}" for code in Desk),
        *(f"status.{code.value}" for code in Status),
        *(f"urgency.{code.name.lower()}" for code in Urgency),
        *(f"language.{code.value}" for code in Language),
        *(f"channel.{code.value}" for code in Channel),
        *(f"reason.{code.value}" for code in (*Reason,)),
    }
    assert wanted <= known


def test_every_key_in_templates_and_refusals_is_in_the_catalogue() -> None:
    known = _keys(Locale.AR)
    templates = "".join(path.read_text(encoding="utf-8") for path in (CONSOLE / "templates").glob("*.html"))
    used = set(re.findall(r"""\b_\('([a-z_.]+?)'(?! ~)""", templates))
    used |= set(re.findall(r"""ngettext\('([a-z_.]+)'""", templates))
    sources = [*CONSOLE.glob("*.py"), *(Path(module.__file__ or "") for module in (acts, cases))]
    for path in sources:
        used |= set(re.findall(r'Refused\("([a-z_.]+)"\)', path.read_text(encoding="utf-8")))
    assert used - known == set()


def _keys(locale: Locale) -> set[str]:
    found: set[str] = set()
    for domain in ("console", "taxonomy"):
        with (LOCALES / locale.value / f"{domain}.po").open("rb") as file:
            found |= {m.id if isinstance(m.id, str) else m.id[0] for m in read_po(file)}
    return found


@pytest.mark.parametrize(
    ("minutes", "says"),
    [
        (0, "لحظات"),
        (1, "دقيقة"),
        (2, "دقيقتين"),
        (3, "3 دقائق"),
        (11, "11 دقيقة"),
        (60, "ساعة"),
        (120, "ساعتين"),
        (60 * 23, "23 ساعة"),
        (60 * 24 * 3, "3 أيام"),
        (60 * 24 * 11, "11 يوماً"),
        (60 * 24 * 100, "100 يوم"),
    ],
)
def test_spans_are_good_arabic(minutes: int, says: str) -> None:
    assert words.load(LOCALES)[Locale.AR].span(timedelta(minutes=minutes)) == says


def test_times_are_baghdads_with_iraqi_months_and_latin_digits() -> None:
    arabic = words.load(LOCALES)[Locale.AR]
    now = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)  # past midnight in Baghdad
    assert arabic.time(now, now) == "اليوم 01:30"
    assert arabic.time(now - timedelta(hours=2), now) == "21 تشرين الثاني 23:30"
    assert arabic.time(now - timedelta(days=365), now) == "22 تشرين الثاني 2025 01:30"


@given(st.text())
def test_whatever_is_shown_steers_no_direction(text: str) -> None:
    assert not set(shown(text)) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\0")


# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_style_names_no_left_or_right() -> None:
    css = (CONSOLE / "static" / "console.css").read_text(encoding="utf-8")
    plain = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    assert not re.findall(
        r"\b(left|right)\b|\b(?:margin|padding|border)-(?:top|bottom)|[;{]\s*(?:width|height|letter-spacing)\s*:|italic",
        plain,
    )


def test_templates_hold_no_words_of_their_own() -> None:
    for path in (CONSOLE / "templates").glob("*.html"):
        bare = re.sub(
            r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        assert set(re.findall(r"[^\W\d_]{2,}", bare)) <= {"SMS"}, path.name


async def test_files_are_kept_for_a_year_under_their_hash(house: House) -> None:
    async with house.client() as http:
        page = (await http.get("/login")).text
        (link,) = re.findall(r'href="(/static/console\.css\?v=\w+)"', page)
        kept = await http.get(link)
        other = await http.get("/static/console.css")
        absent = await http.get("/static/nothing.css")
    assert "immutable" in kept.headers["cache-control"]
    assert "immutable" not in other.headers["cache-control"]
    assert absent.status_code == 404


async def test_an_answer_can_be_taken_back_for_ten_seconds(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N))
    button = f'action="/reports/{N}/undo"'
    assert button not in (await zainab.get(f"/reports/{N}"))[1]
    await zainab.post("reply", text="رد بالخطأ", stage="send")
    assert button in (await zainab.get(f"/reports/{N}?done=reply"))[1]
    zainab.house = house.later(timedelta(seconds=10))
    assert button not in (await zainab.get(f"/reports/{N}"))[1]
    zainab.house = house
    assert await zainab.post("undo", version=2) == (303, f"/reports/{N}?done=undo#main")
    _, page = await zainab.get(f"/reports/{N}?done=undo")
    for words_ in ("سُحب الرد قبل إرساله.", "سُحب هذا الرد قبل إرساله", "سحب الرد قبل إرساله"):
        assert words_ in page
    assert "رد بالخطأ" not in page
    status, page = await zainab.post("undo", version=3)
    assert (status, "فات الأوان" in page) == (422, True)


async def test_the_page_says_who_asked_for_silence_and_what_became_of_an_answer(house: House) -> None:
    zainab = await seat(house)
    await house.file(
        Filed(N, reachable="pull", events=(("sent", {}), ("unreachable", {}))),
        Filed("BG-00002", reachable="no"),
    )
    _, page = await zainab.get(f"/reports/{N}")
    for said in ("لا نرسل إلى صاحب البلاغ شيئاً", "وصل الرد إلى شركة الاتصال", "تعذّر إيصال الرد"):
        assert said in page
    assert "طلب صاحب البلاغ" not in (await zainab.get("/reports/BG-00002"))[1]
