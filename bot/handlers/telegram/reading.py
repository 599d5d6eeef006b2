"""What we keep of a Telegram update: a whitelist over raw JSON, so that no library object is built at the door.

Names, usernames, language codes, contacts' numbers, forward origins, quotes and entities are never read.
"""

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from bot.handlers.channel import legible
from bot.handlers.telegram import content
from bot.handlers.telegram.content import Json, handle, is_id, mapping, natural
from bot.vocabulary import Channel, Message, Presence

Blank = Callable[..., Message]  # a message but for what its kind tells

KINDS: Final = ("message", "edited_message", "callback_query", "my_chat_member")  # the updates we ask for
# A channel's posts come only if somebody asked for them before us; they say where we stand and should not.
_SAID: Final = ("message", "edited_message", "channel_post", "edited_channel_post")
_MAX_CHOICE: Final = 64  # bytes, Bot API InlineKeyboardButton.callback_data
_DATES: Final = range(1_356_998_400, 4_102_444_800)  # 2013, when Telegram began, to 2100
_INSIDE: Final = frozenset({"creator", "administrator", "member", "restricted"})  # ChatMember.status


def authentic(header: str | None, secret: str) -> bool:
    """Whether X-Telegram-Bot-Api-Secret-Token is ours, in constant time. With no secret set nothing is authentic."""
    if not header or not secret:
        return False
    return hmac.compare_digest(header.encode("utf-8", "surrogatepass"), secret.encode("utf-8", "surrogatepass"))


def read(update: object, *, account: str) -> Message | None:
    """What we keep of an update as parsed from JSON, whatever it is; None when it is no update of a kind we know.

    account: the bot's id. What is said in a group is no report: it becomes a message without words whose address is
    the group, to be left and never written to. A tap counts as its person's own wherever it was made. A message with
    neither words nor address is nobody's: it is kept, so that it is not brought again, and nothing follows from it.
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
    for kind in _SAID:
        if isinstance(body.get(kind), dict):
            return _said(blank, body[kind], edit=kind.startswith("edited"))
    if isinstance(body.get("callback_query"), dict):
        return _tap(blank, body["callback_query"])
    if isinstance(body.get("my_chat_member"), dict):
        return _standing(blank, body["my_chat_member"])
    return None


def _tap(blank: Blank, tap: Json) -> Message:
    choice = handle(tap.get("data"))
    return blank(
        address=_address(mapping(tap.get("from")).get("id")),
        choice=choice if len(choice) <= _MAX_CHOICE else "",
        callback=handle(tap.get("id")),
    )


def _said(blank: Blank, said: Json, *, edit: bool) -> Message:
    address, private = _chat(said)
    if not private:
        return _among_others(blank, address)
    if content.is_notice(said):
        return blank(address="", edit=edit)
    message = blank(
        address=address,
        text=legible(content.text(said)),
        media=tuple(content.media(said)),
        point=content.point(said),
        edit=edit,
        sent_at=_date(said.get("edit_date") if edit else said.get("date")),
        own_id=_name(said),
        reply_to=_name(mapping(said.get("reply_to_message"))),
        album=handle(said.get("media_group_id")),
        live=content.moves(said, edit=edit),
        forwarded=content.is_forwarded(said),
    )
    empty = not (message.text or message.media or message.point)
    return replace(message, gesture=content.gesture(said)) if empty else message


def _standing(blank: Blank, change: Json) -> Message:
    """Somebody blocked us, let us in again, or put us into a group."""
    address, private = _chat(change)
    status = mapping(change.get("new_chat_member")).get("status")
    if not private:
        inside = isinstance(status, str) and status in _INSIDE
        return _among_others(blank, address if inside else "")
    match status:
        case "kicked":
            return blank(address=address, presence=Presence.BLOCKED)
        case "member":
            return blank(address=address, presence=Presence.BACK)
        case _:
            return blank(address="")


def _among_others(blank: Blank, address: str) -> Message:
    # What is no group by its number cannot be left, and must not be written to either.
    return blank(address=address, presence=Presence.GROUP) if address.startswith("-") else blank(address="")


def _chat(said: Json) -> tuple[str, bool]:
    """A chat's address, and whether a person is alone with us there."""
    chat = mapping(said.get("chat"))
    address = _address(chat.get("id", mapping(said.get("from")).get("id")))
    # Private chats have their person's id, which is positive; groups and channels have negative ones.
    return address, chat.get("type", "private") == "private" and not address.startswith("-")


def _address(value: object) -> str:
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdigit() and len(value) <= _MAX_CHOICE:
        value = int(value)
    return str(value) if is_id(value) else ""


def _name(said: Json) -> str:
    """What Telegram calls a message within its chat."""
    return str(natural(said.get("message_id")) or "")


def _date(value: object) -> datetime | None:
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and value in _DATES else None
