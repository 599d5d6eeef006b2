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
from bot.vocabulary import Analysis, Conversation, Ongoing, Sequel

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
    base=-24,
    likeness=0.1,
    resemblance=-17.1,
    points=MappingProxyType(
        {
            Reason.ANNOUNCES: 40,
            Reason.AT_LENGTH: 8,
            Reason.MINE: 7,
            Reason.WHOLE: 6,
            Reason.CERTAIN: 5,
            Reason.LATER: 5,
            Reason.LONG: 5,
            Reason.ANOTHER: 4,
            Reason.ELSEWHERE: 4,
            Reason.ALARMS: 4,
            Reason.LOCATES: 4,
            Reason.INTRODUCES: 4,
            Reason.FULLY: 3,
            Reason.FAR: 3,
            Reason.STRANGE: 3,
            Reason.FAULT: 2,
            Reason.CLEAR: 2,
            Reason.SURE: 2,
            Reason.REPORTS: 2,
            Reason.OWN: 1,
            Reason.BACK: 1,
            Reason.BEGINS: 1,
            Reason.TRAILS: -1,
            Reason.PROVES: -1,
            Reason.MISREAD: -1,
            Reason.RECENT: -1,
            Reason.OPEN: -1,
            Reason.DOES: -2,
            Reason.ASKED_WHERE: -2,
            Reason.EXPLAINS: -2,
            Reason.QUESTIONED: -2,
            Reason.SOON: -2,
            Reason.JOINS: -2,
            Reason.EARLY: -3,
            Reason.QUOTES: -3,
            Reason.PERHAPS: -3,
            Reason.FITS: -3,
            Reason.SHARES: -3,
            Reason.LATELY: -3,
            Reason.YES: -3,
            Reason.KNOWN: -4,
            Reason.ANSWERED: -4,
            Reason.TAKES_UP: -4,
            Reason.WAITS: -5,
            Reason.ASKS: -5,
            Reason.IDLE: -6,
            Reason.ADDRESSES: -7,
            Reason.ECHOES: -8,
            Reason.UNTOLD: -10,
            Reason.REPEATS: -100,
            Reason.EMPTY: -100,
        }
    ),
)

WAITS: Final = Scale(
    base=-31,
    likeness=0.0,
    resemblance=-2.8,
    points=MappingProxyType(
        {
            Reason.LATER: 22,
            Reason.ASKS: 16,
            Reason.WAITS: 14,
            Reason.ADDRESSES: 11,
            Reason.ECHOES: 9,
            Reason.TAKES_UP: 6,
            Reason.UNTOLD: 4,
            Reason.SHARES: 3,
            Reason.GOES_ON: 3,
            Reason.ANSWERED: 2,
            Reason.KNOWN: 2,
            Reason.LONG: 1,
            Reason.MISREAD: 1,
            Reason.FAULT: -1,
            Reason.ANOTHER: -1,
            Reason.OWN: -1,
            Reason.TRAILS: -1,
            Reason.OPEN: -1,
            Reason.BACK: -1,
            Reason.JOINS: -1,
            Reason.EXPLAINS: -1,
            Reason.WHOLE: -1,
            Reason.PERHAPS: -1,
            Reason.FAR: -1,
            Reason.STRANGE: -2,
            Reason.BEGINS: -2,
            Reason.LEANS: -3,
            Reason.ELSEWHERE: -3,
            Reason.SURE: -3,
            Reason.IDLE: -3,
            Reason.RECENT: -4,
            Reason.CLEAR: -4,
            Reason.AT_LENGTH: -4,
            Reason.ALARMS: -5,
            Reason.MINE: -6,
            Reason.CERTAIN: -6,
            Reason.SOON: -6,
            Reason.YES: -6,
            Reason.ASKED_WHERE: -6,
            Reason.DOES: -6,
            Reason.FITS: -8,
            Reason.LATELY: -8,
            Reason.EARLY: -8,
            Reason.LOCATES: -8,
            Reason.QUOTES: -9,
            Reason.QUESTIONED: -10,
            Reason.PLACED: -11,
        }
    ),
)


def apart(held: frozenset[Reason], conversation: Conversation, ongoing: Ongoing, analysis: Analysis) -> float:
    """How surely it is another matter than the ongoing report, in tenths of log odds."""
    sounds = analysis.sequel.apart + taken_up(conversation, analysis.sequel)
    return _total(APART, held, conversation, ongoing, analysis) + _TENTHS * sounds


def waits(held: frozenset[Reason], conversation: Conversation, ongoing: Ongoing, analysis: Analysis) -> float:
    """How surely it only says that its writer waits to hear from us, in tenths of log odds."""
    return _total(WAITS, held, conversation, ongoing, analysis) + _TENTHS * analysis.sequel.waits


def taken_up(conversation: Conversation, sequel: Sequel) -> float:
    """What the gist of the report's first words says of a text that may lean on it, in log odds of another matter."""
    return sum(one * other for one, other in zip(conversation.gist, sequel.leans, strict=False))


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
