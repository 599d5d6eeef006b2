"""The Bot API server of our own keeps Telegram's rules of time: what is too old to bring, to answer or to delete."""

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.carriers import updates
from tests.carriers.http import Answer, Request, Server
from tests.carriers.telegram import SILENT, FakeTelegram, Fault


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(speed=1000) as fake:
        yield fake


@pytest.fixture
def refusing() -> Iterator[tuple[Server, list[str]]]:
    """A program that takes no delivery until its list of statuses is empty, and what kinds came to it."""
    seen: list[str] = []

    async def handle(request: Request) -> Answer:
        body = json.loads(request.body)
        seen.append(next(key for key in body if key != "update_id"))
        return Answer(503, b"", {"retry-after": "1"})

    server = Server(handle).start()
    yield server, seen
    server.close()


def _call(telegram: FakeTelegram, method: str, **params: object) -> httpx.Response:
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
    return httpx.post(f"{telegram.url}/bot{telegram.token}/{method}", data=texts, trust_env=False, verify=False)


def _ids(telegram: FakeTelegram, **params: object) -> list[int]:
    return [update["update_id"] for update in _call(telegram, "getUpdates", **params).json()["result"]]


def test_a_message_waits_a_day_and_a_tap_two_and_a_half_minutes(telegram: FakeTelegram) -> None:
    said, tap = telegram.push(updates.said(42, "a"), updates.tapped(42, "v1:cmd:new", "9"))
    telegram.pass_time(seconds=149)
    assert _ids(telegram) == [said, tap]
    telegram.pass_time(seconds=2)
    assert _ids(telegram) == [said]
    telegram.pass_time(hours=24)
    assert _ids(telegram) == []


def test_what_is_too_old_is_not_delivered_any_more(telegram: FakeTelegram, refusing: tuple[Server, list[str]]) -> None:
    server, seen = refusing
    _call(telegram, "setWebhook", url=server.url)
    telegram.push(updates.said(42, "a"), updates.tapped(42, "v1:cmd:new", "9"))
    assert telegram.until(lambda: {"message", "callback_query"} <= set(seen))
    telegram.pass_time(seconds=151)
    assert telegram.until(lambda: len(telegram.waiting()) == 1)
    count = len(seen)
    assert telegram.until(lambda: len(seen) > count + 3)
    assert seen[count + 2 :].count("callback_query") == 0
    telegram.pass_time(hours=24)
    assert telegram.until(lambda: not telegram.waiting())


def test_a_news_of_a_chat_has_a_queue_of_its_own(telegram: FakeTelegram, refusing: tuple[Server, list[str]]) -> None:
    server, seen = refusing
    _call(telegram, "setWebhook", url=server.url)
    telegram.push(updates.said(42, "stuck"))
    assert telegram.until(lambda: bool(seen))
    telegram.block(42)
    assert telegram.until(lambda: "my_chat_member" in seen)


def test_a_bot_gets_the_kinds_it_asked_for(telegram: FakeTelegram) -> None:
    assert _ids(telegram, allowed_updates=["message"]) == []
    (said,) = telegram.push(updates.said(42, "a"))
    telegram.push(updates.tapped(42, "v1:cmd:new", "9"), updates.edited(42, "b"))
    assert _ids(telegram) == [said]
    assert _ids(telegram, offset=said + 1, allowed_updates=["callback_query"]) == []
    telegram.push(updates.said(42, "a"), updates.tapped(42, "v1:cmd:new", "9"))
    assert len(_ids(telegram)) == 1


def test_an_offset_from_before_a_new_numbering_hides_nothing(telegram: FakeTelegram) -> None:
    (last,) = telegram.push(updates.said(42, "a"))
    assert _ids(telegram, offset=last + 1) == []
    telegram.push({"update_id": 5, **updates.said(42, "b")})
    assert _ids(telegram, offset=last + 1) == [5]
    assert _ids(telegram, offset=6) == []


@pytest.mark.parametrize(("hours", "status"), [(47, 200), (48, 400)])
def test_both_sides_messages_can_be_deleted_for_two_days(telegram: FakeTelegram, hours: float, status: int) -> None:
    telegram.push(updates.said(42, "a", 7))
    ours = _call(telegram, "sendMessage", chat_id=42, text="b").json()["result"]["message_id"]
    telegram.pass_time(hours=hours)
    for number in (7, ours):
        assert _call(telegram, "deleteMessage", chat_id=42, message_id=number).status_code == status
    assert telegram.chats.standing(42) == ([] if status == 200 else [7, ours])
    assert _call(telegram, "deleteMessage", chat_id=42, message_id=999).json()["description"].endswith("not found")


def test_one_message_that_is_too_old_spoils_a_batch_and_one_that_is_gone_does_not(telegram: FakeTelegram) -> None:
    telegram.push(updates.said(42, "a", 1))
    telegram.pass_time(hours=49)
    telegram.push(updates.said(42, "a", 2))
    assert _call(telegram, "deleteMessages", chat_id=42, message_ids=[1, 2]).status_code == 400
    assert telegram.chats.standing(42) == [1, 2]
    assert _call(telegram, "deleteMessages", chat_id=42, message_ids=[2, 3]).json()["result"] is True
    assert _call(telegram, "deleteMessages", chat_id=42, message_ids=[]).status_code == 400


def test_who_blocks_the_bot_is_not_reached_until_they_come_back(telegram: FakeTelegram) -> None:
    telegram.block(42)
    assert _call(telegram, "sendMessage", chat_id=42, text="a").status_code == 403
    telegram.unblock(42)
    assert _call(telegram, "sendMessage", chat_id=42, text="a").status_code == 200
    assert _call(telegram, "leaveChat", chat_id=42).status_code == 400
    assert _call(telegram, "leaveChat", chat_id=-5).status_code == 403


def test_words_that_are_taken_and_never_answered_arrived(telegram: FakeTelegram) -> None:
    telegram.fault(Fault("sendMessage", SILENT))
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(
            f"{telegram.url}/bot{telegram.token}/sendMessage",
            data={"chat_id": "42", "text": "a"},
            timeout=0.1,
            trust_env=False,
            verify=False,
        )
    assert telegram.texts(42) == ["a"]
    assert telegram.busiest(42) == telegram.busiest() == 1
    assert telegram.busiest(43) == 0


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("setMyCommands", {"commands": [{"command": "ابدأ", "description": "a"}]}),
        ("setMyCommands", {"commands": [{"command": "start", "description": ""}]}),
        ("setMyCommands", {"commands": [{"command": "start", "description": "a"}], "language_code": "ckb"}),
        ("setMyDescription", {"description": "a" * 513}),
        ("setMyShortDescription", {"short_description": "a" * 121}),
        ("sendVoice", {"chat_id": 42, "voice": "no-file"}),
    ],
)
def test_a_profile_or_a_voice_out_of_bounds_is_refused(
    telegram: FakeTelegram, method: str, params: dict[str, object]
) -> None:
    assert _call(telegram, method, **params).status_code == 400
