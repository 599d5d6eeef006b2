"""What we keep of a Telegram update, whatever comes."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.telegram import authentic, read
from bot.vocabulary import Gesture, Medium, MediumKind, Message, Point, Presence
from tests.carriers import updates

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
_KEYS = st.sampled_from(
    ["update_id", "message", "edited_message", "callback_query", "chat", "from", "id", "type", "text", "caption",
     "date", "photo", "voice", "document", "animation", "location", "venue", "latitude", "longitude", "file_id",
     "file_size", "width", "height", "mime_type", "data", "edit_date", "rich_message", "blocks", "checklist", "tasks",
     "message_id", "reply_to_message", "media_group_id", "live_period", "forward_origin", "sticker", "poll", "question",
     "contact", "title", "address", "status", "new_chat_member", "pinned_message"]
)  # fmt: skip
_SHAPED = st.recursive(
    _JSON, lambda inner: st.dictionaries(_KEYS, inner, max_size=6) | st.lists(inner, max_size=3), max_leaves=30
)


def _read(update: object, update_id: object = 7) -> Message:
    given = {"update_id": update_id, **update} if isinstance(update, dict) else update
    message = read(given, account="1000001")
    assert message
    return message


def _private(**content: Any) -> Message:
    return _read({"message": updates.message(42, 1, **content)})


def _file(file_id: str = "F", **more: Any) -> dict[str, Any]:
    return {"file_id": file_id, "file_unique_id": "u", **more}


# ── Who may speak ──


@pytest.mark.parametrize(
    ("header", "secret", "expected"),
    [
        ("s3cret", "s3cret", True),
        ("s3creT", "s3cret", False),
        (None, "s3cret", False),
        ("", "s3cret", False),
        ("", "", False),
        (None, "", False),
        ("s3cret", "", False),
        ("s3crét", "s3cret", False),
        ("\udcff", "s3cret", False),
        ("s" * 100_000, "s3cret", False),
    ],
)
def test_only_the_exact_secret_is_authentic(header: str | None, secret: str, expected: bool) -> None:  # noqa: FBT001
    assert authentic(header, secret) is expected


# ── What is kept ──


def test_words_are_kept_and_nothing_that_names_their_sender() -> None:
    message = _read(updates.said(42, "سرقوا ماطوري"))
    assert message == Message(
        channel="telegram",  # type: ignore[arg-type]  # a StrEnum's member equals its text
        carrier="telegram",
        account="1000001",
        external_id="7",
        address="42",
        sequence=7,
        text="سرقوا ماطوري",
        own_id="1",
        sent_at=datetime.fromtimestamp(updates.DATE, UTC),
    )


@pytest.mark.parametrize(
    "content",
    [
        {"contact": {"phone_number": updates.CANARIES[4], "first_name": updates.CANARIES[0], "user_id": 43}},
        {"text": "a", "forward_origin": {"type": "hidden_user", "sender_user_name": updates.CANARIES[5], "date": 1}},
        {"text": "a", "quote": {"text": updates.CANARIES[5], "position": 0}},
        {"text": "a", "reply_to_message": updates.message(43, 9, text=updates.CANARIES[5])},
        {"text": "a", "via_bot": {"id": 5, "is_bot": True, "first_name": updates.CANARIES[0]}},
        {"text": "a", "entities": [{"type": "text_mention", "offset": 0, "length": 1, "user": updates.person(43)}]},
        {"document": _file(file_name=f"{updates.CANARIES[5]}.pdf")},
        {"text": "a", "forward_from": updates.person(43), "forward_date": 1},
        {"text": "a", "external_reply": {"origin": {"type": "user", "sender_user": updates.person(43)}}},
        {"contact": {"vcard": f"TEL:{updates.CANARIES[4]}", "phone_number": updates.CANARIES[4]}, "from": None},
        {"sticker": {"set_name": updates.CANARIES[5], "emoji": updates.CANARIES[0]}},
        {"story": {"chat": {"id": 43, "title": updates.CANARIES[5]}, "id": 7}},
        {"game": {"title": updates.CANARIES[5], "description": updates.CANARIES[0]}},
        {"users_shared": {"users": [{"user_id": 43, "first_name": updates.CANARIES[0]}]}},
        {"passport_data": {"data": updates.CANARIES[5]}},
    ],
)
def test_what_tells_of_other_people_is_dropped(content: dict[str, Any]) -> None:
    kept = repr(_private(**content))
    assert not [canary for canary in updates.CANARIES if canary in kept]


@pytest.mark.parametrize(
    ("content", "medium"),
    [
        (
            {"photo": [_file("s", width=90, height=60), _file("L", width=1280, height=800, file_size=9), _file("m")]},
            Medium(MediumKind.PHOTO, "L", "image/jpeg", 9),
        ),
        ({"photo": [_file("a", file_size=1), _file("b", file_size=2)]}, Medium(MediumKind.PHOTO, "b", "image/jpeg", 2)),
        ({"voice": _file(mime_type="audio/ogg", file_size=5)}, Medium(MediumKind.VOICE, "F", "audio/ogg", 5)),
        ({"audio": _file(mime_type="audio/mp4")}, Medium(MediumKind.VOICE, "F", "audio/mp4", 0)),
        ({"video": _file(mime_type="video/webm")}, Medium(MediumKind.VIDEO, "F", "video/webm", 0)),
        ({"video_note": _file(length=240)}, Medium(MediumKind.VIDEO, "F", "video/mp4", 0)),
        ({"animation": _file("A"), "document": _file("A")}, Medium(MediumKind.VIDEO, "A", "video/mp4", 0)),
        ({"document": _file(mime_type="application/pdf")}, Medium(MediumKind.DOCUMENT, "F", "application/pdf", 0)),
        ({"document": _file(mime_type="a\nb", file_size=-3)}, Medium(MediumKind.DOCUMENT, "F", "", 0)),
    ],
)
def test_a_file_is_kept_by_its_handle_and_by_what_it_is(content: dict[str, Any], medium: Medium) -> None:
    assert _private(**content, caption="شوف").media == (replace(medium, unique="u"),)
    assert _private(**content, caption="شوف").text == "شوف"


def test_a_place_is_kept_and_a_venue_with_its_name_and_street() -> None:
    point = {"latitude": 33.3, "longitude": 44.4}
    assert _private(location=point).point == Point(33.3, 44.4)
    venue = {"location": point, "title": "فرن الشعلة", "address": "شارع 12", "google_place_id": "x"}
    message = _private(location=point, venue=venue)
    assert (message.point, message.text, message.live) == (Point(33.3, 44.4), "فرن الشعلة\nشارع 12", False)
    assert _private(venue={"location": point, "title": 7, "address": ""}).text == ""


def test_an_empty_text_does_not_hide_a_caption() -> None:
    assert _private(text="", caption="شوف", photo=[_file("F", width=1, height=1)]).text == "شوف"


@pytest.mark.parametrize(
    "place",
    [{"latitude": 91, "longitude": 0}, {"latitude": "1", "longitude": 1}, {"latitude": True, "longitude": 1}, 7],
)
def test_a_place_off_the_globe_is_none(place: object) -> None:
    assert _private(location=place).point is None


@pytest.mark.parametrize(
    ("kind", "gesture"),
    [
        ("sticker", Gesture.STICKER),
        ("poll", Gesture.OTHER),  # without its question there is none
        ("contact", Gesture.CONTACT),
        ("dice", Gesture.GAME),
        ("game", Gesture.GAME),
        ("story", Gesture.STORY),
        ("users_shared", Gesture.OTHER),
        ("unheard_of", Gesture.OTHER),
    ],
)
def test_what_holds_no_words_is_a_gesture_and_no_more(kind: str, gesture: Gesture) -> None:
    """Groups 11 and 12."""
    message = _private(**{kind: {"emoji": "x", "phone_number": "+9647700000077"}})
    assert (message.text, message.choice, message.media, message.point) == ("", "", (), None)
    assert (message.address, message.gesture) == ("42", gesture)


def test_a_message_with_words_a_file_or_a_pin_is_no_gesture() -> None:
    assert _private(text="a").gesture is Gesture.NONE
    assert _private(voice=_file()).gesture is Gesture.NONE
    assert _private(location={"latitude": 1, "longitude": 1}).gesture is Gesture.NONE
    assert _private(text=" ").gesture is Gesture.NONE  # what blanks mean is not for a carrier to say


def test_the_question_of_a_poll_and_its_answers_are_words() -> None:
    poll = {"id": "1", "question": "وين الشرطة", "options": [{"text": "ماكو", "voter_count": 3}, {"text": "نايمين"}]}
    assert (_private(poll=poll).text, _private(poll=poll).gesture) == ("وين الشرطة\nماكو\nنايمين", Gesture.NONE)


@pytest.mark.parametrize(
    "kind", ["new_chat_title", "pinned_message", "message_auto_delete_timer_changed", "write_access_allowed"]
)
def test_what_telegram_itself_says_in_a_chat_is_answered_nowhere(kind: str) -> None:
    message = _private(**{kind: {"text": updates.CANARIES[5]}})
    assert (message.address, message.text, message.gesture) == ("", "", Gesture.NONE)


def test_the_words_of_a_rich_message_and_of_a_checklist_are_kept() -> None:
    bold = {"type": "bold", "text": "ماطوري"}
    blocks = [
        {"type": "heading", "text": "عنوان"},
        {"type": "paragraph", "text": ["سرقوا ", bold, {"type": "mention", "text": "!", "username": "u"}]},
        {"type": "list", "items": [{"label": "1", "blocks": [{"type": "paragraph", "text": "اول"}]}]},
    ]
    assert _private(rich_message={"blocks": blocks}).text == "عنوان\nسرقوا ماطوري!\nاول"
    tasks = [{"id": 1, "text": "حرامي", "completed_by_user": updates.person(9)}, {"id": 2, "text": "بالليل"}]
    assert _private(checklist={"title": "بلاغ", "tasks": tasks}).text == "بلاغ\nحرامي\nبالليل"


@pytest.mark.parametrize("content", [{"rich_message": {"blocks": [7, None, {}]}}, {"photo": [None, {}]}, {"photo": []}])
def test_what_has_another_shape_than_promised_is_passed_over(content: dict[str, Any]) -> None:
    assert (_private(**content).text, _private(**content).media) == ("", ())


def test_an_edit_says_so_and_is_dated_by_itself() -> None:
    message = _read(updates.edited(42, "new words"))
    assert message.edit
    assert message.sent_at == datetime.fromtimestamp(updates.DATE + 60, UTC)


def test_an_edit_has_an_id_of_its_own_and_names_the_message_that_it_changes() -> None:
    """Group 9: a revision can be tied to its message, and is never taken for a second delivery of it."""
    before, after = _read(updates.said(42, "a", 31), 7), _read(updates.edited(42, "b", 31), 8)
    assert (before.external_id, after.external_id) == ("7", "8")
    assert before.own_id == after.own_id == "31"
    assert (before.edit, after.edit) == (False, True)


def test_a_place_that_moves_says_so_from_its_first_message_to_its_last_edit() -> None:
    """Group 9: hundreds of edits, of which only the last place counts."""
    path = [(33.3, 44.4), (33.31, 44.41), (33.32, 44.42)]
    messages = [_read(update) for update in updates.walking(42, path, 5)]
    assert [message.live for message in messages] == [True, True, True]
    assert [message.edit for message in messages] == [False, True, True]
    assert [message.point for message in messages] == [Point(*place) for place in path]
    assert {message.own_id for message in messages} == {"5"}
    assert not _read(updates.edited(42, "words")).live


def test_an_answer_names_the_message_that_it_answers() -> None:
    message = _read(updates.replied(42, "اي", to=31, message_id=40))
    assert (message.own_id, message.reply_to, message.text) == ("40", "31", "اي")


@pytest.mark.parametrize("name", [0, -1, "7", True, None, 2**63, [1]])
def test_a_name_of_another_shape_is_none(name: object) -> None:
    body = updates.message(42, 1, text="a") | {"message_id": name, "reply_to_message": {"message_id": name}}
    message = _read({"message": body})
    assert (message.own_id, message.reply_to, message.text) == ("", "", "a")


def test_pictures_sent_together_have_a_name_in_common_and_one_caption() -> None:
    """Group 10."""
    messages = [_read(update) for update in updates.pictured(42, [f"F{n}" for n in range(10)], "شوفوا", 50)]
    assert len({message.album for message in messages}) == 1
    assert messages[0].album
    assert [message.text for message in messages] == ["شوفوا"] + [""] * 9
    assert [message.media[0].ref for message in messages] == [f"F{n}" for n in range(10)]
    assert _private(text="a").album == ""


@pytest.mark.parametrize(
    "update",
    [
        updates.forwarded(42, "a"),
        {"message": updates.message(42, 1, text="a", forward_sender_name=updates.CANARIES[5], forward_date=1)},
        {"message": updates.message(42, 1, text="a", forward_from_chat={"id": -100, "title": updates.CANARIES[5]})},
    ],
)
def test_what_was_passed_on_says_so_and_not_whose_it_is(update: dict[str, Any]) -> None:
    """Group 13."""
    message = _read(update)
    assert (message.forwarded, message.text) == (True, "a")
    assert not [canary for canary in updates.CANARIES if canary in repr(message)]
    assert not _private(text="a").forwarded


def test_a_message_through_another_bot_or_without_a_sender_is_heard() -> None:
    """Group 14."""
    body = updates.message(42, 1, text="a", via_bot={"id": 5, "is_bot": True, "first_name": "x", "username": "y"})
    del body["from"]
    assert (_read({"message": body}).address, _read({"message": body}).text) == ("42", "a")
    anonymous = updates.in_group(-100123, "a")["message"] | {"sender_chat": {"id": -100123, "type": "supergroup"}}
    del anonymous["from"]
    assert _read({"message": anonymous}).presence is Presence.GROUP


@pytest.mark.parametrize("payload", ["f_NIN07", "x" * 64, "x" * 65, "../..", "%00", "نينوى", ""])
def test_what_a_link_brings_is_text_like_any_other(payload: str) -> None:
    """Group 52: what it means, and whether it means anything, is decided elsewhere."""
    message = _private(text=f"/start {payload}", entities=[{"type": "bot_command", "offset": 0, "length": 6}])
    assert (message.text, message.choice) == (f"/start {payload}", "")


@pytest.mark.parametrize("date", [0, -1, 5, 10**12, "1795000000", None, True, 1.5, 2**70])
def test_an_absurd_date_is_none(date: object) -> None:
    assert _private(text="a", date=date).sent_at is None


def test_a_tap_keeps_its_choice_and_its_id() -> None:
    message = _read(updates.tapped(42, "v1:cmd:status", "4711"))
    assert (message.address, message.choice, message.callback, message.text) == ("42", "v1:cmd:status", "4711", "")


@pytest.mark.parametrize("under", [None, {"chat": {"id": 42}, "message_id": 1, "date": 0}, "gone", []])
def test_a_tap_under_a_message_that_is_gone_still_counts(under: object) -> None:
    tap = {"id": "9", "from": updates.person(42), "data": "v1:cmd:new", "message": under}
    assert _read({"callback_query": tap}).choice == "v1:cmd:new"


@pytest.mark.parametrize("data", ["x" * 65, "بغداد", "a\0b", 7, None, "\ud83d"])
def test_a_choice_that_is_not_ours_is_none(data: object) -> None:
    tap = {"id": "9", "from": updates.person(42), "data": data}
    message = _read({"callback_query": tap})
    assert (message.choice, message.callback, message.address) == ("", "9", "42")


# ── Groups ──


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel", "unheard_of", ["private"], "private"])
@pytest.mark.parametrize("update", ["message", "edited_message", "channel_post", "edited_channel_post"])
def test_of_what_is_said_in_a_group_only_the_group_is_kept(update: str, kind: object) -> None:
    """Group 15: so that it can be left."""
    body = updates.message(42, 1, text="secret", location={"latitude": 1.0, "longitude": 1.0}, voice=_file())
    body["chat"] = {"id": -1001234567890, "type": kind, "title": updates.CANARIES[5]}
    assert _read({update: body}) == Message(
        channel="telegram",  # type: ignore[arg-type]  # as above
        carrier="telegram",
        account="1000001",
        external_id="7",
        sequence=7,
        address="-1001234567890",
        presence=Presence.GROUP,
    )


def test_a_chat_of_an_unknown_kind_is_neither_heard_nor_left() -> None:
    message = _read({"message": {"chat": {"id": 42, "type": "cosmos"}, "text": "secret"}})
    assert (message.address, message.text, message.presence) == ("", "", Presence.NONE)


@pytest.mark.parametrize(
    ("chat", "status", "before", "address", "presence"),
    [
        (42, "kicked", "member", "42", Presence.BLOCKED),
        (42, "member", "kicked", "42", Presence.BACK),
        (42, "left", "member", "", Presence.NONE),
        (-100123, "member", "left", "-100123", Presence.GROUP),
        (-100123, "administrator", "member", "-100123", Presence.GROUP),
        (-100123, "restricted", "left", "-100123", Presence.GROUP),
        (-100123, "left", "member", "", Presence.NONE),
        (-100123, "kicked", "member", "", Presence.NONE),
    ],
)
def test_a_block_a_return_and_a_group_are_told_apart(
    chat: int, status: str, before: str, address: str, presence: Presence
) -> None:
    """Groups 15 and 16."""
    message = _read(updates.membership(chat, status, before=before))
    assert (message.address, message.presence, message.text, message.gesture) == (address, presence, "", Gesture.NONE)
    assert not [canary for canary in updates.CANARIES if canary in repr(message)]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"chat": {"id": 42}},
        {"chat": {"id": -5}, "new_chat_member": []},
        {"new_chat_member": {"status": ["member"]}},
    ],
)
def test_a_change_of_standing_in_another_shape_is_nobodys(change: dict[str, Any]) -> None:
    message = _read({"my_chat_member": change})
    assert (message.address, message.presence) == ("", Presence.NONE)


def test_a_tap_in_a_group_is_its_persons_own() -> None:
    update = updates.tapped(42, "v1:claim:abc", "1")
    update["callback_query"]["message"]["chat"] = {"id": -100, "type": "supergroup"}
    assert _read(update).address == "42"


# ── Whatever comes ──


@pytest.mark.parametrize(
    ("given_id", "address"),
    [
        (42, "42"),
        ("42", "42"),
        (2**52, str(2**52)),
        (2**63, ""),
        ("x", ""),
        ("٤٢", ""),
        (None, ""),
        (1.5, ""),
        (True, ""),
    ],
)
def test_a_chat_id_of_any_shape_is_an_address_or_none_and_the_words_stay(given_id: object, address: str) -> None:
    message = _read({"message": {"chat": {"id": given_id, "type": "private"}, "text": "a"}})
    assert (message.address, message.text) == (address, "a")


def test_a_message_without_a_chat_is_addressed_to_its_sender() -> None:
    assert _read({"message": {"from": {"id": 42}, "text": "a"}}).address == "42"


@pytest.mark.parametrize(
    "update",
    [
        None, [], "text", 7, {},
        {"update_id": "7", "message": {"text": "a"}},
        {"update_id": True, "message": {"text": "a"}},
        {"update_id": 2**63, "message": {"text": "a"}},
        {"update_id": 7},
        {"update_id": 7, "message": None},
        {"update_id": 7, "message": [1]},
        {"update_id": 7, "my_chat_member": [42]},
        {"update_id": 7, "inline_query": {"from": {"id": 42}, "query": "a"}},
        {"update_id": 7, "unheard_of": {"text": "a"}},
    ],
)  # fmt: skip
def test_what_is_no_update_we_know_is_unreadable(update: object) -> None:
    assert read(update, account="1") is None


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (r'"a\ud83db"', "a\ufffdb"),
        (r'"\ude00"', "\ufffd"),
        (r'"a\u0000b"', "a\ufffdb"),
        (r'"\ud83d\ude00"', "😀"),
        (r'"\ud83d\ud83d\ude00\u0000"', "\ufffd😀\ufffd"),
    ],
)
def test_letters_that_no_database_takes_are_replaced(raw: str, kept: str) -> None:
    assert _private(text=json.loads(raw)).text == kept


def test_a_huge_text_is_kept_whole() -> None:
    assert len(_private(text="ا" * 1_000_000).text) == 1_000_000


def test_a_rich_message_nested_without_end_is_survived() -> None:
    deep: object = "x"
    for _ in range(900):
        deep = {"text": [deep]}
    assert _private(rich_message={"blocks": [deep]}).text == ""


@given(_JSON | _SHAPED, st.integers() | st.text(max_size=3))
def test_reading_never_raises(update: object, update_id: object) -> None:
    read(update, account="1")
    for kind in ("message", "edited_message", "callback_query", "my_chat_member", "channel_post"):
        message = read({"update_id": update_id, kind: update}, account="1")
        if message:
            message.text.encode()
            handles = message.own_id + message.reply_to + message.album
            assert "\0" not in message.text + message.choice + message.callback + message.address + handles
