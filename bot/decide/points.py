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
    resemblance=-22.7,
    points=MappingProxyType(
        {
            Reason.ANNOUNCES: 40,
            Reason.AT_LENGTH: 11,
            Reason.MINE: 10,
            Reason.WHOLE: 8,
            Reason.CERTAIN: 7,
            Reason.LATER: 7,
            Reason.ELSEWHERE: 6,
            Reason.LONG: 6,
            Reason.ANOTHER: 6,
            Reason.ALARMS: 5,
            Reason.LOCATES: 5,
            Reason.INTRODUCES: 5,
            Reason.FULLY: 5,
            Reason.FAR: 4,
            Reason.STRANGE: 4,
            Reason.FAULT: 3,
            Reason.CLEAR: 3,
            Reason.SURE: 3,
            Reason.REPORTS: 2,
            Reason.OWN: 2,
            Reason.BACK: 1,
            Reason.BEGINS: 1,
            Reason.GOES_ON: -1,
            Reason.TRAILS: -1,
            Reason.PROVES: -1,
            Reason.MISREAD: -1,
            Reason.RECENT: -1,
            Reason.OPEN: -2,
            Reason.DOES: -3,
            Reason.ASKED_WHERE: -3,
            Reason.EXPLAINS: -3,
            Reason.QUESTIONED: -3,
            Reason.SOON: -3,
            Reason.JOINS: -3,
            Reason.EARLY: -3,
            Reason.QUOTES: -4,
            Reason.PERHAPS: -4,
            Reason.FITS: -4,
            Reason.SHARES: -4,
            Reason.LATELY: -4,
            Reason.YES: -4,
            Reason.KNOWN: -5,
            Reason.ANSWERED: -5,
            Reason.TAKES_UP: -5,
            Reason.WAITS: -7,
            Reason.ASKS: -7,
            Reason.IDLE: -7,
            Reason.ADDRESSES: -9,
            Reason.ECHOES: -11,
            Reason.UNTOLD: -13,
            Reason.REPEATS: -60,
            Reason.EMPTY: -100,
        }
    ),
)
WAITS: Final = Scale(
    base=-38,
    likeness=-0.0,
    resemblance=-3.1,
    points=MappingProxyType(
        {
            Reason.LATER: 24,
            Reason.ASKS: 18,
            Reason.WAITS: 16,
            Reason.ADDRESSES: 12,
            Reason.ECHOES: 10,
            Reason.TAKES_UP: 7,
            Reason.UNTOLD: 5,
            Reason.SHARES: 3,
            Reason.GOES_ON: 3,
            Reason.ANSWERED: 2,
            Reason.KNOWN: 2,
            Reason.LONG: 1,
            Reason.FAULT: -1,
            Reason.ANOTHER: -1,
            Reason.INTRODUCES: -1,
            Reason.OWN: -1,
            Reason.OPEN: -1,
            Reason.TRAILS: -1,
            Reason.PERHAPS: -1,
            Reason.JOINS: -1,
            Reason.EXPLAINS: -1,
            Reason.WHOLE: -1,
            Reason.BACK: -1,
            Reason.STRANGE: -2,
            Reason.FAR: -2,
            Reason.BEGINS: -2,
            Reason.LEANS: -3,
            Reason.SURE: -3,
            Reason.ELSEWHERE: -3,
            Reason.IDLE: -4,
            Reason.RECENT: -4,
            Reason.AT_LENGTH: -4,
            Reason.CLEAR: -4,
            Reason.ALARMS: -6,
            Reason.MINE: -6,
            Reason.SOON: -7,
            Reason.ASKED_WHERE: -7,
            Reason.YES: -7,
            Reason.DOES: -7,
            Reason.CERTAIN: -7,
            Reason.FITS: -8,
            Reason.LATELY: -9,
            Reason.LOCATES: -9,
            Reason.EARLY: -10,
            Reason.QUOTES: -10,
            Reason.QUESTIONED: -12,
            Reason.PLACED: -13,
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
