"""What people say to be kind, beside an open report: thanks, blessings, greetings, "wrong chat", laughter.

It is known by its words, not by whole phrases: all of them are said in kindness, and at least one says nothing else.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from bot import commands
from bot.nlp import wordlists

_LONGEST: Final = 120  # letters; a longer text tells more
_MOST: Final = 14  # words

_TABLE: Final = Path(__file__).parent / "data" / "courtesy.tsv"
# Drawn out: a single letter may be a slip of the finger.
_LAUGHING: Final = re.compile(r"(?:(?:ه{3,}|خ{3,}|h{3,}|(?:ha){2,}h?|lol|xd)\W*)+", re.IGNORECASE)
_LISTS: Final = frozenset("pious kind beside".split())


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/courtesy.tsv, which says what each is for, as patterns of folded text.

    praying: of a whole text. kind, kind_or_beside: of a word; "and" may be joined to it.
    """

    praying: re.Pattern[str]
    kind: re.Pattern[str]
    kind_or_beside: re.Pattern[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(_TABLE, _LISTS)
    prayer = f"(?:{commands.alternatives(lists['pious'])})"
    kind, beside = commands.letters(lists["kind"]), commands.letters(lists["beside"])
    return Cues(
        praying=re.compile(rf"{prayer}(?: و? ?{prayer})*"),
        kind=re.compile(rf"و?(?:{kind})"),
        kind_or_beside=re.compile(rf"و?(?:{kind}|{beside})"),
    )


def is_all(text: str) -> bool:
    """Whether a text is nothing but kind or pious words, which beside an open report tell nothing."""
    if len(text) > _LONGEST:
        return False
    key, cues = commands.fold(text), load()
    words = key.split()
    if not words or len(words) > _MOST:
        return False
    if cues.praying.fullmatch(key) or _LAUGHING.fullmatch(text.strip()):
        return True
    return any(map(cues.kind.fullmatch, words)) and all(map(cues.kind_or_beside.fullmatch, words))
