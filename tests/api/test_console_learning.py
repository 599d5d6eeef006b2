"""Where people teach the machine: a report's category corrected, and an administrator's own words."""

import re
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from api.console.render import LANGUAGE_COOKIE
from bot.nlp import phrases
from bot.vocabulary import Desk, Locale, Role, Urgency
from storage import keys, terms
from storage.database.engine import Store
from storage.keys import Keyring
from storage.tables import places, reports
from storage.words import examples
from tests.api.house import House, build
from tests.api.test_console import N, Seat, _keys, seat
from tests.databases import sqlite_mostly
from tests.staffing import Filed

pytestmark = sqlite_mostly


BARE = re.compile(r"\b[a-z_]{3,}\.[a-z_]{2,}\b")
SAID = "صار عركة جبيرة بالشارع على گاع"


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: Any) -> House:
    return await _built(store, keyring, now)


@pytest.fixture
async def small_house(sqlite_store: Store, keyring: Keyring, now: Any) -> House:
    """For what no database changes."""
    return await _built(sqlite_store, keyring, now)


async def _built(store: Store, keyring: Keyring, now: datetime) -> House:
    made = await build(store, keyring, now)
    await store.write(lambda c: keys.register(c, keyring, now))
    return made


async def change(admin: Seat, kind: str, **fields: str) -> tuple[int, str]:
    """Sends a form of the page of words; gives the status, and the page or where it leads."""
    async with admin.house.client(admin.token) as http:
        given = await http.post(f"/terms/{kind}", data={"form_token": admin.form_token, **fields})
    return given.status_code, given.headers.get("location", given.text)


# ── Correcting ───────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_correction_is_saved_shown_and_learnt_from(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N, said=(SAID,)))
    _, page = await zainab.get(f"/reports/{N}")
    assert f'action="/reports/{N}/correct#correct"' in page
    assert '<option value="theft" selected>' in page
    given = await zainab.post("correct", category="tribal_dispute", urgency="high")
    assert given == (303, f"/reports/{N}?done=correct#main")
    _, page = await zainab.get(f"/reports/{N}?done=correct")
    for words in ("حُفظ التصحيح.", "صحّحه موظف", "ما ظنّه النظام", "تصحيح نوع البلاغ أو استعجاله"):
        assert words in page
    assert await house.store.read(examples.count) == 1


async def test_the_desk_of_the_rules_is_proposed_and_moving_there_is_one_more_press(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N, place=False))
    await zainab.post("correct", category="tribal_dispute", urgency="normal")
    _, page = await zainab.get(f"/reports/{N}?done=correct")
    (target,) = re.findall(r'<input type="hidden" name="target" value="([^"]+)">', page)
    assert target == "forum-karrada/mediation"
    assert 'id="proposed"' not in (await zainab.get(f"/reports/{N}"))[1]
    assert (await zainab.post("assign", version=2, target=target))[0] == 303
    row = await house.store.read(lambda c: c.execute(select(reports.c.desk, reports.c.category)).one())
    assert (row.desk, row.category) == ("mediation", "tribal_dispute")


async def test_the_same_again_or_nonsense_is_explained_and_nothing_typed_is_lost(house: House) -> None:
    zainab = await seat(house)
    await house.file(Filed(N))
    status, page = await zainab.post("correct", category="theft", urgency="normal")
    assert (status, "هذا نوعه واستعجاله" in page) == (422, True)
    for category, urgency in (("nonsense", "high"), ("drugs", "x"), ("", "")):
        status, page = await zainab.post("correct", category=category, urgency=urgency)
        assert (status, "اختر نوع البلاغ واستعجاله" in page) == (422, True)
    status, page = await zainab.post("correct", version=7, category="drugs", urgency="high")
    assert (status, '<option value="drugs" selected>' in page) == (409, True)


async def test_who_may_not_correct_is_offered_no_form_and_told_so(house: House) -> None:
    boss = await seat(house, Role.SUPERVISOR, "رئيس")
    await house.file(Filed(N))
    assert "/correct" not in (await boss.get(f"/reports/{N}"))[1]
    status, page = await boss.post("correct", category="drugs", urgency="high")
    assert (status, "دورك لا يتيح هذا" in page) == (422, True)


async def test_of_a_sealed_desk_the_correction_shows_and_nothing_is_learnt(house: House) -> None:
    huda = await seat(house, Role.FOCAL_POINT, "هدى")
    await house.file(Filed(N, desk=Desk.WOMEN, category="domestic_violence", said=(SAID,), urgency=Urgency.HIGH))
    assert (await huda.post("correct", category="assault", urgency="high"))[0] == 303
    _, page = await huda.get(f"/reports/{N}?done=correct")
    assert '<option value="assault" selected>' in page
    assert await house.store.read(examples.count) == 0


@pytest.mark.parametrize("locale", list(Locale))
async def test_the_corrected_page_speaks_every_language(small_house: House, locale: Locale) -> None:
    zainab = await seat(small_house)
    await small_house.file(Filed(N, place=False))
    await zainab.post("correct", category="tribal_dispute", urgency="high")
    _, page = await zainab.get(f"/reports/{N}?done=correct", **{LANGUAGE_COOKIE: locale.value})
    assert not BARE.findall(re.sub(r"<[^>]*>|backup\.md", " ", page))


# ── Words of one's own ───────────────────────────────────────────────────────────────────────────────────────
async def test_only_administrators_are_led_to_the_page_and_let_in(house: House) -> None:
    admin, zainab = await seat(house, Role.ADMINISTRATOR, "مدير"), await seat(house)
    assert 'href="/terms"' in (await admin.get("/"))[1]
    assert 'href="/terms"' not in (await zainab.get("/"))[1]
    assert (await zainab.get("/terms"))[0] == 404
    assert (await change(zainab, "danger", phrase="حركوا المكان", urgency="high"))[0] == 404
    assert await house.store.read(terms.standing) == ()


async def test_words_are_added_listed_and_removed(house: House) -> None:
    admin = await seat(house, Role.ADMINISTRATOR, "مدير")
    assert "لم يُضف شيء بعد" in (await admin.get("/terms"))[1]
    for kind, fields in (
        ("danger", {"phrase": "طگطگة بالسطح", "urgency": "emergency", "sensitive": "1"}),
        ("word", {"phrase": "زنجبيلة حمرة", "category": "drugs", "weight": "3.0"}),
        ("alias", {"phrase": "ام الجرابيع", "place": "البصرة"}),
        ("place", {"phrase": "حي الخزامى الجديد", "level": "neighbourhood", "place": "IQ-NI", "name_en": "Khuzama"}),
    ):
        assert await change(admin, kind, **fields) == (303, "/terms?done=added#main"), kind
    _, page = await admin.get("/terms?done=added")
    for shown in ("طگطگة بالسطح", "زنجبيلة حمرة", "ام الجرابيع", "حي الخزامى الجديد", "شبه مؤكد", "أُضيف"):
        assert shown in page
    kept = await house.store.read(lambda c: c.execute(select(places).where(places.c.id.like("own-%"))).one())
    assert (kept.name_ar, kept.parent, kept.governorate) == ("حي الخزامى الجديد", "IQ-NI", "IQ-NI")
    for id in re.findall(r'name="id" value="(\w+)"', page):
        assert await change(admin, "remove", id=id) == (303, "/terms?done=removed#main")
    assert await house.store.read(terms.standing) == ()
    status, page = await change(admin, "remove", id="x")
    assert (status, "حُذفت قبل قليل" in page) == (422, True)


@pytest.mark.parametrize(
    ("kind", "fields", "says"),
    [
        ("danger", {"phrase": "من", "urgency": "high"}, "قصيرة جداً"),
        ("danger", {"phrase": "والله هسه", "urgency": "high"}, "ترد في كل كلام"),
        ("danger", {"phrase": "بالبيت", "urgency": "high"}, "رسائل كثيرة جداً"),
        ("danger", {"phrase": "حرك(وا|ت)", "urgency": "high"}, "كما يكتبها الناس"),
        ("danger", {"phrase": "طگطگة بالسطح", "urgency": "normal"}, "لن تغيّر شيئاً"),
        ("danger", {"phrase": "طگطگة بالسطح"}, "لن تغيّر شيئاً"),
        ("danger", {"phrase": "راح انتحر", "urgency": "emergency"}, "موجودة أصلاً"),
        ("word", {"phrase": "سرقوا سيارتي من باب البيت", "category": "theft", "weight": "2.0"}, "موجودة أصلاً"),
        ("word", {"phrase": "زنجبيلة حمرة", "category": "x", "weight": "2.0"}, "اختر نوع البلاغ وقوة"),
        ("word", {"phrase": "زنجبيلة حمرة", "category": "drugs", "weight": "nan"}, "اختر نوع البلاغ وقوة"),
        ("word", {"phrase": "اسمي حيدر", "category": "drugs", "weight": "2.0"}, "أسماء الأشخاص"),
        ("alias", {"phrase": "ام الجرابيع", "place": "اسم لا يعرفه احد ابدا"}, "لا نعرف مكاناً"),
        ("alias", {"phrase": "البصرة", "place": "IQ-BA"}, "موجودة أصلاً"),
        ("place", {"phrase": "حي الخزامى", "level": "x", "place": "IQ-BA"}, "لا نعرف مكاناً"),
    ],
)
async def test_what_cannot_be_taken_is_explained_beside_its_form(
    small_house: House, kind: str, fields: dict[str, str], says: str
) -> None:
    admin = await seat(small_house, Role.ADMINISTRATOR, "مدير")
    status, page = await change(admin, kind, **fields)
    assert (status, says in page) == (422, True), re.findall(r'class="error"[^<]*<', page)
    assert f'value="{fields["phrase"]}"' in page
    assert await small_house.store.read(terms.standing) == ()


async def test_of_several_places_with_one_name_the_page_asks_which(house: House) -> None:
    admin = await seat(house, Role.ADMINISTRATOR, "مدير")
    gazetteer = house.understanding.gazetteer
    names: dict[str, list[str]] = {}
    for place in gazetteer.places.values():
        names.setdefault(place.name_ar, []).append(place.id)
    status, page = 0, ""
    for name in (name for name, ids in names.items() if len(ids) > 1):
        status, page = await change(admin, "alias", phrase="ام الجرابيع", place=name)
        if "لأكثر من مكان" in page:
            break
    assert status == 422
    choices = re.findall(r'<option value="(IQ-[^"]+)">', page)
    assert len(choices) > 1
    assert (await change(admin, "alias", phrase="ام الجرابيع", place=choices[0]))[0] == 303


async def test_a_forged_form_changes_nothing(house: House) -> None:
    admin = await seat(house, Role.ADMINISTRATOR, "مدير")
    admin.form_token = "x"
    assert (await change(admin, "danger", phrase="طگطگة بالسطح", urgency="high"))[0] == 403


@pytest.mark.parametrize("locale", list(Locale))
async def test_the_page_of_words_speaks_every_language(small_house: House, locale: Locale) -> None:
    admin = await seat(small_house, Role.ADMINISTRATOR, "مدير")
    await change(admin, "word", phrase="زنجبيلة حمرة", category="drugs", weight="1.0")
    await change(admin, "danger", phrase="طگطگة بالسطح", urgency="high", sensitive="1")
    _, page = await admin.get("/terms", **{LANGUAGE_COOKIE: locale.value})
    assert not BARE.findall(re.sub(r"<[^>]*>|backup\.md", " ", page))


@pytest.mark.parametrize("locale", list(Locale))
def test_every_reason_has_words(locale: Locale) -> None:
    made = {f"words.{fault.value}" for fault in phrases.Fault} | {f"level.{level}" for level in terms.NEW_LEVELS}
    made |= {f"words.weight.{int(weight)}" for weight in terms.WEIGHTS}
    made |= {
        f"words.{key}" for key in ("there", "most", "nothing", "choose", "parent", "gone", "used", "which", "frequent")
    }
    assert made <= _keys(locale)


async def test_where_an_administrator_went_no_report_was_shown(house: House) -> None:
    admin = await seat(house, Role.ADMINISTRATOR, "مدير")
    await house.file(Filed(N, said=("canary",)))
    await house.store.write(lambda c: c.execute(update(reports).values(claimed_by=None)) and None)
    assert "canary" not in (await admin.get("/terms"))[1]


async def test_a_program_corrects_as_a_person_does(house: House) -> None:
    bearer = await house.bearer(await house.hire("زينب", Role.COORDINATOR))
    await house.file(Filed(N, said=(SAID,)))
    async with house.client() as http:
        given = await http.post(
            f"/v1/reports/{N}/correct",
            json={"category": "tribal_dispute", "urgency": "high"},
            headers={**bearer, "If-Match": '"1"'},
        )
        wrong = await http.post(
            f"/v1/reports/{N}/correct",
            json={"category": "x", "urgency": "high"},
            headers={**bearer, "If-Match": '"2"'},
        )
        seen = (await http.get(f"/v1/reports/{N}", headers=bearer)).json()
    assert (given.status_code, given.json()["version"], wrong.status_code) == (200, 2, 422)
    assert (seen["report"]["category"], seen["report"]["urgency"], seen["understood"]["corrected"]) == (
        "tribal_dispute",
        "high",
        True,
    )
    assert await house.store.read(examples.count) == 1
