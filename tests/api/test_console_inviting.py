"""Invitations to print: a forum's link and QR code, in three languages, for those who put them on walls."""

import re
from datetime import datetime

import pytest

from api import invitations
from bot.vocabulary import Directory, Locale, Office, OfficeKind, Role
from storage.database.engine import Store
from storage.keys import Keyring
from tests.api.house import House, build
from tests.staffing import ADHAMIYA, KARRADA, WOMEN

BOT, NUMBER = "example_bot", "+9647700000012"


class Town(House):
    """Three offices, one of which would tell why somebody wrote."""

    async def directory(self) -> Directory:
        """The offices."""
        kinds = {KARRADA: OfficeKind.FORUM, ADHAMIYA: OfficeKind.FORUM, WOMEN: OfficeKind.WOMEN}
        return Directory(
            {code: Office(code, kind, {Locale.AR: f"مكتب {code}"}, frozenset()) for code, kind in kinds.items()}
        )


@pytest.fixture
async def house(sqlite_store: Store, keyring: Keyring, now: datetime) -> Town:
    made = await build(sqlite_store, keyring, now)
    return Town(made.store, made.keyring, made.catalogue, made.now, reached_by=(BOT, NUMBER))


async def _get(house: House, role: Role, path: str) -> tuple[int, str]:
    person = await house.hire(f"أحد {role}", role)
    async with house.client(await house.session(person)) as http:
        given = await http.get(path)
    return given.status_code, given.text


async def test_a_page_holds_the_link_its_code_and_words_in_three_languages(house: Town) -> None:
    status, page = await _get(house, Role.COORDINATOR, f"/invitations/{KARRADA}")
    assert status == 200
    link = f"https://t.me/{BOT}?start=f_{KARRADA}"
    assert link in page
    assert invitations.inline(link) in page
    assert re.findall(r'<section lang="(\w+)" dir="(\w+)">', page) == [("ar", "rtl"), ("ckb", "rtl"), ("en", "ltr")]
    assert page.count(f"\u2066{NUMBER}\u2069") == 3
    sheet = page.partition('class="sheet"')[2].partition("</article>")[0]
    for word in ("نساء", "ژنان", "women", "report", "بلاغ"):
        assert word not in sheet, "it tells no kind of concern"


async def test_it_works_without_a_script_and_without_anything_from_elsewhere(house: Town) -> None:
    _, page = await _get(house, Role.ADMINISTRATOR, f"/invitations/{KARRADA}")
    assert "<script" not in page
    assert " style=" not in page, "the policy for content allows none"
    assert not re.search(r'(?:src|href)="https?:', page)


async def test_a_coordinator_prints_their_own_and_an_administrator_all_but_what_would_tell(house: Town) -> None:
    _, own = await _get(house, Role.COORDINATOR, "/invitations")
    assert re.findall(r'href="/invitations/([\w-]+)', own) == [KARRADA]
    _, every = await _get(house, Role.ADMINISTRATOR, "/invitations")
    assert set(re.findall(r'href="/invitations/([\w-]+)', every)) == {KARRADA, ADHAMIYA}


@pytest.mark.parametrize(
    ("role", "office"),
    [
        (Role.COORDINATOR, ADHAMIYA),
        (Role.COORDINATOR, "absent"),
        (Role.ADMINISTRATOR, WOMEN),
        *((role, KARRADA) for role in Role if role not in {Role.COORDINATOR, Role.ADMINISTRATOR}),
    ],
)
async def test_no_other_page_is_there(house: Town, role: Role, office: str) -> None:
    assert (await _get(house, role, f"/invitations/{office}"))[0] == 404


async def test_where_the_settings_do_not_name_the_bot_it_is_asked_for(house: Town) -> None:
    bare = Town(house.store, house.keyring, house.catalogue, house.now)
    person = await bare.hire("مدير", Role.ADMINISTRATOR)
    async with bare.client(await bare.session(person)) as http:
        assert 'name="bot"' in (await http.get("/invitations")).text
        assert f"/invitations/{KARRADA}?bot={BOT}" in (await http.get(f"/invitations?bot={BOT}")).text
        assert f"https://t.me/{BOT}?start=" in (await http.get(f"/invitations/{KARRADA}?bot={BOT}")).text
        for wrong in ("", "?bot=x", "?bot=%22%3E%3Cscript%3E"):
            page = (await http.get(f"/invitations/{KARRADA}{wrong}")).text
            assert 'role="alert"' in page
            assert "<svg viewBox" in page  # the brand, and no code
            assert "t.me" not in page
            assert "<script" not in page
