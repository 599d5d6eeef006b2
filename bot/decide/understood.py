"""Turns what was understood into the facts that routing needs. Facts only ever grow graver, never milder."""

from dataclasses import replace
from typing import Final

from bot.taxonomy import RULES
from bot.vocabulary import (
    Analysis,
    Category,
    Facts,
    Guess,
    Language,
    MediumKind,
    Message,
    Place,
    Urgency,
)

_UNSURE: Final = 0.45  # below this the category is a guess, and its own urgency does not count
_WORTH_ASKING: Final = 0.08  # a guess below this is not offered
_OFFERED: Final = 3
# A voice or film that nobody has heard yet may hold anything.
_UNHEARD: Final = frozenset({MediumKind.VOICE, MediumKind.VIDEO})


def analysis_of(message: Message, analysis: Analysis | None) -> Analysis:
    """The analysis, or one that says "look yourself": without words NORMAL, HIGH for a voice or for failed words."""
    if analysis is not None:
        return analysis
    grave = bool(message.text.strip()) or any(medium.kind in _UNHEARD for medium in message.media)
    urgency = Urgency.HIGH if grave else Urgency.NORMAL
    return Analysis(message.text, "", Language.UNKNOWN, (Guess(Category.OTHER, 0.0),), urgency, sensitive=False)


def first(analysis: Analysis, place: Place | None) -> Facts:
    """The facts of a new report."""
    return Facts(
        category=analysis.category,
        urgency=_urgency(analysis),
        sensitive=analysis.sensitive or RULES[analysis.category].sensitive,
        lineage=place.lineage if place else (),
        about_police=analysis.about_police,
        woman_officer=analysis.woman_officer,
    )


def better(old: Facts, analysis: Analysis | None) -> Facts:
    """The facts after more was said (the place apart)."""
    if analysis is None:
        return old
    return replace(
        old,
        category=_category(old, analysis),
        urgency=max(old.urgency, _urgency(analysis)),
        sensitive=old.sensitive or analysis.sensitive,
        about_police=old.about_police or analysis.about_police,
        woman_officer=old.woman_officer or analysis.woman_officer,
    )


def _urgency(analysis: Analysis) -> Urgency:
    own = RULES[analysis.category].urgency if analysis.confidence >= _UNSURE else Urgency.NORMAL
    return max(analysis.urgency, own)


def _category(old: Facts, analysis: Analysis) -> Category:
    if analysis.sensitive and not old.sensitive:
        return analysis.category
    clearer = old.category is Category.OTHER and analysis.confidence >= _UNSURE
    return analysis.category if clearer else old.category


def placed(old: Facts, place: Place | None, *, said: bool) -> Facts:
    """The facts with a place: one pinned or answered (`said`) replaces another, one merely mentioned only if finer.

    What the old place lies in says nothing new: a pin knows the district where words knew the quarter.
    """
    if place is None or _within(old.lineage, place.lineage):
        return old
    finer = _within(place.lineage, old.lineage)
    return replace(old, lineage=place.lineage) if said or finer else old


def _within(inner: tuple[str, ...], outer: tuple[str, ...]) -> bool:
    return len(inner) >= len(outer) and inner[len(inner) - len(outer) :] == outer


def called(old: Facts, category: Category) -> Facts:
    """The facts after the reporter chose a category."""
    rule = RULES[category]
    return replace(
        old, category=category, urgency=max(old.urgency, rule.urgency), sensitive=old.sensitive or rule.sensitive
    )


def doubts(analysis: Analysis, facts: Facts) -> tuple[Category, ...]:
    """Up to three categories worth asking about, best first; () when sure, sensitive, in a hurry, or all one desk.

    Of sensitive ones only the best is offered: all of them bear the same neutral label.
    """
    if analysis.confidence >= _UNSURE or facts.sensitive or facts.urgency is Urgency.EMERGENCY:
        return ()
    likely = [guess.category for guess in analysis.guesses if guess.confidence >= _WORTH_ASKING]
    private = [category for category in likely if RULES[category].sensitive]
    offered = [category for category in likely if category is not Category.OTHER and category not in private[1:]]
    offered = offered[:_OFFERED]
    desks = {RULES[category].desk for category in offered} | {RULES[facts.category].desk}
    return tuple(offered) if len(desks) > 1 else ()
