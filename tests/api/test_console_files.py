"""Files on the coordinator's screen and in the JSON API (group 23): who may, in which form, in which parts, audited."""

import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from api import showing
from bot.vocabulary import Desk, Medium, MediumKind, Role, SendFailed
from storage import tables
from storage.database.engine import Connection, Store
from storage.intake import transcripts
from storage.intake.transcripts import Words
from storage.keys import Keyring
from storage.words import content, media, vault
from storage.words.media import Known
from tests.api import house as houses
from tests.api.house import House
from tests.bot import pictures, sounds
from tests.staffing import Filed

PHOTO, NOTE = pictures.photo(), sounds.opus(sound=bytes(range(250)) * 600)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
FILM = b"\0\0\0\x18ftypisom" + bytes(3000)


@pytest.fixture
async def house(sqlite_store: Store, keyring: Keyring, now: datetime, tmp_path: Path) -> House:
    """A town on SQLite; the second wall is asked in tests/storage/words/test_media.py."""
    built = replace(await houses.build(sqlite_store, keyring, now), media_dir=tmp_path / "media")
    await built.file(Filed("BG-1AAAA"), Filed("BG-2WWWW", desk=Desk.WOMEN))
    return built


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _part(conn: Connection, number: str) -> tuple[str, str]:
    found = conn.execute(
        select(tables.parts.c.id, tables.reports.c.id)
        .join(tables.reports, tables.reports.c.id == tables.parts.c.report)
        .where(tables.reports.c.number == number, tables.parts.c.kind == "utterance")
    ).first()
    assert found is not None
    return found[0], found[1]


async def _attach(
    house: House, number: str, bytes_: bytes | None, known: Known, *, reason: str = "", unheard: bool = False
) -> str:
    """A file of a report: kept when it has bytes, failed with a reason, else waiting. Its id."""
    now, ring = house.now, house.keyring

    def add(conn: Connection) -> list[media.Fetch]:
        part, report = _part(conn, number)
        at = {"part": part, "report": report}
        media.add(conn, ring, **at, files=[Medium(known.kind, "r")], now=now, carrier="telegram")
        return media.claim(conn, ring, owner="t", now=now, limit=1, lease=timedelta(minutes=1))

    (fetch,) = await house.store.write(add)
    if reason:
        failure = SendFailed(reason, retryable=False)
        await house.store.write(lambda c: media.failed(c, fetch, failure, now=now, jitter=0.0))
    elif bytes_ is not None:
        stored = await vault.write(house.media_dir, _once(bytes_), now=now)
        await house.store.write(lambda c: media.kept(c, ring, fetch, stored, known, now=now, unheard=unheard))
    return fetch.id


async def _photo(house: House, number: str = "BG-1AAAA") -> str:
    return await _attach(house, number, PHOTO, Known(MediumKind.PHOTO, "image/jpeg", stripped=True))


async def _note(house: House, number: str = "BG-1AAAA", *, stripped: bool = True, unheard: bool = False) -> str:
    known = Known(MediumKind.VOICE, "audio/ogg", stripped=stripped)
    return await _attach(house, number, NOTE, known, unheard=unheard)


async def _film(house: House) -> str:
    return await _attach(house, "BG-1AAAA", FILM, Known(MediumKind.VIDEO, "video/mp4", stripped=False))


async def _coordinator(house: House, *desks: Desk) -> str:
    role = Role.FOCAL_POINT if Desk.WOMEN in desks else Role.COORDINATOR
    name = f"{role.value} {secrets.token_hex(4)}"
    return await house.session(await house.hire(name, role, desks=desks))


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_photo_and_a_voice_note_stand_in_the_thread_without_a_script(house: House) -> None:
    photo, note = await _photo(house), await _note(house)
    async with house.client(await _coordinator(house)) as http:
        page = (await http.get("/reports/BG-1AAAA")).text
        assert f'<img src="/reports/BG-1AAAA/files/{photo}"' in page
        assert f'<a href="/reports/BG-1AAAA/files/{photo}" target="_blank"' in page
        assert f'<audio controls preload="none" src="/reports/BG-1AAAA/files/{note}">' in page
        assert "<script" not in page
        policy = (await http.get("/reports/BG-1AAAA")).headers["content-security-policy"]
        assert "media-src 'self'" in policy


@pytest.mark.parametrize(
    ("language", "warning"), [("ar", "قد يكشف مكان"), ("ckb", "ئاشکرا بکات"), ("en", "It stays at this desk")]
)
async def test_what_could_not_be_cleaned_bears_a_warning_in_each_language(
    house: House, language: str, warning: str
) -> None:
    await _photo(house)
    async with house.client(await _coordinator(house)) as http:
        http.cookies.set("lang", language)
        assert warning not in (await http.get("/reports/BG-1AAAA")).text
        film = await _film(house)
        page = (await http.get("/reports/BG-1AAAA")).text
        assert warning in page
        assert f'href="/reports/BG-1AAAA/files/{film}" download' in page


@pytest.mark.parametrize(
    ("reason", "words"),
    [("too_large", "larger than 20 MB"), ("gone", "does not have it any more"), ("xyz", "does not give it")],
)
async def test_why_a_file_is_not_there_is_said_in_words(house: House, reason: str, words: str) -> None:
    await _attach(house, "BG-1AAAA", None, Known(MediumKind.VIDEO, "", stripped=False), reason=reason)
    async with house.client(await _coordinator(house)) as http:
        http.cookies.set("lang", "en")
        assert words in (await http.get("/reports/BG-1AAAA")).text


async def test_a_file_on_its_way_is_said_to_be(house: House) -> None:
    await _attach(house, "BG-1AAAA", None, Known(MediumKind.PHOTO, "", stripped=False))
    async with house.client(await _coordinator(house)) as http:
        http.cookies.set("lang", "en")
        page = (await http.get("/reports/BG-1AAAA")).text
        assert "being fetched" in page
        assert "/files/" not in page


async def test_pictures_sent_together_are_one_entry_with_the_words_that_came_with_one(house: House) -> None:
    now, ring = house.now, house.keyring

    def say(conn: Connection) -> None:
        _, report = _part(conn, "BG-1AAAA")
        for place, text in enumerate(("", "هذا بيتنا", "")):
            body: dict[str, Any] = {"text": text, "point": None, "media": ["photo"], "edit": False, "album": "a1"}
            at = now + timedelta(seconds=place)
            part = content.add_part(conn, ring, report=report, kind="utterance", body=body, at=at)
            files = [Medium(MediumKind.PHOTO, "r")]
            media.add(conn, ring, part=part, report=report, files=files, now=now, carrier="telegram")
        note = {"id": secrets.token_hex(16), "report": report, "at": now, "kind": "note"}
        conn.execute(insert(tables.events), {**note, "actor": None, "data": {}})

    await house.store.write(say)
    person = await house.hire("api", Role.COORDINATOR)
    async with house.client() as http:
        whole = (await http.get("/v1/reports/BG-1AAAA", headers=await house.bearer(person))).json()
    (album,) = [line for line in whole["thread"] if line["files"]]
    assert (album["text"], len(album["files"])) == ("هذا بيتنا", 3)


async def _edited(house: House) -> list[str]:
    """A message whose photo, pin and words were changed; the ids of both photos, the first one's first."""
    now, ring = house.now, house.keyring

    def say(conn: Connection) -> list[media.Fetch]:
        _, report = _part(conn, "BG-1AAAA")
        for place, text in enumerate(("باب البيت", "باب الجيران")):
            point = {"lat": 33.3 + place, "lon": 44.4}
            body = {"text": text, "point": point, "media": ["photo"], "edit": place > 0, "own": "m", "marks": [text]}
            at = now + timedelta(seconds=place)
            part = content.add_part(conn, ring, report=report, kind="utterance", body=body, at=at)
            files = [Medium(MediumKind.PHOTO, f"r{place}")]
            media.add(conn, ring, part=part, report=report, files=files, now=now, carrier="telegram")
        fetches = media.claim(conn, ring, owner="t", now=now, limit=9, lease=timedelta(minutes=1))
        return sorted(fetches, key=lambda fetch: fetch.ref)

    fetches, known = await house.store.write(say), Known(MediumKind.PHOTO, "image/jpeg", stripped=True)
    for fetch in fetches:
        stored = await vault.write(house.media_dir, _once(PHOTO), now=now)
        keep = partial(media.kept, keyring=ring, fetch=fetch, stored=stored, known=known, now=now, unheard=False)
        assert await house.store.write(keep)
    return [fetch.id for fetch in fetches]


async def test_each_version_of_a_message_shows_its_own_photo_and_pin(house: House) -> None:
    """Group 9: to whoever may read it; an auditor sees none of them."""
    first, last = await _edited(house)
    async with house.client(await _coordinator(house)) as http:
        page = (await http.get("/reports/BG-1AAAA")).text
        now, _, before = page.partition("<details><summary>")
        before, _, after = before.partition("</details>")
        for shown, photo, pin in ((now + after, last, "34.30000"), (before, first, "33.30000")):
            assert f'<img src="/reports/BG-1AAAA/files/{photo}"' in shown
            assert pin in shown
        assert (last in before, "34.30000" in before) == (False, False)
        assert (await http.get(f"/reports/BG-1AAAA/files/{first}")).content == PHOTO
    bearer = await house.bearer(await house.hire("api", Role.COORDINATOR))
    async with house.client() as http:
        thread = (await http.get("/v1/reports/BG-1AAAA", headers=bearer)).json()["thread"]
    (line,) = [line for line in thread if line["earlier"]]
    assert [file["id"] for file in line["files"]] == [last]
    (old,) = line["earlier"]
    assert ([file["id"] for file in old["files"]], old["point"]) == ([first], {"lat": 33.3, "lon": 44.4})
    async with house.client(await house.session(await house.hire("المدقق", Role.AUDITOR))) as http:
        audited = (await http.get("/reports/BG-1AAAA")).text
        assert "BG-1AAAA" in audited
        assert not [each for each in (first, last, "33.30000", "34.30000", "باب") if each in audited]


async def test_a_transcript_stands_under_its_recording_as_a_machines_work(house: House) -> None:
    await _note(house, unheard=True)

    def write(conn: Connection) -> bool:
        lease = timedelta(minutes=1)
        recording = transcripts.claim(conn, house.keyring, owner="t", now=house.now, lease=lease)
        assert recording is not None
        return transcripts.written(conn, house.keyring, recording, Words("سرقوا <b>السيارة</b>"), now=house.now)

    assert await house.store.write(write)
    async with house.client(await _coordinator(house)) as http:
        http.cookies.set("lang", "en")
        page = (await http.get("/reports/BG-1AAAA")).text
    under = page[page.index("<audio") :]
    assert re.search(r"Written by a machine, may be wrong.*سرقوا &lt;b&gt;السيارة", under, re.DOTALL)


# ── The bytes ────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_bytes_come_whole_and_in_parts_as_a_player_asks(house: House) -> None:
    note = await _note(house)
    async with house.client(await _coordinator(house)) as http:
        at = f"/reports/BG-1AAAA/files/{note}"
        whole = await http.get(at)
        assert (whole.status_code, whole.content) == (200, NOTE)
        assert whole.headers["accept-ranges"] == "bytes"
        assert whole.headers["content-type"] == "audio/ogg"
        for asked, start, end in (
            ("bytes=0-", 0, len(NOTE)),
            ("bytes=0-1", 0, 2),
            ("bytes=70000-70099", 70_000, 70_100),
            ("bytes=-10", len(NOTE) - 10, len(NOTE)),
            ("bytes=100-99999999", 100, len(NOTE)),
        ):
            part = await http.get(at, headers={"Range": asked})
            assert part.content == NOTE[start:end]
            if end - start < len(NOTE):
                assert part.status_code == 206
                assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{len(NOTE)}"
        past = await http.get(at, headers={"Range": f"bytes={len(NOTE)}-"})
        assert (past.status_code, past.headers["content-range"]) == (416, f"bytes */{len(NOTE)}")


@given(st.text(max_size=30), st.integers(0, 1000))
def test_any_range_header_is_answered_with_what_is_there(asked: str, size: int) -> None:
    for header in (asked, f"bytes={asked}"):
        wanted = showing.part(header, size)
        assert wanted is None or wanted == (0, size) or 0 <= wanted[0] < wanted[1] <= size


@pytest.mark.parametrize(
    ("bytes_", "known", "served", "shown"),
    [
        (PHOTO, Known(MediumKind.PHOTO, "image/jpeg", stripped=True), "image/jpeg", "inline"),
        (PHOTO, Known(MediumKind.DOCUMENT, "image/heic", stripped=False), "application/octet-stream", "attachment"),
        (SVG, Known(MediumKind.DOCUMENT, "image/svg+xml", stripped=False), "application/octet-stream", "attachment"),
        (FILM, Known(MediumKind.VIDEO, "video/mp4", stripped=False), "application/octet-stream", "attachment"),
        (NOTE, Known(MediumKind.VOICE, "audio/ogg", stripped=False), "audio/ogg", "inline"),
    ],
)
async def test_only_our_own_pictures_and_sound_are_shown_where_they_stand(
    house: House, bytes_: bytes, known: Known, served: str, shown: str
) -> None:
    file = await _attach(house, "BG-1AAAA", bytes_, known)
    async with house.client(await _coordinator(house)) as http:
        given_out = await http.get(f"/reports/BG-1AAAA/files/{file}")
    assert given_out.content == bytes_
    headers = given_out.headers
    assert headers["content-type"] == served
    assert headers["content-disposition"].startswith(f'{shown}; filename="file-{file[:8]}.')
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"


async def test_each_look_is_audited_by_file_and_person(house: House) -> None:
    note = await _note(house)
    async with house.client(await _coordinator(house)) as http:
        await http.get(f"/reports/BG-1AAAA/files/{note}")
        await http.get(f"/reports/BG-1AAAA/files/{note}", headers={"Range": "bytes=100-"})
    audit = tables.audit.c
    looked = select(audit.data).where(audit.action == "file.view")
    assert await house.store.read(lambda c: list(c.execute(looked).scalars())) == [{"file": note}] * 2


# ── Who may ──────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_sealed_desks_files_open_for_its_focal_point_alone(house: House) -> None:
    note = await _note(house, "BG-2WWWW")
    at = f"/reports/BG-2WWWW/files/{note}"
    async with house.client(await _coordinator(house, Desk.WOMEN)) as http:
        assert (await http.get(at)).content == NOTE
    for role in (Role.COORDINATOR, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR):
        person = await house.hire(f"stranger {role.value}", role)
        async with house.client(await house.session(person)) as http:
            hidden = await http.get(at)
            absent = await http.get(f"/reports/BG-2WWWW/files/{'0' * 32}")
            assert (hidden.status_code, hidden.content) == (404, absent.content)


@pytest.mark.parametrize("file", ["x", "../../secrets", "%00", "0" * 31, "A" * 32])
async def test_a_name_that_no_file_has_is_not_found(house: House, file: str) -> None:
    async with house.client(await _coordinator(house)) as http:
        assert (await http.get(f"/reports/BG-1AAAA/files/{file}")).status_code == 404


async def test_who_is_not_signed_in_is_sent_to_log_in(house: House) -> None:
    note = await _note(house)
    async with house.client() as http:
        assert (await http.get(f"/reports/BG-1AAAA/files/{note}")).headers["location"] == "/login"
        assert (await http.get(f"/v1/reports/BG-1AAAA/files/{note}")).status_code == 401


async def test_a_file_that_somebody_changed_on_disk_is_not_served(house: House) -> None:
    note = await _note(house)
    (file,) = [path for path in house.media_dir.glob("*/*") if path.is_file()]
    file.write_bytes(file.read_bytes()[:-1])
    async with house.client(await _coordinator(house)) as http:
        assert (await http.get(f"/reports/BG-1AAAA/files/{note}")).status_code == 404
    file.unlink()
    async with house.client(await _coordinator(house)) as http:
        assert (await http.get(f"/reports/BG-1AAAA/files/{note}")).status_code == 404


# ── The JSON API ─────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_api_gives_what_was_cleaned_and_nothing_else_leaves_the_desk(house: House) -> None:
    kept = {await _photo(house): PHOTO, await _note(house): NOTE}
    staying = {await _film(house), await _note(house, stripped=False)}
    bearer = await house.bearer(await house.hire("api", Role.COORDINATOR))
    async with house.client() as http:
        whole = (await http.get("/v1/reports/BG-1AAAA", headers=bearer)).json()
        listed = [file for line in whole["thread"] for file in line["files"]]
        assert {file["id"]: file["may_leave"] for file in listed} == dict.fromkeys(kept, True) | dict.fromkeys(
            staying, False
        )
        for file, bytes_ in kept.items():
            assert (await http.get(f"/v1/reports/BG-1AAAA/files/{file}", headers=bearer)).content == bytes_
        for file in staying:
            refused = await http.get(f"/v1/reports/BG-1AAAA/files/{file}", headers=bearer)
            assert (refused.status_code, refused.json()["type"]) == (403, "urn:muntada:problem:file.stays")
        strange = await http.get(f"/v1/reports/BG-2WWWW/files/{next(iter(kept))}", headers=bearer)
        assert strange.status_code == 404
