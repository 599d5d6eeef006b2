"""Tells whether a family searches for a woman or a girl of theirs who may have left them: "bring her back to us".

To find her is to lead them to her, so it counts in doubt: she left, is missing, did not come home or took her children,
or it is asked that she be returned or found. It does not where others took her, where she is small, forgets or was in
an accident: there somebody must come at once.
"""

import re
from dataclasses import dataclass, fields
from functools import cache
from typing import Final

from bot.nlp import unsafe, wordlists
from bot.nlp.normalise import letters

_AFTER: Final = 10  # words between her and what is said of her
_BEFORE: Final = 3  # words between what is said first and her


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/wordlists/searches.tsv, which says what each is for, as patterns of whole words of a key."""

    wife: re.Pattern[str]
    girl: re.Pattern[str]
    mother: re.Pattern[str]
    others: re.Pattern[str]
    left: re.Pattern[str]
    went: re.Pattern[str]
    gone: re.Pattern[str]
    gone_wife: re.Pattern[str]
    demand: re.Pattern[str]
    whereabouts: re.Pattern[str]
    find: re.Pattern[str]
    took: re.Pattern[str]
    taken: re.Pattern[str]
    mishap: re.Pattern[str]
    small: re.Pattern[str]
    helpless: re.Pattern[str]
    plea: re.Pattern[str]
    routine: re.Pattern[str]
    thing_of: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Hers:
    """Where a text speaks of her. barred: of whom it is said that stands behind these."""

    key: str
    at: tuple[tuple[int, int], ...]
    barred: tuple[re.Pattern[str], ...]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(wordlists.FOLDER / "searches.tsv", frozenset(each.name for each in fields(Cues)))
    return Cues(**{each.name: _pattern(lists[each.name]) for each in fields(Cues)})


def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)[وفبل]?(?:{letters(written)})(?!\w)")


def find(key: str, *, surely_of_others: bool = False) -> bool:
    """Whether a key is such a search. surely_of_others: by its guesses it tells of a theft, a fire, a road.

    Then only a demand counts that is beside her leaving.
    """
    cues = load()
    key = cues.plea.sub(" ", cues.thing_of.sub(" ", key))
    wives, girls, mothers = _at(cues.wife, key), _at(cues.girl, key), _at(cues.mother, key)
    if not (wives or girls or mothers):
        return False
    if wives and _is_said(cues.took, _Hers(key, wives, (cues.others,))):
        return cues.taken.search(cues.took.sub(" ", key)) is None  # it was she, whatever word is used of that
    if any(told.search(key) for told in _never(cues)):
        return False
    small = cues.small.search(key) is not None
    barred = (cues.others, cues.girl) if small else (cues.others,)
    if wives and _is_searched(_Hers(key, wives, barred), grown=not small, surely_of_others=surely_of_others):
        return True
    if girls and not small:
        return _is_searched(_Hers(key, girls, barred), surely_of_others=surely_of_others)
    return bool(mothers) and not small and _is_mother_searched(_Hers(key, mothers, barred))


def _is_mother_searched(hers: _Hers) -> bool:
    return _is_demanded(hers) or (_is_said(load().left, hers) and _is_said(load().gone, hers))


def _never(cues: Cues) -> tuple[re.Pattern[str], ...]:
    around = unsafe.load()
    return cues.taken, cues.mishap, cues.helpless, around.strangers, around.war


def _is_searched(hers: _Hers, *, grown: bool = False, surely_of_others: bool = False) -> bool:
    """grown: of her it is said too that she is "lost", as of a small child."""
    cues = load()
    left, went = _is_said(cues.left, hers), _is_said(cues.went, hers)
    gone = _is_said(cues.gone, hers) or (grown and _is_said(cues.gone_wife, hers))
    demanded = cues.demand.search(hers.key) is not None
    if surely_of_others:
        return demanded and (left or gone)
    if left or (demanded and (went or gone)) or _is_demanded(hers):
        return True
    if cues.routine.search(hers.key):
        return False
    return gone or _is_said(cues.whereabouts, hers) or (went and cues.find.search(hers.key) is not None)


def _is_demanded(hers: _Hers) -> bool:
    return _is_said(load().demand, hers)


def _at(pattern: re.Pattern[str], key: str) -> tuple[tuple[int, int], ...]:
    return tuple(found.span() for found in pattern.finditer(key))


def _is_said(told: re.Pattern[str], hers: _Hers) -> bool:
    """Whether it is said of her: after her with nobody else between, or shortly before."""
    return any(_is_of(found.span(), each, hers) for found in told.finditer(hers.key) for each in hers.at)


def _is_of(said: tuple[int, int], her: tuple[int, int], hers: _Hers) -> bool:
    if said[0] < her[1] and her[0] < said[1]:
        return True  # "give me back my wife" holds her
    if said[0] >= her[1]:
        between, farthest = hers.key[her[1] : said[0]], _AFTER
    else:
        between, farthest = hers.key[said[1] : her[0]], _BEFORE
        if any(barred.search(" ".join(hers.key[: said[0]].split()[-_BEFORE:])) for barred in hers.barred):
            return False
    return len(between.split()) <= farthest and not any(barred.search(between) for barred in hers.barred)
