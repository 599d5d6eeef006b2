"""Carriers deliver more than once and out of order; nobody may notice."""

import asyncio
import random
from collections import Counter

import httpx
import pytest

from storage import tables
from storage.database.engine import Connection
from tests.carriers import updates
from tests.journeys.conftest import Town

CHATS = 200
_SECRET = {"X-Telegram-Bot-Api-Secret-Token": "secret-of-the-door"}


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_two_thousand_messages_delivered_five_times_each_and_shuffled_are_two_thousand_parts(town: Town) -> None:
    await _storm(town, messages=2000)


async def test_forty_messages_delivered_five_times_each_and_shuffled_are_forty_parts(town: Town) -> None:
    await _storm(town, messages=40)


async def _storm(town: Town, *, messages: int) -> None:
    deliveries = [number for number in range(messages) for _ in range(5)]
    random.shuffle(deliveries)
    waiting = iter(deliveries)

    async def deliver(http: httpx.AsyncClient) -> None:
        for number in waiting:
            text = f"بلاغ رقم {number} باگو ماطوري بالشعلة"
            update = {"update_id": number + 1, **updates.said(7_700_100 + number % CHATS, text, number + 1)}
            answer = await http.post(f"{town.wiring.public_url}/hooks/telegram", json=update, headers=_SECRET)
            assert answer.status_code == 200

    # A kept connection may be closed as it is used again; a carrier opens a new one for each delivery.
    fresh = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(timeout=60, limits=fresh, verify=False) as http:
        await asyncio.gather(*(deliver(http) for _ in range(20)))
    for _ in range(60):
        try:
            found = await town.settled()
            break
        except AssertionError:
            continue
    assert (found["kept"], found["parts"]) == (messages, messages + found["reports"])
    assert found["reports"] == min(CHATS, messages)
    queued = await town.wiring.store.read(_replies)
    sent = Counter(int(params["chat_id"]) for params in town.telegram.sent())
    assert sum(sent.values()) == queued <= messages


def _replies(connection: Connection) -> int:
    return len(connection.execute(tables.outbox.select().where(tables.outbox.c.kind == "reply")).all())
