"""A report that a message points to and that is not added to: what is known of it, and who may not see it any more."""

from dataclasses import replace

from bot import routing
from bot.decide import apart
from bot.decide.turn import Turn, known_place
from bot.routing.ways import LOCAL
from bot.vocabulary import HELD, Case, Category, Destination, Facts, Ongoing, Reroute, Urgency


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


def parted(turn: Turn, case: Case) -> list[Reroute]:
    """What words that lie elsewhere change of the case that they were said of: whom they name must not see it either.

    Nothing, where they name nobody. A complaint about police keeps the offices around it away as a name does.
    """
    return _parted(turn, as_ongoing(case, known_of(turn, case)), told=facts_of(turn, case) is not None)


def parted_from(turn: Turn, before: Ongoing) -> list[Reroute]:
    """The same of the report before it, of which it may be; not of what few may see: that names somebody of its own."""
    analysis = turn.heard.analysis
    grave = before.facts.urgency is Urgency.EMERGENCY
    return _parted(turn, before) if grave or (analysis is not None and not analysis.sensitive) else []


def _parted(turn: Turn, elder: Ongoing, *, told: bool = True) -> list[Reroute]:
    """told: what is understood of it is known here."""
    analysis, world = turn.heard.analysis, turn.world
    if analysis is None or not (analysis.insiders or analysis.about_police):
        return []
    doubted = replace(elder.facts, insider=True)
    facts = apart.placed(world.directory, apart.known(world.directory, world.gazetteer, doubted, analysis))
    if facts == elder.facts:
        return []
    to = routing.route(world.directory, facts)
    if not told and elder.office not in facts.apart:
        to = Destination(elder.office, elder.desk, HELD)
    return [Reroute(elder.report, to, facts, known_place(turn, facts.lineage))]
