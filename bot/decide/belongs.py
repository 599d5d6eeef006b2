"""Which message is this: a part of the ongoing report, another matter, or one that we must ask about.

Reasons speak for another matter or against it, and each has its points (bot.decide.reasons). Between the two bounds we
are unsure, and then the words are a report of their own and one digit is asked. A wrong merge is the worse error: it
may put what is hers before eyes that must not see it. So sensitive words that seem a matter of their own are never
added unasked to a report that is not sensitive.
"""

from enum import Enum
from typing import Final

from bot import commands
from bot.decide import points, reasons, understood, where, wording
from bot.decide.reasons import Reason
from bot.decide.turn import Turn
from bot.decide.wording import Wording
from bot.vocabulary import Analysis, Category, Flight, Ongoing, Urgency

# Tenths of log odds (bot.decide.points): from which on it is surely another matter, up to which it surely belongs, and
# from which on it only waits. Of dialogues of authors whom no count had seen: docs/model.md.
_APART_FROM: Final = 9
_JOINS_UNTIL: Final = -17
_WAITS_FROM: Final = 0


class Belongs(Enum):
    """JOINS: to the ongoing report. APART: another matter. UNSURE: another, until its teller says otherwise."""

    JOINS = "joins"
    APART = "apart"
    UNSURE = "unsure"


def weigh(turn: Turn) -> Belongs:
    """Where a concern belongs; APART when there is nothing that it could be added to."""
    ongoing, latest = turn.ongoing, turn.known.latest
    if ongoing is None or latest is None or _seeks_whom_it_hides(ongoing, turn.heard.analysis):
        return Belongs.APART
    if _is_surely_of_it(turn, ongoing):
        return Belongs.JOINS
    analysis, replied = turn.heard.analysis, _replies(turn, ongoing)
    near = replied or bool(latest.answers) or turn.world.now - ongoing.filed_at <= reasons.A_DAY
    if not turn.words or analysis is None:
        return Belongs.JOINS if near else Belongs.APART
    if commands.opens_new(turn.words):
        return Belongs.APART
    if turn.message.fragment is not None and turn.message.fragment.index > 1:
        return Belongs.UNSURE  # its beginning is still under way, and with it what it is about
    if where.told(turn).bare:
        return Belongs.JOINS if near else Belongs.APART
    weighed = _weighed(turn, ongoing, analysis)
    # Some reply to whatever stands last: it belongs there unless it tells another matter, and then we ask.
    if replied:
        return Belongs.UNSURE if weighed is Belongs.APART else Belongs.JOINS
    return weighed


def waits(turn: Turn) -> bool:
    """Whether words beside an ongoing report say that their writer waits to hear from us, more or less."""
    ongoing, analysis = turn.ongoing, turn.heard.analysis
    if ongoing is None or analysis is None or not turn.words:
        return False
    held = reasons.all_of(turn, ongoing, said=wording.read(turn.words), analysis=analysis)
    return points.waits(held, turn.conversation, ongoing, analysis) >= _WAITS_FROM


def _replies(turn: Turn, ongoing: Ongoing) -> bool:
    return turn.known.replied is not None and turn.known.replied.report == ongoing.report


def _weighed(turn: Turn, ongoing: Ongoing, analysis: Analysis) -> Belongs:
    said = wording.read(turn.words)
    held = reasons.all_of(turn, ongoing, said=said, analysis=analysis)
    apart = points.apart(held, turn.conversation, ongoing, analysis)
    if apart >= _APART_FROM:
        return Belongs.APART
    if _must_ask(turn, ongoing, analysis, said) and not _answers(held, analysis, said):
        return Belongs.UNSURE
    waits = points.waits(held, turn.conversation, ongoing, analysis)
    return Belongs.JOINS if apart <= _JOINS_UNTIL or waits >= _WAITS_FROM else Belongs.UNSURE


def _is_surely_of_it(turn: Turn, ongoing: Ongoing) -> bool:
    analysis = turn.heard.analysis
    if analysis is not None and analysis.flight is Flight.SOUGHT and ongoing.facts.category in reasons.SOUGHT:
        return True  # whom they look for has fled: all of it goes where she is safe first
    return where.answers(turn) or turn.conversation.echo == turn.echo != ""


def _seeks_whom_it_hides(ongoing: Ongoing, analysis: Analysis | None) -> bool:
    """Whether one tells that she fled and the other looks for her, from one phone: neither may learn of the other."""
    flights = {ongoing.facts.flight, analysis.flight if analysis else Flight.NONE}
    return flights == {Flight.SOUGHT, Flight.OWN}


def _answers(held: frozenset[Reason], analysis: Analysis, said: Wording) -> bool:
    """Whether it is no matter of its own, however it sounds: yes or no to the office's question, or proof of it."""
    if analysis.flagged or said.mine:
        return False
    return Reason.PROVES in held or {Reason.YES, Reason.QUESTIONED} <= held


def _must_ask(turn: Turn, ongoing: Ongoing, analysis: Analysis, said: Wording) -> bool:
    """Whether a matter of its own that is sensitive would come into a report that is not, or an emergency likewise."""
    if reasons.is_empty(turn, ongoing):
        return False
    fresh = said.introduces or said.mine
    likely = analysis.category is not Category.OTHER and analysis.confidence >= reasons.LIKELY
    if analysis.urgency is Urgency.EMERGENCY > ongoing.facts.urgency and fresh and likely:
        return analysis.category is not ongoing.facts.category
    if ongoing.facts.sensitive or not understood.seals(analysis):
        return False
    leans = (said.back or said.surely) and not (said.mine or analysis.flagged)
    own = analysis.confidence >= reasons.CLEARLY or (analysis.flagged and said.introduces) or said.mine
    return own and not leans
