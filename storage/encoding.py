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
    Coded,
    Conversation,
    Desk,
    Facts,
    Flight,
    Fragment,
    Gesture,
    Guess,
    Locale,
    Medium,
    MediumKind,
    Message,
    Mode,
    Ongoing,
    Option,
    Point,
    Presence,
    Question,
    Reply,
    Stage,
    Stub,
    Teller,
    Urgency,
)

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# What most messages do not have takes no room in them.
_SELDOM: Final = (
    "own_id",
    "reply_to",
    "album",
    "gesture",
    "presence",
    "live",
    "forwarded",
    "code",
    "entered_by",
    "behalf",
    "locale",
    "about",
)


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
            "media": [[file.kind, file.ref, file.content_type, file.size, file.unique] for file in message.media],
            "point": None if message.point is None else [message.point.lat, message.point.lon],
            "edit": message.edit,
            "sent_at": None if message.sent_at is None else message.sent_at.isoformat(),
        }
        | {name: value for name in _SELDOM if (value := getattr(message, name))}
        | ({"fragment": [part.ref, part.index, part.total]} if (part := message.fragment) else {})
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
        media=tuple(Medium(MediumKind(kind), *told) for kind, *told in read["media"]),
        point=None if read["point"] is None else Point(*read["point"]),
        edit=read["edit"],
        sent_at=None if read["sent_at"] is None else datetime.fromisoformat(read["sent_at"]),
        own_id=read.get("own_id", ""),
        reply_to=read.get("reply_to", ""),
        album=read.get("album", ""),
        gesture=Gesture(read.get("gesture", "")),
        presence=Presence(read.get("presence", "")),
        fragment=Fragment(*read["fragment"]) if "fragment" in read else None,
        live=read.get("live", False),
        forwarded=read.get("forwarded", False),
        code=read.get("code", ""),
        entered_by=read.get("entered_by", ""),
        behalf=read.get("behalf", False),
        locale=Locale(read["locale"]) if "locale" in read else None,
        about=read.get("about", ""),
    )


def conversation_to_bytes(conversation: Conversation) -> bytes:
    """All of a conversation."""
    return dumps(
        {
            "stage": conversation.stage,
            "locale": conversation.locale,
            "ongoing": _ongoing_to(conversation.ongoing),
            "options": conversation.options,
            "tries": conversation.tries,
            "introduced": conversation.introduced,
            "later": conversation.later,
            "thanked_at": None if conversation.thanked_at is None else conversation.thanked_at.isoformat(),
            "helped_at": None if conversation.helped_at is None else conversation.helped_at.isoformat(),
            "words": conversation.words,
            "before": _ongoing_to(conversation.before),
            "origin": conversation.origin,
            "behalf": conversation.behalf,
            "spoken": conversation.spoken,
            "spoken_since": None if conversation.spoken_since is None else conversation.spoken_since.isoformat(),
            "echo": conversation.echo,
            "bundle": conversation.bundle,
            "topic": conversation.topic,
            "kinds": [(guess.category, guess.confidence) for guess in conversation.kinds],
            "gist": conversation.gist,
            "mode": conversation.mode,
            "locked": _ongoing_to(conversation.locked),
            "woman_officer": conversation.woman_officer,
            "overtaken": _question_to(conversation.overtaken),
            "agreed": conversation.agreed,
            "said": conversation.said,
            "asked_at": None if conversation.asked_at is None else conversation.asked_at.isoformat(),
            "passed": conversation.passed,
            "erasing": conversation.erasing,
            "read": conversation.read,
            "read_at": None if conversation.read_at is None else conversation.read_at.isoformat(),
            "waits": conversation.waits,
        }
    )


def conversation_from_bytes(data: bytes) -> Conversation:
    """What `conversation_to_bytes` was given."""
    read = loads(data)
    return Conversation(
        stage=Stage(read["stage"]),
        locale=None if read["locale"] is None else Locale(read["locale"]),
        ongoing=_ongoing_from(read["ongoing"]),
        options=tuple(read["options"]),
        tries=read["tries"],
        introduced=read["introduced"],
        later=tuple(read.get("later", ())),
        thanked_at=_instant(read.get("thanked_at")),
        helped_at=_instant(read.get("helped_at")),
        words=read.get("words", ""),
        before=_ongoing_from(read.get("before")),
        origin=read.get("origin", ""),
        behalf=read.get("behalf", False),
        spoken=read.get("spoken", 0),
        spoken_since=_instant(read.get("spoken_since")),
        echo=read.get("echo", ""),
        bundle=read.get("bundle", ""),
        topic=tuple(read.get("topic", ())),
        kinds=tuple(Guess(Category(kind), chance) for kind, chance in read.get("kinds", ())),
        gist=tuple(read.get("gist", ())),
        mode=Mode(read.get("mode", "normal")),
        locked=_ongoing_from(read.get("locked")),
        woman_officer=read.get("woman_officer", False),
        overtaken=_question_from(read.get("overtaken")),
        agreed=tuple(read.get("agreed", ())),
        said=tuple(read.get("said", ())),
        asked_at=_instant(read.get("asked_at")),
        passed=read.get("passed", False),
        erasing=tuple(read.get("erasing", ())),
        read=read.get("read", ""),
        read_at=_instant(read.get("read_at")),
        waits=read.get("waits", ""),
    )


def _question_to(question: Question | None) -> Mapping[str, Any] | None:
    if question is None:
        return None
    return {"ongoing": _ongoing_to(question.ongoing), "options": question.options, "tries": question.tries}


def _question_from(read: Mapping[str, Any] | None) -> Question | None:
    about = _ongoing_from(read["ongoing"]) if read is not None else None
    if read is None or about is None:
        return None
    return Question(about, tuple(read["options"]), read["tries"])


def _ongoing_to(about: Ongoing | None) -> Mapping[str, Any] | None:
    if about is None:
        return None
    return {
        "report": about.report,
        "number": about.number,
        "code": about.code,
        "facts": _facts_to(about.facts),
        "office": about.office,
        "desk": about.desk,
        "filed_at": about.filed_at.isoformat(),
    }


def _ongoing_from(about: Mapping[str, Any] | None) -> Ongoing | None:
    if about is None:
        return None
    return Ongoing(
        report=about["report"],
        number=about["number"],
        code=about["code"],
        facts=_facts_from(about["facts"]),
        office=about["office"],
        desk=Desk(about["desk"]),
        filed_at=datetime.fromisoformat(about["filed_at"]),
    )


def coded_to_bytes(coded: Coded) -> bytes:
    """What a report's code opens of it."""
    return dumps({"facts": _facts_to(coded.facts), "asks": coded.asks, "hers": coded.hers})


def coded_from_bytes(plain: bytes) -> Coded:
    """What was written, spaces after it or not."""
    read = loads(plain)
    return Coded(_facts_from(read["facts"]), asks=read["asks"], hers=read["hers"])


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
        "origin": facts.origin,
        "apart": facts.apart,
        "insider": facts.insider,
        "flight": facts.flight,
        "any_officer": facts.any_officer,
        "teller": facts.teller,
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
        origin=read.get("origin", ""),
        apart=tuple(read.get("apart", ())),
        insider=read.get("insider", False),
        flight=Flight(read.get("flight", "")),
        any_officer=read.get("any_officer", False),
        teller=Teller(read.get("teller", "")),
    )


def reply_to_bytes(reply: Reply, callback: str) -> bytes:
    """What is to be said, and the tap it answers."""
    options = [[option.choice, option.label, option.literal, option.typed] for option in reply.options]
    return dumps(
        {
            "key": reply.key,
            "values": dict(reply.values),
            "options": options,
            "callback": callback,
            "locale": reply.locale,
        }
    )


def reply_from_bytes(data: bytes) -> tuple[Reply, str]:
    """What `reply_to_bytes` was given."""
    read = loads(data)
    options = tuple(Option(*option) for option in read["options"])
    return Reply(read["key"], read["values"], options, _tongue(read.get("locale"))), read["callback"]


def _tongue(code: str | None) -> Locale | Stub | None:
    if code is None:
        return None
    return Stub(code) if code in {stub.value for stub in Stub} else Locale(code)
