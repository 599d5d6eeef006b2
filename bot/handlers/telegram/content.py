"""What one Telegram message holds: words, files, a pin, or only a gesture. A whitelist over raw JSON.

Whose contact, poll votes, file or forwarded words these are is never looked at.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeGuard

from bot.vocabulary import Gesture, Medium, MediumKind, Point

Json = Mapping[str, Any]

_MAX_HANDLE: Final = 512  # a file id or a tap's id is far shorter; longer is not Telegram's
_INT64: Final = range(-(2**63), 2**63)
_DEEPEST: Final = 40  # nesting of a rich message that we follow

# Where words stand in a RichMessage, a Checklist and a Poll (Bot API 10.1), and what parts the members of a list there.
_WORDS: Final = {
    "title": "",
    "summary": "",
    "question": "",
    "text": "",
    "alternative_text": "",
    "blocks": "\n",
    "items": "\n",
    "tasks": "\n",
    "options": "\n",
    "cells": "\n",
    "caption": "",
    "credit": "",
}
_WORDY: Final = ("rich_message", "checklist", "poll")  # what is written elsewhere than in text or caption

_FILES: Final = (
    ("voice", MediumKind.VOICE, "audio/ogg"),
    ("audio", MediumKind.VOICE, "audio/mpeg"),
    ("video", MediumKind.VIDEO, "video/mp4"),
    ("video_note", MediumKind.VIDEO, "video/mp4"),
    ("animation", MediumKind.VIDEO, "video/mp4"),
    ("document", MediumKind.DOCUMENT, ""),
)

_GESTURES: Final = {
    "sticker": Gesture.STICKER,
    "contact": Gesture.CONTACT,
    "dice": Gesture.GAME,
    "game": Gesture.GAME,
    "story": Gesture.STORY,
}
# Telegram tells of something done to the chat: nobody said anything, so nothing is to be answered.
_NOTICES: Final = frozenset(
    {
        "boost_added",
        "channel_chat_created",
        "chat_background_set",
        "connected_website",
        "delete_chat_photo",
        "group_chat_created",
        "left_chat_member",
        "message_auto_delete_timer_changed",
        "migrate_from_chat_id",
        "migrate_to_chat_id",
        "new_chat_members",
        "new_chat_photo",
        "new_chat_title",
        "pinned_message",
        "proximity_alert_triggered",
        "supergroup_chat_created",
        "write_access_allowed",
    }
)
_ORIGINS: Final = (
    "forward_origin",
    # Servers older than Bot API 7.0 told it so.
    "forward_from",
    "forward_from_chat",
    "forward_sender_name",
    "forward_date",
)


def mapping(value: object) -> Json:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def is_id(value: object) -> TypeGuard[int]:
    """Whether the value is a whole number that a database holds."""
    return isinstance(value, int) and not isinstance(value, bool) and value in _INT64


def natural(value: object) -> int:
    """The value if it is a whole number above 0, else 0."""
    return value if is_id(value) and value > 0 else 0


def handle(value: object) -> str:
    """The value if it may be one of Telegram's opaque names (a file's, a tap's), else ""."""
    plain = isinstance(value, str) and value.isascii() and value.isprintable() and len(value) <= _MAX_HANDLE
    return str(value) if plain else ""


def text(said: Json) -> str:
    """All that its sender wrote, wherever it stands; of a venue the name and street, which are part of "where".

    Of a poll the question and the answers that it offers: "who heard the shooting?" may be a concern. No votes.
    """
    for key in ("text", "caption"):
        if isinstance(said.get(key), str) and said[key]:
            return str(said[key])
    venue = mapping(said.get("venue"))
    named = [venue[key] for key in ("title", "address") if isinstance(venue.get(key), str) and venue[key]]
    return "\n".join(named) or next(filter(None, (_words(mapping(said.get(key))) for key in _WORDY)), "")


def _words(node: object, between: str = "", deep: int = 0) -> str:
    """The words of a rich message or a checklist, in reading order; of links and mentions only what is shown."""
    if isinstance(node, str):
        return node
    if deep > _DEEPEST:
        return ""
    if isinstance(node, list):
        return between.join(filter(None, (_words(one, between, deep + 1) for one in node)))
    if not isinstance(node, dict):
        return ""
    return "\n".join(filter(None, (_words(node[key], _WORDS[key], deep + 1) for key in _WORDS if key in node)))


def point(said: Json) -> Point | None:
    """The pin of a message, also of one that moves and of a venue."""
    return _point(said.get("location")) or _point(mapping(said.get("venue")).get("location"))


def _point(value: object) -> Point | None:
    lat, lon = mapping(value).get("latitude"), mapping(value).get("longitude")
    if isinstance(lat, bool) or isinstance(lon, bool):
        return None
    if not isinstance(lat, int | float) or not isinstance(lon, int | float):
        return None
    return Point(float(lat), float(lon)) if abs(lat) <= 90 and abs(lon) <= 180 else None  # noqa: PLR2004 - degrees


def moves(said: Json, *, edit: bool) -> bool:
    """Whether its pin is a live one. No other pin is ever edited, and the edit that ends a live one says no more."""
    return "live_period" in mapping(said.get("location")) or (edit and bool(mapping(said.get("location"))))


def media(said: Json) -> Iterable[Medium]:
    """The files of a message, of a photo the largest size."""
    sizes = said.get("photo")
    if isinstance(sizes, list):
        largest = max(filter(_is_file, sizes), key=_area, default=None)
        if largest:
            yield _medium(MediumKind.PHOTO, largest, "image/jpeg")
    for key, kind, content_type in _FILES:
        # Telegram repeats an animation as a document, for old bots.
        if _is_file(said.get(key)) and not (key == "document" and "animation" in said):
            yield _medium(kind, said[key], content_type)


def _is_file(value: object) -> bool:
    return bool(handle(mapping(value).get("file_id")))


def _area(size: Json) -> int:
    return natural(size.get("width")) * natural(size.get("height")) or natural(size.get("file_size"))


def _medium(kind: MediumKind, file: Json, content_type: str) -> Medium:
    return Medium(
        kind,
        handle(file["file_id"]),
        handle(file.get("mime_type")) or content_type,
        natural(file.get("file_size")),
        unique=handle(file.get("file_unique_id")),
    )


def gesture(said: Json) -> Gesture:
    """What a message without words, file and pin is."""
    return next((what for key, what in _GESTURES.items() if key in said), Gesture.OTHER)


def is_notice(said: Json) -> bool:
    """Whether Telegram says it, not a person."""
    return not _NOTICES.isdisjoint(said)


def is_forwarded(said: Json) -> bool:
    """Whether the words are somebody else's."""
    return any(said.get(key) for key in _ORIGINS)
