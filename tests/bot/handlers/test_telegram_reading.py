"""What we keep of a Telegram update, whatever comes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.telegram import authentic, read
from bot.vocabulary import Medium, MediumKind, Message, Point
from tests.carriers import updates

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
_KEYS = st.sampled_from(
    ["update_id", "message", "edited_message", "callback_query", "chat", "from", "id", "type", "text", "caption",
     "date", "photo", "voice", "document", "animation", "location", "venue", "latitude", "longitude", "file_id",
     "file_size", "width", "height", "mime_type", "data", "edit_date", "rich_message", "blocks", "checklist", "tasks"]
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
        {"location": {"latitude": 1.0, "longitude": 1.0}, "venue": {"title": updates.CANARIES[5], "address": "x"}},
        {"poll": {"id": "1", "question": updates.CANARIES[5], "options": []}},
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
def test_a_file_is_kept_by_its_handle(content: dict[str, Any], medium: Medium) -> None:
    assert _private(**content, caption="شوف").media == (medium,)
    assert _private(**content, caption="شوف").text == "شوف"


def test_a_place_is_kept_and_a_venue_only_as_its_point() -> None:
    point = {"latitude": 33.3, "longitude": 44.4}
    assert _private(location=point).point == Point(33.3, 44.4)
    assert _private(venue={"location": point, "title": "t", "address": "a"}).point == Point(33.3, 44.4)


@pytest.mark.parametrize(
    "place",
    [{"latitude": 91, "longitude": 0}, {"latitude": "1", "longitude": 1}, {"latitude": True, "longitude": 1}, 7],
)
def test_a_place_off_the_globe_is_none(place: object) -> None:
    assert _private(location=place).point is None


@pytest.mark.parametrize(
    "kind", ["sticker", "poll", "contact", "dice", "story", "game", "new_chat_title", "unheard_of"]
)
def test_what_holds_no_words_is_a_message_without_words(kind: str) -> None:
    message = _private(**{kind: {"emoji": "x"}})
    assert (message.text, message.choice, message.media, message.point) == ("", "", (), None)
    assert message.address == "42"


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


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel", "unheard_of", ["private"]])
def test_what_is_said_in_a_group_is_neither_kept_nor_answerable(kind: object) -> None:
    body = updates.message(42, 1, text="secret", location={"latitude": 1.0, "longitude": 1.0}, voice=_file())
    body["chat"] = {"id": -1001234567890, "type": kind, "title": updates.CANARIES[5]}
    message = _read({"message": body})
    assert (message.address, message.text, message.media, message.point) == ("", "", (), None)
    assert message.external_id == "7"


def test_a_group_is_known_by_its_negative_id_too() -> None:
    assert _read({"message": {"chat": {"id": -5}, "text": "secret"}}).text == ""


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
        {"update_id": 7, "my_chat_member": {"chat": {"id": 42}}},
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
    for kind in ("message", "edited_message", "callback_query"):
        message = read({"update_id": update_id, kind: update}, account="1")
        if message:
            message.text.encode()
            assert "\0" not in message.text + message.choice + message.callback + message.address
