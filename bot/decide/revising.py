"""What somebody changes of a message that they sent: words, a photo in place of another, a pin that moves on.

It comes into the report that the message is part of, whatever they talk about now, and into no other: in the one they
talk about others may read it. An edit of the ongoing report is heard as any addition (bot.decide.adding); one of a
message that nobody knows any more is a matter of its own.
"""

from dataclasses import replace
from typing import Final

from bot import conversation
from bot.commands import Intent
from bot.decide import adding, another, discreet, filing
from bot.decide.turn import Turn, decided
from bot.vocabulary import Alarm, Append, Case, Conversation, Decision, Effect, Facts, Ongoing, Reroute, Status, Urgency

_ANSWERS: Final = frozenset({Intent.YES, Intent.NO})
_OF_ITS_REPORT = Append | Reroute | Alarm


def elsewhere(turn: Turn) -> Decision | None:
    """What follows from an edit of a message of another report than the ongoing one; None for anything else.

    What it commands is obeyed as ever, and tells nothing; but it answers no question about the ongoing report.
    """
    case = turn.edited
    if case is None or turn.revises:
        return None
    if turn.message.live:
        return decided(turn, effects=[Append(case.report)] if case.status is not Status.CLOSED else [])
    words = turn.words or turn.attached
    commands = turn.intent is not None and turn.intent not in _ANSWERS
    if commands or turn.message.choice or not words:
        return None
    facts = another.facts_of(turn, case)
    if case.status is Status.CLOSED:
        # Nobody would look there. Elsewhere it is read by nobody who could not read the message that it was.
        return _apart(turn, case) if adding.is_concern(turn) else decided(turn)
    return _sealed(turn, case) if facts is None else _added(turn, case, facts)


def _apart(turn: Turn, case: Case) -> Decision:
    filed = filing.file(turn, of=another.known_of(turn, case), closed=True)
    return replace(filed, effects=(*filed.effects, *another.parted(turn, case)))


def _added(turn: Turn, case: Case, facts: Facts) -> Decision:
    """As an addition to it would be, if they talked about it; what they do talk about stays."""
    elder = another.as_ongoing(case, facts)
    there = replace(turn, picked="", known=replace(turn.known, conversation=_about(turn, elder), latest=case))
    if discreet.switches(there, elder):
        # Hidden it is only with a code, and of the other nobody knows it.
        return filing.file(turn, of=facts, closed=True)
    added = adding.add(there)
    effects = [effect for effect in added.effects if isinstance(effect, _OF_ITS_REPORT)]
    after = conversation.beside(turn.conversation, added.conversation)
    after = replace(after, woman_officer=after.woman_officer or added.conversation.woman_officer)
    return replace(added, conversation=after, effects=tuple(effects))


def _about(turn: Turn, elder: Ongoing) -> Conversation:
    talk = turn.conversation
    return Conversation(locale=talk.locale, introduced=True, ongoing=elder, mode=talk.mode)


def _sealed(turn: Turn, case: Case) -> Decision:
    """Of one that only people can read: it is added, whom it names is kept away, and danger rings those on duty."""
    elder = another.as_ongoing(case, another.known_of(turn, case))
    there = replace(turn, picked="", known=replace(turn.known, conversation=_about(turn, elder), latest=case))
    if discreet.switches(there, elder):
        return _apart(turn, case)  # as `_added` does
    analysis = turn.heard.analysis
    effects: list[Effect] = [Append(case.report), *another.parted(turn, case)]
    if analysis is not None and analysis.urgency is Urgency.EMERGENCY:
        effects.append(Alarm(case.report))
    return decided(turn, effects=effects)
