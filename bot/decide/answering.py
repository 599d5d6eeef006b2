"""What is said to an addition: the hotline if it became an emergency, the next step of an open question, or "added"."""

from dataclasses import replace

from bot import commands, conversation
from bot.decide import asking, honest, officer, where
from bot.decide.turn import Turn
from bot.decide.where import Told
from bot.nlp import cries
from bot.vocabulary import HELD, Channel, Conversation, Destination, Facts, Ongoing, Reply, Stage, Urgency


def to_addition(turn: Turn, after: Conversation, *, old: Facts, told: Told) -> tuple[Conversation, list[Reply]]:
    """What is said to an addition: the hotline if it became an emergency; else on the open question; else "added".

    A bare cry in an emergency is told the number again. To an edit nothing but the hotline: whoever mends a word wants
    no answer, whoever adds a danger needs the number.
    """
    ongoing = about(after)
    raised = honest.raised(turn, ongoing.facts, here(after), old=old)
    if raised is None and turn.message.edit:
        raised = honest.better_hotline(turn, ongoing.facts, here(after), old=old)
    elif raised is None and cries.is_bare(turn.words):
        raised = honest.again(turn, ongoing.facts, here(after))
    if raised is not None or turn.message.edit:
        return _settle_question(after, old), [raised] if raised is not None else []
    if ongoing.facts.lineage != old.lineage and (told.said or not old.lineage):
        if told.pinned and told.place is not None:
            return asking.pin(turn, after, told.place)
        return to_place(turn, conversation.answered(after), old=old)
    if where.abroad(turn) and not ongoing.facts.lineage:
        return after, [Reply("place.abroad")]
    if turn.words and turn.conversation.stage is not Stage.IDLE:
        placing = turn.conversation.stage is Stage.PLACE
        return _still_nowhere(turn, after, told) if placing else _again(turn, after)
    return _noted(turn, after, told, old=old)


def _noted(turn: Turn, after: Conversation, told: Told, *, old: Facts) -> tuple[Conversation, list[Reply]]:
    """No question is open: one is asked if it has just become a concern, or its place a name that we do not know."""
    named = told.bare and told.place is None and conversation.may_ask_place(after)
    if named or _became_known(turn, after, old):
        after, reply = asking.where(turn, after, told.candidates, reply=Reply("place.ask"))
        return after, [reply]
    return _thanked(turn, after)


def _settle_question(after: Conversation, old: Facts) -> Conversation:
    placed = after.ongoing is not None and after.ongoing.facts.lineage != old.lineage
    return conversation.answered(after) if placed else after


def to_place(turn: Turn, after: Conversation, *, old: Facts) -> tuple[Conversation, list[Reply]]:
    """The place is known now: the hotline that holds there, or the question that waited, or thanks."""
    facts = about(after).facts
    better = honest.better_hotline(turn, facts, here(after), old=old)
    if better is not None:
        return after, [better]
    if after.later and after.later[0] == officer.WOMAN:
        after = replace(after, later=())
        if not officer.choices(turn, facts):
            return after, [asking.noted(turn, facts.lineage)]
        after, reply = officer.ask(after)
        # The question shows that the place was heard: by SMS that is said in no message of its own.
        return after, [reply] if turn.message.channel is Channel.SMS else [asking.noted(turn, facts.lineage), reply]
    if after.later and not facts.sensitive and facts.urgency is not Urgency.EMERGENCY:
        after, reply = asking.which(turn, after, after.later, reply=Reply("category.ask"))
        return after, [reply]
    return after, [asking.noted(turn, facts.lineage)]


def _still_nowhere(turn: Turn, after: Conversation, told: Told) -> tuple[Conversation, list[Reply]]:
    """At the open question: whoever will not say is left in peace; whoever tells something else is not asked again."""
    if commands.declines(turn.words):
        return conversation.given_up(after), [Reply("place.kept")]
    if commands.digit(turn.words) is not None and after.options:
        return _again(turn, after)
    if not where.tries(turn, told):
        return _thanked(turn, after)
    if conversation.may_ask_place(after):
        after, reply = asking.where(turn, after, told.candidates, reply=Reply("place.ask"))
        return after, [reply]
    return conversation.given_up(after), [Reply("place.kept")]


def _again(turn: Turn, after: Conversation) -> tuple[Conversation, list[Reply]]:
    """A digit that was not offered gets the options once more; other words let the question rest."""
    after = asking.unhidden(after)
    offered = asking.again(turn, after) if commands.digit(turn.words) is not None else None
    return (after, [offered]) if offered is not None else _thanked(turn, conversation.given_up(after))


def _became_known(turn: Turn, after: Conversation, old: Facts) -> bool:
    """Whether nobody has asked yet where, and what seemed no concern is one now, or its SMS never came whole."""
    ongoing = after.ongoing
    if ongoing is None or ongoing.facts.lineage or after.tries:
        return False
    facts, parted = ongoing.facts, turn.conversation.bundle.startswith("f:") and turn.message.fragment is None
    return parted or (facts.category, facts.urgency) != (old.category, old.urgency)


def _thanked(turn: Turn, after: Conversation) -> tuple[Conversation, list[Reply]]:
    now = turn.world.now
    if turn.known.muted or not conversation.thanks(after, wordless=not turn.words, now=now):
        return after, []
    return replace(after, thanked_at=now), [Reply("added")]


def about(after: Conversation) -> Ongoing:
    if after.ongoing is None:
        raise ValueError("the conversation is about no report")
    return after.ongoing


def here(after: Conversation) -> Destination:
    return at(about(after))


def at(ongoing: Ongoing) -> Destination:
    return Destination(ongoing.office, ongoing.desk, HELD)
