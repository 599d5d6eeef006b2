"""What is remembered of a conversation comes back whole, whatever is added to it later."""

from dataclasses import MISSING, fields, replace
from datetime import datetime
from typing import Any

import pytest

from bot.vocabulary import (
    Category,
    Channel,
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
from storage.encoding import (
    conversation_from_bytes,
    conversation_to_bytes,
    message_from_bytes,
    message_to_bytes,
    reply_from_bytes,
    reply_to_bytes,
)


def _differs_everywhere(value: Any) -> None:
    """A field left at its default would come back right even if it were never written."""
    for one in fields(value):
        if one.default is not MISSING:
            assert getattr(value, one.name) != one.default, f"{one.name} is not tried"


def test_every_field_of_a_conversation_comes_back(now: datetime) -> None:
    facts = Facts(
        category=Category.THEFT,
        urgency=Urgency.HIGH,
        sensitive=True,
        lineage=("IQ-BG-shula", "IQ-BG"),
        about_police=True,
        woman_officer=True,
        minor=True,
        no_reply=True,
        origin="BG-shula",
        apart=("BG-shula",),
        insider=True,
        flight=Flight.OWN,
        any_officer=True,
        teller=Teller.OTHER,
    )
    elder = Ongoing("ef" * 16, "BG-5F7K2", "582913", facts, "BG-shula", Desk.GENERAL, now)
    talk = Conversation(
        stage=Stage.PLACE,
        locale=Locale.CKB,
        ongoing=Ongoing("ab" * 16, "BG-4F7K2", "482913", facts, "BG-shula", Desk.WOMEN, now),
        options=("v1:place:IQ-BG",),
        tries=2,
        introduced=True,
        later=("v1:cat:theft",),
        thanked_at=now,
        helped_at=now,
        words="اكو حرامي",
        before=Ongoing("cd" * 16, "BG-5F7K2", "582913", facts, "BG-shula", Desk.GENERAL, now),
        origin="BG-shula",
        behalf=True,
        spoken=3,
        spoken_since=now,
        echo="ab" * 8,
        bundle="album",
        topic=("0a1b",),
        kinds=(Guess(Category.THEFT, 0.97),),
        gist=(-0.97, 0.0, 0.31),
        mode=Mode.DISCREET,
        locked=replace(elder, report="ef" * 16),
        woman_officer=True,
        overtaken=Question(elder, ("v1:cat:theft",), 1),
        agreed=("ab" * 16, "cd" * 16, "2026-11-21T09:00:00+00:00"),
        said=("0a1b2c3d",),
        asked_at=now,
        passed=True,
        erasing=("ab" * 16,),
        read="ef" * 16,
        read_at=now,
        waits="ab" * 16,
    )
    _differs_everywhere(facts)
    _differs_everywhere(talk)
    assert conversation_from_bytes(conversation_to_bytes(talk)) == talk


def test_every_field_of_a_message_comes_back(now: datetime) -> None:
    message = Message(
        channel=Channel.SMS,
        carrier="twilio",
        account="AC1",
        external_id="SM1",
        address="+9647700000001",
        sequence=7,
        text="اكو حرامي",
        choice="v1:cmd:help",
        callback="tap",
        media=(Medium(MediumKind.PHOTO, "ref", "image/jpeg", 9, "same"),),
        point=Point(33.3, 44.4),
        edit=True,
        sent_at=now,
        own_id="12",
        reply_to="11",
        album="a",
        gesture=Gesture.CONTACT,
        presence=Presence.BACK,
        fragment=Fragment("7", 1, 2),
        live=True,
        forwarded=True,
        code="4829134829134829",
        entered_by="ef" * 16,
        behalf=True,
        locale=Locale.CKB,
        about="4829134829134829",
    )
    _differs_everywhere(message)
    assert message_from_bytes(message_to_bytes(message)) == message


@pytest.mark.parametrize("locale", [None, *Locale, *Stub])
def test_every_field_of_a_reply_comes_back(locale: Locale | Stub | None) -> None:
    reply = Reply("filed", {"code": "482913"}, (Option("v1:place:a", "place", literal=True),), locale)
    assert reply_from_bytes(reply_to_bytes(reply, "tap")) == (reply, "tap")
