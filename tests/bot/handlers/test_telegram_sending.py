"""The library's Bot and a Bot API server: what we say and take back there, and what no log tells of it."""

import json
import logging

import pytest

from bot.handlers.telegram import TelegramCarrier
from bot.vocabulary import Button, Rendered, SendFailed, Sent
from tests.bot.handlers.spoken import VOICE, WORDS, fetched
from tests.carriers import updates
from tests.carriers.telegram import LOST, TOKEN, FakeTelegram, Fault


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
            await fetched(carrier, "F1")
        await fetched(carrier, "F1")
        await carrier.delete("42", ["1"])
    for secret in (TOKEN, WORDS.text, "مستور", *updates.CANARIES):
        assert secret not in caplog.text
