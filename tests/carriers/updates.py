"""Updates in Telegram's real shape, with all that it tells of a person, so that a test sees what we keep of it."""

from collections.abc import Sequence
from typing import Any

# Whoever finds one of these in a table, a log or a file has found a leak.
CANARIES = ("Kanarienvogel", "Zwitscher", "kanari_enbird", "ar-kanari", "+9647700000077", "Weitergeleiteter")
DATE = 1_795_000_000  # a moment in 2026


def person(chat: int) -> dict[str, Any]:
    """The sender, with everything that must be dropped."""
    return {
        "id": chat,
        "is_bot": False,
        "first_name": CANARIES[0],
        "last_name": CANARIES[1],
        "username": CANARIES[2],
        "language_code": CANARIES[3],
        "is_premium": True,
    }


def message(chat: int, message_id: int, **content: Any) -> dict[str, Any]:
    """A private message's body. content: text=…, photo=…, location=… as Telegram names them."""
    sender = person(chat)
    names = {key: sender[key] for key in ("id", "first_name", "last_name", "username")}
    return {"message_id": message_id, "from": sender, "chat": {**names, "type": "private"}, "date": DATE, **content}


def said(chat: int, text: str, message_id: int = 1) -> dict[str, Any]:
    """Someone wrote."""
    return {"message": message(chat, message_id, text=text)}


def edited(chat: int, text: str, message_id: int = 1) -> dict[str, Any]:
    """Someone changed what they wrote."""
    return {"edited_message": message(chat, message_id, text=text, edit_date=DATE + 60)}


def pinned(chat: int, lat: float, lon: float, message_id: int = 1) -> dict[str, Any]:
    """Someone sent a place."""
    return {"message": message(chat, message_id, location={"latitude": lat, "longitude": lon})}


def photographed(
    chat: int, file_id: str, caption: str = "", message_id: int = 1, *, edit: bool = False
) -> dict[str, Any]:
    """Someone sent a photo, or put another in its place; its smaller sizes come first and have other ids."""
    sizes = [
        {
            "file_id": f"{file_id}{suffix}",
            "file_unique_id": f"u-{file_id}-{side}",
            "width": side,
            "height": side,
            "file_size": side,
        }
        for suffix, side in (("-small", 90), ("-middle", 320), ("", 1280))
    ]
    kind, dated = ("edited_message", {"edit_date": DATE + 60}) if edit else ("message", {})
    return {kind: message(chat, message_id, photo=sizes, **({"caption": caption} if caption else {}), **dated)}


def spoken(chat: int, file_id: str, message_id: int = 1) -> dict[str, Any]:
    """Someone sent a voice note."""
    voice = {"file_id": file_id, "file_unique_id": "u1", "duration": 7, "mime_type": "audio/ogg", "file_size": 9000}
    return {"message": message(chat, message_id, voice=voice)}


def tapped(chat: int, data: str, query: str, message_id: int = 1) -> dict[str, Any]:
    """Someone tapped a button under a message of ours."""
    ours = message(chat, message_id, text="ours") | {"from": {"id": 1000001, "is_bot": True, "first_name": "Muntada"}}
    tap = {"id": query, "from": person(chat), "message": ours, "chat_instance": "-5", "data": data}
    return {"callback_query": tap}


def replied(chat: int, text: str, to: int, message_id: int = 1) -> dict[str, Any]:
    """Someone answered a message by pulling it."""
    return {"message": message(chat, message_id, text=text, reply_to_message=message(chat, to, text="before"))}


def pictured(chat: int, file_ids: Sequence[str], caption: str = "", message_id: int = 1) -> list[dict[str, Any]]:
    """Someone sent several pictures at once: an update each, a name in common, the caption under the first alone."""
    album = f"139{message_id:015d}"
    each = [photographed(chat, ref, "" if at else caption, message_id + at) for at, ref in enumerate(file_ids)]
    return [{"message": update["message"] | {"media_group_id": album}} for update in each]


def walking(chat: int, path: Sequence[tuple[float, float]], message_id: int = 1) -> list[dict[str, Any]]:
    """Someone shares where they are: one message, and an edit of it for each further place; the last one ends it."""
    told = []
    for at, (lat, lon) in enumerate(path):
        ends = {} if at == len(path) - 1 and at else {"live_period": 900}
        location = {"latitude": lat, "longitude": lon, "horizontal_accuracy": 12.0, "heading": 90, **ends}
        kind, dated = ("edited_message", {"edit_date": DATE + at}) if at else ("message", {})
        told.append({kind: message(chat, message_id, location=location, **dated)})
    return told


def forwarded(chat: int, text: str, message_id: int = 1) -> dict[str, Any]:
    """Someone passed on what somebody else wrote."""
    origin = {"type": "user", "date": DATE, "sender_user": person(43) | {"first_name": CANARIES[5]}}
    return {"message": message(chat, message_id, text=text, forward_origin=origin)}


def contacted(chat: int, message_id: int = 1) -> dict[str, Any]:
    """Someone shared a card of their address book."""
    card = {"phone_number": CANARIES[4], "first_name": CANARIES[0], "user_id": 43, "vcard": f"TEL:{CANARIES[4]}"}
    return {"message": message(chat, message_id, contact=card)}


def membership(chat: int, status: str, *, before: str) -> dict[str, Any]:
    """Our standing in a chat changed: of a person (kicked, member), or of a group (member, left, administrator)."""
    us = {"id": 1000001, "is_bot": True, "first_name": "Muntada"}
    kind = {"type": "private", "first_name": CANARIES[0]} if chat > 0 else {"type": "supergroup", "title": CANARIES[5]}
    change = {
        "chat": {"id": chat, **kind},
        "from": person(abs(chat)),
        "date": DATE,
        "old_chat_member": {"user": us, "status": before},
        "new_chat_member": {"user": us, "status": status},
    }
    return {"my_chat_member": change}


def in_group(group: int, text: str, message_id: int = 1) -> dict[str, Any]:
    """Someone spoke in a group."""
    body = message(42, message_id, text=text)
    return {"message": body | {"chat": {"id": group, "type": "supergroup", "title": CANARIES[5]}}}
