"""A report that a message points to and that is not added to: what is known of it, and who may not see it any more."""

from dataclasses import replace
from typing import Final

from bot import routing
from bot.decide import apart, understood, where
from bot.decide.turn import Turn, known_place
from bot.nlp import readers
from bot.routing.ways import LOCAL
from bot.taxonomy import RULES
from bot.vocabulary import HELD, Analysis, Case, Category, Destination, Facts, Flight, Ongoing, Reroute, Urgency

# What may tell of her, before anybody says what befell her.
_OF_SOMEBODY: Final = frozenset(
    {
        Category.MISSING_PERSON,
        Category.KIDNAPPING,
        Category.ASSAULT,
        Category.THREATS_EXTORTION,
        Category.TRIBAL_DISPUTE,
        Category.PROPERTY_DISPUTE,
        Category.COMMUNITY_TENSION,
        Category.PUBLIC_NUISANCE,
        Category.OTHER,
    }
)


def facts_of(turn: Turn, case: Case) -> Facts | None:
    """What is known of a case: by the conversation, by its own code, or by its cards; None where they are sealed."""
    talk = turn.conversation
    question = talk.overtaken.ongoing if talk.overtaken is not None else None
    for remembered in (talk.ongoing, talk.before, question):
        if remembered is not None and remembered.report == case.report:
            return remembered.facts
    facts = case.coded.facts if case.coded is not None else case.facts
    if facts is None:
        return None
    place = known_place(turn, facts.lineage)
    return replace(facts, lineage=place.lineage if place is not None else ())


def as_ongoing(case: Case, facts: Facts) -> Ongoing:
    """The case as a conversation about it would remember it. Its code nobody knows."""
    return Ongoing(case.report, case.number, "", facts, case.office, case.desk, case.opened_at)


def known_of(turn: Turn, case: Case) -> Facts:
    """The facts of a case; of one that only people can read, that few may, and who covers its place if they have it."""
    facts = facts_of(turn, case) or Facts(Category.OTHER, Urgency.NORMAL, sensitive=True)
    office = turn.world.directory.offices.get(case.office)
    here = not facts.lineage and office is not None and office.kind in LOCAL
    return replace(facts, origin=case.office) if here else facts


def of_its_kind(turn: Turn, facts: Facts) -> Facts:
    """The facts of a case that only people read, as if it were of the kind that is told now."""
    analysis = turn.heard.analysis
    kind = analysis.category if analysis is not None else Category.OTHER
    return replace(facts, category=kind if RULES[kind].sensitive else Category.OTHER)


def is_idle(effect: object, case: Case) -> bool:
    """Whether it only tells anew what people know who read the case: neither whom it names nor that it is urgent."""
    if not isinstance(effect, Reroute) or effect.report != case.report:
        return False
    facts = effect.facts
    return not (facts.apart or facts.minor or facts.woman_officer or facts.urgency > Urgency.NORMAL)


def parted(turn: Turn, case: Case) -> list[Reroute]:
    """What words that lie elsewhere change of the case that they were said of: whom they name must not see it either.

    Nothing, where they name nobody. A complaint about police keeps the offices around it away as a name does.
    """
    return _parted(turn, as_ongoing(case, known_of(turn, case)), told=facts_of(turn, case) is not None)


def parted_from(turn: Turn, before: Ongoing, *, perhaps_one: bool = True) -> list[Reroute]:
    """The same of the report before it. perhaps_one: nobody knows whether it is of that; usually nobody ever tells.

    What few may see names somebody of its own, so a plain matter that lies with nobody whom it names is left there.
    She who fled or is beaten was perhaps told of before in other words. What is surely another matter takes only what
    is hers away, and only from the very office that it names; and whatever lies with whom it says to have answered it.
    """
    analysis = turn.heard.analysis
    if analysis is None:
        return []
    hers, theirs = _is_hers(before.facts), apart.tells_of_theirs(before.facts, analysis)
    by_name = theirs or _names_its_office(turn, before)
    facts = _as_hers(before.facts, analysis) if perhaps_one else before.facts
    grave = before.facts.urgency is Urgency.EMERGENCY
    doubted = perhaps_one and (hers or grave or by_name or not analysis.sensitive)
    if _names(analysis) and (doubted or (by_name and (hers or theirs or readers.reads_hers(analysis.insiders)))):
        facts = _kept_away(turn, before, facts)
    return _moved(turn, before, facts)


def _is_hers(facts: Facts) -> bool:
    return facts.sensitive or facts.woman_officer


def _as_hers(elder: Facts, analysis: Analysis) -> Facts:
    """The elder's facts, of few where it may tell of her whom the words surely speak of, above all of her flight.

    An emergency stays with who can come, unless she fled.
    """
    grave = elder.urgency is Urgency.EMERGENCY
    surely = analysis.flight is not Flight.NONE or (not grave and understood.is_surely_hers(analysis))
    if elder.sensitive or elder.category not in _OF_SOMEBODY or not surely:
        return elder
    return replace(elder, sensitive=True, flight=analysis.flight)


def _names(analysis: Analysis) -> bool:
    return bool(analysis.insiders) or analysis.about_police


def _names_its_office(turn: Turn, elder: Ongoing) -> bool:
    """Whether the words alone, and the place that they tell, keep the elder's own office away."""
    world, analysis = turn.world, turn.heard.analysis
    bare = replace(elder.facts, lineage=(), origin="", apart=(), insider=False, about_police=False)
    said = understood.placed(understood.better(bare, analysis), where.told(turn).place, said=False)
    known = apart.known(world.directory, world.gazetteer, said, analysis)
    return elder.office in apart.answered(world.directory, known, elder, analysis).apart


def _parted(turn: Turn, elder: Ongoing, *, told: bool) -> list[Reroute]:
    """told: what is understood of it is known here."""
    analysis = turn.heard.analysis
    if analysis is None or not _names(analysis):
        return []
    return _moved(turn, elder, _kept_away(turn, elder, elder.facts), told=told)


def _kept_away(turn: Turn, elder: Ongoing, facts: Facts) -> Facts:
    """These facts of the elder with whom the words name apart, who covers its own place, and who answers it."""
    world, analysis = turn.world, turn.heard.analysis
    known = apart.known(world.directory, world.gazetteer, replace(facts, insider=True), analysis)
    return apart.answered(world.directory, apart.placed(world.directory, known), elder, analysis)


def _moved(turn: Turn, elder: Ongoing, facts: Facts, *, told: bool = True) -> list[Reroute]:
    if facts == elder.facts:
        return []
    to = routing.route(turn.world.directory, facts)
    if not told and elder.office not in facts.apart:
        to = Destination(elder.office, elder.desk, HELD)
    return [Reroute(elder.report, to, facts, known_place(turn, facts.lineage))]
