"""What is remembered of a conversation comes back whole, whatever is added to it later."""

from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any

from bot.vocabulary import Category, Conversation, Desk, Facts, Locale, Ongoing, Stage, Urgency
from storage.encoding import conversation_from_bytes, conversation_to_bytes


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
    )
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
    )
    _differs_everywhere(facts)
    _differs_everywhere(talk)
    assert conversation_from_bytes(conversation_to_bytes(talk)) == talk
