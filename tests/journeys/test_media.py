"""From a phone's camera and microphone to the coordinator's screen (groups 10, 11, 23), on each channel."""

import asyncio
import re
import secrets
from typing import Any

import httpx
import pytest

from bot.vocabulary import Desk, Role
from storage.people import logins, staff
from storage.people.logins import Attempt
from tests.bot import pictures, sounds
from tests.bot.pictures import CANARIES
from tests.carriers import updates
from tests.journeys.conftest import Town

CHAT = 7_700_031
NUMBER = "+9647700000031"
THEFT = "انباك ماطوري بالشعلة"
SOUND = bytes(range(256)) * 700
NOTE = sounds.opus(b"LOCATION=36.335", sound=SOUND)
_PASSWORD = logins.hash_password("correct horse battery")


async def _files(town: Town, number: str, token: dict[str, str], *, count: int) -> list[dict[str, Any]]:
    """The files of a report, once none of them waits."""
    for _ in range(2500):
        seen = (await town.http.get(f"/v1/reports/{number}", headers=token)).json()
        files = [file for line in seen["thread"] for file in line["files"]]
        if len(files) == count and all(file["state"] != "waiting" for file in files):
            return files
        await asyncio.sleep(0.05)
    raise AssertionError("the files did not come")


async def _browser(town: Town, office: str, desk: str) -> httpx.AsyncClient:
    """A coordinator's browser, signed in."""
    name, now = f"c {secrets.token_hex(4)}", town.clock()
    role = Role.DUTY_OFFICER if desk == "urgent" else Role.COORDINATOR

    def make(conn: Any) -> str:
        keyring = town.wiring.keyring
        person = staff.add(conn, keyring, name=name, role=role, office=office, desks=(Desk(desk),), now=now)
        tried, entropy = Attempt(person, _PASSWORD), secrets.token_bytes(64)
        return logins.log_in(conn, keyring, tried=tried, now=now, entropy=entropy)

    token = await town.wiring.store.write(make)
    return httpx.AsyncClient(base_url=town.wiring.public_url, cookies={"sid": token}, timeout=20, verify=False)


async def test_a_voice_note_alone_is_filed_and_routed_at_once_and_played_as_it_was_spoken(town: Town) -> None:
    town.telegram.files["file-9"] = NOTE
    assert await town.update(updates.spoken(CHAT, "file-9")) == 200
    await town.told(CHAT)
    number, office, desk = await town.newest()
    token = await town.member(Role.COORDINATOR, office, desks=(Desk(desk),))
    (row,) = (await town.http.get("/v1/reports", headers=token)).json()["reports"]
    assert (row["number"], row["urgency"]) == (number, "high")
    (file,) = await _files(town, number, token, count=1)
    assert (file["kind"], file["state"], file["may_leave"]) == ("voice", "kept", True)
    async with await _browser(town, office, desk) as browser:
        page = (await browser.get(f"/reports/{number}")).text
        found = re.search(r'<audio controls preload="none" src="([^"]+)">', page)
        assert found is not None
        whole = (await browser.get(found[1])).content
        assert (len(whole), b"LOCATION" in whole) == (len(NOTE), False)
        assert whole[-len(SOUND) // 2 :] == NOTE[-len(SOUND) // 2 :]
        # As a phone's player asks: the length first, then from where it stands.
        first = await browser.get(found[1], headers={"Range": "bytes=0-1"})
        assert (first.status_code, first.content) == (206, whole[:2])
        assert first.headers["content-range"] == f"bytes 0-1/{len(whole)}"
        rest = await browser.get(found[1], headers={"Range": "bytes=2-"})
        assert first.content + rest.content == whole


async def test_an_album_comes_as_one_entry_of_cleaned_photos(town: Town) -> None:
    names = [f"pic-{place}" for place in range(10)]
    for name in names:
        town.telegram.files[name] = pictures.photo()
    await town.tell(CHAT, THEFT)
    await town.told(CHAT)
    for update in updates.pictured(CHAT, names, "هذا الباب المكسور", message_id=500):
        assert await town.update(update) == 200
    number, office, desk = await town.newest()
    token = await town.member(Role.COORDINATOR, office, desks=(Desk(desk),))
    files = await _files(town, number, token, count=10)
    thread = (await town.http.get(f"/v1/reports/{number}", headers=token)).json()["thread"]
    (album,) = [line for line in thread if line["files"]]
    assert (album["text"], len(album["files"])) == ("هذا الباب المكسور", 10)
    for file in files[:2]:
        seen = (await town.http.get(f"/v1/reports/{number}/files/{file['id']}", headers=token)).content
        assert seen.startswith(b"\xff\xd8\xff")
        assert not any(canary in seen for canary in CANARIES)


@pytest.mark.parametrize("caption", [pytest.param(THEFT, marks=pytest.mark.slow), ""])
async def test_a_photo_put_in_the_place_of_another_comes_too_and_the_first_stays(town: Town, caption: str) -> None:
    """Group 9: the same caption, or none; told twice, it is one revision."""
    for name in ("door-1", "door-2"):
        town.telegram.files[name] = pictures.photo()
    assert await town.update(updates.photographed(CHAT, "door-1", caption, 700)) == 200
    await town.told(CHAT)
    for _ in range(2):
        assert await town.update(updates.photographed(CHAT, "door-2", caption, 700, edit=True)) == 200
    number, office, desk = await town.newest()
    token = await town.member(Role.COORDINATOR, office, desks=(Desk(desk),))
    for _ in range(2500):
        seen = (await town.http.get(f"/v1/reports/{number}", headers=token)).json()
        versions = [each["files"] for line in seen["thread"] for each in (line, *line["earlier"]) if each["files"]]
        if len(versions) > 1 and all(file["state"] == "kept" for files in versions for file in files):
            break
        await asyncio.sleep(0.05)
    assert [[file["state"] for file in files] for files in versions] == [["kept"], ["kept"]]
    (line,) = [line for line in seen["thread"] if line["files"]]
    assert (line["edit"], len(line["earlier"])) == (True, 1)
    async with await _browser(town, office, desk) as browser:
        page = (await browser.get(f"/reports/{number}")).text
        assert all(f'<img src="/reports/{number}/files/{files[0]["id"]}"' in page for files in versions)


async def test_a_picture_by_mms_comes_too_and_what_twilio_has_lost_says_so(town: Town) -> None:
    root, hook = town.twilio.url, f"{town.wiring.public_url}/hooks/sms/twilio"
    town.twilio.media["/media/1"] = pictures.photo()
    files = [(f"{root}/media/1", "image/jpeg"), ("http://169.254.169.254/latest", "image/jpeg")]
    assert await town.twilio.deliver(town.twilio.form(NUMBER, THEFT, media=files), hook) == [200]
    await town.texted(NUMBER)
    number, office, desk = await town.newest()
    token = await town.member(Role.COORDINATOR, office, desks=(Desk(desk),))
    found = await _files(town, number, token, count=2)
    assert sorted((file["state"], file["reason"]) for file in found) == [("failed", "unfetchable"), ("kept", "")]
