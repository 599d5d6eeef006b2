"""The library's Bot and a Bot API server: what arrives there, and what each refusal means to us."""

import asyncio
import json
import logging
import traceback

import pytest

from bot.handlers.telegram import TelegramCarrier
from bot.vocabulary import Button, Rendered, SendFailed, Sent
from tests.carriers import updates
from tests.carriers.http import Answer, Request, Server, silence
from tests.carriers.telegram import TOKEN, FakeTelegram, Fault

WORDS = Rendered("وصل بلاغك 482913")


async def _failure(carrier: TelegramCarrier, rendered: Rendered = WORDS) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await carrier.send("42", rendered)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    return caught.value


# ── Saying ──


async def test_words_arrive_protected_and_without_preview(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    sent = await carrier.send("42", Rendered("https://example.org وصل"))
    (params,) = telegram.sent(42)
    assert params["text"] == "https://example.org وصل"
    assert params["protect_content"] == "true"
    assert json.loads(params["link_preview_options"]) == {"is_disabled": True}
    assert "reply_markup" not in params
    assert sent == Sent(("101",))


async def test_short_buttons_stand_in_pairs_and_a_long_one_alone(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    labels = ("بغداد", "نينوى", "سرقة او سطو على بيت او محل", "البصرة")
    buttons = tuple(Button(str(n), label, f"v1:place:{n}") for n, label in enumerate(labels, start=1))
    await carrier.send("42", Rendered("وين؟", buttons))
    rows = json.loads(telegram.sent(42)[0]["reply_markup"])["inline_keyboard"]
    assert [[button["text"] for button in row] for row in rows] == [[labels[0], labels[1]], [labels[2]], [labels[3]]]
    assert rows[0][1]["callback_data"] == "v1:place:2"


async def test_a_long_text_is_cut_and_the_last_piece_bears_the_buttons(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    text = "كلمة 👮 " * 1000 + " " * 5000
    sent = await carrier.send("42", Rendered(text, (Button("1", "اي", "v1:cmd:yes"),)))
    assert len(sent.ids) == 2
    assert "".join(telegram.texts(42)).replace(" ", "") == text.replace(" ", "")
    assert ["reply_markup" in params for params in telegram.sent(42)] == [False, True]


async def test_words_no_database_would_hold_are_sent_all_the_same(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    await carrier.send("42", Rendered("a\ud83d\0b"))
    assert telegram.texts(42) == ["a\ufffd\ufffdb"]


async def test_a_tap_is_answered_before_the_words(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    telegram.push(updates.tapped(42, "v1:cmd:status", "4711"))
    await carrier.send("42", WORDS, callback="4711")
    assert [call.method for call in telegram.calls] == ["answerCallbackQuery", "sendMessage"]


async def test_a_tap_too_old_to_answer_does_not_keep_the_words_back(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    await carrier.send("42", WORDS, callback="long-gone")
    assert telegram.texts(42) == [WORDS.text]


async def test_a_tap_may_be_answered_with_no_words_at_all(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    assert await carrier.send("42", Rendered(" \n"), callback="4711") == Sent(())
    assert telegram.texts(42) == []


async def test_nobody_is_spoken_to_without_an_address(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    with pytest.raises(SendFailed) as caught:
        await carrier.send("", WORDS)
    assert (caught.value.retryable, caught.value.unreachable) == (False, True)
    assert telegram.calls == []


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


async def test_a_throttled_call_says_how_long_to_wait(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    telegram.fault(Fault("sendMessage", 429, "Too Many Requests: retry after 35", {"retry_after": 35}))
    failure = await _failure(carrier)
    assert (failure.reason, failure.retryable, failure.retry_after_s) == ("throttled", True, 35)
    await carrier.send("42", WORDS)


async def test_a_group_that_moved_says_where(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    moved = {"migrate_to_chat_id": -1001234567890123}
    telegram.fault(Fault("sendMessage", 400, "Bad Request: group chat was upgraded", moved))
    failure = await _failure(carrier)
    assert (failure.moved_to, failure.retryable, failure.unreachable) == ("-1001234567890123", True, False)


async def test_a_connection_lost_after_the_words_were_taken_is_tried_again(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    telegram.fault(Fault("sendMessage", 0))
    failure = await _failure(carrier)
    assert (failure.reason, failure.retryable) == ("network", True)
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


async def test_a_telegram_that_never_answers_is_tried_again() -> None:
    server = Server(silence).start()
    carrier = TelegramCarrier(TOKEN, server.url, timeout_s=0.05)
    try:
        failure = await _failure(carrier)
        assert (failure.reason, failure.retryable) == ("timeout", True)
        with pytest.raises(SendFailed, match="timeout"):
            await carrier.updates(0, 0)
    finally:
        await carrier.close()
        server.close()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>log in</html>", "carrier_down"),
        (b'{"ok": true}', "carrier_down"),
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


# ── Fetching updates ──


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
    assert asked == ["message", "edited_message", "callback_query"]


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


# ── Files ──


async def test_a_file_is_fetched_by_its_handle(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    telegram.files["F1"] = bytes(range(256)) * 100
    assert await carrier.fetch("F1") == telegram.files["F1"]


async def test_a_file_that_is_gone_or_too_large_is_not_fetched(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    telegram.files["F2"] = bytes(20 * 1024 * 1024 + 1)
    for ref in ("F0", "F2"):
        with pytest.raises(SendFailed, match="refused"):
            await carrier.fetch(ref)


async def test_a_file_that_grows_on_its_way_is_not_taken() -> None:
    async def handle(request: Request) -> Answer:
        if request.path.startswith("/file/"):
            return Answer(200, bytes(20 * 1024 * 1024 + 1))
        size = 30 * 1024 * 1024 if b"honest" in request.body else 5
        result = {"file_id": "F", "file_unique_id": "u", "file_size": size, "file_path": "files/F"}
        return Answer(200, json.dumps({"ok": True, "result": result}).encode())

    server = Server(handle).start()
    carrier = TelegramCarrier(TOKEN, server.url)
    try:
        for ref in ("honest", "growing"):
            with pytest.raises(SendFailed, match="too_large"):
                await carrier.fetch(ref)
    finally:
        await carrier.close()
        server.close()


@pytest.mark.parametrize("path", [None, "/etc/hostname", "http://127.0.0.1:1/x"])
async def test_a_file_is_fetched_from_nowhere_but_the_api(path: str | None) -> None:
    async def handle(request: Request) -> Answer:
        if request.path.startswith("/file/"):
            return Answer(404)
        result = {"file_id": "F", "file_unique_id": "u", "file_size": 5, "file_path": path}
        return Answer(200, json.dumps({"ok": True, "result": result}).encode())

    server = Server(handle).start()
    carrier = TelegramCarrier(TOKEN, server.url)
    try:
        with pytest.raises(SendFailed):
            await carrier.fetch("F")
    finally:
        await carrier.close()
        server.close()


# ── Silence ──


async def test_no_log_line_above_debug_holds_the_words_or_the_token(
    telegram: FakeTelegram, carrier: TelegramCarrier, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("httpx", "httpcore"):  # as api/logs.py does: they write the URL, which holds the token
        caplog.set_level(logging.WARNING, logger=name)
    with caplog.at_level(logging.INFO):
        await carrier.send("42", WORDS)
        telegram.fault(Fault("sendMessage", 403))
        with pytest.raises(SendFailed):
            await carrier.send("42", WORDS)
        telegram.push(updates.said(42, "مستور"))
        await carrier.updates(0, 0)
    for secret in (TOKEN, WORDS.text, "مستور", *updates.CANARIES):
        assert secret not in caplog.text
