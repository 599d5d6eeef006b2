"""Which message is this: a part of the ongoing report, another matter, or one that we must ask about.

Points speak for another matter or against it, each for a reason that one can say. Between the two bounds we are unsure,
and then the words are a report of their own and one digit is asked. A wrong merge is the worse error: it may put what
is hers before eyes that must not see it. So sensitive words that seem a matter of their own are never added unasked to
a report that is not sensitive.
"""

from datetime import timedelta
from enum import Enum
from typing import Final

from bot import commands
from bot.decide import understood, where, wording
from bot.decide.turn import Turn
from bot.decide.wording import Wording
from bot.vocabulary import Analysis, Category, Ongoing, Stage

# From this many points on it is surely another matter; up to that many it surely belongs.
_APART_FROM: Final = 5
_JOINS_UNTIL: Final = 1

_CLEARLY: Final = 0.6
_LIKELY: Final = 0.45
_HARDLY: Final = 0.1
_SHORT: Final = 3  # words
_WHOLE: Final = 5  # words that tell a matter whole
_EMPTY: Final = 4  # words of a report that has hardly told anything yet
_AT_ONCE: Final = timedelta(minutes=2)
_SOON: Final = timedelta(minutes=10)
_LATER: Final = timedelta(hours=2)
_A_DAY: Final = timedelta(hours=24)

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


def weigh(turn: Turn) -> Belongs:
    """Where a concern belongs; APART when there is nothing that it could be added to."""
    ongoing, latest = turn.ongoing, turn.known.latest
    if ongoing is None or latest is None:
        return Belongs.APART
    age = turn.world.now - ongoing.filed_at
    if _is_surely_of_it(turn, ongoing):
        return Belongs.JOINS
    said, analysis = wording.read(turn.words), turn.heard.analysis
    if not turn.words or analysis is None:
        return Belongs.JOINS if age <= _A_DAY or latest.answers else Belongs.APART
    if commands.opens_new(turn.words):
        return Belongs.APART
    if turn.message.fragment is not None and turn.message.fragment.index > 1:
        return Belongs.UNSURE  # its beginning is still under way, and with it what it is about
    if where.told(turn).bare:
        return Belongs.JOINS if age <= _A_DAY or latest.answers else Belongs.APART
    points = sum(
        (
            _by_wording(turn, said),
            _by_kind(ongoing, analysis, said),
            _by_place(turn, ongoing, analysis),
            _by_time(age, said, own=_is_own(ongoing, analysis, said)),
            -4 if latest.answers else 0,
            -4 if _is_empty(turn, ongoing, age) else 0,
        )
    )
    if points >= _APART_FROM and (said.announces or not said.also):
        return Belongs.APART
    return Belongs.JOINS if points <= _JOINS_UNTIL and not _must_ask(turn, ongoing, analysis, said) else Belongs.UNSURE


def _is_surely_of_it(turn: Turn, ongoing: Ongoing) -> bool:
    replied = turn.known.replied
    answers = (replied is not None and replied.report == ongoing.report) or where.answers(turn)
    return answers or turn.conversation.echo == turn.echo != ""


def _by_wording(turn: Turn, said: Wording) -> int:
    takes_up = wording.takes_up(turn.words, turn.conversation.topic, without=_named(turn))
    fresh = said.introduces or said.mine
    answers = turn.known.latest is not None and turn.known.latest.answers > 0
    return sum(
        (
            6 * said.announces,
            -5 * said.surely,
            -2 * said.also,
            -4 * said.back,
            -2 * (said.does and not fresh),
            2 * said.introduces,
            said.mine and not takes_up,
            -4 * takes_up,
            -2 * (said.words <= _SHORT),
            -2 * (said.trails and not said.mine),
            said.words >= _WHOLE and not (said.back or said.surely or said.does),
            -3 * (answers and commands.starts_with_answer(turn.words)),
        )
    )


def _named(turn: Turn) -> str:
    place = turn.heard.analysis.place if turn.heard.analysis else None
    return place.written if place else ""


def _by_kind(ongoing: Ongoing, analysis: Analysis, said: Wording) -> int:
    """How clearly it tells a concern of its own, and whether that is another kind than before."""
    own, old = analysis.category, ongoing.facts.category
    fresh = said.introduces or said.mine
    if own is Category.OTHER:
        return 0 if fresh and said.words >= _WHOLE else -1 if said.words >= _WHOLE else -2
    sure = (analysis.confidence >= _LIKELY) + (analysis.confidence >= _CLEARLY)
    leans = said.back or said.surely or said.also or said.does
    if not sure and said.words >= _WHOLE and not leans and _likeness(old, analysis) < _HARDLY:
        return 1 + (said.words > _WHOLE)  # whatever it is, it is hardly that
    if own is old:
        return sure if fresh else 0
    differs = 1 if old is Category.OTHER or any({own, old} <= alike for alike in _ALIKE) else 2
    points = sure + (differs if sure else 0) + _is_own(ongoing, analysis, said)
    # Of a few words out of the middle, understanding makes anything.
    return points if fresh or said.words >= _WHOLE else min(points, 2)


def _likeness(old: Category, analysis: Analysis) -> float:
    return next((guess.confidence for guess in analysis.guesses if guess.category is old), 0.0)


def _by_place(turn: Turn, ongoing: Ongoing, analysis: Analysis) -> int:
    """Another place is another matter, unless the office that has answered may have asked where else."""
    here, there = ongoing.facts.lineage, analysis.place.lineage if analysis.place else ()
    telling = analysis.category is not Category.OTHER and analysis.confidence >= _LIKELY
    if there and not (here or telling) and turn.conversation.stage is Stage.PLACE:
        return -2  # that is what we asked
    if not (here and there) or turn.known.latest is None or turn.known.latest.answers:
        return 0
    # Whom somebody looks for may be seen anywhere.
    return 0 if there[0] in here or here[0] in there or ongoing.facts.category in _SOUGHT else 3


def _by_time(age: timedelta, said: Wording, *, own: bool) -> int:
    """What comes at once goes on with what was just said, unless it tells another matter whole (own)."""
    if age <= _SOON:
        return -1 if own or age > _AT_ONCE else -3
    leans = said.back or said.surely or said.also
    return (age > _LATER) + 2 * (age > _A_DAY) - (leans and age > _LATER)


def _is_empty(turn: Turn, ongoing: Ongoing, age: timedelta) -> bool:
    """Whether nobody has said yet what it is about: a picture or a pin, or a few words just now that tell nothing."""
    words = turn.conversation.topic
    untold = not words if age > _SOON else len(words) <= _EMPTY
    return ongoing.facts.category is Category.OTHER and untold and age <= _LATER


def _is_own(ongoing: Ongoing, analysis: Analysis, said: Wording) -> bool:
    clear = analysis.confidence >= _CLEARLY and analysis.category not in {Category.OTHER, ongoing.facts.category}
    return clear and (said.introduces or said.mine or said.announces)


def _must_ask(turn: Turn, ongoing: Ongoing, analysis: Analysis, said: Wording) -> bool:
    """Whether a matter of its own that is sensitive would come into a report that is not."""
    if ongoing.facts.sensitive or not understood.seals(analysis):
        return False
    empty = _is_empty(turn, ongoing, turn.world.now - ongoing.filed_at)
    leans = (said.back or said.surely) and not (said.mine or analysis.flagged)
    own = analysis.confidence >= _CLEARLY or (analysis.flagged and said.introduces) or said.mine
    return own and not empty and not leans
