"""The library's Bot and a Bot API server: how updates come."""

import asyncio
import json

import pytest

from bot.handlers.telegram import KINDS, Hook, TelegramCarrier
from bot.vocabulary import SendFailed
from tests.carriers import updates
from tests.carriers.http import Answer, Request, Server
from tests.carriers.telegram import TOKEN, FakeTelegram


async def test_updates_come_raw_and_only_an_offset_confirms_them(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    first, second = telegram.push(updates.said(42, "a"), updates.said(43, "b"))
    assert [update["update_id"] for update in await carrier.updates(0, 0)] == [first, second]
    assert [update["update_id"] for update in await carrier.updates(0, 0)] == [first, second]
    assert [update["update_id"] for update in await carrier.updates(first + 1, 0)] == [second]
    assert telegram.waiting() == [second]
    assert await carrier.updates(second + 1, 0) == []


async def test_we_ask_only_for_what_we_read(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    await carrier.updates(0, 0)
    asked = json.loads(telegram.calls[0].params["allowed_updates"])
    assert asked == ["message", "edited_message", "callback_query", "my_chat_member"]


async def test_an_update_that_the_library_cannot_parse_does_not_hold_up_the_rest(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    poison = {"message": {"message_id": 1, "date": 10**18, "chat": {"id": "x"}, "text": {"no": "text"}}}
    good = telegram.push(poison, updates.said(42, "a"))[1]
    assert (await carrier.updates(0, 0))[1]["update_id"] == good


async def test_a_long_poll_ends_when_something_is_said(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    poll = asyncio.create_task(carrier.updates(0, 30))
    assert await telegram.eventually(telegram.polled)
    telegram.push(updates.said(42, "a"))
    assert len(await poll) == 1


async def test_an_answer_that_is_no_list_of_updates_is_a_failure() -> None:
    async def handle(_: Request) -> Answer:
        return Answer(200, b'{"ok": true, "result": {"update_id": 1}}')

    server = Server(handle).start()
    carrier = TelegramCarrier(TOKEN, server.url)
    try:
        with pytest.raises(SendFailed, match="unexpected_answer"):
            await carrier.updates(0, 0)
    finally:
        await carrier.close()
        server.close()


async def test_a_second_poller_ends_the_first(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    other = TelegramCarrier(telegram.token, telegram.url)
    poll = asyncio.create_task(carrier.updates(0, 30))
    assert await telegram.eventually(telegram.polled)
    await other.updates(0, 0)
    with pytest.raises(SendFailed, match="conflict"):
        await poll
    await other.close()


async def test_a_webhook_and_polling_exclude_each_other(carrier: TelegramCarrier) -> None:
    await carrier.set_webhook("http://127.0.0.1:9/hooks/telegram", "s3cret_-")
    with pytest.raises(SendFailed, match="conflict") as caught:
        await carrier.updates(0, 0)
    assert caught.value.retryable
    await carrier.delete_webhook()
    assert await carrier.updates(0, 0) == []


async def test_how_updates_come_can_be_asked(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    assert await carrier.hook() == Hook("", frozenset())
    await carrier.set_webhook("http://127.0.0.1:9/hooks/telegram", "s3cret")
    assert await carrier.hook() == Hook("http://127.0.0.1:9/hooks/telegram", frozenset(KINDS))
    assert telegram.calls[1].params["secret_token"] == "s3cret"
