"""Consent at the desk: what a report's page tells of it, who may ask for whom, and what is refused, in words."""

import re
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import Connection, insert, select, update

from bot.vocabulary import Category, Channel, Desk, Locale, Role
from storage import tables
from storage.consent import answering
from storage.database.engine import Store
from storage.encoding import reply_from_bytes
from storage.keys import Domain, Keyring
from storage.sealing import unseal
from tests.api.house import House, build
from tests.api.seats import opened
from tests.databases import on_sqlite_mostly, sqlite_mostly
from tests.staffing import ADHAMIYA, KARRADA, WATCH, Filed

pytestmark = sqlite_mostly

N, SEALED = "BG-00001", "BG-4F7K2"
POLICE = f"{ADHAMIYA}/urgent"
ASKED = {"to": POLICE, "scope": "summary", "days": "30"}


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    house = await build(store, keyring, now)
    await house.file(Filed(N))
    return house


@pytest.fixture
async def small_house(sqlite_store: Store, keyring: Keyring, now: datetime) -> House:
    """For what no database changes."""
    return await build(sqlite_store, keyring, now)


async def _page(house: House, token: str, number: str = N) -> str:
    async with house.client(token) as http:
        return (await http.get(f"/reports/{number}")).text


async def _post(house: House, token: str, step: str, number: str = N, **fields: str) -> httpx.Response:
    row = select(tables.reports.c.version).where(tables.reports.c.number == number)
    version = await house.store.read(lambda c: c.execute(row).scalar_one())
    form = {"form_token": await house.form_token(token), "version": str(version), **fields}
    async with house.client(token) as http:
        return await http.post(f"/reports/{number}/{step}", data=form)


async def _coordinator(house: House) -> str:
    return await house.session(await house.hire("زينب", Role.COORDINATOR))


async def _says(house: House, *, given: bool) -> str:
    """The reporter's word; the consent's id."""
    waits = select(tables.consents.c.id).where(tables.consents.c.answer.is_(None))
    consent: str = await house.store.read(lambda c: c.execute(waits).scalar_one())
    await house.store.write(lambda c: answering.answer(c, house.keyring, consent, given=given, now=house.now))
    return consent


def _offered(page: str) -> list[str]:
    found = re.search(r'<select name="to".*?</select>', page, re.DOTALL)
    return re.findall(r'value="([^"]+)"', found[0]) if found else []


async def test_asked_answered_and_shared_each_stands_on_the_page_and_in_the_thread(house: House) -> None:
    token = await _coordinator(house)
    page = await _page(house, token)
    assert "اشرح له أولاً في رد" in page
    for line in ("ملخص تكتبه أنت", "كلامه كما كتبه", "كل ما أرسله"):
        assert line in page
    assert 'name="days" min="1" max="90" required value="30"' in page
    asked = await _post(house, token, "consent", **ASKED)
    assert (asked.status_code, asked.headers["location"]) == (303, f"/reports/{N}?done=consent#main")
    page = await _page(house, token)
    assert "السؤال ينتظر أن يُقرأ" in page
    assert "ننتظر الجواب" not in page
    assert "سُئل صاحب البلاغ" in page
    assert "منتدى الأعظمية" in page
    assert _offered(page) == []
    waits = select(tables.consents.c.id)
    put = await house.store.read(lambda c: c.execute(waits).scalar_one())
    await house.store.write(lambda c: answering.put(c, house.keyring, put, hourly=False, now=house.now))
    assert "ننتظر الجواب" in await _page(house, token)
    consent = await _says(house, given=True)
    page = await _page(house, token)
    assert "وافق صاحب البلاغ: " in page
    assert re.search(r"وافق صاحب البلاغ: [^<]*منتدى الأعظمية[^<]*ملخص تكتبه أنت", page)
    assert f'name="consent" value="{consent}"' in page
    assert (await _post(house, token, "share", consent=consent, summary="ملخص للشرطة")).status_code == 303
    page = await _page(house, token)
    assert "وصلتهم نسخة" in page
    assert "أُعطيت جهة أخرى نسخة" in page
    assert 'name="consent" value=' not in page


async def test_a_no_is_told_and_nothing_can_be_shared(house: House) -> None:
    token = await _coordinator(house)
    await _post(house, token, "consent", **ASKED)
    consent = await _says(house, given=False)
    page = await _page(house, token)
    assert 'name="consent" value=' not in page
    refused = await _post(house, token, "share", consent=consent, summary="ملخص")
    assert refused.status_code == 422
    assert "لا موافقة قائمة" in refused.text


@on_sqlite_mostly
async def test_who_may_not_is_told_nothing_of_it(house: House) -> None:
    token = await _coordinator(house)
    await _post(house, token, "consent", **ASKED)
    for role in (Role.SUPERVISOR, Role.AUDITOR):
        other = await house.session(await house.hire(f"أحد {role.value}", role))
        assert 'id="consent"' not in await _page(house, other)
        assert (await _post(house, other, "consent", **ASKED)).status_code == 422
    stranger = await house.session(await house.hire("علي", Role.DUTY_OFFICER, office=ADHAMIYA, desks=(Desk.URGENT,)))
    assert (await _post(house, stranger, "consent", **ASKED)).status_code == 404


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"days": "0"}, "من 1 إلى 90"),
        ({"days": "91"}, "من 1 إلى 90"),
        ({"days": "-1"}, "من 1 إلى 90"),
        ({"days": "شهر"}, "من 1 إلى 90"),
        ({"scope": "everything"}, "اختر ماذا يصلهم"),
        ({"to": "nowhere/urgent"}, "اختر غيرها من القائمة"),
        ({"to": f"{ADHAMIYA}/security"}, "اختر غيرها من القائمة"),
        ({"to": f"{KARRADA}/mediation"}, "اختر غيرها من القائمة"),
        ({"to": "service/000"}, "اختر غيرها من القائمة"),
        ({"to": ""}, "اختر غيرها من القائمة"),
    ],
)
async def test_what_cannot_be_asked_is_refused_in_words_and_kept_in_the_form(
    small_house: House, fields: dict[str, str], says: str
) -> None:
    await small_house.file(Filed(N))
    token = await _coordinator(small_house)
    given = await _post(small_house, token, "consent", **(ASKED | fields))
    assert given.status_code == 422
    assert says in given.text
    assert await small_house.store.read(lambda c: c.execute(select(tables.consents)).all()) == []


async def test_whoever_cannot_be_reached_is_not_asked(small_house: House) -> None:
    await small_house.file(Filed(N, reachable="no"))
    token = await _coordinator(small_house)
    assert "لا وسيلة لسؤال صاحب البلاغ" in await _page(small_house, token)
    given = await _post(small_house, token, "consent", **ASKED)
    assert (given.status_code, "لا وسيلة" in given.text) == (422, True)


# ── To whom ──────────────────────────────────────────────────────────────────────────────────────────────────
def _service(**more: object) -> dict[str, object]:
    plain = {"kind": "legal", "name_ar": "عيادة قانونية", "languages": ["ar"], "active": True, "governorate": "IQ-BG"}
    return {**plain, "verified_on": datetime.fromisoformat("2026-11-01T00:00:00+00:00"), **more}


async def test_offered_are_desks_elsewhere_the_police_here_and_bodies_that_serve_there(small_house: House) -> None:
    await small_house.file(Filed(N))
    fresh, far, old = "5e" * 16, "5f" * 16, "60" * 16
    rows = [
        _service(id=fresh),
        _service(id=far, governorate="IQ-BA"),
        _service(id=old, verified_on=small_house.now - timedelta(days=366)),
    ]
    await small_house.store.write(lambda c: c.execute(insert(tables.services), rows) and None)
    token = await _coordinator(small_house)
    offered = set(_offered(await _page(small_house, token)))
    assert {POLICE, f"{ADHAMIYA}/general", f"{WATCH}/oversight", f"service/{fresh}"} <= offered
    assert {value for value in offered if value.startswith(KARRADA)} == {f"{KARRADA}/urgent", f"{KARRADA}/security"}
    assert not offered & {f"service/{far}", f"service/{old}"}
    await _post(small_house, token, "consent", **(ASKED | {"to": f"service/{fresh}"}))
    consent = await _says(small_house, given=True)
    page = await _page(small_house, token)
    assert "شفهياً" in page
    told = await _post(small_house, token, "share", consent=consent, summary="قلت لهم ما يلزم")
    assert told.status_code == 303
    page = await _page(small_house, token)
    assert "أُخبروا، " in page
    assert "أُخبرت شفهياً جهة خارج البرنامج، بموافقة صاحب البلاغ: عيادة قانونية" in page
    assert "قلت لهم ما يلزم" in page
    assert 'name="consent" value=' not in page


async def test_an_office_that_the_report_names_is_not_offered(small_house: House) -> None:
    await small_house.file(Filed(N))
    named = update(tables.reports).values(apart=[ADHAMIYA])
    await small_house.store.write(lambda c: c.execute(named) and None)
    token = await _coordinator(small_house)
    assert not [value for value in _offered(await _page(small_house, token)) if value.startswith(ADHAMIYA)]
    assert (await _post(small_house, token, "consent", **ASKED)).status_code == 422


async def test_a_tip_about_extremism_is_for_no_civilian(small_house: House) -> None:
    await small_house.file(Filed(N, desk=Desk.SECURITY, category=Category.EXTREMISM.value))
    token = await small_house.session(await small_house.hire("عمر", Role.POLICE_LIAISON, desks=(Desk.SECURITY,)))
    offered = {value.rpartition("/")[2] for value in _offered(await _page(small_house, token))}
    assert offered <= {"security", "oversight"}
    assert (await _post(small_house, token, "consent", **ASKED)).status_code == 422


async def test_of_a_sealed_report_whom_to_ask_for_is_told_with_her_key_open_alone(house: House) -> None:
    huda, _ = await opened(house)
    await house.file(Filed(SEALED, desk=Desk.WOMEN, category="domestic_violence", said=("زوجي يحبسني",)))
    path = f"/reports/{SEALED}"
    _, page = await huda.get(path)
    assert _offered(page) == []
    assert "افتح مفتاحك أولاً" in page
    status, page = await huda.post(f"{path}/consent", **ASKED)
    assert (status, "افتح مفتاحك أولاً" in page) == (422, True)
    await huda.unlock()
    assert POLICE in _offered((await huda.get(path))[1])
    assert (await huda.post(f"{path}/consent", **ASKED))[0] == 303
    consent = await _says(house, given=True)
    assert (await huda.post(f"{path}/share", version="2", consent=consent, summary="تحتاج مرافقة"))[0] == 303
    officer = await house.hire("علي", Role.DUTY_OFFICER, office=ADHAMIYA, desks=(Desk.URGENT,))
    token = await house.session(officer)
    async with house.client(token) as http:
        (copy,) = set(re.findall(r'href="/reports/([A-Z0-9-]+)"', (await http.get("/")).text))
        page = (await http.get(f"/reports/{copy}")).text
    assert "تحتاج مرافقة" in page
    assert "مُشارَك بموافقة صاحبه، حتى" in page
    assert "يحبسني" not in page


async def test_the_question_is_in_the_language_that_the_reporter_writes(small_house: House) -> None:
    await small_house.file(Filed(N, language="ckb", channel=Channel.TELEGRAM))
    token = await _coordinator(small_house)
    await _post(small_house, token, "consent", **ASKED)

    def question(conn: Connection) -> bytes:
        row = conn.execute(select(tables.outbox)).one()
        key = small_house.keyring.at(Domain.OUTBOX, row.epoch)
        return unseal(key, row.sealed, "outbox", "sealed", row.id, row.epoch)

    reply, _ = reply_from_bytes(await small_house.store.read(question))
    assert (reply.key, reply.locale) == ("consent.ask.summary.police", Locale.CKB)
    assert reply.values["count"] == "30"
    assert reply.values["body"] == "منتدى الأعظمية"  # it has no Kurdish name


# ── By program ───────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_program_asks_sees_what_stands_and_shares(house: House) -> None:
    headers = await house.bearer(await house.hire("زينب", Role.COORDINATOR))
    body = {"office": ADHAMIYA, "desk": "urgent", "scope": "words"}
    async with house.client() as http:
        asked = await http.post(f"/v1/reports/{N}/consents", json=body, headers={**headers, "If-Match": '"1"'})
        assert asked.status_code == 200
        (stands,) = (await http.get(f"/v1/reports/{N}", headers=headers)).json()["consents"]
        assert stands["state"] == "unread"
        consent = await _says(house, given=True)
        seen = await http.get(f"/v1/reports/{N}", headers={**headers, "If-None-Match": asked.headers["ETag"]})
        (stands,) = seen.json()["consents"]
        assert stands["id"] == consent
        assert (stands["office"], stands["desk"], stands["service"]) == (ADHAMIYA, "urgent", None)
        assert (stands["scope"], stands["state"], stands["shared"]) == ("words", "yes", False)
        url = f"/v1/reports/{N}/consents/{consent}/share"
        shared = await http.post(url, json={}, headers={**headers, "If-Match": asked.headers["ETag"]})
        assert shared.status_code == 200
        (stands,) = (await http.get(f"/v1/reports/{N}", headers=headers)).json()["consents"]
        again = await http.post(url, json={}, headers={**headers, "If-Match": shared.headers["ETag"]})
    assert stands["shared"]
    assert (again.status_code, "consent.shared" in again.text) == (409, True)
