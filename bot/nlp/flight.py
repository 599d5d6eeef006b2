"""Tells whether somebody left home of her own will: from her own words, or from those of people who look for her.

Whoever flees may flee from those who search. So a woman or girl of whom her family says that she "left" or "fled" is
not simply missing, and neither is a boy under 18; nor is who is "lost" to people who beat her (bot.nlp.unsafe). A small
child, an old man who forgets, and who was taken are missing: they are found first and asked afterwards.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Final

from bot.nlp import gone, searches, sheltered, unsafe, wordlists
from bot.nlp.normalise import letters
from bot.vocabulary import Category, Flight, Guess

# What is surely of these kinds tells of who fled from a driver, a thief or a dog.
_OF_OTHERS: Final = frozenset(
    {
        Category.TRAFFIC_SAFETY,
        Category.EXPLOSIVE_HAZARD,
        Category.THEFT,
        Category.DRUGS,
        Category.FIRE_MEDICAL,
        Category.PUBLIC_INFRASTRUCTURE,
        Category.PUBLIC_NUISANCE,
        Category.WEAPONS_GUNFIRE,
    }
)
_SURELY: Final = 0.5
_SOUGHT: Final = frozenset({Category.MISSING_PERSON, Category.KIDNAPPING})
_AT_HOME: Final = frozenset({Category.DOMESTIC_VIOLENCE, Category.CHILD_PROTECTION})
_LIKELY: Final = 0.15


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/wordlists/flight.tsv, which says what each is for, as patterns of whole words of a key."""

    she: re.Pattern[str]
    boy: re.Pattern[str]
    fled: re.Pattern[str]
    own: re.Pattern[str]
    lost: re.Pattern[str]
    elsewhere: re.Pattern[str]
    home: re.Pattern[str]
    went_herself: re.Pattern[str]
    searched: re.Pattern[str]
    with_him: re.Pattern[str]
    refuge: re.Pattern[str]
    wanted: re.Pattern[str]
    where: re.Pattern[str]
    own_need: re.Pattern[str]
    not_for_her: re.Pattern[str]
    her: re.Pattern[str]
    own_refuge: re.Pattern[str]
    own_with: re.Pattern[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(wordlists.FOLDER / "flight.tsv", frozenset(each.name for each in fields(Cues)))
    return Cues(**{each.name: _pattern(lists[each.name]) for each in fields(Cues)})


def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)[وفبل]?(?:{letters(written)})(?:(?!\w)|(?<= ))")


def find(key: str, guesses: Sequence[Guess], *, minor: bool = False) -> Flight:
    """Whether a key tells of flight from home, and by whom it is told. minor: somebody under 18 is spoken of.

    guesses: what it may be about, best first.
    """
    kept = _in_refuge(key) or _found(key, guesses, minor=minor) or sheltered.find(key)
    return kept or gone.find(key, guesses[0], surely_of_others=_is_surely_of_others(guesses[0]))


def _is_surely_of_others(best: Guess) -> bool:
    return best.category in _OF_OTHERS and best.confidence >= _SURELY


def _found(key: str, guesses: Sequence[Guess], *, minor: bool) -> Flight:
    cues = load()
    best = guesses[0]
    others = _is_surely_of_others(best)
    if _from_home(key, guesses, minor=minor) or _searched(key, surely_of_others=others):
        return Flight.SOUGHT
    if best.category is Category.KIDNAPPING and not cues.home.search(key):
        return Flight.NONE
    if not others and _went_herself(key):
        return Flight.SOUGHT
    return Flight.NONE if others else _told(key, minor=minor)


def _from_home(key: str, guesses: Sequence[Guess], *, minor: bool) -> bool:
    """Whether she whom they call missing may have fled from them."""
    cues = load()
    if cues.lost.search(key) or cues.elsewhere.search(key) or cues.own.search(key):
        return False
    return unsafe.find(key, sought=_sounds(guesses, _SOUGHT), hurt=_sounds(guesses, _AT_HOME), minor=minor)


def _searched(key: str, *, surely_of_others: bool) -> bool:
    """Whether her family searches for her; who says so of herself is told by her own words."""
    if load().own.search(key) and not _told_of_her(key):
        return False
    return searches.find(key, surely_of_others=surely_of_others)


def _went_herself(key: str) -> bool:
    """Whether a woman or a girl left by herself and is looked for; no small child, nor who was taken or forgets."""
    cues = load()
    if cues.lost.search(key) or cues.elsewhere.search(key) or cues.own.search(key):
        return False
    return all(told.search(key) for told in (cues.she, cues.went_herself, cues.searched))


def _sounds(guesses: Sequence[Guess], kinds: frozenset[Category]) -> bool:
    return any(guess.category in kinds and guess.confidence >= _LIKELY for guess in guesses)


def _in_refuge(key: str) -> Flight:
    """Whether it tells of a place where who fled is kept safe: her own words, or of who wants her."""
    cues = load()
    if not cues.refuge.search(key) or cues.not_for_her.search(key):
        return Flight.NONE
    if cues.own_refuge.search(key):
        return Flight.OWN
    if cues.own_need.search(key):
        return Flight.OWN
    of_her = cues.her.search(key) is not None
    if of_her and cues.wanted.search(key):
        return Flight.SOUGHT
    return Flight.OWN if cues.where.search(key) and not of_her else Flight.NONE


def _told(key: str, *, minor: bool) -> Flight:
    cues = load()
    if cues.own_with.search(key) and not cues.she.search(key):
        return Flight.OWN
    if cues.with_him.search(key) and (cues.she.search(key) or cues.her.search(key)) and not cues.lost.search(key):
        return Flight.SOUGHT
    if cues.own.search(key) and not _told_of_her(key):
        return Flight.OWN
    if not cues.fled.search(key) or cues.lost.search(key) or cues.elsewhere.search(key):
        return Flight.NONE
    whose = cues.she.search(key) or (minor and cues.boy.search(key))
    return Flight.SOUGHT if whose else Flight.NONE


def _told_of_her(key: str) -> bool:
    """Whether "fled from my family" is said of another: "my sister fled from my family"."""
    cues = load()
    own = cues.own.search(key)
    her = cues.she.search(key)
    return own is not None and her is not None and her.start() < own.start()
