"""What is said beside a tip and only goes on with it is heard as the tip is: no civilian reads it, nor oversight.

"His little son trains with weapons" by itself is for the child desk, "he was an officer once" for oversight.
"""

from dataclasses import replace
from typing import Final

from bot import conversation
from bot.nlp import tips
from bot.taxonomy import OF_THINGS, RULES
from bot.vocabulary import Analysis, Category, Guess, Known, Ongoing, Urgency

_AS_SURE: Final = 0.6
_CHILDS: Final = frozenset({Category.CHILD_PROTECTION, Category.WEAPONS_GUNFIRE})


def heard(known: Known, analysis: Analysis | None) -> Analysis | None:
    """The analysis, as one of a tip where it only goes on with the one that is talked about."""
    ongoing = conversation.about(known.conversation, known.latest)
    if analysis is None or ongoing is None or not goes_on(ongoing, analysis):
        return analysis
    plain = replace(analysis, guesses=(Guess(Category.EXTREMISM, _AS_SURE),), sensitive=False, minor=False)
    return replace(plain, about_police=False, insiders=(), flagged=False)


def goes_on(ongoing: Ongoing, analysis: Analysis) -> bool:
    """Whether words beside a tip say no more, and sound of nothing that others must hear of: shots, a wish, a theft."""
    wishes = analysis.fear or analysis.woman_officer or analysis.no_reply or analysis.flight
    if ongoing.facts.category is not Category.EXTREMISM or wishes or analysis.urgency is Urgency.EMERGENCY:
        return False
    best = analysis.guesses[0]
    unsure = best.confidence < _AS_SURE or best.category is Category.EXTREMISM
    if tips.arms_the_young(analysis.key):
        return unsure or best.category in _CHILDS
    if analysis.flagged or (RULES[best.category].sensitive and not unsure):
        return False
    # Whoever was of the police and is not any more is none of those who might read it.
    plain = unsure or best.category in OF_THINGS or best.category is Category.OTHER
    return tips.was_of_them(analysis.key) or (plain and tips.says_who(analysis.key))
