"""Carriers deliver more than once and out of order; nobody may notice."""

import asyncio
import json
import random
from collections.abc import Callable
from typing import Final

import httpx
import pytest

from bot.vocabulary import Channel
from storage import tables
from storage.database.engine import Connection
from tests.carriers import updates
from tests.databases import on_sqlite_mostly
from tests.journeys.conftest import Town

_SENDERS: Final = {Channel.TELEGRAM: 200, Channel.SMS: 100}
_SECRET: Final = {"X-Telegram-Bot-Api-Secret-Token": "secret-of-the-door"}
Delivery = tuple[str, bytes, dict[str, str]]
both = pytest.mark.parametrize("channel", list(_SENDERS))


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_two_thousand_messages_delivered_five_times_each_and_shuffled_are_two_thousand_parts(town: Town) -> None:
    await _storm(town, Channel.TELEGRAM, messages=2000)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_five_hundred_sms_delivered_five_times_each_and_shuffled_are_five_hundred_parts(town: Town) -> None:
    await _storm(town, Channel.SMS, messages=500)


@pytest.mark.slow
@on_sqlite_mostly
@both
async def test_forty_messages_delivered_five_times_each_and_shuffled_are_forty_parts(
    town: Town, channel: Channel
) -> None:
    await _storm(town, channel, messages=40)


async def _storm(town: Town, channel: Channel, *, messages: int) -> None:
    post: Callable[[Town, int, int], Delivery] = _by_telegram if channel is Channel.TELEGRAM else _by_sms
    senders = min(_SENDERS[channel], messages // 5)
    deliveries = [post(town, number, number % senders) for number in range(messages)] * 5
    random.shuffle(deliveries)
    waiting = iter(deliveries)

    async def deliver(http: httpx.AsyncClient) -> None:
        for url, body, headers in waiting:
            answer = await http.post(url, content=body, headers=headers)
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
    assert found["reports"] == senders
    queued = await town.wiring.store.read(_replies)
    sent = len(town.telegram.sent()) if channel is Channel.TELEGRAM else len(town.twilio.messages)
    assert sent == queued <= messages


def _text(number: int) -> str:
    return f"بلاغ رقم {number} باگو ماطوري بالشعلة"


def _by_telegram(town: Town, number: int, sender: int) -> Delivery:
    said = updates.said(7_700_100 + sender, _text(number), number + 1)
    body = json.dumps({"update_id": number + 1, **said}).encode()
    return f"{town.wiring.public_url}/hooks/telegram", body, {"content-type": "application/json", **_SECRET}


def _by_sms(town: Town, number: int, sender: int) -> Delivery:
    form = town.twilio.form(f"+96477000000{sender:02}", _text(number))
    return town.twilio.post(form, f"{town.wiring.public_url}/hooks/sms/twilio")


def _replies(connection: Connection) -> int:
    return len(connection.execute(tables.outbox.select().where(tables.outbox.c.kind == "reply")).all())
