"""The library's Bot and a Bot API server: what arrives there, and what each refusal means to us."""

import asyncio
import contextlib
import json
import logging
import traceback
from collections.abc import AsyncIterator, Callable

import pytest

from bot.handlers.telegram import KINDS, Hook, Profile, TelegramCarrier
from bot.vocabulary import Button, Rendered, SendFailed, Sent
from tests.carriers import updates
from tests.carriers.http import Answer, Request, Server
from tests.carriers.telegram import LOST, SILENT, TOKEN, FakeTelegram, Fault

WORDS = Rendered("وصل بلاغك 482913")
VOICE = b"OggS" + bytes(300)


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
    assert params.get("disable_notification", "false") == "false"
    assert sent == Sent(("101",))


async def test_words_for_whoever_hides_ring_no_phone_and_show_when_touched(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    await carrier.send("42", Rendered("👮 تعالي", quiet=True, veiled=True))
    await carrier.send("42", Rendered("طلبك جاهز", quiet=True))
    veiled, quiet = telegram.sent(42)
    assert veiled["disable_notification"] == quiet["disable_notification"] == "true"
    assert json.loads(veiled["entities"]) == [{"type": "spoiler", "offset": 0, "length": 8}]  # UTF-16 units
    assert "entities" not in quiet


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
    """Group 19."""
    text = "كلمة 👮 " * 1000 + " " * 5000
    sent = await carrier.send("42", Rendered(text, (Button("1", "اي", "v1:cmd:yes"),)))
    assert len(sent.ids) == 2
    assert "".join(telegram.texts(42)).replace(" ", "") == text.replace(" ", "")
    assert ["reply_markup" in params for params in telegram.sent(42)] == [False, True]


@pytest.mark.parametrize("grapheme", ["👨‍👩‍👧‍👦", "🇮🇶", "ب\u064e\u0651", "<b>&amp;</b>"])
async def test_no_piece_ends_within_what_is_read_as_one_letter(
    telegram: FakeTelegram, carrier: TelegramCarrier, grapheme: str
) -> None:
    """Groups 19 and 20: nothing is marked up, so that < and & are themselves."""
    text = "x" + grapheme * 2000
    await carrier.send("42", Rendered(text))
    assert "".join(telegram.texts(42)) == text
    assert len(telegram.texts(42)) > 1
    assert all("parse_mode" not in params for params in telegram.sent(42))
    if "<" not in grapheme:
        assert all(piece.removeprefix("x").replace(grapheme, "") == "" for piece in telegram.texts(42))


async def test_a_piece_that_is_throttled_waits_and_what_came_before_is_not_said_again(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    text = "كلمة " * 1500
    telegram.fault(Fault("sendMessage", 200))  # the first passes
    telegram.fault(Fault("sendMessage", 429, "Too Many Requests", {"retry_after": 0.1}))
    await carrier.send("42", Rendered(text))
    assert "".join(telegram.texts(42)).replace(" ", "") == text.replace(" ", "")
    assert [call.status for call in telegram.calls] == [200, 429, 200]


async def test_a_spoken_reply_comes_after_its_words(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    sent = await carrier.send("42", Rendered("وين صار؟", (Button("1", "هنا", "v1:cmd:yes"),), VOICE))
    assert [call.method for call in telegram.calls] == ["sendMessage", "sendVoice"]
    assert telegram.calls[1].params["protect_content"] == "true"
    assert telegram.uploads == [VOICE]
    assert sent == Sent(("101", "102"))


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, LOST])
async def test_a_voice_that_is_not_taken_costs_no_words(
    telegram: FakeTelegram, carrier: TelegramCarrier, status: int
) -> None:
    telegram.fault(Fault("sendVoice", status))
    assert await carrier.send("42", Rendered("وين صار؟", (), VOICE)) == Sent(("101",))
    assert telegram.texts(42) == ["وين صار؟"]


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


# ── Files ──


async def _file(carrier: TelegramCarrier, ref: str) -> bytes:
    return b"".join([chunk async for chunk in carrier.stream(ref)])


@pytest.fixture
async def answering() -> AsyncIterator[Callable[[Answer, Answer], TelegramCarrier]]:
    """A carrier whose server answers getFile with one thing and a download with another."""
    opened: list[tuple[Server, TelegramCarrier]] = []

    def make(told: Answer, content: Answer) -> TelegramCarrier:
        async def handle(request: Request) -> Answer:
            return content if request.path.startswith("/file/") else told

        server = Server(handle).start()
        opened.append((server, TelegramCarrier(TOKEN, server.url)))
        return opened[-1][1]

    yield make
    for server, carrier in opened:
        await carrier.close()
        server.close()


Answering = Callable[[Answer, Answer], TelegramCarrier]


def _told(**file: object) -> Answer:
    return Answer(200, json.dumps({"ok": True, "result": {"file_id": "F", "file_unique_id": "u", **file}}).encode())


async def test_a_file_is_fetched_by_its_handle_in_pieces(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    telegram.files["F1"] = bytes(range(256)) * 2000
    pieces = [piece async for piece in carrier.stream("F1")]
    assert b"".join(pieces) == telegram.files["F1"]
    assert len(pieces) > 1


async def test_a_file_may_be_left_half_read(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    telegram.files["F1"] = bytes(1_000_000)
    stream = carrier.stream("F1")
    assert await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]  # an async generator behind its protocol
    assert len(await _file(carrier, "F1")) == 1_000_000


async def test_a_file_that_is_gone_or_too_large_is_not_fetched(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    """Group 23."""
    telegram.files["F2"] = bytes(20 * 1024 * 1024 + 1)
    with pytest.raises(SendFailed, match="too_large") as large:
        await _file(carrier, "F2")
    assert not large.value.retryable
    with pytest.raises(SendFailed, match="unfetchable") as gone:  # Telegram has one sentence for gone and for later
        await _file(carrier, "F0")
    assert gone.value.retryable


@pytest.mark.parametrize(
    ("status", "reason", "retryable"),
    [
        (200, "truncated", True),
        (401, "misconfigured", True),
        (404, "expired", True),
        (429, "throttled", True),
        (451, "unfetchable", False),
        (502, "carrier_down", True),
    ],
)
async def test_each_way_of_a_download_to_fail_has_its_policy(
    telegram: FakeTelegram, carrier: TelegramCarrier, status: int, reason: str, *, retryable: bool
) -> None:
    """Group 23: cut short, an old link, a bad day."""
    telegram.files["F1"] = bytes(1000)
    telegram.fault(Fault("download", status))
    with pytest.raises(SendFailed) as caught:
        await _file(carrier, "F1")
    assert (caught.value.reason, caught.value.retryable) == (reason, retryable)
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert len(await _file(carrier, "F1")) == 1000


@pytest.mark.parametrize("size", [30 * 1024 * 1024, 5, None])
async def test_a_file_larger_than_it_may_be_is_not_taken(answering: Answering, size: int | None) -> None:
    carrier = answering(_told(file_size=size, file_path="files/F"), Answer(200, bytes(20 * 1024 * 1024 + 1)))
    with pytest.raises(SendFailed, match="too_large"):
        await _file(carrier, "F")


async def test_a_file_of_unknown_size_is_taken_as_it_comes(answering: Answering) -> None:
    assert await _file(answering(_told(file_path="a/b-c_d/e.tar.gz"), Answer(200, b"abc")), "F") == b"abc"


async def test_a_connection_lost_in_the_middle_of_a_file_is_a_failure() -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        body = _told(file_path="files/F").body
        head, sent = (b"100000", b"x" * 500) if b"/file/" in asked else (str(len(body)).encode(), body)
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: " + head + b"\r\n\r\n" + sent)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(half, "127.0.0.1", 0)
    carrier = TelegramCarrier(TOKEN, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    with pytest.raises(SendFailed, match="network") as caught:
        await _file(carrier, "F")
    assert caught.value.retryable
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    await carrier.close()
    server.close()


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        7,
        "/etc/hostname",
        "pyproject.toml/../README.md",
        "../../bot/deleteWebhook",
        "files/%2e%2e/x",
        "files/F?x=1",
        "files//F",
        "http://127.0.0.1:1/x",
        "//127.0.0.1:1/x",
        "@127.0.0.1:1/x",
    ],
)
async def test_a_file_is_fetched_from_nowhere_but_the_api(answering: Answering, path: object) -> None:
    carrier = answering(_told(file_size=5, file_path=path), Answer(200, b"12345"))
    with pytest.raises(SendFailed) as caught:
        await _file(carrier, "F")
    assert caught.value.reason in {"unfetchable", "unexpected_answer"}


# ── Taking back, and going ──


async def test_both_sides_messages_are_deleted(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    telegram.push(*(updates.said(42, "a", number) for number in range(1, 90)), updates.said(43, "b", 5))
    ids = [*map(str, range(1, 90)), *(await carrier.send("42", Rendered("x " * 3000))).ids]
    other = await carrier.send("43", WORDS)
    await carrier.delete("42", ids)
    assert telegram.chats.standing(42) == []
    assert telegram.chats.standing(43) == [5, *map(int, other.ids)]
    assert len([call for call in telegram.calls if call.method == "deleteMessages"]) == 1


async def test_more_than_a_hundred_are_deleted_in_batches(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    telegram.push(*(updates.said(42, "a", number) for number in range(1, 251)))
    await carrier.delete("42", [str(number) for number in range(1, 251)] * 2)
    assert telegram.chats.standing(42) == []
    assert [call.method for call in telegram.calls] == ["deleteMessages"] * 3


async def test_what_is_too_old_or_gone_is_passed_over(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    """Group 21."""
    telegram.push(updates.said(42, "old", 1))
    telegram.pass_time(hours=49)
    telegram.push(updates.said(42, "new", 2))
    await carrier.delete("42", ["1", "2", "999", "", "x", "-4", "٣"])
    assert telegram.chats.standing(42) == [1]
    await carrier.delete("42", ["2"])
    await carrier.delete("42", [])


async def test_a_server_without_a_method_for_many_deletes_one_by_one(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    telegram.push(updates.said(42, "a", 1), updates.said(42, "b", 2))
    telegram.fault(Fault("deleteMessages", 404, "Not Found"))
    await carrier.delete("42", ["1", "7", "2"])
    assert telegram.chats.standing(42) == []


@pytest.mark.parametrize(("status", "reason"), [(429, "throttled"), (500, "carrier_down"), (403, "blocked")])
async def test_deleting_that_must_wait_says_so(
    telegram: FakeTelegram, carrier: TelegramCarrier, status: int, reason: str
) -> None:
    telegram.push(updates.said(42, "a", 1))
    telegram.fault(Fault("deleteMessages", status, parameters={"retry_after": 3}))
    with pytest.raises(SendFailed, match=reason):
        await carrier.delete("42", ["1"])
    await carrier.delete("42", ["1"])
    assert telegram.chats.standing(42) == []


async def test_a_group_is_left_and_leaving_again_is_harmless(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    """Group 15."""
    telegram.push(updates.membership(-100123, "member", before="left"))
    assert telegram.chats.groups == {"-100123"}
    await carrier.leave("-100123")
    assert telegram.chats.groups == set()
    await carrier.leave("-100123")
    await carrier.leave("-5")
    await carrier.leave("42")


async def test_a_group_that_moved_is_left_where_it_is_now(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    """Group 18."""
    telegram.chats.moved["-5"] = "-1001234567890123"
    telegram.push(updates.membership(-1001234567890123, "member", before="left"))
    await carrier.leave("-5")
    assert telegram.chats.groups == set()
    telegram.fault(Fault("leaveChat", 500))
    with pytest.raises(SendFailed, match="carrier_down"):
        await carrier.leave("-5")


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


# ── Presenting ourselves ──


async def test_a_profile_is_set_in_its_language_and_only_where_it_differs(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    shown = [Profile(each, [("start", f"ابدأ{each}"), ("wipe", "مسح")], f"وصف{each}", "قصير") for each in ("", "ku")]
    for _ in range(2):
        for profile in shown:
            assert await carrier.present(profile) == ()
    assert telegram.profiles["commands", "ku"][0] == {"command": "start", "description": "ابدأku"}
    assert telegram.profiles["description", ""] == "وصف"
    assert telegram.profiles["short_description", "ku"] == "قصير"
    assert sum(call.method.startswith("set") for call in telegram.calls) == 6


async def test_each_part_of_a_profile_is_tried_though_another_failed(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    telegram.fault(Fault("setMyCommands", 429, parameters={"retry_after": 86_400}))
    telegram.fault(Fault("getMyDescription", 404))
    assert await carrier.present(Profile("", [("start", "ابدأ")], "وصف", "قصير")) == ("throttled", "unsupported")
    assert telegram.profiles == {("short_description", ""): "قصير"}


async def test_how_updates_come_can_be_asked(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    assert await carrier.hook() == Hook("", frozenset())
    await carrier.set_webhook("http://127.0.0.1:9/hooks/telegram", "s3cret")
    assert await carrier.hook() == Hook("http://127.0.0.1:9/hooks/telegram", frozenset(KINDS))
    assert telegram.calls[1].params["secret_token"] == "s3cret"


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
        telegram.files["F1"] = b"1234"
        telegram.fault(Fault("download", 404))
        with pytest.raises(SendFailed):
            await _file(carrier, "F1")
        await _file(carrier, "F1")
        await carrier.delete("42", ["1"])
    for secret in (TOKEN, WORDS.text, "مستور", *updates.CANARIES):
        assert secret not in caplog.text
