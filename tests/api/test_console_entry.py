"""Typing in what a caller tells: with consent, without any number of theirs, and without a way back to the report."""

import os
import re
from datetime import datetime

import pytest
from sqlalchemy import select

from bot.decide import World, promised
from bot.decide.turn import Heard
from bot.nlp.analyse import analyse
from bot.vocabulary import Channel, Desk, Locale, Message, Role
from storage import pickup
from storage.database import sql
from storage.database.engine import Connection, Store
from storage.intake import ledger
from storage.intake.ledger import Waiting
from storage.keys import Keyring
from storage.people import directory
from storage.tables import audit, grants, reports
from tests.api.house import House, build
from tests.databases import sqlite_mostly
from tests.shipped import shipped

pytestmark = sqlite_mostly

SAID = "سرقوا ماطوري من باب البيت"
NUMBER = "+964 770 000 0041"


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(store, keyring, now)


class Call:
    """Somebody at the telephone, signed in."""

    def __init__(self, house: House, person: str, session: str, form_token: str) -> None:
        self.house, self.person, self.session, self.form_token = house, person, session, form_token

    async def open(self) -> tuple[int, str]:
        """The form."""
        async with self.house.client(self.session) as http:
            page = await http.get("/enter")
        return page.status_code, page.text

    async def write(self, token: str = "", **fields: str) -> tuple[int, str]:
        """Sends the form; without `token`, a new one."""
        data = {"form_token": self.form_token, "token": token or await self.token(), "consent": "1", "language": "ar"}
        async with self.house.client(self.session) as http:
            page = await http.post("/enter", data=data | {"text": SAID} | fields)
        return page.status_code, page.text

    async def token(self) -> str:
        """What a new form carries."""
        found = re.search(r'name="token" value="([^"]+)"', (await self.open())[1])
        assert found
        return found[1]


async def call(house: House, role: Role = Role.COORDINATOR, name: str = "هدى") -> Call:
    person = await house.hire(name, role)
    session = await house.session(person)
    return Call(house, person, session, await house.form_token(session))


async def _kept(house: House) -> list[Message]:
    found = await house.store.read(lambda c: ledger.waiting(c, house.keyring, now=house.now, limit=50))
    return [one.message for one in found]


def _code(page: str) -> str:
    found = re.search(r'class="code"><bdi dir="ltr">([\d ]+)<', page)
    assert found, page
    return found[1].replace(" ", "")


async def _settle(house: House) -> None:
    """As the settling worker does it."""
    offices = await house.store.read(lambda c: directory.read(c, house.now))

    def all_of_it(conn: Connection) -> None:
        for one in ledger.waiting(conn, house.keyring, now=house.now, limit=50):
            _settle_one(conn, one)

    def _settle_one(conn: Connection, one: Waiting) -> None:
        heard = Heard(one.message, analyse(shipped(), one.message.text))
        world = World(offices, (), shipped().gazetteer, house.now, os.urandom(64))
        decide = lambda known: promised.decide(known, heard, world)  # noqa: E731
        ledger.settle(conn, house.keyring, one, codes=(), decide=decide, now=house.now)

    await house.store.write(all_of_it)


async def test_what_a_caller_tells_is_kept_with_who_typed_it_and_a_code_to_read_aloud(house: House) -> None:
    huda = await call(house)
    status, page = await huda.write(behalf="1", woman="1", governorate="IQ-BG", place="الكرادة", language="ckb")
    assert status == 200
    (message,) = await _kept(house)
    assert message.text == f"{SAID}\nشوێن: الكرادة، بەغدا\nدەمەوێت لەگەڵ ژنێک قسە بکەم."
    assert (message.channel, message.address, message.entered_by) == (Channel.CONSOLE, "", huda.person)
    assert (message.behalf, message.locale, message.code) == (True, Locale.CKB, _code(page))
    assert re.fullmatch(r"[1-9]\d{15}", message.code)


async def test_pressing_twice_keeps_one_report_under_one_code(house: House) -> None:
    huda = await call(house)
    token = await huda.token()
    pages = [await huda.write(token=token) for _ in range(2)]
    assert _code(pages[0][1]) == _code(pages[1][1])
    assert len(await _kept(house)) == 1


async def test_a_number_among_the_words_is_taken_out_before_anything_is_kept(house: House) -> None:
    huda = await call(house)
    _, page = await huda.write(text=f"{SAID} ورقمه {NUMBER} وهو خايف", place="٠٧٧٠٠٠٠٠٠٤٢")
    (message,) = await _kept(house)
    assert message.text == f"{SAID} ورقمه [PHONE] وهو خايف\nالمكان: [PHONE]"
    assert "كان في النص رقم هاتف" in page
    spoken = "رقمي صفر سبعمية وسبعين مية وثلاثة وعشرين خمسة واربعين سبعة وستين"
    assert "كان في النص رقم هاتف" in (await huda.write(text=spoken))[1]
    assert "كان في النص رقم هاتف" not in (await huda.write())[1]


@pytest.mark.parametrize(
    "fields", [{"consent": ""}, {"text": "  "}, {"text": "ا" * 4001}, {"language": "tr"}, {"token": "A" * 50}]
)
async def test_without_consent_or_words_nothing_is_kept_and_what_was_typed_stays(
    house: House, fields: dict[str, str]
) -> None:
    huda = await call(house)
    status, page = await huda.write(**{"place": "قرب الجسر", **fields})
    assert status == 422
    assert 'role="alert"' in page
    assert 'value="قرب الجسر"' in page
    assert await _kept(house) == []


@pytest.mark.parametrize(("field", "limit"), [("text", 4000), ("place", 120)])
async def test_what_is_too_long_is_told_the_limit_that_holds(house: House, field: str, limit: int) -> None:
    huda = await call(house)
    status, page = await huda.write(**{field: "ا" * (limit + 1)})
    told = re.search(r'role="alert">([^<]+)<', page)
    assert told
    assert (status, re.findall(r"\d+", told[1])) == (422, [str(limit)])
    assert (await huda.write(**{field: "ا" * limit}))[0] == 200


async def test_while_it_cannot_be_kept_what_was_typed_stays_on_the_form(house: House) -> None:
    class Away(House):
        async def keep(self, message: Message) -> None:
            raise OSError(message.channel)

    huda = await call(house)
    token = await huda.token()
    huda.house = Away(house.store, house.keyring, house.catalogue, house.now)
    status, page = await huda.write(token=token)
    assert status == 503
    assert SAID in page
    assert token in page
    assert 'class="code"' not in page


async def test_the_text_to_read_aloud_is_there_in_all_languages_and_no_field_asks_for_a_number(house: House) -> None:
    _, page = await (await call(house)).open()
    assert len(re.findall(r'class="aloud"', page)) == 3
    assert 'type="tel"' not in page
    names = set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', page))
    assert names == {
        *("form_token", "token", "consent", "language", "text", "governorate", "place", "behalf", "woman"),
        "back",  # of every page's own switch of languages
    }


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.POLICE_LIAISON])
async def test_only_those_who_talk_with_people_may_enter(house: House, role: Role) -> None:
    someone = await call(house, role)
    may = role in {Role.COORDINATOR, Role.DUTY_OFFICER, Role.FOCAL_POINT}
    assert (await someone.open())[0] == (200 if may else 404)
    if not may:
        async with house.client(someone.session) as http:
            refused = await http.post("/enter", data={"form_token": someone.form_token, "token": "x", "text": SAID})
        assert refused.status_code == 404
        assert await _kept(house) == []


async def test_it_is_audited_who_typed_something_in(house: House) -> None:
    huda = await call(house)
    await huda.write()
    rows = await house.store.read(
        lambda c: c.execute(select(audit.c.actor, audit.c.subject).where(audit.c.action == "report.enter")).all()
    )
    assert [tuple(row) for row in rows] == [(huda.person, "")]


async def test_who_typed_in_a_sensitive_report_cannot_open_it_but_its_reporter_can_come_back(house: House) -> None:
    """Group 51 too: the code alone opens it to its reporter, whoever typed it in and from wherever."""
    huda = await call(house)
    _, page = await huda.write(text="رجلها يضربها كل يوم وحابسها بالبيت", governorate="IQ-BG", place="الكرادة")
    await _settle(house)
    row = await house.store.read(lambda c: c.execute(select(reports)).one())
    assert row.desk == Desk.WOMEN
    assert row.reachable == "pull"
    assert huda.person not in {str(value) for value in row}
    assert row.number not in page
    assert row.id not in page
    async with house.client(huda.session) as http:
        assert (await http.get(f"/reports/{row.number}")).status_code == 404
        assert row.number not in (await http.get("/")).text
    code = _code(page)
    assert await house.store.read(lambda c: pickup.find(c, house.keyring, code)) is not None


async def test_nor_can_a_focal_point_of_that_desk_but_her_colleague_can(house: House) -> None:
    huda = await call(house, Role.FOCAL_POINT)
    await house.hire("نور", Role.FOCAL_POINT)
    _, page = await huda.write(text="رجلها يضربها كل يوم وحابسها بالبيت", governorate="IQ-BG", place="الكرادة")
    assert "زميلة" in page
    await _settle(house)
    row = await house.store.read(lambda c: c.execute(select(reports)).one())
    suad = await house.hire("سعاد", Role.FOCAL_POINT, office=row.office, desks=(Desk(row.desk),))
    mine = {"staff": huda.person, "office": row.office, "desk": row.desk, "role": Role.FOCAL_POINT}
    await house.store.write(lambda c: c.execute(sql.insert_unless_there(c, grants), [mine]))
    for session, status in ((huda.session, 404), (await house.session(suad), 200)):
        async with house.client(session) as http:
            given = await http.get(f"/reports/{row.number}")
            assert given.status_code == status
            assert (row.number in (await http.get("/")).text) is (status == 200)
    assert "هدى" in given.text, "her colleague knows whom to ask"


async def test_nothing_is_taken_in_that_only_its_typist_could_open_and_nothing_typed_is_lost(house: House) -> None:
    huda = await call(house, Role.FOCAL_POINT)
    hers = "رجلها يضربها كل يوم وحابسها بالبيت"
    status, page = await huda.write(text=hers)
    assert status == 409
    assert hers in page
    assert "الوحيد الذي يفتح هذا البلاغ" in page
    assert (await huda.write(woman="1"))[0] == 409
    assert await _kept(house) == []
    assert (await huda.write())[0] == 200, "an ordinary one is another's to open"
    zainab = await call(house, Role.COORDINATOR, "زينب")
    assert (await zainab.write(text=hers))[0] == 200, "who works at no sealed desk opens none"
    await house.hire("سعاد", Role.FOCAL_POINT)
    assert (await huda.write(text=hers))[0] == 200
