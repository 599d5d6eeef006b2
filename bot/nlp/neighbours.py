"""Turkmen and Persian in Arabic letters: the words and endings that neither Iraqi Arabic nor Sorani has.

Turkmen of Kirkuk, Tuz Khurmatu and Tel Afar write as they speak, each in a spelling of their own: vowels come and go,
and whose keyboard has no چ گ پ writes ج ك ب. So words are compared without those differences, and a verb or a noun is
known by its stem and its ending together, for either alone is Arabic too often ("قال", "دولار").
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from bot.nlp import wordlists

_SURE: Final = 2  # what only this language writes; anything else weighs one
_KEYBOARDS: Final = {"ي": "یىێ", "ه": "ەھہ", "ك": "ک", "و": "ۆ", "ر": "ڕ", "ل": "ڵ"}  # the same letter, another key
_SPELLINGS: Final = {"ا": "آأإٱ", "ي": "ئ", "و": "ؤڤ", "ك": "گ", "ج": "چ", "ب": "پ", "ت": "ط", "س": "ص"}


def _to_one(*groups: Mapping[str, str]) -> Mapping[int, str]:
    return MappingProxyType(
        {ord(letter): one for group in groups for one, letters in group.items() for letter in letters}
    )


_PLAIN: Final = _to_one(_KEYBOARDS)
_ALIKE: Final = _to_one(_KEYBOARDS, _SPELLINGS)
_LISTS: Final = frozenset(
    "turkmen turkmen_sure stem tense noun case town town_end ending not_turkmen persian persian_sure".split()
)


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/wordlists/neighbours.tsv, which says what each is for, in letters that make spellings one.

    verb, noun, town: a stem and its ending together. ending: what reads like Turkmen by its end alone.
    """

    turkmen: frozenset[str]
    turkmen_sure: frozenset[str]
    not_turkmen: frozenset[str]
    verb: re.Pattern[str]
    noun: re.Pattern[str]
    town: re.Pattern[str]
    ending: re.Pattern[str]
    persian: frozenset[str]
    persian_sure: frozenset[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(wordlists.FOLDER / "neighbours.tsv", _LISTS)
    one = {name: _any(listed) for name, listed in lists.items()}
    return Cues(
        turkmen=_words(lists["turkmen"], _ALIKE),
        turkmen_sure=_words(lists["turkmen_sure"], _ALIKE),
        not_turkmen=_words(lists["not_turkmen"], _ALIKE),
        verb=_shape(rf"^{one['stem']}[ايوهلنر]{{0,3}}{one['tense']}$"),
        noun=_shape(f"^{one['noun']}{one['case']}$"),
        town=_shape(f"^{one['town']}{one['town_end']}$"),
        ending=_shape(f"..{one['ending']}$"),
        persian=_words(lists["persian"], _PLAIN),
        persian_sure=_words(lists["persian_sure"], _PLAIN),
    )


def _words(listed: str, alike: Mapping[int, str]) -> frozenset[str]:
    return frozenset(wordlists.words(listed.translate(alike)))


def _any(listed: str) -> str:
    return f"(?:{'|'.join(wordlists.words(listed))})"


def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.translate(_ALIKE))


def turkmen(words: Sequence[str]) -> int:
    """How much words in Arabic letters read like Turkmen; 0 for not at all."""
    return sum(map(_turkmen, (word.translate(_ALIKE) for word in words)))


def _turkmen(word: str) -> int:
    cues = load()
    if word in cues.not_turkmen:
        return 0
    if word in cues.turkmen_sure or any(shape.search(word) for shape in (cues.verb, cues.noun, cues.town)):
        return _SURE
    return (word in cues.turkmen) + (cues.ending.search(word) is not None)


def persian(words: Sequence[str]) -> int:
    """How much words in Arabic letters read like Persian, as written or as spoken; 0 for not at all."""
    cues = load()
    plain = [word.translate(_PLAIN) for word in words]
    plural = sum(word.endswith("هاي") and word != "هاي" for word in plain)
    return plural + sum((word in cues.persian) + _SURE * (word in cues.persian_sure) for word in plain)
