"""Who has to act on a change of a sealed desk's list is told so where they begin, and nobody else is."""

from datetime import datetime, timedelta

import pytest

from api.console.render import LANGUAGE_COOKIE
from bot.vocabulary import Locale, Role
from storage.database.engine import Store
from storage.desks import lists
from storage.keys import Keyring
from tests.api.house import House, build
from tests.api.seats import Seat, opened, seat
from tests.ceremony import PHRASE, WOMEN_OF_KARRADA
from tests.databases import on_sqlite_mostly

COMES = {
    Locale.AR: "\u2068منى\u2069 صنعت مفتاحاً لقسم",
    Locale.CKB: "\u2068منى\u2069 کلیلێکی بۆ",
    Locale.EN: "\u2068منى\u2069 has made a key for",
}
GOES = {
    Locale.AR: "تحل قارئة مكان أخرى",
    Locale.CKB: "یەکێک جێی خوێنەرێکی تر دەگرێتەوە",
    Locale.EN: "one who reads takes the place of another",
}


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(store, keyring, now)


async def _told(one: Seat, locale: Locale = Locale.AR) -> tuple[bool, bool]:
    """Whether the page that one begins with says that a key waits, and that somebody goes."""
    status, page = await one.get("/", **{LANGUAGE_COOKIE: locale.value})
    assert status == 200
    return COMES[locale] in page, GOES[locale] in page


async def _again(one: Seat, delay: timedelta) -> Seat:
    later = one.house.later(delay)
    token = await later.session(one.person)
    return Seat(later, one.person, token, await later.form_token(token))


@on_sqlite_mostly
async def test_a_key_that_waits_and_a_seat_that_ends_are_told_to_those_who_act_on_them_and_to_nobody_else(
    house: House,
) -> None:
    huda, suad, mona = await opened(house, "منى")
    others = {role: await seat(house, role.value, role) for role in Role}
    everybody = [huda, suad, mona, *others.values()]
    assert {await _told(each) for each in everybody} == {(False, False)}

    await mona.post("/key/make", phrase=PHRASE, again=PHRASE)
    for locale in Locale:
        assert await _told(huda, locale) == await _told(suad, locale) == (True, False)
    # Nor a focal point there who has no key yet: she could sign nobody.
    assert {await _told(each) for each in (mona, *others.values())} == {(False, False)}
    assert 'href="/key"' in (await huda.get("/"))[1]

    place, now = WOMEN_OF_KARRADA, house.now
    listed = await house.store.read(lambda c: lists.listed(c, house.keyring, place, person=suad.person, now=now))
    (new,), lost = listed.waiting, listed.mine
    assert lost is not None
    await huda.unlock()
    both = {"recipient": new.id, "lost": lost.id, "fingerprint": new.fingerprint, "sure": "1"}
    assert await huda.post("/key/replace", **both) == (303, "/key?done=replaced#main")
    admin = others[Role.ADMINISTRATOR]
    for locale in Locale:
        assert await _told(admin, locale) == (False, True)
    assert 'href="/desks"' in (await admin.get("/"))[1]
    # Those who read there are told who comes in whose place, and how to stop it, as ever.
    assert {await _told(each) for each in everybody if each is not admin} == {(False, False)}
    assert "تأخذ مكان \u2068سعاد\u2069" in (await suad.get("/"))[1]

    over = timedelta(hours=73)
    assert {await _told(await _again(each, over)) for each in (huda, mona, admin)} == {(False, False)}
