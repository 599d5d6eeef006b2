"""The pages of the second factor: set up, asked for, replaced, taken away; required, and nothing else opens."""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import select

from api.console.render import LANGUAGE_COOKIE
from api.settings import SecondFactor
from bot.vocabulary import Locale, Role
from storage.database.engine import Connection, Store
from storage.keys import Keyring
from storage.people import enrolling, unproven
from storage.people.unproven import Unproven
from storage.tables import audit
from tests.api.entering import enter
from tests.api.house import PASSWORD, House, build
from tests.api.second import CODES, enrol, hire
from tests.authenticator import digits
from tests.databases import sqlite_mostly

pytestmark = sqlite_mostly


NAME = "زينب"
RIGHT = {"name": NAME, "password": PASSWORD}
STEP = timedelta(seconds=30)


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(store, keyring, now)


@pytest.fixture
async def small_house(sqlite_store: Store, keyring: Keyring, now: datetime) -> House:
    """For what no database changes."""
    return await build(sqlite_store, keyring, now)


async def _post(http: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    """A form of the page that this browser sees."""
    page = (await http.get("/second-factor")).text
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found
    return await http.post(path, data={"form_token": found[1], **fields})


def _later(http: httpx.AsyncClient, house: House, *, minutes: int) -> House:
    """The same browser before the same house, some time on."""
    later = house.later(timedelta(minutes=minutes))
    http._transport = httpx.ASGITransport(later.app)
    return later


async def _actions(house: House, start: str = "factor.") -> list[str]:
    query = select(audit.c.action).where(audit.c.action.startswith(start)).order_by(audit.c.at, audit.c.id)
    return list(await house.store.read(lambda c: c.execute(query).scalars().all()))


def _offer(page: str) -> tuple[str, str]:
    """What the form carries, and the letters beside the picture."""
    offer, letters = re.search(r'name="offer" value="([^"]+)"', page), re.search(r">([A-Z2-7 ]{39})<", page)
    assert offer
    assert letters
    return offer[1], letters[1]


# ── Setting it up ────────────────────────────────────────────────────────────────────────────────────────────
async def test_it_is_set_up_with_the_password_and_one_code_and_asked_for_from_then_on(house: House) -> None:
    person = await hire(house)
    async with house.client() as http:
        await enter(http, RIGHT)
        old = http.cookies["__Host-sid"]
        shown = await _post(http, "/second-factor/begin", password=PASSWORD)
        assert "<svg" in shown.text
        offer, letters = _offer(shown.text)
        slip = await _post(http, "/second-factor/confirm", offer=offer, code="000000")
        assert slip.status_code == 422
        assert _offer(slip.text) == (offer, letters)
        assert await house.store.read(lambda c: enrolling.standing(c, person=person)) is None
        done = await _post(http, "/second-factor/confirm", offer=offer, code=digits(letters, house.now))
        assert done.status_code == 200
        assert http.cookies["__Host-sid"] != old
        codes = re.findall(r'dir="ltr">([0-9 ]{19})<', done.text)
        assert len(set(codes)) == 10
        assert (await http.get("/")).status_code == 200
        assert codes[0] not in (await http.get("/second-factor")).text
    async with house.client(old) as http:
        assert (await http.get("/")).headers["location"] == "/login"
    later = house.later(timedelta(minutes=1))
    async with later.client() as http:
        assert (await enter(http, RIGHT)).status_code == 401
    later = later.later(timedelta(minutes=1))
    async with later.client() as http:
        assert (await enter(http, RIGHT | {"code": digits(letters, later.now)})).status_code == 303
    assert await _actions(house) == ["factor.enrol"]


async def test_it_is_not_set_up_by_a_session_without_the_password(small_house: House) -> None:
    person = await hire(small_house)
    async with small_house.client(await small_house.session(person)) as http:
        given = await _post(http, "/second-factor/begin", password="guess")
        assert given.status_code == 422
        assert 'name="offer"' not in given.text
        assert "غير صحيح" in given.text


async def test_an_offer_that_was_confirmed_or_is_anothers_is_no_offer(small_house: House) -> None:
    persons = {name: await hire(small_house, name) for name in (NAME, "هدى")}
    async with small_house.client(await small_house.session(persons[NAME])) as http:
        shown = await _post(http, "/second-factor/begin", password=PASSWORD)
        offer, letters = _offer(shown.text)
        code = digits(letters, small_house.now)
        async with small_house.client(await small_house.session(persons["هدى"])) as other:
            assert (await _post(other, "/second-factor/confirm", offer=offer, code=code)).status_code == 422
        assert (await _post(http, "/second-factor/confirm", offer=offer, code=code)).status_code == 200
        assert (await _post(http, "/second-factor/confirm", offer=offer, code=code)).status_code == 422
    assert await _actions(small_house) == ["factor.enrol"]


async def test_no_secret_and_no_code_is_in_a_log_line_an_address_or_the_audit(
    small_house: House, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    await hire(small_house)
    led: list[str] = []
    async with small_house.client() as http:
        http.event_hooks["response"] = [lambda given: _noted(led, given)]
        await enter(http, RIGHT)
        shown = await _post(http, "/second-factor/begin", password=PASSWORD)
        offer, letters = _offer(shown.text)
        right, wrong = digits(letters, small_house.now), "918273"
        await _post(http, "/second-factor/confirm", offer=offer, code=wrong)
        done = await _post(http, "/second-factor/confirm", offer=offer, code=right)
        codes = re.findall(r'dir="ltr">([0-9 ]{19})<', done.text)
        for code in (wrong, right, codes[0]):
            at = _later(http, small_house, minutes=len(led))
            await enter(http, RIGHT | {"code": code})
        assert at.now > small_house.now
    rows = await small_house.store.read(lambda c: c.execute(select(audit.c.action, audit.c.data)).all())
    told = caplog.text + "".join(capfd.readouterr()) + repr(rows) + "".join(led)
    assert len(codes) == 10
    for secret in (letters, offer, right, wrong, PASSWORD, *codes):
        assert secret not in told
        assert secret.replace(" ", "") not in told


async def _noted(led: list[str], given: httpx.Response) -> None:
    led.append(f"{given.request.url} {given.headers.get('location', '')}\n")


# ── Where it is required ─────────────────────────────────────────────────────────────────────────────────────
async def test_where_it_is_required_the_password_opens_nothing_but_the_page_that_sets_it_up(house: House) -> None:
    strict = replace(house, second_factor=SecondFactor.REQUIRED)
    await hire(house, role=Role.ADMINISTRATOR)
    async with strict.client() as http:
        assert (await enter(http, RIGHT)).status_code == 303
        for path in ("/", "/terms", "/desks", "/colleagues", "/dead-letters", "/reports/BG-00001", "/enter", "/key"):
            given = await http.get(path)
            assert (given.status_code, given.headers["location"]) == (303, "/second-factor"), path
        for path in ("/terms/word", "/colleagues/reset", "/reports/BG-00001/claim"):
            given = await _post(http, path)
            assert (given.status_code, given.headers["location"]) == (303, "/second-factor"), path
        page = (await http.get("/second-factor")).text
        assert 'href="/terms"' not in page
        assert (await _post(http, "/language", language="en", back="/second-factor")).status_code == 303
        shown = await _post(http, "/second-factor/begin", password=PASSWORD)
        offer, letters = _offer(shown.text)
        code = digits(letters, house.now)
        assert (await _post(http, "/second-factor/confirm", offer=offer, code=code)).status_code == 200
        assert (await http.get("/terms")).status_code == 200
        refused = await _post(http, "/second-factor/remove", password=PASSWORD, code=digits(letters, house.now + STEP))
        assert refused.status_code == 422
    assert await _actions(house) == ["factor.enrol"]


async def test_who_has_not_set_it_up_can_log_out(small_house: House) -> None:
    strict = replace(small_house, second_factor=SecondFactor.REQUIRED)
    await hire(small_house)
    async with strict.client() as http:
        await enter(http, RIGHT)
        assert (await _post(http, "/logout")).headers["location"] == "/login"
        assert (await http.get("/second-factor")).headers["location"] == "/login"


async def test_switched_off_nobody_is_asked_and_there_is_no_such_page(small_house: House) -> None:
    off = replace(small_house, second_factor=SecondFactor.OFF)
    person = await hire(small_house, role=Role.ADMINISTRATOR)
    await enrol(small_house, person)
    async with off.client() as http:
        assert 'name="code"' not in (await http.get("/login")).text
        assert (await enter(http, RIGHT)).status_code == 303
        for path in ("/second-factor", "/colleagues"):
            assert (await http.get(path)).status_code == 404
        assert "second-factor" not in (await http.get("/desks")).text


# ── Having one ───────────────────────────────────────────────────────────────────────────────────────────────
async def test_another_phone_takes_the_place_of_the_old_by_password_and_a_code(house: House) -> None:
    secret = await enrol(house, await hire(house))
    async with house.client() as http:
        await enter(http, RIGHT | {"code": CODES[4]})
        at = house.later(timedelta(minutes=1))
    async with at.client(http.cookies["__Host-sid"]) as http:
        for wrong in ({"password": PASSWORD, "code": ""}, {"password": "guess", "code": CODES[5]}):
            assert 'name="offer"' not in (await _post(http, "/second-factor/begin", **wrong)).text
            at = _later(http, at, minutes=1)
        shown = await _post(http, "/second-factor/begin", password=PASSWORD, code=digits(secret, at.now))
        offer, letters = _offer(shown.text)
        done = await _post(http, "/second-factor/confirm", offer=offer, code=digits(letters, at.now))
        assert done.status_code == 200
    at = at.later(timedelta(minutes=2))
    async with at.client() as http:
        assert (await enter(http, RIGHT | {"code": digits(secret, at.now)})).status_code == 401
        at = _later(http, at, minutes=2)
        assert (await enter(http, RIGHT | {"code": CODES[6]})).status_code == 401
        at = _later(http, at, minutes=2)
        assert (await enter(http, RIGHT | {"code": digits(letters, at.now)})).status_code == 303
    assert await _actions(house) == ["factor.enrol", "factor.recovery", "factor.replace"]


async def test_new_codes_on_paper_take_the_place_of_the_old(small_house: House) -> None:
    person = await hire(small_house)
    secret = await enrol(small_house, person)
    async with small_house.client(await small_house.session(person)) as http:
        given = await _post(http, "/second-factor/codes", password=PASSWORD, code=digits(secret, small_house.now))
        new = re.findall(r'dir="ltr">([0-9 ]{19})<', given.text)
        assert len(new) == 10
    for minutes, code, status in ((1, CODES[0], 401), (2, new[0], 303)):
        async with small_house.later(timedelta(minutes=minutes)).client() as http:
            assert (await enter(http, RIGHT | {"code": code})).status_code == status
    assert await _actions(small_house) == ["factor.enrol", "factor.codes", "factor.recovery"]


async def test_taking_it_away_needs_both_ends_every_session_and_leaves_the_password(small_house: House) -> None:
    person = await hire(small_house)
    secret = await enrol(small_house, person)
    elsewhere = await small_house.session(person)
    async with small_house.client(await small_house.session(person)) as http:
        assert (await _post(http, "/second-factor/remove", password=PASSWORD, code="000000")).status_code == 422
        at = _later(http, small_house, minutes=1)
        given = await _post(http, "/second-factor/remove", password=PASSWORD, code=digits(secret, at.now))
        assert (given.status_code, given.headers["location"]) == (303, "/second-factor?done=removed#main")
        assert (await http.get("/second-factor?done=removed")).status_code == 200
    async with at.client(elsewhere) as http:
        assert (await http.get("/")).headers["location"] == "/login"
        assert (await enter(http, RIGHT)).status_code == 303
    assert await _actions(small_house) == ["factor.enrol", "factor.remove"]


# ── Colleagues ───────────────────────────────────────────────────────────────────────────────────────────────
async def test_an_administrator_lets_a_colleague_in_again_who_is_told(house: House) -> None:
    zainab, admin = await hire(house), await hire(house, "المدير", Role.ADMINISTRATOR)
    secret, own = await enrol(house, zainab), await enrol(house, admin)
    session = await house.session(zainab)
    async with house.client(await house.session(admin)) as http:
        page = (await http.get("/colleagues")).text
        assert "زينب" in page
        assert all(word not in page for word in (secret.hex(), *CODES))
        reset = {"person": zainab, "password": PASSWORD, "code": digits(own, house.now)}
        without = await _post(http, "/colleagues/reset", **reset | {"code": ""})
        assert without.status_code == 422
        at = _later(http, house, minutes=1)
        reset["code"] = digits(own, at.now)
        assert (await _post(http, "/colleagues/reset", **reset)).headers["location"] == "/colleagues?done=reset#main"
        at = _later(http, at, minutes=1)
        reset["code"] = digits(own, at.now)
        assert "ليس لهذا الزميل" in (await _post(http, "/colleagues/reset", **reset)).text
    async with at.client(session) as http:
        assert (await http.get("/")).headers["location"] == "/login"
        assert (await enter(http, RIGHT)).status_code == 303
        told = (await http.get("/")).text
        assert "ألغى مدير رمز الدخول" in told
        assert (await _post(http, "/second-factor/seen")).status_code == 303
        assert "ألغى مدير رمز الدخول" not in (await http.get("/")).text
    rows = select(audit.c.actor, audit.c.subject).where(audit.c.action == "factor.reset")
    assert await house.store.read(lambda c: [tuple(row) for row in c.execute(rows)]) == [(admin, zainab)]


async def test_nobody_resets_their_own_and_no_other_role_a_colleagues(small_house: House) -> None:
    admin, other = await hire(small_house, "المدير", Role.ADMINISTRATOR), await hire(small_house)
    secret = await enrol(small_house, admin)
    async with small_house.client(await small_house.session(admin)) as http:
        code = digits(secret, small_house.now)
        given = await _post(http, "/colleagues/reset", person=admin, password=PASSWORD, code=code)
        assert given.status_code == 422
    async with small_house.client(await small_house.session(other)) as http:
        given = await _post(http, "/colleagues/reset", person=admin, password=PASSWORD)
        assert given.status_code == 404
    assert await small_house.store.read(lambda c: enrolling.standing(c, person=admin)) is not None


# ── Words ────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("locale", list(Locale))
async def test_no_word_is_missing_in_any_language(small_house: House, locale: Locale) -> None:
    admin = await hire(small_house, role=Role.ADMINISTRATOR)
    colleague = await hire(small_house, "هدى")
    await enrol(small_house, colleague)
    async with small_house.client(await small_house.session(admin)) as http:
        http.cookies.set(LANGUAGE_COOKIE, locale.value)
        pages = [(await http.get(path)).text for path in ("/login", "/second-factor", "/colleagues")]
        shown = await _post(http, "/second-factor/begin", password=PASSWORD)
        offer, letters = _offer(shown.text)
        done = await _post(http, "/second-factor/confirm", offer=offer, code=digits(letters, small_house.now))
        pages += [shown.text, done.text, (await http.get("/second-factor?done=removed")).text]
        pages.append((await _post(http, "/second-factor/codes", password="x", code="x")).text)
        own = {"person": admin, "password": PASSWORD}
        pages.append((await _post(http, "/colleagues/reset", **own)).text)
    strict = replace(small_house, second_factor=SecondFactor.REQUIRED)
    async with strict.client(await small_house.session(colleague)) as http:
        http.cookies.set(LANGUAGE_COOKIE, locale.value)
        await small_house.store.write(
            lambda c: enrolling.reset(c, small_house.keyring, person=colleague, by=admin, now=small_house.now)
        )
    async with strict.client(await small_house.session(colleague)) as http:
        http.cookies.set(LANGUAGE_COOKIE, locale.value)
        pages.append((await http.get("/second-factor")).text)
    for page in pages:
        visible = re.sub(r"<[^>]*>", " ", page)
        assert not re.findall(r"\b(?:second|colleagues|login)\.[a-z_.]+\b", visible)
        assert f'lang="{locale.value}"' in page
        assert "<script" not in page


# ── After a restore ──────────────────────────────────────────────────────────────────────────────────────────
async def _made(house: House, admin: str, person: str, *, by: str) -> str:
    """The code that an administrator makes for a colleague."""
    async with house.client(await house.session(admin)) as http:
        page = (await http.get("/colleagues")).text
        assert page.count('action="/colleagues/code#main"') == 1
        given = await _post(http, "/colleagues/code", person=person, password=PASSWORD, code=by)
        assert given.status_code == 200
        found = re.search(r'class="code"><bdi dir="ltr">([0-9 ]{19})<', given.text)
        assert found
        assert found[1] not in (await http.get("/colleagues")).text
        return found[1]


async def test_after_a_restore_a_password_alone_sets_nothing_up(house: House) -> None:
    """A backup does not know who enrolled after it was made."""
    admin, person = await hire(house, "المدير", Role.ADMINISTRATOR), await hire(house)
    secret = await enrol(house, admin)
    assert await house.store.write(lambda c: unproven.mark(c, house.now)) == 1
    async with house.client(await house.session(person)) as http:
        assert "رمز المدير" in (await http.get("/second-factor")).text
        for given in ("", "1234 5678 9012 3456"):
            refused = await _post(http, "/second-factor/begin", password=PASSWORD, given=given)
            assert refused.status_code == 422
            assert 'name="offer"' not in refused.text
            house = _later(http, house, minutes=1)
        code = await _made(house, admin, person, by=digits(secret, house.now))
        shown = await _post(http, "/second-factor/begin", password=PASSWORD, given=code)
        offer, letters = _offer(shown.text)
        done = await _post(http, "/second-factor/confirm", offer=offer, code=digits(letters, house.now))
        assert done.status_code == 200
    assert not await house.store.read(lambda c: unproven.is_marked(c, person))
    expected = ["factor.enrol", "factor.refused", "factor.refused", "factor.code", "factor.enrol"]
    assert sorted(action for action in await _actions(house) if action != "factor.view") == sorted(expected)


async def test_the_code_serves_its_person_for_a_day(house: House) -> None:
    admin, person = await hire(house, "المدير", Role.ADMINISTRATOR), await hire(house)
    other = await hire(house, "هدى")
    await house.store.write(lambda c: unproven.mark(c, house.now))

    def works(whose: str, code: str, now: datetime) -> Callable[[Connection], bool]:
        def check(conn: Connection) -> bool:
            try:
                unproven.check(conn, house.keyring, person=whose, typed=code, now=now)
            except Unproven:
                return False
            return True

        return check

    async def make() -> str:
        return await house.store.write(
            lambda c: unproven.make_code(c, house.keyring, person=person, by=admin, now=house.now)
        )

    first = await make()
    day = timedelta(days=1)
    tries = ((person, first, house.now), (other, first, house.now), (person, first, house.now + day))
    assert [await house.store.read(works(*each)) for each in tries] == [True, False, False]
    house = house.later(timedelta(minutes=1))
    second = await make()
    tries = ((person, second, house.now), (person, first, house.now), (person, "", house.now))
    assert [await house.store.read(works(*each)) for each in tries] == [True, False, False]
