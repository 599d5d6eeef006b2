"""What is told on a phone of which it is said that another reads it gets its number, in words that tell nothing.

Nothing goes to that phone unasked from then on. But without the number no way would lead back to what was told.
"""

from dataclasses import replace

from bot import safety
from bot.decide.turn import Turn
from bot.replies import UNREVEALING
from bot.vocabulary import Decision, File, Mode, Mute, Reply, Veil


def is_told(turn: Turn) -> bool:
    """Whether what is filed by these words is hidden behind its number, for they say that another reads this phone.

    Who says only that, and told something before, has the number of that.
    """
    known = turn.known
    before = bool(known.theirs) or known.veiled or known.discretion is not None
    return turn.watched and not (before and safety.is_only_watched(turn.words))


def numbered(turn: Turn, decision: Decision) -> tuple[Reply, ...]:
    """The number of what was filed so; nothing else is said."""
    filed = any(isinstance(effect, File) and effect.mode is Mode.DISCREET for effect in decision.effects)
    told = turn.watched and filed
    return tuple(reply for reply in decision.replies if told and reply.key in UNREVEALING)


def veiled(turn: Turn, decision: Decision) -> Decision:
    """With a veil where another reads this phone: silence ends with any START, which may be theirs."""
    silent = turn.hushed or Mute() in decision.effects
    if not (safety.watched(turn.words) or (silent and safety.sees(turn.words))) or Veil() in decision.effects:
        return decision
    return replace(decision, effects=(*decision.effects, Veil()))
