"""A focal point's key in the console: what is read with it open, and what its cookie is worth."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from api.console.render import LANGUAGE_COOKIE
from bot.vocabulary import Desk, Locale, Role
from storage.tables import audit, sessions
from tests.api.house import House
from tests.api.seats import SAID, N, Seat, house, opened, seat, small_house
from tests.ceremony import PHRASE, offered
from tests.databases import sqlite_mostly
from tests.staffing import Filed

__all__ = ["house", "small_house"]

pytestmark = sqlite_mostly
LOCKED = "مقفل بمفاتيح القسم"
BARE = re.compile(r"\b[a-z_]{3,}\.[a-z_]{2,}\b")


async def test_a_sealed_report_is_read_after_the_pass_phrase_and_not_before(house: House) -> None:
    huda, _ = await opened(house)
    await house.file(Filed(N, desk=Desk.WOMEN, category="domestic_violence", said=(SAID,)))
    status, page = await huda.get(f"/reports/{N}")
    assert status == 200
    assert SAID not in page
    assert LOCKED in page
    assert f'href="/key?back=/reports/{N}"' in page
    assert "مفتاحك مقفل" in (await huda.get("/key"))[1]
    assert await huda.unlock(back=f"/reports/{N}") == (303, f"/reports/{N}")
    assert SAID in (await huda.get(f"/reports/{N}"))[1]
    _, listed = await huda.get("/")
    assert LOCKED not in listed
    assert await huda.post("/key/lock") == (303, "/key?done=locked#main")
    assert SAID not in (await huda.get(f"/reports/{N}"))[1]


async def test_nobody_else_reads_it_whatever_they_may_elsewhere(house: House) -> None:
    huda, _ = await opened(house)
    await house.file(Filed(N, desk=Desk.WOMEN, said=(SAID,)))
    for role in set(Role) - {Role.FOCAL_POINT}:
        other = await seat(house, f"أحد {role.value}", role)
        other.half = huda.half
        assert (await other.get(f"/reports/{N}"))[0] == 404
    headers = await house.bearer(huda.person)
    await huda.unlock()
    async with house.client(huda.token) as http:
        http.cookies.set("__Host-key", huda.half)
        whole = (await http.get(f"/v1/reports/{N}", headers=headers)).json()
    assert whole["report"]["locked"]
    assert SAID not in str(whole)


async def test_the_key_stays_open_for_half_an_hour_in_one_browser_and_ends_with_the_session(house: House) -> None:
    huda, _ = await opened(house)
    await house.file(Filed(N, desk=Desk.WOMEN, said=(SAID,)))
    await huda.unlock()
    elsewhere = await house.session(huda.person)
    other = Seat(house, huda.person, elsewhere, await house.form_token(elsewhere), huda.half)
    assert SAID not in (await other.get(f"/reports/{N}"))[1]
    without = Seat(house, huda.person, huda.token, huda.form_token)
    assert SAID not in (await without.get(f"/reports/{N}"))[1]
    assert SAID in (await huda.later(timedelta(minutes=29)).get(f"/reports/{N}"))[1]
    late = huda.later(timedelta(minutes=31))
    assert (await late.get(f"/reports/{N}"))[0] == 200
    assert SAID not in (await late.get(f"/reports/{N}"))[1]
    await huda.later(timedelta(minutes=29)).post("/logout")
    halves = await house.store.read(lambda c: c.execute(select(sessions.c.key_half)).scalars().all())
    assert halves == [None, None], "hers is gone with its session; the others never had one"


async def test_the_cookie_is_for_this_host_and_for_no_script(small_house: House) -> None:
    huda, _ = await opened(small_house)
    async with small_house.client(huda.token) as http:
        given = await http.post("/key/unlock", data={"form_token": huda.form_token, "phrase": PHRASE})
    (cookie,) = given.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-key=")
    for word in ("HttpOnly", "Path=/", "SameSite=strict", "Secure", "Max-Age=1800"):
        assert word in cookie
    assert "Domain" not in cookie


async def test_wrong_phrases_are_refused_slowed_and_noted(house: House) -> None:
    huda, _ = await opened(house)
    status, page = await huda.unlock("not her phrase at all")
    assert status == 422
    assert "عبارة السر غير صحيحة" in page
    assert "انتظر دقيقة" in (await huda.unlock())[1]
    assert (await huda.later(timedelta(seconds=2)).unlock())[0] == 303
    steps = ("key.try", "key.unlock", "key.lock")
    tries = select(audit.c.action).where(audit.c.actor == huda.person, audit.c.action.in_(steps))
    found = await house.store.read(lambda c: sorted(c.execute(tries).scalars()))
    assert found == ["key.try", "key.try", "key.unlock"]


@pytest.mark.parametrize("locale", list(Locale))
async def test_no_word_is_missing_in_any_language(small_house: House, locale: Locale) -> None:
    huda, _, mona = await opened(small_house, "منى")
    admin = await seat(small_house, "مدير", Role.ADMINISTRATOR)
    await small_house.file(Filed(N, desk=Desk.WOMEN, said=(SAID,)))
    await small_house.store.write(lambda c: offered(c, small_house.keyring, mona.person, now=small_house.now))
    cookie = {LANGUAGE_COOKIE: locale.value}
    pages = [await mona.get("/key", **cookie), await huda.get(f"/reports/{N}", **cookie)]
    await huda.unlock()
    pages += [await huda.get(path, **cookie) for path in ("/key", "/key?done=granted", f"/reports/{N}", "/")]
    pages.append(await admin.get("/desks", **cookie))
    for status, page in pages:
        assert status == 200
        assert not BARE.findall(re.sub(r"<[^>]*>|docs/[a-z-]+\.md", " ", page))


@pytest.mark.parametrize("back", ["https://evil.test", "//evil.test", "/reports/../key\r\nX: y", "/logout"])
async def test_unlocking_leads_to_a_report_or_to_the_keys_own_page(small_house: House, back: str) -> None:
    huda, _ = await opened(small_house)
    assert await huda.unlock(back=back) == (303, "/key?done=unlocked#main")
