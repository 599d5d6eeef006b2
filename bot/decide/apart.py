"""Which offices must never see a report, because it names them, or somebody who may work there.

Named is an office by its own name, in any of its languages, or by the place of a station or an officer: whoever covers
that place. And where anybody is named at all, the forum that covers the report's own place: nobody can tell whom an
officer knows there. So it is where a text only sounds of such people: then its words name no office, whatever they are
("national card"), but every place that it may mean counts. What was once apart stays so, whatever is said later.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from bot.nlp import normalise, places
from bot.nlp.gazetteer import Gazetteer
from bot.nlp.stems import stem
from bot.routing import local
from bot.vocabulary import UNNAMED, Analysis, Directory, Facts, Place

# What the names of offices are made of besides the name of their place.
_GENERIC: Final = frozenset(
    stem(word)
    for word in normalise.key(
        "منتدى المنتدى مكتب محافظة مركز شرطة الشرطة المجتمعية المجتمعي قسم دائرة مديرية مدينة ناحية قضاء حي تجريبي "
        "نووسینگەی نووسینگە پارێزگای پارێزگا کۆڕی کۆڕ بنکەی بنکە پۆلیسی پۆلیس شاری تاقیکاری کۆمەڵگەیی مەکۆی "
        "forum office governorate police station community city district centre center demo desk of the"
    ).split()
)
_SHORTEST: Final = 3


def known(directory: Directory, gazetteer: Gazetteer, facts: Facts, *analyses: Analysis | None) -> Facts:
    """The facts with every office in `apart` that these texts name, and those that `placed` adds."""
    theirs = [analysis for analysis in analyses if analysis is not None and analysis.insiders]
    if not theirs:
        return placed(directory, facts)
    named = [code for analysis in theirs for code in _kept_from(directory, gazetteer, analysis)]
    return placed(directory, replace(facts, insider=True, apart=_grown(facts.apart, named)))


def placed(directory: Directory, facts: Facts) -> Facts:
    """The facts with the offices in `apart` that are in doubt where it lies, once it names anybody at all."""
    if not (facts.insider or facts.about_police):
        return facts
    doubtful = [office.code for office in local(directory, facts.lineage)]
    if not facts.lineage and facts.origin in directory.offices:
        doubtful.append(facts.origin)
    return replace(facts, apart=_grown(facts.apart, doubtful))


def beside(directory: Directory, facts: Facts, elder: Facts | None, *, surely: bool) -> Facts:
    """The facts of what lies apart from a report that it is of, surely or perhaps.

    Whom that one names does not see this one, nor, where this one names anybody, does who covers that one's place.
    """
    named = facts.insider or facts.about_police
    if elder is None or not (surely or named):
        return facts
    theirs = placed(directory, replace(elder, insider=True)) if named else elder
    return replace(facts, apart=_grown(facts.apart, theirs.apart))


def _grown(old: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({*old, *more}))


def _kept_from(directory: Directory, gazetteer: Gazetteer, analysis: Analysis) -> Iterator[str]:
    for phrase in analysis.insiders:
        if phrase == UNNAMED:
            yield from _around(directory, analysis.places)
        else:
            yield from _named(directory, gazetteer, phrase)


def _around(directory: Directory, meant: Sequence[Place]) -> Iterator[str]:
    for place in meant:
        yield from (office.code for office in local(directory, place.lineage))


def _named(directory: Directory, gazetteer: Gazetteer, phrase: str) -> Iterator[str]:
    said = frozenset(stem(word) for word in phrase.split())
    for office in directory.offices.values():
        if any(name <= said for name in _names(tuple(office.names.values()))):
            yield office.code
    yield from _around(directory, places.find(gazetteer, phrase, phrase).candidates)


@lru_cache(maxsize=1_000)
def _names(names: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """Each way to name an office, as stems without what all names share; "A and B" is named by either."""
    found = []
    for name in names:
        for part in normalise.key(name).replace(" and ", " و").split(" و"):
            own = frozenset(word for word in map(stem, part.split()) if word not in _GENERIC and len(word) >= _SHORTEST)
            found.append(own)
    return tuple(dict.fromkeys(own for own in found if own))
