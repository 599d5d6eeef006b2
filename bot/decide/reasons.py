"""What can be said for a message being another matter than the ongoing report, or part of it.

How much each counts is another question: bot.decide.points.
"""

from collections.abc import Iterator
from datetime import timedelta
from enum import Enum
from typing import Final

from bot import commands
from bot.decide import fitting, understood, waiting, wording
from bot.decide.turn import Turn
from bot.decide.wording import Wording
from bot.taxonomy import RULES
from bot.vocabulary import Analysis, Case, Category, Ongoing, Stage

CLEARLY: Final = 0.6
LIKELY: Final = 0.45
SURELY: Final = 0.8
CERTAINLY: Final = 0.93
_HARDLY: Final = 0.1
_PERHAPS: Final = 0.05
_WHOLE: Final = 5  # words that tell a matter whole
_FULLY: Final = 7
_LONG: Final = 8
_AT_LENGTH: Final = 10
_EMPTY: Final = 1  # telling words of a report that has hardly told anything yet
_SOON: Final = timedelta(minutes=10)
_EARLY: Final = timedelta(minutes=30)
_LATER: Final = timedelta(hours=2)
A_DAY: Final = timedelta(hours=24)

# Of a thing or of what befell it: whoever "he" is, there he was not told of.
OF_THINGS: Final = frozenset(
    {
        Category.PUBLIC_INFRASTRUCTURE,
        Category.PUBLIC_NUISANCE,
        Category.TRAFFIC_SAFETY,
        Category.FIRE_MEDICAL,
        Category.EXPLOSIVE_HAZARD,
    }
)
SOUGHT: Final = frozenset({Category.MISSING_PERSON, Category.KIDNAPPING})
# Kinds that understanding takes for one another when it reads a few words out of the middle.
_ALIKE: Final = (
    frozenset({Category.DOMESTIC_VIOLENCE, Category.HARASSMENT, Category.CHILD_PROTECTION, Category.SELF_HARM}),
    frozenset({Category.ELECTRONIC_BLACKMAIL, Category.HARASSMENT, Category.THREATS_EXTORTION}),
    frozenset({Category.ASSAULT, Category.WEAPONS_GUNFIRE, Category.TRIBAL_DISPUTE, Category.THREATS_EXTORTION}),
    frozenset({Category.KIDNAPPING, Category.MISSING_PERSON, Category.HUMAN_TRAFFICKING, Category.CHILD_PROTECTION}),
    frozenset({Category.PUBLIC_INFRASTRUCTURE, Category.PUBLIC_NUISANCE, Category.TRAFFIC_SAFETY}),
    frozenset({Category.EXPLOSIVE_HAZARD, Category.WEAPONS_GUNFIRE, Category.EXTREMISM, Category.FIRE_MEDICAL}),
)

# Nobody's deed but a thing's state: hardly ever read into a part of somebody's story.
_FAULTS: Final = frozenset({Category.PUBLIC_INFRASTRUCTURE, Category.PUBLIC_NUISANCE})
_OFTEN_MISREAD: Final = frozenset(
    {Category.KIDNAPPING, Category.FIRE_MEDICAL, Category.HUMAN_TRAFFICKING, Category.EXTREMISM, Category.SELF_HARM}
)


class Reason(Enum):
    """What one can say for another matter, or against it."""

    ANNOUNCES = "it announces another matter"
    REPORTS = "it says that it reports"
    ANOTHER = "another one of something"
    GOES_ON = "it goes on, by its own word"
    BACK = "it points at whom it does not name"
    DOES = "it begins with what somebody does"
    LEANS = "some word of it leans on what was told"
    LATELY = "it begins with now, today, last night"
    RECENT = "it says when, and that is of late"
    KNOWN = "it begins with the door, and told of none"
    JOINS = "it joins what it tells by and"
    EXPLAINS = "it says why"
    QUOTES = "it tells what somebody answered"
    INTRODUCES = "it introduces somebody or something"
    BEGINS = "it begins with a verb of harm, as stories do"
    LOCATES = "it says where, as stories do"
    MINE = "it begins with one's own people or things"
    TAKES_UP = "it says the car, where a car was told of"
    SHARES = "it says a word that was said before"
    REPEATS = "it says again what was said"
    PROVES = "it offers proof"
    ADDRESSES = "it speaks to us, of how to go about it"
    ASKS = "it asks something"
    WAITS = "it begins by asking how things stand"
    OPEN = "the report is sensitive, and it is not"
    TRAILS = "it ends on her, of it"
    WHOLE = "enough words to tell a matter"
    FULLY = "more words than that"
    LONG = "many words"
    AT_LENGTH = "very many words"
    YES = "it begins with yes or no, and the office has spoken"
    ANSWERED = "the office has spoken"
    QUESTIONED = "the office has asked"
    FITS = "it says what the office has asked for"
    ECHOES = "it says a word that the office has said"
    CERTAIN = "certainly a concern of another kind"
    SURE = "surely a concern of another kind"
    CLEAR = "clearly a concern of another kind"
    PERHAPS = "of another kind, but perhaps of the same"
    STRANGE = "hardly of the same kind"
    FAR = "of another group of kinds"
    UNTOLD = "no kind of concern"
    IDLE = "hardly a concern at all"
    FAULT = "it tells of a fault or nuisance, where there was none"
    MISREAD = "of a kind that a part of a story is often taken for"
    OWN = "clearly another kind, and its people are introduced"
    ALARMS = "it alarms by itself"
    PLACED = "it names a place"
    ELSEWHERE = "at another place"
    SOON = "within ten minutes"
    EARLY = "within half an hour"
    LATER = "after two hours"
    EMPTY = "the report has told nothing yet"
    ASKED_WHERE = "it names a place where we asked for one"


def all_of(turn: Turn, ongoing: Ongoing, *, said: Wording, analysis: Analysis) -> frozenset[Reason]:
    """All that can be said for words being another matter than the ongoing report, or part of it."""
    age = turn.world.now - ongoing.filed_at
    return frozenset(
        (
            *_by_wording(turn, said),
            *_by_length(said),
            *_by_office(turn, turn.known.latest),
            *_by_kind(ongoing, analysis, said),
            *_by_place(turn, ongoing, analysis),
            *_by_time(age),
            *((Reason.EMPTY,) if is_empty(turn, ongoing) else ()),
        )
    )


def is_empty(turn: Turn, ongoing: Ongoing) -> bool:
    """Whether nobody has said yet what it is about: a picture or a pin, or a few words just now that tell nothing."""
    age, words = turn.world.now - ongoing.filed_at, turn.conversation.topic
    untold = not words if age > _SOON else len(set(words) - wording.UNTELLING) <= _EMPTY
    return ongoing.facts.category is Category.OTHER and untold and age <= _LATER


def _by_wording(turn: Turn, said: Wording) -> Iterator[Reason]:
    takes_up = wording.takes_up(turn.words, turn.conversation.topic, without=_named(turn))
    fresh = said.introduces or said.mine
    held = {
        Reason.ANNOUNCES: said.announces,
        Reason.REPORTS: said.reports,
        Reason.ANOTHER: said.another,
        Reason.GOES_ON: said.surely,
        Reason.BACK: said.back,
        Reason.DOES: said.does and not fresh,
        Reason.LEANS: said.leans,
        Reason.LATELY: said.lately,
        Reason.RECENT: said.recent and not said.lately,
        Reason.KNOWN: said.known,
        Reason.JOINS: said.joins,
        Reason.EXPLAINS: said.explains,
        Reason.QUOTES: said.quotes,
        Reason.INTRODUCES: said.introduces,
        Reason.BEGINS: said.begins,
        Reason.LOCATES: said.locates,
        Reason.MINE: said.mine and not takes_up,
        Reason.TAKES_UP: takes_up,
        Reason.REPEATS: wording.repeats(turn.words, turn.conversation.topic, without=_named(turn)),
        Reason.SHARES: wording.shares(turn.words, turn.conversation.topic, without=_named(turn)),
        Reason.PROVES: said.proves,
        Reason.ADDRESSES: said.addresses,
        Reason.ASKS: waiting.is_question(turn.words),
        Reason.WAITS: waiting.begins(turn.words),
        Reason.TRAILS: said.trails and not said.mine,
    }
    return (reason for reason, holds in held.items() if holds)


def _by_length(said: Wording) -> Iterator[Reason]:
    held = {
        Reason.WHOLE: said.words >= _WHOLE and not (said.back or said.surely or said.does),
        Reason.FULLY: said.words >= _FULLY,
        Reason.LONG: said.words >= _LONG,
        Reason.AT_LENGTH: said.words >= _AT_LENGTH,
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
    if fitting.has_asked(latest.last_answer):
        yield Reason.QUESTIONED
    if fitting.fits(latest.last_answer, turn.words):
        yield Reason.FITS
    if commands.starts_with_answer(turn.words):
        yield Reason.YES
    if wording.shares(turn.words, wording.topic(latest.last_answer), without=_named(turn)):
        yield Reason.ECHOES


def _by_kind(ongoing: Ongoing, analysis: Analysis, said: Wording) -> Iterator[Reason]:
    """How clearly it tells a concern of its own, and whether that is another kind than before."""
    own, old = analysis.category, ongoing.facts.category
    if analysis.flagged:
        yield Reason.ALARMS
    if own is Category.OTHER:
        yield Reason.UNTOLD
        if understood.idle(analysis, understood.first(analysis, analysis.place)):
            yield Reason.IDLE
    elif own is not old:
        yield from _by_another_kind(ongoing, analysis, said)


def _by_another_kind(ongoing: Ongoing, analysis: Analysis, said: Wording) -> Iterator[Reason]:
    own, old, surely = analysis.category, ongoing.facts.category, analysis.confidence
    whole = said.words >= _WHOLE or said.introduces or said.mine or analysis.place is not None
    strange = whole and not any({own, old} <= kinds for kinds in _ALIKE)
    likeness = next((guess.confidence for guess in analysis.guesses if guess.category is old), 0.0)
    held = {
        Reason.CLEAR: surely >= CLEARLY,
        Reason.SURE: surely >= SURELY,
        Reason.CERTAIN: surely >= CERTAINLY,
        Reason.PERHAPS: likeness >= _PERHAPS and old is not Category.OTHER,
        Reason.OPEN: surely >= LIKELY and ongoing.facts.sensitive and not RULES[own].sensitive,
        Reason.STRANGE: strange and likeness < _HARDLY,
        Reason.FAR: strange and surely >= LIKELY and RULES[own].group != RULES[old].group,
        Reason.FAULT: own in _FAULTS and old not in _FAULTS and not said.back,
        Reason.MISREAD: own in _OFTEN_MISREAD,
        Reason.OWN: surely >= CLEARLY and (said.introduces or said.mine),
    }
    yield from (reason for reason, holds in held.items() if holds)


def _by_place(turn: Turn, ongoing: Ongoing, analysis: Analysis) -> Iterator[Reason]:
    """Another place is another matter, unless the office may have asked where else."""
    here, there = ongoing.facts.lineage, analysis.place.lineage if analysis.place else ()
    if there:
        yield Reason.PLACED
    telling = analysis.category is not Category.OTHER and analysis.confidence >= LIKELY
    if there and not (here or telling) and turn.conversation.stage is Stage.PLACE:
        yield Reason.ASKED_WHERE
    if not (here and there):
        return
    apart = there[0] not in here and here[0] not in there
    latest = turn.known.latest
    asked = latest is not None and fitting.has_asked(latest.last_answer)
    if apart and ongoing.facts.category not in SOUGHT and not asked:
        yield Reason.ELSEWHERE  # but whom somebody looks for may be seen anywhere


def _by_time(age: timedelta) -> Iterator[Reason]:
    """What comes at once goes on with what was just said, the later the less."""
    held = {
        Reason.SOON: age <= _SOON,
        Reason.EARLY: age <= _EARLY,
        Reason.LATER: age > _LATER,
    }
    return (reason for reason, holds in held.items() if holds)
