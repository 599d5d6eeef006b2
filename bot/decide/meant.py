"""Which of a reporter's reports a wish is about: the one whose code stands beside it, else the one talked about."""

from dataclasses import replace

from bot import tickets
from bot.decide import another
from bot.decide.turn import Turn
from bot.vocabulary import Ongoing


def coded(turn: Turn) -> Ongoing | None:
    """The report whose code stands here, as a talk about it would remember it; None where that is talked about."""
    case, ongoing = turn.known.by_code, turn.ongoing
    if case is None or not case.code or (ongoing is not None and ongoing.report == case.report):
        return None
    return replace(another.as_ongoing(case, another.known_of(turn, case)), code=case.code)


def by_short_code(turn: Turn) -> Ongoing | None:
    """The same, of one that leads to its reporter: sixteen digits are of one that does not."""
    named = coded(turn)
    return None if named is None or tickets.is_long(named.code) else named


def is_unknown(turn: Turn) -> bool:
    """Whether a code stands here that opens nothing: what it was to be about is not the one talked about."""
    return bool(turn.heard.codes) and turn.known.by_code is None
