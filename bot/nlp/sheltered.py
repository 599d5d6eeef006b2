"""Tells whether a text speaks of a woman or a girl who fled, hides or is looked for by her own, whoever tells it.

Who shelters her, who has seen her, who would have her arrested, and she herself: to read where she is may be to lead
them to her, so it counts in doubt. Not of the small and the helpless, of who was taken, of war and fire, nor of who ran
after a deed: there somebody must come.
"""

import re
from dataclasses import dataclass, fields
from functools import cache
from typing import Final

from bot.nlp import wordlists
from bot.nlp.normalise import letters
from bot.vocabulary import Flight

_NEAR: Final = 9  # words between her and what is said of her


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/wordlists/sheltered.tsv, which says what each is for, as patterns of whole words of a key."""

    woman: re.Pattern[str]
    fled: re.Pattern[str]
    hidden: re.Pattern[str]
    hunted: re.Pattern[str]
    from_her_kin: re.Pattern[str]
    own: re.Pattern[str]
    found_first: re.Pattern[str]
    disaster: re.Pattern[str]
    not_home: re.Pattern[str]
    left_home: re.Pattern[str]
    with_things: re.Pattern[str]
    asked: re.Pattern[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(wordlists.FOLDER / "sheltered.tsv", frozenset(each.name for each in fields(Cues)))
    return Cues(**{each.name: _pattern(lists[each.name]) for each in fields(Cues)})


def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)[وفبل]?(?:{letters(written)})(?!\w)")


def find(key: str) -> Flight:
    """Whether a key tells of her, and whether she tells it herself."""
    cues = load()
    fled_them = cues.from_her_kin.search(key)
    own = None if cues.disaster.search(key) else cues.own.search(key)
    if own is not None and (fled_them is None or own.start() < fled_them.start()):
        return Flight.OWN  # "my sister fled, my family looks for me too" begins with another
    if fled_them is not None:
        return Flight.SOUGHT
    if cues.found_first.search(key) or cues.disaster.search(key):
        return Flight.NONE
    return Flight.SOUGHT if _left_us(cues, key) or _said_of_her(cues, key) else Flight.NONE


def _left_us(cues: Cues, key: str) -> bool:
    if cues.left_home.search(key):
        return True
    return cues.with_things.search(key) is not None and cues.asked.search(key) is not None


def _said_of_her(cues: Cues, key: str) -> bool:
    if cues.not_home.search(key):
        return False
    return any(_is_near(cues.woman, said, key) for said in (cues.fled, cues.hidden, cues.hunted))


def _is_near(woman: re.Pattern[str], said: re.Pattern[str], key: str) -> bool:
    hers = [found.span() for found in woman.finditer(key)]
    return bool(hers) and any(
        len(key[min(her[1], at.end()) : max(her[0], at.start())].split()) <= _NEAR
        for at in said.finditer(key)
        for her in hers
    )
