"""What a reporter says to "may they receive it?": only an exact yes is one, and it can be taken back at any time.

The question may have been sent by staff while the conversation stood elsewhere, and staff may have asked something else
since. So a bare word or digit answers it only where it was put in this very talk, or was the last thing that we sent;
else the question is put once more. A button answers it always, as long as it is open. A day after it was put it is not:
silence was a no, and whoever answers then is told so, and that they may be asked again.
"""

from dataclasses import replace
from typing import Final

from bot import commands, consent, conversation
from bot.decide import advising
from bot.decide.turn import Turn, decided
from bot.vocabulary import Asked, Consent, Conversation, Decision, Put, Reply, Revoke, Stage

_YES: Final = frozenset(commands.fold(word) for word in ("نعم", "بەڵێ", "yes"))
_NO: Final = frozenset(commands.fold(word) for word in ("لا", "كلا", "نەخێر", "no"))
_BACK: Final = frozenset(
    commands.fold(words)
    for words in (
        "سحب|اسحب|سحب الموافقة|سحب موافقتي|اسحب موافقتي|اريد اسحب موافقتي|الغاء الموافقة|ما اوافق بعد|ما موافقة بعد|"
        "بطلت ما اوافق|پاشگەزبوونەوە|پاشگەز بوومەوە|پەشیمان بوومەوە|withdraw|withdraw consent|take it back|revoke"
    ).split("|")
)


def is_tap(turn: Turn) -> bool:
    """Whether one of the two buttons below such a question was pressed, or the digit that stands for it."""
    return _choice(turn).startswith(consent.CHOICES)


def tapped(turn: Turn) -> Decision | None:
    """The answer by a button; None for a question that is not open any more."""
    asked = turn.known.asked
    match _choice(turn).removeprefix(consent.CHOICES).split(":"):
        case ["yes" | "no" as word, named] if asked is not None and named == asked.consent:
            return _answered(turn, asked, given=word == "yes")
        case _:
            return None


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
    if asked is None or given is None:
        return None
    here = (
        turn.conversation.stage is Stage.CONSENT
        and consent.choice(asked.consent, given=True) in turn.conversation.options
    )
    if not here and not (asked.plain and _is_idle(turn.conversation)):
        return None
    if commands.asks_back(turn.words):
        return _asking(turn, decided(turn, conversation.answered(turn.conversation)), asked)
    return _answered(turn, asked, given=given)


def put(turn: Turn, decision: Decision) -> Decision:
    """With the open question below the news of its report, or below what may have been meant for its answer."""
    asked = turn.known.asked
    if asked is None or asked.late:
        return decision
    about = turn.known.by_code or turn.known.latest
    tells = any(reply.key.startswith("case.") for reply in decision.replies)
    if tells and about is not None and about.report == asked.report:
        return _asking(turn, decision, asked)
    return _asking(turn, _unsure(decision), asked) if _is_doubtful(turn, decision) else decision


def _is_doubtful(turn: Turn, decision: Decision) -> bool:
    """Whether it could be the answer and did not count; never where the question would not be heard."""
    silent = turn.known.muted or turn.hushed or any(isinstance(effect, Consent) for effect in decision.effects)
    idle = _is_idle(turn.conversation) and _is_idle(decision.conversation)
    return idle and not silent and _bare(turn) is not None


def _unsure(decision: Decision) -> Decision:
    return replace(decision, replies=(*decision.replies, Reply("consent.unsure")))


def _bare(turn: Turn) -> bool | None:
    """An exact yes or no, nothing with it; None for whatever else."""
    if turn.attached or turn.heard.codes or turn.message.forwarded or turn.message.edit:
        return None
    said, digit = commands.fold(turn.words), commands.digit(turn.words)
    if said in _YES or digit == 1:
        return True
    return False if said in _NO or digit == 2 else None  # noqa: PLR2004 - as the question says


def _is_idle(talk: Conversation) -> bool:
    return talk.stage is Stage.IDLE and talk.options in {(), (advising.OFFER,)}


def _asking(turn: Turn, decision: Decision, asked: Asked) -> Decision:
    question = consent.question(asked, turn.locale)
    after = conversation.asked(
        decision.conversation, Stage.CONSENT, tuple(option.choice for option in question.options)
    )
    effects = (*decision.effects, Put(asked.consent))
    return replace(decision, conversation=after, replies=(*decision.replies, question), effects=effects)


def _choice(turn: Turn) -> str:
    return turn.message.choice or turn.picked or ""


def _answered(turn: Turn, asked: Asked, *, given: bool) -> Decision:
    after = conversation.answered(turn.conversation)
    if asked.late:
        return decided(turn, after, replies=[Reply("consent.late" if given else "consent.no")])
    key = "consent.given" if given else "consent.no"
    return decided(turn, after, replies=[Reply(key)], effects=[Consent(asked.consent, given)])
