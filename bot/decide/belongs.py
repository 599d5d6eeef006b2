"""Which message is this: a part of the ongoing report, another matter, or one that we must ask about.

Reasons speak for another matter or against it, and each has its points. Between the two bounds we are unsure, and then
the words are a report of their own and one digit is asked. A wrong merge is the worse error: it may put what is hers
before eyes that must not see it. So sensitive words that seem a matter of their own are never added unasked to a report
that is not sensitive.

The points are rounded from a logistic regression over the dialogues written for it (tests/bot/dialogues_dev*.tsv), but
for the few that are rare there and need no count: who announces another matter tells one.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import Enum
from types import MappingProxyType
from typing import Final

from bot import commands
from bot.decide import understood, where, wording
from bot.decide.turn import Turn
from bot.decide.wording import Wording
from bot.taxonomy import RULES
from bot.vocabulary import Analysis, Case, Category, Flight, Ongoing, Stage, Urgency

_CLEARLY: Final = 0.6
_LIKELY: Final = 0.45
_HARDLY: Final = 0.1
_WHOLE: Final = 5  # words that tell a matter whole
_LONG: Final = 8
_EMPTY: Final = 4  # words of a report that has hardly told anything yet
_SOON: Final = timedelta(minutes=10)
_LATER: Final = timedelta(hours=2)
_A_DAY: Final = timedelta(hours=24)
_QUESTION: Final = ("؟", "?")

_SOUGHT: Final = frozenset({Category.MISSING_PERSON, Category.KIDNAPPING})
# Kinds that understanding takes for one another when it reads a few words out of the middle.
_ALIKE: Final = (
    frozenset({Category.DOMESTIC_VIOLENCE, Category.HARASSMENT, Category.CHILD_PROTECTION, Category.SELF_HARM}),
    frozenset({Category.ELECTRONIC_BLACKMAIL, Category.HARASSMENT, Category.THREATS_EXTORTION}),
    frozenset({Category.ASSAULT, Category.WEAPONS_GUNFIRE, Category.TRIBAL_DISPUTE, Category.THREATS_EXTORTION}),
    frozenset({Category.KIDNAPPING, Category.MISSING_PERSON, Category.HUMAN_TRAFFICKING, Category.CHILD_PROTECTION}),
    frozenset({Category.PUBLIC_INFRASTRUCTURE, Category.PUBLIC_NUISANCE, Category.TRAFFIC_SAFETY}),
    frozenset({Category.EXPLOSIVE_HAZARD, Category.WEAPONS_GUNFIRE, Category.EXTREMISM, Category.FIRE_MEDICAL}),
)


class Belongs(Enum):
    """JOINS: to the ongoing report. APART: another matter. UNSURE: another, until its teller says otherwise."""

    JOINS = "joins"
    APART = "apart"
    UNSURE = "unsure"


class Reason(Enum):
    """What one can say for another matter, or against it."""

    ANNOUNCES = "it announces another matter"
    ANOTHER = "another one of something"
    GOES_ON = "it goes on, by its own word"
    ALSO = "it begins with and, also, since"
    BACK = "it points at whom it does not name"
    DOES = "it begins with what somebody does"
    INTRODUCES = "it introduces somebody or something"
    MINE = "it begins with one's own people or things"
    TAKES_UP = "it says the car, where a car was told of"
    SHARES = "it says a word that was said before"
    PROVES = "it offers proof"
    DESCRIBES = "it begins with a number, a colour, a size"
    OPEN = "the report is sensitive, and it is not"
    TRAILS = "it ends on her, of it"
    WHOLE = "enough words to tell a matter"
    LONG = "many words"
    YES = "it begins with yes or no, and the office has spoken"
    ANSWERED = "the office has spoken"
    QUESTIONED = "the office has asked"
    CLEAR = "clearly a concern of another kind"
    LIKELY = "likely a concern of another kind"
    STRANGE = "hardly of the same kind"
    FAR = "of another group of kinds"
    KIND = "the same kind"
    UNTOLD = "no kind of concern"
    OWN = "clearly another kind, and its people are introduced"
    ELSEWHERE = "at another place"
    SOON = "within ten minutes"
    LATER = "after two hours"
    NEXT_DAY = "after a day"
    EMPTY = "the report has told nothing yet"
    ASKED_WHERE = "it names a place where we asked for one"


_POINTS: Final[Mapping[Reason, int]] = MappingProxyType(
    {
        Reason.ANNOUNCES: 15,
        Reason.ELSEWHERE: 5,
        Reason.LONG: 4,
        Reason.MINE: 4,
        Reason.CLEAR: 3,
        Reason.FAR: 3,
        Reason.OWN: 3,
        Reason.STRANGE: 3,
        Reason.WHOLE: 4,
        Reason.INTRODUCES: 2,
        Reason.ANOTHER: 2,
        Reason.LATER: 2,
        Reason.LIKELY: 1,
        Reason.NEXT_DAY: 1,
        Reason.ASKED_WHERE: -1,
        Reason.DOES: -1,
        Reason.KIND: -2,
        Reason.SHARES: -1,
        Reason.TAKES_UP: -1,
        Reason.TRAILS: -1,
        Reason.ANSWERED: -2,
        Reason.DESCRIBES: -2,
        Reason.OPEN: -3,
        Reason.QUESTIONED: -2,
        Reason.SOON: -2,
        Reason.UNTOLD: -2,
        Reason.ALSO: -3,
        Reason.BACK: -3,
        Reason.YES: -3,
        Reason.PROVES: -5,
        Reason.GOES_ON: -6,
        Reason.EMPTY: -20,
    }
)
# From this many points on it is surely another matter; up to that many it surely belongs. The first is set wider than
# our own dialogues ask for (11), because a question does less harm than half a story at another desk.
_APART_FROM: Final = 13
_JOINS_UNTIL: Final = 4


def weigh(turn: Turn) -> Belongs:
    """Where a concern belongs; APART when there is nothing that it could be added to."""
    ongoing, latest = turn.ongoing, turn.known.latest
    if ongoing is None or latest is None or _seeks_whom_it_hides(ongoing, turn.heard.analysis):
        return Belongs.APART
    age = turn.world.now - ongoing.filed_at
    if _is_surely_of_it(turn, ongoing):
        return Belongs.JOINS
    analysis = turn.heard.analysis
    if not turn.words or analysis is None:
        return Belongs.JOINS if age <= _A_DAY or latest.answers else Belongs.APART
    if commands.opens_new(turn.words):
        return Belongs.APART
    if turn.message.fragment is not None and turn.message.fragment.index > 1:
        return Belongs.UNSURE  # its beginning is still under way, and with it what it is about
    if where.told(turn).bare:
        return Belongs.JOINS if age <= _A_DAY or latest.answers else Belongs.APART
    said = wording.read(turn.words)
    held = reasons(turn, ongoing, said=said, analysis=analysis)
    points = sum(_POINTS[reason] for reason in held)
    if points >= _APART_FROM:
        return Belongs.APART
    unsure = points > _JOINS_UNTIL or _is_elsewhere(held) or _must_ask(turn, ongoing, analysis, said)
    return Belongs.UNSURE if unsure else Belongs.JOINS


def reasons(turn: Turn, ongoing: Ongoing, *, said: Wording, analysis: Analysis) -> frozenset[Reason]:
    """All that can be said for words being another matter than the ongoing report, or part of it."""
    age = turn.world.now - ongoing.filed_at
    return frozenset(
        (
            *_by_wording(turn, said),
            *_by_office(turn, turn.known.latest),
            *_by_kind(ongoing, analysis, said),
            *_by_place(turn, ongoing, analysis),
            *_by_time(age),
            *((Reason.EMPTY,) if _is_empty(turn, ongoing, age) else ()),
        )
    )


def _is_surely_of_it(turn: Turn, ongoing: Ongoing) -> bool:
    replied = turn.known.replied
    answers = (replied is not None and replied.report == ongoing.report) or where.answers(turn)
    analysis = turn.heard.analysis
    if analysis is not None and analysis.flight is Flight.SOUGHT and ongoing.facts.category in _SOUGHT:
        return True  # whom they look for has fled: all of it goes where she is safe first
    return answers or turn.conversation.echo == turn.echo != ""


def _seeks_whom_it_hides(ongoing: Ongoing, analysis: Analysis | None) -> bool:
    """Whether one tells that she fled and the other looks for her, from one phone: neither may learn of the other."""
    flights = {ongoing.facts.flight, analysis.flight if analysis else Flight.NONE}
    return flights == {Flight.SOUGHT, Flight.OWN}


def _by_wording(turn: Turn, said: Wording) -> Iterator[Reason]:
    takes_up = wording.takes_up(turn.words, turn.conversation.topic, without=_named(turn))
    fresh = said.introduces or said.mine
    held = {
        Reason.ANNOUNCES: said.announces,
        Reason.ANOTHER: said.another,
        Reason.GOES_ON: said.surely,
        Reason.ALSO: said.also,
        Reason.BACK: said.back,
        Reason.DOES: said.does and not fresh,
        Reason.INTRODUCES: said.introduces,
        Reason.MINE: said.mine and not takes_up,
        Reason.TAKES_UP: takes_up,
        Reason.SHARES: wording.shares(turn.words, turn.conversation.topic, without=_named(turn)),
        Reason.PROVES: said.proves,
        Reason.DESCRIBES: said.describes,
        Reason.TRAILS: said.trails and not said.mine,
        Reason.WHOLE: said.words >= _WHOLE and not (said.back or said.surely or said.does),
        Reason.LONG: said.words >= _LONG,
    }
    return (reason for reason, holds in held.items() if holds)


def _named(turn: Turn) -> str:
    place = turn.heard.analysis.place if turn.heard.analysis else None
    return place.written if place else ""


def _by_office(turn: Turn, latest: Case | None) -> Iterator[Reason]:
    """What was said after an answer of the office may answer it, the more if that asks something."""
    if latest is None or not latest.answers:
        return
    yield Reason.ANSWERED
    if _has_asked(latest):
        yield Reason.QUESTIONED
    if commands.starts_with_answer(turn.words):
        yield Reason.YES


def _has_asked(latest: Case) -> bool:
    return any(mark in latest.last_answer for mark in _QUESTION)


def _by_kind(ongoing: Ongoing, analysis: Analysis, said: Wording) -> Iterator[Reason]:
    """How clearly it tells a concern of its own, and whether that is another kind than before."""
    own, old = analysis.category, ongoing.facts.category
    if own is Category.OTHER:
        yield Reason.UNTOLD
        return
    if own is old:
        yield Reason.KIND
        return
    yield from _by_another_kind(ongoing, analysis, said)


def _by_another_kind(ongoing: Ongoing, analysis: Analysis, said: Wording) -> Iterator[Reason]:
    own, old = analysis.category, ongoing.facts.category
    likely, clear = analysis.confidence >= _LIKELY, analysis.confidence >= _CLEARLY
    whole = said.words >= _WHOLE or said.introduces or said.mine or analysis.place is not None
    strange = whole and not any({own, old} <= kinds for kinds in _ALIKE)
    held = {
        Reason.LIKELY: likely,
        Reason.CLEAR: clear,
        Reason.OPEN: likely and ongoing.facts.sensitive and not RULES[own].sensitive,
        Reason.STRANGE: strange and _likeness(old, analysis) < _HARDLY,
        Reason.FAR: strange and likely and RULES[own].group != RULES[old].group,
        Reason.OWN: clear and (said.introduces or said.mine),
    }
    yield from (reason for reason, holds in held.items() if holds)


def _likeness(old: Category, analysis: Analysis) -> float:
    return next((guess.confidence for guess in analysis.guesses if guess.category is old), 0.0)


def _by_place(turn: Turn, ongoing: Ongoing, analysis: Analysis) -> Iterator[Reason]:
    """Another place is another matter, unless the office may have asked where else."""
    here, there = ongoing.facts.lineage, analysis.place.lineage if analysis.place else ()
    telling = analysis.category is not Category.OTHER and analysis.confidence >= _LIKELY
    if there and not (here or telling) and turn.conversation.stage is Stage.PLACE:
        yield Reason.ASKED_WHERE
    if not (here and there):
        return
    apart = there[0] not in here and here[0] not in there
    if apart and ongoing.facts.category not in _SOUGHT and not (turn.known.latest and _has_asked(turn.known.latest)):
        yield Reason.ELSEWHERE  # but whom somebody looks for may be seen anywhere


def _is_elsewhere(held: frozenset[Reason]) -> bool:
    """Whether another place is named by words that lean on nothing told before."""
    return Reason.ELSEWHERE in held and held.isdisjoint({Reason.BACK, Reason.GOES_ON, Reason.YES})


def _by_time(age: timedelta) -> Iterator[Reason]:
    """What comes at once goes on with what was just said, the later the less."""
    if age <= _SOON:
        yield Reason.SOON
    if age > _LATER:
        yield Reason.LATER
    if age > _A_DAY:
        yield Reason.NEXT_DAY


def _is_empty(turn: Turn, ongoing: Ongoing, age: timedelta) -> bool:
    """Whether nobody has said yet what it is about: a picture or a pin, or a few words just now that tell nothing."""
    words = turn.conversation.topic
    untold = not words if age > _SOON else len(words) <= _EMPTY
    return ongoing.facts.category is Category.OTHER and untold and age <= _LATER


def _must_ask(turn: Turn, ongoing: Ongoing, analysis: Analysis, said: Wording) -> bool:
    """Whether a matter of its own that is sensitive would come into a report that is not, or an emergency likewise."""
    if _is_empty(turn, ongoing, turn.world.now - ongoing.filed_at):
        return False
    fresh = said.introduces or said.mine
    if analysis.urgency is Urgency.EMERGENCY > ongoing.facts.urgency and fresh and analysis.confidence >= _LIKELY:
        return analysis.category is not ongoing.facts.category
    if ongoing.facts.sensitive or not understood.seals(analysis):
        return False
    leans = (said.back or said.surely) and not (said.mine or analysis.flagged)
    own = analysis.confidence >= _CLEARLY or (analysis.flagged and said.introduces) or said.mine
    return own and not leans
