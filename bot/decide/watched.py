"""What is said to a phone that another may hold: the words of any service, which tell nothing of what was told.

What is told on a phone of which it is said that another reads it gets its number. Nothing goes there unasked from then
on; but without the number no way would lead back to what was told.
"""

from dataclasses import replace
from typing import Final

from bot import conversation, safety
from bot.decide import private
from bot.decide.turn import Turn
from bot.replies import UNREVEALING
from bot.vocabulary import Append, Decision, File, Known, Mode, Mute, Reply, Veil

_DANGER: Final = "added.emergency"
_THANKS: Final = Reply("decoy.thanks")


def is_told(turn: Turn) -> bool:
    """Whether what is filed by these words is hidden behind its number, for they say that another reads this phone.

    Who says only that, and told something before, has the number of that.
    """
    known = turn.known
    before = bool(known.theirs) or known.veiled or known.discretion is not None
    return turn.watched and not (before and safety.is_only_watched(turn.words))


def numbered(turn: Turn, decision: Decision) -> tuple[Reply, ...]:
    """The number of what was filed so; nothing else is said.

    In private its sixteen digits: by nothing else is it found.
    """
    if turn.conversation.mode is Mode.PRIVATE or decision.conversation.mode is Mode.PRIVATE:
        code = any(isinstance(effect, File) for effect in decision.effects) and turn.watched
        return tuple(
            reply for reply in decision.replies if code and (private.is_told(reply) or reply.key in UNREVEALING)
        )
    filed = any(isinstance(effect, File) and effect.mode is Mode.DISCREET for effect in decision.effects)
    told = turn.watched and filed
    return tuple(reply for reply in decision.replies if told and reply.key in UNREVEALING)


def points_beneath(turn: Turn) -> bool:
    """Whether it is a reply, without a code, to a message about something that is told of only as waiting."""
    known = turn.known
    beneath = known.veiled and known.discretion is None and turn.conversation.mode is not Mode.PRIVATE
    return beneath and known.replied is not None and known.by_code is None


def hides(known: Known, report: str) -> bool:
    """Whether a report is veiled: without its code nothing is told of it or done to it, in its own talk either."""
    opened = known.discretion is not None and known.discretion.only == report  # by its code, minutes ago
    return known.veiled and report not in known.theirs and not opened


def neutral(turn: Turn, decision: Decision) -> Decision:
    """Danger told beside what is hidden or veiled is answered as any service would; a reply to its nudge always is."""
    known = turn.known
    hides = known.discretion is not None or known.veiled
    if not hides or turn.conversation.mode is Mode.PRIVATE:
        return decision
    replies = tuple(_neutral(reply) for reply in decision.replies)
    case = known.replied
    if case is None or not points_beneath(turn) or Append(case.report) not in decision.effects:
        return replace(decision, replies=replies)
    said = tuple(reply for reply in replies if reply.key in UNREVEALING)
    after = conversation.answered(decision.conversation)
    return replace(decision, conversation=after, replies=said or (replies and (_THANKS,)))


def _neutral(reply: Reply) -> Reply:
    """The hotline alone; thanks where none is confirmed, or nobody would look."""
    if not reply.key.startswith(_DANGER):
        return reply
    if "hotline" not in reply.values:
        return _THANKS
    unplaced = ".unplaced" if ".unplaced" in reply.key else ""
    return Reply(f"discreet.{_DANGER}{unplaced}", {"hotline": reply.values["hotline"]})


def veiled(turn: Turn, decision: Decision) -> Decision:
    """With a veil where another reads this phone: silence ends with any START, which may be theirs."""
    silent = turn.hushed or Mute() in decision.effects
    if not (safety.watched(turn.words) or (silent and safety.sees(turn.words))) or Veil() in decision.effects:
        return decision
    return replace(decision, effects=(*decision.effects, Veil()))
