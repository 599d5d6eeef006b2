"""Which message is this: a part of the ongoing report, another matter, or one that we must ask about.

Reasons speak for another matter or against it, and each has its points (bot.decide.reasons). Between the two bounds we
are unsure, and then the words are a report of their own and one digit is asked. A wrong merge is the worse error: it
may put what is hers before eyes that must not see it. So sensitive words that seem a matter of their own are never
added unasked to a report that is not sensitive.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from bot import commands
from bot.decide import points, reasons, understood, where, wording
from bot.decide.reasons import Reason
from bot.decide.turn import Turn
from bot.decide.wording import Wording
from bot.taxonomy import RULES
from bot.vocabulary import Analysis, Category, Flight, Ongoing, Urgency


@dataclass(frozen=True, slots=True)
class Bounds:
    """Tenths of log odds (bot.decide.points). A split costs a tap at the desk and a wrong merge may cost a life.

    apart_from, joins_until: from which on it is surely another matter, and up to which it surely belongs.
    reply_joins_until: the same for a reply to the report: who replies to it means it.
    waits_from: it only waits for us, and belongs. tells_from: then what belongs is told how it stands, too often rather
    than too seldom, which leaves somebody waiting.
    faintly_until: so surely a part that nothing faint in it counts: "a red shirt" was read as one of who is missing.
    """

    apart_from: int
    joins_until: int
    reply_joins_until: int
    waits_from: int
    tells_from: int
    faintly_until: int


# By dialogues of four authors whom nothing had seen (docs/model.md). Of 105 additions in replies 11 sound less like one
# than the bound, of 49 other matters 47.
_READ: Final = Bounds(
    apart_from=5, joins_until=-36, reply_joins_until=-10, waits_from=3, tells_from=-6, faintly_until=-40
)
# What was not read as a whole is heard by the ear and the reasons alone, and so less surely either way.
_UNREAD: Final = Bounds(
    apart_from=5, joins_until=-15, reply_joins_until=-2, waits_from=0, tells_from=-5, faintly_until=-30
)


_PERHAPS_HERS: Final = 0.2


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
    lately = turn.world.now - ongoing.filed_at <= reasons.A_DAY
    near = replied or bool(latest.answers) or lately or turn.conversation.read == ongoing.report
    if not turn.words or analysis is None:
        return Belongs.JOINS if near else Belongs.APART
    if commands.opens_new(turn.words):
        return Belongs.APART
    if turn.message.fragment is not None and turn.message.fragment.index > 1:
        return Belongs.UNSURE  # its beginning is still under way, and with it what it is about
    if where.told(turn).bare:
        return Belongs.JOINS if near else Belongs.APART
    return _weighed(turn, ongoing, analysis, replied=replied)


def waits(turn: Turn) -> bool:
    """Whether words beside an ongoing report say that their writer waits to hear from us, more or less."""
    ongoing, analysis = turn.ongoing, turn.heard.analysis
    if ongoing is None or analysis is None or not turn.words:
        return False
    held = reasons.all_of(turn, ongoing, said=wording.read(turn.words), analysis=analysis)
    return points.waits(held, turn.conversation, ongoing, analysis) >= _bounds(analysis).tells_from


def _bounds(analysis: Analysis) -> Bounds:
    return _READ if analysis.sequel.leans else _UNREAD


def _replies(turn: Turn, ongoing: Ongoing) -> bool:
    return turn.known.replied is not None and turn.known.replied.report == ongoing.report


def _weighed(turn: Turn, ongoing: Ongoing, analysis: Analysis, *, replied: bool) -> Belongs:
    """By its points. A reply speaks for the report, but some reply to whatever stands last: what sounds apart is asked.

    So is, in a reply too, what is sensitive or grave.
    """
    said = wording.read(turn.words)
    held = reasons.all_of(turn, ongoing, said=said, analysis=analysis)
    apart = points.apart(held, turn.conversation, ongoing, analysis)
    bounds = _bounds(analysis)
    if apart >= bounds.apart_from:
        return Belongs.UNSURE if replied else Belongs.APART
    if ongoing.facts.category is Category.EXTREMISM and not understood.stays_a_tip(ongoing.facts, analysis):
        return Belongs.UNSURE  # in one report with it, her desk would read the tip, or theirs what is hers
    waits = points.waits(held, turn.conversation, ongoing, analysis) >= bounds.waits_from
    if not reasons.is_empty(turn, ongoing) and not _answers(held, analysis, said):
        its_own = _is_grave(ongoing, analysis, said) or _is_hers(ongoing, analysis, said)
        belongs = waits or apart <= bounds.faintly_until
        if its_own and not (
            belongs and _is_faint(analysis, said, least=reasons.CERTAINLY if waits else reasons.CLEARLY)
        ):
            return Belongs.UNSURE
        if _may_be_hers(ongoing, analysis) and not waits:
            return Belongs.UNSURE
    until = bounds.reply_joins_until if replied and not _complains(ongoing, analysis) else bounds.joins_until
    return Belongs.JOINS if waits or apart <= until else Belongs.UNSURE


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
    if analysis.flagged or said.mine or _private(analysis) >= reasons.CERTAINLY:
        return False
    return Reason.PROVES in held or {Reason.YES, Reason.QUESTIONED} <= held


def _is_faint(analysis: Analysis, said: Wording, *, least: float) -> bool:
    """Whether what it seems to tell may be misread of a part, or of who waits: no word alarms, nobody is brought in.

    least: how sure it is of sensitive kinds, all together, to be no misreading.
    """
    surely = analysis.confidence >= reasons.CERTAINLY or _private(analysis) >= least
    return not (surely or analysis.flagged or said.introduces or said.mine)


def _is_grave(ongoing: Ongoing, analysis: Analysis, said: Wording) -> bool:
    """Whether it tells an emergency of its own beside a report that is none.

    What alarms by its words beside a thing's fault is one, whoever is in it: there was nobody to lean on.
    """
    kind = analysis.category
    if not analysis.urgency is Urgency.EMERGENCY > ongoing.facts.urgency or kind is ongoing.facts.category:
        return False
    likely = kind is not Category.OTHER and analysis.confidence >= reasons.LIKELY
    alarms = analysis.flagged and ongoing.facts.category in reasons.OF_THINGS
    return likely and (said.introduces or said.mine or alarms)


def _is_hers(ongoing: Ongoing, analysis: Analysis, said: Wording) -> bool:
    """Whether a matter that few may see would come into a report that others see."""
    if ongoing.facts.sensitive or not understood.seals(analysis):
        return False
    of_things, private = ongoing.facts.category in reasons.OF_THINGS, _private(analysis)
    # "She", "my report": but a lamp is no "he", and whoever is surely told of need not be named.
    points_back = said.back or (said.surely and private < reasons.CERTAINLY)
    leans = points_back and not (of_things or said.mine or analysis.flagged)
    surely = (private if of_things else analysis.confidence) >= reasons.CLEARLY
    alarms = analysis.flagged and (of_things or said.introduces or private >= reasons.LIKELY)
    return (surely or alarms or said.mine) and not leans


def _may_be_hers(ongoing: Ongoing, analysis: Analysis) -> bool:
    """Whether it is too short to say what it is, and may be what few may see: "he hit me again", beside a theft."""
    unknown = analysis.category is Category.OTHER
    return unknown and not ongoing.facts.sensitive and _private(analysis) >= _PERHAPS_HERS


def _complains(ongoing: Ongoing, analysis: Analysis) -> bool:
    """Whether it complains of an officer, where nobody did."""
    return (
        analysis.about_police
        and not (ongoing.facts.about_police or ongoing.facts.sensitive)
        and analysis.category is Category.POLICE_MISCONDUCT
        and analysis.confidence >= reasons.LIKELY
    )


def _private(analysis: Analysis) -> float:
    """How surely it is of any sensitive kind: which of them, the model often does not know."""
    return sum(guess.confidence for guess in analysis.guesses if RULES[guess.category].sensitive)
