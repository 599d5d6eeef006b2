"""An administrator lets somebody who left in no more; the page says what to do first where that cannot be yet."""

import re
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import select, update

from api.console.render import LANGUAGE_COOKIE
from bot.vocabulary import Desk, Locale, Role
from storage.database.engine import Connection, Store
from storage.keys import Keyring
from storage.tables import audit, reports
from tests.api.house import PASSWORD, House, build
from tests.api.second import enrol, hire
from tests.authenticator import digits
from tests.ceremony import held
from tests.staffing import Filed


@pytest.fixture
async def house(sqlite_store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(sqlite_store, keyring, now)


async def _leaves(
    http: httpx.AsyncClient, person: str, password: str = PASSWORD, code: str = "", **more: str
) -> httpx.Response:
    """The form of the page that this browser sees."""
    found = re.search(r'name="form_token" value="([^"]+)"', (await http.get("/leaving")).text)
    assert found
    sent = {"form_token": found[1], "person": person, "password": password, "code": code, **more}
    return await http.post("/leaving", data=sent)


async def test_whoever_left_is_out_at_once_and_their_name_is_gone_from_the_list(house: House) -> None:
    admin, zainab = await hire(house, "المدير", Role.ADMINISTRATOR), await hire(house)
    session, bearer = await house.session(zainab), await house.bearer(zainab)
    async with house.client(await house.session(admin)) as http:
        page = (await http.get("/leaving")).text
        assert "زينب" in page
        assert page.count('action="/leaving#main"') == 1  # none for oneself
        gone = await _leaves(http, zainab)
        assert (gone.status_code, gone.headers["location"]) == (303, "/leaving?done=1#main")
        assert "زينب" not in (await http.get("/leaving?done=1")).text
    async with house.client(session) as browser:
        assert (await browser.get("/")).headers["location"] == "/login"
    async with house.client() as program:
        assert (await program.get("/v1/me", headers=bearer)).status_code == 401
    rows = select(audit.c.actor, audit.c.subject).where(audit.c.action == "staff.deactivate")
    assert await house.store.read(lambda c: [tuple(row) for row in c.execute(rows)]) == [(admin, zainab)]


async def test_an_open_browser_without_its_owners_password_and_code_sends_nobody_away(house: House) -> None:
    admin, zainab = await hire(house, "المدير", Role.ADMINISTRATOR), await hire(house)
    secret = await enrol(house, admin)
    async with house.client(await house.session(admin)) as http:
        for password, code in ((PASSWORD, ""), ("wrong", digits(secret, house.now))):
            refused = await _leaves(http, zainab, password, code)
            assert refused.status_code == 422
            http._transport = httpx.ASGITransport((house := house.later(timedelta(minutes=1))).app)
        assert (await _leaves(http, zainab, PASSWORD, digits(secret, house.now))).status_code == 303


async def test_what_must_come_first_is_said(house: House) -> None:
    admin = await hire(house, "المدير", Role.ADMINISTRATOR)
    women = [await house.hire(name, Role.FOCAL_POINT, desks=(Desk.WOMEN,)) for name in ("هدى", "مها")]

    def ceremony(conn: Connection) -> None:
        held(conn, house.keyring, women, now=house.now)

    await house.store.write(ceremony)
    said = {admin: "ليفعله مدير آخر", women[0]: "القسم: النساء · منتدى الكرادة", "nobody": "لا يعمل هنا"}
    async with house.client(await house.session(admin)) as http:
        for whose, words in said.items():
            refused = await _leaves(http, whose)
            assert refused.status_code == 422
            assert words in refused.text
            http._transport = httpx.ASGITransport((house := house.later(timedelta(minutes=1))).app)


async def test_a_desk_is_left_with_one_only_by_whoever_ticks_that_they_know(house: House) -> None:
    admin = await hire(house, "المدير", Role.ADMINISTRATOR)
    women = [await house.hire(name, Role.FOCAL_POINT, desks=(Desk.WOMEN,)) for name in ("هدى", "مها")]
    await house.store.write(lambda c: held(c, house.keyring, women, now=house.now))
    async with house.client(await house.session(admin)) as http:
        assert 'name="sure"' not in (await http.get("/leaving")).text
        warned = await _leaves(http, women[0])
        assert warned.status_code == 422
        assert warned.text.count('name="sure"') == 1
        http._transport = httpx.ASGITransport((house := house.later(timedelta(minutes=1))).app)
        assert (await _leaves(http, women[0], sure="1")).status_code == 303
        desks = (await http.get("/desks")).text
    assert "أقل من اثنتين" in desks


async def test_what_they_had_says_with_whom_it_was(house: House) -> None:
    admin, zainab = await hire(house, "المدير", Role.ADMINISTRATOR), await hire(house)
    rana = await house.hire("رنا", Role.COORDINATOR)
    await house.file(Filed("BG-00001", said=("انسرق ماطوري",)))
    had = update(reports).where(reports.c.number == "BG-00001").values(claimed_by=zainab, claimed_at=house.now)
    await house.store.write(lambda c: c.execute(had) and None)
    async with house.client(await house.session(admin)) as http:
        assert (await _leaves(http, zainab)).status_code == 303
    async with house.client(await house.session(rana)) as http:
        for path in ("/", "/reports/BG-00001"):
            assert re.search(r"كان عند \u2068زينب\u2069 وقد ترك العمل", (await http.get(path)).text), path
        assert "رجع إلى الجميع" in (await http.get("/reports/BG-00001")).text


@pytest.mark.parametrize("locale", list(Locale))
async def test_no_word_is_missing_in_any_language(house: House, locale: Locale) -> None:
    admin = await hire(house, "المدير", Role.ADMINISTRATOR)
    for role in Role:
        await house.hire(role.value, role)
    async with house.client(await house.session(admin)) as http:
        http.cookies.set(LANGUAGE_COOKIE, locale.value)
        visible = re.sub(r"<[^>]+>", " ", (await _leaves(http, admin)).text)
    assert not re.findall(r"\b(?:leaving|role|colleagues)\.[a-z_.]+\b", visible)
