"""On the page of a code: advice when its button is pressed, once, and whom a blackmailed man would rather talk to."""

import html
import re

import httpx
import pytest
from sqlalchemy import select

from bot.vocabulary import Channel, Desk, Locale, Reply, Role
from storage import tables
from tests.databases import on_both
from tests.journeys.conftest import Town
from tests.journeys.desk import seated

BLACKMAIL = "اني شاب، يبتزوني بصوري ويطلبون فلوس"
THEFT = "انباك ماطوري البارحة بالليل"
_TOKEN = re.compile(r'name="token" value="([^"]+)"')
_CODE = re.compile(r'class="code"><bdi dir="ltr">([\d ]+)<')
_ASKED = 'value="any"'


def _text(town: Town, key: str, locale: Locale = Locale.AR) -> str:
    return town.wiring.catalogue.render(Reply(key), channel=Channel.WEB, locale=locale).text


async def _post(town: Town, path: str, **fields: str) -> str:
    """A page as a phone that was never here before gets it: without a cookie, from a client of its own."""
    async with httpx.AsyncClient(base_url=town.wiring.public_url, timeout=20, verify=False) as phone:
        page = await phone.post(path, data={"lang": "ar", **fields})
    assert page.status_code == 200, page.text
    assert page.headers["cache-control"] == "no-store"
    assert str(page.url).endswith(path)
    return html.unescape(page.text)


def _token(page: str) -> str:
    found = _TOKEN.search(page)
    assert found, page
    return found[1]


async def _told(town: Town, text: str, **fields: str) -> tuple[str, str]:
    """A report by the form: its code, and the page that showed it."""
    form = _token((await town.http.get("/r?lang=ar")).text)
    page = await _post(town, "/r", token=form, text=text, governorate="IQ-BG", **fields)
    found = _CODE.search(page)
    assert found, page
    return found[1].replace(" ", ""), page


async def _pressed(town: Town, code: str, do: str, lang: str = "ar") -> str:
    page = await _post(town, "/r/case", code=code, lang=lang)
    return await _post(town, "/r/case", code=code, token=_token(page), do=do, lang=lang)


async def test_advice_comes_for_its_button_once_and_never_unasked(town: Town) -> None:
    code, kept = await _told(town, BLACKMAIL)
    advice, gone = _text(town, "advice.electronic_blackmail"), "يُعرض مرة واحدة"
    assert advice not in kept
    assert 'value="advise"' in kept
    pressed = {"code": code, "token": _token(kept), "do": "advise", "fresh": "1"}
    shown = await _post(town, "/r/case", **pressed)  # just after sending, settled or not
    assert advice in shown
    assert _CODE.findall(shown) == _CODE.findall(kept)  # for who did not write it down yet
    again = await _post(town, "/r/case", **pressed)  # a reload
    assert advice not in again
    assert gone in again
    await town.settled()
    assert advice not in await _post(town, "/r/case", code=code)
    assert advice in await _pressed(town, code, "advise")
    assert (await town.settled())["reports"] == 1
    number, office, desk = await town.newest()
    async with seated(town, Role.FOCAL_POINT, office, desk) as hers:
        assert advice not in html.unescape(await hers.page(number))


@on_both
@pytest.mark.slow
async def test_a_blackmailed_man_is_asked_on_his_page_and_his_choice_is_kept(town: Town) -> None:
    code, _ = await _told(town, BLACKMAIL)
    number, office, desk = await town.newest()
    assert desk == "women"
    page = await _post(town, "/r/case", code=code)
    assert _text(town, "officer.ask") in page
    noted = await _pressed(town, code, "any")
    assert _text(town, "noted") in noted
    for shown in (noted, await _post(town, "/r/case", code=code)):
        assert _ASKED not in shown
    late = await _post(town, "/r/case", code=code, token=_token(noted), do="woman")
    assert "لم يعد ينتظر" in late
    assert (await town.newest()) == (number, office, desk)
    async with seated(town, Role.FOCAL_POINT, office, desk) as hers:
        assert "لا فرق عنده من يتابع معه" in html.unescape(await hers.page(number))


@pytest.mark.slow
async def test_whoever_wishes_for_a_woman_there_is_told_who_reads_it(town: Town) -> None:
    code, _ = await _told(town, BLACKMAIL)
    number, office, desk = await town.newest()
    assert _text(town, "woman.none") in await _pressed(town, code, "woman")  # nobody works there yet
    assert _ASKED not in await _post(town, "/r/case", code=code)
    assert (await town.newest()) == (number, office, desk)
    await town.on_duty(office, Desk(desk), Role.FOCAL_POINT, 7_700_061)
    code, _ = await _told(town, BLACKMAIL)
    await town.settled()
    assert _text(town, "woman.noted") in await _pressed(town, code, "woman")


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (BLACKMAIL, {"woman": "1"}),  # the form asked it already
        (BLACKMAIL, {"behalf": "1"}),
        ("اني بنية ويبتزوني بصوري", {}),
        ("عمري 15 سنة ويبتزوني بصوري", {}),
        (THEFT, {}),
    ],
)
@pytest.mark.slow
async def test_nobody_else_is_asked_nor_whoever_said_it_on_the_form(
    town: Town, text: str, fields: dict[str, str]
) -> None:
    code, _ = await _told(town, text, **fields)
    await town.settled()
    assert _ASKED not in await _post(town, "/r/case", code=code)
    assert "لم يعد ينتظر" in await _pressed(town, code, "any")
    assert _ASKED not in await _post(town, "/r/case", code=code)


@pytest.mark.parametrize("lang", [Locale.CKB, Locale.EN])
@pytest.mark.slow
async def test_both_speak_the_language_of_the_page(town: Town, lang: Locale) -> None:
    code, _ = await _told(town, BLACKMAIL)
    await town.settled()
    page = await _post(town, "/r/case", code=code, lang=lang)
    for key in ("officer.ask", "choice.woman", "choice.any"):
        assert _text(town, key, lang) in page
    assert _text(town, "advice.electronic_blackmail", lang) in await _pressed(town, code, "advise", lang)


@pytest.mark.slow
async def test_a_child_is_advised_as_a_child_with_the_number_and_a_friend_as_a_friend(town: Town) -> None:
    child, _ = await _told(town, "عمري 15 سنة ويبتزوني بصوري")
    friend, _ = await _told(town, "صديقتي يبتزوها بصورها", behalf="1")
    await town.settled()
    page = await _pressed(town, child, "advise")
    assert _text(town, "advice.electronic_blackmail.child") in page
    assert re.search(r"\b(?:911|104|119)\b", page)
    assert _text(town, "advice.electronic_blackmail.other") in await _pressed(town, friend, "advise")


@pytest.mark.slow
async def test_who_told_it_privately_on_telegram_is_advised_by_the_code_and_not_asked(town: Town) -> None:
    chat = 770_000_051
    await town.tell(chat, "سري")
    await town.told(chat)
    await town.tell(chat, BLACKMAIL)
    found = re.search(r"\d{4} \d{4} \d{4} \d{4}", (await town.told(chat, 2))[1])
    assert found
    code = found[0].replace(" ", "")
    assert _ASKED not in await _post(town, "/r/case", code=code)
    assert _text(town, "advice.electronic_blackmail") in await _pressed(town, code, "advise")


async def test_where_the_code_opens_nothing_the_advice_is_the_general_one_and_nothing_is_asked(town: Town) -> None:
    code, _ = await _told(town, BLACKMAIL)
    await town.settled()
    await town.wiring.store.write(lambda c: c.execute(tables.codes.update().values(facts=None, epoch=None)))
    assert _ASKED not in await _post(town, "/r/case", code=code)
    assert _text(town, "advice.other") in await _pressed(town, code, "advise")


async def test_without_a_token_of_ours_neither_happens(town: Town) -> None:
    code, _ = await _told(town, BLACKMAIL)
    await town.settled()
    for do in ("advise", "any"):
        refused = await town.http.post("/r/case", data={"code": code, "lang": "ar", "do": do})
        assert refused.status_code == 422
        assert _text(town, "advice.electronic_blackmail") not in html.unescape(refused.text)
    assert _ASKED in await _post(town, "/r/case", code=code)


async def test_the_audit_tells_as_little_of_advice_as_on_a_phone(town: Town) -> None:
    settled = select(tables.audit).where(tables.audit.c.action == "settle")
    code, _ = await _told(town, BLACKMAIL)
    await town.settled()
    (filed,) = await town.wiring.store.read(lambda c: c.execute(settled).all())
    await _pressed(town, code, "advise")
    await town.settled()
    rows = await town.wiring.store.read(lambda c: c.execute(settled).all())
    # Both tell the hour: no order by their times says which came last.
    (pressed,) = (row for row in rows if row.id != filed.id)
    assert (pressed.subject, pressed.data) == ("", {"effects": []})
