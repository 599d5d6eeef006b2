"""A consent that somebody changed past us: staff read so, on the page and by the API, and both leave word of it."""

import httpx
import pytest
from sqlalchemy import select, update

from bot.vocabulary import Role
from storage import tables
from tests.api.house import House
from tests.api.test_console_consent import ASKED, N, _post, _says, house
from tests.databases import sqlite_mostly

pytestmark = sqlite_mostly


__all__ = ["house"]  # a fixture

TEXTS = {
    "ar": ("سجل هذه الموافقة لم يكتبه البرنامج", "غُيّرت", "من خارج البرنامج"),
    "ckb": ("تۆماری ئەم ڕەزامەندییە", "گۆڕدراوە", "لە دەرەوەی بەرنامەکە"),
    "en": ("is not as this program wrote it", "Changed", "from outside the program"),
}


async def _changed(house: House, token: str) -> str:
    """A no that SQL made a yes."""
    await _post(house, token, "consent", **ASKED)
    consent = await _says(house, given=False)
    yes = update(tables.consents).values(answer=True)
    await house.store.write(lambda c: c.execute(yes) and None)
    return consent


async def _told(house: House) -> list[str]:
    e, a = tables.events.c, tables.audit.c
    kinds = [select(e.kind).where(e.kind == "tampered"), select(a.action).where(a.action == "report.tampered")]
    return [row for kind in kinds for row in await house.store.read(lambda c, k=kind: c.execute(k).scalars().all())]  # type: ignore[misc]


@pytest.mark.parametrize(
    "locale", [pytest.param(each, marks=() if each == "ar" else pytest.mark.slow) for each in TEXTS]
)
async def test_it_is_refused_on_the_page_in_words_and_told(house: House, locale: str) -> None:
    token = await house.session(await house.hire("زينب", Role.COORDINATOR))
    consent = await _changed(house, token)
    refusal, state, event = TEXTS[locale]
    async with house.client(token) as http:
        http.cookies.set("lang", locale)
        version = select(tables.reports.c.version).where(tables.reports.c.number == N)
        form = {"form_token": await house.form_token(token), "consent": consent, "summary": "x"}
        form["version"] = str(await house.store.read(lambda c: c.execute(version).scalar_one()))
        refused = await http.post(f"/reports/{N}/share", data=form)
        assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        assert refusal in refused.text
        page = (await http.get(f"/reports/{N}")).text
    assert state in page
    assert event in page
    assert 'name="consent" value=' not in page
    assert await _told(house) == ["tampered", "report.tampered"]


async def test_it_is_refused_by_the_api_and_told(house: House) -> None:
    person = await house.hire("زينب", Role.COORDINATOR)
    consent = await _changed(house, await house.session(person))
    headers = await house.bearer(person)
    async with house.client() as http:
        opened = await http.get(f"/v1/reports/{N}", headers=headers)
        assert [each["state"] for each in opened.json()["consents"]] == ["changed"]
        headers["If-Match"] = opened.headers["ETag"]
        share = f"/v1/reports/{N}/consents/{consent}/share"
        refused = await http.post(share, json={"summary": "x"}, headers=headers)
    assert refused.status_code == httpx.codes.CONFLICT
    assert refused.json()["type"].endswith(":consent.changed")
    assert await _told(house) == ["tampered", "report.tampered"]
