"""Two reports that are one matter, by their teller's own word."""

from dataclasses import replace
from typing import Final

from bot import commands, conversation, routing
from bot.commands import Intent
from bot.decide import apart, asking, moving, understood, wording
from bot.decide.turn import Turn, decided, known_place
from bot.vocabulary import (
    HELD,
    Category,
    Decision,
    Destination,
    Effect,
    Facts,
    Flight,
    Join,
    Mode,
    Ongoing,
    Reply,
    Reroute,
    Stage,
)

_RULE: Final = "joined"
_SHORT: Final = 4  # words of an answer; a longer text tells something
_SAME: Final = frozenset(
    commands.fold(word)
    for word in (
        "نفس الموضوع|نفسه|نفسها|نفس الشي|نفس القضية|نفس البلاغ|تابع|تابعة|تتمة|تكملة|اي نفسه|اي نفس الموضوع|same|"
        "yes same|the same|"
        "same one|it is the same|هەمان بابەت|هەمان شت|هەمان|بەڵێ هەمان|nafs el mawthoo3|nafsa|واحد"
    ).split("|")
)


def answer(turn: Turn) -> bool | None:
    """At the open question: True for "one matter", False for "two", None when it is no answer to it."""
    if turn.conversation.stage is not Stage.BELONGS or turn.attached:
        return None
    if commands.asks_back(turn.words):
        return None
    if turn.intent is Intent.YES or commands.fold(turn.words) in _SAME:
        return True
    short = len(turn.words.split()) <= _SHORT
    if turn.intent in {Intent.NO, Intent.NEW} or (short and wording.read(turn.words).announces):
        return False
    return None


def one(turn: Turn, ongoing: Ongoing, before: Ongoing) -> Decision:
    """They are one: the elder takes in the facts of the younger, both lie at one desk, and the talk goes on about it.

    What is grave or sensitive in either is so in both: neither may lie where the other may not be seen.
    """
    facts = apart.placed(turn.world.directory, understood.united(before.facts, _plainly(turn, ongoing, before)))
    to = Destination(before.office, before.desk, HELD)
    if understood.turned(before.facts, facts) or not before.facts.lineage:
        to = routing.route(turn.world.directory, facts)
    place = known_place(turn, facts.lineage)
    effects: list[Effect] = []
    if facts != before.facts:
        effects.append(Reroute(before.report, to, facts, place))
    if (to.office, to.desk) != (ongoing.office, ongoing.desk) or facts.apart != ongoing.facts.apart:
        effects.append(Reroute(ongoing.report, replace(to, rule=_RULE), facts, place))
    elder = replace(before, facts=facts, office=to.office, desk=to.desk)
    after = conversation.one_matter(turn.conversation, elder)
    return decided(turn, after, replies=[Reply("belongs.one")], effects=[*effects, Join(ongoing.report, before.report)])


def _plainly(turn: Turn, ongoing: Ongoing, before: Ongoing) -> Facts:
    """The younger's facts; without what was only guessed of it, where that would take an emergency from its rescuers.

    Their teller says that it is the same, and knows that.
    """
    facts = ongoing.facts
    wished = facts.woman_officer or facts.flight is not Flight.NONE or turn.conversation.mode is not Mode.NORMAL
    sure = wished or understood.is_surely_private(turn.conversation.kinds)
    if sure or not (facts.sensitive and understood.is_plain_emergency(before.facts)):
        return facts
    return replace(facts, category=Category.OTHER, sensitive=False)


def two(turn: Turn, ongoing: Ongoing, before: Ongoing) -> Decision:
    """They are two: it stays as it was filed, and what is still unknown of it is asked now.

    What only the doubt kept with those who read a tip goes where its kind does.
    """
    moved, effects = turn.conversation, list[Effect]()
    if before.facts.category is ongoing.facts.category is Category.EXTREMISM:
        moved, effects = moving.moves(turn, ongoing, understood.alone(ongoing.facts, moved.kinds))
    after = conversation.two_matters(moved)
    if ongoing.facts.lineage or not conversation.may_ask_place(after):
        return decided(turn, after, replies=[Reply("belongs.two")], effects=effects)
    after, reply = asking.where(turn, after, (), reply=Reply("place.ask"))
    return decided(turn, after, replies=[reply], effects=effects)
