"""The question for consent to whoever wrote by the web form: on the page of their code, with its buttons, and back."""

import html
import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from bot.vocabulary import Locale, Role
from storage import tables
from storage.consent import consents
from tests.databases import on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.desk import asks, seated
from tests.journeys.test_consent import SUMMARY, THEFT

_TOKEN = re.compile(r'name="token" value="([^"]+)"')
_ASKED = re.compile(r'name="consent" value="([0-9a-f]{32})"')


async def _told(town: Town) -> str:
    form = _TOKEN.search((await town.http.get("/r?lang=ar")).text)
    assert form
    kept = await town.http.post("/r", data={"token": form[1], "lang": "ar", "text": THEFT})
    await town.settled()
    found = re.search(r'class="code"><bdi dir="ltr">([\d ]+)<', kept.text)
    assert found, kept.text
    return found[1].replace(" ", "")


async def _page(town: Town, code: str, lang: str = "ar", **fields: str) -> str:
    page = await town.http.post("/r/case", data={"code": code, "lang": lang, **fields})
    assert page.status_code == 200, page.text
    return html.unescape(page.text)


async def _pressed(town: Town, code: str, do: str, on: str = "", **fields: str) -> str:
    """A button of the page as it is now, or as it was. on: that page."""
    page = on or await _page(town, code)
    token, asked = _TOKEN.search(page), _ASKED.search(page)
    assert token
    named = {"consent": asked[1]} if asked else {}
    return await _page(town, code, token=token[1], do=do, **named, **fields)


async def _states(town: Town) -> list[str]:
    found = select(tables.consents).order_by(tables.consents.c.asked_at)
    rows = await town.wiring.store.read(lambda c: c.execute(found).all())
    return [consents.state(town.wiring.keyring, row, town.clock()) for row in rows]


@on_sqlite_mostly
async def test_it_is_read_answered_shared_and_taken_back_on_the_page(town: Town) -> None:
    code = await _told(town)
    number, office, desk = await town.newest()
    assert "الشرطة" not in await _page(town, code)
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        other = await asks(forum, number, "words")
        page = await _page(town, code)
        assert "الشرطة في" in page
        assert "السكوت يعني لا" in page  # the whole of it, as on any screen
        assert "سجلنا موافقتك" in await _pressed(town, code, "agree")
        assert await _states(town) == ["yes"]
        consent = re.search(r'name="consent" value="([0-9a-f]{32})"', await forum.page(number))
        assert consent
        shared = await forum.step(number, "share", consent=consent[1], summary=SUMMARY)
        assert shared.status_code == 303
    async with seated(town, Role.DUTY_OFFICER, other, "urgent") as police:
        assert len(await police.numbers()) == 1
        assert "سحبنا موافقتك" in await _pressed(town, code, "withdraw")
        assert await police.numbers() == []
    assert await _states(town) == ["ended"]


@pytest.mark.parametrize("words", ["سحب", "تراجعت"])
@pytest.mark.slow
async def test_words_on_the_page_take_it_back_too_and_are_filed_nowhere(town: Town, words: str) -> None:
    code = await _told(town)
    number, office, desk = await town.newest()
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        await asks(forum, number, "words")
        await _pressed(town, code, "agree")
        page = await _pressed(town, code, "add", text=words)
        assert "سحبنا موافقتك" in page
        assert await _states(town) == ["ended"]
        assert words not in re.sub(
            r"<[^>]*>", " ", (await forum.page(number)).partition("<h1")[2].partition("<form")[0]
        )
    assert (await town.settled())["reports"] == 1


@pytest.mark.slow
async def test_a_no_is_a_no_and_a_no_on_an_older_page_takes_a_yes_back(town: Town) -> None:
    code = await _told(town)
    number, office, desk = await town.newest()
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        await asks(forum, number, "words")
        assert "لن يصلهم شيء" in await _pressed(town, code, "refuse")
        assert await _states(town) == ["no"]
        await asks(forum, number, "summary", nth=1)
        older = await _page(town, code)
        await _pressed(town, code, "agree")
        assert await _states(town) == ["no", "yes"]
        assert "سحبنا موافقتك" in await _pressed(town, code, "refuse", on=older)
    assert await _states(town) == ["no", "ended"]


async def test_a_question_that_was_shown_waits_a_day_and_a_yes_after_that_counts_for_nothing(town: Town) -> None:
    code = await _told(town)
    number, office, desk = await town.newest()
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        await asks(forum, number, "words")
    town.clock.ahead += timedelta(days=1)
    page = await _page(town, code)
    assert "الشرطة في" in page  # it was not read before
    town.clock.ahead += timedelta(hours=3)
    assert "الشرطة في" in await _page(town, code)
    town.clock.ahead += timedelta(hours=22)
    assert "الشرطة في" not in await _page(town, code)
    fresh = _TOKEN.search(await _page(town, code))
    asked = _ASKED.search(page)
    assert fresh
    assert asked
    late = await _page(town, code, token=fresh[1], consent=asked[1], do="agree")
    assert "لم يعد ينتظر" in late
    assert await _states(town) == ["silent"]


@pytest.mark.parametrize(
    ("lang", "yes"), [pytest.param("en", "Yes, I agree", marks=pytest.mark.slow), ("ckb", "بەڵێ، ڕازیم")]
)
async def test_it_is_asked_in_the_language_of_the_page(town: Town, lang: str, yes: str) -> None:
    code = await _told(town)
    number, office, desk = await town.newest()
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        await asks(forum, number, "all")
    assert yes in await _page(town, code, lang=Locale(lang))


async def test_nobody_answers_another_question_by_naming_it(town: Town) -> None:
    code, other = await _told(town), await _told(town)
    number, office, desk = await town.newest()
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        await asks(forum, number, "words")
    there = await _page(town, other)
    asked = _ASKED.search(there)
    token: re.Match[str] | None = _TOKEN.search(await _page(town, code))
    assert asked
    assert token
    given: httpx.Response = await town.http.post(
        "/r/case", data={"code": code, "lang": "ar", "token": token[1], "consent": asked[1], "do": "agree"}
    )
    assert "لم يعد ينتظر" in html.unescape(given.text)
    assert await _states(town) == ["waiting"]
