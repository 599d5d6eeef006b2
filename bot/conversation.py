"""What a conversation remembers from one message to the next, and what an utterance means at its stage. Pure values.

The stages: IDLE waits for nothing; PLACE, CATEGORY, LANGUAGE and ERASE each wait for the answer to one question. A
question is never a wall: whatever else comes is heard as at IDLE. After a question was given up its options stay, so
that a late tap on them still counts; typed digits count only while the question is open.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot import commands
from bot.vocabulary import Analysis, Case, Category, Conversation, Ongoing, Stage, Status

_TRIES: Final = 2  # how often we ask for the place; then the report does without
_ADDING: Final = timedelta(hours=24)  # how long what one writes belongs to the report without saying so
_SETTLED: Final = timedelta(minutes=30)  # from then on, a clearly different concern is a report of its own
_CLEARLY: Final = 0.6  # the confidence that makes it clear
_PERHAPS: Final = 0.3  # the confidence that suffices when it is more urgent: two reports do less harm than one unheard
_PIECES: Final = timedelta(minutes=5)
_REMEMBERED: Final = 200
_BURST: Final = timedelta(minutes=2)  # an album arrives as one message a picture
_THANKED: Final = timedelta(hours=1)  # "added" is said at most this often

_MENU: Final = "v1:cmd:"
# These taps mean the same at any time; the others count only as answers to the last question.
_TIMELESS: Final = (_MENU, "v1:lang:", "v1:claim:")


def chosen(conversation: Conversation, *, text: str, choice: str) -> str | None:
    """The choice that a tap or a typed digit stands for; "" when neither is there; None for a tap that is void."""
    if choice:
        return choice if choice.startswith(_TIMELESS) or choice in conversation.options else None
    number = commands.digit(text)
    answering = conversation.stage is not Stage.IDLE or all(option.startswith(_MENU) for option in conversation.options)
    if number is None or not answering or not 1 <= number <= len(conversation.options):
        return ""
    return conversation.options[number - 1]


def filed(conversation: Conversation, ongoing: Ongoing) -> Conversation:
    """A new report is what the conversation is about; of older questions nothing stays."""
    return replace(forgotten(conversation), ongoing=ongoing)


def forgotten(conversation: Conversation) -> Conversation:
    """It is about no report any more."""
    kept = conversation
    return Conversation(locale=kept.locale, introduced=kept.introduced, helped_at=kept.helped_at)


def asked(conversation: Conversation, stage: Stage, options: tuple[str, ...]) -> Conversation:
    """A question is put. Of the place the tries are counted."""
    tries = conversation.tries + (stage is Stage.PLACE)
    return replace(conversation, stage=stage, options=options, tries=tries)


def answered(conversation: Conversation) -> Conversation:
    """The question has its answer: a second tap on it is void."""
    return replace(conversation, stage=Stage.IDLE, options=())


def given_up(conversation: Conversation) -> Conversation:
    """The question waits no longer, but a late tap on it still counts."""
    return replace(conversation, stage=Stage.IDLE)


def may_ask_place(conversation: Conversation) -> bool:
    """Whether the place may be asked for (once more)."""
    return conversation.tries < _TRIES


def about(conversation: Conversation, latest: Case | None) -> Ongoing | None:
    """The report that can still be added to. A closed or erased one cannot: nobody would look there."""
    return conversation.ongoing if latest is not None and latest.status is not Status.CLOSED else None


def adds(conversation: Conversation, latest: Case | None, *, analysis: Analysis | None, now: datetime) -> bool:
    """Whether what is said now belongs to the ongoing report rather than being a report of its own.

    It does within 24 hours of filing, and for as long as an office has answered and not closed; unless half an hour
    has passed, no question is open, and it is clearly (0.6) about something else or about another place. Another kind
    of concern that is more urgent opens a report of its own even while the question is open.
    """
    ongoing = about(conversation, latest)
    if ongoing is None or latest is None:
        return False
    age = now - ongoing.filed_at
    if age > _ADDING and not latest.answers:
        return False
    if age <= _SETTLED or analysis is None:
        return True
    kinds = {analysis.category, ongoing.facts.category}
    differs = len(kinds) > 1 and Category.OTHER not in kinds
    if differs and analysis.confidence >= _PERHAPS and analysis.urgency > ongoing.facts.urgency:
        return False
    if conversation.stage is not Stage.IDLE:
        return True
    # An office that has answered may have asked where else; until then another place is another matter.
    elsewhere = not latest.answers and _elsewhere(ongoing, analysis)
    return not (differs and analysis.confidence >= _CLEARLY) and not elsewhere


def _elsewhere(ongoing: Ongoing, analysis: Analysis) -> bool:
    """Whether it names a place that neither lies in the report's place nor holds it."""
    here, there = ongoing.facts.lineage, analysis.place.lineage if analysis.place else ()
    return bool(here and there) and there[0] not in here and here[0] not in there


def is_young(conversation: Conversation, *, now: datetime) -> bool:
    """Whether the report was filed so lately that its words come in pieces: "اكو حرامي", "بالسطح", "هسه"."""
    return conversation.ongoing is not None and now - conversation.ongoing.filed_at <= _PIECES


def remembering(conversation: Conversation, text: str, *, now: datetime) -> Conversation:
    """With what was said last of a young report, at most 200 letters; of an older one nothing is remembered."""
    words = f"{conversation.words} {text}".strip()[-_REMEMBERED:] if is_young(conversation, now=now) else ""
    return replace(conversation, words=words)


def helped(conversation: Conversation, *, now: datetime) -> bool:
    """Whether we said within the last hour who reads this: it is two SMS, and signs that are no words come in rows."""
    return conversation.helped_at is not None and now - conversation.helped_at < _THANKED


def thanks(conversation: Conversation, *, wordless: bool, now: datetime) -> bool:
    """Whether "added" is said: at most once an hour, and not for the pictures of an album that has just begun."""
    if conversation.thanked_at is not None and now - conversation.thanked_at < _THANKED:
        return False
    ongoing = conversation.ongoing
    return ongoing is None or not (wordless and now - ongoing.filed_at <= _BURST)
