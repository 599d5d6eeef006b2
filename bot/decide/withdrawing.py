"""What takes a consent back: a word for it at any time, and a bare no within minutes of the yes.

A bare no may have been meant for what the office asked since. It ends the yes all the same, for nothing is shared in
doubt; staff read it too, and its answer says that nothing is shared now, and how they are asked again.

Whoever tells privately is not known by their phone: their word counts with the code, and bare it is told so and filed
nowhere. At the phone of somebody discreet it counts at once while locked, behind the decoy: whoever holds that phone
can only make less of her report reach others, and learns nothing. So it is, at any phone, with what its own code alone
shows there: bare it ends, and what is said is what would be said if nothing stood.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot import commands, consent, conversation
from bot.decide import advising, agreeing
from bot.decide.turn import Turn, decided
from bot.vocabulary import Append, Asked, Consent, Conversation, Decision, Effect, Known, Mode, Reply, Revoke, Stage

_JUST: Final = timedelta(minutes=10)  # so long after a yes a bare no is meant for it
_GIVEN: Final = "consent.given"


def taken_back(turn: Turn) -> Decision | None:
    """Every consent that stands, ended by a word; a no where only a question waits; None for anything else said."""
    if not _is_own(turn):
        return None
    just = _just_agreed(turn)
    ended = tuple(dict.fromkeys((*turn.known.consents, *just)))
    if commands.withdraws(turn.words, given=bool(ended)):
        return _ended(turn, ended) if ended else _nothing_stands(turn)
    return _in_doubt(turn, just) if just and _refuses(turn) else None


def locked(turn: Turn) -> tuple[Effect, ...]:
    """What a word takes back at a phone that is locked: nobody is told, there or later."""
    if not _is_own(turn) or not commands.withdraws(turn.words, given=True):
        return ()
    return tuple(Revoke(report) for report in (*turn.known.consents, *turn.known.untold))


def silently(turn: Turn, decision: Decision) -> Decision:
    """With the end of what a word takes back and this phone is not told of."""
    if not turn.known.untold or not _is_own(turn) or not commands.withdraws(turn.words, given=True):
        return decision
    also = (Revoke(report) for report in turn.known.untold)
    return replace(decision, effects=(*decision.effects, *(one for one in also if one not in decision.effects)))


def told(turn: Turn, decision: Decision) -> Decision:
    """With how a yes is taken back by whoever gave it: with their code, or their word. It is remembered for a while."""
    asked = turn.known.asked
    agreed = asked is not None and any(
        isinstance(effect, Consent) and effect.given and effect.consent == asked.consent for effect in decision.effects
    )
    if asked is None or not agreed:
        return decision
    key = _given(turn.known, decision)
    replies = tuple(replace(reply, key=key) if reply.key == _GIVEN else reply for reply in decision.replies)
    return replace(decision, replies=replies, conversation=_remembering(turn, decision, asked))


def _given(known: Known, decision: Decision) -> str:
    if decision.conversation.mode is Mode.PRIVATE:
        return "consent.given.code"
    return "consent.given.word" if known.discretion is not None else _GIVEN


def _remembering(turn: Turn, decision: Decision, asked: Asked) -> Conversation:
    mark = (asked.report, asked.consent, turn.world.now.isoformat())
    return replace(decision.conversation, agreed=mark)


def _just_agreed(turn: Turn) -> tuple[str, ...]:
    """The report about which they said yes in this talk minutes ago."""
    if not turn.conversation.agreed:
        return ()
    report, _, at = turn.conversation.agreed
    return (report,) if turn.world.now - datetime.fromisoformat(at) < _JUST else ()


def _refuses(turn: Turn) -> bool:
    """Whether it is a bare no that no other question of ours waits for, or the button below the one they agreed to."""
    if turn.message.choice:
        return turn.message.choice == consent.choice(turn.conversation.agreed[1], given=False)
    talk, asked = turn.conversation, turn.known.asked
    waits = talk.stage is not Stage.IDLE or talk.options not in {(), (advising.OFFER,)}
    if waits or (asked is not None and not asked.late) or turn.heard.codes or commands.asks_back(turn.words):
        return False
    return agreeing.refuses(turn.words)


def _is_own(turn: Turn) -> bool:
    return not (turn.attached or turn.message.forwarded or turn.message.edit)


def _ended(turn: Turn, reports: Iterable[str]) -> Decision:
    talk = replace(turn.conversation, agreed=())
    after = conversation.answered(talk) if talk.stage is Stage.CONSENT else talk
    return decided(turn, after, replies=[Reply("consent.revoked")], effects=[Revoke(report) for report in reports])


def _in_doubt(turn: Turn, reports: tuple[str, ...]) -> Decision:
    """By a bare no; a button below the question is none. Where the office never spoke it was meant for nothing else."""
    ended = _ended(turn, reports)
    if turn.message.choice:
        return ended
    kept = [Append(report) for report in reports] if advising.has_answered(turn) else []
    return replace(ended, replies=(Reply("consent.revoked.no"),), effects=(*kept, *ended.effects))


def _nothing_stands(turn: Turn) -> Decision | None:
    """A no to the question that waits; else, to whom we cannot know by their phone, how it is said with a code."""
    asked, coded = turn.known.asked, turn.known.by_code
    if asked is not None and (coded is None or coded.report == asked.report):
        after = conversation.answered(turn.conversation)
        effects: list[Effect] = [] if asked.late else [Consent(asked.consent, given=False)]
        return decided(turn, after, replies=[Reply("consent.no")], effects=effects)
    if coded is not None and turn.heard.codes:
        return decided(turn, replies=[Reply("consent.no")])  # nothing stands about it, and nothing is told by it
    private = turn.conversation.mode is Mode.PRIVATE
    unknown = private or turn.known.lately_private or turn.ongoing is None
    if not unknown or coded is not None or (turn.known.discretion is not None and not private):
        return None
    return decided(turn, replies=[Reply("consent.code")])
