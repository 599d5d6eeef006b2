"""Where an ongoing report goes when its facts are others now."""

from dataclasses import replace

from bot import routing
from bot.decide import apart, understood
from bot.decide.turn import Turn, known_place
from bot.vocabulary import HELD, Alarm, Conversation, Destination, Effect, Facts, Ongoing, Reroute, Status, Urgency


def moves(turn: Turn, ongoing: Ongoing, facts: Facts) -> tuple[Conversation, list[Effect]]:
    """The conversation and the effect of new facts; nothing when they are the old ones."""
    facts = apart.placed(turn.world.directory, facts)
    if facts == ongoing.facts:
        return turn.conversation, []
    to = routing.route(turn.world.directory, facts)
    if _is_held(turn, ongoing.facts, facts):
        to = Destination(ongoing.office, ongoing.desk, HELD)
    moved = replace(ongoing, facts=facts, office=to.office, desk=to.desk)
    wished = turn.conversation.woman_officer or (facts.woman_officer and not ongoing.facts.woman_officer)
    place = known_place(turn, facts.lineage)
    effects: list[Effect] = [Reroute(ongoing.report, to, facts, place)]
    stays = (to.office, to.desk) == (ongoing.office, ongoing.desk) and is_worked_on(turn)
    if stays and facts.urgency is Urgency.EMERGENCY > ongoing.facts.urgency:
        effects.append(Alarm(ongoing.report))  # whoever works on it may be asleep
    return replace(turn.conversation, ongoing=moved, woman_officer=wished), effects


def _is_held(turn: Turn, old: Facts, new: Facts) -> bool:
    """A report that a person works on stays with them, unless they may not see it any more."""
    return is_worked_on(turn) and not understood.turned(old, new)


def is_worked_on(turn: Turn) -> bool:
    """Whether somebody took it up already."""
    latest = turn.known.latest
    return latest is not None and latest.status is not Status.NEW
