"""What we keep of a Telegram update: a whitelist over raw JSON, so that no library object is built at the door.

Names, usernames, language codes, contacts' numbers, forward origins, quotes and entities are never read.
"""

import hmac
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeGuard

from bot.handlers.channel import legible
from bot.vocabulary import Channel, Medium, MediumKind, Message, Point

Json = Mapping[str, Any]
Blank = Callable[..., Message]  # a message but for what its kind tells

KINDS: Final = ("message", "edited_message", "callback_query")  # the updates we ask for
_MAX_CHOICE: Final = 64  # bytes, Bot API InlineKeyboardButton.callback_data
_MAX_HANDLE: Final = 512  # a file id or a tap's id is far shorter; longer is not Telegram's
_INT64: Final = range(-(2**63), 2**63)
_DATES: Final = range(1_356_998_400, 4_102_444_800)  # 2013, when Telegram began, to 2100
_DEEPEST: Final = 40  # nesting of a rich message that we follow

# Where words stand in a RichMessage and a Checklist (Bot API 10.1), and what parts the members of a list there.
_WORDS: Final = {
    "title": "",
    "summary": "",
    "text": "",
    "alternative_text": "",
    "blocks": "\n",
    "items": "\n",
    "tasks": "\n",
    "cells": "\n",
    "caption": "",
    "credit": "",
}

_FILES: Final = (
    ("voice", MediumKind.VOICE, "audio/ogg"),
    ("audio", MediumKind.VOICE, "audio/mpeg"),
    ("video", MediumKind.VIDEO, "video/mp4"),
    ("video_note", MediumKind.VIDEO, "video/mp4"),
    ("animation", MediumKind.VIDEO, "video/mp4"),
    ("document", MediumKind.DOCUMENT, ""),
)


def authentic(header: str | None, secret: str) -> bool:
    """Whether X-Telegram-Bot-Api-Secret-Token is ours, in constant time. With no secret set nothing is authentic."""
    if not header or not secret:
        return False
    return hmac.compare_digest(header.encode("utf-8", "surrogatepass"), secret.encode("utf-8", "surrogatepass"))


def read(update: object, *, account: str) -> Message | None:
    """What we keep of an update as parsed from JSON, whatever it is; None when it is no update of a kind we know.

    account: the bot's id. What is said in a group is no report and is answered nowhere: it becomes a message without
    words and without address. A tap counts as its person's own wherever it was made.
    """
    body = mapping(update)
    sequence = body.get("update_id")
    if not is_id(sequence):
        return None
    blank = partial(
        Message,
        channel=Channel.TELEGRAM,
        carrier="telegram",
        account=account,
        external_id=str(sequence),
        sequence=sequence,
    )
    for kind in KINDS:
        if isinstance(body.get(kind), dict):
            known = body[kind]
            return _tap(blank, known) if kind == "callback_query" else _said(blank, known, edit=kind != "message")
    return None


def _tap(blank: Blank, tap: Json) -> Message:
    choice = _handle(tap.get("data"))
    return blank(
        address=_address(mapping(tap.get("from")).get("id")),
        choice=choice if len(choice) <= _MAX_CHOICE else "",
        callback=_handle(tap.get("id")),
    )


def _said(blank: Blank, said: Json, *, edit: bool) -> Message:
    chat = mapping(said.get("chat"))
    address = _address(chat.get("id", mapping(said.get("from")).get("id")))
    # Private chats have their person's id, which is positive; groups and channels have negative ones.
    if chat.get("type", "private") != "private" or address.startswith("-"):
        return blank(address="", edit=edit)
    return blank(
        address=address,
        text=legible(_text(said)),
        media=tuple(_media(said)),
        point=_point(said.get("location")) or _point(mapping(said.get("venue")).get("location")),
        edit=edit,
        sent_at=_date(said.get("edit_date") if edit else said.get("date")),
    )


def mapping(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def is_id(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value in _INT64


def _address(value: object) -> str:
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdigit() and len(value) <= _MAX_CHOICE:
        value = int(value)
    return str(value) if is_id(value) else ""


def _handle(value: object) -> str:
    plain = isinstance(value, str) and value.isascii() and value.isprintable() and len(value) <= _MAX_HANDLE
    return str(value) if plain else ""


def _text(said: Json) -> str:
    for key in ("text", "caption"):
        if isinstance(said.get(key), str):
            return str(said[key])
    return _words(mapping(said.get("rich_message"))) or _words(mapping(said.get("checklist")))


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


def _point(value: object) -> Point | None:
    lat, lon = mapping(value).get("latitude"), mapping(value).get("longitude")
    if isinstance(lat, bool) or isinstance(lon, bool):
        return None
    if not isinstance(lat, int | float) or not isinstance(lon, int | float):
        return None
    return Point(float(lat), float(lon)) if abs(lat) <= 90 and abs(lon) <= 180 else None  # noqa: PLR2004 - degrees


def _date(value: object) -> datetime | None:
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and value in _DATES else None


def _media(said: Json) -> Iterable[Medium]:
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
    return bool(_handle(mapping(value).get("file_id")))


def _area(size: Json) -> int:
    return natural(size.get("width")) * natural(size.get("height")) or natural(size.get("file_size"))


def natural(value: object) -> int:
    return value if isinstance(value, int) and value in _INT64 and value > 0 else 0


def _medium(kind: MediumKind, file: Json, content_type: str) -> Medium:
    return Medium(
        kind, _handle(file["file_id"]), _handle(file.get("mime_type")) or content_type, natural(file.get("file_size"))
    )
