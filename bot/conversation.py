"""What a conversation remembers from one message to the next, and what an utterance means at its stage. Pure values.

The data of a button goes to its carrier and stays in the chat. Which places and kinds we thought of, and whom somebody
would rather talk to, stands in `options` alone; the button bears its position there and which question it belongs to.

The stages: IDLE waits for nothing; each of the others waits for the answer to one question. A question is never a wall:
whatever else comes is heard as at IDLE. After a question was given up its options stay, so that a late tap on them
still counts; typed digits count only while the question is open.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot import commands
from bot.vocabulary import SEALED_DESKS, Case, Conversation, Mode, Ongoing, Question, Reply, Stage, Status

_TRIES: Final = 2  # how often we ask for the place; then the report does without
_PIECES: Final = timedelta(minutes=5)
_REMEMBERED: Final = 200
_SAID: Final = 40  # messages of a private talk whose edits are known
_BURST: Final = timedelta(minutes=2)  # an album arrives as one message a picture
_THANKED: Final = timedelta(hours=1)  # "added" is said at most this often

_MENU: Final = "v1:cmd:"
# Then the younger report: it belongs to the one before it, or it does not.
ONE: Final = "v1:one:"
TWO: Final = "v1:two:"
# Then a place that came near and was not shown, for want of room: a name chooses among them, no digit does.
NEAR: Final = "v1:near:"
# These taps mean the same at any time; the others count only as answers to the last question.
_TIMELESS: Final = (_MENU, "v1:lang:", "v1:claim:", "v1:for:", "v1:noted", ONE, TWO)
_PIN: Final = "v1:pin:"
_ERASE: Final = "v1:erase:"  # then the report; and of several that they are: an older button is for one alone
_ALL: Final = ":all"
_FINAL: Final = frozenset({Stage.ERASE, Stage.BELONGS})  # questions whose yes nobody undoes
_TELLING: Final = ("v1:place:", "v1:cat:", "v1:officer:", _PIN)
_NTH: Final = "v1:c:"
_HERE: Final = "v1:h:"


def to_erase(report: str, *, also: Sequence[str]) -> str:
    """The choice that erases a report, or with it these too."""
    return f"{_ERASE}{report}{_ALL if also else ''}"


def erased_by(choice: str) -> str:
    """The report that such a choice erases, alone or the first of several; "" for any other choice."""
    return choice.removeprefix(_ERASE).removesuffix(_ALL) if choice.startswith(_ERASE) else ""


def asked_to_erase(conversation: Conversation) -> frozenset[str]:
    """The reports about which "erase it?" was asked, and those that were named with it or after it."""
    first = {report for choice in conversation.options if (report := erased_by(choice))}
    return frozenset({*first, *conversation.erasing})


def veiled(conversation: Conversation, choice: str) -> str:
    """What a button bears in place of a choice that tells something: its question and its position; others as is."""
    if not choice.startswith(_TELLING):
        return choice
    at = conversation.options.index(choice) if choice in conversation.options else ""
    return f"{_HERE if choice.startswith(_PIN) else _NTH}{_question(conversation)}:{at}"


def _unveiled(conversation: Conversation, data: str) -> str | None:
    """The choice that a button of the last question bears; None for one of any other question."""
    for choice in conversation.options:
        if choice.startswith(_TELLING) and veiled(conversation, choice) == data:
            return choice
    return None


def _question(conversation: Conversation) -> str:
    """Tells one question of a report from another, and nothing of what either offers."""
    kind = conversation.options[0].rpartition(":")[0] + ":" if conversation.options else ""
    ongoing = conversation.ongoing
    if ongoing is None:
        return ""
    return _pin(ongoing) if kind == _PIN else _short(ongoing.report, kind, str(conversation.tries))


def _pin(ongoing: Ongoing) -> str:
    return _short(ongoing.report, _PIN, *ongoing.facts.lineage)


def _short(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]


def confirms_again(conversation: Conversation, data: str) -> bool:
    """Whether a void tap says yes once more to a pin's place, which stands.

    Where we remember no report, nobody can tell whether it was ever asked: then nothing is said to be noted.
    """
    ongoing = conversation.ongoing
    return ongoing is not None and len(ongoing.facts.lineage) > 1 and data == f"{_HERE}{_pin(ongoing)}:0"


def chosen(conversation: Conversation, *, text: str, choice: str) -> str | None:
    """The choice that a tap or a typed digit stands for; "" when neither is there; None for a tap that is void."""
    if choice.startswith((_NTH, _HERE)):
        return _unveiled(conversation, choice)
    if choice:
        return choice if choice.startswith(_TIMELESS) or choice in conversation.options else None
    number = commands.digit(text) or _said(conversation, text)
    answering = conversation.stage is not Stage.IDLE or all(option.startswith(_MENU) for option in conversation.options)
    if number is None or not answering or not 1 <= number <= len(conversation.options):
        return ""
    option = conversation.options[number - 1]
    return "" if option.startswith(NEAR) else option


def _said(conversation: Conversation, text: str) -> int | None:
    """A digit said as a word, where what is offered tells nothing: at a question such a word may be its answer."""
    number = commands.said_digit(text) if conversation.stage in {Stage.IDLE, Stage.PLACE} else None
    offered = conversation.options[: number or 0]
    return number if offered and all(option.startswith(_MENU) for option in offered) else None


def filed(conversation: Conversation, ongoing: Ongoing) -> Conversation:
    """A new report is what the conversation is about; of older questions, and of how one came here, nothing stays.

    Who shall hear them does: that is a wish of the person's, not of one report.
    """
    wished = conversation.woman_officer or ongoing.facts.woman_officer
    return replace(forgotten(conversation), ongoing=ongoing, origin="", behalf=False, woman_officer=wished)


def forgotten(conversation: Conversation) -> Conversation:
    """It is about no report any more; whom we talk with, and where they came from, is not forgotten."""
    kept = conversation
    return Conversation(
        locale=kept.locale,
        introduced=kept.introduced,
        helped_at=kept.helped_at,
        origin=kept.origin,
        behalf=kept.behalf,
        spoken=kept.spoken,
        spoken_since=kept.spoken_since,
        mode=kept.mode,
        locked=kept.locked,
        woman_officer=kept.woman_officer,
    )


def unlinked(conversation: Conversation, mode: Mode) -> Conversation:
    """Of what was said before nothing is remembered but the language and the wish for a woman."""
    return Conversation(
        locale=conversation.locale, introduced=True, mode=mode, woman_officer=conversation.woman_officer
    )


def one_matter(conversation: Conversation, ongoing: Ongoing) -> Conversation:
    """The ongoing report turned out to be part of `ongoing`, the one before it: that is what all is about again."""
    return replace(answered(conversation), ongoing=ongoing, before=None, words="", kinds=(), gist=())


def two_matters(conversation: Conversation) -> Conversation:
    """The ongoing report is a matter of its own, as it was filed."""
    return replace(answered(conversation), before=None)


def younger(conversation: Conversation, choice: str) -> bool:
    """Whether a tap says what became of the question whether the ongoing report belongs to the one before."""
    ongoing = conversation.ongoing
    return (
        ongoing is not None
        and conversation.before is not None
        and choice in {ONE + ongoing.report, TWO + ongoing.report}
    )


def asked(conversation: Conversation, stage: Stage, options: tuple[str, ...]) -> Conversation:
    """A question is put. Of the place the tries are counted."""
    tries = conversation.tries + (stage is Stage.PLACE)
    return replace(conversation, stage=stage, options=options, tries=tries, erasing=())


def dated(conversation: Conversation, before: Conversation, replies: Sequence[Reply], *, now: datetime) -> Conversation:
    """With when its question was put, now where these replies put it, and whether they say something else since."""
    if conversation.stage is Stage.IDLE and not conversation.options:
        return replace(conversation, asked_at=None, passed=False)
    put = (conversation.stage, conversation.options, conversation.tries)
    again = any(option.choice in conversation.options for reply in replies for option in reply.options)
    if again or put != (before.stage, before.options, before.tries) or before.asked_at is None:
        return replace(conversation, asked_at=now, passed=False)
    passed = conversation.stage in _FINAL and (before.passed or bool(replies))
    return replace(conversation, asked_at=before.asked_at, passed=passed)


def answered(conversation: Conversation) -> Conversation:
    """The question has its answer: a second tap on it is void."""
    return replace(conversation, stage=Stage.IDLE, options=(), erasing=())


def given_up(conversation: Conversation) -> Conversation:
    """The question waits no longer, but a late tap on it still counts."""
    return replace(conversation, stage=Stage.IDLE)


def may_ask_place(conversation: Conversation) -> bool:
    """Whether the place may be asked for (once more)."""
    return conversation.tries < _TRIES


def overtaking(after: Conversation, before: Conversation) -> Conversation:
    """`after` a new report was filed, with the buttons of the question about the one before it."""
    elder, choices = before.ongoing, tuple(choice for choice in before.options if choice.startswith(_TELLING))
    asked = choices == before.options and bool(choices)
    return replace(after, overtaken=Question(elder, choices, before.tries)) if elder is not None and asked else after


def overtaken(conversation: Conversation, data: str) -> tuple[Conversation, str] | None:
    """The conversation as it stood at the question that was overtaken, and what a tap on its buttons chooses there."""
    question = conversation.overtaken
    if question is None:
        return None
    elder = Conversation(
        locale=conversation.locale, ongoing=question.ongoing, options=question.options, tries=question.tries
    )
    choice = chosen(elder, text="", choice=data)
    return (elder, choice) if choice else None


def beside(conversation: Conversation, elder: Conversation) -> Conversation:
    """The conversation with what was changed meanwhile of a report before the ongoing one, where it is remembered."""
    question, before, changed = conversation.overtaken, conversation.before, elder.ongoing
    if changed is None:
        return conversation
    if question is not None and question.ongoing.report == changed.report:
        question = replace(question, ongoing=changed)
    if before is not None and before.report == changed.report:
        before = replace(before, facts=changed.facts, office=changed.office, desk=changed.desk)
    return replace(conversation, overtaken=question, before=before)


def without(conversation: Conversation, report: str) -> Conversation:
    """With nothing about a report that is erased, where another is talked about."""
    question, before = conversation.overtaken, conversation.before
    return replace(
        conversation,
        overtaken=None if question is not None and question.ongoing.report == report else question,
        before=None if before is not None and before.report == report else before,
    )


def saying(conversation: Conversation, own_id: str) -> Conversation:
    """With one more message that became the ongoing report, by its carrier's name for it."""
    if conversation.ongoing is None or not own_id:
        return conversation
    said = dict.fromkeys((*conversation.said, _short(conversation.ongoing.report, own_id)))
    return replace(conversation, said=tuple(said)[-_SAID:])


def is_said(conversation: Conversation, own_id: str) -> bool:
    """Whether that message is remembered as having become the ongoing report."""
    ongoing = conversation.ongoing
    return ongoing is not None and bool(own_id) and _short(ongoing.report, own_id) in conversation.said


def about(conversation: Conversation, latest: Case | None) -> Ongoing | None:
    """The report that can still be added to. A closed or erased one cannot: nobody would look there."""
    return conversation.ongoing if latest is not None and latest.status is not Status.CLOSED else None


def is_young(conversation: Conversation, *, now: datetime) -> bool:
    """Whether the report was filed so lately that its words come in pieces: "اكو حرامي", "بالسطح", "هسه"."""
    return conversation.ongoing is not None and now - conversation.ongoing.filed_at <= _PIECES


def remembering(conversation: Conversation, text: str, *, now: datetime) -> Conversation:
    """With what was said last of a young report, at most 200 letters; of an older one nothing is remembered.

    Nor of one at a sealed desk: there her words are her focal points' alone.
    """
    ongoing = conversation.ongoing
    kept = is_young(conversation, now=now) and (ongoing is None or ongoing.desk not in SEALED_DESKS)
    words = text[-_REMEMBERED:] if kept else ""
    return replace(conversation, words=words)


def helped(conversation: Conversation, *, now: datetime) -> bool:
    """Whether we said within the last hour who reads this: signs that are no words come in rows."""
    return conversation.helped_at is not None and now - conversation.helped_at < _THANKED


def thanks(conversation: Conversation, *, wordless: bool, now: datetime) -> bool:
    """Whether "added" is said: at most once an hour, and not for the pictures of an album that has just begun."""
    if conversation.thanked_at is not None and now - conversation.thanked_at < _THANKED:
        return False
    ongoing = conversation.ongoing
    return ongoing is None or not (wordless and now - ongoing.filed_at <= _BURST)
