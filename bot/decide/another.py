"""A report that a message points to and that is not the one they talk about: what is known of it."""

from dataclasses import replace

from bot.decide.turn import Turn, known_place
from bot.vocabulary import Case, Category, Facts, Ongoing, Urgency


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


def few_may_read(facts: Facts | None) -> Facts:
    """The facts of a case, or of one that only people can read: at least that few may."""
    return facts or Facts(Category.OTHER, Urgency.NORMAL, sensitive=True)
