"""A sealed report while her key is locked: one thing is offered, and nothing typed is lost."""

import re
from datetime import timedelta

import httpx
import pytest

from bot.vocabulary import Desk
from tests.api.house import ORIGIN, House
from tests.api.seats import SAID, N, Seat, house, opened, seat, small_house
from tests.ceremony import PHRASE
from tests.databases import on_sqlite_mostly, sqlite_mostly
from tests.staffing import Filed

__all__ = ["house", "small_house"]

pytestmark = sqlite_mostly


FORMS = ("reply", "note", "status", "correct", "assign", "refer", "close", "consent", "claim")


async def _waits(house: House) -> Seat:
    huda, _ = await opened(house)
    await house.file(Filed(N, desk=Desk.WOMEN, said=(SAID,)))
    return huda


async def test_a_locked_report_offers_one_thing_to_unlock_first(house: House) -> None:
    huda = await _waits(house)
    _, page = await huda.get(f"/reports/{N}")
    assert not re.findall(rf'action="/reports/{N}/', page)
    assert page.count(f'href="/key?back=/reports/{N}"') == 1
    assert "افتح مفتاحك أولاً" in page
    await huda.unlock()
    _, page = await huda.get(f"/reports/{N}")
    assert {name for name in FORMS if f'action="/reports/{N}/{name}' in page} == set(FORMS)
    assert "افتح مفتاحك أولاً" not in page


TYPED = "كلام طويل كتبته ولا أريد أن أكتبه مرتين"


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("reply", {"text": TYPED, "stage": "preview"}),
        ("reply", {"text": TYPED, "stage": "send"}),
        ("note", {"text": TYPED}),
        ("refer", {"body": "الكهرباء", "text": TYPED}),
    ],
)
@on_sqlite_mostly
async def test_nothing_typed_is_lost_when_the_key_locked_itself_meanwhile(
    house: House, step: str, fields: dict[str, str]
) -> None:
    huda = await _waits(house)
    await huda.unlock()
    assert SAID in (await huda.later(timedelta(minutes=20)).get(f"/reports/{N}"))[1]  # the session goes on
    late = huda.later(timedelta(minutes=31))
    status, page = await late.post(f"/reports/{N}/{step}", **fields)
    assert status == 422
    assert page.count(TYPED) == 1
    assert set(re.findall(rf'action="/reports/{N}/(\w+)', page)) == {step}
    # In a tab of its own, so that going there does not take the page away.
    assert re.search(rf'href="/key\?back=/reports/{N}" target="_blank" rel="noopener"', page)
    assert "ما كتبته باقٍ هنا" in page
    await late.unlock()
    status, page = await late.post(f"/reports/{N}/{step}", **fields)
    # From a sealed desk nothing is referred before its reporter agreed; that is said beside what was typed.
    assert status == (422 if step == "refer" else 200 if fields.get("stage") == "preview" else 303), page
    assert status == 303 or TYPED in page


async def test_nothing_typed_is_lost_when_the_session_ended_meanwhile(small_house: House) -> None:
    huda = await _waits(small_house)
    late = huda.later(timedelta(minutes=31))
    status, page = await late.post(f"/reports/{N}/note", text=f"{TYPED} <b>")
    assert status == 401
    assert f"{TYPED} &lt;b&gt;" in page
    assert SAID not in page
    assert await late.post("/key/unlock", phrase=PHRASE) == (303, "/login")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(small_house.app), base_url=ORIGIN) as elsewhere:
        given = await elsewhere.post(f"/reports/{N}/note", data={"text": TYPED})
    assert (given.status_code, given.headers["location"]) == (303, "/login"), "no other site has it shown"


async def test_a_part_that_is_older_than_her_key_offers_no_form_and_no_key_to_open(house: House) -> None:
    huda = await _waits(house)
    mona = await seat(house, "منى")  # she has no key yet
    _, page = await mona.get(f"/reports/{N}")
    assert 'action="/reports/' not in page
    status, page = await mona.post(f"/reports/{N}/note", text=TYPED)
    assert status == 422
    assert TYPED in page
    assert huda.person != mona.person
