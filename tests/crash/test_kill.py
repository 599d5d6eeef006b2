"""The promise itself: whatever moment the process is killed at, no acknowledged message is lost or doubled.

python3 run.py test -m crash                        ten kills a case
KILLS=50 python3 run.py test -m crash       fifty
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot.vocabulary import Channel
from storage.database.engine import Connection, Store
from storage.keys import Keyring
from storage.purging import figures
from storage.words.content import open_part
from tests.carriers import updates
from tests.carriers.telegram import FakeTelegram
from tests.carriers.twilio import FakeTwilio
from tests.crash import ledgers
from tests.crash.house import House, environment

MESSAGES = 500
CHATS = 100
KILLS = int(os.environ.get("KILLS", "10"))
DRAIN_S = 300.0  # a dead poller is waited for 90 s, and on a busy machine each start takes half a minute

pytestmark = [pytest.mark.crash, pytest.mark.timeout(900)]


def _text(number: int) -> str:
    return f"بلاغ {number:03d} باگو ماطوري بالشعلة"


def _chat(number: int) -> int:
    return 7_700_000 + number % CHATS


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def env(url: str, tmp_path: Path) -> dict[str, str]:
    return environment(url, tmp_path)


@asynccontextmanager
async def _killed_again_and_again(house: House, release: asyncio.Semaphore) -> AsyncGenerator[None]:
    """Kills the process at random moments; each life lets a share of the messages through the door."""

    async def lives() -> None:
        for life in range(KILLS):
            share = MESSAGES * (life + 1) // KILLS - MESSAGES * life // KILLS
            house.start()
            for _ in range(share):
                release.release()
            await house.ready()
            # From the first kept message to long after the last: every step of the journey is hit in some life.
            await asyncio.sleep(random.uniform(0.0, 0.9))
            house.kill()
        house.start()
        await house.ready()

    killing = asyncio.create_task(lives())
    try:
        yield
        await killing
        await _drained(house)
    finally:
        killing.cancel()
        house.kill()


async def _drained(house: House) -> None:
    store = Store.open(house.env["MUNTADA_DATABASE_URL"])
    try:
        async with asyncio.timeout(DRAIN_S):
            while True:
                found = await store.read(figures.read)
                if not found["unsettled"] and not found["outbox"]["pending"]:
                    return
                await asyncio.sleep(0.2)
    finally:
        store.close()


async def test_by_webhook_every_acknowledged_message_is_one_part_of_one_report(env: dict[str, str]) -> None:
    with FakeTelegram() as telegram, FakeTwilio() as twilio:
        house = House(
            env
            | {
                "MUNTADA_TELEGRAM_TOKEN": telegram.token,
                "MUNTADA_TELEGRAM_API_URL": telegram.url,
                "MUNTADA_TELEGRAM_MODE": "webhook",
                "MUNTADA_TELEGRAM_SECRET": "secret-of-the-door",
                "MUNTADA_TWILIO_ACCOUNT_SID": twilio.sid,
                "MUNTADA_TWILIO_AUTH_TOKEN": twilio.token,
                "MUNTADA_TWILIO_NUMBER": twilio.number,
                "MUNTADA_TWILIO_API_URL": twilio.url,
            },
            f"http://127.0.0.1:{env['MUNTADA_PORT']}",
        )
        release = asyncio.Semaphore(0)
        async with _killed_again_and_again(house, release):
            acknowledged = await _delivered(house, twilio, release)
        assert len(acknowledged) == MESSAGES
        await _assert_nothing_lost_or_doubled(house, acknowledged, telegram, twilio)


async def _delivered(house: House, twilio: FakeTwilio, release: asyncio.Semaphore) -> set[str]:
    """Brings every message until it is acknowledged, in each chat one after another; what was acknowledged."""
    acknowledged: set[str] = set()

    async def chat(first: int) -> None:
        async with httpx.AsyncClient(timeout=5, verify=False) as http:
            for number in range(first, MESSAGES, CHATS):
                await release.acquire()
                while not await _acknowledged(http, house, twilio, number):  # noqa: ASYNC110 - a carrier tries again
                    await asyncio.sleep(0.05)
                acknowledged.add(_text(number))

    await asyncio.gather(*(chat(first) for first in range(CHATS)))
    return acknowledged


async def _acknowledged(http: httpx.AsyncClient, house: House, twilio: FakeTwilio, number: int) -> bool:
    try:
        if number % CHATS % 2:
            sender = f"+9647700000{number % CHATS:03d}"
            form = twilio.form(sender, _text(number), MessageSid=f"SM{number:032x}")
            target, body, headers = twilio.post(form, f"{house.url}/hooks/sms/twilio")
            return (await http.post(target, content=body, headers=headers)).status_code == 200
        update = {"update_id": number + 1, **updates.said(_chat(number), _text(number), number + 1)}
        secret = {"X-Telegram-Bot-Api-Secret-Token": "secret-of-the-door"}
        return (await http.post(f"{house.url}/hooks/telegram", json=update, headers=secret)).status_code == 200
    except httpx.HTTPError:
        return False


async def test_by_polling_every_confirmed_message_is_one_part_of_one_report(env: dict[str, str]) -> None:
    with FakeTelegram() as telegram, FakeTwilio() as twilio:
        house = House(
            env | {"MUNTADA_TELEGRAM_TOKEN": telegram.token, "MUNTADA_TELEGRAM_API_URL": telegram.url},
            f"http://127.0.0.1:{env['MUNTADA_PORT']}",
        )
        release = asyncio.Semaphore(0)
        async with _killed_again_and_again(house, release):
            for number in range(MESSAGES):
                await release.acquire()
                await asyncio.to_thread(telegram.push, updates.said(_chat(number), _text(number), number + 1))
            assert await telegram.eventually(lambda: not telegram.waiting(), timeout_s=DRAIN_S)
        everything = {_text(number) for number in range(MESSAGES)}
        await _assert_nothing_lost_or_doubled(house, everything, telegram, twilio)


async def _assert_nothing_lost_or_doubled(
    house: House, acknowledged: set[str], telegram: FakeTelegram, twilio: FakeTwilio
) -> None:
    store = Store.open(house.env["MUNTADA_DATABASE_URL"])
    keyring = Keyring.open(Path(house.env["MUNTADA_KEYS_DIR"]))
    try:
        said = await store.read(lambda c: _said(c, keyring))
        owed = await store.read(lambda c: ledgers.owed(c, keyring))
        found = await store.read(figures.read)
    finally:
        store.close()
    assert {text for text, count in said.items() if count > 1} == set()
    assert set(said) == acknowledged
    assert found["dead_letters"] == 0
    assert found["outbox"]["dead"] == 0
    told = Counter({(Channel.TELEGRAM, str(chat)): len(telegram.sent(chat)) for chat in map(_chat, range(CHATS))})
    told.update((Channel.SMS, message["to"]) for message in twilio.messages)
    assert {who: count for who, count in owed.items() if told[who] < count} == {}
    print(  # noqa: T201 - the figures are what this test is for
        f"{datetime.now(UTC):%H:%M:%S} kills={KILLS} kept={found['kept']} reports={found['reports']} "
        f"replies={sum(owed.values())} sent={sum(told.values())}"
    )


def _said(connection: Connection, keyring: Keyring) -> Counter[str]:
    return Counter(open_part(keyring, row)["text"] for row in ledgers.utterances(connection))
