"""What a reporter says to "may they receive it?": only an exact yes is one, and it can be taken back at any time.

The question may have been sent by staff while the conversation stood elsewhere, and staff may have asked something else
since. So a bare word or digit answers it only where it was put in this very talk, or was the last thing that we sent;
else the question is put once more. A button answers it always, as long as it is open. A day after it was put it is not:
silence was a no, and whoever answers then is told so, and that they may be asked again.

By SMS a line goes first, which says nothing of whom or what (bot.consent), and the question follows on its digit. There
no yes counts, in whatever words, before the question has left for them; a no counts at once. A question of ours that
is older than the line gives way to it: what is said then may be meant for the line, and erases and joins nothing.
"""

from dataclasses import replace
from typing import Final

from bot import commands, consent, conversation
from bot.decide import advising
from bot.decide.turn import Turn, decided
from bot.vocabulary import (
    Asked,
    Channel,
    Consent,
    Conversation,
    Decision,
    Erase,
    Explained,
    Put,
    Reply,
    Revoke,
    Stage,
)

_YES: Final = frozenset(commands.fold(word) for word in ("نعم", "بەڵێ", "yes"))
_NO: Final = frozenset(commands.fold(word) for word in ("لا", "كلا", "نەخێر", "no"))
# What many answer to "send 1 to read" instead of that digit: none of it is a yes, all of it asks to hear.
_CURIOUS: Final = frozenset(
    commands.fold(word)
    for word in "موافق|موافقة|اوافق|اي|اي نعم|بلي|اوكي|تمام|ok|okay|agree|i agree|ئەرێ|باشە|ڕازیم|رازیم".split("|")
)
_YES_BY_SMS: Final = 3  # as bot.consent.explained orders them
_BACK: Final = frozenset(
    commands.fold(words)
    for words in (
        "سحب|اسحب|سحب الموافقة|سحب موافقتي|اسحب موافقتي|اريد اسحب موافقتي|الغاء الموافقة|ما اوافق بعد|ما موافقة بعد|"
        "بطلت ما اوافق|پاشگەزبوونەوە|پاشگەز بوومەوە|پەشیمان بوومەوە|withdraw|withdraw consent|take it back|revoke"
    ).split("|")
)
_UNDONE_BY_NOBODY: Final = frozenset({Stage.ERASE, Stage.BELONGS})  # what a yes to these does, stays done
_KEEPS_ITS_PLACE: Final = frozenset({Stage.CONSENT, Stage.WORD})


def beneath(turn: Turn) -> Conversation:
    """The talk as it stands below the line that came by SMS, when nothing of ours came after that.

    A question that destroys or joins is given up, whatever is said; any other by a bare answer alone: it is the line's.
    """
    asked, talk = turn.known.asked, turn.conversation
    if asked is None or not asked.offered or asked.replied or not _by_sms(turn) or talk.stage in _KEEPS_ITS_PLACE:
        return talk
    gives_way = talk.stage in _UNDONE_BY_NOBODY or _may_answer(turn)
    return conversation.answered(talk) if gives_way and not _is_idle(talk) else talk


def only_if_put(decision: Decision) -> Decision:
    """Without saying that the question was put where it is not among what they are sent."""
    if any(reply.key.startswith(consent.QUESTION) for reply in decision.replies):
        return decision
    return replace(decision, effects=tuple(effect for effect in decision.effects if not isinstance(effect, Put)))


def is_tap(turn: Turn) -> bool:
    """Whether one of the two buttons below such a question was pressed, or the digit that stands for it."""
    return _choice(turn).startswith(consent.CHOICES)


def tapped(turn: Turn) -> Decision | None:
    """The answer by a button; None for a question that is not open any more."""
    asked = turn.known.asked
    word, _, named = _choice(turn).removeprefix(consent.CHOICES).partition(":")
    if asked is None or named != asked.consent:
        # A digit may be the answer to what was asked about another report since.
        return None if turn.message.choice else in_words(turn)
    if word == "read":
        return _told_late(turn, given=True) if asked.late else _reading(turn, asked)
    return _answered(turn, asked, given=word == "yes") if word in {"yes", "no"} else None


def taken_back(turn: Turn) -> Decision | None:
    """Every consent that stands, ended by a word; a no where only a question waits; None for anything else said."""
    if turn.attached or turn.message.forwarded or turn.message.edit or commands.fold(turn.words) not in _BACK:
        return None
    asked, coded, ended = turn.known.asked, turn.known.by_code, turn.known.consents
    if not ended:
        waits = asked is not None and (coded is None or coded.report == asked.report)
        return _answered(turn, asked, given=False) if asked is not None and waits else None
    at_question = turn.conversation.stage is Stage.CONSENT
    after = conversation.answered(turn.conversation) if at_question else turn.conversation
    return decided(turn, after, replies=[Reply("consent.revoked")], effects=[Revoke(report) for report in ended])


def in_words(turn: Turn) -> Decision | None:
    """The answer in words; None when it is none, or may be one to something else."""
    asked, given = turn.known.asked, _bare(turn)
    if asked is None or not _is_heard_here(turn, asked):
        return None
    if given is None:
        return _reading(turn, asked) if _is_curious(turn) and not (asked.late or _is_put(turn, asked)) else None
    if commands.asks_back(turn.words):
        if _by_sms(turn) and not asked.late:
            return _reading(turn, asked)
        return _asking(turn, decided(turn, conversation.answered(turn.conversation)), asked)
    return _answered(turn, asked, given=given)


def _is_heard_here(turn: Turn, asked: Asked) -> bool:
    """Whether a bare word may be meant for this question: it was put here, or is the last that they were sent."""
    talk = turn.conversation
    if talk.stage is Stage.CONSENT and consent.choice(asked.consent, given=False) in talk.options:
        return True
    last = asked.plain or asked.offered
    return (last and _is_idle(talk)) or (asked.offered and talk.stage is Stage.CONSENT)


def _is_put(turn: Turn, asked: Asked) -> bool:
    """Whether the question itself, with its yes, is what this talk is at."""
    talk = turn.conversation
    return talk.stage is Stage.CONSENT and consent.choice(asked.consent, given=True) in talk.options


def _by_sms(turn: Turn) -> bool:
    return turn.message.channel is Channel.SMS


def put(turn: Turn, decision: Decision) -> Decision:
    """With the open question below the news of its report, or below what may have been meant for its answer."""
    asked = turn.known.asked
    if asked is None or asked.late:
        return decision
    about = turn.known.by_code or turn.known.latest
    tells = any(reply.key.startswith("case.") for reply in decision.replies)
    if tells and about is not None and about.report == asked.report:
        return _asking(turn, decision, asked)
    if not _is_doubtful(turn, decision):
        return decision
    if not _by_sms(turn):
        return _asking(turn, _unsure(decision), asked)
    # The line tells them enough: that it was added as well would be a second message.
    said = tuple(reply for reply in decision.replies if reply.key != "added")
    return _asking(turn, replace(decision, replies=said), asked)


def _is_doubtful(turn: Turn, decision: Decision) -> bool:
    """Whether it could be the answer and did not count; never where the question would not be heard."""
    silent = turn.known.muted or turn.hushed or any(isinstance(effect, Consent | Erase) for effect in decision.effects)
    asked = turn.known.asked
    last = asked is not None and asked.offered  # a digit counts for the question before it, and may have been for this
    if silent or not (last or _is_idle(turn.conversation)):
        return False
    if last and _by_sms(turn):
        return _may_answer(turn) and _asks_nothing_new(turn.conversation, decision)
    return _bare(turn) is not None and _is_idle(decision.conversation)


def _asks_nothing_new(before: Conversation, decision: Decision) -> bool:
    """Whether no question of ours was put, also not once more."""
    after = decision.conversation
    if after.stage is Stage.IDLE:
        return True
    same = (after.stage, after.options, after.tries) == (before.stage, before.options, before.tries)
    silent = all(reply.key == "added" for reply in decision.replies)
    return same and silent and after.stage not in _KEEPS_ITS_PLACE


def _unsure(decision: Decision) -> Decision:
    return replace(decision, replies=(*decision.replies, Reply("consent.unsure")))


def _choice(turn: Turn) -> str:
    return turn.message.choice or turn.picked or ""


def _bare(turn: Turn) -> bool | None:
    """An exact yes or no, nothing with it; None for whatever else."""
    if not _is_alone(turn):
        return None
    said, digit = commands.fold(turn.words), commands.digit(turn.words)
    if said in _YES or digit == 1 or (digit == _YES_BY_SMS and _by_sms(turn)):
        return True
    return False if said in _NO or digit == 2 else None  # noqa: PLR2004 - as the question says


def _is_curious(turn: Turn) -> bool:
    return _by_sms(turn) and _is_alone(turn) and commands.fold(turn.words) in _CURIOUS


def _may_answer(turn: Turn) -> bool:
    """Whether it can be an answer to the line: an exact one, what many say instead, or a digit that is none."""
    digit = _is_alone(turn) and commands.digit(turn.words) is not None
    return digit or _bare(turn) is not None or _is_curious(turn)


def _is_alone(turn: Turn) -> bool:
    """Whether it is their own words and nothing with them."""
    return not (turn.attached or turn.heard.codes or turn.message.forwarded or turn.message.edit)


def _is_idle(talk: Conversation) -> bool:
    return talk.stage is Stage.IDLE and talk.options in {(), (advising.OFFER,)}


def _asking(turn: Turn, decision: Decision, asked: Asked) -> Decision:
    """With the question below; by SMS with the line that goes before it: nobody asked to read it yet."""
    if _by_sms(turn):
        after = conversation.asked(decision.conversation, Stage.CONSENT, consent.offered(asked.consent))
        return replace(decision, conversation=after, replies=(*decision.replies, consent.offer()))
    question = consent.question(asked, turn.locale)
    after = conversation.asked(
        decision.conversation, Stage.CONSENT, tuple(option.choice for option in question.options)
    )
    effects = (*decision.effects, Put(asked.consent))
    return replace(decision, conversation=after, replies=(*decision.replies, question), effects=effects)


def _reading(turn: Turn, asked: Asked) -> Decision:
    """The question by SMS, for whoever wants to read it; nothing more while it is on its way to them."""
    if _is_put(turn, asked) and asked.explained is Explained.LEAVING:
        return decided(turn)
    talk = conversation.answered(turn.conversation)
    after = conversation.asked(talk, Stage.CONSENT, consent.explained(asked.consent))
    return decided(turn, after, replies=[consent.explanation(asked, turn.locale)], effects=[Put(asked.consent)])


def _answered(turn: Turn, asked: Asked, *, given: bool) -> Decision:
    if asked.late:
        return _told_late(turn, given=given)
    if given and _by_sms(turn):
        if not _is_put(turn, asked) or asked.explained is Explained.NO:
            return _reading(turn, asked)
        if asked.explained is Explained.LEAVING:
            return decided(turn, replies=[Reply("consent.unsure")])
    key = "consent.given" if given else "consent.no"
    after = conversation.answered(turn.conversation)
    return decided(turn, after, replies=[Reply(key)], effects=[Consent(asked.consent, given)])


def _told_late(turn: Turn, *, given: bool) -> Decision:
    after = conversation.answered(turn.conversation)
    return decided(turn, after, replies=[Reply("consent.late" if given else "consent.no")])
