"""Which offices must never see a report, because it names them, or somebody who may work there.

Named is an office by its own name, in any of its languages (`ours` finds those above the forums), or by the place of
a station or an officer: whoever covers that place. Once the oversight or women's office of the country is named, so is
the one of the place. And where anybody is named at all, the forum that covers the report's own place: nobody can tell
whom an officer knows there. So it is where a text only sounds of such people: then its words name no office, whatever
they are ("national card"), but every place that it may mean counts. What was once apart stays so, whatever is said
later.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from bot.decide import ours
from bot.decide.turn import is_of_few
from bot.nlp import normalise, places, readers
from bot.nlp.gazetteer import Gazetteer
from bot.nlp.stems import stem
from bot.routing import covering, local
from bot.routing.ways import LOCAL
from bot.vocabulary import UNNAMED, Analysis, Category, Directory, Facts, OfficeKind, Ongoing, Place

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
_SERVING: Final = frozenset({OfficeKind.OVERSIGHT, OfficeKind.WOMEN})


def known(directory: Directory, gazetteer: Gazetteer, facts: Facts, *analyses: Analysis | None) -> Facts:
    """The facts with every office in `apart` that these texts name, and those that `placed` adds."""
    heard = [analysis for analysis in analyses if analysis is not None]
    spoken = any(OfficeKind.OVERSIGHT in ours.kinds(analysis) for analysis in heard)
    # Who wants to die must reach a person at once, and not only one who is far away.
    of_few = facts.sensitive and not facts.insider and facts.category is not Category.SELF_HARM
    if of_few and any(analysis.yours for analysis in heard):
        facts = replace(facts, insider=True)
    if not (spoken or any(analysis.insiders for analysis in heard)):
        return placed(directory, _with_ours(directory, facts, heard) if facts.about_police else facts)
    facts = _with_ours(directory, facts, heard)
    named = [code for analysis in heard for code in _kept_from(directory, gazetteer, analysis)]
    return placed(directory, replace(facts, insider=True, apart=_grown(facts.apart, named)))


def _with_ours(directory: Directory, facts: Facts, heard: Sequence[Analysis]) -> Facts:
    by_name = [office.code for analysis in heard for office in ours.named(directory, analysis)]
    return replace(facts, apart=_grown(facts.apart, by_name))


def placed(directory: Directory, facts: Facts) -> Facts:
    """The facts with the offices in `apart` that are in doubt where it lies, once it names anybody at all."""
    if not (facts.insider or facts.about_police):
        return facts
    doubtful = [office.code for office in local(directory, facts.lineage)]
    if not facts.lineage and facts.origin in directory.offices:
        doubtful.append(facts.origin)
    doubtful.extend(_beneath(directory, facts))
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


def answered(directory: Directory, facts: Facts, elder: Ongoing, analysis: Analysis | None) -> Facts:
    """The facts with the office apart that the elder lies with, where this complains of who reads or answers it.

    Not where such a complaint took it there: said twice, it would chase itself out of every office. Of what few may see
    also a forum where somebody is said to be of those who read it, wherever staff moved it.
    """
    if analysis is None or not elder.office:
        return facts
    office = directory.offices.get(elder.office)
    theirs = tells_of_theirs(elder.facts, analysis) and office is not None and office.kind in LOCAL
    complained = readers.reads_hers(analysis.insiders) and not _was_taken_away(directory, elder.facts)
    if not (theirs or complained):
        return facts
    return replace(facts, apart=_grown(facts.apart, (elder.office,)))


def tells_of_theirs(elder: Facts, analysis: Analysis) -> bool:
    """Whether words beside what few may see tell of somebody who is of those who read it."""
    return analysis.yours and is_of_few(elder)


def _was_taken_away(directory: Directory, facts: Facts) -> bool:
    """Whether a complaint about who reads or answers was heard of it: then every women's office is apart."""
    women = {office.code for office in directory.offices.values() if office.kind is OfficeKind.WOMEN}
    return facts.insider and women <= set(facts.apart)


def _beneath(directory: Directory, facts: Facts) -> Iterator[str]:
    """The oversight and women's offices of the place, once the one for the whole country is named."""
    wide = {office.kind for code in facts.apart if (office := directory.offices.get(code)) and not office.coverage}
    kept = [office for office in directory.offices.values() if office.kind in wide & _SERVING]
    yield from (office.code for office in covering(kept, facts.lineage))


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
