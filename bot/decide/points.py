"""How much each reason counts for a message being another matter than the ongoing report, and for mere waiting.

The points are tenths of log odds, rounded from a logistic regression over the dialogues of bot/nlp/data/sequels, except
three that are too rare there to be learnt: who announces another matter tells one, who says again what they said tells
none, and a report that has told nothing yet takes in whatever comes. `python -m tools.sequels --write` prints them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt
from types import MappingProxyType
from typing import Final

from bot.decide.reasons import Reason
from bot.vocabulary import Analysis, Conversation, Ongoing

_TENTHS: Final = 10
_LEAST: Final = 1e-3  # chance of a kind that is not among the best guesses


@dataclass(frozen=True, slots=True)
class Scale:
    """What speaks for one outcome: in any case, by each reason held, and by `likeness` and `resemblance`."""

    base: int
    likeness: float
    resemblance: float
    points: Mapping[Reason, int]


APART: Final = Scale(
    base=-32,
    likeness=0.0,
    resemblance=-20.9,
    points=MappingProxyType(
        {
            Reason.ANNOUNCES: 40,
            Reason.AT_LENGTH: 11,
            Reason.MINE: 10,
            Reason.WHOLE: 9,
            Reason.CERTAIN: 7,
            Reason.ELSEWHERE: 7,
            Reason.LONG: 7,
            Reason.INTRODUCES: 6,
            Reason.FULLY: 6,
            Reason.ALARMS: 6,
            Reason.FAR: 5,
            Reason.ANOTHER: 5,
            Reason.LOCATES: 4,
            Reason.STRANGE: 4,
            Reason.LATER: 4,
            Reason.FAULT: 3,
            Reason.CLEAR: 3,
            Reason.BACK: 2,
            Reason.OWN: 2,
            Reason.SURE: 1,
            Reason.LEANS: 1,
            Reason.PLACED: 1,
            Reason.BEGINS: 1,
            Reason.MISREAD: -1,
            Reason.OPEN: -2,
            Reason.QUESTIONED: -2,
            Reason.TRAILS: -2,
            Reason.GOES_ON: -2,
            Reason.PROVES: -2,
            Reason.DOES: -3,
            Reason.ASKED_WHERE: -3,
            Reason.EARLY: -3,
            Reason.JOINS: -3,
            Reason.YES: -3,
            Reason.PERHAPS: -3,
            Reason.QUOTES: -4,
            Reason.SHARES: -4,
            Reason.SOON: -4,
            Reason.TAKES_UP: -5,
            Reason.WAITS: -5,
            Reason.KNOWN: -5,
            Reason.FITS: -5,
            Reason.EXPLAINS: -6,
            Reason.ASKS: -6,
            Reason.ANSWERED: -6,
            Reason.LATELY: -6,
            Reason.IDLE: -7,
            Reason.ECHOES: -8,
            Reason.ADDRESSES: -8,
            Reason.UNTOLD: -13,
            Reason.REPEATS: -60,
            Reason.EMPTY: -100,
        }
    ),
)
WAITS: Final = Scale(
    base=-39,
    likeness=-0.5,
    resemblance=-1.2,
    points=MappingProxyType(
        {
            Reason.LATER: 25,
            Reason.ASKS: 18,
            Reason.WAITS: 14,
            Reason.ADDRESSES: 10,
            Reason.ECHOES: 9,
            Reason.UNTOLD: 6,
            Reason.TAKES_UP: 6,
            Reason.GOES_ON: 3,
            Reason.SHARES: 3,
            Reason.MISREAD: 2,
            Reason.LONG: 2,
            Reason.KNOWN: 1,
            Reason.FULLY: 1,
            Reason.ANSWERED: 1,
            Reason.ANOTHER: -1,
            Reason.TRAILS: -1,
            Reason.BACK: -1,
            Reason.WHOLE: -1,
            Reason.INTRODUCES: -2,
            Reason.JOINS: -2,
            Reason.BEGINS: -2,
            Reason.STRANGE: -2,
            Reason.FAULT: -2,
            Reason.OWN: -2,
            Reason.EXPLAINS: -2,
            Reason.FAR: -2,
            Reason.ELSEWHERE: -2,
            Reason.PERHAPS: -2,
            Reason.CLEAR: -3,
            Reason.LEANS: -4,
            Reason.RECENT: -4,
            Reason.IDLE: -4,
            Reason.AT_LENGTH: -5,
            Reason.CERTAIN: -5,
            Reason.SURE: -5,
            Reason.ASKED_WHERE: -5,
            Reason.YES: -5,
            Reason.DOES: -6,
            Reason.MINE: -6,
            Reason.ALARMS: -7,
            Reason.LATELY: -8,
            Reason.FITS: -8,
            Reason.QUOTES: -8,
            Reason.EARLY: -8,
            Reason.SOON: -8,
            Reason.LOCATES: -9,
            Reason.PLACED: -10,
            Reason.QUESTIONED: -10,
        }
    ),
)


def apart(held: frozenset[Reason], conversation: Conversation, ongoing: Ongoing, analysis: Analysis) -> float:
    """How surely it is another matter than the ongoing report, in tenths of log odds."""
    return _total(APART, held, conversation, ongoing, analysis) + _TENTHS * analysis.sequel.apart


def waits(held: frozenset[Reason], conversation: Conversation, ongoing: Ongoing, analysis: Analysis) -> float:
    """How surely it only says that its writer waits to hear from us, in tenths of log odds."""
    return _total(WAITS, held, conversation, ongoing, analysis) + _TENTHS * analysis.sequel.waits


def likeness(ongoing: Ongoing, analysis: Analysis) -> float:
    """The log of the chance that words alone are of the ongoing report's kind."""
    return log(next((g.confidence for g in analysis.guesses if g.category is ongoing.facts.category), 0.0) + _LEAST)


def resemblance(conversation: Conversation, ongoing: Ongoing, analysis: Analysis) -> float:
    """How alike the kinds are that both might be, 0 to 1: Bhattacharyya's coefficient of the guesses."""
    before = {guess.category: guess.confidence for guess in conversation.kinds}
    if ongoing.facts.category not in before:  # somebody has named it since
        before = {ongoing.facts.category: 1.0}
    return sum(sqrt(before.get(guess.category, 0.0) * guess.confidence) for guess in analysis.guesses)


def _total(
    scale: Scale, held: frozenset[Reason], conversation: Conversation, ongoing: Ongoing, analysis: Analysis
) -> float:
    return (
        scale.base
        + sum(scale.points.get(reason, 0) for reason in held)
        + scale.likeness * likeness(ongoing, analysis)
        + scale.resemblance * resemblance(conversation, ongoing, analysis)
    )
