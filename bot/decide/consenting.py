"""What a reporter says to "may they receive it?": only an exact yes is one. Taking it back: bot.decide.withdrawing.

The question may have been sent by staff while the conversation stood elsewhere, and anything may have been said since.
What counts is judged in bot.decide.agreeing; here is what follows. A yes that does not count is told in one line which
digit agrees and which refuses, and the question stays put; where something else was said after it, the words are kept
for staff and the question, or its line, is put once more. A button answers its question as long as that is open. A day
after it was put it is not: silence was a no, and whoever answers then is told so, and that they may be asked again.

By SMS a line goes first, which says nothing of whom or what (bot.consent), and the question follows on its digit. A
question of ours that is older than the line gives way to it: what is said then may be meant for the line, and erases
and joins nothing.
"""

from dataclasses import replace
from typing import Final

from bot import commands, consent, conversation
from bot.decide import advising, agreeing, putting
from bot.decide.agreeing import Said, by_sms
from bot.decide.turn import Turn, answers_barely, decided
from bot.vocabulary import (
    Append,
    Asked,
    Consent,
    Conversation,
    Decision,
    Erase,
    Explained,
    Reply,
    Stage,
)

_UNDONE_BY_NOBODY: Final = frozenset({Stage.ERASE, Stage.BELONGS})  # what a yes to these does, stays done
_MORE_THAN_YES: Final = 2  # words
_IS_LAST: Final = frozenset({Explained.YES, Explained.LEAVING})
_KEEPS_ITS_PLACE: Final = frozenset({Stage.CONSENT, Stage.WORD})


def beneath(turn: Turn) -> Conversation:
    """The talk as it stands below what we said last.

    A question for consent that something was said after is put no longer: a yes may be meant for that. And when nothing
    of ours came after the line that came by SMS, an older question that destroys or joins is given up, whatever is
    said; any other by a bare answer alone: it is the line's.
    """
    asked, talk = turn.known.asked, turn.conversation
    if asked is None:
        return talk
    if _is_passed(turn, asked):
        heard = turn.message.choice or agreeing.said(turn, asked) is Said.NO
        return talk if heard else conversation.answered(talk)
    if not asked.offered or asked.replied or not by_sms(turn) or talk.stage in _KEEPS_ITS_PLACE:
        return talk
    gives_way = talk.stage in _UNDONE_BY_NOBODY or _may_answer(turn, asked)
    return conversation.answered(talk) if gives_way and not _is_idle(talk) else talk


def _is_passed(turn: Turn, asked: Asked) -> bool:
    """Whether the talk is at a question, or at its line, that is not the last thing that they were told."""
    if asked.late or not agreeing.is_put(turn, consent.choice(asked.consent, given=False)):
        return False
    return asked.explained is Explained.PASSED if putting.is_put(turn, asked) else not asked.offered


def is_tap(turn: Turn) -> bool:
    """Whether one of the two buttons below such a question was pressed, or the digit that stands for it."""
    return _choice(turn).startswith(consent.CHOICES)


def tapped(turn: Turn) -> Decision | None:
    """The answer by a button, or by a digit, heard as words are; None for a question that is not open any more."""
    asked = turn.known.asked
    word, _, named = _choice(turn).removeprefix(consent.CHOICES).partition(":")
    if not turn.message.choice:
        return in_words(turn)
    if asked is None or named != asked.consent or word not in {"yes", "no"}:
        return None
    if word == "yes" and not (asked.late or agreeing.is_opened(turn, asked)):
        return putting.nudged(decided(turn))
    return _answered(turn, asked, given=word == "yes")


def in_words(turn: Turn) -> Decision | None:
    """The answer in words; None when it is none, or may be one to something else."""
    asked = turn.known.asked
    said = Said.OTHER if asked is None else agreeing.said(turn, asked)
    if asked is None or said is Said.OTHER or not _is_heard_here(turn, asked, said):
        return None
    if asked.late:
        answers = said in {Said.YES, Said.NO} or agreeing.wants_to_read(turn)
        return _told_late(turn, given=said is not Said.NO) if answers else None
    match said:
        case Said.NO:
            return _refused(turn, asked)
        case Said.YES if agreeing.counts(turn, asked):
            return _answered(turn, asked, given=True)
        case Said.YES | Said.LEANS if not agreeing.wants_to_read(turn) and asked.explained in _IS_LAST:
            return _also_told(turn, asked, said, putting.unclear(turn, asked))
        case _:
            return _also_told(turn, asked, said, _put_again(turn, asked, said))


def _also_told(turn: Turn, asked: Asked, said: Said, decision: Decision) -> Decision:
    """With more than a yes it may be the answer to what the office asked besides ("yes, he still hits me")."""
    if said is not Said.LEANS or answers_barely(turn) or len(turn.words.split()) < _MORE_THAN_YES:
        return decision
    return replace(decision, effects=(Append(asked.report), *decision.effects))


def _is_heard_here(turn: Turn, asked: Asked, said: Said) -> bool:
    """Whether it may be meant for this question: it was put here, or is what they were told last, or is named."""
    talk, is_digit = turn.conversation, commands.digit(turn.words) is not None
    if said is Said.LEANS and is_digit and not agreeing.wants_to_read(turn):
        return putting.is_put(turn, asked)
    if agreeing.is_put(turn, consent.choice(asked.consent, given=False)):
        return True
    if _advises_on_another(turn, asked):
        return False
    if asked.offered and talk.stage is Stage.CONSENT:
        return True
    last = asked.explained is Explained.YES or asked.offered or turn.known.by_code is not None
    # What we ourselves said since asks nothing: a no is meant for the question, unless the office has spoken too.
    refuses = said is Said.NO and asked.explained is Explained.PASSED and not advising.has_answered(turn)
    return (last or refuses) and _is_idle(talk)


def _advises_on_another(turn: Turn, asked: Asked) -> bool:
    """Whether it is the digit of the advice that we offered on another report, after this question or its line."""
    return advising.is_newer(turn, asked) and commands.digit(turn.words) == 1


def put(turn: Turn, decision: Decision) -> Decision:
    """With the open question below the news of its report, or below what may have been meant for its answer."""
    asked = turn.known.asked
    if asked is None or asked.late or any(reply.key.startswith("consent.") for reply in decision.replies):
        return decision
    about = turn.known.by_code or turn.known.latest
    tells = any(reply.key.startswith("case.") for reply in decision.replies)
    if tells and about is not None and about.report == asked.report:
        return putting.below(turn, decision, asked)
    if not _is_doubtful(turn, asked, decision):
        return decision
    if not by_sms(turn) and agreeing.is_opened(turn, asked):
        return putting.below(turn, replace(decision, replies=(*decision.replies, Reply("consent.unsure"))), asked)
    # The line tells them enough: that it was added as well would be a second message.
    said = tuple(reply for reply in decision.replies if reply.key != "added")
    return putting.below(turn, replace(decision, replies=said), asked)


def _is_doubtful(turn: Turn, asked: Asked, decision: Decision) -> bool:
    """Whether it could be the answer and did not count; never where the question would not be heard."""
    silent = turn.known.muted or turn.hushed or any(isinstance(effect, Consent | Erase) for effect in decision.effects)
    # A digit counts for the question before the line, and may have been for the line.
    if silent or _advises_on_another(turn, asked) or not (asked.offered or _is_idle(turn.conversation)):
        return False
    if asked.offered and by_sms(turn):
        return _may_answer(turn, asked) and _asks_nothing_new(turn.conversation, decision)
    digit = commands.digit(turn.words) == 1 and agreeing.said(turn, asked) is not Said.OTHER
    bare = digit or agreeing.said(turn, asked) in {Said.YES, Said.NO}
    return bare and _is_idle(decision.conversation)


def _asks_nothing_new(before: Conversation, decision: Decision) -> bool:
    """Whether no question of ours was put, also not once more."""
    after = decision.conversation
    if after.stage is Stage.IDLE:
        return True
    same = (after.stage, after.options, after.tries) == (before.stage, before.options, before.tries)
    silent = all(reply.key == "added" for reply in decision.replies)
    return same and silent and after.stage not in _KEEPS_ITS_PLACE


def _choice(turn: Turn) -> str:
    return turn.message.choice or turn.picked or ""


def _may_answer(turn: Turn, asked: Asked) -> bool:
    """Whether it can be an answer to the line: an exact one, what many say instead, or a digit that is none."""
    return agreeing.said(turn, asked) is not Said.OTHER


def _is_idle(talk: Conversation) -> bool:
    """Whether nothing else of ours waits; what is left of this question, given up by other words, is none."""
    return talk.stage is Stage.IDLE and (talk.options in {(), (advising.OFFER,)} or bool(consent.named(talk.options)))


def _put_again(turn: Turn, asked: Asked, said: Said) -> Decision:
    """The question, for whoever wants to read it or has not been told it last; beside a code first its line."""
    line = asked.offered and not asked.replied
    if by_sms(turn) and (line or turn.known.by_code is None):
        return putting.read_out(turn, asked, read_by=agreeing.kind(turn) if said is Said.YES else "")
    again = decided(turn, conversation.answered(turn.conversation))
    unsure = said in {Said.YES, Said.LEANS} and not by_sms(turn) and agreeing.is_opened(turn, asked)
    return putting.below(turn, replace(again, replies=(Reply("consent.unsure"),)) if unsure else again, asked)


def _refused(turn: Turn, asked: Asked) -> Decision:
    """A no is heard at once; where something else was said since, it may be meant for that, and staff read it too."""
    refused = _answered(turn, asked, given=False)
    kept = (Append(asked.report),) if _is_passed(turn, asked) else ()
    return replace(refused, effects=(*refused.effects, *kept))


def _answered(turn: Turn, asked: Asked, *, given: bool) -> Decision:
    if asked.late:
        return _told_late(turn, given=given)
    key = "consent.given" if given else "consent.no"
    after = conversation.answered(turn.conversation)
    return decided(turn, after, replies=[Reply(key)], effects=[Consent(asked.consent, given)])


def _told_late(turn: Turn, *, given: bool) -> Decision:
    after = conversation.answered(turn.conversation)
    return decided(turn, after, replies=[Reply("consent.late" if given else "consent.no")])
