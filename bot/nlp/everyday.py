"""Everyday words in Latin letters that sound like a place: "our" is no Ur, "the door" no Dour, "bil madina" no quarter.

Names are compared by sound, so the letters tell here. A word of the first list never names a place by itself; one of
the second does where it is all that is written, has a capital within a phrase, or beside it the word for what is called
so ("7ay", "district").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from bot.nlp import wordlists

_LISTS: Final = frozenset("never unless_marked".split())


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/wordlists/everyday.tsv, in small letters as they are typed."""

    never: frozenset[str]
    unless_marked: frozenset[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(wordlists.FOLDER / "everyday.tsv", _LISTS)
    return Cues(frozenset(wordlists.words(lists["never"])), frozenset(wordlists.words(lists["unless_marked"])))


def is_everyday(written: str, beside: Sequence[str], *, opens: bool, levels: frozenset[str]) -> bool:
    """Whether a word is an everyday one here, and no place.

    written: as typed, perhaps with its article. beside: the words next to it by sound, "" where there is none.
    opens: it begins a phrase, where a capital says nothing. levels: the words by sound that say what is called so.
    """
    word = written.replace("-", " ").split(" ")[-1]
    plain, cues = word.lower(), load()
    if plain not in cues.never and plain not in cues.unless_marked:
        return False
    named = not levels.isdisjoint(beside)
    capital = word[:1].isupper() and not opens
    return plain in cues.never or not (capital or named or not any(beside))
