"""A carrier is gone for ten minutes while people write and staff answer: all of it arrives, once, soon after."""

import asyncio
from datetime import timedelta

import pytest

from storage.purging import figures
from tests.carriers import telegram, twilio
from tests.journeys.conftest import Town

AWAY = timedelta(minutes=10)
CHATS = [7_700_200 + number for number in range(6)]
NUMBERS = [f"+9647700000{number:03d}" for number in range(6)]
TEXT = "انباك ماطوري بالشعلة"
FOR_EVER = 10**9


@pytest.mark.timeout(300)
async def test_what_was_owed_when_both_carriers_were_away_arrives_once_when_they_are_back(town: Town) -> None:
    town.telegram.fault(telegram.Fault("sendMessage", 502, times=FOR_EVER))
    town.twilio.fault(twilio.Fault(20503, status=503, times=FOR_EVER))
    for chat, number in zip(CHATS, NUMBERS, strict=True):
        assert await town.tell(chat, TEXT) == 200
        assert (await town.sms(number, TEXT))[-1] == 200
    await _pass(town, AWAY, step=timedelta(minutes=1))
    assert not any(map(town.telegram.texts, CHATS))
    assert not any(map(town.twilio.texts, NUMBERS))
    town.telegram.mended()
    town.twilio.mended()
    for _ in range(60):  # within a minute of its clock, though the machine be slow
        await _pass(town, timedelta(seconds=1), step=timedelta(seconds=1))
        if not (await town.wiring.store.read(figures.read))["outbox"]["pending"]:
            break
    await town.settled()
    await asyncio.sleep(0.5)
    assert {chat: len(town.telegram.texts(chat)) for chat in CHATS} == dict.fromkeys(CHATS, 1)
    assert {number: len(town.twilio.texts(number)) for number in NUMBERS} == dict.fromkeys(NUMBERS, 1)
    found = await town.wiring.store.read(figures.read)
    assert found["outbox"]["dead"] == 0


async def _pass(town: Town, time: timedelta, *, step: timedelta) -> None:
    """Time passes in steps, in each of which whatever is due is tried."""
    for _ in range(time // step):
        town.clock.ahead += step
        town.wiring.to_deliver.set()
        await asyncio.sleep(0.15)
