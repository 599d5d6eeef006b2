"""Turns our values into bytes to be sealed, and back. What is written is read after months: names stay as they are."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import orjson

from bot.vocabulary import (
    Category,
    Channel,
    Conversation,
    Desk,
    Facts,
    Locale,
    Medium,
    MediumKind,
    Message,
    Ongoing,
    Option,
    Point,
    Reply,
    Stage,
    Urgency,
)

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def dumps(value: object) -> bytes:
    """JSON as UTF-8. Halves of surrogate pairs, which no UTF-8 can hold, become U+FFFD: lossy, but kept."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return _LONE_SURROGATE.sub("\ufffd", json.dumps(value, ensure_ascii=False)).encode()


def loads(data: bytes) -> Any:
    """What `dumps` was given."""
    return orjson.loads(data)


def message_to_bytes(message: Message) -> bytes:
    """All of a message."""
    return dumps(
        {
            "channel": message.channel,
            "carrier": message.carrier,
            "account": message.account,
            "external_id": message.external_id,
            "address": message.address,
            "sequence": message.sequence,
            "text": message.text,
            "choice": message.choice,
            "callback": message.callback,
            "media": [[medium.kind, medium.ref, medium.content_type, medium.size] for medium in message.media],
            "point": None if message.point is None else [message.point.lat, message.point.lon],
            "edit": message.edit,
            "sent_at": None if message.sent_at is None else message.sent_at.isoformat(),
        }
    )


def message_from_bytes(data: bytes) -> Message:
    """ValueError, KeyError or TypeError when these bytes are not a message."""
    read = loads(data)
    return Message(
        channel=Channel(read["channel"]),
        carrier=read["carrier"],
        account=read["account"],
        external_id=read["external_id"],
        address=read["address"],
        sequence=read["sequence"],
        text=read["text"],
        choice=read["choice"],
        callback=read["callback"],
        media=tuple(Medium(MediumKind(kind), ref, content, size) for kind, ref, content, size in read["media"]),
        point=None if read["point"] is None else Point(*read["point"]),
        edit=read["edit"],
        sent_at=None if read["sent_at"] is None else datetime.fromisoformat(read["sent_at"]),
    )


def conversation_to_bytes(conversation: Conversation) -> bytes:
    """All of a conversation."""
    about = conversation.ongoing
    return dumps(
        {
            "stage": conversation.stage,
            "locale": conversation.locale,
            "ongoing": None
            if about is None
            else {
                "report": about.report,
                "number": about.number,
                "code": about.code,
                "facts": _facts_to(about.facts),
                "office": about.office,
                "desk": about.desk,
                "filed_at": about.filed_at.isoformat(),
            },
            "options": conversation.options,
            "tries": conversation.tries,
            "introduced": conversation.introduced,
            "later": conversation.later,
            "thanked_at": None if conversation.thanked_at is None else conversation.thanked_at.isoformat(),
            "helped_at": None if conversation.helped_at is None else conversation.helped_at.isoformat(),
            "words": conversation.words,
        }
    )


def conversation_from_bytes(data: bytes) -> Conversation:
    """What `conversation_to_bytes` was given."""
    read = loads(data)
    about = read["ongoing"]
    return Conversation(
        stage=Stage(read["stage"]),
        locale=None if read["locale"] is None else Locale(read["locale"]),
        ongoing=None
        if about is None
        else Ongoing(
            report=about["report"],
            number=about["number"],
            code=about["code"],
            facts=_facts_from(about["facts"]),
            office=about["office"],
            desk=Desk(about["desk"]),
            filed_at=datetime.fromisoformat(about["filed_at"]),
        ),
        options=tuple(read["options"]),
        tries=read["tries"],
        introduced=read["introduced"],
        later=tuple(read.get("later", ())),
        thanked_at=_instant(read.get("thanked_at")),
        helped_at=_instant(read.get("helped_at")),
        words=read.get("words", ""),
    )


def _instant(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


def _facts_to(facts: Facts) -> Mapping[str, Any]:
    return {
        "category": facts.category,
        "urgency": facts.urgency.value,
        "sensitive": facts.sensitive,
        "lineage": facts.lineage,
        "about_police": facts.about_police,
        "woman_officer": facts.woman_officer,
        "minor": facts.minor,
        "no_reply": facts.no_reply,
    }


def _facts_from(read: Mapping[str, Any]) -> Facts:
    return Facts(
        category=Category(read["category"]),
        urgency=Urgency(read["urgency"]),
        sensitive=read["sensitive"],
        lineage=tuple(read["lineage"]),
        about_police=read["about_police"],
        woman_officer=read["woman_officer"],
        minor=read.get("minor", False),
        no_reply=read.get("no_reply", False),
    )


def reply_to_bytes(reply: Reply, callback: str) -> bytes:
    """What is to be said, and the tap it answers."""
    options = [[option.choice, option.label, option.literal] for option in reply.options]
    return dumps({"key": reply.key, "values": dict(reply.values), "options": options, "callback": callback})


def reply_from_bytes(data: bytes) -> tuple[Reply, str]:
    """What `reply_to_bytes` was given."""
    read = loads(data)
    options = tuple(Option(choice, label, literal) for choice, label, literal in read["options"])
    return Reply(read["key"], read["values"], options), read["callback"]
