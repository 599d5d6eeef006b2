"""What a concern becomes: a report at once, or a further part of the one it belongs to, which it may move."""

from collections.abc import Sequence
from dataclasses import replace

from bot import commands, conversation, routing, tickets
from bot.decide import asking, honest, understood, where
from bot.decide.turn import Turn, decided, known_place
from bot.nlp import places
from bot.vocabulary import (
    HELD,
    Append,
    Category,
    Conversation,
    Decision,
    Destination,
    Effect,
    Facts,
    File,
    Ongoing,
    Place,
    Reply,
    Reroute,
    Stage,
    Status,
    Urgency,
)

# What the 64 random bytes of a turn are used for, each byte once.
_REPORT, _NUMBER, _CODE = slice(0, 16), slice(16, 24), slice(24, 32)


def hear(turn: Turn) -> Decision:
    """Files a concern, or adds it to the ongoing report."""
    edited = turn.message.edit and turn.ongoing is not None
    if edited or where.answers(turn):
        return add(turn)
    known = turn.known
    joins = conversation.adds(known.conversation, known.latest, analysis=turn.heard.analysis, now=turn.world.now)
    return add(turn) if joins and not commands.opens_new(turn.words) else file(turn)


def file(turn: Turn) -> Decision:
    """A new report, routed by what is known; at most one question with the answer, the place first."""
    world, message = turn.world, turn.message
    analysis = understood.analysis_of(message, turn.heard.analysis)
    place, candidates = where.told(turn, answering=False)
    facts = understood.first(analysis, place)
    to = routing.route(world.directory, facts)
    report, code = world.entropy[_REPORT].hex(), tickets.make_code(world.entropy[_CODE])
    number = tickets.make_number(place.governorate if place else "", world.entropy[_NUMBER])
    remembered = turn.conversation
    if turn.heard.analysis is not None:
        remembered = replace(remembered, locale=turn.locale)
    ongoing = Ongoing(report, number, code, facts, to.office, to.desk, world.now)
    after = conversation.filed(remembered, ongoing)
    kinds = asking.kinds(understood.doubts(analysis, facts))
    reply = honest.filed(turn, facts, to, code=code, unsure=bool(kinds))
    if place is None:
        after, reply = asking.where(turn, replace(after, later=kinds), candidates, reply=reply)
    elif kinds:
        after, reply = asking.which(turn, after, kinds, reply=reply)
    return decided(turn, after, replies=[reply], effects=[File(report, number, code, to, facts, place, analysis)])


def add(turn: Turn) -> Decision:
    """A further part of the ongoing report, which moves when it is better understood now."""
    ongoing = turn.ongoing
    if ongoing is None:
        return file(turn)
    asked = turn.conversation.stage is Stage.PLACE
    place, candidates = where.told(turn, answering=asked)
    # "الحرية" (Freedom) is a quarter: understood as a text, a bare name may sound like anything.
    analysis = None if asked and where.is_bare(turn, place, candidates) else turn.heard.analysis
    said = turn.message.point is not None or asked
    facts = understood.placed(understood.better(ongoing.facts, analysis), place, said=said)
    moved, effects = _moved(turn, ongoing, facts)
    after, replies = _answer(turn, moved, old=ongoing.facts, candidates=candidates)
    return decided(turn, after, replies=replies, effects=[Append(ongoing.report), *effects])


def pick(turn: Turn, ongoing: Ongoing, choice: str) -> Decision:
    """A place or category that was offered and chosen: it moves the report; there are no words to add."""
    old = ongoing.facts
    kind, _, value = choice.removeprefix("v1:").partition(":")
    if kind == "place":
        facts = understood.placed(old, places.by_id(turn.world.gazetteer, value), said=True)
    else:
        facts = understood.called(old, Category(value))
    moved, effects = _moved(turn, ongoing, facts)
    after = conversation.answered(moved)
    if kind == "place":
        after, replies = _placed(turn, after, old=old)
    else:
        raised = honest.raised(turn, facts, _here(moved), old=old)
        replies = [raised or Reply("noted")]
    return decided(turn, after, replies=replies, effects=effects)


def _moved(turn: Turn, ongoing: Ongoing, facts: Facts) -> tuple[Conversation, list[Effect]]:
    """The conversation and the effect of new facts; nothing when they are the old ones."""
    if facts == ongoing.facts:
        return turn.conversation, []
    to = routing.route(turn.world.directory, facts)
    if _is_held(turn, ongoing.facts, facts):
        to = Destination(ongoing.office, ongoing.desk, HELD)
    moved = replace(ongoing, facts=facts, office=to.office, desk=to.desk)
    place = known_place(turn, facts.lineage)
    return replace(turn.conversation, ongoing=moved), [Reroute(ongoing.report, to, facts, place)]


def _is_held(turn: Turn, old: Facts, new: Facts) -> bool:
    """A report that a person works on stays with them, unless they may not see it any more."""
    latest = turn.known.latest
    turned = (new.sensitive, new.about_police) != (old.sensitive, old.about_police)
    return latest is not None and latest.status is not Status.NEW and not turned


def _answer(
    turn: Turn, after: Conversation, *, old: Facts, candidates: Sequence[Place]
) -> tuple[Conversation, list[Reply]]:
    """What is said to an addition: the hotline if it became an emergency; else on the open question; else "added"."""
    ongoing = after.ongoing
    if ongoing is None or turn.message.edit:
        return after, []
    raised = honest.raised(turn, ongoing.facts, _here(after), old=old)
    if raised is not None:
        return _settle_question(after, old), [raised]
    if ongoing.facts.lineage and not old.lineage:
        return _placed(turn, conversation.answered(after), old=old)
    if turn.words and turn.conversation.stage is Stage.PLACE:
        return _still_nowhere(turn, after, candidates)
    if turn.words and turn.conversation.stage is not Stage.IDLE:
        after = conversation.given_up(after)
    return _thanked(turn, after)


def _settle_question(after: Conversation, old: Facts) -> Conversation:
    placed = after.ongoing is not None and after.ongoing.facts.lineage != old.lineage
    return conversation.answered(after) if placed else after


def _placed(turn: Turn, after: Conversation, *, old: Facts) -> tuple[Conversation, list[Reply]]:
    """The place is known now: the hotline that holds there, or the question that waited, or thanks."""
    if after.ongoing is None:
        return after, []
    better = honest.better_hotline(turn, after.ongoing.facts, old=old)
    if better is not None:
        return after, [better]
    if after.later and not after.ongoing.facts.sensitive and after.ongoing.facts.urgency is not Urgency.EMERGENCY:
        after, reply = asking.which(turn, after, after.later, reply=Reply("category.ask"))
        return after, [reply]
    return after, [Reply("place.noted")]


def _still_nowhere(turn: Turn, after: Conversation, candidates: Sequence[Place]) -> tuple[Conversation, list[Reply]]:
    if conversation.may_ask_place(after):
        after, reply = asking.where(turn, after, candidates, reply=Reply("place.ask"))
        return after, [reply]
    return conversation.given_up(after), [Reply("place.kept")]


def _thanked(turn: Turn, after: Conversation) -> tuple[Conversation, list[Reply]]:
    now = turn.world.now
    if turn.known.muted or not conversation.thanks(after, wordless=not turn.words, now=now):
        return after, []
    return replace(after, thanked_at=now), [Reply("added")]


def _here(after: Conversation) -> Destination:
    ongoing = after.ongoing
    if ongoing is None:
        raise ValueError("the conversation is about no report")
    return Destination(ongoing.office, ongoing.desk, HELD)
