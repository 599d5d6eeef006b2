"""The database is gone for a minute while people write: the doors say so, and nothing is lost or doubled.

python3 run.py test -m crash tests/crash/test_outage.py             60 s
OUTAGE_S=10 python3 run.py test -m crash tests/crash/test_outage.py
"""

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from storage.database.engine import Connection, Store
from storage.keys import Keyring
from storage.purging import figures
from storage.words.content import open_part
from tests.carriers import updates
from tests.carriers.telegram import FakeTelegram, Fault
from tests.carriers.twilio import FakeTwilio
from tests.crash import gone, ledgers
from tests.crash.house import ROOT, House, environment

OUTAGE_S = float(os.environ.get("OUTAGE_S", "60"))
DRAIN_S = 10.0
BEFORE, DURING, AFTER = 10, 30, 10
TEXT = "باگو ماطوري بالشعلة"

pytestmark = [pytest.mark.crash, pytest.mark.timeout(900)]


@dataclass(slots=True)
class Seen:
    """acknowledged: texts that heard 200. refused: (status, Retry-After) of every other answer."""

    acknowledged: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[int, str]] = field(default_factory=Counter)


@pytest.fixture(params=["sqlite", "postgresql"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, AbstractContextManager[None]]]:
    """(the database's URL, inside which it is gone)."""
    if request.param == "sqlite":
        url = request.getfixturevalue("sqlite_url")
        yield url, gone.locked(tmp_path / "muntada.db")
        return
    with gone.server() as running:
        env = {**os.environ, "MUNTADA_DATABASE_URL": running.url, "MUNTADA_DATA_DIR": str(tmp_path / "made")}
        env["MUNTADA_KEYS_DIR"] = str(tmp_path / "made-keys")
        subprocess.run([sys.executable, "-m", "api.cli", "migrate"], env=env, cwd=ROOT, check=True)
        yield running.url, gone.stopped(running)


async def test_a_minute_without_the_database_loses_and_doubles_nothing(
    case: tuple[str, AbstractContextManager[None]], tmp_path: Path
) -> None:
    url, away = case
    with FakeTelegram() as telegram, FakeTwilio() as twilio:
        house = _house(url, tmp_path, telegram, twilio)
        house.start()
        try:
            await house.ready()
            store = Store.open(url)
            seen = Seen()
            # What is being sent when the database goes is taken by the carrier, and can only be noted afterwards.
            telegram.fault(Fault("sendMessage", 200, times=BEFORE, after_s=3))
            await _write(house, twilio, range(BEFORE), seen)
            await _until_sending(telegram)
            telegram.mended()  # only those: what is measured afterwards is our own drain
            with away:
                writing = asyncio.create_task(_write(house, twilio, range(BEFORE, BEFORE + DURING), seen))
                await asyncio.sleep(OUTAGE_S)
            back = time.monotonic()
            await writing
            await _write(house, twilio, range(BEFORE + DURING, BEFORE + DURING + AFTER), seen)
            await _drained(store)
            took = time.monotonic() - back
            await _assert_whole(store, house, seen, telegram, twilio)
            store.close()
        finally:
            house.kill()
    print(f"gone={OUTAGE_S:.0f}s refused={sum(seen.refused.values())} drained={took:.1f}s")  # noqa: T201 - the figures
    assert seen.refused, "the database was not gone"
    assert {answer for answer in seen.refused if answer[0]} == {(503, "5")}
    assert took < DRAIN_S


def _house(url: str, folder: Path, telegram: FakeTelegram, twilio: FakeTwilio) -> House:
    env = environment(url, folder) | {
        "MUNTADA_TELEGRAM_TOKEN": telegram.token,
        "MUNTADA_TELEGRAM_API_URL": telegram.url,
        "MUNTADA_TELEGRAM_MODE": "webhook",
        "MUNTADA_TELEGRAM_SECRET": "secret-of-the-door",
        "MUNTADA_TWILIO_ACCOUNT_SID": twilio.sid,
        "MUNTADA_TWILIO_AUTH_TOKEN": twilio.token,
        "MUNTADA_TWILIO_NUMBER": twilio.number,
        "MUNTADA_TWILIO_API_URL": twilio.url,
    }
    return House(env, f"http://127.0.0.1:{env['MUNTADA_PORT']}")


async def _write(house: House, twilio: FakeTwilio, numbers: range, seen: Seen) -> None:
    """Each of these people writes one message; their carrier brings it again until it is acknowledged."""

    async def one(number: int) -> None:
        async with httpx.AsyncClient(timeout=15, limits=httpx.Limits(max_keepalive_connections=0)) as http:
            while not await _brought(http, house, twilio, number, seen):  # noqa: ASYNC110 - a carrier tries again
                await asyncio.sleep(1)

    await asyncio.gather(*(one(number) for number in numbers))


async def _brought(http: httpx.AsyncClient, house: House, twilio: FakeTwilio, number: int, seen: Seen) -> bool:
    text = f"بلاغ {number:03d} {TEXT}"
    try:
        if number % 2:
            form = twilio.form(f"+9647700000{number:03d}", text, MessageSid=f"SM{number:032x}")
            target, body, headers = twilio.post(form, f"{house.url}/hooks/sms/twilio")
            answer = await http.post(target, content=body, headers=headers)
        else:
            update = {"update_id": number + 1, **updates.said(7_700_000 + number, text, number + 1)}
            secret = {"X-Telegram-Bot-Api-Secret-Token": "secret-of-the-door"}
            answer = await http.post(f"{house.url}/hooks/telegram", json=update, headers=secret)
    except httpx.HTTPError:
        seen.refused[0, ""] += 1
        return False
    if answer.status_code == 200:
        seen.acknowledged[text] += 1
        return True
    seen.refused[answer.status_code, answer.headers.get("retry-after", "")] += 1
    return False


async def _until_sending(telegram: FakeTelegram) -> None:
    for _ in range(4_000):
        if telegram.sent():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("nothing was sent")


async def _drained(store: Store) -> None:
    for _ in range(int(60 / 0.1)):
        found = await store.read(figures.read)
        if not found["unsettled"] and not found["outbox"]["pending"]:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("something still waits")


async def _assert_whole(store: Store, house: House, seen: Seen, telegram: FakeTelegram, twilio: FakeTwilio) -> None:
    keyring = Keyring.open(Path(house.env["MUNTADA_KEYS_DIR"]))

    def said(connection: Connection) -> Counter[str]:
        return Counter(open_part(keyring, row)["text"] for row in ledgers.utterances(connection))

    assert await store.read(said) == seen.acknowledged
    assert len(seen.acknowledged) == BEFORE + DURING + AFTER
    owed = await store.read(lambda c: ledgers.owed(c, keyring))
    # No process died, so each reply went out once.
    assert sum(owed.values()) == len(telegram.sent()) + len(twilio.messages)
