"""After the journeys nothing that a person wrote, and nothing that reaches them, lies open anywhere."""

import asyncio
import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot.vocabulary import Role
from storage import tables
from storage.backups import backup, clients
from storage.backups.backup import Place
from storage.database.engine import Connection
from storage.people import logins, staff
from storage.people.logins import Attempt
from storage.purging import retention
from tests.bot import pictures
from tests.carriers import updates
from tests.journeys.conftest import Town

CHAT = 7_700_031_337
NUMBER = "+9647700000037"
TEXTS = ("كناري غريب باگ ماطوري بالشعلة", "طير القصب ضايع من يومين")
ANSWER = "جواب الكناري للمواطن"
CALLED = "كناري المتصل بدون ماء"
CALLER = "٠٧٧٠ ٠٠٠ ٠٠٣٨"
HANDLE = "canary-handle-31337"


def _needles() -> list[bytes]:
    words = [*TEXTS, ANSWER, "كناري غريب", "طير القصب", str(CHAT), NUMBER, NUMBER[1:], NUMBER[4:], *updates.CANARIES]
    words += [CALLED, CALLER, CALLER.replace(" ", ""), "7700000038", HANDLE]
    files = [canary if isinstance(canary, bytes) else canary.encode() for canary in pictures.CANARIES]
    return [form for word in words for form in _forms(word)] + files


def _forms(word: str) -> set[bytes]:
    """The ways in which words may stand in a file: as JSON writes them, too, and as PostgreSQL dumps bytes."""
    plain = {word.encode(), word.encode("utf-16-le"), json.dumps(word)[1:-1].encode()}
    return plain | {form.hex().encode() for form in plain}


def _haystacks(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path


@pytest.fixture(autouse=True)
def _temp_files_are_searched_too(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert database_url  # a server that is started for the tests keeps its own folder
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))


async def _live(town: Town) -> None:
    await town.tell(CHAT, TEXTS[0])
    await town.sms(NUMBER, TEXTS[1])
    await town.told(CHAT)
    await town.texted(NUMBER)
    number, office, _ = await town.newest()
    secret = {"X-Telegram-Bot-Api-Secret-Token": "secret-of-the-door", "Content-Type": "application/json"}
    broken = json.dumps({"update_id": 999, **updates.said(CHAT, "\ud83d حروف مكسورة")}).encode()
    await town.http.post("/hooks/telegram", content=broken, headers=secret)
    await town.http.post("/hooks/telegram", content=b"{", headers=secret)
    token = await town.member(Role.COORDINATOR, office)
    seen = await town.http.get(f"/v1/reports/{number}", headers=token)
    if seen.status_code == 200:
        headers = {**token, "If-Match": seen.headers["ETag"]}
        await town.http.post(f"/v1/reports/{number}/reply", json={"text": ANSWER}, headers=headers)
        town.clock.let_an_answer_out()
    await _entered(town, office)
    await _photographed(town)
    await town.settled()


async def _entered(town: Town, office: str) -> None:
    """A caller's words, typed in by a coordinator with the caller's number among them."""
    password, now = logins.hash_password("correct horse battery"), town.clock()

    def log_in(conn: Connection) -> str:
        keyring = town.wiring.keyring
        person = staff.add(conn, keyring, name="هدى", role=Role.COORDINATOR, office=office, desks=(), now=now)
        return logins.log_in(conn, keyring, tried=Attempt(person, password), now=now, entropy=bytes(range(64)))

    cookies = {"sid": await town.wiring.store.write(log_in)}
    async with httpx.AsyncClient(base_url=town.wiring.public_url, cookies=cookies, timeout=20, verify=False) as browser:
        form = (await browser.get("/enter")).text
        hidden = {name: re.search(f'name="{name}" value="([^"]+)"', form) for name in ("form_token", "token")}
        told = {"text": f"{CALLED} {CALLER}", "consent": "1", "language": "ar"}
        told |= {name: found[1] for name, found in hidden.items() if found}
        taken = await browser.post("/enter", data=told, headers={"Origin": town.wiring.public_url})
        assert taken.status_code == 200


async def _photographed(town: Town) -> None:
    """A photo whose file tells where it was taken, and by what; kept."""
    town.telegram.files[HANDLE] = pictures.photo()
    await town.update(updates.photographed(CHAT, HANDLE, "صورة"))
    states = select(tables.media.c.state)
    for _ in range(2500):
        if await town.wiring.store.read(lambda c: list(c.execute(states).scalars())) == ["kept"]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the photo was not kept")


async def test_neither_the_database_nor_its_log_nor_ours_holds_a_word_or_an_address(
    town: Town, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    await _live(town)
    wiring, now = town.wiring, town.clock()
    if wiring.store.dialect == "sqlite" or clients.is_here("pg_dump"):
        place = Place(wiring.settings.database, wiring.media_dir)
        backup.make(place, tmp_path / "copies", wiring.keyring, now=now, entropy=b"abc")
    places = {str(path): path.read_bytes() for path in _haystacks(tmp_path)}
    names = {Path(name).name for name in places}
    if wiring.store.dialect == "postgresql":
        places["postgresql"] = await wiring.store.read(_everything)
        places |= {f"{name}, unpacked": _unpacked(Path(name)) for name in list(places) if name.endswith(".pgdump")}
    else:
        assert {"muntada.db", "database.sqlite"} <= names
    written = capfd.readouterr()
    places["output"] = (written.out + written.err).encode()
    for name, content in places.items():
        found = [needle for needle in _needles() if needle in content]
        assert not found, f"{len(found)} canaries in {Path(name).name}"


def _unpacked(dumped: Path) -> bytes:
    """A dump lies there compressed; what is in it, as SQL."""
    program = max(Path("/usr/lib/postgresql").glob("*/bin/pg_restore"), default="pg_restore")
    sql = subprocess.run([program, "--file", "-", dumped], check=True, capture_output=True).stdout
    assert b"COPY public.parts" in sql
    return sql


def _everything(connection: Connection) -> bytes:
    rows = [row for table in tables.metadata.sorted_tables for row in connection.execute(table.select())]
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)


async def test_purging_a_year_later_leaves_no_intake_and_no_conversation(town: Town) -> None:
    await _live(town)
    later = town.clock().replace(year=town.clock().year + 1)
    await town.wiring.store.write(lambda c: retention.purge(c, town.wiring.keyring, later))
    left = await town.wiring.store.read(_intake_rows)
    assert left == 0


def _intake_rows(connection: Connection) -> int:
    return sum(len(connection.execute(table.select()).all()) for table in (tables.inbound, tables.conversations))
