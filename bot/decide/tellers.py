"""Tells who writes: a child of what befalls them, or somebody of what befalls another; in doubt, neither."""

import re
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Final

from bot.nlp import wordlists
from bot.nlp.normalise import letters
from bot.vocabulary import Category, Teller

_TABLE: Final = Path(__file__).with_name("data") / "tellers.tsv"


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/tellers.tsv, which says what each is for, as patterns of whole words of a key."""

    own_age: re.Pattern[str]
    own: re.Pattern[str]
    of_another: re.Pattern[str]
    dying_another: re.Pattern[str]
    dying_own: re.Pattern[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(_TABLE, frozenset(each.name for each in fields(Cues)))
    return Cues(**{each.name: _pattern(lists[each.name]) for each in fields(Cues)})


def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)[وفبل]?(?:{letters(written)})(?!\w)")


def find(key: str, category: Category, *, minor: bool) -> Teller:
    """Who writes a text. key: as bot.nlp.normalise makes it. minor: somebody under 18 speaks or is harmed.

    Whoever says of themselves what they say of another tells it for themselves.
    """
    cues = load()
    if minor and cues.own_age.search(key):
        return Teller.CHILD
    if category is Category.SELF_HARM:
        others = cues.dying_another.search(key) and not cues.dying_own.search(key)
    else:
        others = cues.of_another.search(key) and not cues.own.search(key)
    return Teller.OTHER if others else Teller.NONE
