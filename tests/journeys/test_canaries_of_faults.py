"""Whatever goes wrong, at whichever door, neither our output nor a temporary file holds what was being said."""

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import make_url

from bot.vocabulary import Role
from storage.purging import figures
from tests.carriers import updates
from tests.carriers.telegram import Fault
from tests.journeys.conftest import Town

CHAT, NUMBER, HIDDEN = 7_700_061_337, "+9647700000061", "CANARYSHOP"
BIRD = "كناري النخيل"
TEXT = f"{BIRD} باگ ماطوري بالشعلة"
NEEDLES = (BIRD, str(CHAT), NUMBER, NUMBER[1:], NUMBER[4:], HIDDEN, *updates.CANARIES)
SECRET = {"X-Telegram-Bot-Api-Secret-Token": "secret-of-the-door", "Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(autouse=True)
def _temporary_files_are_searched_too(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert database_url  # a server that is started for the tests keeps its own folder
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))


async def _every_door(town: Town, token: dict[str, str]) -> list[int]:
    """What nobody means to send, and what everybody does, at each door; the status of each answer."""
    update = updates.said(CHAT, TEXT, 1)
    odd = (
        b"{",
        json.dumps({"update_id": TEXT, "message": update}).encode(),
        json.dumps({"update_id": 1, "message": {"chat": [TEXT], "text": {"a": TEXT}, "from": NUMBER}}).encode(),
        json.dumps({"update_id": 2, **updates.said(CHAT, "\ud83d" + TEXT, 2)}).encode(),
        (b"[" * 5_000) + TEXT.encode(),
        b"\xff\xfe" + TEXT.encode("utf-16-le"),
    )
    asked = [town.http.post("/hooks/telegram", content=body, headers=SECRET) for body in odd]
    asked += [town.http.post("/hooks/telegram", content=body) for body in odd]  # and without the secret
    for body in (f"From={NUMBER}&Body={TEXT}", f"From={HIDDEN}", "%%%" + TEXT, f"Body[]={TEXT}&From={NUMBER}" * 50):
        asked.append(town.http.post("/hooks/sms/twilio", content=body.encode(), headers=FORM))
        asked.append(town.http.post("/r", content=body.encode(), headers=FORM))
        asked.append(town.http.post("/r/case", content=body.encode(), headers=FORM))
        asked.append(town.http.post("/login", content=f"name={BIRD}&password={TEXT}".encode(), headers=FORM))
    for path in (f"/{BIRD}", f"/reports/{BIRD}", f"/r?lang={BIRD}", f"/audit?number={BIRD}", f"/hooks/sms/{BIRD}"):
        asked.append(town.http.get(path))
        asked.append(town.http.get(f"/v1{path}", headers=token))
        asked.append(town.http.post(f"/v1{path}/reply", json={"text": TEXT}, headers=token))
    return [answer.status_code for answer in await asyncio.gather(*asked)]


async def _says(town: Town, number: int) -> None:
    """Somebody tells something by each channel; taken or not."""
    form = town.twilio.form(NUMBER, f"{TEXT} {number}")
    target, body, headers = town.twilio.post(form, f"{town.wiring.public_url}/hooks/sms/twilio")
    update = {"update_id": 70 + number, **updates.said(CHAT, f"{TEXT} {number}", 70 + number)}
    told = {"lang": "ar", "text": f"{TEXT} {number}", "token": await _token(town)}
    await asyncio.gather(
        town.http.post(target, content=body, headers=headers),
        town.http.post("/hooks/telegram", json=update, headers=SECRET),
        town.http.post("/r", data=told),
    )


async def _token(town: Town) -> str:
    page: httpx.Response = await town.http.get("/r")
    return page.text.partition('name="token" value="')[2].partition('"')[0]


@asynccontextmanager
async def _refusing(town: Town, table: str) -> AsyncIterator[None]:
    """While every row that comes into this table is refused; PostgreSQL says in its error what stood in it."""
    begin, end = (
        f"ALTER TABLE {table} ADD CONSTRAINT no CHECK (false) NOT VALID",
        f"ALTER TABLE {table} DROP CONSTRAINT no",
    )
    if town.wiring.store.dialect == "sqlite":
        begin = f"CREATE TRIGGER no BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END"
        end = "DROP TRIGGER no"
    await asyncio.to_thread(_by_hand, town, begin)
    try:
        yield
    finally:
        await asyncio.to_thread(_by_hand, town, end)


def _by_hand(town: Town, statement: str) -> None:
    url = make_url(town.wiring.settings.database)
    if url.get_backend_name() == "sqlite":
        connection = sqlite3.connect(str(url.database))
        connection.execute(statement)
        connection.close()
        return
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)) as server:
        server.execute(statement)


class _Output:
    """All that was printed so far."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd, self._told = capfd, ""

    def told(self) -> str:
        """Ours and other libraries'."""
        fresh = self._capfd.readouterr()
        self._told += fresh.out + fresh.err
        return self._told


def _tells(output: _Output, event: str) -> bool:
    return event in output.told()


async def test_no_fault_at_any_door_tells_what_was_being_said(
    town: Town, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = _Output(capfd)
    token = await town.member(Role.COORDINATOR, "IQ-BG")
    assert {403, 404, 422} <= set(await _every_door(town, token))
    town.telegram.fault(Fault("sendMessage", 400, f"Bad Request: {TEXT} for {CHAT}", times=1))
    town.telegram.fault(Fault("sendMessage", 500, f"Internal: {TEXT}", times=1))
    for number, (table, event) in enumerate((("parts", "not_settled"), ("inbound", "not_kept"))):
        async with _refusing(town, table):
            await _says(town, number)
            await town.until(partial(_tells, output, event))
            await _every_door(town, token)
    found = await town.wiring.store.read(figures.read)
    assert found["kept"] > 0
    town.wiring.store.close()
    assert 503 in await _every_door(town, token)
    await _says(town, 9)
    written = output.told()
    assert [needle for needle in NEEDLES if needle in written or json.dumps(needle)[1:-1] in written] == []
    files = [path for path in (tmp_path / "temp").rglob("*") if path.is_file()]
    assert [path.name for path in files for needle in NEEDLES if needle.encode() in path.read_bytes()] == []
