"""Tells a bare cry for help, said once or over and over: it does not say what happened, and whom it calls is no matter.

«هاوار» cries and names no village, «النجدة» cries and complains of no patrol.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from bot.nlp import wordlists
from bot.nlp.normalise import key, letters

_LISTS: Final = frozenset({"cry", "around", "where"})


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/wordlists/cries.tsv, as patterns of a whole key: of a cry alone, and perhaps with where."""

    bare: re.Pattern[str]
    placed: re.Pattern[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = {name: letters(listed) for name, listed in wordlists.read(wordlists.FOLDER / "cries.tsv", _LISTS).items()}
    word = rf"[وف]?(?:{lists['cry']})|{lists['around']}"
    cry = rf"(?:(?:{lists['around']}) )*[وف]?(?:{lists['cry']})(?: (?:{word}))*"
    return Cues(re.compile(rf"^{cry}$"), re.compile(rf"^{cry}(?: (?:{lists['where']}))?$"))


def pattern() -> re.Pattern[str]:
    """What fits a key that is a cry, and perhaps says where: "ساعدوني بالكرادة"."""
    return load().placed


def is_bare(text: str) -> bool:
    """Whether a text is a cry and nothing else: "هاوار هاوار", "help help help"."""
    return load().bare.search(key(text)) is not None
