"""The code of what its own code alone shows, at a phone that another's word locks: it opens that report, nothing else.

Such a code may be of what somebody else told there: it ends no lock, and leaves nothing in the talk but its own
question "erase it?", which the next yes answers.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.vocabulary import (
    Alarm,
    Append,
    Channel,
    Consent,
    Conversation,
    Decision,
    Effect,
    Erase,
    Known,
    Message,
    Mode,
    Put,
    Reroute,
    Revoke,
    Stage,
    Wipe,
)

_OF_IT: Final = (Alarm, Append, Consent, Erase, Put, Reroute, Revoke)  # what may follow; anything else is left locked


def applies(known: Known) -> bool:
    """Whether such a code stands in the message, or it may be a yes to the question about its report."""
    standing, talk = known.discretion, known.conversation
    shut = standing is not None and standing.alone and not (standing.said or standing.open)
    named = known.by_short if known.by_code is not None else talk.stage is Stage.ERASE
    return shut and named and talk.mode is not Mode.PRIVATE


def of(known: Known) -> Known:
    """As much as a stranger's phone would be known, with this code."""
    case, talk = known.by_code, known.conversation
    if case is None:
        return Known(replace(talk, locked=None), held=known.held, came_at=known.came_at)
    asked = known.asked if known.asked is not None and known.asked.report == case.report else None
    fresh = Conversation(locale=talk.locale, spoken=talk.spoken, spoken_since=talk.spoken_since)
    known = replace(known, conversation=fresh, latest=None, overtaken=None, replied=None, edited=None, alert=None)
    return replace(known, asked=asked, muted=False, discretion=None, theirs=(case.report,), untold=(), unveils=False)


def told(known: Known, message: Message, decision: Decision) -> Decision | None:
    """What was decided of it, as it goes to a phone that stays locked; None where it would not be of it alone."""
    case, talk = known.by_code, known.conversation
    if not all(
        isinstance(effect, _OF_IT) and _is_of(effect, case.report if case else None) for effect in decision.effects
    ):
        return None
    after, asks = decision.conversation, decision.conversation.stage is Stage.ERASE
    if case is None and not any(isinstance(effect, Erase) for effect in decision.effects):
        return None
    kept = after if asks else replace(Conversation() if case is None else talk, locale=talk.locale)
    kept = replace(kept, locked=talk.locked, spoken=after.spoken, spoken_since=after.spoken_since)
    replies = tuple(replace(one, options=one.options if asks else (), coded=True) for one in decision.replies)
    gone = (Wipe(theirs=True), Wipe(later=True)) if message.channel is Channel.TELEGRAM else ()
    return replace(decision, conversation=kept, replies=replies, effects=(*decision.effects, *gone))


def _is_of(effect: Effect, report: str | None) -> bool:
    return report is None or getattr(effect, "report", report) == report


def answered(known: Known, message: Message, decide: Callable[[Known], Decision]) -> Decision | None:
    """What follows of such a code; None where there is none, or what was said with it is not of its report alone."""
    return told(known, message, decide(of(known))) if applies(known) else None
