"""What is changed of a message comes where the message is, whatever was told since: nobody else reads it."""

import asyncio
from typing import Any

import pytest

from bot.vocabulary import Desk, Role
from storage.purging import figures
from tests.bot import pictures
from tests.carriers import updates
from tests.databases import on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.phone import code_in, days, quiet, reports

CHAT = 7_700_000_062
BEATEN = ("زوجي يضربني كل يوم بالكرادة", Desk.WOMEN, Role.FOCAL_POINT)
COMPLAINT = ("ضابط بمركز شرطة الشعلة ياخذ رشوة من اهل البسطات", Desk.OVERSIGHT, Role.SUPERVISOR)
NAME = "اسمه كرار حسن ويشتغل بالكراج الشرقي وعنده مسدس بالبيت"
_PATH = [(33.300, 44.430), (33.302, 44.432), (33.304, 44.434), (33.306, 44.436)]


async def _settled(town: Town) -> None:
    for _ in range(2500):
        if not (await town.wiring.store.read(figures.read))["unsettled"]:
            break
        await asyncio.sleep(0.02)


@pytest.mark.slow
@on_sqlite_mostly
@pytest.mark.parametrize("first", [BEATEN, COMPLAINT])
async def test_an_edit_a_replaced_photo_and_a_pin_that_moves_stay_where_they_were_sent(
    town: Town, first: tuple[str, Desk, Role]
) -> None:
    said, desk, role = first
    for name in ("face-1", "face-2"):
        town.telegram.files[name] = pictures.photo()
    walking = updates.walking(CHAT, _PATH, 72)
    sent = [updates.said(CHAT, said, 71), walking[0], walking[1], updates.photographed(CHAT, "face-1", "شوفوا", 73)]
    for update in sent:
        await town.update(update)
        await _settled(town)
    number, office, there = await town.newest()
    assert there == desk
    for update in (updates.said(CHAT, "جديد", 74), updates.said(CHAT, "مطب كبير بشارع الكرادة", 75)):
        await town.update(update)
        await _settled(town)
    other, _, elsewhere = await town.newest()
    assert (other != number, elsewhere) == (True, Desk.GENERAL)
    photo = updates.photographed(CHAT, "face-2", "هاي صورتي", 73, edit=True)
    for update in (updates.edited(CHAT, f"{said} {NAME}", 71), walking[2], walking[3], photo):
        await town.update(update)
        await _settled(town)
    clerk = await town.member(Role.COORDINATOR, "BG-karrada", desks=(Desk.GENERAL,))
    hole = (await town.http.get(f"/v1/reports/{other}", headers=clerk)).json()["thread"]
    lines = [line for line in hole if line["text"] or line["point"] or line["files"]]
    assert [line["text"] for line in lines] == ["مطب كبير بشارع الكرادة"]
    reader = await town.member(role, office, desks=(desk,))
    thread = (await town.http.get(f"/v1/reports/{number}", headers=reader)).json()["thread"]
    assert any(NAME in (line["text"] or "") for line in thread)
    assert [line["point"] for line in thread if line["point"]] == [{"lat": 33.306, "lon": 44.436}]
    photos = [each["files"] for line in thread for each in (line, *line["earlier"]) if each["files"]]
    assert len(photos) == 2


@on_sqlite_mostly
async def test_whoever_holds_a_veiled_phone_erases_nothing_by_editing_what_she_wrote(town: Town) -> None:
    await _sends(town, updates.said(CHAT, BEATEN[0], 71))
    code = code_in(town.telegram.texts(CHAT))
    await days(town, 4)
    await _sends(town, updates.said(CHAT, "يفتشون موبايلي", 72))
    await _sends(town, updates.said(CHAT, f"{code} اليوم هم ضربني ضرب قوي", 73))
    for update in (updates.edited(CHAT, "حذف", 73), updates.said(CHAT, "نعم", 74)):
        await _sends(town, update)
    (told,) = await reports(town)
    assert told.erased_at is None


async def _sends(town: Town, update: Any) -> None:
    await town.update(update)
    await quiet(town)
