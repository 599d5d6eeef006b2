"""What is remembered of every message, and when we stop answering: two machines must not talk with each other for ever.

A sender is sent at most eight messages an hour; a hotline, and what somebody asks us for, at most twenty. What they
write is kept all the same.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot import conversation
from bot.commands import Intent
from bot.decide import wording
from bot.decide.turn import Turn
from bot.vocabulary import Append, Conversation, Decision, File, Gesture, Guess

_WINDOW: Final = timedelta(hours=1)
_MOST: Final = 8
_MOST_ASKED: Final = 20
_ASKED: Final = frozenset(
    {
        Intent.STATUS,
        Intent.ERASE,
        Intent.HELP,
        Intent.MORE,
        Intent.STOP,
        Intent.CANCEL,
        Intent.RESUME,
        Intent.LANGUAGE,
        Intent.NEW,
    }
)
# What was erased must be said, and what became of a consent; and who is not told what opens their report is locked out.
_OWED: Final = ("erase.", "discreet.", "private.", "danger", "consent.")
_REMEMBERED: Final = 40


def bundle(turn: Turn) -> str:
    """Names the album or the long SMS that a message is part of, or the row of cards; "" when none."""
    if turn.message.gesture is Gesture.CONTACT and not (turn.attached or turn.words):
        return "c"
    if turn.message.album:
        return f"a:{turn.message.album}"
    return f"f:{turn.message.fragment.ref}" if turn.message.fragment else ""


def restrained(turn: Turn, decision: Decision) -> Decision:
    """With what is remembered of the message, and without replies that would be too many."""
    after = _remembering(turn, decision)
    before, now = turn.conversation, turn.world.now
    current = before.spoken_since is not None and now - before.spoken_since < _WINDOW
    spoken, since = (before.spoken, before.spoken_since) if current else (0, now)
    if not decision.replies:
        return replace(decision, conversation=replace(after, spoken=before.spoken, spoken_since=before.spoken_since))
    most = _MOST_ASKED if _is_owed(turn, decision) else _MOST
    replies = decision.replies[: max(0, most - spoken)]
    if len(replies) < len(decision.replies):
        after = conversation.answered(after)  # a question that is not put waits for nothing
    after = replace(after, spoken=spoken + len(replies), spoken_since=since)
    return replace(decision, conversation=after, replies=replies)


def _is_owed(turn: Turn, decision: Decision) -> bool:
    asked = turn.intent in _ASKED or bool(turn.message.choice) or (bool(turn.heard.codes) and not turn.words)
    return asked or any(".emergency" in reply.key or reply.key.startswith(_OWED) for reply in decision.replies)


def _remembering(turn: Turn, decision: Decision) -> Conversation:
    after = decision.conversation
    kinds, gist = _first_told(turn, decision)
    return replace(
        after,
        echo=turn.echo or turn.conversation.echo,
        bundle=bundle(turn) or turn.conversation.bundle,
        topic=_topic(turn, decision),
        kinds=kinds,
        gist=gist,
    )


def _topic(turn: Turn, decision: Decision) -> tuple[str, ...]:
    ongoing = decision.conversation.ongoing
    if ongoing is None:
        return ()
    place = turn.heard.analysis.place if turn.heard.analysis else None
    said = wording.topic(turn.words, without=place.written if place else "")
    if any(isinstance(effect, File) for effect in decision.effects):
        return said
    added = any(isinstance(effect, Append) and effect.report == ongoing.report for effect in decision.effects)
    return tuple(dict.fromkeys((*turn.conversation.topic, *(said if added else ()))))[:_REMEMBERED]


def _first_told(turn: Turn, decision: Decision) -> tuple[tuple[Guess, ...], tuple[float, ...]]:
    """What the report's first words were taken for, and their gist: what comes later is compared with all of it.

    They are of one report: with another, or one told without words, nothing is remembered.
    """
    before, ongoing, analysis = turn.conversation, decision.conversation.ongoing, turn.heard.analysis
    if ongoing is None:
        return (), ()
    if not any(isinstance(effect, File) for effect in decision.effects):
        same = before.ongoing is not None and before.ongoing.report == ongoing.report
        return (before.kinds, before.gist) if same else ((), ())
    if analysis is None:
        return (), ()
    kinds = tuple(Guess(guess.category, round(guess.confidence, 2)) for guess in analysis.guesses)
    return kinds, analysis.sequel.gist
