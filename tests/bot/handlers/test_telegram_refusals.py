"""The library's Bot and a Bot API server: what each refusal of words means to us, and what a server may lack."""

import asyncio
import contextlib
import traceback

import pytest

from bot.handlers.telegram import Profile, TelegramCarrier
from bot.vocabulary import Rendered, SendFailed, Sent
from tests.bot.handlers.spoken import VOICE, WORDS
from tests.carriers.http import Answer, Request, Server
from tests.carriers.telegram import LOST, SILENT, TOKEN, FakeTelegram, Fault


async def _failure(carrier: TelegramCarrier, rendered: Rendered = WORDS) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await carrier.send("42", rendered)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    return caught.value


# ── Refusals ──
@pytest.mark.parametrize(
    ("status", "description", "policy"),
    [
        (403, "Forbidden: bot was blocked by the user", ("blocked", False, True)),
        (403, "Forbidden: user is deactivated", ("blocked", False, True)),
        (400, "Bad Request: chat not found", ("unknown_chat", False, True)),
        (400, "Bad Request: PEER_ID_INVALID", ("unknown_chat", False, True)),
        (400, "Bad Request: message is too long", ("refused", False, False)),
        (401, "Unauthorized", ("misconfigured", True, False)),
        (404, "Not Found", ("misconfigured", True, False)),
        (400, "Bad Request: message is not modified", ("refused", False, False)),
        (400, "Bad Request: message to edit not found", ("refused", False, False)),
        (400, "Bad Request: not enough rights to send text messages to the chat", ("refused", False, False)),
        (409, "Conflict", ("conflict", True, False)),
        (500, "Internal Server Error", ("carrier_down", True, False)),
        (502, "Bad Gateway", ("carrier_down", True, False)),
    ],
)
async def test_each_refusal_carries_its_policy(
    telegram: FakeTelegram,
    carrier: TelegramCarrier,
    status: int,
    description: str,
    policy: tuple[str, bool, bool],
) -> None:
    telegram.fault(Fault("sendMessage", status, description))
    failure = await _failure(carrier)
    assert (failure.reason, failure.retryable, failure.unreachable) == policy


async def test_one_chat_that_must_wait_holds_up_no_other(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    """Group 17: the wish comes back with the failure, and 50 others are spoken to meanwhile."""
    telegram.fault(Fault("sendMessage", 429, "Too Many Requests: retry after 35", {"retry_after": 35}, chat="42"))
    chats = ["42", *map(str, range(100, 150))]
    said = await asyncio.gather(*(carrier.send(chat, WORDS) for chat in chats), return_exceptions=True)
    assert isinstance(said[0], SendFailed)
    assert said[0].retry_after_s == 35
    assert [len(telegram.texts(chat)) for chat in chats] == [0] + [1] * 50


@pytest.mark.parametrize(("wish", "seconds"), [(35, 35.0), (0.5, 0.5), (0, 1.0), (-3, 1.0), ("35", 1.0), (None, 1.0)])
async def test_a_wish_of_another_shape_is_a_second(
    telegram: FakeTelegram, carrier: TelegramCarrier, wish: object, seconds: float
) -> None:
    telegram.fault(Fault("sendMessage", 429, "Too Many Requests", {"retry_after": wish}))
    assert (await _failure(carrier)).retry_after_s == seconds


async def test_who_blocks_us_is_unreachable_and_who_comes_back_is_not(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    """Group 16."""
    telegram.block(42)
    failure = await _failure(carrier)
    assert (failure.reason, failure.retryable, failure.unreachable) == ("blocked", False, True)
    telegram.unblock(42)
    assert (await carrier.send("42", WORDS)).ids
    kinds = [update["my_chat_member"]["new_chat_member"]["status"] for update in await carrier.updates(0, 0)]
    assert kinds == ["kicked", "member"]


async def test_a_throttled_call_says_how_long_to_wait(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    telegram.fault(Fault("sendMessage", 429, "Too Many Requests: retry after 35", {"retry_after": 35}))
    failure = await _failure(carrier)
    assert (failure.reason, failure.retryable, failure.retry_after_s) == ("throttled", True, 35)
    await carrier.send("42", WORDS)


async def test_a_group_that_moved_says_where(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    """Group 18: a number of 52 bits."""
    moved = {"migrate_to_chat_id": -1001234567890123}
    telegram.fault(Fault("sendMessage", 400, "Bad Request: group chat was upgraded", moved))
    failure = await _failure(carrier)
    assert (failure.moved_to, failure.retryable, failure.unreachable) == ("-1001234567890123", True, False)


async def test_a_connection_lost_after_the_words_were_taken_is_tried_again(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    """Group 22: what may have arrived has a reason of its own."""
    telegram.fault(Fault("sendMessage", LOST))
    failure = await _failure(carrier)
    assert (failure.reason, failure.retryable) == ("unanswered", True)
    await carrier.send("42", WORDS)
    assert telegram.texts(42) == [WORDS.text] * 2


async def test_a_wrong_token_is_a_fault_of_ours(telegram: FakeTelegram) -> None:
    carrier = TelegramCarrier("1000001:wrong", telegram.url)
    with pytest.raises(SendFailed, match="misconfigured"):
        await carrier.send("42", WORDS)
    await carrier.close()


async def test_nothing_is_opened_before_the_first_call_and_an_absent_telegram_is_tried_again() -> None:
    carrier = TelegramCarrier(TOKEN, "http://127.0.0.1:9")
    assert carrier.account() == "1000001"
    await carrier.close()
    failure = await _failure(carrier)
    assert (failure.reason, failure.retryable) == ("network", True)
    await carrier.close()
    await carrier.close()


async def test_a_telegram_that_takes_words_and_never_answers_is_tried_again(telegram: FakeTelegram) -> None:
    """Group 22."""
    carrier = TelegramCarrier(TOKEN, telegram.url, timeout_s=0.1)
    telegram.fault(Fault("sendMessage", SILENT))
    failure = await _failure(carrier)
    assert (failure.reason, failure.retryable, failure.unreachable) == ("unanswered", True, False)
    assert telegram.texts(42) == [WORDS.text]
    telegram.fault(Fault("getUpdates", SILENT))
    with pytest.raises(SendFailed, match="unanswered"):
        await carrier.updates(0, 0)
    await carrier.close()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>log in</html>", "carrier_down"),
        (b'{"ok": true}', "carrier_down"),
        (b'{"ok": false, "error_code": 429, "parameters": {"retry_after": 35}}', "throttled"),
        (b'{"ok": false, "error_code": 400, "parameters": {"migrate_to_chat_id": -5}}', "moved"),
        (b'{"ok": false, "error_code": 403, "description": "Forbidden"}', "blocked"),
        (b"\xff\xfe", "carrier_down"),
        (b"[" * 100_000, "carrier_down"),
    ],
)
async def test_a_200_that_is_not_telegrams_yes_is_a_failure(body: bytes, reason: str) -> None:
    async def handle(_: Request) -> Answer:
        return Answer(200, body)

    server = Server(handle).start()
    carrier = TelegramCarrier(TOKEN, server.url)
    try:
        assert (await _failure(carrier)).reason == reason
    finally:
        await carrier.close()
        server.close()


async def test_a_yes_in_a_strange_shape_is_not_said_twice() -> None:
    async def handle(_: Request) -> Answer:
        return Answer(200, b'{"ok": true, "result": {"date": 99999999999999}}')

    server = Server(handle).start()
    carrier = TelegramCarrier(TOKEN, server.url)
    try:
        assert await carrier.send("42", WORDS) == Sent(())
    finally:
        await carrier.close()
        server.close()


# ── What a server may lack ──
@pytest.mark.parametrize(
    "method", ["answerCallbackQuery", "deleteMessages", "leaveChat", "sendVoice", "setMyCommands", "getWebhookInfo"]
)
async def test_one_method_that_is_not_there_is_no_wrong_token(
    telegram: FakeTelegram, carrier: TelegramCarrier, method: str
) -> None:
    shown = Profile("", [("start", "ابدأ")], "وصف", "قصير")
    telegram.fault(Fault(method, 404, "Not Found"))
    with contextlib.suppress(SendFailed):
        match method:
            case "deleteMessages":
                await carrier.delete("42", ["1"])
            case "leaveChat":
                await carrier.leave("-5")
            case "setMyCommands":
                assert await carrier.present(shown) == ("unsupported",)
            case "getWebhookInfo":
                with pytest.raises(SendFailed, match="unsupported") as caught:
                    await carrier.hook()
                assert not caught.value.retryable
            case _:
                await carrier.send("42", Rendered("a", (), VOICE), callback="1")
    assert (await carrier.send("42", WORDS)).ids
    assert await carrier.updates(0, 0) == []
